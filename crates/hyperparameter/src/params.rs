//! The front door for Rust: reads by type, and writes.

#[cfg(any(feature = "serde", feature = "host-table"))]
use std::borrow::Cow;

use crate::__private::CallSite;
use crate::error::Result;
#[cfg(feature = "host")]
use crate::host::guest;
use crate::key::{Key, intern, lookup};
use crate::scope::current;
use crate::scope::{Entry, Failed, Peek, Read, Slot, Source, State, nested};
use crate::typed::{FromParam, Own, spells_null};
use crate::value::{Ask, Item, Mismatch, Value, wanted};

impl State {
    /// The value of `key` as a `T`; `None` where it is missing, or where it does not convert and the context is lenient
    /// (a warning says so).
    ///
    /// # Errors
    /// `Conversion`, in a strict context.
    #[inline(always)]
    pub fn value<T: FromParam>(&self, key: Key) -> Result<Option<T>> {
        match self.peek(key, T::CODE) {
            // SAFETY: it is of the kind that was asked for.
            Peek::Again(value) => match unsafe { T::of_own_kind(value, Own) } {
                Some(value) => Ok(Some(value)),
                None => moved(self.converted(key)),
            },
            Peek::Missing if !reads_below::<T>() => Ok(None),
            Peek::At(slot) => moved(self.value_at(key, slot)),
            Peek::Outside => moved(self.value_outside(key)),
            Peek::Missing | Peek::Unsure => moved(self.value_or_converted(key)),
        }
    }

    #[inline(never)]
    fn value_or_converted<T: FromParam>(&self, key: Key) -> Result<Option<T>> {
        match second_look(self.look(key), key) {
            Look::Value(value) => Ok(value),
            Look::At(slot) => self.value_at(key, slot),
            Look::Unsure => self.converted(key),
        }
    }

    #[inline(never)]
    fn value_outside<T: FromParam>(&self, key: Key) -> Result<Option<T>> {
        let Ok(found) = self.look_outside(key) else { return self.value_walking_less(key) };
        match second_look(Ok(found), key) {
            Look::Value(value) => Ok(value),
            Look::At(slot) => self.value_at(key, slot),
            Look::Unsure => self.converted(key),
        }
    }

    #[cold]
    #[inline(never)]
    fn value_walking_less<T: FromParam>(&self, key: Key) -> Result<Option<T>> {
        match second_look(Ok(self.walk_less(key)), key) {
            Look::Value(value) => Ok(value),
            Look::At(slot) => self.value_at(key, slot),
            Look::Unsure => self.converted(key),
        }
    }

    #[inline(never)]
    fn value_at<T: FromParam>(&self, key: Key, slot: &Slot) -> Result<Option<T>> {
        look_at(key, slot).or_else(|()| self.converted(key))
    }

    /// The value of `key` where it is missing, needs no conversion, or was converted before: for a host, which has its own
    /// way to what is more than that. `Err` where more must be asked.
    #[cfg(feature = "host-table")]
    #[inline(always)]
    pub(crate) fn plain<T: FromParam>(&self, key: Key) -> std::result::Result<Option<T>, ()> {
        match self.peek(key, T::CODE) {
            // SAFETY: it is of the kind that was asked for.
            Peek::Again(value) => unsafe { T::of_own_kind(value, Own) }.map(Some).ok_or(()),
            Peek::Missing if !reads_below::<T>() => Ok(None),
            Peek::At(slot) => look_at(key, slot),
            _ => match second_look(self.look(key), key) {
                Look::Value(value) => Ok(value),
                Look::At(slot) => look_at(key, slot),
                Look::Unsure => Err(()),
            },
        }
    }

    /// The first look of [`State::plain`] alone, which runs no code of others and cannot fail. `None` where it is not enough.
    #[cfg(feature = "host-table")]
    #[inline(always)]
    pub(crate) fn plain_at_once<T: FromParam>(&self, key: Key) -> Option<Option<T>> {
        match self.peek(key, T::CODE) {
            // SAFETY: it is of the kind that was asked for.
            Peek::Again(value) => unsafe { T::of_own_kind(value, Own) }.map(Some),
            Peek::Missing if !reads_below::<T>() => Some(None),
            _ => None,
        }
    }

    #[cold]
    #[inline(never)]
    fn converted<T: FromParam>(&self, key: Key) -> Result<Option<T>> {
        self.settle(self.try_value(key))
    }

    /// What a required parameter is where its read gave none: what stands for a missing one, else the error.
    #[cold]
    pub(crate) fn no_value<T: FromParam>(&self, name: &str) -> Result<T> {
        if let Some(key) = lookup(name)? {
            if !matches!(self.read_map(key), Read::Missing) {
                // It did not convert, and there is no default to fall back to.
                if let Err(failed) = self.try_value::<T>(key) {
                    return Err(failed.error());
                }
            }
        }
        T::absent().ok_or_else(|| self.missing(name))
    }

    /// What stands under a name with what stands below it, as it was written: what serde's types are made of.
    #[cfg(any(feature = "serde", feature = "host-table"))]
    pub(crate) fn whole(&self, name: &str) -> Result<Option<(Key, Cow<'_, Value>)>> {
        let Some(key) = lookup(name)? else {
            // An element of a list that nobody named before.
            return Ok(match self.read_name(name)? {
                Read::Made(item, _) => Some((intern(name)?, Cow::Owned(item.value))),
                _ => None,
            });
        };
        key.mark_read();
        if let Some(value) = self.value_and_below(key) {
            return Ok(Some((key, Cow::Owned(value))));
        }
        Ok(match self.read_map(key) {
            Read::Missing => None,
            Read::Entry(entry) => {
                entry.mark_read(|| Source::Unknown);
                Some((key, Cow::Borrowed(entry.value())))
            }
            Read::Made(item, _) => Some((key, Cow::Owned(item.value))),
            Read::Gathered(leaves) => {
                for (leaf, entry) in &leaves {
                    leaf.mark_read();
                    entry.mark_read(|| Source::Unknown);
                }
                Some((key, Cow::Owned(nested(key, &leaves, |entry| entry.value().clone()))))
            }
        })
    }

    fn try_value<T: FromParam>(&self, key: Key) -> std::result::Result<Option<T>, Box<Failed>> {
        if T::NULL && T::ASK == Ask::Str && self.get(key, Ask::Any)?.is_some_and(|item| spells_null::<T>(&item.value)) {
            return Ok(T::from_converted(&Value::Null).ok());
        }
        if T::ELSE.is_some() {
            if let Some(value) = self.value_and_below(key) {
                return T::from_converted(&value).map(Some).map_err(|mismatch| self.failed_as::<T>(key, mismatch));
            }
        }
        let found = match (self.get(key, T::ASK), T::ELSE) {
            (Err(first), Some(other)) => self.get(key, other).map_err(|_| first),
            (found, _) => found,
        };
        let Some(item) = found? else { return Ok(None) };
        T::from_converted(&item.value).map(Some).map_err(|mismatch| self.failed_as::<T>(key, mismatch))
    }

    /// The keys below one that has a plain value of its own too, which stands under the empty name as in a file: a variant
    /// and its fields (`opt=adam`, `opt.adam.lr=0.1`).
    pub(crate) fn value_and_below(&self, key: Key) -> Option<Value> {
        let Read::Entry(own) = self.read(key) else { return None };
        if own.is_dictionary() || own.is_container() {
            return None;
        }
        let leaves = self.leaves(key);
        if leaves.is_empty() {
            return None;
        }
        key.mark_read();
        let Value::Map(below) = nested(key, &leaves, |entry| entry.value().clone()) else { return None };
        let pairs = below.iter().map(|(name, value)| (name, value.clone()));
        Some(Value::map(std::iter::once(("", own.value().clone())).chain(pairs)))
    }

    fn failed_as<T: FromParam>(&self, key: Key, mismatch: Mismatch) -> Box<Failed> {
        // The core's conversion succeeded, so there is an entry; without one there is nothing to name. The reason names
        // the Rust type; what was asked for has one name in every language.
        let failed = self.failed(key, wanted::<T>(), mismatch);
        failed.unwrap_or_else(|| unreachable!("a value was just read from this immutable state"))
    }

    /// A value that the store converted and that is none of a type's all the same, or has a part that is not; `None` where
    /// there is no value.
    pub(crate) fn failed(&self, key: Key, wanted: String, mismatch: Mismatch) -> Option<Box<Failed>> {
        // Where the part is a key of its own, its own entry says where it came from.
        if let Some(part) = mismatch.part().filter(|part| part.field) {
            let name = format!("{}.{}", key.name(), part.path);
            if let Ok(Some(inner)) = lookup(&name) {
                if let Some(entry) = self.leaf(inner) {
                    let wanted = part.wanted.clone();
                    let entry = entry.clone();
                    return Some(Box::new(Failed { key: inner, entry, wanted, mismatch: mismatch.whole() }));
                }
            }
        }
        let entry = match self.read_map(key) {
            Read::Entry(entry) | Read::Made(_, entry) => entry.clone(),
            Read::Gathered(leaves) => leaves[0].1.clone(),
            Read::Missing => return None,
        };
        Some(Box::new(Failed { key, entry, wanted, mismatch }))
    }
}

/// Whether a value is also gathered from the keys below where the key itself has none (rule K5).
const fn reads_below<T: FromParam>() -> bool {
    T::ASK as u8 == Ask::Map as u8
}

/// What a call gave, taken apart and put together: a call writes its result to memory, and the common way, which has
/// its own in registers, would have to write it to the same place (3 instructions of 35).
#[inline(always)]
#[allow(clippy::needless_match, reason = "see above")]
fn moved<T>(result: Result<Option<T>>) -> Result<Option<T>> {
    match result {
        Ok(Some(value)) => Ok(Some(value)),
        Ok(None) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a look at a key says.
enum Look<'a, T> {
    Value(Option<T>),
    /// This slot must be looked at.
    At(&'a Slot),
    Unsure,
}

/// The second look: at what stands under a key in which no pin or list has a say. `found` is `Err` where one may have.
#[inline(always)]
fn second_look<T: FromParam>(found: std::result::Result<Option<&Slot>, ()>, key: Key) -> Look<'_, T> {
    match found {
        Ok(Some(slot)) => match slot.read_again(T::CODE) {
            // SAFETY: it is of the kind that was asked for.
            Some(value) => unsafe { T::of_own_kind(value, Own) }.map_or(Look::At(slot), |v| Look::Value(Some(v))),
            None => Look::At(slot),
        },
        Ok(None) if !reads_below::<T>() => {
            key.mark_read();
            Look::Value(None)
        }
        _ => Look::Unsure,
    }
}

/// The value in a slot in which no pin or list has a say, where it needs no conversion or was converted before. `Err`
/// where more must be asked.
#[inline(always)]
fn look_at<T: FromParam>(key: Key, slot: &Slot) -> std::result::Result<Option<T>, ()> {
    if slot.is_deleted() && !reads_below::<T>() {
        key.mark_read();
        return Ok(None);
    }
    let entry = slot.plain().ok_or(())?;
    match T::exactly(entry.value(), Own) {
        // Whoever marks an entry marks its key.
        Some(value) if entry.was_read() => Ok(Some(value)),
        Some(value) => first_read(key, entry, value),
        // What is kept for a string does not say whether the text spelled null.
        None if T::NULL && T::ASK as u8 == Ask::Str as u8 => Err(()),
        None => kept(key, entry),
    }
}

#[cold]
#[inline(never)]
fn first_read<T>(key: Key, entry: &Entry, value: T) -> std::result::Result<Option<T>, ()> {
    key.mark_read();
    entry.mark_read(|| Source::Unknown);
    Ok(Some(value))
}

fn kept<T: FromParam>(key: Key, entry: &Entry) -> std::result::Result<Option<T>, ()> {
    match entry.kept(T::ASK as usize) {
        Some(Ok(item)) => {
            let value = T::exactly(&item.value, Own).ok_or(())?;
            if entry.was_read() { Ok(Some(value)) } else { first_read(key, entry, value) }
        }
        _ => Err(()),
    }
}

/// The value of a parameter on this thread, else the default.
///
/// A value that does not convert to the default's type gives the default and a warning (rule V5); in a strict context
/// this panics with the message of the error, since there is no way to return it: use [`require`] there.
///
/// # Panics
/// On an invalid key, and on a value that does not convert in a strict context.
#[track_caller]
pub fn get<T: FromParam>(name: &str, default: T) -> T {
    match read(name) {
        Ok(value) => value.unwrap_or(default),
        Err(error) => panic!("{error}"),
    }
}

/// The value of a parameter on this thread.
///
/// # Errors
/// `MissingParameter` with near names, `Conversion` in a strict context, `InvalidKey`.
///
/// ```
/// let error = hyperparameter::require::<f64>("nowhere.lr").unwrap_err();
/// assert_eq!(error.kind(), hyperparameter::ErrorKind::MissingParameter);
/// ```
pub fn require<T: FromParam>(name: &str) -> Result<T> {
    match read(name)? {
        Some(value) => Ok(value),
        None => no_value(name),
    }
}

/// What a required parameter is on this thread where its read gave none.
#[cold]
pub(crate) fn no_value<T: FromParam>(name: &str) -> Result<T> {
    #[cfg(feature = "host")]
    if let Some(table) = guest::hosted()? {
        return guest::no_value(table, std::ptr::null(), name);
    }
    current::get().no_value(name)
}

fn read<T: FromParam>(name: &str) -> Result<Option<T>> {
    #[cfg(feature = "host")]
    if let Some(table) = guest::hosted()? {
        return guest::read(table, std::ptr::null(), name);
    }
    match lookup(name)? {
        Some(key) => read_key(key),
        // A list at a prefix may be read into even where nobody ever named the element.
        None => {
            let state = current::get();
            match state.read_name(name)? {
                Read::Missing => Ok(None),
                _ => state.value(intern(name)?),
            }
        }
    }
}

/// The value of a key on this thread.
///
/// # Errors
/// `Conversion`, in a strict context.
#[inline(always)]
pub fn read_key<T: FromParam>(key: Key) -> Result<Option<T>> {
    #[cfg(feature = "host")]
    if let Some(table) = guest::hosted()? {
        return guest::read_key(table, std::ptr::null(), key);
    }
    look_first(key, None)
}

/// The value of a call site's key on this thread.
///
/// # Errors
/// `Conversion`, in a strict context; `HashCollision`, at the first use.
#[inline(always)]
pub(crate) fn read_site<T: FromParam>(site: &'static CallSite) -> Result<Option<T>> {
    #[cfg(feature = "host")]
    return site.key().and_then(read_key);
    #[cfg(not(feature = "host"))]
    look_first(site.key_or_none(), Some(site))
}

/// The first look of a read; `site` is whose key it is, where that may not be made yet.
#[inline(always)]
fn look_first<T: FromParam>(key: Key, site: Option<&'static CallSite>) -> Result<Option<T>> {
    // One `match` to its ends: a helper that gave a value, a slot or nothing cost 5 instructions more.
    match current::peek(key, T::CODE) {
        // SAFETY: it is of the kind that was asked for.
        Peek::Again(value) => match unsafe { T::of_own_kind(value, Own) } {
            Some(value) => Ok(Some(value)),
            None => moved(read_converted(key)),
        },
        Peek::Missing if !reads_below::<T>() => Ok(None),
        Peek::At(slot) => match reread(slot) {
            Some(value) => Ok(Some(value)),
            None => moved(read_at(key, slot)),
        },
        // SAFETY: the first look said so, and nothing has changed this thread's state since.
        Peek::Outside if site.is_none() || !key.is_none() => moved(unsafe { read_outside(key) }),
        Peek::Missing | Peek::Outside | Peek::Unsure => moved(match site {
            Some(site) => read_further_of(site),
            None => read_further(key),
        }),
    }
}

// Each of these calls the next at its end only, so that none saves registers for it: what reads outside every scope, or
// from under eight, pays for one call and not for three (90 and 121 instructions with the calls inside, 64 and 94 so, 47 and
// 81 with what `Head::peek` and `read_outside` spare).

/// A read of a value from further out: it takes up where the first look ended (14 instructions less than beginning
/// again).
///
/// # Safety
/// As for [`current::look_outside`].
#[inline(never)]
unsafe fn read_outside<T: FromParam>(key: Key) -> Result<Option<T>> {
    // SAFETY: promised by the caller, and nothing has changed in between.
    let Ok(found) = (unsafe { current::look_outside(key) }) else { return unsafe { read_walking_less(key) } };
    match second_look(Ok(found), key) {
        Look::Value(value) => Ok(value),
        Look::At(slot) => read_at(key, slot),
        Look::Unsure => read_closer(key),
    }
}

/// [`read_outside`] where that has often walked far.
///
/// # Safety
/// As there.
#[cold]
#[inline(never)]
unsafe fn read_walking_less<T: FromParam>(key: Key) -> Result<Option<T>> {
    // SAFETY: promised by the caller.
    match second_look(Ok(unsafe { current::walk_less(key) }), key) {
        Look::Value(value) => Ok(value),
        Look::At(slot) => read_at(key, slot),
        Look::Unsure => read_closer(key),
    }
}

/// A read that the first look was not sure of: of a key that a list or a pin may concern, or for the first time.
#[inline(never)]
fn read_further<T: FromParam>(key: Key) -> Result<Option<T>> {
    match second_look(current::look(key), key) {
        Look::Value(value) => Ok(value),
        Look::At(slot) => read_at(key, slot),
        Look::Unsure => read_closer(key),
    }
}

/// The same of a call site, whose first read it may be.
#[inline(never)]
fn read_further_of<T: FromParam>(site: &'static CallSite) -> Result<Option<T>> {
    read_further(site.key()?)
}

/// A read of what was found in a slot of this thread's state just now.
///
/// A pointer: a conversion may change that state and free the slot, and a reference that is an argument must outlive the
/// call (Miri).
#[inline(never)]
fn read_at<T: FromParam>(key: Key, slot: *const Slot) -> Result<Option<T>> {
    // SAFETY: the slot was just found in this thread's state, and no foreign code runs while it is looked at.
    let found = look_at(key, unsafe { &*slot });
    found.or_else(|()| read_converted(key))
}

/// Text that was read as this before, as a part of the caller: what a command line sets is text, and most of what is set
/// at all (with a call to [`read_at`] 69 instructions, with this there 56).
#[inline(always)]
fn reread<T: FromParam>(slot: &Slot) -> Option<T> {
    // What is kept for a string does not say whether the text spelled null.
    if T::CODE == 0 || (T::NULL && T::ASK as u8 == Ask::Str as u8) {
        return None;
    }
    let value = slot.converted_again(T::ASK as usize, T::CODE)?;
    // SAFETY: it is of the kind that was asked for.
    unsafe { T::of_own_kind(value, Own) }
}

/// A read whose key a list or a pin may concern, or whose thread has no frame yet or an old one.
#[cold]
#[inline(never)]
fn read_closer<T: FromParam>(key: Key) -> Result<Option<T>> {
    match second_look(current::borrowed().look(key), key) {
        Look::Value(value) => Ok(value),
        Look::At(slot) => read_at(key, slot),
        Look::Unsure => read_converted(key),
    }
}

#[cold]
#[inline(never)]
fn read_converted<T: FromParam>(key: Key) -> Result<Option<T>> {
    // A conversion may call foreign code: it gets a state of its own, not the thread's.
    current::get().converted(key)
}

/// Writes a value to the current scope of this thread (rule S2).
///
/// # Errors
/// `InvalidKey`, `HashCollision`, or `Config` for a dictionary that cannot be laid out.
#[track_caller]
pub fn set(name: &str, value: impl Into<Item>) -> Result<()> {
    set_key(intern(name)?, value.into(), &Source::here())
}

/// Writes a value under a key to the current scope of this thread.
pub(crate) fn set_key(key: Key, item: Item, source: &Source) -> Result<()> {
    #[cfg(feature = "host")]
    if let Some(table) = guest::hosted()? {
        return guest::set(table, key, &item, source);
    }
    current::try_update(|state| state.set(key, item, source))
}

/// Deletes a key in the current scope of this thread (rule S7).
pub(crate) fn delete(key: Key) -> Result<()> {
    #[cfg(feature = "host")]
    if let Some(table) = guest::hosted()? {
        return guest::delete(table, key);
    }
    current::try_update(|state| state.delete(key))
}
