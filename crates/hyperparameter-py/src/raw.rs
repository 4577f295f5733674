//! What every raw type slot here needs: a way to run ordinary PyO3 code safely, and types made from slots.
//!
//! Raw slots are five to forty times faster than `#[pymethods]` for attribute reads (see `benches/README.md`), but they
//! bypass PyO3's own protection: a panic would abort the process, and PyO3 would think that the thread does not hold the
//! interpreter. So every path that is not hot goes through [`cold`].

use std::ffi::{CStr, c_int, c_ulong, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3::exceptions::PySystemError;
use pyo3::ffi::{self, PyObject, PyTypeObject};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

/// What a slot returns when it raised.
pub(crate) trait Outcome {
    const FAILED: Self;
}
impl Outcome for *mut PyObject {
    const FAILED: Self = null_mut();
}
impl Outcome for c_int {
    const FAILED: Self = -1;
}
impl Outcome for ffi::Py_ssize_t {
    const FAILED: Self = -1;
}

/// Runs code that may fail or panic inside a raw slot, where the thread holds the interpreter.
#[cold]
#[inline(never)]
pub(crate) fn cold<R: Outcome>(work: impl FnOnce(Python<'_>) -> PyResult<R>) -> R {
    // SAFETY: a slot is called only by a thread that holds the interpreter; unlike `attach` this also works while the
    // interpreter shuts down, when scopes of unfinished generators end.
    unsafe {
        Python::attach_unchecked(|py| {
            let error = match catch_unwind(AssertUnwindSafe(|| work(py))) {
                Ok(Ok(value)) => return value,
                Ok(Err(error)) => error,
                Err(panic) => {
                    let text = panic.downcast_ref::<String>().map(String::as_str);
                    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("?");
                    PySystemError::new_err(format!("hyperparameter: internal error, please report it: {text}"))
                }
            };
            error.restore(py);
            R::FAILED
        })
    }
}

/// A pointer that is set once, when the module is imported, and then only read.
#[derive(Debug)]
pub(crate) struct Global<T>(AtomicPtr<T>);

impl<T> Global<T> {
    pub(crate) const fn new() -> Self {
        Self(AtomicPtr::new(null_mut()))
    }
    pub(crate) fn set(&self, pointer: *mut T) {
        self.0.store(pointer, Ordering::Release);
    }
    #[inline(always)]
    pub(crate) fn get(&self) -> *mut T {
        // A plain load: what is read by Python code was stored before that code could run.
        self.0.load(Ordering::Relaxed)
    }
}

/// The slots of a type on their way to `PyType_FromSpec`.
#[derive(Default)]
pub(crate) struct Slots(Vec<ffi::PyType_Slot>);

impl Slots {
    pub(crate) fn add(mut self, slot: c_int, function: *const c_void) -> Self {
        self.0.push(ffi::PyType_Slot { slot, pfunc: function.cast_mut() });
        self
    }

    pub(crate) fn methods(self, mut methods: Vec<ffi::PyMethodDef>) -> Self {
        methods.push(ffi::PyMethodDef::zeroed());
        self.add(ffi::Py_tp_methods, Box::leak(methods.into_boxed_slice()).as_ptr().cast())
    }

    pub(crate) fn members(self, mut members: Vec<ffi::PyMemberDef>) -> Self {
        // SAFETY: all zero is how the interpreter marks the end of the list.
        members.push(unsafe { std::mem::zeroed() });
        self.add(ffi::Py_tp_members, Box::leak(members.into_boxed_slice()).as_ptr().cast())
    }

    pub(crate) fn doc(self, doc: &'static CStr) -> Self {
        self.add(ffi::Py_tp_doc, doc.as_ptr().cast())
    }

    /// Makes the type. It lives as long as the process.
    pub(crate) fn build(
        mut self,
        py: Python<'_>,
        name: &'static CStr,
        size: usize,
        flags: c_ulong,
    ) -> PyResult<*mut PyTypeObject> {
        self.0.push(ffi::PyType_Slot::default());
        let flags =
            flags | ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_IMMUTABLETYPE | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION;
        let mut spec = ffi::PyType_Spec {
            name: name.as_ptr(),
            basicsize: c_int::try_from(size)?,
            itemsize: 0,
            flags: u32::try_from(flags)?,
            slots: self.0.as_mut_ptr(),
        };
        // SAFETY: the spec and its slots live during the call; what types keep (names, methods, docs) is static.
        let made = unsafe { ffi::PyType_FromSpec(&mut spec) };
        if made.is_null() { Err(PyErr::fetch(py)) } else { Ok(made.cast()) }
    }
}

/// A method in ordinary PyO3 code: `(self, args, kwargs)`.
pub(crate) type Method = fn(&Bound<'_, PyAny>, &Bound<'_, PyTuple>, Option<&Bound<'_, PyDict>>) -> PyResult<Py<PyAny>>;

/// Calls a [`Method`] from the raw arguments of `METH_VARARGS | METH_KEYWORDS`.
pub(crate) unsafe fn call_method(
    f: Method,
    slf: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    cold(|py| {
        // SAFETY: the interpreter gives a valid object, a tuple, and a dictionary or null.
        unsafe {
            let slf = Bound::from_borrowed_ptr(py, slf);
            let args = Bound::from_borrowed_ptr(py, args).cast_into_unchecked::<PyTuple>();
            let kwargs = Bound::from_borrowed_ptr_or_opt(py, kwargs).map(|k| k.cast_into_unchecked::<PyDict>());
            f(&slf, &args, kwargs.as_ref()).map(Py::into_ptr)
        }
    })
}

/// A method definition for a [`Method`]; the first line of its documentation is its signature.
macro_rules! method {
    ($name:literal, $function:expr, $doc:literal) => {{
        unsafe extern "C" fn call(
            slf: *mut pyo3::ffi::PyObject,
            args: *mut pyo3::ffi::PyObject,
            kwargs: *mut pyo3::ffi::PyObject,
        ) -> *mut pyo3::ffi::PyObject {
            // SAFETY: called by the interpreter as METH_VARARGS | METH_KEYWORDS.
            unsafe { $crate::raw::call_method($function, slf, args, kwargs) }
        }
        pyo3::ffi::PyMethodDef {
            ml_name: $name.as_ptr(),
            ml_meth: pyo3::ffi::PyMethodDefPointer { PyCFunctionWithKeywords: call },
            ml_flags: pyo3::ffi::METH_VARARGS | pyo3::ffi::METH_KEYWORDS,
            ml_doc: $doc.as_ptr(),
        }
    }};
}
pub(crate) use method;

/// A raw method without arguments.
pub(crate) fn no_arguments(name: &'static CStr, function: ffi::PyCFunction, doc: &'static CStr) -> ffi::PyMethodDef {
    ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunction: function },
        ml_flags: ffi::METH_NOARGS,
        ml_doc: doc.as_ptr(),
    }
}

/// A raw method whose arguments come as an array: no tuple is made for them.
pub(crate) fn fast(name: &'static CStr, function: ffi::PyCFunctionFast, doc: &'static CStr) -> ffi::PyMethodDef {
    ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunctionFast: function },
        ml_flags: ffi::METH_FASTCALL,
        ml_doc: doc.as_ptr(),
    }
}

/// The exact type of an object.
///
/// # Safety
/// `object` is a valid object.
#[inline(always)]
pub(crate) unsafe fn type_of(object: *mut PyObject) -> *mut PyTypeObject {
    // SAFETY: promised by the caller.
    unsafe { ffi::Py_TYPE(object) }
}

/// A new reference to an object.
///
/// # Safety
/// `object` is a valid object and the thread holds the interpreter.
#[inline(always)]
pub(crate) unsafe fn new_ref(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: promised by the caller.
    unsafe {
        ffi::Py_INCREF(object);
    }
    object
}

/// One of the flags of a type that say what it is a subclass of.
///
/// # Safety
/// `object` is a valid object.
#[inline(always)]
pub(crate) unsafe fn has_flag(object: *mut PyObject, flag: c_ulong) -> bool {
    // SAFETY: promised by the caller.
    unsafe { ffi::PyType_HasFeature(type_of(object), flag) != 0 }
}

/// Makes an object that lives as long as the process immortal, where this Python has such objects.
///
/// The nodes that the front door keeps are never freed. Counting references to them would cost 1 to 2 ns for each step
/// of `param_scope.a.b`: CPython 3.12 and 3.13 count up 32 bits and count down 64, and where the second follows the first
/// at once, the processor cannot forward the store and waits.
///
/// # Safety
/// `object` is a valid object of a type of this module, and the thread holds the interpreter.
pub(crate) unsafe fn make_immortal(object: *mut PyObject) {
    // SAFETY: promised by the caller; the count is the first field, and this value is how these versions mark it.
    #[cfg(all(Py_3_12, not(Py_3_14), not(Py_GIL_DISABLED), target_pointer_width = "64"))]
    unsafe {
        *object.cast::<u64>() = u64::from(u32::MAX);
    }
    #[cfg(not(all(Py_3_12, not(Py_3_14), not(Py_GIL_DISABLED), target_pointer_width = "64")))]
    let _ = object;
}

/// A new reference to an object that [`make_immortal`] was called on.
///
/// # Safety
/// As there.
#[inline(always)]
pub(crate) unsafe fn new_ref_of_immortal(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: promised by the caller.
    #[cfg(not(all(Py_3_12, not(Py_3_14), not(Py_GIL_DISABLED), target_pointer_width = "64")))]
    unsafe {
        ffi::Py_INCREF(object);
    }
    object
}

/// Gives up a reference, just counted up by CPython, to an object of this module that is not immortal.
///
/// 32 bits, since CPython has just stored 32 bits (see [`make_immortal`]). It saves 4 to 5 ns a read.
///
/// # Safety
/// `object` is a valid object of a type of this module, the thread holds the interpreter, and the reference is not used
/// again.
#[inline(always)]
pub(crate) unsafe fn drop_ref_of_ours(object: *mut PyObject) {
    // SAFETY: as above; on little-endian machines the count is the lower half, and it fits.
    unsafe {
        #[cfg(all(Py_3_12, not(Py_GIL_DISABLED), target_pointer_width = "64", target_endian = "little"))]
        {
            let count = object.cast::<u32>();
            if *count > 1 {
                *count -= 1;
            } else {
                ffi::Py_DECREF(object);
            }
        }
        #[cfg(not(all(Py_3_12, not(Py_GIL_DISABLED), target_pointer_width = "64", target_endian = "little")))]
        ffi::Py_DECREF(object);
    }
}
