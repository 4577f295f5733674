//! Scopes: where values stand, for how long, and who sees them (rules S and T, and K5, K6 on the way of a read).
//!
//! A scope stack is a chain of immutable frames, and a [`State`] is one pointer to the innermost. Everything here takes
//! the state it works on as an argument; only [`current`] knows which one a thread is in.

pub mod current;

mod call;
mod defaults;
mod dictionary;
mod entry;
mod frame;
mod frozen;
#[cfg(feature = "host-table")]
pub(crate) mod layout;
mod pinned;
mod prepared;
mod read;
mod source;
mod state;
mod table;

pub use call::{Call, Outside};
pub use entry::Entry;
#[cfg(feature = "config")]
pub(crate) use entry::stamp;
pub(crate) use frame::Peek;
pub use frozen::Snapshot;
pub use pinned::{Pinned, pinned_keys};
pub(crate) use prepared::Once;
pub use prepared::{Builder, Scope};
pub use read::{Failed, Read, nested};
pub(crate) use source::ordinal;
pub use source::{CodeLine, FilePlace, Source};
pub use state::{Level, LevelKind, State, default_strict, set_default_strict, set_strict_outside};
#[cfg(feature = "host-table")]
pub(crate) use state::{default_strict_here, set_default_strict_here, set_strict_outside_here};
pub(crate) use table::Slot;

use crate::value::Item;
