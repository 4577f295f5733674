//! The host's side: the functions of the table, over a store that says which state a thread is in.

use std::cell::RefCell;
use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Arc;

use super::abi::{
    ABI, FAILED, HostTable, MISSING, OK, OTHER, RawData, RawError, RawKey, RawLine, RawObject, RawOwner, RawPair,
    RawPlace, RawSource, RawState, RawStr, RawValue, Say, Status, error, kind,
};
use super::layout;
use super::raw::{self, Owner, Side, is_scalar};
use crate::error::{Error, ErrorKind, Result};
use crate::key::{self, Key};
use crate::scope::{Block, CodeLine, Failed, Read, Scope, Source, State};
use crate::typed::FromParam;
use crate::value::{Ask, Host, Item, Mismatch, Value};

mod command_line;
mod scopes;
mod tools;

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
        read_bool: read_bool::<P>,
        read_int: read_int::<P>,
        read_float: read_float::<P>,
        read_str,
        read: read::<P>,
        read_name: read_name::<P>,
        free,
        missing: missing::<P>,
        refuse: refuse::<P>,
        write: write::<P>,
        enter: enter::<P>,
        enter_state: enter_state::<P>,
        leave: leave::<P>,
        freeze: freeze::<P>,
        retain_object,
        release_object,
        object_type,
        object_repr,
        object_view,
        object_pointer: object_pointer::<P>,
        object_of: object_of::<P>,
        last_error,
        last_place,
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
        block: scopes::block,
        enter_block: scopes::enter_block::<P>,
        stop: P::stop,
    }
}

// ---- errors ----------------------------------------------------------------------------------------------------------

/// The last error of a thread, and the texts that a [`RawError`] borrows.
struct Last {
    error: Error,
    text: String,
    near: Vec<RawStr>,
}

thread_local! {
    static LAST: RefCell<Option<Box<Last>>> = const { RefCell::new(None) };
}

#[cold]
fn failed(error: Error) -> Status {
    let text = error.to_string();
    let last = Box::new(Last { error, text, near: Vec::new() });
    // Where the thread is ending there is nobody left to ask for it.
    let _ = LAST.try_with(|cell| cell.replace(Some(last)));
    FAILED
}

/// Runs one function of the table: nothing unwinds out of it.
#[inline(always)]
fn call(work: impl FnOnce() -> Result<Status>) -> Status {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(status)) => status,
        Ok(Err(error)) => failed(error),
        Err(panic) => panicked(&*panic),
    }
}

#[cold]
fn panicked(panic: &(dyn std::any::Any + Send)) -> Status {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("?");
    failed(Error::config(None, format!("hyperparameter: internal error, please report it: {text}")))
}

unsafe extern "C" fn last_error(out: *mut RawError) -> Status {
    let found = LAST.try_with(|cell| {
        let mut last = cell.borrow_mut();
        let last = last.as_mut()?;
        last.near = last.error.near().iter().map(|name| RawStr::new(name)).collect();
        Some(RawError {
            kind: match last.error.kind() {
                ErrorKind::InvalidKey => error::INVALID_KEY,
                ErrorKind::MissingParameter => error::MISSING_PARAMETER,
                ErrorKind::Conversion => error::CONVERSION,
                ErrorKind::HashCollision => error::HASH_COLLISION,
                ErrorKind::Config => error::CONFIG,
            },
            has_key: u32::from(last.error.key().is_some()),
            key: RawStr::new(last.error.key().unwrap_or_default()),
            text: RawStr::new(&last.text),
            near: last.near.as_ptr(),
            near_len: last.near.len(),
        })
    });
    let Ok(Some(error)) = found else { return MISSING };
    // SAFETY: promised by the caller.
    unsafe { out.write(error) };
    OK
}

unsafe extern "C" fn last_place(out: *mut RawPlace) -> Status {
    let found = LAST.try_with(|cell| {
        let last = cell.borrow();
        let error = &last.as_ref()?.error;
        let (line, column) = (error.line()?, error.column()?);
        Some(RawPlace { file: RawStr::new(error.file()?), line, column })
    });
    let Ok(Some(place)) = found else { return MISSING };
    // SAFETY: promised by the caller.
    unsafe { out.write(place) };
    OK
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

// ---- reads -----------------------------------------------------------------------------------------------------------

/// Rule V5 for a read that failed to convert.
fn settle<P: Provider, T>(state: &State, read: std::result::Result<Option<T>, Box<Failed>>) -> Result<Option<T>> {
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
        unsafe extern "C" fn $name<P: Provider>(state: *const RawState, key: *const RawKey, out: *mut $out) -> Status {
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

unsafe extern "C" fn read_str(state: *const RawState, key: *const RawKey, out: *mut RawStr) -> Status {
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

fn ask_of(ask: u32) -> Result<Ask> {
    let all = [Ask::Any, Ask::Bool, Ask::Int, Ask::Number, Ask::Float, Ask::Str, Ask::List, Ask::Map];
    let known = all.into_iter().find(|known| *known as u32 == ask);
    known.ok_or_else(|| Error::config(None, format!("no type that can be asked for has the number {ask}")))
}

/// Gives a value to the caller.
///
/// # Safety
/// Both pointers can be written.
unsafe fn give(value: Value, out: *mut RawValue, owner: *mut *mut RawOwner) -> Status {
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

unsafe extern "C" fn read<P: Provider>(
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
    mark(state, key);
    match state.read(key) {
        Read::Entry(entry) if ask == Ask::Any && !matches!(entry.value(), Value::Text(_)) => {
            key.mark_read();
            Ok(Some(entry.value().clone()))
        }
        _ => Ok(settle::<P, _>(state, state.get(key, ask))?.map(|item| item.value)),
    }
}

fn mark(state: &State, key: Key) {
    if let Read::Entry(entry) = state.read(key) {
        entry.mark_read(|| Source::Unknown);
    }
}

unsafe extern "C" fn read_name<P: Provider>(
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

unsafe extern "C" fn free(owner: *mut RawOwner) {
    if !owner.is_null() {
        call(|| {
            // SAFETY: see `intern`: it came from `give`.
            drop(unsafe { Box::from_raw(owner.cast::<Owner>()) });
            Ok(OK)
        });
    }
}

unsafe extern "C" fn missing<P: Provider>(state: *const RawState, name: RawStr) -> Status {
    // SAFETY: see `intern`.
    call(|| unsafe { Err(owned::<P>(state).missing(raw::text(name)?)) })
}

unsafe extern "C" fn refuse<P: Provider>(
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
        let read = match state.read(key) {
            // A struct has no value of its own where only its members are set.
            Read::Missing => state.read_map(key),
            read => read,
        };
        let entry = match read {
            Read::Entry(entry) | Read::Made(_, entry) => entry.clone(),
            Read::Gathered(leaves) => {
                // The reason begins with the member it is about, in quotes.
                let member = reason.strip_prefix('\'').and_then(|rest| rest.split('\'').next()).unwrap_or_default();
                let is_it = |name: &str| {
                    let below = name.get(key.name().len() + 1..).unwrap_or_default();
                    below.split('.').next() == Some(member)
                };
                let leaf = leaves.iter().find(|(leaf, _)| is_it(leaf.name())).or(leaves.first());
                let Some((_, entry)) = leaf else { return Ok(MISSING) };
                entry.clone()
            }
            Read::Missing => return Ok(MISSING),
        };
        let failed = Failed { key, entry, wanted, mismatch: Mismatch::new(reason) };
        settle::<P, ()>(&state, Err(Box::new(failed)))?;
        Ok(MISSING)
    })
}

// ---- writes and scopes -----------------------------------------------------------------------------------------------

/// # Safety
/// The text in it is there.
unsafe fn source_of(source: &RawSource) -> Source {
    if source.reserved == 1 {
        // SAFETY: promised by the caller: it came from `place`, and lives for ever.
        return Source::Code(unsafe { &*source.file.data.cast::<RawLine>().cast::<Arc<CodeLine>>() }.clone());
    }
    // SAFETY: promised by the caller.
    let file = unsafe { source.file.get() };
    match (file.is_empty(), source.line) {
        (true, _) => Source::Unknown,
        (false, 0) => Source::Words((*file).into()),
        (false, line) => Source::Code(Arc::new(CodeLine { file: file.into_owned(), line, function: String::new() })),
    }
}

unsafe extern "C" fn write<P: Provider>(
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

unsafe extern "C" fn enter<P: Provider>(pairs: *const RawPair, count: usize, out: *mut u64) -> Status {
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

unsafe extern "C" fn enter_state<P: Provider>(state: *const RawState, out: *mut u64) -> Status {
    call(|| {
        // SAFETY: see `intern`.
        let captured = unsafe { owned::<P>(state) };
        let serial = P::update(true, |state| Ok(state.enter_capture(0, &captured)))?;
        // SAFETY: as above.
        unsafe { out.write(serial) };
        Ok(OK)
    })
}

unsafe extern "C" fn leave<P: Provider>(serial: u64) -> Status {
    call(|| P::leave(serial).map(|()| OK))
}

unsafe extern "C" fn freeze<P: Provider>() -> Status {
    call(|| {
        P::current().freeze();
        Ok(OK)
    })
}

// ---- objects ---------------------------------------------------------------------------------------------------------

/// Objects of the host are its own here.
struct HostSide;

impl Side for HostSide {
    fn lower(host: &Host, owner: &mut Owner) -> RawValue {
        let host = Arc::new(host.clone());
        let data = RawData { object: Arc::as_ptr(&host).cast() };
        owner.objects.push(host);
        RawValue::scalar(kind::OBJECT, data)
    }

    unsafe fn raise(object: *const RawObject) -> Host {
        // SAFETY: promised by the caller: the pointer came from `lower` or `object_of`.
        unsafe { (*object.cast::<Host>()).clone() }
    }
}

unsafe extern "C" fn retain_object(object: *const RawObject) {
    // SAFETY: see `intern`.
    unsafe { Arc::increment_strong_count(object.cast::<Host>()) }
}

unsafe extern "C" fn release_object(object: *const RawObject) {
    call(|| {
        // SAFETY: see `intern`.
        unsafe { Arc::decrement_strong_count(object.cast::<Host>()) };
        Ok(OK)
    });
}

unsafe extern "C" fn object_type(object: *const RawObject, say: Say, to: *mut c_void) -> Status {
    call(|| {
        // SAFETY: see `intern`.
        unsafe { say(to, RawStr::new(&(*object.cast::<Host>()).type_name())) };
        Ok(OK)
    })
}

unsafe extern "C" fn object_repr(object: *const RawObject, say: Say, to: *mut c_void) -> Status {
    call(|| {
        // SAFETY: see `intern`.
        unsafe { say(to, RawStr::new(&(*object.cast::<Host>()).repr())) };
        Ok(OK)
    })
}

unsafe extern "C" fn object_view(object: *const RawObject, out: *mut RawValue, owner: *mut *mut RawOwner) -> Status {
    call(|| {
        // SAFETY: see `intern`.
        unsafe {
            let Some(value) = (*object.cast::<Host>()).view() else { return Ok(MISSING) };
            Ok(give(value, out, owner))
        }
    })
}

unsafe extern "C" fn object_pointer<P: Provider>(object: *const RawObject) -> *mut c_void {
    // SAFETY: see `intern`.
    P::object_pointer(unsafe { &*object.cast::<Host>() })
}

unsafe extern "C" fn object_of<P: Provider>(pointer: *mut c_void) -> *const RawObject {
    let mut object = ptr::null();
    call(|| {
        // SAFETY: see `intern`.
        if let Some(host) = unsafe { P::object_of(pointer) } {
            object = Arc::into_raw(Arc::new(host)).cast();
        }
        Ok(OK)
    });
    object
}
