//! The methods of `param_scope` and of scopes: a closed list (rule P2).

use std::ffi::CStr;

use hyperparameter::State;
use hyperparameter::report;
use hyperparameter::scope::nested;
use pyo3::exceptions::PyTypeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use crate::convert::entry_any;
use crate::errors::raise;
use crate::explain::explanation;
use crate::prepare::build;
use crate::raw::method;
use crate::scope::{What, check_open_object, make, new_id, state_of};
use crate::{capture, state, value};

pub(crate) const FRONT_DOC: &CStr = c"The parameters that are visible here: read, write, and open scopes.

`param_scope.a.b | default` reads, `param_scope.a.b = value` writes to the current scope, `with param_scope(...)` opens a
scope from mappings, \"key=value\" strings and keywords. What a scope sets is gone when it ends.

>>> with param_scope({\"model.size\": 3}, \"model.lr=0.5\"):
...     print(param_scope.model.size | 1, param_scope.model.lr | 0.1, param_scope.model.depth | 2)
3 0.5 2
>>> param_scope.model.size | 1
1";
pub(crate) const SCOPE_DOC: &CStr =
    c"A prepared scope: enter it with `with`, as often as you like, or decorate a function with it.

>>> fast = param_scope({\"train.steps\": 10})
>>> fast.train.steps | 1000, param_scope.train.steps | 1000
(10, 1000)
>>> with fast:
...     print(param_scope.train.steps | 1000)
10";
pub(crate) const CAPTURE_DOC: &CStr =
    c"What was visible where it was taken: enter it in another thread, bind it to a function, or pickle it.

>>> with param_scope({\"a\": 1}):
...     seen = param_scope.capture()
>>> with seen:
...     print(param_scope.a | 0)
1";

type Args<'a, 'py> = &'a Bound<'py, PyTuple>;
type Keywords<'a, 'py> = Option<&'a Bound<'py, PyDict>>;

pub(crate) fn all() -> Vec<ffi::PyMethodDef> {
    vec![
        method!(c"empty", empty, c"empty($self, /, *pairs, **values)\n--\n\nA scope that hides everything outside it but pinned overrides.\n\n>>> with param_scope({\"a\": 1}), param_scope.empty():\n...     print(param_scope.a | 0)\n0"),
        method!(c"frozen", frozen, c"frozen($self, /)\n--\n\nPublish what this thread's scopes set to every thread that is in no scope.\n\n>>> from threading import Thread\n>>> with param_scope({\"a\": 1}):\n...     param_scope.frozen()\n>>> thread = Thread(target=lambda: print(param_scope.a | 0))\n>>> thread.start(); thread.join()\n1"),
        method!(c"capture", take, c"capture($self, /)\n--\n\nA picture of what is visible here, to be entered elsewhere.\n\n>>> with param_scope({\"a\": 1}):\n...     seen = param_scope.capture()\n>>> with seen:\n...     print(param_scope.a | 0)\n1"),
        method!(c"bind", bind, c"bind($self, function, /)\n--\n\nThe function, run with what is visible here, wherever it is called.\n\n>>> with param_scope({\"a\": 1}):\n...     read = param_scope.bind(lambda: param_scope.a | 0)\n>>> read()\n1"),
        method!(c"keys", keys, c"keys($self, /)\n--\n\nThe names of the parameters that have a value here.\n\n>>> with param_scope.empty({\"a\": 1, \"b\": {\"c\": 2}}):\n...     param_scope.keys()\n['a', 'b.c']"),
        method!(c"items", items, c"items($self, /)\n--\n\nThe parameters that have a value here, with their values.\n\n>>> with param_scope.empty({\"a\": 1, \"b\": {\"c\": 2}}):\n...     param_scope.items()\n[('a', 1), ('b.c', 2)]"),
        method!(c"as_dict", as_dict, c"as_dict($self, /, nested=False)\n--\n\nThe parameters that have a value here, as a new dictionary.\n\n>>> with param_scope.empty({\"a\": 1, \"b\": {\"c\": 2}}):\n...     param_scope.as_dict(), param_scope.as_dict(nested=True)\n({'a': 1, 'b.c': 2}, {'a': 1, 'b': {'c': 2}})"),
        method!(c"explain", explain, c"explain($self, key, /)\n--\n\nWhich value a parameter has here, where it comes from, and what it shadows.\n\n>>> with param_scope({\"a\": 1}):\n...     print(param_scope.explain(\"a\").value)\n1"),
        method!(c"used", used, c"used($self, /)\n--\n\nThe parameters that were read so far, with the values in force here, else their defaults.\n\n>>> _ = param_scope.used_example.rate | 0.5\n>>> param_scope.used()[\"used_example.rate\"]\n0.5"),
        method!(c"clear", clear, c"clear($self, /)\n--\n\nTake away what the current scope itself set.\n\n>>> with param_scope({\"a\": 1}):\n...     param_scope.clear()\n...     print(param_scope.a | 0)\n0"),
    ]
}

pub(crate) fn pickling() -> Vec<ffi::PyMethodDef> {
    vec![method!(c"__reduce__", capture::reduce, c"__reduce__($self, /)\n--\n\nHow a capture is pickled.")]
}

/// `param_scope` is pickled by its name: functions that use it go to other processes.
pub(crate) fn front() -> Vec<ffi::PyMethodDef> {
    fn reduce(slf: &Bound<'_, PyAny>, _: Args<'_, '_>, _: Keywords<'_, '_>) -> PyResult<Py<PyAny>> {
        Ok(PyString::new(slf.py(), "param_scope").into_any().unbind())
    }
    vec![method!(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\nHow it is pickled: by its name.")]
}

fn nothing(name: &str, args: Args<'_, '_>, kwargs: Keywords<'_, '_>) -> PyResult<()> {
    if args.is_empty() && kwargs.is_none_or(|kwargs| kwargs.is_empty()) {
        return Ok(());
    }
    Err(PyTypeError::new_err(format!("{name}() takes no arguments")))
}

fn one<'py>(name: &str, what: &str, args: Args<'_, 'py>, kwargs: Keywords<'_, 'py>) -> PyResult<Bound<'py, PyAny>> {
    if args.len() == 1 && kwargs.is_none_or(|kwargs| kwargs.is_empty()) {
        return args.get_item(0);
    }
    Err(PyTypeError::new_err(format!("{name}() takes one argument, {what}")))
}

fn empty(slf: &Bound<'_, PyAny>, args: Args<'_, '_>, kwargs: Keywords<'_, '_>) -> PyResult<Py<PyAny>> {
    make(slf.py(), What::Empty(new_id(), build(slf.py(), args, kwargs)?))
}

fn frozen(slf: &Bound<'_, PyAny>, args: Args<'_, '_>, kwargs: Keywords<'_, '_>) -> PyResult<Py<PyAny>> {
    nothing("frozen", args, kwargs)?;
    state_of(slf)?.freeze();
    Ok(slf.py().None())
}

fn take(slf: &Bound<'_, PyAny>, args: Args<'_, '_>, kwargs: Keywords<'_, '_>) -> PyResult<Py<PyAny>> {
    nothing("capture", args, kwargs)?;
    make(slf.py(), What::Capture(new_id(), state_of(slf)?))
}

fn bind(slf: &Bound<'_, PyAny>, args: Args<'_, '_>, kwargs: Keywords<'_, '_>) -> PyResult<Py<PyAny>> {
    let function = one("bind", "a function", args, kwargs)?;
    if !function.is_callable() {
        return Err(PyTypeError::new_err(format!("bind() takes a function, not a {}", function.get_type().name()?)));
    }
    let seen = make(slf.py(), What::Capture(new_id(), state_of(slf)?))?;
    Ok(slf.py().import("hyperparameter.scope")?.call_method1("decorated", (seen, function))?.unbind())
}

/// The names of what has a value here.
pub(crate) fn names(slf: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    let state = state_of(slf)?;
    let names: Vec<&str> = state.items().iter().map(|(key, _)| key.name()).collect();
    Ok(PyList::new(slf.py(), names)?.into_any().unbind())
}

fn keys(slf: &Bound<'_, PyAny>, args: Args<'_, '_>, kwargs: Keywords<'_, '_>) -> PyResult<Py<PyAny>> {
    nothing("keys", args, kwargs)?;
    names(slf)
}

fn pairs<'py>(py: Python<'py>, state: &State) -> PyResult<Vec<(&'static str, Bound<'py, PyAny>)>> {
    state.items().iter().map(|(key, entry)| Ok((key.name(), entry_any(py, entry)?))).collect()
}

fn items(slf: &Bound<'_, PyAny>, args: Args<'_, '_>, kwargs: Keywords<'_, '_>) -> PyResult<Py<PyAny>> {
    nothing("items", args, kwargs)?;
    Ok(PyList::new(slf.py(), pairs(slf.py(), &state_of(slf)?)?)?.into_any().unbind())
}

fn as_dict(slf: &Bound<'_, PyAny>, args: Args<'_, '_>, kwargs: Keywords<'_, '_>) -> PyResult<Py<PyAny>> {
    let py = slf.py();
    let mut deep = args.get_item(0).ok();
    for (name, value) in kwargs.into_iter().flatten() {
        if name.cast::<PyString>()?.to_str()? != "nested" || deep.is_some() {
            return Err(PyTypeError::new_err("as_dict() takes one argument, nested=False"));
        }
        deep = Some(value);
    }
    if args.len() > 1 {
        return Err(PyTypeError::new_err("as_dict() takes one argument, nested=False"));
    }
    let state = state_of(slf)?;
    if !deep.map_or(Ok(false), |deep| deep.is_truthy())? {
        let dict = PyDict::new(py);
        for (name, value) in pairs(py, &state)? {
            dict.set_item(name, value)?;
        }
        return Ok(dict.into_any().unbind());
    }
    nested_dict(py, &state)
}

/// One dictionary in another by segments; where a key has a value and keys below it, the value stands under `""`.
fn nested_dict(py: Python<'_>, state: &State) -> PyResult<Py<PyAny>> {
    let mut values = state.items();
    // `nested` lays out what stands below one key; here everything stands below a name that is none.
    values.sort_by(|(a, _), (b, _)| a.name().cmp(b.name()));
    let root = PyDict::new(py);
    let mut roots: Vec<&str> = Vec::new();
    for (key, _) in &state.items() {
        let first = key.name().split('.').next().unwrap_or_default();
        if !roots.contains(&first) {
            roots.push(first);
        }
    }
    for first in roots {
        let Some(key) = crate::scope::known(py, first)? else { continue };
        let leaves = state.leaves(key);
        let own = values.iter().find(|(k, _)| *k == key).map(|(_, entry)| entry_any(py, entry)).transpose()?;
        if leaves.is_empty() {
            if let Some(own) = own {
                root.set_item(first, own)?;
            }
            continue;
        }
        let below = nested(key, &leaves, |entry| {
            entry_any(py, entry).map_or_else(|_| entry.value().clone(), |object| value::object_item(&object).value)
        });
        let below = value::from_value(py, &below)?;
        let inner = PyDict::new(py);
        if let Some(own) = own {
            inner.set_item("", own)?;
        }
        inner.update(below.cast()?)?;
        root.set_item(first, inner)?;
    }
    Ok(root.into_any().unbind())
}

fn explain(slf: &Bound<'_, PyAny>, args: Args<'_, '_>, kwargs: Keywords<'_, '_>) -> PyResult<Py<PyAny>> {
    let key = one("explain", "the name of a parameter", args, kwargs)?;
    explanation(slf.py(), &state_of(slf)?, &key)
}

fn used(slf: &Bound<'_, PyAny>, args: Args<'_, '_>, kwargs: Keywords<'_, '_>) -> PyResult<Py<PyAny>> {
    nothing("used", args, kwargs)?;
    let py = slf.py();
    let dict = PyDict::new(py);
    for used in report::used(&state_of(slf)?) {
        let value = match (&used.entry, &used.default) {
            (Some(entry), _) => entry_any(py, entry)?,
            (None, Some(default)) => value::object(py, default)?,
            (None, None) => continue,
        };
        dict.set_item(used.key.name(), value)?;
    }
    Ok(dict.into_any().unbind())
}

fn clear(slf: &Bound<'_, PyAny>, args: Args<'_, '_>, kwargs: Keywords<'_, '_>) -> PyResult<Py<PyAny>> {
    nothing("clear", args, kwargs)?;
    check_open_object(slf)?;
    state::update(slf.py(), |state| Ok(state.clear()))?;
    Ok(slf.py().None())
}

/// An error of the core, raised.
pub(crate) fn failed<T>(py: Python<'_>, result: hyperparameter::error::Result<T>) -> PyResult<T> {
    result.map_err(|error| raise(py, &error))
}
