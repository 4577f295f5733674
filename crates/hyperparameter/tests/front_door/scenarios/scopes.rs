use hyperparameter::config::{Config, Format};
use hyperparameter::value::Value;
use hyperparameter::{
    ErrorKind, ParamScope, Params, capture, explain, get, get_param, require, set, set_param, with_params,
};

use crate::stored;

#[test]
fn an_empty_block_hides_what_is_outside_and_its_own_values_are_seen() {
    assert_eq!(stored("fd_empty.a"), None);
    with_params! {
        @set fd_empty.a = 1;
        with_params! {
            @empty;
            assert_eq!((get("fd_empty.a", 0), stored("fd_empty.a")), (0, None));
            set_param!(fd_empty.b, 2);
            assert_eq!((get_param!(fd_empty.b, 0), stored("fd_empty.b")), (2, Some(Value::Int(2))));
        }
        assert_eq!((get("fd_empty.a", 0), get("fd_empty.b", 0)), (1, 0));
    }
    assert_eq!(Params::current().get::<i64>("fd_empty.a").unwrap(), None);
}

#[test]
fn a_deleted_key_is_back_when_its_scope_ends() {
    assert_eq!(stored("fd_del.a.x"), None);
    with_params! {
        @set fd_del.a.x = 1;
        with_params! {
            @set fd_del.b = 2;
            @del fd_del.a;
            assert_eq!((get("fd_del.a.x", 0), stored("fd_del.a.x")), (0, None));
        }
        assert_eq!((get("fd_del.a.x", 0), stored("fd_del.a.x")), (1, Some(Value::Int(1))));
    }
}

#[test]
#[should_panic(expected = "did you mean 'fd_gone.rate'")]
fn deleting_what_is_not_there_names_what_is_near() {
    assert_eq!(stored("fd_gone.rate"), None);
    with_params! {
        @set fd_gone.rate = 1;
        @del fd_gone.rat;
    }
}

#[test]
fn everything_that_is_a_scope_can_be_entered() {
    assert_eq!(stored("fd_enter.a"), None);
    let config = Config::builder().text("fd.toml", Format::Toml, "[fd_enter]\nb = 2").load().unwrap();
    let captured = with_params! { @set fd_enter.c = 3; capture() };
    with_params! {
        @params ["fd_enter.a=1_000"];
        @params &config;
        @params Value::map([("fd_enter", Value::map([("d", Value::Int(4))]))]);
        let all = ["a", "b", "c", "d"].map(|name| get(&format!("fd_enter.{name}"), 0));
        assert_eq!(all, [1000, 2, 0, 4]);
        with_params! {
            @params captured;
            let all = ["a", "b", "c", "d"].map(|name| get(&format!("fd_enter.{name}"), 0));
            assert_eq!((all, stored("fd_enter.c")), ([0, 0, 3, 0], Some(Value::Int(3))));
        }
    }
}

#[test]
fn a_scope_of_any_start_can_be_strict_and_set_values() {
    assert_eq!(stored("fd_start.out"), None);
    let outer = ParamScope::new().text("fd_start.out=fast").unwrap();
    outer.with(|| {
        for start in [ParamScope::new(), ParamScope::empty(), ParamScope::capture(), ParamScope::from(capture())] {
            for strict in [true, false] {
                let hides = format!("{start:?}").contains("Empty");
                let scope = start.clone().strict(strict).set("fd_start.in", "slow").unwrap();
                scope.with(|| {
                    assert_eq!(Params::current().is_strict(), strict);
                    assert_eq!(stored("fd_start.out").is_none(), hides);
                    assert_eq!(require::<i64>("fd_start.in").unwrap_err().kind(), ErrorKind::Conversion);
                    let read = Params::current().get::<i64>("fd_start.in");
                    assert_eq!(read.is_err(), strict, "{scope:?}");
                });
            }
        }
    });
}

#[test]
fn elements_of_lists_are_written_against_the_list_that_is_seen() {
    assert_eq!(stored("fd_list.l"), None);
    with_params! {
        @set fd_list.l = vec![1, 2];
        with_params! {
            @set fd_list.l.1 = 5;
            assert_eq!(get("fd_list.l", vec![0]), [1, 5]);
            let error = ParamScope::empty().set("fd_list.l", vec![7]).unwrap().set("fd_list.l.3", 1).unwrap().enter();
            assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidKey);
        }
        assert_eq!(get("fd_list.l", vec![0]), [1, 2]);
    }
}

#[test]
fn a_prepared_scope_is_the_same_at_every_entry() {
    assert_eq!(stored("fd_again.l"), None);
    let scope = ParamScope::new().set("fd_again.l", vec![1, 2]).unwrap().set("fd_again.l.0", 5).unwrap();
    let scope = scope.set("fd_again.d", Value::map([("x", Value::Int(1))])).unwrap().text("fd_again.d.x=2").unwrap();
    for _ in 0..4 {
        let guard = scope.enter().unwrap();
        assert_eq!((get("fd_again.l", vec![0]), get("fd_again.d.x", 0)), (vec![5, 2], 2));
        assert_eq!(scope.clone().with(|| get("fd_again.l.0", 0)), 5);
        drop(guard);
        assert_eq!((stored("fd_again.l"), stored("fd_again.d.x")), (None, None));
    }
    let changed = scope.set("fd_again.d.x", 3).unwrap();
    assert_eq!(changed.with(|| get("fd_again.d.x", 0)), 3);
}

#[test]
fn guards_end_in_any_order() {
    assert_eq!(stored("fd_order.a"), None);
    let first = ParamScope::new().set("fd_order.a", 1).unwrap().enter().unwrap();
    let second = ParamScope::empty().set("fd_order.b", 2).unwrap().enter().unwrap();
    drop(first);
    assert_eq!((get("fd_order.a", 0), get("fd_order.b", 0)), (0, 2));
    drop(second);
    assert_eq!((stored("fd_order.a"), stored("fd_order.b")), (None, None));
}

#[test]
fn a_panic_ends_every_scope_that_it_passes() {
    assert_eq!(stored("fd_panic.a"), None);
    let caught = std::panic::catch_unwind(|| {
        ParamScope::empty().with(|| {
            set("fd_panic.a", 1).unwrap();
            panic!("on purpose")
        })
    });
    assert!(caught.is_err());
    assert_eq!(stored("fd_panic.a"), None);
}

#[test]
fn sources_name_the_line_and_what_they_hide() {
    assert_eq!(stored("fd_source.lr"), None);
    let config = Config::builder().text("fd.toml", Format::Toml, "fd_source.lr = 1").load().unwrap();
    with_params! {
        @params &config;
        @set fd_source.lr = 0.5;
        let text = explain("fd_source.lr").unwrap().to_string();
        assert!(text.starts_with("fd_source.lr = 0.5  ("), "{text}");
        assert!(text.contains("scopes.rs:"), "{text}");
        assert!(text.contains("hides 1  (fd.toml:1:"), "{text}");
    }
}
