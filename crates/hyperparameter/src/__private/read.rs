//! Reads by a call site.

use super::CallSite;
use crate::error::{Error, Result};
use crate::params::{no_value, read_site};
use crate::typed::FromParam;
use crate::value::Item;

/// A value on its way into the store.
pub fn item(value: impl Into<Item>) -> Item {
    value.into()
}

/// The value, where the parameter has one that converts.
///
/// # Panics
/// Where it does not convert in a strict context, and where two keys have one hash: there is nothing to return it by.
#[track_caller]
#[inline(always)]
pub fn optional<T: FromParam>(site: &'static CallSite) -> Option<T> {
    match read_site(site) {
        Ok(value) => value,
        Err(error) => failed(&error),
    }
}

/// The value; what stands for none where the type has that.
///
/// # Panics
/// Where there is none, or where it does not convert. The message names the key, near names and the place.
#[track_caller]
#[inline(always)]
pub fn required<T: FromParam>(site: &'static CallSite) -> T {
    match required_or_error(site) {
        Ok(value) => value,
        Err(error) => failed(&error),
    }
}

/// The value; what stands for none where the type has that.
///
/// # Errors
/// `MissingParameter` with near names; `Conversion`, in a lenient context as well: there is no default to fall back to.
#[inline(always)]
pub fn required_or_error<T: FromParam>(site: &'static CallSite) -> Result<T> {
    match read_site(site) {
        Ok(Some(value)) => Ok(value),
        Ok(None) => absent(site),
        Err(error) => Err(error),
    }
}

#[cold]
#[inline(never)]
fn absent<T: FromParam>(site: &'static CallSite) -> Result<T> {
    no_value(site.site().key)
}

#[cold]
#[inline(never)]
#[track_caller]
fn failed(error: &Error) -> ! {
    panic!("{error} (read at {})", std::panic::Location::caller())
}

/// In the place of what a macro could not read: the program does not compile, but its types are known.
#[must_use]
pub fn broken<T>() -> T {
    unreachable!("a macro that could not be read does not compile")
}
