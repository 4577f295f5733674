//! Loads one file into a readable store, once, and says how long it took and what memory it held at most.
//!
//! `load FILE [--memory]`: one process per measurement, since keys stay for the life of a process. `benches/config/run.py` runs it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

use hyperparameter::config::Config;

struct Counting;

/// Counting costs time: it is for runs of its own.
static COUNTS: AtomicBool = AtomicBool::new(false);
static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: it only counts, and hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !COUNTS.load(Relaxed) {
            // SAFETY: the caller keeps the contract of `alloc`.
            return unsafe { System.alloc(layout) };
        }
        let now = NOW.fetch_add(layout.size(), Relaxed) + layout.size();
        MOST.fetch_max(now, Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if COUNTS.load(Relaxed) {
            NOW.fetch_sub(layout.size(), Relaxed);
        }
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        return ExitCode::from(2);
    };
    COUNTS.store(std::env::args().nth(2).is_some_and(|word| word == "--memory"), Relaxed);
    let start = Instant::now();
    let loaded = Config::builder().file(path).load().and_then(|config| {
        let parsed = start.elapsed();
        let scope = config.into_scope()?;
        Ok((parsed, scope))
    });
    let (parsed, scope) = match loaded {
        Ok(both) => both,
        Err(error) => {
            let _ = std::io::Write::write_all(&mut std::io::stderr(), error.to_string().as_bytes());
            return ExitCode::FAILURE;
        }
    };
    let all = start.elapsed();
    let text = format!(
        "{{\"parse_s\": {:.4}, \"all_s\": {:.4}, \"entries\": {}, \"peak_mb\": {:.1}, \"held_mb\": {:.1}}}\n",
        parsed.as_secs_f64(),
        all.as_secs_f64(),
        scope.entries().len(),
        MOST.load(Relaxed) as f64 / 1e6,
        NOW.load(Relaxed) as f64 / 1e6,
    );
    let _ = std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes());
    // The time of this process is measured from outside too: taking it all down again is no part of loading.
    std::process::exit(0)
}
