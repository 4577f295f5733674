//! `param_scope(…)`: what a scope is prepared from (rule S3).

use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

use hyperparameter::scope::Builder;
use hyperparameter::{Key, Scope, Source, key};
use pyo3::exceptions::PyTypeError;
use pyo3::ffi::{self, PyObject};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::config::Config;
use crate::errors::{raise, text};
use crate::node::{is_interned, is_node};
use crate::raw::cold;
use crate::scope::{What, front, make, what};
use crate::source::here;
use crate::value;
use crate::write::refuse_node;

/// One positional argument of `param_scope(…)`: `"key=value"`, or a mapping.
fn argument(builder: &mut Builder, argument: &Bound<'_, PyAny>, source: &Source) -> PyResult<()> {
    let py = argument.py();
    if argument.is_instance_of::<PyString>() {
        builder.text(text(argument)?, source).map_err(|error| raise(py, &error))?;
        return Ok(());
    }
    if let Ok(dict) = argument.cast::<PyDict>() {
        for (name, value) in dict.iter() {
            pair(builder, &name, &value, source)?;
        }
        return Ok(());
    }
    let kind = argument.get_type().name()?;
    let refused = |help: &str| {
        Err(PyTypeError::new_err(format!(
            "param_scope() takes mappings, \"key=value\" strings and keywords, not a {kind}{help}"
        )))
    };
    // SAFETY: a valid object.
    if unsafe { is_node(argument.as_ptr()) || what(argument.as_ptr()).is_some() } || argument.is(front(py)) {
        return refused("");
    }
    if let Some(config) = configuration(argument)? {
        return config.get().0.add_to(builder).map_err(|error| raise(py, &error));
    }
    if argument.hasattr("keys")? && argument.hasattr("__getitem__")? {
        for name in argument.call_method0("keys")?.try_iter()? {
            let name = name?;
            pair(builder, &name, &argument.get_item(&name)?, source)?;
        }
        return Ok(());
    }
    if argument.is_callable() {
        return refused("; to decorate it write @param_scope(…) or @auto_param");
    }
    refused("")
}

/// A configuration, or the one behind what `loader` gives: its values keep their sources.
fn configuration<'py>(argument: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, Config>>> {
    if let Ok(config) = argument.cast::<Config>() {
        return Ok(Some(config.clone()));
    }
    let behind = argument.getattr_opt(intern!(argument.py(), "__param_config__"))?;
    Ok(behind.and_then(|behind| behind.cast_into::<Config>().ok()))
}

fn pair(builder: &mut Builder, name: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>, source: &Source) -> PyResult<()> {
    if !name.is_instance_of::<PyString>() {
        let kind = name.get_type().name()?;
        return Err(PyTypeError::new_err(format!(
            "a parameter is named by a string, not by the {kind} {}",
            name.repr()?.to_string_lossy()
        )));
    }
    refuse_node(value)?;
    builder.set_key(key_of(name)?, value::item(value), source).map_err(|error| raise(name.py(), &error))?;
    Ok(())
}

/// A name that a program spells out, and its key.
struct Known {
    /// Owned, so that no other string ever has its address.
    name: *mut PyObject,
    key: Key,
}

const PLACES: usize = 1024;

/// Keys by the addresses of their interned names; each place is taken once and for ever.
static KNOWN: [AtomicPtr<Known>; PLACES] = [const { AtomicPtr::new(null_mut()) }; PLACES];

/// The key of a name. Keywords are interned strings, one object in all the program: their keys are found by address,
/// with no hash, lock or compare of text.
fn key_of(name: &Bound<'_, PyAny>) -> PyResult<Key> {
    let object = name.as_ptr();
    let place = &KNOWN[(object as usize >> 4) % PLACES];
    // SAFETY: what was put in a place is never changed or freed.
    let known = unsafe { place.load(Ordering::Acquire).as_ref() };
    if let Some(known) = known.filter(|known| known.name == object) {
        return Ok(known.key);
    }
    let key = key::intern(text(name)?).map_err(|error| raise(name.py(), &error))?;
    // SAFETY: `text` found a string.
    if known.is_none() && unsafe { is_interned(object) } {
        let new = Box::into_raw(Box::new(Known { name: name.clone().into_ptr(), key }));
        if place.compare_exchange(null_mut(), new, Ordering::AcqRel, Ordering::Relaxed).is_err() {
            // SAFETY: nobody else saw it; it owned its name.
            unsafe { ffi::Py_DECREF(Box::from_raw(new).name) };
        }
    }
    Ok(key)
}

/// `param_scope(…)`.
pub(crate) unsafe extern "C" fn prepare(
    _: *mut PyObject,
    args: *const *mut PyObject,
    count: usize,
    names: *mut PyObject,
) -> *mut PyObject {
    cold(|py| {
        let mut builder = Scope::builder();
        let source = here(py);
        // SAFETY: called by the interpreter by the vectorcall protocol.
        unsafe {
            let count = ffi::PyVectorcall_NARGS(count);
            for at in 0..count {
                argument(&mut builder, &Bound::from_borrowed_ptr(py, *args.offset(at)), &source)?;
            }
            if !names.is_null() {
                for at in 0..ffi::PyTuple_GET_SIZE(names) {
                    let name = Bound::from_borrowed_ptr(py, ffi::PyTuple_GET_ITEM(names, at));
                    pair(&mut builder, &name, &Bound::from_borrowed_ptr(py, *args.offset(count + at)), &source)?;
                }
            }
        }
        make(py, What::Prepared(builder.build())).map(Py::into_ptr)
    })
}

/// What `param_scope(…)` makes, from the arguments of an ordinary method.
pub(crate) fn build(py: Python<'_>, args: &Bound<'_, PyTuple>, kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<Scope> {
    let mut builder = Scope::builder();
    let source = here(py);
    for arg in args.iter() {
        argument(&mut builder, &arg, &source)?;
    }
    if let Some(kwargs) = kwargs {
        argument(&mut builder, kwargs.as_any(), &source)?;
    }
    Ok(builder.build())
}
