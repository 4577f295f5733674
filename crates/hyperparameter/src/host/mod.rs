//! One store per process: how native code in it reaches the store of its host, such as Python's module.
//!
//! The host publishes a [`HostTable`] of C functions ([`abi`]), which [`table`] makes over a [`Provider`]. A library finds
//! it by a symbol, without the interpreter, or in a capsule, and from then on what either sets the other sees. Neither side
//! knows how the other is built: only what [`abi`] says crosses.
//!
//! A Rust library is such a guest with the cargo feature `host`. At the first use of [`crate::get`], [`crate::require`],
//! [`crate::set`] or [`crate::ParamScope`] it chooses its store, once: the host's where there is one, else its own. Everything
//! that the front door does is then done in that store.

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
pub use guest::{HostCapture, Store, adopt, capture, check, object_of, object_pointer, store, store_table};
pub use provide::{Provider, table};
