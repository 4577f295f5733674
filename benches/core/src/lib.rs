//! What the timing bench (`benches/core.rs`) and the instruction gate (`src/one_path.rs`) both measure: the same keys and
//! scopes, built once, here.

use hyperparameter::key::{Key, intern};
use hyperparameter::scope::{Pinned, Snapshot};
use hyperparameter::{ParamScope, Scope, Source, State};

/// The keys `prefix.0.size`, `prefix.1.size` and so on.
///
/// # Panics
/// Where a name is no key.
#[must_use]
pub fn keys(prefix: &str, count: usize) -> Vec<Key> {
    (0..count).map(|i| key(&format!("{prefix}.k{i}.size"))).collect()
}

/// A key that a call site knows.
///
/// # Panics
/// Where the name is no key.
#[must_use]
pub fn key(name: &str) -> Key {
    intern(name).expect("a valid key")
}

/// A prepared scope that sets each of these keys to its place in the row.
///
/// # Panics
/// Never: the keys are valid.
#[must_use]
pub fn prepared(keys: &[Key]) -> Scope {
    let mut scope = ParamScope::new();
    for (i, key) in keys.iter().enumerate() {
        scope = scope.set(key.name(), i as i64).expect("a valid key");
    }
    scope.prepare()
}

/// The state inside these scopes, entered one after the other from no scope at all.
///
/// # Panics
/// Never: nothing here is an element of a list.
#[must_use]
pub fn inside(scopes: &[Scope]) -> State {
    scopes.iter().fold(State::fresh(), |state, scope| scope.enter(state).expect("no lists here"))
}

/// Pins a key that nothing here reads, and takes the pin away. In a program that never pins the compiler knows that, and
/// leaves out what every other program pays for.
///
/// # Panics
/// Never: the key is valid.
pub fn some_pin() {
    drop(Pinned::new([("bench.pinned".to_owned(), 1i64.into(), Source::Unknown)]).expect("a valid key"));
}

/// A frozen snapshot that holds these keys, until this is dropped.
#[derive(Debug)]
pub struct Frozen(Snapshot);

impl Frozen {
    /// Freezes the keys.
    #[must_use]
    pub fn with(keys: &[Key]) -> Self {
        let before = Snapshot::take();
        inside(&[prepared(keys)]).freeze();
        Self(before)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        self.0.put_back();
    }
}
