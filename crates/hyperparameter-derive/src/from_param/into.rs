//! `#[derive(IntoParam)]`: the way back, so that what was read can be set.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Error, Fields, parse_quote};

use super::attr::{Container, Part};
use super::bounded;

pub(super) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let container = Container::read(&input.attrs)?;
    let name = &input.ident;
    let body = match &input.data {
        Data::Struct(data) => {
            let (pattern, value) = fields(&data.fields, &container, None)?;
            quote!(let #name #pattern = value; #value)
        }
        Data::Enum(data) => {
            let mut arms = Vec::new();
            for variant in &data.variants {
                let part = Part::read(&variant.attrs)?;
                let (ident, own) = (&variant.ident, container.name(&part, &variant.ident));
                let inside = Container { rename_all: None, ..Container::default() };
                let tag = container.tag.as_ref().map(|tag| (tag.value(), own.clone()));
                let (pattern, value) = fields(&variant.fields, &inside, tag.as_ref())?;
                let value = match (&variant.fields, &tag) {
                    (Fields::Unit, None) => quote!(::hyperparameter::value::Value::str(#own)),
                    (_, None) => quote!(::hyperparameter::value::Value::map([(#own, #value)])),
                    (Fields::Unnamed(_), Some(_)) => {
                        let message =
                            "a tag stands beside fields with names, and this field has none\nhelp: name the field";
                        return Err(Error::new_spanned(&variant.fields, message));
                    }
                    (_, Some(_)) => value,
                };
                arms.push(quote!(#name::#ident #pattern => #value,));
            }
            quote!(match value { #(#arms)* })
        }
        Data::Union(data) => {
            return Err(Error::new(
                data.union_token.span,
                "a union is no parameter\nhelp: derive `IntoParam` for a struct or an enum",
            ));
        }
    };
    let generics = bounded(&input.generics, &parse_quote!(::core::convert::Into<::hyperparameter::value::Value>));
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        #[allow(unused_variables, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
        impl #impl_generics ::core::convert::From<#name #ty_generics> for ::hyperparameter::value::Value #where_clause {
            fn from(value: #name #ty_generics) -> Self {
                #body
            }
        }
    })
}

/// A pattern that takes the fields apart, and their value.
fn fields(
    fields: &Fields,
    container: &Container,
    tag: Option<&(String, String)>,
) -> syn::Result<(TokenStream, TokenStream)> {
    let into = |ident: &syn::Ident, part: &Part| {
        if part.from_str {
            quote!(::hyperparameter::value::Value::str(::std::string::ToString::to_string(&#ident)))
        } else {
            quote!(::core::convert::Into::<::hyperparameter::value::Value>::into(#ident))
        }
    };
    Ok(match fields {
        Fields::Unit => {
            let tag = tag.map(|(tag, own)| quote!((#tag, ::hyperparameter::value::Value::str(#own))));
            (quote!(), quote!(::hyperparameter::value::Value::map::<&str>([#tag])))
        }
        Fields::Unnamed(unnamed) => {
            let names: Vec<_> = (0..unnamed.unnamed.len()).map(|at| format_ident!("field_{at}")).collect();
            let values: Vec<_> = names.iter().map(|name| into(name, &Part::default())).collect();
            let value = match &values[..] {
                [only] => only.clone(),
                _ => quote!(::hyperparameter::value::Value::list([#(#values),*])),
            };
            (quote!((#(#names),*)), value)
        }
        Fields::Named(named) => {
            let (mut idents, mut pairs) = (Vec::new(), Vec::new());
            if let Some((tag, own)) = tag {
                pairs.push(quote!(pairs.push((#tag.to_owned(), ::hyperparameter::value::Value::str(#own)));));
            }
            for field in &named.named {
                let Some(ident) = &field.ident else { continue };
                idents.push(ident);
                let part = Part::read(&field.attrs)?;
                if part.skip {
                    continue;
                }
                let value = into(ident, &part);
                let own = container.name(&part, ident);
                pairs.push(if part.flatten {
                    quote!(if let ::hyperparameter::value::Value::Map(map) = #value {
                        pairs.extend(map.iter().map(|(name, value)| (name.to_owned(), value.clone())));
                    })
                } else {
                    quote!(pairs.push((#own.to_owned(), #value));)
                });
            }
            let value = quote!({
                let mut pairs: ::std::vec::Vec<(::std::string::String, ::hyperparameter::value::Value)> =
                    ::std::vec::Vec::new();
                #(#pairs)*
                ::hyperparameter::value::Value::map(pairs)
            });
            (quote!({ #(#idents),* }), value)
        }
    })
}
