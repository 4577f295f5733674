//! Rule S8: a generator, coroutine or async generator that runs in the state of its call.
//!
//! The object that the function returned is kept inside one of these. At each resume the state of its call is put in the
//! place of the resumer's and taken out again; where both are the same one, which is the rule for an awaited coroutine,
//! nothing is swapped at all. Everything else is the inner object's: its warnings, its names, its `cr_*` and `gi_*`.

use std::ffi::{c_int, c_void};
use std::mem::offset_of;
use std::ptr::{addr_of_mut, null_mut};

use hyperparameter::scope::Call;
use pyo3::ffi::{self, PyObject};

use super::glue;
use super::raw::{self, Kept, Type};
use crate::state::{self, Current};

/// The object around a generator, a coroutine, an async generator, or one step of an async generator.
#[repr(C)]
pub(super) struct Run {
    base: PyObject,
    inner: *mut PyObject,
    /// The async generator of a step; null for everything else.
    owner: *mut PyObject,
    /// The state in which it runs next; null once it is finished.
    state: Option<Current>,
    /// When its call began (rule S5).
    mark: u64,
    /// The event loop's hook for an async generator that is dropped before its end.
    finalizer: *mut PyObject,
    started: bool,
    weak: *mut PyObject,
}

static GENERATOR: Type = Type::new();
static COROUTINE: Type = Type::new();
static ASYNC_GENERATOR: Type = Type::new();
static STEP: Type = Type::new();
static AWAITED: Type = Type::new();

/// What the function returned, to be run in `state` if it is a generator, a coroutine or an async generator; anything else
/// is given back as it is. Takes over `result`; null for an error.
///
/// # Safety
/// The thread is attached; `result` is a valid object.
pub(crate) unsafe fn wrap(result: *mut PyObject, state: Current, mark: u64) -> *mut PyObject {
    // SAFETY: promised by the caller.
    unsafe {
        let kind = if ffi::PyGen_CheckExact(result) != 0 {
            &GENERATOR
        } else if ffi::PyCoro_CheckExact(result) != 0 {
            &COROUTINE
        } else if ffi::Py_TYPE(result) == addr_of_mut!(raw::PyAsyncGen_Type) {
            &ASYNC_GENERATOR
        } else {
            return result;
        };
        new(kind, result, null_mut(), Some(state), mark)
    }
}

/// Takes over `inner`.
unsafe fn new(
    kind: &Type,
    inner: *mut PyObject,
    owner: *mut PyObject,
    state: Option<Current>,
    mark: u64,
) -> *mut PyObject {
    // SAFETY: a fresh object of this type is a zeroed `Run`; the references are promised by the callers.
    unsafe {
        let object = ffi::PyType_GenericAlloc(kind.get(), 0).cast::<Run>();
        if object.is_null() {
            ffi::Py_DECREF(inner);
            return null_mut();
        }
        ffi::Py_XINCREF(owner);
        (*object).inner = inner;
        (*object).owner = owner;
        (&raw mut (*object).state).write(state);
        (*object).mark = mark;
        object.cast()
    }
}

/// A stretch of running: the state that was there before it, and whether that was taken out.
struct Resumed {
    saved: Current,
    moves: u64,
    swapped: bool,
    call: Call,
}

impl Run {
    /// The object that holds the state: the async generator of a step.
    unsafe fn holder(this: *mut Self) -> *mut Self {
        // SAFETY: `this` is a live Run, and so is its owner.
        unsafe { if (*this).owner.is_null() { this } else { (*this).owner.cast() } }
    }

    /// Puts the state of the call in the place of the present one; `None` with an exception set.
    unsafe fn resume(this: *mut Self) -> Option<Resumed> {
        // SAFETY: as `holder`; the state is kept alive by it until `suspend` replaces it.
        unsafe {
            let holder = Self::holder(this);
            (*this).started = true;
            (*holder).started = true;
            let saved = state::current()?;
            let mut swapped = false;
            if let Some(own) = &(*holder).state {
                swapped = !own.is(&saved);
                if swapped && !state::restore(own) {
                    return None;
                }
            }
            Some(Resumed { saved, moves: glue::moves(), swapped, call: Call::resume((*holder).mark) })
        }
    }

    /// Keeps the state that the run has come to, and puts the one before back.
    unsafe fn suspend(this: *mut Self, resumed: Resumed) {
        let Resumed { saved, moves, swapped, call } = resumed;
        drop(call);
        // SAFETY: as `resume`.
        unsafe {
            if swapped || glue::moves() != moves {
                let raised = Kept::take();
                let now = state::current();
                let back = now.as_ref().is_some_and(|now| now.is(&saved) || state::restore(&saved));
                if !back {
                    ffi::PyErr_WriteUnraisable((*this).inner);
                }
                let holder = Self::holder(this);
                if now.is_some() && (*holder).state.is_some() {
                    let old = std::mem::replace(&mut (*holder).state, now);
                    drop(old);
                }
                raised.put_back();
            }
        }
    }

    /// After an exception or a return: lets go of the state if the run is really over.
    unsafe fn ended(this: *mut Self) {
        // SAFETY: as `resume`.
        unsafe {
            let holder = Self::holder(this);
            if (*holder).state.is_none() {
                return;
            }
            let raised = Kept::take();
            if is_over((*holder).inner) {
                let old = (*holder).state.take();
                drop(old);
            }
            raised.put_back();
        }
    }
}

/// Whether a generator, coroutine or async generator has come to its end: it has no frame then.
unsafe fn is_over(inner: *mut PyObject) -> bool {
    // SAFETY: `inner` is a live object; errors of the look-up are cleared.
    unsafe {
        let name = if ffi::PyGen_CheckExact(inner) != 0 {
            c"gi_frame"
        } else if ffi::PyCoro_CheckExact(inner) != 0 {
            c"cr_frame"
        } else {
            c"ag_frame"
        };
        let frame = ffi::PyObject_GetAttrString(inner, name.as_ptr());
        if frame.is_null() {
            ffi::PyErr_Clear();
            return false;
        }
        ffi::Py_DECREF(frame);
        frame == ffi::Py_None()
    }
}

unsafe extern "C" fn am_send(
    this: *mut PyObject,
    value: *mut PyObject,
    result: *mut *mut PyObject,
) -> ffi::PySendResult {
    // SAFETY: a slot of Run's types is called with one of them.
    unsafe {
        let run = this.cast::<Run>();
        let Some(resumed) = Run::resume(run) else {
            *result = null_mut();
            return ffi::PySendResult::PYGEN_ERROR;
        };
        let inner = (*run).inner;
        ffi::Py_INCREF(inner);
        let outcome = ffi::PyIter_Send(inner, value, result);
        Run::suspend(run, resumed);
        match outcome {
            ffi::PySendResult::PYGEN_NEXT => {}
            // The end of a step is not that of its async generator; any other return is the end.
            ffi::PySendResult::PYGEN_RETURN if (*run).owner.is_null() => {
                let state = (*run).state.take();
                drop(state);
            }
            ffi::PySendResult::PYGEN_RETURN => {}
            ffi::PySendResult::PYGEN_ERROR => Run::ended(run),
        }
        ffi::Py_DECREF(inner);
        outcome
    }
}

/// `send`, with a return as `StopIteration`.
unsafe extern "C" fn send(this: *mut PyObject, value: *mut PyObject) -> *mut PyObject {
    // SAFETY: as `am_send`.
    unsafe {
        let mut result = null_mut();
        match am_send(this, value, &mut result) {
            ffi::PySendResult::PYGEN_NEXT => result,
            ffi::PySendResult::PYGEN_ERROR => null_mut(),
            ffi::PySendResult::PYGEN_RETURN => {
                raw::set_stop_iteration(result);
                ffi::Py_DECREF(result);
                null_mut()
            }
        }
    }
}

unsafe extern "C" fn next(this: *mut PyObject) -> *mut PyObject {
    // SAFETY: as `am_send`.
    unsafe { send(this, ffi::Py_None()) }
}

/// Calls a method of the inner object in the state of the call.
unsafe fn forward(this: *mut PyObject, name: *mut PyObject, args: *const *mut PyObject, count: usize) -> *mut PyObject {
    // SAFETY: as `am_send`; the arguments are those of a fastcall.
    unsafe {
        let run = this.cast::<Run>();
        let Some(resumed) = Run::resume(run) else { return null_mut() };
        let inner = (*run).inner;
        ffi::Py_INCREF(inner);
        let result = raw::call_method(inner, name, args, count);
        Run::suspend(run, resumed);
        Run::ended(run);
        ffi::Py_DECREF(inner);
        result
    }
}

unsafe extern "C" fn throw(this: *mut PyObject, args: *mut *mut PyObject, count: ffi::Py_ssize_t) -> *mut PyObject {
    // SAFETY: a METH_FASTCALL method.
    unsafe { forward(this, raw::names().throw, args, count as usize) }
}

unsafe extern "C" fn close(this: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: a METH_NOARGS method. What never started has nothing to run, and its warning is its own.
    unsafe {
        let run = this.cast::<Run>();
        if (*run).started {
            forward(this, raw::names().close, null_mut(), 0)
        } else {
            raw::call_method((*run).inner, raw::names().close, null_mut(), 0)
        }
    }
}

unsafe extern "C" fn itself(this: *mut PyObject) -> *mut PyObject {
    // SAFETY: a live object.
    unsafe { ffi::Py_INCREF(this) };
    this
}

unsafe extern "C" fn am_await(this: *mut PyObject) -> *mut PyObject {
    // SAFETY: as `am_send`.
    unsafe {
        let run = this.cast::<Run>();
        if (*run).started && ffi::PyCoro_CheckExact((*run).inner) != 0 {
            let awaited = ffi::PyObject_GetAttrString((*run).inner, c"cr_await".as_ptr());
            if awaited.is_null() {
                return null_mut();
            }
            ffi::Py_DECREF(awaited);
            if awaited != ffi::Py_None() {
                ffi::PyErr_SetString(ffi::PyExc_RuntimeError, c"coroutine is being awaited already".as_ptr());
                return null_mut();
            }
        }
        itself(this)
    }
}

/// `coroutine.__await__()` (rule S8): an iterator, for `yield from`, as that of a plain coroutine. `await` itself asks the
/// slot, and makes no object.
unsafe extern "C" fn awaited(this: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: a METH_NOARGS method of the coroutine's type; what runs inside it has its own state.
    unsafe {
        let coroutine = am_await(this);
        if coroutine.is_null() { null_mut() } else { new(&AWAITED, coroutine, null_mut(), None, 0) }
    }
}

// ---- async generators --------------------------------------------------------------------------------------------------

/// Calls a method that gives an awaitable, and makes that run in the state of the call.
unsafe fn step(this: *mut PyObject, name: *mut PyObject, args: *const *mut PyObject, count: usize) -> *mut PyObject {
    // SAFETY: `this` is an async generator's Run.
    unsafe {
        let run = this.cast::<Run>();
        let awaitable = if (*run).started {
            raw::call_method((*run).inner, name, args, count)
        } else {
            (*run).started = true;
            first_step(run, name, args, count)
        };
        if awaitable.is_null() {
            return null_mut();
        }
        new(&STEP, awaitable, this, None, 0)
    }
}

/// The event loop's hooks are told of the outer object, not of the inner one: so that what they close runs in its state.
unsafe fn first_step(run: *mut Run, name: *mut PyObject, args: *const *mut PyObject, count: usize) -> *mut PyObject {
    // SAFETY: as `step`.
    unsafe {
        let sys = |function: &std::ffi::CStr| ffi::PySys_GetObject(function.as_ptr());
        let (get, set) = (sys(c"get_asyncgen_hooks"), sys(c"set_asyncgen_hooks"));
        if get.is_null() || set.is_null() {
            return raw::call_method((*run).inner, name, args, count);
        }
        let hooks = ffi::PyObject_CallNoArgs(get);
        if hooks.is_null() {
            return null_mut();
        }
        let none = ffi::Py_None();
        let (first, last) = (ffi::PySequence_GetItem(hooks, 0), ffi::PySequence_GetItem(hooks, 1));
        ffi::Py_DECREF(hooks);
        if first.is_null() || last.is_null() {
            ffi::Py_XDECREF(first);
            ffi::Py_XDECREF(last);
            return null_mut();
        }
        if last != none {
            ffi::Py_INCREF(last);
            (*run).finalizer = last;
        }
        let mut awaitable = null_mut();
        let unhooked = ffi::PyObject_CallFunctionObjArgs(set, none, none, null_mut::<PyObject>());
        if !unhooked.is_null() {
            ffi::Py_DECREF(unhooked);
            awaitable = raw::call_method((*run).inner, name, args, count);
            let raised = Kept::take();
            let hooked = ffi::PyObject_CallFunctionObjArgs(set, first, last, null_mut::<PyObject>());
            raised.put_back();
            ffi::Py_XDECREF(hooked);
            if !awaitable.is_null() && first != none {
                let said = ffi::PyObject_CallOneArg(first, run.cast());
                if said.is_null() {
                    ffi::Py_DECREF(awaitable);
                    awaitable = null_mut();
                }
                ffi::Py_XDECREF(said);
            }
        }
        ffi::Py_DECREF(first);
        ffi::Py_DECREF(last);
        awaitable
    }
}

unsafe extern "C" fn am_anext(this: *mut PyObject) -> *mut PyObject {
    // SAFETY: a slot of the async generator's type.
    unsafe { step(this, raw::names().anext, null_mut(), 0) }
}

unsafe extern "C" fn asend(this: *mut PyObject, value: *mut PyObject) -> *mut PyObject {
    // SAFETY: a METH_O method of the async generator's type.
    unsafe { step(this, raw::names().asend, &value, 1) }
}

unsafe extern "C" fn athrow(this: *mut PyObject, args: *mut *mut PyObject, count: ffi::Py_ssize_t) -> *mut PyObject {
    // SAFETY: a METH_FASTCALL method of the async generator's type.
    unsafe { step(this, raw::names().athrow, args, count as usize) }
}

unsafe extern "C" fn aclose(this: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: a METH_NOARGS method of the async generator's type.
    unsafe { step(this, raw::names().aclose, null_mut(), 0) }
}

// ---- the life of the object ---------------------------------------------------------------------------------------------

/// Dropped before its end: a generator or coroutine is closed in its own state, an async generator by its event loop.
unsafe extern "C" fn finalize(this: *mut PyObject) {
    // SAFETY: the object is whole until `dealloc`; it may live on after this.
    unsafe {
        let run = this.cast::<Run>();
        let inner = (*run).inner;
        if inner.is_null() || !(*run).started || (*run).state.is_none() {
            return;
        }
        let raised = Kept::take();
        if !is_over(inner) {
            let closed = if ffi::Py_TYPE(this) == ASYNC_GENERATOR.get() {
                let hook = (*run).finalizer;
                if hook.is_null() { itself(inner) } else { ffi::PyObject_CallOneArg(hook, this) }
            } else {
                forward(this, raw::names().close, null_mut(), 0)
            };
            if closed.is_null() {
                ffi::PyErr_WriteUnraisable(inner);
            }
            ffi::Py_XDECREF(closed);
        }
        raised.put_back();
    }
}

unsafe extern "C" fn traverse(this: *mut PyObject, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: called by the collector with a live object.
    unsafe {
        let run = this.cast::<Run>();
        let fields = [ffi::Py_TYPE(this).cast(), (*run).inner, (*run).owner, (*run).finalizer];
        raw::visit_all(&fields, visit, arg)
    }
}

unsafe extern "C" fn clear(this: *mut PyObject) -> c_int {
    // SAFETY: as `traverse`. `inner` stays: methods use it without a test, and it drops out with the object.
    unsafe {
        let run = this.cast::<Run>();
        raw::clear_field(addr_of_mut!((*run).finalizer));
        let state = (*run).state.take();
        drop(state);
    }
    0
}

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the last owner is gone; `finalize` may bring one back.
    unsafe {
        if ffi::PyObject_CallFinalizerFromDealloc(this) < 0 {
            return;
        }
        let run = this.cast::<Run>();
        ffi::PyObject_GC_UnTrack(this.cast());
        if !(*run).weak.is_null() {
            ffi::PyObject_ClearWeakRefs(this);
        }
        clear(this);
        raw::clear_field(addr_of_mut!((*run).inner));
        raw::clear_field(addr_of_mut!((*run).owner));
        raw::free(this);
    }
}

unsafe extern "C" fn repr(this: *mut PyObject) -> *mut PyObject {
    // SAFETY: a slot of Run's types.
    unsafe { ffi::PyObject_Repr((*this.cast::<Run>()).inner) }
}

unsafe extern "C" fn getattro(this: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    // SAFETY: a slot of Run's types.
    unsafe {
        let found = ffi::PyObject_GenericGetAttr(this, name);
        if !found.is_null() || ffi::PyErr_ExceptionMatches(ffi::PyExc_AttributeError) == 0 {
            return found;
        }
        ffi::PyErr_Clear();
        ffi::PyObject_GetAttr((*this.cast::<Run>()).inner, name)
    }
}

unsafe extern "C" fn setattro(this: *mut PyObject, name: *mut PyObject, value: *mut PyObject) -> c_int {
    // SAFETY: a slot of Run's types; a null value deletes.
    unsafe { ffi::PyObject_SetAttr((*this.cast::<Run>()).inner, name, value) }
}

/// `inspect.iscoroutine` and the like ask `isinstance`, which asks this.
unsafe extern "C" fn class(this: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: a getter of Run's types; a type is a live object.
    unsafe {
        let class = ffi::Py_TYPE((*this.cast::<Run>()).inner).cast::<PyObject>();
        ffi::Py_INCREF(class);
        class
    }
}

/// Makes the five types; an exception is set where that fails.
///
/// # Safety
/// The thread is attached; called once, when the module is loaded.
pub(super) unsafe fn make_types() -> bool {
    let send = raw::method(c"send", raw::Function::One(send));
    let throw = raw::method(c"throw", raw::Function::Fast(throw));
    let close = raw::method(c"close", raw::Function::None(close));
    let asends = vec![
        raw::method(c"asend", raw::Function::One(asend)),
        raw::method(c"athrow", raw::Function::Fast(athrow)),
        raw::method(c"aclose", raw::Function::None(aclose)),
    ];
    let shared = || {
        vec![
            raw::slot(ffi::Py_tp_dealloc, dealloc as *mut c_void),
            raw::slot(ffi::Py_tp_finalize, finalize as *mut c_void),
            raw::slot(ffi::Py_tp_traverse, traverse as *mut c_void),
            raw::slot(ffi::Py_tp_clear, clear as *mut c_void),
            raw::slot(ffi::Py_tp_repr, repr as *mut c_void),
            raw::slot(ffi::Py_tp_getattro, getattro as *mut c_void),
            raw::slot(ffi::Py_tp_setattro, setattro as *mut c_void),
        ]
    };
    let sends = || {
        vec![raw::slot(ffi::Py_am_send, am_send as *mut c_void), raw::slot(ffi::Py_tp_iternext, next as *mut c_void)]
    };
    let weak = || vec![raw::member(c"__weaklistoffset__", offset_of!(Run, weak))];
    let getset = || vec![raw::getter(c"__class__", class)];
    let flags = ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_HAVE_GC | raw::IMMUTABLE | raw::NO_NEW;
    let size = size_of::<Run>();
    let make = |kind: &Type, name, slots: Vec<ffi::PyType_Slot>, methods| {
        // SAFETY: the slots are functions of the right kinds over `Run`, and the tables live for ever (`raw` leaks them).
        unsafe { kind.make(name, size, flags, [shared(), slots].concat(), methods, weak(), getset()) }
    };
    let awaitable = || [sends(), vec![raw::slot(ffi::Py_am_await, am_await as *mut c_void)]].concat();
    let iterable = || [sends(), vec![raw::slot(ffi::Py_tp_iter, itself as *mut c_void)]].concat();
    let step = [awaitable(), vec![raw::slot(ffi::Py_tp_iter, itself as *mut c_void)]].concat();
    let awaited = raw::method_beside_slot(c"__await__", awaited);
    let async_iterable =
        vec![raw::slot(ffi::Py_am_aiter, itself as *mut c_void), raw::slot(ffi::Py_am_anext, am_anext as *mut c_void)];
    make(&GENERATOR, c"hyperparameter._native.generator", iterable(), vec![send, throw, close])
        && make(&COROUTINE, c"hyperparameter._native.coroutine", awaitable(), vec![send, throw, close, awaited])
        && make(&AWAITED, c"hyperparameter._native.coroutine_wrapper", iterable(), vec![send, throw, close])
        && make(&STEP, c"hyperparameter._native.async_generator_step", step, vec![send, throw, close])
        && make(&ASYNC_GENERATOR, c"hyperparameter._native.async_generator", async_iterable, asends)
}
