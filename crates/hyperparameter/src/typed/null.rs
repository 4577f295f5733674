//! Null and values of no one type.

use super::{FromParam, Own};
use crate::error::Result;
use crate::value::{Ask, Mismatch, Value, untyped};

/// With no type asked: text is the literal it spells, inside lists and maps too (rule V3).
impl FromParam for Value {
    const ASK: Ask = Ask::Any;
    const NULL: bool = true;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        Ok(untyped(value))
    }
}

/// Null, and nothing else.
impl FromParam for () {
    const ASK: Ask = Ask::Any;
    const NULL: bool = true;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Null => Ok(()),
            other => Err(Mismatch::new(format!("a {} is not null", other.kind_name()))),
        }
    }
}

impl<T: FromParam> FromParam for Option<T> {
    const ASK: Ask = T::ASK;
    const ELSE: Option<Ask> = T::ELSE;
    const CODE: u8 = T::CODE;
    const NULL: bool = true;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Null => Ok(None),
            value => T::from_converted(value).map(Some),
        }
    }
    fn absent() -> Option<Self> {
        Some(None)
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

/// As a `T`: for what contains itself.
impl<T: FromParam> FromParam for Box<T> {
    const ASK: Ask = T::ASK;
    const ELSE: Option<Ask> = T::ELSE;
    const NULL: bool = T::NULL;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        T::from_converted(value).map(Self::new)
    }
    fn absent() -> Option<Self> {
        T::absent().map(Self::new)
    }
}

impl<T: Into<Self>> From<Box<T>> for Value {
    fn from(value: Box<T>) -> Self {
        (*value).into()
    }
}
