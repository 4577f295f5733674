//! Scopes that were ended in a context where they are not open (rule S8): where a generator is closed from another thread,
//! what it left open in the context that advanced it goes when that context's outer scope ends.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Older ones are forgotten: their values stay.
const MOST: usize = 1024;

static ENDED: Mutex<VecDeque<u64>> = Mutex::new(VecDeque::new());
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Whether there is any: the one question of the usual ways in and out of a scope.
#[inline(always)]
pub(crate) fn any() -> bool {
    COUNT.load(Ordering::Relaxed) != 0
}

/// The scope object with this number was ended where it is not open.
#[cold]
pub(crate) fn add(id: u64) {
    with(|ended| {
        if !ended.contains(&id) {
            ended.push_back(id);
        }
        if ended.len() > MOST {
            ended.pop_front();
        }
    });
}

/// It is entered again.
#[cold]
pub(crate) fn remove(id: u64) {
    with(|ended| ended.retain(|&one| one != id));
}

/// Whether it is among them; it is no longer afterwards, since its values are about to go.
#[cold]
pub(crate) fn take(id: u64) -> bool {
    with(|ended| {
        let found = ended.iter().position(|&one| one == id);
        found.and_then(|at| ended.remove(at)).is_some()
    })
}

fn with<T>(change: impl FnOnce(&mut VecDeque<u64>) -> T) -> T {
    let mut ended = ENDED.lock().unwrap_or_else(PoisonError::into_inner);
    let result = change(&mut ended);
    COUNT.store(ended.len(), Ordering::Relaxed);
    result
}
