//! Rule T2 under threads: publications are whole, and none is lost. Every test has keys of its own, since the snapshot is
//! the process's.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use hyperparameter::key::intern;
use hyperparameter::{ParamScope, Scope, Source, State, frozen, get, set};

#[test]
fn of_two_threads_that_freeze_at_once_neither_loses_a_key() {
    const ROUNDS: usize = 300;
    let start = Barrier::new(2);
    let publisher = |name: &'static str| {
        for round in 0..ROUNDS {
            start.wait();
            let _scope = ParamScope::new().set(&format!("lost.{name}.k{round}"), 1i64).unwrap().enter().unwrap();
            frozen();
        }
    };
    std::thread::scope(|threads| {
        threads.spawn(|| publisher("a"));
        threads.spawn(|| publisher("b"));
    });
    for round in 0..ROUNDS {
        for name in ["a", "b"] {
            assert_eq!(get(&format!("lost.{name}.k{round}"), 0i64), 1, "{name} {round}");
        }
    }
}

fn publish(name: &str, value: i64) {
    std::thread::scope(|threads| {
        let publisher = || {
            set(name, value).unwrap();
            frozen();
        };
        threads.spawn(publisher).join().unwrap();
    });
}

#[test]
fn a_thread_in_a_scope_keeps_its_snapshot_until_its_outermost_scope_ends() {
    publish("keeps.x", 1);
    let outer = ParamScope::new().enter().unwrap();
    assert_eq!(get("keeps.x", 0i64), 1);
    publish("keeps.x", 2);
    let inner = ParamScope::new().set("keeps.y", 1i64).unwrap().enter().unwrap();
    assert_eq!(get("keeps.x", 0i64), 1, "in a scope entered after the publication");
    set("keeps.y", 5i64).unwrap();
    assert_eq!(get("keeps.x", 0i64), 1, "after a write");
    drop(inner);
    assert_eq!(get("keeps.x", 0i64), 1);
    drop(outer);
    assert_eq!(get("keeps.x", 0i64), 2, "outside every scope");
}

#[test]
fn a_thread_in_no_scope_sees_the_new_snapshot_at_its_next_read_under_what_it_wrote() {
    set("next.own", 5i64).unwrap();
    publish("next.x", 1);
    assert_eq!((get("next.x", 0i64), get("next.own", 0i64)), (1, 5));
    publish("next.x", 2);
    publish("next.own", 7);
    assert_eq!((get("next.x", 0i64), get("next.own", 0i64)), (2, 5));
}

#[test]
fn a_new_thread_sees_the_newest_snapshot() {
    for value in 1..100 {
        publish("new.x", value);
        let seen = std::thread::spawn(|| get("new.x", 0i64)).join().unwrap();
        assert_eq!(seen, value);
    }
}

#[test]
fn readers_never_see_half_of_a_publication_nor_an_older_one_after_a_newer() {
    const KEYS: usize = 40;
    let keys: Vec<_> = (0..KEYS).map(|at| intern(&format!("whole.k{at}")).unwrap()).collect();
    let version = |value: i64| {
        let mut builder = Scope::builder();
        for key in &keys {
            builder.set(key.name(), value, &Source::Unknown).unwrap();
        }
        builder.build().enter(State::fresh()).unwrap()
    };
    let (done, published) = (AtomicBool::new(false), AtomicI64::new(0));
    version(0).freeze();
    std::thread::scope(|threads| {
        for reader in 0..3 {
            let (keys, done, published) = (&keys, &done, &published);
            threads.spawn(move || {
                let mut newest = 0;
                while !done.load(Ordering::Relaxed) {
                    let at_least = published.load(Ordering::Acquire);
                    // Through a state and in a scope, both of which stand still; each read outside may see a newer one.
                    let state = State::fresh();
                    let guard = ParamScope::new().enter().unwrap();
                    let first = hyperparameter::read_key::<i64>(keys[reader]).unwrap().unwrap();
                    for key in keys {
                        assert_eq!(hyperparameter::read_key::<i64>(*key).unwrap(), Some(first));
                        assert_eq!(state.value::<i64>(*key).unwrap(), state.value::<i64>(keys[reader]).unwrap());
                    }
                    drop(guard);
                    assert!(first >= newest, "{first} after {newest}");
                    assert!(first >= at_least, "{first} though {at_least} was out");
                    newest = first;
                    for key in keys {
                        let now = hyperparameter::read_key::<i64>(*key).unwrap().unwrap();
                        assert!(now >= newest, "{now} after {newest}");
                        newest = now;
                    }
                }
            });
        }
        let rounds = if cfg!(debug_assertions) { 500 } else { 5000 };
        for value in 1..rounds {
            version(value).freeze();
            published.store(value, Ordering::Release);
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn one_prepared_scope_is_entered_by_many_threads_at_once() {
    let mut builder = Scope::builder();
    builder.set("many.x", 1i64, &Source::Unknown).unwrap().text("many.y=2", &Source::Unknown).unwrap();
    let scope = builder.build();
    std::thread::scope(|threads| {
        for thread in 0..4i64 {
            let scope = &scope;
            threads.spawn(move || {
                for round in 0..500 {
                    let guard = scope.enter_here().unwrap();
                    set("many.z", thread * 1000 + round).unwrap();
                    assert_eq!((get("many.x", 0i64), get("many.y", 0i64)), (1, 2));
                    assert_eq!(get("many.z", -1i64), thread * 1000 + round);
                    drop(guard);
                    assert_eq!((get("many.x", 0i64), get("many.z", -1i64)), (0, -1));
                }
            });
        }
    });
}

#[test]
fn a_key_that_only_shares_its_bit_with_the_snapshot_is_missing() {
    let keys: Vec<_> = (0..200).map(|at| intern(&format!("bit.k{at}")).unwrap()).collect();
    let absent = keys[130];
    let same_bit = keys[..128].iter().find(|key| key.bit() == absent.bit()).unwrap();
    let scope = |keys: &[hyperparameter::key::Key]| {
        let mut builder = Scope::builder();
        for key in keys {
            let _ = builder.set_key(*key, 1i64.into(), &Source::Unknown).unwrap();
        }
        builder.build()
    };
    scope(&keys[..128]).enter(State::fresh()).unwrap().freeze();
    let state = scope(&[*same_bit]).enter(State::fresh()).unwrap();
    assert_eq!((state.value::<i64>(*same_bit).unwrap(), state.value::<i64>(absent).unwrap()), (Some(1), None));
}
