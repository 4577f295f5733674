//! The macros of the crate `hyperparameter`, which exports them: programs depend on that one.

#![deny(missing_docs)]

mod cursor;
mod default;
mod fault;
mod from_param;
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

/// A struct or an enum that can be read as a parameter: fields are sub-keys, variants are names. See the trait `FromParam`
/// of the crate `hyperparameter`.
#[proc_macro_derive(FromParam, attributes(param))]
pub fn from_param(input: TokenStream) -> TokenStream {
    from_param::from_param(input.into()).into()
}

/// A struct or an enum that can be set as a parameter: the way back of `FromParam`.
#[proc_macro_derive(IntoParam, attributes(param))]
pub fn into_param(input: TokenStream) -> TokenStream {
    from_param::into_param(input.into()).into()
}
