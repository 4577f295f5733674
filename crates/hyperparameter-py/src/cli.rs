//! The rules of the command line for the package's own front end: a thin shell of the core's `cli` room.

use hyperparameter::cli::{self, Action, WordOption};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::methods::failed;

/// `None` if a key may be set, else the declared names that were probably meant, the nearest first.
#[pyfunction]
#[allow(clippy::needless_pass_by_value, reason = "extracted from Python")]
pub(crate) fn unknown(key: &str, declared: Vec<String>) -> Option<Vec<String>> {
    let declared: Vec<&str> = declared.iter().map(String::as_str).collect();
    cli::unknown(key, &declared).map(|near| near.into_iter().map(str::to_owned).collect())
}

/// One word after an option (`"define"`, `"pin"` or `"delete"`, spelled as it was written): what it does (`"set"`, `"pin"` or
/// `"delete"`), its key, its text, and whether it is let through. Raises `InvalidKey` with what to write instead.
#[pyfunction]
pub(crate) fn definition(
    py: Python<'_>,
    option: &str,
    spelled: &str,
    word: &Bound<'_, PyString>,
    position: u32,
) -> PyResult<(&'static str, String, String, bool)> {
    let option = match option {
        "define" => WordOption::Define,
        "pin" => WordOption::Pin,
        "delete" => WordOption::Delete,
        other => return Err(PyValueError::new_err(format!("no option {other:?}: define, pin or delete"))),
    };
    let read = failed(py, cli::definition(option, spelled, crate::errors::text(word)?, position))?;
    let action = match read.action {
        Action::Set => "set",
        Action::Pin => "pin",
        Action::Delete => "delete",
    };
    Ok((action, read.key, read.text, read.let_through))
}

/// Whether a word is an option rather than a value: it begins with `-` and is no negative number.
#[pyfunction]
pub(crate) fn is_option(word: &Bound<'_, PyString>) -> bool {
    // A file's name may hold bytes that are no text.
    cli::is_option(&word.to_string_lossy())
}

/// 1st, 2nd, 3rd, 4th, 11th, 21st.
#[pyfunction]
pub(crate) fn ordinal(n: u32) -> String {
    hyperparameter::scope::ordinal(n)
}
