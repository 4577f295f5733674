//! A block that sets computed values leaves its table to its next entry on the thread: nothing of the last one may be seen.
#![cfg(feature = "macros")]

use hyperparameter::scope::current::get as capture;
use hyperparameter::{Params, State, frozen, get_param, with_params};

fn sum() -> i64 {
    get_param!(again.a, 0i64) + get_param!(again.b, 0i64)
}

fn block(a: i64, b: i64, inside: &mut dyn FnMut() -> State) -> State {
    with_params! {
        @set again.a = a;
        @set again.b = b;
        assert_eq!(sum(), a + b);
        inside()
    }
}

#[test]
fn every_entry_has_its_own_values() {
    for at in 0..100 {
        let _ = block(at, 1000 * at, &mut capture);
        assert_eq!(sum(), 0);
    }
}

#[test]
fn a_block_inside_itself_keeps_the_values_of_both() {
    fn down(depth: i64) -> i64 {
        if depth == 0 {
            return sum();
        }
        with_params! {
            @set again.a = depth;
            @set again.b = 10 * depth;
            let inner = down(depth - 1);
            assert_eq!(sum(), 11 * depth);
            inner
        }
    }
    for depth in [1, 2, 5, 3] {
        assert_eq!(down(depth), 11);
    }
}

#[test]
fn a_capture_keeps_its_values_when_the_block_is_entered_again() {
    let captured: Vec<State> = (1..5).map(|at| block(at, at, &mut capture)).collect();
    for (at, captured) in (1..5).zip(captured) {
        let seen = std::thread::spawn(move || with_params! { @params captured; sum() }).join().unwrap();
        assert_eq!(seen, 2 * at);
    }
}

#[test]
fn an_entry_that_someone_holds_keeps_its_value() {
    let held: Vec<_> = (1..4)
        .map(|at| {
            let state = block(at, at, &mut capture);
            state.items()
        })
        .collect();
    let _ = block(9, 9, &mut capture);
    for (at, entries) in (1..4).zip(held) {
        let value = entries.iter().find(|(key, _)| key.name() == "again.a").map(|(_, entry)| entry.value().clone());
        assert_eq!(value, Some(at.into()));
    }
}

#[test]
fn a_frozen_snapshot_keeps_its_values() {
    std::thread::spawn(|| {
        let text = |at: i64| format!("value {at}");
        let publish = |at: i64| with_params! { @set again.frozen = text(at); frozen(); };
        publish(1);
        let first = std::thread::spawn(|| get_param!(again.frozen: String, "none")).join().unwrap();
        publish(2);
        let second = std::thread::spawn(|| get_param!(again.frozen: String, "none")).join().unwrap();
        assert_eq!((first.as_str(), second.as_str()), ("value 1", "value 2"));
    })
    .join()
    .unwrap();
}

#[test]
fn kinds_may_change_from_entry_to_entry() {
    fn text<T: Into<hyperparameter::value::Value>>(value: T) -> String {
        with_params! {
            @set again.kind = value.into();
            get_param!(again.kind: String, "none")
        }
    }
    fn number(value: hyperparameter::value::Value) -> i64 {
        with_params! { @set again.number = value; get_param!(again.number, -1i64) }
    }
    assert_eq!(
        (text(1i64), text("two"), text(true), text(2.5)),
        ("1".into(), "two".into(), "true".into(), "2.5".into())
    );
    for _ in 0..3 {
        // Read as what it is not, it is converted; the next entry must not find that.
        assert_eq!((number(7.0.into()), number(8i64.into()), number("9".into())), (7, 8, 9));
    }
}

#[test]
fn what_read_the_last_entry_is_no_reader_of_the_next() {
    let read = |at: i64, reads: bool| {
        with_params! {
            @set again.marked = at;
            if reads {
                let _ = get_param!(again.marked, 0i64);
            }
            let (_, entry) = capture().items().into_iter().find(|(key, _)| key.name() == "again.marked").unwrap();
            entry.was_read()
        }
    };
    assert_eq!([read(1, true), read(2, false), read(3, true), read(4, false)], [true, false, true, false]);
}

#[test]
fn a_list_around_the_block_has_its_element_written() {
    let write = |at: i64| {
        with_params! {
            @set "again.list.0" = at;
            get_param!(again.list.0, -1i64)
        }
    };
    assert_eq!(write(1), 1);
    with_params! {
        @set again.list = vec![5i64, 6];
        assert_eq!(write(2), 2);
        assert_eq!(get_param!(again.list: Vec<i64>, vec![]), [5, 6]);
    }
    assert_eq!(write(3), 3);
}

#[test]
fn a_block_left_by_a_panic_or_out_of_order_starts_anew() {
    for at in 0..3 {
        let panicked = std::panic::catch_unwind(|| {
            with_params! { @set again.a = at; @set again.b = at; assert!(sum() < 0, "it is {at}"); }
        });
        assert!(panicked.is_err());
        assert_eq!(sum(), 0);
    }
    let (first, second) = (
        hyperparameter::ParamScope::new().set("again.a", 1i64).unwrap().enter(),
        hyperparameter::ParamScope::new().set("again.b", 2i64).unwrap().enter(),
    );
    drop(first);
    assert_eq!(sum(), 2);
    let _ = block(4, 5, &mut capture);
    assert_eq!(sum(), 2);
    drop(second);
    assert_eq!(sum(), 0);
}

#[test]
fn text_is_gone_when_its_block_ends() {
    use std::sync::Arc;
    let text: Arc<str> = "here".into();
    let set = |text: Arc<str>| {
        with_params! {
            @set again.text = hyperparameter::value::Value::Str(text);
            assert_eq!(get_param!(again.text: String, "none"), "here");
        }
    };
    for _ in 0..3 {
        set(text.clone());
        assert_eq!(Arc::strong_count(&text), 1);
    }
}

#[test]
fn blocks_on_many_threads_do_not_share_a_table() {
    std::thread::scope(|threads| {
        for thread in 0..4i64 {
            threads.spawn(move || {
                for at in 0..200 {
                    let _ = block(thread, at, &mut || {
                        let _ = Params::current();
                        capture()
                    });
                }
            });
        }
    });
}
