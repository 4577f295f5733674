//! What a node does where a value is expected (rule P1): it acts as its value, and raises where there is none.

use std::ffi::c_int;

use pyo3::basic::CompareOp;
use pyo3::ffi::{self, PyObject};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use hyperparameter::value::Value;
use hyperparameter::value::{Ask, convert};

use crate::node::{Node, is_node};
use crate::raw::{Slots, cold, method};

/// The value of a node; any other object as it is.
///
/// # Safety
/// `object` is valid.
unsafe fn value<'py>(py: Python<'py>, object: *mut PyObject) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: promised by the caller.
    unsafe {
        if is_node(object) { (*object.cast::<Node>()).required(py) } else { Ok(Bound::from_borrowed_ptr(py, object)) }
    }
}

macro_rules! binary {
    ($($name:ident: $number:path;)*) => {$(
        unsafe extern "C" fn $name(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject {
            // SAFETY: called by the interpreter with two objects of which one is a node.
            unsafe {
                cold(|py| {
                    let (left, right) = (value(py, left)?, value(py, right)?);
                    Bound::from_owned_ptr_or_err(py, $number(left.as_ptr(), right.as_ptr())).map(Bound::into_ptr)
                })
            }
        }
    )*};
}
binary! {
    add_: ffi::PyNumber_Add;
    subtract: ffi::PyNumber_Subtract;
    multiply: ffi::PyNumber_Multiply;
    matrix_multiply: ffi::PyNumber_MatrixMultiply;
    true_divide: ffi::PyNumber_TrueDivide;
    floor_divide: ffi::PyNumber_FloorDivide;
    remainder: ffi::PyNumber_Remainder;
    divmod: ffi::PyNumber_Divmod;
    lshift: ffi::PyNumber_Lshift;
    rshift: ffi::PyNumber_Rshift;
    and: ffi::PyNumber_And;
    xor: ffi::PyNumber_Xor;
}

macro_rules! unary {
    ($($name:ident: $number:path;)*) => {$(
        unsafe extern "C" fn $name(object: *mut PyObject) -> *mut PyObject {
            // SAFETY: called by the interpreter with a node.
            unsafe {
                cold(|py| {
                    let value = value(py, object)?;
                    Bound::from_owned_ptr_or_err(py, $number(value.as_ptr())).map(Bound::into_ptr)
                })
            }
        }
    )*};
}
unary! {
    negative: ffi::PyNumber_Negative;
    positive: ffi::PyNumber_Positive;
    absolute: ffi::PyNumber_Absolute;
    invert: ffi::PyNumber_Invert;
    int: ffi::PyNumber_Long;
    float: ffi::PyNumber_Float;
    index: ffi::PyNumber_Index;
    str: ffi::PyObject_Str;
    iter: ffi::PyObject_GetIter;
}

unsafe extern "C" fn power(left: *mut PyObject, right: *mut PyObject, modulus: *mut PyObject) -> *mut PyObject {
    // SAFETY: called by the interpreter with three objects of which one is a node.
    unsafe {
        cold(|py| {
            let (left, right, modulus) = (value(py, left)?, value(py, right)?, value(py, modulus)?);
            Bound::from_owned_ptr_or_err(py, ffi::PyNumber_Power(left.as_ptr(), right.as_ptr(), modulus.as_ptr()))
                .map(Bound::into_ptr)
        })
    }
}

/// A missing parameter is false; text goes by the table of bools where it converts, else by its literal.
unsafe extern "C" fn truth(object: *mut PyObject) -> c_int {
    // SAFETY: called by the interpreter with a node.
    unsafe {
        cold(|py| {
            let node = object.cast::<Node>();
            if let Some(text) = crate::scope::text_of(py, node)? {
                if let Ok(Value::Bool(truth)) = convert(&text, Ask::Bool) {
                    return Ok(c_int::from(truth));
                }
            }
            match (*node).value(py)? {
                Some(value) => value.is_truthy().map(c_int::from),
                None => Ok(0),
            }
        })
    }
}

unsafe extern "C" fn compare(left: *mut PyObject, right: *mut PyObject, operation: c_int) -> *mut PyObject {
    // SAFETY: called by the interpreter with a node and any object.
    unsafe {
        cold(|py| {
            let (left, right) = (value(py, left)?, value(py, right)?);
            let operation = CompareOp::from_raw(operation).unwrap_or(CompareOp::Eq);
            left.rich_compare(right, operation).map(Bound::into_ptr)
        })
    }
}

unsafe extern "C" fn contains(object: *mut PyObject, item: *mut PyObject) -> c_int {
    // SAFETY: called by the interpreter with a node and any object.
    unsafe { cold(|py| value(py, object)?.contains(value(py, item)?).map(c_int::from)) }
}

unsafe extern "C" fn length(object: *mut PyObject) -> ffi::Py_ssize_t {
    // SAFETY: called by the interpreter with a node.
    unsafe { cold(|py| Ok(ffi::Py_ssize_t::try_from(value(py, object)?.len()?)?)) }
}

/// `<param model.lr = 0.1 (train.py:3 in main())>`; looking is not reading.
unsafe extern "C" fn repr(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: called by the interpreter with a node.
    unsafe {
        cold(|py| {
            let node = object.cast::<Node>();
            let name = (*node).name(py);
            let name = name.to_string_lossy();
            let text = match (*node).look(py)? {
                None => format!("<param {name}: no value>"),
                Some((value, source)) => {
                    let value = value.repr()?.to_string_lossy().into_owned();
                    if source.is_empty() {
                        format!("<param {name} = {value}>")
                    } else {
                        format!("<param {name} = {value} ({source})>")
                    }
                }
            };
            Ok(text.into_pyobject(py)?.into_any().into_ptr())
        })
    }
}

fn format(
    node: &Bound<'_, PyAny>,
    args: &Bound<'_, PyTuple>,
    _: Option<&Bound<'_, pyo3::types::PyDict>>,
) -> PyResult<Py<PyAny>> {
    // SAFETY: a method of nodes.
    let value = unsafe { value(node.py(), node.as_ptr())? };
    Ok(value.call_method1("__format__", args)?.unbind())
}

/// `float(node)` rounds as its value does, and so for the rest of what the numeric tower calls by name.
macro_rules! by_name {
    ($($function:ident $name:literal;)*) => {$(
        fn $function(node: &Bound<'_, PyAny>, args: &Bound<'_, PyTuple>, _: Option<&Bound<'_, pyo3::types::PyDict>>) -> PyResult<Py<PyAny>> {
            // SAFETY: a method of nodes.
            let value = unsafe { value(node.py(), node.as_ptr())? };
            Ok(value.call_method1($name, args)?.unbind())
        }
    )*};
}
by_name! {
    round "__round__";
    trunc "__trunc__";
    floor "__floor__";
    ceil "__ceil__";
    reversed "__reversed__";
}

fn complex(
    node: &Bound<'_, PyAny>,
    _: &Bound<'_, PyTuple>,
    _: Option<&Bound<'_, pyo3::types::PyDict>>,
) -> PyResult<Py<PyAny>> {
    // SAFETY: a method of nodes.
    let value = unsafe { value(node.py(), node.as_ptr())? };
    Ok(node.py().get_type::<pyo3::types::PyComplex>().call1((value,))?.unbind())
}

/// A node is pickled by its name: functions that hold one go to other processes.
fn reduce(
    node: &Bound<'_, PyAny>,
    _: &Bound<'_, PyTuple>,
    _: Option<&Bound<'_, pyo3::types::PyDict>>,
) -> PyResult<Py<PyAny>> {
    let py = node.py();
    // SAFETY: a method of nodes.
    let name = unsafe { (*node.as_ptr().cast::<Node>()).name(py) };
    let getitem = py.import("operator")?.getattr("getitem")?;
    Ok((getitem, (crate::scope::front(py), name)).into_pyobject(py)?.into_any().unbind())
}

pub(crate) fn add(slots: Slots) -> Slots {
    slots
        .add(ffi::Py_nb_add, add_ as *const _)
        .add(ffi::Py_nb_subtract, subtract as *const _)
        .add(ffi::Py_nb_multiply, multiply as *const _)
        .add(ffi::Py_nb_matrix_multiply, matrix_multiply as *const _)
        .add(ffi::Py_nb_true_divide, true_divide as *const _)
        .add(ffi::Py_nb_floor_divide, floor_divide as *const _)
        .add(ffi::Py_nb_remainder, remainder as *const _)
        .add(ffi::Py_nb_divmod, divmod as *const _)
        .add(ffi::Py_nb_lshift, lshift as *const _)
        .add(ffi::Py_nb_rshift, rshift as *const _)
        .add(ffi::Py_nb_and, and as *const _)
        .add(ffi::Py_nb_xor, xor as *const _)
        .add(ffi::Py_nb_power, power as *const _)
        .add(ffi::Py_nb_negative, negative as *const _)
        .add(ffi::Py_nb_positive, positive as *const _)
        .add(ffi::Py_nb_absolute, absolute as *const _)
        .add(ffi::Py_nb_invert, invert as *const _)
        .add(ffi::Py_nb_bool, truth as *const _)
        .add(ffi::Py_nb_int, int as *const _)
        .add(ffi::Py_nb_float, float as *const _)
        .add(ffi::Py_nb_index, index as *const _)
        .add(ffi::Py_tp_str, str as *const _)
        .add(ffi::Py_tp_repr, repr as *const _)
        .add(ffi::Py_tp_iter, iter as *const _)
        .add(ffi::Py_tp_richcompare, compare as *const _)
        .add(ffi::Py_tp_hash, ffi::PyObject_HashNotImplemented as *const _)
        .add(ffi::Py_sq_contains, contains as *const _)
        .add(ffi::Py_mp_length, length as *const _)
        .methods(vec![
            method!(c"__format__", format, c"__format__($self, spec, /)\n--\n\nThe value, formatted."),
            method!(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\nHow a node is pickled: by its name."),
            method!(c"__round__", round, c"__round__($self, digits=None, /)\n--\n\nThe value, rounded."),
            method!(c"__trunc__", trunc, c"__trunc__($self, /)\n--\n\nThe value, truncated."),
            method!(c"__floor__", floor, c"__floor__($self, /)\n--\n\nThe value, rounded down."),
            method!(c"__ceil__", ceil, c"__ceil__($self, /)\n--\n\nThe value, rounded up."),
            method!(c"__complex__", complex, c"__complex__($self, /)\n--\n\nThe value as a complex number."),
            method!(c"__reversed__", reversed, c"__reversed__($self, /)\n--\n\nThe value, in reverse."),
        ])
}
