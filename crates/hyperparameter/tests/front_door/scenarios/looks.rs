use std::collections::BTreeMap;

use hyperparameter::value::Value;
use hyperparameter::{ErrorKind, Params, explain, get, get_param, with_params};

use crate::stored;

#[test]
fn parameters_are_listed_with_their_values() {
    assert_eq!(stored("fd_items.a"), None);
    with_params! {
        @empty;
        @set fd_items.size = 1;
        @params ["fd_items.b=1e-3"];
        let params = Params::current();
        let all: BTreeMap<_, _> = params.iter().collect();
        assert_eq!(all, BTreeMap::from([("fd_items.size", Value::Int(1)), ("fd_items.b", Value::Float(0.001))]));
        assert_eq!((params.len(), params.is_empty(), params.iter().len()), (2, false, 2));
        assert!(params.contains("fd_items.size").unwrap() && !params.contains("fd_items.c").unwrap());
        assert_eq!(params.contains("fd items").unwrap_err().kind(), ErrorKind::InvalidKey);
        assert_eq!(params.get::<i64>("fd_items.size").unwrap(), Some(1));
        assert_eq!(params.require::<i64>("fd_items.sizes").unwrap_err().near(), ["fd_items.size"]);
    }
}

#[test]
fn a_picture_does_not_change_with_its_thread() {
    assert_eq!(stored("fd_picture.a"), None);
    let params = with_params! { @set fd_picture.a = 1; Params::current() };
    assert_eq!((get("fd_picture.a", 0), params.get::<i64>("fd_picture.a").unwrap()), (0, Some(1)));
    assert_eq!(params.explain("fd_picture.a").unwrap().value(), Some(&Value::Int(1)));
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Model {
    lr: f64,
    #[serde(default)]
    layers: Vec<u32>,
}

#[test]
fn types_of_serde_are_made_of_the_keys_below() {
    assert_eq!(stored("fd_serde.lr"), None);
    with_params! {
        @params ["fd_serde.lr=1e-3", "fd_serde.layers=64,32"];
        let model = Params::current().deserialize::<Model>("fd_serde").unwrap();
        assert_eq!(model, Model { lr: 0.001, layers: vec![64, 32] });
        with_params! {
            @set fd_serde.layers = "wide";
            let error = Params::current().deserialize::<Model>("fd_serde").unwrap_err();
            assert_eq!(error.key(), Some("fd_serde.layers"));
            assert!(error.to_string().contains("looks.rs:"), "{error}");
        }
        assert_eq!(Params::current().deserialize::<Option<Model>>("fd_nowhere").unwrap(), None);
        let error = Params::current().deserialize::<Model>("fd_nowhere").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MissingParameter);
    }
}

#[test]
fn what_was_read_is_used_with_its_value_or_its_default() {
    assert_eq!(stored("fd_used.a"), None);
    with_params! {
        @params ["fd_used.a=2"];
        assert_eq!((get_param!(fd_used.a, 1), get_param!(fd_used.b, 0.5)), (2, 0.5));
        let used = Params::current().used();
        assert!(used.contains(&("fd_used.a", Value::Int(2))), "{used:?}");
        assert!(used.contains(&("fd_used.b", Value::Float(0.5))), "{used:?}");
        assert!(used.iter().all(|(name, _)| *name != "fd_used.c"));
    }
}

#[test]
fn what_a_call_site_declares_is_explained() {
    assert_eq!(stored("fd_said.lr"), None);
    assert_eq!(get_param!(fd_said.lr, 0.25, "the learning rate"), 0.25);
    let said = explain("fd_said.lr").unwrap();
    assert_eq!(said.declared().len(), 1, "{said}");
    let text = said.to_string();
    assert!(text.starts_with("fd_said.lr = 0.25  (its default)\n  default 0.25  ("), "{text}");
    assert!(text.contains("looks.rs:") && text.ends_with("the learning rate"), "{text}");
    with_params! {
        @params ["fd_said.lr=1"];
        with_params! {
            @del fd_said.lr;
            let text = explain("fd_said.lr").unwrap().to_string();
            assert!(text.contains("\n  deleted by a scope\n  hides \"1\""), "{text}");
        }
    }
}
