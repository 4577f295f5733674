//! Programs of scope operations: the store reads as the naive model of the tests says.
#![no_main]

#[path = "../../crates/hyperparameter/tests/naive_model/mod.rs"]
mod naive_model;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let ops = naive_model::program(bytes);
    assert!(naive_model::agree(&ops), "{ops:?}");
});
