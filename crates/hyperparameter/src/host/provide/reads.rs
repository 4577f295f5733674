//! Reads by type, and what becomes of a value that does not convert.

use std::mem::ManuallyDrop;
use std::ptr;

use super::super::abi::{MISSING, OK, OTHER, RawKey, RawOwner, RawState, RawStr, RawValue, Status};
use super::super::raw::{self, Owner, is_scalar};
use super::{HostSide, Provider, call, key_of, owned, with};
use crate::error::{Error, Result};
use crate::key::{self, Key};
use crate::scope::{Failed, Read, Source, State};
use crate::typed::FromParam;
use crate::value::{Ask, Mismatch, Value};

/// Rule V5 for a read that failed to convert.
pub(super) fn settle<P: Provider, T>(
    state: &State,
    read: std::result::Result<Option<T>, Box<Failed>>,
) -> Result<Option<T>> {
    read.or_else(|failed| {
        if state.is_strict_about(failed.entry.source()) {
            return Err(failed.error());
        }
        P::warn(&failed)?;
        Ok(None)
    })
}

macro_rules! scalar {
    ($name:ident, $further:ident, $type:ty, $kind:ident, $out:ty) => {
        pub(super) unsafe extern "C" fn $name<P: Provider>(
            state: *const RawState,
            key: *const RawKey,
            out: *mut $out,
        ) -> Status {
            // Before anything is set up that the rest needs: nothing here unwinds or fails.
            if state.is_null() {
                // SAFETY: see `intern`.
                let key = unsafe { key_of(key) };
                match P::at_hand(|state| state.plain_at_once::<$type>(key)) {
                    Some(None) => return MISSING,
                    Some(Some(value)) => {
                        // SAFETY: as above.
                        unsafe { out.write(value.into()) };
                        return OK;
                    }
                    None => {}
                }
            }
            // SAFETY: as above.
            unsafe { $further::<P>(state, key, out) }
        }

        #[inline(never)]
        unsafe fn $further<P: Provider>(state: *const RawState, key: *const RawKey, out: *mut $out) -> Status {
            call(|| {
                // SAFETY: see `intern`.
                let key = unsafe { key_of(key) };
                // SAFETY: as above.
                match unsafe { with::<P, _>(state, |state| state.plain::<$type>(key)) } {
                    Ok(None) => return Ok(MISSING),
                    Ok(Some(value)) => {
                        // SAFETY: as above.
                        unsafe { out.write(value.into()) };
                        return Ok(OK);
                    }
                    Err(()) => {}
                }
                // SAFETY: as above.
                let state = unsafe { owned::<P>(state) };
                Ok(match settle::<P, _>(&state, state.get(key, <$type>::ASK))?.map(|item| item.value) {
                    None => MISSING,
                    Some(Value::$kind(value)) => {
                        // SAFETY: as above.
                        unsafe { out.write(value.into()) };
                        OK
                    }
                    Some(_) => OTHER,
                })
            })
        }
    };
}
scalar! { read_bool, read_bool_further, bool, Bool, u8 }
scalar! { read_int, read_int_further, i64, Int, i64 }
scalar! { read_float, read_float_further, f64, Float, f64 }

pub(super) unsafe extern "C" fn read_str(state: *const RawState, key: *const RawKey, out: *mut RawStr) -> Status {
    call(|| {
        if state.is_null() {
            return Err(Error::config(None, "read_str needs the state that it borrows from: see `current`"));
        }
        // SAFETY: see `intern`.
        let key = unsafe { key_of(key) };
        // SAFETY: as above; made without a count of its own, and never dropped.
        let state = ManuallyDrop::new(unsafe { State::from_raw(state.cast()) });
        key.mark_read();
        let entry = match state.read(key) {
            Read::Missing => return Ok(MISSING),
            Read::Entry(entry) => entry,
            Read::Made(..) | Read::Gathered(_) => return Ok(OTHER),
        };
        entry.mark_read(|| Source::Unknown);
        let text = match entry.value() {
            Value::Str(text) => &**text,
            Value::Text(text) => text.as_str(),
            // What was converted is kept by the entry, if it has room.
            _ => match entry.converted(Ask::Str) {
                std::borrow::Cow::Borrowed(Ok(item)) => match &item.value {
                    Value::Str(text) => &**text,
                    _ => return Ok(OTHER),
                },
                _ => return Ok(OTHER),
            },
        };
        // SAFETY: as above.
        unsafe { out.write(RawStr::new(text)) };
        Ok(OK)
    })
}

pub(super) fn ask_of(ask: u32) -> Result<Ask> {
    let all = [Ask::Any, Ask::Bool, Ask::Int, Ask::Number, Ask::Float, Ask::Str, Ask::List, Ask::Map];
    let known = all.into_iter().find(|known| *known as u32 == ask);
    known.ok_or_else(|| Error::config(None, format!("no type that can be asked for has the number {ask}")))
}

/// Gives a value to the caller.
///
/// # Safety
/// Both pointers can be written.
pub(super) unsafe fn give(value: Value, out: *mut RawValue, owner: *mut *mut RawOwner) -> Status {
    let (raw, kept) = if is_scalar(&value) {
        (Owner::of::<HostSide>(value).0, ptr::null_mut())
    } else {
        let (raw, kept) = Owner::of::<HostSide>(value);
        (raw, Box::into_raw(Box::new(kept)).cast())
    };
    // SAFETY: promised by the caller.
    unsafe {
        out.write(raw);
        owner.write(kept);
    }
    OK
}

pub(super) unsafe extern "C" fn read<P: Provider>(
    state: *const RawState,
    key: *const RawKey,
    ask: u32,
    out: *mut RawValue,
    owner: *mut *mut RawOwner,
) -> Status {
    call(|| {
        // SAFETY: see `intern`.
        let (state, key) = unsafe { (owned::<P>(state), key_of(key)) };
        let Some(value) = value::<P>(&state, key, ask_of(ask)?)? else { return Ok(MISSING) };
        // SAFETY: as above.
        Ok(unsafe { give(value, out, owner) })
    })
}

/// The value alone: the host's own object for it may not be counted on a thread without the interpreter.
fn value<P: Provider>(state: &State, key: Key, ask: Ask) -> Result<Option<Value>> {
    settle::<P, _>(state, value_of(state, key, ask))
}

pub(super) fn value_of(state: &State, key: Key, ask: Ask) -> std::result::Result<Option<Value>, Box<Failed>> {
    mark(state, key);
    match state.read(key) {
        Read::Entry(entry) if ask == Ask::Any && !matches!(entry.value(), Value::Text(_)) => {
            key.mark_read();
            Ok(Some(entry.value().clone()))
        }
        _ => Ok(state.get(key, ask)?.map(|item| item.value)),
    }
}

fn mark(state: &State, key: Key) {
    if let Read::Entry(entry) = state.read(key) {
        entry.mark_read(|| Source::Unknown);
    }
}

pub(super) unsafe extern "C" fn read_name<P: Provider>(
    state: *const RawState,
    name: RawStr,
    ask: u32,
    out: *mut RawValue,
    owner: *mut *mut RawOwner,
) -> Status {
    call(|| {
        // SAFETY: see `intern`.
        let (state, name) = unsafe { (owned::<P>(state), raw::text(name)?) };
        let key = match key::lookup(name)? {
            Some(key) => key,
            None if matches!(state.read_name(name)?, Read::Missing) => return Ok(MISSING),
            // An element of a list that nobody named before.
            None => key::intern(name)?,
        };
        let Some(value) = value::<P>(&state, key, ask_of(ask)?)? else { return Ok(MISSING) };
        // SAFETY: as above.
        Ok(unsafe { give(value, out, owner) })
    })
}

pub(super) unsafe extern "C" fn free(owner: *mut RawOwner) {
    if !owner.is_null() {
        call(|| {
            // SAFETY: see `intern`: it came from `give`.
            drop(unsafe { Box::from_raw(owner.cast::<Owner>()) });
            Ok(OK)
        });
    }
}

pub(super) unsafe extern "C" fn missing<P: Provider>(state: *const RawState, name: RawStr) -> Status {
    // SAFETY: see `intern`.
    call(|| unsafe { Err(owned::<P>(state).missing(raw::text(name)?)) })
}

pub(super) unsafe extern "C" fn refuse<P: Provider>(
    state: *const RawState,
    key: *const RawKey,
    wanted: RawStr,
    reason: RawStr,
) -> Status {
    call(|| {
        // SAFETY: see `intern`.
        let (state, key) = unsafe { (owned::<P>(state), key_of(key)) };
        // SAFETY: as above.
        let (wanted, reason) = unsafe { (wanted.get().into_owned(), reason.get().into_owned()) };
        let Some(mut failed) = state.failed(key, wanted, Mismatch::new(reason.clone())) else { return Ok(MISSING) };
        if let Read::Gathered(leaves) = state.read_map(key) {
            // A struct of which only members are set: the reason begins with the one that it is about, in quotes.
            let member = reason.strip_prefix('\'').and_then(|rest| rest.split('\'').next()).unwrap_or_default();
            let is_it = |leaf: &Key| {
                leaf.name().get(key.name().len() + 1..).and_then(|below| below.split('.').next()) == Some(member)
            };
            if let Some((_, entry)) = leaves.into_iter().find(|(leaf, _)| is_it(leaf)) {
                failed.entry = entry;
            }
        }
        settle::<P, ()>(&state, Err(failed))?;
        Ok(MISSING)
    })
}
