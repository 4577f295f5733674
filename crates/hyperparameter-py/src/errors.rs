//! The exceptions, one name in every language, and how an error of the core becomes one.

use hyperparameter::ErrorKind;
use hyperparameter::error::Error;
use pyo3::exceptions::{PyException, PyKeyError, PyUserWarning, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple, PyType};

/// The exception classes.
struct Classes {
    base: Py<PyType>,
    invalid_key: Py<PyType>,
    missing: Py<PyType>,
    conversion: Py<PyType>,
    collision: Py<PyType>,
    config: Py<PyType>,
    warning: Py<PyType>,
}

static CLASSES: PyOnceLock<Classes> = PyOnceLock::new();

fn class(py: Python<'_>, name: &str, doc: &str, bases: &[&Bound<'_, PyType>], fields: &[&str]) -> PyResult<Py<PyType>> {
    let content = PyDict::new(py);
    content.set_item("__module__", "hyperparameter")?;
    content.set_item("__doc__", doc)?;
    for field in fields {
        content.set_item(field, py.None())?;
    }
    if bases.iter().any(|base| base.is(py.get_type::<PyKeyError>())) {
        // A KeyError shows the repr of its text; a sentence is not a key.
        content.set_item("__str__", py.get_type::<pyo3::exceptions::PyBaseException>().getattr("__str__")?)?;
    }
    let class = py.get_type::<PyType>().call1((name, PyTuple::new(py, bases)?, content))?;
    Ok(class.cast_into::<PyType>()?.unbind())
}

fn classes(py: Python<'_>) -> PyResult<&Classes> {
    CLASSES.get_or_try_init(py, || {
        let exception = py.get_type::<PyException>();
        let value_error = py.get_type::<PyValueError>();
        let base = class(
            py,
            "HyperparameterError",
            "The base of every error of this package. `key` names the parameter it is about, if it is about one; `near` lists known names like it.",
            &[&exception],
            &["key"],
        )?;
        base.bind(py).setattr("near", PyTuple::empty(py))?;
        let bound = base.bind(py);
        let place: &[&str] = &["path", "line", "column"];
        Ok(Classes {
            invalid_key: class(py, "InvalidKey", "A key breaks the grammar of keys, or names what cannot be written.", &[bound, &value_error], &[])?,
            missing: class(
                py,
                "MissingParameter",
                "A required parameter has no value; the text suggests known names that are near.",
                &[bound, &py.get_type::<PyKeyError>()],
                &[],
            )?,
            conversion: class(py, "ConversionError", "A value does not convert to the type asked for, in a strict context.", &[bound, &value_error], &[])?,
            collision: class(py, "HashCollision", "Two different keys have one hash: rename one of them.", &[bound], &[])?,
            config: class(py, "ConfigError", "A configuration cannot be read or laid out.", &[bound], place)?,
            warning: class(
                py,
                "ConversionWarning",
                "A value does not convert to the type asked for, so the default is used.",
                &[&py.get_type::<PyUserWarning>()],
                &["key"],
            )?,
            base,
        })
    })
}

/// Puts the classes into the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let classes = classes(module.py())?;
    for class in [
        &classes.base,
        &classes.invalid_key,
        &classes.missing,
        &classes.conversion,
        &classes.collision,
        &classes.config,
        &classes.warning,
    ] {
        let class = class.bind(module.py());
        module.add(class.name()?.to_str()?, class)?;
    }
    Ok(())
}

/// An error of the core as a Python exception.
pub(crate) fn raise(py: Python<'_>, error: &Error) -> PyErr {
    raised(py, error).unwrap_or_else(|failed| failed)
}

fn raised(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    let classes = classes(py)?;
    let class = match error.kind() {
        ErrorKind::InvalidKey => &classes.invalid_key,
        ErrorKind::MissingParameter => &classes.missing,
        ErrorKind::Conversion => &classes.conversion,
        ErrorKind::HashCollision => &classes.collision,
        ErrorKind::Config => &classes.config,
        _ => &classes.base,
    };
    let exception = class.bind(py).call1((error.to_string(),))?;
    exception.setattr("key", error.key())?;
    exception.setattr("near", PyTuple::new(py, error.near())?)?;
    Ok(PyErr::from_value(exception))
}

/// Warns that a value does not convert (rule V5), at the line of Python code that is running; `level` 1 is that line.
///
/// # Errors
/// Where the filters of `warnings` make it an exception.
pub(crate) fn warn(py: Python<'_>, error: &Error, level: i32) -> PyResult<()> {
    let class = classes(py)?.warning.bind(py);
    let warning = class.call1((format!("{error}; the default is used"),))?;
    warning.setattr("key", error.key())?;
    // `warnings.warn` takes an instance, so that a filter or handler sees the key as a field.
    static WARN: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let warn = WARN.get_or_try_init(py, || Ok::<_, PyErr>(py.import("warnings")?.getattr("warn")?.unbind()))?;
    let arguments = PyDict::new(py);
    arguments.set_item("stacklevel", level)?;
    warn.bind(py).call((warning,), Some(&arguments))?;
    Ok(())
}

/// The text of a string, or an `InvalidKey` for one that is no Unicode (a lone surrogate).
pub(crate) fn text<'a>(name: &'a Bound<'_, PyAny>) -> PyResult<&'a str> {
    let py = name.py();
    let string = name.cast::<pyo3::types::PyString>()?;
    string.to_str().map_err(|_| {
        let shown = string.to_string_lossy();
        let error = Error::invalid_key(
            &shown,
            None,
            "it has a lone surrogate, which is no character",
            "write the character itself",
        );
        raise(py, &error)
    })
}
