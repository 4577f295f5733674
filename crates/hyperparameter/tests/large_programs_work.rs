//! What is large works, or is refused clearly: depth, keys, names, values, writes.

use std::sync::Arc;

use hyperparameter::key::{self, MAX_LEN, intern};
use hyperparameter::scope::current;
use hyperparameter::value::Value;
use hyperparameter::{ErrorKind, ParamScope, Scope, Source, State, get, require, set};

#[test]
fn ten_thousand_nested_scopes_are_read_through_and_left() {
    let outside = current::get();
    let first = ParamScope::new().set("nested.first", 1i64).unwrap().enter().unwrap();
    let mut guards = Vec::new();
    for depth in 0..10_000i64 {
        let scope = ParamScope::new().set("nested.depth", depth).unwrap();
        guards.push(scope.set(&format!("nested.d{}", depth % 100), depth).unwrap().enter().unwrap());
        assert_eq!(get("nested.first", 0i64), 1);
    }
    while let Some(guard) = guards.pop() {
        let depth = i64::try_from(guards.len()).unwrap();
        assert_eq!(get("nested.depth", -1i64), depth);
        assert_eq!(get(&format!("nested.d{}", depth % 100), -1i64), depth);
        drop(guard);
    }
    drop(first);
    assert!(current::get().same(&outside));
}

#[test]
fn a_state_ten_thousand_scopes_deep_is_dropped_at_once_on_a_small_stack() {
    let small = std::thread::Builder::new().stack_size(128 * 1024);
    let thread = small.spawn(|| {
        let mut state = State::fresh();
        for depth in 0..10_000i64 {
            state = state.enter_new(0).set(intern("dropped.x").unwrap(), depth.into(), &Source::Unknown).unwrap();
        }
        let captured = State::fresh().enter_capture(0, &state);
        drop(state);
        drop(captured);
    });
    thread.unwrap().join().unwrap();
}

#[test]
fn captures_entered_in_captures_ten_thousand_deep_are_dropped_on_a_small_stack() {
    let small = std::thread::Builder::new().stack_size(128 * 1024);
    let thread = small.spawn(|| {
        let mut state = State::fresh().set(intern("dropped.y").unwrap(), 1i64.into(), &Source::Unknown).unwrap();
        for _ in 0..10_000 {
            state = State::fresh().enter_capture(0, &state);
        }
        assert_eq!(state.value::<i64>(intern("dropped.y").unwrap()).unwrap(), Some(1));
        drop(state);
    });
    thread.unwrap().join().unwrap();
}

#[test]
fn a_million_keys_are_set_in_one_scope_and_all_read() {
    const KEYS: i64 = 1_000_000;
    let name = |at: i64| format!("million.k{at}");
    let mut builder = Scope::builder();
    for at in 0..KEYS {
        builder.set(&name(at), at, &Source::Unknown).unwrap();
    }
    let guard = builder.build().enter_here().unwrap();
    for at in (0..KEYS).step_by(7) {
        assert_eq!(get(&name(at), -1i64), at);
    }
    assert_eq!(get(&name(KEYS), -1i64), -1);
    let inner = ParamScope::new().set(&name(5), -5i64).unwrap().enter().unwrap();
    assert_eq!((get(&name(5), 0i64), get(&name(6), 0i64)), (-5, 6));
    drop(inner);
    assert_eq!(current::get().items().len(), 1_000_000);
    drop(guard);
    assert_eq!(get(&name(1), -1i64), -1);
}

#[test]
fn a_key_of_65_535_bytes_is_a_key_and_one_more_byte_is_refused_by_name() {
    let longest = "k".repeat(MAX_LEN);
    let guard = ParamScope::new().set(&longest, 1i64).unwrap().enter().unwrap();
    assert_eq!(require::<i64>(&longest).unwrap(), 1);
    let longer = format!("{longest}k");
    for error in [set(&longer, 1i64).unwrap_err(), require::<i64>(&longer).unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::InvalidKey);
        assert!(error.to_string().contains("65536"), "{error}");
        assert!(error.to_string().len() < 1000, "the text does not flood the screen");
    }
    drop(guard);
}

#[test]
fn a_key_of_32_768_segments_is_set_read_listed_and_deleted() {
    let deep = vec!["s"; 32_768].join(".");
    assert_eq!(deep.len(), MAX_LEN);
    let guard = ParamScope::new().set(&deep, 1i64).unwrap().enter().unwrap();
    assert_eq!(require::<i64>(&deep).unwrap(), 1);
    assert_eq!(require::<i64>(&deep[2..]).unwrap_err().kind(), ErrorKind::MissingParameter);
    assert_eq!(current::get().items().len(), 1);
    assert!(hyperparameter::report::explain(&current::get(), intern(&deep).unwrap()).len() == 1);
    let gathered = require::<std::collections::BTreeMap<String, Value>>("s").unwrap();
    assert_eq!(gathered.len(), 1);
    set("s.s", Value::list([1.into()])).unwrap();
    assert_eq!(require::<i64>("s.s.0").unwrap(), 1);
    set("s.s", 2i64).unwrap();
    hyperparameter::scope::current::try_update(|state| state.delete(intern("s").unwrap())).unwrap();
    assert_eq!(get(&deep, 0i64), 0);
    drop(guard);
}

#[test]
fn a_string_of_100_megabytes_is_kept_shared_and_shown_short() {
    let large: Arc<str> = "x".repeat(100_000_000).into();
    let guard = ParamScope::new().set("large.s", Value::Str(large.clone())).unwrap().enter().unwrap();
    assert!(Arc::ptr_eq(&require::<Arc<str>>("large.s").unwrap(), &large), "not copied");
    drop(guard);

    let text = format!("large.t={large}");
    let guard = ParamScope::new().text(&text).unwrap().enter().unwrap();
    assert_eq!(require::<Arc<str>>("large.t").unwrap(), large);
    let strict =
        hyperparameter::scope::current::Guard::enter(|state| Ok::<_, ()>(state.enter_strict(0, true))).unwrap();
    let error = require::<i64>("large.t").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conversion);
    assert!(error.to_string().len() < 1000, "the text does not flood the screen");
    drop(strict);
    drop(guard);
}

#[test]
fn ten_thousand_writes_in_one_scope_are_all_read_the_last_one_winning() {
    let guard = ParamScope::new().enter().unwrap();
    let key = |at: i64| intern(&format!("writes.k{}", at % 5_000)).unwrap();
    for at in 0..10_000 {
        set(key(at).name(), at).unwrap();
    }
    for at in 5_000..10_000 {
        assert_eq!(hyperparameter::read_key::<i64>(key(at)).unwrap(), Some(at));
    }
    assert_eq!(current::get().items().len(), 5_000);
    drop(guard);
    assert_eq!(hyperparameter::read_key::<i64>(key(1)).unwrap(), None);
}

#[test]
fn a_dictionary_of_a_hundred_thousand_leaves_is_one_value_and_all_its_leaves() {
    let map = Value::map((0..100_000i64).map(|at| (format!("k{at}"), Value::Int(at))));
    let guard = ParamScope::new().set("wide", map.clone()).unwrap().enter().unwrap();
    assert_eq!(get("wide.k99999", -1i64), 99_999);
    assert_eq!(require::<Value>("wide").unwrap(), map);
    set("wide.k0", -1i64).unwrap();
    let Value::Map(changed) = require::<Value>("wide").unwrap() else { panic!("no map") };
    assert_eq!(changed.len(), 100_000);
    assert_eq!(key::lookup("wide.k0").unwrap().map(|key| current::get().value::<i64>(key).unwrap()), Some(Some(-1)));
    drop(guard);
}
