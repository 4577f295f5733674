//! Tokens taken one after the other.

use std::collections::VecDeque;

use proc_macro2::{Delimiter, Ident, Spacing, Span, TokenStream, TokenTree};

#[derive(Debug)]
pub(crate) struct Cursor {
    rest: VecDeque<TokenTree>,
    /// The last token that was taken, at first what stands before all of them: where something is missing.
    last: Span,
}

impl Cursor {
    pub(crate) fn new(tokens: impl IntoIterator<Item = TokenTree>, before: Span) -> Self {
        Self { rest: tokens.into_iter().collect(), last: before }
    }

    pub(crate) fn peek(&self, at: usize) -> Option<&TokenTree> {
        self.rest.get(at)
    }

    pub(crate) fn next(&mut self) -> Option<TokenTree> {
        let token = self.rest.pop_front()?;
        self.last = token.span();
        Some(token)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn last(&self) -> Span {
        self.last
    }

    /// The next token's place; where there is none, that of the last.
    pub(crate) fn here(&self) -> Span {
        self.rest.front().map_or(self.last, TokenTree::span)
    }

    /// Takes this punctuation mark, where it stands alone: `=` is not the first half of `==`.
    pub(crate) fn eat(&mut self, mark: char) -> Option<TokenTree> {
        if is_alone(self.peek(0), self.peek(1), mark) { self.next() } else { None }
    }

    /// Takes this word.
    pub(crate) fn eat_word(&mut self, word: &str) -> Option<Ident> {
        match self.rest.front() {
            Some(TokenTree::Ident(ident)) if ident == word => match self.next() {
                Some(TokenTree::Ident(ident)) => Some(ident),
                _ => None,
            },
            _ => None,
        }
    }

    /// What is left.
    pub(crate) fn rest(&mut self) -> TokenStream {
        std::mem::take(&mut self.rest).into_iter().collect()
    }

    /// What a macro's variable brought in (`$key:literal`) stands in a group without marks: opens those in front.
    pub(crate) fn open(&mut self) {
        while let Some(TokenTree::Group(group)) = self.rest.front() {
            if group.delimiter() != Delimiter::None {
                return;
            }
            let inner = group.stream();
            let _ = self.rest.pop_front();
            for token in inner.into_iter().collect::<Vec<_>>().into_iter().rev() {
                self.rest.push_front(token);
            }
        }
    }

    /// Puts other tokens in the place of what is left.
    pub(crate) fn replace(&mut self, tokens: TokenStream) {
        self.rest = tokens.into_iter().collect();
    }
}

/// Whether this is a punctuation mark by itself, and not the first half of a longer one.
pub(crate) fn is_alone(token: Option<&TokenTree>, next: Option<&TokenTree>, mark: char) -> bool {
    let Some(TokenTree::Punct(punct)) = token else { return false };
    let joined = punct.spacing() == Spacing::Joint
        && matches!(next, Some(TokenTree::Punct(next)) if matches!(next.as_char(), '=' | '&' | '|' | '>' | '<') || next.as_char() == mark);
    punct.as_char() == mark && !joined
}

pub(crate) fn is_mark(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

pub(crate) fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == word)
}
