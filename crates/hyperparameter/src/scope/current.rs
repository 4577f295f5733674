//! Which state a thread is in: one thin layer over everything else, and the only thread-local of this crate but the mark
//! of running calls.
//!
//! A host that has a notion of its own (Python's context variables) keeps its states there and does not use this.

use std::cell::Cell;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::Arc;

use super::frame::{Frame, Head, NO_FRAME, Often, Peek};
use super::{Outside, Slot, State};
use crate::key::Key;

thread_local! {
    /// The innermost frame of this thread, owned; `NONE` before the first use. A plain cell without a destructor: that
    /// makes it one load. `END` gives the frame back when the thread ends.
    static FRAME: Cell<*const Head> = const { Cell::new(NONE) };
    static END: End = const { End };
}

/// No frame: nothing but a head whose guard stops a read.
const NONE: *const Head = &raw const NO_FRAME;

/// Puts a pointer in the cell and gives back the state that the cell owned.
#[inline]
fn exchange(frame: *const Head) -> Option<State> {
    let old = FRAME.replace(frame);
    // SAFETY: but for `NONE`, the cell holds what `State::into_raw` gave, and owned it.
    if ptr::eq(old, NONE) { None } else { Some(unsafe { State::from_raw(old.cast()) }) }
}

fn into_cell(state: State) -> *const Head {
    state.into_raw().cast()
}

struct End;

impl Drop for End {
    fn drop(&mut self) {
        drop(exchange(NONE));
        #[cfg(feature = "host")]
        super::stop::give_back();
    }
}

/// Whether this thread is not ending; its state is given back when it does.
#[cfg(feature = "host")]
pub(super) fn ends_later() -> bool {
    END.try_with(|_| ()).is_ok()
}

/// Tells C++, which does not compare versions, of a state that is seen again and may be behind.
#[inline(always)]
fn seen_again(frame: *const Head) {
    // SAFETY: there is a head behind every pointer in the cell.
    #[cfg(feature = "host")]
    if unsafe { (*frame).is_behind() } {
        super::stop::here();
    }
    #[cfg(not(feature = "host"))]
    let _ = frame;
}

/// The state of this thread without a count of its own: for a read that runs no foreign code.
///
/// The caller must not change this thread's state while it has this, nor run code that may: `get` is for that. A function
/// with a value and not one that is given a closure, so that a read becomes one piece of code at its call site.
#[inline(always)]
pub(crate) fn borrowed() -> ManuallyDrop<State> {
    let mut frame = FRAME.get();
    // SAFETY: there is a head behind every pointer in the cell, and that of `NONE` is always behind.
    if unsafe { (*frame).is_behind() } {
        frame = catch_up();
    }
    // SAFETY: this is a frame that the cell owns. `State` is one `Arc`, made here from the cell's without a count of its own and never dropped:
    // a read must not touch a count.
    ManuallyDrop::new(unsafe { State::from_raw(frame.cast()) })
}

/// [`State::peek`] in the state of this thread. What it gives must be used before that state may change.
#[inline(always)]
pub(crate) fn peek<'a>(key: Key, code: u8) -> Peek<'a> {
    // SAFETY: there is a head behind every pointer in the cell. The guard of `NONE` lets nothing pass and its
    // version is never the newest; nor are those of a frame that a newer snapshot left behind. Any other is kept alive
    // by the cell.
    unsafe { (*FRAME.get()).peek(key, code) }
}

/// [`State::look`] in the state of this thread; `Err` also where that must be made or brought up to date. What it gives
/// must be used before that state may change.
#[inline(always)]
pub(crate) fn look<'a>(key: Key) -> Result<Option<&'a Slot>, ()> {
    let frame = FRAME.get();
    // SAFETY: there is a head behind every pointer in the cell.
    let head = unsafe { &*frame };
    if head.is_behind() || !head.is_plain(key) {
        return Err(());
    }
    // SAFETY: the head of `NONE` is always behind: this is a frame, and the cell keeps it alive.
    Ok(unsafe { (*frame.cast::<Frame>()).find_inline(key) })
}

/// The slot of a key of which [`peek`] just said [`Peek::Outside`]; `Err` where [`walk_less`] must be asked.
///
/// # Safety
/// It did, and the state of this thread has not changed since.
#[inline(always)]
pub(crate) unsafe fn look_outside<'a>(key: Key) -> Result<Option<&'a Slot>, Often> {
    // SAFETY: no `NONE` says that: this is a frame, and the cell keeps it alive.
    unsafe { (*FRAME.get().cast::<Frame>()).walk(key) }
}

/// The slot of a key that [`look_outside`] did not look for.
///
/// # Safety
/// As there.
pub(crate) unsafe fn walk_less<'a>(key: Key) -> Option<&'a Slot> {
    // SAFETY: as in `look_outside`.
    unsafe { (*FRAME.get().cast::<Frame>()).walk_less(key) }
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
fn catch_up() -> *const Head {
    match exchange(NONE) {
        None => {
            // Registers the destructor; where the thread is already ending, the state is leaked rather than lost.
            let _ = END.try_with(|_| ());
            FRAME.set(into_cell(State::fresh()));
        }
        Some(old) => {
            let caught_up = into_cell(old.caught_up());
            // What goes with the old state may run code that reads: it finds the new one.
            FRAME.set(caught_up);
        }
    }
    FRAME.get()
}

/// Puts another state in the place of this thread's, and gives back the one that was there.
pub fn replace(state: State) -> State {
    #[cfg(feature = "host")]
    crate::host::guest::own_store_only("the state of a thread");
    let frame = into_cell(state);
    let old = exchange(frame);
    seen_again(frame);
    old.unwrap_or_else(|| {
        let _ = END.try_with(|_| ());
        State::fresh()
    })
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

    /// The number of the scope, which [`leave`] ends then.
    #[cfg(feature = "host")]
    #[inline]
    pub(crate) fn into_serial(self) -> u64 {
        ManuallyDrop::new(self).serial
    }

    /// Enters by a function that runs no foreign code, on a state that was just read. The state is moved, not counted.
    #[inline]
    pub(crate) fn enter_below(enter: impl FnOnce(State) -> State) -> Self {
        let state = enter(exchange(NONE).unwrap_or_else(get));
        let serial = state.serial();
        FRAME.set(into_cell(state));
        Self { serial, not_send: PhantomData }
    }

    /// Enters by a function that runs no foreign code and gives a frame on top of the state, or gives the state back.
    /// The state is moved, not counted.
    #[inline]
    pub(crate) fn enter_table(enter: impl FnOnce(State) -> Result<State, State>) -> Option<Self> {
        let _ = borrowed();
        // The cell owns what is put back below.
        match enter(exchange(NONE)?) {
            Ok(state) => {
                let serial = state.serial();
                FRAME.set(into_cell(state));
                Some(Self { serial, not_send: PhantomData })
            }
            Err(state) => {
                FRAME.set(into_cell(state));
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
        leave(self.serial);
    }
}

/// Another state in the place of this thread's, for as long as this lives: the former one comes back when this is
/// dropped, by a panic as well.
#[derive(Debug)]
#[must_use = "the former state comes back when this is dropped"]
pub struct Installed {
    outer: Option<State>,
    /// What runs in another state is no part of the call that it happens in (rule S5).
    _outside: Outside,
}

impl Installed {
    /// Installs a state.
    pub fn new(state: State) -> Self {
        Self { outer: Some(replace(state)), _outside: Outside::begin() }
    }

    /// Puts the former state back, and gives what the installed one has become.
    #[must_use]
    pub fn end(mut self) -> State {
        self.outer.take().map_or_else(get, replace)
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        drop(self.outer.take().map(replace));
    }
}

/// Ends the entry into a scope with this serial, if it is open on this thread.
#[inline]
pub(crate) fn leave(serial: u64) {
    let frame = FRAME.get();
    if !ptr::eq(frame, NONE) {
        // SAFETY: the cell owned it, and owns the new one from here on. Nothing is dropped in between.
        let mut old = unsafe { State::from_raw(frame.cast()) };
        match old.take_below(serial) {
            Some(new) => {
                let frame = into_cell(new);
                FRAME.set(frame);
                seen_again(frame);
                // The scope's values may run code of their own when they go: it finds the state outside the scope.
                old.drop_left();
            }
            None => leave_among_others(old, serial),
        }
    }
}

/// [`leave`] where the scope is not all that there is to the innermost frame. Not a part of it: the usual way would save
/// the registers that this one needs.
#[cold]
#[inline(never)]
fn leave_among_others(old: State, serial: u64) {
    let frame = into_cell(old.clone().leave(serial).0);
    FRAME.set(frame);
    seen_again(frame);
    old.drop_left();
}

/// The address of this thread's cell, which points to a head: for C++, which reads through it.
#[cfg(feature = "host")]
pub(crate) fn cell() -> *const *const std::ffi::c_void {
    // The first use makes the state, so that what a read finds is whole.
    let _ = borrowed();
    FRAME.with(|cell| cell.as_ptr().cast_const().cast())
}

#[allow(dead_code, reason = "a guard that moved to another thread would end a scope there: it must not compile")]
fn states_may_move_between_threads(state: State) -> impl Send + Sync {
    Arc::new(state)
}
