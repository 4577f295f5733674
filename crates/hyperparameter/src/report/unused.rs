//! Overrides from outside the code that nobody read: a misspelt key that was let through, or a parameter that is gone.

use std::collections::HashSet;
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

/// Of these entries, as [`crate::Scope::entries`] gives them, those from outside the code that nothing read, in the order
/// in which they stand. An override that an explicit argument hid counts as unread (rule P4).
///
/// ```
/// use hyperparameter::{Scope, Source, State, key::intern, report::unused};
///
/// let mut scope = Scope::builder();
/// scope.text("unused.lr=0.1", &Source::Argument("-D".into(), 2))?.text("unused.lrr=0.2", &Source::Argument("-D".into(), 3))?;
/// let scope = scope.build();
/// scope.enter(State::fresh())?.value::<f64>(intern("unused.lr")?)?;
/// let said: Vec<String> = unused(scope.entries()).iter().map(ToString::to_string).collect();
/// assert_eq!(said, ["nothing read 'unused.lrr' (command line -D (3rd argument)); did you mean 'unused.lr'?"]);
/// # Ok::<(), hyperparameter::error::Error>(())
/// ```
#[must_use]
pub fn unused(entries: &[(Key, Arc<Entry>)]) -> Vec<Unused> {
    const MOST: usize = 3;
    let read = |key: Key, entry: &Entry| {
        // Whoever reads a dictionary, or gathers what stands below a key, reads its leaves.
        entry.was_read() || std::iter::successors(key.parent(), |above| above.parent()).any(Key::was_read)
    };
    let unread: Vec<_> = entries
        .iter()
        .filter(|(key, entry)| entry.source().is_external() && !entry.is_dictionary() && !read(*key, entry))
        .collect();
    // Of a file everything would be looked at else.
    let Some(_) = unread.first() else { return Vec::new() };
    let mut known: Vec<&str> = all_declared().into_iter().map(Key::name).collect();
    known.extend(all().into_iter().filter(|key| key.was_read()).map(Key::name));
    known.sort_unstable();
    known.dedup();
    let told: HashSet<Key> = entries.iter().filter(|(_, entry)| entry.was_read()).map(|(key, _)| *key).collect();
    unread
        .into_iter()
        // Of two values for one key the one in force was read.
        .filter(|(key, _)| !told.contains(key))
        .map(|(key, entry)| Unused {
            key: *key,
            source: entry.source().clone(),
            near: nearest(key.name(), known.iter().copied(), MOST).into_iter().map(str::to_owned).collect(),
        })
        .collect()
}

/// [`unused`] of everything that is in force here.
#[must_use]
pub fn unused_here(state: &State) -> Vec<Unused> {
    unused(&state.items())
}
