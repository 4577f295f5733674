//! Writes to the current scope, and scopes that are entered at once.

use std::sync::Arc;

use super::super::abi::{OK, RawKey, RawLine, RawPair, RawSource, RawState, RawValue, Status};
use super::super::raw;
use super::{HostSide, Provider, call, key_of, owned};
use crate::scope::{CodeLine, Scope, Source};

/// # Safety
/// The text in it is there.
pub(super) unsafe fn source_of(raw: &RawSource) -> Source {
    if raw.reserved == 1 {
        // SAFETY: promised by the caller: it came from `place`, and lives for ever.
        return Source::Code(unsafe { &*raw.file.data.cast::<RawLine>().cast::<Arc<CodeLine>>() }.clone());
    }
    // SAFETY: promised by the caller.
    unsafe { raw::raise_source(raw) }
}

pub(super) unsafe extern "C" fn write<P: Provider>(
    key: *const RawKey,
    value: *const RawValue,
    source: *const RawSource,
) -> Status {
    call(|| {
        // SAFETY: see `intern`.
        let (key, value, source) = unsafe {
            let source = source.as_ref().map_or(Source::Unknown, |source| source_of(source));
            (key_of(key), raw::raise::<HostSide>(&*value)?, source)
        };
        P::update(false, |state| state.set(key, value.into(), &source))?;
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn enter<P: Provider>(pairs: *const RawPair, count: usize, out: *mut u64) -> Status {
    call(|| {
        let mut scope = Scope::builder();
        for at in 0..count {
            // SAFETY: see `intern`.
            unsafe {
                let pair = &*pairs.add(at);
                let value = raw::raise::<HostSide>(&pair.value)?;
                scope.set_key(key_of(pair.key), value.into(), &source_of(&pair.source))?;
            }
        }
        let scope = scope.build();
        let serial = P::update(true, |state| scope.enter(state))?;
        // SAFETY: as above.
        unsafe { out.write(serial) };
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn enter_state<P: Provider>(state: *const RawState, out: *mut u64) -> Status {
    call(|| {
        // SAFETY: see `intern`.
        let captured = unsafe { owned::<P>(state) };
        let serial = P::update(true, |state| Ok(state.enter_capture(0, &captured)))?;
        // SAFETY: as above.
        unsafe { out.write(serial) };
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn leave<P: Provider>(serial: u64) -> Status {
    call(|| P::leave(serial).map(|()| OK))
}

pub(super) unsafe extern "C" fn freeze<P: Provider>() -> Status {
    call(|| {
        P::current().publish();
        Ok(OK)
    })
}
