//! What is made of something once, when it is first wanted, and kept with it.

use std::ptr;

use super::sync::{AtomicPtr, Ordering};

/// A place for a value that is set once, by whoever comes first.
///
/// Not a `OnceLock`: there nobody else can go on while one sets it, and in a child that was forked at that moment nobody
/// ever. Here two may make it, and one of theirs is dropped.
#[derive(Debug)]
pub(super) struct Deep<T>(AtomicPtr<T>);

impl<T> Deep<T> {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    #[inline(always)]
    pub(super) fn get(&self) -> Option<&T> {
        // SAFETY: what stands here came from a box, was whole before, and stays as long as `self` does.
        unsafe { self.0.load(Ordering::Acquire).as_ref() }
    }

    /// The value, so that it goes.
    #[inline(always)]
    pub(super) fn take(&mut self) -> Option<Box<T>> {
        // Nobody else can get at it meanwhile.
        let made = self.0.load(Ordering::Relaxed);
        if !made.is_null() {
            self.0.store(ptr::null_mut(), Ordering::Relaxed);
        }
        // SAFETY: made from a box in `set`, and owned by this alone.
        (!made.is_null()).then(|| unsafe { Box::from_raw(made) })
    }

    /// The value that was set first, which need not be this one.
    pub(super) fn set(&self, value: Box<T>) -> &T {
        let made = Box::into_raw(value);
        match self.0.compare_exchange(ptr::null_mut(), made, Ordering::AcqRel, Ordering::Acquire) {
            // SAFETY: as in `get`.
            Ok(_) => unsafe { &*made },
            Err(first) => {
                // SAFETY: made from a box above, and nobody else knows of it; `first` as in `get`.
                unsafe {
                    drop(Box::from_raw(made));
                    &*first
                }
            }
        }
    }
}

impl<T> Drop for Deep<T> {
    #[inline]
    fn drop(&mut self) {
        drop(self.take());
    }
}
