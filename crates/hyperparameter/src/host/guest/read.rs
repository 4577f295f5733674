//! Reads by type from the host's store.

use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::atomic::Ordering;

use super::super::abi::{
    HostTable, MISSING, OK, OTHER, RawKey, RawMismatch, RawOwner, RawState, RawStr, RawValue, Status, UNFIT,
};
use super::super::raw::{self, Owner};
use super::objects::GuestSide;
use super::{done, last};
use crate::error::{Error, Result};
use crate::key::{Key, intern, lookup};
use crate::typed::{FromParam, exactly, spells_null};
use crate::value::{Ask, Mismatch, Value, wanted};

/// The host's key of a key of this library, asked for once.
#[inline(always)]
pub(super) fn host_key(table: &HostTable, key: Key) -> Result<*const RawKey> {
    let known = key.hosted().load(Ordering::Acquire);
    if known.is_null() { intern_there(table, key) } else { Ok(known.cast()) }
}

#[cold]
fn intern_there(table: &HostTable, key: Key) -> Result<*const RawKey> {
    let mut there = ptr::null();
    // SAFETY: the host's own function.
    done(table, unsafe { (table.intern)(RawStr::new(key.name()), &mut there) })?;
    key.hosted().store(there.cast_mut().cast(), Ordering::Release);
    Ok(there)
}

/// A parameter by name, in a state of the host or, where it is null, in what this thread sees.
pub(crate) fn read<T: FromParam>(table: &HostTable, state: *const RawState, name: &str) -> Result<Option<T>> {
    if let Some(key) = lookup(name)? {
        return read_key(table, state, key);
    }
    let mut there = ptr::null();
    // SAFETY: the host's own function.
    if done(table, unsafe { (table.find)(RawStr::new(name), &mut there) })? == OK {
        let key = intern(name)?;
        key.hosted().store(there.cast_mut().cast(), Ordering::Release);
        return read_key(table, state, key);
    }
    // A name that nobody set costs nothing; an element of a list may be read all the same.
    // SAFETY: the host's own function, and its state or null.
    if done(table, unsafe { (table.has)(state, RawStr::new(name)) })? == OK {
        return read_key(table, state, intern(name)?);
    }
    Ok(None)
}

/// A parameter by key, as [`read`].
///
/// A call and no walk of the host's frames: of the 215 instructions of a read of an integer in CPython 3.13 about 100 ask which
/// thread and context this is, which nothing but the host can know, and the walk is some 30 wherever it is done.
#[inline]
pub(crate) fn read_key<T: FromParam>(table: &HostTable, state: *const RawState, key: Key) -> Result<Option<T>> {
    let there = host_key(table, key)?;
    // None of these has anything to drop.
    // SAFETY: the host's own functions and key, and its state or null.
    let (status, value) = unsafe {
        match T::ASK {
            _ if T::NULL || T::ELSE.is_some() => (OTHER, Value::Null),
            Ask::Bool => {
                let mut out = 0;
                let status = (table.read_bool)(state, there, &mut out);
                (status, Value::Bool(out != 0))
            }
            Ask::Int => {
                let mut out = 0;
                let status = (table.read_int)(state, there, &mut out);
                (status, Value::Int(out))
            }
            Ask::Float => {
                let mut out = 0.0;
                let status = (table.read_float)(state, there, &mut out);
                (status, Value::Float(out))
            }
            _ => (OTHER, Value::Null),
        }
    };
    let value = ManuallyDrop::new(value);
    match status {
        OK => match exactly(&value) {
            Some(value) => Ok(Some(value)),
            None => settle(table, state, key, of_converted::<T>(&value), false),
        },
        MISSING => Ok(None),
        OTHER => read_any(table, state, key),
        _ => Err(last(table)),
    }
}

#[inline(never)]
fn read_any<T: FromParam>(table: &HostTable, state: *const RawState, key: Key) -> Result<Option<T>> {
    let read = try_value(table, state, key)?;
    settle(table, state, key, read, false)
}

/// A value that is none of the type asked for.
struct Misfit {
    wanted: String,
    mismatch: Mismatch,
}

type Tried<T> = std::result::Result<Option<T>, Misfit>;

fn of_converted<T: FromParam>(value: &Value) -> Tried<T> {
    T::from_converted(value).map(Some).map_err(|mismatch| Misfit { wanted: wanted::<T>(), mismatch })
}

/// As the store of this crate reads it (`State::try_value`), each look being a call.
fn try_value<T: FromParam>(table: &HostTable, state: *const RawState, key: Key) -> Result<Tried<T>> {
    let there = host_key(table, key)?;
    if T::NULL && T::ASK == Ask::Str {
        if let Ok(Some(value)) = try_read(table, state, there, Ask::Any)? {
            if spells_null::<T>(&value) {
                return Ok(Ok(T::from_converted(&Value::Null).ok()));
            }
        }
    }
    if T::ELSE.is_some() {
        if let Some(value) = whole(table, state, key.name(), true)? {
            return Ok(of_converted(&value));
        }
    }
    let found = match (try_read(table, state, there, T::ASK)?, T::ELSE) {
        (Err(first), Some(other)) => try_read(table, state, there, other)?.map_err(|_| first),
        (found, _) => found,
    };
    Ok(match found {
        Ok(Some(value)) => of_converted(&value),
        Ok(None) => Ok(None),
        Err(reason) => Err(Misfit { wanted: T::ASK.name().to_owned(), mismatch: Mismatch::new(reason) }),
    })
}

/// The value as the host converts it, or why it does not.
fn try_read(
    table: &HostTable,
    state: *const RawState,
    key: *const RawKey,
    ask: Ask,
) -> Result<std::result::Result<Option<Value>, String>> {
    let mut why = String::new();
    let mut unfit = false;
    let value = received(table, |out, owner| {
        // SAFETY: the host's own function and key, and its state or null; `collect` is called with a string.
        let status =
            unsafe { (table.try_read)(state, key, ask as u32, out, owner, raw::collect, (&raw mut why).cast()) };
        unfit = status == UNFIT;
        status
    })?;
    Ok(if unfit { Err(why) } else { Ok(value) })
}

/// What stands under a name with what stands below it: [`HostTable::whole`].
pub(super) fn whole(table: &HostTable, state: *const RawState, name: &str, both: bool) -> Result<Option<Value>> {
    // SAFETY: the host's own function, and its state or null.
    received(table, |out, owner| unsafe { (table.whole)(state, RawStr::new(name), both.into(), out, owner) })
}

/// The value that a call gives, where it is [`OK`].
pub(super) fn received(
    table: &HostTable,
    call: impl FnOnce(*mut RawValue, *mut *mut RawOwner) -> Status,
) -> Result<Option<Value>> {
    let mut out = RawValue::NULL;
    let mut owner = ptr::null_mut();
    if done(table, call(&mut out, &mut owner))? != OK {
        return Ok(None);
    }
    // SAFETY: the host's value, which `owner` keeps alive until it is freed, once.
    unsafe {
        let value = raw::raise::<GuestSide>(&out);
        (table.free)(owner);
        value.map(Some)
    }
}

/// Rule V5: `always` makes it an error in every context.
fn settle<T>(table: &HostTable, state: *const RawState, key: Key, tried: Tried<T>, always: bool) -> Result<Option<T>> {
    match tried {
        Ok(value) => Ok(value),
        Err(misfit) => refuse(table, state, key, &misfit, always).map(|()| None),
    }
}

#[cold]
#[inline(never)]
fn refuse(table: &HostTable, state: *const RawState, key: Key, misfit: &Misfit, always: bool) -> Result<()> {
    let there = host_key(table, key)?;
    let Misfit { wanted, mismatch } = misfit;
    let part = mismatch.part();
    let text = |text: Option<&String>| RawStr::new(text.map_or("", String::as_str));
    let (value, _owner) = Owner::of::<GuestSide>(part.and_then(|part| part.value.clone()).unwrap_or_default());
    let raw = RawMismatch {
        reason: RawStr::new(mismatch.reason()),
        part: part.map_or(0, |part| 1 + u32::from(part.field)),
        absent: part.is_some_and(|part| part.value.is_none()).into(),
        path: text(part.map(|part| &part.path)),
        wanted: text(part.map(|part| &part.wanted)),
        value,
    };
    // SAFETY: the host's own function and key, and its state or null; the rest is there for the call.
    done(table, unsafe { (table.refuse_as)(state, there, RawStr::new(wanted), &raw, always.into()) }).map(drop)
}

/// What a required parameter is where its read gave none: what stands for a missing one, else the error.
#[cold]
pub(crate) fn no_value<T: FromParam>(table: &HostTable, state: *const RawState, name: &str) -> Result<T> {
    if let Some(key) = lookup(name)? {
        // Where it did not convert there is no default to fall back to.
        let tried = try_value::<T>(table, state, key)?;
        if tried.is_err() {
            settle(table, state, key, tried, true)?;
        }
    }
    T::absent().ok_or_else(|| missing(table, state, name))
}

/// The error of a required parameter that is not there.
pub(super) fn missing(table: &HostTable, state: *const RawState, name: &str) -> Error {
    // SAFETY: the host's own function, and its state or null.
    match done(table, unsafe { (table.missing)(state, RawStr::new(name)) }) {
        Ok(_) => Error::missing(name, Vec::new()),
        Err(error) => error,
    }
}
