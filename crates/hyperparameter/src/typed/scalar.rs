//! Truth values, integers and floats.

use std::num::NonZero;

use super::{FromParam, Own, no_null};
use crate::error::Result;
use crate::value::{Ask, BigInt, Mismatch, Value};

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
pub(super) use exact;

exact! {
    bool, Bool, Bool, BOOL;
    i64, Int, Int, INT;
    f64, Float, Float, FLOAT;
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
                .ok_or_else(|| match value {
                    Value::Null => no_null(value, stringify!($type)),
                    _ => Mismatch::new(format!(
                        "{value:?} is out of the range of {}, {} to {}", stringify!($type), <$type>::MIN, <$type>::MAX
                    )),
                })
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

macro_rules! non_zero {
    ($($type:ty)*) => {$(
        impl FromParam for NonZero<$type> {
            const ASK: Ask = Ask::Int;
            fn from_converted(value: &Value) -> Result<Self, Mismatch> {
                Self::new(<$type>::from_converted(value)?).ok_or_else(|| Mismatch::new("0 is not allowed here"))
            }
        }
        impl From<NonZero<$type>> for Value {
            fn from(v: NonZero<$type>) -> Self { v.get().into() }
        }
    )*};
}
non_zero! { i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }

/// An integer of any size, exact.
impl FromParam for BigInt {
    const ASK: Ask = Ask::Int;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Int(v) => Ok((*v).into()),
            Value::Big(v) => Ok((**v).clone()),
            other => Err(no_null(other, "integer")),
        }
    }
}

impl FromParam for f32 {
    const ASK: Ask = Ask::Float;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        let wide = f64::from_converted(value)?;
        #[allow(clippy::cast_possible_truncation, reason = "rounding to f32 is what asking for one means")]
        let near = wide as Self;
        if near.is_infinite() && wide.is_finite() {
            return Err(Mismatch::new(format!("{value:?} is beyond the largest f32, about 3.4e38")));
        }
        Ok(near)
    }
}

macro_rules! from_int {
    ($($small:ty)* ; $($large:ty)*) => {
        $(impl From<$small> for Value {
            fn from(v: $small) -> Self { Self::Int(v.into()) }
        })*
        $(impl From<$large> for Value {
            fn from(v: $large) -> Self { i64::try_from(v).map_or_else(|_| BigInt::from(v).into(), Self::Int) }
        })*
    };
}
from_int! { i8 i16 u8 u16 ; i128 isize u64 u128 usize }
