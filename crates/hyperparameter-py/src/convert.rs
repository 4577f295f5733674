//! What a reader in Python asks for: nothing, or the kind of its default (rules V4, V5).
//!
//! The table of rule V4 is the core's; here it is decided what a Python default asks for, and what is handed over as it
//! is. Results are kept in the entry as Python objects, so that a loop pays for a conversion once.

use std::collections::HashSet;
use std::ffi::c_int;
use std::sync::{Arc, Mutex, PoisonError};

use hyperparameter::error::Error;
use hyperparameter::report;
use hyperparameter::scope::{Read, nested};
use hyperparameter::value::Value;
use hyperparameter::value::{Ask, Mismatch, convert};
use hyperparameter::{Entry, Item, Key, State};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyFrozenSet, PyInt, PyList, PySet, PyString, PyTuple, PyType};

use crate::errors::{raise, warn};
use crate::value::{from_untyped, from_value, native, object, object_item};

/// The kind of a default: what it asks for.
#[derive(Debug)]
pub(crate) enum Kind<'py> {
    /// `None` and everything that is not below.
    Nothing,
    Bool,
    /// An int asks for a number.
    Number,
    Float,
    Str,
    List,
    Tuple,
    Set,
    FrozenSet,
    Map,
    /// A class of `enum.Enum`.
    Enum(Bound<'py, PyType>),
    /// A class of `pathlib.PurePath`.
    Path(Bound<'py, PyType>),
}

/// A class of a module that is not imported for this: without it no value can be of the class.
fn class<'py>(py: Python<'py>, module: &str, name: &str) -> Option<Bound<'py, PyAny>> {
    let modules = py.import("sys").ok()?.getattr("modules").ok()?;
    modules.cast::<PyDict>().ok()?.get_item(module).ok()??.getattr(name).ok()
}

impl<'py> Kind<'py> {
    /// The kind of a default.
    pub(crate) fn of(default: &Bound<'py, PyAny>) -> Self {
        let py = default.py();
        if default.is_none() {
            Self::Nothing
        } else if default.is_exact_instance_of::<PyBool>() {
            Self::Bool
        } else if default.is_exact_instance_of::<PyInt>() {
            Self::Number
        } else if default.is_exact_instance_of::<PyFloat>() {
            Self::Float
        } else if default.is_exact_instance_of::<PyString>() {
            Self::Str
        } else if is_of(default, class(py, "enum", "Enum")) {
            Self::Enum(default.get_type())
        } else if is_of(default, class(py, "pathlib", "PurePath")) {
            Self::Path(default.get_type())
        } else if default.is_instance_of::<PyInt>() {
            Self::Number
        } else if default.is_instance_of::<PyFloat>() {
            Self::Float
        } else if default.is_instance_of::<PyString>() {
            Self::Str
        } else if default.is_instance_of::<PyList>() {
            Self::List
        } else if default.is_instance_of::<PyTuple>() {
            Self::Tuple
        } else if default.is_instance_of::<PySet>() {
            Self::Set
        } else if default.is_instance_of::<PyFrozenSet>() {
            Self::FrozenSet
        } else if default.is_instance_of::<PyDict>() {
            Self::Map
        } else {
            Self::Nothing
        }
    }

    /// The name of what is asked for, for messages.
    pub(crate) fn wanted(&self) -> String {
        match self {
            Self::Nothing => "any type".into(),
            Self::Bool => "bool".into(),
            Self::Number => "number".into(),
            Self::Float => "float".into(),
            Self::Str => "string".into(),
            Self::List => "list".into(),
            Self::Tuple => "tuple".into(),
            Self::Set => "set".into(),
            Self::FrozenSet => "frozenset".into(),
            Self::Map => "map".into(),
            Self::Enum(class) | Self::Path(class) => class.name().map_or_else(|_| "?".into(), |name| name.to_string()),
        }
    }

    fn ask(&self) -> Ask {
        match self {
            Self::Bool => Ask::Bool,
            Self::Number => Ask::Number,
            Self::Float => Ask::Float,
            Self::Str => Ask::Str,
            Self::List | Self::Tuple | Self::Set | Self::FrozenSet => Ask::List,
            Self::Map => Ask::Map,
            Self::Nothing | Self::Enum(_) | Self::Path(_) => Ask::Any,
        }
    }

    /// Under which number an entry keeps the outcome: beside the core's own (0 to 7), or the address of a class, which
    /// is kept alive from then on.
    #[inline]
    fn token(&self) -> usize {
        match self {
            Self::Nothing => 16,
            Self::Bool => 17,
            Self::Number => 18,
            Self::Float => 19,
            Self::Str => 20,
            Self::List => 21,
            Self::Tuple => 22,
            Self::Set => 23,
            Self::FrozenSet => 24,
            Self::Map => 25,
            Self::Enum(class) | Self::Path(class) => {
                static KEPT: Mutex<Option<HashSet<usize>>> = Mutex::new(None);
                let address = class.as_ptr() as usize;
                let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.get_or_insert_default().insert(address) {
                    std::mem::forget(class.clone());
                }
                address
            }
        }
    }

    /// The token of a plain type, without asking for its kind.
    #[inline(always)]
    pub(crate) fn plain_token(class: *mut ffi::PyTypeObject) -> Option<usize> {
        if class == &raw mut ffi::PyFloat_Type {
            Some(Self::Float.token())
        } else if class == &raw mut ffi::PyLong_Type {
            Some(Self::Number.token())
        } else if class == &raw mut ffi::PyUnicode_Type {
            Some(Self::Str.token())
        } else if class == &raw mut ffi::PyBool_Type {
            Some(Self::Bool.token())
        } else {
            None
        }
    }

    /// Whether an object is of this kind already, subclasses included.
    fn holds(&self, object: &Bound<'_, PyAny>) -> bool {
        match self {
            Self::Nothing => true,
            Self::Bool => object.is_instance_of::<PyBool>(),
            Self::Number => object.is_instance_of::<PyInt>() && !object.is_instance_of::<PyBool>(),
            Self::Float => object.is_instance_of::<PyFloat>(),
            Self::Str => object.is_instance_of::<PyString>(),
            Self::List => object.is_instance_of::<PyList>(),
            Self::Tuple => object.is_instance_of::<PyTuple>(),
            Self::Set => object.is_instance_of::<PySet>(),
            Self::FrozenSet => object.is_instance_of::<PyFrozenSet>(),
            Self::Map => object.is_instance_of::<PyDict>(),
            Self::Enum(class) => object.is_instance(class).unwrap_or(false),
            Self::Path(class) => is_of(object, crate::convert::class(class.py(), "pathlib", "PurePath")),
        }
    }
}

fn is_of(object: &Bound<'_, PyAny>, class: Option<Bound<'_, PyAny>>) -> bool {
    class.is_some_and(|class| object.is_instance(&class).unwrap_or(false))
}

/// A value of the store as a kind that is only inferred from a default: lists, maps and host objects that do not
/// convert are handed over as they are.
pub(crate) fn by_kind(py: Python<'_>, item: &Item, kind: &Kind<'_>) -> Result<Item, Mismatch> {
    let failed = |error: PyErr| Mismatch::new(error.to_string());
    if let Some(own) = item.object().filter(|host| host.pointer(&crate::value::PY).is_some()) {
        let own = object(py, &Item { value: Value::Host(own.clone()), host: None }).map_err(failed)?;
        if own.is_none() || kind.holds(&own) {
            return Ok(object_item(&own));
        }
        return match of_object(&own, kind) {
            // A float that stays one is handed over as it is.
            Ok(new)
                if matches!(kind, Kind::Number)
                    && own.is_instance_of::<PyFloat>()
                    && new.is_instance_of::<PyFloat>() =>
            {
                Ok(object_item(&own))
            }
            Ok(new) => Ok(object_item(&new)),
            Err(_) if native(&own, true).is_none() => Ok(object_item(&own)),
            Err(mismatch) => Err(mismatch),
        };
    }
    let made = of_value(py, &item.value, kind)?;
    Ok(object_item(&made))
}

/// A Python object as a kind.
fn of_object<'py>(own: &Bound<'py, PyAny>, kind: &Kind<'py>) -> Result<Bound<'py, PyAny>, Mismatch> {
    let py = own.py();
    let failed = |error: PyErr| Mismatch::new(error.to_string());
    if matches!(kind, Kind::List | Kind::Tuple | Kind::Set | Kind::FrozenSet) {
        let sequence = own.is_instance_of::<PyList>()
            || own.is_instance_of::<PyTuple>()
            || own.is_instance_of::<PySet>()
            || own.is_instance_of::<PyFrozenSet>();
        if sequence {
            return sequence_of(own, kind).map_err(failed);
        }
    }
    if let Kind::Enum(class) = kind {
        return member(class, std::slice::from_ref(own), own);
    }
    // Subclasses of the plain types go by what they are; other objects only where an annotation asks.
    let value = native(own, false).ok_or_else(|| {
        let name = own.get_type().name().map_or_else(|_| "object".to_owned(), |name| name.to_string());
        Mismatch::new(format!("a {name} is not a {}", kind.wanted()))
    })?;
    of_value(py, &value, kind)
}

/// A plain value as a kind.
fn of_value<'py>(py: Python<'py>, value: &Value, kind: &Kind<'py>) -> Result<Bound<'py, PyAny>, Mismatch> {
    let failed = |error: PyErr| Mismatch::new(error.to_string());
    if let (Kind::Enum(class), Value::Text(text)) = (kind, value) {
        let literal = convert(value, Ask::Any)?;
        if matches!(literal, Value::Null) {
            return Ok(py.None().into_bound(py));
        }
        let written = PyString::new(py, text.as_str()).into_any();
        return member(class, &[from_value(py, &literal).map_err(failed)?, written.clone()], &written);
    }
    if let Kind::Enum(class) = kind {
        let own = from_value(py, value).map_err(failed)?;
        return member(class, std::slice::from_ref(&own), &own);
    }
    if let Kind::Path(class) = kind {
        let text = match value {
            Value::Str(text) => text.to_string(),
            Value::Text(text) if matches!(convert(value, Ask::Any)?, Value::Null) && text.as_str() != "" => {
                return Ok(py.None().into_bound(py));
            }
            Value::Text(text) => text.as_str().to_owned(),
            other => return Err(Mismatch::new(format!("a {} is not a path", other.kind_name()))),
        };
        return class.call1((text,)).map_err(failed);
    }
    let converted = convert(value, kind.ask())?;
    if matches!(converted, Value::Null) {
        return Ok(py.None().into_bound(py));
    }
    let made = from_untyped(py, &converted).map_err(failed)?;
    if matches!(kind, Kind::Tuple | Kind::Set | Kind::FrozenSet) {
        return sequence_of(&made, kind).map_err(failed);
    }
    Ok(made)
}

fn sequence_of<'py>(items: &Bound<'py, PyAny>, kind: &Kind<'_>) -> PyResult<Bound<'py, PyAny>> {
    let class = match kind {
        Kind::Tuple => items.py().get_type::<PyTuple>(),
        Kind::Set => items.py().get_type::<PySet>(),
        Kind::FrozenSet => items.py().get_type::<PyFrozenSet>(),
        _ => items.py().get_type::<PyList>(),
    };
    class.call1((items,))
}

/// A member of an `Enum`, by name, then by value.
fn member<'py>(
    class: &Bound<'py, PyType>,
    values: &[Bound<'py, PyAny>],
    name: &Bound<'py, PyAny>,
) -> Result<Bound<'py, PyAny>, Mismatch> {
    let failed = |error: PyErr| Mismatch::new(error.to_string());
    if name.is_instance_of::<PyString>() {
        let members = class.getattr("__members__").map_err(failed)?;
        if members.contains(name).map_err(failed)? {
            return members.get_item(name).map_err(failed);
        }
    }
    for value in values {
        if let Ok(member) = class.call1((value,)) {
            return Ok(member);
        }
    }
    let names: Vec<String> = class
        .getattr("__members__")
        .and_then(|members| members.try_iter()?.map(|name| name?.extract()).collect())
        .map_err(failed)?;
    let shown = report::shown(&object_item(name).value);
    Err(Mismatch::new(format!("{shown} is none of {}", names.join(", "))))
}

/// Rule V5: what becomes of a value that does not convert. `Ok` means that the caller takes its default: a warning was
/// given at the running line (`level` 1).
#[allow(clippy::too_many_arguments, reason = "all of it is in the message")]
pub(crate) fn settle(
    py: Python<'_>,
    state: &State,
    key: &str,
    entry: &Entry,
    value: &Value,
    wanted: &str,
    mismatch: &Mismatch,
    level: c_int,
) -> PyResult<()> {
    let error = Error::conversion(key, &report::shown(value), &entry.source().to_string(), wanted, mismatch.reason());
    if state.is_strict_about(entry.source()) {
        return Err(raise(py, &error));
    }
    warn(py, &error, level)
}

/// What a key reads as with no type asked; `None` where it is missing.
pub(crate) fn read_any<'py>(
    py: Python<'py>,
    state: &State,
    key: Option<Key>,
    name: &str,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let read = match key {
        Some(key) => state.read(key),
        None => state.read_name(name).map_err(|error| raise(py, &error))?,
    };
    Ok(match read {
        Read::Missing => None,
        Read::Entry(entry) => {
            // SAFETY: the interpreter is held.
            entry.mark_read(|| unsafe { crate::source::here_unchecked() });
            Some(entry_any(py, entry)?)
        }
        Read::Made(item, entry) => {
            // SAFETY: the interpreter is held.
            entry.mark_read(|| unsafe { crate::source::here_unchecked() });
            Some(object(py, &item)?)
        }
        Read::Gathered(leaves) => key.map(|key| gathered(py, key, &leaves)).transpose()?,
    })
}

/// The object of an entry with no type asked.
pub(crate) fn entry_any<'py>(py: Python<'py>, entry: &Entry) -> PyResult<Bound<'py, PyAny>> {
    if entry.object().is_some() {
        return object(py, entry.item());
    }
    let kept = entry.converted_by(Kind::Nothing.token(), || {
        object(py, entry.item()).map(|made| object_item(&made)).map_err(|error| Mismatch::new(error.to_string()))
    });
    match &*kept {
        Ok(item) => object(py, item),
        Err(_) => object(py, entry.item()),
    }
}

/// A new dictionary of leaves that come from more than one write (rule K5); the objects in it are the ones stored.
pub(crate) fn gathered<'py>(py: Python<'py>, key: Key, leaves: &[(Key, Arc<Entry>)]) -> PyResult<Bound<'py, PyAny>> {
    let value = nested(key, leaves, |entry| {
        // SAFETY: the interpreter is held.
        entry.mark_read(|| unsafe { crate::source::here_unchecked() });
        entry_any(py, entry).map_or_else(|_| entry.value().clone(), |object| object_item(&object).value)
    });
    from_value(py, &value)
}

/// What a key reads as where a default of this kind stands (rules V4, V5); `None` where the default counts.
///
/// This is the way of every read that is not the hot one: `node | default`, and an argument without annotation.
pub(crate) fn read_default<'py>(
    py: Python<'py>,
    state: &State,
    key: Option<Key>,
    name: &str,
    default: &Bound<'py, PyAny>,
    level: c_int,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let kind = Kind::of(default);
    if matches!(kind, Kind::Map) {
        if let Some(key) = key {
            return read_overlaid(py, state, key, default.cast::<PyDict>()?, level);
        }
    }
    let read = match key {
        Some(key) => state.read(key),
        None => state.read_name(name).map_err(|error| raise(py, &error))?,
    };
    match read {
        Read::Missing => Ok(None),
        Read::Entry(entry) => from_entry(py, state, name, entry, &kind, level),
        Read::Made(item, entry) => {
            // SAFETY: the interpreter is held.
            entry.mark_read(|| unsafe { crate::source::here_unchecked() });
            match by_kind(py, &item, &kind) {
                Ok(item) => object(py, &item).map(Some),
                Err(mismatch) => {
                    settle(py, state, name, entry, &item.value, &kind.wanted(), &mismatch, level).map(|()| None)
                }
            }
        }
        // A map that meets a type only inferred from a default is handed over as it is.
        Read::Gathered(leaves) => key.map(|key| gathered(py, key, &leaves)).transpose(),
    }
}

fn from_entry<'py>(
    py: Python<'py>,
    state: &State,
    name: &str,
    entry: &Arc<Entry>,
    kind: &Kind<'py>,
    level: c_int,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    // SAFETY: the interpreter is held.
    entry.mark_read(|| unsafe { crate::source::here_unchecked() });
    let kept = entry.converted_by(kind.token(), || by_kind(py, entry.item(), kind));
    match &*kept {
        Ok(item) => object(py, item).map(Some),
        Err(mismatch) => settle(py, state, name, entry, entry.value(), &kind.wanted(), mismatch, level).map(|()| None),
    }
}

/// A dictionary default: each leaf is the default of its own key (rule K5). `None` where nothing at all is set.
fn read_overlaid<'py>(
    py: Python<'py>,
    state: &State,
    key: Key,
    default: &Bound<'py, PyDict>,
    level: c_int,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let leaves = match state.read_map(key) {
        Read::Missing => return Ok(None),
        Read::Entry(entry) if entry.is_dictionary() => state.leaves(key),
        Read::Entry(entry) => return from_entry(py, state, key.name(), entry, &Kind::Map, level),
        Read::Made(item, entry) => {
            return match by_kind(py, &item, &Kind::Map) {
                Ok(item) => object(py, &item).map(Some),
                Err(mismatch) => {
                    settle(py, state, key.name(), entry, &item.value, "map", &mismatch, level).map(|()| None)
                }
            };
        }
        Read::Gathered(leaves) => leaves,
    };
    if default.is_empty() {
        if let Read::Entry(entry) = state.read(key) {
            return from_entry(py, state, key.name(), entry, &Kind::Map, level);
        }
    }
    let result = gathered(py, key, &leaves)?.cast_into::<PyDict>()?;
    overlay(py, state, key.name(), default, &result, level)?;
    Ok(Some(result.into_any()))
}

/// Fills `result`, which holds what is set below `name`, with the leaves of the default, and converts those that are set.
fn overlay<'py>(
    py: Python<'py>,
    state: &State,
    name: &str,
    default: &Bound<'py, PyDict>,
    result: &Bound<'py, PyDict>,
    level: c_int,
) -> PyResult<()> {
    let set: Bound<'py, PyDict> = result.copy()?;
    result.clear();
    for (part, leaf) in default.iter() {
        let Ok(segment) = part.extract::<String>() else {
            result.set_item(&part, set.get_item(&part)?.unwrap_or(leaf))?;
            continue;
        };
        let full = format!("{name}.{segment}");
        let inner = set.get_item(&part)?;
        let value = match (leaf.cast::<PyDict>(), inner.as_ref().map(|inner| inner.cast::<PyDict>())) {
            (Ok(leaf), Some(Ok(inner))) => {
                let inner = inner.copy()?;
                overlay(py, state, &full, leaf, &inner, level)?;
                inner.into_any()
            }
            (Ok(_), None) => leaf.clone(),
            _ => {
                let key = hyperparameter::key::lookup(&full).ok().flatten();
                let read = if key.is_some() { read_default(py, state, key, &full, &leaf, level)? } else { None };
                read.unwrap_or_else(|| leaf.clone())
            }
        };
        result.set_item(&part, value)?;
    }
    for (part, value) in set.iter() {
        if !result.contains(&part)? {
            result.set_item(part, value)?;
        }
    }
    Ok(())
}

/// Whether an object is a dictionary: such a default is asked leaf by leaf.
///
/// # Safety
/// `object` is valid.
#[inline(always)]
pub(crate) unsafe fn is_dictionary(object: *mut ffi::PyObject) -> bool {
    // SAFETY: promised by the caller.
    unsafe { crate::raw::has_flag(object, ffi::Py_TPFLAGS_DICT_SUBCLASS) }
}
