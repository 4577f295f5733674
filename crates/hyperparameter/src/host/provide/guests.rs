//! What a library in Rust asks of a store beside what one in C or C++ does: scopes of every kind, states that are installed
//! for a while, calls, and reads by types that only the library knows.

use std::ffi::c_void;
use std::mem::ManuallyDrop;

use super::super::abi::{
    MISSING, OK, RawCall, RawDeclared, RawEntry, RawExplained, RawInstalled, RawKey, RawLevel, RawMismatch, RawOwner,
    RawState, RawStr, RawValue, Say, See, Status, UNFIT, start,
};
use super::super::raw::{self, Owner, Place};
use super::{HostSide, Provider, ask_of, call, give, key_of, owned, settle, source_of, tools, value_of};
use crate::ParamScope;
use crate::error::{Error, Result};
use crate::param_scope::Start;
use crate::report::{Explanation, shown};
use crate::scope::{Call, Outside, Scope, State, default_strict_here, set_strict_outside_here};
use crate::seen::Seen;
use crate::value::{Mismatch, Part, Value};

// ---- scopes ----------------------------------------------------------------------------------------------------------

/// # Safety
/// All of it is there.
unsafe fn scope_of(entry: &RawEntry) -> Result<ParamScope> {
    let start = match entry.start {
        start::HERE => Start::Here,
        start::EMPTY => Start::Empty,
        start::CAPTURED => {
            // SAFETY: promised by the caller; made without a count of its own, and never dropped.
            let state = ManuallyDrop::new(unsafe { State::from_raw(entry.state.cast()) });
            Start::Captured(Seen::Own(State::clone(&state)))
        }
        start::CALL => Start::Call,
        other => return Err(Error::config(None, format!("no start of a scope has the number {other}"))),
    };
    let mut builder = Scope::builder();
    for at in 0..entry.count {
        // SAFETY: promised by the caller.
        unsafe {
            let pair = &*entry.pairs.add(at);
            let value = raw::raise::<HostSide>(&pair.value)?;
            builder.set_key(key_of(pair.key), value.into(), &source_of(&pair.source))?;
        }
    }
    Ok(ParamScope::of_parts(start, entry.strict.checked_sub(1).map(|strict| strict != 0), builder))
}

pub(super) unsafe extern "C" fn enter_as<P: Provider>(entry: *const RawEntry, out: *mut u64) -> Status {
    call(|| {
        // SAFETY: promised by the caller; so in every function below, where the table's documentation says what of.
        let scope = unsafe { scope_of(&*entry)? };
        let serial = P::update(true, |state| scope.enter_on(state))?;
        // SAFETY: as above.
        unsafe { out.write(serial) };
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn state_as<P: Provider>(entry: *const RawEntry, out: *mut *const RawState) -> Status {
    call(|| {
        // SAFETY: see `enter_as`.
        let state = unsafe { scope_of(&*entry)? }.enter_on(tools::here::<P>())?;
        // SAFETY: as above.
        unsafe { out.write(state.into_raw().cast()) };
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn install<P: Provider>(state: *const RawState, out: *mut RawInstalled) -> Status {
    call(|| {
        // SAFETY: see `enter_as`.
        let former = P::exchange(unsafe { owned::<P>(state) }, true)?;
        let installed = RawInstalled { state: former.into_raw().cast(), call: Outside::begin().into_mark() };
        // SAFETY: as above.
        unsafe { out.write(installed) };
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn uninstall<P: Provider>(
    installed: *const RawInstalled,
    out: *mut *const RawState,
) -> Status {
    call(|| {
        // SAFETY: see `enter_as`: `install` gave its count.
        let (former, mark) = unsafe { (State::from_raw((*installed).state.cast()), (*installed).call) };
        Call::restore(mark);
        let become_ = P::exchange(former, false)?;
        // SAFETY: as above.
        unsafe { out.write(become_.into_raw().cast()) };
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn call_begin(out: *mut RawCall) -> Status {
    let mark = Call::mark();
    let raw = RawCall { mark, outer: Call::resume(mark).into_outer() };
    // SAFETY: see `enter_as`.
    unsafe { out.write(raw) };
    OK
}

pub(super) unsafe extern "C" fn call_end<P: Provider>(raw: *const RawCall) -> Status {
    call(|| {
        // SAFETY: see `enter_as`.
        let RawCall { mark, outer } = unsafe { *raw };
        Call::restore(outer);
        if P::with(|state| state.serial() > mark) {
            P::update(false, |state| Ok(state.leave_after(mark)))?;
        }
        Ok(OK)
    })
}

// ---- reads -----------------------------------------------------------------------------------------------------------

pub(super) unsafe extern "C" fn try_read<P: Provider>(
    state: *const RawState,
    key: *const RawKey,
    ask: u32,
    out: *mut RawValue,
    owner: *mut *mut RawOwner,
    why: Say,
    to: *mut c_void,
) -> Status {
    call(|| {
        // SAFETY: see `enter_as`.
        let (state, key) = unsafe { (owned::<P>(state), key_of(key)) };
        match value_of(&state, key, ask_of(ask)?) {
            Ok(None) => Ok(MISSING),
            // SAFETY: as above.
            Ok(Some(value)) => Ok(unsafe { give(value, out, owner) }),
            Err(failed) => {
                // SAFETY: as above.
                unsafe { why(to, RawStr::new(failed.mismatch.reason())) };
                Ok(UNFIT)
            }
        }
    })
}

pub(super) unsafe extern "C" fn whole<P: Provider>(
    state: *const RawState,
    name: RawStr,
    both: u32,
    out: *mut RawValue,
    owner: *mut *mut RawOwner,
) -> Status {
    call(|| {
        // SAFETY: see `enter_as`.
        let (state, name) = unsafe { (owned::<P>(state), raw::text(name)?) };
        let found = if both == 0 {
            state.whole(name)?.map(|(_, value)| value.into_owned())
        } else {
            crate::key::lookup(name)?.and_then(|key| state.value_and_below(key))
        };
        // SAFETY: as above.
        Ok(found.map_or(MISSING, |value| unsafe { give(value, out, owner) }))
    })
}

/// # Safety
/// All of it is there.
unsafe fn mismatch_of(raw: &RawMismatch) -> Result<Mismatch> {
    // SAFETY: promised by the caller.
    unsafe {
        let reason = raw.reason.get().into_owned();
        if raw.part == 0 {
            return Ok(Mismatch::new(reason));
        }
        let value = if raw.absent == 0 { Some(raw::raise::<HostSide>(&raw.value)?) } else { None };
        let (path, wanted) = (raw.path.get().into_owned(), raw.wanted.get().into_owned());
        Ok(Mismatch::of_part(reason, Part { path, value, wanted, field: raw.part == 2 }))
    }
}

pub(super) unsafe extern "C" fn refuse_as<P: Provider>(
    state: *const RawState,
    key: *const RawKey,
    wanted: RawStr,
    mismatch: *const RawMismatch,
    always: u32,
) -> Status {
    call(|| {
        // SAFETY: see `enter_as`.
        let (state, key, wanted, mismatch) =
            unsafe { (owned::<P>(state), key_of(key), wanted.get().into_owned(), mismatch_of(&*mismatch)?) };
        let Some(failed) = state.failed(key, wanted, mismatch) else { return Ok(MISSING) };
        if always != 0 {
            return Err(failed.error());
        }
        settle::<P, ()>(&state, Err(failed)).map(|_| MISSING)
    })
}

pub(super) unsafe extern "C" fn is_strict<P: Provider>(state: *const RawState) -> u8 {
    let mut strict = false;
    call(|| {
        // SAFETY: see `enter_as`.
        strict = unsafe { super::with::<P, _>(state, State::is_strict) };
        Ok(OK)
    });
    strict.into()
}

pub(super) unsafe extern "C" fn set_strict_outside(strict: u8) -> u8 {
    set_strict_outside_here(strict != 0).into()
}

pub(super) unsafe extern "C" fn default_strict() -> u8 {
    default_strict_here().into()
}

// ---- explanations ----------------------------------------------------------------------------------------------------

pub(super) unsafe extern "C" fn explained<P: Provider>(
    state: *const RawState,
    name: RawStr,
    see: See,
    to: *mut c_void,
) -> Status {
    call(|| {
        // SAFETY: see `enter_as`.
        let (state, name) = unsafe { (owned::<P>(state), raw::text(name)?) };
        let said = Explanation::of(&state, name)?;
        let mut owners = Vec::new();
        let mut lower = |value: Option<&Value>| {
            let (raw, owner) = Owner::of::<HostSide>(value.cloned().unwrap_or_default());
            owners.push(owner);
            raw
        };
        let texts: Vec<(String, String)> = said
            .levels()
            .iter()
            .filter_map(|level| level.entry.as_ref())
            .map(|entry| (entry.source().to_string(), shown(entry.value())))
            .collect();
        let mut texts = texts.iter();
        let levels: Vec<RawLevel> = said
            .levels()
            .iter()
            .map(|level| {
                let (source, shown) = match level.entry.as_ref().and_then(|_| texts.next()) {
                    Some((source, shown)) => (RawStr::new(source), RawStr::new(shown)),
                    None => (RawStr::new(""), RawStr::new("")),
                };
                RawLevel {
                    kind: RawStr::new(tools::kind(level)),
                    source,
                    shown,
                    value: lower(level.entry.as_ref().map(|entry| entry.value())),
                    deleted: level.entry.is_none().into(),
                    reserved: 0,
                }
            })
            .collect();
        let places: Vec<Place> = said.declared().iter().map(|declared| Place::of(&declared.source)).collect();
        let defaults: Vec<Option<RawValue>> =
            said.declared().iter().map(|declared| Some(lower(Some(&declared.default.as_ref()?.value)))).collect();
        let declared: Vec<RawDeclared> = said
            .declared()
            .iter()
            .zip(&defaults)
            .zip(&places)
            .map(|((declared, default), place)| raw::declared(declared, default.as_ref(), place))
            .collect();
        let raw = RawExplained {
            set: said.is_set().into(),
            reserved: 0,
            value: lower(said.value()),
            source: RawStr::new(said.source()),
            reader: RawStr::new(said.reader()),
            levels: levels.as_ptr(),
            level_count: levels.len(),
            declared: declared.as_ptr(),
            declared_count: declared.len(),
        };
        // SAFETY: as above.
        unsafe { see(to, &raw) };
        Ok(OK)
    })
}
