//! The static of a call site, as every macro that names a key writes it into the program.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// A place that declares a parameter.
#[derive(Debug)]
pub(crate) struct Declares<'a> {
    /// The key, valid by rule K1.
    pub(crate) key: &'a str,
    /// Where it stands: the place that errors and lists show.
    pub(crate) span: Span,
    /// The type as written; may be empty.
    pub(crate) type_text: &'a str,
    /// The default as written; empty for a required parameter.
    pub(crate) default_text: &'a str,
    /// What the parameter is for; may be empty.
    pub(crate) help: &'a str,
    /// The default, where it is a literal: it is part of what the program declares.
    pub(crate) literal: Option<TokenStream>,
    /// The type by which a command line is checked, where it is known here: no type of the program's own may stand in it,
    /// which may be a parameter of the function.
    pub(crate) checked: Option<TokenStream>,
}

impl Declares<'_> {
    /// An expression of the type `&'static ::hyperparameter::__private::CallSite`.
    ///
    /// A block of its own, with nothing of the user's in it: a static's name is not hygienic.
    pub(crate) fn tokens(&self) -> TokenStream {
        let Self { key, type_text, default_text, help, .. } = self;
        let hash = hyperparameter_key::hash(key);
        let default = match &self.literal {
            Some(literal) => {
                quote_spanned!(at(self.span)=> ::core::option::Option::Some(|| ::hyperparameter::__private::item(#literal)))
            }
            None => quote_spanned!(at(self.span)=> ::core::option::Option::None),
        };
        // This call has the key's own span: `Location::caller()` is the line of the key then, and not that of the macro.
        let site =
            quote_spanned!(self.span=> ::hyperparameter::__private::Site::new(#key, #type_text, #default_text, #help));
        let checked = self.checked.iter();
        quote_spanned! {at(self.span)=> {
            const SITE: ::hyperparameter::__private::Site = #site #(.checked::<#checked>())*;
            ::hyperparameter::__submit_site!(SITE);
            static CALL_SITE: ::hyperparameter::__private::CallSite =
                ::hyperparameter::__private::CallSite::reads(#hash, SITE, #default);
            &CALL_SITE
        }}
    }
}

/// As [`Declares::tokens`], for a place that writes.
pub(crate) fn writes(key: &str, span: Span) -> TokenStream {
    let hash = hyperparameter_key::hash(key);
    let site = quote_spanned!(span=> ::hyperparameter::__private::Site::new(#key, "", "", ""));
    quote_spanned! {at(span)=> {
        static CALL_SITE: ::hyperparameter::__private::CallSite =
            ::hyperparameter::__private::CallSite::writes(#hash, #site);
        &CALL_SITE
    }}
}

/// The same place, for code that no lint is to take for the user's.
pub(crate) fn at(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}
