//! Programs: the steps of scope behaviour.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use hyperparameter::error::Error;
use hyperparameter::scope::{self, Call, Level, LevelKind, Outside, Pinned, Snapshot, nested};
use hyperparameter::value::Value;
use hyperparameter::value::untyped;
use hyperparameter::{Scope, Source, State, key, report};
use serde_json::Value as Json;

use crate::door::{Door, Entered};
use crate::types::{Known, WithType, of_default, with_type};
use crate::values::{Objects, string};
use crate::{Ran, Stop, differs, list, same, skip, text, warnings};

/// What has a label, shared by all threads of a program.
#[derive(Debug, Default)]
struct Labels {
    objects: Objects,
    prepared: HashMap<String, Scope>,
    captures: HashMap<String, State>,
    bound: HashMap<String, (State, Vec<Json>)>,
    /// Every entry there ever was, for attempts to end one where it is not open.
    entered: Vec<(String, u64)>,
}

/// The run of a program, or of a thread of it.
#[derive(Debug)]
pub(crate) struct Run {
    door: Door,
    open: Vec<(String, Entered)>,
    labels: Arc<Mutex<Labels>>,
}

/// Runs a program in a new thread, the frozen snapshot put back.
pub(crate) fn run(door: &Door, steps: &[Json]) -> Ran {
    let before = Snapshot::take();
    let start = Run { door: door.anew(), open: Vec::new(), labels: Arc::default() };
    let ran = start.threads(&[steps]);
    before.put_back();
    ran
}

/// Whether this is the error that a case expects: its kind, its key, its place and its words.
pub(crate) fn is_expected(error: &Error, expected: &Json) -> bool {
    let shown = error.to_string();
    let kind = text(expected, "kind");
    let key = expected["key"].as_str();
    (kind == "any" || kind == error.kind().name())
        && key.is_none_or(|key| error.key() == Some(key) && shown.contains(&format!("'{key}'")))
        && expected["at"].as_u64().is_none_or(|at| shown.contains(&format!(" at byte {at}: ")))
        && list(expected, "mentions").iter().all(|word| shown.contains(word.as_str().unwrap()))
        && list(expected, "near").iter().all(|name| {
            let name = name.as_str().unwrap();
            error.near().iter().any(|near| near == name) && shown.contains(&format!("'{name}'"))
        })
}

struct ReadOf<'a> {
    door: &'a Door,
    name: &'a str,
    default: Option<&'a Value>,
}

impl WithType<Value> for ReadOf<'_> {
    fn call<T: Known>(self) -> Ran<Value> {
        self.door.read::<T>(self.name, self.default)
    }
}

impl Run {
    fn steps(&mut self, steps: &[Json]) -> Ran {
        for step in steps {
            let before = self.door.state();
            let ran = self.step(step);
            let heard = warnings::take();
            match (ran, step.get("error")) {
                (Ok(()), Some(error)) => return differs(format!("{step:.300}: succeeded, expected {error}")),
                (Err(Stop::Fails(error)), Some(expected)) => {
                    if !is_expected(&error, expected) {
                        return differs(format!("{step:.300}: got {error:?} expected {expected}"));
                    }
                    if !self.door.state().same(&before) {
                        return differs(format!("{step:.300}: the error left another state"));
                    }
                }
                (Err(Stop::Refused(why)), Some(expected)) => {
                    let said = list(expected, "mentions").iter().all(|word| why.contains(word.as_str().unwrap()));
                    same("the kind of a refusal", text(expected, "kind"), "TypeError")?;
                    same("the words of a refusal", &said, &true)?;
                }
                (Err(Stop::Fails(error)), None) => {
                    return differs(format!("{step:.300}: got {error:?} expected no error"));
                }
                (ran, _) => ran?,
            }
            warnings::check(&heard, step)?;
        }
        Ok(())
    }

    fn value(&self, json: &Json) -> Ran<Value> {
        self.labels.lock().unwrap().objects.value(json)
    }

    fn check(&self, step: &Json, got: &Value) -> Ran {
        let Some(mut expected) = step.get("gives") else { return Ok(()) };
        if matches!(self.door, Door::Front) && step.get("as").is_some() {
            // A typed container of Rust is a copy.
            expected = expected.get("$same").map_or(expected, |same| &same[1]);
        }
        self.labels.lock().unwrap().objects.check(&format!("{step:.300}"), got, expected)
    }

    fn prepare(&self, step: &Json) -> Ran<Scope> {
        let mut builder = Scope::builder();
        for pair in list(step, "pairs") {
            let here = self.door.here();
            match pair {
                Json::String(pair) => builder.text(pair, &here)?,
                Json::Array(pair) => builder.set(&string(&pair[0])?, self.value(&pair[1])?, &here)?,
                other if other.get("$repeat").is_some() => builder.text(&string(other)?, &here)?,
                other => builder.mapping(&self.value(other)?.into(), &here)?,
            };
        }
        Ok(builder.build())
    }

    fn enter(&mut self, step: &Json) -> Ran<u64> {
        let label = text(step, "scope").to_owned();
        let prepared = self.labels.lock().unwrap().prepared.get(&label).cloned();
        let entered = if step["empty"] == true {
            self.door.enter(|state| Ok(state.enter_empty(0)))?
        } else if let Some(captured) = step["capture"].as_str() {
            let captured = self.labels.lock().unwrap().captures[captured].clone();
            self.door.enter(|state| Ok(state.enter_capture(0, &captured)))?
        } else if step.get("pairs").is_some() {
            let plain = list(step, "pairs").iter().map(|pair| match pair {
                Json::Array(pair) => Ok(Some((string(&pair[0])?, self.value(&pair[1])?))),
                _ => Ok(None),
            });
            match plain.collect::<Ran<Option<Vec<_>>>>()? {
                Some(pairs) => self.door.enter_pairs(pairs)?,
                None => {
                    let scope = self.prepare(step)?;
                    self.door.enter_prepared(&scope)?
                }
            }
        } else if let Some(prepared) = prepared {
            self.door.enter_prepared(&prepared)?
        } else {
            self.door.enter(|state| Ok(state.enter_new(0)))?
        };
        Ok(self.opened(label, entered))
    }

    fn opened(&mut self, label: String, entered: Entered) -> u64 {
        let serial = entered.serial;
        self.labels.lock().unwrap().entered.push((label.clone(), serial));
        self.open.push((label, entered));
        serial
    }

    /// Ends the innermost entry of the label that is open here. Where there is none, one that is over already, or open
    /// elsewhere, is ended instead: nothing may come of it.
    fn leave(&mut self, label: &str) -> Ran {
        let state = self.door.state();
        let own = |open: &(String, Entered)| open.0 == label;
        let at = self.open.iter().rposition(|open| own(open) && state.is_open(open.1.serial));
        if let Some(at) = at {
            let left = self.door.leave(self.open.remove(at).1);
            return same("an open scope was ended", &left, &true);
        }
        let left = if let Some(at) = self.open.iter().rposition(own) {
            self.door.leave(self.open.remove(at).1)
        } else {
            let labels = self.labels.lock().unwrap();
            let elsewhere = labels.entered.iter().rev().find(|(of, _)| of == label);
            elsewhere.is_some_and(|(_, serial)| state.clone().leave(*serial).1)
        };
        same("a scope was ended that was not open here", &left, &false)?;
        same("the state is as it was", &self.door.state().same(&state), &true)
    }

    /// Ends an entry of this very run of a body, if it is still open.
    fn leave_entry(&mut self, serial: u64) {
        if let Some(at) = self.open.iter().rposition(|(_, open)| open.serial == serial) {
            let entered = self.open.remove(at).1;
            self.door.leave(entered);
        }
    }

    /// The way by which a step reads: that of the scope object it is `on`, or the current one.
    fn on(&self, step: &Json) -> Ran<Option<Door>> {
        let Some(label) = step["on"].as_str() else { return Ok(None) };
        let scope = self.labels.lock().unwrap().prepared[label].clone();
        let state = self.door.state();
        // Open here, it is the current scope; before that it reads its own values over the current ones.
        Ok(if state.find_owner(scope.id()).is_some() { None } else { Some(Door::Held(scope.enter(state)?)) })
    }

    fn writes(&self, step: &Json) -> Ran {
        if self.on(step)?.is_some() {
            return Err(Stop::Refused("the scope is not open here: enter it, or write to the current scope"));
        }
        Ok(())
    }

    fn get(&self, step: &Json) -> Ran {
        let name = string(&step["key"])?;
        let on = self.on(step)?;
        let door = on.as_ref().unwrap_or(&self.door);
        let default = step.get("default").map(|default| self.value(default)).transpose()?;
        let got = match (step.get("as"), &default) {
            // A dictionary default is laid under the leaves in force: that is a read of its own.
            (None, Some(default @ Value::Map(_))) => door.state().read_or(&name, default)?,
            (wanted, default) => {
                let by_default = default.as_ref().map_or(Json::Null, of_default);
                let read = ReadOf { door, name: &name, default: default.as_ref() };
                with_type(wanted.unwrap_or(&by_default), matches!(door, Door::Held(_)), read)?
            }
        };
        self.check(step, &got)
    }

    fn step(&mut self, step: &Json) -> Ran {
        let body = list(step, "body");
        let name = || string(&step["key"]);
        match text(step, "do") {
            "enter" => self.enter(step).map(|_| ()),
            "prepare" => {
                let scope = self.prepare(step)?;
                self.labels.lock().unwrap().prepared.insert(text(step, "scope").to_owned(), scope);
                Ok(())
            }
            "leave" => self.leave(text(step, "scope")),
            "with" => {
                let serial = self.enter(step)?;
                let ran = self.steps(body);
                self.leave_entry(serial);
                ran
            }
            "set" => {
                self.writes(step)?;
                let value = self.value(&step["value"])?;
                Ok(self.door.set(&name()?, value)?)
            }
            "set_many" => {
                for at in 0..step["count"].as_u64().unwrap() {
                    let value = self.value(&step["value"])?;
                    self.door.set(&format!("{}{at}", text(step, "prefix")), value)?;
                }
                Ok(())
            }
            "delete" => {
                self.writes(step)?;
                let key = key::intern(&name()?)?;
                Ok(self.door.change(|state| state.delete(key))?)
            }
            "clear" => Ok(self.door.change(|state| Ok(state.clear()))?),
            "get" => self.get(step),
            "has" => {
                let on = self.on(step)?;
                let has = on.as_ref().unwrap_or(&self.door).has(&name()?)?;
                self.check(step, &has.into())
            }
            "keys" => {
                let got: BTreeSet<String> = self.door.state().items().iter().map(|(key, _)| key.to_string()).collect();
                let expected = list(step, "gives").iter().map(string).collect::<Ran<BTreeSet<_>>>()?;
                same(&step.to_string(), &got, &expected)
            }
            "items" => self.check(step, &flat(&self.door.state())),
            "as_dict" if step["nested"] == true => self.check(step, &tree(&self.door.state())),
            "as_dict" => self.check(step, &flat(&self.door.state())),
            "strict" => {
                let entered = self.door.enter(|state| Ok(state.enter_strict(0, step["on"] == true)))?;
                let serial = self.opened(String::new(), entered);
                let ran = self.steps(body);
                self.leave_entry(serial);
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
                let mut pins = Vec::new();
                for (at, pair) in (1..).zip(list(step, "pairs")) {
                    let (key, value) = key::validate_text(pair.as_str().unwrap())?;
                    let source = Source::Argument("--pin".into(), at);
                    pins.push((key.to_owned(), Value::text(value).into(), source));
                }
                let _pinned = Pinned::new(pins)?;
                self.steps(body)
            }
            "freeze" => {
                self.door.freeze();
                Ok(())
            }
            "frozen_snapshot" => {
                let before = Snapshot::take();
                let ran = self.steps(body);
                before.put_back();
                ran
            }
            "capture" => {
                let captured = self.door.capture();
                self.labels.lock().unwrap().captures.insert(text(step, "capture").to_owned(), captured);
                Ok(())
            }
            "bind" => {
                let bound = (self.door.capture(), body.to_vec());
                self.labels.lock().unwrap().bound.insert(text(step, "bound").to_owned(), bound);
                Ok(())
            }
            "run" => {
                let (bound, body) = self.labels.lock().unwrap().bound[text(step, "bound")].clone();
                // As a future is polled: in its own scope, outside every call of this thread.
                let here = self.door.replace(bound);
                let ran = {
                    let _outside = Outside::begin();
                    self.steps(&body)
                };
                drop(self.door.replace(here));
                ran
            }
            "call" if step.get("parameters").is_none() => {
                let before = self.door.state();
                let ran = {
                    let _call = Call::begin();
                    self.steps(body)
                };
                self.door.change(|now| Ok(before.after_call(now)))?;
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
                let levels = report::explain(&self.door.state(), key::intern(&name()?)?);
                let set = levels.iter().filter_map(|level| level.entry.as_ref().map(|entry| (level, entry)));
                let got = set.map(|(level, entry)| {
                    Ok(Value::map([("kind", Value::str(source_kind(level)?)), ("value", untyped(entry.value()))]))
                });
                self.check(step, &Value::list(got.collect::<Ran<Vec<_>>>()?))
            }
            "used" => {
                let used = report::used(&self.door.state());
                let has = |it: &Json| used.iter().any(|used| used.key.name() == it.as_str().unwrap());
                same("used", &list(step, "contains").iter().all(has), &true)?;
                same("used", &list(step, "lacks").iter().any(has), &false)
            }
            other => skip(format!("step {other}")),
        }
    }

    fn threads(&self, bodies: &[&[Json]]) -> Ran {
        std::thread::scope(|threads| {
            let start = |body: &&[Json]| {
                let (labels, door, body) = (self.labels.clone(), self.door.anew(), body.to_vec());
                threads.spawn(move || {
                    let mut run = Self { door, open: Vec::new(), labels };
                    let ran = run.steps(&body);
                    // What is still open is forgotten; the thread's end frees it.
                    run.open.into_iter().for_each(std::mem::forget);
                    ran
                })
            };
            let started: Vec<_> = bodies.iter().map(start).collect();
            let ran: Vec<Ran> =
                started.into_iter().map(|it| it.join().unwrap_or_else(|_| differs("panicked"))).collect();
            ran.into_iter().collect()
        })
    }
}

/// Which kind of source an explanation names, by where the value stands and by what its source says.
fn source_kind(level: &Level) -> Ran<&'static str> {
    let entry = level.entry.as_ref().expect("only what is set is asked for");
    let by_source = match entry.source() {
        Source::Location(place) if place.file().contains("conformance") => "code",
        Source::Code(code) if code.file.contains("conformance") => "code",
        Source::Argument(option, _) if &**option == "--pin" => "pin",
        Source::Argument(..) => "-D",
        Source::Env(_) => "ENV",
        Source::File(_) => "file",
        other => return differs(format!("the source {other:?} is none of the runner's")),
    };
    match level.kind {
        LevelKind::Frozen => Ok("frozen"),
        LevelKind::Pinned => same("the source of a pin", by_source, "pin").map(|()| by_source),
        LevelKind::Scope => Ok(by_source),
    }
}

fn flat(state: &State) -> Value {
    Value::map(state.items().iter().map(|(key, entry)| (key.name(), untyped(entry.value()))))
}

/// All that is in force, one map in another by segments.
fn tree(state: &State) -> Value {
    let mut roots: Vec<&str> = Vec::new();
    for (key, _) in state.items() {
        let root = key.name().split('.').next().unwrap_or_default();
        if !roots.contains(&root) {
            roots.push(root);
        }
    }
    Value::map(roots.into_iter().map(|root| {
        let key = key::intern(root).expect("a segment of a key is a key");
        let leaves = state.leaves(key);
        let below = nested(key, &leaves, |entry| untyped(entry.value()));
        let own = state.items().into_iter().find(|(item, _)| *item == key);
        match (own, leaves.is_empty(), &below) {
            (Some((_, own)), true, _) => (root, untyped(own.value())),
            (Some((_, own)), false, Value::Map(map)) => {
                let own = std::iter::once(("", untyped(own.value())));
                (root, Value::map(own.chain(map.iter().map(|(name, value)| (name, value.clone())))))
            }
            _ => (root, below),
        }
    }))
}
