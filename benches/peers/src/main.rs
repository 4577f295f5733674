//! Reads and scopes by the macros, beside the same job in the public crate of this name, in config-rs, in figment, in an
//! `arc_swap` and in a `thread_local` cell: one run, all of a row in turn, the least of many short runs of each.
//!
//! Prints a table in Markdown: `benches/run.sh peers`. Each peer is checked to read what it should before it is timed.

mod others;
mod ours;
mod public_crate;

use std::hint::black_box;
use std::time::{Duration, Instant};

/// What is run so often, and how long it took.
type Run<'a> = Box<dyn FnMut(u64) -> Duration + 'a>;

/// A job whose one pass is this.
fn each<'a, R>(mut pass: impl FnMut() -> R + 'a) -> Option<Run<'a>> {
    Some(Box::new(move |times| {
        let began = Instant::now();
        for _ in 0..times {
            let _ = black_box(pass());
        }
        began.elapsed()
    }))
}

/// The columns after the first, which is this project.
const PEERS: [&str; 5] = ["public 0.5.13", "config-rs", "figment", "arc_swap", "thread_local"];

struct Row<'a> {
    name: String,
    target: Option<f64>,
    runs: Vec<Option<Run<'a>>>,
}

impl<'a> Row<'a> {
    fn new(name: impl Into<String>, target: Option<f64>, ours: Option<Run<'a>>) -> Self {
        let mut runs = vec![ours];
        runs.extend(PEERS.iter().map(|_| None));
        Self { name: name.into(), target, runs }
    }

    fn peer(mut self, name: &str, run: Option<Run<'a>>) -> Self {
        let at = PEERS.iter().position(|peer| *peer == name).expect("a known peer");
        self.runs[at + 1] = run;
        self
    }

    /// Nanoseconds of one pass of each: the least of short runs, all in turn.
    fn measure(mut self) {
        const ROUNDS: usize = 60;
        const SHORT: Duration = Duration::from_millis(1);
        let mut times = vec![0; self.runs.len()];
        for (run, times) in self.runs.iter_mut().zip(&mut times) {
            let Some(run) = run else { continue };
            *times = 1;
            while *times < 1 << 22 && run(*times) < SHORT {
                *times *= 2;
            }
        }
        let mut least = vec![f64::INFINITY; self.runs.len()];
        for _ in 0..ROUNDS {
            for ((run, times), least) in self.runs.iter_mut().zip(&times).zip(&mut least) {
                if let Some(run) = run {
                    *least = least.min(run(*times).as_nanos() as f64 / *times as f64);
                }
            }
        }
        let shown = |ns: f64| match ns {
            ns if ns.is_infinite() => String::new(),
            ns if ns < 100.0 => format!("{ns:.1}"),
            ns => format!("{ns:.0}"),
        };
        let target = self.target.map_or_else(String::new, |target| {
            format!("≤ {target:.0}{}", if least[0] <= target { "" } else { ", **missed**" })
        });
        let cells: Vec<_> = least.iter().map(|ns| shown(*ns)).collect();
        println!("| {} | {} | {} |", self.name, cells.join(" | "), target);
    }
}

fn main() {
    // Before a million keys are known: with them, one of the 64 makes room for a million more.
    let first_use = ours::first_uses();
    println!("| one pass, ns | **this project** | {} | target |", PEERS.join(" | "));
    println!("| --- |{} --- |", " ---: |".repeat(PEERS.len() + 1));
    for count in [10, 1_000, 1_000_000] {
        ours::with_keys(count, || {
            public_crate::with_keys(count, || {
                let few = (count <= 1_000).then(|| others::Files::with_keys(count));
                let small = few.as_ref();
                Row::new(format!("read hit, {count} keys"), Some(2.0), each(ours::hit))
                    .peer("public 0.5.13", each(public_crate::hit))
                    .peer("config-rs", small.and_then(|files| each(|| files.config_hit())))
                    .peer("figment", small.and_then(|files| each(|| files.figment_hit())))
                    .peer("arc_swap", each(others::arc_swap))
                    .peer("thread_local", each(others::thread_local))
                    .measure();
                Row::new(format!("read miss, {count} keys"), Some(2.0), each(ours::miss))
                    .peer("public 0.5.13", each(public_crate::miss))
                    .peer("config-rs", small.and_then(|files| each(|| files.config_miss())))
                    .peer("figment", small.and_then(|files| each(|| files.figment_miss())))
                    .measure();
            });
        });
    }
    for depth in [1, 8, 64] {
        ours::under(depth, || {
            public_crate::under(depth, || {
                Row::new(format!("read hit, the outermost of {depth} scopes"), None, each(ours::hit))
                    .peer("public 0.5.13", each(public_crate::hit))
                    .measure();
            });
        });
    }
    ours::with_texts(|| {
        public_crate::with_texts(|| {
            Row::new("string by reference", Some(3.0), each(ours::by_reference)).measure();
            Row::new("String", None, each(ours::string)).peer("public 0.5.13", each(public_crate::string)).measure();
            Row::new("text as i64", Some(4.0), each(ours::text))
                .peer("public 0.5.13", each(public_crate::text))
                .measure();
        });
    });
    Row::new("block of 1 literal", Some(60.0), each(ours::literal))
        .peer("public 0.5.13", each(|| public_crate::block_of_1(1)))
        .measure();
    Row::new("block of 8 literals", Some(200.0), each(ours::literals))
        .peer("public 0.5.13", each(|| public_crate::block_of_8(1)))
        .measure();
    Row::new("block of 1 value", Some(60.0), each(|| ours::block_of_1(black_box(1))))
        .peer("public 0.5.13", each(|| public_crate::block_of_1(black_box(1))))
        .measure();
    Row::new("block of 8 values", Some(200.0), each(|| ours::block_of_8(black_box(1))))
        .peer("public 0.5.13", each(|| public_crate::block_of_8(black_box(1))))
        .measure();
    for count in [10, 100_000] {
        let (ours, mut public) = (ours::prepared(count), public_crate::Prepared::new(count));
        // Milliseconds a pass: a few are enough.
        let public_run = (count <= 10).then(|| each(|| public.enter_and_leave())).flatten();
        Row::new(
            format!("enter + leave, prepared, {count} keys"),
            Some(if count <= 10 { 200.0 } else { 1000.0 }),
            each(|| ours.enter().expect("it can be entered")),
        )
        .peer("public 0.5.13", public_run)
        .measure();
    }
    ours::with_keys(10, || {
        Row::new("capture", None, each(hyperparameter::capture)).measure();
        Row::new("poll of a bound future", None, Some(Box::new(ours::polls))).measure();
        Row::new("poll of the same future, not bound", None, Some(Box::new(ours::plain_polls))).measure();
    });
    println!("| first use of a call site | {first_use:.0} | | | | | |");
    let (one, two) = (ours::threads(1), ours::threads(2));
    println!("| read hit, 1 thread, then 2 at once | {one:.1}, {two:.1} | | | | | |");
    println!("| new thread's first read, 100000 frozen keys | {:.0} | | | | | ≤ 100 |", ours::new_thread());
}
