//! Values by serde, both ways (feature `serde`): what a type with serde's derives says of itself is read from parameters and
//! set as parameters, by the same conversions as everything else (rule V4).

mod de;
mod fault;
mod ser;

use std::borrow::Cow;

use serde::Serialize;
use serde::de::DeserializeOwned;

use self::de::FromValue;
use self::fault::Fault;
use crate::error::{Error, Result, conversion_text};
use crate::key::{Key, intern, lookup};
use crate::report::shown;
use crate::scope::{Read, Source, State, nested};
use crate::value::{Item, Value};
use crate::{ParamScope, Params};

/// A value made of what serde says of another.
///
/// ```
/// use hyperparameter::value::{Value, to_value};
///
/// #[derive(serde::Serialize)]
/// struct Optimizer { lr: f64, betas: (f64, f64) }
///
/// let value = to_value(&Optimizer { lr: 0.1, betas: (0.9, 0.999) })?;
/// assert_eq!(value.element("lr"), Some(Value::from(0.1)));
/// # Ok::<(), hyperparameter::error::Error>(())
/// ```
///
/// # Errors
/// `Config`, with the path of the part that is no value: a map whose keys are no strings, say.
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<Value> {
    value.serialize(ser::IntoValue).map_err(|fault: Fault| {
        let path = fault.path();
        let at = if path.is_empty() { String::new() } else { format!("at '{path}': ") };
        Error::config((!path.is_empty()).then_some(&*path), format!("this cannot be set: {at}{}", fault.reason()))
    })
}

/// A `T` made of a value: text is read as what the type asks for.
///
/// ```
/// use hyperparameter::value::{Value, from_value};
///
/// assert_eq!(from_value::<Vec<u8>>(&Value::text("[1, 2]"))?, [1, 2]);
/// # Ok::<(), hyperparameter::error::Error>(())
/// ```
///
/// # Errors
/// `Conversion`, with the path of the part that does not convert.
pub fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T> {
    T::deserialize(FromValue(value.clone())).map_err(|fault| {
        let path = fault.path();
        let value = fault.value().unwrap_or(value);
        Error::conversion(&path, &shown(value), "", std::any::type_name::<T>(), fault.reason())
    })
}

impl State {
    /// The parameter `name` and the keys below it as a `T`, by serde.
    ///
    /// # Errors
    /// As [`Params::deserialize`].
    pub fn deserialize<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let Some((key, value)) = self.whole(name)? else {
            // An Option is nothing then, and a struct of defaults is its defaults.
            return T::deserialize(de::Missing).or_else(|_| {
                let empty = Value::map::<&str>([]);
                T::deserialize(FromValue(empty)).map_err(|_| self.missing(name))
            });
        };
        T::deserialize(FromValue(value.into_owned())).map_err(|fault| self.error_of::<T>(key, &fault))
    }

    /// What stands under a name, with what stands below it.
    fn whole(&self, name: &str) -> Result<Option<(Key, Cow<'_, Value>)>> {
        let Some(key) = lookup(name)? else {
            // An element of a list that nobody named before.
            return Ok(match self.read_name(name)? {
                Read::Made(item, _) => Some((intern(name)?, Cow::Owned(item.value))),
                _ => None,
            });
        };
        key.mark_read();
        if let Some(value) = self.value_and_below(key) {
            return Ok(Some((key, Cow::Owned(value))));
        }
        Ok(match self.read_map(key) {
            Read::Missing => None,
            Read::Entry(entry) => {
                entry.mark_read(|| Source::Unknown);
                Some((key, Cow::Borrowed(entry.value())))
            }
            Read::Made(item, _) => Some((key, Cow::Owned(item.value))),
            Read::Gathered(leaves) => {
                for (leaf, entry) in &leaves {
                    leaf.mark_read();
                    entry.mark_read(|| Source::Unknown);
                }
                Some((key, Cow::Owned(nested(key, &leaves, |entry| entry.value().clone()))))
            }
        })
    }

    fn error_of<T>(&self, key: Key, fault: &Fault) -> Error {
        let path = fault.path();
        let name = if path.is_empty() { key.name().to_owned() } else { format!("{}.{path}", key.name()) };
        if fault.is_missing() {
            return Error::missing_field(&name, fault.reason());
        }
        // The innermost key on the way that has an entry of its own says where the value came from.
        let mut at = lookup(&name).ok().flatten().or(Some(key));
        let mut source = String::new();
        while let Some(here) = at {
            if let Read::Entry(entry) = self.read(here) {
                source = entry.source().to_string();
                break;
            }
            at = here.parent();
        }
        let value = fault.value().map_or_else(|| "this".to_owned(), shown);
        let wanted = fault.wanted().unwrap_or_else(|| std::any::type_name::<T>());
        Error::of_conversion(&name, conversion_text(&name, &value, &source, wanted, fault.reason()))
    }
}

impl Params {
    /// A parameter and the keys below it as any type that serde can make: fields are sub-keys, text is read as what they
    /// ask for.
    ///
    /// ```
    /// use hyperparameter::{Params, with_params};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Model {
    ///     lr: f64,
    ///     #[serde(default)]
    ///     layers: Vec<u32>,
    /// }
    ///
    /// with_params! {
    ///     @params ["serde_model.lr=1e-3", "serde_model.layers=64,32"];
    ///     let model = Params::current().deserialize::<Model>("serde_model")?;
    ///     assert_eq!((model.lr, &*model.layers), (0.001, &[64, 32][..]));
    /// }
    /// # Ok::<(), hyperparameter::error::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Conversion`, with the key of the part that does not convert and its source; `MissingParameter`, for a field that is not
    /// set and has no default; `InvalidKey`.
    pub fn deserialize<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        self.state().deserialize(name)
    }
}

impl ParamScope {
    /// A scope that sets every field of a struct, or every entry of a map, under its own name.
    ///
    /// ```
    /// use hyperparameter::{ParamScope, get};
    ///
    /// #[derive(serde::Serialize)]
    /// struct Settings { from_serde: Inner }
    /// #[derive(serde::Serialize)]
    /// struct Inner { lr: f64 }
    ///
    /// let scope = ParamScope::from_serialize(&Settings { from_serde: Inner { lr: 0.5 } })?;
    /// assert_eq!(scope.with(|| get("from_serde.lr", 0.1)), 0.5);
    /// # Ok::<(), hyperparameter::error::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Config` for what is no value, and for what has no names; `InvalidKey` for a name that is no key.
    #[track_caller]
    pub fn from_serialize<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        let value = to_value(value)?;
        if !matches!(value, Value::Map(_)) {
            let text = format!("a {} has no names to set; give a struct or a map", value.kind_name());
            return Err(Error::config(None, text));
        }
        Self::try_from(value)
    }

    /// Adds what serde says of a value under a key.
    ///
    /// ```
    /// use hyperparameter::{ParamScope, get};
    ///
    /// let scope = ParamScope::new().serialize("serialize_example", &[("lr", 0.5)].into_iter().collect::<std::collections::BTreeMap<_, _>>())?;
    /// assert_eq!(scope.with(|| get("serialize_example.lr", 0.1)), 0.5);
    /// # Ok::<(), hyperparameter::error::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Config` for what is no value; `InvalidKey`.
    #[track_caller]
    pub fn serialize<T: Serialize + ?Sized>(self, name: &str, value: &T) -> Result<Self> {
        self.set(name, Item::from(to_value(value)?))
    }
}
