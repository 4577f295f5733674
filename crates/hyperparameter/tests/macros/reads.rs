//! `@get` and `get_param!`.

use std::borrow::Cow;
use std::sync::Arc;

use hyperparameter::value::Value;
use hyperparameter::{ErrorKind, ParamScope, get_param, set_param, with_params};

use crate::panic_of;

#[test]
fn a_default_is_evaluated_only_where_it_is_needed() {
    let mut evaluated = 0;
    let mut count = || {
        evaluated += 1;
        7i64
    };
    with_params! {
        @set reads.lazy = 1i64;
        @get given = reads.lazy or count();
        @get missing = reads.lazy_missing or count();
        @get called = reads.lazy_called or_else || count();
        assert_eq!((given, missing, called), (1, 7, 7));
    }
    assert_eq!(evaluated, 2);
}

#[test]
fn a_default_may_return_break_and_use_the_question_mark() {
    fn returns() -> i32 {
        with_params! { @get x: i32 = reads.nowhere or return 9; x + 1 }
    }
    fn asks() -> Result<i32, std::num::ParseIntError> {
        let text = "not a number";
        with_params! { @get x: i32 = reads.nowhere or text.parse()?; Ok(x) }
    }
    assert_eq!(returns(), 9);
    assert!(asks().is_err());
    let found = loop {
        with_params! { @get x: i32 = reads.nowhere or break 4; let _ = x; }
    };
    assert_eq!(found, 4);
}

#[test]
fn a_default_may_read_set_and_enter_parameters() {
    with_params! {
        @set reads.inner = 5;
        @get x = reads.outer or with_params! {
            @set reads.inner = 6;
            @get y = reads.inner or 0;
            @get z = reads.further or get_param!(reads.inner, 1) + y;
            z
        };
        assert_eq!(x, 12);
        assert_eq!(get_param!(reads.inner, 0), 5);
    }
}

#[test]
fn the_type_of_a_read_is_inferred_from_its_use() {
    with_params! {
        @set reads.count = 3;
        @get count = reads.count or 1;
        let of_length: usize = count;
        @get ratio = reads.ratio or 0.5;
        let single: f32 = ratio;
        assert_eq!((of_length, single), (3, 0.5));
        @get required = reads.count;
        let byte: u8 = required;
        assert_eq!(byte, 3);
    }
}

#[test]
fn an_annotation_decides_the_type() {
    with_params! {
        @params ["reads.text=1e-3"];
        @get as_float: f64 = reads.text or 1.0;
        @get as_string: String = reads.text or "none";
        @get as_shared: Arc<str> = reads.text or "none";
        @get as_str: &str = reads.text or "none";
        @get missing: String = reads.text_missing or "none";
        assert_eq!(as_float, 0.001);
        assert_eq!((&*as_string, &*as_shared, as_str, &*missing), ("1e-3", "1e-3", "1e-3", "none"));
    }
}

#[test]
fn a_missing_optional_is_none() {
    with_params! {
        @get missing: Option<f64> = reads.optional;
        @get name: Option<&str> = reads.optional_name;
        assert_eq!((missing, name), (None, None));
        @set reads.optional = 0.5;
        @set reads.optional_name = "adam";
        @get found: Option<f64> = reads.optional;
        @get name: Option<&str> = reads.optional_name;
        assert_eq!((found, name), (Some(0.5), Some("adam")));
        type Alias = Option<i64>;
        @get by_alias: Alias = reads.optional_alias;
        assert_eq!(by_alias, None);
    }
}

#[test]
fn a_missing_required_parameter_panics_with_its_key_near_names_and_place() {
    with_params! {
        @set reads.learning_rate = 0.1;
        let line = line!() + 1;
        let said = panic_of(|| with_params! { @get x: f64 = reads.learning_rte; x });
        assert!(said.contains("no value for parameter 'reads.learning_rte'"), "{said}");
        assert!(said.contains("did you mean 'reads.learning_rate'?"), "{said}");
        assert!(said.contains(&format!("reads.rs:{line}:")), "{said}");
    }
}

#[test]
fn the_place_of_a_panic_is_the_line_of_the_key() {
    let first = line!();
    let said = panic_of(|| {
        with_params! {
            @get fine = reads.fine or 1;
            let _ = fine;
            @get x: f64 = reads.nowhere_at_all;
            let _ = x;
        }
    });
    assert!(said.contains(&format!("reads.rs:{}:27", first + 5)), "{said}");
}

#[test]
fn a_required_value_that_does_not_convert_says_so() {
    with_params! {
        @params ["reads.wrong=fast"];
        let said = panic_of(|| get_param!(reads.wrong: f64));
        assert!(said.contains("does not convert to float"), "{said}");
        let error = (|| { with_params! { @get x: f64 = reads.wrong?; Ok(x) } })().unwrap_err();
        let error: hyperparameter::error::Error = error;
        assert_eq!(error.kind(), ErrorKind::Conversion);
        assert_eq!(get_param!(reads.wrong, 0.5), 0.5);
    }
}

#[test]
fn a_question_mark_returns_the_error() {
    fn train() -> hyperparameter::error::Result<f64> {
        with_params! { @get lr: f64 = reads.question?; Ok(lr) }
    }
    fn boxed() -> Result<f64, Box<dyn std::error::Error>> {
        let first: f64 = get_param!(reads.question?);
        Ok(first + get_param!(reads.question: f64?))
    }
    assert_eq!(train().unwrap_err().kind(), ErrorKind::MissingParameter);
    assert!(boxed().is_err());
    with_params! {
        @set reads.question = 0.5;
        assert_eq!((train().unwrap(), boxed().unwrap()), (0.5, 1.0));
    }
}

#[test]
fn a_borrowed_string_outlives_a_later_write() {
    with_params! {
        @set reads.name = "adam";
        @get name = reads.name or "sgd";
        set_param!(reads.name, "lion");
        assert_eq!((name, get_param!(reads.name, "sgd")), ("adam", "lion"));
        let borrowed: Cow<'_, str> = name.into();
        assert_eq!(borrowed, "adam");
    }
}

#[test]
fn get_param_lends_a_string_to_the_statement_and_to_a_let() {
    let name = get_param!(reads.lent, "sgd");
    assert_eq!(name, "sgd");
    assert_eq!(get_param!(reads.lent, "sgd").len(), 3);
    assert_eq!(format!("{}", get_param!(reads.lent, concat!("s", "gd"))), "sgd");
    assert_eq!(get_param!(reads.lent_none: Option<&str>), None);
    assert_eq!(get_param!(reads.lent: String, "sgd"), String::from("sgd"));
    assert_eq!(get_param!(reads.lent: Option<String>, "sgd"), Some(String::from("sgd")));
}

#[test]
fn get_param_takes_a_help_text_and_a_comma_at_the_end() {
    assert_eq!(get_param!(reads.helped, 1 + 1, "how many",), 2);
    assert_eq!(get_param!("reads.helped-too", Vec::<i32>::new(), "which"), Vec::<i32>::new());
    assert_eq!(get_param!(reads.max, std::cmp::max::<i32>(1, 2)), 2);
    with_params! { @set reads.given = 4; assert_eq!(get_param!(reads.given: u8), 4) }
}

#[test]
fn keys_may_be_keywords_digits_and_strings() {
    with_params! {
        @set model.type = "mlp";
        @set model.fn.r#match = 1;
        @set layers.0.1.size = 8;
        @set 0.first = true;
        @set "a.b-c" = 2;
        @set or = 5;
        @get kind = model.type or "none";
        @get matched = model.fn.match or 0;
        @get size = "layers.0.1.size" or 0;
        @get first = 0.first or false;
        @get dashed = "a.b-c" or 0;
        @get or = or or 1;
        assert_eq!((kind, matched, size, first, dashed, or), ("mlp", 1, 8, true, 2, 5));
    }
}

#[test]
fn keys_are_hashed_as_the_contract_says() {
    // The hashes are part of the code that the macro made: what it made is found by the store's own hash.
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../conformance/keys/k2-hashes.json");
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let vectors: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut checked = 0;
    for case in vectors["cases"].as_array().unwrap() {
        let (Some(key), Some(hash)) = (case["key"].as_str(), case["hash"].as_str()) else { continue };
        assert_eq!(hyperparameter::key::hash_const(key), hash.parse::<u64>().unwrap(), "{key}");
        checked += 1;
    }
    assert!(checked > 10);
    assert_eq!(get_param!("12345", 1), 1);
    let key = hyperparameter::key::lookup("12345").unwrap().unwrap();
    assert_eq!(key.hash(), 13_461_425_039_964_245_335);
}

#[test]
fn two_keys_with_one_hash_are_an_error_at_the_second() {
    let first = get_param!("reads.twiceyua8or5d_of_the_decoder_layer_nr0df9qouiand_bias_as_well", 1);
    assert_eq!(first, 1);
    // Another prefix: these two do not collide, whatever their ends.
    assert_eq!(get_param!("reads.twicefhc85izt_of_the_decoder_layer_nrFCLl9J1Dand_bias_as_well", 2), 2);
    assert_eq!(get_param!("k4.twiceyua8or5d_of_the_decoder_layer_nr0df9qouiand_bias_as_well", 1), 1);
    let said = panic_of(|| get_param!("k4.twicefhc85izt_of_the_decoder_layer_nrFCLl9J1Dand_bias_as_well", 1));
    assert!(said.contains("have the same hash"), "{said}");
}

#[test]
fn a_call_site_declares_its_default_type_and_help() {
    with_params! {
        /// How many at once.
        @get size: i64 = reads.declared_size or 32;
        assert_eq!(size, 32);
    }
    let key = hyperparameter::key::lookup("reads.declared_size").unwrap().unwrap();
    let declared = &hyperparameter::report::declared(key)[0];
    assert_eq!((&*declared.wanted, &*declared.help), ("i64", "How many at once."));
    assert_eq!(declared.default.as_ref().map(|item| &item.value), Some(&32.into()));
}

#[cfg(feature = "list")]
#[test]
fn sites_are_listed_with_their_text_and_line_whether_or_not_they_run() {
    #[allow(dead_code, reason = "nobody calls it: that is what is tested")]
    fn uncalled() -> f64 {
        /* the line of the key */
        get_param!(reads.uncalled, 1e-3 + 0.5, "never read")
    }
    let line = line!() - 2;
    let site = hyperparameter::__private::sites().find(|site| site.key == "reads.uncalled").unwrap();
    assert_eq!((site.type_text, site.default_text, site.help, site.line), ("", "1e-3 + 0.5", "never read", line));
    assert!(site.file.ends_with("reads.rs"));
    let lent = |site: &&hyperparameter::__private::Site| site.key == "reads.lent";
    let lent: Vec<_> = hyperparameter::__private::sites().filter(lent).map(|s| (s.type_text, s.default_text)).collect();
    assert!(lent.contains(&("string", "\"sgd\"")) && lent.contains(&("String", "\"sgd\"")), "{lent:?}");
    let site = hyperparameter::__private::sites().find(|site| site.key == "reads.declared_size").unwrap();
    let check = site.check.unwrap();
    assert!(check(&Value::text("64")).is_ok() && check(&Value::text("many")).is_err());
}

#[test]
fn a_list_is_read_into() {
    let scope = ParamScope::from(["reads.layers=[64,32]"]);
    scope.with(|| {
        assert_eq!(get_param!(reads.layers.1, 0), 32);
        assert_eq!(get_param!(reads.layers.2, 7), 7);
        assert_eq!(get_param!(reads.layers: Vec<i64>), [64, 32]);
    });
}

#[test]
fn attributes_stay_with_their_line() {
    with_params! {
        #[allow(unused_variables)]
        @get unused = reads.attributes or 1;
        #[cfg(any())]
        @get gone: NoSuchType = reads.attributes;
        #[cfg(all())]
        @get mut kept = reads.attributes or 1;
        kept += 1;
        assert_eq!(kept, 2);
    }
}
