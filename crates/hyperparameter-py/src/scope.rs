//! The front door `param_scope`, and the scopes it makes (rules S1 to S8, T2, T3, P2).

use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

use hyperparameter::scope::Read;
use hyperparameter::value::Value;
use hyperparameter::{Scope, State, key};
use pyo3::exceptions::{PyAttributeError, PyTypeError};
use pyo3::ffi::{self, PyObject, PyTypeObject};
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

use crate::errors::{raise, text};
use crate::node::{self, Node};
use crate::prepare::prepare;
use crate::raw::{Global, Slots, cold, fast, make_immortal, new_ref, no_arguments, type_of};
use crate::state::{self, Current};
use crate::write::write;
use crate::{ended, methods, value};

/// What entering an object of this module does.
pub(crate) enum What {
    /// A prepared scope (rule S3).
    Prepared(Scope),
    /// One that hides everything outside it (rule S6): the number of the frame that hides, and what is set in it.
    Empty(u64, Scope),
    /// Rule V5: a stretch that is strict, or is not.
    Strict(u64, bool),
    /// What was visible elsewhere (rule T3).
    Capture(u64, State),
}

/// A scope, a capture or a strict stretch, as a Python object.
#[repr(C)]
pub(crate) struct ScopeObject {
    base: PyObject,
    what: What,
}

static FRONT: Global<PyTypeObject> = Global::new();
static SCOPE: Global<PyTypeObject> = Global::new();
static CAPTURE: Global<PyTypeObject> = Global::new();
static STRICT: Global<PyTypeObject> = Global::new();
static PARAM_SCOPE: Global<PyObject> = Global::new();

/// A new number for something that can be entered.
pub(crate) fn new_id() -> u64 {
    Scope::builder().build().id()
}

impl What {
    /// The number by which the innermost frame of an entry is found.
    #[inline(always)]
    fn id(&self) -> u64 {
        match self {
            Self::Prepared(scope) => scope.id(),
            Self::Empty(id, inner) if inner.entries().is_empty() => *id,
            Self::Empty(_, inner) => inner.id(),
            Self::Strict(id, _) | Self::Capture(id, _) => *id,
        }
    }

    /// The numbers of all frames of an entry.
    fn ids(&self) -> impl Iterator<Item = u64> + use<> {
        let hides = if let Self::Empty(hides, _) = self { *hides } else { self.id() };
        [self.id(), hides].into_iter()
    }

    #[inline(always)]
    fn enter(&self, state: State) -> hyperparameter::error::Result<State> {
        match self {
            Self::Prepared(scope) => scope.enter(state),
            Self::Empty(id, inner) => {
                let state = state.enter_empty(*id);
                if inner.entries().is_empty() { Ok(state) } else { inner.enter(state) }
            }
            Self::Strict(id, strict) => Ok(state.enter_strict(*id, *strict)),
            Self::Capture(id, captured) => Ok(state.enter_capture(*id, captured)),
        }
    }
}

/// What an object of this module holds.
///
/// # Safety
/// `object` is valid and keeps the result alive.
pub(crate) unsafe fn what<'a>(object: *mut PyObject) -> Option<&'a What> {
    // SAFETY: all three types have the same layout.
    unsafe {
        let class = type_of(object);
        (class == SCOPE.get() || class == CAPTURE.get() || class == STRICT.get())
            .then(|| &(*object.cast::<ScopeObject>()).what)
    }
}

/// The state that a node of this owner reads: the current one, or (a scope that is not open here) its own values over it.
///
/// # Safety
/// `owner` is null or a scope.
pub(crate) unsafe fn seen(py: Python<'_>, owner: *mut PyObject) -> PyResult<State> {
    let now = state::get(py)?;
    // SAFETY: promised by the caller.
    match unsafe { owner.as_ref().and_then(|_| what(owner)) } {
        Some(what) if now.find_owner(what.id()).is_none() => {
            what.enter(State::clone(&now)).map_err(|error| raise(py, &error))
        }
        _ => Ok(State::clone(&now)),
    }
}

/// The state that a method of an object of this module works on.
pub(crate) fn state_of(slf: &Bound<'_, PyAny>) -> PyResult<State> {
    // SAFETY: a valid object; the front door stands for the current state.
    unsafe { seen(slf.py(), if what(slf.as_ptr()).is_some() { slf.as_ptr() } else { null_mut() }) }
}

fn is_open(what: &What, now: &State) -> bool {
    now.find_owner(what.id()).is_some()
}

/// Rule S3: a scope that is not open in this context is not written.
///
/// # Safety
/// `owner` is null or a scope.
pub(crate) unsafe fn check_open(py: Python<'_>, owner: *mut PyObject, name: &str) -> PyResult<()> {
    // SAFETY: promised by the caller.
    match unsafe { owner.as_ref().and_then(|_| what(owner)) } {
        Some(what) if !is_open(what, &*state::get(py)?) => Err(not_entered(name)),
        _ => Ok(()),
    }
}

fn not_entered(name: &str) -> PyErr {
    let write = if name.is_empty() { String::new() } else { format!(", or write param_scope.{name} = …") };
    PyTypeError::new_err(format!("the scope is not entered here, so nothing is written to it: enter it{write}"))
}

pub(crate) fn check_open_object(slf: &Bound<'_, PyAny>) -> PyResult<()> {
    // SAFETY: a valid object.
    unsafe { check_open(slf.py(), if what(slf.as_ptr()).is_some() { slf.as_ptr() } else { null_mut() }, "") }
}

/// Rule P2: a method's name as a parameter is spelled with brackets.
pub(crate) fn shadows_method(name: &str) -> PyErr {
    PyAttributeError::new_err(format!(
        "'{name}' is a method of param_scope; the parameter of that name is written param_scope[\"{name}\"] = …"
    ))
}

/// The text in force under a node, if it is text.
///
/// # Safety
/// `node` is a valid node.
pub(crate) unsafe fn text_of(py: Python<'_>, node: *mut Node) -> PyResult<Option<Value>> {
    // SAFETY: promised by the caller.
    unsafe {
        let name = (*node).name(py).into_any();
        let state = seen(py, (*node).owner())?;
        let read = state.read_name(text(&name)?).map_err(|error| raise(py, &error))?;
        Ok(match read {
            Read::Entry(entry) if matches!(entry.value(), Value::Text(_)) => Some(entry.value().clone()),
            Read::Made(item, _) if matches!(item.value, Value::Text(_)) => Some(item.value),
            _ => None,
        })
    }
}

// ---- making scopes ---------------------------------------------------------------------------------------------------

fn new(class: &Global<PyTypeObject>, what: What) -> *mut PyObject {
    // SAFETY: the interpreter is held by whoever makes an object; the field is written before anybody sees it.
    unsafe {
        let object = ffi::PyObject_GC_New::<ScopeObject>(class.get());
        if !object.is_null() {
            (&raw mut (*object).what).write(what);
            ffi::PyObject_GC_Track(object.cast());
        }
        object.cast()
    }
}

/// A new object of this module.
pub(crate) fn make(py: Python<'_>, what: What) -> PyResult<Py<PyAny>> {
    let class = match what {
        What::Capture(..) => &CAPTURE,
        What::Strict(..) => &STRICT,
        _ => &SCOPE,
    };
    // SAFETY: a new reference, or null with an exception set.
    unsafe { Bound::from_owned_ptr_or_err(py, new(class, what)).map(Bound::unbind) }
}

// ---- entering and leaving --------------------------------------------------------------------------------------------

/// `__enter__`: 80 % of entering and leaving is CPython's context variable (`benches/README.md`).
unsafe extern "C" fn enter(slf: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: a method of the types of this module.
    unsafe { if enter_object(slf) { new_ref(slf) } else { null_mut() } }
}

unsafe fn enter_object(slf: *mut PyObject) -> bool {
    // SAFETY: as for `enter`.
    unsafe {
        let Some(now) = state::current() else { return false };
        let what = &(*slf.cast::<ScopeObject>()).what;
        if ended::any() {
            what.ids().for_each(ended::remove);
        }
        match what.enter(State::clone(&now)) {
            Ok(state) => state::advance(&now, state).is_some(),
            Err(error) => cold(|py| Err::<c_int, _>(raise(py, &error))) == 0,
        }
    }
}

/// `__exit__`: ends the innermost entry here (rule S4), and lets exceptions pass.
unsafe extern "C" fn exit(slf: *mut PyObject, _: *mut *mut PyObject, _: ffi::Py_ssize_t) -> *mut PyObject {
    // SAFETY: a method of the types of this module.
    unsafe { if exit_object(slf) { new_ref(ffi::Py_None()) } else { null_mut() } }
}

unsafe fn exit_object(slf: *mut PyObject) -> bool {
    // SAFETY: as for `exit`.
    unsafe {
        let Some(now) = state::current() else { return false };
        let what = &(*slf.cast::<ScopeObject>()).what;
        let Some(serial) = now.find_owner(what.id()) else {
            what.ids().for_each(ended::add);
            return true;
        };
        match what {
            What::Empty(hides, inner) if !inner.entries().is_empty() => leave_both(&now, serial, *hides),
            _ => state::leave(&now, serial),
        }
    }
}

/// An `empty` scope with values has two frames: one that hides, and one that holds.
#[cold]
unsafe fn leave_both(now: &Current, serial: u64, hides: u64) -> bool {
    // SAFETY: as for `exit`.
    unsafe {
        let outer = now.find_owner(hides);
        if !state::leave(now, serial) {
            return false;
        }
        let Some(now) = state::current() else { return false };
        match outer {
            Some(outer) if now.is_open(outer) => state::leave(&now, outer),
            _ => true,
        }
    }
}

unsafe extern "C" fn aenter(slf: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: as for `enter`.
    unsafe {
        if !enter_object(slf) {
            return null_mut();
        }
        cold(|py| Ok(Ready(Some(Bound::from_borrowed_ptr(py, slf).unbind())).into_pyobject(py)?.into_any().into_ptr()))
    }
}

unsafe extern "C" fn aexit(slf: *mut PyObject, _: *mut *mut PyObject, _: ffi::Py_ssize_t) -> *mut PyObject {
    // SAFETY: as for `exit`.
    unsafe {
        if !exit_object(slf) {
            return null_mut();
        }
        cold(|py| Ok(Ready(Some(py.None())).into_pyobject(py)?.into_any().into_ptr()))
    }
}

/// An awaitable that has its result already: entering and leaving never wait.
#[pyclass(module = "hyperparameter._native")]
pub(crate) struct Ready(Option<Py<PyAny>>);

#[pymethods]
impl Ready {
    fn __await__(slf: Py<Self>) -> Py<Self> {
        slf
    }
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }
    fn __next__(&mut self) -> PyResult<()> {
        Err(pyo3::exceptions::PyStopIteration::new_err((self.0.take(),)))
    }
}

/// `scope(fn)`: a decorator.
unsafe extern "C" fn decorate(slf: *mut PyObject, args: *mut PyObject, kwargs: *mut PyObject) -> *mut PyObject {
    cold(|py| {
        // SAFETY: called by the interpreter with a scope, a tuple, and a dictionary or null.
        unsafe {
            let args = Bound::from_borrowed_ptr(py, args).cast_into_unchecked::<PyTuple>();
            let only = if args.len() == 1 && kwargs.is_null() {
                args.get_item(0).ok().filter(|arg| arg.is_callable())
            } else {
                None
            };
            let function = only.ok_or_else(|| {
                PyTypeError::new_err("a scope is called with one function, to decorate it: @param_scope(…)")
            })?;
            let scope = Bound::from_borrowed_ptr(py, slf);
            Ok(py.import("hyperparameter.scope")?.call_method1("decorated", (scope, function))?.into_ptr())
        }
    })
}

/// The state inside an entry of this object over the current one, for the whole run of a generator or coroutine
/// (rule S8).
pub(crate) fn inside(slf: &Bound<'_, PyAny>) -> PyResult<State> {
    let py = slf.py();
    let now = state::get(py)?;
    // SAFETY: a valid object.
    let what = unsafe { what(slf.as_ptr()) }.ok_or_else(|| PyTypeError::new_err("not a scope"))?;
    what.enter(State::clone(&now)).map_err(|error| raise(py, &error))
}

// ---- attributes ------------------------------------------------------------------------------------------------------

fn class_has(slf: *mut PyObject, py: Python<'_>, name: &Bound<'_, PyAny>) -> PyResult<bool> {
    // SAFETY: a valid object.
    let class = unsafe { Bound::from_borrowed_ptr(py, type_of(slf).cast()) };
    class.getattr("__dict__")?.contains(name)
}

/// `scope.a`: where the scope is open the very nodes of the front door, else nodes that read this scope.
unsafe extern "C" fn getattro(slf: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    cold(|py| {
        // SAFETY: called by the interpreter with a scope and a string.
        unsafe {
            let attribute = Bound::from_borrowed_ptr(py, name);
            let segment = text(&attribute)?;
            if node::is_special(segment) || class_has(slf, py, &attribute)? {
                return Bound::from_owned_ptr_or_err(py, ffi::PyObject_GenericGetAttr(slf, name)).map(Bound::into_ptr);
            }
            if is_open(&(*slf.cast::<ScopeObject>()).what, &*state::get(py)?) {
                return Bound::from_owned_ptr_or_err(py, node::getattro(PARAM_SCOPE.get(), name)).map(Bound::into_ptr);
            }
            node::named(py, &PyString::new(py, segment), slf).map(Bound::into_ptr)
        }
    })
}

unsafe extern "C" fn subscript(slf: *mut PyObject, index: *mut PyObject) -> *mut PyObject {
    cold(|py| {
        // SAFETY: called by the interpreter with a scope and any object.
        unsafe {
            let segment = node::segment(&Bound::from_borrowed_ptr(py, index))?;
            node::named(py, &PyString::new(py, &segment), slf).map(Bound::into_ptr)
        }
    })
}

unsafe extern "C" fn setattro(slf: *mut PyObject, name: *mut PyObject, value: *mut PyObject) -> c_int {
    cold(|py| {
        // SAFETY: called by the interpreter with a scope, a string, and a value or null.
        unsafe {
            let attribute = Bound::from_borrowed_ptr(py, name);
            let segment = text(&attribute)?;
            if node::is_special(segment) {
                return Err(PyAttributeError::new_err(format!(
                    "'{segment}' is a name of Python's own and is no parameter"
                )));
            }
            if class_has(slf, py, &attribute)? {
                return Err(shadows_method(segment));
            }
            write(py, &attribute, slf, Bound::from_borrowed_ptr_or_opt(py, value).as_ref())
        }
    })
}

unsafe extern "C" fn ass_subscript(slf: *mut PyObject, index: *mut PyObject, value: *mut PyObject) -> c_int {
    cold(|py| {
        // SAFETY: called by the interpreter with a scope, any object, and a value or null.
        unsafe {
            let name = PyString::new(py, &node::segment(&Bound::from_borrowed_ptr(py, index))?).into_any();
            write(py, &name, slf, Bound::from_borrowed_ptr_or_opt(py, value).as_ref())
        }
    })
}

/// `"a.b" in scope`.
unsafe extern "C" fn contains(slf: *mut PyObject, name: *mut PyObject) -> c_int {
    cold(|py| {
        // SAFETY: called by the interpreter with the front door or a scope, and any object.
        unsafe {
            let name = node::segment(&Bound::from_borrowed_ptr(py, name))?;
            let state = state_of(&Bound::from_borrowed_ptr(py, slf))?;
            let read = state.read_name(&name).map_err(|error| raise(py, &error))?;
            Ok(c_int::from(!matches!(read, Read::Missing)))
        }
    })
}

unsafe extern "C" fn iter(slf: *mut PyObject) -> *mut PyObject {
    cold(|py| {
        // SAFETY: called by the interpreter with the front door or a scope.
        let slf = unsafe { Bound::from_borrowed_ptr(py, slf) };
        Ok(methods::names(&slf)?.bind(py).try_iter()?.into_ptr())
    })
}

unsafe extern "C" fn repr(slf: *mut PyObject) -> *mut PyObject {
    cold(|py| {
        // SAFETY: called by the interpreter with the front door or a scope.
        let text = match unsafe { what(slf) } {
            None => "<param_scope>".to_owned(),
            Some(What::Prepared(scope)) => format!("<param_scope({})>", entries(scope)),
            Some(What::Empty(_, scope)) => format!("<param_scope.empty({})>", entries(scope)),
            Some(What::Strict(_, strict)) => format!("<strict: {strict}>"),
            Some(What::Capture(_, state)) => format!("<capture of {} parameters>", state.items().len()),
        };
        Ok(text.into_pyobject(py)?.into_any().into_ptr())
    })
}

fn entries(scope: &Scope) -> String {
    const SHOWN: usize = 8;
    let entries = scope.entries();
    let mut shown: Vec<String> = entries
        .iter()
        .take(SHOWN)
        .map(|(key, entry)| format!("{key}={}", hyperparameter::report::shown(entry.value())))
        .collect();
    if entries.len() > SHOWN {
        shown.push(format!("… {} more", entries.len() - SHOWN));
    }
    shown.join(", ")
}

// ---- the types -------------------------------------------------------------------------------------------------------

/// Only while nobody else holds the values may the collector see them: in an open scope they are in use.
unsafe extern "C" fn traverse(slf: *mut PyObject, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: called by the collector, which holds the interpreter; nothing here runs Python code.
    unsafe {
        let visit_one = |object: *mut PyObject| visit(object, arg);
        let result = visit_one(type_of(slf).cast());
        if result != 0 {
            return result;
        }
        let scope = match &(*slf.cast::<ScopeObject>()).what {
            What::Prepared(scope) | What::Empty(_, scope) => scope,
            What::Strict(..) => return 0,
            What::Capture(_, state) => {
                // One that is entered, or whose scopes are still open, shares its frames and so shows nothing.
                let mut result = 0;
                state.visit_unshared(&mut |entry| {
                    if let Some(object) = entry.object().and_then(|host| host.pointer(&value::PY)) {
                        result = visit_one(object.as_ptr().cast());
                    }
                    result == 0
                });
                return result;
            }
        };
        if !scope.is_unshared() {
            return 0;
        }
        for (_, entry) in scope.entries() {
            // One in the list of entries and one in the table: no state took this entry out.
            if std::sync::Arc::strong_count(entry) != 2 {
                continue;
            }
            if let Some(object) = entry.object().and_then(|host| host.pointer(&value::PY)) {
                let result = visit_one(object.as_ptr().cast());
                if result != 0 {
                    return result;
                }
            }
        }
        0
    }
}

unsafe extern "C" fn clear(slf: *mut PyObject) -> c_int {
    // SAFETY: called by the collector on what it found to be garbage.
    unsafe {
        match &mut (*slf.cast::<ScopeObject>()).what {
            What::Prepared(scope) | What::Empty(_, scope) => {
                if scope.is_unshared() {
                    drop(std::mem::replace(scope, Scope::builder().build()));
                }
            }
            What::Capture(_, state) => drop(std::mem::replace(state, State::fresh())),
            What::Strict(..) => {}
        }
        0
    }
}

unsafe extern "C" fn dealloc(slf: *mut PyObject) {
    // SAFETY: the interpreter calls this once, when the last reference is gone.
    unsafe {
        ffi::PyObject_GC_UnTrack(slf.cast());
        std::ptr::drop_in_place(&raw mut (*slf.cast::<ScopeObject>()).what);
        let class = type_of(slf);
        ffi::PyObject_GC_Del(slf.cast());
        ffi::Py_DECREF(class.cast());
    }
}

unsafe extern "C" fn front_dealloc(_: *mut PyObject) {}

fn entering() -> Vec<ffi::PyMethodDef> {
    vec![
        no_arguments(c"__enter__", enter, c"__enter__($self, /)\n--\n\nOpens the scope in this context."),
        fast(
            c"__exit__",
            exit,
            c"__exit__($self, /, *args)\n--\n\nEnds the innermost entry into the scope in this context.",
        ),
        no_arguments(
            c"__aenter__",
            aenter,
            c"__aenter__($self, /)\n--\n\nOpens the scope in this context; nothing waits.",
        ),
        fast(
            c"__aexit__",
            aexit,
            c"__aexit__($self, /, *args)\n--\n\nEnds the innermost entry into the scope in this context.",
        ),
    ]
}

fn scope_slots() -> Slots {
    Slots::default()
        .add(ffi::Py_tp_getattro, getattro as *const _)
        .add(ffi::Py_tp_setattro, setattro as *const _)
        .add(ffi::Py_mp_subscript, subscript as *const _)
        .add(ffi::Py_mp_ass_subscript, ass_subscript as *const _)
        .add(ffi::Py_sq_contains, contains as *const _)
        .add(ffi::Py_tp_iter, iter as *const _)
        .add(ffi::Py_tp_repr, repr as *const _)
        .add(ffi::Py_tp_call, decorate as *const _)
        .add(ffi::Py_tp_dealloc, dealloc as *const _)
        .add(ffi::Py_tp_traverse, traverse as *const _)
        .add(ffi::Py_tp_clear, clear as *const _)
}

/// The front door.
pub(crate) fn front(py: Python<'_>) -> &Bound<'_, PyAny> {
    static BOUND: pyo3::sync::PyOnceLock<Py<PyAny>> = pyo3::sync::PyOnceLock::new();
    // SAFETY: made at import and never freed.
    BOUND.get_or_init(py, || unsafe { Bound::from_borrowed_ptr(py, PARAM_SCOPE.get()).unbind() }).bind(py)
}

/// Makes the types and the front door.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let with_gc = ffi::Py_TPFLAGS_HAVE_GC;
    let size = size_of::<ScopeObject>();
    let all = |extra: Vec<ffi::PyMethodDef>| [entering(), methods::all(), extra].concat();
    SCOPE.set(scope_slots().methods(all(vec![])).doc(methods::SCOPE_DOC).build(
        py,
        c"hyperparameter.Scope",
        size,
        with_gc,
    )?);
    CAPTURE.set(scope_slots().methods(all(methods::pickling())).doc(methods::CAPTURE_DOC).build(
        py,
        c"hyperparameter.Capture",
        size,
        with_gc,
    )?);
    let strict = Slots::default()
        .add(ffi::Py_tp_repr, repr as *const _)
        .add(ffi::Py_tp_call, decorate as *const _)
        .add(ffi::Py_tp_dealloc, dealloc as *const _)
        .add(ffi::Py_tp_traverse, traverse as *const _)
        .methods(entering())
        .doc(c"A stretch of code in which a value that does not convert is an error, or is not.");
    STRICT.set(strict.build(py, c"hyperparameter._native.Strict", size, with_gc)?);

    let vectorcall = ffi::PyMemberDef {
        name: c"__vectorcalloffset__".as_ptr(),
        type_code: ffi::Py_T_PYSSIZET,
        offset: Node::VECTORCALL,
        flags: ffi::Py_READONLY,
        doc: std::ptr::null(),
    };
    let slots = Slots::default()
        .add(ffi::Py_tp_getattro, node::getattro as *const _)
        .add(ffi::Py_tp_setattro, node::setattro as *const _)
        .add(ffi::Py_mp_subscript, node::subscript as *const _)
        .add(ffi::Py_mp_ass_subscript, node::ass_subscript as *const _)
        .add(ffi::Py_tp_call, ffi::PyVectorcall_Call as *const _)
        .add(ffi::Py_sq_contains, contains as *const _)
        .add(ffi::Py_tp_iter, iter as *const _)
        .add(ffi::Py_tp_repr, repr as *const _)
        .add(ffi::Py_tp_dealloc, front_dealloc as *const _)
        .members(vec![vectorcall])
        .methods([methods::all(), methods::front()].concat())
        .doc(c"The type of `param_scope`, of which there is one.");
    FRONT.set(slots.build(py, c"hyperparameter.ParamScope", size_of::<Node>(), ffi::Py_TPFLAGS_HAVE_VECTORCALL)?);
    // SAFETY: a plain object that begins with a node and is never freed.
    unsafe {
        let front = ffi::PyObject_New::<Node>(FRONT.get());
        if front.is_null() {
            return Err(PyErr::fetch(py));
        }
        Node::init(front, null_mut(), null_mut(), false);
        (*front).set_vectorcall(prepare);
        make_immortal(front.cast());
        PARAM_SCOPE.set(front.cast());
    }
    module.add("param_scope", front(py))?;
    for (name, class) in [("ParamScope", &FRONT), ("Scope", &SCOPE), ("Capture", &CAPTURE), ("Strict", &STRICT)] {
        // SAFETY: made above.
        module.add(name, unsafe { Bound::from_borrowed_ptr(py, class.get().cast()) })?;
    }
    module.add("Node", node::class(py))?;
    Ok(())
}

/// The key of a name, without making one.
pub(crate) fn known(py: Python<'_>, name: &str) -> PyResult<Option<hyperparameter::Key>> {
    key::lookup(name).map_err(|error| raise(py, &error))
}
