//! Into parameters.

use std::sync::Arc;

use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::fault::Fault;
use crate::value::{BigInt, Value};

/// Makes a value of what is serialized.
#[derive(Clone, Copy, Debug)]
pub(super) struct IntoValue;

/// A list that grows, of the variant of this name if there is one.
pub(super) struct Items {
    items: Vec<Value>,
    variant: Option<&'static str>,
}

/// A map that grows.
pub(super) struct Members {
    pairs: Vec<(Arc<str>, Value)>,
    name: Option<Arc<str>>,
    variant: Option<&'static str>,
}

fn of_variant(value: Value, variant: Option<&'static str>) -> Value {
    match variant {
        Some(name) => Value::map([(name, value)]),
        None => value,
    }
}

impl Items {
    fn with_capacity(len: usize, variant: Option<&'static str>) -> Self {
        // A length that is only said is not believed beyond a page.
        Self { items: Vec::with_capacity(len.min(512)), variant }
    }

    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        let at = self.items.len();
        self.items.push(value.serialize(IntoValue).map_err(|fault| fault.under(at.to_string()))?);
        Ok(())
    }

    fn done(self) -> Value {
        of_variant(Value::list(self.items), self.variant)
    }
}

impl Members {
    fn new(variant: Option<&'static str>) -> Self {
        Self { pairs: Vec::new(), name: None, variant }
    }

    fn push<T: Serialize + ?Sized>(&mut self, name: Arc<str>, value: &T) -> Result<(), Fault> {
        let value = value.serialize(IntoValue).map_err(|fault| fault.under(&*name))?;
        self.pairs.push((name, value));
        Ok(())
    }

    fn done(self) -> Value {
        of_variant(Value::map(self.pairs), self.variant)
    }
}

macro_rules! simple {
    ($($method:ident: $type:ty;)*) => {$(
        fn $method(self, value: $type) -> Result<Value, Fault> {
            Ok(value.into())
        }
    )*};
}

impl Serializer for IntoValue {
    type Ok = Value;
    type Error = Fault;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = Items;
    type SerializeMap = Members;
    type SerializeStruct = Members;
    type SerializeStructVariant = Members;

    simple! {
        serialize_bool: bool;
        serialize_i8: i8;
        serialize_i16: i16;
        serialize_i32: i32;
        serialize_i64: i64;
        serialize_u8: u8;
        serialize_u16: u16;
        serialize_u32: u32;
        serialize_f64: f64;
        serialize_char: char;
        serialize_str: &str;
    }

    fn serialize_f32(self, value: f32) -> Result<Value, Fault> {
        // In the fewest digits that read back the same: 0.1 stays 0.1.
        let shortest = value.to_string().parse().unwrap_or_else(|_| f64::from(value));
        Ok(Value::Float(if value.is_finite() { shortest } else { value.into() }))
    }

    fn serialize_u64(self, value: u64) -> Result<Value, Fault> {
        Ok(BigInt::from(value).into())
    }

    fn serialize_i128(self, value: i128) -> Result<Value, Fault> {
        Ok(BigInt::from(value).into())
    }

    fn serialize_u128(self, value: u128) -> Result<Value, Fault> {
        Ok(BigInt::from(value).into())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Value, Fault> {
        Ok(Value::list(value.iter().map(|byte| Value::Int((*byte).into()))))
    }

    fn serialize_none(self) -> Result<Value, Fault> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Fault> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, Fault> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Fault> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value, Fault> {
        Ok(Value::str(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Value, Fault> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, Fault> {
        let value = value.serialize(self).map_err(|fault| fault.under(variant))?;
        Ok(Value::map([(variant, value)]))
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Items, Fault> {
        Ok(Items::with_capacity(len.unwrap_or(0), None))
    }

    fn serialize_tuple(self, len: usize) -> Result<Items, Fault> {
        Ok(Items::with_capacity(len, None))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Items, Fault> {
        Ok(Items::with_capacity(len, None))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Items, Fault> {
        Ok(Items::with_capacity(len, Some(variant)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members, Fault> {
        Ok(Members::new(None))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members, Fault> {
        Ok(Members::new(None))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members, Fault> {
        Ok(Members::new(Some(variant)))
    }
}

macro_rules! lists {
    ($($trait:ident $method:ident;)*) => {$(
        impl $trait for Items {
            type Ok = Value;
            type Error = Fault;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
                self.push(value)
            }
            fn end(self) -> Result<Value, Fault> {
                Ok(self.done())
            }
        }
    )*};
}
lists! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

macro_rules! structs {
    ($($trait:ident)*) => {$(
        impl $trait for Members {
            type Ok = Value;
            type Error = Fault;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Fault> {
                self.push(name.into(), value)
            }
            fn end(self) -> Result<Value, Fault> {
                Ok(self.done())
            }
        }
    )*};
}
structs! { SerializeStruct SerializeStructVariant }

impl SerializeMap for Members {
    type Ok = Value;
    type Error = Fault;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Fault> {
        self.name = Some(match name.serialize(IntoValue)? {
            Value::Str(name) => name,
            Value::Int(int) => int.to_string().into(),
            Value::Big(big) => big.to_string().into(),
            Value::Bool(truth) => truth.to_string().into(),
            other => return Err(Fault::custom(format!("a {} is no name in a map", other.kind_name()))),
        });
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        let name = self.name.take().ok_or_else(|| Fault::custom("a value of a map has no name"))?;
        self.push(name, value)
    }

    fn end(self) -> Result<Value, Fault> {
        Ok(self.done())
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &crate::value::untyped(self) {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(truth) => serializer.serialize_bool(*truth),
            Self::Int(int) => serializer.serialize_i64(*int),
            Self::Big(big) => match (u64::try_from(&**big), i128::try_from(&**big)) {
                (Ok(value), _) => serializer.serialize_u64(value),
                (_, Ok(value)) => serializer.serialize_i128(value),
                _ => serializer.serialize_str(&big.to_string()),
            },
            Self::Float(float) => serializer.serialize_f64(*float),
            Self::Str(text) => serializer.serialize_str(text),
            Self::Text(text) => serializer.serialize_str(text.as_str()),
            Self::List(items) => serializer.collect_seq(items.iter()),
            Self::Map(map) => serializer.collect_map(map.iter()),
            Self::Host(host) => match host.view() {
                Some(view) if !matches!(view, Self::Host(_)) => view.serialize(serializer),
                _ => Err(S::Error::custom(format!("a {} has no plain value", host.type_name()))),
            },
        }
    }
}
