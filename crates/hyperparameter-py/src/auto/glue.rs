//! Where this room touches the others: the state of the running thread, and objects on their way to a converter.

use std::ptr::null_mut;
use std::sync::atomic::Ordering;

use hyperparameter::value::Value;
use hyperparameter::value::{Ask, convert as core_convert, untyped};
use hyperparameter::{Entry, Item};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PySet};

use crate::convert::Kind;
use crate::value;

/// The type whose very instances a default of this kind takes without a look; null where there is none.
pub(super) fn exact(kind: &Kind<'_>) -> *mut ffi::PyTypeObject {
    match kind {
        Kind::Bool => &raw mut ffi::PyBool_Type,
        Kind::Number => &raw mut ffi::PyLong_Type,
        Kind::Float => &raw mut ffi::PyFloat_Type,
        Kind::Str => &raw mut ffi::PyUnicode_Type,
        Kind::List => &raw mut ffi::PyList_Type,
        Kind::Tuple => &raw mut ffi::PyTuple_Type,
        Kind::Set => &raw mut ffi::PySet_Type,
        Kind::FrozenSet => &raw mut ffi::PyFrozenSet_Type,
        Kind::Nothing | Kind::Map | Kind::Enum(_) | Kind::Path(_) => null_mut(),
    }
}

static TEXT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static TEXT_LIST: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static TEXT_MAP: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// A function of `convert.py`.
fn from_convert<'py>(
    py: Python<'py>,
    cell: &'static PyOnceLock<Py<PyAny>>,
    name: &str,
) -> PyResult<&'py Bound<'py, PyAny>> {
    let found =
        cell.get_or_try_init(py, || Ok::<_, PyErr>(py.import("hyperparameter.convert")?.getattr(name)?.unbind()))?;
    Ok(found.bind(py))
}

/// A value as a converter takes it: text is marked as such, however deep.
pub(super) fn marked<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Value::Text(text) => from_convert(py, &TEXT, "Text")?.call1((text.as_str(),)),
        Value::List(items) => {
            let list = from_convert(py, &TEXT_LIST, "TextList")?.call0()?;
            for item in items.iter() {
                list.cast::<PyList>()?.append(marked(py, item)?)?;
            }
            Ok(list)
        }
        Value::Map(map) => {
            let dict = from_convert(py, &TEXT_MAP, "TextMap")?.call0()?;
            for (name, value) in map.iter() {
                dict.set_item(name, marked(py, value)?)?;
            }
            Ok(dict)
        }
        other => value::from_value(py, other),
    }
}

/// An item as a converter takes it.
pub(super) fn marked_item<'py>(py: Python<'py>, item: &Item) -> PyResult<Bound<'py, PyAny>> {
    if item.object().is_some() { value::object(py, item) } else { marked(py, &item.value) }
}

/// A dictionary, or what was gathered from sub-keys, over the default (rule K5: each leaf is the default of its own key).
pub(super) fn laid_over<'py>(default: &Bound<'py, PyAny>, map: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    static LAY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    from_convert(default.py(), &LAY, "laid_over")?.call1((default, map))
}

/// A kept conversion as it is handed out: a list made from text is each caller's own, the program's own list is itself.
pub(super) fn handed_out<'py>(object: Bound<'py, PyAny>, entry: &Entry, fresh: bool) -> PyResult<Bound<'py, PyAny>> {
    let own = entry.object().and_then(|host| host.pointer(&value::PY));
    if fresh || own.is_some_and(|own| own.as_ptr().cast() == object.as_ptr()) {
        return Ok(object);
    }
    let py = object.py();
    if let Ok(list) = object.cast_exact::<PyList>() {
        return Ok(PyList::new(py, list.iter())?.into_any());
    }
    if let Ok(dict) = object.cast_exact::<PyDict>() {
        return Ok(dict.copy()?.into_any());
    }
    if object.is_exact_instance_of::<PySet>() {
        return py.get_type::<PySet>().call1((object,));
    }
    Ok(object)
}

/// Whether an object is a list, a dictionary or a set: what a caller may change.
///
/// # Safety
/// `object` is valid.
pub(super) unsafe fn is_plain_container(object: *mut ffi::PyObject) -> bool {
    // SAFETY: promised by the caller.
    let class = unsafe { ffi::Py_TYPE(object) };
    [&raw mut ffi::PyList_Type, &raw mut ffi::PyDict_Type, &raw mut ffi::PySet_Type].contains(&class)
}

/// A value as one of the core's types (rule V4), for `convert.py`: `ask` is any, bool, int, number, float, str, list or map.
/// What is inside a list or map that comes from text stays text. Raises ValueError with the reason.
#[pyfunction]
pub(super) fn convert<'py>(object: &Bound<'py, PyAny>, ask: &str) -> PyResult<Bound<'py, PyAny>> {
    let py = object.py();
    let ask = match ask {
        "any" => Ask::Any,
        "bool" => Ask::Bool,
        "int" => Ask::Int,
        "number" => Ask::Number,
        "float" => Ask::Float,
        "str" => Ask::Str,
        "list" => Ask::List,
        "map" => Ask::Map,
        other => return Err(PyTypeError::new_err(format!("no type is called {other:?}"))),
    };
    let value = if object.is_instance(from_convert(py, &TEXT, "Text")?)? {
        Value::text(object.extract::<String>()?)
    } else {
        value::native(object, false).unwrap_or_else(|| value::object_item(object).value)
    };
    let converted =
        core_convert(&value, ask).map_err(|mismatch| PyValueError::new_err(mismatch.reason().to_owned()))?;
    if ask == Ask::Any { value::from_value(py, &untyped(&converted)) } else { marked(py, &converted) }
}

/// Moves with every change of any thread's state: a call compares it around itself.
#[inline(always)]
pub(super) fn moves() -> u64 {
    crate::state::MOVES.load(Ordering::Relaxed)
}
