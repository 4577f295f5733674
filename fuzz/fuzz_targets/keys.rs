//! Rule K1 and K3: what is a key, decided quickly and slowly, says the same; what is none is refused with a place inside it.
#![no_main]

use hyperparameter::key::{hash, hash_const, lookup, validate, validate_text};
use libfuzzer_sys::fuzz_target;

/// The rule as the contract says it, character by character.
fn is_key(name: &str) -> bool {
    name.len() <= 65_535
        && !name.starts_with(['+', '~'])
        && name.split('.').all(|segment| {
            !segment.is_empty()
                && !segment.chars().any(|c| c.is_whitespace() || c.is_control() || "=\"',;()[]{}<>#$&|!?*^`\\".contains(c))
        })
}

fuzz_target!(|name: &str| {
    assert_eq!(validate(name).is_ok(), is_key(name), "{name:?}");
    assert_eq!(hash(name), hash_const(name));
    match lookup(name) {
        Ok(_) => assert!(is_key(name)),
        Err(error) => assert!(!is_key(name) && error.key() == Some(name), "{error}"),
    }
    if let Ok((key, value)) = validate_text(name) {
        assert_eq!(format!("{key}={value}"), name);
    }
});
