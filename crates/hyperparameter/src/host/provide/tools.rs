//! What a library in C or C++ asks of a store beside reads and scopes.

use std::ffi::c_void;
use std::fmt::Write as _;
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};

use super::super::abi::{
    MISSING, OK, RawDeclared, RawKey, RawLevel, RawLine, RawOwner, RawState, RawStr, RawValue, Say, Status, Visit,
    special,
};
use super::super::raw::{self, Owner};
use super::{HostSide, Provider, ask_of, call, give, key_of, owned, source_of, with};
use crate::error::{Error, Result};
use crate::key;
use crate::report::{self, Declared};
use crate::scope::{CodeLine, Level, LevelKind, Read, Source, default_strict_here, set_default_strict_here};
use crate::value::{self, Value, untyped};

pub(super) unsafe extern "C" fn intern_hashed(hash: u64, name: RawStr, out: *mut *const RawKey) -> Status {
    call(|| {
        // SAFETY: promised by the caller; so in every function below, where the table's documentation says what of.
        let name = unsafe { raw::text(name)? };
        let right = key::hash(name);
        if hash != right {
            let reason = format!("its hash is {right}, and not the {hash} that the call site was compiled with");
            return Err(Error::invalid_key(name, None, reason, "it is XXH64 with the seed 42 of its UTF-8 bytes"));
        }
        // SAFETY: as above.
        unsafe { out.write(key::intern(name)?.into_raw().cast()) };
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn key_name(key: *const RawKey) -> RawStr {
    // SAFETY: see `intern_hashed`.
    RawStr::new(unsafe { key_of(key) }.name())
}

pub(super) unsafe extern "C" fn place(file: RawStr, line: u32) -> *const RawLine {
    type Places = Vec<&'static Arc<CodeLine>>;
    static PLACES: Mutex<Places> = Mutex::new(Vec::new());
    let mut made = ptr::null();
    call(|| {
        // SAFETY: see `intern_hashed`.
        let file = unsafe { file.get() };
        let mut places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
        let place = match places.iter().find(|place| place.line == line && place.file == file) {
            Some(place) => place,
            None => {
                let code = CodeLine { file: file.into_owned(), line, function: String::new() };
                let place: &'static Arc<CodeLine> = Box::leak(Box::new(Arc::new(code)));
                places.push(place);
                place
            }
        };
        made = ptr::from_ref(place).cast();
        Ok(OK)
    });
    made
}

pub(super) unsafe extern "C" fn convert(
    value: *const RawValue,
    ask: u32,
    out: *mut RawValue,
    owner: *mut *mut RawOwner,
    why: Say,
    to: *mut c_void,
) -> Status {
    call(|| {
        // SAFETY: see `intern_hashed`.
        match value::convert(&unsafe { raw::raise::<HostSide>(&*value)? }, ask_of(ask)?) {
            // SAFETY: as above.
            Ok(converted) => Ok(unsafe { give(converted, out, owner) }),
            Err(mismatch) => {
                // SAFETY: as above.
                unsafe { why(to, RawStr::new(mismatch.reason())) };
                Ok(MISSING)
            }
        }
    })
}

pub(super) unsafe extern "C" fn has<P: Provider>(state: *const RawState, name: RawStr) -> Status {
    call(|| {
        // SAFETY: see `intern_hashed`.
        let (state, name) = unsafe { (owned::<P>(state), raw::text(name)?) };
        Ok(if matches!(state.read_name(name)?, Read::Missing) { MISSING } else { OK })
    })
}

pub(super) unsafe extern "C" fn remove<P: Provider>(name: RawStr) -> Status {
    call(|| {
        // SAFETY: see `intern_hashed`.
        let key = key::intern(unsafe { raw::text(name)? })?;
        P::update(false, |state| state.delete(key))?;
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn clear<P: Provider>() -> Status {
    call(|| P::update(false, |state| Ok(state.clear())).map(|_| OK))
}

pub(super) unsafe extern "C" fn enter_special<P: Provider>(kind: u32, out: *mut u64) -> Status {
    call(|| {
        let serial = P::update(true, |state| {
            Ok(match kind {
                special::NEW => state.enter_new(0),
                special::EMPTY => state.enter_empty(0),
                special::STRICT => state.enter_strict(0, true),
                special::LENIENT => state.enter_strict(0, false),
                other => return Err(Error::config(None, format!("no kind of scope has the number {other}"))),
            })
        })?;
        // SAFETY: see `intern_hashed`.
        unsafe { out.write(serial) };
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn set_strict(strict: u8) -> u8 {
    let former = default_strict_here();
    set_default_strict_here(strict != 0);
    former.into()
}

pub(super) unsafe extern "C" fn items<P: Provider>(
    state: *const RawState,
    out: *mut RawValue,
    owner: *mut *mut RawOwner,
) -> Status {
    call(|| {
        // SAFETY: see `intern_hashed`.
        let state = unsafe { owned::<P>(state) };
        let value = |key| match state.read(key) {
            Read::Entry(entry) => Some(untyped(entry.value())),
            Read::Made(item, _) => Some(untyped(&item.value)),
            Read::Gathered(_) | Read::Missing => None,
        };
        let items = state.items().into_iter().filter_map(|(key, _)| value(key).map(|value| (key.name(), value)));
        // SAFETY: as above.
        Ok(unsafe { give(Value::map(items), out, owner) })
    })
}

pub(super) unsafe extern "C" fn used<P: Provider>(
    state: *const RawState,
    out: *mut RawValue,
    owner: *mut *mut RawOwner,
) -> Status {
    call(|| {
        // SAFETY: see `intern_hashed`.
        let used = report::used(&unsafe { owned::<P>(state) });
        let pairs = used.into_iter().filter_map(|used| {
            let entry = used.entry.map(|entry| untyped(entry.value()));
            Some((used.key.name(), entry.or_else(|| used.default.map(|item| item.value))?))
        });
        // SAFETY: as above.
        Ok(unsafe { give(Value::map(pairs), out, owner) })
    })
}

/// What kind of source a level has, as `explain` of every language names it.
pub(super) fn kind(level: &Level) -> &'static str {
    match (level.kind, level.entry.as_ref().map(|entry| entry.source())) {
        (LevelKind::Pinned, _) => "pin",
        (LevelKind::Frozen, _) => "frozen",
        (_, Some(Source::Argument(..))) => "-D",
        (_, Some(Source::Env(_))) => "ENV",
        (_, Some(Source::File(_))) => "file",
        (_, Some(Source::Words(_))) => "words",
        _ => "code",
    }
}

fn levels(state: &crate::State, name: &str) -> Result<Vec<Level>> {
    Ok(key::lookup(name)?.map_or_else(Vec::new, |key| report::explain(state, key)))
}

pub(super) unsafe extern "C" fn explain<P: Provider>(
    state: *const RawState,
    name: RawStr,
    visit: Visit,
    to: *mut c_void,
) -> Status {
    call(|| {
        // SAFETY: see `intern_hashed`.
        let (state, name) = unsafe { (owned::<P>(state), raw::text(name)?) };
        for level in levels(&state, name)? {
            let entry = level.entry.as_ref();
            let (value, _owner) = Owner::of::<HostSide>(entry.map_or(Value::Null, |entry| untyped(entry.value())));
            let shown = entry.map_or_else(String::new, |entry| report::shown(entry.value()));
            let source = entry.map_or_else(String::new, |entry| entry.source().to_string());
            let raw = RawLevel {
                kind: RawStr::new(kind(&level)),
                source: RawStr::new(&source),
                shown: RawStr::new(&shown),
                value,
                deleted: u32::from(entry.is_none()),
                reserved: 0,
            };
            // SAFETY: as above.
            unsafe { visit(to, &raw) };
        }
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn explain_text<P: Provider>(
    state: *const RawState,
    name: RawStr,
    say: Say,
    to: *mut c_void,
) -> Status {
    call(|| {
        // SAFETY: see `intern_hashed`.
        let (state, name) = unsafe { (owned::<P>(state), raw::text(name)?) };
        let text = explained(&levels(&state, name)?, name)?;
        // SAFETY: as above.
        unsafe { say(to, RawStr::new(&text)) };
        Ok(OK)
    })
}

/// The value in force, what it hides, and the defaults, one a line.
fn explained(levels: &[Level], name: &str) -> Result<String> {
    let placed = |source: &Source| if source.is_unknown() { String::new() } else { format!("  ({source})") };
    let frozen = |level: &Level| if level.kind == LevelKind::Frozen { ", frozen" } else { "" };
    let declared = key::lookup(name)?.map_or_else(Vec::new, report::declared);
    let default = declared.iter().find_map(|known| known.default.as_ref());
    let mut text = String::new();
    let in_force = levels.first().and_then(|level| Some((level, level.entry.as_ref()?)));
    match (in_force, default) {
        (Some((level, entry)), _) => {
            let (value, source) = (report::shown(entry.value()), placed(entry.source()));
            let _ = write!(text, "{name} = {value}{source}{}", frozen(level));
            if level.kind == LevelKind::Pinned {
                text.push_str("\n  pinned: no scope changes it");
            }
        }
        (None, Some(default)) => {
            let _ = write!(text, "{name} = {}  (its default)", report::shown(&default.value));
        }
        (None, None) => {
            let _ = write!(text, "{name} has no value here and no default");
        }
    }
    for level in levels.iter().skip(usize::from(in_force.is_some())) {
        match &level.entry {
            None => text.push_str("\n  deleted by a scope"),
            Some(entry) => {
                let (value, source) = (report::shown(entry.value()), placed(entry.source()));
                let _ = write!(text, "\n  hides {value}{source}{}", frozen(level));
            }
        }
    }
    for known in &declared {
        if let Some(default) = &known.default {
            let _ = write!(text, "\n  default {}{}", report::shown(&default.value), placed(&known.source));
        }
    }
    if let Some(first) = declared.first() {
        let _ = write!(text, "\n  type {}", first.wanted);
        if !first.help.is_empty() {
            let _ = write!(text, "\n  {}", first.help);
        }
    }
    Ok(text)
}

pub(super) unsafe extern "C" fn declare(key: *const RawKey, declared: *const RawDeclared) -> Status {
    call(|| {
        // SAFETY: see `intern_hashed`.
        unsafe {
            let (key, raw) = (key_of(key), &*declared);
            let default = raw.default.as_ref().map(|value| raw::raise::<HostSide>(value)).transpose()?;
            report::declare_here(
                key,
                Declared {
                    default: default.map(Into::into),
                    wanted: raw.wanted.get().into_owned(),
                    help: raw.help.get().into_owned(),
                    owner: raw.owner.get().into_owned(),
                    source: source_of(&raw.source),
                    used: raw.used != 0,
                },
            );
        }
        Ok(OK)
    })
}

/// [`with`] for the room of scopes, which has no key.
pub(super) fn here<P: Provider>() -> crate::State {
    // SAFETY: a null state is the thread's.
    unsafe { with::<P, _>(ptr::null(), crate::State::clone) }
}
