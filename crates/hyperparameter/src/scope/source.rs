//! Where a value came from.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use crate::value::Host;

/// Where a value, a default or a reader stands.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Source {
    /// Nobody said.
    #[default]
    Unknown,
    /// A line of Rust code.
    Location(&'static Location<'static>),
    /// A line of code in another language.
    Code(Arc<CodeLine>),
    /// A place in code that the host language makes a line only when asked (rule: sources cost nothing to keep).
    Lazy(Host),
    /// A word of the command line: the option it followed, and its position from 1.
    Argument(Arc<str>, u32),
    /// An environment variable.
    Env(Arc<str>),
    /// A place in a file.
    File(FilePlace),
    /// A source in words, as it came from another process.
    Words(Arc<str>),
}

/// A line of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeLine {
    /// The file's path.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The qualified name of the function, if known.
    pub function: String,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePlace {
    /// The file's path as it was named: a thin pointer, one for all values of the file.
    pub path: Arc<String>,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
}

impl Source {
    /// The place of the caller, for Rust code.
    #[must_use]
    #[track_caller]
    pub fn here() -> Self {
        Self::Location(Location::caller())
    }

    /// Whether nobody said where.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Whether the value came from outside the code: a program started from a command line is strict about those
    /// (rule V5).
    #[must_use]
    pub fn is_external(&self) -> bool {
        matches!(self, Self::Argument(..) | Self::Env(_) | Self::File(_))
    }
}

/// A place among the words of a command line, as messages say it: 1st, 2nd, 3rd, 4th, 11th, 21st.
#[must_use]
pub fn ordinal(n: u32) -> String {
    let end = match (n % 10, n % 100) {
        (1, tens) if tens != 11 => "st",
        (2, tens) if tens != 12 => "nd",
        (3, tens) if tens != 13 => "rd",
        _ => "th",
    };
    format!("{n}{end}")
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => Ok(()),
            Self::Location(place) => write!(f, "{}:{}:{}", place.file(), place.line(), place.column()),
            Self::Code(code) if code.function.is_empty() => write!(f, "{}:{}", code.file, code.line),
            Self::Code(code) => write!(f, "{}:{} in {}()", code.file, code.line, code.function),
            Self::Lazy(host) => f.write_str(&host.repr()),
            Self::Argument(option, at) => write!(f, "command line {option} ({} argument)", ordinal(*at)),
            Self::Env(name) => write!(f, "environment variable {name}"),
            Self::File(place) => write!(f, "{}:{}:{}", place.path, place.line, place.column),
            Self::Words(words) => f.write_str(words),
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_read_as_english_ordinals() {
        let said: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 112].into_iter().map(ordinal).collect();
        assert_eq!(said, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th"]);
    }
}
