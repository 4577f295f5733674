//! What a configuration is loaded from, and how it is combined.

use std::collections::HashMap;
use std::fmt;

use super::env::{self, Naming};
use super::fault::{Fault, Found};
use super::interpolate;
use super::loading::{Loading, longest};
use super::merge::{Lost, merge};
use super::tree::{Content, Member, join};
use super::{Config, Entry, Format, Layer, Limits, Override, Variable};
use crate::cli::{Action, Definition, WordOption, definition, no_parameter};
use crate::error::{Error, Result};
use crate::key::{lookup, validate_text};
use crate::report::declared;
use crate::scope::Source;
use crate::suggest::nearest;
use crate::value::Value;

#[derive(Debug)]
pub(super) enum Input {
    File(String, Option<Format>),
    Text(String, Format, String),
    Bytes(String, Format, std::result::Result<Vec<u8>, String>),
}

/// One word of the command line.
#[derive(Debug)]
enum Given {
    Pair(String, Source, Layer),
    Word(Definition),
    Wrong(Error),
}

type IsDeclared = Box<dyn Fn(&str) -> bool>;

/// What a configuration is loaded from, in the order in which it was named: the later wins.
#[must_use = "nothing is read before `load`"]
pub struct Builder {
    inputs: Vec<Input>,
    naming: Option<Naming>,
    environment: Option<Vec<Variable>>,
    given: Vec<Given>,
    declared: IsDeclared,
    limits: Limits,
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("inputs", &self.inputs).field("given", &self.given).finish_non_exhaustive()
    }
}

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            inputs: Vec::new(),
            naming: None,
            environment: None,
            given: Vec::new(),
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
        self.given.push(Given::Pair(pair.into(), source, Layer::Define));
        self
    }

    /// Adds the words after `-D`, as an argument parser collects them: `key=value`, `+key=value`, `!key=value` (pinned) and
    /// `~key` (deleted). A word that is none of these is the error of [`Builder::load`].
    ///
    /// ```
    /// use hyperparameter::value::Value;
    /// use hyperparameter::config::{Config, Format};
    ///
    /// let config = Config::builder()
    ///     .text("a.toml", Format::Toml, "lr = 0.1\nwd = 0.01")
    ///     .cli(["lr=0.5", "~wd"])
    ///     .load()?;
    /// let entries = config.entries();
    /// assert_eq!((entries.len(), &entries[0].value), (1, &Value::text("0.5")));
    /// # Ok::<(), hyperparameter::error::Error>(())
    /// ```
    pub fn cli<W: AsRef<str>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
        for (word, at) in words.into_iter().zip(1..) {
            let given = match definition(WordOption::Define, "-D", word.as_ref(), at) {
                Ok(definition) => Given::Word(definition),
                Err(error) => Given::Wrong(error),
            };
            self.given.push(given);
        }
        self
    }

    /// Adds a word of the command line that was read already, with its own option and position.
    pub fn definition(mut self, definition: Definition) -> Self {
        self.given.push(Given::Word(definition));
        self
    }

    /// Adds a pinned `key=value`, which goes before everything else.
    pub fn pin(mut self, pair: impl Into<String>, source: Source) -> Self {
        self.given.push(Given::Pair(pair.into(), source, Layer::Pin));
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
        let mut deleted = Vec::new();
        for given in self.given {
            let (key, text, source, layer) = match given {
                Given::Pair(pair, source, layer) => {
                    let (key, text) = validate_text(&pair)?;
                    (key.to_owned(), text.to_owned(), source, layer)
                }
                Given::Word(Definition { action: Action::Delete, key, source, .. }) => {
                    let before = overrides.len();
                    overrides.retain(|given: &Override| given.layer == Layer::Pin || !is_in(&given.key, &key));
                    deleted.push((key, source, overrides.len() < before));
                    continue;
                }
                Given::Word(word) => {
                    let layer = if word.action == Action::Pin { Layer::Pin } else { Layer::Define };
                    (word.key, word.text, word.source, layer)
                }
                Given::Wrong(error) => return Err(error),
            };
            overrides.push(Override { key, value: Value::text(text), source, layer, interpolates: true });
        }
        // Pins go before the rest of the command line, wherever they stand on it.
        overrides.sort_by_key(|given| given.layer);
        let mut loading = Loading::new(self.limits);
        let mut root: Box<[Member]> = Box::default();
        for input in self.inputs {
            let members = loading.input(input)?;
            merge(&mut root, members, &mut String::new(), &mut loading.lost);
        }
        for (key, source, mut found) in deleted {
            found |= remove(&mut root, &key);
            if !found {
                let mut names = Vec::new();
                paths(&root, &mut String::new(), &mut names);
                let names = names.iter().map(String::as_str).chain(overrides.iter().map(|given| given.key.as_str()));
                return Err(no_parameter(&key, &source, &nearest(&key, names, 3)));
            }
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
        #[cfg(feature = "watch")]
        let fingerprint = fingerprint(&files, &overrides);
        let paths = files.0.into_iter().map(|file| file.name).collect();
        Ok(Config {
            root,
            paths,
            overrides,
            shadowed,
            strange,
            #[cfg(feature = "watch")]
            fingerprint,
        })
    }
}

/// A number that changes when anything that was read does.
#[cfg(feature = "watch")]
fn fingerprint(files: &super::fault::Files, overrides: &[Override]) -> u64 {
    use std::fmt::Write as _;
    let mut all = String::new();
    for file in &files.0 {
        let _ = write!(all, "{}\0{:x}\0", file.name, crate::key::hash(&file.text));
    }
    for given in overrides {
        let _ = write!(all, "{}\0{:?}\0{}\0", given.key, given.value, given.source);
    }
    crate::key::hash(&all)
}

/// Whether a key is another one, or stands below it.
fn is_in(key: &str, above: &str) -> bool {
    key.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Takes a key out of the files, and all below it (rule S7). Whether it was there.
fn remove(members: &mut Box<[Member]>, key: &str) -> bool {
    let (first, rest) = key.split_once('.').map_or((key, None), |(first, rest)| (first, Some(rest)));
    let Some(at) = members.iter().position(|member| &*member.name == first) else { return false };
    match rest {
        None => {
            let mut left = std::mem::take(members).into_vec();
            left.remove(at);
            *members = left.into();
            true
        }
        Some(rest) => match members.get_mut(at).map(|member| &mut member.node.content) {
            Some(Content::Map(inner)) => remove(inner, rest),
            _ => false,
        },
    }
}

/// Every key that the files name.
fn paths(members: &[Member], path: &mut String, all: &mut Vec<String>) {
    for member in members {
        let len = path.len();
        join(path, &member.name);
        all.push(path.clone());
        if let Content::Map(inner) = &member.node.content {
            paths(inner, path, all);
        }
        path.truncate(len);
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
