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
    /// Zero; or 1 where `file.data` is not text but what [`HostTable::place`] gave: nothing is copied then.
    pub reserved: u32,
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

/// The functions by which native code reaches the store of the process it is in.
#[derive(Debug)]
#[repr(C)]
pub struct HostTable {
    /// [`ABI`] of the host. This field and the next two stand where they are in every version there will be.
    pub abi: u32,
    /// The bytes of this table.
    pub size: u32,
    /// Who the host is, for messages. Lives as long as the process.
    pub name: RawStr,
    /// The version of the layout of states, frames and entries that a library may walk itself; 0: none, so it calls.
    pub layout: u32,
    /// Zero.
    pub reserved: u32,

    /// `intern(name, out)`: the key of a name, made at its first use.
    pub intern: unsafe extern "C" fn(RawStr, *mut *const RawKey) -> Status,
    /// `find(name, out)`: the key of a name if the store knows it, else [`MISSING`]. Never makes one.
    pub find: unsafe extern "C" fn(RawStr, *mut *const RawKey) -> Status,

    /// What the calling thread or task sees now. The caller owns one count of it; never null but after an error.
    ///
    /// While the thread holds the interpreter that is what the running task sees. Without it, it is what the thread saw
    /// when it last called through the table while holding it, if nothing was entered, written or left there since; else
    /// the frozen snapshot and what the thread itself wrote.
    pub current: unsafe extern "C" fn() -> *const RawState,
    /// One more owner of a state. Any thread.
    pub retain_state: unsafe extern "C" fn(*const RawState),
    /// One owner less. Any thread.
    pub release_state: unsafe extern "C" fn(*const RawState),

    /// `read_bool(state, key, out)`: 0 or 1, converted by rule V4.
    pub read_bool: unsafe extern "C" fn(*const RawState, *const RawKey, *mut u8) -> Status,
    /// `read_int(state, key, out)`.
    pub read_int: unsafe extern "C" fn(*const RawState, *const RawKey, *mut i64) -> Status,
    /// `read_float(state, key, out)`.
    pub read_float: unsafe extern "C" fn(*const RawState, *const RawKey, *mut f64) -> Status,
    /// `read_str(state, key, out)`: nothing is copied. The text is borrowed from the state, which is not null here, as long
    /// as the caller owns that. [`OTHER`] where the text was made for this read; [`HostTable::read`] gives it.
    pub read_str: unsafe extern "C" fn(*const RawState, *const RawKey, *mut RawStr) -> Status,
    /// `read(state, key, ask, out, owner)`: any value, converted to the type with this number in [`crate::value::Ask`].
    ///
    /// What `out` points to belongs to `owner`, which the caller gives to [`HostTable::free`]; `owner` is null where there
    /// is nothing to free.
    pub read: unsafe extern "C" fn(*const RawState, *const RawKey, u32, *mut RawValue, *mut *mut RawOwner) -> Status,
    /// `read_name(state, name, ask, out, owner)`: the same by name, which does not make a key of it.
    pub read_name: unsafe extern "C" fn(*const RawState, RawStr, u32, *mut RawValue, *mut *mut RawOwner) -> Status,
    /// Frees what a read gave. Null is fine. Any thread.
    pub free: unsafe extern "C" fn(*mut RawOwner),
    /// `missing(state, name)`: the error of a required parameter that is not there. Always [`FAILED`].
    pub missing: unsafe extern "C" fn(*const RawState, RawStr) -> Status,
    /// `refuse(state, key, wanted, reason)`: says that the value read is none of the type that the caller wants: warns and
    /// is [`MISSING`], or is [`FAILED`] in a strict context (rule V5).
    pub refuse: unsafe extern "C" fn(*const RawState, *const RawKey, RawStr, RawStr) -> Status,

    /// `write(key, value, source)`: to the current scope of the thread or task (rule S2). `source` may be null.
    pub write: unsafe extern "C" fn(*const RawKey, *const RawValue, *const RawSource) -> Status,
    /// `enter(pairs, count, out)`: a scope with these values, in this order. The number is for [`HostTable::leave`].
    pub enter: unsafe extern "C" fn(*const RawPair, usize, *mut u64) -> Status,
    /// `enter_state(state, out)`: what was visible elsewhere replaces what is seen (rule T3).
    pub enter_state: unsafe extern "C" fn(*const RawState, *mut u64) -> Status,
    /// Ends a scope (rule S4), in any order; one that is not open here is nothing to do. A scope that was entered while
    /// the thread held the interpreter, ended while it does not, waits for the interpreter.
    pub leave: unsafe extern "C" fn(u64) -> Status,
    /// Publishes what the thread's scopes set over the newest snapshot (rule T2).
    pub freeze: unsafe extern "C" fn() -> Status,

    /// One more owner of an object. Any thread.
    pub retain_object: unsafe extern "C" fn(*const RawObject),
    /// One owner less. Any thread.
    pub release_object: unsafe extern "C" fn(*const RawObject),
    /// Calls the function with the name of the object's type. This and the next three may run the host's code.
    pub object_type: unsafe extern "C" fn(*const RawObject, Say, *mut c_void) -> Status,
    /// Calls the function with the object as a person would write it.
    pub object_repr: unsafe extern "C" fn(*const RawObject, Say, *mut c_void) -> Status,
    /// `object_view(object, out, owner)`: the object as a plain value, as [`HostTable::read`]; [`MISSING`] where there is
    /// none.
    pub object_view: unsafe extern "C" fn(*const RawObject, *mut RawValue, *mut *mut RawOwner) -> Status,
    /// The object as the host's language knows it, borrowed from `object`: in Python a `PyObject *`. Null where it is an
    /// object of another language.
    pub object_pointer: unsafe extern "C" fn(*const RawObject) -> *mut c_void,
    /// An object from what the host's language knows: in Python a `PyObject *`, borrowed, on a thread that holds the
    /// interpreter. The caller owns one count of the result; null where the host has no such objects.
    pub object_of: unsafe extern "C" fn(*mut c_void) -> *const RawObject,

    /// `last_error(out)`: the error of this thread's last call that returned [`FAILED`]; [`MISSING`] where there is none.
    pub last_error: unsafe extern "C" fn(*mut RawError) -> Status,

    // ---- added for C and C++ -----------------------------------------------------------------------------------------
    /// `last_place(out)`: the place in a file that the last error is about; [`MISSING`] where it is about none.
    pub last_place: unsafe extern "C" fn(*mut RawPlace) -> Status,
    /// `intern_hashed(hash, name, out)`: as [`HostTable::intern`], for a call site that made the hash of rule K2 when it
    /// was compiled.
    pub intern_hashed: unsafe extern "C" fn(u64, RawStr, *mut *const RawKey) -> Status,
    /// The name of a key. Lives as long as the process.
    pub key_name: unsafe extern "C" fn(*const RawKey) -> RawStr,
    /// `place(file, line)`: a line of code to be named as the source of many values, see [`RawSource::reserved`]. Lives as
    /// long as the process: for call sites, of which there are few. Null where it cannot be made.
    pub place: unsafe extern "C" fn(RawStr, u32) -> *const RawLine,

    /// `convert(value, ask, out, owner, why, to)`: a value by the table of rule V4, as [`HostTable::read`] gives one. Where
    /// it does not convert `why` is called with the reason, and the result is [`MISSING`].
    pub convert:
        unsafe extern "C" fn(*const RawValue, u32, *mut RawValue, *mut *mut RawOwner, Say, *mut c_void) -> Status,

    /// `has(state, name)`: [`OK`] or [`MISSING`].
    pub has: unsafe extern "C" fn(*const RawState, RawStr) -> Status,
    /// `remove(name)`: deletes a key in the current scope (rule S7).
    pub remove: unsafe extern "C" fn(RawStr) -> Status,
    /// Removes what the current scope itself set (rule S7).
    pub clear: unsafe extern "C" fn() -> Status,
    /// `enter_special(kind, out)`: a scope of [`special`].
    pub enter_special: unsafe extern "C" fn(u32, *mut u64) -> Status,
    /// `set_strict(strict)`: the process's default (rule V5); gives the former one.
    pub set_strict: unsafe extern "C" fn(u8) -> u8,

    /// A scope to be prepared (rule S3); the caller owns it. Never null.
    pub scope_new: unsafe extern "C" fn() -> *mut RawScope,
    /// `scope_set(scope, pair)`: adds a value. No other thread may use the scope meanwhile.
    pub scope_set: unsafe extern "C" fn(*mut RawScope, *const RawPair) -> Status,
    /// `scope_text(scope, text, source)`: adds `key=value` text (rule V3); as above. `source` may be null.
    pub scope_text: unsafe extern "C" fn(*mut RawScope, RawStr, *const RawSource) -> Status,
    /// `scope_map(scope, map, source)`: adds the members of a map, each under its own name; as above.
    pub scope_map: unsafe extern "C" fn(*mut RawScope, *const RawValue, *const RawSource) -> Status,
    /// `scope_enter(scope, out)`: the number is for [`HostTable::leave`]. Any number of times, on any thread.
    pub scope_enter: unsafe extern "C" fn(*const RawScope, *mut u64) -> Status,
    /// `scope_state(scope, out)`: what the calling thread would see in this scope. The caller owns one count of it.
    pub scope_state: unsafe extern "C" fn(*const RawScope, *mut *const RawState) -> Status,
    /// Frees a scope; where it is entered it stays so. Null is fine.
    pub scope_free: unsafe extern "C" fn(*mut RawScope),
    /// `load(inputs, count, out)`: a scope of files, texts, environment and pairs, the later before the earlier; the
    /// caller owns it. Pins are in [`HostTable::pin`] only.
    pub load: unsafe extern "C" fn(*const RawInput, usize, *mut *mut RawScope) -> Status,

    /// `items(state, out, owner)`: everything that is visible, as a map of whole names.
    pub items: unsafe extern "C" fn(*const RawState, *mut RawValue, *mut *mut RawOwner) -> Status,
    /// `used(state, out, owner)`: what was read, with the value or else the default in force, as a map of whole names.
    pub used: unsafe extern "C" fn(*const RawState, *mut RawValue, *mut *mut RawOwner) -> Status,
    /// `explain(state, name, visit, to)`: calls `visit` for every place that has something to say of the key, innermost
    /// first. What it is given is borrowed for that call.
    pub explain: unsafe extern "C" fn(*const RawState, RawStr, Visit, *mut c_void) -> Status,
    /// `explain_text(state, name, say, to)`: the same as a person reads it.
    pub explain_text: unsafe extern "C" fn(*const RawState, RawStr, Say, *mut c_void) -> Status,
    /// `declare(key, declared)`: makes a parameter known, with its default (rule P4).
    pub declare: unsafe extern "C" fn(*const RawKey, *const RawDeclared) -> Status,

    /// The frozen snapshot, to be put back; the caller owns it.
    pub snapshot: unsafe extern "C" fn() -> *mut RawSnapshot,
    /// Publishes a snapshot again.
    pub snapshot_put_back: unsafe extern "C" fn(*const RawSnapshot) -> Status,
    /// Frees a snapshot. Null is fine.
    pub snapshot_free: unsafe extern "C" fn(*mut RawSnapshot),
    /// `pin(pairs, count, out)`: pinned overrides (rule S1), in force until [`HostTable::unpin`].
    pub pin: unsafe extern "C" fn(*const RawPair, usize, *mut *mut RawPins) -> Status,
    /// Takes pinned overrides away, the latest first. Null is fine.
    pub unpin: unsafe extern "C" fn(*mut RawPins),
    /// `on_warning(hear, to)`: what is called with the text of a value that does not convert (rule V5); null for the
    /// usual, a line on standard error. Once per key and value. Of a library's own store: a host has its own way to warn.
    pub on_warning: unsafe extern "C" fn(Option<Say>, *mut c_void),

    /// `command_line(words, count, parameters, parameter_count, env, out)`: takes the words of a command line that are this
    /// library's, checks them and publishes their layers as the frozen snapshot (rule S1). `env` is the prefix of the
    /// environment's variables, empty for none. Its error has all mistakes, one a line.
    pub command_line:
        unsafe extern "C" fn(*const RawStr, usize, *const RawParameter, usize, RawStr, *mut RawCommandLine) -> Status,

    /// The address of the calling thread's cell, which points to its innermost frame: see [`crate::host::layout`]. Null
    /// where [`HostTable::layout`] is 0.
    pub cell: unsafe extern "C" fn() -> *const *const c_void,
    /// The bits of what is pinned; null as above.
    pub pinned_bits: *const u64,
    /// The version of the newest snapshot; null as above.
    pub newest_version: *const u64,

    // ---- added for blocks of C++ -------------------------------------------------------------------------------------
    /// `block(keys, count, source, out)`: what is known of a call site that enters scopes of the same keys again and again.
    /// Lives as long as the process: for call sites, of which there are few. `source` may be null.
    pub block: unsafe extern "C" fn(*const *const RawKey, usize, *const RawSource, *mut *const RawBlock) -> Status,
    /// `enter_block(block, values, out)`: as [`HostTable::enter`] with the keys and the source of the block, and one value
    /// for each. What the block left on this thread when it last ended is used again: no table is laid out, and of numbers
    /// nothing is allocated.
    pub enter_block: unsafe extern "C" fn(*const RawBlock, *const RawValue, *mut u64) -> Status,
    /// Brings the calling thread up to date, and gives the address of its word: what is walked is an ordinary value where
    /// neither that nor the lists of the innermost frame have a bit of the key's line. All its bits are set when a snapshot
    /// or pins are published, until the thread calls this again. Null where [`HostTable::layout`] is 0.
    pub stop: unsafe extern "C" fn() -> *const u64,
}

/// What [`HostTable::enter_special`] enters.
pub mod special {
    /// A scope that sets nothing yet.
    pub const NEW: u32 = 0;
    /// A scope that hides everything outside it (rule S6).
    pub const EMPTY: u32 = 1;
    /// A stretch that is strict (rule V5).
    pub const STRICT: u32 = 2;
    /// A stretch that is not.
    pub const LENIENT: u32 = 3;
}

macro_rules! opaque {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        #[repr(C)]
        pub struct $name {
            _opaque: [u8; 0],
        }
    )*};
}
opaque! {
    /// A line of code: see [`HostTable::place`].
    RawLine
    /// A scope that is prepared, owned by the caller: see [`HostTable::scope_new`].
    RawScope
    /// A frozen snapshot, owned by the caller: see [`HostTable::snapshot`].
    RawSnapshot
    /// Pinned overrides, owned by the caller: see [`HostTable::pin`].
    RawPins
    /// What is known of a call site that enters scopes: see [`HostTable::block`].
    RawBlock
}

/// A place in a file, borrowed as a [`RawError`] is.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawPlace {
    /// The file's path.
    pub file: RawStr,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
}

/// What a configuration is loaded from, in [`RawInput::kind`].
pub mod input {
    /// The file `name`, of the format that `extra` names (`toml`, `json`, `yaml`), else of its extension.
    pub const FILE: u32 = 0;
    /// The text `text` of the format `extra`; `name` stands for its path.
    pub const TEXT: u32 = 1;
    /// The environment's variables with the prefix `name`; `extra` separates segments, `__` where it is empty.
    pub const ENV: u32 = 2;
    /// The `key=value` text `text` of a command line; `name` is the option it followed and `position` its place.
    pub const DEFINE: u32 = 3;
}

/// One input of [`HostTable::load`].
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawInput {
    /// One of [`input`].
    pub kind: u32,
    /// Of a word of the command line, from 1.
    pub position: u32,
    /// What the kind says.
    pub name: RawStr,
    /// What the kind says.
    pub text: RawStr,
    /// What the kind says.
    pub extra: RawStr,
}

/// One place that has something to say of a key, for [`HostTable::explain`].
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawLevel {
    /// `pin`, `frozen`, or the kind of the source: `code`, `-D`, `ENV`, `file`, `words`.
    pub kind: RawStr,
    /// Where the value comes from, in words.
    pub source: RawStr,
    /// The value as a message shows it.
    pub shown: RawStr,
    /// The value; null where the key is deleted.
    pub value: RawValue,
    /// Whether the key is deleted there.
    pub deleted: u32,
    /// Zero.
    pub reserved: u32,
}

/// Takes a level that is borrowed for the call.
pub type Visit = unsafe extern "C" fn(*mut c_void, *const RawLevel);

/// A parameter that a program declares, for [`HostTable::command_line`].
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawParameter {
    /// Its key.
    pub key: RawStr,
    /// The type asked for, as a person would write it.
    pub wanted: RawStr,
    /// The default, as a person would write it; empty if there is none.
    pub default_text: RawStr,
    /// What it is for.
    pub help: RawStr,
    /// The file and line where it is declared.
    pub source: RawSource,
    /// Whether a value converts: 0, and `why` called with the reason, if not. May be called while this is parsed only.
    pub converts: unsafe extern "C" fn(*mut c_void, *const RawValue, Say, *mut c_void) -> u32,
    /// What `converts` is called with.
    pub context: *mut c_void,
}

/// What a command line says beside its definitions.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawCommandLine {
    /// The caller's: one byte for each word, set to 1 where the word is this library's.
    pub taken: *mut u8,
    /// Whether the parameters are to be listed.
    pub list: u32,
    /// Whether one is to be explained.
    pub explain: u32,
    /// Which one; borrowed from the words.
    pub explained: RawStr,
}

/// What is known of a parameter before it is read.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawDeclared {
    /// The default; null for none.
    pub default: *const RawValue,
    /// The type asked for, as a person would write it.
    pub wanted: RawStr,
    /// What the parameter is for.
    pub help: RawStr,
    /// Who declares it; empty for a read in place.
    pub owner: RawStr,
    /// Where the default is written.
    pub source: RawSource,
    /// Whether the default counts as used already.
    pub used: u32,
    /// Zero.
    pub reserved: u32,
}

// SAFETY: a table is made once, and its pointers are to code and to text that live as long as the process.
unsafe impl Send for HostTable {}
// SAFETY: as above.
unsafe impl Sync for HostTable {}

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
