//! Scopes: where values stand, for how long, and who sees them (rules S and T, and K5, K6 on the way of a read).
//!
//! A scope stack is a chain of immutable frames, and a [`State`] is one pointer to the innermost. Everything here takes
//! the state it works on as an argument; only [`current`] knows which one a thread is in.

pub mod current;

mod call;
mod deep;
mod defaults;
mod dictionary;
mod entry;
mod frame;
mod frozen;
mod kept;
#[cfg(feature = "host-table")]
pub(crate) mod layout;
mod newest;
mod pinned;
mod prepared;
mod read;
mod sole;
mod source;
mod spare;
mod state;
#[cfg(feature = "host")]
pub(crate) mod stop;
mod sync;
mod table;

pub use call::{Call, Outside};
pub use entry::Entry;
#[cfg(feature = "config")]
pub(crate) use entry::stamp;
pub(crate) use frame::Peek;
pub use frozen::Snapshot;
pub use pinned::{Pinned, pinned_keys};
#[cfg(feature = "host-table")]
pub(crate) use prepared::Block;
pub(crate) use prepared::Once;
pub use prepared::{Builder, Scope};
pub use read::{Failed, Read, nested};
pub use source::{CodeLine, FilePlace, Source, ordinal};
pub use state::{Level, LevelKind, State, default_strict, set_default_strict, set_strict_outside};
pub(crate) use table::Slot;

use crate::value::Item;
