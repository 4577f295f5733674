//! The type of a decorated function: a heap type with a vectorcall, bound like a function.

use std::ffi::{c_int, c_void};
use std::mem::offset_of;
use std::ptr::{addr_of_mut, null_mut};
use std::sync::atomic::AtomicU64;

use pyo3::ffi::{self, PyObject};

use super::plan::Plan;
use super::raw::{self, Type};

/// A decorated function.
#[repr(C)]
pub(super) struct Auto {
    base: PyObject,
    /// What a call does: at first `call::first`, then one of the others.
    pub(super) vectorcall: Option<ffi::vectorcallfunc>,
    /// The function that is wrapped, and how it is called.
    pub(super) function: *mut PyObject,
    pub(super) target: ffi::vectorcallfunc,
    /// The bits of all its parameters' keys, and of their prefixes.
    pub(super) bits: u64,
    pub(super) prefixes: u64,
    /// Both; all bits where one of the parameters is made from sub-keys, which have other bits.
    pub(super) lines: u64,
    /// The version of the snapshot that is known to hold none of the keys.
    pub(super) clear: AtomicU64,
    /// Whether one of the parameters is made from sub-keys: these have other bits.
    pub(super) maps: bool,
    pub(super) plan: *mut Plan,
    dict: *mut PyObject,
    weak: *mut PyObject,
}

pub(super) static AUTO: Type = Type::new();

/// A new decorated function with this plan.
///
/// # Safety
/// The thread is attached; `function` is a live callable. Null is returned with an exception set.
pub(super) unsafe fn new(function: *mut PyObject, plan: Box<Plan>, first: ffi::vectorcallfunc) -> *mut PyObject {
    // SAFETY: a fresh object of this type is a zeroed `Auto`, except for `target`, which is set before anyone sees it.
    unsafe {
        let object = ffi::PyType_GenericAlloc(AUTO.get(), 0);
        if object.is_null() {
            return null_mut();
        }
        let auto = object.cast::<Auto>();
        ffi::Py_INCREF(function);
        (*auto).function = function;
        (*auto).target = ffi::PyVectorcall_Function(function).unwrap_or(by_tuple);
        (*auto).vectorcall = Some(first);
        for param in &plan.params {
            (*auto).bits |= param.key.bit();
            (*auto).prefixes |= param.key.prefixes();
        }
        (*auto).lines = (*auto).bits | (*auto).prefixes;
        (*auto).plan = Box::into_raw(plan);
        object
    }
}

/// The call of a callable that has no vectorcall of its own.
unsafe extern "C" fn by_tuple(
    function: *mut PyObject,
    args: *const *mut PyObject,
    flags: usize,
    names: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the arguments of a vectorcall.
    unsafe { ffi::PyObject_Vectorcall(function, args, flags, names) }
}

unsafe extern "C" fn bind(this: *mut PyObject, object: *mut PyObject, _class: *mut PyObject) -> *mut PyObject {
    // SAFETY: `tp_descr_get`: `object` is null, None or the instance.
    unsafe {
        if object.is_null() || object == ffi::Py_None() {
            ffi::Py_INCREF(this);
            this
        } else {
            raw::PyMethod_New(this, object)
        }
    }
}

unsafe extern "C" fn traverse(this: *mut PyObject, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: called by the collector with a live object.
    unsafe {
        let auto = this.cast::<Auto>();
        let fields = [ffi::Py_TYPE(this).cast(), (*auto).function, (*auto).dict];
        let result = raw::visit_all(&fields, visit, arg);
        if result != 0 {
            return result;
        }
        (*auto).plan.as_ref().map_or(0, |plan| raw::visit_all(&plan.owned(), visit, arg))
    }
}

/// Only the ways out of the object are cut: the function and the plan stay, so that a call in a dying cycle is still one.
unsafe extern "C" fn clear(this: *mut PyObject) -> c_int {
    // SAFETY: as `traverse`.
    unsafe {
        let auto = this.cast::<Auto>();
        raw::clear_field(addr_of_mut!((*auto).dict));
        // A function is cleared by its own type; what holds a cycle through it is its closure and its globals.
        (*auto).vectorcall = Some(dead);
        raw::clear_field(addr_of_mut!((*auto).function));
        drop_plan(auto);
    }
    0
}

/// # Safety
/// `auto` is a valid `Auto`, and nobody reads its plan now.
unsafe fn drop_plan(auto: *mut Auto) {
    // SAFETY: the plan was boxed by `new`, and is taken out before it is dropped.
    unsafe {
        let plan = std::mem::replace(&mut (*auto).plan, null_mut());
        if !plan.is_null() {
            let plan = Box::from_raw(plan);
            for object in plan.owned() {
                ffi::Py_XDECREF(object);
            }
        }
    }
}

unsafe extern "C" fn dead(_: *mut PyObject, _: *const *mut PyObject, _: usize, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: the thread is attached.
    unsafe { ffi::PyErr_SetString(ffi::PyExc_ReferenceError, c"the function is gone".as_ptr()) };
    null_mut()
}

unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the last owner is gone.
    unsafe {
        ffi::PyObject_GC_UnTrack(this.cast());
        if !(*this.cast::<Auto>()).weak.is_null() {
            ffi::PyObject_ClearWeakRefs(this);
        }
        clear(this);
        raw::free(this);
    }
}

unsafe extern "C" fn repr(this: *mut PyObject) -> *mut PyObject {
    // SAFETY: a slot of Auto.
    unsafe { ffi::PyUnicode_FromFormat(c"<auto_param of %R>".as_ptr(), (*this.cast::<Auto>()).function) }
}

/// Pickled and copied by its qualified name, as a function is.
unsafe extern "C" fn reduce(this: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: a METH_NOARGS method of Auto.
    unsafe { ffi::PyObject_GetAttrString(this, c"__qualname__".as_ptr()) }
}

/// An attribute that is the function's own: what makes `inspect` see a function.
unsafe extern "C" fn forwarded(this: *mut PyObject, name: *mut c_void) -> *mut PyObject {
    // SAFETY: a getter of Auto; its closure is a string constant.
    unsafe {
        let function = (*this.cast::<Auto>()).function;
        if function.is_null() {
            dead(this, null_mut(), 0, null_mut())
        } else {
            ffi::PyObject_GetAttrString(function, name.cast_const().cast())
        }
    }
}

unsafe extern "C" fn forwarded_set(this: *mut PyObject, value: *mut PyObject, name: *mut c_void) -> c_int {
    // SAFETY: as `forwarded`; a null value deletes.
    unsafe {
        let function = (*this.cast::<Auto>()).function;
        if function.is_null() {
            dead(this, null_mut(), 0, null_mut());
            return -1;
        }
        ffi::PyObject_SetAttrString(function, name.cast_const().cast(), value)
    }
}

unsafe extern "C" fn parameters(this: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    crate::raw::cold(|py| {
        use pyo3::prelude::*;
        // SAFETY: a getter of Auto.
        let auto = unsafe { Bound::from_borrowed_ptr(py, this) };
        Ok(py.import("hyperparameter.parameters")?.getattr("describe")?.call1((auto,))?.into_ptr())
    })
}

/// Makes the type; an exception is set where that fails.
///
/// # Safety
/// The thread is attached; called once, when the module is loaded.
pub(super) unsafe fn make_type() -> bool {
    let slots = vec![
        raw::slot(ffi::Py_tp_call, ffi::PyVectorcall_Call as *mut c_void),
        raw::slot(ffi::Py_tp_descr_get, bind as *mut c_void),
        raw::slot(ffi::Py_tp_traverse, traverse as *mut c_void),
        raw::slot(ffi::Py_tp_clear, clear as *mut c_void),
        raw::slot(ffi::Py_tp_dealloc, dealloc as *mut c_void),
        raw::slot(ffi::Py_tp_repr, repr as *mut c_void),
    ];
    let members = vec![
        raw::member(c"__vectorcalloffset__", offset_of!(Auto, vectorcall)),
        raw::member(c"__dictoffset__", offset_of!(Auto, dict)),
        raw::member(c"__weaklistoffset__", offset_of!(Auto, weak)),
    ];
    let mut getset = Vec::new();
    for name in [c"__code__", c"__defaults__", c"__kwdefaults__", c"__globals__", c"__closure__", c"__type_params__"] {
        let mut one = raw::getter(name, forwarded);
        one.closure = name.as_ptr().cast_mut().cast();
        getset.push(one);
    }
    let mut annotations = raw::getter(c"__annotations__", forwarded);
    annotations.set = Some(forwarded_set);
    annotations.closure = c"__annotations__".as_ptr().cast_mut().cast();
    getset.push(annotations);
    let mut dict = raw::getter(c"__dict__", ffi::PyObject_GenericGetDict);
    dict.set = Some(ffi::PyObject_GenericSetDict);
    getset.push(dict);
    getset.push(raw::getter(c"parameters", parameters));
    let methods = vec![raw::method(c"__reduce__", raw::Function::None(reduce))];
    // METHOD_DESCRIPTOR needs IMMUTABLETYPE beside it, else a method call is not specialised.
    let flags = ffi::Py_TPFLAGS_DEFAULT
        | ffi::Py_TPFLAGS_HAVE_GC
        | ffi::Py_TPFLAGS_HAVE_VECTORCALL
        | ffi::Py_TPFLAGS_METHOD_DESCRIPTOR
        | raw::IMMUTABLE
        | raw::NO_NEW;
    // SAFETY: the slots and offsets are those of `Auto`.
    unsafe { AUTO.make(c"hyperparameter._native.Auto", size_of::<Auto>(), flags, slots, methods, members, getset) }
}
