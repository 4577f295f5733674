//! Random programs of scope operations, run on the store and on a model that is too simple to be wrong: a stack of maps,
//! looked through from the top (rules S1 to S7, T2, T3, and K5 by value).

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use hyperparameter::key::intern;
use hyperparameter::scope::{Read, Snapshot, nested};
use hyperparameter::{Item, Key, Scope, Source, State, Value};
use proptest::prelude::*;

const KEYS: [&str; 9] = ["m", "m.a", "m.a.x", "m.a.y", "m.b", "n", "n.x", "o", "p"];

/// The frozen snapshot is the process's: one program at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

#[derive(Clone, Debug)]
enum Op {
    Enter(Vec<(usize, i64)>),
    EnterDictionary(i64),
    EnterEmpty,
    Set(usize, i64),
    SetDictionary(i64),
    Delete(usize),
    Clear,
    Leave(usize),
    Capture,
    EnterCapture(usize),
    Freeze,
}

fn op() -> impl Strategy<Value = Op> {
    let key = 0..KEYS.len();
    prop_oneof![
        4 => prop::collection::vec((key.clone(), any::<i64>()), 0..12).prop_map(Op::Enter),
        1 => any::<i64>().prop_map(Op::EnterDictionary),
        1 => Just(Op::EnterEmpty),
        6 => (key.clone(), any::<i64>()).prop_map(|(k, v)| Op::Set(k, v)),
        1 => any::<i64>().prop_map(Op::SetDictionary),
        2 => key.prop_map(Op::Delete),
        1 => Just(Op::Clear),
        4 => (0..6usize).prop_map(Op::Leave),
        1 => Just(Op::Capture),
        1 => (0..4usize).prop_map(Op::EnterCapture),
        1 => Just(Op::Freeze),
    ]
}

/// What a scope says of a key: a value, a dictionary (whose leaves are keys of their own), or that it is deleted.
#[derive(Clone, Debug, PartialEq)]
enum Said {
    Value(i64),
    Dictionary,
    Deleted,
}

type Values = BTreeMap<&'static str, Said>;

#[derive(Clone, Debug)]
enum Place {
    Outside,
    Scope,
    Empty,
    Capture(Box<Model>),
}

#[derive(Clone, Debug)]
struct Level {
    serial: u64,
    place: Place,
    values: Values,
}

#[derive(Clone, Debug, Default)]
struct Model {
    levels: Vec<Level>,
    base: Values,
}

impl Model {
    fn outside(&self) -> bool {
        self.levels.last().is_none_or(|level| matches!(level.place, Place::Outside))
    }

    fn said(&self, key: &str) -> Option<Said> {
        for level in self.levels.iter().rev() {
            if let Some(said) = level.values.get(key) {
                return Some(said.clone());
            }
            match &level.place {
                Place::Empty => return None,
                Place::Capture(seen) => return seen.said(key),
                Place::Outside | Place::Scope => {}
            }
        }
        self.base.get(key).cloned()
    }

    fn visible(&self, key: &str) -> bool {
        !matches!(self.said(key), None | Some(Said::Deleted))
    }

    fn below(key: &str) -> impl Iterator<Item = &'static str> {
        let prefix = format!("{key}.");
        KEYS.into_iter().filter(move |other| other.starts_with(&prefix))
    }

    fn read(&self, key: &str) -> Option<Value> {
        match self.said(key)? {
            Said::Value(value) => Some(Value::Int(value)),
            Said::Deleted => None,
            Said::Dictionary => Some(self.gather(key)),
        }
    }

    /// The leaves in force below a key, nested; a value beside deeper keys stands under the empty name.
    fn gather(&self, key: &str) -> Value {
        let own = |key: &str| match self.said(key) {
            Some(Said::Value(value)) => Some(Value::Int(value)),
            _ => None,
        };
        let depth = key.matches('.').count() + 1;
        let mut pairs: Vec<(&str, Value)> = Vec::new();
        for child in Self::below(key).filter(|child| child.matches('.').count() == depth) {
            let inner = self.gather(child);
            let name = &child[key.len() + 1..];
            match (own(child), matches!(&inner, Value::Map(map) if map.is_empty())) {
                (Some(value), true) => pairs.push((name, value)),
                (None, true) => {}
                (None, false) => pairs.push((name, inner)),
                (Some(value), false) => {
                    let Value::Map(map) = inner else { unreachable!() };
                    let all = std::iter::once(("", value)).chain(map.iter().map(|(n, v)| (n, v.clone())));
                    pairs.push((name, Value::map(all.collect::<Vec<_>>())));
                }
            }
        }
        Value::map(pairs)
    }

    fn top(&mut self) -> &mut Values {
        if self.levels.is_empty() {
            // The serial is not used: what was written outside every scope is not ended.
            self.levels.push(Level { serial: 0, place: Place::Outside, values: Values::new() });
        }
        &mut self.levels.last_mut().expect("a level was pushed").values
    }

    /// What the visible levels say, laid together.
    fn laid(&self) -> Values {
        let mut all = Values::new();
        for level in self.levels.iter().rev() {
            for (key, said) in &level.values {
                all.entry(key).or_insert_with(|| said.clone());
            }
            match &level.place {
                Place::Empty => return all,
                Place::Capture(seen) => {
                    for (key, said) in seen.laid() {
                        all.entry(key).or_insert(said);
                    }
                    return all;
                }
                Place::Outside | Place::Scope => {}
            }
        }
        all
    }
}

fn dictionary(value: i64) -> (Item, Vec<(&'static str, Said)>) {
    let map = Value::map([
        ("a", Value::map([("x", Value::Int(value)), ("y", Value::Int(value ^ 1))])),
        ("b", Value::Int(value ^ 2)),
    ]);
    let said = vec![
        ("m", Said::Dictionary),
        ("m.a", Said::Dictionary),
        ("m.a.x", Said::Value(value)),
        ("m.a.y", Said::Value(value ^ 1)),
        ("m.b", Said::Value(value ^ 2)),
    ];
    (map.into(), said)
}

struct Both {
    state: State,
    model: Model,
    /// The newest snapshot, as the model has it.
    newest: Values,
    serials: Vec<u64>,
    captures: Vec<(State, Model)>,
}

impl Both {
    fn entered(&mut self, state: State, place: Place, values: Values) {
        self.serials.push(state.serial());
        self.model.levels.push(Level { serial: state.serial(), place, values });
        self.state = state;
    }

    fn apply(&mut self, op: &Op) {
        if self.model.outside() {
            self.model.base = self.newest.clone();
        }
        self.state = self.state.caught_up();
        let key = |k: usize| -> Key { intern(KEYS[k]).unwrap() };
        match op {
            Op::Enter(pairs) => {
                let mut builder = Scope::builder();
                let mut values = Values::new();
                for (k, v) in pairs {
                    builder.set(KEYS[*k], *v, &Source::Unknown).unwrap();
                    values.insert(KEYS[*k], Said::Value(*v));
                }
                let state = builder.build().enter(self.state.clone()).unwrap();
                self.entered(state, Place::Scope, values);
            }
            Op::EnterDictionary(value) => {
                let (item, said) = dictionary(*value);
                let mut builder = Scope::builder();
                builder.set("m", item, &Source::Unknown).unwrap();
                let state = builder.build().enter(self.state.clone()).unwrap();
                self.entered(state, Place::Scope, said.into_iter().collect());
            }
            Op::EnterEmpty => {
                let state = self.state.clone().enter_empty(0);
                self.entered(state, Place::Empty, Values::new());
            }
            Op::Set(k, v) => {
                self.state = self.state.set(key(*k), (*v).into(), &Source::Unknown).unwrap();
                self.model.top().insert(KEYS[*k], Said::Value(*v));
            }
            Op::SetDictionary(value) => {
                let (item, said) = dictionary(*value);
                self.state = self.state.set(intern("m").unwrap(), item, &Source::Unknown).unwrap();
                self.model.top().extend(said);
            }
            Op::Delete(k) => {
                let gone: Vec<&'static str> = std::iter::once(KEYS[*k])
                    .chain(Model::below(KEYS[*k]))
                    .filter(|key| self.model.visible(key))
                    .collect();
                match self.state.delete(key(*k)) {
                    Ok(state) => {
                        assert!(!gone.is_empty(), "the store deleted what the model does not see");
                        self.state = state;
                        let top = self.model.top();
                        for key in gone {
                            top.insert(key, Said::Deleted);
                        }
                    }
                    Err(error) => assert!(gone.is_empty(), "{error}"),
                }
            }
            Op::Clear => {
                self.state = self.state.clear();
                match self.model.levels.last_mut() {
                    Some(level) if !matches!(level.place, Place::Outside) => level.values.clear(),
                    Some(_) => {
                        self.model.levels.pop();
                    }
                    None => {}
                }
            }
            Op::Leave(back) => {
                let Some(&serial) = self.serials.iter().rev().nth(*back) else { return };
                let open = self.model.levels.iter().any(|level| level.serial == serial);
                let (state, left) = self.state.clone().leave(serial);
                assert_eq!(left, open);
                self.state = state;
                self.model.levels.retain(|level| level.serial != serial);
            }
            Op::Capture => self.captures.push((self.state.clone(), self.model.clone())),
            Op::EnterCapture(at) => {
                let Some((captured, model)) = self.captures.get(*at).cloned() else { return };
                let state = self.state.clone().enter_capture(0, &captured);
                self.entered(state, Place::Capture(Box::new(model)), Values::new());
            }
            Op::Freeze => {
                self.state.freeze();
                for (key, said) in self.model.laid() {
                    match said {
                        Said::Deleted => self.newest.remove(key),
                        said => self.newest.insert(key, said),
                    };
                }
            }
        }
        self.state = self.state.caught_up();
        if self.model.outside() {
            self.model.base = self.newest.clone();
        }
    }

    fn compare(&self, after: &str) {
        for name in KEYS {
            let key = intern(name).unwrap();
            let read = match self.state.read(key) {
                Read::Missing => None,
                Read::Entry(entry) => Some(entry.value().clone()),
                Read::Made(item, _) => Some(item.value),
                Read::Gathered(leaves) => Some(nested(key, &leaves, |entry| entry.value().clone())),
            };
            assert_eq!(read, self.model.read(name), "'{name}' after {after}");
        }
        let mut listed: Vec<&str> = self.state.items().iter().map(|(key, _)| key.name()).collect();
        listed.retain(|name| KEYS.contains(name));
        listed.sort_unstable();
        let wanted: Vec<&str> =
            KEYS.into_iter().filter(|key| matches!(self.model.said(key), Some(Said::Value(_)))).collect();
        assert_eq!(listed, wanted, "keys after {after}");
    }
}

proptest! {
    #[test]
    fn any_program_reads_as_the_model_says(ops in prop::collection::vec(op(), 1..60)) {
        let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let before = Snapshot::take();
        let mut both = Both {
            state: State::fresh(),
            model: Model::default(),
            newest: Values::new(),
            serials: Vec::new(),
            captures: Vec::new(),
        };
        let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for (at, op) in ops.iter().enumerate() {
                both.apply(op);
                both.compare(&format!("step {at}, {op:?}"));
            }
        }));
        before.put_back();
        prop_assert!(run.is_ok(), "the store and the model differ, see above");
    }
}
