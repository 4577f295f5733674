//! Strings, and what is written as one: characters, paths, lengths of time.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::scalar::exact;
use super::{FromParam, Own, no_null};
use crate::error::{Result, quoted};
use crate::value::{Ask, Mismatch, Value, duration, duration_text};

exact! {
    Arc<str>, Str, Str, STR;
}

impl FromParam for String {
    const ASK: Ask = Ask::Str;
    const CODE: u8 = Value::STR;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        Self::exactly(value, Own).ok_or_else(|| no_null(value, "String"))
    }
    fn exactly(value: &Value, _: Own) -> Option<Self> {
        match value {
            Value::Str(v) => Some(Self::from(&**v)),
            Value::Text(v) => Some(v.as_str().to_owned()),
            _ => None,
        }
    }
}

/// What a string asked for was converted to.
fn string<'a>(value: &'a Value, wanted: &str) -> Result<&'a str, Mismatch> {
    match value {
        Value::Str(v) => Ok(v),
        Value::Text(v) => Ok(v.as_str()),
        other => Err(no_null(other, wanted)),
    }
}

macro_rules! by_string {
    ($($type:ty, $name:literal, |$v:ident| $to:expr;)*) => {$(
        impl FromParam for $type {
            const ASK: Ask = Ask::Str;
            fn from_converted(value: &Value) -> Result<Self, Mismatch> {
                let $v = string(value, $name)?;
                $to
            }
        }
    )*};
}
by_string! {
    Box<str>, "string", |v| Ok(v.into());
    Rc<str>, "string", |v| Ok(v.into());
    Cow<'_, str>, "string", |v| Ok(Cow::Owned(v.to_owned()));
    PathBuf, "path", |v| Ok(v.into());
    Box<Path>, "path", |v| Ok(Path::new(v).into());
    char, "character", |v| character(v);
    Duration, "length of time", |v| length(v);
}

fn character(text: &str) -> Result<char, Mismatch> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(Mismatch::new("an empty text is not a character")),
        _ => Err(Mismatch::new(format!("{} is more than one character", quoted(text)))),
    }
}

fn length(text: &str) -> Result<Duration, Mismatch> {
    let length = duration(text)?;
    if length < 0 {
        return Err(Mismatch::new(format!("{} is negative, which a Duration cannot be", quoted(text))));
    }
    #[allow(clippy::cast_possible_truncation, reason = "a remainder of 1e9")]
    let nanos = (length % 1_000_000_000) as u32;
    u64::try_from(length / 1_000_000_000)
        .map(|seconds| Duration::new(seconds, nanos))
        .map_err(|_| Mismatch::new(format!("{} is longer than a Duration can be", quoted(text))))
}

macro_rules! to_string {
    ($($type:ty, |$v:ident| $to:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($v: $type) -> Self { Self::str($to) }
        }
    )*};
}
to_string! {
    &String, |v| v.as_str();
    Box<str>, |v| v;
    Rc<str>, |v| &*v;
    Cow<'_, str>, |v| &*v;
    char, |v| v.to_string();
    // A path that is no Unicode keeps what is, as `Path::display` shows it.
    &Path, |v| &*v.to_string_lossy();
    PathBuf, |v| &*v.to_string_lossy();
    &PathBuf, |v| &*v.to_string_lossy();
    Box<Path>, |v| &*v.to_string_lossy();
    Duration, |v| duration_text(i128::try_from(v.as_nanos()).unwrap_or(i128::MAX));
}
