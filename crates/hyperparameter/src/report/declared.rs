//! Rule P4: the defaults of a key, and where they stand.

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use crate::key::Key;
use crate::scope::{Source, State};
use crate::suggest;
use crate::value::Item;

/// A default for a key, and where it stands.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The default; `None` for a parameter without one.
    pub default: Option<Item>,
    /// The type asked for, as a person would write it.
    pub wanted: String,
    /// What the parameter is for.
    pub help: String,
    /// The qualified name of the function or class that declares it; empty for a raw read.
    pub owner: String,
    /// Where the default is written.
    pub source: Source,
    /// Whether the default counts as used by the run: a raw read does at once, a function's at its first call.
    pub used: bool,
}

/// How many distinct defaults of one key are kept.
const KEPT: usize = 8;

static ALL: LazyLock<RwLock<HashMap<Key, Vec<Declared>>>> = LazyLock::new(RwLock::default);

/// Adds a declaration: the same owner's earlier one is replaced, a declaration goes before raw reads, and of raw reads
/// only distinct defaults are kept, up to 8. Says whether more raw reads of this key are worth recording.
///
/// Where this library uses its host's store, the declaration is made there.
pub fn declare(key: Key, declared: Declared) -> bool {
    #[cfg(feature = "host")]
    if let Ok(Some(table)) = crate::host::guest::hosted() {
        crate::host::guest::declare(table, key, &declared);
    }
    declare_here(key, declared)
}

pub(crate) fn declare_here(key: Key, declared: Declared) -> bool {
    // Defaults may run code of their own when they go: not under the lock.
    let mut gone = Vec::new();
    let mut all = ALL.write().unwrap_or_else(PoisonError::into_inner);
    let kept = all.entry(key).or_default();
    if declared.owner.is_empty() {
        let same = |d: &Declared| d.default == declared.default;
        if kept.len() < KEPT && !kept.iter().any(same) {
            kept.push(declared);
        }
    } else if let Some(old) = kept.iter_mut().find(|d| d.owner == declared.owner) {
        let used = old.used || declared.used;
        gone.push(std::mem::replace(old, Declared { used, ..declared }));
    } else {
        let at = kept.iter().take_while(|d| !d.owner.is_empty()).count();
        if at < KEPT {
            kept.insert(at, declared);
            gone.extend(kept.drain(kept.len().min(KEPT)..));
        }
    }
    let more = kept.len() < KEPT;
    drop(all);
    drop(gone);
    more
}

/// The declarations of a key, the one that counts first.
#[must_use]
pub fn declared(key: Key) -> Vec<Declared> {
    ALL.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned().unwrap_or_default()
}

/// Forgets what an owner declared for a key: a redefined function may no longer have that argument.
pub fn forget_declared(key: Key, owner: &str) {
    let mut all = ALL.write().unwrap_or_else(PoisonError::into_inner);
    let Some(kept) = all.get_mut(&key) else { return };
    let (gone, rest): (Vec<_>, Vec<_>) = std::mem::take(kept).into_iter().partition(|d| d.owner == owner);
    *kept = rest;
    drop(all);
    drop(gone);
}

/// The names of the keys that are declared or that have a value here and are near `name`, the nearest first.
#[must_use]
pub fn near(state: &State, name: &str) -> Vec<String> {
    const MOST: usize = 3;
    let mut known: Vec<&str> = {
        let all = ALL.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().filter(|(_, kept)| !kept.is_empty()).map(|(key, _)| key.name()).collect()
    };
    known.extend(state.items().iter().map(|(key, _)| key.name()));
    known.retain(|known| *known != name);
    known.sort_unstable();
    known.dedup();
    suggest::nearest(name, known, MOST).into_iter().map(str::to_owned).collect()
}

/// Every key that is declared, with the declaration that counts, in the order in which keys became known.
#[must_use]
pub fn declarations() -> Vec<(Key, Declared)> {
    all_declared().into_iter().filter_map(|key| Some((key, declared(key).into_iter().next()?))).collect()
}

/// Every key that is declared, in the order in which keys became known.
pub(super) fn all_declared() -> Vec<Key> {
    let all = ALL.read().unwrap_or_else(PoisonError::into_inner);
    let mut keys: Vec<Key> = all.iter().filter(|(_, kept)| !kept.is_empty()).map(|(key, _)| *key).collect();
    keys.sort_unstable_by_key(|key| key.id());
    keys
}
