//! A host and its guest in one process, without Python: the table is made over this crate's own store, and the front door
//! works through it.
#![cfg(feature = "host")]

use std::ffi::c_void;
use std::ptr;

use hyperparameter::error::Result;
use hyperparameter::host::{self, HostTable, Provider, Store, abi};
use hyperparameter::scope::Failed;
use hyperparameter::value::Host;
use hyperparameter::value::Value;
use hyperparameter::{ErrorKind, ParamScope, State, get, require, set};

thread_local! {
    static STATE: std::cell::RefCell<State> = std::cell::RefCell::new(State::fresh());
}

struct Plain;

impl Provider for Plain {
    fn with<R>(read: impl FnOnce(&State) -> R) -> R {
        let state = STATE.with(|state| state.borrow().caught_up());
        read(&state)
    }
    fn update(_: bool, change: impl FnOnce(State) -> Result<State>) -> Result<u64> {
        let state = change(Self::current())?;
        let serial = state.serial();
        STATE.with(|cell| cell.replace(state));
        Ok(serial)
    }
    fn leave(serial: u64) -> Result<()> {
        let (state, _) = Self::current().leave(serial);
        STATE.with(|cell| cell.replace(state));
        Ok(())
    }
    fn warn(_: &Failed) -> Result<()> {
        Ok(())
    }
    fn object_pointer(_: &Host) -> *mut c_void {
        ptr::null_mut()
    }
    unsafe fn object_of(_: *mut c_void) -> Option<Host> {
        panic!("on purpose")
    }
}

static TABLE: HostTable = host::table::<Plain>("a test");

/// The choice is made once in a process, so this is one test.
#[test]
fn the_front_door_works_through_the_table() {
    // SAFETY: a table of this version that lives as long as the process.
    unsafe { host::adopt(&TABLE) }.unwrap();
    assert_eq!(host::store().unwrap(), Store::Hosted);

    let seen = || Plain::with(|state| state.items().len());
    {
        let scope = ParamScope::new().set("h.i", 1).unwrap().text("h.t=1_000").unwrap();
        let scope = scope
            .set("h.l", vec![1, 2])
            .unwrap()
            .set("h.m", Value::map([("a", Value::Int(1)), ("b", Value::Int(2))]))
            .unwrap();
        let _scope = scope.enter().unwrap();
        assert_eq!(seen(), 5);
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

        let captured = host::capture().unwrap().unwrap();
        let again = captured.clone();
        std::thread::spawn(move || {
            assert_eq!(get("h.t", 0), 0);
            let inside = captured.enter().unwrap();
            assert_eq!(get("h.t", 0), 1000);
            drop(inside);
            assert_eq!(get("h.t", 0), 0);
        })
        .join()
        .unwrap();
        drop(again);
    }
    assert_eq!(seen(), 0);
    assert_eq!(get("h.i", 0), 0);

    let missing = require::<i64>("h.i").unwrap_err();
    assert_eq!((missing.kind(), missing.key()), (ErrorKind::MissingParameter, Some("h.i")));
    assert_eq!(set("h..i", 1).unwrap_err().kind(), ErrorKind::InvalidKey);

    // A panic does not cross: it is an error to be asked for.
    // SAFETY: null is what this provider panics on.
    assert!(unsafe { host::object_of(ptr::null_mut()) }.is_err());

    // What is no value is refused.
    let wrong = abi::RawValue { kind: 99, ..abi::RawValue::NULL };
    let mut key = ptr::null();
    // SAFETY: as the table says.
    unsafe {
        assert_eq!((TABLE.intern)(abi::RawStr::new("h.i"), &mut key), abi::OK);
        assert_eq!((TABLE.write)(key, &wrong, ptr::null()), abi::FAILED);
    }
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
    assert_eq!(std::mem::offset_of!(HostTable, stop) + 8, size_of::<HostTable>());
}
