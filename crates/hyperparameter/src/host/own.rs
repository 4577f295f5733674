//! The table over a library's own store: a binding in C or C++ does everything through one table, whose ever it is.

use std::ffi::c_void;
use std::io::Write as _;
use std::ptr;
use std::sync::{Mutex, PoisonError};

use super::abi::{HostTable, RawStr, Say};
use super::provide::EnterBlock;
use super::{Provider, layout, table};
use crate::error::Result;
use crate::report;
use crate::scope::{Failed, State, current, stop};
use crate::value::{Host, Item};

pub(super) static TABLE: HostTable = table::<Own>(concat!("hyperparameter ", env!("CARGO_PKG_VERSION")));

struct Own;

/// Who hears of warnings: a function of C, and what it is called with.
struct Hears(Option<Say>, *mut c_void);

// SAFETY: whoever sets it says that it may be called on any thread.
unsafe impl Send for Hears {}

static HEARS: Mutex<Hears> = Mutex::new(Hears(None, ptr::null_mut()));

/// Says a warning to whoever hears of them, else on standard error.
pub(super) fn tell(text: &str) {
    let (hear, to) = {
        let hears = HEARS.lock().unwrap_or_else(PoisonError::into_inner);
        (hears.0, hears.1)
    };
    match hear {
        // SAFETY: whoever set it says that it may be called so.
        Some(hear) => unsafe { hear(to, RawStr::new(text)) },
        // There is nobody to tell where this fails.
        None => drop(writeln!(std::io::stderr(), "hyperparameter: warning: {text}")),
    }
}

impl Provider for Own {
    const LAYOUT: u32 = layout::VERSION;

    #[inline(always)]
    fn with<R>(read: impl FnOnce(&State) -> R) -> R {
        read(&current::borrowed())
    }

    fn update(_: bool, change: impl FnOnce(State) -> Result<State>) -> Result<u64> {
        let mut serial = 0;
        current::try_update(|state| {
            let state = change(state)?;
            serial = state.serial();
            Ok::<_, crate::error::Error>(state)
        })?;
        Ok(serial)
    }

    #[inline(always)]
    fn enter_block(block: EnterBlock, items: impl Iterator<Item = Result<Item>>, single: bool) -> Result<u64> {
        block.0.enter_here(items, single)
    }

    #[inline]
    fn leave(serial: u64) -> Result<()> {
        current::leave(serial);
        Ok(())
    }

    fn warn(failed: &Failed) -> Result<()> {
        if !report::is_news(failed) {
            return Ok(());
        }
        tell(&format!("{}; the default is used", failed.error()));
        Ok(())
    }

    fn object_pointer(_: &Host) -> *mut c_void {
        ptr::null_mut()
    }

    unsafe fn object_of(_: *mut c_void) -> Option<Host> {
        None
    }

    extern "C" fn cell() -> *const *const c_void {
        if Self::LAYOUT == 0 { ptr::null() } else { current::cell() }
    }

    extern "C" fn stop() -> *const u64 {
        if Self::LAYOUT == 0 { ptr::null() } else { stop::look_again() }
    }

    extern "C" fn on_warning(hear: Option<Say>, to: *mut c_void) {
        *HEARS.lock().unwrap_or_else(PoisonError::into_inner) = Hears(hear, to);
    }
}
