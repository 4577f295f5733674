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
//! # fn main() -> hyperparameter::Result<()> {
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
pub mod value;

mod params;

pub use error::{Error, ErrorKind, Result};
pub use key::Key;
pub use params::{FromParam, ParamScope, capture, freeze, get, read_key, require, set};
pub use scope::{Entry, Scope, Source, State};
pub use value::{Item, Value};

/// The crate's README runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
