//! `#[auto_param]`: parameters in a function's signature.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, ExprLit, FnArg, ItemFn, Lit, LitStr, Meta, Pat, PatIdent, ReturnType, Type};

use crate::site::{Declares, at};
use crate::text::shown;

pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    match function(attribute, item.clone()) {
        Ok(function) => function,
        Err(error) => {
            // The function stays, with all its arguments: what calls it is not reported as well.
            let error = error.to_compile_error();
            let item = without_defaults(item);
            quote!(#error #item)
        }
    }
}

/// The function as it was written, less what only this macro understands.
fn without_defaults(item: TokenStream) -> TokenStream {
    let Ok(mut function) = syn::parse2::<ItemFn>(item) else { return TokenStream::new() };
    for argument in &mut function.sig.inputs {
        if let FnArg::Typed(argument) = argument {
            argument.attrs.retain(|attr| !attr.path().is_ident("default") && !attr.path().is_ident("doc"));
        }
    }
    function.to_token_stream()
}

/// An argument that is a parameter.
struct Parameter {
    attrs: Vec<Attribute>,
    pat: PatIdent,
    ty: Type,
    default: Expr,
    help: String,
    key: String,
}

fn function(attribute: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let mut function = parsed(item)?;
    let (namespace, place) = namespace(attribute, &function)?;
    if let Some(token) = function.sig.constness {
        return Err(Error::new(
            token.span,
            "a `const fn` cannot read parameters: they are known when the program runs\nhelp: drop `const`",
        ));
    }
    let mut parameters = Vec::new();
    let mut inputs = syn::punctuated::Punctuated::new();
    for argument in std::mem::take(&mut function.sig.inputs) {
        match parameter(&argument, &namespace)? {
            Some(parameter) => parameters.push(parameter),
            None => inputs.push(argument),
        }
    }
    function.sig.inputs = inputs;
    if parameters.is_empty() {
        return Err(Error::new(
            place,
            format!(
                "`{}` has no parameter\nhelp: give an argument a default, as in `#[default(0.1)] lr: f64`",
                function.sig.ident
            ),
        ));
    }
    let generics: Vec<String> = function.sig.generics.type_params().map(|param| param.ident.to_string()).collect();
    let consts = function.sig.generics.const_params().map(|param| param.ident.to_string());
    let generics: Vec<String> = generics.into_iter().chain(consts).collect();
    let reads: TokenStream = parameters.iter().map(|parameter| read(parameter, &generics)).collect();
    let docs = docs(&parameters);
    let guard = trait_guard(&function);
    let (attrs, vis, body) = (&function.attrs, &function.vis, &function.block);
    let mut sig = function.sig.clone();
    let site = Span::mixed_site();
    let body = if sig.asyncness.take().is_some() {
        let output = match &sig.output {
            ReturnType::Default => quote!(()),
            ReturnType::Type(_, ty) => ty.to_token_stream(),
        };
        let known = if mentions(&output, &["impl"]) { quote!(_) } else { without_lifetimes(output.clone()) };
        // These spans have the edition of this crate: what is returned holds every lifetime of the arguments, as that of an
        // `async fn` does.
        sig.output = syn::parse2(quote_spanned!(site=> -> impl ::core::future::Future<Output = #output>))?;
        let moved = move_arguments(&mut sig)?;
        quote_spanned!(site=> {
            #reads
            ::hyperparameter::__private::call_future::<#known, _>(async move {
                #moved
                #body
            })
        })
    } else {
        // A `return` ends what the body's last expression borrows before the parameters go, as it is with arguments.
        quote_spanned!(site=> {
            let _call = ::hyperparameter::__private::InCall::begin();
            #reads
            return #body;
        })
    };
    Ok(quote! {
        #(#attrs)*
        #docs
        #vis #sig #body

        #guard
    })
}

fn parsed(item: TokenStream) -> syn::Result<ItemFn> {
    if let Ok(method) = syn::parse2::<syn::TraitItemFn>(item.clone()) {
        if method.default.is_none() {
            return Err(Error::new(
                method.sig.ident.span(),
                "a function without a body reads no parameters\nhelp: put `#[auto_param]` on a function or an inherent method",
            ));
        }
    }
    syn::parse2(item).map_err(|error| {
        Error::new(error.span(), format!("{error}\nhelp: `#[auto_param]` stands above a function or a method"))
    })
}

/// The namespace of the parameters: the one that is named, else the function's name.
fn namespace(attribute: TokenStream, function: &ItemFn) -> syn::Result<(String, Span)> {
    let own = function.sig.ident.unraw();
    if attribute.is_empty() {
        return Ok((own.to_string(), own.span()));
    }
    let name: LitStr = syn::parse2(attribute).map_err(|error| {
        let text = format!("a namespace is a string\nhelp: write `#[auto_param(\"{own}\")]`, or `#[auto_param]`");
        Error::new(error.span(), text)
    })?;
    let text = name.value();
    match hyperparameter_key::validate(&text) {
        Ok(()) => Ok((text, name.span())),
        Err(fault) => {
            let message = format!("invalid key {text:?} at byte {}: {}\nhelp: {}", fault.at, fault.reason, fault.help);
            Err(Error::new(name.span(), message))
        }
    }
}

fn parameter(argument: &FnArg, namespace: &str) -> syn::Result<Option<Parameter>> {
    let FnArg::Typed(argument) = argument else { return Ok(None) };
    let mut defaults = argument.attrs.iter().filter(|attr| attr.path().is_ident("default"));
    let Some(attr) = defaults.next() else { return Ok(None) };
    if let Some(second) = defaults.next() {
        return Err(Error::new(second.span(), "two defaults for one parameter\nhelp: keep one of them"));
    }
    let default = match &attr.meta {
        Meta::List(list) if !list.tokens.is_empty() => attr.parse_args::<Expr>().map_err(|error| {
            Error::new(error.span(), format!("{error}\nhelp: `#[default(…)]` holds one expression"))
        })?,
        _ => {
            return Err(Error::new(
                attr.span(),
                "the default is missing\nhelp: write it between brackets: `#[default(0.1)]`",
            ));
        }
    };
    let Pat::Ident(pat) = &*argument.pat else {
        return Err(Error::new(
            argument.pat.span(),
            "a parameter needs a name, which is the last segment of its key\nhelp: name it, and take it apart in the body",
        ));
    };
    if pat.by_ref.is_some() || pat.subpat.is_some() {
        return Err(Error::new(pat.span(), "a parameter is a plain name\nhelp: take it apart in the body"));
    }
    if mentions(&argument.ty.to_token_stream(), &["impl"]) {
        return Err(Error::new(
            argument.ty.span(),
            "an `impl Trait` does not say as what the parameter is read\nhelp: name the type",
        ));
    }
    if let Type::Reference(reference) = &*argument.ty {
        let text = matches!(&*reference.elem, Type::Path(path) if path.path.is_ident("str"));
        if !text || reference.mutability.is_some() {
            return Err(Error::new(
                argument.ty.span(),
                "a parameter is a value of its own, or a `&str`\nhelp: take the `&` away, and borrow it in the body",
            ));
        }
        if let Some(lifetime) = &reference.lifetime {
            return Err(Error::new(
                lifetime.span(),
                "the text is valid until the function returns\nhelp: write `&str`, or `String` to keep it",
            ));
        }
    }
    let attrs = argument.attrs.iter().filter(|attr| !attr.path().is_ident("default") && !attr.path().is_ident("doc"));
    Ok(Some(Parameter {
        attrs: attrs.cloned().collect(),
        key: format!("{namespace}.{}", pat.ident.unraw()),
        help: doc_text(&argument.attrs),
        pat: pat.clone(),
        ty: (*argument.ty).clone(),
        default,
    }))
}

/// The text of doc comments.
fn doc_text(attrs: &[Attribute]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("doc")) {
        if let Meta::NameValue(pair) = &attr.meta {
            if let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value {
                lines.extend(text.value().lines().map(|line| line.trim().to_owned()));
            }
        }
    }
    lines.join("\n").trim().to_owned()
}

/// The statement that gives a parameter its value.
fn read(parameter: &Parameter, generics: &[String]) -> TokenStream {
    let Parameter { attrs, pat, ty, default, help, key } = parameter;
    let span = pat.ident.span();
    let is_text = matches!(ty, Type::Reference(_));
    let read_as = if is_text { quote_spanned!(ty.span()=> ::std::sync::Arc<str>) } else { ty.to_token_stream() };
    let literal = match default {
        Expr::Lit(ExprLit { lit, .. }) => constant(lit).map(|_| default.to_token_stream()),
        _ => None,
    };
    let (type_text, default_text) = (shown(ty.to_token_stream()), shown(default.to_token_stream()));
    let site = Declares {
        key,
        span,
        type_text: &type_text,
        default_text: &default_text,
        help,
        checked: is_nameable(&read_as, generics).then(|| read_as.clone()),
        literal,
    };
    let site = site.tokens();
    let read = quote_spanned!(at(span)=> ::hyperparameter::__private::optional::<#read_as>(#site));
    if is_text {
        let held = format_ident!("held_{}", pat.ident.unraw(), span = Span::mixed_site());
        return quote! {
            let #held = #read;
            #(#attrs)*
            let #pat: #ty = match &#held {
                ::core::option::Option::Some(text) => text,
                ::core::option::Option::None => #default,
            };
        };
    }
    quote! {
        #(#attrs)*
        let #pat: #ty = match #read {
            ::core::option::Option::Some(value) => value,
            ::core::option::Option::None => #default,
        };
    }
}

/// A literal that is a value of the store.
fn constant(lit: &Lit) -> Option<()> {
    match lit {
        Lit::Str(_) | Lit::Bool(_) | Lit::Char(_) => Some(()),
        Lit::Int(int) => int.base10_parse::<i32>().ok().map(|_| ()),
        Lit::Float(_) => Some(()),
        _ => None,
    }
}

/// Whether a static can name the type: it is of no generic parameter, also not of the impl's, whose names are not known here
/// and are short as a rule.
fn is_nameable(ty: &TokenStream, generics: &[String]) -> bool {
    ty.clone().into_iter().all(|token| match token {
        TokenTree::Ident(ident) => {
            let name = ident.to_string();
            let short = name.len() <= 2 && name.starts_with(|c: char| c.is_ascii_uppercase());
            name != "Self" && !short && !generics.contains(&name)
        }
        TokenTree::Punct(punct) => punct.as_char() != '\'',
        TokenTree::Group(group) => is_nameable(&group.stream(), generics),
        TokenTree::Literal(_) => true,
    })
}

fn mentions(tokens: &TokenStream, words: &[&str]) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => words.iter().any(|word| ident == word),
        TokenTree::Group(group) => mentions(&group.stream(), words),
        _ => false,
    })
}

/// A type as an expression may name it: its lifetimes are found there.
fn without_lifetimes(ty: TokenStream) -> TokenStream {
    let mut out = TokenStream::new();
    let mut tokens = ty.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '\'' => {
                let name = tokens.next();
                match name {
                    Some(TokenTree::Ident(name)) if name == "static" => {
                        out.extend([TokenTree::Punct(mark), TokenTree::Ident(name)]);
                    }
                    Some(name) => {
                        let anonymous = TokenTree::Ident(proc_macro2::Ident::new("_", name.span()));
                        out.extend([TokenTree::Punct(mark), anonymous]);
                    }
                    None => {}
                }
            }
            TokenTree::Group(group) => {
                let inner = without_lifetimes(group.stream());
                out.extend([TokenTree::Group(proc_macro2::Group::new(group.delimiter(), inner))]);
            }
            token => out.extend([token]),
        }
    }
    out
}

/// An `async fn` holds its arguments until it is done, used or not: they are moved into it, and taken apart there.
fn move_arguments(sig: &mut syn::Signature) -> syn::Result<TokenStream> {
    let mut moved = TokenStream::new();
    for (at, argument) in sig.inputs.iter_mut().enumerate() {
        let FnArg::Typed(argument) = argument else {
            moved.extend(quote!(let _ = &self;));
            continue;
        };
        let name = format_ident!("argument_{at}", span = Span::mixed_site());
        let pat = std::mem::replace(&mut *argument.pat, syn::parse_quote!(#name));
        moved.extend(quote!(let #pat = #name;));
    }
    Ok(moved)
}

/// The parameters, in the function's documentation.
fn docs(parameters: &[Parameter]) -> TokenStream {
    let mut lines = vec![String::new(), "# Parameters".to_owned(), String::new()];
    for Parameter { key, ty, default, help, .. } in parameters {
        let (ty, default) = (shown(ty.to_token_stream()), shown(default.to_token_stream()));
        let help = if help.is_empty() { String::new() } else { format!(": {}", help.replace('\n', " ")) };
        lines.push(format!("- `{key}: {ty} = {default}`{help}"));
    }
    quote!(#(#[doc = #lines])*)
}

/// An item beside the function that no trait has: in a trait's impl it is an error whose text says why, since a macro on a
/// method does not see in which impl it stands.
fn trait_guard(function: &ItemFn) -> TokenStream {
    let ident = &function.sig.ident;
    let name = format_ident!(
        "auto_param_cannot_stand_in_a_trait_impl__the_trait_fixes_the_arguments_of__{}__use_an_inherent_method",
        ident.unraw(),
        span = ident.span()
    );
    quote! {
        #[doc(hidden)]
        #[allow(non_upper_case_globals, dead_code)]
        const #name: () = ();
    }
}
