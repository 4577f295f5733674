//! The words after `-D`, `--pin` and `--delete`: their grammar, which keys they may set, and whether their values are of the
//! types that the program declares. One place for every front end: clap, C++ and Python.
//!
//! ```
//! use hyperparameter::cli::{Action, Parameter, WordOption, check, definition};
//!
//! let set = definition(WordOption::Define, "-D", "optimzer.lr=0.5", 2)?;
//! assert_eq!((set.action, &*set.key, &*set.text), (Action::Set, "optimzer.lr", "0.5"));
//! let errors = check(&[set], &[Parameter::new("optimizer.lr", "f64")]);
//! assert!(errors[0].to_string().ends_with("did you mean 'optimizer.lr'?"));
//! # Ok::<(), hyperparameter::error::Error>(())
//! ```

mod check;
mod known;
mod words;

pub use check::{Parameter, check, parameters};
#[cfg(feature = "config")]
pub use check::{refused_entries, unknown_entries};
pub use known::{Unknown, no_parameter, unknown};
pub use words::{Action, Definition, WordOption, definition, goes_on, is_option};

#[cfg(feature = "clap")]
pub use crate::program::ParamArgs;
#[cfg(feature = "complete")]
pub use crate::program::complete_keys;
