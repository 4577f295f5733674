//! Keys: their grammar (K1, K3), their hash (K2), and their ids (K4).

mod hash;
mod intern;
mod name;

pub use hash::{SEED, hash, hash_const};
#[cfg(feature = "config")]
pub(crate) use intern::Interning;
pub use intern::{Key, all, count, intern, lookup};
pub use name::{MAX_LEN, validate, validate_text};

#[cfg(feature = "host-table")]
pub(crate) use intern::layout_fits;
