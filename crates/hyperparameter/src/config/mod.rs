//! Configurations: text in, entries with sources out (rules A1 to A5 and A9; rule K5 for files).
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
//! # Ok::<(), hyperparameter::error::Error>(())
//! ```

mod builder;
mod combined;
mod dump;
mod env;
mod fault;
mod files;
mod interpolate;
mod json;
mod laying;
mod limits;
mod loading;
mod merge;
mod names;
mod settle;
mod toml;
mod tree;
#[cfg(feature = "watch")]
mod watch;
mod yaml;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

pub use builder::Builder;
pub use combined::{Branch, Tree};
pub use dump::dump;
pub(crate) use dump::{toml_name, toml_value};
pub use limits::Limits;
#[cfg(feature = "watch")]
pub use watch::{Watch, watch};

use crate::error::{Error, Result};
use crate::scope::{self, Scope, Source};
use crate::value::{Item, Value};
use laying::{Origin, is_laid_out, laid, scope_of, source_of, with_overrides};
use tree::{Content, Member, join, members_value};

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
    /// Of all that was read, to see whether it is the same again.
    #[cfg(feature = "watch")]
    fingerprint: u64,
}

impl Config {
    /// Begins to load one.
    pub fn builder() -> Builder {
        Builder::new()
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
        Some(Self {
            root,
            origins: self.origins.clone(),
            overrides,
            shadowed,
            strange: Vec::new(),
            #[cfg(feature = "watch")]
            fingerprint: self.fingerprint,
        })
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

    /// Where the name of the value at a path stands: of a list's element, and of what is in no file, the value itself.
    ///
    /// # Errors
    /// As [`Config::tree`].
    pub fn source_of_name(&self, path: &[&str]) -> Result<Option<Source>> {
        let mut origins = self.origins.clone();
        let root = combined::overlaid(&self.root, &mut origins, &self.overrides)?;
        let place = combined::name_at(&root, path).or_else(|| Some(combined::at(&root, path)?.place));
        Ok(place.map(|place| source_of(&origins, place)))
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

    /// The pinned overrides, as [`crate::scope::Pinned::new`] takes them.
    #[must_use]
    pub fn pins(&self) -> Vec<(String, Item, Source)> {
        let pins = self.overrides.iter().filter(|given| given.layer == Layer::Pin);
        pins.map(|given| (given.key.clone(), given.value.clone().into(), given.source.clone())).collect()
    }
}
