//! What the package's own command line and tests need, and no program: values with an explicit source, pins, near names.

use std::sync::{Arc, Mutex, PoisonError};

use hyperparameter::scope::{FilePlace, Pinned, Snapshot, set_default_strict, set_strict_outside};
use hyperparameter::value::Value;
use hyperparameter::{Scope, Source, State, key, suggest};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::ffi::{self, PyObject};
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

use crate::errors::{raise, text};
use crate::methods::failed;
use crate::raw::{Slots, fast, new_ref, no_arguments};
use crate::scope::{What, make, new_id};
use crate::write::refuse_node;
use crate::{state, value};

/// The names nearest to a word, the nearest first.
#[pyfunction]
#[pyo3(signature = (word, names, most=3))]
#[allow(clippy::needless_pass_by_value, reason = "extracted from Python")]
pub(crate) fn nearest(word: &str, names: Vec<String>, most: usize) -> Vec<String> {
    suggest::nearest(word, names.iter().map(String::as_str), most).into_iter().map(str::to_owned).collect()
}

/// The hash of a parameter's name, the same in every language: XXH64 of its UTF-8 bytes with seed 42.
///
/// >>> key_hash("12345")
/// 13461425039964245335
#[pyfunction]
pub(crate) fn key_hash(name: &Bound<'_, PyAny>) -> PyResult<u64> {
    if !name.is_instance_of::<PyString>() {
        return Err(PyTypeError::new_err(format!(
            "key_hash() takes the name of a parameter, not a {}",
            name.get_type().name()?
        )));
    }
    let py = name.py();
    let name = text(name)?;
    failed(py, key::validate(name))?;
    Ok(key::hash(name))
}

/// Strictness (rule V5): `with strict():` makes a value that does not convert an error in this context, `strict(True)` and
/// `strict(False)` set what holds where no context says otherwise.
///
/// >>> with strict(), param_scope("strict_example=fast"):
/// ...     param_scope.strict_example | 0.1
/// Traceback (most recent call last):
/// ...
/// hyperparameter.ConversionError: parameter 'strict_example': "fast" does not convert to float
#[pyfunction]
#[pyo3(signature = (default=None, /))]
pub(crate) fn strict(py: Python<'_>, default: Option<&Bound<'_, PyAny>>) -> PyResult<Py<PyAny>> {
    match default {
        None => make(py, What::Strict(new_id(), true)),
        Some(default) if default.is_instance_of::<pyo3::types::PyBool>() => {
            set_default_strict(default.is_truthy()?);
            Ok(py.None())
        }
        Some(other) => Err(PyTypeError::new_err(format!(
            "strict() takes True, False or nothing, not a {}",
            other.get_type().name()?
        ))),
    }
}

/// A context in which a value that does not convert gives the default, inside a strict one.
#[pyfunction]
pub(crate) fn lenient(py: Python<'_>) -> PyResult<Py<PyAny>> {
    make(py, What::Strict(new_id(), false))
}

/// A source from `("argument", option, position)`, `("env", name)`, `("file", path, line, column)`, `("words", text)` or
/// `None`.
fn source(given: &Bound<'_, PyAny>) -> PyResult<Source> {
    if given.is_none() {
        return Ok(Source::Unknown);
    }
    let given = given.cast::<PyTuple>()?;
    let word = |at: usize| given.get_item(at)?.extract::<String>();
    let number = |at: usize| given.get_item(at)?.extract::<u32>();
    Ok(match word(0)?.as_str() {
        "argument" => Source::Argument(word(1)?.into(), number(2)?),
        "env" => Source::Env(word(1)?.into()),
        "file" => Source::File(FilePlace { path: Arc::new(word(1)?), line: number(2)?, column: number(3)? }),
        "words" => Source::Words(word(1)?.into()),
        other => return Err(PyValueError::new_err(format!("no source is called {other:?}"))),
    })
}

type Entry<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, bool, Bound<'py, PyAny>);

fn entry(entry: &Entry<'_>) -> PyResult<(String, hyperparameter::Item, Source)> {
    let (name, given, is_text, from) = entry;
    refuse_node(given)?;
    let item = if *is_text { Value::text(text(given)?).into() } else { value::item(given) };
    Ok((text(name)?.to_owned(), item, source(from)?))
}

/// A scope from `(key, value, is text, source)`, for values that do not come from the code.
#[pyfunction]
#[allow(clippy::needless_pass_by_value, reason = "extracted from Python")]
pub(crate) fn scope_of(py: Python<'_>, entries: Vec<Entry<'_>>) -> PyResult<Py<PyAny>> {
    let mut builder = Scope::builder();
    for given in &entries {
        let (name, item, source) = entry(given)?;
        failed(py, builder.set(&name, item, &source).map(drop))?;
    }
    make(py, What::Prepared(builder.build()))
}

/// Pinned overrides (rule S1) from `(key, value, is text, source)`, in force while the context is open.
#[pyfunction]
#[allow(clippy::needless_pass_by_value, reason = "extracted from Python")]
pub(crate) fn pinned(entries: Vec<Entry<'_>>) -> PyResult<Pins> {
    let entries = entries.iter().map(entry).collect::<PyResult<_>>()?;
    Ok(Pins { entries, open: Mutex::default() })
}

/// Pinned overrides, taken away when the context is left.
#[pyclass(frozen, module = "hyperparameter._native")]
pub(crate) struct Pins {
    entries: Vec<(String, hyperparameter::Item, Source)>,
    open: Mutex<Vec<Pinned>>,
}

#[pymethods]
impl Pins {
    fn __enter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        let pins = slf.get();
        let pinned = Pinned::new(pins.entries.clone()).map_err(|error| raise(slf.py(), &error))?;
        pins.open.lock().unwrap_or_else(PoisonError::into_inner).push(pinned);
        Ok(slf)
    }

    #[pyo3(signature = (*_args))]
    fn __exit__(&self, _args: &Bound<'_, PyTuple>) {
        drop(self.open.lock().unwrap_or_else(PoisonError::into_inner).pop());
    }
}

/// The frozen snapshot, to be put back.
#[pyclass(frozen, module = "hyperparameter._native", name = "Snapshot")]
pub(crate) struct KeptSnapshot(Snapshot);

#[pymethods]
impl KeptSnapshot {
    /// Publishes this snapshot again, whatever was frozen since.
    fn put_back(&self) {
        self.0.put_back();
    }
}

/// The newest frozen snapshot.
#[pyfunction]
pub(crate) fn snapshot() -> KeptSnapshot {
    KeptSnapshot(Snapshot::take())
}

/// Publishes what this thread's scopes set and deleted (rule T2).
#[pyfunction]
pub(crate) fn freeze(py: Python<'_>) -> PyResult<()> {
    state::get(py)?.freeze();
    Ok(())
}

/// How many keys are known: unknown names that are only read must not add to it.
#[pyfunction]
pub(crate) fn key_count() -> usize {
    key::count()
}

/// Whether a value that does not convert is an error here.
#[pyfunction]
pub(crate) fn is_strict(py: Python<'_>) -> PyResult<bool> {
    Ok(State::clone(&*state::get(py)?).is_strict())
}

/// Sets whether the process is strict about values from its command line, environment and files (rule V5); gives back
/// the former setting.
#[pyfunction]
pub(crate) fn strict_outside(strict: bool) -> bool {
    set_strict_outside(strict)
}

/// A context manager of this module that does nothing: the floor under entering and leaving a scope, for the benches.
pub(crate) fn nothing(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    unsafe extern "C" fn enter(slf: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
        // SAFETY: called by the interpreter with an object.
        unsafe { new_ref(slf) }
    }
    unsafe extern "C" fn exit(_: *mut PyObject, _: *mut *mut PyObject, _: ffi::Py_ssize_t) -> *mut PyObject {
        // SAFETY: the interpreter is held.
        unsafe { new_ref(ffi::Py_None()) }
    }
    let methods = vec![
        no_arguments(c"__enter__", enter, c"__enter__($self, /)\n--\n\nDoes nothing."),
        fast(c"__exit__", exit, c"__exit__($self, /, *args)\n--\n\nDoes nothing."),
    ];
    let slots = Slots::default().methods(methods).doc(c"A context manager that does nothing.");
    let class = slots.build(py, c"hyperparameter._native.Nothing", size_of::<PyObject>(), 0)?;
    // SAFETY: a plain object; the type lives as long as the process.
    unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyType_GenericAlloc(class, 0)) }
}
