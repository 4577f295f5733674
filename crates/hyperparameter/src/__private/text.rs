//! Text that a `&str` of the user borrows from.

use std::ops::Deref;
use std::sync::Arc;

/// The text of a parameter, or its default: neither is copied.
#[derive(Clone, Debug)]
pub enum Text<'a> {
    /// The parameter's.
    Held(Arc<str>),
    /// The default.
    Given(&'a str),
}

impl Deref for Text<'_> {
    type Target = str;
    #[inline]
    fn deref(&self) -> &str {
        match self {
            Self::Held(text) => text,
            Self::Given(text) => text,
        }
    }
}
