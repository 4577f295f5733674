//! `#[derive(Parser)]`: clap's own derive, on a copy of the type, and parameters with it.
//!
//! A derive sees a type and cannot give it another derive. So the type is written once more inside a `const _` with clap's
//! derive and attributes on it, and what clap made for the copy is handed on to the type itself, field by field.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::{Attribute, Data, DeriveInput, Error, Field, Fields, Ident, Type};

/// The attributes that clap's derive reads.
const CLAPS: &[&str] = &["arg", "command", "clap", "group", "value", "doc"];

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    syn::parse2(input).and_then(|input| derive(&input)).unwrap_or_else(|error| error.to_compile_error())
}

fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let copy = format_ident!("{name}OfClap");
    let skip = skips(&input.attrs)?;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let own = quote!(#name #ty_generics);
    let (mut ids, mut checks) = (Vec::new(), Vec::new());
    let (body, there, back) = match &input.data {
        Data::Struct(data) => {
            let parts = Parts::of(&data.fields, &own)?;
            let (declared, pattern) = (&parts.declared, &parts.pattern);
            let semi = matches!(data.fields, Fields::Unit).then(|| quote!(;));
            let there = quote!(let #name #pattern = own; #copy #pattern);
            let back = quote!(let #copy #pattern = copy; #name #pattern);
            for field in &parts.defines {
                checks.push(quote!(#name { #field, .. } => {
                    ::hyperparameter::__private::program::check_defines(#field)?;
                }));
                ids.push(unraw(field));
            }
            (quote!(struct #copy #impl_generics #where_clause #declared #semi), there, back)
        }
        Data::Enum(data) => {
            let mut variants = Vec::new();
            let (mut there, mut back) = (Vec::new(), Vec::new());
            for variant in &data.variants {
                let parts = Parts::of(&variant.fields, &own)?;
                let (ident, attrs) = (&variant.ident, claps(&variant.attrs, &own));
                let (declared, pattern) = (&parts.declared, &parts.pattern);
                variants.push(quote!(#(#attrs)* #ident #declared));
                there.push(quote!(#name::#ident #pattern => #copy::#ident #pattern));
                back.push(quote!(#copy::#ident #pattern => #name::#ident #pattern));
                for field in &parts.defines {
                    checks.push(quote!(#name::#ident { #field, .. } => {
                        ::hyperparameter::__private::program::check_defines(#field)?;
                    }));
                    ids.push(unraw(field));
                }
            }
            let there = quote!(match own { #(#there),* });
            let back = quote!(match copy { #(#back),* });
            (quote!(enum #copy #impl_generics #where_clause { #(#variants),* }), there, back)
        }
        Data::Union(data) => {
            return Err(Error::new(
                data.union_token.span,
                "a union is no command line\nhelp: derive `Parser` for a struct or an enum",
            ));
        }
    };
    let attrs = claps(&input.attrs, &own);
    // A struct's arguments are a group of its name, which other arguments may refer to.
    let names_group = input.attrs.iter().any(|attr| attr.path().is_ident("group"));
    let title = name.to_string();
    let group = (matches!(input.data, Data::Struct(_)) && !names_group).then(|| quote!(#[group(id = #title)]));
    let (listed, check) = if skip {
        (quote!(command), quote!())
    } else {
        let listed = quote!(::hyperparameter::__private::program::with_parameters(command, &[#(#ids),*]));
        let check = (!checks.is_empty()).then(|| {
            quote!(match &this {
                #(#checks)*
                #[allow(unreachable_patterns)]
                _ => {}
            })
        });
        (listed, quote!(#check))
    };
    let copied = quote!(#copy #ty_generics);
    let kind = match &input.data {
        Data::Enum(_) => quote! {
            impl #impl_generics clap::Subcommand for #own #where_clause {
                fn augment_subcommands(command: clap::Command) -> clap::Command {
                    <#copied as clap::Subcommand>::augment_subcommands(command)
                }
                fn augment_subcommands_for_update(command: clap::Command) -> clap::Command {
                    <#copied as clap::Subcommand>::augment_subcommands_for_update(command)
                }
                fn has_subcommand(name: &str) -> bool {
                    <#copied as clap::Subcommand>::has_subcommand(name)
                }
            }
        },
        _ => quote! {
            impl #impl_generics clap::Args for #own #where_clause {
                fn group_id() -> ::core::option::Option<clap::Id> {
                    <#copied as clap::Args>::group_id()
                }
                fn augment_args(command: clap::Command) -> clap::Command {
                    <#copied as clap::Args>::augment_args(command)
                }
                fn augment_args_for_update(command: clap::Command) -> clap::Command {
                    <#copied as clap::Args>::augment_args_for_update(command)
                }
            }
        },
    };
    Ok(quote! {
        #[allow(dead_code, unused_imports, missing_docs, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
        const _: () = {
            use ::hyperparameter::clap;

            #[derive(clap::Parser)]
            #(#attrs)*
            #group
            #body

            #[automatically_derived]
            impl #impl_generics clap::CommandFactory for #own #where_clause {
                fn command() -> clap::Command {
                    let command = <#copied as clap::CommandFactory>::command();
                    #listed
                }
                fn command_for_update() -> clap::Command {
                    let command = <#copied as clap::CommandFactory>::command_for_update();
                    #listed
                }
            }

            #[automatically_derived]
            impl #impl_generics clap::FromArgMatches for #own #where_clause {
                fn from_arg_matches(matches: &clap::ArgMatches) -> ::core::result::Result<Self, clap::Error> {
                    Self::from_arg_matches_mut(&mut matches.clone())
                }
                fn from_arg_matches_mut(matches: &mut clap::ArgMatches) -> ::core::result::Result<Self, clap::Error> {
                    let copy = <#copied as clap::FromArgMatches>::from_arg_matches_mut(matches)?;
                    let this: Self = { #back };
                    #check
                    ::core::result::Result::Ok(this)
                }
                fn update_from_arg_matches(&mut self, matches: &clap::ArgMatches) -> ::core::result::Result<(), clap::Error> {
                    self.update_from_arg_matches_mut(&mut matches.clone())
                }
                fn update_from_arg_matches_mut(
                    &mut self,
                    matches: &mut clap::ArgMatches,
                ) -> ::core::result::Result<(), clap::Error> {
                    let mut updated = ::core::result::Result::Ok(());
                    ::hyperparameter::__private::replace(self, |own| {
                        let mut copy: #copied = { #there };
                        updated = <#copied as clap::FromArgMatches>::update_from_arg_matches_mut(&mut copy, matches);
                        #back
                    });
                    updated?;
                    let this = &*self;
                    #check
                    ::core::result::Result::Ok(())
                }
            }

            #[automatically_derived]
            #kind

            #[automatically_derived]
            impl #impl_generics clap::Parser for #own #where_clause {
                fn parse() -> Self {
                    ::hyperparameter::__private::program::parse()
                }
                fn try_parse() -> ::core::result::Result<Self, clap::Error> {
                    ::hyperparameter::__private::program::try_parse()
                }
                fn parse_from<I, T>(words: I) -> Self
                where
                    I: ::core::iter::IntoIterator<Item = T>,
                    T: ::core::convert::Into<::std::ffi::OsString> + ::core::clone::Clone,
                {
                    ::hyperparameter::__private::program::parse_from(words)
                }
                fn try_parse_from<I, T>(words: I) -> ::core::result::Result<Self, clap::Error>
                where
                    I: ::core::iter::IntoIterator<Item = T>,
                    T: ::core::convert::Into<::std::ffi::OsString> + ::core::clone::Clone,
                {
                    ::hyperparameter::__private::program::try_parse_from(words)
                }
            }
        };
    })
}

/// The fields of a struct or a variant.
struct Parts {
    /// As they are declared in the copy.
    declared: TokenStream,
    /// Takes them apart, and puts them together.
    pattern: TokenStream,
    /// Those that hold definitions of parameters.
    defines: Vec<Ident>,
}

impl Parts {
    fn of(fields: &Fields, own: &TokenStream) -> syn::Result<Self> {
        let mut defines = Vec::new();
        for field in fields {
            let skip = skips(&field.attrs)?;
            if let Some(ident) = field.ident.as_ref().filter(|_| !skip && is_define(field)) {
                defines.push(ident.clone());
            }
        }
        let declared = fields.iter().map(|field| {
            let (attrs, ident, ty) = (claps(&field.attrs, own), &field.ident, &field.ty);
            let colon = ident.as_ref().map(|_| quote!(:));
            quote!(#(#attrs)* #ident #colon #ty)
        });
        let (declared, pattern) = match fields {
            Fields::Named(_) => {
                let names = fields.iter().map(|field| &field.ident);
                (quote!({ #(#declared),* }), quote!({ #(#names),* }))
            }
            Fields::Unnamed(_) => {
                let names = (0..fields.len()).map(|at| format_ident!("field_{at}"));
                (quote!((#(#declared),*)), quote!((#(#names),*)))
            }
            Fields::Unit => (quote!(), quote!()),
        };
        Ok(Self { declared, pattern, defines })
    }
}

fn unraw(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").map_or(name.clone(), str::to_owned)
}

/// Whether `#[params(skip)]` stands here.
fn skips(attrs: &[Attribute]) -> syn::Result<bool> {
    let mut skip = false;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("params")) {
        attr.parse_nested_meta(|meta| {
            if !meta.path.is_ident("skip") {
                return Err(meta.error("no such word in `#[params(…)]`\nhelp: there is `skip`"));
            }
            skip = true;
            Ok(())
        })?;
    }
    Ok(skip)
}

/// Clap's attributes; in them `Self` is the type itself, and not its copy.
fn claps(attrs: &[Attribute], own: &TokenStream) -> Vec<TokenStream> {
    let claps = attrs.iter().filter(|attr| CLAPS.iter().any(|name| attr.path().is_ident(name)));
    claps.map(|attr| with_self(quote!(#attr), own)).collect()
}

fn with_self(tokens: TokenStream, own: &TokenStream) -> TokenStream {
    let each = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(ident) if ident == "Self" => quote!(<#own>),
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), with_self(group.stream(), own));
            inner.set_span(group.span());
            TokenTree::Group(inner).into()
        }
        other => other.into(),
    });
    each.collect()
}

/// Whether this is a `Vec<String>` whose long name is `define`.
fn is_define(field: &Field) -> bool {
    let Type::Path(path) = &field.ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    let arguments = &last.arguments;
    let items = quote!(#arguments).to_string().replace(' ', "");
    let texts = matches!(items.as_str(), "<String>" | "<std::string::String>" | "<::std::string::String>");
    last.ident == "Vec" && texts && field.attrs.iter().any(|attr| has_long_define(attr, field))
}

fn has_long_define(attr: &Attribute, field: &Field) -> bool {
    if !(attr.path().is_ident("arg") || attr.path().is_ident("clap")) {
        return false;
    }
    let Ok(list) = attr.meta.require_list() else { return false };
    let words: Vec<TokenTree> = list.tokens.clone().into_iter().collect();
    words.split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')).any(|word| match word {
        [TokenTree::Ident(name)] => name == "long" && field.ident.as_ref().is_some_and(|ident| ident == "define"),
        [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Literal(value)] => {
            name == "long" && value.to_string() == "\"define\""
        }
        [TokenTree::Ident(name), TokenTree::Group(value)] => {
            name == "long" && value.stream().to_string() == "\"define\""
        }
        _ => false,
    })
}
