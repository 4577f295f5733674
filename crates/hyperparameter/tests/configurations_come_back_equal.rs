//! Rule A9: any value that is dumped loads back equal, in each format; and text of any characters keeps them on its way.
#![cfg(feature = "config")]

use hyperparameter::config::{Config, Format, dump};
use hyperparameter::value::BigInt;
use hyperparameter::{Source, State, Value, key};
use proptest::prelude::*;

const FORMATS: [Format; 3] = [Format::Toml, Format::Json, Format::Yaml];

/// Strings with all that some format takes for something else.
fn strings() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        4 => "[a-z ]{0,5}",
        2 => "\\PC{0,4}",
        2 => prop::sample::select(vec![
            "${", "\\${", "${a}", "}", "\\", "'", "\"", "'''", "\"\"\"", "\n", "\r\n", "\t", "\0", "\u{7f}", "\u{85}", "\u{2028}",
            "\u{feff}", "\u{fffe}", "\u{ffff}", "\u{1f600}", ": ", " #", "- ", "? ", "&a", "*a", "!t", "|", ">", "%", "@", "`", "[", "]",
            "{", "}", ",", "null", "~", "true", "no", "1e3", "007", "0x1f", ".inf", "1_0", "---", "...", "<<", "=", "2020-01-01",
        ]).prop_map(str::to_owned),
        1 => prop::collection::vec(any::<char>(), 0..3).prop_map(|chars| chars.into_iter().collect()),
    ];
    prop::collection::vec(pieces, 0..4).prop_map(|pieces| pieces.concat())
}

fn scalars() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        "-?[1-9][0-9]{18,60}".prop_map(|digits| Value::from(digits.parse::<BigInt>().unwrap())),
        any::<f64>().prop_map(Value::Float),
        prop::sample::select(vec![
            0.0,
            -0.0,
            1e16,
            1e-5,
            0.1,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            f64::MAX,
            5e-324
        ])
        .prop_map(Value::Float),
        strings().prop_map(Value::str),
    ]
}

/// Names that are segments of keys: a map of those is laid out, each name a part of a key.
fn segments() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z_]{1,4}",
        1 => prop::sample::select(vec!["include", "null", "true", "1", "-1", "1e3", "a-b", "größe", "層", "a/b", "a:b", "@", "%", "🦀", "on"])
            .prop_map(str::to_owned),
    ]
}

/// A map in which one name at least is no key: it is one value, and its names stay as they are.
fn odd_map(values: impl Strategy<Value = Value> + Clone) -> impl Strategy<Value = Value> {
    let odd = prop::sample::select(vec!["b c", "x=", "a..b", ".", "${x}", "a\nb", "\"", "#", "<<", "[0]", "é è"])
        .prop_map(str::to_owned);
    (prop::collection::vec((strings(), values.clone()), 0..3), odd, values)
        .prop_map(|(pairs, odd, value)| Value::map(pairs.into_iter().chain([(odd, value)])))
}

fn values() -> impl Strategy<Value = Value> {
    scalars().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            2 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::list),
            2 => prop::collection::vec((segments(), inner.clone()), 0..4).prop_map(Value::map),
            1 => odd_map(inner),
        ]
    })
}

fn roots() -> impl Strategy<Value = Value> {
    prop::collection::vec((segments(), values()), 0..6).prop_map(Value::map)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_value_that_is_dumped_loads_back_equal_in_each_format(root in roots()) {
        for format in FORMATS {
            let text = dump(&root, format).unwrap();
            let loaded = Config::builder().text("dumped", format, text.as_str()).load();
            let loaded = loaded.map_err(|error| TestCaseError::fail(format!("{format}: {error}\n{text}")))?;
            prop_assert_eq!(loaded.value(), root.clone(), "{}:\n{}", format, text);
            // Equal to the bit: the sign of zero and the kind of each number are seen when they are written.
            let again = dump(&loaded.value(), format).unwrap();
            prop_assert_eq!(again, text);
        }
    }

    #[test]
    fn a_dumped_value_reads_the_same_from_its_scope_as_from_itself(root in roots()) {
        let text = dump(&root, Format::Toml).unwrap();
        let scope = Config::builder().text("dumped", Format::Toml, text).load().unwrap().scope().unwrap();
        let state = scope.enter(State::fresh()).unwrap();
        let Value::Map(map) = &root else { unreachable!() };
        for (name, value) in map.iter() {
            let read = state.value::<Value>(key::intern(name).unwrap()).unwrap();
            prop_assert_eq!(read.as_ref(), Some(value), "{}", name);
        }
    }

    #[test]
    fn any_text_that_is_stored_reads_as_the_string_it_is(text in prop_oneof![strings(), any::<String>()]) {
        // The text of the environment is taken as it is; that of the command line may have references in it.
        let config = Config::builder().env("COME").environment([("COME_BACK__TEXT", text.as_str())]).load().unwrap();
        let state = config.scope().unwrap().enter(State::fresh()).unwrap();
        let key = key::intern("back.text").unwrap();
        prop_assert_eq!(state.value::<String>(key).unwrap(), Some(text.clone()));
        if !text.contains("${") {
            let pair = format!("back.text={text}");
            let config = Config::builder().define(pair, Source::Argument("-D".into(), 1)).load().unwrap();
            let state = config.scope().unwrap().enter(State::fresh()).unwrap();
            prop_assert_eq!(state.value::<String>(key).unwrap(), Some(text));
        }
    }

    #[test]
    fn any_text_that_is_escaped_in_a_file_reads_as_itself(text in strings()) {
        let dumped = dump(&Value::map([("text", Value::text(text.as_str()))]), Format::Yaml).unwrap();
        let config = Config::builder().text("dumped", Format::Yaml, dumped).load().unwrap();
        prop_assert_eq!(config.value(), Value::map([("text", Value::str(text))]));
    }
}

#[test]
fn a_value_of_a_hundred_levels_comes_back_and_one_of_a_hundred_and_one_is_refused() {
    let nested = |levels: usize| {
        let inner = (0..levels).fold(Value::Int(1), |inner, at| {
            if at % 2 == 0 { Value::list([inner]) } else { Value::map([("m", inner)]) }
        });
        Value::map([("root", inner)])
    };
    for format in FORMATS {
        let text = dump(&nested(100), format).unwrap();
        let loaded = Config::builder().text("deep", format, text).load().unwrap();
        assert_eq!(loaded.value(), nested(100), "{format}");
        let error = dump(&nested(101), format).unwrap_err();
        assert!(error.to_string().contains("nested more than 100 deep"), "{error}");
    }
}

#[test]
fn an_integer_of_4300_digits_comes_back_and_a_longer_one_is_refused() {
    let number = |digits: usize| Value::map([("n", Value::from("9".repeat(digits).parse::<BigInt>().unwrap()))]);
    for format in FORMATS {
        let text = dump(&number(4300), format).unwrap();
        assert_eq!(Config::builder().text("long", format, text).load().unwrap().value(), number(4300), "{format}");
        assert!(dump(&number(4301), format).unwrap_err().to_string().contains("4,300 digits"));
        let text = match format {
            Format::Json => format!("{{\"n\": {}}}", "9".repeat(4301)),
            Format::Toml => format!("n = {}", "9".repeat(4301)),
            Format::Yaml => format!("n: {}", "9".repeat(4301)),
        };
        let error = Config::builder().text("long", format, text).load().unwrap_err();
        assert!(error.to_string().contains("4,300 digits"), "{error}");
    }
}
