//! The core's timings: `cargo bench -p hyperparameter-bench`, or `make bench` for the table of minima with its targets.
//!
//! Every name of a bench here is a row of `benches/core/table.py`.

use std::cell::Cell;
use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use hyperparameter::key::Key;
use hyperparameter::scope::current;
use hyperparameter::{ParamScope, Scope, State, capture, get, read_key, set};
use hyperparameter_bench::{Frozen, inside, key, keys, prepared, some_pin};

const SIZES: [usize; 4] = [1, 1_000, 100_000, 1_000_000];

/// What a program does with a read: the value, else its default. An error (in a strict context) would be passed on.
#[inline(always)]
fn read(key: Key) -> i64 {
    read_key(key).ok().flatten().unwrap_or(1)
}

#[inline(always)]
fn read_in(state: &State, key: Key) -> i64 {
    state.value(key).ok().flatten().unwrap_or(1)
}

fn floor(c: &mut Criterion) {
    some_pin();
    thread_local! {
        static CELL: Cell<i64> = const { Cell::new(1) };
    }
    let _ = c.bench_function("floor/thread_local Cell", |b| b.iter(|| CELL.get()));
    let _ = c.bench_function("floor/Instant::now twice", |b| {
        b.iter_custom(|times| (0..times).map(|_| Instant::now().elapsed()).sum());
    });
}

/// Reads by key at each number of keys: set in a scope, and frozen with no scope.
fn reads(c: &mut Criterion) {
    let absent = key("bench.absent.size");
    let all = keys("bench.many", SIZES[3]);
    for size in SIZES {
        let here = &all[..size];
        let there = here[size / 2];
        let scope = prepared(here);
        let guard = scope.enter_here().expect("no lists");
        assert_eq!(read_key::<i64>(there).unwrap(), Some((size / 2) as i64));
        let _ = c.bench_function(&format!("read hit/scope of {size}"), |b| b.iter(|| read(black_box(there))));
        let _ = c.bench_function(&format!("read miss/scope of {size}"), |b| b.iter(|| read(black_box(absent))));
        drop(guard);
        let state = inside(std::slice::from_ref(&scope));
        let _ = c.bench_function(&format!("state hit/scope of {size}"), |b| {
            b.iter(|| read_in(black_box(&state), black_box(there)));
        });
        drop((state, scope));
        let frozen = Frozen::with(here);
        assert_eq!(read_key::<i64>(there).unwrap(), Some((size / 2) as i64));
        let _ = c.bench_function(&format!("read hit/snapshot of {size}"), |b| b.iter(|| read(black_box(there))));
        let _ = c.bench_function(&format!("read miss/snapshot of {size}"), |b| {
            b.iter(|| read(black_box(absent)));
        });
        drop(frozen);
    }
}

/// Reads of a key of the outermost of some scopes, which share no key.
fn deep(c: &mut Criterion) {
    let (outermost, absent) = (key("bench.deep.k0.size"), key("bench.absent.size"));
    let scopes: Vec<Scope> = keys("bench.deep", 64).iter().map(|key| prepared(std::slice::from_ref(key))).collect();
    for depth in [1, 8, 64] {
        let guards: Vec<_> = scopes[..depth].iter().map(|scope| scope.enter_here().expect("no lists")).collect();
        assert_eq!(read_key::<i64>(outermost).unwrap(), Some(0));
        let _ = c.bench_function(&format!("read hit/under {depth} scopes"), |b| {
            b.iter(|| read(black_box(outermost)));
        });
        let _ = c.bench_function(&format!("read miss/under {depth} scopes"), |b| {
            b.iter(|| read(black_box(absent)));
        });
        guards.into_iter().rev().for_each(drop);
        let state = inside(&scopes[..depth]);
        let _ = c.bench_function(&format!("state hit/under {depth} scopes"), |b| {
            b.iter(|| read_in(black_box(&state), black_box(outermost)));
        });
    }
}

/// Reads by name, of text and of a string.
fn kinds(c: &mut Criterion) {
    let (size, text, name) = (key("bench.kinds.size"), key("bench.kinds.text"), key("bench.kinds.name"));
    let scope = ParamScope::new().set(size.name(), 10i64).unwrap();
    let scope = scope.set(name.name(), "adam").unwrap().text("bench.kinds.text=10").unwrap();
    let _guard = scope.enter().unwrap();
    let _ = c.bench_function("read/by name", |b| b.iter(|| get(black_box("bench.kinds.size"), 1i64)));
    let _ = c.bench_function("read/by name, unknown", |b| b.iter(|| get(black_box("bench.kinds.nobody"), 1i64)));
    let _ = c.bench_function("read/text as i64", |b| b.iter(|| read(black_box(text))));
    let _ = c.bench_function("read/int as f64", |b| b.iter(|| read_key::<f64>(black_box(size))));
    let _ = c.bench_function("read/Arc<str>", |b| b.iter(|| read_key::<std::sync::Arc<str>>(black_box(name))));
    let _ = c.bench_function("read/String", |b| b.iter(|| read_key::<String>(black_box(name))));
}

fn scopes(c: &mut Criterion) {
    for count in [1, 8, 100_000] {
        let scope = prepared(&keys("bench.enter", count));
        let _ = c.bench_function(&format!("enter+leave/prepared, {count} keys"), |b| {
            b.iter(|| drop(black_box(&scope).enter_here()));
        });
    }
    let scope = prepared(&keys("bench.enter", 1));
    let outer: Vec<_> = (0..3).map(|_| scope.enter_here()).collect();
    let _ = c.bench_function("enter+leave/prepared, 1 key, inside 3 scopes", |b| {
        b.iter(|| drop(black_box(&scope).enter_here()));
    });
    drop(outer);
    let _ = c.bench_function("enter+leave/written in place, 1 key", |b| {
        b.iter(|| drop(ParamScope::new().set(black_box("bench.enter.k0.size"), 1i64).unwrap().enter()));
    });
    let guard = scope.enter_here();
    let _ = c.bench_function("capture", |b| b.iter(|| drop(black_box(capture()))));
    drop(guard);
    let written = keys("bench.written", 10_000);
    for count in [1, 10_000] {
        let scope = ParamScope::new();
        let _ = c.bench_function(&format!("write/{count} in a scope"), |b| {
            b.iter_batched(
                || scope.enter().unwrap(),
                |guard| {
                    for key in &written[..count] {
                        set(key.name(), 1i64).unwrap();
                    }
                    guard
                },
                BatchSize::PerIteration,
            );
        });
    }
}

/// What a new thread's first read costs inside the thread.
fn threads(c: &mut Criterion) {
    let there = key("bench.many.k0.size");
    // The least of each sample: most of what a new thread meets is the cold cache of another core.
    let first = |times: u64| -> Duration {
        let least = (0..times)
            .map(|_| {
                thread::spawn(move || {
                    let began = Instant::now();
                    let _ = black_box(read(black_box(there)));
                    began.elapsed()
                })
                .join()
                .expect("it ends")
            })
            .min();
        least.unwrap_or_default() * times as u32
    };
    let _ = c.bench_function("new thread's first read/nothing frozen", |b| b.iter_custom(first));
    let frozen = Frozen::with(&keys("bench.many", 100_000));
    let _ = c.bench_function("new thread's first read/100000 keys frozen", |b| b.iter_custom(first));
    drop(frozen);

    let scope = prepared(&[there]);
    let state: State = hyperparameter::scope::current::get();
    let shared = scope.enter(state).expect("no lists");
    for count in [1usize, 2] {
        let _ = c.bench_function(&format!("threads reading one entry at once/{count}"), |b| {
            b.iter_custom(|times| {
                let barrier = Barrier::new(count);
                let took = thread::scope(|threads| {
                    let all: Vec<_> = (0..count)
                        .map(|_| {
                            threads.spawn(|| {
                                drop(current::replace(shared.clone()));
                                let _ = barrier.wait();
                                let began = Instant::now();
                                for _ in 0..times {
                                    let _ = black_box(read(black_box(there)));
                                }
                                began.elapsed()
                            })
                        })
                        .collect();
                    all.into_iter().map(|thread| thread.join().expect("it ends")).max()
                });
                took.unwrap_or_default()
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(60).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_millis(900));
    targets = floor, reads, deep, kinds, scopes, threads
}
criterion_main!(benches);
