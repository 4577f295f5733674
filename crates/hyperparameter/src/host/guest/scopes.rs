//! Writes, scopes, calls and what is said of the process, in the host's store.

use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::super::abi::{HostTable, RawCall, RawEntry, RawPair, RawPins, RawScope, RawSnapshot, RawStr, start};
use super::super::raw::{self, Owner, Place};
use super::objects::GuestSide;
use super::read::host_key;
#[cfg(feature = "clap")]
use super::state::HostInstalled;
use super::state::HostState;
use super::{done, of_another_store};
use crate::error::Result;
use crate::key::{Key, intern};
use crate::param_scope::Start;
use crate::report::Declared;
use crate::scope::{Entry, Source};
use crate::seen::Seen;
use crate::value::{Item, Value};

// ---- writes ----------------------------------------------------------------------------------------------------------

/// [`crate::params::set`], where the store is hosted.
pub(crate) fn set(table: &HostTable, key: Key, item: &Item, source: &Source) -> Result<()> {
    let there = host_key(table, key)?;
    let (value, _owner) = Owner::of::<GuestSide>(stored(item));
    let place = Place::of(source);
    // SAFETY: the host's own function and key; the value is kept alive by `_owner`.
    done(table, unsafe { (table.write)(there, &value, &place.raw()) }).map(drop)
}

fn stored(item: &Item) -> Value {
    item.object().map_or_else(|| item.value.clone(), |host| Value::Host(host.clone()))
}

/// Deletes a key in the current scope.
pub(crate) fn delete(table: &HostTable, key: Key) -> Result<()> {
    // SAFETY: the host's own function.
    done(table, unsafe { (table.remove)(RawStr::new(key.name())) }).map(drop)
}

// ---- scopes ----------------------------------------------------------------------------------------------------------

/// Calls `work` with these entries as pairs of the host's.
fn with_pairs<R>(
    table: &HostTable,
    entries: &[(Key, Arc<Entry>)],
    work: impl FnOnce(&[RawPair]) -> Result<R>,
) -> Result<R> {
    let mut kept = Vec::with_capacity(entries.len());
    let mut dictionary = None;
    for (key, entry) in entries {
        // The host lays a dictionary's leaves out itself (rule K5).
        if dictionary == Some(entry.stamp()) {
            continue;
        }
        if entry.is_dictionary() {
            dictionary = Some(entry.stamp());
        }
        let (value, owner) = Owner::of::<GuestSide>(stored(entry.item()));
        kept.push((host_key(table, *key)?, value, Place::of(entry.source()), owner));
    }
    let pairs: Vec<RawPair> =
        kept.iter().map(|(key, value, place, _)| RawPair { key: *key, value: *value, source: place.raw() }).collect();
    work(&pairs)
}

/// Enters a scope with these entries in the host's store.
pub(crate) fn enter(table: &HostTable, entries: &[(Key, Arc<Entry>)]) -> Result<u64> {
    with_pairs(table, entries, |pairs| {
        let mut serial = 0;
        // SAFETY: the host's own function and keys; the values are there for the call.
        done(table, unsafe { (table.enter)(pairs.as_ptr(), pairs.len(), &mut serial) })?;
        Ok(serial)
    })
}

/// A scope of this library in the host's store. What is entered once is entered as it is; at the second entry the host
/// makes a scope of its own of it, which is entered in one step however many keys it has.
#[derive(Debug, Default)]
pub(crate) struct There {
    entered: AtomicBool,
    scope: OnceLock<Arc<HostScope>>,
}

impl Clone for There {
    fn clone(&self) -> Self {
        Self { entered: AtomicBool::new(self.entered.load(Ordering::Relaxed)), scope: self.scope.clone() }
    }
}

impl There {
    pub(crate) fn enter(&self, table: &'static HostTable, entries: &[(Key, Arc<Entry>)]) -> Result<u64> {
        let scope = match self.scope.get() {
            Some(scope) => scope,
            None if !self.entered.swap(true, Ordering::Relaxed) => return enter(table, entries),
            None => {
                let made = Arc::new(HostScope::new(table, entries)?);
                self.scope.get_or_init(|| made)
            }
        };
        let mut serial = 0;
        // SAFETY: the host's own function and scope.
        done(table, unsafe { (table.scope_enter)(scope.scope, &mut serial) })?;
        Ok(serial)
    }
}

/// A prepared scope of the host.
#[derive(Debug)]
struct HostScope {
    table: &'static HostTable,
    scope: *mut RawScope,
}

// SAFETY: the table says that a scope may be entered on any thread; it is changed only where it is made.
unsafe impl Send for HostScope {}
// SAFETY: as above.
unsafe impl Sync for HostScope {}

impl HostScope {
    fn new(table: &'static HostTable, entries: &[(Key, Arc<Entry>)]) -> Result<Self> {
        // SAFETY: the host's own function.
        let made = Self { table, scope: unsafe { (table.scope_new)() } };
        with_pairs(table, entries, |pairs| {
            for pair in pairs {
                // SAFETY: the host's own function, and its scope, which nobody else has yet.
                done(table, unsafe { (table.scope_set)(made.scope, pair) })?;
            }
            Ok(())
        })?;
        Ok(made)
    }
}

impl Drop for HostScope {
    fn drop(&mut self) {
        // SAFETY: this owned it.
        unsafe { (self.table.scope_free)(self.scope) }
    }
}

fn with_entry<R>(
    table: &HostTable,
    from: &Start,
    strict: Option<bool>,
    entries: &[(Key, Arc<Entry>)],
    work: impl FnOnce(&RawEntry) -> Result<R>,
) -> Result<R> {
    let (start, state) = match from {
        Start::Here => (start::HERE, ptr::null()),
        Start::Empty => (start::EMPTY, ptr::null()),
        Start::Call => (start::CALL, ptr::null()),
        Start::Captured(Seen::Hosted(state)) => (start::CAPTURED, state.raw()),
        Start::Captured(Seen::Own(_)) => return Err(of_another_store()),
    };
    let strict = strict.map_or(0, |strict| 1 + u32::from(strict));
    with_pairs(table, entries, |pairs| {
        work(&RawEntry { start, strict, state, pairs: pairs.as_ptr(), count: pairs.len() })
    })
}

/// Enters a scope of any kind.
pub(crate) fn enter_as(
    table: &HostTable,
    from: &Start,
    strict: Option<bool>,
    entries: &[(Key, Arc<Entry>)],
) -> Result<u64> {
    with_entry(table, from, strict, entries, |entry| {
        let mut serial = 0;
        // SAFETY: the host's own function; what is in the entry is there for the call.
        done(table, unsafe { (table.enter_as)(entry, &mut serial) })?;
        Ok(serial)
    })
}

/// What this thread would see in such a scope.
pub(crate) fn state_as(
    table: &'static HostTable,
    from: &Start,
    strict: Option<bool>,
    entries: &[(Key, Arc<Entry>)],
) -> Result<HostState> {
    with_entry(table, from, strict, entries, |entry| {
        let mut state = ptr::null();
        // SAFETY: as above; the count that it gives is owned by the result.
        done(table, unsafe { (table.state_as)(entry, &mut state) })?;
        // SAFETY: as above.
        unsafe { HostState::owned(table, state) }
    })
}

/// Ends a scope in the host's store.
pub(crate) fn leave(table: &HostTable, serial: u64) {
    // SAFETY: the host's own function.
    if let Err(error) = done(table, unsafe { (table.leave)(serial) }) {
        log::error!(target: "hyperparameter", "a scope could not be left: {error}");
    }
}

/// A running call in the host's store (rule S5), ended when this is dropped.
#[derive(Debug)]
pub(crate) struct HostCall {
    table: &'static HostTable,
    call: RawCall,
    /// A call ends on its thread.
    not_send: std::marker::PhantomData<*const ()>,
}

impl HostCall {
    pub(crate) fn begin(table: &'static HostTable) -> Self {
        let mut call = RawCall { mark: 0, outer: 0 };
        // SAFETY: the host's own function, which cannot fail.
        let _ = unsafe { (table.call_begin)(&mut call) };
        Self { table, call, not_send: std::marker::PhantomData }
    }
}

impl Drop for HostCall {
    fn drop(&mut self) {
        // SAFETY: the host's own function, and its call.
        if let Err(error) = done(self.table, unsafe { (self.table.call_end)(&self.call) }) {
            log::error!(target: "hyperparameter", "a call could not be ended: {error}");
        }
    }
}

// ---- the process -----------------------------------------------------------------------------------------------------

/// Publishes what this thread's scopes set.
#[track_caller]
pub(crate) fn freeze(table: &HostTable) {
    // SAFETY: the host's own function.
    if let Err(error) = done(table, unsafe { (table.freeze)() }) {
        panic!("nothing was frozen: {error}");
    }
}

/// Publishes what these entries set, and nothing else that this thread sees.
#[cfg(feature = "clap")]
pub(crate) fn freeze_scope(table: &'static HostTable, entries: &[(Key, Arc<Entry>)]) -> Result<()> {
    let alone = HostInstalled::new(&state_as(table, &Start::Empty, None, entries)?)?;
    // SAFETY: the host's own function.
    let done = done(table, unsafe { (table.freeze)() });
    drop(alone);
    done.map(drop)
}

/// Sets the process's default, and gives the former one.
pub(crate) fn set_strict(table: &HostTable, strict: bool) -> bool {
    // SAFETY: the host's own function.
    unsafe { (table.set_strict)(strict.into()) != 0 }
}

/// The process's default.
pub(crate) fn default_strict(table: &HostTable) -> bool {
    // SAFETY: the host's own function.
    unsafe { (table.default_strict)() != 0 }
}

/// Sets whether the process is strict about values from outside its code, and gives the former setting.
pub(crate) fn set_strict_outside(table: &HostTable, strict: bool) -> bool {
    // SAFETY: the host's own function.
    unsafe { (table.set_strict_outside)(strict.into()) != 0 }
}

/// Makes a parameter known to the host.
pub(crate) fn declare(table: &HostTable, key: Key, declared: &Declared) {
    let default = declared.default.as_ref().map(|item| Owner::of::<GuestSide>(stored(item)));
    let place = Place::of(&declared.source);
    let raw = raw::declared(declared, default.as_ref().map(|(value, _)| value), &place);
    // SAFETY: the host's own function and key; the rest is there for the call.
    let declared = host_key(table, key).and_then(|there| done(table, unsafe { (table.declare)(there, &raw) }));
    if let Err(error) = declared {
        log::error!(target: "hyperparameter", "{key} could not be declared: {error}");
    }
}

/// Pinned overrides of the host (rule S1), taken away when this is dropped.
#[derive(Debug)]
pub(crate) struct HostPins {
    table: &'static HostTable,
    pins: *mut RawPins,
}

impl HostPins {
    pub(crate) fn new(
        table: &'static HostTable,
        pairs: impl IntoIterator<Item = (String, Item, Source)>,
    ) -> Result<Self> {
        let mut kept = Vec::new();
        for (name, item, source) in pairs {
            let (value, owner) = Owner::of::<GuestSide>(stored(&item));
            kept.push((host_key(table, intern(&name)?)?, value, Place::of(&source), owner));
        }
        let pairs: Vec<RawPair> = kept
            .iter()
            .map(|(key, value, place, _)| RawPair { key: *key, value: *value, source: place.raw() })
            .collect();
        let mut pins = ptr::null_mut();
        // SAFETY: the host's own function and keys; the values are kept alive by `kept`.
        done(table, unsafe { (table.pin)(pairs.as_ptr(), pairs.len(), &mut pins) })?;
        Ok(Self { table, pins })
    }
}

impl Drop for HostPins {
    fn drop(&mut self) {
        // SAFETY: this owned them.
        unsafe { (self.table.unpin)(self.pins) }
    }
}

/// A snapshot of the host, kept to be put back.
#[derive(Debug)]
pub(crate) struct HostSnapshot {
    table: &'static HostTable,
    snapshot: NonNull<RawSnapshot>,
}

// SAFETY: the table says of its functions that they may be called on any thread, and nothing changes a snapshot.
unsafe impl Send for HostSnapshot {}
// SAFETY: as above.
unsafe impl Sync for HostSnapshot {}

impl HostSnapshot {
    pub(crate) fn take(table: &'static HostTable) -> Self {
        // SAFETY: the host's own function; the result is owned, and never null.
        let snapshot = unsafe { NonNull::new_unchecked((table.snapshot)()) };
        Self { table, snapshot }
    }

    pub(crate) fn put_back(&self) {
        // SAFETY: the host's own function and snapshot.
        if let Err(error) = done(self.table, unsafe { (self.table.snapshot_put_back)(self.snapshot.as_ptr()) }) {
            log::error!(target: "hyperparameter", "a snapshot could not be put back: {error}");
        }
    }
}

impl Drop for HostSnapshot {
    fn drop(&mut self) {
        // SAFETY: this owned it.
        unsafe { (self.table.snapshot_free)(self.snapshot.as_ptr()) }
    }
}
