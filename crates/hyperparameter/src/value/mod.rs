//! What a parameter can be (rule V1), and how one kind becomes another (rules V3, V4).

mod convert;
mod duration;
mod host;
mod number;
mod text;

use std::fmt;
use std::sync::Arc;

pub(crate) use convert::wanted;
#[cfg(feature = "clap")]
pub(crate) use convert::wanted_text;
pub use convert::{Ask, Mismatch, Part, convert, float_text, untyped};
pub use duration::{duration, duration_text};
pub use host::{Host, HostVTable, Members, Shape};
pub use num_bigint::BigInt;
#[cfg(feature = "config")]
pub(crate) use number::{Unspelled, file_number};
pub use text::{Text, literal};

#[cfg(feature = "serde")]
pub use crate::serde::{from_value, to_value};

/// A parameter's value.
///
/// Cloning is cheap: everything large is behind a reference count.
#[derive(Clone, Default)]
pub enum Value {
    /// `null`, `None`, `nil`: a value, not a missing one (rule V2).
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// A 64-bit integer.
    Int(i64),
    /// An integer outside 64 bits, exact. Never holds one that fits in `Int`.
    Big(Arc<BigInt>),
    /// A 64-bit float.
    Float(f64),
    /// A string.
    Str(Arc<str>),
    /// Text of unknown type, as it came from a command line (rule V3).
    Text(Text),
    /// A list.
    List(Arc<[Value]>),
    /// A map from strings, in insertion order.
    Map(Arc<Map>),
    /// An object of the host language, opaque here.
    Host(Host),
}

/// A value on its way into the store, with the host language's own object for it, if it came from one.
///
/// The object is what the same language reads back (rule V1); the value is what the others see. A value of kind
/// [`Value::Host`] carries its object itself.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// What every language sees.
    pub value: Value,
    /// What the language that wrote it gets back.
    pub host: Option<Host>,
}

impl Item {
    /// Whether this is a value without parts, of no host, that runs no code of its own when it goes.
    #[inline]
    pub(crate) fn is_single(&self) -> bool {
        let single =
            matches!(self.value, Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_));
        single && self.host.is_none()
    }

    /// The host object, wherever it is kept.
    #[must_use]
    pub fn object(&self) -> Option<&Host> {
        match (&self.host, &self.value) {
            (Some(host), _) | (None, Value::Host(host)) => Some(host),
            _ => None,
        }
    }
}

impl<T: Into<Value>> From<T> for Item {
    fn from(value: T) -> Self {
        Self { value: value.into(), host: None }
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        match (self.object(), other.object()) {
            (Some(a), Some(b)) if a.same(b) => true,
            _ => self.value == other.value,
        }
    }
}

/// A map from strings to values that keeps insertion order; of two equal names the later wins.
#[derive(Clone, Debug, Default)]
pub struct Map(Vec<(Arc<str>, Value)>);

impl Map {
    /// An empty map.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// A map of names of which no two are equal.
    #[cfg(feature = "config")]
    pub(crate) fn unique(pairs: Vec<(Arc<str>, Value)>) -> Self {
        Self(pairs)
    }

    /// The value under `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(n, _)| &**n == name).map(|(_, v)| v)
    }

    /// Sets `name`; an earlier value under it is replaced where it stands.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, value: Value) {
        let name = name.into();
        match self.0.iter_mut().find(|(n, _)| *n == name) {
            Some(slot) => slot.1 = value,
            None => self.0.push((name, value)),
        }
    }

    /// The pairs, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.0.iter().map(|(n, v)| (&**n, v))
    }

    /// How many pairs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no pair.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<Arc<str>>> FromIterator<(N, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (N, Value)>>(pairs: I) -> Self {
        // Collected by way of an index: `insert` looks through the whole map, which a large one cannot pay.
        let mut map = Self::new();
        let mut places = std::collections::HashMap::<Arc<str>, usize>::new();
        for (name, value) in pairs {
            let name = name.into();
            if let Some(&at) = places.get(&name) {
                map.0[at].1 = value;
            } else {
                places.insert(name.clone(), map.0.len());
                map.0.push((name, value));
            }
        }
        map
    }
}

impl Value {
    /// A string value.
    pub fn str(value: impl Into<Arc<str>>) -> Self {
        Self::Str(value.into())
    }

    /// Text of unknown type (rule V3).
    pub fn text(value: impl Into<Arc<str>>) -> Self {
        Self::Text(Text::new(value))
    }

    /// A list of values.
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::List(items.into_iter().collect())
    }

    /// A map of values.
    pub fn map<N: Into<Arc<str>>>(pairs: impl IntoIterator<Item = (N, Self)>) -> Self {
        Self::Map(Arc::new(pairs.into_iter().collect()))
    }

    /// The number of this value's kind: its place in the declaration.
    #[inline(always)]
    pub(crate) const fn code(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool(_) => Self::BOOL,
            Self::Int(_) => Self::INT,
            Self::Big(_) => 3,
            Self::Float(_) => Self::FLOAT,
            Self::Str(_) => Self::STR,
            Self::Text(_) => 6,
            Self::List(_) => 7,
            Self::Map(_) => 8,
            Self::Host(_) => 9,
        }
    }

    pub(crate) const BOOL: u8 = 1;
    pub(crate) const INT: u8 = 2;
    pub(crate) const FLOAT: u8 = 4;
    pub(crate) const STR: u8 = 5;

    /// The name of this value's kind, for messages.
    #[must_use]
    pub fn kind_name(&self) -> String {
        match self {
            Self::Null => "null".into(),
            Self::Bool(_) => "bool".into(),
            Self::Int(_) | Self::Big(_) => "int".into(),
            Self::Float(_) => "float".into(),
            Self::Str(_) => "string".into(),
            Self::Text(_) => "text".into(),
            Self::List(_) => "list".into(),
            Self::Map(_) => "map".into(),
            Self::Host(host) => host.type_name(),
        }
    }

    /// The shape by which the store decides whether it can be read into (rules K5, K6).
    #[must_use]
    pub fn shape(&self) -> Shape {
        match self {
            Self::List(_) => Shape::List,
            Self::Map(_) => Shape::Map,
            Self::Text(text) => text.shape(),
            Self::Host(host) => host.shape(),
            _ => Shape::Scalar,
        }
    }

    /// The element or member named by one segment of a key (rule K6); `None` where there is none.
    ///
    /// A list takes decimal indices, a map takes names; text is read as the literal it spells, and what is inside
    /// stays text.
    #[must_use]
    pub fn element(&self, segment: &str) -> Option<Self> {
        match self {
            Self::List(items) => items.get(index(segment)?).cloned(),
            Self::Map(map) => map.get(segment).cloned(),
            Self::Text(text) => text.container()?.element(segment),
            Self::Host(host) => host.element(segment),
            _ => None,
        }
    }

    /// The number of elements of a list-like value, for the message of rule K6.
    #[must_use]
    pub fn list_len(&self) -> Option<usize> {
        match self {
            Self::List(items) => Some(items.len()),
            Self::Text(text) => text.container()?.list_len(),
            Self::Host(host) => host.list_len(),
            _ => None,
        }
    }

    /// A copy in which the element at `path` is `value` (rule K6): the containers on the path are copied, the rest
    /// is shared. Fails with the length of the list whose index is out of range, or with what cannot be written into.
    ///
    /// # Errors
    /// A sentence that says why, without the key.
    pub fn with_element(&self, path: &[&str], value: &Self) -> Result<Self, String> {
        let Some((&first, rest)) = path.split_first() else {
            return Ok(value.clone());
        };
        match self {
            Self::List(items) => {
                let at = index(first).filter(|&at| at < items.len()).ok_or_else(|| out_of_range(first, items.len()))?;
                let mut items: Vec<Self> = items.to_vec();
                items[at] = items[at].with_element(rest, value)?;
                Ok(Self::List(items.into()))
            }
            Self::Map(map) => {
                let mut map = (**map).clone();
                let inner = match map.get(first) {
                    Some(old) => old.with_element(rest, value)?,
                    None => nested(rest, value),
                };
                map.insert(first, inner);
                Ok(Self::Map(Arc::new(map)))
            }
            Self::Text(text) => match text.container() {
                Some(container) => container.with_element(path, value),
                None => Err(format!("the text {text:?} holds no list or map to write into")),
            },
            Self::Host(host) => host.with_element(path, value),
            // A scalar on the path gives way, as a scalar in a file does to a map.
            _ => Ok(nested(path, value)),
        }
    }
}

/// The maps that lead along `path` to `value`.
fn nested(path: &[&str], value: &Value) -> Value {
    path.iter().rev().fold(value.clone(), |inner, &name| Value::map([(name, inner)]))
}

/// The text of an index that a list does not have, or of a word where an index should stand.
#[must_use]
pub fn out_of_range(segment: &str, len: usize) -> String {
    match len {
        0 => format!("the list is empty, so it has no element {segment}"),
        len => format!("the list has {len} elements (0 to {}), so it has no element {segment}", len - 1),
    }
}

/// A segment as a list index: decimal digits without sign; `0` and no other leading zero.
#[must_use]
pub fn index(segment: &str) -> Option<usize> {
    let plain = segment.bytes().all(|b| b.is_ascii_digit()) && (segment.len() == 1 || !segment.starts_with('0'));
    if plain { segment.parse().ok() } else { None }
}

impl PartialEq for Map {
    /// Equal pairs in any order.
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && {
            let places: std::collections::HashMap<&str, &Value> = other.iter().collect();
            self.iter().all(|(name, value)| places.get(name).is_some_and(|&v| v == value))
        }
    }
}

impl PartialEq for Value {
    /// The same kind and the same content; `NaN` equals itself, so that what was stored can be compared. Host objects
    /// are equal when they are the same object.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Big(a), Self::Big(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a == b || (a.is_nan() && b.is_nan()),
            (Self::Str(a), Self::Str(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Map(a), Self::Map(b)) => a == b,
            (Self::Host(a), Self::Host(b)) => a.same(b),
            _ => false,
        }
    }
}

impl fmt::Debug for Value {
    /// As a person would write it: `1.5`, `"text"`, `[1, 2]`, `{"a": 1}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(v) => write!(f, "{v}"),
            Self::Int(v) => write!(f, "{v}"),
            // Written in decimal, a number of a million digits would hold up the message it stands in for minutes.
            Self::Big(v) if number::is_long(v) => write!(f, "<an int of {} bits>", v.bits()),
            Self::Big(v) => write!(f, "{v}"),
            Self::Float(v) => f.write_str(&float_text(*v)),
            Self::Str(v) => write!(f, "{v:?}"),
            Self::Text(v) => write!(f, "{v:?}"),
            Self::List(items) => f.debug_list().entries(items.iter()).finish(),
            Self::Map(map) => f.debug_map().entries(map.iter()).finish(),
            Self::Host(host) => f.write_str(&host.repr()),
        }
    }
}

macro_rules! from {
    ($($from:ty => |$v:ident| $to:expr),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from($v: $from) -> Self { $to }
        }
    )*};
}
from! {
    bool => |v| Self::Bool(v),
    i64 => |v| Self::Int(v),
    i32 => |v| Self::Int(v.into()),
    u32 => |v| Self::Int(v.into()),
    f64 => |v| Self::Float(v),
    f32 => |v| Self::Float(v.into()),
    &str => |v| Self::str(v),
    String => |v| Self::str(v),
    Arc<str> => |v| Self::Str(v),
    () => |_v| Self::Null,
    BigInt => |v| i64::try_from(&v).map_or_else(|_| Self::Big(Arc::new(v)), Self::Int),
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::list(items.into_iter().map(Into::into))
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
