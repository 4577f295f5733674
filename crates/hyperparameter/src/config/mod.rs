//! Configurations: text in, entries with sources out (issue 4, A; rule K5 for files).
//!
//! TOML, JSON and YAML are read with the place of every value; several files are merged, references resolved, and the
//! environment and the command line laid over them.
//!
//! ```
//! use hyperparameter::config::{Config, Format};
//!
//! let config = Config::builder()
//!     .text("base.toml", Format::Toml, "[model]\nlr = 0.1\nsteps = '${.warmup}'\nwarmup = 10")
//!     .define("model.warmup=20", hyperparameter::Source::Argument("-D".into(), 1))
//!     .load()?;
//! let scope = config.scope()?;
//! let state = scope.enter(hyperparameter::State::fresh())?;
//! assert_eq!(state.value::<f64>(hyperparameter::key::intern("model.lr")?)?, Some(0.1));
//! assert_eq!(state.value::<i64>(hyperparameter::key::intern("model.steps")?)?, Some(20));
//! # Ok::<(), hyperparameter::Error>(())
//! ```

mod combined;
mod dump;
mod env;
mod files;
mod interpolate;
mod json;
mod limits;
mod merge;
mod toml;
mod tree;
mod yaml;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

pub use combined::{Branch, Tree};
pub use dump::dump;
pub use limits::Limits;

use crate::error::{Error, Result, quoted};
use crate::key::{Interning, Key, MAX_LEN, intern, lookup, validate, validate_text};
use crate::report::declared;
use crate::scope::{self, FilePlace, Scope, Source, stamp};
use crate::value::Value;
use env::Naming;
use merge::{Lost, merge};
use tree::{Content, Fault, Files, Found, Member, NameKind, Names, Node, Place, join, map_of, members_value, settle};

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// TOML 1.1.
    Toml,
    /// JSON with comments, `Infinity`, `-Infinity` and `NaN`.
    Json,
    /// YAML 1.2, core schema.
    Yaml,
}

impl Format {
    /// The format of this name, or with this extension.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let is = |names: &[&str]| names.iter().any(|it| it.eq_ignore_ascii_case(name));
        if is(&["toml"]) {
            Some(Self::Toml)
        } else if is(&["json", "jsonc"]) {
            Some(Self::Json)
        } else if is(&["yaml", "yml"]) {
            Some(Self::Yaml)
        } else {
            None
        }
    }

    /// The format by the extension of a path.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        Self::named(name.rsplit_once('.')?.1)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Toml => "toml",
            Self::Json => "json",
            Self::Yaml => "yaml",
        })
    }
}

/// A variable of the environment; `text` is `None` where it is no valid Unicode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variable {
    name: String,
    text: Option<String>,
}

/// One key that is set beside the files.
#[derive(Clone, Debug)]
pub(crate) struct Override {
    key: String,
    value: Value,
    source: Source,
    layer: Layer,
    interpolates: bool,
}

/// The layers of a program that a configuration has, outermost first (rule S1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// Configuration files.
    Files,
    /// Environment variables.
    Env,
    /// The command line.
    Define,
    /// Pinned overrides.
    Pin,
}

#[derive(Debug)]
enum Input {
    File(String, Option<Format>),
    Text(String, Format, String),
    Bytes(String, Format, std::result::Result<Vec<u8>, String>),
    Tree(Tree),
}

type IsDeclared = Box<dyn Fn(&str) -> bool>;

/// What a configuration is loaded from, in the order in which it was named: the later wins.
#[must_use = "nothing is read before `load`"]
pub struct Builder {
    inputs: Vec<Input>,
    naming: Option<Naming>,
    environment: Option<Vec<Variable>>,
    pairs: Vec<(String, Source, Layer)>,
    values: Vec<Override>,
    declared: IsDeclared,
    limits: Limits,
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("inputs", &self.inputs).field("pairs", &self.pairs).finish_non_exhaustive()
    }
}

impl Builder {
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

    /// Adds what the program has in memory. Its names are keys as those of a file are; its strings are no references.
    pub fn tree(mut self, tree: Tree) -> Self {
        self.inputs.push(Input::Tree(tree));
        self
    }

    /// Adds one key to a layer; text interpolates, but not in the environment.
    ///
    /// # Errors
    /// `InvalidKey`.
    pub fn set(mut self, key: &str, value: Value, source: Source, layer: Layer) -> Result<Self> {
        validate(key)?;
        self.values.push(Override { key: key.to_owned(), value, source, layer, interpolates: layer != Layer::Env });
        Ok(self)
    }

    /// Sets other limits than the usual ones.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
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
        overrides.extend(self.values);
        // Pins go before the rest of the command line, wherever they stand on it.
        overrides.sort_by_key(|given| given.layer);
        let mut loading = Loading {
            limits: self.limits,
            files: Files::default(),
            names: Names::default(),
            lost: Vec::new(),
            reading: Vec::new(),
        };
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
            shadowed.entry(key.clone()).or_default().insert(0, Entry { key, value, source, layer: Layer::Files });
        }
        let origins =
            files.0.into_iter().map(|file| file.source.map_or(Origin::File(file.name), Origin::Other)).collect();
        Ok(Config { root, origins, overrides, shadowed, strange })
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

/// Refuses a key of more bytes than a key may have.
fn longest(members: &[Member], above: usize) -> Found<()> {
    for member in members {
        let len = above + usize::from(above > 0) + member.name.len();
        if len > MAX_LEN {
            return tree::fault(member.place, format!("the key has more than {MAX_LEN} bytes; shorten it"));
        }
        if let Content::Map(inner) = &member.node.content {
            longest(inner, len)?;
        }
    }
    Ok(())
}

struct Loading {
    limits: Limits,
    files: Files,
    names: Names,
    lost: Vec<Lost>,
    /// The files that are being read now, each included by the one before.
    reading: Vec<(String, String)>,
}

impl Loading {
    fn input(&mut self, input: Input) -> Result<Box<[Member]>> {
        match input {
            Input::File(path, format) => self.file(&path, format, None),
            Input::Text(name, format, text) => self.document(name, format, text),
            Input::Tree(tree) => combined::read(&tree, self.limits.depth, &mut self.files, &mut self.names)
                .map_err(|fault| self.files.error(*fault)),
            Input::Bytes(name, format, bytes) => {
                let bytes =
                    bytes.map_err(|why| Error::config(None, format!("cannot read {}: {why}", quoted(&name))))?;
                let text = self.decoded(&name, bytes)?;
                self.document(name, format, text)
            }
        }
    }

    /// An error without a place of its own: where the file is included, if it is.
    fn refuse(&self, from: Option<Place>, message: String) -> Error {
        self.files.error(Fault { place: from, key: None, message, also: None })
    }

    fn file(&mut self, path: &str, format: Option<Format>, from: Option<Place>) -> Result<Box<[Member]>> {
        let identity = files::identity(path);
        if let Some(at) = self.reading.iter().position(|(known, _)| *known == identity) {
            let chain = self.reading.iter().skip(at).map(|(_, path)| path.as_str()).chain([path]);
            let chain = chain.collect::<Vec<_>>().join(" → ");
            return Err(self.refuse(from, format!("the files include each other: {chain}")));
        }
        let Some(format) = format.or_else(|| Format::of_path(path)) else {
            let message = format!("{} has no extension of a known format; name it: toml, json or yaml", quoted(path));
            return Err(self.refuse(from, message));
        };
        if self.reading.len() >= self.limits.depth {
            let message = format!("files include each other more than {} deep", self.limits.depth);
            return Err(self.refuse(from, message));
        }
        let bytes = files::read(path, self.limits.file_size)
            .map_err(|why| self.refuse(from, format!("cannot read {}: {why}", quoted(path))))?;
        let text = self.decoded(path, bytes)?;
        self.reading.push((identity, path.to_owned()));
        let members = self.document(path.to_owned(), format, text);
        self.reading.pop();
        members
    }

    fn decoded(&mut self, name: &str, bytes: Vec<u8>) -> Result<String> {
        String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes().get(..at).unwrap_or_default()).into_owned();
            let file = self.files.0.len() as u32;
            let place = tree::Cursor::new(&text, file).place(at);
            self.files.add(name.to_owned(), text);
            self.refuse(Some(place), "the text is no valid UTF-8".to_owned())
        })
    }

    /// One document with what it includes below it.
    fn document(&mut self, name: String, format: Format, text: String) -> Result<Box<[Member]>> {
        if text.len() > self.limits.file_size {
            let message = format!("{} has more than {} bytes", quoted(&name), self.limits.file_size);
            return Err(Error::config(None, message));
        }
        if self.files.0.len() >= self.limits.files {
            return Err(Error::config(None, format!("more than {} files are loaded at once", self.limits.files)));
        }
        let file = self.files.0.len() as u32;
        self.files.add(name, text);
        let text = self.files.0.last().map_or("", |file| file.text.as_str());
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let read = match format {
            Format::Toml => toml::read,
            Format::Json => json::read,
            Format::Yaml => yaml::read,
        };
        let members = read(text, file, &self.limits, &mut self.names).and_then(root);
        let mut members = members.map_err(|fault| self.files.error(*fault))?;
        let included = self.take_include(&mut members)?;
        // What an editor checks the file by is no parameter.
        if members.iter().any(|member| is_schema(member)) {
            members = std::mem::take(&mut members).into_vec().into_iter().filter(|member| !is_schema(member)).collect();
        }
        let members = settle(members, &mut self.names).map_err(|fault| self.files.error(*fault))?;
        let Some(included) = included else { return Ok(members) };
        let mut below: Box<[Member]> = Box::default();
        for (pattern, place) in included {
            for path in self.included(file, &pattern) {
                let more = self.file(&path, None, Some(place))?;
                merge(&mut below, more, &mut String::new(), &mut self.lost);
            }
        }
        merge(&mut below, members, &mut String::new(), &mut self.lost);
        Ok(below)
    }

    fn included(&self, file: u32, pattern: &str) -> Vec<String> {
        let from = self.files.0.get(file as usize).map_or("", |file| file.name.as_str());
        files::included(from, pattern)
    }

    /// The files that a document includes; the key that says so is no parameter.
    fn take_include(&self, members: &mut Box<[Member]>) -> Result<Option<Vec<(String, Place)>>> {
        let Some(at) = members.iter().position(|member| &*member.name == "include" && !member.node.is_map()) else {
            return Ok(None);
        };
        let mut rest = std::mem::take(members).into_vec();
        let member = rest.remove(at);
        *members = rest.into();
        let one = |node: &Node| match &node.content {
            Content::Value(Value::Str(path)) if !path.is_empty() && !interpolate::concerns(path) => {
                Some((path.to_string(), node.place))
            }
            _ => None,
        };
        let paths = match &member.node.content {
            Content::List(items) => items.iter().map(|item| one(item).ok_or(item.place)).collect(),
            _ => one(&member.node).ok_or(member.node.place).map(|path| vec![path]),
        };
        match paths {
            Ok(paths) => Ok(Some(paths)),
            Err(place) => Err(self.refuse(
                Some(place),
                "'include' takes a path or a list of paths, without references; a parameter of that name is written include.\"\"".to_owned(),
            )),
        }
    }
}

/// Whether a member names the JSON Schema of its file, for editors.
fn is_schema(member: &Member) -> bool {
    &*member.name == "$schema" && matches!(&member.node.content, Content::Value(Value::Str(_)))
}

/// The members of a document's root.
fn root(node: Node) -> Found<Box<[Member]>> {
    match node.content {
        Content::Map(members) => Ok(members),
        Content::Value(Value::Null) => Ok(Box::default()),
        Content::List(_) => tree::fault(node.place, "the root of a configuration is a map, not a list"),
        Content::Value(value) => {
            tree::fault(node.place, format!("the root of a configuration is a map, not a {}", value.kind_name()))
        }
    }
}

/// One key of a configuration.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Its value.
    pub value: Value,
    /// Where the value stands.
    pub source: Source,
    /// The layer that says so.
    pub layer: Layer,
}

/// A configuration: what files, environment and command line say together.
#[derive(Debug)]
pub struct Config {
    root: Box<[Member]>,
    origins: Vec<Origin>,
    overrides: Vec<Override>,
    shadowed: HashMap<String, Vec<Entry>>,
    strange: Vec<Error>,
}

impl Config {
    /// Begins to load one.
    pub fn builder() -> Builder {
        Builder {
            inputs: Vec::new(),
            naming: None,
            environment: None,
            pairs: Vec::new(),
            values: Vec::new(),
            declared: Box::new(is_declared),
            limits: Limits::default(),
        }
    }

    /// A file, of the format that its extension says.
    ///
    /// # Errors
    /// `Config`, with the file, the line and the column.
    pub fn load(path: impl Into<String>) -> Result<Self> {
        Self::builder().file(path).load()
    }

    /// The leaves: every key that has a value, in order; of what is set several times the value in force.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        self.leaves(&self.root, &mut String::new(), &mut entries);
        let mut places: HashMap<String, usize> =
            entries.iter().enumerate().map(|(at, entry)| (entry.key.clone(), at)).collect();
        for given in &self.overrides {
            let entry = Entry {
                key: given.key.clone(),
                value: given.value.clone(),
                source: given.source.clone(),
                layer: given.layer,
            };
            match places.get(&given.key).and_then(|&at| entries.get_mut(at)) {
                Some(old) => *old = entry,
                None => {
                    places.insert(given.key.clone(), entries.len());
                    entries.push(entry);
                }
            }
        }
        entries
    }

    fn leaves(&self, members: &[Member], path: &mut String, entries: &mut Vec<Entry>) {
        for member in members {
            let len = path.len();
            join(path, &member.name);
            match &member.node.content {
                Content::Map(inner) if !inner.is_empty() && is_laid_out(inner) => {
                    self.leaves(inner, path, entries);
                }
                _ => entries.push(Entry {
                    key: path.clone(),
                    value: member.node.to_value(),
                    source: source_of(&self.origins, member.node.place),
                    layer: Layer::Files,
                }),
            }
            path.truncate(len);
        }
    }

    /// The files as one nested value, references resolved. Environment and command line are no part of it.
    #[must_use]
    pub fn value(&self) -> Value {
        members_value(&self.root)
    }

    /// All of it as one nested value, each part with its source: environment, command line and pins laid over the files as
    /// a later file is, so what they set replaces what stood there. Text (rule V3) is text.
    ///
    /// # Errors
    /// `InvalidKey` for an index that a list does not have.
    pub fn tree(&self) -> Result<Tree> {
        let mut origins = self.origins.clone();
        let root = combined::overlaid(&self.root, &mut origins, &self.overrides)?;
        Ok(Tree { content: combined::tree(&root, &origins), source: Arc::new(Source::Unknown) })
    }

    /// [`Config::tree`] without the sources.
    ///
    /// # Errors
    /// As `tree`.
    pub fn combined(&self) -> Result<Value> {
        let root = combined::overlaid(&self.root, &mut self.origins.clone(), &self.overrides)?;
        Ok(members_value(&root))
    }

    /// What stands below a key, as a configuration of its own; `None` where there is no map.
    #[must_use]
    pub fn part(&self, key: &str) -> Option<Self> {
        let segments: Vec<&str> = key.split('.').collect();
        let overrides = combined::below(&self.overrides, key);
        let root = match combined::at(&self.root, &segments).map(|node| &node.content) {
            Some(Content::Map(members)) => members.clone(),
            _ if overrides.is_empty() => return None,
            _ => Box::default(),
        };
        let shadowed = self.shadowed.iter().filter_map(|(long, entries)| {
            let short = long.strip_prefix(key)?.strip_prefix('.')?;
            let entries = entries.iter().map(|entry| Entry { key: short.to_owned(), ..entry.clone() });
            Some((short.to_owned(), entries.collect()))
        });
        let shadowed = shadowed.collect();
        Some(Self { root, origins: self.origins.clone(), overrides, shadowed, strange: Vec::new() })
    }

    /// Where the value at a path of names and indices stands.
    ///
    /// # Errors
    /// As [`Config::tree`].
    pub fn source(&self, path: &[&str]) -> Result<Option<Source>> {
        let mut origins = self.origins.clone();
        let root = combined::overlaid(&self.root, &mut origins, &self.overrides)?;
        Ok(combined::at(&root, path).map(|node| source_of(&origins, node.place)))
    }

    /// Adds all of it to a scope that is being prepared.
    ///
    /// # Errors
    /// `HashCollision`.
    pub fn add_to(&self, builder: &mut scope::Builder) -> Result<()> {
        let laid = laid(std::mem::take(builder), self.root.clone(), &self.origins)?;
        *builder = with_overrides(laid, self.overrides.iter())?;
        Ok(())
    }

    /// What was set for a key in files and was replaced by a later one, the nearest first; for a map that gave way to a
    /// scalar also each key below it.
    #[must_use]
    pub fn shadowed(&self, key: &str) -> &[Entry] {
        self.shadowed.get(key).map_or(&[], Vec::as_slice)
    }

    /// What files set for keys that have a value of their own, and later files replaced: scopes that show it, the outermost
    /// first, to be entered outside that of the files. Nothing in them is ever read.
    ///
    /// # Errors
    /// `HashCollision`.
    pub fn replaced(&self) -> Result<Vec<Scope>> {
        let mut builders: Vec<scope::Builder> = Vec::new();
        for (key, entries) in self.shadowed.iter().filter(|(key, _)| self.is_leaf(key)) {
            for (at, entry) in entries.iter().filter(|entry| !matches!(entry.value, Value::Map(_))).enumerate() {
                if builders.len() == at {
                    builders.push(Scope::builder());
                }
                if let Some(builder) = builders.get_mut(at) {
                    builder.set(key, entry.value.clone(), &entry.source)?;
                }
            }
        }
        Ok(builders.into_iter().rev().map(scope::Builder::build).collect())
    }

    /// Whether the files give a key a value that is no map.
    fn is_leaf(&self, key: &str) -> bool {
        let mut members = &self.root;
        let mut segments = key.split('.').peekable();
        while let Some(segment) = segments.next() {
            let Some(member) = members.iter().find(|member| &*member.name == segment) else { return false };
            match &member.node.content {
                Content::Map(inner) => members = inner,
                _ => return segments.peek().is_none(),
            }
        }
        false
    }

    /// The variables that have the prefix and name no key, as errors for a warning.
    #[must_use]
    pub fn strange_variables(&self) -> &[Error] {
        &self.strange
    }

    /// A scope with all of it: files, environment, command line, pins, the later before the earlier.
    ///
    /// # Errors
    /// `HashCollision`.
    pub fn scope(&self) -> Result<Scope> {
        scope_of(self.root.clone(), &self.origins, self.overrides.iter())
    }

    /// [`Config::scope`] of a configuration that is not needed any more: less is copied.
    ///
    /// # Errors
    /// `HashCollision`.
    pub fn into_scope(self) -> Result<Scope> {
        let Self { root, origins, overrides, .. } = self;
        scope_of(root, &origins, overrides.iter())
    }

    /// A scope with what one layer says, for a program that enters them one by one.
    ///
    /// # Errors
    /// `HashCollision`.
    pub fn layer(&self, layer: Layer) -> Result<Scope> {
        let root = if layer == Layer::Files { self.root.clone() } else { Box::default() };
        scope_of(root, &self.origins, self.overrides.iter().filter(|given| given.layer == layer))
    }

    /// The pinned overrides, as [`scope::Pinned::new`] takes them.
    #[must_use]
    pub fn pins(&self) -> Vec<(String, crate::value::Item, Source)> {
        let pins = self.overrides.iter().filter(|given| given.layer == Layer::Pin);
        pins.map(|given| (given.key.clone(), given.value.clone().into(), given.source.clone())).collect()
    }
}

fn scope_of<'a>(
    root: Box<[Member]>,
    origins: &[Origin],
    overrides: impl Iterator<Item = &'a Override>,
) -> Result<Scope> {
    let builder = laid(Scope::builder(), root, origins)?;
    let files = builder.len();
    let builder = with_overrides(builder, overrides)?;
    // In files no key is set twice.
    Ok(if builder.len() == files { builder.build_unique() } else { builder.build() })
}

fn laid(builder: scope::Builder, root: Box<[Member]>, origins: &[Origin]) -> Result<scope::Builder> {
    let mut laying = Laying { builder, keys: None, origins, path: String::new(), stamp: 0 };
    laying.files(root)?;
    Ok(laying.builder)
}

fn with_overrides<'a>(
    mut builder: scope::Builder,
    overrides: impl Iterator<Item = &'a Override>,
) -> Result<scope::Builder> {
    for given in overrides {
        builder.set(&given.key, given.value.clone(), &given.source)?;
    }
    Ok(builder)
}

/// Makes entries of a tree (rule K5).
struct Laying<'a> {
    builder: scope::Builder,
    keys: Option<Interning>,
    origins: &'a [Origin],
    path: String,
    stamp: u64,
}

impl Laying<'_> {
    fn files(&mut self, root: Box<[Member]>) -> Result<()> {
        let count = root.iter().map(|member| keys(&member.node)).sum();
        self.builder.reserve(count);
        self.keys = Some(Interning::new(count));
        for member in root.into_vec() {
            self.stamp = stamp();
            self.path.clear();
            self.path.push_str(&member.name);
            self.lay(None, member.node)?;
        }
        self.keys = None;
        Ok(())
    }

    /// Adds the entries of one value and gives the value, and how many leaves it has.
    fn lay(&mut self, parent: Option<Key>, node: Node) -> Result<(Value, u32)> {
        let source = source_of(self.origins, node.place);
        let key = match &mut self.keys {
            Some(keys) => keys.child(parent, &self.path)?,
            None => intern(&self.path)?,
        };
        let members = match node.content {
            Content::Map(members) if is_laid_out(&members) => members,
            _ => {
                let value = node.into_value();
                self.builder.leaf(key, value.clone(), source, self.stamp);
                return Ok((value, 1));
            }
        };
        let start = self.builder.len();
        let mut leaves = 0;
        let mut own = None;
        let mut pairs = Vec::with_capacity(members.len());
        for member in members.into_vec() {
            if member.kind == NameKind::Own {
                let place = member.node.place;
                let value = member.node.into_value();
                own = Some((value.clone(), source_of(self.origins, place)));
                pairs.push((member.name, value));
                continue;
            }
            let len = self.path.len();
            join(&mut self.path, &member.name);
            let (value, below) = self.lay(Some(key), member.node)?;
            self.path.truncate(len);
            leaves += below;
            pairs.push((member.name, value));
        }
        let value = map_of(pairs);
        match own {
            // The key has a value of its own, and reads as that.
            Some((own, source)) => {
                self.builder.leaf_before(start, key, own, source, self.stamp);
                leaves += 1;
            }
            None => self.builder.dictionary_before(start, key, value.clone(), leaves, source, self.stamp),
        }
        Ok((value, leaves.max(1)))
    }
}

/// How many keys a value has, its own counted.
fn keys(node: &Node) -> usize {
    match &node.content {
        Content::Map(members) if is_laid_out(members) => {
            1 + members.iter().map(|member| keys(&member.node)).sum::<usize>()
        }
        _ => 1,
    }
}

/// What a place of a tree stands in.
#[derive(Clone, Debug)]
enum Origin {
    File(Arc<String>),
    Other(Source),
}

fn source_of(origins: &[Origin], place: Place) -> Source {
    match origins.get(place.file as usize) {
        Some(Origin::File(path)) => {
            Source::File(FilePlace { path: path.clone(), line: place.line, column: place.column })
        }
        Some(Origin::Other(source)) => source.clone(),
        None => Source::Unknown,
    }
}

/// Whether a map that is no root has one key for each leaf: where its names are not all keys it is one value.
fn is_laid_out(members: &[Member]) -> bool {
    members.iter().all(|member| matches!(member.kind, NameKind::Segment | NameKind::Own))
}
