//! A host and its guest in one process, without Python: the table is made over a store of the test's, and the front door
//! works through it. Every scenario of `front_door` runs here too: it must say the same as in a library's own store.
#![cfg(all(feature = "host", feature = "macros", feature = "serde", feature = "config"))]

#[path = "../front_door/scenarios/mod.rs"]
mod scenarios;

mod plain;

use std::panic::catch_unwind;
use std::ptr;

use hyperparameter::host::{self, HostTable, Store, abi};
use hyperparameter::scope::{Entry, current};
use hyperparameter::value::{Host, Value};
use hyperparameter::{ErrorKind, ParamScope, State, get, require, set};

use plain::{Plain, TABLE, hosted};

/// What the store that is used has under a name on this thread.
fn stored(name: &str) -> Option<Value> {
    hosted();
    let state = <Plain as host::Provider>::current();
    let key = hyperparameter::key::lookup(name).unwrap()?;
    state
        .items()
        .into_iter()
        .find(|(at, _)| *at == key)
        .map(|(_, entry): (_, std::sync::Arc<Entry>)| entry.value().clone())
}

fn message(work: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let panic = catch_unwind(work).expect_err("it must not go on in silence");
    panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap()
}

#[test]
fn values_of_every_kind_go_through_the_table() {
    hosted();
    assert_eq!(host::store().unwrap(), Store::Hosted);
    {
        let scope = ParamScope::new().set("h.i", 1).unwrap().text("h.t=1_000").unwrap();
        let scope = scope
            .set("h.l", vec![1, 2])
            .unwrap()
            .set("h.m", Value::map([("a", Value::Int(1)), ("b", Value::Int(2))]))
            .unwrap();
        let _scope = scope.enter().unwrap();
        assert_eq!((stored("h.i"), stored("h.m.b")), (Some(Value::Int(1)), Some(Value::Int(2))));
        assert_eq!((get("h.i", 0), get("h.t", 0), get("h.t", String::new())), (1, 1000, "1_000".to_owned()));
        assert_eq!((get("h.l", vec![0]), get("h.l.1", 0), get("h.m.b", 0)), (vec![1, 2], 2, 2));
        assert_eq!(require::<Value>("h.m").unwrap(), Value::map([("a", Value::Int(1)), ("b", Value::Int(2))]));
        set("h.i", ()).unwrap();
        assert_eq!(get("h.i", Some(3)), None);
        assert_eq!(get("h.l", 7), 7, "a list is no integer, so the default counts");

        let host = Host::new(42_u32);
        set("h.o", Value::Host(host)).unwrap();
        let Value::Host(back) = require::<Value>("h.o").unwrap() else { panic!("no object") };
        // Host and guest are one library here, so it comes back as an object of the host's.
        assert_eq!((back.type_name(), back.repr()), ("u32".to_owned(), "<u32>".to_owned()));
    }
    assert_eq!(stored("h.i"), None);
    assert_eq!(get("h.i", 0), 0);
    let missing = require::<i64>("h.i").unwrap_err();
    assert_eq!((missing.kind(), missing.key()), (ErrorKind::MissingParameter, Some("h.i")));
    assert_eq!(set("h..i", 1).unwrap_err().kind(), ErrorKind::InvalidKey);
}

#[test]
fn what_is_no_value_is_refused_and_a_panic_is_an_error() {
    hosted();
    // SAFETY: null is what this provider panics on.
    assert!(unsafe { host::object_of(ptr::null_mut()) }.is_err());
    let wrong = abi::RawValue { kind: 99, ..abi::RawValue::NULL };
    let mut key = ptr::null();
    // SAFETY: as the table says.
    unsafe {
        assert_eq!((TABLE.intern)(abi::RawStr::new("h.wrong"), &mut key), abi::OK);
        assert_eq!((TABLE.write)(key, &wrong, ptr::null()), abi::FAILED);
    }
}

#[test]
fn what_is_laid_out_as_this_crate_was_built_does_not_cross_and_says_so() {
    hosted();
    let fix = "use hyperparameter::capture() or a ParamScope";
    assert!(message(|| drop(current::get())).contains(fix));
    assert!(message(|| drop(current::replace(State::fresh()))).contains(fix));
    assert!(message(|| drop(current::Installed::new(State::fresh()))).contains(fix));
    assert!(message(|| current::update(|state| state)).contains(fix));
    assert!(message(|| State::fresh().freeze()).contains("use hyperparameter::frozen()"));
    let error = ParamScope::from(State::fresh()).enter().unwrap_err();
    assert!(error.to_string().contains("none of the store that is used here"), "{error}");
}

#[test]
fn a_configuration_keeps_its_places_in_the_host() {
    use hyperparameter::config::{Config, Format};
    use hyperparameter::scope::Source;
    hosted();
    let config = Config::builder().text("h.toml", Format::Toml, "h_place = 1").cli(["h_word=2"]).load().unwrap();
    let _scope = ParamScope::from(&config).enter().unwrap();
    let state = <Plain as host::Provider>::current();
    let source = |name: &str| {
        let key = hyperparameter::key::intern(name).unwrap();
        hyperparameter::report::explain(&state, key)[0].entry.as_ref().unwrap().source().clone()
    };
    assert!(matches!(source("h_place"), Source::File(place) if (place.line, place.column) == (1, 11)));
    assert!(matches!(source("h_word"), Source::Argument(..)), "a program is strict about these (rule V5)");
}

#[cfg(feature = "watch")]
#[test]
fn files_are_watched_by_the_program_that_owns_the_store() {
    hosted();
    let refused = hyperparameter::config::watch(hyperparameter::config::Config::builder, |_| ()).err().unwrap();
    assert!(refused.to_string().contains("watch them there"), "{refused}");
}

#[test]
fn an_older_host_is_refused_with_both_versions() {
    #[repr(C)]
    struct Head(u32, u32, abi::RawStr);
    // The size of the table before anything was added for Rust.
    let head = Head(abi::ABI, 512, abi::RawStr::new("hyperparameter 0.0.1 of Python"));
    // SAFETY: nothing but the head is looked at where the size does not fit.
    let error = unsafe { host::check((&raw const head).cast()) }.unwrap_err().to_string();
    assert!(error.contains("hyperparameter 0.0.1 of Python") && error.contains(env!("CARGO_PKG_VERSION")), "{error}");
}

#[test]
fn the_layout_is_what_c_code_was_told() {
    assert_eq!(size_of::<abi::RawValue>(), 24);
    assert_eq!((std::mem::offset_of!(HostTable, abi), std::mem::offset_of!(HostTable, size)), (0, 4));
    assert_eq!((std::mem::offset_of!(HostTable, name), std::mem::offset_of!(HostTable, layout)), (8, 24));
    assert_eq!(std::mem::offset_of!(HostTable, intern), 32);
    // Only added to: where the last function of the first version stands.
    assert_eq!(std::mem::offset_of!(HostTable, last_error), 240);
    // And what was added for C and C++.
    assert_eq!(std::mem::offset_of!(HostTable, last_place), 248);
    assert_eq!(std::mem::offset_of!(HostTable, newest_version), 504);
    // And what was added for Rust.
    assert_eq!(std::mem::offset_of!(HostTable, enter_as), 512);
    assert_eq!(std::mem::offset_of!(HostTable, default_strict), 608);
    // And what was added for blocks of C++.
    assert_eq!(std::mem::offset_of!(HostTable, block), 616);
    assert_eq!(std::mem::offset_of!(HostTable, stop), 632);
    assert_eq!(size_of::<HostTable>(), 640);
}
