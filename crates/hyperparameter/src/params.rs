//! The front door for Rust: reads by type, and writes.

use crate::error::Result;
#[cfg(feature = "host")]
use crate::host::guest;
use crate::key::{Key, intern, lookup};
use crate::scope::current;
use crate::scope::{Entry, Failed, Peek, Read, Slot, Source, State};
use crate::value::{Ask, Item, Mismatch, Value, convert, untyped};

/// A type that a parameter can be read as (rule V4).
pub trait FromParam: Sized {
    /// What is asked of the store.
    const ASK: Ask;

    /// Whether this type can hold null: text that spells null is null for it then, also where a string is asked for.
    const NULL: bool = false;

    /// The value from what the store converted, or why it does not fit.
    ///
    /// # Errors
    /// Where the value is outside this type's range, or null for a type that cannot hold null.
    fn from_converted(value: &Value) -> Result<Self, Mismatch>;

    /// What stands for a missing parameter where none is a value of this type, as `None` is for an `Option`.
    #[doc(hidden)]
    #[inline]
    fn absent() -> Option<Self> {
        None
    }

    /// The value where it is of this very kind already: nothing is converted then.
    ///
    /// Only the types of this crate answer: it is asked in the middle of a read, where no foreign code may run.
    /// The code of the kind of values that `exactly` answers first, 0 where there is none.
    #[doc(hidden)]
    const CODE: u8 = 0;

    #[doc(hidden)]
    #[inline]
    fn exactly(_value: &Value, _: Own) -> Option<Self> {
        None
    }

    /// [`FromParam::exactly`] where the kind of the value is known.
    ///
    /// # Safety
    /// The value is of the kind with the code [`FromParam::CODE`].
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn of_own_kind(value: &Value, own: Own) -> Option<Self> {
        Self::exactly(value, own)
    }
}

mod own {
    /// Nobody outside this crate can name this type, and so nobody can write [`super::FromParam::exactly`].
    #[derive(Debug)]
    pub struct Own;
}
use own::Own;

/// [`FromParam::exactly`], for the other rooms of this crate.
#[cfg(feature = "host")]
#[inline(always)]
pub(crate) fn exactly<T: FromParam>(value: &Value) -> Option<T> {
    T::exactly(value, Own)
}

fn no_null(value: &Value, wanted: &str) -> Mismatch {
    match value {
        Value::Null => Mismatch::new(format!("null is no {wanted}; an Option can hold it")),
        other => Mismatch::new(format!("{other:?} is out of the range of {wanted}")),
    }
}

macro_rules! exact {
    ($($type:ty, $ask:ident, $kind:ident, $code:ident;)*) => {$(
        impl FromParam for $type {
            const ASK: Ask = Ask::$ask;
            const CODE: u8 = Value::$code;
            fn from_converted(value: &Value) -> Result<Self, Mismatch> {
                Self::exactly(value, Own).ok_or_else(|| no_null(value, stringify!($type)))
            }
            #[inline]
            fn exactly(value: &Value, _: Own) -> Option<Self> {
                if let Value::$kind(v) = value { Some(v.clone().into()) } else { None }
            }
            #[inline(always)]
            unsafe fn of_own_kind(value: &Value, _: Own) -> Option<Self> {
                let Value::$kind(v) = value else {
                    // SAFETY: promised by the caller.
                    unsafe { std::hint::unreachable_unchecked() }
                };
                Some(v.clone().into())
            }
        }
    )*};
}
exact! {
    bool, Bool, Bool, BOOL;
    i64, Int, Int, INT;
    f64, Float, Float, FLOAT;
    std::sync::Arc<str>, Str, Str, STR;
}

macro_rules! narrow {
    ($($type:ty)*) => {$(
        impl FromParam for $type {
            const ASK: Ask = Ask::Int;
            const CODE: u8 = Value::INT;
            fn from_converted(value: &Value) -> Result<Self, Mismatch> {
                match value {
                    Value::Int(v) => <$type>::try_from(*v).ok(),
                    Value::Big(v) => <$type>::try_from(&**v).ok(),
                    _ => None,
                }
                .ok_or_else(|| no_null(value, stringify!($type)))
            }
            #[inline]
            fn exactly(value: &Value, _: Own) -> Option<Self> {
                if let Value::Int(v) = value { <$type>::try_from(*v).ok() } else { None }
            }
            #[inline(always)]
            unsafe fn of_own_kind(value: &Value, _: Own) -> Option<Self> {
                let Value::Int(v) = value else {
                    // SAFETY: promised by the caller.
                    unsafe { std::hint::unreachable_unchecked() }
                };
                <$type>::try_from(*v).ok()
            }
        }
    )*};
}
narrow! { i8 i16 i32 i128 isize u8 u16 u32 u64 u128 usize }

impl FromParam for f32 {
    const ASK: Ask = Ask::Float;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        #[allow(clippy::cast_possible_truncation, reason = "rounding to f32 is what asking for one means")]
        f64::from_converted(value).map(|v| v as Self)
    }
}

impl FromParam for String {
    const ASK: Ask = Ask::Str;
    const CODE: u8 = Value::STR;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        Self::exactly(value, Own).ok_or_else(|| no_null(value, "String"))
    }
    fn exactly(value: &Value, _: Own) -> Option<Self> {
        match value {
            Value::Str(v) => Some(Self::from(&**v)),
            Value::Text(v) => Some(v.as_str().to_owned()),
            _ => None,
        }
    }
}

/// With no type asked: text is the literal it spells, inside lists and maps too (rule V3).
impl FromParam for Value {
    const ASK: Ask = Ask::Any;
    const NULL: bool = true;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        Ok(untyped(value))
    }
}

impl<T: FromParam> FromParam for Option<T> {
    const ASK: Ask = T::ASK;
    const CODE: u8 = T::CODE;
    const NULL: bool = true;
    #[inline]
    fn absent() -> Option<Self> {
        Some(None)
    }
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Null => Ok(None),
            value => T::from_converted(value).map(Some),
        }
    }
    #[inline]
    fn exactly(value: &Value, _: Own) -> Option<Self> {
        // Text may spell null.
        if let Value::Text(_) = value { None } else { T::exactly(value, Own).map(Some) }
    }
    #[inline(always)]
    unsafe fn of_own_kind(value: &Value, own: Own) -> Option<Self> {
        // SAFETY: promised by the caller; the codes are the same.
        unsafe { T::of_own_kind(value, own) }.map(Some)
    }
}

/// An item of a list or map as a `T`.
fn item<T: FromParam>(item: &Value) -> Result<T, Mismatch> {
    if spells_null::<T>(item) { T::from_converted(&Value::Null) } else { T::from_converted(&convert(item, T::ASK)?) }
}

/// Whether this is null for a `T`, and yet would be converted to a string.
fn spells_null<T: FromParam>(value: &Value) -> bool {
    T::NULL && T::ASK == Ask::Str && matches!(convert(value, Ask::Any), Ok(Value::Null))
}

impl<T: FromParam> FromParam for Vec<T> {
    const ASK: Ask = Ask::List;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::List(items) => items.iter().map(item).collect(),
            other => Err(no_null(other, "Vec")),
        }
    }
}

macro_rules! maps {
    ($($map:ident)*) => {$(
        /// A key with no value of its own gathers the keys below it (rule K5).
        impl<T: FromParam> FromParam for std::collections::$map<String, T> {
            const ASK: Ask = Ask::Map;
            fn from_converted(value: &Value) -> Result<Self, Mismatch> {
                match value {
                    Value::Map(map) => map.iter().map(|(name, of)| Ok((name.to_owned(), item(of)?))).collect(),
                    other => Err(no_null(other, stringify!($map))),
                }
            }
        }
    )*};
}
maps! { BTreeMap HashMap }

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
        match second_look(Ok(self.look_outside(key)), key) {
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

    #[cold]
    #[inline(never)]
    fn converted<T: FromParam>(&self, key: Key) -> Result<Option<T>> {
        self.settle(self.try_value(key))
    }

    fn try_value<T: FromParam>(&self, key: Key) -> std::result::Result<Option<T>, Box<Failed>> {
        if T::NULL && T::ASK == Ask::Str && self.get(key, Ask::Any)?.is_some_and(|item| spells_null::<T>(&item.value)) {
            return Ok(T::from_converted(&Value::Null).ok());
        }
        let Some(item) = self.get(key, T::ASK)? else { return Ok(None) };
        T::from_converted(&item.value).map(Some).map_err(|mismatch| {
            // The reason names the Rust type; what was asked for has one name in every language.
            let wanted = if T::ASK == Ask::Any { std::any::type_name::<T>() } else { T::ASK.name() };
            // The core's conversion succeeded, so there is an entry; without one there is nothing to name.
            let entry = match self.read(key) {
                Read::Entry(entry) | Read::Made(_, entry) => entry.clone(),
                Read::Gathered(leaves) => leaves[0].1.clone(),
                Read::Missing => unreachable!("a value was just read from this immutable state"),
            };
            Box::new(Failed { key, entry, wanted: wanted.to_owned(), mismatch })
        })
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
    #[cfg(feature = "host")]
    if let Some(table) = guest::hosted()? {
        return guest::read(table, name)?.ok_or_else(|| guest::missing(table, name));
    }
    read(name)?.ok_or_else(|| current::get().missing(name))
}

fn read<T: FromParam>(name: &str) -> Result<Option<T>> {
    #[cfg(feature = "host")]
    if let Some(table) = guest::hosted()? {
        return guest::read(table, name);
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
        return guest::read_key(table, key);
    }
    // One `match` to its ends: a helper that gave a value, a slot or nothing cost 5 instructions more.
    match current::peek(key, T::CODE) {
        // SAFETY: it is of the kind that was asked for.
        Peek::Again(value) => match unsafe { T::of_own_kind(value, Own) } {
            Some(value) => Ok(Some(value)),
            None => moved(read_converted(key)),
        },
        Peek::Missing if !reads_below::<T>() => Ok(None),
        Peek::At(slot) => moved(read_at(key, slot)),
        // SAFETY: the first look said so, and nothing has changed this thread's state since.
        Peek::Outside => moved(unsafe { read_outside(key) }),
        Peek::Missing | Peek::Unsure => moved(read_further(key)),
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
    // SAFETY: promised by the caller.
    match second_look(Ok(unsafe { current::look_outside(key) }), key) {
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

/// A read of what was found in a slot of this thread's state just now.
#[inline(never)]
fn read_at<T: FromParam>(key: Key, slot: &Slot) -> Result<Option<T>> {
    look_at(key, slot).or_else(|()| read_converted(key))
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
        return guest::set(table, key.name(), &item, source);
    }
    current::try_update(|state| state.set(key, item, source))
}

/// Publishes what this thread's scopes set over the newest snapshot, for threads that are in no scope (rule T2).
///
/// ```
/// use hyperparameter::{frozen, get_param, set_param};
///
/// set_param!(frozen_example.workers, 8);
/// let seen = || get_param!(frozen_example.workers, 1);
/// assert_eq!(std::thread::spawn(seen).join().unwrap(), 1);
/// frozen();
/// assert_eq!(std::thread::spawn(seen).join().unwrap(), 8);
/// ```
pub fn frozen() {
    #[cfg(feature = "host")]
    if let Ok(Some(table)) = guest::hosted() {
        return guest::freeze(table);
    }
    current::get().freeze();
}

/// A cheap, immutable picture of what is visible on this thread (rule T3): entered in another thread, it replaces what
/// is seen there.
///
/// ```
/// use hyperparameter::{capture, get_param, with_params};
///
/// let seen = with_params! {
///     @set capture_example.lr = 0.5;
///     let captured = capture();
///     std::thread::spawn(move || with_params! {
///         @params captured;
///         get_param!(capture_example.lr, 0.1)
///     }).join().unwrap()
/// };
/// assert_eq!(seen, 0.5);
/// ```
#[must_use]
pub fn capture() -> State {
    current::get()
}
