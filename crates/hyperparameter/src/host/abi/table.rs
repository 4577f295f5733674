//! The functions, in the order in which they came: it never changes.

use std::ffi::c_void;

#[allow(unused_imports, reason = "the documentation names them")]
use super::{ABI, FAILED, MISSING, OK, OTHER, UNFIT, special};
use super::{
    RawBlock, RawCall, RawCommandLine, RawDeclared, RawEntry, RawError, RawInput, RawInstalled, RawKey, RawLine,
    RawMismatch, RawObject, RawOwner, RawPair, RawParameter, RawPins, RawPlace, RawScope, RawSnapshot, RawSource,
    RawState, RawStr, RawValue, Say, See, Status, Visit,
};

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

    // ---- added for Rust ----------------------------------------------------------------------------------------------
    /// `enter_as(entry, out)`: a scope of any kind. The number is for [`HostTable::leave`].
    pub enter_as: unsafe extern "C" fn(*const RawEntry, *mut u64) -> Status,
    /// `state_as(entry, out)`: what the calling thread would see in that scope. The caller owns one count of it.
    pub state_as: unsafe extern "C" fn(*const RawEntry, *mut *const RawState) -> Status,
    /// `install(state, out)`: puts a state in the place of what the thread or task sees: a future's, for one poll. What
    /// runs then is no part of the call that it happens in (rule S5). The caller owns what `out` is given, and gives it to
    /// [`HostTable::uninstall`] on the same thread.
    pub install: unsafe extern "C" fn(*const RawState, *mut RawInstalled) -> Status,
    /// `uninstall(installed, out)`: puts the former state back, and gives what the installed one has become. The caller
    /// owns one count of it. Takes over what `installed` owns, also where this fails.
    pub uninstall: unsafe extern "C" fn(*const RawInstalled, *mut *const RawState) -> Status,
    /// `call_begin(out)`: a call begins on this thread (rule S5). Calls end in the reverse order of their beginning.
    pub call_begin: unsafe extern "C" fn(*mut RawCall) -> Status,
    /// `call_end(call)`: ends it: what it wrote and what it left open is gone.
    pub call_end: unsafe extern "C" fn(*const RawCall) -> Status,
    /// `try_read(state, key, ask, out, owner, why, to)`: as [`HostTable::read`]; but of a value that does not convert
    /// nothing is said: `why` is called with the reason, and the result is [`UNFIT`].
    pub try_read: unsafe extern "C" fn(
        *const RawState,
        *const RawKey,
        u32,
        *mut RawValue,
        *mut *mut RawOwner,
        Say,
        *mut c_void,
    ) -> Status,
    /// `whole(state, name, both, out, owner)`: what stands under a name with what stands below it, as it was written: text
    /// stays text. A value that has keys below it stands under the empty name there; where `both` is not 0 nothing else is
    /// given.
    pub whole: unsafe extern "C" fn(*const RawState, RawStr, u32, *mut RawValue, *mut *mut RawOwner) -> Status,
    /// `refuse_as(state, key, wanted, mismatch, always)`: as [`HostTable::refuse`]; where `always` is not 0 it is
    /// [`FAILED`] in every context.
    pub refuse_as: unsafe extern "C" fn(*const RawState, *const RawKey, RawStr, *const RawMismatch, u32) -> Status,
    /// `is_strict(state)`: 1 where a value that does not convert is an error (rule V5), else 0.
    pub is_strict: unsafe extern "C" fn(*const RawState) -> u8,
    /// `explained(state, name, see, to)`: calls `see` with all that is to be said of a key. What it is given is borrowed
    /// for that call.
    pub explained: unsafe extern "C" fn(*const RawState, RawStr, See, *mut c_void) -> Status,
    /// `set_strict_outside(strict)`: whether this process is a program that is strict about values from outside its code
    /// (rule V5); gives the former setting.
    pub set_strict_outside: unsafe extern "C" fn(u8) -> u8,
    /// The process's default of strictness: see [`HostTable::set_strict`].
    pub default_strict: unsafe extern "C" fn() -> u8,

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

// SAFETY: a table is made once, and its pointers are to code and to text that live as long as the process.
unsafe impl Send for HostTable {}
// SAFETY: as above.
unsafe impl Sync for HostTable {}
