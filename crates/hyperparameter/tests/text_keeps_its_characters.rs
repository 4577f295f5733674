//! Rule V3: text keeps its exact characters, and is the literal it spells only for a reader that asks for no type.

use hyperparameter::value::{Ask, Shape, Text, Value, convert, literal, untyped};
use proptest::prelude::*;

fn text(text: &str) -> Value {
    Value::text(text)
}

fn list<const N: usize>(items: [Value; N]) -> Value {
    Value::list(items)
}

#[test]
fn text_read_as_a_string_gives_its_characters_back() {
    for characters in
        ["1.10", "007", "1e-3", "null", "None", "", "  ", " a ", "\"q\"", "[1, 2]", "{a: 1}", "tr\u{e9}s\0"]
    {
        assert_eq!(convert(&text(characters), Ask::Str), Ok(Value::str(characters)));
        assert_eq!(Text::new(characters).as_str(), characters);
        assert_eq!(Text::new(characters).to_string(), characters);
    }
}

#[test]
fn text_read_with_no_type_is_the_literal_it_spells() {
    let cases = [
        ("null", Value::Null),
        ("None", Value::Null),
        ("true", Value::Bool(true)),
        ("True", Value::Bool(true)),
        ("false", Value::Bool(false)),
        ("False", Value::Bool(false)),
        ("0", Value::Int(0)),
        ("-0", Value::Int(0)),
        ("+5", Value::Int(5)),
        ("1_000", Value::Int(1000)),
        ("0xff", Value::Int(255)),
        ("-0X00Ff", Value::Int(-255)),
        ("0o17", Value::Int(15)),
        ("0b1_01", Value::Int(5)),
        ("9223372036854775807", Value::Int(i64::MAX)),
        ("-9223372036854775808", Value::Int(i64::MIN)),
        ("1.5", Value::Float(1.5)),
        ("1.", Value::Float(1.0)),
        (".5", Value::Float(0.5)),
        ("-.5e1", Value::Float(-5.0)),
        ("1e-3", Value::Float(0.001)),
        ("1E5", Value::Float(100_000.0)),
        ("1_000.5", Value::Float(1000.5)),
        ("1e-400", Value::Float(0.0)),
        (".inf", Value::Float(f64::INFINITY)),
        ("-.inf", Value::Float(f64::NEG_INFINITY)),
        (".nan", Value::Float(f64::NAN)),
        ("\"007\"", Value::str("007")),
        ("'it\\'s'", Value::str("it's")),
        ("\"\"", Value::str("")),
        (r#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#, Value::str("\"\\/\u{8}\u{c}\n\r\t\u{e9}\u{1f600}")),
        ("  42\t", Value::Int(42)),
        ("\n'a' ", Value::str("a")),
    ];
    for (spelled, value) in cases {
        assert_eq!(literal(spelled), value, "{spelled}");
        assert_eq!(convert(&text(spelled), Ask::Any), Ok(value), "{spelled}");
    }
}

#[test]
fn what_spells_no_literal_is_a_string_with_all_its_characters() {
    let cases = [
        "",
        " ",
        "007",
        "-01",
        "00",
        "01.5",
        "inf",
        "nan",
        "-inf",
        "infinity",
        "yes",
        "on",
        "NULL",
        "Null",
        "TRUE",
        "nil",
        "~",
        "1__0",
        "_1",
        "1_",
        "1_.5",
        "1._5",
        "0x",
        "0xg",
        "0x_1",
        "0b2",
        "1e",
        "1e+",
        ".",
        "-",
        "+",
        "e5",
        "1.2.3",
        "1 2",
        "- 1",
        "1e400",
        "\u{0661}",
        "(1, 2)",
        "\"open",
        "'",
        "'a' 'b'",
        "\"\\q\"",
        "\"\\ud800\"",
        "\"\\ud800\\n\"",
        "\"\\u12\"",
        "[",
        "]",
        "[1",
        "[1] 2",
        "[1,,2]",
        "[,]",
        "[a[0]",
        "[a[0], 1]",
        "{a[: 1}",
        "[a{b}]",
        "[a}",
        "{",
        "{a}",
        "{a: }",
        "{: 1}",
        "{a: 1",
        "{a: 1]",
        "{a: 1}}",
        "['a]",
        " hello  ",
        "\u{a0}5",
    ];
    for spelled in cases {
        assert_eq!(literal(spelled), Value::str(spelled), "{spelled}");
    }
}

#[test]
fn an_integer_beyond_64_bits_is_exact_and_one_of_5000_digits_stays_a_string() {
    let Value::Big(big) = literal("-123456789012345678901") else { panic!("not a big integer") };
    assert_eq!(big.to_string(), "-123456789012345678901");
    let long = "7".repeat(5_000);
    assert_eq!(literal(&long), Value::str(long.as_str()));
}

#[test]
fn lists_and_maps_are_read_through_and_through() {
    let cases = [
        ("[]", list([])),
        (" [ ] ", list([])),
        ("[1]", list([Value::Int(1)])),
        ("[1, a b , \"b,c\", [2], ]", list([1.into(), "a b".into(), "b,c".into(), list([2.into()])])),
        ("['1', null, 007]", list(["1".into(), Value::Null, "007".into()])),
        ("[a: b, it's, (c]", list(["a: b".into(), "it's".into(), "(c".into()])),
        ("{}", Value::map::<&str>([])),
        ("{a: 1, \"b c\": 2,}", Value::map([("a", 1.into()), ("b c", 2.into())])),
        ("{'a':true}", Value::map([("a", true.into())])),
        ("{a:1}", Value::map([("a", 1.into())])),
        (
            "{url: http://x:80/, n: {m: []}}",
            Value::map([("url", "http://x:80/".into()), ("n", Value::map([("m", list([]))]))]),
        ),
        ("{a: 1, a: 2}", Value::map([("a", 2.into())])),
        ("{\"\": 1}", Value::map([("", 1.into())])),
    ];
    for (spelled, value) in cases {
        assert_eq!(literal(spelled), value, "{spelled}");
    }
}

#[test]
fn what_is_inside_a_container_stays_text_until_it_is_read() {
    let inside = Text::new(" {v: [1.10, '1.10', 007], w: null} ").container().unwrap();
    let items = list([text("1.10"), Value::str("1.10"), text("007")]);
    assert_eq!(inside, Value::map([("v", items), ("w", text("null"))]));
    assert_eq!(convert(&inside.element("v").unwrap().element("0").unwrap(), Ask::Str), Ok(Value::str("1.10")));
    let items = list([Value::Float(1.1), Value::str("1.10"), Value::str("007")]);
    assert_eq!(untyped(&inside), Value::map([("v", items), ("w", Value::Null)]));
}

#[test]
fn a_value_without_text_in_it_is_shared_and_not_copied() {
    let Value::List(items) = list([list([1.into()]), Value::Null]) else { unreachable!() };
    let Value::List(same) = untyped(&Value::List(items.clone())) else { unreachable!() };
    assert!(std::sync::Arc::ptr_eq(&items, &same));
    let mixed = list([1.into(), text("2"), Value::str("3"), text("x")]);
    assert_eq!(untyped(&mixed), list([1.into(), 2.into(), "3".into(), "x".into()]));
}

#[test]
fn text_that_spells_a_container_can_be_read_into() {
    for (spelled, shape) in [
        ("[1]", Shape::List),
        (" \t\n[]", Shape::List),
        ("{a: 1}", Shape::Map),
        ("[1", Shape::Scalar),
        ("{a}", Shape::Scalar),
        ("1, 2", Shape::Scalar),
        ("'[1]'", Shape::Scalar),
        ("", Shape::Scalar),
    ] {
        assert_eq!(Text::new(spelled).shape(), shape, "{spelled}");
        assert_eq!(Text::new(spelled).container().is_some(), shape != Shape::Scalar, "{spelled}");
    }
}

#[test]
fn nesting_is_read_to_a_depth_of_100_and_a_deeper_text_is_a_string() {
    for (open, inner, close) in [("[", "[]", "]"), ("{a: ", "{}", "}")] {
        let nested = |depth: usize| format!("{}{inner}{}", open.repeat(depth - 1), close.repeat(depth - 1));
        assert_ne!(Text::new(nested(100)).shape(), Shape::Scalar);
        assert_eq!(Text::new(nested(101)).shape(), Shape::Scalar);
        assert_eq!(literal(&nested(1_000_000)), Value::str(nested(1_000_000)));
    }
}

#[test]
fn long_text_is_read_in_one_go() {
    // Quadratic work on a megabyte would take minutes here.
    let million = 1_000_000;
    for long in [
        format!("[{}]", "1,".repeat(million / 2)),
        format!("{{{}}}", (0..100_000).map(|i| format!("k{i}: 1,")).collect::<String>()),
        "[a,".repeat(million / 3),
        "\"a,'b,".repeat(million / 6),
        "\\\",".repeat(million / 3),
        " ".repeat(million),
        "1".repeat(million),
        format!("1e{}", "9".repeat(million)),
        format!("0.{}", "0".repeat(million)),
        format!("\"{}\"", "\\n".repeat(million / 2)),
        format!("({})", "(),".repeat(million / 3)),
    ] {
        let value = Value::Text(Text::new(long));
        for ask in ASKS {
            let _ = convert(&value, ask);
        }
    }
}

const ASKS: [Ask; 8] = [Ask::Any, Ask::Bool, Ask::Int, Ask::Number, Ask::Float, Ask::Str, Ask::List, Ask::Map];

/// Text out of the pieces that the grammar is made of, which random characters seldom meet.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
        ",",
        ":",
        "\"",
        "'",
        "\\",
        "\\u",
        "d83d",
        "\\ud83d",
        "\\ude00",
        "n",
        " ",
        "\t",
        "\u{a0}",
        "\u{e9}",
        "-",
        "+",
        ".",
        "_",
        "e",
        "E",
        "0",
        "1",
        "9",
        "00",
        "0x",
        "0b",
        "1e",
        "inf",
        "nan",
        "null",
        "None",
        "true",
        "False",
        "yes",
        "a",
        "9223372036854775807",
        "9223372036854775808",
        "999999999999999999999",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn check(characters: &str) {
    let value = text(characters);
    for ask in ASKS {
        if let Ok(new) = convert(&value, ask) {
            // What has been converted is of the type, and converting it again changes nothing.
            // (As a number, 0.99999999999999999 is the float 1.0, and that is the integer 1.)
            let again = convert(&new, ask);
            assert!(again == Ok(new) || ask == Ask::Number, "{characters:?} as {ask:?} gives {again:?}");
        }
        let _ = convert(&Value::str(characters), ask);
    }
    assert_eq!(convert(&value, Ask::Str), Ok(Value::str(characters)));
    let read = literal(characters);
    assert_eq!(convert(&value, Ask::Any), Ok(read.clone()));
    let shape = Text::new(characters).shape();
    assert_eq!(shape == Shape::List, matches!(read, Value::List(_)));
    assert_eq!(shape == Shape::Map, matches!(read, Value::Map(_)));
    if let Some(container) = Text::new(characters).container() {
        assert_eq!(untyped(&container), read);
    }
    if let (Ok(new), Value::Int(_) | Value::Big(_)) = (convert(&value, Ask::Int), &read) {
        assert_eq!(new, read);
    }
}

proptest! {
    #[test]
    fn any_text_is_kept(characters: String) {
        check(&characters);
    }

    #[test]
    fn any_text_made_of_the_grammar_is_kept(characters in pieces()) {
        check(&characters);
    }

    #[test]
    fn any_json_of_strings_numbers_and_containers_is_read_as_json_reads_it(
        names in prop::collection::vec(any::<String>(), 0..4),
        numbers in prop::collection::vec(any::<i64>(), 0..4),
        floats in prop::collection::vec(any::<f64>().prop_filter("finite", |f| f.is_finite()), 0..4),
    ) {
        let json = serde_json::json!({"s": names, "i": {"n": numbers}, "f": floats, "null": null, "t": true});
        let expected = Value::map([
            ("s", Value::list(names.iter().map(|n| Value::str(n.as_str())))),
            ("i", Value::map([("n", Value::list(numbers.into_iter().map(Value::Int)))])),
            ("f", Value::list(floats.into_iter().map(Value::Float))),
            ("null", Value::Null),
            ("t", Value::Bool(true)),
        ]);
        for written in [json.to_string(), serde_json::to_string_pretty(&json).unwrap()] {
            prop_assert_eq!(&literal(&written), &expected);
        }
    }
}
