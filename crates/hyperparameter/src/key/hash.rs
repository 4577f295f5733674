//! Rule K2: a key's hash is XXH64 of its UTF-8 bytes with seed 42, in every language.

/// The seed of every key hash.
pub const SEED: u64 = 42;

/// The hash of a key, at run time.
///
/// ```
/// assert_eq!(hyperparameter::key::hash("12345"), 13461425039964245335);
/// ```
#[must_use]
#[inline]
pub fn hash(name: &str) -> u64 {
    xxhash_rust::xxh64::xxh64(name.as_bytes(), SEED)
}

/// The same hash at compile time, for macros and constants; slower than [`hash`] at run time.
///
/// ```
/// const H: u64 = hyperparameter::key::hash_const("12345");
/// assert_eq!(H, hyperparameter::key::hash("12345"));
/// ```
#[must_use]
pub const fn hash_const(name: &str) -> u64 {
    xxhash_rust::const_xxh64::xxh64(name.as_bytes(), SEED)
}
