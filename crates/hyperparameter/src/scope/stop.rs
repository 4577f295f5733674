//! What makes a read of C++ a call where it would walk: a word for each thread that walks, tested at every read.
//!
//! It has the bits of what is pinned, and all bits once a snapshot or pins were published: then the thread looks again,
//! in its next read. So a walk outside every scope is the walk inside one, and neither loads a global: comparing the
//! snapshot's version and the pins of the process took 10 instructions and five loads more outside, and 0.35 ns inside.
//! Publishing pays for it, with a store for each thread.

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{current, pinned};

/// On a cache line of its own, which its thread reads all the time. Never freed: a thread that ended leaves its word to the
/// next one, and what is left of it may read it still.
#[derive(Debug)]
#[repr(align(64))]
struct Word(AtomicU64);

/// Of a thread that is ending: each of its reads is a call.
static ALWAYS: Word = Word(AtomicU64::new(u64::MAX));

struct Words {
    all: Vec<&'static Word>,
    free: Vec<&'static Word>,
}

static WORDS: Mutex<Words> = Mutex::new(Words { all: Vec::new(), free: Vec::new() });

thread_local! {
    static MINE: Cell<Option<&'static Word>> = const { Cell::new(None) };
}

/// Something was published that every thread must see.
pub(super) fn all() {
    let words = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    for word in &words.all {
        word.0.store(u64::MAX, Ordering::Release);
    }
}

/// What this thread sees again, a scope having ended, may be older than what was published.
#[cold]
#[inline(never)]
pub(super) fn here() {
    if let Some(word) = MINE.get() {
        word.0.store(u64::MAX, Ordering::Relaxed);
    }
}

/// Brings this thread up to date, and gives its word.
pub(crate) fn look_again() -> *const u64 {
    let Some(word) = MINE.get().or_else(take) else { return ptr::from_ref(&ALWAYS).cast() };
    // Before anything is looked at: what is published from here on stops this thread again, and what was before is seen,
    // for the exchange reads the latest store.
    word.0.swap(0, Ordering::AcqRel);
    let _ = current::borrowed();
    word.0.fetch_or(pinned::bits(), Ordering::AcqRel);
    ptr::from_ref(word).cast()
}

#[cold]
fn take() -> Option<&'static Word> {
    if !current::ends_later() {
        return None;
    }
    let mut words = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    let word = words.free.pop().unwrap_or_else(|| {
        let word: &'static Word = Box::leak(Box::new(Word(AtomicU64::new(u64::MAX))));
        words.all.push(word);
        word
    });
    MINE.set(Some(word));
    Some(word)
}

/// This thread ends.
pub(super) fn give_back() {
    if let Some(word) = MINE.take() {
        word.0.store(u64::MAX, Ordering::Relaxed);
        WORDS.lock().unwrap_or_else(PoisonError::into_inner).free.push(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::{Builder, Snapshot, Source};
    use crate::value::Value;

    fn word() -> u64 {
        MINE.get().map_or(u64::MAX, |word| word.0.load(Ordering::Acquire))
    }

    // In one test and in a thread of its own: what is published is the process's.
    #[test]
    fn what_is_published_stops_a_thread_until_it_looks_again() {
        let before = Snapshot::take();
        std::thread::spawn(move || {
            look_again();
            assert_ne!(word(), u64::MAX);

            before.put_back();
            assert_eq!(word(), u64::MAX, "a snapshot was published");
            look_again();
            assert_ne!(word(), u64::MAX);

            let mut builder = Builder::default();
            builder.set("stop.key", Value::Int(1), &Source::Unknown).unwrap();
            let guard = builder.build().enter_here().unwrap();
            before.put_back();
            look_again();
            assert_ne!(word(), u64::MAX, "the scope keeps the snapshot that it was entered under");
            drop(guard);
            assert_eq!(word(), u64::MAX, "what is seen again is older than what was published");
            look_again();

            let pins = crate::scope::Pinned::new([("stop.pin".to_owned(), 1i64.into(), Source::Unknown)]).unwrap();
            assert_eq!(word(), u64::MAX, "something was pinned");
            look_again();
            let key = crate::key::intern("stop.pin").unwrap();
            assert_ne!(word() & key.bit(), 0);
            drop(pins);
            assert_eq!(word(), u64::MAX, "something was taken away");
        })
        .join()
        .unwrap();
    }

    #[test]
    fn a_word_is_left_to_the_next_thread() {
        let first = std::thread::spawn(|| look_again().addr()).join().unwrap();
        assert_eq!(first % 64, 0);
        let held = WORDS.lock().unwrap_or_else(PoisonError::into_inner).all.len();
        for _ in 0..20 {
            std::thread::spawn(|| look_again().addr()).join().unwrap();
        }
        // Other tests have threads of their own meanwhile.
        assert!(WORDS.lock().unwrap_or_else(PoisonError::into_inner).all.len() < held + 20);
    }
}
