//! What a configuration is loaded from, and how it is combined.

use std::collections::HashMap;
use std::fmt;

use super::env::{self, Naming};
use super::fault::{Fault, Found};
use super::interpolate;
use super::loading::{Loading, longest};
use super::merge::{Lost, merge};
use super::tree::Member;
use super::{Config, Entry, Format, Layer, Limits, Override, Variable};
use crate::error::Result;
use crate::key::{lookup, validate_text};
use crate::report::declared;
use crate::scope::Source;
use crate::value::Value;

#[derive(Debug)]
pub(super) enum Input {
    File(String, Option<Format>),
    Text(String, Format, String),
    Bytes(String, Format, std::result::Result<Vec<u8>, String>),
}

type IsDeclared = Box<dyn Fn(&str) -> bool>;

/// What a configuration is loaded from, in the order in which it was named: the later wins.
#[must_use = "nothing is read before `load`"]
pub struct Builder {
    inputs: Vec<Input>,
    naming: Option<Naming>,
    environment: Option<Vec<Variable>>,
    pairs: Vec<(String, Source, Layer)>,
    declared: IsDeclared,
    limits: Limits,
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("inputs", &self.inputs).field("pairs", &self.pairs).finish_non_exhaustive()
    }
}

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            inputs: Vec::new(),
            naming: None,
            environment: None,
            pairs: Vec::new(),
            declared: Box::new(is_declared),
            limits: Limits::default(),
        }
    }

    /// Adds a file, of the format that its extension says.
    pub fn file(mut self, path: impl Into<String>) -> Self {
        self.inputs.push(Input::File(path.into(), None));
        self
    }

    /// Adds a file of this format; the path `-` is standard input.
    pub fn file_as(mut self, path: impl Into<String>, format: Format) -> Self {
        self.inputs.push(Input::File(path.into(), Some(format)));
        self
    }

    /// Adds a text; `name` stands for its path in sources and errors.
    pub fn text(mut self, name: impl Into<String>, format: Format, text: impl Into<String>) -> Self {
        self.inputs.push(Input::Text(name.into(), format, text.into()));
        self
    }

    /// Adds what a reader gives; `name` stands for its path in sources and errors.
    pub fn reader(mut self, name: impl Into<String>, format: Format, reader: impl std::io::Read) -> Self {
        use std::io::Read as _;
        let mut bytes = Vec::new();
        let most = self.limits.file_size as u64 + 1;
        let read = reader.take(most).read_to_end(&mut bytes).map(|_| bytes).map_err(|error| error.to_string());
        self.inputs.push(Input::Bytes(name.into(), format, read));
        self
    }

    /// Takes environment variables with this prefix as parameters: `HP_MODEL__LR` is `model.lr`. A missing final `_` is
    /// added; an empty prefix turns this off.
    pub fn env(mut self, prefix: &str) -> Self {
        self.naming = Some(Naming::new(prefix));
        self
    }

    /// What separates the segments of a key in a variable's name: `__` unless it is set. Comes after [`Builder::env`].
    pub fn env_separator(mut self, separator: &str) -> Self {
        if let Some(naming) = &mut self.naming {
            naming.separator = separator.to_owned();
        }
        self
    }

    /// Puts these variables in the place of the process's environment.
    pub fn environment<N: Into<String>, T: Into<String>>(
        mut self,
        variables: impl IntoIterator<Item = (N, T)>,
    ) -> Self {
        let variables = variables.into_iter();
        self.environment =
            Some(variables.map(|(name, text)| Variable { name: name.into(), text: Some(text.into()) }).collect());
        self
    }

    /// Says which keys are declared: a variable whose name spells one exactly means it, case included. Unless it is
    /// called, those that the store knows.
    pub fn declared(mut self, is_declared: impl Fn(&str) -> bool + 'static) -> Self {
        self.declared = Box::new(is_declared);
        self
    }

    /// Adds a `key=value` of the command line (rule V3).
    pub fn define(mut self, pair: impl Into<String>, source: Source) -> Self {
        self.pairs.push((pair.into(), source, Layer::Define));
        self
    }

    /// Adds a pinned `key=value`, which goes before everything else.
    pub fn pin(mut self, pair: impl Into<String>, source: Source) -> Self {
        self.pairs.push((pair.into(), source, Layer::Pin));
        self
    }

    /// Sets other limits than the usual ones.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits.kept();
        self
    }

    /// Reads and combines it all.
    ///
    /// # Errors
    /// `Config`, with the file, the line and the column; `InvalidKey` for a pair that is none.
    pub fn load(self) -> Result<Config> {
        let environment = self.environment.unwrap_or_else(process_environment);
        let mut overrides = Vec::new();
        let mut strange = Vec::new();
        if let Some(naming) = &self.naming {
            let (found, odd) = env::parameters(naming, &environment, &*self.declared)?;
            strange = odd;
            overrides.extend(found.into_iter().map(|(key, variable)| Override {
                key,
                value: Value::text(variable.text.unwrap_or_default()),
                source: Source::Env(variable.name.into()),
                layer: Layer::Env,
                interpolates: false,
            }));
        }
        for (pair, source, layer) in self.pairs {
            let (key, text) = validate_text(&pair)?;
            overrides.push(Override {
                key: key.to_owned(),
                value: Value::text(text),
                source,
                layer,
                interpolates: true,
            });
        }
        // Pins go before the rest of the command line, wherever they stand on it.
        overrides.sort_by_key(|given| given.layer);
        let mut loading = Loading::new(self.limits);
        let mut root: Box<[Member]> = Box::default();
        for input in self.inputs {
            let members = loading.input(input)?;
            merge(&mut root, members, &mut String::new(), &mut loading.lost);
        }
        let Loading { limits, files, mut names, lost, .. } = loading;
        let told = |fault: Box<Fault>| files.error(*fault);
        longest(&root, 0).map_err(told)?;
        let interpolates = |given: &Override| {
            given.interpolates && matches!(&given.value, Value::Text(text) if interpolate::concerns(text.as_str()))
        };
        if interpolate::any(&root) || overrides.iter().any(interpolates) {
            let mut resolver = interpolate::Resolver::new(&root, &files, &overrides, &environment, &limits);
            let resolved = resolver.tree(&root, &mut String::new(), &mut names).map_err(told)?;
            let values = (0..overrides.len()).map(|at| resolver.override_value(at)).collect::<Found<Vec<_>>>();
            let values = values.map_err(told)?;
            drop(resolver);
            root = resolved;
            for (given, value) in overrides.iter_mut().zip(values) {
                given.value = value;
            }
        }
        let mut shadowed: HashMap<String, Vec<Entry>> = HashMap::new();
        for Lost { key, value, place } in lost {
            let source = files.source(place);
            shadowed.entry(key.clone()).or_default().insert(0, Entry { key, value, source });
        }
        let paths = files.0.into_iter().map(|file| file.name).collect();
        Ok(Config { root, paths, overrides, shadowed, strange })
    }
}

fn process_environment() -> Vec<Variable> {
    std::env::vars_os()
        .map(|(name, text)| Variable { name: name.to_string_lossy().into_owned(), text: text.into_string().ok() })
        .collect()
}

/// Whether a function or a class declares this key.
fn is_declared(name: &str) -> bool {
    lookup(name).is_ok_and(|key| key.is_some_and(|key| !declared(key).is_empty()))
}
