//! The options by which every program takes parameters: `-D`, `-C`, `--pin`, `--list-params`, `--explain-param`.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::check::{all_wrong, check_all, definitions, known, remember, wrong};
use super::list::{by_key, grouped, listed};
use crate::__private::{Site, sites};
use crate::cli::{Action, Definition, WordOption, no_parameter, unknown};
use crate::config::{Builder, Config, Entry};
use crate::error::{Error, conversion_text};
use crate::report::shown;
use crate::scope::current::Guard;
use crate::scope::{Pinned, Scope, Source, State};
use crate::value::{Item, wanted_text};

const DEFINE: &str = "hyperparameter-define";
const CONFIG: &str = "hyperparameter-config";
const PIN: &str = "hyperparameter-pin";
const LIST: &str = "hyperparameter-list";
const EXPLAIN: &str = "hyperparameter-explain";

/// Parameters from a command line: `-D key=value`, `-C file`, `--pin key=value`, `--list-params` and `--explain-param key`.
///
/// Stands in a program's arguments by `#[command(flatten)]`. Definitions and files are read and checked while the command
/// line is parsed; what they say is in force where the program enters them, or everywhere once it publishes them.
///
/// ```
/// use hyperparameter::cli::ParamArgs;
/// use hyperparameter::{Parser, get};
///
/// #[derive(Parser)]
/// struct Args {
///     #[command(flatten)]
///     params: ParamArgs,
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let args = Args::try_parse_from(["prog", "-D", "doc.lr=0.5"])?;
/// {
///     let _scope = args.params.enter()?;
///     assert_eq!(get("doc.lr", 0.1), 0.5);
/// }
/// assert_eq!(get("doc.lr", 0.1), 0.1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ParamArgs {
    files: Vec<String>,
    definitions: Vec<Definition>,
    loaded: Arc<Loaded>,
}

#[derive(Debug)]
struct Loaded {
    config: Config,
    /// Without the pins.
    scope: Scope,
    pins: Vec<(String, Item, Source)>,
    /// Those that are in force.
    pinned: OnceLock<Option<Pinned>>,
}

impl ParamArgs {
    /// The parameters as a scope; pins are no part of it.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.loaded.scope.clone()
    }

    /// The parameters as a configuration, by which they can be listed and written to a file.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.loaded.config
    }

    /// Enters the parameters on this thread until the guard is dropped. Pins are in force for every thread from now on, for
    /// as long as a copy of these arguments lives.
    ///
    /// # Errors
    /// `InvalidKey` for an index out of range of a list that is visible here.
    pub fn enter(&self) -> Result<Guard, Error> {
        self.pinned_scope()?.enter_here()
    }

    /// The scope, with its pins in force.
    pub(crate) fn pinned_scope(&self) -> Result<&Scope, Error> {
        let loaded = &*self.loaded;
        if !loaded.pins.is_empty() && loaded.pinned.get().is_none() {
            let pinned = Pinned::new(loaded.pins.iter().cloned())?;
            let _ = loaded.pinned.set(Some(pinned));
        }
        Ok(&loaded.scope)
    }

    /// Publishes the parameters for every thread, until the process ends or another snapshot is published; pins are in
    /// force from now on.
    ///
    /// # Panics
    /// In a library that shares the store of its process (feature `host`), where that store refuses them.
    pub fn freeze(&self) {
        #[cfg(feature = "host")]
        if let Some(table) = crate::host::guest::usable() {
            let published =
                self.pinned_scope().and_then(|scope| crate::host::guest::freeze_scope(table, scope.entries()));
            if let Err(error) = published {
                panic!("{error}");
            }
            std::mem::forget(self.loaded.clone());
            return;
        }
        // It was tried when the command line was read.
        if let Ok(state) = self.pinned_scope().and_then(|scope| scope.enter(State::fresh())) {
            state.freeze();
        }
        // The pins stay when the arguments go.
        std::mem::forget(self.loaded.clone());
    }

    /// The same with variables of the environment between the files and the command line: with the prefix `APP`,
    /// `APP_TRAIN__LR` sets `train.lr`.
    ///
    /// # Errors
    /// In clap's style, for a variable that does not convert to the type of a declared parameter.
    pub fn with_env(&self, prefix: &str) -> Result<Self, clap::Error> {
        Self::load(self.files.clone(), self.definitions.clone(), Some(prefix))
    }

    fn load(files: Vec<String>, definitions: Vec<Definition>, env: Option<&str>) -> Result<Self, clap::Error> {
        check_all(&definitions)?;
        let builder = |pins: bool| -> Builder {
            let mut builder = Config::builder();
            if let Some(prefix) = env {
                let keys: Vec<String> = known().into_iter().map(|parameter| parameter.key).collect();
                builder = builder.declared(move |key| keys.iter().any(|known| known == key)).env(prefix);
            }
            for file in &files {
                builder = builder.file(file);
            }
            let kept = |definition: &&Definition| pins || definition.action != Action::Pin;
            definitions.iter().filter(kept).fold(builder, |builder, definition| builder.definition(definition.clone()))
        };
        let config = builder(true).load().map_err(wrong)?;
        check_entries(&config.entries())?;
        let pins = config.pins();
        // Of a pinned key the scope has the value that the pin hides.
        let scope = if pins.is_empty() { config.scope() } else { builder(false).load().and_then(Config::into_scope) };
        let scope = scope.map_err(wrong)?;
        scope.enter(State::fresh()).map_err(wrong)?;
        remember([]);
        Ok(Self { files, definitions, loaded: Arc::new(Loaded { config, scope, pins, pinned: OnceLock::new() }) })
    }
}

/// Values of files and of the environment are converted to the types of declared parameters before the program goes on.
fn check_entries(entries: &[Entry]) -> Result<(), clap::Error> {
    for site in sites() {
        let Some(check) = site.check else { continue };
        let Some(entry) = entries.iter().find(|entry| entry.key == site.key) else { continue };
        if let Err(mismatch) = check(&entry.value) {
            let wanted = wanted_text(site.type_text, &mismatch);
            let source = entry.source.to_string();
            return Err(wrong(conversion_text(site.key, &shown(&entry.value), &source, &wanted, mismatch.reason())));
        }
    }
    Ok(())
}

impl clap::Args for ParamArgs {
    fn augment_args(command: Command) -> Command {
        let heading = Some("Parameters");
        let pair = |id: &'static str, long: &'static str| {
            let arg = Arg::new(id).long(long).value_name("KEY=VALUE").action(ArgAction::Append).help_heading(heading);
            super::complete::with_keys(arg)
        };
        command
            .arg(
                pair(DEFINE, "define")
                    .short('D')
                    .help("Set a parameter; !KEY=VALUE pins it, ~KEY deletes it, +KEY=VALUE need not be declared"),
            )
            .arg(
                Arg::new(CONFIG)
                    .short('C')
                    .long("config")
                    .value_name("FILE")
                    .action(ArgAction::Append)
                    .value_hint(clap::ValueHint::FilePath)
                    .help_heading(heading)
                    .help("Read parameters from a TOML, JSON or YAML file; of several the later wins"),
            )
            .arg(pair(PIN, "pin").help("Set a parameter over everything the program sets itself"))
            .arg(
                Arg::new(LIST)
                    .long("list-params")
                    .action(ArgAction::SetTrue)
                    .help_heading(heading)
                    .help("List the parameters with their values, and exit"),
            )
            .arg(
                Arg::new(EXPLAIN)
                    .long("explain-param")
                    .value_name("KEY")
                    .action(ArgAction::Append)
                    .help_heading(heading)
                    .help("Say where a parameter's value comes from, and exit"),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for ParamArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let texts = |id: &str| -> Vec<String> {
            matches.try_get_many::<String>(id).ok().flatten().into_iter().flatten().cloned().collect()
        };
        let mut read = definitions(WordOption::Define, &texts(DEFINE))?;
        read.extend(definitions(WordOption::Pin, &texts(PIN))?);
        let this = Self::load(texts(CONFIG), read, None)?;
        let explained = texts(EXPLAIN);
        if !explained.is_empty() {
            return Err(said(&explain(&this, &explained)?));
        }
        if matches.try_get_one::<bool>(LIST).ok().flatten().is_some_and(|list| *list) {
            return Err(said(&list(&this)));
        }
        Ok(this)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        let new = Self::from_arg_matches(matches)?;
        let (mut files, mut definitions) = (std::mem::take(&mut self.files), std::mem::take(&mut self.definitions));
        files.extend(new.files);
        definitions.extend(new.definitions);
        *self = Self::load(files, definitions, None)?;
        Ok(())
    }
}

/// What was asked for instead of a run: printed to standard output, with the exit status 0, as help is.
fn said(text: &str) -> clap::Error {
    let asked = Command::new("parameters")
        .help_template("{about}")
        .about(text.to_owned())
        .try_get_matches_from(["parameters", "--help"]);
    match asked {
        Err(help) => help,
        Ok(_) => wrong(text),
    }
}

/// What is asked for by a command line that lacks what the program needs for a run.
pub(super) fn asks_for_list(command: &Command, words: &[OsString]) -> Option<clap::Error> {
    let matches = command.clone().ignore_errors(true).try_get_matches_from(words).ok()?;
    let mut at = Some(&matches);
    while let Some(matches) = at {
        let lists = matches.try_get_one::<bool>(LIST).ok().flatten().is_some_and(|list| *list);
        let explains = matches.try_get_many::<String>(EXPLAIN).ok().flatten().is_some();
        if lists || explains {
            return <ParamArgs as clap::FromArgMatches>::from_arg_matches(matches).err();
        }
        at = matches.subcommand().map(|(_, inner)| inner);
    }
    None
}

fn list(this: &ParamArgs) -> String {
    let keys = by_key();
    let mut out = listed(&Command::new(""), &keys).unwrap_or_else(|| "No parameters are declared.".to_owned());
    let entries = this.loaded.config.entries();
    if !entries.is_empty() {
        out.push_str("\n\nSet:");
    }
    for entry in entries {
        let _ = write!(out, "\n  {} = {}  ({})", entry.key, shown(&entry.value), entry.source);
    }
    out
}

fn explain(this: &ParamArgs, keys: &[String]) -> Result<String, clap::Error> {
    let known = known();
    let entries = this.loaded.config.entries();
    let mut out = String::new();
    for key in keys {
        let entry = entries.iter().find(|entry| entry.key == *key);
        let declared: Vec<&Site> = by_key().remove(&**key).unwrap_or_default();
        if entry.is_none() && declared.is_empty() {
            let names: Vec<&str> = known.iter().map(|parameter| parameter.key.as_str()).collect();
            let near = unknown(key, &names).unwrap_or_default();
            return Err(all_wrong(&[no_parameter(key, &Source::Unknown, &near)]));
        }
        if !out.is_empty() {
            out.push('\n');
        }
        match (entry, declared.first()) {
            (Some(entry), _) => {
                let _ = write!(out, "{key} = {}  ({})", shown(&entry.value), entry.source);
            }
            (None, Some(site)) if site.default_text.is_empty() => {
                let _ = write!(out, "{key} is not set, and has no default");
            }
            (None, Some(site)) => {
                let _ = write!(out, "{key} = {}  (default)", site.default_text);
            }
            (None, None) => {}
        }
        for hidden in this.loaded.config.shadowed(key).iter().rev() {
            let _ = write!(out, "\n  over {}  ({})", shown(&hidden.value), hidden.source);
        }
        for site in grouped(&declared) {
            let default = match site.default_text {
                "" => "required".to_owned(),
                text => format!("default {text}"),
            };
            let of = if site.type_text.is_empty() { String::new() } else { format!(", type {}", site.type_text) };
            let _ = write!(out, "\n  {default}{of}  ({})", site.places());
            for line in site.help.lines().map(str::trim).filter(|line| !line.is_empty()) {
                let _ = write!(out, "\n    {line}");
            }
        }
    }
    Ok(out)
}
