//! One store per process: how native code in it reaches the store of its host, such as Python's module.
//!
//! The host publishes a [`HostTable`] of C functions ([`abi`]), which [`table`] makes over a [`Provider`]. A library finds
//! it by a symbol, without the interpreter, or in a capsule, and from then on what either sets the other sees. Neither side
//! knows how the other is built: only what [`abi`] says crosses.
//!
//! A Rust library is such a guest with the cargo feature `host`. At its first use of a parameter it chooses its store, once:
//! the host's where there is one, else its own. Everything that the front door does is then done in that store: macros,
//! [`crate::ParamScope`], [`crate::Params`], [`crate::capture`], futures, calls, pins and snapshots.
//!
//! What cannot cross is what is laid out as this crate was built: a [`crate::State`]. So [`crate::scope::current`] and
//! [`crate::State::freeze`] panic there and name what to use, an own state that is entered is an error, and files are watched
//! by the program that owns the store.

pub mod abi;
pub mod layout;
pub mod symbols;

mod provide;
mod raw;

#[cfg(feature = "host")]
pub(crate) mod guest;
#[cfg(feature = "host")]
mod own;

pub use abi::HostTable;
#[cfg(feature = "host")]
pub use guest::{Store, adopt, check, object_of, object_pointer, store, store_table};
pub use provide::{Provider, table};
