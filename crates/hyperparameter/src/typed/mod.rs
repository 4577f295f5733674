//! The types that a parameter can be read as, one file for each family (rule V4).

mod map;
mod null;
mod object;
mod scalar;
mod sequence;
mod text;

use crate::error::Result;
use crate::value::{Ask, Item, Mismatch, Value, convert};

/// A type that a parameter can be read as (rule V4).
pub trait FromParam: Sized {
    /// What is asked of the store.
    const ASK: Ask;

    /// What is asked where a value does not convert to [`FromParam::ASK`]: an enum is asked for as a map, and then by name.
    const ELSE: Option<Ask> = None;

    /// Whether this type can hold null: text that spells null is null for it then, also where a string is asked for.
    const NULL: bool = false;

    /// The value from what the store converted, or why it does not fit.
    ///
    /// # Errors
    /// Where the value is outside this type's range, or null for a type that cannot hold null.
    fn from_converted(value: &Value) -> Result<Self, Mismatch>;

    /// What stands for a missing parameter that is required, as `None` does for an `Option`; `None` where that is an error.
    #[must_use]
    #[inline]
    fn absent() -> Option<Self> {
        None
    }

    /// The code of the kind of values that `exactly` answers first, 0 where there is none.
    #[doc(hidden)]
    const CODE: u8 = 0;

    /// The value where it is of this very kind already: nothing is converted then.
    ///
    /// Only the types of this crate answer: it is asked in the middle of a read, where no foreign code may run.
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

/// A type that can be set as a parameter: every type that becomes a [`Value`].
///
/// Implement `From<YourType> for Value`, or derive `IntoParam`, and this comes with it.
///
/// ```
/// use hyperparameter::{FromParam, IntoParam, ParamScope, require};
///
/// #[derive(Debug, PartialEq, FromParam, IntoParam)]
/// struct Optimizer { lr: f64, betas: (f64, f64) }
///
/// # fn main() -> Result<(), hyperparameter::error::Error> {
/// let adam = Optimizer { lr: 1e-3, betas: (0.9, 0.999) };
/// let _scope = ParamScope::new().set("opt", adam)?.text("opt.lr=3e-4")?.enter()?;
/// assert_eq!(require::<Optimizer>("opt")?, Optimizer { lr: 3e-4, betas: (0.9, 0.999) });
/// # Ok(())
/// # }
/// ```
pub trait IntoParam: Into<Item> {}
impl<T: Into<Item>> IntoParam for T {}

mod own {
    /// Nobody outside this crate can name this type, and so nobody can write [`super::FromParam::exactly`].
    #[derive(Debug)]
    pub struct Own;
}
pub(crate) use own::Own;

/// [`FromParam::exactly`], for the other rooms of this crate.
#[cfg(feature = "host")]
#[inline(always)]
pub(crate) fn exactly<T: FromParam>(value: &Value) -> Option<T> {
    T::exactly(value, Own)
}

/// Why a value that the store converted is none of a type's: it is null, or out of the type's range.
fn no_null(value: &Value, wanted: &str) -> Mismatch {
    match value {
        Value::Null => Mismatch::new(format!("null is no {wanted}; an Option can hold it")),
        other => Mismatch::new(format!("{other:?} is out of the range of {wanted}")),
    }
}

/// A value, a list's or map's item say, as a `T`.
pub(crate) fn item<T: FromParam>(item: &Value) -> Result<T, Mismatch> {
    if spells_null::<T>(item) {
        return T::from_converted(&Value::Null);
    }
    let converted = convert(item, T::ASK);
    match (converted, T::ELSE) {
        (Ok(value), _) => T::from_converted(&value),
        (Err(first), None) => Err(first),
        (Err(first), Some(other)) => T::from_converted(&convert(item, other).map_err(|_| first)?),
    }
}

/// Whether this is null for a `T`, and yet would be converted to a string.
pub(crate) fn spells_null<T: FromParam>(value: &Value) -> bool {
    T::NULL && T::ASK == Ask::Str && matches!(convert(value, Ask::Any), Ok(Value::Null))
}
