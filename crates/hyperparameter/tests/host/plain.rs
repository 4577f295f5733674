//! The host of these tests: a state of its own for each thread, which is not the one that this crate's own store keeps.

use std::ffi::c_void;
use std::ptr;

use hyperparameter::State;
use hyperparameter::error::Result;
use hyperparameter::host::{self, HostTable, Provider};
use hyperparameter::scope::Failed;
use hyperparameter::value::Host;

thread_local! {
    static STATE: std::cell::RefCell<State> = std::cell::RefCell::new(State::fresh());
}

pub(crate) struct Plain;

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
    fn exchange(state: State, _: bool) -> Result<State> {
        let former = Self::current();
        STATE.with(|cell| cell.replace(state));
        Ok(former)
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

pub(crate) static TABLE: HostTable = host::table::<Plain>("a test");

/// Makes this library a guest of the host: the choice is made once in a process.
pub(crate) fn hosted() {
    // SAFETY: a table of this version that lives as long as the process.
    unsafe { host::adopt(&TABLE) }.unwrap();
}
