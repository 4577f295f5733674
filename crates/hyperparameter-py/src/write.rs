//! What a node does to the store: it writes and deletes parameters, and records defaults where they are read (rule P4).

use std::ffi::c_int;

use hyperparameter::report::{self, Declared};
use hyperparameter::scope::Read;
use hyperparameter::{Key, key};
use pyo3::exceptions::PyTypeError;
use pyo3::ffi::PyObject;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::convert::{Kind, is_dictionary};
use crate::errors::{raise, text};
use crate::node::is_node;
use crate::source::here;
use crate::{scope, state, value};

/// Sets or (no value) deletes a parameter in the current scope.
pub(crate) unsafe fn write(
    py: Python<'_>,
    name: &Bound<'_, PyAny>,
    owner: *mut PyObject,
    value: Option<&Bound<'_, PyAny>>,
) -> PyResult<c_int> {
    let name = text(name)?;
    // SAFETY: an owner is a scope.
    unsafe { scope::check_open(py, owner, name)? };
    match value {
        Some(value) => {
            refuse_node(value)?;
            let key = key::intern(name).map_err(|error| raise(py, &error))?;
            let item = value::item(value);
            state::update(py, |state| state.set(key, item, &here(py)).map_err(|error| raise(py, &error)))?;
        }
        None => state::update(py, |state| {
            let deleted = match key::lookup(name) {
                Ok(Some(key)) => state.delete(key),
                // An element of a list has a key only once it is named: the core says what is wrong with deleting it.
                Ok(None) => match state.read_name(name) {
                    Ok(Read::Made(..)) => key::intern(name).and_then(|key| state.delete(key)),
                    _ => Err(state.missing(name)),
                },
                Err(error) => Err(error),
            };
            deleted.map_err(|error| raise(py, &error))
        })?,
    }
    Ok(0)
}

/// A node is a name and no value: storing one would store the question instead of the answer.
pub(crate) fn refuse_node(value: &Bound<'_, PyAny>) -> PyResult<()> {
    // SAFETY: a valid object.
    if unsafe { is_node(value.as_ptr()) } {
        return Err(PyTypeError::new_err("a node is no value: read it first, with node() or node | default"));
    }
    Ok(())
}

/// Records a default and where it stands. Says whether further ones are worth it.
pub(crate) fn record(py: Python<'_>, key: Key, default: &Bound<'_, PyAny>) -> PyResult<bool> {
    // SAFETY: a valid object.
    if unsafe { is_dictionary(default.as_ptr()) } {
        // Each leaf is the default of its own key (rule K5).
        let dict = default.cast::<PyDict>()?;
        let leaves = dict.iter().map(|(name, leaf)| {
            let full = format!("{}.{}", key.name(), name.cast::<PyString>().ok()?.to_str().ok()?);
            key::validate(&full).ok().map(|()| (full, leaf))
        });
        if let Some(leaves) = leaves.collect::<Option<Vec<_>>>().filter(|leaves| !leaves.is_empty()) {
            let mut more = false;
            for (name, leaf) in leaves {
                let key = key::intern(&name).map_err(|error| raise(py, &error))?;
                key.mark_read();
                more |= record(py, key, &leaf)?;
            }
            return Ok(more);
        }
    }
    let item = value::item(default);
    let kind = Kind::of(default);
    for known in report::declared(key) {
        // Containers and objects are compared here: a list that is written in the code is a new one at every read.
        if let Some(old) = known.default.as_ref().filter(|_| known.owner.is_empty()) {
            let old = value::object(py, old)?;
            let plain = default.is_exact_instance_of::<pyo3::types::PyList>()
                || default.is_exact_instance_of::<pyo3::types::PyTuple>()
                || default.is_exact_instance_of::<pyo3::types::PySet>()
                || default.is_exact_instance_of::<PyDict>();
            if old.is(default) || (plain && old.get_type().is(default.get_type()) && old.eq(default).unwrap_or(false)) {
                return Ok(true);
            }
        }
    }
    let wanted = match kind {
        Kind::Nothing => String::new(),
        kind => kind.wanted(),
    };
    let declared = Declared {
        default: Some(item),
        wanted,
        help: String::new(),
        owner: String::new(),
        source: here(py),
        used: true,
    };
    Ok(report::declare(key, declared))
}
