//! `explain`: which value a parameter has here, where it came from, and what it shadows.

use std::fmt::Write as _;

use hyperparameter::report;
use hyperparameter::scope::{Level, LevelKind, Read};
use hyperparameter::value::Value;
use hyperparameter::{State, key};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

use crate::convert::{Kind, entry_any, gathered};
use crate::errors::{raise, text};
use crate::node::{Node, is_node};
use crate::value;

/// What `param_scope.explain(key)` says; `print` shows it as text.
#[pyclass(frozen, module = "hyperparameter._native")]
pub(crate) struct Explanation {
    /// The name of the parameter.
    #[pyo3(get)]
    key: String,
    /// Whether it has a value here.
    #[pyo3(get)]
    is_set: bool,
    /// The value in force: the one that is set, else the first default, else `None`.
    #[pyo3(get)]
    value: Py<PyAny>,
    /// The exact characters of a value that is text of unknown type; `None` for any other.
    #[pyo3(get)]
    text: Option<String>,
    /// What that text was read as so far: the values that its readers got.
    #[pyo3(get)]
    readings: Py<PyTuple>,
    /// Where the value in force came from; empty where nobody said.
    #[pyo3(get)]
    source: String,
    /// The type asked for where it is declared; empty if it is not.
    #[pyo3(get)]
    r#type: String,
    /// What the declaration says that it is for.
    help: String,
    /// The defaults with which it is declared or was read, each with its place.
    #[pyo3(get)]
    defaults: Py<PyTuple>,
    /// What else is set and hidden by the value in force, the innermost first, each with its source; a key that a scope
    /// deleted is hidden by `"deleted"`.
    #[pyo3(get)]
    shadowed: Py<PyTuple>,
    /// Who read the value in force first; empty if nobody did.
    #[pyo3(get)]
    reader: String,
    /// Whether the value in force is pinned, so that a scope cannot change it.
    #[pyo3(get)]
    pinned: bool,
}

/// One value and where it stands.
#[pyclass(frozen, get_all, module = "hyperparameter._native")]
pub(crate) struct Placed {
    /// The value; `None` for a deletion.
    value: Py<PyAny>,
    /// Where it came from, in words.
    source: String,
    /// `"pinned"`, `"scope"`, `"frozen"`, `"default"` or `"deleted"`.
    kind: String,
    /// The function that declares the default, empty for a read in place.
    owner: String,
}

#[pymethods]
impl Placed {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let value = self.value.bind(py).repr()?.to_string_lossy().into_owned();
        Ok(format!("<{} {value} ({})>", self.kind, self.source))
    }
}

#[pymethods]
impl Explanation {
    /// What the parameter is for, by the docstring or the annotation of the function that declares it; empty if nobody
    /// says. Looked up when it is asked for.
    #[getter]
    fn help(&self, py: Python<'_>) -> PyResult<String> {
        if !self.help.is_empty() || self.defaults.bind(py).is_empty() {
            return Ok(self.help.clone());
        }
        py.import("hyperparameter.cli.arguments")?.getattr("help_of")?.call1((&self.key,))?.extract()
    }

    fn __repr__(&self) -> String {
        format!("<explanation of {}>", self.key)
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        let shown = |value: &Py<PyAny>| Ok::<_, PyErr>(value.bind(py).repr()?.to_string_lossy().into_owned());
        let placed = |source: &str| if source.is_empty() { String::new() } else { format!("  ({source})") };
        let defaults = self.defaults.bind(py);
        let mut out = String::new();
        if self.is_set {
            let _ = write!(out, "{} = {}{}", self.key, shown(&self.value)?, placed(&self.source));
            if let Some(text) = &self.text {
                let text = PyString::new(py, text).repr()?.to_string_lossy().into_owned();
                let mut readings = Vec::new();
                for reading in self.readings.bind(py).iter() {
                    let kind = reading.get_type().name()?.to_string();
                    readings.push(format!("{} ({kind})", reading.repr()?.to_string_lossy()));
                }
                let read = if readings.is_empty() {
                    "not read yet".to_owned()
                } else {
                    format!("read as {}", readings.join(" and "))
                };
                let _ = write!(out, "\n  text {text}, {read}");
            }
            if self.pinned {
                out.push_str("\n  pinned: no scope changes it");
            }
        } else if defaults.is_empty() {
            let _ = write!(out, "{} has no value here and no default", self.key);
        } else {
            let _ = write!(out, "{} = {}  (its default)", self.key, shown(&self.value)?);
        }
        for other in self.shadowed.bind(py).iter() {
            let other = other.cast::<Placed>()?.get();
            match other.kind.as_str() {
                "deleted" => out.push_str("\n  deleted by a scope"),
                "frozen" => {
                    let _ = write!(out, "\n  hides {}{}, frozen", shown(&other.value)?, placed(&other.source));
                }
                _ => {
                    let _ = write!(out, "\n  hides {}{}", shown(&other.value)?, placed(&other.source));
                }
            }
        }
        for default in defaults.iter() {
            let default = default.cast::<Placed>()?.get();
            let _ = write!(out, "\n  default {}{}", shown(&default.value)?, placed(&default.source));
            if !default.owner.is_empty() {
                let _ = write!(out, ", declared by {}", default.owner);
            }
        }
        if !self.r#type.is_empty() {
            let _ = write!(out, "\n  type {}", self.r#type);
        }
        let help = self.help(py)?;
        if !help.is_empty() {
            let _ = write!(out, "\n  {help}");
        }
        if !self.reader.is_empty() {
            let _ = write!(out, "\n  first read by {}", self.reader);
        }
        Ok(out)
    }
}

fn kind(level: &Level) -> &'static str {
    match (level.kind, &level.entry) {
        (_, None) => "deleted",
        (LevelKind::Pinned, _) => "pinned",
        (LevelKind::Scope, _) => "scope",
        (LevelKind::Frozen, _) => "frozen",
    }
}

fn placed(py: Python<'_>, level: &Level) -> PyResult<Placed> {
    let (value, source) = match &level.entry {
        Some(entry) => (entry_any(py, entry)?.unbind(), entry.source().to_string()),
        None => (py.None(), String::new()),
    };
    Ok(Placed { value, source, kind: kind(level).to_owned(), owner: String::new() })
}

/// The explanation of a key, given as a string or a node.
pub(crate) fn explanation(py: Python<'_>, state: &State, key: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    // SAFETY: a valid object, and a node where it says so.
    let name = unsafe {
        if is_node(key.as_ptr()) {
            (*key.as_ptr().cast::<Node>()).name(py).into_any()
        } else if key.is_instance_of::<PyString>() {
            key.clone()
        } else {
            return Err(PyTypeError::new_err(format!(
                "explain() takes the name of a parameter, not a {}",
                key.get_type().name()?
            )));
        }
    };
    let name = text(&name)?;
    let key = key::lookup(name).map_err(|error| raise(py, &error))?;
    let mut reader = String::new();
    let mut exact = None;
    let mut readings = Vec::new();
    let read = match key {
        Some(key) => state.read(key),
        None => state.read_name(name).map_err(|error| raise(py, &error))?,
    };
    let mut from = |entry: &hyperparameter::Entry| {
        reader = entry.reader().map(ToString::to_string).unwrap_or_default();
        entry.source().to_string()
    };
    let mut current = match (&read, key) {
        (Read::Missing, _) => None,
        (Read::Entry(entry), _) => Some((entry_any(py, entry)?, from(entry))),
        (Read::Made(item, entry), _) => Some((value::object(py, item)?, from(entry))),
        (Read::Gathered(leaves), Some(key)) => {
            let source = leaves.first().map_or_else(String::new, |(_, entry)| from(entry));
            Some((gathered(py, key, leaves)?, source))
        }
        (Read::Gathered(_), None) => None,
    };
    if let Read::Entry(entry) = &read {
        if let Value::Text(text) = entry.value() {
            exact = Some(text.as_str().to_owned());
            for (token, reading) in entry.readings() {
                // What a reader who asks for nothing gets is the value itself.
                if let (true, Ok(item)) = (token != Kind::Nothing.token(), reading) {
                    let made = value::object(py, &item)?;
                    if !readings.iter().any(|old: &Bound<'_, PyAny>| old.get_type().is(made.get_type())) {
                        readings.push(made);
                    }
                }
            }
        }
    }
    // The reading that the declared type gives is what the program sees.
    if let (Some(reading), Some((now, _))) = (readings.first(), &mut current) {
        *now = reading.clone();
    }
    let is_set = current.is_some();
    let levels = key.map(|key| report::explain(state, key)).unwrap_or_default();
    let pinned = levels.first().is_some_and(|level| level.kind == LevelKind::Pinned) && is_set;
    let shadowed = levels
        .iter()
        .enumerate()
        .filter(|(at, level)| !(*at == 0 && is_set && level.entry.is_some()))
        .map(|(_, level)| placed(py, level)?.into_pyobject(py));
    let shadowed = PyTuple::new(py, shadowed.collect::<PyResult<Vec<_>>>()?)?.unbind();
    let declared = key.map(report::declared).unwrap_or_default();
    let mut defaults = Vec::new();
    for declared in &declared {
        let Some(default) = &declared.default else { continue };
        let value = value::object(py, default)?.unbind();
        let placed = Placed {
            value,
            source: declared.source.to_string(),
            kind: "default".into(),
            owner: declared.owner.clone(),
        };
        defaults.push(placed.into_pyobject(py)?);
    }
    if current.is_none() {
        let default =
            declared.iter().find_map(|declared| Some((declared.default.clone()?, declared.source.to_string())));
        current =
            default.map(|(default, source)| Ok::<_, PyErr>((value::object(py, &default)?, source))).transpose()?;
    }
    let (value, source) =
        current.map_or_else(|| (py.None(), String::new()), |(value, source)| (value.unbind(), source));
    let explanation = Explanation {
        key: name.to_owned(),
        is_set,
        value,
        text: exact,
        readings: PyTuple::new(py, readings)?.unbind(),
        source,
        r#type: declared
            .iter()
            .map(|declared| declared.wanted.clone())
            .find(|wanted| !wanted.is_empty())
            .unwrap_or_default(),
        help: declared.iter().map(|declared| declared.help.clone()).find(|help| !help.is_empty()).unwrap_or_default(),
        defaults: PyTuple::new(py, defaults)?.unbind(),
        shadowed,
        reader,
        pinned,
    };
    Ok(explanation.into_pyobject(py)?.into_any().unbind())
}

/// Every declared parameter, for `-lps` and the checks of the command line: dictionaries, in the order of their keys.
#[pyfunction]
pub(crate) fn declared(py: Python<'_>) -> PyResult<Vec<Bound<'_, pyo3::types::PyDict>>> {
    let state = State::clone(&*crate::state::get(py)?);
    let mut all = Vec::new();
    for key in key::all() {
        let declared = report::declared(key);
        let Some(first) = declared.first() else { continue };
        let dict = pyo3::types::PyDict::new(py);
        dict.set_item("key", key.name())?;
        dict.set_item("has_default", first.default.is_some())?;
        dict.set_item("default", first.default.as_ref().map(|default| value::object(py, default)).transpose()?)?;
        dict.set_item("type", &first.wanted)?;
        dict.set_item("help", &first.help)?;
        dict.set_item("owner", &first.owner)?;
        let mut places = Vec::new();
        for declared in &declared {
            let default = declared.default.as_ref().map(|default| value::object(py, default)).transpose()?;
            places.push((default, declared.source.to_string(), declared.owner.clone()));
        }
        dict.set_item("places", places)?;
        dict.set_item("used", declared.iter().any(|declared| declared.used))?;
        let (set, now, source) = match state.read(key) {
            Read::Entry(entry) => (true, Some(entry_any(py, entry)?), entry.source().to_string()),
            Read::Made(item, entry) => (true, Some(value::object(py, &item)?), entry.source().to_string()),
            Read::Gathered(leaves) => (true, Some(gathered(py, key, &leaves)?), String::new()),
            Read::Missing => (false, None, String::new()),
        };
        dict.set_item("is_set", set)?;
        dict.set_item("value", now)?;
        dict.set_item("source", source)?;
        all.push(dict);
    }
    Ok(all)
}
