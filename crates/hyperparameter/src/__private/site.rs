//! What a program declares, known before any of it has run: each macro that reads a parameter puts a `Site` into a list
//! that the linker makes (feature `list`), also from functions that nobody calls.

use std::panic::Location;

use crate::typed::{FromParam, item};
use crate::value::{Mismatch, Value};

/// One place in the code that declares a parameter.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::type_complexity, reason = "the macros' interface has no names to spare")]
pub struct Site {
    /// The key.
    pub key: &'static str,
    /// The type as written: annotation, literal or signature; empty where none is written.
    pub type_text: &'static str,
    /// The default's source text; empty for a required parameter.
    pub default_text: &'static str,
    /// What the parameter is for: doc comment or third argument; may be empty.
    pub help: &'static str,
    /// The file in which it stands.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// Says whether a value converts to the type; `None` where the type is not known.
    pub check: Option<fn(&Value) -> Result<(), Mismatch>>,
    /// The same place, as a source has it.
    pub(crate) place: &'static Location<'static>,
}

impl Site {
    /// A site at the place of the caller: the macros give this call the span of the key.
    #[track_caller]
    #[must_use]
    pub const fn new(
        key: &'static str,
        type_text: &'static str,
        default_text: &'static str,
        help: &'static str,
    ) -> Self {
        let place = Location::caller();
        let (file, line, column) = (place.file(), place.line(), place.column());
        Self { key, type_text, default_text, help, file, line, column, check: None, place }
    }

    /// The same, of this type: a command line is checked by it before the program runs.
    #[must_use]
    pub const fn checked<T: FromParam>(mut self) -> Self {
        self.check = Some(|value| item::<T>(value).map(drop));
        self
    }
}

#[cfg(feature = "list")]
inventory::collect!(Site);

/// Every site of this program and of the crates linked into it, in no order; none without the feature `list`.
pub fn sites() -> impl Iterator<Item = &'static Site> {
    #[cfg(feature = "list")]
    return inventory::iter::<Site>.into_iter();
    #[cfg(not(feature = "list"))]
    std::iter::empty()
}

/// Puts a [`Site`] into the list; an item.
#[cfg(feature = "list")]
#[doc(hidden)]
#[macro_export]
macro_rules! __submit_site {
    ($site:expr) => {
        $crate::__private::inventory::submit! { $site }
    };
}

/// Nothing: this build keeps no list.
#[cfg(not(feature = "list"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __submit_site {
    ($site:expr) => {};
}
