//! What is visible on a thread or task of the host, taken here and used elsewhere (rule T3).

use std::borrow::Cow;
use std::ffi::c_void;
use std::ptr::{self, NonNull};
use std::sync::Arc;

use super::super::abi::{HostTable, OK, RawExplained, RawInstalled, RawOwner, RawState, RawStr, RawValue, Status};
use super::super::raw;
use super::objects::GuestSide;
use super::read::received;
#[cfg(feature = "serde")]
use super::read::{missing, whole};
use super::{done, last};
use crate::error::{Error, Result};
use crate::key::intern;
use crate::report::{Declared, Explanation};
use crate::scope::{Entry, Level, LevelKind, Source};
use crate::value::Value;

/// A state of the host: counted, immutable, good on any thread.
#[derive(Debug)]
pub(crate) struct HostState {
    table: &'static HostTable,
    state: NonNull<RawState>,
}

// SAFETY: states are counted, immutable, and may be retained and released on any thread (stated in the table).
unsafe impl Send for HostState {}
// SAFETY: as above.
unsafe impl Sync for HostState {}

impl Clone for HostState {
    fn clone(&self) -> Self {
        // SAFETY: the host's own function and state.
        unsafe { (self.table.retain_state)(self.raw()) };
        Self { ..*self }
    }
}

impl Drop for HostState {
    fn drop(&mut self) {
        // SAFETY: this owns a count.
        unsafe { (self.table.release_state)(self.raw()) }
    }
}

impl HostState {
    /// What this thread or task sees now.
    pub(crate) fn current(table: &'static HostTable) -> Result<Self> {
        // SAFETY: the host's own function; the count that it gives is owned by the result.
        unsafe { Self::owned(table, (table.current)()) }
    }

    /// # Safety
    /// The pointer is null after an error, or owns a count of a state of this host.
    pub(super) unsafe fn owned(table: &'static HostTable, state: *const RawState) -> Result<Self> {
        NonNull::new(state.cast_mut()).map(|state| Self { table, state }).ok_or_else(|| last(table))
    }

    pub(crate) fn table(&self) -> &'static HostTable {
        self.table
    }

    /// The pointer that the table takes, good as long as this is.
    pub(crate) fn raw(&self) -> *const RawState {
        self.state.as_ptr()
    }

    /// Whether a name has a value.
    pub(crate) fn contains(&self, name: &str) -> Result<bool> {
        // SAFETY: the host's own function and state.
        Ok(done(self.table, unsafe { (self.table.has)(self.raw(), RawStr::new(name)) })? == OK)
    }

    /// Whether a value that does not convert is an error here.
    pub(crate) fn is_strict(&self) -> bool {
        // SAFETY: the host's own function and state.
        unsafe { (self.table.is_strict)(self.raw()) != 0 }
    }

    /// Everything that is visible.
    pub(crate) fn items(&self) -> Vec<(&'static str, Value)> {
        self.named(self.table.items)
    }

    /// What was read, with its value or else its default.
    pub(crate) fn used(&self) -> Vec<(&'static str, Value)> {
        self.named(self.table.used)
    }

    fn named(
        &self,
        ask: unsafe extern "C" fn(*const RawState, *mut RawValue, *mut *mut RawOwner) -> Status,
    ) -> Vec<(&'static str, Value)> {
        // SAFETY: the host's own function and state.
        let all = received(self.table, |out, owner| unsafe { ask(self.raw(), out, owner) });
        match all {
            Ok(Some(Value::Map(map))) => map
                .iter()
                // A name of the host is a key; names live as long as the process there as here.
                .filter_map(|(name, value)| Some((intern(name).ok()?.name(), value.clone())))
                .collect(),
            Ok(_) => Vec::new(),
            Err(error) => {
                log::error!(target: "hyperparameter", "the parameters could not be listed: {error}");
                Vec::new()
            }
        }
    }

    /// What stands under a name with what stands below it, as it was written.
    #[cfg(feature = "serde")]
    pub(crate) fn whole(&self, name: &str) -> Result<Option<Value>> {
        whole(self.table, self.raw(), name, false)
    }

    /// The error of a required parameter that is not there.
    #[cfg(feature = "serde")]
    pub(crate) fn missing(&self, name: &str) -> Error {
        missing(self.table, self.raw(), name)
    }

    /// What the host says of a name.
    pub(crate) fn explain(&self, name: &str) -> Result<Explanation> {
        let mut said: Option<Result<Explanation>> = None;
        let mut see = |raw: &RawExplained| {
            // SAFETY: all of it is there for the call.
            said = Some(unsafe { explanation(name, raw) });
        };
        let mut see: &mut dyn FnMut(&RawExplained) = &mut see;
        // SAFETY: the host's own function and state; `seen` is called with what it takes.
        let status =
            unsafe { (self.table.explained)(self.raw(), RawStr::new(name), seen, (&raw mut see).cast::<c_void>()) };
        done(self.table, status)?;
        said.unwrap_or_else(|| Err(Error::config(None, "the host of this process says nothing of this key")))
    }
}

unsafe extern "C" fn seen(to: *mut c_void, raw: *const RawExplained) {
    // SAFETY: see `HostState::explain`; what is called does not panic but for want of memory.
    unsafe { (*to.cast::<&mut dyn FnMut(&RawExplained)>())(&*raw) }
}

/// # Safety
/// All of it is there.
unsafe fn explanation(name: &str, said: &RawExplained) -> Result<Explanation> {
    // SAFETY: promised by the caller.
    unsafe {
        let text = |text: RawStr| text.get().into_owned();
        let mut levels = Vec::with_capacity(said.level_count);
        for level in raw::slice(said.levels, said.level_count) {
            let kind = match &*level.kind.get() {
                "pin" => LevelKind::Pinned,
                "frozen" => LevelKind::Frozen,
                _ => LevelKind::Scope,
            };
            let source = match level.source.get() {
                Cow::Borrowed("") => Source::Unknown,
                words => Source::Words((*words).into()),
            };
            let entry = if level.deleted == 0 {
                Some(Arc::new(Entry::plain(raw::raise::<GuestSide>(&level.value)?.into(), source, 0)))
            } else {
                None
            };
            levels.push(Level { kind, entry });
        }
        let mut declared = Vec::with_capacity(said.declared_count);
        for known in raw::slice(said.declared, said.declared_count) {
            let default = known.default.as_ref().map(|value| raw::raise::<GuestSide>(value)).transpose()?;
            declared.push(Declared {
                default: default.map(Into::into),
                wanted: text(known.wanted),
                help: text(known.help),
                owner: text(known.owner),
                source: raw::raise_source(&known.source),
                used: known.used != 0,
            });
        }
        let value = match said.set {
            0 => None,
            _ => Some((raw::raise::<GuestSide>(&said.value)?, text(said.source))),
        };
        Ok(Explanation::of_parts(name, value, text(said.reader), levels, declared))
    }
}

/// A state in the place of what this thread or task sees, for as long as this lives.
#[derive(Debug)]
pub(crate) struct HostInstalled {
    table: &'static HostTable,
    /// `None` once it is given back.
    installed: Option<RawInstalled>,
}

impl HostInstalled {
    pub(crate) fn new(state: &HostState) -> Result<Self> {
        let table = state.table;
        let mut installed = RawInstalled { state: ptr::null(), call: 0 };
        // SAFETY: the host's own function and state.
        done(table, unsafe { (table.install)(state.raw(), &mut installed) })?;
        Ok(Self { table, installed: Some(installed) })
    }

    /// Puts the former state back, and gives what the installed one has become.
    pub(crate) fn end(mut self) -> Option<HostState> {
        self.put_back()
    }

    fn put_back(&mut self) -> Option<HostState> {
        let installed = self.installed.take()?;
        let mut state = ptr::null();
        // SAFETY: the host's own function, what it gave, on the thread where it gave it: this is not `Send`.
        let status = unsafe { (self.table.uninstall)(&installed, &mut state) };
        // SAFETY: the count that it gives is owned by the result.
        match done(self.table, status).and_then(|_| unsafe { HostState::owned(self.table, state) }) {
            Ok(state) => Some(state),
            Err(error) => {
                log::error!(target: "hyperparameter", "the former parameters could not be put back: {error}");
                None
            }
        }
    }
}

impl Drop for HostInstalled {
    fn drop(&mut self) {
        drop(self.put_back());
    }
}
