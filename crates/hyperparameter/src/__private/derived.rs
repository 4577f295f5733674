//! What `#[derive(FromParam)]` calls.

use std::any::type_name;
use std::fmt::Display;
use std::str::FromStr;

use crate::error::quoted;
use crate::suggest::nearest;
use crate::typed::{FromParam, item};
use crate::value::{Ask, Map, Mismatch, Value, convert};

/// The members of a struct's map.
///
/// # Errors
/// Where it is no map.
pub fn members<'a>(value: &'a Value, title: &str) -> Result<&'a Map, Mismatch> {
    match value {
        Value::Map(map) => Ok(map),
        Value::Null => Err(Mismatch::new(format!("null is no {title}; an Option can hold it"))),
        other => Err(Mismatch::new(format!("a {} has no fields for {title}", other.kind_name()))),
    }
}

fn find<'a>(map: &'a Map, names: &[&'static str]) -> Option<(&'static str, &'a Value)> {
    names.iter().find_map(|name| Some((*name, map.get(name)?)))
}

/// The field under one of these names, if it is set.
///
/// # Errors
/// Where it does not convert.
pub fn member<T: FromParam>(map: &Map, names: &[&'static str]) -> Result<Option<T>, Mismatch> {
    let Some((name, value)) = find(map, names) else { return Ok(None) };
    item::<T>(value).map(Some).map_err(|mismatch| mismatch.at_field::<T>(name, Some(value)))
}

/// The same, of a type that is parsed from a string.
///
/// # Errors
/// Where it does not convert.
pub fn parsed_member<T: FromStr>(map: &Map, names: &[&'static str]) -> Result<Option<T>, Mismatch>
where
    T::Err: Display,
{
    let Some((name, value)) = find(map, names) else { return Ok(None) };
    let parse = |value: &Value| -> Result<T, Mismatch> {
        let text: String = item(value)?;
        text.parse().map_err(|why: T::Err| Mismatch::new(why.to_string()))
    };
    parse(value).map(Some).map_err(|mismatch| mismatch.at_parsed(name, value, type_name::<T>()))
}

/// Why a struct cannot be made: a field without default is not set.
#[must_use]
pub fn missing_member(map: &Map, name: &'static str, known: &[&str], title: &str) -> Mismatch {
    let others = map.iter().map(|(name, _)| name).filter(|name| !known.contains(name));
    let mend = match nearest(name, others, 1).first() {
        Some(near) => format!("{} is set, did you mean {}", quoted(near), quoted(name)),
        None => "set it, or give the field a default with #[param(default = …)]".to_owned(),
    };
    Mismatch::new(format!("{title} needs {}; {mend}", quoted(name))).at_missing(name)
}

/// Refuses names that are no field.
///
/// # Errors
/// Names the first one, and the field that was probably meant.
pub fn only_known(map: &Map, known: &[&str], title: &str) -> Result<(), Mismatch> {
    for (name, value) in map.iter() {
        if !known.contains(&name) {
            let mend = match nearest(name, known.iter().copied().filter(|name| !name.is_empty()), 1).first() {
                Some(near) => format!("did you mean {}?", quoted(near)),
                None => format!("it has {}", list(known.iter().copied())),
            };
            let mismatch = Mismatch::new(format!("{title} has no field {}; {mend}", quoted(name)));
            return Err(mismatch.at_field::<Value>(name, Some(value)));
        }
    }
    Ok(())
}

/// The place of the variant that a word names.
///
/// # Errors
/// Names the variant that was probably meant.
pub fn variant(value: &Value, variants: &[(&'static str, usize)], title: &str) -> Result<usize, Mismatch> {
    let word = match value {
        Value::Str(word) => &**word,
        Value::Text(word) => word.as_str(),
        Value::Null => return Err(Mismatch::new(format!("null is no {title}; an Option can hold it"))),
        other => return Err(Mismatch::new(format!("a {} names no {title}", other.kind_name()))),
    };
    let word = word.trim_matches(|c: char| c.is_ascii_whitespace());
    find_variant(word, variants).map(|(_, at)| at).ok_or_else(|| {
        let names = variants.iter().map(|(name, _)| *name);
        let mend = match nearest(word, names.clone(), 1).first() {
            Some(near) => format!("did you mean {}?", quoted(near)),
            None => format!("it is one of {}", list(names)),
        };
        Mismatch::new(format!("{} is no {title}; {mend}", quoted(word)))
    })
}

/// As written, else in any case, else also with other joints: `cosine-decay` is `CosineDecay`.
fn find_variant(word: &str, variants: &[(&'static str, usize)]) -> Option<(&'static str, usize)> {
    let bare =
        |name: &str| name.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect::<String>();
    let exact = variants.iter().find(|(name, _)| *name == word);
    let cased = || variants.iter().find(|(name, _)| name.to_lowercase() == word.to_lowercase());
    let joined = || {
        let word = bare(word);
        variants.iter().find(|(name, _)| !word.is_empty() && bare(name) == word)
    };
    exact.or_else(cased).or_else(joined).copied()
}

/// The variant of an enum with fields, and what it has: by the tag beside the fields; else by a word alone, by the one
/// member of a map, or, where a key has both a word and keys below it, by that word (it stands under the empty name).
///
/// # Errors
/// Where no variant is named, or several are.
pub fn tagged(
    value: &Value,
    variants: &[(&'static str, usize)],
    tag: Option<&'static str>,
    title: &str,
) -> Result<(usize, Option<(String, Value)>), Mismatch> {
    let Value::Map(map) = value else { return Ok((variant(value, variants, title)?, None)) };
    let word = |value: &Value| variant(&convert(value, Ask::Str)?, variants, title);
    let names = || list(variants.iter().map(|(name, _)| *name));
    if let Some(tag) = tag {
        let Some(named) = map.get(tag).or_else(|| map.get("")) else {
            let mismatch = Mismatch::new(format!("{title} needs {}, which is one of {}", quoted(tag), names()));
            return Err(mismatch.at_missing(tag));
        };
        let at = word(named).map_err(|mismatch| mismatch.at_field::<String>(tag, Some(named)))?;
        return Ok((at, Some((String::new(), value.clone()))));
    }
    if let Some(named) = map.get("") {
        let at = word(named)?;
        let own = map.iter().find(|(name, _)| find_variant(name, variants).is_some_and(|(_, found)| found == at));
        return Ok((at, own.map(|(name, inner)| (name.to_owned(), inner.clone()))));
    }
    let mut members = map.iter();
    match (members.next(), members.next()) {
        (Some((name, inner)), None) => {
            let at = variant(&Value::str(name), variants, title)?;
            Ok((at, Some((name.to_owned(), inner.clone()))))
        }
        (None, _) => Err(Mismatch::new(format!("{title} is one of {}, and none is named", names()))),
        (Some((first, _)), Some((second, _))) => Err(Mismatch::new(format!(
            "{title} is one of {}, and {} and {} are both set; name the one that is meant with a value of the key itself",
            names(),
            quoted(first),
            quoted(second),
        ))),
    }
}

/// The value of a variant that has one.
///
/// # Errors
/// Where it is missing or does not convert.
pub fn content<T: FromParam>(inner: Option<&Value>, name: &str) -> Result<T, Mismatch> {
    match inner {
        Some(inner) => item(inner),
        None => T::absent().ok_or_else(|| Mismatch::new(format!("{} needs a value", quoted(name)))),
    }
}

/// Names as a sentence lists them; of many the first.
fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 12;
    let names: Vec<String> = names.filter(|name| !name.is_empty()).map(quoted).collect();
    let mut shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        shown.push_str(", …");
    }
    shown
}
