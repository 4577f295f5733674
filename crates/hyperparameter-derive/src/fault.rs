//! What a macro has to say against its input: where, what, and what to write instead.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

#[derive(Debug)]
pub(crate) struct Fault {
    span: Span,
    message: String,
    help: String,
}

impl Fault {
    pub(crate) fn new(span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: help.into() }
    }

    /// What syn has to say, with a help of ours.
    pub(crate) fn of(error: &syn::Error, help: impl Into<String>) -> Self {
        Self::new(error.span(), error.to_string(), help)
    }

    /// A statement that does not compile.
    fn tokens(&self) -> TokenStream {
        let text = format!("{}\nhelp: {}", self.message, self.help);
        quote_spanned!(self.span=> ::core::compile_error! { #text })
    }
}

/// All of them, as statements.
pub(crate) fn statements(faults: &[Fault]) -> TokenStream {
    faults.iter().map(Fault::tokens).collect()
}
