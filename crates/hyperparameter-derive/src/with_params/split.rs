//! The body of a block as its `@` lines and what stands between them, token by token: what is no `@` line is handed on as
//! it is, whether or not it is right.

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;

use super::line::WORDS;
use crate::cursor::{is_mark, is_word};
use crate::fault::Fault;

#[derive(Debug)]
pub(super) enum Part {
    /// Ordinary statements.
    Rust(Vec<TokenTree>),
    Line(Raw),
}

/// A line as it was found.
#[derive(Debug)]
pub(super) struct Raw {
    /// What stood above it, doc comments taken out.
    pub(super) attributes: TokenStream,
    /// The doc comment.
    pub(super) help: String,
    pub(super) word: Ident,
    pub(super) rest: TokenStream,
}

pub(super) fn split(body: TokenStream, faults: &mut Vec<Fault>) -> Vec<Part> {
    let tokens: Vec<TokenTree> = body.into_iter().collect();
    let (mut parts, mut rust) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < tokens.len() {
        if begins_statement(&rust) {
            let (attributes, after) = attributes(&tokens, at);
            if let Some((word, from)) = line_at(&tokens, after, faults) {
                let (help, attributes) = documentation(attributes);
                let end = end_of_line(&tokens, from, faults);
                if !rust.is_empty() {
                    parts.push(Part::Rust(std::mem::take(&mut rust)));
                }
                let rest = tokens[from..end.0].iter().cloned().collect();
                parts.push(Part::Line(Raw { attributes, help, word, rest }));
                at = end.1;
                continue;
            }
        } else if let Some(word) = at_word(&tokens, at).filter(is_known) {
            let help = format!("end the statement before it with `;`, or give `@{word}` a line of its own");
            faults.push(Fault::new(word.span(), format!("`@{word}` stands inside a statement"), help));
            // What was meant as a line of its own is read as one.
            rust.push(TokenTree::Punct(proc_macro2::Punct::new(';', Spacing::Alone)));
            continue;
        }
        let token = match &tokens[at] {
            TokenTree::Group(group) if !is_macro_input(&tokens[..at]) => without_lines(group, faults).into(),
            token => token.clone(),
        };
        rust.push(token);
        at += 1;
    }
    if !rust.is_empty() {
        parts.push(Part::Rust(rust));
    }
    parts
}

/// Whether a statement may begin after these tokens, which hold whole statements, or none.
fn begins_statement(before: &[TokenTree]) -> bool {
    match before.last() {
        None => true,
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        last => is_mark(last, ';'),
    }
}

/// The attributes that stand here, and where they end.
fn attributes(tokens: &[TokenTree], mut at: usize) -> (&[TokenTree], usize) {
    let from = at;
    while is_mark(tokens.get(at), '#') {
        match tokens.get(at + 1) {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => at += 2,
            _ => break,
        }
    }
    (&tokens[from..at], at)
}

/// The doc comment in some attributes, and the other attributes.
fn documentation(attributes: &[TokenTree]) -> (String, TokenStream) {
    let (mut help, mut others) = (Vec::new(), TokenStream::new());
    for pair in attributes.chunks(2) {
        let [mark, TokenTree::Group(group)] = pair else { continue };
        let mut inner = group.stream().into_iter();
        match (inner.next(), inner.next(), inner.next()) {
            (Some(TokenTree::Ident(doc)), Some(TokenTree::Punct(_)), Some(text)) if doc == "doc" => {
                if let Ok(text) = syn::parse2::<syn::LitStr>(text.into()) {
                    help.push(text.value().trim().to_owned());
                }
            }
            _ => {
                mark.to_tokens(&mut others);
                group.to_tokens(&mut others);
            }
        }
    }
    (help.join(" ").trim().to_owned(), others)
}

fn at_word(tokens: &[TokenTree], at: usize) -> Option<Ident> {
    match (tokens.get(at), tokens.get(at + 1)) {
        (Some(TokenTree::Punct(mark)), Some(TokenTree::Ident(word))) if mark.as_char() == '@' => Some(word.clone()),
        _ => None,
    }
}

fn is_known(word: &Ident) -> bool {
    WORDS.iter().any(|known| word == known)
}

/// The word of the line that begins here, and where what follows it begins.
fn line_at(tokens: &[TokenTree], at: usize, faults: &mut Vec<Fault>) -> Option<(Ident, usize)> {
    if is_mark(tokens.get(at), '@') {
        if let Some(word) = at_word(tokens, at) {
            return Some((word, at + 2));
        }
        let span = tokens.get(at).map_or_else(Span::call_site, TokenTree::span);
        let help = "write `@get`, `@set`, `@params`, `@empty`, `@frozen` or `@del`";
        faults.push(Fault::new(span, "a word must follow `@`", help));
        return Some((Ident::new("_", span), at + 1));
    }
    older(tokens, at).map(|word| (word, at + 1))
}

/// The older spelling without `@`: only where it can be nothing else.
fn older(tokens: &[TokenTree], at: usize) -> Option<Ident> {
    let Some(TokenTree::Ident(word)) = tokens.get(at) else { return None };
    let next = tokens.get(at + 1)?;
    let name = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if ident != "as");
    let line = match word.to_string().as_str() {
        "get" => name(next),
        "set" => name(next) || matches!(next, TokenTree::Literal(_)),
        "params" => match next {
            TokenTree::Literal(_) => true,
            // `params & mask` and `params * 2` may be sums with a variable of that name: not where a `;` makes them
            // statements, which would do nothing.
            TokenTree::Punct(mark) => {
                let single = mark.spacing() == Spacing::Alone
                    || !matches!(tokens.get(at + 2), Some(TokenTree::Punct(next)) if matches!(next.as_char(), '=' | '&'));
                matches!(mark.as_char(), '&' | '*')
                    && single
                    && tokens[at..].iter().any(|token| is_mark(Some(token), ';'))
            }
            next => name(next),
        },
        _ => false,
    };
    line.then(|| word.clone())
}

/// Where the line from here ends, and where the next statement begins.
fn end_of_line(tokens: &[TokenTree], from: usize, faults: &mut Vec<Fault>) -> (usize, usize) {
    for at in from..tokens.len() {
        if is_mark(tokens.get(at), ';') {
            return (at, at + 1);
        }
        if let Some(word) = at_word(tokens, at).filter(|word| is_known(word) && at > from) {
            let help = format!("end the line before `@{word}` with `;`");
            faults.push(Fault::new(tokens[at].span(), format!("expected `;` before `@{word}`"), help));
            return (at, at);
        }
    }
    (tokens.len(), tokens.len())
}

/// Whether a group that stands after these tokens is what a macro is given: `@` lines in there are its own.
pub(super) fn is_macro_input(before: &[TokenTree]) -> bool {
    match before {
        [.., TokenTree::Ident(_), mark] => is_mark(Some(mark), '!'),
        [.., TokenTree::Ident(_), mark, TokenTree::Ident(_)] => is_mark(Some(mark), '!'),
        _ => false,
    }
}

/// A group in which `@` lines have no place: they are noted, and taken out.
fn without_lines(group: &Group, faults: &mut Vec<Fault>) -> Group {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let mut kept: Vec<TokenTree> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let line = at_word(&tokens, at).filter(|_| group.delimiter() == Delimiter::Brace && begins_statement(&kept));
        if let Some(word) = line {
            let message = format!("`@{word}` stands in a nested block");
            let help = "`@` lines stand at statement starts of the `with_params!` block itself: give the nested block a \
                        `with_params! { … }` of its own";
            faults.push(Fault::new(tokens[at].span(), message, help));
            let length = tokens[at..].iter().take_while(|token| !is_mark(Some(token), ';')).count();
            at += length + 1;
            continue;
        }
        let token = match &tokens[at] {
            TokenTree::Group(inner) if !is_macro_input(&tokens[..at]) => without_lines(inner, faults).into(),
            token => token.clone(),
        };
        kept.push(token);
        at += 1;
    }
    let mut new = Group::new(group.delimiter(), kept.into_iter().collect());
    new.set_span(group.span());
    new
}

/// The places of each `.await` in these tokens, those in a nested `async` block, function or closure excepted.
pub(super) fn awaits(tokens: &TokenStream) -> Vec<Span> {
    let mut found = Vec::new();
    collect_awaits(tokens, &mut found);
    found
}

fn collect_awaits(tokens: &TokenStream, found: &mut Vec<Span>) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        if is_word(tokens.get(at), "async") {
            at = after_async(&tokens, at + 1);
            continue;
        }
        match &tokens[at] {
            TokenTree::Ident(word) if word == "await" && at > 0 && is_mark(tokens.get(at - 1), '.') => {
                found.push(word.span());
            }
            TokenTree::Group(group) => collect_awaits(&group.stream(), found),
            _ => {}
        }
        at += 1;
    }
}

/// Where what is async ends: a block, a function, or a closure without braces at the next `,` or `;`.
fn after_async(tokens: &[TokenTree], from: usize) -> usize {
    let mut closure = false;
    for at in from..tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return at + 1,
            TokenTree::Punct(mark) if mark.as_char() == '|' => closure = true,
            TokenTree::Punct(mark)
                if closure && matches!(mark.as_char(), ',' | ';') && is_past_arguments(&tokens[from..at]) =>
            {
                return at;
            }
            _ => {}
        }
    }
    tokens.len()
}

/// Whether both bars of a closure's arguments stand in these tokens.
fn is_past_arguments(tokens: &[TokenTree]) -> bool {
    tokens.iter().filter(|token| is_mark(Some(token), '|')).count() >= 2
}
