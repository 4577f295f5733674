//! What the functions for C, C++ and Rust take and give beside values.

use std::ffi::c_void;

#[allow(unused_imports, reason = "the documentation names it")]
use super::{HostTable, RawError};
use super::{RawPair, RawSource, RawState, RawStr, RawValue, Say};

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

/// What a [`RawEntry`] is laid over.
pub mod start {
    /// What is seen here.
    pub const HERE: u32 = 0;
    /// Nothing (rule S6).
    pub const EMPTY: u32 = 1;
    /// What was seen elsewhere (rule T3).
    pub const CAPTURED: u32 = 2;
    /// What is seen here, as the scope of a call (rule S8).
    pub const CALL: u32 = 3;
}

/// A scope of any kind, for [`HostTable::enter_as`].
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawEntry {
    /// One of [`start`].
    pub start: u32,
    /// 0 where strictness stays what it is, 1 for a scope that is not strict, 2 for one that is (rule V5).
    pub strict: u32,
    /// Of `CAPTURED`.
    pub state: *const RawState,
    /// What the scope sets, in this order.
    pub pairs: *const RawPair,
    /// How many there are.
    pub count: usize,
}

/// A state that was put aside: see [`HostTable::install`].
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawInstalled {
    /// The former state.
    pub state: *const RawState,
    /// The mark of the call that ran.
    pub call: u64,
}

/// A call that runs: see [`HostTable::call_begin`].
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawCall {
    /// The mark of this call.
    pub mark: u64,
    /// The mark of the call that ran before.
    pub outer: u64,
}

/// Why a value is none of a type's, for [`HostTable::refuse_as`].
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawMismatch {
    /// The reason, as a clause that can stand in brackets.
    pub reason: RawStr,
    /// Whether it is about a part of the value: 0, or 1 for an item, 2 for a field, which is a parameter of its own.
    pub part: u32,
    /// Whether the part is missing.
    pub absent: u32,
    /// Where the part stands, as the end of a key.
    pub path: RawStr,
    /// The type that the part was asked for as.
    pub wanted: RawStr,
    /// The part; null where it is missing.
    pub value: RawValue,
}

/// All that is to be said of a key, for [`HostTable::explained`].
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RawExplained {
    /// Whether it has a value.
    pub set: u32,
    /// Zero.
    pub reserved: u32,
    /// The value in force, as it was written.
    pub value: RawValue,
    /// Where it came from, in words.
    pub source: RawStr,
    /// Who read it first, in words.
    pub reader: RawStr,
    /// Every place that has something to say, the innermost first; values as they were written.
    pub levels: *const RawLevel,
    /// How many there are.
    pub level_count: usize,
    /// Its declarations, the one that counts first.
    pub declared: *const RawDeclared,
    /// How many there are.
    pub declared_count: usize,
}

/// Takes what is borrowed for the call.
pub type See = unsafe extern "C" fn(*mut c_void, *const RawExplained);
