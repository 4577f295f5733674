//! What was entered and left, set and gone, asked for and missing leaves no memory behind. Counted by an allocator of this
//! test's own, on the thread that runs.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::{Mutex, PoisonError};

use hyperparameter::key::{self, intern};
use hyperparameter::value::Value;
use hyperparameter::{ParamScope, Scope, Source, State, get, set};

struct Counting;

thread_local! {
    static BYTES: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: usize, sign: isize) {
    BYTES.set(BYTES.get() + sign * isize::try_from(bytes).unwrap_or_default());
}

// SAFETY: everything is handed on to the system's allocator; the count is a plain cell without a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 1);
        // SAFETY: promised by the caller.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(layout.size(), -1);
        // SAFETY: promised by the caller.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What so many rounds leave allocated after a few that made keys and thread-locals.
fn left_behind(rounds: i64, f: impl Fn(i64)) -> isize {
    // What one thread publishes another may be the last to let go: one test at a time.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    (rounds - 10..rounds).for_each(&f);
    let before = BYTES.get();
    (0..rounds).for_each(&f);
    BYTES.get() - before
}

#[test]
fn a_million_scope_entries_leave_no_memory_behind() {
    let scope = ParamScope::new().set("enter.x", 1i64).unwrap().text("enter.y=2").unwrap().prepare();
    let left = left_behind(1_000_000, |_| {
        let _guard = scope.enter_here().unwrap();
        assert_eq!(get("enter.y", 0i64), 2);
    });
    assert_eq!(left, 0);
}

/// Ten million were run by `HYPERPARAMETER_TEST_ENTRIES=10000000 cargo test --release`; fewer do for every day.
#[cfg(feature = "macros")]
#[test]
fn millions_of_blocks_leave_no_memory_behind() {
    use hyperparameter::{get_param, with_params};
    let entries = std::env::var("HYPERPARAMETER_TEST_ENTRIES").ok().and_then(|count| count.parse().ok());
    let left = left_behind(entries.unwrap_or(100_000), |n| {
        with_params! {
            @set blocks.x = n;
            @set blocks.y = 2;
            @params ["blocks.z=3"];
            @set blocks.z = "three";
            @get name = blocks.z or "none";
            assert_eq!((get_param!(blocks.x, 0), get_param!(blocks.y, 0), name), (n, 2, "three"));
        }
    });
    assert_eq!(left, 0);
}

#[test]
fn scopes_left_out_of_order_leave_no_memory_behind() {
    let left = left_behind(1_000, |round| {
        let scope = ParamScope::new().set("out.x", round).unwrap();
        let guards: Vec<_> = (0..20).map(|_| scope.enter().unwrap()).collect();
        set("out.y", Value::list([round.into()])).unwrap();
        drop(guards);
    });
    assert_eq!(left, 0);
}

#[test]
fn writes_of_one_key_outside_every_scope_keep_only_the_last() {
    let left = left_behind(100_000, |at| set("base.x", at).unwrap());
    assert_eq!(left, 0);
}

#[test]
fn a_million_misses_by_name_leave_no_key_and_no_memory_behind() {
    set("miss.known", 1i64).unwrap();
    let left = left_behind(1_000_000, |at| assert_eq!(get(&format!("miss.k{at}"), 7i64), 7));
    assert_eq!(left, 0);
    let made: Vec<_> = key::all().into_iter().filter(|key| key.name().starts_with("miss.k")).collect();
    assert_eq!(made, [intern("miss.known").unwrap()]);
}

#[test]
fn what_was_read_and_converted_goes_with_its_scope() {
    let left = left_behind(10_000, |at| {
        let guard = ParamScope::new().text(&format!("converted.x=[{at}, 2]")).unwrap().enter().unwrap();
        assert_eq!(get("converted.x", Vec::<i64>::new()), [at, 2]);
        assert_eq!(get("converted.x.0", 0i64), at);
        drop(guard);
    });
    assert_eq!(left, 0);
}

#[test]
fn publications_leave_only_the_newest_snapshot_behind() {
    let left = left_behind(1_000, |at| {
        let mut builder = Scope::builder();
        builder.set("published.x", at, &Source::Unknown).unwrap();
        builder.build().enter(State::fresh()).unwrap().freeze();
        assert_eq!(State::fresh().value::<i64>(intern("published.x").unwrap()).unwrap(), Some(at));
    });
    assert_eq!(left, 0);
}
