//! The parameters that a run really used.

use std::sync::Arc;

use super::declared::{all_declared, declared};
use crate::key::{Key, all};
use crate::scope::{Entry, State};
use crate::value::Item;

/// A parameter that was read, and what it reads as.
#[derive(Clone, Debug)]
pub struct Used {
    /// Its key.
    pub key: Key,
    /// The entry in force, if it is set.
    pub entry: Option<Arc<Entry>>,
    /// The default that counts, if it is declared.
    pub default: Option<Item>,
}

/// Every parameter that was read, with the value in force here, else the default with which it was read.
#[must_use]
pub fn used(state: &State) -> Vec<Used> {
    let mut keys: Vec<Key> = all_declared().into_iter().filter(|key| declared(*key).iter().any(|d| d.used)).collect();
    keys.extend(all().into_iter().filter(|key| key.was_read()));
    keys.sort_unstable_by_key(|key| key.id());
    keys.dedup();
    keys.into_iter()
        .filter_map(|key| {
            let entry = state.leaf(key).cloned();
            let default = declared(key).into_iter().find_map(|d| d.default);
            (entry.is_some() || default.is_some()).then_some(Used { key, entry, default })
        })
        .collect()
}
