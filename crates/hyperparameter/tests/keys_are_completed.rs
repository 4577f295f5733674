//! A shell that asks a program completes the keys of its parameters.
#![cfg(feature = "complete")]

use std::ffi::OsStr;

use hyperparameter::cli::{ParamArgs, complete_keys};
use hyperparameter::{Parser, clap, get_param};

#[derive(Parser)]
struct Args {
    #[command(flatten)]
    _params: ParamArgs,
}

#[derive(Parser)]
struct Own {
    #[arg(short = 'D', long)]
    define: Vec<String>,
}

fn declares() -> f64 {
    get_param!(completed.lr, 0.1, "The learning rate") + get_param!(completed.wd, 0.0)
}

/// What the engine offers in place of the last word.
fn offered<T: clap::CommandFactory>(words: &[&str]) -> Vec<String> {
    let words = words.iter().map(|word| (*word).into()).collect::<Vec<std::ffi::OsString>>();
    let at = words.len() - 1;
    let mut command = T::command();
    let found = hyperparameter::__private::program::complete(&mut command, words, at, None).unwrap();
    found.iter().map(|candidate| candidate.get_value().to_string_lossy().into_owned()).collect()
}

#[test]
fn keys_are_offered_with_their_equals_sign() {
    assert_eq!(declares(), 0.1);
    let keys: Vec<_> = complete_keys(OsStr::new("completed.")).iter().map(|c| c.get_value().to_owned()).collect();
    assert_eq!(keys, ["completed.lr=", "completed.wd="]);
    assert!(complete_keys(OsStr::new("completed.lr=1")).is_empty());
}

#[test]
fn definitions_of_every_kind_are_completed() {
    assert_eq!(offered::<Args>(&["prog", "-D", "completed.l"]), ["completed.lr="]);
    assert_eq!(offered::<Args>(&["prog", "--pin", "completed.w"]), ["completed.wd="]);
    assert_eq!(offered::<Own>(&["prog", "--define", "completed.l"]), ["completed.lr="]);
    assert!(Own { define: vec![] }.define.is_empty());
}
