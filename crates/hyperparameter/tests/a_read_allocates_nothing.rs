//! A read allocates nothing: hit or miss, in a scope, deep in scopes, in the snapshot, by key and by name, and of text
//! once it was converted. Only where scopes are read through many times are they laid together, once. Counted by an allocator of this test's own, on the thread that reads.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Arc;

use hyperparameter::key::intern;
use hyperparameter::{ParamScope, capture, get, read_key};

struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: everything is handed on to the system's allocator; the count is a plain cell without a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: promised by the caller.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: promised by the caller.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `f` allocates when it is called a second time: the first read of a key notes that it was read.
fn allocations<R>(f: impl Fn() -> R) -> usize {
    let _ = f();
    let before = COUNT.get();
    let _ = f();
    COUNT.get() - before
}

#[test]
fn a_read_allocates_nothing() {
    let (size, text, name) =
        (intern("quiet.size").unwrap(), intern("quiet.text").unwrap(), intern("quiet.name").unwrap());
    let absent = intern("quiet.absent").unwrap();
    let reads = |place: &str| {
        assert_eq!(read_key::<i64>(size).unwrap(), Some(10), "{place}");
        assert_eq!(allocations(|| read_key::<i64>(size)), 0, "a hit {place}");
        assert_eq!(allocations(|| read_key::<f64>(size)), 0, "a converted hit {place}");
        assert_eq!(allocations(|| read_key::<i64>(absent)), 0, "a miss {place}");
        assert_eq!(allocations(|| read_key::<i64>(text)), 0, "text as an integer {place}");
        assert_eq!(allocations(|| read_key::<Arc<str>>(name)), 0, "a string {place}");
        assert_eq!(allocations(|| get("quiet.size", 1i64)), 0, "a hit by name {place}");
        assert_eq!(allocations(|| get("quiet.nobody", 1i64)), 0, "a miss by name {place}");
        assert_eq!(allocations(|| capture().value::<i64>(size)), 0, "a capture {place}");
    };

    let scope = ParamScope::new().set("quiet.size", 10i64).unwrap().set("quiet.name", "adam").unwrap();
    let scope = scope.text("quiet.text=7").unwrap();
    {
        let _outer = scope.enter().unwrap();
        reads("in a scope");
        let inner: Vec<_> = (0..20i64)
            .map(|i| ParamScope::new().set(&format!("quiet.deep.k{i}"), i).unwrap().enter().unwrap())
            .collect();
        reads("under twenty scopes");
        inner.into_iter().rev().for_each(drop);
        hyperparameter::frozen();
    }
    reads("in the snapshot");
    std::thread::spawn(move || reads_in_a_thread(size)).join().unwrap();
}

#[test]
fn scopes_that_are_often_read_through_are_laid_together_once() {
    let outermost = intern("laid.k0").unwrap();
    let scopes: Vec<_> =
        (0..8i64).map(|i| ParamScope::new().set(&format!("laid.k{i}"), i).unwrap().prepare()).collect();
    let _guards: Vec<_> = scopes.iter().map(|scope| scope.enter_here().unwrap()).collect();
    let read = |times: usize| {
        let before = COUNT.get();
        (0..times).for_each(|_| assert_eq!(read_key::<i64>(outermost).unwrap(), Some(0)));
        COUNT.get() - before
    };
    assert_eq!(read(200), 0, "a few reads are not worth it");
    assert!(read(200) > 0, "many are");
    assert_eq!(read(100_000), 0, "and more need no more");
    // Who enters there again finds them so.
    let inner = ParamScope::new().set("laid.inner", 1i64).unwrap().prepare();
    for _ in 0..3 {
        let _inner = inner.enter_here().unwrap();
        let _ = read(1000);
    }
    let _inner = inner.enter_here().unwrap();
    assert_eq!(read(100_000), 0);
}

fn reads_in_a_thread(size: hyperparameter::Key) {
    assert_eq!(allocations(|| read_key::<i64>(size)), 0, "in another thread");
}

#[cfg(feature = "macros")]
#[test]
fn a_read_by_a_call_site_allocates_nothing() {
    use hyperparameter::{get_param, with_params};
    with_params! {
        @set allocates.site.size = 10;
        @set allocates.site.name = "adam";
        @params ["allocates.site.text=10"];
        assert_eq!(allocations(|| get_param!(allocates.site.size, 1i64)), 0);
        assert_eq!(allocations(|| get_param!(allocates.site.absent, 1i64)), 0);
        assert_eq!(allocations(|| get_param!(allocates.site.text, 1i64)), 0);
        assert_eq!(allocations(|| get_param!(allocates.site.size: i64)), 0);
        assert_eq!(allocations(|| get_param!(allocates.site.name, "sgd").len()), 0);
        assert_eq!(allocations(|| get_param!(allocates.site.no_name, "sgd").len()), 0);
        assert_eq!(allocations(|| with_params! { @get name = allocates.site.name or "sgd"; name.len() }), 0);
    }
}
