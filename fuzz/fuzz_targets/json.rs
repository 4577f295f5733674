//! The loader of JSON: any bytes load or are a `ConfigError`; what loads is laid out, is dumped, and comes back equal.
#![no_main]

#[path = "../loader.rs"]
mod loader;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| loader::check(hyperparameter::config::Format::Json, bytes));
