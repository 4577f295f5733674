//! Rule V3 and V4: text of any characters is read as every type without a panic, keeps its characters, and what it spells
//! is the same when it is asked again.
#![no_main]

use hyperparameter::value::{Ask, Value, convert, untyped};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let value = Value::text(text);
    for ask in [Ask::Any, Ask::Bool, Ask::Int, Ask::Number, Ask::Float, Ask::Str, Ask::List, Ask::Map] {
        let first = convert(&value, ask);
        assert_eq!(first, convert(&value, ask));
        if let Err(mismatch) = first {
            assert!(!mismatch.reason().is_empty() && mismatch.reason().len() < 2_000);
        }
    }
    assert_eq!(convert(&value, Ask::Str), Ok(Value::str(text)));
    let literal = untyped(&value);
    assert_eq!(untyped(&literal), literal, "a literal holds no text");
    // As a string it converts to a number where as text it does, null and quotes apart.
    if let Ok(number @ (Value::Int(_) | Value::Big(_) | Value::Float(_))) = convert(&value, Ask::Number) {
        assert_eq!(convert(&Value::str(text), Ask::Number), Ok(number));
    }
    let _ = value.element("0");
    let _ = format!("{value:?}");
});
