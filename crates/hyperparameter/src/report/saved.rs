//! The parameters that a run used, as a TOML file that repeats it: sources as comments, and a digest of what was used.

use std::fmt::Write as _;

use super::used::{Used, used};
use crate::config::{toml_name, toml_value};
use crate::key::hash;
use crate::scope::{Entry, State};
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
    let (lines, left_out) = lines(state);
    let mut text = "# The parameters that a run read, defaults included: load this file to repeat it.\n".to_owned();
    let _ = writeln!(text, "# digest: {}", digest_of(&lines));
    let width = lines.iter().map(|line| line.pair.chars().count()).filter(|&width| width <= WIDEST).max().unwrap_or(0);
    for Line { pair, source } in lines {
        let _ = if source.is_empty() { writeln!(text, "{pair}") } else { writeln!(text, "{pair:width$}  # {source}") };
    }
    for line in left_out {
        let _ = writeln!(text, "# {line}");
    }
    text
}

/// The digest in the text of [`saved`], alone: 16 hexadecimal digits of XXH64, stable between runs, machines and versions.
#[must_use]
pub fn digest(state: &State) -> String {
    digest_of(&lines(state).0)
}

/// Comments are set below each other beside pairs of up to this width.
const WIDEST: usize = 60;

struct Line {
    pair: String,
    source: String,
}

fn digest_of(lines: &[Line]) -> String {
    let all: Vec<&str> = lines.iter().map(|line| line.pair.as_str()).collect();
    format!("{:016x}", hash(&all.join("\n")))
}

/// The pairs in order of their keys, and what is said of values that no file can hold.
fn lines(state: &State) -> (Vec<Line>, Vec<String>) {
    let mut all = used(state);
    all.sort_unstable_by_key(|used| used.key.name());
    let (mut lines, mut left_out) = (Vec::new(), Vec::new());
    for (at, Used { key, entry, default }) in all.iter().enumerate() {
        let below = |other: &Used| other.key.is_below(*key);
        let has_below = all.get(at + 1..).unwrap_or_default().iter().any(below);
        let (value, source) = match (entry, default) {
            // A dictionary whose leaves are there too is said by them.
            (Some(entry), _) if entry.is_dictionary() && has_below => continue,
            (Some(entry), _) => (as_read(entry), entry.source().to_string()),
            (None, Some(default)) => (untyped(&default.value), "default".to_owned()),
            (None, None) => continue,
        };
        let Some(value) = plain(&value, DEEPEST) else {
            left_out.push(comment(&format!("{}: a {} is no plain value", key.name(), value.kind_name())));
            continue;
        };
        let mut pair = String::new();
        let named = (key.name() == "include" && !matches!(value, Value::Map(_))) || has_below;
        for (at, segment) in key.name().split('.').chain(named.then_some("")).enumerate() {
            pair.push_str(if at > 0 { "." } else { "" });
            toml_name(segment, &mut pair);
        }
        pair.push_str(" = ");
        toml_value(&value, &mut pair);
        lines.push(Line { pair, source: comment(&source) });
    }
    (lines, left_out)
}

/// A comment ends with its line, and holds no control character.
fn comment(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] }).collect()
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
