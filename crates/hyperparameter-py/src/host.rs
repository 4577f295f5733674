//! The table by which native code in this process reaches the store that Python uses: which state a thread is in there.
//!
//! A thread that holds the interpreter is asked for its context variable, as Python code would be: a mirror of it would show
//! one asyncio task the values of another. Only a thread without the interpreter is answered from here: what it saw when it
//! last asked while it held it, as long as nothing changed there since.

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_char, c_void};
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use hyperparameter::error::{Error, Result};
use hyperparameter::host::{HostTable, Provider, abi, symbols, table};
use hyperparameter::scope::Failed;
use hyperparameter::value::Host;
use hyperparameter::{State, report};
use pyo3::exceptions::PyRuntimeWarning;
use pyo3::ffi;
use pyo3::prelude::*;

use crate::state::{self, Current};
use crate::{errors, value};

static TABLE: HostTable = table::<InPython>(concat!("hyperparameter ", env!("CARGO_PKG_VERSION"), " of Python"));

/// The table of this process.
#[unsafe(no_mangle)]
extern "C" fn hyperparameter_host_table() -> *const HostTable {
    &TABLE
}

const _: () = assert!(matches!(abi::SYMBOL.to_bytes(), b"hyperparameter_host_table"));

/// Puts the table where native code finds it: a global symbol, and the capsule `_C_API`. Warns where a library has used a
/// store of its own before there was this one.
pub(crate) fn publish(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    // SAFETY: the table and the name live as long as the process; a null result is an error that is set.
    let capsule = unsafe {
        let table = (&raw const TABLE).cast_mut().cast();
        Bound::from_owned_ptr_or_err(py, ffi::PyCapsule_New(table, abi::CAPSULE.as_ptr(), None))?
    };
    module.add("_C_API", capsule)?;
    symbols::make_global((hyperparameter_host_table as *const c_void).cast());
    let own = symbols::find(abi::OWN_STORE_SYMBOL);
    if own.is_null() {
        return Ok(());
    }
    // SAFETY: what stands under this symbol is such a function; its text lives as long as the process.
    let path: *const c_char = unsafe { std::mem::transmute::<*mut c_void, abi::FindOwnStore>(own)() };
    if path.is_null() {
        return Ok(());
    }
    // SAFETY: as above.
    let path = unsafe { CStr::from_ptr(path) }.to_string_lossy();
    let text = format!(
        "{path} has used a parameter store of its own before hyperparameter was imported, and keeps it: what is set here is \
         not seen there, and the other way round; import hyperparameter first"
    );
    let warn = py.import("warnings")?.getattr("warn")?;
    warn.call1((text, py.get_type::<PyRuntimeWarning>(), 2)).map(drop)
}

// ---- threads without the interpreter ---------------------------------------------------------------------------------

/// What a thread has while it does not hold the interpreter.
struct Local {
    /// What it sees.
    state: Option<State>,
    /// The scopes that it entered so and that are open.
    entered: Vec<u64>,
    /// How many states that were put in the place of others are on top of each other: a future's, for a poll. Every scope
    /// of such a state is open here and nowhere else.
    installed: usize,
}

impl Local {
    /// Whether what is seen here is more than what was noted of the interpreter's.
    fn is_own(&self) -> bool {
        self.installed > 0 || !self.entered.is_empty()
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        // The main thread ends after the interpreter: its objects are not to be touched any more.
        // SAFETY: may be called at any time.
        if unsafe { ffi::Py_IsInitialized() } == 0 {
            std::mem::forget(self.state.take());
        }
    }
}

thread_local! {
    static LOCAL: RefCell<Local> = const { RefCell::new(Local { state: None, entered: Vec::new(), installed: 0 }) };
}

thread_local! {
    /// The address of the state that is noted, 0 for none or one that is kept: a cell without a destructor is one look-up.
    static NOTED: Cell<usize> = const { Cell::new(0) };
}

/// Whether any thread has a [`Local`]: a program without native code pays one load for all this.
static USED: AtomicBool = AtomicBool::new(false);

/// Exchanges what this thread sees without the interpreter. The former state is given back, to be dropped where code of its
/// values may run.
fn exchange(state: Option<State>, change: impl FnOnce(&mut Local)) -> Option<State> {
    LOCAL
        .try_with(|local| {
            let mut local = local.borrow_mut();
            change(&mut local);
            NOTED.set(if local.is_own() { 0 } else { state.as_ref().map_or(0, address) });
            std::mem::replace(&mut local.state, state)
        })
        .unwrap_or(None)
}

/// Notes what a thread that holds the interpreter sees, for when it does not.
#[inline(always)]
fn synchronise(state: &State) {
    if NOTED.get() != address(state) {
        note(state);
    }
}

/// The address of the innermost frame.
#[inline(always)]
fn address(state: &State) -> usize {
    std::ptr::from_ref(state.frame()).addr()
}

#[cold]
#[inline(never)]
fn note(state: &State) {
    // Scopes entered without the interpreter that are open stay what is seen without it.
    if LOCAL.try_with(|local| !local.borrow().is_own()).unwrap_or(false) {
        USED.store(true, Relaxed);
        drop(exchange(Some(state.clone()), |_| ()));
    }
}

/// The thread's state changes: what was noted is true no more, and must not keep values alive.
#[inline(always)]
pub(crate) fn forget() {
    if USED.load(Relaxed) {
        forget_noted();
    }
}

#[cold]
#[inline(never)]
fn forget_noted() {
    if LOCAL.try_with(|local| !local.borrow().is_own()).unwrap_or(false) {
        drop(exchange(None, |_| ()));
    }
}

/// What this thread sees without the interpreter.
fn local() -> State {
    let noted = LOCAL.try_with(|local| local.borrow().state.clone()).unwrap_or(None);
    noted.map_or_else(State::fresh, |state| state.caught_up())
}

// ---- the provider ----------------------------------------------------------------------------------------------------

struct InPython;

/// Whether this thread holds the interpreter.
#[inline(always)]
pub(crate) fn holds() -> bool {
    // SAFETY: may be called on any thread. From 3.12 on each thread knows which state of the interpreter it is attached to.
    #[cfg(Py_3_12)]
    return unsafe { !ffi::compat::PyThreadState_GetUnchecked().is_null() };
    // SAFETY: as above. Before there was one such state for all; and once the interpreter is gone the check says yes.
    #[cfg(not(Py_3_12))]
    return unsafe { ffi::Py_IsInitialized() != 0 && ffi::PyGILState_Check() != 0 };
}

/// Runs code with the interpreter that this thread holds.
fn attached<R>(work: impl FnOnce(Python<'_>) -> PyResult<R>) -> Result<R> {
    // SAFETY: the callers have asked `holds`; unlike `attach` this also works while the interpreter shuts down.
    unsafe {
        Python::attach_unchecked(|py| {
            // A scope may end while an exception is on its way.
            let pending = PyErr::take(py);
            let result = work(py).map_err(|error| of_python(py, &error));
            if let Some(pending) = pending {
                pending.restore(py);
            }
            result
        })
    }
}

/// An exception as an error of the core; those that began as one keep their text.
fn of_python(py: Python<'_>, error: &PyErr) -> Error {
    Error::config(None, error.value(py).to_string())
}

/// The state of the thread, which holds the interpreter.
#[inline(always)]
fn current() -> Result<Current> {
    // SAFETY: the callers have asked `holds`.
    unsafe { state::current() }.ok_or_else(|| {
        // SAFETY: as above.
        unsafe { Python::attach_unchecked(|py| of_python(py, &PyErr::fetch(py))) }
    })
}

impl Provider for InPython {
    #[inline(always)]
    fn with<R>(read: impl FnOnce(&State) -> R) -> R {
        if holds() {
            if let Ok(now) = current() {
                synchronise(&now);
                return read(&now);
            }
        }
        read(&local())
    }

    #[inline(always)]
    fn at_hand<R>(read: impl FnOnce(&State) -> Option<R>) -> Option<R> {
        if !holds() {
            return None;
        }
        // SAFETY: the interpreter is held.
        let now = unsafe { state::at_hand() }?;
        if NOTED.get() != address(&now) {
            return None;
        }
        read(&now)
    }

    fn update(scope: bool, change: impl FnOnce(State) -> Result<State>) -> Result<u64> {
        if !holds() {
            let state = change(local())?;
            let serial = state.serial();
            USED.store(true, Relaxed);
            drop(exchange(Some(state), |local| {
                if scope && local.installed == 0 {
                    local.entered.push(serial);
                }
            }));
            return Ok(serial);
        }
        let before = current()?;
        let state = change(State::clone(&before))?;
        attached(|py| {
            // SAFETY: the interpreter is held.
            let now = unsafe { state::advance(&before, state) }.ok_or_else(|| PyErr::fetch(py))?;
            let serial = now.serial();
            synchronise(&now);
            Ok(serial)
        })
    }

    fn leave(serial: u64) -> Result<()> {
        let open = |local: &RefCell<Local>| {
            let local = local.borrow();
            let installed = || local.installed > 0 && local.state.as_ref().is_some_and(|state| state.is_open(serial));
            local.entered.contains(&serial) || installed()
        };
        if LOCAL.try_with(open).unwrap_or(false) {
            // Entered without the interpreter, so it is open there and nowhere else.
            let (state, _) = local().leave(serial);
            drop(exchange(Some(state), |local| local.entered.retain(|open| *open != serial)));
            return Ok(());
        }
        if holds() {
            return leave_held(serial);
        }
        // A scope of Python's, ended by a thread that has let go of the interpreter: it would stay open there.
        match Python::try_attach(|_| leave_held(serial)) {
            Some(left) => left,
            None => Ok(()),
        }
    }

    fn exchange(state: State, inside: bool) -> Result<State> {
        if holds() {
            return attached(|py| {
                let former = State::clone(&*state::get(py)?);
                state::replace(py, state)?;
                synchronise(&*state::get(py)?);
                Ok(former)
            });
        }
        let former = local();
        USED.store(true, Relaxed);
        drop(exchange(Some(state), |local| {
            local.installed = if inside { local.installed + 1 } else { local.installed.saturating_sub(1) };
        }));
        Ok(former)
    }

    fn warn(failed: &Failed) -> Result<()> {
        if !holds() {
            report::warn(failed);
            return Ok(());
        }
        let error = failed.error();
        // An exception that a filter makes of the warning is the error of the read.
        attached(|py| Ok(errors::warn(py, &error, 1).is_err()))
            .and_then(|raised| if raised { Err(error) } else { Ok(()) })
    }

    fn object_pointer(object: &Host) -> *mut c_void {
        object.pointer(&value::PY).map_or(null_mut(), NonNull::as_ptr)
    }

    unsafe fn object_of(pointer: *mut c_void) -> Option<Host> {
        // SAFETY: promised by the caller.
        (!pointer.is_null() && holds()).then(|| unsafe { value::host(pointer.cast()) })
    }
}

fn leave_held(serial: u64) -> Result<()> {
    attached(|py| {
        let now = state::get(py)?;
        if !now.is_open(serial) {
            return Ok(());
        }
        // SAFETY: the interpreter is held.
        if unsafe { state::leave(&now, serial) } { Ok(()) } else { Err(PyErr::fetch(py)) }
    })
}
