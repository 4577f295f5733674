//! Cases of kind `file`: configurations, loaded as a program loads them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use hyperparameter::config::{Builder, Config, Format, dump};
use hyperparameter::error::Result;
use hyperparameter::value::Value;
use hyperparameter::{Source, State, key};
use serde_json::Value as Json;

use crate::values::{Objects, string};
use crate::{Ran, differs, list, program, same, text};

/// A folder of this case's own, gone when the case is.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name =
            format!("hyperparameter-conformance-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn lines(json: &Json) -> Ran<String> {
    let lines = json.as_array().unwrap().iter().map(string).collect::<Ran<Vec<_>>>()?;
    Ok(lines.join("\n"))
}

pub(crate) fn run(case: &Json) -> Ran {
    let mut objects = Objects::default();
    if let Some(value) = case.get("value") {
        let value = objects.value(value)?;
        for format in [Format::Toml, Format::Json, Format::Yaml] {
            let dumped = dump(&value, format)?;
            let loaded = Config::builder().text("dumped", format, &*dumped).load();
            let what = format!("{format}: {dumped}");
            check(case, &what, loaded, None).map_err(|stop| match stop {
                crate::Stop::Differs(why) => crate::Stop::Differs(format!("{what}: {why}")),
                stop => stop,
            })?;
        }
        return Ok(());
    }
    let folder = Folder::new();
    let builder = prepared(case)?;
    if case.get("files").is_none() {
        let format = text(case, "format");
        let builder = builder.text(format!("text.{format}"), Format::named(format).unwrap(), lines(&case["text"])?);
        return check(case, "text", with_pairs(case, builder)?.load(), None);
    }
    for (name, content) in case["files"].as_object().unwrap() {
        let path = folder.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, lines(content)?).unwrap();
    }
    let named = list(case, "load").iter();
    let builder = named.fold(builder, |builder, name| builder.file(path(&folder.0, name.as_str().unwrap())));
    check(case, "files", with_pairs(case, builder)?.load(), Some(&folder.0))
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

fn prepared(case: &Json) -> Ran<Builder> {
    let mut builder = Config::builder();
    let pairs: BTreeMap<String, String> =
        case.get("env").map(|env| serde_json::from_value(env.clone()).unwrap()).unwrap_or_default();
    builder = builder.environment(pairs);
    if case.get("prefix").is_some() {
        builder = builder.env(text(case, "prefix"));
    }
    if case.get("separator").is_some() {
        builder = builder.env_separator(text(case, "separator"));
    }
    let declared: Vec<String> = list(case, "declared").iter().map(|key| key.as_str().unwrap().to_owned()).collect();
    Ok(builder.declared(move |key| declared.iter().any(|declared| declared == key)))
}

fn with_pairs(case: &Json, mut builder: Builder) -> Ran<Builder> {
    for (name, option) in [("define", "-D"), ("pin", "--pin")] {
        for (at, pair) in (1..).zip(list(case, name)) {
            let source = Source::Argument(option.into(), at);
            let pair = string(pair)?;
            builder = if name == "pin" { builder.pin(pair, source) } else { builder.define(pair, source) };
        }
    }
    Ok(builder)
}

fn check(case: &Json, what: &str, loaded: Result<Config>, folder: Option<&Path>) -> Ran {
    // What a person sees, with the names that the case uses.
    let shown = |text: &str| match folder {
        Some(folder) => text.replace(&format!("{}/", folder.to_str().unwrap()), ""),
        None => text.to_owned(),
    };
    let config = match (loaded, case.get("error")) {
        (Ok(config), None) => config,
        (Ok(config), Some(error)) => {
            return differs(format!("{what} loads ({:?}), expected {error}", config.entries()));
        }
        (Err(error), None) => return differs(format!("{what}: got {error}")),
        (Err(error), Some(expected)) => {
            if !program::is_expected(&error, expected) {
                return differs(format!("{what}: got {error:?} expected {expected}"));
            }
            let places = [("line", error.line()), ("column", error.column())];
            for (name, got) in places {
                if let Some(expected) = expected[name].as_u64() {
                    same(&format!("{error}: {name}"), &got.map(u64::from), &Some(expected))?;
                }
            }
            if let Some(file) = expected["file"].as_str() {
                same(&format!("{error}: file"), &error.file().map(shown).as_deref(), &Some(file))?;
            }
            return Ok(());
        }
    };
    let mut objects = Objects::default();
    let gives = case["gives"].as_object().unwrap();
    let entries = config.entries();
    let mut keys: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    let mut expected: Vec<&str> = gives.keys().map(String::as_str).collect();
    keys.sort_unstable();
    expected.sort_unstable();
    same(&format!("{what}: keys"), &keys, &expected)?;
    let state = config.scope()?.enter(State::fresh())?;
    for entry in &entries {
        objects.check(&format!("{what}: {}", entry.key), &entry.value, &gives[&entry.key])?;
        // The store reads it too: a list with what was written over its elements, text as the literal it spells.
        let read = state.value::<Value>(key::intern(&entry.key)?)?;
        let overlaid = keys.iter().any(|key| key.starts_with(&format!("{}.", entry.key)));
        let literal = match &entry.value {
            Value::Text(text) => hyperparameter::value::literal(text.as_str()),
            value => hyperparameter::value::untyped(value),
        };
        if !overlaid && !read.as_ref().is_some_and(|read| crate::values::exact(read, &literal)) {
            return differs(format!("{what}: {} reads {read:?}, not {literal:?}", entry.key));
        }
        if let Some(source) = case["sources"][&entry.key].as_str() {
            same(&format!("{what}: the source of {}", entry.key), &*shown(&entry.source.to_string()), source)?;
        }
    }
    for (key, expected) in case["shadowed"].as_object().into_iter().flatten() {
        let shadowed = config.shadowed(key).iter().map(|entry| entry.value.clone());
        objects.check(&format!("{what}: shadowed {key}"), &Value::list(shadowed), expected)?;
    }
    Ok(())
}
