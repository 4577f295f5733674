//! Overrides from outside the code that nobody read: a misspelt key that was let through, or a parameter that is gone.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use super::declared::all_declared;
use crate::error::quoted;
use crate::key::{Key, all};
use crate::scope::{Entry, Source, State};
use crate::suggest::nearest;

/// An override that nobody read.
#[derive(Clone, Debug)]
pub struct Unused {
    /// Its key.
    pub key: Key,
    /// Where it was set: an argument, a variable of the environment, a place in a file.
    pub source: Source,
    /// Known names that were perhaps meant, the nearest first: those that are declared or were read.
    pub near: Vec<String>,
}

impl fmt::Display for Unused {
    /// One line for a person: the key, its source, the names that were perhaps meant.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing read {} ({})", quoted(self.key.name()), self.source)?;
        for (at, name) in self.near.iter().enumerate() {
            write!(f, "{} {}", if at == 0 { "; did you mean" } else { " or" }, quoted(name))?;
        }
        f.write_str(if self.near.is_empty() { "" } else { "?" })
    }
}

/// Of these entries, as [`crate::Scope::entries`] gives them, those from outside the code that are [`unread`] here, with the
/// names that were perhaps meant. An override that an explicit argument hid counts as unread (rule P4).
///
/// ```
/// use hyperparameter::{Scope, Source, State, key::intern, report::unused};
///
/// let mut scope = Scope::builder();
/// scope.text("unused.lr=0.1", &Source::Argument("-D".into(), 2))?.text("unused.lrr=0.2", &Source::Argument("-D".into(), 3))?;
/// let scope = scope.build();
/// let state = scope.enter(State::fresh())?;
/// state.value::<f64>(intern("unused.lr")?)?;
/// let said: Vec<String> = unused(&state, scope.entries()).iter().map(ToString::to_string).collect();
/// assert_eq!(said, ["nothing read 'unused.lrr' (command line -D (3rd argument)); did you mean 'unused.lr'?"]);
/// # Ok::<(), hyperparameter::error::Error>(())
/// ```
#[must_use]
pub fn unused(state: &State, entries: &[(Key, Arc<Entry>)]) -> Vec<Unused> {
    const MOST: usize = 3;
    let outside = entries.iter().map(|(key, entry)| (*key, entry)).filter(|(_, entry)| entry.source().is_external());
    let unread = unread(state, outside);
    // Of a file everything would be looked at else.
    let Some(_) = unread.first() else { return Vec::new() };
    let mut known: Vec<&str> = all_declared().into_iter().map(Key::name).collect();
    known.extend(all().into_iter().filter(|key| key.was_read()).map(Key::name));
    known.sort_unstable();
    known.dedup();
    unread
        .into_iter()
        .map(|(key, entry)| Unused {
            key,
            source: entry.source().clone(),
            near: nearest(key.name(), known.iter().copied(), MOST).into_iter().map(str::to_owned).collect(),
        })
        .collect()
}

/// [`unused`] of everything that is in force here.
#[must_use]
pub fn unused_here(state: &State) -> Vec<Unused> {
    unused(state, &state.items())
}

/// Of the entries that one scope set, those that nothing read while it was in force here, in their order: not even as a
/// part of a dictionary or of a list (rules K5, K6). Of two values for one key the later counts.
///
/// ```
/// use hyperparameter::{Scope, Source, State, key::intern, report::unread};
///
/// let mut scope = Scope::builder();
/// scope.text("unread.lr=0.1", &Source::Unknown)?.text("unread.lrr=0.2", &Source::Unknown)?;
/// let scope = scope.build();
/// let state = scope.enter(State::fresh())?;
/// state.value::<f64>(intern("unread.lr")?)?;
/// let found = unread(&state, scope.entries().iter().map(|(key, entry)| (*key, entry)));
/// assert_eq!(found[0].0.name(), "unread.lrr");
/// # Ok::<(), hyperparameter::error::Error>(())
/// ```
#[must_use]
pub fn unread<'a>(
    state: &State,
    entries: impl Iterator<Item = (Key, &'a Arc<Entry>)> + Clone,
) -> Vec<(Key, &'a Arc<Entry>)> {
    let own: HashMap<Key, &Arc<Entry>> = entries.clone().collect();
    let mut said = HashSet::new();
    entries
        .map(|(key, _)| key)
        .filter(|key| said.insert(*key))
        .filter_map(|key| own.get(&key).map(|entry| (key, *entry)))
        .filter(|(key, entry)| {
            !entry.was_read()
                && !entry.is_dictionary()
                && !was_read_around(state, *key, &own)
                && !was_read_as_a_copy(state, *key, entry)
        })
        .collect()
}

/// Whether something here has been read that the value of `key` was a part of.
fn was_read_around(state: &State, key: Key, own: &HashMap<Key, &Arc<Entry>>) -> bool {
    let mut above = key.parent();
    while let Some(outer) = above {
        if own.get(&outer).is_some_and(|entry| entry.was_read()) {
            return true;
        }
        // What is written into a list is a part of a copy of it (rule K6).
        let in_a_list = state.levels(outer).iter().any(|level| level.entry.as_ref().is_some_and(|e| e.is_container()));
        if in_a_list && (key.was_read() || outer.was_read()) {
            return true;
        }
        above = outer.parent();
    }
    false
}

/// Whether a list was read as the copy into which its elements were written (rule K6).
fn was_read_as_a_copy(state: &State, key: Key, entry: &Entry) -> bool {
    entry.is_container() && state.levels(key).iter().any(|level| level.entry.as_ref().is_some_and(|e| e.was_read()))
}
