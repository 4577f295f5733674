//! The macros of the crate `hyperparameter`, which exports them: programs depend on that one.

#![deny(missing_docs)]

mod auto_param;
mod cursor;
mod default;
mod fault;
mod from_param;
mod get_param;
mod key;
mod parser;
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

/// Clap's `Parser`, with parameters: `--help` lists those that the program and its dependencies declare, and what a
/// `--define` sets is checked before the program goes on. See `cli` in the crate `hyperparameter`.
#[proc_macro_derive(Parser, attributes(arg, command, clap, group, value, params))]
pub fn parser(input: TokenStream) -> TokenStream {
    parser::expand(input.into()).into()
}

/// A function whose arguments with a `#[default(…)]` are parameters: they leave its signature, and scopes set them.
///
/// `#[auto_param("train")]` names the namespace; `#[auto_param]` takes the function's name.
#[proc_macro_attribute]
pub fn auto_param(attribute: TokenStream, item: TokenStream) -> TokenStream {
    auto_param::expand(attribute.into(), item.into()).into()
}
