//! A program's command line, for C and C++: the options are found here; what a word means, which keys there are and what a
//! type takes is decided in `crate::cli`.

use super::super::abi::{RawCommandLine, RawParameter, RawStr, Status};
use super::call;
use crate::error::Error;

#[cfg(not(feature = "config"))]
pub(super) unsafe extern "C" fn parse(
    _: *const RawStr,
    _: usize,
    _: *const RawParameter,
    _: usize,
    _: RawStr,
    _: *mut RawCommandLine,
) -> Status {
    call(|| {
        Err(Error::config(
            None,
            "this build of hyperparameter reads no command line: it is without its feature 'config'",
        ))
    })
}

#[cfg(feature = "config")]
pub(super) use with_config::parse;

#[cfg(feature = "config")]
mod with_config {
    use std::ptr::NonNull;

    use super::super::HostSide;
    use super::*;
    use crate::cli::{Action, Definition, Parameter, WordOption};
    use crate::cli::{check, definition, goes_on, refused_entries, unknown_entries};
    use crate::config::{Builder, Config, Entry, Layer};
    use crate::error::Result;
    use crate::host::abi::OK;
    use crate::host::raw::{self, Owner};
    use crate::key;
    use crate::report::{self, Declared};
    use crate::scope::{Pinned, set_strict_outside_here};
    use crate::value::{Mismatch, Value};

    /// Says a warning to whoever hears of them; on standard error where the store is a host's.
    fn tell(text: &str) {
        #[cfg(feature = "host")]
        crate::host::own::tell(text);
        #[cfg(not(feature = "host"))]
        drop(std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("hyperparameter: warning: {text}\n")));
    }

    /// One of the words that stand for themselves or take a value.
    enum Option_ {
        Word(WordOption),
        File,
        List,
        Explain,
    }

    fn option(spelled: &str) -> Option<Option_> {
        Some(match spelled {
            "-D" | "--define" => Option_::Word(WordOption::Define),
            "-D!" | "--pin" => Option_::Word(WordOption::Pin),
            "--delete" => Option_::Word(WordOption::Delete),
            "-C" | "--config" => Option_::File,
            "-lps" | "--list-params" => Option_::List,
            "-ep" | "--explain-param" => Option_::Explain,
            _ => return None,
        })
    }

    /// An option with its value in one word: `-Dk=v`, `--config=a.toml`.
    fn joined(word: &str) -> Option<(&str, Option_, &str)> {
        if let Some((spelled, value)) = word.split_once('=').filter(|_| word.starts_with("--")) {
            return Some((spelled, option(spelled)?, value));
        }
        let value = word.strip_prefix("-D").filter(|value| value.contains('=') && !value.starts_with('='));
        value.map(|value| ("-D", Option_::Word(WordOption::Define), value))
    }

    /// What the words say.
    #[derive(Default)]
    struct Said<'a> {
        definitions: Vec<Definition>,
        files: Vec<&'a str>,
        list: bool,
        explain: Option<&'a str>,
        errors: Vec<Error>,
    }

    impl<'a> Said<'a> {
        fn value(&mut self, spelled: &str, option: &Option_, value: &'a str, position: u32) {
            match option {
                Option_::Word(option) => match definition(*option, spelled, value, position) {
                    Ok(definition) => self.definitions.push(definition),
                    Err(error) => self.errors.push(error),
                },
                Option_::File => self.files.push(value),
                Option_::Explain => self.explain = Some(value),
                Option_::List => self.list = true,
            }
        }

        fn read(words: &[&'a str], taken: &mut [u8]) -> Self {
            let mut said = Self::default();
            let mut at = 0;
            while at < words.len() && words[at] != "--" {
                let word = words[at];
                let position = at as u32 + 1;
                let start = at;
                at += 1;
                if let Some((spelled, option, value)) = joined(word) {
                    said.value(spelled, &option, value, position);
                } else if let Some(option) = option(word) {
                    match (&option, words.get(at)) {
                        (Option_::List, _) => said.list = true,
                        (_, Some(&value)) if value != "--" => {
                            said.value(word, &option, value, position + 1);
                            at += 1;
                            let many = matches!(option, Option_::Word(WordOption::Define | WordOption::Pin));
                            while many && words.get(at).is_some_and(|word| goes_on(word)) {
                                said.value(word, &option, words[at], at as u32 + 1);
                                at += 1;
                            }
                        }
                        _ => said.errors.push(Error::config(None, format!("{word} needs a value"))),
                    }
                } else {
                    continue;
                }
                taken[start..at].fill(1);
            }
            said
        }
    }

    /// One parameter of the program, with C's own way to say whether a value converts.
    fn parameter(raw: RawParameter) -> Result<Parameter> {
        // SAFETY: the caller of `parse` says that all of it is there.
        let (key, wanted, default) = unsafe { (raw::text(raw.key)?, raw.wanted.get(), raw.default_text.get()) };
        let converts = Converts(raw);
        Ok(Parameter::new(key, wanted).default_text(default).converts(move |value| converts.call(value)))
    }

    struct Converts(RawParameter);

    // SAFETY: it is called while the command line is parsed only, on the thread that parses it.
    unsafe impl Send for Converts {}
    // SAFETY: as above.
    unsafe impl Sync for Converts {}

    impl Converts {
        fn call(&self, value: &Value) -> Result<(), Mismatch> {
            let (raw, _owner) = Owner::of::<HostSide>(value.clone());
            let mut why = String::new();
            // SAFETY: promised by the caller of `parse`.
            let converts = unsafe { (self.0.converts)(self.0.context, &raw, raw::collect, (&raw mut why).cast()) != 0 };
            if converts { Ok(()) } else { Err(Mismatch::new(why)) }
        }
    }

    pub(in super::super) unsafe extern "C" fn parse(
        words: *const RawStr,
        count: usize,
        parameters: *const RawParameter,
        parameter_count: usize,
        env: RawStr,
        out: *mut RawCommandLine,
    ) -> Status {
        call(|| {
            // SAFETY: promised by the caller, as the table says.
            let (words, raw_parameters, env, out) = unsafe {
                let words = (0..count).map(|at| raw::text(*words.add(at))).collect::<Result<Vec<_>>>()?;
                let parameters: Vec<RawParameter> = (0..parameter_count).map(|at| *parameters.add(at)).collect();
                (words, parameters, raw::text(env)?, &mut *out)
            };
            // SAFETY: as above: the caller gives one byte for each word.
            let taken = unsafe {
                std::slice::from_raw_parts_mut(if count == 0 { NonNull::dangling().as_ptr() } else { out.taken }, count)
            };
            declare(&raw_parameters)?;
            let known = raw_parameters.iter().map(|raw| parameter(*raw)).collect::<Result<Vec<_>>>()?;
            let said = Said::read(&words, taken);
            out.list = said.list.into();
            out.explain = said.explain.is_some().into();
            out.explained = RawStr::new(said.explain.unwrap_or_default());
            publish(said, &known, env)?;
            Ok(OK)
        })
    }

    /// Makes the call sites known: to `explain`, and to the near names of messages.
    fn declare(parameters: &[RawParameter]) -> Result<()> {
        for raw in parameters {
            // SAFETY: as in `parameter`.
            unsafe {
                let key = key::intern(raw::text(raw.key)?)?;
                let declared = Declared {
                    default: None,
                    wanted: raw.wanted.get().into_owned(),
                    help: raw.help.get().into_owned(),
                    owner: format!("{}:{}", raw.source.file.get(), raw.source.line),
                    source: super::super::source_of(&raw.source),
                    used: false,
                };
                report::declare_here(key, declared);
            }
        }
        Ok(())
    }

    fn publish(said: Said<'_>, known: &[Parameter], env: &str) -> Result<()> {
        let Said { definitions, files, mut errors, .. } = said;
        errors.extend(check(&definitions, known));
        let mut config = files.into_iter().fold(Config::builder(), Builder::file);
        if !env.is_empty() {
            config = config.env(env);
        }
        for given in &definitions {
            let pair = format!("{}={}", given.key, given.text);
            match given.action {
                Action::Set => config = config.define(pair, given.source.clone()),
                Action::Pin => config = config.pin(pair, given.source.clone()),
                Action::Delete => {}
            }
        }
        let config = match config.load() {
            Ok(config) => config,
            Err(error) => {
                errors.push(error);
                return Err(all(&errors));
            }
        };
        // Those of the command line were looked at.
        let of = |layer: Layer| -> Vec<Entry> {
            config.entries().into_iter().filter(|entry| entry.layer == layer).collect()
        };
        let (in_files, in_environment) = (of(Layer::Files), of(Layer::Env));
        // A file may be another program's too: of its keys those are errors that look like one of this program's.
        let (misspelt, others): (Vec<Error>, Vec<Error>) =
            unknown_entries(&in_files, known).into_iter().partition(|error| !error.near().is_empty());
        errors.extend(misspelt);
        errors.extend([&in_files, &in_environment].into_iter().flat_map(|entries| refused_entries(entries, known)));
        if !errors.is_empty() {
            return Err(all(&errors));
        }
        // Whoever set a variable may have meant another program.
        let in_environment = unknown_entries(&in_environment, known);
        for strange in others.iter().chain(&in_environment).chain(config.strange_variables()) {
            tell(&strange.to_string());
        }
        // The pins stand for themselves; what they are laid over is the same without them.
        let pins = Pinned::here(config.pins())?;
        // In force as long as the process.
        std::mem::forget(pins);
        let mut state = config.into_scope()?.enter(crate::State::fresh())?;
        for given in definitions.iter().filter(|given| given.action == Action::Delete) {
            state = state.delete(key::intern(&given.key)?)?;
        }
        state.publish();
        set_strict_outside_here(true);
        Ok(())
    }

    /// One error with the text of all.
    fn all(errors: &[Error]) -> Error {
        match errors {
            [one] => one.clone(),
            many => Error::config(None, many.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
        }
    }
}
