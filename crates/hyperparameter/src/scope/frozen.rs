//! Rule T2: the frozen snapshot, replaced in one atomic step.

use std::sync::Arc;
use std::sync::RwLock;
use std::sync::atomic::AtomicU64;

use super::State;
use super::frame::{Base, Frame};
use super::newest::Newest;
use super::table::Table;

/// The newest snapshot as the state of a thread that is in no scope: a new thread's first read is one count.
pub(super) static NEWEST: Newest<Frame> = Newest {
    version: AtomicU64::new(1),
    value: RwLock::new(None),
    first: |version| Frame::root(Base::new(Arc::new(Table::new(Vec::new())), version)),
};

#[inline(always)]
pub(super) fn version() -> u64 {
    NEWEST.version()
}

pub(super) fn newest() -> Arc<Frame> {
    NEWEST.get()
}

/// Publishes what `make` lays over the newest snapshot.
fn publish(make: impl FnOnce(&Table) -> Arc<Table>) {
    let old = NEWEST.publish(|newest, version| Frame::root(Base::new(make(newest.base_table()), version)));
    #[cfg(feature = "host")]
    super::stop::all();
    // Values may run code of their own when they go: not under the lock.
    drop(old);
}

impl State {
    /// Lays what these scopes set and deleted over the newest snapshot and publishes the result (rule T2).
    pub fn freeze(&self) {
        let mut chain = self.0.chain();
        let mut all: Option<Arc<Table>> = None;
        for frame in &mut chain {
            all = Some(match all {
                None => Arc::new(frame.looked().over(&Table::new(Vec::new()), true)),
                Some(upper) => Arc::new(upper.over(frame.looked(), true)),
            });
        }
        if let Some(table) = all {
            publish(|newest| Arc::new(table.over(newest, false)));
        }
    }
}

/// A snapshot kept to be put back (a test's, or the former one of `launch`).
#[derive(Clone, Debug)]
pub struct Snapshot(Arc<Table>);

impl Snapshot {
    /// The newest snapshot.
    #[must_use]
    pub fn take() -> Self {
        Self(newest().base_table().clone())
    }

    /// Publishes a scope in the place of another one that was published this way, in one step. What others froze meanwhile
    /// stays; a key that only the old scope had falls back to this snapshot.
    #[cfg(feature = "watch")]
    pub(crate) fn replace(&self, old: Option<&super::Scope>, new: &super::Scope) {
        use super::table::Slot;
        let is_old = |slot: &Slot| {
            let ours = old.and_then(|old| old.table().get(slot.key)).and_then(|ours| ours.entry.as_ref());
            ours.zip(slot.entry.as_ref()).is_some_and(|(ours, theirs)| Arc::ptr_eq(ours, theirs))
        };
        publish(|newest| {
            let (gone, kept): (Vec<&Slot>, Vec<&Slot>) = newest.slots().partition(|slot| is_old(slot));
            let back = gone.into_iter().filter_map(|slot| self.0.get(slot.key));
            let below = Table::of(kept.into_iter().chain(back).cloned().collect());
            Arc::new(new.table().over(&below, false))
        });
    }

    /// Publishes this snapshot again, whatever was frozen since.
    pub fn put_back(&self) {
        publish(|_| self.0.clone());
    }
}
