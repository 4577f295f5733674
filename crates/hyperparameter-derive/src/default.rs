//! What is asked of a parameter: its type, its default, and how a read of it is written.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Lit, Type};

use crate::key::Key;
use crate::site::{Declares, at};
use crate::text::shown;

/// What happens where a parameter has no value.
#[derive(Debug)]
pub(crate) enum Missing {
    /// A panic, or what stands for none where the type has that.
    Panic,
    /// `?`, with its own token.
    Return(TokenTree),
    /// A default, evaluated only then.
    Default(TokenStream),
    /// `or_else`: what is called then.
    Call(TokenStream),
}

/// A read of one parameter.
pub(crate) struct Ask {
    pub(crate) key: Key,
    pub(crate) wanted: Option<Type>,
    pub(crate) missing: Missing,
    pub(crate) help: String,
}

/// How the value is held.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// As a value of its own.
    Value,
    /// As text that a `&str` borrows from.
    Text,
    /// As text that may be missing, for an `Option<&str>`.
    OptionalText,
}

impl Ask {
    pub(crate) fn held(&self) -> Held {
        match &self.wanted {
            Some(wanted) if is_str(wanted) => Held::Text,
            Some(wanted) if option_of(wanted).is_some_and(is_str) => Held::OptionalText,
            Some(_) => Held::Value,
            None if matches!(&self.missing, Missing::Default(default) if is_text(default)) => Held::Text,
            None => Held::Value,
        }
    }

    fn declares(&self) -> TokenStream {
        let (default, literal) = match &self.missing {
            Missing::Default(default) => (Some(default), literal(default)),
            Missing::Call(call) => (Some(call), None),
            Missing::Panic | Missing::Return(_) => (None, None),
        };
        let type_text = match &self.wanted {
            Some(wanted) => shown(wanted.to_token_stream()),
            None => default.map(kind).unwrap_or_default(),
        };
        Declares {
            key: &self.key.name,
            span: self.key.span,
            type_text: &type_text,
            default_text: &default.map(|default| shown(default.clone())).unwrap_or_default(),
            help: &self.help,
            literal,
            checked: match &self.wanted {
                Some(wanted) => known(wanted),
                None => syn::parse_str(&type_text).ok().and_then(|kind| known(&kind)),
            },
        }
        .tokens()
    }

    /// An expression that is the value, or the text to hold where a `&str` is asked for.
    pub(crate) fn read(&self) -> TokenStream {
        let (site, span) = (self.declares(), self.key.span);
        let (here, held) = (at(span), self.held());
        // A call with the key's own span: a panic in it is at the line of the key.
        let call = |name: &str| {
            let name = Ident::new(name, span);
            match (held, &self.wanted) {
                (Held::Value, Some(wanted)) => {
                    quote_spanned!(span=> ::hyperparameter::__private::#name::<#wanted>(#site))
                }
                (Held::Value, None) => quote_spanned!(span=> ::hyperparameter::__private::#name(#site)),
                _ => {
                    let text = quote_spanned!(here=> ::std::sync::Arc<::core::primitive::str>);
                    quote_spanned!(span=> ::hyperparameter::__private::#name::<#text>(#site))
                }
            }
        };
        let value = match &self.missing {
            Missing::Panic if held == Held::OptionalText => return call("optional"),
            Missing::Panic => call("required"),
            Missing::Return(mark) if held == Held::OptionalText => {
                let (name, text) = (
                    Ident::new("required_or_error", span),
                    quote_spanned!(here=> ::std::sync::Arc<::core::primitive::str>),
                );
                return quote_spanned!(span=> ::hyperparameter::__private::#name::<::core::option::Option<#text>>(#site) #mark);
            }
            Missing::Return(mark) => {
                let call = call("required_or_error");
                quote!(#call #mark)
            }
            Missing::Default(default) => return self.or(&call("optional"), default.clone()),
            Missing::Call(function) => {
                let called = quote_spanned!(here=> ::hyperparameter::__private::call(#function));
                return self.or(&call("optional"), called);
            }
        };
        match held {
            Held::Text => quote_spanned!(here=> ::hyperparameter::__private::Text::Held(#value)),
            _ => value,
        }
    }

    /// The value, else the default: not a closure, so that `return`, `?` and `.await` in a default are the function's.
    fn or(&self, value: &TokenStream, default: TokenStream) -> TokenStream {
        let here = at(self.key.span);
        let found = quote_spanned!(here=> value);
        let (some, none) = match self.held() {
            Held::Text => (
                quote_spanned!(here=> ::hyperparameter::__private::Text::Held(#found)),
                quote_spanned!(here=> ::hyperparameter::__private::Text::Given(#default)),
            ),
            Held::OptionalText => (
                quote_spanned!(here=> ::core::option::Option::Some(::hyperparameter::__private::Text::Held(#found))),
                quote_spanned!(here=> ::core::option::Option::map(#default, ::hyperparameter::__private::Text::Given)),
            ),
            Held::Value => (found.clone(), self.converted(default)),
        };
        quote_spanned! {here=>
            match #value {
                ::core::option::Option::Some(#found) => #some,
                ::core::option::Option::None => #none,
            }
        }
    }

    /// A string literal as the type that is asked for, where that is another.
    fn converted(&self, default: TokenStream) -> TokenStream {
        let Some(wanted) = self.wanted.as_ref().filter(|_| is_text(&default)) else { return default };
        let here = at(self.key.span);
        match option_of(wanted) {
            Some(inner) => {
                quote_spanned!(here=> ::core::option::Option::Some(<#inner as ::core::convert::From<&str>>::from(#default)))
            }
            None => quote_spanned!(here=> <#wanted as ::core::convert::From<&str>>::from(#default)),
        }
    }
}

/// The same type for code outside the function, where only the language's own types are sure to mean the same.
fn known(of: &Type) -> Option<TokenStream> {
    const NAMES: [&str; 15] =
        ["bool", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize", "f32", "f64"];
    let text = quote!(::std::sync::Arc<::core::primitive::str>);
    if is_str(of) {
        return Some(text);
    }
    if let Some(inner) = option_of(of) {
        let inner = known(inner)?;
        return Some(quote!(::core::option::Option<#inner>));
    }
    let Type::Path(path) = bare(of) else { return None };
    let name = path.path.get_ident()?.to_string();
    match name.as_str() {
        // What a literal is called that has no suffix.
        "int" => Some(quote!(::core::primitive::i128)),
        "float" => Some(quote!(::core::primitive::f64)),
        "string" | "String" => Some(text),
        _ if NAMES.contains(&&*name) => {
            let name = Ident::new(&name, Span::mixed_site());
            Some(quote!(::core::primitive::#name))
        }
        _ => None,
    }
}

/// `&str`, with or without a lifetime.
fn is_str(of: &Type) -> bool {
    match bare(of) {
        Type::Reference(of) => matches!(bare(&of.elem), Type::Path(path) if path.path.is_ident("str")),
        _ => false,
    }
}

/// The lifetime that a `&str` was given, if it was.
pub(crate) fn lifetime(of: &Type) -> Option<Span> {
    match bare(of) {
        Type::Reference(of) => of.lifetime.as_ref().filter(|lifetime| lifetime.ident != "_").map(syn::Lifetime::span),
        of => option_of(of).and_then(lifetime),
    }
}

/// What an `Option` is of.
fn option_of(of: &Type) -> Option<&Type> {
    let Type::Path(path) = bare(of) else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(syn::GenericArgument::Type(inner)) if arguments.args.len() == 1 => Some(inner),
        _ => None,
    }
}

fn bare(of: &Type) -> &Type {
    match of {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        of => of,
    }
}

/// The only token, through what a macro's variable put around it.
fn only(tokens: &TokenStream) -> Option<TokenTree> {
    let mut tokens = tokens.clone().into_iter();
    match (tokens.next()?, tokens.next()) {
        (TokenTree::Group(group), None) if group.delimiter() == Delimiter::None => only(&group.stream()),
        (token, None) => Some(token),
        _ => None,
    }
}

/// A string literal, or a macro of the language that gives one.
fn is_text(tokens: &TokenStream) -> bool {
    if let Some(TokenTree::Literal(literal)) = only(tokens) {
        return matches!(Lit::new(literal), Lit::Str(_));
    }
    const MACROS: [&str; 7] = ["concat", "stringify", "env", "include_str", "file", "module_path", "line"];
    let mut name = None;
    let mut tokens = tokens.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) => name = Some(ident.to_string()),
            TokenTree::Punct(mark) if mark.as_char() == ':' => {}
            TokenTree::Punct(mark) if mark.as_char() == '!' => {
                let called = matches!(tokens.next(), Some(TokenTree::Group(_))) && tokens.next().is_none();
                return called && name.is_some_and(|name| name != "line" && MACROS.contains(&&*name));
            }
            _ => return false,
        }
    }
    false
}

/// A number, a string or a truth value, as the store has it: integers have 64 bits there.
pub(crate) fn literal(tokens: &TokenStream) -> Option<TokenStream> {
    let mut minus = None;
    let mut tokens = tokens.clone().into_iter().peekable();
    if let Some(TokenTree::Punct(_)) = tokens.peek() {
        minus = tokens.next();
        if !matches!(&minus, Some(TokenTree::Punct(mark)) if mark.as_char() == '-') {
            return None;
        }
    }
    let token = only(&tokens.collect())?;
    let span = token.span();
    match token {
        TokenTree::Ident(word) if minus.is_none() && (word == "true" || word == "false") => Some(quote!(#word)),
        TokenTree::Literal(literal) => match Lit::new(literal) {
            Lit::Int(int) if matches!(int.suffix(), "f32" | "f64") => float(&minus, int.base10_digits(), span),
            Lit::Int(int) => {
                let value = int.base10_parse::<i64>().ok()?;
                let mut value = proc_macro2::Literal::i64_suffixed(value);
                value.set_span(span);
                Some(quote!(#minus #value))
            }
            Lit::Float(number) => float(&minus, number.base10_digits(), span),
            Lit::Str(text) if minus.is_none() => Some(quote!(#text)),
            _ => None,
        },
        _ => None,
    }
}

fn float(minus: &Option<TokenTree>, digits: &str, span: Span) -> Option<TokenStream> {
    let mut value = proc_macro2::Literal::f64_suffixed(digits.parse().ok().filter(|value: &f64| value.is_finite())?);
    value.set_span(span);
    Some(quote!(#minus #value))
}

/// The type that a literal has as it is written: its suffix, else the kind of value.
fn kind(default: &TokenStream) -> String {
    let last = default.clone().into_iter().last();
    let signed = default.clone().into_iter().count() <= 2;
    let token = last.filter(|_| signed).and_then(|last| only(&last.into()));
    let found = match token {
        Some(TokenTree::Literal(literal)) => match Lit::new(literal) {
            Lit::Int(int) if int.suffix().is_empty() => "int",
            Lit::Int(int) => return int.suffix().to_owned(),
            Lit::Float(float) if float.suffix().is_empty() => "float",
            Lit::Float(float) => return float.suffix().to_owned(),
            Lit::Str(_) => "string",
            Lit::Char(_) => "char",
            _ => "",
        },
        Some(TokenTree::Ident(word)) if word == "true" || word == "false" => "bool",
        _ => "",
    };
    found.to_owned()
}
