//! The types that a case asks for, as Rust types, and how each is read.

use std::collections::BTreeMap;

use hyperparameter::FromParam;
use hyperparameter::value::Value;
use hyperparameter::value::{Ask, Mismatch, untyped};
use serde_json::Value as Json;

use crate::{Ran, skip};

/// A type that cases ask for.
pub(crate) trait Known: FromParam + Clone {
    /// A value of this type, if it is one: for defaults.
    fn of(value: &Value) -> Option<Self>;
    /// This value as the cases write it.
    fn back(self) -> Value;
}

macro_rules! scalar {
    ($($type:ty, $kind:ident;)*) => {$(
        impl Known for $type {
            fn of(value: &Value) -> Option<Self> {
                if let Value::$kind(v) = value { Some(v.clone().into()) } else { None }
            }
            fn back(self) -> Value {
                self.into()
            }
        }
    )*};
}
scalar! {
    bool, Bool;
    i64, Int;
    f64, Float;
    std::sync::Arc<str>, Str;
}

impl Known for String {
    fn of(value: &Value) -> Option<Self> {
        if let Value::Str(v) = value { Some(Self::from(&**v)) } else { None }
    }
    fn back(self) -> Value {
        self.into()
    }
}

impl Known for Value {
    fn of(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
    fn back(self) -> Value {
        self
    }
}

/// The ask for a number, which no type of Rust's own is: written as a user of the crate would write it.
#[derive(Clone, Debug)]
pub(crate) struct Number(Value);

impl FromParam for Number {
    const ASK: Ask = Ask::Number;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Null => Err(Mismatch::new("null is no number")),
            number => Ok(Self(number.clone())),
        }
    }
}

impl Known for Number {
    fn of(value: &Value) -> Option<Self> {
        matches!(value, Value::Int(_) | Value::Float(_)).then(|| Self(value.clone()))
    }
    fn back(self) -> Value {
        self.0
    }
}

/// A list as the store holds it: what a binding reads, that has containers of its own.
#[derive(Clone, Debug)]
pub(crate) struct SharedList(Value);
/// A map as the store holds it.
#[derive(Clone, Debug)]
pub(crate) struct SharedMap(Value);

macro_rules! shared {
    ($($type:ident, $kind:ident;)*) => {$(
        impl FromParam for $type {
            const ASK: Ask = Ask::$kind;
            fn from_converted(value: &Value) -> Result<Self, Mismatch> {
                match value {
                    Value::$kind(_) => Ok(Self(untyped(value))),
                    _ => Err(Mismatch::new("null is no container")),
                }
            }
        }

        impl Known for $type {
            fn of(value: &Value) -> Option<Self> {
                matches!(value, Value::$kind(_)).then(|| Self(value.clone()))
            }
            fn back(self) -> Value {
                self.0
            }
        }
    )*};
}
shared! {
    SharedList, List;
    SharedMap, Map;
}

impl<T: Known> Known for Option<T> {
    fn of(value: &Value) -> Option<Self> {
        if matches!(value, Value::Null) { Some(None) } else { T::of(value).map(Some) }
    }
    fn back(self) -> Value {
        self.map_or(Value::Null, T::back)
    }
}

impl<T: Known> Known for Vec<T> {
    fn of(value: &Value) -> Option<Self> {
        if let Value::List(items) = value { items.iter().map(T::of).collect() } else { None }
    }
    fn back(self) -> Value {
        Value::list(self.into_iter().map(T::back))
    }
}

impl<T: Known> Known for BTreeMap<String, T> {
    fn of(value: &Value) -> Option<Self> {
        let Value::Map(map) = value else { return None };
        map.iter().map(|(name, of)| Some((name.to_owned(), T::of(of)?))).collect()
    }
    fn back(self) -> Value {
        Value::map(self.into_iter().map(|(name, of)| (name, of.back())))
    }
}

/// Something that is done with a type which only the case names.
pub(crate) trait WithType<R> {
    fn call<T: Known>(self) -> Ran<R>;
}

/// Does it with the type that is wanted; `null` is no type. Where `shared`, a container is the store's own object.
pub(crate) fn with_type<R>(wanted: &Json, shared: bool, with: impl WithType<R>) -> Ran<R> {
    let (outer, inner) = match wanted.as_object().and_then(|map| map.iter().next()) {
        Some((outer, inner)) => (outer.as_str(), inner),
        None => ("", wanted),
    };
    match (outer, inner.as_str().unwrap_or_default()) {
        ("", "bool") => with.call::<bool>(),
        ("", "int") => with.call::<i64>(),
        ("", "float") => with.call::<f64>(),
        ("", "number") => with.call::<Number>(),
        ("", "string") => with.call::<String>(),
        ("", "list") if shared => with.call::<SharedList>(),
        ("", "map") if shared => with.call::<SharedMap>(),
        ("", "list") => with.call::<Vec<Value>>(),
        ("", "map") => with.call::<BTreeMap<String, Value>>(),
        ("", "") if wanted.is_null() => with.call::<Value>(),
        ("optional", "bool") => with.call::<Option<bool>>(),
        ("optional", "int") => with.call::<Option<i64>>(),
        ("optional", "float") => with.call::<Option<f64>>(),
        ("optional", "string") => with.call::<Option<String>>(),
        ("optional", "list") => with.call::<Option<Vec<Value>>>(),
        ("optional", "map") => with.call::<Option<BTreeMap<String, Value>>>(),
        ("list", "bool") => with.call::<Vec<bool>>(),
        ("list", "int") => with.call::<Vec<i64>>(),
        ("list", "float") => with.call::<Vec<f64>>(),
        ("list", "string") => with.call::<Vec<String>>(),
        ("list", "") if inner["optional"] == "int" => with.call::<Vec<Option<i64>>>(),
        ("list", "") if inner["optional"] == "string" => with.call::<Vec<Option<String>>>(),
        ("list", "") if inner["list"] == "int" => with.call::<Vec<Vec<i64>>>(),
        ("map", "int") => with.call::<BTreeMap<String, i64>>(),
        ("map", "string") => with.call::<BTreeMap<String, String>>(),
        _ => skip(format!("type {wanted}")),
    }
}

/// The type that a language with static types asks for where its default is this one; null asks for nothing.
pub(crate) fn of_default(default: &Value) -> Json {
    match default {
        Value::Bool(_) => "bool".into(),
        Value::Int(_) => "int".into(),
        Value::Float(_) => "float".into(),
        Value::Str(_) => "string".into(),
        Value::List(_) => "list".into(),
        Value::Map(_) => "map".into(),
        _ => Json::Null,
    }
}
