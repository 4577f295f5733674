//! One hot path, run a given number of times: what the instruction gate counts under valgrind.
//!
//! `one-path NAME TIMES`: the gate subtracts a run with few times from one with many, so that starting up, and making
//! what is measured, cancels out. `one-path list` prints the names.

use std::hint::black_box;
use std::pin::pin;
use std::process::ExitCode;
use std::task::{Context, Waker};

use hyperparameter::{FutureExt, ParamScope, Scope, get, get_param, read_key, with_params};
use hyperparameter_bench::{Frozen, inside, key, keys, prepared, some_pin};

/// The name of a path and what runs it so often.
type Path = (&'static str, fn(u64));

const PATHS: &[Path] = &[
    ("loop", |times| {
        let size = key("gate.size");
        for _ in 0..times {
            let _ = black_box(size);
        }
    }),
    ("read-hit", |times| {
        let size = key("gate.k0.size");
        let _guard = prepared(&[size]).enter_here();
        for _ in 0..times {
            let _ = black_box(read_key::<i64>(black_box(size)));
        }
    }),
    ("read-hit-of-1000", |times| {
        let all = keys("gate", 1000);
        let _guard = prepared(&all).enter_here();
        for _ in 0..times {
            let _ = black_box(read_key::<i64>(black_box(all[500])));
        }
    }),
    ("read-hit-frozen", |times| {
        let all = keys("gate", 1000);
        let _frozen = Frozen::with(&all);
        for _ in 0..times {
            let _ = black_box(read_key::<i64>(black_box(all[500])));
        }
    }),
    ("read-miss", |times| {
        let (all, absent) = (keys("gate", 1), key("gate.absent"));
        let _guard = prepared(&all).enter_here();
        for _ in 0..times {
            let _ = black_box(read_key::<i64>(black_box(absent)));
        }
    }),
    ("read-miss-of-1000", |times| {
        let all = keys("gate", 1000);
        // One that shares its bit with keys of the scope: the mask alone does not say that it is not there.
        let bits = all.iter().fold(0, |bits, key| bits | key.bit());
        let absent = (0..64).map(|at| key(&format!("gate.absent{at}"))).find(|key| key.bit() & bits != 0);
        let absent = absent.expect("of 64 keys in a row one has it");
        let _guard = prepared(&all).enter_here();
        for _ in 0..times {
            let _ = black_box(read_key::<i64>(black_box(absent)));
        }
    }),
    ("read-under-8", |times| outermost(&one_each(8), times)),
    ("read-under-64", |times| outermost(&one_each(64), times)),
    ("read-past-large", |times| {
        let mut scopes = one_each(8);
        scopes[6] = prepared(&keys("gate.large", 1000));
        outermost(&scopes, times);
    }),
    ("state-hit", |times| {
        let size = key("gate.size");
        let state = inside(&[prepared(&[size])]);
        for _ in 0..times {
            let _ = black_box(black_box(&state).value::<i64>(black_box(size)));
        }
    }),
    ("enter-leave-1", |times| {
        let scope = prepared(&keys("gate", 1));
        for _ in 0..times {
            drop(black_box(&scope).enter_here());
        }
    }),
    ("enter-leave-8", |times| {
        let scope = prepared(&keys("gate", 8));
        for _ in 0..times {
            drop(black_box(&scope).enter_here());
        }
    }),
    ("site-hit", |times| {
        with_params! {
            @set gate.site.size = 10;
            for _ in 0..times {
                let _ = black_box(get_param!(gate.site.size, 1i64));
            }
        }
    }),
    ("site-miss", |times| {
        with_params! {
            @set gate.site.size = 10;
            for _ in 0..times {
                let _ = black_box(get_param!(gate.site.absent, 1i64));
            }
        }
    }),
    ("site-required", |times| {
        with_params! {
            @set gate.site.size = 10;
            for _ in 0..times {
                let _ = black_box(get_param!(gate.site.size: i64));
            }
        }
    }),
    ("site-str", |times| {
        with_params! {
            @set gate.site.name = "adam";
            for _ in 0..times {
                with_params! { @get name = gate.site.name or "sgd"; let _ = black_box(name); }
            }
        }
    }),
    ("block-of-literals-1", |times| {
        for _ in 0..times {
            with_params! { @set gate.site.size = 10; black_box(()); }
        }
    }),
    ("block-of-literals-8", |times| {
        for _ in 0..times {
            with_params! {
                @set gate.a = 1; @set gate.b = 2; @set gate.c = 3; @set gate.d = 4;
                @set gate.e = 5; @set gate.f = 6; @set gate.g = 7; @set gate.h = 8;
                black_box(());
            }
        }
    }),
    ("block-of-values-1", |times| {
        for n in 0..times as i64 {
            with_params! { @set gate.site.size = n; black_box(()); }
        }
    }),
    ("block-of-values-8", |times| {
        for n in 0..times as i64 {
            with_params! {
                @set gate.a = n; @set gate.b = n; @set gate.c = n; @set gate.d = n;
                @set gate.e = n; @set gate.f = n; @set gate.g = n; @set gate.h = n;
                black_box(());
            }
        }
    }),
    ("future-poll", |times| {
        let mut future = pin!(std::future::pending::<()>().with_params(["gate.site.size=1"]));
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..times {
            let _ = black_box(future.as_mut().poll(&mut context));
        }
    }),
    ("text-as-i64", |times| {
        let size = key("gate.size");
        let _guard = ParamScope::new().text("gate.size=10").expect("a pair").enter();
        for _ in 0..times {
            let _ = black_box(read_key::<i64>(black_box(size)));
        }
    }),
    ("by-name", |times| {
        let _guard = prepared(&[key("gate.k0.size")]).enter_here();
        for _ in 0..times {
            let _ = black_box(get(black_box("gate.k0.size"), 1i64));
        }
    }),
];

/// So many scopes, each with a key of its own.
fn one_each(count: usize) -> Vec<Scope> {
    keys("gate", count).iter().map(|key| prepared(std::slice::from_ref(key))).collect()
}

/// Reads the key of the first of [`one_each`] inside all of these, after so many reads that what is read through is laid
/// together.
fn outermost(scopes: &[Scope], times: u64) {
    let (first, _guards) = (key("gate.k0.size"), scopes.iter().map(|scope| scope.enter_here()).collect::<Vec<_>>());
    for _ in 0..LAID {
        let _ = black_box(read_key::<i64>(first));
    }
    for _ in 0..times {
        let _ = black_box(read_key::<i64>(black_box(first)));
    }
}

/// More reads than it takes to lay any of these scopes together.
const LAID: u64 = 4096;

#[allow(clippy::print_stdout, clippy::print_stderr, reason = "a program")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments == ["list"] {
        PATHS.iter().for_each(|(name, _)| println!("{name}"));
        return ExitCode::SUCCESS;
    }
    let path = arguments.first().and_then(|wanted| PATHS.iter().find(|(name, _)| name == wanted));
    let times = arguments.get(1).and_then(|times| times.parse().ok());
    some_pin();
    match (path, times) {
        (Some((_, run)), Some(times)) => run(times),
        _ => {
            eprintln!("usage: one-path NAME TIMES | one-path list");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
