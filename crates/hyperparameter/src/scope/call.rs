//! Rule S5: a call is itself a scope, opened by its first write.
//!
//! A call that writes nothing must cost next to nothing, so it opens no frame. It only notes on its thread which scopes
//! were open when it began: a write that would go to one of those opens the call's own scope instead.

use std::cell::Cell;
use std::marker::PhantomData;

use super::State;
use super::frame::newest_serial;

thread_local! {
    /// The newest serial when the innermost running call of this thread began; 0 outside every call.
    static BEGAN: Cell<u64> = const { Cell::new(0) };
}

/// The newest serial when the innermost running call of this thread began.
#[inline]
pub(super) fn began() -> u64 {
    BEGAN.get()
}

/// A running call on this thread. Dropping it ends the call; calls end in the reverse order of their beginning.
#[derive(Debug)]
#[must_use = "the call ends when this is dropped"]
pub struct Call {
    outer: u64,
    /// The mark of this thread: finding it once is half the price of a call.
    mark: *const Cell<u64>,
}

impl Call {
    /// Begins a call.
    #[inline]
    pub fn begin() -> Self {
        Self::resume(Self::mark())
    }

    /// What tells a call that begins now from others: for [`Call::resume`].
    #[must_use]
    #[inline]
    pub fn mark() -> u64 {
        newest_serial()
    }

    /// Takes up a call that began earlier: a generator's or coroutine's, at each resume (rule S8).
    #[inline]
    pub fn resume(mark: u64) -> Self {
        BEGAN.with(|began| Self { outer: began.replace(mark), mark: began })
    }
}

#[cfg(feature = "host-table")]
impl Call {
    /// The mark of the call before, which [`Call::restore`] takes: for a call that is begun and ended through a table.
    pub(crate) fn into_outer(self) -> u64 {
        std::mem::ManuallyDrop::new(self).outer
    }

    /// What dropping does.
    pub(crate) fn restore(outer: u64) {
        BEGAN.set(outer);
    }
}

impl Drop for Call {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: a call does not leave its thread (it is not Send), and the cell has no destructor: it is there until
        // the thread ends.
        unsafe { (*self.mark).set(self.outer) };
    }
}

/// A stretch of code that runs on this thread but belongs to no call of it: a generator's body, a future's poll.
#[derive(Debug)]
#[must_use = "the stretch ends when this is dropped"]
pub struct Outside {
    outer: u64,
    not_send: PhantomData<*const ()>,
}

impl Outside {
    /// Begins the stretch.
    #[inline]
    pub fn begin() -> Self {
        Self { outer: BEGAN.replace(0), not_send: PhantomData }
    }

    /// The mark of the call that it happens in, which [`Call::restore`] takes.
    #[cfg(feature = "host-table")]
    pub(crate) fn into_mark(self) -> u64 {
        std::mem::ManuallyDrop::new(self).outer
    }
}

impl Drop for Outside {
    #[inline]
    fn drop(&mut self) {
        BEGAN.set(self.outer);
    }
}

impl State {
    /// The state without the scopes that were opened after this mark.
    #[must_use]
    pub(crate) fn leave_after(mut self, mark: u64) -> Self {
        while self.serial() > mark {
            let (left, was_open) = self.clone().leave(self.serial());
            if !was_open {
                break;
            }
            self = left;
        }
        self
    }

    /// The state after a call that began in `self` and has come to `now`: that of the call, less the scopes that were
    /// ended during it.
    #[must_use]
    pub fn after_call(&self, now: &Self) -> Self {
        if now.0.entered().any(|frame| std::ptr::eq(frame, &*self.0)) {
            return self.clone();
        }
        let open: std::collections::HashSet<u64> = now.0.entered().map(|frame| frame.serial).collect();
        let mut state = self.clone();
        let mut checked = 0;
        for frame in self.0.entered() {
            if frame.serial != checked && !open.contains(&frame.serial) {
                state = state.leave(frame.serial).0;
            }
            checked = frame.serial;
        }
        state
    }
}
