//! Rule V4 for Rust's own types, and for derived ones.
#![cfg(feature = "macros")]

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hyperparameter::error::{Error, ErrorKind};
use hyperparameter::value::Value;
use hyperparameter::{FromParam, IntoParam, ParamScope, Scope, Source, State, require};

/// What `key` reads as, in a strict context, where these texts are set.
fn read<T: FromParam>(key: &str, texts: &[&str]) -> Result<T, Error> {
    let mut scope = Scope::builder();
    for text in texts {
        scope.text(text, &Source::Argument("-D".into(), 1))?;
    }
    let state = scope.build().enter(State::fresh().enter_strict(0, true))?;
    let _guard = hyperparameter::scope::current::Guard::enter(|_| Ok::<_, Error>(state))?;
    require(key)
}

fn fault<T: FromParam + std::fmt::Debug>(key: &str, texts: &[&str]) -> String {
    read::<T>(key, texts).unwrap_err().to_string()
}

macro_rules! reads {
    ($($name:ident: $type:ty, $text:literal => $value:expr;)*) => {$(
        #[test]
        fn $name() {
            assert_eq!(read::<$type>("t.x", &[concat!("t.x=", $text)]).unwrap(), $value);
        }
    )*};
}
reads! {
    an_i8_is_read: i8, "-128" => -128;
    a_u16_is_read: u16, "0xffff" => 0xffff;
    a_u64_beyond_i64_is_read: u64, "18446744073709551615" => u64::MAX;
    an_i128_is_read: i128, "-170141183460469231731687303715884105728" => i128::MIN;
    a_u128_is_read: u128, "340282366920938463463374607431768211455" => u128::MAX;
    a_usize_is_read: usize, "1e3" => 1000;
    a_non_zero_is_read: NonZero<u32>, "7" => NonZero::new(7).unwrap();
    an_f32_is_read: f32, "0.5" => 0.5;
    a_char_is_read: char, "é" => 'é';
    a_cow_is_read: Cow<'static, str>, "1.10" => Cow::Borrowed("1.10");
    a_boxed_str_is_read: Box<str>, "007" => "007".into();
    a_shared_str_is_read: Arc<str>, "null" => Arc::from("null");
    a_path_is_read: PathBuf, "/a/b c" => PathBuf::from("/a/b c");
    a_length_of_time_is_read: Duration, "1.5s" => Duration::from_millis(1500);
    a_number_alone_is_seconds: Duration, "90" => Duration::from_secs(90);
    null_is_no_value_of_an_option: Option<f64>, "null" => None;
    null_is_no_string_of_an_option: Option<String>, "none" => Some("none".to_owned());
    an_option_reads_its_type: Option<u8>, "3" => Some(3);
    a_list_reads_its_items: Vec<f64>, "1,2.5" => [1.0, 2.5];
    an_array_is_read: [u8; 3], "[1, 2, 3]" => [1, 2, 3];
    a_deque_is_read: VecDeque<String>, "a,b" => ["a".to_owned(), "b".to_owned()];
    a_set_holds_each_item_once: BTreeSet<i32>, "2,1,2" => BTreeSet::from([1, 2]);
    a_hash_set_is_read: HashSet<char>, "a,b,a" => HashSet::from(['a', 'b']);
    a_tuple_reads_each_item_by_its_type: (String, f64, bool), "[007, 1, yes]" => ("007".to_owned(), 1.0, true);
    a_map_reads_its_values: HashMap<String, i64>, "{a: 1, b: 2}" => HashMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]);
    a_map_reads_its_keys_by_their_type: BTreeMap<u8, bool>, "{1: on}" => BTreeMap::from([(1, true)]);
    a_box_reads_what_is_in_it: Box<u8>, "4" => Box::new(4);
}

#[test]
fn a_value_out_of_range_names_the_range() {
    let fault = fault::<u8>("t.x", &["t.x=256"]);
    assert!(fault.contains("256 is out of the range of u8, 0 to 255"), "{fault}");
    assert!(fault.contains("it was set by command line -D (1st argument)"), "{fault}");
}

#[test]
fn zero_is_no_non_zero() {
    assert!(fault::<NonZero<u8>>("t.x", &["t.x=0"]).contains("0 is not allowed"));
}

#[test]
fn a_float_beyond_f32_does_not_convert() {
    assert!(fault::<f32>("t.x", &["t.x=1e300"]).contains("beyond the largest f32"));
}

#[test]
fn an_array_of_another_length_does_not_convert() {
    assert!(fault::<[u8; 2]>("t.x", &["t.x=[1]"]).contains("the list has 1 item; 2 are wanted"));
}

#[test]
fn an_item_that_does_not_convert_is_named_by_its_index() {
    let fault = fault::<Vec<u8>>("t.x", &["t.x=[1, two]"]);
    assert!(fault.contains("1: 'two' is not a number"), "{fault}");
}

#[derive(Debug, PartialEq)]
struct Tokenizer(u32);

#[test]
fn an_object_is_handed_over_as_it_is() {
    let object = Arc::new(Tokenizer(5));
    let _scope = ParamScope::new().set("t.object", object.clone()).unwrap().enter().unwrap();
    assert!(Arc::ptr_eq(&require::<Arc<Tokenizer>>("t.object").unwrap(), &object));
}

#[test]
fn an_object_of_another_type_is_named() {
    let _scope = ParamScope::new().set("t.other", Arc::new(Tokenizer(5))).unwrap().enter().unwrap();
    let state = hyperparameter::scope::current::get().enter_strict(0, true);
    let key = hyperparameter::key::intern("t.other").unwrap();
    let error = state.value::<Arc<Vec<u8>>>(key).unwrap_err();
    assert!(error.to_string().contains("Tokenizer, not a alloc::vec::Vec<u8>"), "{error}");
}

#[derive(Clone, Debug, PartialEq, FromParam, IntoParam)]
struct Model {
    #[param(default = 2)]
    layers: u32,
    lr: f64,
    #[param(rename = "type", alias = "kind")]
    family: String,
    note: Option<String>,
    #[param(default)]
    tags: Vec<String>,
}

#[test]
fn the_fields_of_a_struct_are_sub_keys() {
    let model: Model = read("m", &["m.lr=.5", "m.type=resnet", "m.tags=a,b"]).unwrap();
    let tags = vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(model, Model { layers: 2, lr: 0.5, family: "resnet".to_owned(), note: None, tags });
}

#[test]
fn a_struct_is_read_from_a_map_too() {
    assert_eq!(read::<Model>("m", &["m={lr: 1, kind: x, note: n}"]).unwrap().note.as_deref(), Some("n"));
}

#[test]
fn a_struct_that_is_set_reads_back() {
    let model = Model { layers: 3, lr: 0.25, family: "vit".to_owned(), note: Some("null".to_owned()), tags: vec![] };
    let _scope = ParamScope::new().set("m2", model.clone()).unwrap().enter().unwrap();
    assert_eq!(require::<Model>("m2").unwrap(), model);
    assert_eq!(require::<u32>("m2.layers").unwrap(), 3);
}

#[test]
fn a_field_that_does_not_convert_is_named_by_its_own_key_and_source() {
    let error = read::<Model>("m", &["m.type=x", "m.lr=fast"]).unwrap_err();
    assert_eq!((error.kind(), error.key()), (ErrorKind::Conversion, Some("m.lr")));
    assert!(error.to_string().contains("\"fast\" does not convert to float ('fast' is not a number)"), "{error}");
}

#[test]
fn a_missing_field_is_a_missing_parameter_and_the_near_name_is_given() {
    let error = read::<Model>("m", &["m.lrr=1", "m.type=x"]).unwrap_err();
    assert_eq!((error.kind(), error.key()), (ErrorKind::MissingParameter, Some("m.lr")));
    assert!(error.to_string().contains("'lrr' is set, did you mean 'lr'"), "{error}");
}

#[derive(Debug, PartialEq, FromParam)]
#[param(deny_unknown, rename_all = "kebab-case")]
struct Strict {
    #[param(default = 8)]
    batch_size: u32,
    #[param(default = "adam")]
    name: String,
}

#[test]
fn an_unknown_field_is_refused_where_that_is_asked() {
    let fault = fault::<Strict>("s", &["s.batch-siz=1"]);
    assert!(fault.contains("Strict has no field 'batch-siz'; did you mean 'batch-size'?"), "{fault}");
}

#[test]
fn a_struct_whose_fields_all_have_defaults_needs_nothing() {
    assert_eq!(read::<Strict>("s", &[]).unwrap(), Strict { batch_size: 8, name: "adam".to_owned() });
}

#[derive(Debug, Default, PartialEq, FromParam)]
#[param(default)]
struct Nested {
    depth: u8,
    #[param(flatten)]
    rest: Rest,
    #[param(skip)]
    cache: Vec<u8>,
    #[param(from_str)]
    address: Option2,
    inner: Option<Box<Nested>>,
}

#[derive(Debug, Default, PartialEq, FromParam)]
#[param(default)]
struct Rest {
    width: u8,
}

#[derive(Debug, Default, PartialEq)]
struct Option2(Option<std::net::Ipv4Addr>);
impl std::str::FromStr for Option2 {
    type Err = std::net::AddrParseError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(|address| Self(Some(address)))
    }
}

#[test]
fn structs_nest_and_flatten() {
    let nested: Nested = read("n", &["n.width=3", "n.inner.depth=2", "n.address=127.0.0.1"]).unwrap();
    assert_eq!((nested.rest.width, nested.inner.unwrap().depth), (3, 2));
    assert_eq!(nested.address.0, Some([127, 0, 0, 1].into()));
}

#[test]
fn a_nested_field_is_named_by_its_own_key() {
    assert_eq!(read::<Nested>("n", &["n.inner.depth=x"]).unwrap_err().key(), Some("n.inner.depth"));
}

#[test]
fn a_type_that_is_parsed_says_why_it_is_not() {
    assert!(fault::<Nested>("n", &["n.address=here"]).contains("invalid IPv4 address syntax"));
}

#[derive(Clone, Copy, Debug, PartialEq, FromParam, IntoParam)]
enum Schedule {
    Constant,
    CosineDecay,
    #[param(rename = "1cycle", alias = "one-cycle")]
    OneCycle,
}

#[test]
fn a_variant_is_named_in_any_case() {
    for word in ["CosineDecay", "cosinedecay", "COSINEDECAY", "cosine_decay", "cosine-decay", " cosineDecay "] {
        assert_eq!(read::<Schedule>("e", &[&format!("e={word}")]).unwrap(), Schedule::CosineDecay, "{word}");
    }
    assert_eq!(read::<Schedule>("e", &["e=1CYCLE"]).unwrap(), Schedule::OneCycle);
    assert_eq!(read::<Schedule>("e", &["e=one-cycle"]).unwrap(), Schedule::OneCycle);
}

#[test]
fn a_word_that_names_no_variant_gets_the_nearest() {
    let fault = fault::<Schedule>("e", &["e=constnat"]);
    assert!(fault.contains("'constnat' is no Schedule; did you mean 'Constant'?"), "{fault}");
}

#[test]
fn a_word_far_from_every_variant_gets_all() {
    assert!(fault::<Schedule>("e", &["e=zzz"]).contains("one of 'Constant', 'CosineDecay', '1cycle'"));
}

#[derive(Clone, Debug, PartialEq, FromParam, IntoParam)]
enum Optimizer {
    Sgd {
        #[param(default = 0.1)]
        lr: f64,
    },
    Adam {
        #[param(default = 1e-3)]
        lr: f64,
        #[param(default = (0.9, 0.999))]
        betas: (f64, f64),
    },
    Rate(f64),
    #[param(default)]
    None,
}

#[test]
fn a_variant_with_fields_is_named_alone_or_with_them() {
    assert_eq!(read::<Optimizer>("o", &["o=sgd"]).unwrap(), Optimizer::Sgd { lr: 0.1 });
    assert_eq!(read::<Optimizer>("o", &["o.sgd.lr=2"]).unwrap(), Optimizer::Sgd { lr: 2.0 });
    let both = ["o=adam", "o.adam.lr=.5", "o.sgd.lr=1"];
    assert_eq!(read::<Optimizer>("o", &both).unwrap(), Optimizer::Adam { lr: 0.5, betas: (0.9, 0.999) });
    assert_eq!(read::<Optimizer>("o", &["o.rate=3"]).unwrap(), Optimizer::Rate(3.0));
    assert_eq!(read::<Optimizer>("o", &["o=none"]).unwrap(), Optimizer::None);
    assert_eq!(read::<Optimizer>("o", &[]).unwrap(), Optimizer::None);
}

#[test]
fn two_variants_at_once_are_refused() {
    let fault = fault::<Optimizer>("o", &["o.sgd.lr=1", "o.adam.lr=1"]);
    assert!(fault.contains("'sgd'") && fault.contains("'adam'") && fault.contains("are both set"), "{fault}");
}

#[test]
fn a_field_of_a_variant_is_named_by_its_own_key() {
    assert_eq!(read::<Optimizer>("o", &["o.adam.lr=x"]).unwrap_err().key(), Some("o.adam.lr"));
}

#[test]
fn an_enum_that_is_set_reads_back() {
    for value in [Optimizer::Sgd { lr: 3.0 }, Optimizer::Rate(0.5), Optimizer::None] {
        let _scope = ParamScope::new().set("o2", value.clone()).unwrap().enter().unwrap();
        assert_eq!(require::<Optimizer>("o2").unwrap(), value);
    }
}

#[derive(Clone, Debug, PartialEq, FromParam, IntoParam)]
#[param(tag = "name")]
enum Tagged {
    Sgd { lr: f64 },
    Off,
}

#[test]
fn a_tag_stands_beside_the_fields() {
    assert_eq!(read::<Tagged>("g", &["g.name=SGD", "g.lr=1"]).unwrap(), Tagged::Sgd { lr: 1.0 });
    assert_eq!(read::<Tagged>("g", &["g.name=off"]).unwrap(), Tagged::Off);
    let _scope = ParamScope::new().set("g2", Tagged::Sgd { lr: 2.0 }).unwrap().enter().unwrap();
    assert_eq!(require::<Tagged>("g2").unwrap(), Tagged::Sgd { lr: 2.0 });
}

#[derive(Clone, Debug, PartialEq, FromParam, IntoParam)]
struct Wrapper<T>(T);

#[test]
fn a_struct_with_one_field_without_a_name_is_what_the_field_is() {
    assert_eq!(read::<Wrapper<Vec<u8>>>("w", &["w=1,2"]).unwrap(), Wrapper(vec![1, 2]));
    assert_eq!(read::<Wrapper<Option<u8>>>("w", &["w=null"]).unwrap(), Wrapper(None));
}

#[test]
fn structs_stand_in_lists_and_maps() {
    let all: Vec<Model> = read("l", &["l=[{lr: 1, type: a}, {lr: 2, type: b}]"]).unwrap();
    assert_eq!(all[1].family, "b");
    let by_name: BTreeMap<String, Model> = read("b", &["b.x.lr=1", "b.x.type=a"]).unwrap();
    assert_eq!(by_name["x"].lr, 1.0);
}

#[test]
fn every_type_becomes_a_value() {
    let pairs: [(Value, Value); 8] = [
        (u64::MAX.into(), Value::text("18446744073709551615")),
        ('x'.into(), Value::str("x")),
        (Duration::from_millis(1500).into(), Value::str("1.5s")),
        (PathBuf::from("/a").into(), Value::str("/a")),
        ((1, "a", true).into(), Value::list([1.into(), "a".into(), true.into()])),
        ([1, 2].into(), Value::list([1.into(), 2.into()])),
        (BTreeMap::from([(1, 2.5)]).into(), Value::map([("1", 2.5.into())])),
        (NonZero::new(3_u8).unwrap().into(), 3.into()),
    ];
    for (at, (value, expected)) in pairs.into_iter().enumerate() {
        if at == 0 {
            assert!(matches!(value, Value::Big(_)));
        } else {
            assert_eq!(value, expected);
        }
    }
}
