//! Which value is in force here, where it came from, and what it shadows.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::key::Key;
use crate::scope::{Failed, Level, State};
use crate::value::Value;

/// A value as a message shows it: short, whatever it is.
#[must_use]
pub fn shown(value: &Value) -> String {
    const SHOWN: usize = 80;
    let text = match value {
        // A long string is not formatted whole only to be cut.
        Value::Str(s) if s.len() > 4 * SHOWN => format!("{:?}", s.chars().take(SHOWN + 1).collect::<String>()),
        Value::Text(t) if t.as_str().len() > 4 * SHOWN => {
            format!("{:?}", t.as_str().chars().take(SHOWN + 1).collect::<String>())
        }
        value => format!("{value:?}"),
    };
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// Every place that has a value for `key`, innermost first. For an element of a list these are the places of the list.
#[must_use]
pub fn explain(state: &State, key: Key) -> Vec<Level> {
    let mut at = Some(key);
    while let Some(key) = at {
        let levels = state.levels(key);
        if !levels.is_empty() {
            return levels;
        }
        at = key.parent().filter(|parent| {
            state.levels(*parent).iter().any(|l| l.entry.as_ref().is_some_and(|entry| entry.is_container()))
        });
    }
    Vec::new()
}

/// Warns through `log` of a value that does not convert: once per key and value, from a bounded set (rule V5).
pub fn warn(failed: &Failed) {
    if is_news(failed) {
        log::warn!(target: "hyperparameter", "{}; the default is used", failed.error());
    }
}

/// Whether this was not warned of yet: once per key and value, from a bounded set (rule V5).
pub(crate) fn is_news(failed: &Failed) -> bool {
    const REMEMBERED: usize = 4096;
    static SAID: LazyLock<(RandomState, Mutex<HashSet<u64>>)> = LazyLock::new(Default::default);
    let mark = SAID.0.hash_one((failed.key.id(), failed.error().to_string()));
    let mut said = SAID.1.lock().unwrap_or_else(PoisonError::into_inner);
    if said.len() >= REMEMBERED {
        said.clear();
    }
    said.insert(mark)
}
