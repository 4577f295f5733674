//! The macros, as programs use them.

#![cfg(feature = "macros")]
#![allow(clippy::style, clippy::complexity, reason = "programs of every kind are written here, simple ones too")]

mod bodies;
mod elsewhere;
mod programs;
mod reads;
mod scopes;

/// The message of a panic.
fn panic_of<R>(f: impl FnOnce() -> R) -> String {
    let Err(panic) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)) else { panic!("it did not panic") };
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic.downcast::<&str>().map_or_else(|_| String::new(), |text| (*text).to_owned()),
    }
}
