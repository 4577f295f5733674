//! Runs the cases of `/conformance` that Rust can run. Warnings are not counted yet.
#![allow(clippy::print_stderr, reason = "the counts and differences are for whoever runs the test")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex};

use hyperparameter::scope::{self, Call, LevelKind, Pinned, Snapshot};
use hyperparameter::value::{Ask, BigInt, convert, untyped};
use hyperparameter::{Item, Scope, Source, State, Value, key, report};
use serde_json::Value as Json;

const HAS: &[&str] = &["threads", "numbers", "bigint", "used"];

enum Stop {
    Skip(String),
    Differs(String),
    Fails(hyperparameter::Error),
    Raised,
}
type Ran<T = ()> = Result<T, Stop>;

impl From<hyperparameter::Error> for Stop {
    fn from(error: hyperparameter::Error) -> Self {
        Self::Fails(error)
    }
}

fn skip<T>(why: impl Into<String>) -> Ran<T> {
    Err(Stop::Skip(why.into()))
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, got: &T, expected: &T) -> Ran {
    if got == expected {
        return Ok(());
    }
    Err(Stop::Differs(format!("{what}: got {got:.300?} expected {expected:.300?}")))
}

fn text<'a>(json: &'a Json, name: &str) -> &'a str {
    json[name].as_str().unwrap_or("")
}

fn list<'a>(json: &'a Json, name: &str) -> &'a [Json] {
    json[name].as_array().map_or(&[], Vec::as_slice)
}

fn string(json: &Json) -> Ran<String> {
    if let Some(plain) = json.as_str() {
        return Ok(plain.to_owned());
    }
    if let Some(parts) = json["$repeat"].as_array() {
        let part = |at: usize| parts[at].as_str().unwrap();
        let count = usize::try_from(parts[2].as_u64().unwrap()).unwrap();
        return Ok(format!("{}{}{}", part(0), part(1).repeat(count), part(3)));
    }
    if let Some(units) = json["$units"].as_array() {
        let units: Vec<u16> = units.iter().map(|unit| u16::try_from(unit.as_u64().unwrap()).unwrap()).collect();
        return String::from_utf16(&units).or_else(|_| skip("lone surrogate"));
    }
    skip("a name that is no string")
}

fn value(json: &Json) -> Ran<Value> {
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(bool) => Value::Bool(*bool),
        Json::Number(number) => Value::Int(number.as_i64().unwrap()),
        Json::String(string) => Value::str(string.as_str()),
        Json::Array(items) => Value::list(items.iter().map(value).collect::<Ran<Vec<_>>>()?),
        Json::Object(map) => {
            let encoded = map.iter().next().filter(|(name, _)| map.len() == 1 && name.starts_with('$'));
            let Some((name, of)) = encoded else {
                let pairs = map.iter().map(|(name, of)| Ok((name.clone(), value(of)?))).collect::<Ran<Vec<_>>>()?;
                return Ok(Value::map(pairs));
            };
            match name.as_str() {
                "$float" => Value::Float(of.as_str().unwrap().parse().unwrap()),
                "$int" => Value::Big(Arc::new(of.as_str().unwrap().parse::<BigInt>().unwrap())),
                "$text" => Value::text(string(of)?),
                "$repeat" | "$units" => Value::str(string(json)?),
                "$pairs" => {
                    let pairs = of.as_array().unwrap().iter();
                    Value::map(pairs.map(|pair| Ok((string(&pair[0])?, value(&pair[1])?))).collect::<Ran<Vec<_>>>()?)
                }
                "$nest" => {
                    let name = of[0].as_str().unwrap();
                    let depth = of[1].as_u64().unwrap();
                    (0..depth).try_fold(value(&of[2])?, |inner, _| Ran::Ok(Value::map([(name, inner)])))?
                }
                "$same" => value(&of[1])?,
                other => return skip(format!("encoding {other}")),
            }
        }
    })
}

/// `Ok(None)` where the value does not convert.
fn typed(of: &Value, wanted: &Json) -> Ran<Option<Value>> {
    if let Some(inner) = wanted.get("optional") {
        return if matches!(untyped(of), Value::Null) { Ok(Some(Value::Null)) } else { typed(of, inner) };
    }
    let ask = ask(wanted)?;
    let Ok(got) = convert(of, ask) else { return Ok(None) };
    if matches!(got, Value::Null) || (ask == Ask::Int && matches!(got, Value::Big(_))) {
        return Ok(None);
    }
    if let (Value::List(items), Some(inner)) = (&got, wanted.get("list")) {
        let items = items.iter().map(|item| typed(item, inner)).collect::<Ran<Option<Vec<_>>>>()?;
        return Ok(items.map(Value::list));
    }
    if let (Value::Map(map), Some(inner)) = (&got, wanted.get("map")) {
        let pairs = map.iter().map(|(name, of)| Ok(typed(of, inner)?.map(|of| (name.to_owned(), of))));
        return Ok(pairs.collect::<Ran<Option<Vec<_>>>>()?.map(Value::map));
    }
    Ok(Some(untyped(&got)))
}

fn ask(wanted: &Json) -> Ran<Ask> {
    Ok(match wanted.as_str() {
        Some("bool") => Ask::Bool,
        Some("int") => Ask::Int,
        Some("number") => Ask::Number,
        Some("float") => Ask::Float,
        Some("string") => Ask::Str,
        Some("list") => Ask::List,
        Some("map") => Ask::Map,
        None if wanted.get("list").is_some() => Ask::List,
        None if wanted.get("map").is_some() => Ask::Map,
        _ => return skip(format!("type {wanted}")),
    })
}

#[derive(Default)]
struct Labels {
    prepared: HashMap<String, Scope>,
    captures: HashMap<String, State>,
}

struct Run {
    state: State,
    open: Vec<(String, u64)>,
    labels: Arc<Mutex<Labels>>,
}

fn pairs(step: &Json) -> Ran<Scope> {
    let mut builder = Scope::builder();
    let here = Source::here();
    for pair in list(step, "pairs") {
        match pair {
            Json::String(pair) => builder.text(pair, &here)?,
            Json::Array(pair) => builder.set(&string(&pair[0])?, value(&pair[1])?, &here)?,
            other if other.get("$repeat").is_some() => builder.text(&string(other)?, &here)?,
            other => builder.mapping(&value(other)?.into(), &here)?,
        };
    }
    Ok(builder.build())
}

impl Run {
    fn steps(&mut self, steps: &[Json]) -> Ran {
        for step in steps {
            let before = self.state.clone();
            match (self.step(step), step.get("error")) {
                (Ok(()), Some(error)) => return Err(Stop::Differs(format!("{step}: succeeded, expected {error}"))),
                (Err(Stop::Fails(error)), Some(expected)) => {
                    self.state = before;
                    let shown = error.to_string();
                    let kind = text(expected, "kind");
                    let mut fits = kind == "any" || kind == error.kind().name();
                    for word in ["mentions", "near"].iter().flat_map(|name| list(expected, name)) {
                        fits &= shown.contains(word.as_str().unwrap());
                    }
                    fits &= expected.get("at").is_none_or(|at| shown.contains(&at.to_string()));
                    if !fits {
                        return Err(Stop::Differs(format!("{step:.300}: got {shown:.300} expected {expected}")));
                    }
                }
                (Err(Stop::Fails(error)), None) => {
                    return Err(Stop::Differs(format!("{step}: got error {error} expected none")));
                }
                (ran, _) => ran?,
            }
        }
        Ok(())
    }

    fn enter(&mut self, step: &Json) -> Ran {
        let label = text(step, "scope").to_owned();
        let labels = self.labels.lock().unwrap();
        let state = self.state.clone();
        self.state = if step["empty"] == true {
            state.enter_empty(0)
        } else if let Some(captured) = step["capture"].as_str() {
            state.enter_capture(0, &labels.captures[captured])
        } else if step.get("pairs").is_some() {
            pairs(step)?.enter(state)?
        } else if let Some(prepared) = labels.prepared.get(&label) {
            prepared.enter(state)?
        } else {
            state.enter_new(0)
        };
        self.open.push((label, self.state.serial()));
        Ok(())
    }

    fn leave(&mut self, at: usize) {
        let (_, serial) = self.open.remove(at);
        self.state = self.state.clone().leave(serial).0;
    }

    fn get(&self, step: &Json) -> Ran {
        let name = string(&step["key"])?;
        let key = key::intern(&name)?;
        let default = step.get("default");
        let mut wanted = step.get("as").cloned().unwrap_or(Json::Null);
        if let (Json::Null, Some(default)) = (&wanted, default) {
            wanted = match value(default)? {
                Value::Bool(_) => "bool".into(),
                Value::Int(_) => "int".into(),
                Value::Float(_) => "float".into(),
                Value::Str(_) => "string".into(),
                Value::List(_) => "list".into(),
                Value::Map(_) => "map".into(),
                _ => Json::Null,
            };
        }
        let got = if wanted.is_null() {
            self.state.settle(self.state.get(key, Ask::Any))?.map(|item| untyped(&item.value))
        } else {
            let inner = wanted.get("optional").unwrap_or(&wanted);
            let got = self.state.settle(self.state.get(key, ask(inner)?))?;
            match got {
                Some(item) => match typed(&item.value, &wanted)? {
                    None if self.state.is_strict() => {
                        return skip("a strict read of a type that Rust's FromParam checks");
                    }
                    got => got,
                },
                None => None,
            }
        };
        let got = match (got, default) {
            (Some(got), _) => got,
            (None, Some(default)) => value(default)?,
            (None, None) => return Err(self.state.missing(&name).into()),
        };
        match step.get("gives") {
            Some(expected) if step["loose"] != true => same(&format!("{step:.300}"), &got, &value(expected)?),
            _ => Ok(()),
        }
    }

    fn step(&mut self, step: &Json) -> Ran {
        if step.get("on").is_some() {
            return skip("scope objects");
        }
        // What `scope::current` does before each use of the state.
        self.state = self.state.caught_up();
        let here = Source::here();
        let body = list(step, "body");
        match text(step, "do") {
            "enter" => self.enter(step),
            "prepare" => {
                let scope = pairs(step)?;
                self.labels.lock().unwrap().prepared.insert(text(step, "scope").to_owned(), scope);
                Ok(())
            }
            "leave" => {
                if let Some(at) = self.open.iter().rposition(|(label, _)| label == text(step, "scope")) {
                    self.leave(at);
                }
                Ok(())
            }
            "with" => {
                self.enter(step)?;
                let serial = self.state.serial();
                let ran = self.steps(body);
                if let Some(at) = self.open.iter().rposition(|(_, open)| *open == serial) {
                    self.leave(at);
                }
                ran
            }
            "set" => {
                let key = key::intern(&string(&step["key"])?)?;
                self.state = self.state.set(key, value(&step["value"])?.into(), &here)?;
                Ok(())
            }
            "set_many" => {
                for at in 0..step["count"].as_u64().unwrap() {
                    let key = key::intern(&format!("{}{at}", text(step, "prefix")))?;
                    self.state = self.state.set(key, value(&step["value"])?.into(), &here)?;
                }
                Ok(())
            }
            "delete" => {
                self.state = self.state.delete(key::intern(&string(&step["key"])?)?)?;
                Ok(())
            }
            "clear" => {
                self.state = self.state.clear();
                Ok(())
            }
            "get" => self.get(step),
            "has" => {
                let key = key::intern(&string(&step["key"])?)?;
                let has = !matches!(self.state.read(key), scope::Read::Missing);
                step.get("gives").map_or(Ok(()), |gives| same(&step.to_string(), &Json::Bool(has), gives))
            }
            "keys" => {
                let got: BTreeSet<String> = self.state.items().iter().map(|(key, _)| key.to_string()).collect();
                let expected = list(step, "gives").iter().map(string).collect::<Ran<BTreeSet<_>>>()?;
                same(&step.to_string(), &got, &expected)
            }
            "items" => {
                let items = self.state.items();
                let got = Value::map(items.iter().map(|(key, entry)| (key.name(), untyped(entry.value()))));
                same(&step.to_string(), &got, &value(&step["gives"])?)
            }
            "strict" => {
                self.state = self.state.clone().enter_strict(0, step["on"] == true);
                let serial = self.state.serial();
                let ran = self.steps(body);
                self.state = self.state.clone().leave(serial).0;
                ran
            }
            "strict_default" => {
                let before = scope::default_strict();
                scope::set_default_strict(step["on"] == true);
                let ran = self.steps(body);
                scope::set_default_strict(before);
                ran
            }
            "pinned" => {
                let scope = pairs(step)?;
                let pins = scope.entries().iter();
                let _pinned =
                    Pinned::new(pins.map(|(key, entry)| (key.to_string(), Item::clone(entry.item()), here.clone())))?;
                self.steps(body)
            }
            "freeze" => {
                self.state.freeze();
                Ok(())
            }
            "frozen_snapshot" => {
                let before = Snapshot::take();
                let ran = self.steps(body);
                before.put_back();
                ran
            }
            "capture" => {
                self.labels.lock().unwrap().captures.insert(text(step, "capture").to_owned(), self.state.clone());
                Ok(())
            }
            "call" if step.get("parameters").is_none() => {
                let before = self.state.clone();
                let _call = Call::begin();
                let ran = self.steps(body);
                self.state = before.after_call(&self.state);
                ran
            }
            "raise" => Err(Stop::Raised),
            "try" => match self.steps(body) {
                Err(Stop::Raised) => Ok(()),
                ran => ran,
            },
            "thread" => self.threads(&[body]),
            "threads" => {
                let bodies: Vec<&[Json]> =
                    list(step, "bodies").iter().map(|it| it.as_array().unwrap().as_slice()).collect();
                self.threads(&bodies)
            }
            "explain" => {
                let levels = report::explain(&self.state, key::intern(text(step, "key"))?);
                let got: Vec<(&str, Value)> = levels
                    .iter()
                    .filter_map(|level| {
                        let kind = match level.kind {
                            LevelKind::Pinned => "pin",
                            LevelKind::Scope => "code",
                            LevelKind::Frozen => "frozen",
                        };
                        level.entry.as_ref().map(|entry| (kind, untyped(entry.value())))
                    })
                    .collect();
                let gives = list(step, "gives").iter();
                let expected = gives.map(|it| Ok((text(it, "kind"), value(&it["value"])?))).collect::<Ran<Vec<_>>>()?;
                same(&step.to_string(), &got, &expected)
            }
            other => skip(format!("step {other}")),
        }
    }

    fn threads(&self, bodies: &[&[Json]]) -> Ran {
        std::thread::scope(|threads| {
            let started: Vec<_> = bodies
                .iter()
                .map(|body| {
                    let labels = self.labels.clone();
                    threads.spawn(move || Run { state: State::fresh(), open: Vec::new(), labels }.steps(body))
                })
                .collect();
            started.into_iter().try_for_each(|thread| thread.join().unwrap())
        })
    }
}

fn case(kind: &str, case: &Json) -> Ran {
    let named =
        |name: &str, has: bool| list(case, name).iter().find(|need| HAS.contains(&need.as_str().unwrap()) == has);
    if let Some(need) = named("needs", false) {
        return skip(format!("needs {need}"));
    }
    if let Some(has) = named("unless", true) {
        return skip(format!("unless {has}"));
    }
    match kind {
        "key" => {
            let checked = key::validate(&string(&case["key"])?);
            same("valid", &checked.is_ok(), &(case["valid"] == true))?;
            match (checked, case.get("at")) {
                (Err(error), Some(at)) if !error.to_string().contains(&at.to_string()) => {
                    Err(Stop::Differs(format!("got {error:.300} expected at {at}")))
                }
                _ => Ok(()),
            }
        }
        "hash" => same("hash", &key::hash(&string(&case["key"])?).to_string().as_str(), &text(case, "hash")),
        "literal" => same("literal", &untyped(&Value::text(string(&case["text"])?)), &value(&case["gives"])?),
        "convert" => {
            let got = typed(&value(&case["value"])?, &case["as"])?;
            let expected = case.get("gives").map(value).transpose()?;
            same("converted", &got, &expected)
        }
        "program" => {
            let before = Snapshot::take();
            let run =
                || Run { state: State::fresh(), open: Vec::new(), labels: Arc::default() }.steps(list(case, "steps"));
            let ran = std::thread::scope(|threads| threads.spawn(run).join());
            before.put_back();
            ran.unwrap_or_else(|_| Err(Stop::Differs("panicked".to_owned())))
        }
        other => skip(format!("kind {other}")),
    }
}

#[test]
fn every_case_that_rust_can_run_holds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance");
    let known = include_str!("conformance/known_differences.txt");
    let known: BTreeSet<&str> =
        known.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split(" | ").next()).collect();
    let (mut ran, mut skipped, mut differ, mut wrong) = (0, BTreeMap::<String, usize>::new(), BTreeSet::new(), 0);
    for folder in std::fs::read_dir(root).unwrap().map(|it| it.unwrap().path()).filter(|it| it.is_dir()) {
        for path in std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()) {
            if path.extension().is_none_or(|it| it != "json") {
                continue;
            }
            let file: Json = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            for it in list(&file, "cases") {
                let name = format!("{}::{}", path.file_stem().unwrap().to_string_lossy(), text(it, "name"));
                let why = match case(text(&file, "kind"), it) {
                    Ok(()) => {
                        ran += 1;
                        continue;
                    }
                    Err(Stop::Skip(why)) => {
                        *skipped.entry(why).or_default() += 1;
                        continue;
                    }
                    Err(Stop::Differs(why)) => why,
                    Err(Stop::Fails(error)) => error.to_string(),
                    Err(Stop::Raised) => "raised".to_owned(),
                };
                ran += 1;
                if !known.contains(name.as_str()) {
                    wrong += 1;
                }
                eprintln!("DIFF {name} | {}", why.replace('\n', " "));
                differ.insert(name);
            }
        }
    }
    let count: usize = skipped.values().sum();
    eprintln!("ran {ran}, skipped {count}: {skipped:?}; differences {}", differ.len());
    let gone: Vec<_> = known.iter().filter(|name| !differ.contains(**name)).collect();
    assert!(gone.is_empty(), "no longer differ, take them off the list: {gone:?}");
    assert_eq!(wrong, 0, "cases differ that are not on the list of known differences");
}
