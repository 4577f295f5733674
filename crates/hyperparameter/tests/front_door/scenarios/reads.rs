use hyperparameter::{ErrorKind, FromParam, ParamScope, error, get, get_param, require, with_params};

use crate::stored;

#[test]
fn a_required_parameter_that_is_not_there_is_an_error_with_near_names() {
    assert_eq!(stored("fd_require.rate"), None);
    fn rate() -> Result<f64, error::Error> {
        with_params! { @get rate: f64 = fd_require.rat?; Ok(rate) }
    }
    with_params! {
        @set fd_require.rate = 0.5;
        let error = rate().unwrap_err();
        assert_eq!((error.kind(), error.near()), (ErrorKind::MissingParameter, &["fd_require.rate".to_owned()][..]));
        let panic = std::panic::catch_unwind(|| get_param!(fd_require.rat: f64)).unwrap_err();
        let text = panic.downcast_ref::<String>().unwrap();
        assert!(text.contains("did you mean 'fd_require.rate'") && text.contains("reads.rs:"), "{text}");
    }
}

#[test]
fn a_required_parameter_that_does_not_convert_is_a_conversion_error() {
    assert_eq!(stored("fd_convert.lr"), None);
    with_params! {
        @params ["fd_convert.lr=fast", "fd_convert.n=300"];
        let error = require::<f64>("fd_convert.lr").unwrap_err();
        assert_eq!((error.kind(), error.key()), (ErrorKind::Conversion, Some("fd_convert.lr")));
        let error = require::<u8>("fd_convert.n").unwrap_err();
        assert!(error.to_string().contains("300 is out of the range of u8"), "{error}");
        assert_eq!((get("fd_convert.lr", 0.5), get("fd_convert.n", 3_u8)), (0.5, 3));
        assert_eq!(get_param!(fd_convert.none: Option<f64>), None);
    }
}

#[test]
fn text_that_spells_null_is_none() {
    assert_eq!(stored("fd_null.s"), None);
    with_params! {
        @params ["fd_null.s=null", "fd_null.i=None", "fd_null.t=text"];
        assert_eq!(get("fd_null.s", Some("x".to_owned())), None);
        assert_eq!(get("fd_null.s", String::new()), "null");
        assert_eq!(get("fd_null.i", Some(1)), None);
        assert_eq!(get("fd_null.t", None::<String>).as_deref(), Some("text"));
    }
}

#[derive(Debug, PartialEq, FromParam)]
enum Kind {
    Sgd,
    Adam {
        #[param(default = 0.1)]
        lr: f64,
    },
}

#[derive(Debug, PartialEq, FromParam)]
struct Optimizer {
    kind: Kind,
    steps: u8,
}

#[test]
fn structs_and_enums_are_gathered_from_their_fields() {
    assert_eq!(stored("fd_opt.kind"), None);
    with_params! {
        @params ["fd_opt.kind=adam", "fd_opt.kind.adam.lr=0.5", "fd_opt.steps=3"];
        assert_eq!(require::<Optimizer>("fd_opt").unwrap(), Optimizer { kind: Kind::Adam { lr: 0.5 }, steps: 3 });
        assert_eq!(require::<Kind>("fd_opt.kind").unwrap(), Kind::Adam { lr: 0.5 });
    }
    with_params! {
        @params ["fd_opt.kind=SGD"];
        assert_eq!(require::<Kind>("fd_opt.kind").unwrap(), Kind::Sgd);
        let error = require::<Optimizer>("fd_opt").unwrap_err();
        assert_eq!((error.kind(), error.key()), (ErrorKind::MissingParameter, Some("fd_opt.steps")), "{error}");
    }
}

#[test]
fn a_field_that_does_not_convert_is_named_by_its_own_key() {
    assert_eq!(stored("fd_field.kind"), None);
    with_params! {
        @params ["fd_field.kind=sgd", "fd_field.steps=many"];
        let error = require::<Optimizer>("fd_field").unwrap_err();
        assert_eq!((error.kind(), error.key()), (ErrorKind::Conversion, Some("fd_field.steps")), "{error}");
        let error = ParamScope::new().strict(true).with(|| get_in_strict("fd_field")).unwrap_err();
        assert_eq!(error.key(), Some("fd_field.steps"), "{error}");
    }
}

fn get_in_strict(name: &str) -> Result<Option<Optimizer>, error::Error> {
    hyperparameter::Params::current().get(name)
}

#[test]
fn an_element_that_nobody_named_is_read_from_its_list() {
    assert_eq!(stored("fd_element.l"), None);
    with_params! {
        @set fd_element.l = vec![vec![1, 2], vec![3]];
        assert_eq!(get("fd_element.l.0.1", 0), 2);
        assert_eq!(get("fd_element.l.2", 7), 7);
        assert_eq!(get("fd_element.l.1", vec![0]), [3]);
    }
}
