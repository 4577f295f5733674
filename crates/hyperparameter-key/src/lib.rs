//! What a key is (rules K1, K3) and its hash (rule K2): what the store checks when a program runs, and its macros when a
//! program is compiled, in one place.
//!
//! Programs use the crate `hyperparameter`; this one has what a procedural macro cannot have from there.
//!
//! ```
//! assert!(hyperparameter_key::validate("model.layers.0.size").is_ok());
//! assert_eq!(hyperparameter_key::hash("12345"), 13461425039964245335);
//! ```

#![no_std]
#![deny(missing_docs)]

extern crate alloc;

mod hash;
mod name;

pub use hash::{SEED, hash, hash_const, prefixes};
pub use name::{Fault, MAX_LEN, validate};
