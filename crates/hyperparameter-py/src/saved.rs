//! The file of saved parameters (C15), whose form the core keeps: what Python adds is which values its objects stand for.

use hyperparameter::report::{self, Written};
use pyo3::prelude::*;

use crate::methods::failed;

/// Key, literal, literal of the default, whether it is the default, source, whether it is pinned, what is shown of a value
/// that cannot be written.
type Row = (String, Option<String>, Option<String>, bool, String, bool, String);

fn rows(rows: Vec<Row>) -> Vec<Written> {
    let row = |(key, literal, default, is_default, source, pinned, shown): Row| Written {
        key,
        literal,
        default,
        is_default,
        source,
        pinned,
        shown,
    };
    rows.into_iter().map(row).collect()
}

/// The text of a file that repeats a run.
#[pyfunction]
pub(crate) fn saved_text(parameters: Vec<Row>) -> String {
    report::written(&rows(parameters))
}

/// The digest of what a run used.
#[pyfunction]
pub(crate) fn saved_digest(parameters: Vec<Row>) -> String {
    report::digest_of(&rows(parameters))
}

/// Whether this is the first line of a file of saved parameters. Raises `ConfigError` for a format of a later version.
#[pyfunction]
pub(crate) fn is_saved(py: Python<'_>, first: &str) -> PyResult<bool> {
    failed(py, report::is_saved(first))
}

/// What the comment of a line says: source, whether the value was pinned, whether it was the default, the default's literal.
#[pyfunction]
pub(crate) fn saved_note(line: &str) -> (String, bool, bool, Option<String>) {
    let note = report::note(line);
    (note.source, note.pinned, note.is_default, note.default)
}
