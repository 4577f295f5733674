//! What `explain` says, as data and as text.

use std::fmt;

use super::{Declared, declared, explain, shown};
use crate::error::Result;
use crate::key::lookup;
use crate::scope::{Level, LevelKind, Read, State, nested};
use crate::value::Value;

/// Which value a parameter has, where it came from, and what it hides. Shown as text by `to_string`.
///
/// ```
/// hyperparameter::set_param!(explanation_example.lr, 0.5);
/// let explained = hyperparameter::explain("explanation_example.lr")?;
/// assert!(explained.is_set());
/// assert!(explained.source().contains(".rs:"));
/// # Ok::<(), hyperparameter::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Explanation {
    name: String,
    value: Option<(Value, String)>,
    reader: String,
    levels: Vec<Level>,
    declared: Vec<Declared>,
}

impl Explanation {
    /// What is said of a name in a state.
    ///
    /// # Errors
    /// `InvalidKey` and `HashCollision`.
    pub fn of(state: &State, name: &str) -> Result<Self> {
        let key = lookup(name)?;
        let read = match key {
            Some(key) => state.read_map(key),
            None => state.read_name(name)?,
        };
        let mut reader = String::new();
        let mut from = |entry: &crate::Entry| {
            reader = entry.reader().map(ToString::to_string).unwrap_or_default();
            entry.source().to_string()
        };
        let value = match (&read, key) {
            (Read::Entry(entry), _) => Some((entry.value().clone(), from(entry))),
            (Read::Made(item, entry), _) => Some((item.value.clone(), from(entry))),
            (Read::Gathered(leaves), Some(key)) => {
                let source = leaves.first().map_or_else(String::new, |(_, entry)| from(entry));
                Some((nested(key, leaves, |entry| entry.value().clone()), source))
            }
            (Read::Missing | Read::Gathered(_), _) => None,
        };
        let levels = key.map(|key| explain(state, key)).unwrap_or_default();
        let declared = key.map(declared).unwrap_or_default();
        Ok(Self { name: name.to_owned(), value, reader, levels, declared })
    }

    /// Whether the parameter has a value.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.value.is_some()
    }

    /// The value in force, as it was written: text stays text.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        self.value.as_ref().map(|(value, _)| value)
    }

    /// Where the value in force came from, in words; empty where there is none, or where nobody said.
    #[must_use]
    pub fn source(&self) -> &str {
        self.value.as_ref().map_or("", |(_, source)| source)
    }

    /// Whether the value in force is pinned, so that no scope changes it (rule S1).
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        self.is_set() && self.levels.first().is_some_and(|level| level.kind == LevelKind::Pinned)
    }

    /// What else is set, and hidden by the value in force, the innermost first; without an entry where a scope deleted
    /// the key.
    pub fn shadowed(&self) -> impl Iterator<Item = &Level> {
        let in_force = |at: usize, level: &Level| at == 0 && self.is_set() && level.entry.is_some();
        self.levels.iter().enumerate().filter(move |(at, level)| !in_force(*at, level)).map(|(_, level)| level)
    }

    /// Every place that has something to say, the innermost first.
    #[cfg(feature = "host-table")]
    pub(crate) fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// Who read the value in force first, in words.
    #[cfg(feature = "host-table")]
    pub(crate) fn reader(&self) -> &str {
        &self.reader
    }

    /// Where the value of the key itself came from, whatever stands below it.
    #[cfg(all(feature = "host", feature = "serde"))]
    pub(crate) fn own_source(&self) -> Option<String> {
        self.levels.first()?.entry.as_ref().map(|entry| entry.source().to_string())
    }

    /// What a host says of a name.
    #[cfg(feature = "host")]
    pub(crate) fn of_parts(
        name: &str,
        value: Option<(Value, String)>,
        reader: String,
        levels: Vec<Level>,
        declared: Vec<Declared>,
    ) -> Self {
        Self { name: name.to_owned(), value, reader, levels, declared }
    }

    /// The declarations of the parameter, the one that counts first.
    #[must_use]
    pub fn declared(&self) -> &[Declared] {
        &self.declared
    }
}

struct Place<'a>(&'a str);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, "  ({})", self.0) }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let default = self.declared.iter().find_map(|declared| declared.default.as_ref());
        match (&self.value, default) {
            (Some((value, source)), _) => write!(f, "{} = {}{}", self.name, shown(value), Place(source))?,
            (None, Some(default)) => write!(f, "{} = {}  (its default)", self.name, shown(&default.value))?,
            (None, None) => write!(f, "{} has no value here and no default", self.name)?,
        }
        if self.is_pinned() {
            f.write_str("\n  pinned: no scope changes it")?;
        }
        for level in self.shadowed() {
            let Some(entry) = &level.entry else {
                f.write_str("\n  deleted by a scope")?;
                continue;
            };
            write!(f, "\n  hides {}{}", shown(entry.value()), Place(&entry.source().to_string()))?;
            if level.kind == LevelKind::Frozen {
                f.write_str(", frozen")?;
            }
        }
        for declared in &self.declared {
            let Some(default) = &declared.default else { continue };
            write!(f, "\n  default {}{}", shown(&default.value), Place(&declared.source.to_string()))?;
            if !declared.owner.is_empty() {
                write!(f, ", declared by {}", declared.owner)?;
            }
        }
        let said = |of: fn(&Declared) -> &str| self.declared.iter().map(of).find(|text| !text.is_empty());
        if let Some(wanted) = said(|declared| &declared.wanted) {
            write!(f, "\n  type {wanted}")?;
        }
        if let Some(help) = said(|declared| &declared.help) {
            write!(f, "\n  {help}")?;
        }
        if !self.reader.is_empty() {
            write!(f, "\n  first read by {}", self.reader)?;
        }
        Ok(())
    }
}
