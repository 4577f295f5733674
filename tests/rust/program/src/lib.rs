//! Programs that depend on `hyperparameter` and `hyperparameter-derive` alone: `examples/`, run by `tests/`.
