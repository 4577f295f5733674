//! A place in the code that names a key: the key is validated and hashed when the program is compiled, interned at the
//! first use, and one load after that.

use std::sync::atomic::{AtomicPtr, Ordering};

use super::Site;
use crate::error::Result;
use crate::key::{Key, intern_hashed};
use crate::report::{Declared, declare};
use crate::scope::Source;
use crate::value::Item;

/// The static of a call site.
#[derive(Debug)]
pub struct CallSite {
    /// What `Key::into_raw` gave; `Key::no_raw` before the first use.
    key: AtomicPtr<()>,
    hash: u64,
    site: Site,
    reads: Reads,
}

#[derive(Debug)]
enum Reads {
    /// Writes: the site declares nothing.
    No,
    /// Reads, with what makes the default, where that is a literal.
    Yes(Option<fn() -> Item>),
}

impl CallSite {
    /// A site that reads. The hash is that of rule K2, and the name of `site` is a key: the macros saw to both.
    #[must_use]
    pub const fn reads(hash: u64, site: Site, default: Option<fn() -> Item>) -> Self {
        Self { key: AtomicPtr::new(Key::no_raw().cast_mut()), hash, site, reads: Reads::Yes(default) }
    }

    /// A site that writes.
    #[must_use]
    pub const fn writes(hash: u64, site: Site) -> Self {
        Self { key: AtomicPtr::new(Key::no_raw().cast_mut()), hash, site, reads: Reads::No }
    }

    /// The key.
    ///
    /// # Errors
    /// `HashCollision`, at the first use (rule K4).
    #[inline(always)]
    pub fn key(&self) -> Result<Key> {
        let key = self.key_or_none();
        if key.is_none() { self.first_use() } else { Ok(key) }
    }

    /// The key, or what stands for none before the first use.
    #[inline(always)]
    pub(crate) fn key_or_none(&self) -> Key {
        // SAFETY: there is what `Key::no_raw` or `Key::into_raw` gave: only `first_use` stores anything.
        unsafe { Key::from_raw(self.key.load(Ordering::Acquire)) }
    }

    /// The place, as the source of what is written there.
    #[must_use]
    pub fn source(&self) -> Source {
        Source::Location(self.site.place)
    }

    /// What the site declares.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.site
    }

    #[cold]
    #[inline(never)]
    fn first_use(&self) -> Result<Key> {
        let key = intern_hashed(self.site.key, self.hash)?;
        if let Reads::Yes(default) = self.reads {
            let Site { type_text, help, place, .. } = self.site;
            let _ = declare(
                key,
                Declared {
                    default: default.map(|make| make()),
                    wanted: type_text.to_owned(),
                    help: help.to_owned(),
                    owner: String::new(),
                    source: Source::Location(place),
                    used: true,
                },
            );
        }
        self.key.store(key.into_raw().cast_mut(), Ordering::Release);
        Ok(key)
    }
}
