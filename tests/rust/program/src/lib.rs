//! Programs that depend on `hyperparameter` and `hyperparameter-derive` alone; see `src/bin/` and `tests/`.
