//! What must hold in every order.

use std::ptr;

use loom::cell::UnsafeCell;
use loom::sync::Arc as Shared;
use loom::sync::RwLock;
use loom::sync::atomic::{AtomicPtr, AtomicU64};
use loom::thread;

use crate::counted::Arc;
use crate::deep::Deep;
use crate::kept::Kept;
use crate::newest::Newest;
use crate::sole::is_sole;

/// A snapshot: its version, and a bit for each key.
#[derive(Debug, PartialEq)]
struct Snapshot {
    version: u64,
    keys: u64,
}

fn newest() -> Newest<Snapshot> {
    Newest { version: AtomicU64::new(1), value: RwLock::new(None), first: |version| Snapshot { version, keys: 0 } }
}

fn add(newest: &Newest<Snapshot>, key: u64) {
    drop(newest.publish(|now, version| {
        assert_eq!(version, now.version + 1, "no version is published twice");
        Snapshot { version, keys: now.keys | key }
    }));
}

#[test]
fn of_two_threads_that_freeze_at_once_neither_loses_a_key() {
    loom::model(|| {
        let shared = Shared::new(newest());
        let other = shared.clone();
        let thread = thread::spawn(move || add(&other, 1));
        add(&shared, 2);
        thread.join().unwrap();
        let last = shared.get();
        assert_eq!(*last, Snapshot { version: 3, keys: 3 });
        assert_eq!(shared.version(), 3);
    });
}

#[test]
fn whoever_sees_a_version_gets_its_snapshot_or_a_newer_one() {
    loom::model(|| {
        let shared = Shared::new(newest());
        let other = shared.clone();
        let thread = thread::spawn(move || {
            add(&other, 1);
            add(&other, 2);
        });
        let seen = shared.version();
        let first = shared.get();
        assert!(first.version >= seen, "{:?} is older than version {seen}, which was seen before", *first);
        // A snapshot is whole, and never goes back.
        assert_eq!(first.keys, [0, 0, 1, 3][first.version as usize]);
        assert!(shared.get().version >= first.version);
        thread.join().unwrap();
        assert!(shared.version() != first.version || first.version == 3, "a reader who is behind finds out");
    });
}

#[test]
fn a_first_read_and_a_first_freeze_at_once_make_one_snapshot() {
    loom::model(|| {
        let shared = Shared::new(newest());
        let other = shared.clone();
        let thread = thread::spawn(move || other.get().version);
        add(&shared, 1);
        let read = thread.join().unwrap();
        assert!(read == 1 || read == 2);
        assert_eq!(*shared.get(), Snapshot { version: 2, keys: 1 });
    });
}

#[test]
fn the_last_owner_may_change_what_others_read() {
    loom::model(|| {
        let shared = Arc::new(UnsafeCell::new(1));
        let other = shared.clone();
        let thread = thread::spawn(move || {
            // SAFETY: loom fails the model where someone writes meanwhile.
            let seen = other.with(|value| unsafe { *value });
            drop(other);
            seen
        });
        if is_sole(&shared) {
            // SAFETY: as above, for readers.
            shared.with_mut(|value| unsafe { *value = 2 });
        }
        assert_eq!(thread.join().unwrap(), 1);
    });
}

#[test]
fn of_two_owners_at_most_one_is_the_last() {
    loom::model(|| {
        let shared = Arc::new(UnsafeCell::new(0));
        let change = |mine: Arc<UnsafeCell<i32>>| {
            if is_sole(&mine) {
                // SAFETY: as above.
                mine.with_mut(|value| unsafe { *value += 1 });
            }
        };
        let other = shared.clone();
        let thread = thread::spawn(move || change(other));
        change(shared);
        thread.join().unwrap();
    });
}

/// A result of which loom knows who wrote and who read it.
struct Watched(UnsafeCell<usize>);

// SAFETY: loom fails the model where one thread writes it while another reads.
unsafe impl Sync for Watched {}

impl Watched {
    fn new(value: usize) -> Self {
        let made = Self(UnsafeCell::new(0));
        // SAFETY: as above.
        made.0.with_mut(|place| unsafe { *place = value });
        made
    }

    fn get(&self) -> usize {
        // SAFETY: as above.
        self.0.with(|place| unsafe { *place })
    }
}

fn kept() -> Kept<Watched> {
    Kept { head: AtomicPtr::new(ptr::null_mut()) }
}

fn add_result(list: &Kept<Watched>, token: usize, code: u8) -> usize {
    list.add(token, code, Watched::new(10 * token)).map_or_else(|result| result.get(), Watched::get)
}

#[test]
fn a_conversion_is_read_whole_while_others_add_theirs() {
    loom::model(|| {
        let shared = Shared::new(kept());
        let adders: Vec<_> = [1, 2]
            .map(|token| {
                let shared = shared.clone();
                thread::spawn(move || assert_eq!(add_result(&shared, token, 0), 10 * token))
            })
            .into();
        for token in [1, 2] {
            let found = shared.get(token).map(Watched::get);
            assert!(found.is_none_or(|result| result == 10 * token));
        }
        for adder in adders {
            adder.join().unwrap();
        }
        let mut all: Vec<_> = shared.iter().map(|(token, result)| (token, result.get())).collect();
        all.sort_unstable();
        assert_eq!(all, [(1, 10), (2, 20)]);
    });
}

#[test]
fn the_same_conversion_made_twice_is_right_twice() {
    loom::model(|| {
        let shared = Shared::new(kept());
        let other = shared.clone();
        let make = |list: &Kept<Watched>| list.get(1).map(Watched::get).unwrap_or_else(|| add_result(list, 1, 7));
        let thread = thread::spawn(move || make(&other));
        assert_eq!(make(&shared), 10);
        assert_eq!(thread.join().unwrap(), 10);
        assert_eq!(shared.last(1, 7).map(Watched::get), Some(10));
        assert_eq!(shared.last(1, 8).map(Watched::get), None);
    });
}

#[test]
fn of_two_threads_that_lay_frames_together_both_get_the_first() {
    loom::model(|| {
        let shared = Shared::new(Deep::new());
        let other = shared.clone();
        let make = |deep: &Deep<Watched>, value: usize| {
            let made = deep.get().unwrap_or_else(|| deep.set(Box::new(Watched::new(value))));
            made.get()
        };
        let thread = thread::spawn(move || make(&other, 2));
        let first = make(&shared, 1);
        assert_eq!(thread.join().unwrap(), first);
        assert_eq!(shared.get().map(Watched::get), Some(first));
    });
}
