//! Scopes and writes by a call site.

use std::borrow::Borrow;
use std::panic::Location;
use std::ptr;
use std::sync::LazyLock;

use super::CallSite;
use crate::error::{Error, Result};
use crate::key::Key;
use crate::scope::current::Guard;
use crate::scope::{Builder, Once, Scope, Source};
use crate::value::Item;
use crate::{IntoScope, ParamScope};

/// A scope whose values are literals, laid out at its first use.
pub type Literals = LazyLock<Scope>;

/// A key with the place where it is set, and its value.
pub type Pair = (&'static CallSite, Item);

#[cold]
#[inline(never)]
#[track_caller]
fn failed(error: &Error) -> ! {
    panic!("{error} (at {})", Location::caller())
}

#[track_caller]
#[inline]
fn or_failed<T>(result: Result<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => failed(&error),
    }
}

fn scope_of(pairs: impl IntoIterator<Item = Pair>) -> Result<Scope> {
    let mut builder = Builder::default();
    for (site, item) in pairs {
        let _ = builder.set_key(site.key()?, item, &site.source())?;
    }
    Ok(builder.build())
}

/// The scope of some literals.
///
/// # Panics
/// Where two keys have one hash.
#[must_use]
#[track_caller]
pub fn prepared<const N: usize>(pairs: [Pair; N]) -> Scope {
    or_failed(scope_of(pairs))
}

/// Enters a scope of literals.
///
/// # Panics
/// Where an index is out of range of the list that is visible.
#[track_caller]
#[inline]
pub fn enter_literals(scope: &'static Literals) -> Guard {
    or_failed(scope.enter_here())
}

/// Enters a scope that sets these pairs.
///
/// # Panics
/// Where a value cannot be laid out, where an index is out of range of the list that is visible, and where two keys have
/// one hash.
#[track_caller]
pub fn enter_pairs<const N: usize>(pairs: [Pair; N]) -> Guard {
    or_failed(enter_once(pairs))
}

fn enter_once<const N: usize>(pairs: [Pair; N]) -> Result<Guard> {
    // Each call site is a static of one block: the first names it.
    let Some(block) = pairs.first().map(|(site, _)| ptr::from_ref(*site).cast()) else {
        return Once::new(0).enter(ptr::null());
    };
    let sites = pairs.each_ref().map(|(site, _)| *site);
    // Where the block left a table, its keys are known.
    match Once::enter_again(block, pairs.map(|(site, item)| (site.key_or_none(), item))) {
        Ok(guard) => Ok(guard),
        Err(pairs) => enter_first(block, sites, pairs),
    }
}

#[inline(never)]
fn enter_first<const N: usize>(
    block: *const (),
    sites: [&'static CallSite; N],
    pairs: [(Key, Item); N],
) -> Result<Guard> {
    let mut once = Once::new(N);
    for (site, (_, item)) in sites.into_iter().zip(pairs) {
        once.add(site.key()?, item, &site.source())?;
    }
    once.enter(block)
}

/// Enters a scope that sets nothing yet.
///
/// # Panics
/// Where the store is a host's that cannot be used.
#[track_caller]
pub fn enter_new() -> Guard {
    or_failed(Builder::default().build().enter_here())
}

/// Enters a scope that hides everything outside it (rule S6).
///
/// # Panics
/// Where the store is a host's that cannot be used.
#[track_caller]
pub fn enter_empty() -> Guard {
    or_failed(ParamScope::empty().enter())
}

/// Enters what can be entered.
///
/// # Panics
/// Where it cannot: text that is no pair, an invalid key, an index out of range.
#[track_caller]
pub fn enter<S: IntoScope>(scope: S) -> Guard {
    let entered = scope.into_scope(&Source::here()).and_then(|scope| scope.borrow().enter());
    or_failed(entered)
}

/// Writes pairs to the current scope.
///
/// # Panics
/// As [`enter_pairs`].
#[track_caller]
pub fn write<const N: usize>(pairs: [Pair; N]) {
    for (site, item) in pairs {
        or_failed(site.key().and_then(|key| crate::params::set_key(key, item, &site.source())));
    }
}

/// Deletes a key in the current scope (rule S7).
///
/// # Panics
/// Where nothing is visible under it; the message has near names.
#[track_caller]
pub fn delete(site: &'static CallSite) {
    or_failed(site.key().and_then(crate::params::delete));
}

/// Calls a function: the default of `or_else`.
#[inline]
pub fn call<T>(function: impl FnOnce() -> T) -> T {
    function()
}
