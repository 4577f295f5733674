//! Lists, sets, arrays and tuples: each from a list (rule V4), their items by their own type.

use std::collections::{BTreeSet, BinaryHeap, HashSet, LinkedList, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use super::{FromParam, item, no_null};
use crate::error::Result;
use crate::value::{Ask, Mismatch, Value};

fn items<'a>(value: &'a Value, wanted: &str) -> Result<&'a [Value], Mismatch> {
    match value {
        Value::List(items) => Ok(items),
        other => Err(no_null(other, wanted)),
    }
}

/// The items as a collection; an item that does not fit is named by its index.
fn collect<T: FromParam, C: FromIterator<T>>(value: &Value, wanted: &str) -> Result<C, Mismatch> {
    items(value, wanted)?.iter().enumerate().map(|(at, one)| part(at, one)).collect()
}

fn part<T: FromParam>(at: usize, one: &Value) -> Result<T, Mismatch> {
    item(one).map_err(|mismatch| mismatch.at::<T>(&at.to_string(), Some(one)))
}

macro_rules! collections {
    ($($type:ty, $name:literal, [$($bound:tt)*];)*) => {$(
        impl<T: FromParam + $($bound)*> FromParam for $type {
            const ASK: Ask = Ask::List;
            fn from_converted(value: &Value) -> Result<Self, Mismatch> {
                collect(value, $name)
            }
        }
        impl<T: Into<Value>> From<$type> for Value {
            fn from(items: $type) -> Self {
                Self::list(items.into_iter().map(Into::into))
            }
        }
    )*};
}
collections! {
    Box<[T]>, "list", [];
    VecDeque<T>, "list", [];
    LinkedList<T>, "list", [];
    BTreeSet<T>, "set", [Ord];
    BinaryHeap<T>, "list", [Ord];
}

impl<T: FromParam> FromParam for Vec<T> {
    const ASK: Ask = Ask::List;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        collect(value, "Vec")
    }
}

impl<T: FromParam> FromParam for Arc<[T]> {
    const ASK: Ask = Ask::List;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        collect(value, "list")
    }
}

impl<T: FromParam + Eq + Hash, S: BuildHasher + Default> FromParam for HashSet<T, S> {
    const ASK: Ask = Ask::List;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        collect(value, "set")
    }
}

impl<T: Into<Self>, S> From<HashSet<T, S>> for Value {
    fn from(items: HashSet<T, S>) -> Self {
        Self::list(items.into_iter().map(Into::into))
    }
}

/// A list of so many items and no others.
impl<T: FromParam, const N: usize> FromParam for [T; N] {
    const ASK: Ask = Ask::List;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        let items: Vec<T> = collect(value, "array")?;
        let found = items.len();
        items.try_into().map_err(|_| wrong_length(found, N))
    }
}

impl<T: Into<Self>, const N: usize> From<[T; N]> for Value {
    fn from(items: [T; N]) -> Self {
        Self::list(items.into_iter().map(Into::into))
    }
}

impl<T: Into<Self> + Clone> From<&[T]> for Value {
    fn from(items: &[T]) -> Self {
        Self::list(items.iter().cloned().map(Into::into))
    }
}

fn wrong_length(found: usize, wanted: usize) -> Mismatch {
    let (s, are) = (if found == 1 { "" } else { "s" }, if wanted == 1 { "is" } else { "are" });
    Mismatch::new(format!("the list has {found} item{s}; {wanted} {are} wanted"))
}

macro_rules! tuples {
    ($($count:literal: $($name:ident $at:tt)*;)*) => {$(
        /// A list of as many items as the tuple has.
        impl<$($name: FromParam),*> FromParam for ($($name,)*) {
            const ASK: Ask = Ask::List;
            fn from_converted(value: &Value) -> Result<Self, Mismatch> {
                let items = items(value, "tuple")?;
                if items.len() != $count {
                    return Err(wrong_length(items.len(), $count));
                }
                Ok(($(part::<$name>($at, &items[$at])?,)*))
            }
        }
        impl<$($name: Into<Value>),*> From<($($name,)*)> for Value {
            fn from(items: ($($name,)*)) -> Self {
                Self::list([$(items.$at.into()),*])
            }
        }
    )*};
}
tuples! {
    1: A 0;
    2: A 0 B 1;
    3: A 0 B 1 C 2;
    4: A 0 B 1 C 2 D 3;
    5: A 0 B 1 C 2 D 3 E 4;
    6: A 0 B 1 C 2 D 3 E 4 F 5;
    7: A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    8: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
    9: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8;
    10: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9;
    11: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10;
    12: A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11;
}
