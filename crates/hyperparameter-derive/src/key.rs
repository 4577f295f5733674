//! Keys as they stand in source: bare segments, or a string literal.

use proc_macro2::{Delimiter, Span, TokenTree};
use syn::ext::IdentExt;

use crate::cursor::{Cursor, is_mark};
use crate::fault::Fault;

/// A valid key (rule K1) and its place.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) span: Span,
}

impl Key {
    /// As it is written in source.
    pub(crate) fn written(&self) -> String {
        let bare = |segment: &str| {
            segment.bytes().all(|byte| byte.is_ascii_digit())
                || syn::parse_str::<proc_macro2::Ident>(segment).is_ok()
                || syn::parse_str::<proc_macro2::Ident>(&format!("r#{segment}")).is_ok()
        };
        if self.name.split('.').all(bare) { self.name.clone() } else { format!("{:?}", self.name) }
    }
}

/// What may follow a key besides the end: it is no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Follows {
    /// `@get`: words and `?`.
    Get,
    /// `@set`, `@del`: `=`.
    Write,
    /// `get_param!`: a comma, a colon, `?`.
    Argument,
}

/// Takes the key that stands next. What is wrong with it is noted, and the key that was meant is given where that is
/// plain; `None` where there is no key, or none that is valid.
pub(crate) fn take(cursor: &mut Cursor, follows: Follows, faults: &mut Vec<Fault>) -> Option<Key> {
    cursor.open();
    let span = cursor.here();
    if let Some(TokenTree::Literal(literal)) = cursor.peek(0) {
        let text = literal.to_string();
        if text.starts_with(['"', 'r']) {
            return string(cursor, faults);
        }
        if text.starts_with(['b', 'c', '\'']) {
            faults.push(Fault::new(
                span,
                format!("{text} is no key"),
                "a key is bare segments, or a string: `\"a.b\"`",
            ));
            let _ = cursor.next();
            return None;
        }
    }
    let mut name = String::new();
    loop {
        cursor.open();
        match segment(cursor, &name) {
            Ok(segment) => name.push_str(&segment),
            Err(fault) => {
                faults.push(fault);
                return None;
            }
        }
        if is_mark(cursor.peek(0), '.') {
            let _ = cursor.next();
            name.push('.');
        } else if !name.ends_with('.') {
            break;
        }
    }
    strange(cursor, follows, &mut name, faults);
    checked(name, span, faults)
}

fn checked(name: String, span: Span, faults: &mut Vec<Fault>) -> Option<Key> {
    match hyperparameter_key::validate(&name) {
        Ok(()) => Some(Key { name, span }),
        Err(fault) => {
            let shown: String = name.chars().take(60).collect();
            let message = format!("invalid key {shown:?} at byte {}: {}", fault.at, fault.reason);
            faults.push(Fault::new(span, message, fault.help));
            None
        }
    }
}

fn string(cursor: &mut Cursor, faults: &mut Vec<Fault>) -> Option<Key> {
    let token = cursor.next()?;
    let span = token.span();
    let literal = syn::parse2::<syn::LitStr>(token.into());
    if is_mark(cursor.peek(0), '.') {
        faults.push(Fault::new(cursor.here(), "a key is one string", "write the whole key between the quotes"));
        while is_mark(cursor.peek(0), '.') {
            let _ = (cursor.next(), cursor.next());
        }
    }
    match literal {
        Ok(literal) => checked(literal.value(), span, faults),
        Err(error) => {
            faults.push(Fault::of(&error, "a key is bare segments, or a string: `\"a.b\"`"));
            None
        }
    }
}

/// One segment; two or more where digits were read as a float: `layers.0.1`.
fn segment(cursor: &mut Cursor, before: &str) -> Result<String, Fault> {
    let here = cursor.here();
    let missing = || match before {
        "" => Fault::new(here, "a key is missing", "write its segments, as in `model.layers.0.size`, or a string"),
        _ => Fault::new(here, format!("a segment is missing after `{before}`"), "write a name between two `.`"),
    };
    match cursor.peek(0) {
        Some(TokenTree::Ident(ident)) => {
            let name = ident.unraw().to_string();
            let _ = cursor.next();
            Ok(name)
        }
        Some(TokenTree::Literal(literal)) => {
            let text = literal.to_string();
            if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
                let _ = cursor.next();
                return Ok(text);
            }
            let whole = format!("{before}{}", text.trim_matches('"'));
            Err(Fault::new(
                here,
                format!("`{text}` is no bare segment, which is a name, a keyword or digits"),
                format!("write the key as a string: {whole:?}"),
            ))
        }
        _ => Err(missing()),
    }
}

/// What stands after a bare key and was meant as a part of it.
fn strange(cursor: &mut Cursor, follows: Follows, name: &mut String, faults: &mut Vec<Fault>) {
    match cursor.peek(0) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => {
            let help = format!("write an index as a segment: `{name}.{}`", group.stream());
            faults.push(Fault::new(group.span(), "a key is not indexed", help));
            let _ = cursor.next();
        }
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            let message = format!("`{name}` is a key, not a function");
            faults.push(Fault::new(group.span(), message, "drop the brackets"));
            let _ = cursor.next();
        }
        Some(TokenTree::Punct(punct)) => {
            let (mark, span) = (punct.as_char(), punct.span());
            if mark == ':' && is_mark(cursor.peek(1), ':') {
                let help = "join segments by `.`, as in `model.lr`";
                faults.push(Fault::new(span, "`::` cannot stand in a key", help));
                join(cursor, name);
                return;
            }
            let part =
                matches!(mark, '-' | '/' | '+' | '%' | '~' | '@') || (mark == ':' && follows != Follows::Argument);
            if part {
                join(cursor, name);
                let help = format!("write the key as a string: {name:?}");
                faults.push(Fault::new(span, format!("`{mark}` cannot stand in a bare key"), help));
            }
        }
        _ => {}
    }
}

/// Takes what belongs to the name by its look: marks, and the words between them.
fn join(cursor: &mut Cursor, name: &mut String) {
    let mut mark = false;
    while let Some(token) = cursor.peek(0) {
        let text = match token {
            TokenTree::Punct(punct) if "-/+%~@:.".contains(punct.as_char()) => punct.as_char().to_string(),
            TokenTree::Ident(_) | TokenTree::Literal(_) if mark => token.to_string(),
            _ => return,
        };
        mark = matches!(token, TokenTree::Punct(_));
        // `::` was meant as `.`.
        match text.as_str() {
            ":" if name.ends_with('.') => {}
            ":" if is_mark(cursor.peek(1), ':') => name.push('.'),
            text => name.push_str(text),
        }
        let _ = cursor.next();
    }
}
