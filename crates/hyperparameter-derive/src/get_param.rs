//! `get_param!` and `set_param!`: one parameter, in an expression.

use proc_macro2::TokenStream;

pub(crate) fn get(input: TokenStream) -> TokenStream {
    input
}

pub(crate) fn set(input: TokenStream) -> TokenStream {
    input
}
