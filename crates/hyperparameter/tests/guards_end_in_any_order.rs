//! Rules S2 and S4 for Rust's guards, and what runs while values are read and go: destructors, conversions, defaults.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use hyperparameter::scope::current::{self, Guard};
use hyperparameter::value::Value;
use hyperparameter::value::{Ask, Host, Mismatch};
use hyperparameter::{FromParam, ParamScope, get, require, set};

fn enter(name: &str, value: i64) -> Guard {
    ParamScope::new().set(name, value).unwrap().enter().unwrap()
}

/// Every order in which `n` things can be taken.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let put_in = |order: Vec<usize>| {
        (0..=order.len()).map(move |at| {
            let mut order = order.clone();
            order.insert(at, n - 1);
            order
        })
    };
    orders(n - 1).into_iter().flat_map(put_in).collect()
}

#[test]
fn guards_dropped_in_any_order_take_away_what_each_scope_set_and_nothing_else() {
    let outside = current::get();
    for order in orders(5) {
        let mut guards: Vec<Option<(i64, Guard)>> = (0..5).map(|i| Some((i, enter("order.x", i)))).collect();
        for &at in &order {
            let innermost = guards.iter().flatten().map(|(i, _)| *i).next_back();
            assert_eq!(get("order.x", -1i64), innermost.unwrap_or(-1), "{order:?}");
            drop(guards[at].take());
        }
        assert_eq!(get("order.x", -1i64), -1, "{order:?}");
        assert!(current::get().same(&outside), "{order:?}");
    }
}

#[test]
fn a_guard_dropped_early_takes_the_writes_of_its_scope_along() {
    let outer = enter("early.x", 1);
    set("early.y", 2i64).unwrap();
    let inner = enter("early.x", 3);
    drop(outer);
    assert_eq!(get("early.x", 0i64), 3);
    assert_eq!(get("early.y", 0i64), 0);
    drop(inner);
    assert_eq!(get("early.x", 0i64), 0);
}

#[test]
fn a_panic_ends_the_scopes_that_it_unwinds_and_no_others() {
    let outer = enter("panic.x", 1);
    let inside = current::get();
    let unwound = catch_unwind(AssertUnwindSafe(|| {
        let _a = enter("panic.x", 2);
        set("panic.y", 3i64).unwrap();
        let _b = enter("panic.x", 4);
        panic!("as planned");
    }));
    assert!(unwound.is_err());
    assert!(current::get().same(&inside));
    assert_eq!((get("panic.x", 0i64), get("panic.y", 0i64)), (1, 0));
    drop(outer);
}

#[test]
fn a_scope_entered_and_ended_while_a_panic_unwinds_is_like_any_other() {
    struct OnUnwind;
    impl Drop for OnUnwind {
        fn drop(&mut self) {
            assert_eq!(get("unwind.x", 0i64), 1, "what was entered later is over");
            let guard = enter("unwind.x", 5);
            assert_eq!(get("unwind.x", 0i64), 5);
            drop(guard);
            assert_eq!(get("unwind.x", 0i64), 1);
        }
    }
    let outer = enter("unwind.x", 1);
    let unwound = catch_unwind(AssertUnwindSafe(|| {
        let _on_unwind = OnUnwind;
        let _inner = enter("unwind.x", 2);
        panic!("as planned");
    }));
    assert!(unwound.is_err());
    assert_eq!(get("unwind.x", 0i64), 1);
    drop(outer);
}

/// Reads a parameter when it goes, and tells.
struct LastWord(Arc<Mutex<Vec<i64>>>);

impl Drop for LastWord {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(get("word.x", 0i64));
    }
}

fn enter_with_last_word(said: &Arc<Mutex<Vec<i64>>>) -> Guard {
    let scope = ParamScope::new().set("word.object", Value::Host(Host::new(LastWord(said.clone())))).unwrap();
    scope.set("word.x", 2i64).unwrap().enter().unwrap()
}

#[test]
fn a_destructor_that_reads_while_its_scope_ends_finds_the_state_outside_that_scope() {
    let said = Arc::default();
    let outer = enter("word.x", 1);
    drop(enter_with_last_word(&said));
    assert_eq!(*said.lock().unwrap(), [1], "in the usual order");

    let first = enter_with_last_word(&said);
    let second = enter("word.x", 3);
    drop(first);
    assert_eq!(*said.lock().unwrap(), [1, 3], "in another order");
    drop(second);

    let guard = enter_with_last_word(&said);
    // A second link of the same scope.
    (0..100).for_each(|i| set(&format!("word.k{i}"), i64::from(i)).unwrap());
    drop(guard);
    assert_eq!(*said.lock().unwrap(), [1, 3, 1], "after many writes");
    drop(outer);
}

#[test]
fn a_destructor_that_reads_while_its_thread_ends_finds_no_scope() {
    let said: Arc<Mutex<Vec<i64>>> = Arc::default();
    let of_thread = said.clone();
    let thread = std::thread::spawn(move || std::mem::forget(enter_with_last_word(&of_thread)));
    thread.join().unwrap();
    assert_eq!(*said.lock().unwrap(), [0]);
}

#[test]
fn a_destructor_that_writes_while_its_scope_ends_writes_to_the_scope_outside() {
    struct Writes;
    impl Drop for Writes {
        fn drop(&mut self) {
            set("writes.x", 7i64).unwrap();
        }
    }
    let outer = enter("writes.x", 1);
    let object = Value::Host(Host::new(Writes));
    drop(ParamScope::new().set("writes.object", object).unwrap().enter().unwrap());
    assert_eq!(get("writes.x", 0i64), 7);
    drop(outer);
    assert_eq!(get("writes.x", 0i64), 0);
}

#[test]
fn a_destructor_that_panics_leaves_its_scope_ended() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            assert!(std::thread::panicking(), "as planned");
        }
    }
    let outside = current::get();
    let object = Value::Host(Host::new(Panics));
    let guard = ParamScope::new().set("panics.object", object).unwrap().set("panics.x", 1i64).unwrap().enter().unwrap();
    assert!(catch_unwind(AssertUnwindSafe(|| drop(guard))).is_err());
    assert!(current::get().same(&outside));
}

#[test]
fn a_default_may_itself_read_and_write_parameters() {
    let guard = enter("lazy.base", 20);
    let read = get("lazy.size", {
        set("lazy.seen", 1i64).unwrap();
        2 * get("lazy.base", 1i64)
    });
    assert_eq!((read, get("lazy.seen", 0i64)), (40, 1));
    drop(guard);
}

/// A type whose conversion reads, writes, and enters scopes: foreign code in the middle of a read.
struct Nosy(i64);

thread_local! {
    static KEPT: RefCell<Vec<Guard>> = const { RefCell::new(Vec::new()) };
}

impl FromParam for Nosy {
    const ASK: Ask = Ask::Int;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        set("nosy.x", 100i64).unwrap();
        KEPT.with_borrow_mut(|kept| kept.push(enter("nosy.y", 1)));
        set("nosy.x", 200i64).unwrap();
        match value {
            Value::Int(value) => Ok(Self(value + require::<i64>("nosy.x").unwrap())),
            _ => Err(Mismatch::new("no int")),
        }
    }
}

#[test]
fn a_conversion_may_itself_read_write_and_enter_scopes() {
    let outside = current::get();
    let guard = ParamScope::new().text("nosy.x=7").unwrap().enter().unwrap();
    assert_eq!(require::<Nosy>("nosy.x").unwrap().0, 207, "the value read is that from before the conversion");
    assert_eq!((get("nosy.x", 0i64), get("nosy.y", 0i64)), (200, 1));
    KEPT.take();
    assert_eq!((get("nosy.x", 0i64), get("nosy.y", 0i64)), (100, 0));
    drop(guard);
    assert!(current::get().same(&outside));
}

#[test]
fn a_function_that_enters_and_panics_changes_nothing() {
    let before = current::get();
    let entered = catch_unwind(|| Guard::enter(|_| -> Result<_, ()> { panic!("as planned") }));
    assert!(entered.is_err());
    let updated = catch_unwind(|| current::update(|_| panic!("as planned")));
    assert!(updated.is_err());
    assert!(current::get().same(&before));
}
