//! Tokens as a person would write them, for lists and messages.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// The source text of some tokens, near enough: their spaces are not known.
pub(crate) fn shown(tokens: TokenStream) -> String {
    let mut text = String::new();
    write(tokens, &mut text);
    text
}

fn write(tokens: TokenStream, text: &mut String) {
    let mut before: Option<TokenTree> = None;
    for token in tokens {
        if before.as_ref().is_some_and(|before| spaced(before, &token)) {
            text.push(' ');
        }
        match &token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                if group.stream().is_empty() {
                    text.push_str(open.trim());
                    text.push_str(close.trim());
                } else {
                    text.push_str(open);
                    write(group.stream(), text);
                    text.push_str(close);
                }
            }
            token => text.push_str(&token.to_string()),
        }
        before = Some(token);
    }
}

fn spaced(before: &TokenTree, token: &TokenTree) -> bool {
    match (before, token) {
        (TokenTree::Punct(mark), _) if matches!(mark.as_char(), ',' | ';') => true,
        (TokenTree::Punct(mark), TokenTree::Punct(_)) if mark.spacing() == Spacing::Joint => false,
        // What may be binary stands between spaces; the marks of types, paths and calls do not.
        (TokenTree::Punct(mark), _) => matches!(mark.as_char(), '=' | '+' | '/' | '%'),
        (_, TokenTree::Punct(mark)) => matches!(mark.as_char(), '=' | '+' | '/' | '%'),
        (_, TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        (TokenTree::Group(group), _) => group.delimiter() == Delimiter::Brace || !matches!(token, TokenTree::Group(_)),
        _ => true,
    }
}
