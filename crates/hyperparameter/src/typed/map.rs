//! Maps: from a map, or from the keys below one that has no value of its own (rule K5).

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use super::{FromParam, item, no_null};
use crate::error::Result;
use crate::value::{Ask, Map, Mismatch, Value};

fn collect<K: FromParam, T: FromParam, C: FromIterator<(K, T)>>(value: &Value) -> Result<C, Mismatch> {
    match value {
        Value::Map(map) => map
            .iter()
            .map(|(name, of)| {
                // A name is text: a map from numbers, or from an enum's variants, reads it as one.
                let key = item::<K>(&Value::text(name)).map_err(|mismatch| mismatch.at::<K>(name, None))?;
                Ok((key, item::<T>(of).map_err(|mismatch| mismatch.at::<T>(name, Some(of)))?))
            })
            .collect(),
        other => Err(no_null(other, "map")),
    }
}

impl<K: FromParam + Eq + Hash, T: FromParam, S: BuildHasher + Default> FromParam for HashMap<K, T, S> {
    const ASK: Ask = Ask::Map;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        collect(value)
    }
}

impl<K: FromParam + Ord, T: FromParam> FromParam for BTreeMap<K, T> {
    const ASK: Ask = Ask::Map;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        collect(value)
    }
}

/// In order, with values of any type.
impl FromParam for Map {
    const ASK: Ask = Ask::Map;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        match crate::value::untyped(value) {
            Value::Map(map) => Ok((*map).clone()),
            other => Err(no_null(&other, "map")),
        }
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Self::Map(map.into())
    }
}

impl<K: ToString, T: Into<Self>> From<BTreeMap<K, T>> for Value {
    fn from(map: BTreeMap<K, T>) -> Self {
        Self::map(map.into_iter().map(|(name, of)| (name.to_string(), of.into())))
    }
}

/// In no order, as the map has none.
impl<K: ToString, T: Into<Self>, S> From<HashMap<K, T, S>> for Value {
    fn from(map: HashMap<K, T, S>) -> Self {
        Self::map(map.into_iter().map(|(name, of)| (name.to_string(), of.into())))
    }
}
