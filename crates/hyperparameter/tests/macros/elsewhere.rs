//! Futures, and guards that stay where they are.

use std::cell::RefCell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use hyperparameter::{FutureExt, ParamScope, capture, get_param, set_param, with_params};

use crate::panic_of;

fn x() -> i32 {
    get_param!(elsewhere.x, 0)
}

/// Pending once.
#[derive(Default)]
struct Yield(bool);

impl Future for Yield {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = poll(future.as_mut()) {
            return output;
        }
    }
}

#[test]
fn a_scope_is_installed_for_each_poll_and_removed_after_it() {
    let mut task = pin!(
        async {
            let before = x();
            Yield::default().await;
            (before, x())
        }
        .with_params(["elsewhere.x=1"])
    );
    assert!(poll(task.as_mut()).is_pending());
    assert_eq!(x(), 0);
    with_params! {
        @set elsewhere.x = 5;
        assert_eq!(poll(task.as_mut()), Poll::Ready((1, 1)));
        assert_eq!(x(), 5);
    }
}

#[test]
fn what_a_future_writes_and_enters_stays_with_it() {
    let mut task = pin!(
        async {
            set_param!(elsewhere.x, 2);
            Yield::default().await;
            let kept = x();
            let guard = ParamScope::from(["elsewhere.x=3"]).enter().unwrap();
            Yield::default().await;
            let inside = x();
            drop(guard);
            (kept, inside, x())
        }
        .in_current_params()
    );
    for _ in 0..2 {
        assert!(poll(task.as_mut()).is_pending());
        assert_eq!(x(), 0);
    }
    assert_eq!(poll(task.as_mut()), Poll::Ready((2, 3, 2)));
    assert_eq!(x(), 0);
}

#[test]
fn a_bound_future_sees_the_scope_of_its_making_on_any_thread() {
    let bound = with_params! { @set elsewhere.x = 4; async { x() }.in_current_params() };
    assert_eq!(std::thread::spawn(move || block_on(bound)).join().unwrap(), 4);
}

#[test]
fn a_scope_goes_on_top_of_what_is_visible() {
    let bound = with_params! {
        @set elsewhere.x = 4;
        @set elsewhere.y = 4;
        async { (x(), get_param!(elsewhere.y, 0)) }.with_params(["elsewhere.x=5"])
    };
    assert_eq!(block_on(bound), (5, 4));
}

#[test]
fn a_panic_in_a_poll_leaves_the_thread_as_it_was() {
    let mut task = pin!(async { panic!("in the task, {}", x()) }.with_params(["elsewhere.x=1"]));
    let said = panic_of(|| {
        let _: Poll<()> = poll(task.as_mut());
    });
    assert_eq!(said, "in the task, 1");
    assert_eq!(x(), 0);
}

#[test]
fn a_future_is_dropped_in_its_own_scope() {
    struct Reads(Rc<RefCell<Vec<i32>>>);
    impl Drop for Reads {
        fn drop(&mut self) {
            self.0.borrow_mut().push(x());
        }
    }
    let seen = Rc::new(RefCell::new(Vec::new()));
    let held = Reads(seen.clone());
    let mut task = Box::pin(
        async move {
            let _held = held;
            Yield::default().await;
        }
        .with_params(["elsewhere.x=6"]),
    );
    assert!(poll(task.as_mut()).is_pending());
    drop(task);
    assert_eq!((&*seen.borrow(), x()), (&vec![6], 0));
}

#[test]
fn a_block_that_only_reads_may_await_and_moves_between_threads() {
    fn sends<F: Future + Send>(future: F) -> F {
        future
    }
    let task = sends(async {
        with_params! {
            @get x = elsewhere.x or 1;
            @get name = elsewhere.name or "adam";
            Yield::default().await;
            @get later = elsewhere.later or { Yield::default().await; 2 };
            (x, name.len(), later)
        }
    });
    assert_eq!(block_on(task), (1, 4, 2));
}

#[test]
fn an_await_before_the_scope_opens_or_in_a_nested_async_block_is_fine() {
    let task = async {
        with_params! {
            Yield::default().await;
            @set elsewhere.x = { Yield::default().await; 1 };
            let inner = async { Yield::default().await; x() };
            let closure = async |n: i32| { Yield::default().await; n };
            async fn nested() -> i32 {
                Yield::default().await;
                1
            }
            let _ = (closure, nested);
            inner.in_current_params()
        }
        .await
    };
    assert_eq!(block_on(task), 1);
}

#[test]
fn bound_futures_nest() {
    let task = async {
        let inner = async { (x(), get_param!(elsewhere.y, 0)) }.with_params(["elsewhere.y=2"]);
        (inner.await, get_param!(elsewhere.y, 0))
    };
    assert_eq!(block_on(task.with_params(["elsewhere.x=1"])), ((1, 2), 0));
}

#[test]
fn a_captured_state_is_entered_by_many_threads_at_once() {
    let captured = with_params! { @set elsewhere.x = 3; capture() };
    std::thread::scope(|threads| {
        for n in 0..4 {
            let captured = &captured;
            let _ = threads.spawn(move || {
                for _ in 0..if cfg!(miri) { 3 } else { 100 } {
                    with_params! {
                        @params captured;
                        assert_eq!(x(), 3);
                        @set elsewhere.x = n;
                        assert_eq!(x(), n);
                    }
                    assert_eq!(x(), 0);
                }
            });
        }
    });
}
