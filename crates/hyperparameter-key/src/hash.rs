//! Rule K2: a key's hash is XXH64 of its UTF-8 bytes with seed 42, in every language.

use alloc::vec::Vec;

/// The seed of every key hash.
pub const SEED: u64 = 42;

/// The hash of a key, at run time.
///
/// ```
/// assert_eq!(hyperparameter_key::hash("12345"), 13461425039964245335);
/// ```
#[must_use]
#[inline]
pub fn hash(name: &str) -> u64 {
    xxhash_rust::xxh64::xxh64(name.as_bytes(), SEED)
}

/// The same hash at compile time, for macros and constants; slower than [`hash`] at run time.
///
/// ```
/// const H: u64 = hyperparameter_key::hash_const("12345");
/// assert_eq!(H, hyperparameter_key::hash("12345"));
/// ```
#[must_use]
pub const fn hash_const(name: &str) -> u64 {
    xxhash_rust::const_xxh64::xxh64(name.as_bytes(), SEED)
}

/// Where each prefix of a key ends, the key itself last, and its hash: each is one step on from the one before, so that
/// a key of 32,000 segments is not hashed 32,000 times.
///
/// ```
/// use hyperparameter_key::{hash, prefixes};
/// assert_eq!(prefixes("model.lr"), [(5, hash("model")), (8, hash("model.lr"))]);
/// ```
#[must_use]
pub fn prefixes(name: &str) -> Vec<(usize, u64)> {
    let mut hasher = xxhash_rust::xxh64::Xxh64::new(SEED);
    let mut from = 0;
    let ends = name.match_indices('.').map(|(at, _)| at).chain([name.len()]);
    let step = |end| {
        hasher.update(&name.as_bytes()[from..end]);
        from = end;
        (end, hasher.digest())
    };
    ends.map(step).collect()
}
