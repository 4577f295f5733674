//! Enums: a variant is named by a word, in any case; one with fields has a map of them.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataEnum, DeriveInput, Error, Fields, Variant};

use super::attr::{Container, Part};
use super::fields::Body;

pub(super) fn read(input: &DeriveInput, container: &Container, data: &DataEnum) -> syn::Result<TokenStream> {
    let title = input.ident.to_string();
    let mut names: Vec<String> = Vec::new();
    let mut places: Vec<usize> = Vec::new();
    let mut arms = Vec::new();
    let mut absent =
        container.default.then(|| quote!(::core::option::Option::Some(::core::default::Default::default())));
    let only_units = data.variants.iter().all(|variant| matches!(variant.fields, Fields::Unit));
    for (at, variant) in data.variants.iter().enumerate() {
        let part = Part::read(&variant.attrs)?;
        if part.skip {
            continue;
        }
        let ident = &variant.ident;
        let name = container.name(&part, ident);
        for name in std::iter::once(name.clone()).chain(part.aliases.iter().map(syn::LitStr::value)) {
            if names.contains(&name) {
                let message = format!("two variants are called {name:?}\nhelp: `rename` one of them");
                return Err(Error::new(ident.span(), message));
            }
            names.push(name);
            places.push(at);
        }
        if part.default.is_some() {
            if !matches!(variant.fields, Fields::Unit) {
                return Err(Error::new(
                    ident.span(),
                    "only a variant without fields can be the default one\nhelp: write `#[param(default)]` above the enum, and implement `Default`",
                ));
            }
            absent = Some(quote!(::core::option::Option::Some(Self::#ident)));
        }
        let value = value(variant, &title, &name, container)?;
        arms.push(quote!(#at => #value,));
    }
    if names.is_empty() {
        return Err(Error::new(
            input.ident.span(),
            "an enum without variants has no values to read\nhelp: give it a variant",
        ));
    }
    let absent = absent.unwrap_or_else(|| quote!(::core::option::Option::None));
    let variants = quote!(const VARIANTS: &[(&str, usize)] = &[#((#names, #places)),*];);
    let (ask, find) = if only_units && container.tag.is_none() {
        (
            quote!(
                const ASK: ::hyperparameter::value::Ask = ::hyperparameter::value::Ask::Str;
            ),
            quote!(let at = ::hyperparameter::__private::variant(value, VARIANTS, #title)?;),
        )
    } else {
        let tag = match &container.tag {
            Some(tag) => quote!(::core::option::Option::Some(#tag)),
            None => quote!(::core::option::Option::None),
        };
        (
            quote! {
                const ASK: ::hyperparameter::value::Ask = ::hyperparameter::value::Ask::Map;
                const ELSE: ::core::option::Option<::hyperparameter::value::Ask> =
                    ::core::option::Option::Some(::hyperparameter::value::Ask::Str);
            },
            quote!(let (at, inner) = ::hyperparameter::__private::tagged(value, VARIANTS, #tag, #title)?;),
        )
    };
    Ok(quote! {
        #ask
        fn from_converted(
            value: &::hyperparameter::value::Value,
        ) -> ::core::result::Result<Self, ::hyperparameter::value::Mismatch> {
            #variants
            #find
            match at {
                #(#arms)*
                _ => ::core::unreachable!("a place in the list of variants"),
            }
        }
        fn absent() -> ::core::option::Option<Self> {
            #absent
        }
    })
}

/// The variant, from the fields or the value in `inner`, as a `Result`.
fn value(variant: &Variant, title: &str, name: &str, container: &Container) -> syn::Result<TokenStream> {
    let ident = &variant.ident;
    let of = match &variant.fields {
        Fields::Unit => return Ok(quote!(::core::result::Result::Ok(Self::#ident))),
        Fields::Named(_) => {
            let inside = Container {
                deny_unknown: container.deny_unknown,
                tag: container.tag.clone(),
                rename_all: None,
                default: false,
            };
            let body = Body::read(&variant.fields, &inside)?;
            let of = body.read_map(&quote!(Self::#ident), &format!("{title}::{ident}"), &inside);
            quote! {
                let none = ::hyperparameter::value::Map::new();
                let map = match &inner {
                    ::core::option::Option::Some((_, inner)) => ::hyperparameter::__private::members(inner, #title)?,
                    ::core::option::Option::None => &none,
                };
                #of
            }
        }
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            let ty = &fields.unnamed[0].ty;
            quote!(::hyperparameter::__private::content::<#ty>(inner.as_ref().map(|(_, inner)| inner), #name).map(Self::#ident))
        }
        Fields::Unnamed(fields) => {
            return Err(Error::new_spanned(
                fields,
                "a variant with several fields without names has no keys for them\n\
                 help: name the fields, or give it one field",
            ));
        }
    };
    if container.tag.is_some() {
        // The fields stand beside the tag.
        return Ok(quote!({ #of }));
    }
    Ok(quote!({
        let of = || -> ::core::result::Result<Self, ::hyperparameter::value::Mismatch> { #of };
        of().map_err(|mismatch| match &inner {
            ::core::option::Option::Some((name, value)) => mismatch.at_field::<Self>(name, ::core::option::Option::Some(value)),
            ::core::option::Option::None => mismatch,
        })
    }))
}
