//! Runs the cases of `/conformance` that Rust can run. Programs are run twice: on a state that is handed on, as bindings
//! hold it, and through the front door, on the thread's own state with guards.
#![cfg(feature = "config")]
#![allow(clippy::print_stderr, reason = "the counts and differences are for whoever runs the test")]

mod cases;
mod cli;
mod door;
mod file;
mod program;
mod types;
mod values;
mod warnings;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value as Json;

/// Why a case, or a step of it, came to an end.
#[derive(Debug)]
enum Stop {
    /// Rust cannot run it.
    Skip(String),
    /// It gave something else than the case expects.
    Differs(String),
    /// A call failed; the case may expect it.
    Fails(hyperparameter::error::Error),
    /// What a scope object of a language with such objects refuses: Rust's have no method for it.
    Refused(&'static str),
    /// The error of a `raise` step.
    Raised,
}
type Ran<T = ()> = Result<T, Stop>;

impl From<hyperparameter::error::Error> for Stop {
    fn from(error: hyperparameter::error::Error) -> Self {
        Self::Fails(error)
    }
}

fn skip<T>(why: impl Into<String>) -> Ran<T> {
    Err(Stop::Skip(why.into()))
}

fn differs<T>(why: impl Into<String>) -> Ran<T> {
    Err(Stop::Differs(why.into()))
}

fn same<T: PartialEq + std::fmt::Debug + ?Sized>(what: &str, got: &T, expected: &T) -> Ran {
    if got == expected {
        return Ok(());
    }
    differs(format!("{what}: got {got:.300?} expected {expected:.300?}"))
}

fn text<'a>(json: &'a Json, name: &str) -> &'a str {
    json[name].as_str().unwrap_or("")
}

fn list<'a>(json: &'a Json, name: &str) -> &'a [Json] {
    json[name].as_array().map_or(&[], Vec::as_slice)
}

/// Every case, with the name of its file and its kind.
fn all_cases() -> Vec<(String, String, Json)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance");
    let folders = std::fs::read_dir(root).unwrap().map(|it| it.unwrap().path()).filter(|it| it.is_dir());
    let files = folders.flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()));
    let mut files: Vec<_> = files.filter(|it| it.extension().is_some_and(|it| it == "json")).collect();
    files.sort();
    let mut all = Vec::new();
    for path in files {
        let file: Json = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let stem = path.file_stem().unwrap().to_string_lossy();
        for case in list(&file, "cases") {
            all.push((format!("{stem}::{}", text(case, "name")), text(&file, "kind").to_owned(), case.clone()));
        }
    }
    all
}

// One test and not one per kind: the snapshot, the pins and the strict default belong to the process.
#[test]
fn every_case_that_rust_can_run_holds() {
    warnings::listen();
    let known = include_str!("known_differences.txt");
    let known: BTreeSet<&str> =
        known.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split(" | ").next()).collect();
    let (mut ran, mut skipped, mut differ, mut wrong) = (0, BTreeMap::<String, usize>::new(), BTreeSet::new(), 0);
    for (name, kind, case) in all_cases() {
        let why = match cases::run(&kind, &case) {
            Ok(()) => {
                ran += 1;
                continue;
            }
            Err(Stop::Skip(why)) => {
                *skipped.entry(why).or_default() += 1;
                continue;
            }
            Err(Stop::Differs(why)) => why,
            Err(Stop::Fails(error)) => error.to_string(),
            Err(Stop::Refused(why)) => why.to_owned(),
            Err(Stop::Raised) => "raised".to_owned(),
        };
        ran += 1;
        if !known.contains(name.as_str()) {
            wrong += 1;
        }
        eprintln!("DIFF {name} | {}", why.replace('\n', " "));
        differ.insert(name);
    }
    let count: usize = skipped.values().sum();
    eprintln!("ran {ran}, skipped {count}: {skipped:?}; differences {}", differ.len());
    let gone: Vec<_> = known.iter().filter(|name| !differ.contains(**name)).collect();
    assert!(gone.is_empty(), "no longer differ, take them off the list: {gone:?}");
    assert_eq!(wrong, 0, "cases differ that are not on the list of known differences");
}
