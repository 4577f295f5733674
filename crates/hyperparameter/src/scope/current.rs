//! Which state a thread is in: one thin layer over everything else, and the only thread-local of this crate but the mark
//! of running calls.
//!
//! A host that has a notion of its own (Python's context variables) keeps its states there and does not use this.

use std::cell::Cell;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::Arc;

use super::State;
use super::frame::Frame;

thread_local! {
    /// The innermost frame of this thread, owned; null before the first use. A plain cell without a destructor: that
    /// makes it one load. `END` gives the frame back when the thread ends.
    static FRAME: Cell<*const Frame> = const { Cell::new(ptr::null()) };
    static END: End = const { End };
}

struct End;

impl Drop for End {
    fn drop(&mut self) {
        let frame = FRAME.replace(ptr::null());
        if !frame.is_null() {
            // SAFETY: the cell owned it.
            drop(unsafe { State::from_raw(frame) });
        }
    }
}

/// The state of this thread without a count of its own: for a read that runs no foreign code.
///
/// The caller must not change this thread's state while it has this, nor run code that may: `get` is for that. A function
/// with a value and not one that is given a closure, so that a read becomes one piece of code at its call site.
#[inline(always)]
pub(crate) fn borrowed() -> ManuallyDrop<State> {
    let mut frame = FRAME.get();
    // SAFETY: a non-null pointer in the cell is a frame that the cell owns.
    if frame.is_null() || unsafe { (*frame).is_behind() } {
        frame = catch_up();
    }
    // SAFETY: as above. `State` is one `Arc`, made here from the cell's without a count of its own and never dropped:
    // a read must not touch a count.
    ManuallyDrop::new(unsafe { State::from_raw(frame) })
}

/// The state of this thread, owned: for code that may change it while it is used.
#[must_use]
pub fn get() -> State {
    #[cfg(feature = "host")]
    crate::host::guest::own_store_only("the state of a thread");
    State::clone(&borrowed())
}

#[cold]
#[inline(never)]
fn catch_up() -> *const Frame {
    let frame = FRAME.get();
    if frame.is_null() {
        // Registers the destructor; where the thread is already ending, the state is leaked rather than lost.
        let _ = END.try_with(|_| ());
        FRAME.set(State::fresh().into_raw());
    } else {
        // SAFETY: the cell owned it, and owns the new one from here on.
        let old = unsafe { State::from_raw(frame) };
        FRAME.set(old.caught_up().into_raw());
    }
    FRAME.get()
}

/// Puts another state in the place of this thread's, and gives back the one that was there.
pub fn replace(state: State) -> State {
    #[cfg(feature = "host")]
    crate::host::guest::own_store_only("the state of a thread");
    let old = FRAME.replace(state.into_raw());
    if old.is_null() {
        let _ = END.try_with(|_| ());
        State::fresh()
    } else {
        // SAFETY: the cell owned it.
        unsafe { State::from_raw(old) }
    }
}

/// Changes this thread's state by a function of it.
#[inline]
pub fn update(change: impl FnOnce(State) -> State) {
    let _ = try_update(|state| Ok::<_, std::convert::Infallible>(change(state)));
}

/// Changes this thread's state by a function of it; where that fails nothing changes.
///
/// # Errors
/// What the function returns.
pub fn try_update<E>(change: impl FnOnce(State) -> Result<State, E>) -> Result<(), E> {
    let state = change(get())?;
    drop(replace(state));
    Ok(())
}

/// An entry into a scope on this thread, ended when this is dropped, in whatever order (rule S4).
#[derive(Debug)]
#[must_use = "the scope ends when this is dropped"]
pub struct Guard {
    serial: u64,
    not_send: PhantomData<*const ()>,
}

impl Guard {
    /// Enters a scope on this thread by a function of its state.
    ///
    /// # Errors
    /// What the function returns.
    #[inline]
    pub fn enter<E>(enter: impl FnOnce(State) -> Result<State, E>) -> Result<Self, E> {
        let state = enter(get())?;
        let serial = state.serial();
        drop(replace(state));
        Ok(Self { serial, not_send: PhantomData })
    }

    /// The guard of a scope that was entered in the host's store.
    #[cfg(feature = "host")]
    pub(crate) fn hosted(serial: u64) -> Self {
        Self { serial, not_send: PhantomData }
    }

    /// Enters by a function that runs no foreign code and gives a frame on top of the state, or gives the state back.
    /// The state is moved, not counted.
    #[inline]
    pub(crate) fn enter_table(enter: impl FnOnce(State) -> Result<State, State>) -> Option<Self> {
        let _ = borrowed();
        let frame = FRAME.replace(ptr::null());
        // SAFETY: the cell owned it, and `borrowed` made it if there was none. It owns what is put back below.
        match enter(unsafe { State::from_raw(frame) }) {
            Ok(state) => {
                let serial = state.serial();
                FRAME.set(state.into_raw());
                Some(Self { serial, not_send: PhantomData })
            }
            Err(state) => {
                FRAME.set(state.into_raw());
                None
            }
        }
    }
}

impl Drop for Guard {
    #[inline]
    fn drop(&mut self) {
        #[cfg(feature = "host")]
        if let Ok(Some(table)) = crate::host::guest::hosted() {
            return crate::host::guest::leave(table, self.serial);
        }
        let frame = FRAME.get();
        if !frame.is_null() {
            // SAFETY: the cell owned it, and owns the new one from here on. Nothing is dropped in between.
            let mut old = unsafe { State::from_raw(frame) };
            let new = old.take_below(self.serial).unwrap_or_else(|| old.clone().leave(self.serial).0);
            FRAME.set(new.into_raw());
            // The scope's values may run code of their own when they go: it finds the state outside the scope.
            drop(old);
        }
    }
}

#[allow(dead_code, reason = "a guard that moved to another thread would end a scope there: it must not compile")]
fn states_may_move_between_threads(state: State) -> impl Send + Sync {
    Arc::new(state)
}
