//! An entry: one value in one place, with its source, its read mark and its last conversions.

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU8, AtomicU64, Ordering};

use super::Source;
use super::kept::Kept;
use crate::value::{Ask, Host, Item, Mismatch, Shape, Value, convert};

/// One value as it stands in a frame.
#[derive(Debug)]
#[repr(C)]
pub struct Entry {
    /// 0 until this entry was read, then [`Value::code`] of its value: that it was read before, and that its value is of
    /// the kind asked for, is one compare on the way of a read. Only ever stored by `set_reader`.
    ready: AtomicU8,
    kind: EntryKind,
    item: Item,
    converted: Kept<Result<Item, Mismatch>>,
    stamp: u64,
    /// Null until this entry was read; then the first reader, or `NOBODY`. A pointer: most entries are never read, and
    /// 24 bytes less in each of 200,000 are a twentieth of what a file of so many leaves takes.
    reader: AtomicPtr<Source>,
    source: Source,
}

/// Where the value of an entry stands in it, and whether the rest is as `cpp/include/hyperparameter/layout.h` says.
#[cfg(feature = "host-table")]
pub(super) const VALUE: usize = std::mem::offset_of!(Entry, item) + std::mem::offset_of!(Item, value);
#[cfg(feature = "host-table")]
pub(super) const FITS: bool = std::mem::offset_of!(Entry, ready) == 0 && align_of::<Entry>() <= 16;

/// What an entry is to the keys below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    /// A value without parts.
    Leaf,
    /// A list, or text that spells a list or map: longer keys read into it (rule K6).
    Container,
    /// A dictionary that has one entry per leaf, and how many of those there are (rule K5).
    Dictionary(u32),
}

/// What a value has that is no part of a dictionary: taking a number for each cost a locked instruction.
pub(crate) const ALONE: u64 = 0;

/// Every dictionary that is written has its own number, by which its leaves know each other (rule K5).
pub(crate) fn stamp() -> u64 {
    static STAMP: AtomicU64 = AtomicU64::new(1);
    STAMP.fetch_add(1, Ordering::Relaxed)
}

impl Entry {
    pub(super) fn new(item: Item, source: Source, stamp: u64, kind: EntryKind) -> Self {
        let (ready, converted) = (AtomicU8::new(0), Kept { head: AtomicPtr::new(ptr::null_mut()) });
        Self { ready, kind, item, converted, stamp, reader: AtomicPtr::new(ptr::null_mut()), source }
    }

    /// A value with no parts of its own among the keys.
    pub(super) fn plain(item: Item, source: Source, stamp: u64) -> Self {
        let kind = match (&item.value, item.value.shape()) {
            (_, Shape::List) | (Value::Text(_), Shape::Map) => EntryKind::Container,
            _ => EntryKind::Leaf,
        };
        Self::new(item, source, stamp, kind)
    }

    /// Takes the value out of a leaf, and all that readers left.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.item = Item { value: Value::Null, host: None };
        *self.ready.get_mut() = 0;
        free(std::mem::replace(self.reader.get_mut(), ptr::null_mut()));
        self.converted.clear();
    }

    /// Puts a single value in the place of the one that was taken out.
    #[inline]
    pub(super) fn refill(&mut self, item: Item) {
        self.item = item;
    }

    /// The value and, if a host language wrote it, that language's object.
    #[must_use]
    #[inline]
    pub fn item(&self) -> &Item {
        &self.item
    }

    /// The value.
    #[must_use]
    #[inline]
    pub fn value(&self) -> &Value {
        &self.item.value
    }

    /// The host object of the value, if it has one.
    #[must_use]
    #[inline]
    pub fn object(&self) -> Option<&Host> {
        self.item.object()
    }

    /// Where the value came from.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Whether longer keys read into this value (rule K6).
    #[must_use]
    pub fn is_container(&self) -> bool {
        self.kind == EntryKind::Container
    }

    /// Whether this is a dictionary whose leaves are entries of their own (rule K5).
    #[must_use]
    #[inline]
    pub fn is_dictionary(&self) -> bool {
        matches!(self.kind, EntryKind::Dictionary(_))
    }

    pub(super) fn leaves(&self) -> u32 {
        match self.kind {
            EntryKind::Dictionary(leaves) => leaves,
            _ => 0,
        }
    }

    pub(crate) fn stamp(&self) -> u64 {
        self.stamp
    }

    /// Notes the first reader; `place` is made only then.
    #[inline]
    pub fn mark_read(&self, place: impl FnOnce() -> Source) {
        if !self.was_read() {
            self.set_reader(place());
        }
    }

    #[cold]
    #[inline(never)]
    fn set_reader(&self, place: Source) {
        let reader = if place.is_unknown() { nobody() } else { Box::into_raw(Box::new(place)) };
        if self.reader.compare_exchange(ptr::null_mut(), reader, Ordering::AcqRel, Ordering::Relaxed).is_err() {
            // Another thread was first.
            free(reader);
        }
        self.ready.store(self.item.value.code(), Ordering::Relaxed);
    }

    /// The value, where it is of the kind with this [`Value::code`] and was read before.
    #[inline(always)]
    pub(crate) fn read_again(&self, code: u8) -> Option<&Value> {
        (self.ready.load(Ordering::Relaxed) == code && code != 0).then_some(&self.item.value)
    }

    /// What this was converted to last, where that is what `token` asks for and of the kind with this [`Value::code`], and
    /// where it was read before.
    #[inline(always)]
    pub(crate) fn converted_again(&self, token: usize, code: u8) -> Option<&Value> {
        let result = self.converted.last(token, code)?;
        if self.ready.load(Ordering::Relaxed) == 0 {
            return None;
        }
        result.as_ref().ok().map(|item| &item.value)
    }

    /// Whether anything read this entry.
    #[must_use]
    #[inline]
    pub fn was_read(&self) -> bool {
        !self.reader.load(Ordering::Relaxed).is_null()
    }

    /// Who read this entry first.
    #[must_use]
    pub fn reader(&self) -> Option<&Source> {
        // SAFETY: null, a static, or a box that was published whole and is freed only with the entry.
        unsafe { self.reader.load(Ordering::Acquire).as_ref() }
    }

    /// The value converted to one of the core's types; computed once.
    pub fn converted(&self, ask: Ask) -> std::borrow::Cow<'_, Result<Item, Mismatch>> {
        self.converted_by(ask as usize, || convert(&self.item.value, ask).map(Item::from))
    }

    /// The conversion kept under `token`, if there is one.
    #[must_use]
    #[inline]
    pub fn kept(&self, token: usize) -> Option<&Result<Item, Mismatch>> {
        self.converted.get(token)
    }

    /// What the value was converted to so far, each under its token: what its readers got, failures included.
    #[must_use]
    pub fn readings(&self) -> Vec<(usize, Result<Item, Mismatch>)> {
        let mut all: Vec<_> = self.converted.iter().map(|(token, result)| (token, result.clone())).collect();
        all.reverse();
        all
    }

    /// A conversion kept under `token`: an [`Ask`] as a number, or the address of a binding's own converter that lives
    /// as long as the process.
    #[inline]
    pub fn converted_by(
        &self,
        token: usize,
        make: impl FnOnce() -> Result<Item, Mismatch>,
    ) -> std::borrow::Cow<'_, Result<Item, Mismatch>> {
        use std::borrow::Cow;
        if let Some(result) = self.converted.get(token) {
            return Cow::Borrowed(result);
        }
        let result = make();
        let code = result.as_ref().map_or(0, |item| item.value.code());
        match self.converted.add(token, code, result) {
            Ok(result) => Cow::Borrowed(result),
            Err(result) => Cow::Owned(result),
        }
    }
}

/// A reader of whom nothing is known.
fn nobody() -> *mut Source {
    static NOBODY: Source = Source::Unknown;
    ptr::from_ref(&NOBODY).cast_mut()
}

#[inline]
fn free(reader: *mut Source) {
    if !reader.is_null() && reader != nobody() {
        // SAFETY: boxed in `set_reader`, and no longer reached by anyone else.
        drop(unsafe { Box::from_raw(reader) });
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        free(*self.reader.get_mut());
    }
}
