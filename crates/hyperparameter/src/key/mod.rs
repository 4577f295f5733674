//! Keys: their grammar (K1, K3) and their hash (K2), from `hyperparameter-key`, and their ids (K4).

mod intern;
mod name;

pub use hyperparameter_key::{MAX_LEN, SEED, hash, hash_const};
#[cfg(feature = "config")]
pub(crate) use intern::Interning;
pub(crate) use intern::intern_hashed;
pub use intern::{Key, all, count, intern, lookup};
pub use name::{validate, validate_text};

#[cfg(feature = "host-table")]
pub(crate) use intern::layout_fits;
