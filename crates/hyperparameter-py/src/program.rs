//! What `launch` asks of the store about a whole run: the declared keys, what does not convert, what nothing read.

use std::collections::HashSet;
use std::sync::Arc;

use hyperparameter::error::Error;
use hyperparameter::scope::{LevelKind, pinned_keys};
use hyperparameter::{Entry, Key, Source, State, key, report};
use pyo3::prelude::*;

use crate::auto::{self, Unfit};
use crate::scope::{What, what};
use crate::{convert, state, value};

/// The path, the line and the column of a value from a file.
type Place = Option<(String, u32, u32)>;

/// Key, message, the type wanted, and the place where that is in a file.
type Wrong = (&'static str, String, String, Place);

fn place(source: &Source) -> Place {
    match source {
        Source::File(place) => Some((place.path.to_string(), place.line, place.column)),
        _ => None,
    }
}

fn wrong(unfit: Unfit) -> Wrong {
    let Unfit { key, entry, shown, wanted, why } = unfit;
    let source = entry.source();
    let error = Error::conversion(key.name(), &report::shown(&shown), &source.to_string(), &wanted, why.reason());
    (key.name(), error.to_string(), wanted, place(source))
}

fn here(py: Python<'_>) -> PyResult<State> {
    Ok(State::clone(&*state::get(py)?))
}

/// The names of the declared keys, in order.
#[pyfunction]
pub(crate) fn declared_names() -> Vec<&'static str> {
    let mut names: Vec<_> =
        key::all().into_iter().filter(|key| !report::declared(*key).is_empty()).map(Key::name).collect();
    names.sort_unstable();
    names
}

/// What does not convert of the values that came from outside the code for the parameters of a decorated function: key,
/// message, type wanted and place in a file. Nothing is marked as read.
#[pyfunction]
pub(crate) fn unfit(auto: &Bound<'_, PyAny>) -> PyResult<Vec<Wrong>> {
    let py = auto.py();
    Ok(auto::unfit(auto, &here(py)?)?.into_iter().map(wrong).collect())
}

/// The same for the keys that have a default and are none of these: leaves of dictionaries, and what was read in place.
#[pyfunction]
#[allow(clippy::needless_pass_by_value, reason = "extracted from Python")]
pub(crate) fn unfit_in_place(py: Python<'_>, others: HashSet<String>) -> PyResult<Vec<Wrong>> {
    let state = here(py)?;
    let mut found = Vec::new();
    for key in key::all() {
        if others.contains(key.name()) {
            continue;
        }
        if let Some(default) = report::declared(key).into_iter().find_map(|declared| declared.default) {
            let default = value::object(py, &default)?;
            found.extend(convert::unfit(py, &state, key, &default).map(wrong));
        }
    }
    Ok(found)
}

/// What a prepared scope set and nothing read while it was in force: key, value as a message shows it, source.
#[pyfunction]
pub(crate) fn unread(scope: &Bound<'_, PyAny>) -> PyResult<Vec<Unread>> {
    let state = here(scope.py())?;
    // SAFETY: a valid object that outlives what is borrowed from it.
    let Some(What::Prepared(prepared)) = (unsafe { what(scope.as_ptr()) }) else { return Ok(Vec::new()) };
    Ok(unread_of(&state, prepared.entries().iter().map(|(key, entry)| (*key, entry))))
}

/// The same for what is pinned.
#[pyfunction]
pub(crate) fn unread_pins(py: Python<'_>) -> PyResult<Vec<Unread>> {
    let state = here(py)?;
    let entry = |key: Key| {
        let level = report::explain(&state, key).into_iter().next()?;
        (level.kind == LevelKind::Pinned).then_some((key, level.entry?))
    };
    let pins: Vec<(Key, Arc<Entry>)> = pinned_keys().into_iter().filter_map(entry).collect();
    Ok(unread_of(&state, pins.iter().map(|(key, entry)| (*key, entry))))
}

type Unread = (&'static str, String, String);

fn unread_of<'a>(state: &State, entries: impl Iterator<Item = (Key, &'a Arc<Entry>)> + Clone) -> Vec<Unread> {
    let unread = report::unread(state, entries).into_iter();
    unread.map(|(key, entry)| (key.name(), report::shown(entry.value()), entry.source().to_string())).collect()
}

/// The keys that a prepared scope sets, nobody declares, and that neither enclose a declared key nor lie under one, with
/// their sources; at most `most` of them.
#[pyfunction]
pub(crate) fn undeclared(scope: &Bound<'_, PyAny>, most: usize) -> Vec<(&'static str, String)> {
    let mut around = HashSet::new();
    for key in key::all().into_iter().filter(|key| !report::declared(*key).is_empty()) {
        let mut at = Some(key);
        while let Some(key) = at.filter(|key| around.insert(*key)) {
            at = key.parent();
        }
    }
    let lies_under = |key: Key| {
        let mut at = key.parent();
        while let Some(outer) = at {
            if !report::declared(outer).is_empty() {
                return true;
            }
            at = outer.parent();
        }
        false
    };
    // SAFETY: a valid object that outlives what is borrowed from it.
    let Some(What::Prepared(prepared)) = (unsafe { what(scope.as_ptr()) }) else { return Vec::new() };
    let mut said = HashSet::new();
    prepared
        .entries()
        .iter()
        .filter(|(key, entry)| {
            !entry.is_dictionary() && !around.contains(key) && !lies_under(*key) && said.insert(*key)
        })
        .take(most)
        .map(|(key, entry)| (key.name(), entry.source().to_string()))
        .collect()
}

/// A line of a file with a caret below a column, as an error shows it.
#[pyfunction]
pub(crate) fn excerpt(line: &str, number: u32, column: u32) -> String {
    hyperparameter::error::excerpt(line, number, column)
}
