//! The parameters that a run used, as a TOML file that repeats it: sources as comments, and a digest of what was used.

use std::collections::HashSet;

use super::declared::declared;
use super::used::{Used, used};
use super::written::{Written, digest_of, written};
use crate::config::toml_value;
use crate::key::Key;
use crate::scope::{Entry, LevelKind, State};
use crate::value::{Ask, Shape, Value, convert, untyped};

/// Every parameter that this run read, defaults included, as TOML that loads back to the same values, each with its source
/// as a comment. The digest is the same for the same keys and values, wherever they came from.
///
/// ```
/// use hyperparameter::config::{Config, Format};
/// use hyperparameter::{ParamScope, State, key::intern, report::saved};
///
/// let state = ParamScope::new().set("saved.lr", 0.5)?.prepare().enter(State::fresh())?;
/// state.value::<f64>(intern("saved.lr")?)?;
/// let text = saved(&state);
/// assert!(text.contains("saved.lr = 0.5"));
/// let again = Config::builder().text("used.toml", Format::Toml, text).load()?;
/// assert_eq!(again.entries()[0].key, "saved.lr");
/// # Ok::<(), hyperparameter::error::Error>(())
/// ```
#[must_use]
pub fn saved(state: &State) -> String {
    written(&rows(state))
}

/// The digest in the text of [`saved`], alone: 16 hexadecimal digits of XXH64, stable between runs, machines and versions.
#[must_use]
pub fn digest(state: &State) -> String {
    digest_of(&rows(state))
}

fn rows(state: &State) -> Vec<Written> {
    let all = used(state);
    let above = |used: &Used| std::iter::successors(used.key.parent(), |key| key.parent());
    let outer: HashSet<Key> = all.iter().flat_map(above).collect();
    let mut rows = Vec::new();
    for Used { key, entry, default } in &all {
        let literal = |value: &Value| {
            let mut text = String::new();
            toml_value(&plain(value, DEEPEST)?, &mut text);
            Some(text)
        };
        let usual = default.as_ref().map(|default| untyped(&default.value));
        let (value, source) = match (entry, &usual) {
            // A dictionary whose leaves are there too is said by them.
            (Some(entry), _) if entry.is_dictionary() && outer.contains(key) => continue,
            (Some(entry), _) => (as_read(entry), entry.source().to_string()),
            (None, Some(usual)) => {
                let place = declared(*key).into_iter().find(|declared| declared.default.is_some());
                let place = place.map(|place| place.source).filter(|source| !source.is_unknown());
                (usual.clone(), place.map_or_else(String::new, |place| place.to_string()))
            }
            (None, None) => continue,
        };
        rows.push(Written {
            key: key.name().to_owned(),
            literal: literal(&value),
            default: usual.as_ref().and_then(literal),
            is_default: entry.is_none(),
            source,
            pinned: state.levels(*key).first().is_some_and(|level| level.kind == LevelKind::Pinned),
            shown: format!("a {}", value.kind_name()),
        });
    }
    rows
}

/// The value in the form that reads the same from a file. Text is written as the literal it spells where that gives the
/// same characters back, or where only a literal is read again as what was read: a list, a map, null, a value that was read
/// with no type. Else it is a string: `1.10` and `007` keep their characters, and read as numbers too.
fn as_read(entry: &Entry) -> Value {
    let value = entry.value();
    let Value::Text(text) = value else { return untyped(value) };
    let as_string = || Value::Str(text.to_arc());
    if entry.kept(Ask::Str as usize).is_some() {
        return as_string();
    }
    let literal = untyped(value);
    let same = convert(&literal, Ask::Str).is_ok_and(|spelled| spelled == as_string());
    let whole = matches!(literal, Value::Null) || matches!(value.shape(), Shape::List | Shape::Map);
    if same || whole || entry.kept(Ask::Any as usize).is_some() { literal } else { as_string() }
}

const DEEPEST: usize = 100;

/// The value without host objects; `None` where one of them has no plain value.
fn plain(value: &Value, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    Some(match value {
        Value::Host(host) => match host.view()? {
            Value::Host(_) => return None,
            view => plain(&view, depth)?,
        },
        Value::Text(text) => Value::Str(text.to_arc()),
        Value::Big(_) if convert(value, Ask::Str).is_err() => return None,
        Value::List(items) => Value::list(items.iter().map(|item| plain(item, depth)).collect::<Option<Vec<_>>>()?),
        Value::Map(map) => {
            let pairs = map.iter().map(|(name, value)| Some((name.to_owned(), plain(value, depth)?)));
            Value::map(pairs.collect::<Option<Vec<_>>>()?)
        }
        value => value.clone(),
    })
}
