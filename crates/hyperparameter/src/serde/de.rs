//! From parameters: each type asks for what it is, by the conversions of rule V4.

use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::fault::Fault;
use crate::__private::tagged;
use crate::value::{Ask, BigInt, Mismatch, Shape, Value, convert, untyped};

/// A value that a type is made of.
#[derive(Debug)]
pub(super) struct FromValue(pub(super) Value);

impl FromValue {
    fn ask(&self, ask: Ask) -> Result<Value, Fault> {
        let value = convert(&self.0, ask).map_err(|mismatch| Fault::of(&mismatch, &self.0, ask.name()))?;
        match value {
            Value::Null => {
                Err(Fault::of(&Mismatch::new("null is no value here; an Option can hold it"), &self.0, ask.name()))
            }
            value => Ok(value),
        }
    }

    fn integer<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Fault> {
        match self.ask(Ask::Int)? {
            Value::Int(int) => visitor.visit_i64(int),
            Value::Big(big) => big_integer(&big, visitor),
            _ => Err(Fault::new("this is no integer")),
        }
        .map_err(|fault: Fault| fault.about(&self.0))
    }

    fn items<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Fault> {
        let Value::List(items) = self.ask(Ask::List)? else { return Err(Fault::new("this is no list")) };
        let mut list = List { items: &items, at: 0 };
        let made = visitor.visit_seq(&mut list).map_err(|fault| fault.about(&self.0))?;
        if list.at < items.len() {
            let reason = format!("the list has {} items; {} are wanted", items.len(), list.at);
            return Err(Fault::new(reason).about(&self.0));
        }
        Ok(made)
    }

    fn members<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Fault> {
        let Value::Map(map) = self.ask(Ask::Map)? else { return Err(Fault::new("this is no map")) };
        visitor.visit_map(Members { left: map.iter(), open: None }).map_err(|fault| fault.about(&self.0))
    }
}

fn big_integer<'de, V: Visitor<'de>>(big: &BigInt, visitor: V) -> Result<V::Value, Fault> {
    if let Ok(value) = u64::try_from(big) {
        visitor.visit_u64(value)
    } else if let Ok(value) = i128::try_from(big) {
        visitor.visit_i128(value)
    } else if let Ok(value) = u128::try_from(big) {
        visitor.visit_u128(value)
    } else {
        Err(Fault::new("the integer has more than 128 bits"))
    }
}

macro_rules! integers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            self.integer(visitor)
        }
    )*};
}

macro_rules! texts {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            match self.ask(Ask::Str)? {
                Value::Str(text) => visitor.visit_str(&text).map_err(|fault: Fault| fault.about(&self.0)),
                _ => Err(Fault::new("this is no string")),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for FromValue {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        // What is inside a list or a map of text stays text, which its own type asks for.
        let value = match (&self.0, self.0.shape()) {
            (_, Shape::List) => return self.items(visitor),
            (_, Shape::Map) => return self.members(visitor),
            (Value::Host(host), _) => host.view().unwrap_or_else(|| self.0.clone()),
            (value, _) => untyped(value),
        };
        match &value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(truth) => visitor.visit_bool(*truth),
            Value::Int(int) => visitor.visit_i64(*int),
            Value::Big(big) => big_integer(big, visitor),
            Value::Float(float) => visitor.visit_f64(*float),
            Value::Str(text) => visitor.visit_str(text),
            Value::Text(text) => visitor.visit_str(text.as_str()),
            other => Err(Fault::new(format!("serde cannot read a {}", other.kind_name()))),
        }
        .map_err(|fault: Fault| fault.about(&self.0))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.ask(Ask::Bool)? {
            Value::Bool(truth) => visitor.visit_bool(truth),
            _ => Err(Fault::new("this is no truth value")),
        }
    }

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.ask(Ask::Float)? {
            Value::Float(float) => visitor.visit_f64(float),
            _ => Err(Fault::new("this is no number")),
        }
    }

    texts! { deserialize_char deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_byte_buf(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.0 {
            Value::Str(text) => visitor.visit_bytes(text.as_bytes()),
            Value::Text(text) => visitor.visit_bytes(text.as_str().as_bytes()),
            _ => visitor.visit_byte_buf(Vec::<u8>::deserialize(self)?),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match convert(&self.0, Ask::Any) {
            Ok(Value::Null) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match convert(&self.0, Ask::Any) {
            Ok(Value::Null) => visitor.visit_unit(),
            _ => Err(Fault::new("only null is wanted here").about(&self.0)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.items(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.items(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.items(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.members(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.members(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let value = match &self.0 {
            Value::Map(_) => self.0.clone(),
            Value::Text(text) if text.shape() == Shape::Map => self.ask(Ask::Map)?,
            _ => self.ask(Ask::Str)?,
        };
        let places: Vec<(&'static str, usize)> = variants.iter().copied().zip(0..).collect();
        let (at, inner) =
            tagged(&value, &places, None, name).map_err(|mismatch| Fault::of(&mismatch, &self.0, name))?;
        visitor.visit_enum(Variant { name: variants[at], inner }).map_err(|fault| fault.about(&self.0))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }
}

struct List<'a> {
    items: &'a [Value],
    at: usize,
}

impl<'de> SeqAccess<'de> for &mut List<'_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some(item) = self.items.get(self.at) else { return Ok(None) };
        let at = self.at;
        self.at += 1;
        seed.deserialize(FromValue(item.clone())).map(Some).map_err(|fault| fault.about(item).under(at.to_string()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len() - self.at)
    }
}

struct Members<I, T> {
    left: I,
    /// The member whose name was read last.
    open: Option<T>,
}

impl<'de, 'a, I: Iterator<Item = (&'a str, &'a Value)>> MapAccess<'de> for Members<I, (&'a str, &'a Value)> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        self.open = self.left.next();
        let Some((name, _)) = self.open else { return Ok(None) };
        // A name is text: a map from numbers reads it as one.
        seed.deserialize(FromValue(Value::text(name))).map(Some).map_err(|fault| fault.under(name))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Fault> {
        let Some((name, value)) = self.open.take() else { return Err(Fault::new("a value without a name")) };
        seed.deserialize(FromValue(value.clone())).map_err(|fault| fault.about(value).under(name))
    }
}

struct Variant {
    name: &'static str,
    /// What it has, and under which name that stands.
    inner: Option<(String, Value)>,
}

impl Variant {
    fn with<R>(self, read: impl FnOnce(FromValue) -> Result<R, Fault>) -> Result<R, Fault> {
        match self.inner {
            Some((name, value)) => read(FromValue(value)).map_err(|fault| fault.under(name)),
            // Its fields may all have defaults.
            None => read(FromValue(Value::map::<&str>([]))),
        }
    }
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Fault> {
        let name: StrDeserializer<'_, Fault> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        self.with(|inner| seed.deserialize(inner))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.with(|inner| inner.items(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        self.with(|inner| inner.members(visitor))
    }
}

/// No value at all: an Option is none then, and nothing else is anything.
pub(super) struct Missing;

impl<'de> Deserializer<'de> for Missing {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Fault> {
        Err(Fault::new("there is no value"))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_none()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
