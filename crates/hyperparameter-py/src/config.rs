//! Configurations (`hyperparameter::config`): files, texts, mappings, environment and command line, for `loader` and the
//! command line.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use hyperparameter::Source;
use hyperparameter::config::{self, Branch, Builder, Format, Layer, Tree};
use hyperparameter::error::Error;
use hyperparameter::value::Value;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};

use crate::auto::marked;
use crate::errors::{raise, text};
use crate::internal::{Entry, Pins, source, source_tuple};
use crate::methods::failed;
use crate::scope::{What, make};
use crate::value::{from_value, native, object_item};
use crate::write::refuse_node;

/// What files, texts, mappings, the environment and the command line say together; nothing of it ever changes.
#[pyclass(frozen, module = "hyperparameter._native")]
pub(crate) struct Config(pub(crate) config::Config);

fn format_of(name: &str) -> PyResult<Format> {
    Format::named(name)
        .ok_or_else(|| PyValueError::new_err(format!("{name:?} is no format; the formats are toml, json and yaml")))
}

const LAYERS: [(&str, Layer); 4] =
    [("files", Layer::Files), ("env", Layer::Env), ("define", Layer::Define), ("pin", Layer::Pin)];

// ---- Python to the core ----------------------------------------------------------------------------------------------

/// As deep as a configuration may be, and one more: a mapping that contains itself ends there.
const DEEPEST: usize = 101;

/// One input: `("file", path, format or None)`, `("text", name, format, str or bytes)`, `("mapping", mapping, source)`, or
/// `("tree", tree)` with what `Config.tree` gave.
fn input(builder: Builder, given: &Bound<'_, PyTuple>) -> PyResult<Builder> {
    let py = given.py();
    let item = |at: usize| given.get_item(at);
    let format = |at: usize| item(at)?.extract::<Option<String>>()?.map(|name| format_of(&name)).transpose();
    match item(0)?.extract::<String>()?.as_str() {
        "file" => {
            let path: String = item(1)?.extract()?;
            Ok(match format(2)? {
                // A program may have put something else in the place of standard input.
                Some(format) if path == "-" => {
                    let input = py.import("sys")?.getattr("stdin")?.getattr("buffer")?.call_method0("read")?;
                    builder.reader(path, format, input.cast::<PyBytes>()?.as_bytes())
                }
                Some(format) => builder.file_as(path, format),
                None => builder.file(path),
            })
        }
        "text" => {
            let (name, content) = (item(1)?.extract::<String>()?, item(3)?);
            let format = format(2)?.ok_or_else(|| PyTypeError::new_err("a text has a format"))?;
            if let Ok(bytes) = content.cast::<PyBytes>() {
                return Ok(builder.reader(name, format, bytes.as_bytes()));
            }
            match content.cast::<PyString>()?.to_str() {
                Ok(text) => Ok(builder.text(name, format, text)),
                Err(_) => failed(py, Err(Error::config(None, format!("{name}: the text has a lone surrogate")))),
            }
        }
        "mapping" => {
            let source = Arc::new(source(&item(2)?)?);
            Ok(builder.tree(tree_of(&item(1)?, &source, &mut Vec::new())?))
        }
        "tree" => Ok(builder.tree(kept(&item(1)?.cast_into()?)?)),
        other => Err(PyValueError::new_err(format!("no input is called {other:?}"))),
    }
}

/// A Python object as a tree: dictionaries with names and lists are looked into, anything else is one value.
fn tree_of(object: &Bound<'_, PyAny>, source: &Arc<Source>, path: &mut Vec<String>) -> PyResult<Tree> {
    refuse_node(object)?;
    if path.len() > DEEPEST {
        let key = path.join(".");
        let message = "the mapping is nested more than 100 deep, or it contains itself";
        return failed(object.py(), Err(Error::config(Some(&key), message)));
    }
    let mut inner = |name: String, item: &Bound<'_, PyAny>| {
        path.push(name);
        let made = tree_of(item, source, path);
        path.pop();
        made
    };
    let content = if let Ok(list) = object.cast_exact::<PyList>() {
        let items = list.iter().enumerate().map(|(at, item)| inner(at.to_string(), &item));
        Branch::List(items.collect::<PyResult<_>>()?)
    } else if let Some(pairs) = named(object) {
        let pairs = pairs.into_iter().map(|(name, item)| Ok((name.as_str().into(), inner(name.clone(), &item)?)));
        Branch::Map(pairs.collect::<PyResult<_>>()?)
    } else {
        Branch::Value(native(object, true).unwrap_or_else(|| object_item(object).value))
    };
    Ok(Tree { content, source: source.clone() })
}

/// The members of a dictionary whose keys are all text.
fn named<'py>(object: &Bound<'py, PyAny>) -> Option<Vec<(String, Bound<'py, PyAny>)>> {
    let pairs = object.cast::<PyDict>().ok()?.iter();
    pairs.map(|(name, item)| Some((name.cast::<PyString>().ok()?.to_str().ok()?.to_owned(), item))).collect()
}

fn value_of(tree: Tree) -> Value {
    match tree.content {
        Branch::Value(value) => value,
        Branch::List(items) => Value::list(items.into_iter().map(value_of)),
        Branch::Map(pairs) => Value::map(pairs.into_iter().map(|(name, tree)| (name, value_of(tree)))),
    }
}

fn plain(object: &Bound<'_, PyAny>) -> PyResult<Value> {
    Ok(value_of(tree_of(object, &Arc::new(Source::Unknown), &mut Vec::new())?))
}

/// A tree as `Config.tree` gives it.
fn kept(given: &Bound<'_, PyTuple>) -> PyResult<Tree> {
    let (kind, content, from): (String, Bound<'_, PyAny>, Bound<'_, PyAny>) = given.extract()?;
    let content = match kind.as_str() {
        "list" => Branch::List(content.try_iter()?.map(|item| kept(&item?.cast_into()?)).collect::<PyResult<_>>()?),
        "map" => {
            let pairs = content.try_iter()?.map(|pair| {
                let (name, tree): (String, Bound<'_, PyTuple>) = pair?.extract()?;
                Ok((name.into(), kept(&tree)?))
            });
            Branch::Map(pairs.collect::<PyResult<_>>()?)
        }
        "text" => Branch::Value(Value::text(content.extract::<String>()?)),
        _ => Branch::Value(native(&content, true).unwrap_or_else(|| object_item(&content).value)),
    };
    Ok(Tree { content, source: Arc::new(source(&from)?) })
}

fn set(builder: Builder, given: &Entry<'_>, layer: Layer) -> PyResult<Builder> {
    let (key, value, is_text, from) = given;
    let value = if *is_text { Value::text(text(value)?) } else { plain(value)? };
    failed(key.py(), builder.set(text(key)?, value, source(from)?, layer))
}

// ---- the core to Python ----------------------------------------------------------------------------------------------

fn given_out<'py>(py: Python<'py>, tree: &Tree) -> PyResult<Bound<'py, PyTuple>> {
    let (kind, content) = match &tree.content {
        Branch::Value(Value::Text(text)) => ("text", PyString::new(py, text.as_str()).into_any()),
        Branch::Value(value) => ("value", from_value(py, value)?),
        Branch::List(items) => {
            let items = items.iter().map(|item| given_out(py, item)).collect::<PyResult<Vec<_>>>()?;
            ("list", PyTuple::new(py, items)?.into_any())
        }
        Branch::Map(pairs) => {
            let pairs = pairs.iter().map(|(name, tree)| Ok((&**name, given_out(py, tree)?)));
            ("map", PyTuple::new(py, pairs.collect::<PyResult<Vec<_>>>()?)?.into_any())
        }
    };
    (kind, content, source_tuple(py, &tree.source)?).into_pyobject(py)
}

fn leaves<'py>(
    py: Python<'py>,
    tree: &Tree,
    path: &mut String,
    found: &mut Vec<(String, Bound<'py, PyAny>, String)>,
) -> PyResult<()> {
    match &tree.content {
        Branch::Map(pairs) if !pairs.is_empty() => {
            for (name, inner) in pairs {
                let len = path.len();
                if len > 0 {
                    path.push('.');
                }
                path.push_str(name);
                leaves(py, inner, path, found)?;
                path.truncate(len);
            }
        }
        _ if path.is_empty() => {}
        _ => found.push((path.clone(), from_value(py, &value_of(tree.clone()))?, tree.source.to_string())),
    }
    Ok(())
}

/// A source in words, and the file, line and column where it is one.
type Words = (String, Option<String>, Option<u32>, Option<u32>);

type Placed<'py> = (String, Bound<'py, PyAny>, String, &'static str);

fn placed<'py>(py: Python<'py>, entry: &config::Entry) -> PyResult<Placed<'py>> {
    let layer = LAYERS.iter().find(|(_, layer)| *layer == entry.layer).map_or("", |(name, _)| name);
    Ok((entry.key.clone(), from_value(py, &entry.value)?, entry.source.to_string(), layer))
}

#[pymethods]
impl Config {
    #[new]
    #[pyo3(signature = (inputs=Vec::new(), *, prefix="", separator="__", environment=None, defines=Vec::new(), pins=Vec::new(), declared=None))]
    #[allow(clippy::needless_pass_by_value, clippy::too_many_arguments, reason = "the keywords of a Python class")]
    fn new(
        py: Python<'_>,
        inputs: Vec<Bound<'_, PyTuple>>,
        prefix: &str,
        separator: &str,
        environment: Option<HashMap<String, String>>,
        defines: Vec<Entry<'_>>,
        pins: Vec<Entry<'_>>,
        declared: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let mut builder = config::Config::builder().env(prefix).env_separator(separator);
        if let Some(environment) = environment {
            builder = builder.environment(environment);
        }
        let raised: Arc<Mutex<Option<PyErr>>> = Arc::default();
        if let Some(declared) = declared {
            let raised = raised.clone();
            builder = builder.declared(move |key| {
                Python::attach(|py| declared.bind(py).call1((key,))?.is_truthy()).unwrap_or_else(|error| {
                    *raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    false
                })
            });
        }
        for given in &inputs {
            builder = input(builder, given)?;
        }
        for (layer, entries) in [(Layer::Define, &defines), (Layer::Pin, &pins)] {
            for given in entries {
                builder = set(builder, given, layer)?;
            }
        }
        let loaded = builder.load();
        if let Some(error) = raised.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(error);
        }
        failed(py, loaded).map(Self)
    }

    /// All of it as nested dictionaries, lists and values; text is the literal that it spells.
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        from_value(py, &failed(py, self.0.combined())?)
    }

    /// The same for the converters of `convert`: text is marked as such.
    fn marked<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        marked(py, &failed(py, self.0.combined())?)
    }

    /// The same with the sources, as an input of another one: `(kind, content, source)`, however deep.
    fn tree<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        given_out(py, &failed(py, self.0.tree())?)
    }

    /// Each value of `value` that is no map, or an empty one: its key, the value, its source in words.
    fn leaves<'py>(&self, py: Python<'py>) -> PyResult<Vec<(String, Bound<'py, PyAny>, String)>> {
        let mut found = Vec::new();
        leaves(py, &failed(py, self.0.tree())?, &mut String::new(), &mut found)?;
        Ok(found)
    }

    /// Each key that has a value, in order: the key, the value, its source in words, and `"files"`, `"env"`, `"define"` or
    /// `"pin"`.
    fn entries<'py>(&self, py: Python<'py>) -> PyResult<Vec<Placed<'py>>> {
        self.0.entries().iter().map(|entry| placed(py, entry)).collect()
    }

    /// What files said of a key and a later one replaced, the nearest first, as `entries` gives it.
    fn shadowed<'py>(&self, py: Python<'py>, key: &str) -> PyResult<Vec<Placed<'py>>> {
        self.0.shadowed(key).iter().map(|entry| placed(py, entry)).collect()
    }

    /// Scopes that show what files set and later files replaced, the outermost first; nothing in them is ever read.
    fn replaced(&self, py: Python<'_>) -> PyResult<Vec<Py<PyAny>>> {
        let scopes = failed(py, self.0.replaced())?;
        scopes.into_iter().map(|scope| make(py, What::Prepared(scope))).collect()
    }

    /// A `ConfigError` for each variable that has the prefix and names no key.
    fn strange_variables(&self, py: Python<'_>) -> Vec<Py<PyAny>> {
        self.0.strange_variables().iter().map(|error| raise(py, error).into_value(py).into_any()).collect()
    }

    /// Where the value at a path of names and indices stands, or its `name`: in words, and the file, line and column where it
    /// is one.
    #[allow(clippy::needless_pass_by_value, reason = "extracted from Python")]
    #[pyo3(signature = (path, name=false))]
    fn source(&self, py: Python<'_>, path: Vec<String>, name: bool) -> PyResult<Option<Words>> {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let found = if name { self.0.source_of_name(&path) } else { self.0.source(&path) };
        Ok(failed(py, found)?.map(|source| {
            let words = source.to_string();
            match source {
                Source::File(place) => (words, Some(place.path.to_string()), Some(place.line), Some(place.column)),
                _ => (words, None, None, None),
            }
        }))
    }

    /// What stands below a key, as a configuration of its own; `None` where that is no map.
    fn part(&self, key: &str) -> Option<Self> {
        self.0.part(key).map(Self)
    }

    /// All of it as a scope; of `layer` only that one.
    #[pyo3(signature = (layer=None))]
    fn scope(&self, py: Python<'_>, layer: Option<&str>) -> PyResult<Py<PyAny>> {
        let scope = match layer {
            None => self.0.scope(),
            Some(name) => match LAYERS.iter().find(|(known, _)| *known == name) {
                Some((_, layer)) => self.0.layer(*layer),
                None => return Err(PyValueError::new_err(format!("no layer is called {name:?}"))),
            },
        };
        make(py, What::Prepared(failed(py, scope)?))
    }

    /// The pins, in force while the context is open.
    fn pinned(&self) -> Pins {
        Pins::new(self.0.pins())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let py = slf.py();
        let input = ("tree", slf.get().tree(py)?).into_pyobject(py)?;
        (slf.get_type(), (PyList::new(py, [input])?,)).into_pyobject(py)
    }
}

/// A dictionary as text of a format (`"toml"`, `"json"`, `"yaml"`) that loads back equal. Raises `ConfigError` for what
/// cannot be written.
#[pyfunction]
pub(crate) fn dump(value: &Bound<'_, PyDict>, format: &str) -> PyResult<String> {
    let format = format_of(format)?;
    failed(value.py(), config::dump(&plain(value.as_any())?, format))
}
