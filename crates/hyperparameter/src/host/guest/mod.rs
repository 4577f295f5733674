//! The library's side: which store it uses, and the front door over the host's.

use std::ffi::{c_char, c_void};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::abi::{ABI, FindTable, HostTable, OK, OWN_STORE_SYMBOL, RawError, RawStr, SYMBOL, Status, error};
use super::symbols;
use crate::error::{Error, ErrorKind, Result};

mod objects;
mod read;
mod scopes;
mod state;

pub use objects::{object_of, object_pointer};
pub(crate) use read::{no_value, read, read_key};
#[cfg(feature = "clap")]
pub(crate) use scopes::freeze_scope;
pub(crate) use scopes::{
    HostCall, HostPins, HostSnapshot, There, declare, default_strict, delete, enter_as, freeze, leave, set, set_strict,
    set_strict_outside, state_as,
};
pub(crate) use state::{HostInstalled, HostState};

/// Whose store this library uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// The host's: what is set here is seen there, and the other way round.
    Hosted,
    /// Its own: there was no host when it was first used.
    Own,
}

/// The host's table; null: nothing was chosen; [`OWN`] and [`REFUSED`]: there is none to use.
static CHOSEN: AtomicPtr<HostTable> = AtomicPtr::new(ptr::null_mut());
const OWN: *mut HostTable = ptr::without_provenance_mut(1);
const REFUSED: *mut HostTable = ptr::without_provenance_mut(2);

/// Why the host's table cannot be used.
static REASON: OnceLock<Error> = OnceLock::new();

/// Held while the choice is made: it is made once.
static CHOOSING: Mutex<()> = Mutex::new(());

/// Whose store this library uses; chooses it if nothing did yet. A module calls this when it is loaded, to say at once
/// what is wrong.
///
/// # Errors
/// `Config`, where there is a host whose table this library cannot use.
pub fn store() -> Result<Store> {
    Ok(if hosted()?.is_some() { Store::Hosted } else { Store::Own })
}

/// The table of the store that this library uses, the host's or its own: for a binding that does everything through it.
///
/// # Errors
/// As for [`store`].
pub fn store_table() -> Result<&'static HostTable> {
    Ok(hosted()?.unwrap_or(&super::own::TABLE))
}

/// Uses this table: for a library that got it from the capsule of the Python module, where symbols cannot be looked up.
///
/// # Errors
/// `Config`, where it cannot be used, or where this library has used another store already.
///
/// # Safety
/// The pointer is to a [`HostTable`] of any version, which lives as long as the process.
pub unsafe fn adopt(table: *const HostTable) -> Result<()> {
    let _choosing = CHOOSING.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: promised by the caller.
    let table = unsafe { check(table)? };
    let chosen = CHOSEN.load(Ordering::Acquire);
    if !chosen.is_null() && !ptr::eq(chosen, table) {
        let text = "this library has used another parameter store already: import hyperparameter before its first use";
        return Err(Error::config(None, text));
    }
    CHOSEN.store(ptr::from_ref(table).cast_mut(), Ordering::Release);
    Ok(())
}

/// Whether a table is of a version that this library can use.
///
/// # Errors
/// `Config`, with both versions.
///
/// # Safety
/// As for [`adopt`].
pub unsafe fn check(table: *const HostTable) -> Result<&'static HostTable> {
    if table.is_null() {
        return Err(Error::config(None, "the host of this process has no parameter table"));
    }
    // SAFETY: promised by the caller; the three fields stand where they are in every version, and the rest is looked at
    // only where it is there.
    let (abi, size, name) = unsafe { ((*table).abi, (*table).size, (*table).name) };
    // SAFETY: as above.
    let name = unsafe { name.get() };
    let own = env!("CARGO_PKG_VERSION");
    if abi != ABI {
        let (old, new) = if abi < ABI { ("host", "library") } else { ("library", "host") };
        let text = format!(
            "the parameter store of this process ({name}) has version {abi} of the native interface, and this library \
             (hyperparameter {own}) knows version {ABI}: build the {old} with the hyperparameter of the {new}"
        );
        return Err(Error::config(None, text));
    }
    if (size as usize) < size_of::<HostTable>() {
        let text = format!(
            "the parameter store of this process ({name}) is older than this library (hyperparameter {own}): its table has \
             {size} bytes, and {} are needed; install a newer hyperparameter",
            size_of::<HostTable>()
        );
        return Err(Error::config(None, text));
    }
    // SAFETY: as above.
    Ok(unsafe { &*table })
}

/// The host's table, where this library uses the host's store.
#[inline(always)]
pub(crate) fn hosted() -> Result<Option<&'static HostTable>> {
    let chosen = CHOSEN.load(Ordering::Acquire);
    if chosen.addr() > REFUSED.addr() {
        // SAFETY: a checked table, which lives as long as the process.
        return Ok(Some(unsafe { &*chosen }));
    }
    if chosen == OWN { Ok(None) } else { choose() }
}

/// [`hosted`], for what has no way to return an error.
///
/// # Panics
/// Where there is a host whose table this library cannot use.
#[inline(always)]
#[track_caller]
pub(crate) fn usable() -> Option<&'static HostTable> {
    match hosted() {
        Ok(table) => table,
        Err(error) => unusable(&error),
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn unusable(error: &Error) -> ! {
    panic!("{error}")
}

/// Refuses what works on states and snapshots of this crate, and would be seen by nobody where the store is the host's.
#[inline(always)]
#[track_caller]
pub(crate) fn own_store_only(what: &str, instead: &str) {
    assert!(
        usable().is_none(),
        "{what} works on a store of this library's own, but the library uses the one of its process, whose states are \
         laid out as its host was built: use {instead}"
    );
}

/// A state of this crate's own store where the host's are asked for, or the other way round.
#[cold]
pub(crate) fn of_another_store() -> Error {
    let text = "this state is none of the store that is used here: a library that shares the store of its process enters \
                what hyperparameter::capture() or Params::current() gave it, and a ParamScope";
    Error::config(None, text)
}

#[cold]
#[inline(never)]
fn choose() -> Result<Option<&'static HostTable>> {
    let choosing = CHOOSING.lock().unwrap_or_else(PoisonError::into_inner);
    if CHOSEN.load(Ordering::Acquire).is_null() {
        CHOSEN.store(look(), Ordering::Release);
    }
    drop(choosing);
    match CHOSEN.load(Ordering::Acquire) {
        OWN => Ok(None),
        REFUSED => Err(REASON.get().cloned().unwrap_or_else(|| Error::config(None, "no usable parameter store"))),
        // SAFETY: a checked table, which lives as long as the process.
        table => Ok(Some(unsafe { &*table })),
    }
}

fn look() -> *mut HostTable {
    let found = symbols::find(SYMBOL);
    if found.is_null() {
        // So that a host that comes later finds out, and says so.
        OWN_PATH.store(
            symbols::make_global((hyperparameter_own_store as *const c_void).cast()).cast_mut(),
            Ordering::Release,
        );
        return OWN;
    }
    // SAFETY: what stands under this symbol is such a function.
    let table = unsafe { std::mem::transmute::<*mut c_void, FindTable>(found)() };
    // SAFETY: and gives a table that lives as long as the process.
    match unsafe { check(table) } {
        Ok(table) => ptr::from_ref(table).cast_mut(),
        Err(error) => {
            let _ = REASON.set(error);
            REFUSED
        }
    }
}

static OWN_PATH: AtomicPtr<c_char> = AtomicPtr::new(ptr::null_mut());

/// The path of this library where it uses a store of its own, else null. Looked for by a host.
#[unsafe(no_mangle)]
extern "C" fn hyperparameter_own_store() -> *const c_char {
    OWN_PATH.load(Ordering::Acquire)
}

const _: () = assert!(matches!(OWN_STORE_SYMBOL.to_bytes(), b"hyperparameter_own_store"));

// ---- errors ----------------------------------------------------------------------------------------------------------

fn done(table: &HostTable, status: Status) -> Result<Status> {
    if status >= OK { Ok(status) } else { Err(last(table)) }
}

#[cold]
fn last(table: &HostTable) -> Error {
    let empty = RawStr::new("");
    let mut raw = RawError { kind: 0, has_key: 0, key: empty, text: empty, near: ptr::null(), near_len: 0 };
    // SAFETY: the host's own function; what it gives is borrowed until the next call, and copied before.
    unsafe {
        if (table.last_error)(&mut raw) != OK {
            return Error::config(None, "the host of this process failed and does not say why");
        }
        let kind = match raw.kind {
            error::INVALID_KEY => ErrorKind::InvalidKey,
            error::MISSING_PARAMETER => ErrorKind::MissingParameter,
            error::CONVERSION => ErrorKind::Conversion,
            error::HASH_COLLISION => ErrorKind::HashCollision,
            _ => ErrorKind::Config,
        };
        let near = (0..raw.near_len).map(|at| (*raw.near.add(at)).get().into_owned()).collect();
        let key = (raw.has_key != 0).then(|| raw.key.get());
        Error::from_parts(kind, key.as_deref(), near, raw.text.get().into_owned())
    }
}
