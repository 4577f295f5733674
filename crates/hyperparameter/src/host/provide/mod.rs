//! The host's side: the functions of the table, over a store that says which state a thread is in.

use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::ptr;

use super::abi::{ABI, HostTable, MISSING, OK, RawKey, RawState, RawStr, Say, Status};
use super::{layout, raw};
use crate::error::Result;
use crate::key::{self, Key};
use crate::scope::{Block, Failed, State};
use crate::value::{Host, Item};

mod command_line;
mod errors;
mod guests;
mod objects;
mod reads;
mod scopes;
mod tools;
mod writes;

use errors::call;
use objects::HostSide;
use reads::{ask_of, give, settle, value_of};
use writes::source_of;

/// What a host knows that the core does not: which state a thread or task is in, and what its objects are.
pub trait Provider: 'static {
    /// Calls `read` with the state of this thread. Nothing that runs in it changes that state.
    fn with<R>(read: impl FnOnce(&State) -> R) -> R;

    /// Calls `read`, which does not unwind, with the state of this thread where that is at hand: there is nothing to bring
    /// up to date, and nothing that can fail. `None` where it is not, or where `read` gives that.
    fn at_hand<R>(_read: impl FnOnce(&State) -> Option<R>) -> Option<R> {
        None
    }

    /// The state of this thread.
    fn current() -> State {
        Self::with(State::clone)
    }

    /// Puts what `change` makes of this thread's state in its place, and gives that state's serial; where `change` fails,
    /// nothing changes. `scope` says whether a scope is entered, which [`Provider::leave`] will end.
    ///
    /// # Errors
    /// What `change` returns.
    fn update(scope: bool, change: impl FnOnce(State) -> Result<State>) -> Result<u64>;

    /// Ends the scope with this serial, if it is open here.
    ///
    /// # Errors
    /// Where the host itself fails.
    fn leave(serial: u64) -> Result<()>;

    /// Enters a block with these values, one for each of its keys; `single` says that all of them are single values. As
    /// [`Provider::update`].
    ///
    /// # Errors
    /// What one of the values is in the place of, and as [`Provider::update`].
    #[doc(hidden)]
    #[inline]
    fn enter_block(block: EnterBlock, items: impl Iterator<Item = Result<Item>>, single: bool) -> Result<u64> {
        let _ = single;
        Self::update(true, |state| block.0.enter_on(state, items))
    }

    /// Puts a state in the place of this thread's that has nothing to do with it, and gives the former one. `inside` says
    /// whether this is what runs for a while, which is true of a future's state, or what comes back after it.
    ///
    /// # Errors
    /// Where the host itself fails.
    fn exchange(state: State, inside: bool) -> Result<State>;

    /// Warns of a value that does not convert (rule V5).
    ///
    /// # Errors
    /// Where the host makes an error of its warnings.
    fn warn(failed: &Failed) -> Result<()>;

    /// The object as the host's language knows it, borrowed.
    fn object_pointer(object: &Host) -> *mut c_void;

    /// A handle on an object of the host's language.
    ///
    /// # Safety
    /// The pointer is what [`HostTable::object_of`] asks for.
    unsafe fn object_of(pointer: *mut c_void) -> Option<Host>;

    /// [`HostTable::layout`]: [`super::layout::VERSION`] where a thread's state stands in a cell of this crate.
    const LAYOUT: u32 = 0;

    /// [`HostTable::cell`].
    extern "C" fn cell() -> *const *const c_void {
        ptr::null()
    }

    /// [`HostTable::stop`].
    extern "C" fn stop() -> *const u64 {
        ptr::null()
    }

    /// [`HostTable::on_warning`].
    extern "C" fn on_warning(_hear: Option<Say>, _to: *mut c_void) {}
}

/// What [`Provider::enter_block`] enters.
#[derive(Clone, Copy, Debug)]
pub struct EnterBlock(pub(super) &'static Block);

/// The table of a host, to be put into a static.
#[must_use]
pub const fn table<P: Provider>(name: &'static str) -> HostTable {
    HostTable {
        abi: ABI,
        size: size_of::<HostTable>() as u32,
        name: RawStr::new(name),
        layout: P::LAYOUT,
        reserved: 0,
        intern,
        find,
        current: current::<P>,
        retain_state,
        release_state,
        read_bool: reads::read_bool::<P>,
        read_int: reads::read_int::<P>,
        read_float: reads::read_float::<P>,
        read_str: reads::read_str,
        read: reads::read::<P>,
        read_name: reads::read_name::<P>,
        free: reads::free,
        missing: reads::missing::<P>,
        refuse: reads::refuse::<P>,
        write: writes::write::<P>,
        enter: writes::enter::<P>,
        enter_state: writes::enter_state::<P>,
        leave: writes::leave::<P>,
        freeze: writes::freeze::<P>,
        retain_object: objects::retain_object,
        release_object: objects::release_object,
        object_type: objects::object_type,
        object_repr: objects::object_repr,
        object_view: objects::object_view,
        object_pointer: objects::object_pointer::<P>,
        object_of: objects::object_of::<P>,
        last_error: errors::last_error,
        last_place: errors::last_place,
        intern_hashed: tools::intern_hashed,
        key_name: tools::key_name,
        place: tools::place,
        convert: tools::convert,
        has: tools::has::<P>,
        remove: tools::remove::<P>,
        clear: tools::clear::<P>,
        enter_special: tools::enter_special::<P>,
        set_strict: tools::set_strict,
        scope_new: scopes::new,
        scope_set: scopes::set,
        scope_text: scopes::text,
        scope_map: scopes::map,
        scope_enter: scopes::enter::<P>,
        scope_state: scopes::state::<P>,
        scope_free: scopes::free,
        load: scopes::load,
        items: tools::items::<P>,
        used: tools::used::<P>,
        explain: tools::explain::<P>,
        explain_text: tools::explain_text::<P>,
        declare: tools::declare,
        snapshot: scopes::snapshot,
        snapshot_put_back: scopes::snapshot_put_back,
        snapshot_free: scopes::snapshot_free,
        pin: scopes::pin,
        unpin: scopes::unpin,
        on_warning: P::on_warning,
        command_line: command_line::parse,
        cell: P::cell,
        pinned_bits: layout::pinned_bits(P::LAYOUT),
        newest_version: layout::newest_version(P::LAYOUT),
        enter_as: guests::enter_as::<P>,
        state_as: guests::state_as::<P>,
        install: guests::install::<P>,
        uninstall: guests::uninstall::<P>,
        call_begin: guests::call_begin,
        call_end: guests::call_end::<P>,
        try_read: guests::try_read::<P>,
        whole: guests::whole::<P>,
        refuse_as: guests::refuse_as::<P>,
        is_strict: guests::is_strict::<P>,
        explained: guests::explained::<P>,
        set_strict_outside: guests::set_strict_outside,
        default_strict: guests::default_strict,
        block: scopes::block,
        enter_block: scopes::enter_block::<P>,
        stop: P::stop,
    }
}

// ---- keys and states -------------------------------------------------------------------------------------------------

unsafe extern "C" fn intern(name: RawStr, out: *mut *const RawKey) -> Status {
    call(|| {
        // SAFETY: promised by the caller; so in every function below, where the table's documentation says what of.
        unsafe { out.write(key::intern(raw::text(name)?)?.into_raw().cast()) };
        Ok(OK)
    })
}

unsafe extern "C" fn find(name: RawStr, out: *mut *const RawKey) -> Status {
    call(|| {
        // SAFETY: see `intern`.
        unsafe {
            let Some(key) = key::lookup(raw::text(name)?)? else { return Ok(MISSING) };
            out.write(key.into_raw().cast());
        }
        Ok(OK)
    })
}

/// # Safety
/// The pointer came from this table.
#[inline(always)]
unsafe fn key_of(key: *const RawKey) -> Key {
    // SAFETY: promised by the caller.
    unsafe { Key::from_raw(key.cast()) }
}

/// Calls `read` with this state, or with the thread's where it is null.
///
/// # Safety
/// The pointer is null or came from this table, and the caller owns a count of it.
#[inline(always)]
unsafe fn with<P: Provider, R>(state: *const RawState, read: impl FnOnce(&State) -> R) -> R {
    if state.is_null() {
        return P::with(read);
    }
    // SAFETY: promised by the caller; made without a count of its own, and never dropped.
    read(&ManuallyDrop::new(unsafe { State::from_raw(state.cast()) }))
}

/// As [`with`], for work that may run foreign code, which may change the thread's state.
unsafe fn owned<P: Provider>(state: *const RawState) -> State {
    // SAFETY: promised by the caller.
    if state.is_null() { P::current() } else { unsafe { with::<P, _>(state, State::clone) } }
}

unsafe extern "C" fn current<P: Provider>() -> *const RawState {
    let mut state = ptr::null();
    call(|| {
        state = P::current().into_raw().cast();
        Ok(OK)
    });
    state
}

unsafe extern "C" fn retain_state(state: *const RawState) {
    // SAFETY: see `intern`.
    std::mem::forget(State::clone(&ManuallyDrop::new(unsafe { State::from_raw(state.cast()) })));
}

unsafe extern "C" fn release_state(state: *const RawState) {
    call(|| {
        // SAFETY: see `intern`; the count goes over to what is dropped.
        drop(unsafe { State::from_raw(state.cast()) });
        Ok(OK)
    });
}
