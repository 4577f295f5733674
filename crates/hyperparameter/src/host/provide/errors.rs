//! How a function of the table ends, and what is said of the last one that failed.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::super::abi::{FAILED, MISSING, OK, RawError, RawPlace, RawStr, Status, error};
use crate::error::{Error, ErrorKind, Result};

/// The last error of a thread, and the texts that a [`RawError`] borrows.
struct Last {
    error: Error,
    text: String,
    near: Vec<RawStr>,
}

thread_local! {
    static LAST: RefCell<Option<Box<Last>>> = const { RefCell::new(None) };
}

#[cold]
fn failed(error: Error) -> Status {
    let text = error.to_string();
    let last = Box::new(Last { error, text, near: Vec::new() });
    // Where the thread is ending there is nobody left to ask for it.
    let _ = LAST.try_with(|cell| cell.replace(Some(last)));
    FAILED
}

/// Runs one function of the table: nothing unwinds out of it.
#[inline(always)]
pub(super) fn call(work: impl FnOnce() -> Result<Status>) -> Status {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(status)) => status,
        Ok(Err(error)) => failed(error),
        Err(panic) => panicked(&*panic),
    }
}

#[cold]
fn panicked(panic: &(dyn std::any::Any + Send)) -> Status {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("?");
    failed(Error::config(None, format!("hyperparameter: internal error, please report it: {text}")))
}

pub(super) unsafe extern "C" fn last_error(out: *mut RawError) -> Status {
    let found = LAST.try_with(|cell| {
        let mut last = cell.borrow_mut();
        let last = last.as_mut()?;
        last.near = last.error.near().iter().map(|name| RawStr::new(name)).collect();
        Some(RawError {
            kind: match last.error.kind() {
                ErrorKind::InvalidKey => error::INVALID_KEY,
                ErrorKind::MissingParameter => error::MISSING_PARAMETER,
                ErrorKind::Conversion => error::CONVERSION,
                ErrorKind::HashCollision => error::HASH_COLLISION,
                ErrorKind::Config => error::CONFIG,
            },
            has_key: u32::from(last.error.key().is_some()),
            key: RawStr::new(last.error.key().unwrap_or_default()),
            text: RawStr::new(&last.text),
            near: last.near.as_ptr(),
            near_len: last.near.len(),
        })
    });
    let Ok(Some(error)) = found else { return MISSING };
    // SAFETY: promised by the caller.
    unsafe { out.write(error) };
    OK
}

pub(super) unsafe extern "C" fn last_place(out: *mut RawPlace) -> Status {
    let found = LAST.try_with(|cell| {
        let last = cell.borrow();
        let error = &last.as_ref()?.error;
        let (line, column) = (error.line()?, error.column()?);
        Some(RawPlace { file: RawStr::new(error.file()?), line, column })
    });
    let Ok(Some(place)) = found else { return MISSING };
    // SAFETY: promised by the caller.
    unsafe { out.write(place) };
    OK
}
