//! A shared count as `std::sync::Arc` keeps it: counted up relaxed, down with Release, and an Acquire fence before the end.

use std::ops::Deref;
use std::ptr::NonNull;

use loom::sync::atomic::{AtomicUsize, Ordering, fence};

pub(crate) struct Arc<T>(NonNull<Inner<T>>);

struct Inner<T> {
    count: AtomicUsize,
    value: T,
}

// SAFETY: as for `std::sync::Arc`.
unsafe impl<T: Send + Sync> Send for Arc<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Arc<T> {}

impl<T> Arc<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(NonNull::from(Box::leak(Box::new(Inner { count: AtomicUsize::new(1), value }))))
    }

    fn inner(&self) -> &Inner<T> {
        // SAFETY: freed by the last owner only.
        unsafe { self.0.as_ref() }
    }

    pub(crate) fn strong_count(this: &Self) -> usize {
        this.inner().count.load(Ordering::Relaxed)
    }
}

impl<T> Clone for Arc<T> {
    fn clone(&self) -> Self {
        self.inner().count.fetch_add(1, Ordering::Relaxed);
        Self(self.0)
    }
}

impl<T> Deref for Arc<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.inner().value
    }
}

impl<T> Drop for Arc<T> {
    fn drop(&mut self) {
        if self.inner().count.fetch_sub(1, Ordering::Release) == 1 {
            fence(Ordering::Acquire);
            // SAFETY: this was the last owner of what `new` leaked.
            drop(unsafe { Box::from_raw(self.0.as_ptr()) });
        }
    }
}
