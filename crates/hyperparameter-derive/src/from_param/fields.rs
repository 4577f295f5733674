//! Fields with names: each is a sub-key.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Fields, Ident, Type};

use super::attr::{Container, DefaultOf, Part};

/// The named fields of a struct or of a variant.
pub(super) struct Body<'a> {
    fields: Vec<Field<'a>>,
}

struct Field<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    part: Part,
    /// The sub-key, and its other names.
    names: Vec<String>,
}

impl<'a> Body<'a> {
    /// The fields; none where they have no names.
    pub(super) fn read(fields: &'a Fields, container: &Container) -> syn::Result<Self> {
        let mut read: Vec<Field<'a>> = Vec::new();
        for field in fields {
            let part = Part::read(&field.attrs)?;
            let Some(ident) = &field.ident else {
                if let Some(attr) = field.attrs.iter().find(|attr| attr.path().is_ident("param")) {
                    return Err(Error::new_spanned(attr, "a field without a name has no key\nhelp: name the field"));
                }
                continue;
            };
            let mut names = vec![container.name(&part, ident)];
            names.extend(part.aliases.iter().map(syn::LitStr::value));
            let taken = names.iter().find(|name| read.iter().any(|f| f.is_keyed() && f.names.contains(name)));
            if let Some(name) = taken.filter(|_| !part.skip && !part.flatten) {
                return Err(Error::new(
                    ident.span(),
                    format!("two fields have the key {name:?}\nhelp: `rename` one of them"),
                ));
            }
            read.push(Field { ident, ty: &field.ty, part, names });
        }
        Ok(Self { fields: read })
    }

    fn known(&self) -> Vec<&String> {
        self.fields.iter().filter(|f| f.is_keyed()).flat_map(|f| &f.names).collect()
    }

    /// The value of the fields from the variable `map`, as a `Result`. `path` constructs it.
    pub(super) fn read_map(&self, path: &TokenStream, title: &str, container: &Container) -> TokenStream {
        let known = self.known();
        let flattens = self.fields.iter().any(|field| field.part.flatten);
        let deny = (container.deny_unknown && !flattens).then(|| {
            let tag = container.tag.iter();
            quote!(::hyperparameter::__private::only_known(map, &[#(#known,)* #(#tag,)* ""], #title)?;)
        });
        let fields = self.fields.iter().map(|field| {
            let (ident, value) = (field.ident, field.read_map(&known, title, container));
            quote!(#ident: #value)
        });
        quote! {
            #deny
            ::core::result::Result::Ok(#path { #(#fields),* })
        }
    }

    /// The value where nothing is set, as an `Option`.
    pub(super) fn absent(&self, path: &TokenStream, container: &Container) -> TokenStream {
        let fields = self.fields.iter().map(|field| {
            let ident = field.ident;
            let ty = field.ty;
            let value = field.default(container).unwrap_or_else(|| match field.part.from_str {
                true => quote!(return ::core::option::Option::None),
                false => quote!(<#ty as ::hyperparameter::FromParam>::absent()?),
            });
            quote!(#ident: #value)
        });
        quote!(::core::option::Option::Some(#path { #(#fields),* }))
    }
}

impl Field<'_> {
    fn is_keyed(&self) -> bool {
        !self.part.skip && !self.part.flatten
    }

    fn default(&self, container: &Container) -> Option<TokenStream> {
        let ident = self.ident;
        match &self.part.default {
            Some(DefaultOf::Expr(expr)) => {
                let ty = self.ty;
                // A literal is enough for what is made from one: `default = "adam"` for a String.
                let literal = matches!(&**expr, syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(_), .. }));
                Some(if literal { quote!(<#ty as ::core::convert::From<_>>::from(#expr)) } else { quote!(#expr) })
            }
            Some(DefaultOf::Type) => Some(quote!(::core::default::Default::default())),
            None if container.default => Some(quote!(<Self as ::core::default::Default>::default().#ident)),
            None if self.part.skip => Some(quote!(::core::default::Default::default())),
            None => None,
        }
    }

    fn read_map(&self, known: &[&String], title: &str, container: &Container) -> TokenStream {
        let (ty, names) = (self.ty, &self.names);
        let default = self.default(container);
        if self.part.skip {
            return quote!(#default);
        }
        if self.part.flatten {
            return quote!(<#ty as ::hyperparameter::FromParam>::from_converted(
                &::hyperparameter::value::Value::Map(::std::sync::Arc::new(map.clone()))
            )?);
        }
        let read = if self.part.from_str {
            quote!(::hyperparameter::__private::parsed_member::<#ty>(map, &[#(#names),*])?)
        } else {
            quote!(::hyperparameter::__private::member::<#ty>(map, &[#(#names),*])?)
        };
        let name = &self.names[0];
        let missing = match default {
            Some(default) => default,
            None if self.part.from_str => {
                quote!(return ::core::result::Result::Err(
                    ::hyperparameter::__private::missing_member(map, #name, &[#(#known),*], #title)
                ))
            }
            None => quote!(match <#ty as ::hyperparameter::FromParam>::absent() {
                ::core::option::Option::Some(value) => value,
                ::core::option::Option::None => return ::core::result::Result::Err(
                    ::hyperparameter::__private::missing_member(map, #name, &[#(#known),*], #title)
                ),
            }),
        };
        quote!(match #read {
            ::core::option::Option::Some(value) => value,
            ::core::option::Option::None => #missing,
        })
    }
}
