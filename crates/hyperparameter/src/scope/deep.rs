//! What is made of something once, when it is first wanted, and kept with it.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

/// A place for a value that is set once, by whoever comes first.
///
/// Not a `OnceLock`: there nobody else can go on while one sets it, and in a child that was forked at that moment nobody
/// ever. Here two may make it, and one of theirs is dropped.
#[derive(Debug)]
pub(super) struct Deep<T>(AtomicPtr<T>);

impl<T> Deep<T> {
    #[inline(always)]
    pub(super) const fn new() -> Self {
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
        let made = std::mem::replace(self.0.get_mut(), ptr::null_mut());
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn the_first_value_stays_and_the_second_is_dropped() {
        let (first, second) = (Arc::new(1), Arc::new(2));
        let deep = Deep::new();
        assert!(deep.get().is_none());
        assert_eq!(**deep.set(Box::new(first.clone())), 1);
        assert_eq!(**deep.set(Box::new(second.clone())), 1);
        assert_eq!(deep.get().map(|value| **value), Some(1));
        assert_eq!((Arc::strong_count(&first), Arc::strong_count(&second)), (2, 1));
        drop(deep);
        assert_eq!(Arc::strong_count(&first), 1);
    }
}
