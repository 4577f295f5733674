//! What the front door does in a library's own store. `host` runs the same scenarios in the store of a host.
#![cfg(all(feature = "macros", feature = "serde", feature = "config"))]

mod scenarios;

use hyperparameter::value::Value;

/// What the store that is used has under a name on this thread.
fn stored(name: &str) -> Option<Value> {
    let state = hyperparameter::scope::current::get();
    let key = hyperparameter::key::lookup(name).unwrap()?;
    state.items().into_iter().find(|(at, _)| *at == key).map(|(_, entry)| entry.value().clone())
}
