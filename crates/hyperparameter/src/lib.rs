//! One store of scoped, named parameters.
//!
//! This crate is the core that Python, Rust, C++ and the browser share: keys, values, scopes and what is asked about
//! them. Rules are named as in the project's contract (`K1`, `S4`, …), each in the one file that keeps it.
//!
//! ```
//! use hyperparameter::{ParamScope, get};
//!
//! fn train() -> f64 {
//!     get("train.lr", 0.1)
//! }
//!
//! # fn main() -> hyperparameter::error::Result<()> {
//! assert_eq!(train(), 0.1);
//! {
//!     let _scope = ParamScope::new().set("train.lr", 0.5)?.enter()?;
//!     assert_eq!(train(), 0.5);
//! }
//! assert_eq!(train(), 0.1);
//! # Ok(())
//! # }
//! ```

pub mod cli;
#[cfg(feature = "config")]
pub mod config;
pub mod error;
#[cfg(feature = "host-table")]
pub mod host;
pub mod key;
pub mod report;
pub mod scope;
pub mod suggest;
#[cfg(feature = "tokio")]
pub mod task;
pub mod value;

#[doc(hidden)]
pub mod __private;
mod future;
#[cfg(feature = "rayon")]
mod parallel;
mod param_scope;
mod params;
#[cfg(feature = "clap")]
mod program;
#[cfg(feature = "serde")]
mod serde;
mod typed;
mod view;

pub use error::ErrorKind;
pub use future::{FutureExt, InParams};
pub use key::Key;
#[cfg(feature = "rayon")]
pub use parallel::{InParamsParallel, ParallelIteratorExt};
pub use param_scope::{IntoScope, ParamScope};
pub use params::{capture, frozen, get, read_key, require, set};
pub use scope::current::Guard;
pub use scope::{Entry, Scope, Source, State};
pub use typed::{FromParam, IntoParam};
pub use value::Item;
pub use view::{Iter, Params, explain};

#[cfg(all(feature = "macros", feature = "clap"))]
pub use hyperparameter_derive::Parser;
#[cfg(feature = "macros")]
pub use hyperparameter_derive::{FromParam, IntoParam, auto_param, get_param, set_param, with_params};

#[cfg(feature = "clap")]
#[doc(no_inline)]
pub use ::clap;
/// The trait of programs that parse their command line: clap's own. The derive of this name stands beside it.
#[cfg(feature = "clap")]
pub use traits::*;

/// Clap exports its derive under the name of its trait. From here both come by a glob, and the derive above goes first.
#[cfg(feature = "clap")]
mod traits {
    pub use ::clap::Parser;
}

/// The crate's README runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
