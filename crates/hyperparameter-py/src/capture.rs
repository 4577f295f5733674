//! Captures in other processes (rule T3), and runs that keep a state of their own (rule S8).

use std::sync::{Mutex, PoisonError};

use hyperparameter::scope::{Call, Read, Snapshot};
use hyperparameter::value::Value;
use hyperparameter::{Source, State, key};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

use crate::errors::raise;
use crate::scope::{What, inside, make, new_id, what};
use crate::{convert, state, value};

/// How a capture is pickled: the visible pairs with their sources, and whether it is strict.
pub(crate) fn reduce(
    slf: &Bound<'_, PyAny>,
    _: &Bound<'_, PyTuple>,
    _: Option<&Bound<'_, PyDict>>,
) -> PyResult<Py<PyAny>> {
    let py = slf.py();
    // SAFETY: a method of captures.
    let Some(What::Capture(_, state)) = (unsafe { what(slf.as_ptr()) }) else {
        return Err(PyTypeError::new_err("only a capture is pickled"));
    };
    let pairs = PyList::empty(py);
    let items = state.items();
    // A dictionary that reads as one here must do so there: it goes before its leaves.
    let mut dictionaries: Vec<key::Key> = Vec::new();
    for (key, _) in &items {
        let mut at = *key;
        while let Some(parent) = at.parent() {
            at = parent;
            if !dictionaries.contains(&parent) {
                let whole = matches!(state.read(parent), Read::Gathered(_))
                    || matches!(state.read(parent), Read::Entry(entry) if entry.is_dictionary());
                if whole {
                    dictionaries.push(parent);
                }
            }
        }
    }
    dictionaries.sort_by_key(|key| key.name().len());
    for key in dictionaries {
        if let Some(object) = convert::read_any(py, state, Some(key), key.name())? {
            check(key.name(), &object)?;
            pairs.append((key.name(), false, object, String::new()))?;
        }
    }
    for (key, entry) in &items {
        let source = entry.source().to_string();
        match entry.value() {
            Value::Text(text) => pairs.append((key.name(), true, text.as_str(), source))?,
            _ => {
                let object = convert::entry_any(py, entry)?;
                check(key.name(), &object)?;
                pairs.append((key.name(), false, object, source))?;
            }
        }
    }
    let restore = py.import("hyperparameter._native")?.getattr("restore_capture")?;
    Ok((restore, (pairs, state.is_strict())).into_pyobject(py)?.into_any().unbind())
}

/// Says of which key a value cannot be pickled: the pickler itself would only name the value.
fn check(key: &str, object: &Bound<'_, PyAny>) -> PyResult<()> {
    if value::native(object, true).is_some() {
        return Ok(());
    }
    let py = object.py();
    py.import("pickle")?.call_method1("dumps", (object,)).map(drop).map_err(|cause| {
        let error = PyTypeError::new_err(format!("the value of parameter '{key}' cannot be pickled: {cause}"));
        error.set_cause(py, Some(cause));
        error
    })
}

/// What a pickled capture becomes.
#[pyfunction]
pub(crate) fn restore_capture(
    py: Python<'_>,
    pairs: Vec<(String, bool, Bound<'_, PyAny>, String)>,
    strict: bool,
) -> PyResult<Py<PyAny>> {
    let mut seen = State::fresh().enter_empty(0);
    for (name, is_text, object, source) in pairs {
        let key = key::intern(&name).map_err(|error| raise(py, &error))?;
        let item = if is_text { Value::text(object.extract::<String>()?).into() } else { value::item(&object) };
        let source = if source.is_empty() { Source::Unknown } else { Source::Words(source.into()) };
        seen = seen.set(key, item, &source).map_err(|error| raise(py, &error))?;
    }
    make(py, What::Capture(new_id(), seen.enter_strict(0, strict)))
}

/// Calls a generator, coroutine or async generator function inside a scope or capture; what it returns runs there, from
/// its first step to its last (rule S8), and keeps what it opens to itself.
#[pyfunction]
pub(crate) fn run_inside<'py>(
    scope: &Bound<'py, PyAny>,
    function: &Bound<'py, PyAny>,
    args: &Bound<'py, PyTuple>,
    kwargs: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = scope.py();
    let before = state::get(py)?;
    let own = state::held(py, inside(scope)?)?;
    // SAFETY: `py` says that the interpreter is held; `wrap` takes over the result.
    unsafe {
        if !state::restore(&own) {
            return Err(PyErr::fetch(py));
        }
        let mark = Call::mark();
        let result = function.call(args, Some(kwargs));
        if !state::restore(&before) {
            return Err(PyErr::fetch(py));
        }
        Bound::from_owned_ptr_or_err(py, crate::auto::wrap(result?.into_ptr(), own, mark))
    }
}

/// Puts the frozen snapshot back when it is left (rule T2): what was frozen meanwhile is gone.
#[pyclass(module = "hyperparameter._native", frozen, name = "FrozenSnapshot")]
pub(crate) struct FrozenSnapshot(Mutex<Vec<Snapshot>>);

#[pymethods]
impl FrozenSnapshot {
    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf.get().0.lock().unwrap_or_else(PoisonError::into_inner).push(Snapshot::take());
        slf
    }

    #[pyo3(signature = (*_args))]
    fn __exit__(&self, _args: &Bound<'_, PyTuple>) {
        let snapshot = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(snapshot) = snapshot {
            snapshot.put_back();
        }
    }
}

/// A context in which the frozen snapshot may change: the one before is back afterwards.
///
/// >>> from threading import Thread
/// >>> def in_a_thread():
/// ...     thread = Thread(target=lambda: print(param_scope.example.rate | 0.1))
/// ...     thread.start()
/// ...     thread.join()
/// >>> with frozen_snapshot(), param_scope({"example.rate": 0.5}):
/// ...     param_scope.frozen()
/// ...     in_a_thread()
/// 0.5
/// >>> in_a_thread()
/// 0.1
#[pyfunction]
pub(crate) fn frozen_snapshot() -> FrozenSnapshot {
    FrozenSnapshot(Mutex::default())
}
