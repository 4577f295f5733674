//! `get_param!` and `set_param!`: one parameter, in an expression.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::Type;

use crate::cursor::{Cursor, is_alone, is_mark};
use crate::default::{Ask, Held, Missing, lifetime};
use crate::fault::{Fault, statements};
use crate::key::{self, Follows};
use crate::site::{at, writes};
use crate::with_params::{block, prefix};

const HELP: &str = "write `get_param!(model.lr, 0.1)`, `get_param!(model.lr: f64)` or `get_param!(model.lr?)`";

pub(crate) fn get(input: TokenStream) -> TokenStream {
    let mut faults = Vec::new();
    let ask = parse(input, &mut faults);
    let read = ask.map(|ask| (ask.held(), ask.key.span, ask.read()));
    let value = match read {
        // A borrow right here, and not in a block: it lasts as long as what the macro stands in then.
        Some((Held::Text, span, read)) => {
            let read = parentheses(read);
            quote_spanned!(at(span)=> &*#read)
        }
        Some((Held::OptionalText, span, read)) => {
            let read = parentheses(read);
            quote_spanned!(at(span)=> ::core::option::Option::as_deref(&#read))
        }
        Some((Held::Value, _, read)) => read,
        None => quote!(::hyperparameter::__private::broken()),
    };
    with_faults(&faults, value)
}

fn with_faults(faults: &[Fault], value: TokenStream) -> TokenStream {
    if faults.is_empty() {
        return value;
    }
    let mut body = statements(faults);
    body.extend(value);
    block(body)
}

fn parentheses(tokens: TokenStream) -> TokenTree {
    let mut group = Group::new(Delimiter::None, tokens);
    group.set_span(Span::mixed_site());
    group.into()
}

fn parse(input: TokenStream, faults: &mut Vec<Fault>) -> Option<Ask> {
    let mut cursor = Cursor::new(input, Span::call_site());
    if cursor.is_empty() {
        faults.push(Fault::new(Span::call_site(), "`get_param!` needs a key", HELP));
        return None;
    }
    let key = key::take(&mut cursor, Follows::Argument, faults)?;
    let mut wanted = None;
    if is_alone(cursor.peek(0), cursor.peek(1), ':') {
        let _ = cursor.next();
        let (before, nothing) = (cursor.last(), cursor.is_empty());
        match prefix::<Type>(cursor.rest()) {
            Ok((found, rest)) => {
                cursor.replace(rest);
                if let Some(span) = lifetime(&found) {
                    let help = "write `&str`, which lasts to the end of the statement, or `String`, which is your own";
                    faults.push(Fault::new(span, "the text of a parameter does not live so long", help));
                }
                wanted = Some(found);
            }
            Err(_) if nothing => {
                faults.push(Fault::new(before, "a type must follow `:`", HELP));
                return None;
            }
            Err(error) => {
                faults.push(Fault::of(&error, HELP));
                return None;
            }
        }
    }
    let mut missing = cursor.eat('?').map_or(Missing::Panic, Missing::Return);
    let mut help = String::new();
    if !cursor.is_empty() {
        if cursor.eat(',').is_none() {
            let message = format!("expected `,` and a default, or the end, after the key `{}`", key.written());
            faults.push(Fault::new(cursor.here(), message, HELP));
        }
        let comma = cursor.last();
        let mut arguments = arguments(cursor.rest()).into_iter();
        match arguments.next() {
            Some(default) if matches!(missing, Missing::Panic) => missing = Missing::Default(default),
            Some(_) => faults.push(Fault::new(comma, "a default has no use after `?`", "drop the `?`, or the default")),
            None => {}
        }
        if let Some(text) = arguments.next() {
            let span = text.clone().into_iter().next().map_or(comma, |token| token.span());
            match syn::parse2::<syn::LitStr>(text) {
                Ok(text) => help = text.value(),
                Err(_) => {
                    let help = "write what the parameter is for as a string: `get_param!(lr, 0.1, \"learning rate\")`";
                    faults.push(Fault::new(span, "the third argument is a string literal", help));
                }
            }
        }
        if let Some(token) = arguments.next().and_then(|more| more.into_iter().next()) {
            faults.push(Fault::new(token.span(), "`get_param!` takes a key, a default and a help text", HELP));
        }
    }
    Some(Ask { key, wanted, missing, help })
}

/// What stands between commas; commas between angle brackets of a path are a part of it.
fn arguments(tokens: TokenStream) -> Vec<TokenStream> {
    let Ok((expression, rest)) = prefix::<syn::Expr>(tokens.clone()) else {
        // What is no expression is rustc's to explain.
        return if tokens.is_empty() { Vec::new() } else { vec![tokens] };
    };
    let mut first = TokenStream::new();
    let length = rest.clone().into_iter().count();
    let all = tokens.clone().into_iter().count();
    first.extend(tokens.into_iter().take(all - length));
    let _ = expression;
    let mut found = vec![first];
    let mut rest = rest.into_iter().peekable();
    if is_mark(rest.peek(), ',') {
        let _ = rest.next();
    }
    found.extend(arguments(rest.collect()));
    found
}

pub(crate) fn set(input: TokenStream) -> TokenStream {
    const HELP: &str = "write `set_param!(model.lr, 0.1)`";
    let mut faults = Vec::new();
    let mut cursor = Cursor::new(input, Span::call_site());
    let key = key::take(&mut cursor, Follows::Write, &mut faults);
    let value = key.map(|key| {
        let (site, span) = (writes(&key.name, key.span), key.span);
        if cursor.eat(',').or_else(|| cursor.eat('=')).is_none() && !cursor.is_empty() {
            let message = format!("expected `,` and a value after the key `{}`", key.written());
            faults.push(Fault::new(cursor.here(), message, HELP));
        }
        let mut values = arguments(cursor.rest()).into_iter();
        let Some(value) = values.next() else {
            let message = format!("a value is missing after the key `{}`", key.written());
            faults.push(Fault::new(cursor.last(), message, HELP));
            return TokenStream::new();
        };
        if let Some(token) = values.next().and_then(|more| more.into_iter().next()) {
            faults.push(Fault::new(token.span(), "`set_param!` takes a key and a value", HELP));
        }
        let pair = quote_spanned!(at(span)=> (#site, ::hyperparameter::__private::item(#value)));
        quote_spanned!(span=> ::hyperparameter::__private::write([#pair]))
    });
    with_faults(&faults, value.unwrap_or_default())
}
