//! This project, by its macros.

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::sync::Barrier;
use std::task::{Context, Waker};
use std::thread;
use std::time::{Duration, Instant};

use hyperparameter::{FutureExt, ParamScope, frozen, get_param, with_params};

pub(crate) fn prepared(count: usize) -> ParamScope {
    (0..count).fold(ParamScope::new(), |scope, at| scope.set(&format!("bench.k{at}.size"), at as i64).expect("a key"))
}

pub(crate) fn with_keys(count: usize, run: impl FnOnce()) {
    prepared(count).with(|| {
        assert_eq!((hit(), miss()), (5, 1));
        run();
    });
}

pub(crate) fn under(depth: usize, run: impl FnOnce()) {
    let outermost = ParamScope::new().set("bench.k5.size", 5i64).expect("a key").enter();
    let inner: Vec<_> = (1..depth)
        .map(|at| ParamScope::new().set(&format!("bench.under.k{at}"), 1i64).expect("a key").enter())
        .collect();
    assert_eq!(hit(), 5);
    run();
    inner.into_iter().rev().for_each(drop);
    drop(outermost);
}

#[inline(always)]
pub(crate) fn hit() -> i64 {
    get_param!(bench.k5.size, 1)
}

#[inline(always)]
pub(crate) fn miss() -> i64 {
    get_param!(bench.absent.size, 1)
}

pub(crate) fn with_texts(run: impl FnOnce()) {
    with_params! {
        @params ["bench.text=10"];
        @set bench.name = "adam";
        assert_eq!((by_reference(), &*string(), text()), (4, "adam", 10));
        run();
    }
}

#[inline(always)]
pub(crate) fn by_reference() -> usize {
    with_params! { @get name = bench.name or "sgd"; name.len() }
}

pub(crate) fn string() -> String {
    get_param!(bench.name: String, "sgd")
}

#[inline(always)]
pub(crate) fn text() -> i64 {
    get_param!(bench.text, 1)
}

pub(crate) fn literal() {
    with_params! { @set bench.k1.size = 1; black_box(()); }
}

pub(crate) fn literals() {
    with_params! {
        @set bench.k1.size = 1; @set bench.k2.size = 2; @set bench.k3.size = 3; @set bench.k4.size = 4;
        @set bench.k5.size = 5; @set bench.k6.size = 6; @set bench.k7.size = 7; @set bench.k8.size = 8;
        black_box(());
    }
}

pub(crate) fn block_of_1(n: i64) {
    with_params! { @set bench.k1.size = n; black_box(()); }
}

pub(crate) fn block_of_8(n: i64) {
    with_params! {
        @set bench.k1.size = n; @set bench.k2.size = n; @set bench.k3.size = n; @set bench.k4.size = n;
        @set bench.k5.size = n; @set bench.k6.size = n; @set bench.k7.size = n; @set bench.k8.size = n;
        black_box(());
    }
}

fn poll(future: impl Future<Output = ()>, times: u64) -> Duration {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    let began = Instant::now();
    for _ in 0..times {
        let _ = black_box(future.as_mut().poll(&mut context));
    }
    began.elapsed()
}

pub(crate) fn polls(times: u64) -> Duration {
    poll(std::future::pending().with_params(["bench.k1.size=1"]), times)
}

pub(crate) fn plain_polls(times: u64) -> Duration {
    poll(std::future::pending(), times)
}

/// Nanoseconds of the first read of one of 64 call sites, each of a key of its own, on the average.
pub(crate) fn first_uses() -> f64 {
    macro_rules! reads {
        ($($at:literal)*) => {
            [$(get_param!(bench.first.$at.size, 1i64)),*]
        };
    }
    let began = Instant::now();
    let read = black_box(reads! {
        0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
        32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
    });
    began.elapsed().as_nanos() as f64 / read.len() as f64
}

/// Nanoseconds of a read by each of so many threads at once: the least of some runs.
pub(crate) fn threads(count: usize) -> f64 {
    const TIMES: u64 = 1_000_000;
    let scope = prepared(10);
    let barrier = Barrier::new(count);
    let run = || {
        thread::scope(|threads| {
            let all: Vec<_> = (0..count)
                .map(|_| {
                    threads.spawn(|| {
                        scope.with(|| {
                            barrier.wait();
                            let began = Instant::now();
                            for _ in 0..TIMES {
                                let _ = black_box(hit());
                            }
                            began.elapsed()
                        })
                    })
                })
                .collect();
            all.into_iter().map(|thread| thread.join().expect("it ends")).max().unwrap_or_default()
        })
    };
    let least = (0..20).map(|_| run()).min().unwrap_or_default();
    least.as_nanos() as f64 / TIMES as f64
}

/// Nanoseconds of the first read of a new thread, the clock's own taken off: the least of some threads.
pub(crate) fn new_thread() -> f64 {
    prepared(100_000).with(frozen);
    assert_eq!(hit(), 5);
    let clock = (0..1000).map(|_| Instant::now().elapsed()).min().unwrap_or_default();
    let first = || {
        let began = Instant::now();
        let _ = black_box(hit());
        began.elapsed()
    };
    let least = (0..300).map(|_| thread::spawn(first).join().expect("it ends")).min().unwrap_or_default();
    least.saturating_sub(clock).as_nanos() as f64
}
