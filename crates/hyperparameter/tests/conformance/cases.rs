//! What each kind of case is.

use std::sync::atomic::{AtomicU32, Ordering};

use hyperparameter::scope::current;
use hyperparameter::value::Value;
use hyperparameter::{ErrorKind, ParamScope, Scope, Source, State, get, key, require};
use serde_json::{Value as Json, json};

use crate::door::Door;
use crate::types::{Known, WithType, with_type};
use crate::values::{Objects, exact, string};
use crate::{Ran, Stop, cli, differs, file, list, program, same, skip, text, warnings};

/// Of what a language may lack, what Rust has.
const HAS: &[&str] = &["threads", "numbers", "bigint", "used", "host", "scope-objects", "leave-elsewhere", "files"];

pub(crate) fn run(kind: &str, case: &Json) -> Ran {
    let named =
        |name: &str, has: bool| list(case, name).iter().find(|need| HAS.contains(&need.as_str().unwrap()) == has);
    if let Some(need) = named("needs", false) {
        return skip(format!("needs {need}"));
    }
    if let Some(has) = named("unless", true) {
        return skip(format!("unless {has}"));
    }
    match kind {
        "key" => is_key(case),
        "hash" => {
            let name = string(&case["key"])?;
            same("hash", key::hash(&name).to_string().as_str(), text(case, "hash"))?;
            same("hash at compile time", key::hash_const(&name).to_string().as_str(), text(case, "hash"))
        }
        "literal" => literal(case),
        "file" => file::run(case),
        "word" => cli::word(case),
        "unknown" => cli::unknown(case),
        "check" => cli::check(case),
        "saved" => cli::saved(case),
        "convert" => {
            for shared in [false, true] {
                with_type(&case["as"], shared, Convert(case))?;
            }
            Ok(())
        }
        "program" => {
            for (door, name) in [(Door::Held(State::fresh()), "held"), (Door::Front, "front")] {
                program::run(&door, list(case, "steps")).map_err(|stop| match stop {
                    Stop::Differs(why) => Stop::Differs(format!("[{name}] {why}")),
                    stop => stop,
                })?;
            }
            Ok(())
        }
        other => skip(format!("kind {other}")),
    }
}

/// A name of this runner's own: warnings are given once for each key and value.
fn new_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("conformance.n{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn is_key(case: &Json) -> Ran {
    let name = string(&case["key"])?;
    if case["valid"] == true {
        key::validate(&name)?;
        same("the name of the key", key::intern(&name)?.name(), &name)?;
        same("looked up", &key::lookup(&name)?, &Some(key::intern(&name)?))?;
        let _scope = ParamScope::new().set(&name, 7i64)?.enter()?;
        return same("read", &require::<i64>(&name)?, &7);
    }
    let here = Source::here();
    let uses = [
        ("validate", key::validate(&name).err()),
        ("lookup", key::lookup(&name).err()),
        ("intern", key::intern(&name).err()),
        ("read_name", State::fresh().read_name(&name).err()),
        ("require", require::<i64>(&name).err()),
        ("set", hyperparameter::set(&name, 1i64).err()),
        ("ParamScope", ParamScope::new().set(&name, 1i64).err()),
        ("builder", Scope::builder().set(&name, 1i64, &here).err()),
        ("mapping", Scope::builder().mapping(&Value::map([(&*name, Value::Null)]).into(), &here).err()),
        ("missing", Some(State::fresh().missing(&name))),
    ];
    let mut expected = json!({"kind": "InvalidKey", "at": case.get("at")});
    if name.len() <= 100 && !name.contains(char::is_control) {
        // Longer names are cut in the text, and control characters shown by their escape.
        expected["key"] = name.as_str().into();
    }
    for (use_, error) in uses {
        match error {
            Some(error) if program::is_expected(&error, &expected) && error.key() == Some(&name) => {}
            other => return differs(format!("{use_}: got {other:.300?} expected {expected:.300}")),
        }
    }
    Ok(())
}

fn literal(case: &Json) -> Ran {
    let name = new_name();
    let scope = ParamScope::new().text(&format!("{name}={}", string(&case["text"])?))?;
    let state = scope.clone().prepare().enter(State::fresh())?;
    let key = key::intern(&name)?;
    let mut objects = Objects::default();
    let Some(got) = state.value::<Value>(key)? else { return differs("nothing is read") };
    objects.check("by state", &got, &case["gives"])?;
    let guard = scope.enter()?;
    objects.check("by name", &get(&name, Value::str("default")), &case["gives"])?;
    drop(guard);
    same("warnings", &warnings::take(), &Vec::new())
}

/// A conversion, on the whole way of a value: set, read leniently and strictly, by state and by name.
struct Convert<'a>(&'a Json);

impl WithType<()> for Convert<'_> {
    fn call<T: Known>(self) -> Ran {
        let case = self.0;
        let mut objects = Objects::default();
        let value = objects.value(&case["value"])?;
        let name = new_name();
        let key = key::intern(&name)?;
        let scope = ParamScope::new().set(&name, value)?;
        let lenient = scope.clone().prepare().enter(State::fresh().enter_strict(0, false))?;
        let strict = lenient.clone().enter_strict(0, true);
        // Twice each: the second read meets the conversion that the entry kept.
        for read in ["first", "second"] {
            let (soft, heard) = (lenient.value::<T>(key)?.map(T::back), warnings::take());
            let hard = strict.value::<T>(key).map(|got| got.map(T::back));
            same("warnings in strict mode", &warnings::take(), &Vec::new())?;
            match (case.get("gives"), soft, hard) {
                (Some(gives), Some(soft), Ok(Some(hard))) => {
                    objects.check(read, &soft, gives)?;
                    objects.check(read, &hard, gives)?;
                    same("warnings", &heard, &Vec::new())?;
                }
                (None, None, Err(error)) if error.kind() == ErrorKind::Conversion => {
                    same("the key of the error", &error.key(), &Some(&*name))?;
                    same("warnings", &heard.len(), &usize::from(read == "first"))?;
                    if let Some(wanted) = case["as"].as_str() {
                        same("the type in the text", &error.to_string().contains(&format!(" to {wanted}")), &true)?;
                    }
                }
                (gives, soft, hard) => {
                    return differs(format!("{read} read: got {soft:?}, strictly {hard:?}, expected {gives:?}"));
                }
            }
        }
        self.by_name::<T>(&scope, &mut objects)
    }
}

impl Convert<'_> {
    fn by_name<T: Known>(&self, scope: &ParamScope, objects: &mut Objects) -> Ran {
        let name = new_name();
        let scope = scope.clone().set(&name, objects.value(&self.0["value"])?)?;
        let _guard = scope.enter()?;
        let got = require::<T>(&name).map(T::back);
        let heard = warnings::take();
        let strictly = {
            let _strict = current::Guard::enter(|state| Ok::<_, Stop>(state.enter_strict(0, true)))?;
            require::<T>(&name).map(T::back)
        };
        match (self.0.get("gives"), got, strictly) {
            (Some(gives), Ok(got), Ok(strictly)) => {
                objects.check("by name", &got, gives)?;
                same("strictly by name", &exact(&got, &strictly), &true)?;
                same("warnings", &heard, &Vec::new())
            }
            (None, Err(_), Err(error)) if error.kind() == ErrorKind::Conversion => same("warnings", &heard.len(), &1),
            (gives, got, strictly) => differs(format!("by name: {got:?}, strictly {strictly:?}, expected {gives:?}")),
        }
    }
}
