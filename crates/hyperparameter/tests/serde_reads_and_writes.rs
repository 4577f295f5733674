//! Types with serde's derives, both ways.
#![cfg(all(feature = "serde", feature = "macros"))]

use std::collections::BTreeMap;

use hyperparameter::error::{Error, ErrorKind};
use hyperparameter::value::{Value, from_value, to_value};
use hyperparameter::{ParamScope, Params};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Model {
    lr: f32,
    #[serde(default = "eight")]
    width: u64,
    name: Option<String>,
    #[serde(default)]
    layers: Vec<Layer>,
    #[serde(default)]
    schedule: Schedule,
}

fn eight() -> u64 {
    8
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Layer {
    size: u16,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
enum Schedule {
    #[default]
    Constant,
    Cosine {
        #[serde(default)]
        steps: u32,
    },
    Steps(Vec<u32>),
    Range(u8, u8),
}

fn read<T: for<'de> Deserialize<'de>>(name: &str, texts: &[&str]) -> Result<T, Error> {
    ParamScope::from(texts).with(|| Params::current().deserialize(name))
}

#[test]
fn fields_are_sub_keys_and_text_is_what_they_ask_for() {
    let texts = ["sd.lr=.5", "sd.name=007", "sd.layers=[{size: 1}, {size: 2}]", "sd.schedule=cosine"];
    let model: Model = read("sd", &texts).unwrap();
    let layers = vec![Layer { size: 1 }, Layer { size: 2 }];
    let schedule = Schedule::Cosine { steps: 0 };
    assert_eq!(model, Model { lr: 0.5, width: 8, name: Some("007".to_owned()), layers, schedule });
}

#[test]
fn a_variant_is_named_by_a_word_or_by_its_fields() {
    assert_eq!(read::<Schedule>("sv", &["sv=CONSTANT"]).unwrap(), Schedule::Constant);
    assert_eq!(read::<Schedule>("sv", &["sv.cosine.steps=3"]).unwrap(), Schedule::Cosine { steps: 3 });
    assert_eq!(read::<Schedule>("sv", &["sv.steps=[1,2]"]).unwrap(), Schedule::Steps(vec![1, 2]));
    assert_eq!(read::<Schedule>("sv", &["sv.Range=1,2"]).unwrap(), Schedule::Range(1, 2));
}

#[test]
fn a_part_that_does_not_convert_is_named_by_its_key() {
    let error = read::<Model>("sw", &["sw.lr=1", "sw.width=wide"]).unwrap_err();
    assert_eq!((error.kind(), error.key()), (ErrorKind::Conversion, Some("sw.width")));
    let text = error.to_string();
    assert!(text.contains("\"wide\" does not convert to int ('wide' is not a number); it was set by"), "{text}");
}

#[test]
fn a_part_deep_in_a_list_is_named_by_its_path() {
    let error = read::<Model>("sx", &["sx.lr=1", "sx.layers=[{size: 1}, {size: 70_000}]"]).unwrap_err();
    assert_eq!(error.key(), Some("sx.layers.1.size"));
    assert!(error.to_string().contains("70000"), "{error}");
}

#[test]
fn a_field_that_is_not_set_is_a_missing_parameter() {
    let error = read::<Model>("sy", &["sy.width=1"]).unwrap_err();
    assert_eq!((error.kind(), error.key()), (ErrorKind::MissingParameter, Some("sy.lr")));
}

#[test]
fn nothing_is_a_missing_parameter_and_no_option() {
    assert_eq!(read::<Model>("sz", &[]).unwrap_err().kind(), ErrorKind::MissingParameter);
    assert_eq!(read::<Option<Model>>("sz", &[]).unwrap(), None);
}

#[test]
fn null_is_no_option_also_where_it_is_text() {
    assert_eq!(read::<Option<u8>>("sn", &["sn=null"]).unwrap(), None);
    assert_eq!(read::<Option<u8>>("sn", &["sn=3"]).unwrap(), Some(3));
}

#[test]
fn a_list_of_another_length_is_refused() {
    assert!(read::<(u8, u8)>("sl", &["sl=1"]).is_err());
    assert!(read::<(u8, u8)>("sl", &["sl=1,2,3"]).unwrap_err().to_string().contains("3 items; 2 are wanted"));
}

#[test]
fn maps_read_their_names_by_type() {
    assert_eq!(read::<BTreeMap<u8, bool>>("sm", &["sm={1: yes}"]).unwrap(), BTreeMap::from([(1, true)]));
}

#[test]
fn integers_keep_all_their_digits() {
    assert_eq!(read::<u64>("si", &["si=18446744073709551615"]).unwrap(), u64::MAX);
    assert_eq!(read::<i128>("si", &["si=-170141183460469231731687303715884105728"]).unwrap(), i128::MIN);
    assert!(read::<u8>("si", &["si=2.5"]).unwrap_err().to_string().contains("has a fraction"));
}

#[test]
fn what_is_set_reads_back_the_same() {
    let model = Model {
        lr: 0.1,
        width: u64::MAX,
        name: None,
        layers: vec![Layer { size: 3 }],
        schedule: Schedule::Steps(vec![4]),
    };
    let scope = ParamScope::new().serialize("sb", &model).unwrap();
    assert_eq!(scope.with(|| Params::current().deserialize::<Model>("sb")).unwrap(), model);
    assert_eq!(to_value(&0.1_f32).unwrap(), Value::Float(0.1));
}

#[test]
fn a_scope_is_made_of_what_has_names() {
    let scope = ParamScope::from_serialize(&BTreeMap::from([("sc.a", 1), ("sc.b", 2)])).unwrap();
    assert_eq!(scope.with(|| hyperparameter::get("sc.b", 0)), 2);
    assert!(ParamScope::from_serialize(&1).unwrap_err().to_string().contains("has no names"));
}

#[test]
fn what_is_no_value_is_named_by_its_path() {
    let odd = BTreeMap::from([("a", BTreeMap::from([(Some(1.5_f64.to_bits()), 1)]))]);
    assert!(ParamScope::from_serialize(&odd).is_ok());
    let odd = BTreeMap::from([("a", BTreeMap::from([(vec![1], 1)]))]);
    let error = ParamScope::from_serialize(&odd).unwrap_err();
    assert_eq!((error.kind(), error.key()), (ErrorKind::Config, Some("a")));
}

#[test]
fn values_are_written_by_any_format() {
    let value = Value::map([("a", Value::text("1e3")), ("b", Value::list([true.into(), Value::Null]))]);
    assert_eq!(serde_json::to_string(&value).unwrap(), r#"{"a":1000.0,"b":[true,null]}"#);
    assert_eq!(from_value::<Vec<String>>(&Value::text("a, b")).unwrap(), ["a", "b"]);
}
