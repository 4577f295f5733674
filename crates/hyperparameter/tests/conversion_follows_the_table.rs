//! Rule V4: what converts is decided by the type asked for, and by one table.

use hyperparameter::value::{Ask, BigInt, Host, Value, convert, float_text};
use proptest::prelude::*;

const SCALARS: [Ask; 5] = [Ask::Bool, Ask::Int, Ask::Number, Ask::Float, Ask::Str];
const TYPES: [Ask; 7] = [Ask::Bool, Ask::Int, Ask::Number, Ask::Float, Ask::Str, Ask::List, Ask::Map];

fn text(text: &str) -> Value {
    Value::text(text)
}

fn big(digits: &str) -> Value {
    let value: BigInt = digits.parse().unwrap();
    Value::from(value)
}

/// Each case as text and as a string, which the table treats alike where a scalar is asked that is not a string.
#[track_caller]
fn spelled(ask: Ask, cases: &[(&str, Value)]) {
    for (spelled, value) in cases {
        assert_eq!(convert(&text(spelled), ask), Ok(value.clone()), "text {spelled:?} as {ask:?}");
        assert_eq!(convert(&Value::str(*spelled), ask), Ok(value.clone()), "string {spelled:?} as {ask:?}");
    }
}

#[track_caller]
fn refused(ask: Ask, cases: &[(Value, &str)]) {
    for (value, reason) in cases {
        let mismatch = convert(value, ask).unwrap_err();
        assert_eq!(mismatch.reason(), *reason, "{value:?} as {ask:?}");
        assert_eq!(mismatch.to_string(), *reason);
    }
}

#[test]
fn a_value_of_the_asked_kind_is_handed_over_as_it_is() {
    let list = Value::list([text("1"), Value::Null]);
    let map = Value::map([("a", text("1"))]);
    for (value, ask) in [
        (Value::Bool(true), Ask::Bool),
        (Value::Int(-7), Ask::Int),
        (Value::Int(-7), Ask::Number),
        (big("99999999999999999999"), Ask::Int),
        (Value::Float(-0.0), Ask::Float),
        (Value::str(" null "), Ask::Str),
        (list.clone(), Ask::List),
        (map.clone(), Ask::Map),
        (list, Ask::Any),
        (map, Ask::Any),
        (Value::str("5"), Ask::Any),
    ] {
        assert_eq!(convert(&value, ask), Ok(value), "{ask:?}");
    }
}

#[test]
fn bool_takes_bools_ints_and_twelve_words_of_any_case() {
    spelled(
        Ask::Bool,
        &["true", "t", "yes", "y", "on", "1", "TRUE", "Yes", " oN\n"].map(|word| (word, Value::Bool(true))),
    );
    spelled(
        Ask::Bool,
        &["false", "f", "no", "n", "off", "0", "False", "NO", "\tOff "].map(|word| (word, Value::Bool(false))),
    );
    for (value, truth) in [
        (Value::Int(0), false),
        (Value::Int(-3), true),
        (big("18446744073709551616"), true),
        (Value::Bool(false), false),
    ] {
        assert_eq!(convert(&value, Ask::Bool), Ok(Value::Bool(truth)));
    }
    refused(
        Ask::Bool,
        &[
            (text("maybe"), "'maybe' is not one of true/false/yes/no/on/off/1/0/t/f/y/n"),
            (text("2"), "'2' is not one of true/false/yes/no/on/off/1/0/t/f/y/n"),
            (Value::str(""), "'' is not one of true/false/yes/no/on/off/1/0/t/f/y/n"),
            (Value::Float(1.0), "a float is not a bool, an int or one of true/false/yes/no/on/off/1/0/t/f/y/n"),
        ],
    );
}

#[test]
fn int_takes_what_has_no_fraction_and_loses_nothing() {
    spelled(
        Ask::Int,
        &[
            ("5", Value::Int(5)),
            (" -5\t", Value::Int(-5)),
            ("+5", Value::Int(5)),
            ("007", Value::Int(7)),
            ("1_000", Value::Int(1000)),
            ("0xFf", Value::Int(255)),
            ("-0o17", Value::Int(-15)),
            ("0b101", Value::Int(5)),
            ("1e3", Value::Int(1000)),
            ("2.0", Value::Int(2)),
            ("1.5e1", Value::Int(15)),
            ("9007199254740993.0", Value::Int(9_007_199_254_740_993)),
            ("true", Value::Int(1)),
            ("False", Value::Int(0)),
            ("-9223372036854775808", Value::Int(i64::MIN)),
            ("9223372036854775808", big("9223372036854775808")),
            ("123456789012345678901234567890", big("123456789012345678901234567890")),
            ("0x1_0000_0000_0000_0000", big("18446744073709551616")),
        ],
    );
    for (value, int) in [
        (Value::Bool(true), 1),
        (Value::Float(3.0), 3),
        (Value::Float(-0.0), 0),
        (Value::Float(9_223_372_036_854_774_784.0), 9_223_372_036_854_774_784),
    ] {
        assert_eq!(convert(&value, Ask::Int), Ok(Value::Int(int)));
    }
    refused(
        Ask::Int,
        &[
            (Value::Float(2.9), "2.9 has a fraction"),
            (Value::Float(-1e-300), "-1e-300 has a fraction"),
            (
                Value::Float(9.223_372_036_854_776e18),
                "9.223372036854776e+18 is not below 2^63, and larger floats are not exact",
            ),
            (
                Value::Float(-9.223_372_036_854_776e18),
                "-9.223372036854776e+18 is not below 2^63, and larger floats are not exact",
            ),
            (Value::Float(f64::INFINITY), "inf is not a whole number"),
            (Value::Float(f64::NAN), "nan is not a whole number"),
            (text("2.9"), "'2.9' has a fraction"),
            (text("1e-1"), "'1e-1' has a fraction"),
            (text("1e19"), "'1e19' is not below 2^63; an integer so large needs all its digits"),
            (text("1e999999999"), "'1e999999999' is not below 2^63; an integer so large needs all its digits"),
            (text("inf"), "'inf' is not a whole number"),
            (text(".nan"), "'.nan' is not a whole number"),
            (text("abc"), "'abc' is not a number"),
            (text(" "), "an empty text is not a number"),
            (text("yes"), "'yes' is not a number"),
            (text("\"5\""), "'\"5\"' is not a number but a quoted string"),
            (text("1 000"), "'1 000' is not a number"),
            (Value::text("1".repeat(4_301)), "the integer has more than 4,300 digits"),
            (Value::list([Value::Int(1)]), "a list is not a whole number"),
        ],
    );
}

#[test]
fn number_is_an_int_where_that_works_and_else_a_float() {
    spelled(
        Ask::Number,
        &[
            ("1", Value::Int(1)),
            ("1e3", Value::Int(1000)),
            ("2.0", Value::Int(2)),
            ("0.5", Value::Float(0.5)),
            ("1e20", Value::Float(1e20)),
            ("100000000000000000000", big("100000000000000000000")),
            ("inf", Value::Float(f64::INFINITY)),
            ("True", Value::Int(1)),
        ],
    );
    for (value, number) in [
        (Value::Float(0.5), Value::Float(0.5)),
        (Value::Float(2.0), Value::Int(2)),
        (Value::Float(1e20), Value::Float(1e20)),
        (Value::Float(f64::NAN), Value::Float(f64::NAN)),
        (Value::Bool(true), Value::Int(1)),
    ] {
        assert_eq!(convert(&value, Ask::Number), Ok(number));
    }
    refused(
        Ask::Number,
        &[
            (text("abc"), "'abc' is not a number"),
            (text("1e400"), "'1e400' is beyond the largest float, about 1.8e308"),
            (Value::map([("a", 1)].map(|(n, v)| (n, Value::Int(v)))), "a map is not a number"),
        ],
    );
}

#[test]
fn float_takes_every_number_it_has_room_for() {
    let infinity = Value::Float(f64::INFINITY);
    spelled(
        Ask::Float,
        &[
            ("1", Value::Float(1.0)),
            ("007", Value::Float(7.0)),
            ("1e-3", Value::Float(0.001)),
            ("1_000.5", Value::Float(1000.5)),
            ("1.", Value::Float(1.0)),
            (" .5 ", Value::Float(0.5)),
            ("0x10", Value::Float(16.0)),
            ("0x1_0000_0000_0000_0000", Value::Float(18_446_744_073_709_551_616.0)),
            ("9007199254740993", Value::Float(9_007_199_254_740_992.0)),
            ("inf", infinity.clone()),
            ("+inf", infinity.clone()),
            (".inf", infinity.clone()),
            ("Infinity", infinity),
            ("-inf", Value::Float(f64::NEG_INFINITY)),
            ("-.INF", Value::Float(f64::NEG_INFINITY)),
            ("nan", Value::Float(f64::NAN)),
            (".NaN", Value::Float(f64::NAN)),
            ("true", Value::Float(1.0)),
            ("1.7976931348623157e308", Value::Float(f64::MAX)),
            ("5e-324", Value::Float(5e-324)),
        ],
    );
    for (value, float) in [
        (Value::Int(3), 3.0),
        (Value::Int(i64::MAX), 9_223_372_036_854_775_808.0),
        (Value::Bool(false), 0.0),
        (big("-18446744073709551616"), -18_446_744_073_709_551_616.0),
    ] {
        assert_eq!(convert(&value, Ask::Float), Ok(Value::Float(float)));
    }
    let beyond = format!("1{}", "0".repeat(309));
    refused(
        Ask::Float,
        &[
            (text("1e400"), "'1e400' is beyond the largest float, about 1.8e308"),
            (Value::str("-1e999999999"), "'-1e999999999' is beyond the largest float, about 1.8e308"),
            (big(&beyond), "the integer is beyond the largest float, about 1.8e308"),
            (text("1,5"), "'1,5' is not a number"),
            (text("yes"), "'yes' is not a number"),
            (text("infinit"), "'infinit' is not a number"),
        ],
    );
    assert!(convert(&Value::text(beyond), Ask::Float).is_err());
}

#[test]
fn string_takes_every_scalar_as_it_is_written() {
    for (value, string) in [
        (text(" 1.10 "), " 1.10 "),
        (text("null"), "null"),
        (text("\"q\""), "\"q\""),
        (Value::Bool(true), "true"),
        (Value::Bool(false), "false"),
        (Value::Int(i64::MIN), "-9223372036854775808"),
        (big("99999999999999999999"), "99999999999999999999"),
        (Value::Float(1.0), "1.0"),
        (Value::Float(0.1 + 0.2), "0.30000000000000004"),
    ] {
        assert_eq!(convert(&value, Ask::Str), Ok(Value::str(string)));
    }
    refused(
        Ask::Str,
        &[
            (Value::list([]), "a list is not a string, a number or a bool"),
            (big(&"7".repeat(4_301)), "the integer has more than 4,300 digits"),
        ],
    );
}

#[test]
fn a_float_is_written_as_python_writes_it() {
    for (float, string) in [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1.0, "1.0"),
        (0.0001, "0.0001"),
        (0.000_099_999_999_999_999_99, "9.999999999999999e-05"),
        (1e-5, "1e-05"),
        (123_456_789_012_345.68, "123456789012345.69"),
        (9_999_999_999_999_998.0, "9999999999999998.0"),
        (1e16, "1e+16"),
        (1.5e100, "1.5e+100"),
        (-2.5e-7, "-2.5e-07"),
        (5e-324, "5e-324"),
        (f64::MAX, "1.7976931348623157e+308"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
        (f64::NAN, "nan"),
        (-f64::NAN, "nan"),
    ] {
        assert_eq!(float_text(float), string);
    }
}

#[test]
fn list_takes_text_in_brackets_or_between_commas() {
    let words = |words: &[&str]| Value::list(words.iter().map(|word| text(word)));
    for (spelled, list) in [
        ("[1, 2]", words(&["1", "2"])),
        ("1,2", words(&["1", "2"])),
        (" a , 1.10,007 ", words(&["a", "1.10", "007"])),
        ("5", words(&["5"])),
        ("", words(&[])),
        ("  ", words(&[])),
        ("[]", words(&[])),
        ("a,,b", words(&["a", "", "b"])),
        ("a,b,", words(&["a", "b"])),
        (",", words(&[""])),
        ("x]y,{", Value::Null),
        ("a]b,c}d", words(&["a]b", "c}d"])),
        ("\"a,b\",'c'", Value::list(["a,b".into(), "c".into()])),
        ("[1,2],[3]", Value::list([words(&["1", "2"]), words(&["3"])])),
        ("[1,2],", Value::list([words(&["1", "2"])])),
        ("{a: 1},2", Value::list([Value::map([("a", text("1"))]), text("2")])),
        ("null,1", words(&["null", "1"])),
    ] {
        if list == Value::Null {
            assert!(convert(&text(spelled), Ask::List).is_err(), "{spelled}");
        } else {
            assert_eq!(convert(&text(spelled), Ask::List), Ok(list), "{spelled}");
        }
    }
    refused(
        Ask::List,
        &[
            (text("[1, 2"), "a bracket is not closed (byte 5)"),
            (text("(0.9, 0.999)"), "a list stands in square brackets, not in parentheses (byte 0)"),
            (Value::str("a,b"), "a string is not a list like [a, b]"),
            (Value::map([("a", Value::Null)]), "a map is not a list like [a, b]"),
            (Value::Int(1), "an int is not a list like [a, b]"),
        ],
    );
}

#[test]
fn map_takes_text_in_braces() {
    let map = Value::map([("a", text("1")), ("b", Value::list([text("x")]))]);
    assert_eq!(convert(&text(" {a: 1, 'b': [x]} "), Ask::Map), Ok(map));
    refused(
        Ask::Map,
        &[
            (text("a=1"), "a list begins with '[' and a map with '{' (byte 0)"),
            (text("[1]"), "a map begins with '{' (byte 0)"),
            (text("{a: 1"), "a bracket is not closed (byte 5)"),
            (Value::str("{a: 1}"), "a string is not a map like {a: 1, b: 2}"),
            (Value::list([]), "a list is not a map like {a: 1, b: 2}"),
        ],
    );
}

#[test]
fn a_null_is_null_for_every_type_and_text_spells_one_unless_a_string_is_asked() {
    for ask in TYPES {
        assert_eq!(convert(&Value::Null, ask), Ok(Value::Null));
        for spelled in ["null", "None", " null ", "None\n"] {
            let expected = if ask == Ask::Str { Value::str(spelled) } else { Value::Null };
            assert_eq!(convert(&text(spelled), ask), Ok(expected), "{spelled:?} as {ask:?}");
        }
    }
    // A string is not text: somebody wrote it as a string.
    for ask in [Ask::Bool, Ask::Int, Ask::Number, Ask::Float, Ask::List, Ask::Map] {
        assert!(convert(&Value::str("null"), ask).is_err());
        assert!(convert(&text("\"null\""), Ask::Int).is_err());
    }
}

#[test]
fn a_host_object_without_a_plain_value_does_not_convert() {
    struct Model;
    let host = Value::Host(Host::new(Model));
    assert_eq!(convert(&host, Ask::Any), Ok(host.clone()));
    for ask in TYPES {
        let mismatch = convert(&host, ask).unwrap_err();
        assert!(mismatch.reason().contains("Model is not "), "{mismatch}");
    }
}

#[test]
fn the_reason_stays_short_however_long_the_value() {
    let long = "x".repeat(1_000_000);
    for value in [Value::text(long.as_str()), Value::str(long.as_str()), Value::text("9".repeat(1_000_000) + ".5")] {
        for ask in [Ask::Bool, Ask::Int, Ask::Number, Ask::Float, Ask::Map] {
            let mismatch = convert(&value, ask).unwrap_err();
            assert!(mismatch.reason().len() < 250, "{mismatch}");
        }
    }
}

#[test]
fn the_numbers_of_the_asks_are_those_of_the_c_interface() {
    let asks = [Ask::Any, Ask::Bool, Ask::Int, Ask::Number, Ask::Float, Ask::Str, Ask::List, Ask::Map];
    assert_eq!(asks.map(|ask| ask as u8), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(TYPES.map(Ask::name), ["bool", "int", "number", "float", "string", "list", "map"]);
}

proptest! {
    #[test]
    fn any_float_is_written_so_that_it_reads_back_the_same(bits: u64) {
        let float = f64::from_bits(bits);
        let written = float_text(float);
        for value in [Value::text(written.as_str()), Value::str(written.as_str())] {
            match convert(&value, Ask::Float) {
                Ok(Value::Float(read)) if float.is_nan() => prop_assert!(read.is_nan()),
                Ok(Value::Float(read)) => prop_assert_eq!(read.to_bits(), bits, "{}", written),
                other => prop_assert!(false, "{} gave {:?}", written, other),
            }
        }
    }

    #[test]
    fn any_int_goes_through_text_and_back(int: i64) {
        let written = convert(&Value::Int(int), Ask::Str).unwrap();
        prop_assert_eq!(convert(&written, Ask::Int), Ok(Value::Int(int)));
        let written = Value::text(int.to_string());
        prop_assert_eq!(convert(&written, Ask::Any), Ok(Value::Int(int)));
        prop_assert_eq!(convert(&written, Ask::Number), Ok(Value::Int(int)));
        prop_assert_eq!(convert(&written, Ask::Float), Ok(Value::Float(int as f64)));
        for (radix, shown) in [("0x", format!("{:x}", int.unsigned_abs())), ("0b", format!("{:b}", int.unsigned_abs()))] {
            let sign = if int < 0 { "-" } else { "" };
            prop_assert_eq!(convert(&Value::text(format!("{sign}{radix}{shown}")), Ask::Int), Ok(Value::Int(int)));
        }
    }

    #[test]
    fn any_big_int_goes_through_text_and_back(digits in "-?[1-9][0-9]{18,80}") {
        let value = big(&digits);
        prop_assert_eq!(convert(&Value::text(digits.as_str()), Ask::Int), Ok(value.clone()));
        prop_assert_eq!(convert(&value, Ask::Str), Ok(Value::str(digits.as_str())));
        prop_assert_eq!(convert(&value, Ask::Float), Ok(Value::Float(digits.parse().unwrap())));
    }

    #[test]
    fn any_decimal_is_an_int_exactly_when_it_has_no_fraction(whole: u32, fraction in "[0-9]{0,6}", exponent in -12_i32..12) {
        let written = format!("{whole}.{fraction}e{exponent}");
        // In units of 10^-18, in which every case is a whole number; what is beyond 128 bits of them is beyond 2^63.
        let digits: i128 = format!("{whole}{fraction}").parse().unwrap();
        let units = digits.checked_mul(10_i128.pow((18 + exponent - fraction.len() as i32) as u32));
        let one = 10_i128.pow(18);
        let expected = units.filter(|u| u % one == 0).and_then(|u| i64::try_from(u / one).ok());
        prop_assert_eq!(convert(&Value::text(written), Ask::Int).ok(), expected.map(Value::Int));
    }

    #[test]
    fn any_conversion_of_a_scalar_gives_the_kind_that_was_asked(bits: u64, int: i64, truth: bool) {
        for value in [Value::Float(f64::from_bits(bits)), Value::Int(int), Value::Bool(truth)] {
            for ask in SCALARS {
                let Ok(new) = convert(&value, ask) else { continue };
                let fits = matches!(
                    (ask, &new),
                    (Ask::Bool, Value::Bool(_))
                        | (Ask::Int | Ask::Number, Value::Int(_))
                        | (Ask::Number | Ask::Float, Value::Float(_))
                        | (Ask::Str, Value::Str(_))
                );
                prop_assert!(fits, "{:?} as {:?} gave {:?}", value, ask, new);
            }
        }
    }
}
