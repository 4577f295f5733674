//! Scopes that are often read through are laid together (`Frame::walk_less`): nobody sees that, but by the time it takes.

use std::sync::{Arc, Barrier};

use hyperparameter::key::{Key, intern};
use hyperparameter::scope::Read;
use hyperparameter::{Scope, Source, State};

/// The state inside scopes that set one key each.
fn inside(name: &str, depth: i64) -> (State, Vec<Key>) {
    let keys: Vec<Key> = (0..depth).map(|at| intern(&format!("{name}.k{at}")).unwrap()).collect();
    let state = keys.iter().zip(0i64..).fold(State::fresh(), |state, (key, at)| enter(state, *key, at));
    (state, keys)
}

fn enter(state: State, key: Key, value: i64) -> State {
    let mut builder = Scope::builder();
    let _ = builder.set_key(key, value.into(), &Source::Unknown).unwrap();
    builder.build().enter(state).unwrap()
}

/// More often than it takes for these scopes.
fn read_often(state: &State, key: Key) -> Option<i64> {
    (0..if cfg!(miri) { 257 } else { 400 }).fold(None, |_, _| state.value(key).unwrap())
}

#[test]
fn every_key_reads_as_before() {
    let (state, keys) = inside("laid.reads", 9);
    // The second is deleted, the third set again.
    let state = enter(state.delete(keys[1]).unwrap(), keys[2], 20);
    let absent = intern("laid.reads.absent").unwrap();
    let read = || keys.iter().map(|key| state.value::<i64>(*key).unwrap()).collect::<Vec<_>>();
    let before = read();
    assert_eq!(before[..4], [Some(0), None, Some(20), Some(3)]);
    for key in &keys {
        let _ = read_often(&state, *key);
    }
    assert_eq!(read(), before);
    assert_eq!(read_often(&state, absent), None);
}

#[test]
fn scopes_entered_on_top_of_them_see_the_same() {
    let (state, keys) = inside("laid.entered", 6);
    let _ = read_often(&state, keys[0]);
    let mut inner = state.clone();
    for at in 0..if cfg!(miri) { 3 } else { 12 } {
        inner = enter(inner, intern(&format!("laid.entered.inner{at}")).unwrap(), at);
        assert_eq!(read_often(&inner, keys[0]), Some(0));
        assert_eq!(read_often(&inner, keys[5]), Some(5));
    }
    let inner = enter(inner, keys[3], 30);
    assert_eq!((inner.value(keys[3]).unwrap(), state.value(keys[3]).unwrap()), (Some(30i64), Some(3i64)));
}

#[test]
fn a_scope_that_ends_takes_its_values_with_it() {
    let (mut state, keys) = inside("laid.ends", 5);
    let mut serials = vec![state.serial()];
    for (at, key) in keys.iter().take(3).enumerate() {
        state = enter(state, *key, 10 + at as i64);
        serials.push(state.serial());
    }
    let _ = read_often(&state, keys[4]);
    // In the midst, and on top.
    let (state, ended) = state.leave(serials[2]);
    assert!(ended);
    let read = |state: &State| keys.iter().map(|key| read_often(state, *key).unwrap()).collect::<Vec<_>>();
    assert_eq!(read(&state), [10, 1, 12, 3, 4]);
    let (state, _) = state.leave(serials[3]);
    assert_eq!(read(&state), [10, 1, 2, 3, 4]);
}

#[test]
fn threads_that_read_one_state_at_once_see_its_values() {
    let (state, keys) = inside("laid.threads", 8);
    let start = Arc::new(Barrier::new(4));
    let read = |key: Key| {
        let (state, start) = (state.clone(), start.clone());
        std::thread::spawn(move || {
            let _ = start.wait();
            read_often(&state, key)
        })
    };
    let threads: Vec<_> = keys[..4].iter().map(|key| read(*key)).collect();
    let values: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(values, [Some(0), Some(1), Some(2), Some(3)]);
}

#[test]
fn a_handle_that_nobody_shares_still_shows_its_entries_to_a_garbage_collector() {
    let source = Source::Unknown;
    let names: Vec<Key> = (0..8).map(|at| intern(&format!("laid.collected.k{at}")).unwrap()).collect();
    let state = names.iter().fold(State::fresh(), |state, key| {
        // Written, not prepared: no scope object holds the entries.
        state.enter_new(0).set(*key, 1i64.into(), &source).unwrap()
    });
    let seen = |state: &State| {
        let mut count = 0;
        state.visit_unshared(&mut |_| {
            count += 1;
            true
        });
        count
    };
    assert_eq!(seen(&state), 8);
    assert_eq!(read_often(&state, names[0]), Some(1));
    assert_eq!(seen(&state), 8);
    let Read::Entry(held) = state.read(names[2]) else { panic!("it is there") };
    let held = held.clone();
    assert_eq!(seen(&state), 7, "an entry that somebody else holds is not shown");
    drop(held);
}
