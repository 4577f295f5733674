use std::future::Future;
use std::mem::forget;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use hyperparameter::{FutureExt, ParamScope, auto_param, get, set, with_params};

use crate::stored;

#[auto_param("fd_call")]
fn call(#[default(1)] x: i64) -> i64 {
    set("fd_call.written", x).unwrap();
    forget(ParamScope::new().set("fd_call.open", 2).unwrap().enter().unwrap());
    get("fd_call.written", 0) + get("fd_call.open", 0)
}

#[test]
fn what_a_call_wrote_and_left_open_is_gone_when_it_returns() {
    assert_eq!(stored("fd_call.x"), None);
    assert_eq!(call(), 3);
    with_params! {
        @set fd_call.x = 5;
        set("fd_call.written", 100).unwrap();
        assert_eq!(call(), 7);
        assert_eq!((get("fd_call.written", 0), stored("fd_call.open")), (100, None));
    }
    assert_eq!(stored("fd_call.written"), None);
}

#[auto_param("fd_recursive")]
fn recursive(depth: u32, #[default(0)] seen: i64) -> i64 {
    if depth == 0 {
        return seen;
    }
    set("fd_recursive.seen", i64::from(depth)).unwrap();
    let inner = recursive(depth - 1);
    assert_eq!(get("fd_recursive.seen", 0), i64::from(depth));
    inner
}

#[test]
fn calls_in_calls_take_back_their_own_writes_only() {
    assert_eq!(stored("fd_recursive.seen"), None);
    assert_eq!(recursive(3), 1);
    assert_eq!(stored("fd_recursive.seen"), None);
}

/// Is pending once.
struct Pause(bool);
impl Future for Pause {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_future_has_its_scope_in_every_poll_and_nobody_else_does() {
    assert_eq!(stored("fd_future.a"), None);
    let work = async {
        let first = get("fd_future.a", 0);
        Pause(false).await;
        first + get("fd_future.a", 0)
    };
    let mut future = pin!(work.with_params(["fd_future.a=5"]));
    assert_eq!(poll(future.as_mut()), Poll::Pending);
    assert_eq!((get("fd_future.a", 0), stored("fd_future.a")), (0, None));
    ParamScope::new().set("fd_future.a", 7).unwrap().with(|| {
        assert_eq!(poll(future.as_mut()), Poll::Ready(10));
        assert_eq!(get("fd_future.a", 0), 7);
    });
}

#[test]
fn what_a_future_writes_and_opens_stays_with_it() {
    assert_eq!(stored("fd_task.w"), None);
    let work = async {
        set("fd_task.w", 1).unwrap();
        let guard = ParamScope::new().set("fd_task.g", 2).unwrap().enter().unwrap();
        Pause(false).await;
        let inside = (get("fd_task.w", 0), get("fd_task.g", 0));
        drop(guard);
        Pause(false).await;
        (inside, get("fd_task.w", 0), get("fd_task.g", 0))
    };
    let mut future = pin!(ParamScope::new().set("fd_task.o", 3).unwrap().with(|| work.in_current_params()));
    for _ in 0..2 {
        assert_eq!(poll(future.as_mut()), Poll::Pending);
        assert_eq!((stored("fd_task.w"), stored("fd_task.g"), stored("fd_task.o")), (None, None, None));
    }
    assert_eq!(poll(future.as_mut()), Poll::Ready(((1, 2), 1, 0)));
}

#[test]
fn a_panic_in_a_poll_puts_the_former_parameters_back() {
    assert_eq!(stored("fd_poll.a"), None);
    let mut future = Box::pin(async { panic!("on purpose") }.with_params(["fd_poll.a=1"]));
    let polled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| poll(future.as_mut())));
    assert!(polled.is_err());
    assert_eq!(stored("fd_poll.a"), None);
}

#[auto_param("fd_async")]
async fn waits(#[default(1)] x: i64) -> i64 {
    set("fd_async.w", x).unwrap();
    Pause(false).await;
    x + get("fd_async.w", 0)
}

#[test]
fn an_async_function_keeps_the_parameters_of_its_call() {
    assert_eq!(stored("fd_async.x"), None);
    let mut future = pin!(ParamScope::new().set("fd_async.x", 4).unwrap().with(waits));
    assert_eq!(poll(future.as_mut()), Poll::Pending);
    assert_eq!(stored("fd_async.w"), None);
    assert_eq!(poll(future.as_mut()), Poll::Ready(8));
}

#[test]
fn a_poll_is_no_part_of_the_call_that_it_happens_in() {
    #[auto_param("fd_outer")]
    fn outer(future: Pin<&mut impl Future<Output = i64>>, #[default(1)] _x: i64) -> Poll<i64> {
        set("fd_outer.w", 1).unwrap();
        let polled = poll(future);
        assert_eq!(get("fd_outer.w", 0), 1);
        polled
    }
    assert_eq!(stored("fd_outer.w"), None);
    let work = async {
        set("fd_outer.f", 2).unwrap();
        Pause(false).await;
        get("fd_outer.f", 0)
    };
    let mut future = pin!(work.with_params(["fd_outer.g=1"]));
    assert_eq!(outer(future.as_mut()), Poll::Pending);
    assert_eq!(outer(future.as_mut()), Poll::Ready(2));
    assert_eq!(stored("fd_outer.w"), None);
}
