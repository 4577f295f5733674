//! Values on their way across the border: [`Value`] to [`RawValue`], and back.

use std::ffi::c_void;
use std::ptr::{self, NonNull};
use std::sync::Arc;

use super::abi::{
    ForeignTable, RawData, RawDeclared, RawForeign, RawMember, RawObject, RawSource, RawStr, RawValue, Say, kind,
    source,
};
use crate::error::{Error, Result};
use crate::report::Declared;
use crate::scope::{CodeLine, FilePlace, Source};
use crate::value::{BigInt, Host, HostVTable, Map, Shape, Value};

/// Values nested deeper do not cross. More than the store takes (rule K5): what it refuses is for it to say.
const DEEPEST: usize = 256;

/// What the two sides do differently: an object of the host is the store's own on one, and a handle on the other.
pub(super) trait Side {
    /// A host object of this side as the other sees it, kept alive by `owner`.
    fn lower(host: &Host, owner: &mut Owner) -> RawValue;

    /// A handle on an object of the host, as this side keeps it.
    ///
    /// # Safety
    /// The handle is valid.
    unsafe fn raise(object: *const RawObject) -> Host;
}

/// What the parts of a lowered value live in.
#[derive(Default)]
pub(super) struct Owner {
    value: Value,
    items: Vec<Box<[RawValue]>>,
    members: Vec<Box<[RawMember]>>,
    bytes: Vec<Box<[u8]>>,
    pub(super) objects: Vec<Arc<Host>>,
    #[cfg(feature = "host")]
    foreign: Vec<Box<[RawForeign]>>,
}

impl Owner {
    /// Lowers a value whose parts live here. The result is good as long as this is, wherever it is moved.
    pub(super) fn of<S: Side>(value: Value) -> (RawValue, Self) {
        let mut owner = Self { value, ..Self::default() };
        let value = owner.value.clone();
        // The clone shares every part with the original, which stays.
        let raw = owner.lower::<S>(&value, DEEPEST);
        (raw, owner)
    }

    fn lower<S: Side>(&mut self, value: &Value, depth: usize) -> RawValue {
        match value {
            _ if depth == 0 => RawValue::NULL,
            Value::Null => RawValue::NULL,
            Value::Bool(v) => RawValue::scalar(kind::BOOL, RawData { int: i64::from(*v) }),
            Value::Int(v) => RawValue::scalar(kind::INT, RawData { int: *v }),
            Value::Float(v) => RawValue::scalar(kind::FLOAT, RawData { float: *v }),
            Value::Str(v) => RawValue::bytes(kind::STR, v.as_bytes()),
            Value::Text(v) => RawValue::bytes(kind::TEXT, v.as_str().as_bytes()),
            Value::Big(v) => {
                self.bytes.push(v.to_signed_bytes_le().into());
                RawValue::bytes(kind::BIG, &self.bytes[self.bytes.len() - 1])
            }
            Value::List(items) => {
                let lowered: Box<[RawValue]> = items.iter().map(|item| self.lower::<S>(item, depth - 1)).collect();
                let data = RawData { items: lowered.as_ptr() };
                self.items.push(lowered);
                RawValue { len: items.len(), ..RawValue::scalar(kind::LIST, data) }
            }
            Value::Map(map) => {
                let lowered: Box<[RawMember]> = map
                    .iter()
                    .map(|(name, value)| RawMember {
                        name: RawStr::new(name),
                        value: self.lower::<S>(value, depth - 1),
                    })
                    .collect();
                let data = RawData { members: lowered.as_ptr() };
                self.members.push(lowered);
                RawValue { len: map.len(), ..RawValue::scalar(kind::MAP, data) }
            }
            Value::Host(host) => match host.pointer(&FOREIGN) {
                // SAFETY: a handle of this table is a `Foreign`.
                Some(pointer) => foreign(unsafe { &pointer.cast::<Foreign>().as_ref().0 }),
                None => S::lower(host, self),
            },
        }
    }
}

/// Whether lowering the value makes no part that needs an owner.
pub(super) fn is_scalar(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_))
}

fn foreign(raw: &RawForeign) -> RawValue {
    RawValue::scalar(kind::FOREIGN, RawData { foreign: raw })
}

/// # Safety
/// Where `len` is not 0 there are so many at `data`, for as long as the result is used.
pub(super) unsafe fn slice<'a, T>(data: *const T, len: usize) -> &'a [T] {
    // SAFETY: promised by the caller.
    if len == 0 { &[] } else { unsafe { std::slice::from_raw_parts(data, len) } }
}

/// The value behind a raw one; everything in it is copied or counted.
///
/// # Safety
/// The raw value is what its kind says, all the way down.
pub(super) unsafe fn raise<S: Side>(raw: &RawValue) -> Result<Value> {
    // SAFETY: promised by the caller.
    unsafe { raise_to::<S>(raw, DEEPEST) }
}

unsafe fn raise_to<S: Side>(raw: &RawValue, depth: usize) -> Result<Value> {
    if depth == 0 {
        return Err(Error::config(None, format!("a value is nested deeper than {DEEPEST}")));
    }
    // SAFETY: promised by the caller of `raise`; the field read is the one that the kind names.
    unsafe {
        let (data, len) = (raw.data, raw.len);
        Ok(match raw.kind {
            kind::NULL => Value::Null,
            kind::BOOL => Value::Bool(data.int != 0),
            kind::INT => Value::Int(data.int),
            kind::FLOAT => Value::Float(data.float),
            kind::STR => Value::str(text(RawStr { data: data.bytes, len })?),
            kind::TEXT => Value::text(text(RawStr { data: data.bytes, len })?),
            kind::BIG => BigInt::from_signed_bytes_le(slice(data.bytes, len)).into(),
            kind::LIST => {
                let items = slice(data.items, len).iter().map(|item| raise_to::<S>(item, depth - 1));
                Value::List(items.collect::<Result<Vec<_>>>()?.into())
            }
            kind::MAP => {
                let pairs = slice(data.members, len)
                    .iter()
                    .map(|member| Ok((text(member.name)?, raise_to::<S>(&member.value, depth - 1)?)));
                Value::Map(Arc::new(pairs.collect::<Result<Vec<_>>>()?.into_iter().collect::<Map>()))
            }
            kind::OBJECT => Value::Host(S::raise(data.object)),
            kind::FOREIGN => Value::Host(raise_foreign(*data.foreign)),
            other => return Err(Error::config(None, format!("no kind of value has the number {other}"))),
        })
    }
}

/// # Safety
/// As for [`RawStr::get`].
pub(super) unsafe fn text<'a>(raw: RawStr) -> Result<&'a str> {
    // SAFETY: promised by the caller.
    std::str::from_utf8(unsafe { slice(raw.data, raw.len) }).map_err(|cause| {
        // SAFETY: as above.
        let shown = unsafe { raw.get() };
        Error::invalid_key(&shown, Some(cause.valid_up_to()), "it is no UTF-8", "")
    })
}

// ---- sources ---------------------------------------------------------------------------------------------------------

/// A source on its way across, with the text that the [`RawSource`] borrows.
pub(super) struct Place(std::borrow::Cow<'static, str>, u32, u32);

impl Place {
    pub(super) fn of(from: &Source) -> Self {
        // A column beyond 24 bits is none that a person looks for.
        let file = |place: &FilePlace| source::FILE | place.column.min(0x00FF_FFFF) << 8;
        match from {
            Source::Location(place) => Self(place.file().into(), place.line(), 0),
            Source::Code(code) => Self(code.file.clone().into(), code.line, 0),
            Source::Argument(option, at) => Self(option.to_string().into(), *at, source::ARGUMENT),
            Source::Env(name) => Self(name.to_string().into(), 0, source::ENV),
            Source::File(place) => Self(place.path.to_string().into(), place.line, file(place)),
            other => Self(other.to_string().into(), 0, 0),
        }
    }

    pub(super) fn raw(&self) -> RawSource {
        RawSource { file: RawStr::new(&self.0), line: self.1, reserved: self.2 }
    }
}

/// A declaration, borrowed; its `default` and the place of its source are lowered already.
pub(super) fn declared(declared: &Declared, default: Option<&RawValue>, place: &Place) -> RawDeclared {
    RawDeclared {
        default: default.map_or(ptr::null(), ptr::from_ref),
        wanted: RawStr::new(&declared.wanted),
        help: RawStr::new(&declared.help),
        owner: RawStr::new(&declared.owner),
        source: place.raw(),
        used: declared.used.into(),
        reserved: 0,
    }
}

/// # Safety
/// The text in it is there.
pub(super) unsafe fn raise_source(raw: &RawSource) -> Source {
    // SAFETY: promised by the caller.
    let file = unsafe { raw.file.get() };
    match (raw.reserved & 0xFF, raw.line) {
        (source::ARGUMENT, at) => Source::Argument((*file).into(), at),
        (source::ENV, _) => Source::Env((*file).into()),
        (source::FILE, line) => {
            Source::File(FilePlace { path: Arc::new(file.into_owned()), line, column: raw.reserved >> 8 })
        }
        _ if file.is_empty() => Source::Unknown,
        (_, 0) => Source::Words((*file).into()),
        (_, line) => Source::Code(Arc::new(CodeLine { file: file.into_owned(), line, function: String::new() })),
    }
}

// ---- objects of libraries --------------------------------------------------------------------------------------------

/// An object of another library, owned.
struct Foreign(RawForeign);

// SAFETY: the table's functions may be called on any thread (stated there).
unsafe impl Send for Foreign {}
// SAFETY: as above.
unsafe impl Sync for Foreign {}

impl Drop for Foreign {
    fn drop(&mut self) {
        // SAFETY: this owned a count.
        unsafe { ((*self.0.table).release)(self.0.pointer) }
    }
}

/// Any object of this library, as others see it: they know it by this table's address, and it knows them.
static EXPORT: ForeignTable = ForeignTable {
    size: size_of::<ForeignTable>() as u32,
    reserved: 0,
    retain: export_retain,
    release: export_release,
    type_name: export_type_name,
    repr: export_repr,
};

/// An object of this library for the other side, kept alive by `owner`.
#[cfg(feature = "host")]
pub(super) fn export(host: &Host, owner: &mut Owner) -> RawValue {
    let host = Arc::new(host.clone());
    let pointer = Arc::as_ptr(&host).cast_mut().cast();
    owner.objects.push(host);
    let raw = Box::new([RawForeign { pointer, table: &EXPORT }]);
    let value = foreign(&raw[0]);
    owner.foreign.push(raw);
    value
}

unsafe fn raise_foreign(raw: RawForeign) -> Host {
    // SAFETY: promised by the caller of `raise`: a valid object of this table. The count that `retain` makes is owned by
    // the `Foreign`, and that by the handle.
    unsafe {
        if std::ptr::eq(raw.table, &EXPORT) {
            return (*raw.pointer.cast::<Host>()).clone();
        }
        ((*raw.table).retain)(raw.pointer);
        let pointer = Arc::into_raw(Arc::new(Foreign(raw))).cast_mut();
        Host::from_owned(NonNull::new_unchecked(pointer.cast()), &FOREIGN)
    }
}

unsafe extern "C" fn export_retain(object: *mut c_void) {
    // SAFETY: `export` gave the pointer, to an `Arc<Host>`; so in the three below.
    unsafe { Arc::increment_strong_count(object.cast_const().cast::<Host>()) }
}

unsafe extern "C" fn export_release(object: *mut c_void) {
    // SAFETY: see `export_retain`. A destructor that panics aborts: it must not unwind into another language.
    unsafe { Arc::decrement_strong_count(object.cast_const().cast::<Host>()) }
}

unsafe extern "C" fn export_type_name(object: *mut c_void, say: Say, to: *mut c_void) {
    // SAFETY: see `export_retain`.
    unsafe { say(to, RawStr::new(&(*object.cast::<Host>()).type_name())) }
}

unsafe extern "C" fn export_repr(object: *mut c_void, say: Say, to: *mut c_void) {
    // SAFETY: see `export_retain`.
    unsafe { say(to, RawStr::new(&(*object.cast::<Host>()).repr())) }
}

/// Collects what a function of type [`Say`] is called with.
pub(super) unsafe extern "C" fn collect(to: *mut c_void, text: RawStr) {
    // SAFETY: whoever passes this function passes a `String` with it.
    unsafe { (*to.cast::<String>()).push_str(&text.get()) }
}

unsafe fn said(
    object: *mut c_void,
    what: fn(&ForeignTable) -> unsafe extern "C" fn(*mut c_void, Say, *mut c_void),
) -> String {
    let mut text = String::new();
    // SAFETY: a handle of `FOREIGN` is a `Foreign`.
    unsafe {
        let raw = (*object.cast::<Foreign>()).0;
        what(&*raw.table)(raw.pointer, collect, (&raw mut text).cast());
    }
    text
}

/// What this library does with objects of others.
static FOREIGN: HostVTable = HostVTable {
    // SAFETY: a handle of this table owns an `Arc<Foreign>`; so in all the calls below.
    retain: |p| unsafe { Arc::increment_strong_count(p.cast_const().cast::<Foreign>()) },
    // SAFETY: see `retain`.
    release: |p| unsafe { Arc::decrement_strong_count(p.cast_const().cast::<Foreign>()) },
    // SAFETY: see `retain`.
    type_name: |p| unsafe { said(p, |table| table.type_name) },
    // SAFETY: see `retain`.
    repr: |p| unsafe { said(p, |table| table.repr) },
    shape: |_| Shape::Scalar,
    view: |_| None,
    members: |_| None,
    element: |_, _| None,
    list_len: |_| None,
    // SAFETY: see `retain`.
    with_element: |p, _, _| Err(format!("a {} cannot be written into", unsafe { said(p, |table| table.type_name) })),
};
