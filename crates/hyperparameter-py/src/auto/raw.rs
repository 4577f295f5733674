//! What CPython's C interface needs to be said in Rust: types from slots, kept exceptions, names made once.

use std::ffi::{CStr, c_int, c_void};
use std::ptr::null_mut;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3::ffi::{self, PyObject};

#[allow(non_upper_case_globals, reason = "CPython's own names")]
unsafe extern "C" {
    pub(super) static mut PyAsyncGen_Type: ffi::PyTypeObject;
    pub(super) fn PyMethod_New(function: *mut PyObject, this: *mut PyObject) -> *mut PyObject;
}

pub(super) const IMMUTABLE: std::ffi::c_ulong = 1 << 8;
pub(super) const NO_NEW: std::ffi::c_ulong = 1 << 7;

/// A type that is made when the module is loaded and lives for ever.
pub(super) struct Type(AtomicPtr<ffi::PyTypeObject>);

/// A method's function, by how it is called.
#[derive(Clone, Copy)]
pub(super) enum Function {
    None(unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> *mut PyObject),
    One(unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> *mut PyObject),
    Fast(unsafe extern "C" fn(*mut PyObject, *mut *mut PyObject, ffi::Py_ssize_t) -> *mut PyObject),
}

pub(super) fn method(name: &'static CStr, function: Function) -> ffi::PyMethodDef {
    let (pointer, flags) = match function {
        Function::None(f) => (ffi::PyMethodDefPointer { PyCFunction: f }, ffi::METH_NOARGS),
        Function::One(f) => (ffi::PyMethodDefPointer { PyCFunction: f }, ffi::METH_O),
        Function::Fast(f) => (ffi::PyMethodDefPointer { PyCFunctionFast: f }, ffi::METH_FASTCALL),
    };
    ffi::PyMethodDef { ml_name: name.as_ptr(), ml_meth: pointer, ml_flags: flags, ml_doc: null_mut() }
}

/// A method without arguments that has the name of a slot, and goes before it when it is called by that name.
pub(super) fn method_beside_slot(
    name: &'static CStr,
    f: unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> *mut PyObject,
) -> ffi::PyMethodDef {
    let method = method(name, Function::None(f));
    ffi::PyMethodDef { ml_flags: method.ml_flags | ffi::METH_COEXIST, ..method }
}

pub(super) fn slot(slot: c_int, pfunc: *mut c_void) -> ffi::PyType_Slot {
    ffi::PyType_Slot { slot, pfunc }
}

pub(super) fn member(name: &'static CStr, offset: usize) -> ffi::PyMemberDef {
    ffi::PyMemberDef {
        name: name.as_ptr(),
        type_code: ffi::Py_T_PYSSIZET,
        offset: offset as ffi::Py_ssize_t,
        flags: ffi::Py_READONLY,
        doc: null_mut(),
    }
}

pub(super) fn getter(
    name: &'static CStr,
    get: unsafe extern "C" fn(*mut PyObject, *mut c_void) -> *mut PyObject,
) -> ffi::PyGetSetDef {
    ffi::PyGetSetDef { name: name.as_ptr(), get: Some(get), set: None, doc: null_mut(), closure: null_mut() }
}

impl Type {
    pub(super) const fn new() -> Self {
        Self(AtomicPtr::new(null_mut()))
    }

    #[inline]
    pub(super) fn get(&self) -> *mut ffi::PyTypeObject {
        self.0.load(Ordering::Relaxed)
    }

    /// Makes the type; an exception is set where that fails.
    ///
    /// # Safety
    /// The thread is attached; the slots, methods and offsets fit an object of `size` bytes.
    #[allow(clippy::too_many_arguments, reason = "the parts of a type")]
    pub(super) unsafe fn make(
        &self,
        name: &'static CStr,
        size: usize,
        flags: std::ffi::c_ulong,
        mut slots: Vec<ffi::PyType_Slot>,
        mut methods: Vec<ffi::PyMethodDef>,
        mut members: Vec<ffi::PyMemberDef>,
        mut getset: Vec<ffi::PyGetSetDef>,
    ) -> bool {
        // SAFETY: zeroed definitions are the ends of their tables; all of them are plain data.
        unsafe {
            methods.push(std::mem::zeroed());
            members.push(std::mem::zeroed());
            getset.push(std::mem::zeroed());
        }
        slots.push(slot(ffi::Py_tp_methods, methods.leak().as_mut_ptr().cast()));
        slots.push(slot(ffi::Py_tp_members, members.leak().as_mut_ptr().cast()));
        slots.push(slot(ffi::Py_tp_getset, getset.leak().as_mut_ptr().cast()));
        slots.push(slot(0, null_mut()));
        let mut spec = ffi::PyType_Spec {
            name: name.as_ptr(),
            basicsize: size as c_int,
            itemsize: 0,
            flags: flags as std::ffi::c_uint,
            slots: slots.leak().as_mut_ptr(),
        };
        // SAFETY: promised by the caller.
        let made = unsafe { ffi::PyType_FromSpec(&mut spec) };
        self.0.store(made.cast(), Ordering::Relaxed);
        !made.is_null()
    }
}

/// Visits the fields that are not null.
///
/// # Safety
/// Called by a `tp_traverse` with its own arguments; the fields are null or live objects.
pub(super) unsafe fn visit_all(fields: &[*mut PyObject], visit: ffi::visitproc, arg: *mut c_void) -> c_int {
    for &field in fields {
        if !field.is_null() {
            // SAFETY: promised by the caller.
            let result = unsafe { visit(field, arg) };
            if result != 0 {
                return result;
            }
        }
    }
    0
}

/// Takes the object out of a field before it lets go of it.
///
/// # Safety
/// The field holds null or an owned object.
pub(super) unsafe fn clear_field(field: *mut *mut PyObject) {
    // SAFETY: promised by the caller.
    unsafe {
        let old = field.replace(null_mut());
        ffi::Py_XDECREF(old);
    }
}

/// The end of a `tp_dealloc`: the memory, and the object's share of its type.
///
/// # Safety
/// The object was made by `PyType_GenericAlloc`, is untracked, and its fields are cleared.
pub(super) unsafe fn free(this: *mut PyObject) {
    // SAFETY: promised by the caller.
    unsafe {
        let class = ffi::Py_TYPE(this);
        ffi::PyObject_GC_Del(this.cast());
        ffi::Py_DECREF(class.cast());
    }
}

/// The exception that is set, taken away while something else runs.
pub(super) struct Kept(*mut PyObject, *mut PyObject, *mut PyObject);

impl Kept {
    pub(super) fn take() -> Self {
        let mut kept = Self(null_mut(), null_mut(), null_mut());
        #[allow(deprecated, reason = "the newer function is not there before 3.12")]
        // SAFETY: the thread is attached wherever this file is used.
        unsafe {
            ffi::PyErr_Fetch(&mut kept.0, &mut kept.1, &mut kept.2);
        }
        kept
    }

    pub(super) fn put_back(self) {
        #[allow(deprecated, reason = "as above")]
        // SAFETY: these are what `take` was given, given back once.
        unsafe {
            ffi::PyErr_Restore(self.0, self.1, self.2);
        }
    }
}

/// Sets `StopIteration(value)`: a tuple or an exception is one value, not its arguments.
///
/// # Safety
/// The thread is attached and `value` is a live object.
pub(super) unsafe fn set_stop_iteration(value: *mut PyObject) {
    // SAFETY: promised by the caller.
    unsafe {
        if value == ffi::Py_None() {
            ffi::PyErr_SetNone(ffi::PyExc_StopIteration);
            return;
        }
        let exception = ffi::PyObject_CallOneArg(ffi::PyExc_StopIteration, value);
        if !exception.is_null() {
            ffi::PyErr_SetObject(ffi::PyExc_StopIteration, exception);
            ffi::Py_DECREF(exception);
        }
    }
}

/// Calls a method by its interned name.
///
/// # Safety
/// The thread is attached; `args` points to `count` live objects.
pub(super) unsafe fn call_method(
    this: *mut PyObject,
    name: *mut PyObject,
    args: *const *mut PyObject,
    count: usize,
) -> *mut PyObject {
    let mut all = [null_mut(); 4];
    all[0] = this;
    if count > 3 {
        // SAFETY: the thread is attached.
        unsafe { ffi::PyErr_SetString(ffi::PyExc_TypeError, c"at most 3 arguments are wanted".as_ptr()) };
        return null_mut();
    }
    for at in 0..count {
        // SAFETY: promised by the caller.
        all[at + 1] = unsafe { *args.add(at) };
    }
    // SAFETY: promised by the caller.
    unsafe { ffi::PyObject_VectorcallMethod(name, all.as_ptr(), count + 1, null_mut()) }
}

/// Interned names.
pub(super) struct Names {
    pub(super) throw: *mut PyObject,
    pub(super) close: *mut PyObject,
    pub(super) anext: *mut PyObject,
    pub(super) asend: *mut PyObject,
    pub(super) athrow: *mut PyObject,
    pub(super) aclose: *mut PyObject,
}

// SAFETY: the pointers are to strings that live for ever.
unsafe impl Send for Names {}
// SAFETY: as above.
unsafe impl Sync for Names {}

pub(super) fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    // SAFETY: the thread is attached wherever this file is used; the strings are never given back.
    let make = |name: &CStr| unsafe { ffi::PyUnicode_InternFromString(name.as_ptr()) };
    NAMES.get_or_init(|| Names {
        throw: make(c"throw"),
        close: make(c"close"),
        anext: make(c"__anext__"),
        asend: make(c"asend"),
        athrow: make(c"athrow"),
        aclose: make(c"aclose"),
    })
}
