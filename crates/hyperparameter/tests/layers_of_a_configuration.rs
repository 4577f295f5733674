//! Files, environment and command line as one configuration, through the builder.
#![cfg(feature = "config")]

use hyperparameter::config::{Config, Format, Layer};
use hyperparameter::error::Error;
use hyperparameter::value::Value;
use hyperparameter::{ErrorKind, State, key::intern};

const BASE: &str = "[model]\nlr = 0.1\nsteps = '${.warmup}'\nwarmup = 10\n[data]\nsizes = [1, 2]\n";

fn load(words: &[&str]) -> Result<Config, Error> {
    Config::builder()
        .text("base.toml", Format::Toml, BASE)
        .environment([("HP_MODEL__LR", "0.2")])
        .env("HP")
        .cli(words)
        .load()
}

fn read(config: &Config, name: &str) -> Option<Value> {
    let state = config.scope().unwrap().enter(State::fresh()).unwrap();
    state.value::<Value>(intern(name).unwrap()).unwrap()
}

#[test]
fn the_command_line_goes_before_the_environment_and_that_before_files() {
    let config = load(&[]).unwrap();
    assert_eq!(read(&config, "model.lr"), Some(Value::Float(0.2)));
    let config = load(&["model.lr=0.3", "model.warmup=20"]).unwrap();
    assert_eq!(read(&config, "model.lr"), Some(Value::Float(0.3)));
    assert_eq!(read(&config, "model.steps"), Some(Value::Int(20)), "a reference reads what the command line sets");
}

#[test]
fn a_pinned_word_stands_in_a_layer_of_its_own() {
    let config = load(&["!model.lr=0.4", "model.lr=0.3"]).unwrap();
    assert_eq!(read(&config, "model.lr"), Some(Value::Float(0.4)));
    assert_eq!(config.pins().len(), 1);
    assert_eq!(config.layer(Layer::Define).unwrap().entries().len(), 1);
}

#[test]
fn a_deleted_key_is_gone_from_files_environment_and_the_words_before() {
    assert_eq!(read(&load(&["~model.lr"]).unwrap(), "model.lr"), None);
    assert_eq!(read(&load(&["model.lr=1", "~model.lr"]).unwrap(), "model.lr"), None);
    assert_eq!(read(&load(&["~model.lr", "model.lr=1"]).unwrap(), "model.lr"), Some(Value::Int(1)));
    assert_eq!(read(&load(&["!model.lr=1", "~model.lr"]).unwrap(), "model.lr"), Some(Value::Int(1)), "a pin stays");
    let config = load(&["~model"]).unwrap();
    let left: Vec<_> = config.entries().into_iter().map(|entry| entry.key).collect();
    assert_eq!(left, ["data.sizes"]);
}

#[test]
fn deleting_what_is_not_there_names_what_was_meant() {
    let error = load(&["~model.lrr"]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingParameter);
    assert_eq!(error.near().first().map(String::as_str), Some("model.lr"), "{error}");
    assert_eq!(
        load(&["~data.sizes.0"]).unwrap_err().kind(),
        ErrorKind::MissingParameter,
        "an element cannot be deleted"
    );
}

#[test]
fn a_reference_to_what_was_deleted_is_an_error_that_names_it() {
    let error = load(&["~model.warmup"]).unwrap_err();
    assert_eq!((error.kind(), error.line()), (ErrorKind::Config, Some(3)), "{error}");
    assert!(error.to_string().contains("model.warmup"), "{error}");
}

#[test]
fn a_word_that_is_none_is_the_error_of_the_load_and_says_which() {
    let error = load(&["model.lr=1", "model.lr"]).unwrap_err();
    assert_eq!(error.to_string(), "-D needs KEY=VALUE, not 'model.lr' (2nd argument); write -D model.lr=VALUE");
}
