//! The file of saved parameters (C15): how it is written, its digest, and what the comment of a line says.
//!
//! ```toml
//! # parameters that a run used, format 2
//! # digest xxh64:0123456789abcdef
//! train.lr = 0.5  # command line -D (2nd argument); default 0.1
//! train.steps = 10  # default, train.py:4 in train()
//! ```

use std::fmt::Write as _;

use crate::config::toml_name;
use crate::error::Error;
use crate::key::hash;

const HEAD: &str = "# parameters that a run used, format ";
/// The lines of format 1 are those of format 2; its digest was a SHA-256.
const FORMAT: u32 = 2;
const PINNED: &str = "pinned by ";
const DEFAULT: &str = "default";
const NOTE: &str = "  # ";

/// One parameter that a run used, as a file says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Its key.
    pub key: String,
    /// Its value as TOML, on one line; `None` for what no file can hold.
    pub literal: Option<String>,
    /// Its default as TOML, where it has one that can be written.
    pub default: Option<String>,
    /// Whether the value is the default.
    pub is_default: bool,
    /// Where the value was set; of a default, where that is declared. May be empty.
    pub source: String,
    /// Whether it is pinned (rule S1).
    pub pinned: bool,
    /// What stands in the place of a value that cannot be written: `a Model`.
    pub shown: String,
}

/// What the comment of one line of a saved file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// Where the value was set, or where the default was declared.
    pub source: String,
    /// Whether it was pinned (rule S1).
    pub pinned: bool,
    /// Whether the value was the default.
    pub is_default: bool,
    /// The default of another value as TOML, if the line says it.
    pub default: Option<String>,
}

/// The digest of these parameters: XXH64 (rule K2) of `key = value` of each, in the order of their keys, as 16 hexadecimal
/// digits. Two runs with equal parameters have one digest, wherever the values came from.
///
/// ```
/// use hyperparameter::report::{Written, digest_of};
///
/// let row = |source: &str| Written { key: "a".into(), literal: Some("1".into()), source: source.into(), ..Written::default() };
/// assert_eq!(digest_of(&[row("train.py:3")]), digest_of(&[row("HP_A")]));
/// ```
#[must_use]
pub fn digest_of(rows: &[Written]) -> String {
    let mut all = String::new();
    for row in sorted(rows) {
        let _ = writeln!(all, "{} = {}", row.key, row.literal.as_deref().unwrap_or("?"));
    }
    format!("{:016x}", hash(&all))
}

/// The text of a file that repeats the run: TOML, one line for each parameter in the order of their keys.
#[must_use]
pub fn written(rows: &[Written]) -> String {
    let mut text = format!("{HEAD}{FORMAT}\n# digest xxh64:{}\n", digest_of(rows));
    let rows = sorted(rows);
    for (at, row) in rows.iter().enumerate() {
        let Some(literal) = &row.literal else {
            let source = if row.source.is_empty() { DEFAULT } else { &row.source };
            let _ =
                writeln!(text, "# {}", one_line(&format!("{} cannot be written: {} ({source})", row.key, row.shown)));
            continue;
        };
        // `a.""` is the own value of a key that has others below it; `include` alone would name files.
        // In this order those stand right behind it.
        let is_below = |next: &&Written| next.key.strip_prefix(&*row.key).is_some_and(|rest| rest.starts_with('.'));
        let own = rows.get(at + 1).is_some_and(is_below) || (row.key == "include" && !literal.starts_with('{'));
        for (at, segment) in row.key.split('.').chain(own.then_some("")).enumerate() {
            text.push_str(if at > 0 { "." } else { "" });
            toml_name(segment, &mut text);
        }
        let _ = writeln!(text, " = {literal}{NOTE}{}", one_line(&said(row)));
    }
    text
}

/// In the order of their segments.
fn sorted(rows: &[Written]) -> Vec<&Written> {
    let mut rows: Vec<&Written> = rows.iter().collect();
    rows.sort_by(|a, b| a.key.split('.').cmp(b.key.split('.')));
    rows
}

fn said(row: &Written) -> String {
    if row.is_default {
        return if row.source.is_empty() { DEFAULT.to_owned() } else { format!("{DEFAULT}, {}", row.source) };
    }
    let source = if row.source.is_empty() { "code" } else { &row.source };
    let pinned = if row.pinned { PINNED } else { "" };
    let default = row.default.as_ref().map_or_else(String::new, |default| format!("; {DEFAULT} {default}"));
    format!("{pinned}{source}{default}")
}

/// A comment ends with its line, holds no control character, and nothing that begins a comment of ours.
fn one_line(text: &str) -> String {
    let mut line = String::new();
    for c in text.chars() {
        match c {
            '\n' => line.push(' '),
            c if c.is_control() => line.extend(c.escape_default()),
            c => line.push(c),
        }
    }
    while line.contains(NOTE) {
        line = line.replace(NOTE, " # ");
    }
    line
}

/// Whether the first line of a file is that of saved parameters.
///
/// # Errors
/// `ConfigError` for a format that this version does not know.
///
/// ```
/// use hyperparameter::report::is_saved;
///
/// assert!(is_saved("# parameters that a run used, format 1")?);
/// assert!(!is_saved("[train]")?);
/// assert!(is_saved("# parameters that a run used, format 9").is_err());
/// # Ok::<(), hyperparameter::error::Error>(())
/// ```
pub fn is_saved(first: &str) -> crate::error::Result<bool> {
    let Some(format) = first.trim_end().strip_prefix(HEAD) else { return Ok(false) };
    match format.parse::<u32>() {
        Ok(1..=FORMAT) => Ok(true),
        _ => Err(Error::config(
            None,
            format!(
                "parameters were saved here in format {format}, and this version of hyperparameter reads up to \
                 {FORMAT}; use the version that wrote the file, or take its first line away to load the values alone"
            ),
        )),
    }
}

/// What the comment of a line of [`written`] says.
///
/// ```
/// use hyperparameter::report::note;
///
/// let said = note("train.lr = 0.5  # pinned by command line --pin (2nd argument); default 0.1");
/// assert_eq!((&*said.source, said.pinned), ("command line --pin (2nd argument)", true));
/// assert_eq!(said.default.as_deref(), Some("0.1"));
/// assert!(note("train.steps = 10  # default, train.py:4 in train()").is_default);
/// ```
#[must_use]
pub fn note(line: &str) -> Note {
    let said = line.rsplit_once(NOTE).map_or("", |(_, said)| said);
    if let Some(place) = said.strip_prefix(DEFAULT).filter(|rest| rest.is_empty() || rest.starts_with(", ")) {
        let source = place.strip_prefix(", ").unwrap_or_default().to_owned();
        return Note { source, is_default: true, ..Note::default() };
    }
    let (source, default) = match said.split_once("; default ") {
        Some((source, default)) => (source, Some(default.to_owned())),
        None => (said, None),
    };
    let unpinned = source.strip_prefix(PINNED);
    Note { source: unpinned.unwrap_or(source).to_owned(), pinned: unpinned.is_some(), is_default: false, default }
}
