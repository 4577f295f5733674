//! Pinned overrides (rule S1): process-wide, before every scope, seen by every thread and `empty` scope.

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use super::dictionary::flatten;
use super::table::{Slot, Table};
use super::{Item, Source};
use crate::error::Result;
use crate::key::{Key, intern};

/// Bits of every pinned key and of its ancestors. One load and a test is all that a read pays for pins.
pub(super) static BITS: AtomicU64 = AtomicU64::new(0);
static TABLE: AtomicPtr<Table> = AtomicPtr::new(ptr::null_mut());

/// The bits of every pinned key and of its ancestors: a pin may concern a key, its ancestors or its descendants where
/// they meet the bits of the key's line.
#[inline]
pub(super) fn bits() -> u64 {
    BITS.load(Ordering::Acquire)
}

pub(super) fn table() -> Option<&'static Table> {
    // SAFETY: a published table is never freed, see `Pinned`.
    unsafe { TABLE.load(Ordering::Acquire).as_ref() }
}

/// The keys that are pinned now.
#[must_use]
pub fn pinned_keys() -> Vec<Key> {
    let mut keys: Vec<Key> = table().map_or_else(Vec::new, |table| table.slots().map(|slot| slot.key).collect());
    keys.sort_unstable_by_key(|key| key.id());
    keys
}

/// Pinned overrides in force until this is dropped; what was pinned before comes back then.
///
/// A table of pins stays allocated after it was taken away, since a reader may be in it: programs pin once, when they
/// are launched.
#[derive(Debug)]
#[must_use = "the pins are taken away when this is dropped"]
pub struct Pinned(*mut Table);

// SAFETY: the pointer is only a table that lives for ever.
unsafe impl Send for Pinned {}
// SAFETY: as above.
unsafe impl Sync for Pinned {}

impl Pinned {
    /// Pins these pairs, on top of what is pinned already.
    ///
    /// # Errors
    /// `InvalidKey` or `HashCollision`; nothing is pinned then.
    pub fn new(pairs: impl IntoIterator<Item = (String, Item, Source)>) -> Result<Self> {
        let mut slots = Vec::new();
        for (name, item, source) in pairs {
            for (key, entry) in flatten(intern(&name)?, item, &source)? {
                slots.push(Slot::new(key, entry));
            }
        }
        let table = match table() {
            Some(outer) => Table::of(slots).over(outer, true),
            None => Table::of(slots),
        };
        Ok(Self(publish(Box::into_raw(Box::new(table)))))
    }
}

fn publish(table: *mut Table) -> *mut Table {
    let old = TABLE.swap(table, Ordering::AcqRel);
    // SAFETY: tables are never freed.
    BITS.store(unsafe { table.as_ref() }.map_or(0, |table| table.mask | table.ancestors), Ordering::Release);
    #[cfg(feature = "host")]
    super::stop::all();
    old
}

impl Drop for Pinned {
    fn drop(&mut self) {
        publish(self.0);
    }
}
