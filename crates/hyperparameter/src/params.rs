//! The front door for Rust: reads by type, scopes that end with their guard. The macros will be built on these.

use crate::error::Result;
#[cfg(feature = "host")]
use crate::host::guest;
use crate::key::{Key, intern, lookup};
use crate::scope::current::{self, Guard};
use crate::scope::{Builder, Entry, Failed, Read, Scope, Source, State};
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

    /// The value where it is of this very kind already: nothing is converted then.
    ///
    /// Only the types of this crate answer: it is asked in the middle of a read, where no foreign code may run.
    #[doc(hidden)]
    #[inline]
    fn exactly(_value: &Value, _: Own) -> Option<Self> {
        None
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
    ($($type:ty, $ask:ident, $kind:ident;)*) => {$(
        impl FromParam for $type {
            const ASK: Ask = Ask::$ask;
            fn from_converted(value: &Value) -> Result<Self, Mismatch> {
                Self::exactly(value, Own).ok_or_else(|| no_null(value, stringify!($type)))
            }
            #[inline]
            fn exactly(value: &Value, _: Own) -> Option<Self> {
                if let Value::$kind(v) = value { Some(v.clone().into()) } else { None }
            }
        }
    )*};
}
exact! {
    bool, Bool, Bool;
    i64, Int, Int;
    f64, Float, Float;
    std::sync::Arc<str>, Str, Str;
}

macro_rules! narrow {
    ($($type:ty)*) => {$(
        impl FromParam for $type {
            const ASK: Ask = Ask::Int;
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
    const NULL: bool = true;
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
    #[inline]
    pub fn value<T: FromParam>(&self, key: Key) -> Result<Option<T>> {
        match self.plain(key) {
            Ok(value) => Ok(value),
            Err(()) => self.converted(key),
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

    /// The value of `key` where it is missing, needs no conversion, or was converted before: the whole of an ordinary
    /// read. `Err` where more must be asked.
    #[inline(always)]
    pub(crate) fn plain<T: FromParam>(&self, key: Key) -> std::result::Result<Option<T>, ()> {
        let Some(entry) = self.read_plain(key)? else {
            // A map is also gathered from the keys below (rule K5).
            if T::ASK as u8 == Ask::Map as u8 {
                return Err(());
            }
            key.mark_read();
            return Ok(None);
        };
        match T::exactly(entry.value(), Own) {
            // Whoever marks an entry marks its key.
            Some(value) if entry.was_read() => Ok(Some(value)),
            Some(value) => first_read(key, entry, value),
            // What is kept for a string does not say whether the text spelled null.
            None if T::NULL && T::ASK as u8 == Ask::Str as u8 => Err(()),
            None => kept(key, entry),
        }
    }
}

// Both stand at the end of their caller, so that it saves no registers for them.

#[cold]
#[inline(never)]
fn first_read<T>(key: Key, entry: &Entry, value: T) -> std::result::Result<Option<T>, ()> {
    key.mark_read();
    entry.mark_read(|| Source::Unknown);
    Ok(Some(value))
}

#[inline(never)]
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
#[inline]
pub fn read_key<T: FromParam>(key: Key) -> Result<Option<T>> {
    #[cfg(feature = "host")]
    if let Some(table) = guest::hosted()? {
        return guest::read_key(table, key);
    }
    let state = current::borrowed();
    match state.plain(key) {
        Ok(value) => Ok(value),
        Err(()) => read_converted(key),
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
    #[cfg(feature = "host")]
    if let Some(table) = guest::hosted()? {
        return guest::set(table, name, &value.into(), &Source::here());
    }
    let (key, source) = (intern(name)?, Source::here());
    current::try_update(|state| state.set(key, value.into(), &source))
}

/// Publishes what this thread's scopes set over the newest snapshot (rule T2).
pub fn freeze() {
    #[cfg(feature = "host")]
    if let Ok(Some(table)) = guest::hosted() {
        return guest::freeze(table);
    }
    current::get().freeze();
}

/// A cheap, immutable picture of what is visible on this thread (rule T3).
#[must_use]
pub fn capture() -> State {
    current::get()
}

/// A scope to be entered on a thread (rule S3).
///
/// ```
/// # fn main() -> hyperparameter::Result<()> {
/// use hyperparameter::{ParamScope, get};
/// let scope = ParamScope::new().set("opt.lr", 0.5)?.text("opt.name=adam")?;
/// let guard = scope.enter()?;
/// assert_eq!(get("opt.name", String::new()), "adam");
/// drop(guard);
/// assert_eq!(get("opt.lr", 0.1), 0.1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct ParamScope {
    builder: Builder,
}

impl ParamScope {
    /// A scope that sets nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value under a key.
    ///
    /// # Errors
    /// `InvalidKey`, `HashCollision`, or `Config` for a dictionary that cannot be laid out.
    #[track_caller]
    pub fn set(mut self, name: &str, value: impl Into<Item>) -> Result<Self> {
        self.builder.set(name, value, &Source::here())?;
        Ok(self)
    }

    /// Adds `key=value` text of unknown type (rule V3).
    ///
    /// # Errors
    /// `InvalidKey` where there is no `=` or the key is invalid.
    #[track_caller]
    pub fn text(mut self, pair: &str) -> Result<Self> {
        self.builder.text(pair, &Source::here())?;
        Ok(self)
    }

    /// The prepared scope, to be entered many times at the price of one frame.
    #[must_use]
    pub fn prepare(self) -> Scope {
        self.builder.build()
    }

    /// Enters the scope on this thread until the guard is dropped.
    ///
    /// # Errors
    /// `InvalidKey` for an index out of range of the list that is visible here.
    pub fn enter(&self) -> Result<Guard> {
        self.clone().prepare().enter_here()
    }
}

impl Scope {
    /// Enters the scope on this thread until the guard is dropped.
    ///
    /// # Errors
    /// `InvalidKey` for an index out of range of the list that is visible here.
    #[inline]
    pub fn enter_here(&self) -> Result<Guard> {
        #[cfg(feature = "host")]
        if let Some(table) = guest::hosted()? {
            return guest::enter(table, self.entries()).map(Guard::hosted);
        }
        if let Some(guard) = Guard::enter_table(|state| self.enter_whole(state)) {
            return Ok(guard);
        }
        Guard::enter(|state| self.enter(state))
    }
}
