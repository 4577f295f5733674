//! The statements that a block becomes.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};

use super::await_fault;
use super::line::Line;
use super::split::awaits;
use crate::cursor::is_mark;
use crate::default::{Held, literal};
use crate::fault::Fault;
use crate::key::Key;
use crate::site::{at, writes};

#[derive(Debug, Default)]
pub(super) struct Emit {
    statements: TokenStream,
    /// `@set` lines that are one write: none of them can see another.
    pairs: Vec<(Key, TokenStream)>,
    /// Keys set since the last ordinary statement.
    set: HashSet<String>,
    /// Whether the block has opened a scope.
    open: bool,
    /// Whether the innermost of them is one for `@set`: what is entered by `@params` keeps its own values.
    own: bool,
    count: usize,
}

impl Emit {
    /// Ordinary statements.
    pub(super) fn rust(&mut self, tokens: TokenStream, faults: &mut Vec<Fault>) {
        self.flush();
        self.check(&tokens, faults);
        if !tokens.clone().into_iter().all(|token| is_mark(Some(&token), ';')) {
            self.set.clear();
        }
        self.statements.extend(tokens);
    }

    fn check(&self, tokens: &TokenStream, faults: &mut Vec<Fault>) {
        if self.open {
            faults.extend(awaits(tokens).into_iter().map(await_fault));
        }
    }

    pub(super) fn line(&mut self, word: &Ident, attributes: &TokenStream, line: Line, faults: &mut Vec<Fault>) {
        if let Line::Set { key, value } = line {
            return self.set(attributes, key, value, faults);
        }
        self.flush();
        let here = at(word.span());
        match line {
            Line::Get { mutable, name, ask } => {
                let (read, wanted, held) =
                    (ask.read(), ask.wanted.as_ref().map(|wanted| quote!(: #wanted)), ask.held());
                self.check(&read, faults);
                if held == Held::Value {
                    self.statements.extend(quote!(#attributes let #mutable #name #wanted = #read;));
                    return;
                }
                let text = self.local("text", here);
                let borrowed = match held {
                    Held::OptionalText => quote_spanned!(here=> ::core::option::Option::as_deref(&#text)),
                    _ => quote_spanned!(here=> &*#text),
                };
                self.statements.extend(quote_spanned!(here=> #attributes let #text = #read;));
                self.statements.extend(quote!(#attributes let #mutable #name #wanted = #borrowed;));
            }
            Line::Params { scope, span } => {
                self.check(&scope, faults);
                self.guard(attributes, here, &quote_spanned!(span=> ::hyperparameter::__private::enter(#scope)));
            }
            Line::Empty(span) => {
                self.guard(attributes, here, &quote_spanned!(span=> ::hyperparameter::__private::enter_empty()));
            }
            Line::Frozen(span) => {
                self.statements.extend(quote_spanned!(span=> #attributes ::hyperparameter::frozen();));
            }
            Line::Delete(key) => {
                if !self.open {
                    self.open_own();
                }
                let (site, span) = (writes(&key.name, key.span), key.span);
                self.statements.extend(quote_spanned!(span=> #attributes ::hyperparameter::__private::delete(#site);));
            }
            Line::Broken(Some((name, wanted))) => {
                let value = match wanted {
                    Some(wanted) => quote_spanned!(here=> ::hyperparameter::__private::broken::<#wanted>()),
                    None => quote_spanned!(here=> ::core::unreachable!()),
                };
                self.statements.extend(quote_spanned!(here=> #[allow(unused)] let #name = #value;));
            }
            Line::Set { .. } | Line::Broken(None) => {}
        }
    }

    fn set(&mut self, attributes: &TokenStream, key: Key, value: TokenStream, faults: &mut Vec<Fault>) {
        if !self.set.insert(key.name.clone()) {
            let message = format!("`{}` is set twice with nothing between", key.written());
            faults.push(Fault::new(key.span, message, "drop one of the two `@set` lines"));
        }
        // The first value is evaluated before the scope is entered.
        if self.open || !self.pairs.is_empty() {
            faults.extend(awaits(&value).into_iter().map(await_fault));
        }
        if !attributes.is_empty() {
            self.flush();
            self.open_own();
            let write = self.write(std::iter::once((key, value)));
            self.statements.extend(quote!(#attributes #write;));
            return;
        }
        if !self.pairs.is_empty() && !is_simple(&value) {
            self.flush();
        }
        self.pairs.push((key, value));
    }

    /// A scope for what writes without one that was opened.
    fn open_own(&mut self) {
        if !self.own {
            let here = Span::mixed_site();
            self.guard(&TokenStream::new(), here, &quote_spanned!(here=> ::hyperparameter::__private::enter_new()));
            self.own = true;
        }
    }

    fn local(&mut self, name: &str, here: Span) -> Ident {
        self.count += 1;
        format_ident!("__{name}_{}", self.count, span = here)
    }

    fn guard(&mut self, attributes: &TokenStream, here: Span, enter: &TokenStream) {
        (self.open, self.own) = (true, false);
        let guard = self.local("scope", here);
        self.statements.extend(quote_spanned!(here=> #attributes let #guard = #enter;));
    }

    fn write(&self, pairs: impl IntoIterator<Item = (Key, TokenStream)>) -> TokenStream {
        let (span, pairs) = written(pairs);
        quote_spanned!(span=> ::hyperparameter::__private::write([#pairs]))
    }

    /// Writes the `@set` lines that wait.
    fn flush(&mut self) {
        let pairs = std::mem::take(&mut self.pairs);
        if pairs.is_empty() {
            return;
        }
        if self.own {
            let write = self.write(pairs);
            self.statements.extend(quote!(#write;));
            return;
        }
        self.enter(pairs);
        self.own = true;
    }

    fn enter(&mut self, pairs: Vec<(Key, TokenStream)>) {
        let literals: Option<Vec<(Key, TokenStream)>> =
            pairs.iter().map(|(key, value)| Some((key.clone(), literal(value)?))).collect();
        let Some(literals) = literals else {
            let (span, pairs) = written(pairs);
            return self.guard(
                &TokenStream::new(),
                at(span),
                &quote_spanned!(span=> ::hyperparameter::__private::enter_pairs([#pairs])),
            );
        };
        // What is known when the program is compiled is laid out once: entering is one frame then, however many keys.
        let (span, pairs) = written(literals);
        let here = at(span);
        let scope = quote_spanned! {here=> {
            static SCOPE: ::hyperparameter::__private::Literals =
                ::hyperparameter::__private::Literals::new(|| ::hyperparameter::__private::prepared([#pairs]));
            &SCOPE
        }};
        self.guard(
            &TokenStream::new(),
            here,
            &quote_spanned!(span=> ::hyperparameter::__private::enter_literals(#scope)),
        );
    }

    pub(super) fn finish(mut self) -> TokenStream {
        self.flush();
        self.statements
    }
}

/// Pairs as the functions for macros take them, and the place of the first.
fn written(pairs: impl IntoIterator<Item = (Key, TokenStream)>) -> (Span, TokenStream) {
    let (mut span, mut tokens) = (None, TokenStream::new());
    for (key, value) in pairs {
        span = span.or(Some(key.span));
        let (site, here) = (writes(&key.name, key.span), at(key.span));
        tokens.extend(quote_spanned!(here=> (#site, ::hyperparameter::__private::item(#value)),));
    }
    (span.unwrap_or_else(Span::mixed_site), tokens)
}

/// Whether evaluating this cannot read a parameter, and so cannot see the line before it: a literal, or a place.
fn is_simple(value: &TokenStream) -> bool {
    literal(value).is_some()
        || value.clone().into_iter().all(|token| match token {
            TokenTree::Ident(word) => word != "await",
            TokenTree::Punct(mark) => matches!(mark.as_char(), '.' | ':'),
            _ => false,
        })
}
