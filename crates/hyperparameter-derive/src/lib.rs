//! The macros of the crate `hyperparameter`, which exports them: programs depend on that one.

#![deny(missing_docs)]

mod cursor;
mod default;
mod fault;
mod get_param;
mod key;
mod site;
mod text;
mod with_params;

use proc_macro::TokenStream;

/// See the crate `hyperparameter`.
#[proc_macro]
pub fn with_params(input: TokenStream) -> TokenStream {
    with_params::expand(input.into()).into()
}

/// See the crate `hyperparameter`.
#[proc_macro]
pub fn get_param(input: TokenStream) -> TokenStream {
    get_param::get(input.into()).into()
}

/// See the crate `hyperparameter`.
#[proc_macro]
pub fn set_param(input: TokenStream) -> TokenStream {
    get_param::set(input.into()).into()
}
