//! `#[derive(FromParam)]` and `#[derive(IntoParam)]`: structs, whose fields are sub-keys, and enums, whose variants are
//! names.

mod attr;
mod fields;
mod into;
mod variants;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Generics, parse_quote};

use self::attr::Container;
use self::fields::Body;

pub(crate) fn from_param(input: TokenStream) -> TokenStream {
    syn::parse2(input).and_then(|input| derive(&input)).unwrap_or_else(|error| error.to_compile_error())
}

pub(crate) fn into_param(input: TokenStream) -> TokenStream {
    syn::parse2(input).and_then(|input| into::derive(&input)).unwrap_or_else(|error| error.to_compile_error())
}

fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let container = Container::read(&input.attrs)?;
    let body = match &input.data {
        Data::Struct(data) => structure(input, &container, &data.fields)?,
        Data::Enum(data) => variants::read(input, &container, data)?,
        Data::Union(data) => {
            return Err(Error::new(
                data.union_token.span,
                "a union cannot be read from parameters\nhelp: derive `FromParam` for a struct or an enum",
            ));
        }
    };
    let generics = bounded(&input.generics, &parse_quote!(::hyperparameter::FromParam));
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let name = &input.ident;
    Ok(quote! {
        #[automatically_derived]
        #[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
        impl #impl_generics ::hyperparameter::FromParam for #name #ty_generics #where_clause {
            #body
        }
    })
}

/// The generics, each type of which has the bound.
fn bounded(generics: &Generics, bound: &syn::TypeParamBound) -> Generics {
    let mut generics = generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(bound.clone());
    }
    generics
}

fn structure(input: &DeriveInput, container: &Container, fields: &Fields) -> syn::Result<TokenStream> {
    container.only_for_struct()?;
    let title = input.ident.to_string();
    let body = Body::read(fields, container)?;
    Ok(match fields {
        Fields::Named(_) => {
            let of = body.read_map(&quote!(Self), &title, container);
            let absent = body.absent(&quote!(Self), container);
            quote! {
                const ASK: ::hyperparameter::value::Ask = ::hyperparameter::value::Ask::Map;
                fn from_converted(
                    value: &::hyperparameter::value::Value,
                ) -> ::core::result::Result<Self, ::hyperparameter::value::Mismatch> {
                    let map = ::hyperparameter::__private::members(value, #title)?;
                    #of
                }
                fn absent() -> ::core::option::Option<Self> {
                    #absent
                }
            }
        }
        Fields::Unnamed(unnamed) if unnamed.unnamed.len() == 1 => newtype(&unnamed.unnamed[0].ty),
        Fields::Unnamed(unnamed) => {
            let types = unnamed.unnamed.iter().map(|field| &field.ty);
            let places = (0..unnamed.unnamed.len()).map(syn::Index::from);
            quote! {
                const ASK: ::hyperparameter::value::Ask = ::hyperparameter::value::Ask::List;
                fn from_converted(
                    value: &::hyperparameter::value::Value,
                ) -> ::core::result::Result<Self, ::hyperparameter::value::Mismatch> {
                    let parts = <(#(#types,)*) as ::hyperparameter::FromParam>::from_converted(value)?;
                    ::core::result::Result::Ok(Self(#(parts.#places),*))
                }
            }
        }
        Fields::Unit => {
            return Err(Error::new(
                input.ident.span(),
                "a struct without fields has nothing to read\nhelp: give it a field, or make it a variant of an enum",
            ));
        }
    })
}

/// A struct with one field without a name is what its field is.
fn newtype(ty: &syn::Type) -> TokenStream {
    let inner = quote!(<#ty as ::hyperparameter::FromParam>);
    quote! {
        const ASK: ::hyperparameter::value::Ask = #inner::ASK;
        const ELSE: ::core::option::Option<::hyperparameter::value::Ask> = #inner::ELSE;
        const NULL: bool = #inner::NULL;
        fn from_converted(
            value: &::hyperparameter::value::Value,
        ) -> ::core::result::Result<Self, ::hyperparameter::value::Mismatch> {
            #inner::from_converted(value).map(Self)
        }
        fn absent() -> ::core::option::Option<Self> {
            #inner::absent().map(Self)
        }
    }
}
