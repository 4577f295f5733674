//! What stands in `#[param(…)]`.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Error, Expr, LitStr};

/// `#[param(…)]` above a struct or an enum.
#[derive(Default)]
pub(super) struct Container {
    /// Missing fields are those of the type's own `Default`.
    pub(super) default: bool,
    /// A sub-key that is no field is an error.
    pub(super) deny_unknown: bool,
    /// How the names in the code become names in keys.
    pub(super) rename_all: Option<Case>,
    /// The sub-key that names the variant.
    pub(super) tag: Option<LitStr>,
}

/// `#[param(…)]` above a field or a variant.
#[derive(Default)]
pub(super) struct Part {
    pub(super) default: Option<DefaultOf>,
    pub(super) rename: Option<LitStr>,
    pub(super) aliases: Vec<LitStr>,
    pub(super) skip: bool,
    pub(super) flatten: bool,
    pub(super) from_str: bool,
}

pub(super) enum DefaultOf {
    /// `default`: the type's own.
    Type,
    /// `default = expr`.
    Expr(Box<Expr>),
}

impl Container {
    pub(super) fn read(attrs: &[Attribute]) -> syn::Result<Self> {
        let mut read = Self::default();
        each(attrs, |meta| {
            if meta.path.is_ident("default") {
                read.default = true;
            } else if meta.path.is_ident("deny_unknown") {
                read.deny_unknown = true;
            } else if meta.path.is_ident("rename_all") {
                read.rename_all = Some(Case::read(&meta.value()?.parse()?)?);
            } else if meta.path.is_ident("tag") {
                read.tag = Some(segment(meta)?);
            } else {
                return Err(unknown(meta, "`default`, `deny_unknown`, `rename_all = \"…\"` and `tag = \"…\"`"));
            }
            Ok(())
        })?;
        Ok(read)
    }

    pub(super) fn only_for_struct(&self) -> syn::Result<()> {
        match &self.tag {
            Some(tag) => Err(Error::new(
                tag.span(),
                "`tag` names the variant of an enum, and this is a struct\nhelp: take it away",
            )),
            None => Ok(()),
        }
    }

    /// The name of a field or a variant in keys.
    pub(super) fn name(&self, part: &Part, ident: &syn::Ident) -> String {
        let own = ident.to_string();
        let own = own.strip_prefix("r#").unwrap_or(&own);
        match (&part.rename, self.rename_all) {
            (Some(name), _) => name.value(),
            (None, Some(case)) => case.of(own),
            (None, None) => own.to_owned(),
        }
    }
}

impl Part {
    pub(super) fn read(attrs: &[Attribute]) -> syn::Result<Self> {
        let mut read = Self::default();
        let mut place = None;
        each(attrs, |meta| {
            place = Some(meta.path.get_ident().map_or_else(Span::call_site, syn::Ident::span));
            if meta.path.is_ident("default") {
                read.default = Some(if meta.input.peek(syn::Token![=]) {
                    DefaultOf::Expr(meta.value()?.parse()?)
                } else {
                    DefaultOf::Type
                });
            } else if meta.path.is_ident("rename") {
                read.rename = Some(segment(meta)?);
            } else if meta.path.is_ident("alias") {
                read.aliases.push(segment(meta)?);
            } else if meta.path.is_ident("skip") {
                read.skip = true;
            } else if meta.path.is_ident("flatten") {
                read.flatten = true;
            } else if meta.path.is_ident("from_str") {
                read.from_str = true;
            } else {
                let known =
                    "`default`, `default = expr`, `rename = \"…\"`, `alias = \"…\"`, `skip`, `flatten` and `from_str`";
                return Err(unknown(meta, known));
            }
            Ok(())
        })?;
        if let (true, Some(place)) = (read.flatten && (read.rename.is_some() || read.from_str), place) {
            return Err(Error::new(
                place,
                "a flattened field has no key of its own\nhelp: take `rename` and `from_str` away, or `flatten`",
            ));
        }
        Ok(read)
    }
}

fn each(attrs: &[Attribute], mut read: impl FnMut(&ParseNestedMeta<'_>) -> syn::Result<()>) -> syn::Result<()> {
    attrs
        .iter()
        .filter(|attr| attr.path().is_ident("param"))
        .try_for_each(|attr| attr.parse_nested_meta(|meta| read(&meta)))
}

fn unknown(meta: &ParseNestedMeta<'_>, known: &str) -> Error {
    meta.error(format!("no such word in `#[param(…)]` here\nhelp: there are {known}"))
}

/// A string that is one segment of a key (rule K1).
fn segment(meta: &ParseNestedMeta<'_>) -> syn::Result<LitStr> {
    let name: LitStr = meta.value()?.parse()?;
    let text = name.value();
    if let Err(invalid) = hyperparameter_key::validate(&text) {
        return Err(Error::new(
            name.span(),
            format!("{text:?} is no name of a key: {}\nhelp: {}", invalid.reason, invalid.help),
        ));
    }
    if text.contains('.') {
        return Err(Error::new(
            name.span(),
            "a field is one segment of a key: its name has no '.'\nhelp: nest a struct",
        ));
    }
    Ok(name)
}

/// How a name is spelled.
#[derive(Clone, Copy)]
pub(super) enum Case {
    Lower,
    Upper,
    Camel,
    Pascal,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    fn read(text: &LitStr) -> syn::Result<Self> {
        Ok(match text.value().as_str() {
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            "camelCase" => Self::Camel,
            "PascalCase" => Self::Pascal,
            "snake_case" => Self::Snake,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            _ => {
                return Err(Error::new(
                    text.span(),
                    "no such case\nhelp: there are lowercase, UPPERCASE, camelCase, PascalCase, snake_case, \
                     SCREAMING_SNAKE_CASE, kebab-case and SCREAMING-KEBAB-CASE",
                ));
            }
        })
    }

    fn of(self, name: &str) -> String {
        let words = words(name);
        let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
        let capital = |word: &String| {
            let mut chars = word.chars();
            chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect::<String>())
        };
        match self {
            Self::Lower => lower.concat(),
            Self::Upper => lower.concat().to_uppercase(),
            Self::Snake => lower.join("_"),
            Self::ScreamingSnake => lower.join("_").to_uppercase(),
            Self::Kebab => lower.join("-"),
            Self::ScreamingKebab => lower.join("-").to_uppercase(),
            Self::Pascal => lower.iter().map(capital).collect(),
            Self::Camel => lower.iter().take(1).cloned().chain(lower.iter().skip(1).map(capital)).collect(),
        }
    }
}

/// The words of a name: `batch_size`, `BatchSize` and `HTTPServer2` have two each.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let chars: Vec<char> = name.chars().collect();
    let mut open = false;
    for (at, &c) in chars.iter().enumerate() {
        if c == '_' {
            open = false;
            continue;
        }
        let before = at.checked_sub(1).map(|at| chars[at]);
        let after = chars.get(at + 1);
        let begins =
            c.is_uppercase() && before.is_some_and(|b| !b.is_uppercase() || after.is_some_and(|a| a.is_lowercase()));
        match words.last_mut() {
            Some(word) if open && !begins => word.push(c),
            _ => words.push(c.to_string()),
        }
        open = true;
    }
    words
}
