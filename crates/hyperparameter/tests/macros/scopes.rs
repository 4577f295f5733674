//! `@set`, `@params`, `@empty`, `@frozen`, `@del`, `set_param!`, and the scopes that are entered.

use std::cell::Cell;

use hyperparameter::value::Value;
use hyperparameter::{ParamScope, Params, capture, explain, frozen, get_param, set_param, with_params};

use crate::panic_of;

fn a() -> i64 {
    get_param!(scopes.a, 0)
}

#[test]
fn each_set_sees_the_lines_before_it() {
    with_params! {
        @set scopes.a = 1;
        @set scopes.b = a() + 1;
        let two = get_param!(scopes.b, 0i64);
        @set scopes.c = two + 1;
        @set scopes.d = two;
        assert_eq!((get_param!(scopes.b, 0), get_param!(scopes.c, 0), get_param!(scopes.d, 0)), (2, 3, 2));
    }
    assert_eq!(a(), 0);
}

#[test]
fn a_first_set_reads_what_stood_outside() {
    with_params! {
        @set scopes.a = 1;
        with_params! { @set scopes.a = a() + 1; assert_eq!(a(), 2); }
        assert_eq!(a(), 1);
    }
}

#[test]
fn a_later_set_writes_the_current_scope() {
    with_params! {
        @set scopes.a = 1;
        assert_eq!(a(), 1);
        @set scopes.a = 2;
        assert_eq!(a(), 2);
        for n in 0..3 {
            set_param!(scopes.a, n);
        }
        assert_eq!(a(), 2);
        set_param!(scopes.a = 9);
        assert_eq!(a(), 9);
    }
    assert_eq!(a(), 0);
}

#[test]
fn a_scope_is_evaluated_once() {
    let evaluated = Cell::new(0);
    let scope = || {
        evaluated.set(evaluated.get() + 1);
        ParamScope::from(["scopes.a=5"])
    };
    with_params! { @params scope(); assert_eq!(a(), 5); }
    assert_eq!(evaluated.get(), 1);
}

#[test]
fn several_scopes_nest_in_their_order() {
    let (first, second) = (ParamScope::from(["scopes.a=1", "scopes.b=1"]), ParamScope::from(["scopes.a=2"]));
    with_params! {
        @params &first;
        @params &second;
        assert_eq!((a(), get_param!(scopes.b, 0)), (2, 1));
    }
    with_params! {
        @params &second;
        @params &first;
        assert_eq!(a(), 1);
    }
}

#[test]
fn everything_that_is_a_scope_can_be_entered() {
    let texts = vec![String::from("scopes.a=1")];
    let prepared = ParamScope::new().set("scopes.a", 2).unwrap();
    let scope = prepared.clone().prepare();
    let captured = prepared.with(capture);
    let config = hyperparameter::config::Config::builder()
        .text("inline", hyperparameter::config::Format::Toml, "[scopes]\na = 3\n")
        .load()
        .unwrap();
    let map = Value::map([("scopes", Value::map([("a", 4)].map(|(name, value)| (name, Value::from(value)))))]);
    with_params! { @params &texts; assert_eq!(a(), 1); }
    with_params! { @params texts.iter().map(String::as_str); assert_eq!(a(), 1); }
    with_params! { @params texts; assert_eq!(a(), 1); }
    with_params! { @params &prepared; assert_eq!(a(), 2); }
    with_params! { @params prepared; assert_eq!(a(), 2); }
    with_params! { @params &scope; assert_eq!(a(), 2); }
    with_params! { @params &captured; assert_eq!(a(), 2); }
    with_params! { @params &config; assert_eq!(a(), 3); }
    with_params! { @params map; assert_eq!(a(), 4); }
}

#[test]
fn the_older_spelling_works_and_leaves_names_alone() {
    let args = ["scopes.a=6"];
    with_params! {
        params &args;
        get x = scopes.a or 1;
        set scopes.b = x + 1;
        assert_eq!((x, get_param!(scopes.b, 0)), (6, 7));
    }
    // Variables and functions of these names are what they were.
    let params = 6;
    let get = |x: i32| x + 1;
    let mut set = 1;
    let found = with_params! {
        set += 1;
        get(1);
        let (empty, frozen, del) = (1, 1, 1);
        get(set) + empty + frozen + del + (params & 2)
    };
    assert_eq!(found, 8);
}

#[test]
fn empty_hides_everything_outside() {
    with_params! {
        @set scopes.a = 1;
        with_params! {
            @empty;
            assert_eq!(a(), 0);
            @set scopes.a = 2;
            assert_eq!(a(), 2);
        }
        assert_eq!(a(), 1);
        let scope = ParamScope::empty().set("scopes.b", 3).unwrap();
        scope.with(|| assert_eq!((a(), get_param!(scopes.b, 0)), (0, 3)));
    }
}

#[test]
fn del_hides_a_key_until_the_block_ends() {
    with_params! {
        @set scopes.a = 1;
        with_params! { @del scopes.a; assert_eq!(a(), 0); }
        assert_eq!(a(), 1);
        @set scopes.dropout = 0.5;
        let said = panic_of(|| with_params! { @del scopes.dropuot; });
        assert!(said.contains("'scopes.dropuot'") && said.contains("did you mean 'scopes.dropout'"), "{said}");
    }
}

#[test]
fn frozen_is_seen_by_new_threads() {
    fn seen() -> i64 {
        get_param!(scopes.frozen, 0)
    }
    with_params! {
        @set scopes.frozen = 1;
        assert_eq!(std::thread::spawn(seen).join().unwrap(), 0);
        @frozen;
        assert_eq!(std::thread::spawn(seen).join().unwrap(), 1);
        @set scopes.frozen = 2;
        frozen();
        assert_eq!(std::thread::spawn(seen).join().unwrap(), 2);
    }
}

#[test]
fn a_captured_scope_moves_to_another_thread() {
    let captured = with_params! { @set scopes.a = 8; ParamScope::capture() };
    let seen = std::thread::spawn(move || {
        with_params! { @set scopes.b = 1; @params &captured; (a(), get_param!(scopes.b, 0)) }
    });
    assert_eq!(seen.join().unwrap(), (8, 0), "a captured scope replaces what is seen");
}

#[test]
fn bad_text_panics_with_its_message_or_is_returned() {
    let said = panic_of(|| ParamScope::from(["scopes.a"]));
    assert!(said.contains("there is no '='"), "{said}");
    let said = panic_of(|| with_params! { @params ["scopes a=1"]; });
    assert!(said.contains("white space") && said.contains("scopes.rs:"), "{said}");
    assert!(ParamScope::try_from(vec!["a b=1"]).is_err());
    assert!(ParamScope::try_from(["a=1".to_owned()]).is_ok());
}

#[test]
fn an_element_out_of_range_panics_with_the_length() {
    with_params! {
        @params ["scopes.layers=[1,2]"];
        let said = panic_of(|| with_params! { @set scopes.layers.5 = 3; });
        assert!(said.contains("2 elements"), "{said}");
        @set scopes.layers.1 = 7;
        assert_eq!(get_param!(scopes.layers: Vec<i64>), [1, 7]);
    }
}

#[test]
fn a_panic_leaves_the_scopes_as_they_were() {
    with_params! {
        @set scopes.a = 1;
        let said = panic_of(|| with_params! { @set scopes.a = 2; @params ["scopes.a=3"]; assert_eq!(a(), 4, "inside") });
        assert!(said.contains("inside"), "{said}");
        assert_eq!(a(), 1);
    }
}

#[test]
fn guards_end_in_any_order() {
    let (first, second) = (ParamScope::from(["scopes.a=1"]), ParamScope::from(["scopes.a=2"]));
    let (outer, inner) = (first.enter().unwrap(), second.enter().unwrap());
    drop(outer);
    assert_eq!(a(), 2);
    drop(inner);
    assert_eq!(a(), 0);
}

#[test]
fn a_scope_is_entered_again_after_it_was_changed() {
    let scope = ParamScope::from(["scopes.a=1"]);
    scope.with(|| assert_eq!(a(), 1));
    let scope = scope.set("scopes.a", 2).unwrap();
    scope.with(|| assert_eq!(a(), 2));
    let prepared = ParamScope::from(&scope.prepare()).set("scopes.b", 3).unwrap();
    prepared.with(|| assert_eq!((a(), get_param!(scopes.b, 0)), (2, 3)));
}

#[test]
fn strictness_is_part_of_a_scope() {
    for start in [ParamScope::new(), ParamScope::empty(), ParamScope::capture()] {
        let scope = start.set("scopes.a", "many").unwrap().strict(true);
        scope.with(|| {
            assert!(Params::current().is_strict());
            let said = panic_of(a);
            assert!(said.contains("does not convert"), "{said}");
        });
    }
    assert!(!Params::current().is_strict());
}

#[test]
fn explain_names_the_line_of_a_set() {
    let line = line!() + 2;
    with_params! {
        @set scopes.explained = 1;
        let text = explain("scopes.explained").unwrap().to_string();
        assert!(text.starts_with("scopes.explained = 1  ("), "{text}");
        assert!(text.contains(&format!("scopes.rs:{line}:14")), "{text}");
    }
    assert_eq!(get_param!(scopes.explained_default, 3, "three"), 3);
    let text = explain("scopes.explained_default").unwrap().to_string();
    assert!(text.starts_with("scopes.explained_default = 3  (its default)"), "{text}");
    assert!(text.contains("\n  three"), "{text}");
}

#[test]
fn what_a_set_hides_is_still_known() {
    with_params! {
        @params ["scopes.hidden=1"];
        @set scopes.hidden = 2;
        let text = explain("scopes.hidden").unwrap().to_string();
        assert!(text.starts_with("scopes.hidden = 2") && text.contains("\n  hides \"1\""), "{text}");
        @params ["scopes.hidden=3"];
        assert_eq!(get_param!(scopes.hidden, 0), 3);
        @set scopes.hidden = 4;
        assert_eq!(get_param!(scopes.hidden, 0), 4);
        @empty;
        @set scopes.hidden = 5;
        @set scopes.a = get_param!(scopes.hidden, 0) + 1;
        assert_eq!(a(), 6);
    }
}

#[test]
fn many_entries_leave_no_scope_behind() {
    // In a scope of its own: what other tests freeze meanwhile is not seen there.
    let _own = ParamScope::new().enter().unwrap();
    let before = Params::current().len();
    for n in 0..if cfg!(miri) { 50 } else { 10_000 } {
        with_params! { @set scopes.a = n; @params ["scopes.b=1"]; @empty; assert_eq!(a(), 0); }
    }
    assert_eq!(Params::current().len(), before);
}
