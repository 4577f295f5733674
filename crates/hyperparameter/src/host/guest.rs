//! The library's side: which store it uses, and the front door over the host's.

use std::ffi::{c_char, c_void};
use std::mem::ManuallyDrop;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::abi::{
    ABI, FindTable, HostTable, MISSING, OK, OTHER, OWN_STORE_SYMBOL, RawData, RawError, RawKey, RawObject, RawOwner,
    RawPair, RawSource, RawState, RawStr, RawValue, SYMBOL, Status, error, kind,
};
use super::raw::{self, Owner, Side};
use super::symbols;
use crate::error::{Error, ErrorKind, Result};
use crate::key::{Key, intern, lookup};
use crate::scope::{Entry, Source};
use crate::typed::{FromParam, exactly};
use crate::value::{Ask, Host, HostVTable, Item, Shape, Value};

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

// ---- reads -----------------------------------------------------------------------------------------------------------

/// The host's key of a key of this library, asked for once.
#[inline(always)]
fn host_key(table: &HostTable, key: Key) -> Result<*const RawKey> {
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

/// [`crate::params::get`] by name, where the store is hosted.
pub(crate) fn read<T: FromParam>(table: &HostTable, name: &str) -> Result<Option<T>> {
    if let Some(key) = lookup(name)? {
        return read_key(table, key);
    }
    let mut there = ptr::null();
    // SAFETY: the host's own function.
    if done(table, unsafe { (table.find)(RawStr::new(name), &mut there) })? == OK {
        let key = intern(name)?;
        key.hosted().store(there.cast_mut().cast(), Ordering::Release);
        return read_key(table, key);
    }
    // A name that nobody set costs nothing; an element of a list may be read all the same.
    // SAFETY: the host's own function.
    let read = received(table, |out, owner| unsafe {
        (table.read_name)(ptr::null(), RawStr::new(name), T::ASK as u32, out, owner)
    })?;
    match read {
        Some(value) => finish(table, intern(name)?, &value),
        None => Ok(None),
    }
}

/// [`crate::params::read_key`], where the store is hosted.
#[inline]
pub(crate) fn read_key<T: FromParam>(table: &HostTable, key: Key) -> Result<Option<T>> {
    let there = host_key(table, key)?;
    // None of these has anything to drop.
    // SAFETY: the host's own functions and key; a null state is this thread's.
    let (status, value) = unsafe {
        match T::ASK {
            Ask::Bool => {
                let mut out = 0;
                let status = (table.read_bool)(ptr::null(), there, &mut out);
                (status, Value::Bool(out != 0))
            }
            Ask::Int => {
                let mut out = 0;
                let status = (table.read_int)(ptr::null(), there, &mut out);
                (status, Value::Int(out))
            }
            Ask::Float => {
                let mut out = 0.0;
                let status = (table.read_float)(ptr::null(), there, &mut out);
                (status, Value::Float(out))
            }
            _ => (OTHER, Value::Null),
        }
    };
    let value = ManuallyDrop::new(value);
    match status {
        OK => match exactly(&value) {
            Some(value) => Ok(Some(value)),
            None => finish(table, key, &value),
        },
        MISSING => Ok(None),
        OTHER => read_any(table, key, there),
        _ => Err(last(table)),
    }
}

#[inline(never)]
fn read_any<T: FromParam>(table: &HostTable, key: Key, there: *const RawKey) -> Result<Option<T>> {
    // SAFETY: as above.
    let read = received(table, |out, owner| unsafe { (table.read)(ptr::null(), there, T::ASK as u32, out, owner) })?;
    match read {
        Some(value) => finish(table, key, &value),
        None => Ok(None),
    }
}

fn received(
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

#[inline(never)]
fn finish<T: FromParam>(table: &HostTable, key: Key, value: &Value) -> Result<Option<T>> {
    match T::from_converted(value) {
        Ok(value) => Ok(Some(value)),
        Err(mismatch) => refuse(table, key, std::any::type_name::<T>(), mismatch.reason()).map(|()| None),
    }
}

/// Rule V5, where the value converts but not to this library's type.
#[cold]
fn refuse(table: &HostTable, key: Key, wanted: &str, reason: &str) -> Result<()> {
    let there = host_key(table, key)?;
    // SAFETY: the host's own function and key.
    done(table, unsafe { (table.refuse)(ptr::null(), there, RawStr::new(wanted), RawStr::new(reason)) }).map(drop)
}

/// The error of a required parameter that is not there.
pub(crate) fn missing(table: &HostTable, name: &str) -> Error {
    // SAFETY: the host's own function.
    match done(table, unsafe { (table.missing)(ptr::null(), RawStr::new(name)) }) {
        Ok(_) => Error::missing(name, Vec::new()),
        Err(error) => error,
    }
}

// ---- writes and scopes -----------------------------------------------------------------------------------------------

/// The text that a [`RawSource`] borrows, and its line.
fn place(source: &Source) -> (std::borrow::Cow<'static, str>, u32) {
    match source {
        Source::Location(place) => (place.file().into(), place.line()),
        Source::Code(code) => (code.file.clone().into(), code.line),
        other => (other.to_string().into(), 0),
    }
}

fn raw_source((file, line): &(std::borrow::Cow<'static, str>, u32)) -> RawSource {
    RawSource { file: RawStr::new(file), line: *line, reserved: 0 }
}

/// [`crate::params::set`], where the store is hosted.
pub(crate) fn set(table: &HostTable, name: &str, item: &Item, source: &Source) -> Result<()> {
    let there = host_key(table, intern(name)?)?;
    let (value, _owner) = Owner::of::<GuestSide>(stored(item));
    let place = place(source);
    // SAFETY: the host's own function and key; the value is kept alive by `_owner`.
    done(table, unsafe { (table.write)(there, &value, &raw_source(&place)) }).map(drop)
}

fn stored(item: &Item) -> Value {
    item.object().map_or_else(|| item.value.clone(), |host| Value::Host(host.clone()))
}

/// Enters a scope with these entries in the host's store.
pub(crate) fn enter(table: &HostTable, entries: &[(Key, Arc<Entry>)]) -> Result<u64> {
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
        kept.push((host_key(table, *key)?, value, place(entry.source()), owner));
    }
    let pairs: Vec<RawPair> = kept
        .iter()
        .map(|(key, value, place, _)| RawPair { key: *key, value: *value, source: raw_source(place) })
        .collect();
    let mut serial = 0;
    // SAFETY: the host's own function and keys; the values are kept alive by `kept`.
    done(table, unsafe { (table.enter)(pairs.as_ptr(), pairs.len(), &mut serial) })?;
    Ok(serial)
}

/// Ends a scope in the host's store.
pub(crate) fn leave(table: &HostTable, serial: u64) {
    // SAFETY: the host's own function.
    if let Err(error) = done(table, unsafe { (table.leave)(serial) }) {
        log::error!(target: "hyperparameter", "a scope could not be left: {error}");
    }
}

/// Publishes what this thread's scopes set.
pub(crate) fn freeze(table: &HostTable) {
    // SAFETY: the host's own function.
    if let Err(error) = done(table, unsafe { (table.freeze)() }) {
        log::error!(target: "hyperparameter", "nothing was frozen: {error}");
    }
}

/// What is visible on a thread or task of the host: taken here, entered there (rule T3).
///
/// A thread that does not hold the interpreter sees little of its own; a library takes this while it holds it, and enters
/// it where the work is done.
#[derive(Debug)]
pub struct HostCapture {
    table: &'static HostTable,
    state: NonNull<RawState>,
}

// SAFETY: states are counted, immutable, and may be retained and released on any thread (stated in the table).
unsafe impl Send for HostCapture {}
// SAFETY: as above.
unsafe impl Sync for HostCapture {}

/// What this thread or task sees now; `None` where this library uses a store of its own, and [`crate::capture`] is asked.
///
/// # Errors
/// `Config`, where there is a host whose table this library cannot use.
pub fn capture() -> Result<Option<HostCapture>> {
    let Some(table) = hosted()? else { return Ok(None) };
    // SAFETY: the host's own function; the count that it gives is owned by the result.
    let state = NonNull::new(unsafe { (table.current)() }.cast_mut());
    state.map(|state| Some(HostCapture { table, state })).ok_or_else(|| last(table))
}

impl HostCapture {
    /// Makes this what is seen on this thread, until the guard is dropped.
    ///
    /// # Errors
    /// Where the host fails.
    pub fn enter(&self) -> Result<crate::scope::current::Guard> {
        let mut serial = 0;
        // SAFETY: the host's own function and state.
        done(self.table, unsafe { (self.table.enter_state)(self.state.as_ptr(), &mut serial) })?;
        Ok(crate::scope::current::Guard::hosted(serial))
    }
}

impl Clone for HostCapture {
    fn clone(&self) -> Self {
        // SAFETY: the host's own function and state.
        unsafe { (self.table.retain_state)(self.state.as_ptr()) };
        Self { ..*self }
    }
}

impl Drop for HostCapture {
    fn drop(&mut self) {
        // SAFETY: this owns a count.
        unsafe { (self.table.release_state)(self.state.as_ptr()) }
    }
}

/// What belongs to a store of this library's own, and would be seen by nobody where the store is the host's.
#[inline]
pub(crate) fn own_store_only(what: &str) {
    let chosen = CHOSEN.load(Ordering::Acquire);
    assert!(
        chosen.addr() <= REFUSED.addr(),
        "{what} works on this library's own parameter store, but it uses the host's: use hyperparameter::host"
    );
}

// ---- objects of the host ---------------------------------------------------------------------------------------------

/// Objects of the host are handles here.
struct GuestSide;

impl Side for GuestSide {
    fn lower(host: &Host, owner: &mut Owner) -> RawValue {
        match host.pointer(&HOSTED) {
            Some(pointer) => {
                owner.objects.push(Arc::new(host.clone()));
                RawValue::scalar(kind::OBJECT, RawData { object: pointer.as_ptr().cast_const().cast() })
            }
            None => raw::export(host, owner),
        }
    }

    unsafe fn raise(object: *const RawObject) -> Host {
        // SAFETY: promised by the caller; the count is owned by the handle. Only a host gives objects.
        unsafe {
            (host_table().retain_object)(object);
            Host::from_owned(NonNull::new_unchecked(object.cast_mut().cast()), &HOSTED)
        }
    }
}

/// The table that the objects of the host came through.
fn host_table() -> &'static HostTable {
    let chosen = CHOSEN.load(Ordering::Acquire);
    assert!(chosen.addr() > REFUSED.addr(), "an object of a host without a host");
    // SAFETY: a checked table, which lives as long as the process.
    unsafe { &*chosen }
}

/// The object behind a handle as the host's language knows it, borrowed from the handle: in Python a `PyObject *`. Null
/// where it is no object of that language.
#[must_use]
pub fn object_pointer(host: &Host) -> *mut c_void {
    match host.pointer(&HOSTED) {
        // SAFETY: a handle of this table owns an object of the host.
        Some(object) => unsafe { (host_table().object_pointer)(object.as_ptr().cast_const().cast()) },
        None => ptr::null_mut(),
    }
}

/// A handle on an object of the host's language, to be stored: the very object is read back there.
///
/// # Errors
/// `Config`, where there is no host, or it has no such objects.
///
/// # Safety
/// The pointer is one such object; in Python a `PyObject *`, on a thread that holds the interpreter.
pub unsafe fn object_of(pointer: *mut c_void) -> Result<Host> {
    let none = || Error::config(None, "there is no host whose objects could be stored");
    let table = hosted()?.ok_or_else(none)?;
    // SAFETY: promised by the caller; the count that is given is owned by the handle.
    unsafe {
        let object = NonNull::new((table.object_of)(pointer).cast_mut()).ok_or_else(none)?;
        Ok(Host::from_owned(object.cast(), &HOSTED))
    }
}

unsafe fn said(
    object: *mut c_void,
    what: unsafe extern "C" fn(*const RawObject, super::abi::Say, *mut c_void) -> Status,
) -> String {
    let mut text = String::new();
    // SAFETY: a handle of `HOSTED` owns an object of the host.
    unsafe { what(object.cast_const().cast(), raw::collect, (&raw mut text).cast()) };
    text
}

fn viewed(object: *mut c_void) -> Option<Value> {
    let table = host_table();
    // SAFETY: a handle of `HOSTED` owns an object of the host.
    received(table, |out, owner| unsafe { (table.object_view)(object.cast_const().cast(), out, owner) }).ok().flatten()
}

/// What this library does with objects of the host. They are laid out, read into and written into there, by the host's
/// own rules; here they are seen as plain values.
static HOSTED: HostVTable = HostVTable {
    // SAFETY: a handle of this table owns an object of the host; so in all the calls below.
    retain: |p| unsafe { (host_table().retain_object)(p.cast_const().cast()) },
    // SAFETY: see `retain`.
    release: |p| unsafe { (host_table().release_object)(p.cast_const().cast()) },
    // SAFETY: see `retain`.
    type_name: |p| unsafe { said(p, host_table().object_type) },
    // SAFETY: see `retain`.
    repr: |p| unsafe { said(p, host_table().object_repr) },
    shape: |_| Shape::Scalar,
    view: viewed_object,
    members: |_| None,
    element: |p, segment| viewed(p)?.element(segment),
    list_len: |p| viewed(p)?.list_len(),
    // SAFETY: see `retain`.
    with_element: |p, _, _| Err(format!("a {} cannot be written into", unsafe { said(p, host_table().object_type) })),
};

unsafe fn viewed_object(object: *mut c_void) -> Option<Value> {
    viewed(object)
}
