//! One opaque error type with kinds. Texts name the key, the place, the reason and the mend.

use std::error::Error as StdError;
use std::fmt::{self, Display, Write as _};
use std::sync::Arc;

use crate::scope::FilePlace;

/// What went wrong, as every language names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A key breaks the grammar of rule K1, or names what cannot be written (rule K6).
    InvalidKey,
    /// A required parameter has no value.
    MissingParameter,
    /// A value does not convert to the type asked for, and the context is strict (rule V5).
    Conversion,
    /// Two different keys have one hash (rule K4).
    HashCollision,
    /// A configuration cannot be read or laid out (rule K5: too deep, cyclic, clashing).
    Config,
}

impl ErrorKind {
    /// The error's name, the same in every language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidKey => "InvalidKey",
            Self::MissingParameter => "MissingParameter",
            Self::Conversion => "ConversionError",
            Self::HashCollision => "HashCollision",
            Self::Config => "ConfigError",
        }
    }
}

/// The error of every fallible call of this crate: one word, cheap to clone.
///
/// ```
/// let err = hyperparameter::key::validate("model..lr").unwrap_err();
/// assert_eq!(err.kind(), hyperparameter::ErrorKind::InvalidKey);
/// assert!(err.to_string().contains("model..lr"));
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    kind: ErrorKind,
    key: Option<String>,
    near: Vec<String>,
    place: Option<FilePlace>,
    message: String,
}

/// The result of every fallible call of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// The kind, by which a program tells errors apart.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The key the error is about, if it is about one.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.0.key.as_deref()
    }

    /// Known names near the one that was asked for, the nearest first.
    #[must_use]
    pub fn near(&self) -> &[String] {
        &self.0.near
    }

    /// The file that the error is about, if it is about one.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.0.place.as_ref().map(|place| place.path.as_str())
    }

    /// The line in [`Error::file`], from 1.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        self.0.place.as_ref().map(|place| place.line)
    }

    /// The column in [`Error::line`], from 1, in characters.
    #[must_use]
    pub fn column(&self) -> Option<u32> {
        self.0.place.as_ref().map(|place| place.column)
    }

    fn new(kind: ErrorKind, key: Option<&str>, near: Vec<String>, message: String) -> Self {
        let key = key.map(str::to_owned);
        Self(Arc::new(Inner { kind, key, near, place: None, message }))
    }

    /// An error as it came across a border, with its whole text.
    #[cfg(feature = "host")]
    pub(crate) fn from_parts(kind: ErrorKind, key: Option<&str>, near: Vec<String>, message: String) -> Self {
        Self::new(kind, key, near, message)
    }

    /// A key that breaks a rule: what, where (a byte offset), why, and what to write instead.
    #[must_use]
    pub fn invalid_key(key: &str, at: Option<usize>, reason: impl Display, help: &str) -> Self {
        let mut text = format!("invalid key {}", quoted(key));
        if let Some(at) = at {
            let _ = write!(text, " at byte {at}");
        }
        let _ = write!(text, ": {reason}");
        if !help.is_empty() {
            let _ = write!(text, "; {help}");
        }
        Self::new(ErrorKind::InvalidKey, Some(key), Vec::new(), text)
    }

    /// A parameter without a value, with the known names nearest to it.
    #[must_use]
    pub fn missing(key: &str, near: Vec<String>) -> Self {
        let mut text = format!("no value for parameter {}", quoted(key));
        if let Some((first, rest)) = near.split_first() {
            let _ = write!(text, "; did you mean {}", quoted(first));
            for name in rest {
                let _ = write!(text, " or {}", quoted(name));
            }
            text.push('?');
        } else {
            text.push_str("; set it in a scope, or give a default");
        }
        Self::new(ErrorKind::MissingParameter, Some(key), near, text)
    }

    /// A value that does not convert: the key, the value as shown, its source, the type wanted and why not.
    #[must_use]
    pub fn conversion(key: &str, shown: &str, source: &str, wanted: &str, reason: &str) -> Self {
        Self::new(ErrorKind::Conversion, Some(key), Vec::new(), conversion_text(key, shown, source, wanted, reason))
    }

    /// Two different keys with one hash.
    #[must_use]
    pub fn collision(key: &str, other: &str, hash: u64) -> Self {
        let text = format!("keys {} and {} have the same hash {hash}; rename one of them", quoted(key), quoted(other));
        Self::new(ErrorKind::HashCollision, Some(key), vec![other.to_owned()], text)
    }

    /// A word of the command line that cannot be understood.
    pub(crate) fn usage(key: &str, message: String) -> Self {
        Self::new(ErrorKind::InvalidKey, Some(key), Vec::new(), message)
    }

    /// A key that no parameter has, in words.
    pub(crate) fn no_parameter(key: &str, near: Vec<String>, message: String) -> Self {
        Self::new(ErrorKind::MissingParameter, Some(key), near, message)
    }

    /// The same error, with a further clause at the end of its text.
    #[must_use]
    pub(crate) fn with_help(&self, help: &str) -> Self {
        let inner = &*self.0;
        let (key, near, place) = (inner.key.clone(), inner.near.clone(), inner.place.clone());
        Self(Arc::new(Inner { kind: inner.kind, key, near, place, message: format!("{}; {help}", inner.message) }))
    }

    /// A configuration that cannot be used, with the key at which it fails.
    #[must_use]
    pub fn config(key: Option<&str>, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config, key, Vec::new(), message.into())
    }

    /// A configuration that cannot be used, with the place in a file at which it fails and the text of its line.
    #[must_use]
    pub fn config_at(key: Option<&str>, place: FilePlace, message: &str, line: Option<&str>) -> Self {
        let mut text = format!("{}:{}:{}: {message}", place.path, place.line, place.column);
        if let Some(line) = line {
            text.push_str(&excerpt(line, place.line, place.column));
        }
        let key = key.map(str::to_owned);
        Self(Arc::new(Inner { kind: ErrorKind::Config, key, near: Vec::new(), place: Some(place), message: text }))
    }
}

/// The text of a failed conversion, also used as a warning where the context is not strict (rule V5).
#[must_use]
pub fn conversion_text(key: &str, shown: &str, source: &str, wanted: &str, reason: &str) -> String {
    let mut text = format!("parameter {}: {shown} does not convert to {wanted}", quoted(key));
    if !reason.is_empty() {
        let _ = write!(text, " ({reason})");
    }
    if !source.is_empty() {
        let _ = write!(text, "; it was set by {source}");
    }
    text
}

/// A line of a file with a caret below the column; of a long line only what stands near it.
fn excerpt(line: &str, number: u32, column: u32) -> String {
    const BEFORE: usize = 60;
    const SHOWN: usize = 100;
    let line = line.strip_suffix('\r').unwrap_or(line);
    let at = (column as usize).saturating_sub(1);
    let from = at.saturating_sub(BEFORE);
    let number = number.to_string();
    let (mut shown, mut below) = (String::new(), String::new());
    if from > 0 {
        shown.push('…');
        below.push(' ');
    }
    let mut chars = line.chars().enumerate().skip(from);
    for (place, c) in chars.by_ref().take(SHOWN) {
        let width = shown.chars().count();
        if c == '\t' {
            shown.push(c);
        } else if c.is_control() {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
        if place < at {
            // A tab is as wide here as it is above.
            below.extend(shown.chars().skip(width).map(|c| if c == '\t' { '\t' } else { ' ' }));
        }
    }
    if chars.next().is_some() {
        shown.push('…');
    }
    let margin = " ".repeat(number.len());
    format!("\n{margin} |\n{number} | {shown}\n{margin} | {below}^")
}

/// A name in single quotes, control characters escaped, cut where it would flood the screen.
#[must_use]
pub fn quoted(name: &str) -> String {
    const SHOWN: usize = 120;
    let mut out = String::with_capacity(name.len().min(SHOWN) + 8);
    out.push('\'');
    for (count, c) in name.chars().enumerate() {
        if count == SHOWN {
            let _ = write!(out, "… ({} bytes)", name.len());
            break;
        }
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out.push('\'');
    out
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.kind.name(), self.0.message)
    }
}

impl StdError for Error {}
