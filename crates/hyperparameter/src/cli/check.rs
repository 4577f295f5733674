//! Definitions against what the program declares, before its function runs (rule V5): every mistake at once.

#[cfg(feature = "config")]
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use super::known::{no_parameter, unknown};
use super::words::{Action, Definition};
#[cfg(feature = "config")]
use crate::config::Entry;
use crate::error::Error;
use crate::report::{self, shown};
use crate::value::{Ask, Mismatch, Value, convert};

type Converts = Arc<dyn Fn(&Value) -> Result<(), Mismatch> + Send + Sync>;

/// What is known of a parameter before the program runs.
#[derive(Clone)]
pub struct Parameter {
    /// Its key.
    pub key: String,
    /// The type that is asked for, as a person would write it: `f64`, `Option<i32>`, `bool`; empty if there is none.
    pub wanted: String,
    /// The default, as a person would write it; empty if there is none.
    pub default: String,
    converts: Option<Converts>,
}

impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.wanted)
    }
}

impl Parameter {
    /// A parameter of a type that is known by its name in Rust, C++ or Python; of another type nothing is checked.
    #[must_use]
    pub fn new(key: impl Into<String>, wanted: impl Into<String>) -> Self {
        let wanted = wanted.into();
        Self { key: key.into(), converts: by_name(&wanted), wanted, default: String::new() }
    }

    /// With its default, which the message of an error shows as an example.
    #[must_use]
    pub fn default_text(mut self, default: impl Into<String>) -> Self {
        self.default = default.into();
        self
    }

    /// Converted by this function, for a type of the program's own.
    #[must_use]
    pub fn converts(mut self, converts: impl Fn(&Value) -> Result<(), Mismatch> + Send + Sync + 'static) -> Self {
        self.converts = Some(Arc::new(converts));
        self
    }
}

/// The parameters that are declared in this process by now: by functions, classes and raw reads.
#[must_use]
pub fn parameters() -> Vec<Parameter> {
    let found = report::declarations().into_iter().map(|(key, declared)| {
        let default = declared.default.as_ref().map(|item| shown(&item.value)).unwrap_or_default();
        Parameter::new(key.name(), declared.wanted).default_text(default)
    });
    found.collect()
}

/// What is wrong with these definitions, in their order: unknown keys, and values that are not of the declared type. Of
/// several values for one key the last counts, pins before all others.
#[must_use]
pub fn check(definitions: &[Definition], parameters: &[Parameter]) -> Vec<Error> {
    let declared: Vec<&str> = parameters.iter().map(|parameter| parameter.key.as_str()).collect();
    let mut errors = Vec::new();
    for (at, given) in definitions.iter().enumerate() {
        if !given.let_through {
            if let Some(near) = unknown(&given.key, &declared) {
                errors.push(no_parameter(&given.key, &given.source, &near));
                continue;
            }
        }
        let replaced =
            |later: &Definition| later.key == given.key && (later.action == Action::Pin || given.action != Action::Pin);
        if given.action == Action::Delete || definitions.iter().skip(at + 1).any(replaced) {
            continue;
        }
        let rows = parameters.iter().filter(|parameter| parameter.key == given.key);
        errors.extend(rows.filter_map(|parameter| refused(given, parameter)).next());
    }
    errors
}

fn refused(given: &Definition, parameter: &Parameter) -> Option<Error> {
    let value = Value::text(given.text.as_str());
    let mismatch = parameter.converts.as_ref()?(&value).err()?;
    let article = match &*parameter.wanted {
        names if names.starts_with("one of ") => "",
        name if name.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']) => "an ",
        _ => "a ",
    };
    let such = if parameter.default.is_empty() { String::new() } else { format!(", such as {}", parameter.default) };
    let error =
        Error::conversion(&given.key, &shown(&value), &given.source.to_string(), &parameter.wanted, mismatch.reason());
    Some(error.with_help(&format!("give {article}{}{such}", parameter.wanted)))
}

/// Keys of files and of the environment that are looked at: a file with more that nobody declares is another program's.
#[cfg(feature = "config")]
const MANY: usize = 1000;

/// The keys of a configuration that look misspelt (see [`unknown`]), each as an error with its place.
///
/// ```
/// use hyperparameter::cli::{Parameter, unknown_entries};
/// use hyperparameter::config::{Config, Format};
///
/// let config = Config::builder().text("a.toml", Format::Toml, "[train]\nlrr = 1\n[other]\nlr = 1").load()?;
/// let errors = unknown_entries(&config.entries(), &[Parameter::new("train.lr", "f64")]);
/// assert_eq!(errors.len(), 1);
/// assert_eq!(errors[0].to_string(), "no parameter 'train.lrr' (a.toml:2:7); did you mean 'train.lr'?");
/// # Ok::<(), hyperparameter::error::Error>(())
/// ```
#[cfg(feature = "config")]
#[must_use]
pub fn unknown_entries(entries: &[Entry], parameters: &[Parameter]) -> Vec<Error> {
    let names: Vec<&str> = parameters.iter().map(|parameter| parameter.key.as_str()).collect();
    // Most keys of a file are declared, and found by their name: only the others are held against every name.
    let declared: HashSet<&str> = names.iter().copied().collect();
    let others = entries.iter().filter(|entry| !declared.contains(&*entry.key)).take(MANY);
    others.filter_map(|entry| Some(no_parameter(&entry.key, &entry.source, &unknown(&entry.key, &names)?))).collect()
}

/// The values of a configuration that are not of the type of a declared parameter, each as an error with its place.
///
/// ```
/// use hyperparameter::cli::{Parameter, refused_entries};
/// use hyperparameter::config::{Config, Format};
///
/// let config = Config::builder().text("a.toml", Format::Toml, "[train]\nlr = 'fast'").load()?;
/// let errors = refused_entries(&config.entries(), &[Parameter::new("train.lr", "f64")]);
/// assert!(errors[0].to_string().contains("a.toml:2:6"));
/// # Ok::<(), hyperparameter::error::Error>(())
/// ```
#[cfg(feature = "config")]
#[must_use]
pub fn refused_entries(entries: &[Entry], parameters: &[Parameter]) -> Vec<Error> {
    let mut declared: HashMap<&str, Vec<&Parameter>> = HashMap::new();
    for parameter in parameters {
        declared.entry(&parameter.key).or_default().push(parameter);
    }
    let refused = |entry: &Entry| {
        let rows = declared.get(&*entry.key)?;
        rows.iter().find_map(|parameter| {
            let mismatch = parameter.converts.as_ref()?(&entry.value).err()?;
            let (value, source) = (shown(&entry.value), entry.source.to_string());
            Some(Error::conversion(&entry.key, &value, &source, &parameter.wanted, mismatch.reason()))
        })
    };
    entries.iter().filter_map(refused).collect()
}

/// What a type of this name takes.
fn by_name(wanted: &str) -> Option<Converts> {
    let wanted = wanted.trim();
    let inner = |open: &str, close: char| wanted.strip_prefix(open)?.strip_suffix(close);
    if let Some(inner) =
        inner("Option<", '>').or_else(|| inner("Optional[", ']')).or_else(|| inner("std::optional<", '>'))
    {
        let inner = by_name(inner)?;
        return Some(Arc::new(move |value| match convert(value, Ask::Number) {
            // Text that spells null is null for every type but string (rule V4).
            Ok(Value::Null) => Ok(()),
            _ => inner(value),
        }));
    }
    let word = wanted.trim_start_matches('&').trim_start_matches("'static ");
    let whole = |from: i128, to: i128| -> Option<Converts> {
        Some(Arc::new(move |value: &Value| match held(value, Ask::Int)? {
            Value::Int(int) if (from..=to).contains(&int.into()) => Ok(()),
            Value::Big(int) if (i128::try_from(&*int)).is_ok_and(|int| (from..=to).contains(&int)) => Ok(()),
            _ => Err(Mismatch::new(format!("it is not from {from} to {to}"))),
        }))
    };
    let of = |ask: Ask| -> Option<Converts> { Some(Arc::new(move |value: &Value| held(value, ask).map(drop))) };
    match word {
        "bool" => of(Ask::Bool),
        "int" => of(Ask::Int),
        "number" => of(Ask::Number),
        "float" | "double" | "f32" | "f64" => of(Ask::Float),
        "str" | "string" | "String" | "std::string" => of(Ask::Str),
        "list" => of(Ask::List),
        "map" | "dict" => of(Ask::Map),
        "i8" | "int8_t" => whole(i8::MIN.into(), i8::MAX.into()),
        "i16" | "int16_t" => whole(i16::MIN.into(), i16::MAX.into()),
        "i32" | "int32_t" => whole(i32::MIN.into(), i32::MAX.into()),
        "i64" | "isize" | "int64_t" | "long" => whole(i64::MIN.into(), i64::MAX.into()),
        "u8" | "uint8_t" => whole(0, u8::MAX.into()),
        "u16" | "uint16_t" => whole(0, u16::MAX.into()),
        "u32" | "uint32_t" => whole(0, u32::MAX.into()),
        "u64" | "usize" | "uint64_t" | "size_t" => whole(0, u64::MAX.into()),
        _ => None,
    }
}

/// The value, which is no null: none of these types can hold one.
fn held(value: &Value, ask: Ask) -> Result<Value, Mismatch> {
    match convert(value, ask)? {
        Value::Null => Err(Mismatch::new("null is no value of this type")),
        value => Ok(value),
    }
}
