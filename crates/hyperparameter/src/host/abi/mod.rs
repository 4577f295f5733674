//! The table itself: C layouts, numbers and signatures, and nothing that runs.
//!
//! It is only ever added to. A field keeps its place and meaning for ever; a new one goes to the end, and `size` says
//! which are there. Only a change that cannot be made so moves [`ABI`].
//!
//! # What holds for every function
//!
//! - It may be called on any thread. None waits for the interpreter's lock but [`HostTable::leave`], and whatever must look
//!   into, count or convert an object of the host's language: a value that is neither null, bool, number nor string.
//! - No panic and no exception of any language leaves it. What can fail returns a [`Status`]; after [`FAILED`] the error
//!   is there to be had from [`HostTable::last_error`], on the same thread, until the next call through the table.
//! - Pointers that go in are borrowed for the call. An `out` pointer is not null unless that is said, and is written only
//!   where the call returns [`OK`].
//! - A `state` that is null is what the calling thread sees now.

use std::ffi::{CStr, c_void};

mod extras;
mod table;

pub use extras::*;
pub use table::HostTable;

/// The version of everything in this file that cannot be changed by adding to it.
pub const ABI: u32 = 1;

/// The symbol by which a process's table is found without an interpreter: a [`FindTable`].
pub const SYMBOL: &CStr = c"hyperparameter_host_table";

/// The symbol that a library which uses a store of its own makes global, so that a host that comes later can say so: a
/// [`FindOwnStore`].
pub const OWN_STORE_SYMBOL: &CStr = c"hyperparameter_own_store";

/// The name of the capsule that the Python module keeps the table in: a pointer to a [`HostTable`].
pub const CAPSULE: &CStr = c"hyperparameter._native._C_API";

/// What stands under [`SYMBOL`]. The table lives as long as the process.
pub type FindTable = unsafe extern "C" fn() -> *const HostTable;

/// What stands under [`OWN_STORE_SYMBOL`]: the library's path, null where it uses the host's store. The text ends with a
/// zero byte and lives as long as the process.
pub type FindOwnStore = unsafe extern "C" fn() -> *const std::ffi::c_char;

/// How a call ended.
pub type Status = i32;

/// It did what it says.
pub const OK: Status = 0;
/// There is no value: the caller's default counts. A value that does not convert, in a context that is not strict, is
/// none either; the host has warned of it.
pub const MISSING: Status = 1;
/// There is a value, but this call cannot give it: null, or an integer beyond 64 bits. [`HostTable::read`] can.
pub const OTHER: Status = 2;
/// There is a value, and it does not convert: nothing was said of that yet.
pub const UNFIT: Status = 3;
/// An error: see [`HostTable::last_error`].
pub const FAILED: Status = -1;

/// The kinds of errors, in [`RawError::kind`].
pub mod error {
    /// `InvalidKey`.
    pub const INVALID_KEY: u32 = 1;
    /// `MissingParameter`.
    pub const MISSING_PARAMETER: u32 = 2;
    /// `ConversionError`.
    pub const CONVERSION: u32 = 3;
    /// `HashCollision`.
    pub const HASH_COLLISION: u32 = 4;
    /// `ConfigError`, and whatever a later host adds.
    pub const CONFIG: u32 = 5;
}

/// The kinds of values, in [`RawValue::kind`].
pub mod kind {
    /// Null.
    pub const NULL: u32 = 0;
    /// A truth value: `data.int` is 0 or 1.
    pub const BOOL: u32 = 1;
    /// `data.int`.
    pub const INT: u32 = 2;
    /// `data.float`.
    pub const FLOAT: u32 = 3;
    /// `len` bytes of UTF-8 at `data.bytes`.
    pub const STR: u32 = 4;
    /// Text of unknown type (rule V3), as `STR`.
    pub const TEXT: u32 = 5;
    /// An integer beyond 64 bits: `len` bytes at `data.bytes`, two's complement, the least significant first.
    pub const BIG: u32 = 6;
    /// `len` values at `data.items`.
    pub const LIST: u32 = 7;
    /// `len` pairs at `data.members`.
    pub const MAP: u32 = 8;
    /// An object of the host: `data.object`.
    pub const OBJECT: u32 = 9;
    /// An object of a library: `data.foreign`.
    pub const FOREIGN: u32 = 10;
}

/// A key of the host. It lives as long as the process.
#[derive(Debug)]
#[repr(C)]
pub struct RawKey {
    _opaque: [u8; 0],
}

/// What a thread sees, of the host. Counted: see [`HostTable::retain_state`].
#[derive(Debug)]
#[repr(C)]
pub struct RawState {
    _opaque: [u8; 0],
}

/// An object of the host. Counted: see [`HostTable::retain_object`].
#[derive(Debug)]
#[repr(C)]
pub struct RawObject {
    _opaque: [u8; 0],
}

/// What keeps the bytes, items and objects of a value alive that was read: see [`HostTable::free`].
#[derive(Debug)]
#[repr(C)]
pub struct RawOwner {
    _opaque: [u8; 0],
}

/// UTF-8 text, without a zero byte at its end. `data` may be null where `len` is 0.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawStr {
    /// The first byte.
    pub data: *const u8,
    /// How many there are.
    pub len: usize,
}

/// One value.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct RawValue {
    /// One of [`kind`].
    pub kind: u32,
    /// Zero.
    pub reserved: u32,
    /// What the kind says.
    pub data: RawData,
    /// Of strings, lists and maps.
    pub len: usize,
}

/// The content of a [`RawValue`].
#[derive(Clone, Copy)]
#[repr(C)]
pub union RawData {
    /// Of `BOOL` and `INT`.
    pub int: i64,
    /// Of `FLOAT`.
    pub float: f64,
    /// Of `STR`, `TEXT` and `BIG`.
    pub bytes: *const u8,
    /// Of `LIST`.
    pub items: *const RawValue,
    /// Of `MAP`.
    pub members: *const RawMember,
    /// Of `OBJECT`.
    pub object: *const RawObject,
    /// Of `FOREIGN`.
    pub foreign: *const RawForeign,
}

/// One pair of a map.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawMember {
    /// Its name.
    pub name: RawStr,
    /// Its value.
    pub value: RawValue,
}

/// An object that a library keeps in the store. The store owns what [`ForeignTable::retain`] gave it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawForeign {
    /// The object, for the functions of `table`.
    pub pointer: *mut c_void,
    /// What the store does with it; it lives as long as the process. By its address a library knows its own objects.
    pub table: *const ForeignTable,
}

/// What the store must be able to do with a library's object. None of them may unwind.
#[derive(Debug)]
#[repr(C)]
pub struct ForeignTable {
    /// The bytes of this table: fields may be added at its end.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// One more owner. Any thread.
    pub retain: unsafe extern "C" fn(*mut c_void),
    /// One owner less; the last one drops the object. Any thread.
    pub release: unsafe extern "C" fn(*mut c_void),
    /// Calls the function with the name of the object's type.
    pub type_name: unsafe extern "C" fn(*mut c_void, Say, *mut c_void),
    /// Calls the function with the object as a person would write it.
    pub repr: unsafe extern "C" fn(*mut c_void, Say, *mut c_void),
}

/// Takes a text that is borrowed for the call.
pub type Say = unsafe extern "C" fn(*mut c_void, RawStr);

/// Where a value comes from, for `explain` and messages.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawSource {
    /// A file's path; or, where `line` is 0, the source in words; or nothing.
    pub file: RawStr,
    /// The line, from 1.
    pub line: u32,
    /// Zero; or 1 where `file.data` is not text but what [`HostTable::place`] gave: nothing is copied then. Or, in the low
    /// byte, one of [`source`].
    pub reserved: u32,
}

/// What a [`RawSource`] outside the code is, in the low byte of [`RawSource::reserved`].
pub mod source {
    /// A word of a command line: `file` is the option that it followed, `line` its position from 1.
    pub const ARGUMENT: u32 = 2;
    /// The environment's variable `file`.
    pub const ENV: u32 = 3;
    /// A place in the configuration file `file`; the column, from 1, stands in the upper three bytes.
    pub const FILE: u32 = 4;
}

/// One key with its value, for [`HostTable::enter`].
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawPair {
    /// A key of the host.
    pub key: *const RawKey,
    /// Its value.
    pub value: RawValue,
    /// Where it comes from.
    pub source: RawSource,
}

/// An error. All of it is borrowed from the host, until the next call through the table on the same thread.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawError {
    /// One of [`error`].
    pub kind: u32,
    /// Whether it is about a key, which may be the empty one.
    pub has_key: u32,
    /// The key it is about.
    pub key: RawStr,
    /// The whole text.
    pub text: RawStr,
    /// Known names near the one asked for, the nearest first.
    pub near: *const RawStr,
    /// How many there are.
    pub near_len: usize,
}

impl RawStr {
    /// A text, borrowed.
    #[must_use]
    pub const fn new(text: &str) -> Self {
        Self { data: text.as_ptr(), len: text.len() }
    }

    /// The text again; what is no UTF-8 in it is replaced.
    ///
    /// # Safety
    /// The bytes are there for as long as the result is used.
    #[must_use]
    pub unsafe fn get<'a>(self) -> std::borrow::Cow<'a, str> {
        if self.len == 0 {
            return "".into();
        }
        // SAFETY: promised by the caller.
        String::from_utf8_lossy(unsafe { std::slice::from_raw_parts(self.data, self.len) })
    }
}

impl RawValue {
    /// Null.
    pub const NULL: Self = Self { kind: kind::NULL, reserved: 0, data: RawData { int: 0 }, len: 0 };

    /// A value without a length.
    #[must_use]
    pub const fn scalar(kind: u32, data: RawData) -> Self {
        Self { kind, reserved: 0, data, len: 0 }
    }

    /// A string or text.
    #[must_use]
    pub const fn bytes(kind: u32, bytes: &[u8]) -> Self {
        Self { kind, reserved: 0, data: RawData { bytes: bytes.as_ptr() }, len: bytes.len() }
    }
}

impl std::fmt::Debug for RawData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawData").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for RawValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawValue").field("kind", &self.kind).field("len", &self.len).finish_non_exhaustive()
    }
}
