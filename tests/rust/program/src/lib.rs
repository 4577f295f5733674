//! Programs that depend on `hyperparameter` and `hyperparameter-derive` alone: `examples/`, run by `tests/`.

/// The Rust of the project's README runs as it is printed there.
#[cfg(doctest)]
#[doc = include_str!("../../../../README.md")]
struct Readme;
