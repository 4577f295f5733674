//! Scopes that are prepared, loaded, frozen and pinned from C or C++.

use super::super::abi::{
    MISSING, OK, RawBlock, RawInput, RawKey, RawPair, RawPins, RawScope, RawSnapshot, RawSource, RawState, RawStr,
    RawValue, Status, kind,
};
use super::super::raw;
use super::{EnterBlock, HostSide, Provider, call, key_of, source_of, tools};
use crate::error::{Error, Result};
use crate::scope::{Block, Builder, Pinned, Scope, Snapshot, Source};
use std::ptr;
use std::sync::OnceLock;

/// What stands behind a [`RawScope`]: what was added, and the scope that it became at its first use.
#[derive(Default)]
struct Prepared {
    builder: Builder,
    scope: OnceLock<Scope>,
}

impl Prepared {
    fn scope(&self) -> &Scope {
        self.scope.get_or_init(|| self.builder.clone().build())
    }

    /// What can be added to; the scope is made anew at its next use.
    fn builder(&mut self) -> &mut Builder {
        self.scope.take();
        &mut self.builder
    }
}

/// # Safety
/// The pointer came from `new` or `load` and nobody else uses it meanwhile.
unsafe fn changed<'a>(scope: *mut RawScope) -> &'a mut Prepared {
    // SAFETY: promised by the caller.
    unsafe { &mut *scope.cast::<Prepared>() }
}

/// # Safety
/// The pointer came from `new` or `load`.
unsafe fn read<'a>(scope: *const RawScope) -> &'a Prepared {
    // SAFETY: promised by the caller.
    unsafe { &*scope.cast::<Prepared>() }
}

fn owned(prepared: Prepared) -> *mut RawScope {
    Box::into_raw(Box::new(prepared)).cast()
}

/// # Safety
/// The pointer is null, or to a source whose text is there.
unsafe fn source(source: *const RawSource) -> Source {
    // SAFETY: promised by the caller.
    unsafe { source.as_ref().map_or(Source::Unknown, |source| source_of(source)) }
}

pub(super) unsafe extern "C" fn new() -> *mut RawScope {
    owned(Prepared::default())
}

pub(super) unsafe extern "C" fn set(scope: *mut RawScope, pair: *const RawPair) -> Status {
    call(|| {
        // SAFETY: promised by the caller; so in every function below, where the table's documentation says what of.
        unsafe {
            let pair = &*pair;
            let value = raw::raise::<HostSide>(&pair.value)?;
            changed(scope).builder().set_key(key_of(pair.key), value.into(), &source_of(&pair.source))?;
        }
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn text(scope: *mut RawScope, pair: RawStr, from: *const RawSource) -> Status {
    call(|| {
        // SAFETY: see `set`.
        unsafe { changed(scope).builder().text(raw::text(pair)?, &source(from))? };
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn map(scope: *mut RawScope, value: *const RawValue, from: *const RawSource) -> Status {
    call(|| {
        // SAFETY: see `set`.
        unsafe { changed(scope).builder().mapping(&raw::raise::<HostSide>(&*value)?.into(), &source(from))? };
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn enter<P: Provider>(scope: *const RawScope, out: *mut u64) -> Status {
    call(|| {
        // SAFETY: see `set`.
        let scope = unsafe { read(scope) }.scope();
        let serial = P::update(true, |state| scope.enter(state))?;
        // SAFETY: as above.
        unsafe { out.write(serial) };
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn state<P: Provider>(scope: *const RawScope, out: *mut *const RawState) -> Status {
    call(|| {
        // SAFETY: see `set`.
        unsafe {
            let state = read(scope).scope().enter(tools::here::<P>())?;
            out.write(state.into_raw().cast());
        }
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn free(scope: *mut RawScope) {
    if !scope.is_null() {
        call(|| {
            // SAFETY: see `set`: it came from `owned`.
            drop(unsafe { Box::from_raw(scope.cast::<Prepared>()) });
            Ok(OK)
        });
    }
}

pub(super) unsafe extern "C" fn block(
    keys: *const *const RawKey,
    count: usize,
    from: *const RawSource,
    out: *mut *const RawBlock,
) -> Status {
    call(|| {
        // SAFETY: see `set`.
        let (keys, source) = unsafe { ((0..count).map(|at| key_of(*keys.add(at))).collect(), source(from)) };
        let block: &'static Block = Box::leak(Box::new(Block::new(keys, source)));
        // SAFETY: as above.
        unsafe { out.write(ptr::from_ref(block).cast()) };
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn enter_block<P: Provider>(
    block: *const RawBlock,
    values: *const RawValue,
    out: *mut u64,
) -> Status {
    call(|| {
        // SAFETY: see `set`: it came from `block`, which leaked it.
        let block: &'static Block = unsafe { &*block.cast() };
        // SAFETY: as above.
        let values = if block.len() == 0 { &[] } else { unsafe { std::slice::from_raw_parts(values, block.len()) } };
        // Null, bool, int, float and string: the kinds of `Item::is_single`.
        let single = values.iter().all(|value| value.kind <= kind::STR);
        // SAFETY: as above.
        let items = values.iter().map(|value| Ok(unsafe { raw::raise::<HostSide>(value) }?.into()));
        let serial = P::enter_block(EnterBlock(block), items, single)?;
        // SAFETY: as above.
        unsafe { out.write(serial) };
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn load(inputs: *const RawInput, count: usize, out: *mut *mut RawScope) -> Status {
    call(|| {
        // SAFETY: see `set`.
        unsafe {
            let inputs: Vec<RawInput> = (0..count).map(|at| *inputs.add(at)).collect();
            out.write(owned(loaded(&inputs)?));
        }
        Ok(OK)
    })
}

#[cfg(feature = "config")]
fn loaded(inputs: &[RawInput]) -> Result<Prepared> {
    use super::super::abi::input;
    use crate::config::{Config, Format};

    // SAFETY: promised by the caller of `load`.
    let said = |text: RawStr| unsafe { raw::text(text).map(str::to_owned) };
    let format = |name: &str| {
        Format::named(name).ok_or_else(|| {
            Error::config(
                None,
                format!("no format of configurations is called '{name}'; there are toml, json and yaml"),
            )
        })
    };
    let mut config = Config::builder();
    for given in inputs {
        let (name, text, extra) = (said(given.name)?, said(given.text)?, said(given.extra)?);
        config = match given.kind {
            input::FILE if extra.is_empty() => config.file(name),
            input::FILE => config.file_as(name, format(&extra)?),
            input::TEXT => config.text(name, format(&extra)?, text),
            input::ENV if extra.is_empty() => config.env(&name),
            input::ENV => config.env(&name).env_separator(&extra),
            input::DEFINE => config.define(text, Source::Argument(name.into(), given.position)),
            other => return Err(Error::config(None, format!("no kind of input has the number {other}"))),
        };
    }
    let scope = config.load()?.into_scope()?;
    let prepared = Prepared { builder: scope.to_builder(), scope: OnceLock::new() };
    let _ = prepared.scope.set(scope);
    Ok(prepared)
}

#[cfg(not(feature = "config"))]
fn loaded(_: &[RawInput]) -> Result<Prepared> {
    Err(Error::config(None, "this build of hyperparameter reads no configurations: it is without its feature 'config'"))
}

// ---- the process -----------------------------------------------------------------------------------------------------

pub(super) unsafe extern "C" fn snapshot() -> *mut RawSnapshot {
    Box::into_raw(Box::new(Snapshot::here())).cast()
}

pub(super) unsafe extern "C" fn snapshot_put_back(snapshot: *const RawSnapshot) -> Status {
    call(|| {
        if snapshot.is_null() {
            return Ok(MISSING);
        }
        // SAFETY: see `set`.
        unsafe { &*snapshot.cast::<Snapshot>() }.put_back();
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn snapshot_free(snapshot: *mut RawSnapshot) {
    if !snapshot.is_null() {
        call(|| {
            // SAFETY: see `set`.
            drop(unsafe { Box::from_raw(snapshot.cast::<Snapshot>()) });
            Ok(OK)
        });
    }
}

pub(super) unsafe extern "C" fn pin(pairs: *const RawPair, count: usize, out: *mut *mut RawPins) -> Status {
    call(|| {
        let mut pinned = Vec::with_capacity(count);
        for at in 0..count {
            // SAFETY: see `set`.
            let pair = unsafe { &*pairs.add(at) };
            // SAFETY: see `set`.
            let (key, value) = unsafe { (key_of(pair.key), raw::raise::<HostSide>(&pair.value)?) };
            // SAFETY: see `set`.
            pinned.push((key.name().to_owned(), value.into(), unsafe { source_of(&pair.source) }));
        }
        let pins = Box::new(Pinned::here(pinned)?);
        // SAFETY: see `set`.
        unsafe { out.write(Box::into_raw(pins).cast()) };
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn unpin(pins: *mut RawPins) {
    if !pins.is_null() {
        call(|| {
            // SAFETY: see `set`.
            drop(unsafe { Box::from_raw(pins.cast::<Pinned>()) });
            Ok(OK)
        });
    }
}
