//! Python objects as values of the store, and back (rule V1).
//!
//! A Python object read back in Python is the same object. `None`, bools, ints, floats and strings are seen by other
//! languages as what they are; every other object is opaque to them unless they ask for a view.

use std::ffi::c_void;
use std::ptr::NonNull;
use std::sync::{Mutex, PoisonError};

use hyperparameter::Item;
use hyperparameter::value::Ask;
use hyperparameter::value::Value;
use hyperparameter::value::{BigInt, Host, HostVTable, Map, Shape, convert, index, out_of_range, untyped};
use pyo3::exceptions::PyTypeError;
use pyo3::ffi::{self, PyObject};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyFrozenSet, PyInt, PyList, PySet, PyString, PyTuple};

use crate::raw::{has_flag, new_ref, type_of};

/// Deeper containers have no view.
const DEEPEST: usize = 100;

/// What the store must be able to do with Python objects.
pub(crate) static PY: HostVTable =
    HostVTable { retain, release, type_name, repr, shape, view, members, element, list_len, with_element };

// ---- owning ----------------------------------------------------------------------------------------------------------

/// References given up by threads that do not hold the interpreter, to be dropped by one that does.
static GIVEN_UP: Mutex<Vec<usize>> = Mutex::new(Vec::new());

unsafe fn retain(object: *mut c_void) {
    // SAFETY: the caller owns the object; the count is touched only while the interpreter is held.
    unsafe {
        if crate::host::holds() {
            ffi::Py_INCREF(object.cast());
        } else {
            Python::attach(|_| ffi::Py_INCREF(object.cast()));
        }
    }
}

unsafe fn release(object: *mut c_void) {
    // SAFETY: the caller owned the object.
    unsafe { release_object(object.cast()) }
}

/// Gives up one reference, now or (on a thread that does not hold the interpreter) soon.
///
/// # Safety
/// The caller owned the reference.
pub(crate) unsafe fn release_object(object: *mut PyObject) {
    // SAFETY: the count is touched only while the interpreter is held. Not `PyGILState_Check`: it says yes once the
    // interpreter is gone, when static objects of C++ and the main thread's own end.
    unsafe {
        if crate::host::holds() {
            ffi::Py_DECREF(object);
            return;
        }
        if ffi::Py_IsInitialized() == 0 {
            return;
        }
    }
    let mut given_up = GIVEN_UP.lock().unwrap_or_else(PoisonError::into_inner);
    given_up.push(object as usize);
    if given_up.len() == 1 {
        // SAFETY: may be called without the interpreter; the call happens on the main thread, which holds it then.
        unsafe { ffi::Py_AddPendingCall(Some(drop_given_up), std::ptr::null_mut()) };
    }
}

extern "C" fn drop_given_up(_: *mut c_void) -> std::ffi::c_int {
    let given_up = std::mem::take(&mut *GIVEN_UP.lock().unwrap_or_else(PoisonError::into_inner));
    for object in given_up {
        // SAFETY: each was one reference, owned by the list.
        unsafe { ffi::Py_DECREF(object as *mut PyObject) };
    }
    0
}

/// A handle on a Python object, for the store.
///
/// # Safety
/// `object` is valid and the thread holds the interpreter.
#[inline]
pub(crate) unsafe fn host(object: *mut PyObject) -> Host {
    // SAFETY: the new reference is owned by the handle.
    unsafe { Host::from_owned(NonNull::new_unchecked(new_ref(object).cast()), &PY) }
}

// ---- Python to the store ---------------------------------------------------------------------------------------------

/// A Python object as the store keeps it.
pub(crate) fn item(object: &Bound<'_, PyAny>) -> Item {
    let pointer = object.as_ptr();
    // SAFETY: the object is valid and the thread holds the interpreter.
    let host = unsafe { host(pointer) };
    match native(object, true) {
        Some(value) => Item { value, host: Some(host) },
        None => Item { value: Value::Host(of_another_language(object).unwrap_or(host)), host: None },
    }
}

/// What a [`Foreign`] stands for: stored again by Python, it is still the object of the other language.
fn of_another_language(object: &Bound<'_, PyAny>) -> Option<Host> {
    object.cast_exact::<Foreign>().ok().map(|foreign| foreign.get().0.clone())
}

/// The object as an opaque item: what a conversion of this binding gives.
pub(crate) fn object_item(object: &Bound<'_, PyAny>) -> Item {
    // SAFETY: the object is valid and the thread holds the interpreter.
    Item { value: Value::Host(unsafe { host(object.as_ptr()) }), host: None }
}

/// `None`, a bool, an int, a float or a string as a value; of these very types if `exact`, else of subclasses too.
pub(crate) fn native(object: &Bound<'_, PyAny>, exact: bool) -> Option<Value> {
    let is = |ty: *mut ffi::PyTypeObject, flag: std::ffi::c_ulong| {
        // SAFETY: a valid object.
        unsafe { type_of(object.as_ptr()) == ty || (!exact && flag != 0 && has_flag(object.as_ptr(), flag)) }
    };
    let (bools, ints, strings, floats) = (
        &raw mut ffi::PyBool_Type,
        &raw mut ffi::PyLong_Type,
        &raw mut ffi::PyUnicode_Type,
        &raw mut ffi::PyFloat_Type,
    );
    if object.is_none() {
        Some(Value::Null)
    } else if is(bools, 0) {
        Some(Value::Bool(object.is_truthy().ok()?))
    } else if is(ints, ffi::Py_TPFLAGS_LONG_SUBCLASS) {
        int(object)
    } else if is(strings, ffi::Py_TPFLAGS_UNICODE_SUBCLASS) {
        // A lone surrogate is no text of any other language: such a string stays an object of this one.
        object.cast::<PyString>().ok()?.to_str().ok().map(Value::str)
    } else if is(floats, 0) || (!exact && object.is_instance_of::<PyFloat>()) {
        Some(Value::Float(object.extract().ok()?))
    } else {
        None
    }
}

fn int(object: &Bound<'_, PyAny>) -> Option<Value> {
    let mut overflow = 0;
    // SAFETY: an int.
    let small = unsafe { ffi::PyLong_AsLongLongAndOverflow(object.as_ptr(), &mut overflow) };
    if overflow == 0 {
        return Some(Value::Int(small));
    }
    let bits: usize = object.call_method0("bit_length").ok()?.extract().ok()?;
    let keywords = PyDict::new(object.py());
    keywords.set_item("signed", true).ok()?;
    let bytes = object.call_method("to_bytes", (bits / 8 + 1, "little"), Some(&keywords)).ok()?;
    Some(BigInt::from_signed_bytes_le(bytes.extract::<&[u8]>().ok()?).into())
}

/// Any object as a plain value, for other languages and for conversions.
pub(crate) fn plain(object: &Bound<'_, PyAny>, depth: usize) -> Option<Value> {
    if let Some(value) = native(object, false) {
        return Some(value);
    }
    if let Some(foreign) = of_another_language(object) {
        return Some(Value::Host(foreign));
    }
    if depth == 0 {
        return None;
    }
    let inner = |object: Bound<'_, PyAny>| plain(&object, depth - 1).unwrap_or_else(|| object_item(&object).value);
    if let Ok(list) = object.cast::<PyList>() {
        Some(Value::list(list.iter().map(inner)))
    } else if let Ok(tuple) = object.cast::<PyTuple>() {
        Some(Value::list(tuple.iter().map(inner)))
    } else if object.is_instance_of::<PySet>() || object.is_instance_of::<PyFrozenSet>() {
        Some(Value::list(object.try_iter().ok()?.filter_map(Result::ok).map(inner)))
    } else if let Ok(dict) = object.cast::<PyDict>() {
        let pairs = dict
            .iter()
            .map(|(name, value)| Some((name.cast::<PyString>().ok()?.to_str().ok()?.to_owned(), inner(value))));
        Some(Value::Map(std::sync::Arc::new(pairs.collect::<Option<Vec<_>>>()?.into_iter().collect::<Map>())))
    } else {
        number(object)
    }
}

/// A scalar of another library, by `__index__` or `__float__`.
fn number(object: &Bound<'_, PyAny>) -> Option<Value> {
    let class = object.get_type();
    let found = if class.hasattr("__index__").ok()? {
        // SAFETY: a valid object; a null result is an error, cleared by `from_owned_ptr_or_err`.
        let int = unsafe { Bound::from_owned_ptr_or_err(object.py(), ffi::PyNumber_Index(object.as_ptr())) };
        int.ok()
    } else if class.hasattr("__float__").ok()? {
        // SAFETY: as above.
        unsafe { Bound::from_owned_ptr_or_err(object.py(), ffi::PyNumber_Float(object.as_ptr())) }.ok()
    } else {
        None
    };
    native(&found?, false)
}

// ---- the store to Python ---------------------------------------------------------------------------------------------

/// The Python object of an item: the very object that was stored, else one made from the value.
pub(crate) fn object<'py>(py: Python<'py>, item: &Item) -> PyResult<Bound<'py, PyAny>> {
    match item.object().and_then(|host| host.pointer(&PY)) {
        // SAFETY: a handle of this table owns a valid object.
        Some(pointer) => Ok(unsafe { Bound::from_borrowed_ptr(py, pointer.as_ptr().cast()) }),
        None => from_value(py, &item.value),
    }
}

/// A value as a Python object; text becomes the literal it spells (rule V3).
pub(crate) fn from_value<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(v) => PyBool::new(py, *v).to_owned().into_any(),
        Value::Int(v) => PyInt::new(py, *v).into_any(),
        Value::Big(v) => {
            let keywords = PyDict::new(py);
            keywords.set_item("signed", true)?;
            let bytes = pyo3::types::PyBytes::new(py, &v.to_signed_bytes_le());
            py.get_type::<PyInt>().call_method("from_bytes", (bytes, "little"), Some(&keywords))?
        }
        Value::Float(v) => PyFloat::new(py, *v).into_any(),
        Value::Str(v) => PyString::new(py, v).into_any(),
        Value::Text(_) => {
            let literal = convert(value, Ask::Any).map_err(|mismatch| PyTypeError::new_err(mismatch.to_string()))?;
            from_value(py, &literal)?
        }
        Value::List(items) => {
            let list = PyList::empty(py);
            for item in items.iter() {
                list.append(from_value(py, item)?)?;
            }
            list.into_any()
        }
        Value::Map(map) => {
            let dict = PyDict::new(py);
            for (name, value) in map.iter() {
                dict.set_item(name, from_value(py, value)?)?;
            }
            dict.into_any()
        }
        Value::Host(host) => match host.pointer(&PY) {
            // SAFETY: a handle of this table owns a valid object.
            Some(pointer) => unsafe { Bound::from_borrowed_ptr(py, pointer.as_ptr().cast()) },
            None => match host.view() {
                Some(view) if !matches!(view, Value::Host(_)) => from_value(py, &view)?,
                _ => Foreign(host.clone()).into_pyobject(py)?.into_any(),
            },
        },
    })
}

/// An object of another language, opaque in Python.
#[pyclass(frozen, name = "Foreign", module = "hyperparameter._native")]
#[derive(Debug)]
pub(crate) struct Foreign(Host);

#[pymethods]
impl Foreign {
    fn __repr__(&self) -> String {
        self.0.repr()
    }
}

// ---- what the store asks of an object --------------------------------------------------------------------------------

/// Calls `f` with the object, holding the interpreter.
///
/// # Safety
/// `object` is a valid Python object.
unsafe fn with<R>(object: *mut c_void, f: impl FnOnce(&Bound<'_, PyAny>) -> R) -> R {
    // SAFETY: promised by the caller; initialised, since the object exists.
    unsafe { Python::attach_unchecked(|py| f(&Bound::from_borrowed_ptr(py, object.cast()))) }
}

unsafe fn type_name(object: *mut c_void) -> String {
    // SAFETY: the handle owns a valid object; so in all the functions below.
    unsafe { with(object, |object| object.get_type().name().map_or_else(|_| "object".into(), |name| name.to_string())) }
}

unsafe fn repr(object: *mut c_void) -> String {
    // SAFETY: see `type_name`.
    unsafe {
        with(object, |object| match object.repr() {
            Ok(text) => text.to_string_lossy().into_owned(),
            Err(_) => format!("<{} whose repr fails>", type_name(object.as_ptr().cast())),
        })
    }
}

unsafe fn shape(object: *mut c_void) -> Shape {
    // SAFETY: see `type_name`; the flags of a type are read without the interpreter's help.
    unsafe {
        if has_flag(object.cast(), ffi::Py_TPFLAGS_LIST_SUBCLASS | ffi::Py_TPFLAGS_TUPLE_SUBCLASS) {
            Shape::List
        } else if has_flag(object.cast(), ffi::Py_TPFLAGS_DICT_SUBCLASS) {
            Shape::Map
        } else {
            Shape::Scalar
        }
    }
}

unsafe fn view(object: *mut c_void) -> Option<Value> {
    // SAFETY: see `type_name`.
    unsafe { with(object, |object| plain(object, DEEPEST)) }
}

unsafe fn members(object: *mut c_void) -> Option<Vec<(Option<String>, Item)>> {
    // SAFETY: see `type_name`.
    unsafe {
        with(object, |object| {
            let dict = object.cast::<PyDict>().ok()?;
            let name = |name: Bound<'_, PyAny>| Some(name.cast::<PyString>().ok()?.to_str().ok()?.to_owned());
            Some(dict.iter().map(|(key, value)| (name(key), item(&value))).collect())
        })
    }
}

unsafe fn element(object: *mut c_void, segment: &str) -> Option<Value> {
    // SAFETY: see `type_name`.
    unsafe {
        with(object, |object| {
            let found = if let Ok(list) = object.cast::<PyList>() {
                list.get_item(index(segment)?).ok()?
            } else if let Ok(tuple) = object.cast::<PyTuple>() {
                tuple.get_item(index(segment)?).ok()?
            } else {
                object.cast::<PyDict>().ok()?.get_item(segment).ok()??
            };
            Some(object_item(&found).value)
        })
    }
}

unsafe fn list_len(object: *mut c_void) -> Option<usize> {
    // SAFETY: see `type_name`.
    unsafe {
        with(object, |object| match object.cast::<PyList>() {
            Ok(list) => Some(list.len()),
            Err(_) => object.cast::<PyTuple>().ok().map(PyTupleMethods::len),
        })
    }
}

unsafe fn with_element(object: *mut c_void, path: &[&str], value: &Value) -> Result<Value, String> {
    // SAFETY: see `type_name`.
    unsafe { with(object, |object| replaced(object, path, value)) }
}

/// A copy of a container in which the element at the path is another (rule K6).
fn replaced(object: &Bound<'_, PyAny>, path: &[&str], value: &Value) -> Result<Value, String> {
    let failed = |error: PyErr| error.to_string();
    let Some((&first, rest)) = path.split_first() else { return Ok(value.clone()) };
    let inner = |old: &Bound<'_, PyAny>| replaced(old, rest, value);
    let py = object.py();
    if let Some(len) =
        object.cast::<PyList>().map(PyListMethods::len).ok().or(object.cast::<PyTuple>().map(PyTupleMethods::len).ok())
    {
        let at = index(first).filter(|&at| at < len).ok_or_else(|| out_of_range(first, len))?;
        let new = inner(&object.get_item(at).map_err(failed)?)?;
        if is_text(&new) {
            // What text says depends on who reads it, so a list with text in it is no list of Python objects.
            let items = object.try_iter().map_err(failed)?.filter_map(Result::ok).map(|item| object_item(&item).value);
            let mut items: Vec<Value> = items.collect();
            items[at] = new;
            return Ok(Value::list(items));
        }
        let new = from_value(py, &new).map_err(failed)?;
        return with_item(object, at, &new).map(|copy| object_item(&copy).value).map_err(failed);
    }
    if let Ok(dict) = object.cast::<PyDict>() {
        let new = match dict.get_item(first).map_err(failed)? {
            Some(old) => inner(&old)?,
            None => nested(rest, value),
        };
        if is_text(&new) {
            if let Some(Value::Map(map)) = shallow(dict) {
                let mut map = (*map).clone();
                map.insert(first, new);
                return Ok(Value::Map(std::sync::Arc::new(map)));
            }
        }
        let copy = copied(object).map_err(failed)?;
        copy.set_item(first, from_value(py, &new).map_err(failed)?).map_err(failed)?;
        return Ok(object_item(&copy).value);
    }
    if native(object, false).is_some() {
        // A scalar on the path gives way, as a scalar in a file does to a map.
        return Ok(nested(path, value));
    }
    Err(format!("a {} cannot be written into", object.get_type().name().map_err(failed)?))
}

/// Whether there is text in a value made on the way.
fn is_text(value: &Value) -> bool {
    match value {
        Value::Text(_) => true,
        Value::List(items) => items.iter().any(is_text),
        Value::Map(map) => map.iter().any(|(_, value)| is_text(value)),
        _ => false,
    }
}

fn nested(path: &[&str], value: &Value) -> Value {
    path.iter().rev().fold(value.clone(), |inner, &name| Value::map([(name, inner)]))
}

fn shallow(dict: &Bound<'_, PyDict>) -> Option<Value> {
    let pairs = dict.iter().map(|(name, value)| Some((name.extract::<String>().ok()?, object_item(&value).value)));
    Some(Value::map(pairs.collect::<Option<Vec<_>>>()?))
}

fn copied<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    object.py().import("copy")?.call_method1("copy", (object,))
}

/// A copy of a list or tuple with another element, of the same class where that can be.
fn with_item<'py>(object: &Bound<'py, PyAny>, at: usize, new: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if object.is_instance_of::<PyList>() {
        let copy = copied(object)?;
        copy.set_item(at, new)?;
        return Ok(copy);
    }
    let mut items: Vec<Bound<'py, PyAny>> = object.try_iter()?.collect::<PyResult<_>>()?;
    items[at] = new.clone();
    let tuple = PyTuple::new(object.py(), items)?;
    match object.getattr("_make") {
        Ok(make) => make.call1((tuple,)),
        Err(_) => Ok(tuple.into_any()),
    }
}

/// A list or map from text with its items read as literals, as a Python object.
pub(crate) fn from_untyped<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    from_value(py, &untyped(value))
}
