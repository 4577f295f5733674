//! Loads one file into a readable store, once, and says how long it took and what memory it held at most: the file is read,
//! its values laid out, the scope entered and one key read.
//!
//! `load FILE [--memory]`: one process per measurement, since keys stay for the life of a process. `benches/config/run.py` runs it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use hyperparameter::config::Config;
use hyperparameter::{Scope, State, Value};

struct Counting;

/// Counting costs time: it is for runs of its own.
static COUNTS: AtomicBool = AtomicBool::new(false);
static NOW: AtomicIsize = AtomicIsize::new(0);
static MOST: AtomicIsize = AtomicIsize::new(0);

// SAFETY: it only counts, and hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !COUNTS.load(Relaxed) {
            // SAFETY: the caller keeps the contract of `alloc`.
            return unsafe { System.alloc(layout) };
        }
        let now = NOW.fetch_add(layout.size() as isize, Relaxed) + layout.size() as isize;
        MOST.fetch_max(now, Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if COUNTS.load(Relaxed) {
            NOW.fetch_sub(layout.size() as isize, Relaxed);
        }
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    // The usual one allocates and copies, which costs a twentieth of the time and is no part of what is measured.
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if COUNTS.load(Relaxed) {
            // Both are held for a moment.
            let now = NOW.fetch_add(size as isize, Relaxed) + size as isize;
            MOST.fetch_max(now, Relaxed);
            NOW.fetch_sub(layout.size() as isize, Relaxed);
        }
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        return ExitCode::from(2);
    };
    COUNTS.store(std::env::args().nth(2).is_some_and(|word| word == "--memory"), Relaxed);
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let loaded = load(&path, start);
    let (all, cpu) = (start.elapsed(), cpu_seconds() - cpu);
    let (parsed, scope) = match loaded {
        Ok((parsed, _state, scope)) => (parsed, scope),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            return ExitCode::FAILURE;
        }
    };
    let _ = writeln!(
        std::io::stdout(),
        "{{\"parse_s\": {:.4}, \"all_s\": {:.4}, \"cpu_s\": {cpu:.4}, \"entries\": {}, \"peak_mb\": {:.1}, \"held_mb\": {:.1}, \
         \"resident_mb\": {:.1}}}",
        parsed.as_secs_f64(),
        all.as_secs_f64(),
        scope.entries().len(),
        MOST.load(Relaxed) as f64 / 1e6,
        NOW.load(Relaxed) as f64 / 1e6,
        resident(),
    );
    // Taking it all down again is no part of loading.
    std::process::exit(0)
}

fn load(path: &str, start: Instant) -> hyperparameter::Result<(Duration, State, Scope)> {
    let config = Config::load(path)?;
    let parsed = start.elapsed();
    let scope = config.into_scope()?;
    let state = scope.enter(State::fresh())?;
    if let Some((key, _)) = scope.entries().last() {
        state.value::<Value>(*key)?;
    }
    Ok((parsed, state, scope))
}

/// The processor time of this process so far.
fn cpu_seconds() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid place to write to.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// The most memory that this process ever had, in MB, the program itself included.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) * 1.024 / 1e3
}
