//! Writing a nested value as text that loads back equal (item 9).

use std::fmt::Write as _;

use super::Format;
use crate::error::{Error, Result, quoted};
use crate::value::{Ask, Map, Value, convert, float_text};

/// As deep as a file may be.
const DEEPEST: usize = 101;

/// `value`, a map, as text of this format that loads back equal.
///
/// Text (rule V3) is written as a string. What a string spells as a reference is escaped: `${` is written `\${`.
///
/// ```
/// use hyperparameter::config::{Format, dump};
/// use hyperparameter::value::Value;
///
/// let value = Value::map([("lr", Value::Float(0.1)), ("name", Value::str("a ${b}"))]);
/// assert_eq!(dump(&value, Format::Toml)?, "lr = 0.1\nname = 'a \\${b}'\n");
/// # Ok::<(), hyperparameter::error::Error>(())
/// ```
///
/// # Errors
/// `Config` for a root that is no map, a host object that has no plain value, an integer of more than 4,300 digits, or
/// more than 100 levels.
pub fn dump(value: &Value, format: Format) -> Result<String> {
    let plain = plain(value, "", DEEPEST)?;
    let Value::Map(map) = &plain else {
        return Err(Error::config(None, format!("the root of a configuration is a map, not a {}", value.kind_name())));
    };
    let map = guarded(map);
    let mut text = String::new();
    match format {
        Format::Json => {
            json(&Value::Map(map.into()), 0, &mut text);
            text.push('\n');
        }
        Format::Toml => toml_table(&map, &mut Vec::new(), &mut text),
        Format::Yaml if map.is_empty() => text.push_str("{}\n"),
        Format::Yaml => yaml_map(&map, 0, &mut text),
    }
    Ok(text)
}

/// A root in which a parameter `include` is not taken for what a file includes.
fn guarded(map: &Map) -> Map {
    map.iter()
        .map(|(name, value)| match (name, value) {
            ("include", value) if !matches!(value, Value::Map(_)) => (name, Value::map([("", value.clone())])),
            (name, value) => (name, value.clone()),
        })
        .collect()
}

/// The value without what only this process knows: host objects by their plain value, text as a string.
fn plain(value: &Value, path: &str, depth: usize) -> Result<Value> {
    let fails = |why: &str| Err(Error::config(Some(path), format!("{} cannot be written: {why}", quoted(path))));
    let deeper = || depth.checked_sub(1);
    Ok(match value {
        Value::Text(text) => Value::Str(text.to_arc()),
        Value::Big(_) if convert(value, Ask::Str).is_err() => return fails("the integer has more than 4,300 digits"),
        Value::List(items) => match deeper() {
            Some(depth) => {
                let items = items.iter().enumerate();
                let items = items.map(|(at, item)| plain(item, &format!("{path}.{at}"), depth));
                Value::List(items.collect::<Result<Vec<_>>>()?.into())
            }
            None => return fails("it is nested more than 100 deep"),
        },
        Value::Map(map) => match deeper() {
            Some(depth) => {
                let pairs = map.iter().map(|(name, value)| {
                    let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
                    Ok((name.to_owned(), plain(value, &path, depth)?))
                });
                Value::map(pairs.collect::<Result<Vec<_>>>()?)
            }
            None => return fails("it is nested more than 100 deep"),
        },
        Value::Host(host) => match (host.view(), deeper()) {
            (Some(view), Some(depth)) if !matches!(view, Value::Host(_)) => plain(&view, path, depth)?,
            _ => return fails(&format!("a {} is no plain value", value.kind_name())),
        },
        value => value.clone(),
    })
}

/// A string's characters as they must be written so that no reference is read in them.
fn escaped(text: &str) -> String {
    text.replace("${", "\\${")
}

/// What is no string, list or map; `None` for those.
fn scalar(value: &Value) -> Option<String> {
    Some(match value {
        Value::Bool(truth) => truth.to_string(),
        Value::Int(int) => int.to_string(),
        Value::Big(big) => big.to_string(),
        Value::Float(float) => float_text(*float),
        _ => return None,
    })
}

fn line(level: usize, text: &mut String) {
    text.push('\n');
    text.extend(std::iter::repeat_n("  ", level));
}

fn json(value: &Value, level: usize, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Float(float) if float.is_nan() => text.push_str("NaN"),
        Value::Float(float) if float.is_infinite() => {
            text.push_str(if *float > 0.0 { "Infinity" } else { "-Infinity" });
        }
        Value::Str(string) => json_string(&escaped(string), text),
        Value::List(items) if items.is_empty() => text.push_str("[]"),
        Value::List(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                text.push_str(if at > 0 { ", " } else { "" });
                json(item, level + 1, text);
            }
            text.push(']');
        }
        Value::Map(map) if map.is_empty() => text.push_str("{}"),
        Value::Map(map) => {
            text.push('{');
            for (at, (name, value)) in map.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                line(level + 1, text);
                json_string(name, text);
                text.push_str(": ");
                json(value, level + 1, text);
            }
            line(level, text);
            text.push('}');
        }
        value => text.push_str(&scalar(value).unwrap_or_default()),
    }
}

/// A string in double quotes with escapes that JSON, TOML and YAML share.
fn json_string(string: &str, text: &mut String) {
    text.push('"');
    for c in string.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            // All that some format does not take as it stands: control characters, line separators, the byte order
            // mark, characters that are none.
            c if c.is_control() || matches!(u32::from(c), 0x2028 | 0x2029 | 0xfeff | 0xfffe | 0xffff) => {
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    text.push('"');
}

pub(crate) fn toml_name(name: &str, text: &mut String) {
    if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
        text.push_str(name);
    } else {
        json_string(name, text);
    }
}

pub(crate) fn toml_value(value: &Value, text: &mut String) {
    match value {
        // TOML has no null.
        Value::Null => text.push_str("'${null}'"),
        Value::Str(string) => {
            let string = escaped(string);
            // A literal string needs no second back-slash.
            if string.contains('\\') && !string.contains(|c: char| c == '\'' || c.is_control()) {
                let _ = write!(text, "'{string}'");
            } else {
                json_string(&string, text);
            }
        }
        Value::List(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                text.push_str(if at > 0 { ", " } else { "" });
                toml_value(item, text);
            }
            text.push(']');
        }
        Value::Map(map) => {
            text.push('{');
            for (at, (name, value)) in map.iter().enumerate() {
                text.push_str(if at > 0 { ", " } else { " " });
                toml_name(name, text);
                text.push_str(" = ");
                toml_value(value, text);
            }
            text.push_str(if map.is_empty() { "}" } else { " }" });
        }
        value => text.push_str(&scalar(value).unwrap_or_default()),
    }
}

fn toml_table<'a>(map: &'a Map, path: &mut Vec<&'a str>, text: &mut String) {
    for (name, value) in map.iter().filter(|(_, value)| !matches!(value, Value::Map(_))) {
        toml_name(name, text);
        text.push_str(" = ");
        toml_value(value, text);
        text.push('\n');
    }
    for (name, value) in map.iter() {
        let Value::Map(inner) = value else { continue };
        path.push(name);
        // A table that holds only tables is made by their headers.
        if inner.is_empty() || inner.iter().any(|(_, value)| !matches!(value, Value::Map(_))) {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push('[');
            for (at, name) in path.iter().enumerate() {
                text.push_str(if at > 0 { "." } else { "" });
                toml_name(name, text);
            }
            text.push_str("]\n");
        }
        toml_table(inner, path, text);
        path.pop();
    }
}

/// A word that YAML reads as a string as it stands.
fn is_yaml_word(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && bytes.iter().all(|&b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'/'))
        // What YAML 1.1 took for something else is quoted for those who still read it so.
        && !["null", "true", "false", "yes", "no", "on", "off", "y", "n"].iter().any(|w| w.eq_ignore_ascii_case(word))
}

fn yaml_string(string: &str, text: &mut String) {
    if is_yaml_word(string) {
        text.push_str(string);
    } else {
        json_string(string, text);
    }
}

/// A longer name needs a `?` before it: without one it has at most 1,024 characters, escapes counted.
const LONGEST_NAME: usize = 100;

fn yaml_map(map: &Map, level: usize, text: &mut String) {
    for (at, (name, value)) in map.iter().enumerate() {
        if at > 0 {
            text.extend(std::iter::repeat_n("  ", level));
        }
        if name.len() > LONGEST_NAME {
            text.push_str("? ");
            yaml_string(name, text);
            line(level, text);
        } else {
            yaml_string(name, text);
        }
        text.push(':');
        yaml_after(value, level, text);
    }
}

/// A value after a name: on the same line, or below it.
fn yaml_after(value: &Value, level: usize, text: &mut String) {
    match value {
        Value::Map(map) if !map.is_empty() => {
            line(level + 1, text);
            yaml_map(map, level + 1, text);
        }
        Value::List(items) if !items.is_empty() => {
            for item in items.iter() {
                line(level, text);
                text.push('-');
                match item {
                    Value::Map(map) if !map.is_empty() => {
                        text.push(' ');
                        yaml_map(map, level + 1, text);
                        // The next item begins its own line.
                        text.pop();
                    }
                    item => {
                        text.push(' ');
                        yaml_flow(item, text);
                    }
                }
            }
            text.push('\n');
        }
        value => {
            text.push(' ');
            yaml_flow(value, text);
            text.push('\n');
        }
    }
}

fn yaml_flow(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Float(float) if float.is_nan() => text.push_str(".nan"),
        Value::Float(float) if float.is_infinite() => text.push_str(if *float > 0.0 { ".inf" } else { "-.inf" }),
        Value::Str(string) => yaml_string(&escaped(string), text),
        Value::List(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                text.push_str(if at > 0 { ", " } else { "" });
                yaml_flow(item, text);
            }
            text.push(']');
        }
        Value::Map(map) => {
            text.push('{');
            for (at, (name, value)) in map.iter().enumerate() {
                text.push_str(if at > 0 { ", " } else { "" });
                text.push_str(if name.len() > LONGEST_NAME { "? " } else { "" });
                yaml_string(name, text);
                text.push_str(": ");
                yaml_flow(value, text);
            }
            text.push('}');
        }
        value => text.push_str(&scalar(value).unwrap_or_default()),
    }
}
