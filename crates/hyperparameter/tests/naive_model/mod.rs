//! Programs of scope operations, run on the store and on a model that is too simple to be wrong: a stack of maps, looked
//! through from the top (rules S1 to S7, T2, T3, K6, and K5 by value). Shared by the property test and the fuzz target.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use hyperparameter::key::intern;
use hyperparameter::scope::{Call, Pinned, Read, Snapshot, nested};
use hyperparameter::value::Value;
use hyperparameter::{ErrorKind, Item, Scope, Source, State};

/// `m` and what is below it may be a dictionary, `l` may be a list; `l.3` is always outside of it.
pub(crate) const KEYS: [&str; 14] =
    ["m", "m.a", "m.a.x", "m.a.y", "m.b", "n", "n.x", "o", "p", "l", "l.0", "l.1", "l.2", "l.3"];
const LIST: &str = "l";

/// The frozen snapshot and the pins are the process's: one program at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// What a program writes: a number under any key, a list under `l`, a dictionary under `m`.
#[derive(Clone, Debug)]
pub(crate) enum Write {
    Number(usize, i64),
    List(Vec<i64>),
    Dictionary(i64),
}

#[derive(Clone, Debug)]
pub(crate) enum Op {
    Enter(Vec<Write>),
    EnterEmpty,
    Set(Write),
    Delete(usize),
    Clear,
    Leave(usize),
    Capture,
    EnterCapture(usize),
    Freeze,
    Pin(Vec<(usize, i64)>),
    Unpin,
    BeginCall,
    EndCall,
    /// Often enough that the frames that are walked are laid together.
    ReadOften,
}

/// What a scope says of a key: a value, a dictionary (whose leaves are keys of their own), or that it is deleted.
#[derive(Clone, Debug, PartialEq)]
enum Said {
    Number(i64),
    List(Vec<i64>),
    Dictionary,
    Deleted,
}

type Values = BTreeMap<&'static str, Said>;

/// The index that a key is into the list.
fn index(key: &str) -> Option<usize> {
    key.strip_prefix("l.")?.parse().ok()
}

/// Maps that are looked through from the first to the last.
struct View<'a>(Vec<&'a Values>);

/// What is found under a key.
enum Found {
    Own(Said),
    Element(i64),
    Nothing,
}

impl View<'_> {
    fn said(&self, key: &str) -> Option<&Said> {
        self.0.iter().find_map(|values| values.get(key))
    }

    /// The innermost map that holds the key, or a list to read into; the first word on `l` counts.
    fn find(&self, key: &str) -> Found {
        let mut index = index(key);
        for values in &self.0 {
            match (values.get(key), index, values.get(LIST)) {
                (Some(said), ..) => return Found::Own(said.clone()),
                (None, Some(at), Some(Said::List(list))) => {
                    return list.get(at).map_or(Found::Nothing, |value| Found::Element(*value));
                }
                (None, Some(_), Some(_)) => index = None,
                _ => {}
            }
        }
        Found::Nothing
    }

    /// The value that stands under this very key, and is no dictionary.
    fn own(&self, key: &str) -> Option<Value> {
        match self.find(key) {
            Found::Own(Said::Number(value)) => Some(Value::Int(value)),
            Found::Own(Said::List(list)) => Some(list.into()),
            _ => None,
        }
    }

    /// Whether a deletion finds something of its own here.
    fn stands(&self, key: &str) -> bool {
        matches!(self.find(key), Found::Own(Said::Number(_) | Said::List(_) | Said::Dictionary))
    }

    fn below(key: &str) -> impl Iterator<Item = &'static str> {
        let prefix = format!("{key}.");
        KEYS.into_iter().filter(move |other| other.starts_with(&prefix))
    }

    fn read(&self, key: &str, pins: &Values) -> Option<Value> {
        match self.find(key) {
            Found::Own(Said::List(mut list)) => {
                for (key, pin) in pins {
                    if let (Some(at), Said::Number(pin)) = (index(key), pin) {
                        list.get_mut(at).into_iter().for_each(|item| *item = *pin);
                    }
                }
                Some(list.into())
            }
            Found::Own(Said::Number(value)) | Found::Element(value) => Some(Value::Int(value)),
            Found::Own(Said::Dictionary) => Some(self.gather(key)),
            Found::Own(Said::Deleted) | Found::Nothing => None,
        }
    }

    /// The leaves in force below a key, nested; a value beside deeper keys stands under the empty name.
    fn gather(&self, key: &str) -> Value {
        let depth = key.matches('.').count() + 1;
        let mut pairs: Vec<(&str, Value)> = Vec::new();
        for child in Self::below(key).filter(|child| child.matches('.').count() == depth) {
            let inner = self.gather(child);
            let name = &child[key.len() + 1..];
            match (self.own(child), matches!(&inner, Value::Map(map) if map.is_empty())) {
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
}

#[derive(Clone, Debug)]
enum Place {
    Outside,
    Scope,
    /// The scope of a call, opened by its first write.
    Call,
    Empty,
    Capture(Box<Model>),
}

#[derive(Clone, Debug)]
struct Level {
    serial: u64,
    /// How many calls were running when it was opened.
    calls: usize,
    place: Place,
    values: Values,
}

#[derive(Clone, Debug, Default)]
struct Model {
    levels: Vec<Level>,
    /// The snapshot: what was published, the newest first.
    base: Vec<Values>,
    calls: usize,
}

impl Model {
    fn outside(&self) -> bool {
        self.levels.last().is_none_or(|level| matches!(level.place, Place::Outside))
    }

    /// What the scopes say here, and the snapshot below them.
    fn maps(&self) -> (Vec<&Values>, &[Values]) {
        let mut maps = Vec::new();
        for level in self.levels.iter().rev() {
            maps.push(&level.values);
            match &level.place {
                Place::Empty => return (maps, &[]),
                Place::Capture(seen) => {
                    let (seen, base) = seen.maps();
                    maps.extend(seen);
                    return (maps, base);
                }
                Place::Outside | Place::Scope | Place::Call => {}
            }
        }
        (maps, &self.base)
    }

    fn view(&self) -> View<'_> {
        let (mut maps, base) = self.maps();
        maps.extend(base);
        View(maps)
    }

    fn view_with<'a>(&'a self, pins: &'a Values) -> View<'a> {
        let mut maps = vec![pins];
        maps.extend(self.view().0);
        View(maps)
    }

    /// The scope that a write goes to: inside a call not one from before it.
    fn top(&mut self) -> &mut Values {
        let here = self.levels.last().is_some_and(|level| level.calls == self.calls);
        if !here {
            let place = if self.calls == 0 { Place::Outside } else { Place::Call };
            // The serial is not used: what was written outside every scope, or by a call, is not ended by it.
            self.levels.push(Level { serial: 0, calls: self.calls, place, values: Values::new() });
        }
        &mut self.levels.last_mut().expect("a level was pushed").values
    }

    /// Whether this would set a list over elements that the same scope had set as keys: the contract leaves open what
    /// becomes of those.
    fn is_open(&self, write: &Write) -> bool {
        let list = match write {
            Write::Number(k, _) => index(KEYS[*k]).is_some() && matches!(self.view().said(LIST), Some(Said::List(_))),
            Write::List(_) => true,
            Write::Dictionary(_) => false,
        };
        let top = self.levels.last().filter(|level| level.calls == self.calls);
        list && top.is_some_and(|level| level.values.keys().any(|key| index(key).is_some()))
    }

    /// Writes, as `Err` where an index is out of range.
    fn write(&mut self, write: &Write) -> Result<(), ()> {
        let written = match write {
            Write::Number(k, value) => match (index(KEYS[*k]), self.view().said(LIST)) {
                (Some(at), Some(Said::List(list))) => {
                    let mut list = list.clone();
                    *list.get_mut(at).ok_or(())? = *value;
                    vec![(LIST, Said::List(list))]
                }
                _ => vec![(KEYS[*k], Said::Number(*value))],
            },
            Write::List(list) => vec![(LIST, Said::List(list.clone()))],
            Write::Dictionary(value) => vec![
                ("m", Said::Dictionary),
                ("m.a", Said::Dictionary),
                ("m.a.x", Said::Number(*value)),
                ("m.a.y", Said::Number(value ^ 1)),
                ("m.b", Said::Number(value ^ 2)),
            ],
        };
        let top = self.top();
        top.extend(written);
        Ok(())
    }
}

/// A write as the store takes it.
fn item(write: &Write) -> (&'static str, Item) {
    match write {
        Write::Number(k, value) => (KEYS[*k], (*value).into()),
        Write::List(list) => (LIST, list.clone().into()),
        Write::Dictionary(value) => {
            let inner = Value::map([("x", Value::Int(*value)), ("y", Value::Int(value ^ 1))]);
            ("m", Value::map([("a", inner), ("b", Value::Int(value ^ 2))]).into())
        }
    }
}

struct Both {
    state: State,
    model: Model,
    /// The newest snapshot, as the model has it.
    newest: Vec<Values>,
    serials: Vec<u64>,
    captures: Vec<(State, Model)>,
    pins: Vec<(Pinned, Values)>,
    calls: Vec<(Call, State, Model)>,
}

impl Drop for Both {
    fn drop(&mut self) {
        // Pins and calls end in the reverse order of their beginning.
        while self.pins.pop().is_some() {}
        while self.calls.pop().is_some() {}
    }
}

impl Both {
    fn pinned(&self) -> Values {
        self.pins.last().map(|(_, values)| values.clone()).unwrap_or_default()
    }

    fn entered(&mut self, state: State, place: Place) {
        self.serials.push(state.serial());
        let level = Level { serial: state.serial(), calls: self.model.calls, place, values: Values::new() };
        self.model.levels.push(level);
        self.state = state;
    }

    fn follow_snapshot(&mut self) {
        self.state = self.state.caught_up();
        if self.model.outside() {
            self.model.base = self.newest.clone();
        }
    }

    fn apply(&mut self, op: &Op) {
        self.follow_snapshot();
        match op {
            Op::Enter(writes) => {
                let mut builder = Scope::builder();
                let before = self.model.clone();
                // Each is written in turn, against what is visible there.
                let (calls, values) = (self.model.calls, Values::new());
                self.model.levels.push(Level { serial: 0, calls, place: Place::Scope, values });
                let mut written = Ok(());
                for write in writes {
                    if written.is_ok() && self.model.is_open(write) {
                        continue;
                    }
                    let (name, item) = item(write);
                    builder.set(name, item, &Source::Unknown).unwrap();
                    written = written.and_then(|()| self.model.write(write));
                }
                match (builder.build().enter(self.state.clone()), written) {
                    (Ok(state), Ok(())) => {
                        let serial = state.serial();
                        self.model.levels.last_mut().unwrap().serial = serial;
                        self.serials.push(serial);
                        self.state = state;
                    }
                    (Err(error), Err(())) => {
                        assert_eq!(error.kind(), ErrorKind::InvalidKey);
                        self.model = before;
                    }
                    (entered, written) => panic!("the store: {:?}, the model: {written:?}", entered.err()),
                }
            }
            Op::EnterEmpty => self.entered(self.state.clone().enter_empty(0), Place::Empty),
            Op::Set(write) if self.model.is_open(write) => {}
            Op::Set(write) => {
                let (name, item) = item(write);
                match (self.state.set(intern(name).unwrap(), item, &Source::Unknown), self.model.write(write)) {
                    (Ok(state), Ok(())) => self.state = state,
                    (Err(error), Err(())) => assert_eq!(error.kind(), ErrorKind::InvalidKey),
                    (set, written) => panic!("the store: {:?}, the model: {written:?}", set.err()),
                }
            }
            Op::Delete(k) => self.delete(*k),
            Op::Clear => {
                self.state = self.state.clear();
                let calls = self.model.calls;
                match self.model.levels.last_mut() {
                    Some(level) if level.calls != calls => {}
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
                self.entered(state, Place::Capture(Box::new(model)));
            }
            Op::Freeze => {
                self.state.freeze();
                let published = self.model.maps().0.into_iter().cloned();
                let mut newest: Vec<Values> = published.chain(std::mem::take(&mut self.newest)).collect();
                // What was deleted is gone from the snapshot, the deletion with it.
                for at in 0..newest.len() {
                    for key in
                        KEYS.into_iter().filter(|key| newest[at].get(key) == Some(&Said::Deleted)).collect::<Vec<_>>()
                    {
                        newest[at..].iter_mut().for_each(|values| drop(values.remove(key)));
                    }
                }
                self.newest = newest;
            }
            Op::Pin(pairs) => {
                let pins = pairs.iter().map(|(k, v)| (KEYS[*k].to_owned(), Item::from(*v), Source::Unknown));
                let pinned = Pinned::new(pins).unwrap();
                let mut values = self.pinned();
                values.extend(pairs.iter().map(|(k, v)| (KEYS[*k], Said::Number(*v))));
                self.pins.push((pinned, values));
            }
            Op::Unpin => drop(self.pins.pop()),
            Op::BeginCall => {
                self.calls.push((Call::begin(), self.state.clone(), self.model.clone()));
                self.model.calls += 1;
            }
            Op::EndCall => {
                let Some((call, state, mut model)) = self.calls.pop() else { return };
                let now = std::mem::take(&mut self.model.levels);
                model.levels.retain(|level| level.serial == 0 || now.iter().any(|open| open.serial == level.serial));
                self.model = model;
                self.state = state.after_call(&self.state);
                drop(call);
            }
            Op::ReadOften => {
                for key in KEYS.map(|name| intern(name).unwrap()) {
                    (0..if cfg!(miri) { 40 } else { 300 }).for_each(|_| drop(self.state.read(key)));
                }
            }
        }
        self.follow_snapshot();
    }

    fn delete(&mut self, k: usize) {
        let name = KEYS[k];
        let view = self.model.view();
        let pins = self.pinned();
        let set = |key: &&str| matches!(view.said(key), Some(said) if *said != Said::Deleted);
        // A pinned number in the place of a list brings the keys below it to light.
        let seen = self.model.view_with(&pins).stands(name);
        let own = std::iter::once(name).filter(|_| seen);
        let gone: Vec<&'static str> = own.chain(View::below(name)).filter(set).collect();
        let pinned = pins.contains_key(name) || View::below(name).any(|key| pins.contains_key(key));
        let element = index(name).is_some() && matches!(view.said(LIST), Some(Said::List(_)));
        match self.state.delete(intern(name).unwrap()) {
            Ok(state) => {
                assert!(!gone.is_empty() || pinned, "the store deleted what the model does not see");
                self.state = state;
                if !gone.is_empty() {
                    let top = self.model.top();
                    for key in gone {
                        top.insert(key, Said::Deleted);
                    }
                }
            }
            Err(error) => {
                assert!(gone.is_empty() && !pinned, "{error}");
                let kind = if element { ErrorKind::InvalidKey } else { ErrorKind::MissingParameter };
                assert_eq!(error.kind(), kind, "{error}");
            }
        }
    }

    fn compare(&self, after: &str) {
        let pins = self.pinned();
        let view = self.model.view_with(&pins);
        for name in KEYS {
            let key = intern(name).unwrap();
            let read = match self.state.read(key) {
                Read::Missing => None,
                Read::Entry(entry) => Some(entry.value().clone()),
                Read::Made(item, _) => Some(item.value),
                Read::Gathered(leaves) => Some(nested(key, &leaves, |entry| entry.value().clone())),
            };
            assert_eq!(read, view.read(name, &pins), "'{name}' after {after}");
        }
        let mut listed: Vec<&str> = self.state.items().iter().map(|(key, _)| key.name()).collect();
        listed.retain(|name| KEYS.contains(name));
        listed.sort_unstable();
        let mut wanted: Vec<&str> = KEYS.into_iter().filter(|key| view.own(key).is_some()).collect();
        wanted.sort_unstable();
        assert_eq!(listed, wanted, "keys after {after}");
    }
}

/// The program that these bytes spell, whatever they are.
pub(crate) fn program(bytes: &[u8]) -> Vec<Op> {
    let mut bytes = bytes.iter().copied();
    let mut ops = Vec::new();
    while let Some(op) = next_op(&mut bytes) {
        ops.push(op);
        if ops.len() == 200 {
            break;
        }
    }
    ops
}

fn next_op(bytes: &mut impl Iterator<Item = u8>) -> Option<Op> {
    let kind = bytes.next()?;
    let mut byte = || usize::from(bytes.next().unwrap_or(0));
    let write = |byte: &mut dyn FnMut() -> usize| {
        let (kind, value) = (byte(), byte() as i64);
        match kind % 16 {
            14 => Write::List((0..value % 4).map(|at| value + at).collect()),
            15 => Write::Dictionary(value),
            key => Write::Number(key % KEYS.len(), value),
        }
    };
    Some(match kind % 32 {
        0..=5 => {
            let count = byte() % 12;
            Op::Enter((0..count).map(|_| write(&mut byte)).collect())
        }
        6 => Op::EnterEmpty,
        7..=15 => Op::Set(write(&mut byte)),
        16 | 17 => Op::Delete(byte() % KEYS.len()),
        18 => Op::Clear,
        19..=22 => Op::Leave(byte() % 6),
        23 => Op::Capture,
        24 => Op::EnterCapture(byte() % 4),
        25 => Op::Freeze,
        26 => Op::Pin((0..1 + byte() % 2).map(|_| (byte() % KEYS.len(), byte() as i64)).collect()),
        27 => Op::Unpin,
        28 | 29 => Op::BeginCall,
        30 => Op::EndCall,
        _ => Op::ReadOften,
    })
}

/// Runs a program on both, and compares them after each step. Whether they agreed; if not, what differs was said by a panic.
pub(crate) fn agree(ops: &[Op]) -> bool {
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let before = Snapshot::take();
    let mut both = Both {
        state: State::fresh(),
        model: Model::default(),
        newest: Vec::new(),
        serials: Vec::new(),
        captures: Vec::new(),
        pins: Vec::new(),
        calls: Vec::new(),
    };
    let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        for (at, op) in ops.iter().enumerate() {
            both.apply(op);
            both.compare(&format!("step {at}, {op:?}"));
        }
    }));
    drop(both);
    before.put_back();
    run.is_ok()
}
