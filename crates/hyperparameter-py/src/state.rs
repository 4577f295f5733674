//! Which state the running thread or task is in: one context variable that holds a reference to the innermost frame.
//!
//! CPython caches the last look-up of a context variable in it, so [`current`] is 3 to 8 ns (`benches/README.md`).
//! Outside every scope the variable would be unset, which is not cached; so a thread's first read sets it to the state
//! that means "no scope".

use std::cmp::Ordering;
use std::ops::Deref;
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use hyperparameter::State;
use pyo3::ffi::{self, PyObject, PyTypeObject};
use pyo3::prelude::*;

use crate::ended;
use crate::host;
use crate::raw::{Global, Slots, drop_ref_of_ours, new_ref, type_of};

/// A state as a Python object, so that a context variable can hold it.
///
/// It takes no part in garbage collection: a cycle through an entered scope lives until the scope is left.
#[repr(C)]
pub(crate) struct StateObject {
    base: PyObject,
    state: State,
    /// The object of the state that leaving the innermost scope goes back to, owned; null where that is not known.
    /// It saves leaving an allocation, and a look for the state to go back to.
    outer: *mut StateObject,
}

static TYPE: Global<PyTypeObject> = Global::new();
static VARIABLE: Global<PyObject> = Global::new();

/// Moves whenever a thread's state is exchanged for another: what runs in a state (rules S5, S8) looks for the one it has
/// come to only if it moved. Of the process and not of the thread: that is one load, and another thread's move costs a look.
pub(crate) static MOVES: AtomicU64 = AtomicU64::new(0);

/// The state of the running thread or task, kept alive.
pub(crate) struct Current(NonNull<StateObject>);

impl Deref for Current {
    type Target = State;
    #[inline(always)]
    fn deref(&self) -> &State {
        // SAFETY: this owns a reference to the object.
        unsafe { &self.0.as_ref().state }
    }
}

impl Drop for Current {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: this owned a reference, and exists only while the interpreter is held.
        unsafe { drop_ref_of_ours(self.0.as_ptr().cast()) }
    }
}

impl Current {
    /// Whether both are one state object: nothing was entered, written or left between them.
    #[inline(always)]
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    /// The object itself, borrowed.
    pub(crate) fn as_ptr(&self) -> *mut PyObject {
        self.0.as_ptr().cast()
    }
}

/// The state of the running thread or task. `None` is an exception that is set.
///
/// # Safety
/// The thread holds the interpreter.
#[inline(always)]
pub(crate) unsafe fn current() -> Option<Current> {
    // SAFETY: the variable lives as long as the process; a hit gives a new reference. Nothing stops a program that
    // digs the variable out of a context from setting it, so the type is checked.
    unsafe {
        let mut value = null_mut();
        if ffi::PyContextVar_Get(VARIABLE.get(), null_mut(), &mut value) < 0 {
            return None;
        }
        if !value.is_null() && type_of(value) == TYPE.get() {
            let current = Current(NonNull::new_unchecked(value.cast()));
            if !current.is_behind() {
                return Some(current);
            }
            return catch_up(&current);
        }
        first(value)
    }
}

/// The same where that is a look and no more; `None` where it is not, or failed.
///
/// # Safety
/// As [`current`].
#[inline(always)]
pub(crate) unsafe fn at_hand() -> Option<Current> {
    // SAFETY: as for `current`. What is not a state is given back by a call: it may be the last reference.
    unsafe {
        let mut value = null_mut();
        if ffi::PyContextVar_Get(VARIABLE.get(), null_mut(), &mut value) < 0 {
            ffi::PyErr_Clear();
            return None;
        }
        if value.is_null() || type_of(value) != TYPE.get() {
            ffi::Py_XDECREF(value);
            return None;
        }
        let current = Current(NonNull::new_unchecked(value.cast()));
        if current.is_behind() { None } else { Some(current) }
    }
}

/// The same for code in PyO3's manner.
pub(crate) fn get(py: Python<'_>) -> PyResult<Current> {
    // SAFETY: `py` says that the interpreter is held.
    unsafe { current() }.ok_or_else(|| PyErr::fetch(py))
}

#[cold]
unsafe fn first(value: *mut PyObject) -> Option<Current> {
    // SAFETY: as for `current`.
    unsafe {
        ffi::Py_XDECREF(value);
        publish(new(State::fresh(), null_mut())?)
    }
}

#[cold]
unsafe fn catch_up(current: &Current) -> Option<Current> {
    // SAFETY: as for `current`.
    unsafe { publish(new(current.caught_up(), null_mut())?) }
}

#[inline]
unsafe fn new(state: State, outer: *mut StateObject) -> Option<Current> {
    // SAFETY: a plain object of this type; both fields are written before anybody sees it.
    unsafe {
        let object = ffi::PyObject_New::<StateObject>(TYPE.get());
        let Some(object) = NonNull::new(object) else {
            ffi::Py_XDECREF(outer.cast());
            return None;
        };
        (&raw mut (*object.as_ptr()).state).write(state);
        (*object.as_ptr()).outer = outer;
        Some(Current(object))
    }
}

#[inline]
unsafe fn publish(current: Current) -> Option<Current> {
    // SAFETY: as for `current`.
    unsafe { if restore(&current) { Some(current) } else { None } }
}

/// Makes a state that was current before current again. `false` is an exception that is set.
///
/// # Safety
/// The thread holds the interpreter.
#[inline]
pub(crate) unsafe fn restore(state: &Current) -> bool {
    // SAFETY: promised by the caller. The token that comes back is not needed: leaving sets, it never resets.
    unsafe {
        // Only a thread that holds the interpreter comes here.
        MOVES.store(MOVES.load(Relaxed).wrapping_add(1), Relaxed);
        let token = ffi::PyContextVar_Set(VARIABLE.get(), state.as_ptr());
        ffi::Py_XDECREF(token);
        host::forget();
        !token.is_null()
    }
}

/// Makes `state` current: it was made from `before` by entering or writing. `None` is an exception that is set.
///
/// # Safety
/// The thread holds the interpreter.
#[inline]
pub(crate) unsafe fn advance(before: &Current, state: State) -> Option<Current> {
    // SAFETY: promised by the caller.
    unsafe {
        let outer = match state.serial().cmp(&before.serial()) {
            // A write in a scope goes back to where the scope itself goes back to.
            Ordering::Equal => before.0.as_ref().outer,
            Ordering::Greater => before.0.as_ptr(),
            // `clear` outside every scope.
            Ordering::Less => null_mut(),
        };
        ffi::Py_XINCREF(outer.cast());
        publish(new(state, outer)?)
    }
}

/// A state as an object that can be made current later, by [`restore`].
pub(crate) fn held(py: Python<'_>, state: State) -> PyResult<Current> {
    // SAFETY: `py` says that the interpreter is held.
    unsafe { new(state, null_mut()) }.ok_or_else(|| PyErr::fetch(py))
}

/// Makes a state current that has nothing to do with the one before.
pub(crate) fn replace(py: Python<'_>, state: State) -> PyResult<()> {
    // SAFETY: `py` says that the interpreter is held.
    unsafe { new(state, null_mut()).and_then(|state| publish(state)) }.map(drop).ok_or_else(|| PyErr::fetch(py))
}

/// Changes the current state by a function of it.
pub(crate) fn update(py: Python<'_>, change: impl FnOnce(&State) -> PyResult<State>) -> PyResult<()> {
    let before = get(py)?;
    let state = change(&before)?;
    // SAFETY: `py` says that the interpreter is held.
    unsafe { advance(&before, state) }.map(drop).ok_or_else(|| PyErr::fetch(py))
}

/// Ends the entry with this serial in the current state (rule S4). `false` is an exception that is set.
///
/// # Safety
/// The thread holds the interpreter.
#[inline]
pub(crate) unsafe fn leave(now: &Current, serial: u64) -> bool {
    // SAFETY: promised by the caller; `outer` is owned by `now`.
    unsafe {
        let outer = now.0.as_ref().outer;
        if now.serial() == serial && !outer.is_null() {
            let outer = Current(NonNull::new_unchecked(new_ref(outer.cast()).cast()));
            return restore(&outer);
        }
        let state = State::clone(now);
        let (state, _) = if ended::any() { state.leave_with(serial, ended::take) } else { state.leave(serial) };
        new(state, null_mut()).and_then(|state| publish(state)).is_some()
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the interpreter calls this once, when the last reference is gone.
    unsafe {
        let mut at = object.cast::<StateObject>();
        // Ten thousand scopes end in a loop: freeing each from within the next would overflow the stack.
        loop {
            let outer = (*at).outer;
            std::ptr::drop_in_place(&raw mut (*at).state);
            let class = type_of(at.cast());
            ffi::PyObject_Free(at.cast());
            ffi::Py_DECREF(class.cast());
            if outer.is_null() {
                return;
            }
            if ffi::Py_REFCNT(outer.cast()) > 1 {
                ffi::Py_DECREF(outer.cast());
                return;
            }
            at = outer;
        }
    }
}

/// Makes the type and the variable.
pub(crate) fn register(py: Python<'_>) -> PyResult<()> {
    let slots = Slots::default().add(ffi::Py_tp_dealloc, dealloc as *const _).doc(c"What a thread or task sees.");
    TYPE.set(slots.build(py, c"hyperparameter._native.State", size_of::<StateObject>(), 0)?);
    // SAFETY: a static name and no default.
    let variable = unsafe { ffi::PyContextVar_New(c"hyperparameter".as_ptr(), null_mut()) };
    if variable.is_null() {
        return Err(PyErr::fetch(py));
    }
    VARIABLE.set(variable);
    Ok(())
}
