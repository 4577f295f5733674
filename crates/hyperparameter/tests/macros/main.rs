//! The macros, as programs use them.

#![cfg(feature = "macros")]
#![allow(unused_crate_dependencies, reason = "a test")]
#![allow(
    clippy::let_unit_value,
    clippy::needless_borrows_for_generic_args,
    clippy::needless_ifs,
    clippy::redundant_closure,
    clippy::single_match,
    reason = "bodies and expressions as people write them are what is tested"
)]

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
