//! Values by serde, both ways (feature `serde`): what a type with serde's derives says of itself is read from parameters and
//! set as parameters, by the same conversions as everything else (rule V4).

mod de;
mod fault;
mod ser;

use serde::Serialize;
use serde::de::DeserializeOwned;

use self::de::FromValue;
use self::fault::Fault;
use crate::error::{Error, Result, conversion_text};
use crate::key::lookup;
use crate::report::shown;
use crate::scope::{Read, State};
use crate::seen::Seen;
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
        let Some((key, value)) = self.whole(name)? else { return absent(|| self.missing(name)) };
        T::deserialize(FromValue(value.into_owned()))
            .map_err(|fault| error_of::<T>(key.name(), &fault, |name| self.source_of(name)))
    }

    /// Where the value of a key itself came from.
    fn source_of(&self, name: &str) -> Option<String> {
        match self.read(lookup(name).ok()??) {
            Read::Entry(entry) => Some(entry.source().to_string()),
            _ => None,
        }
    }
}

/// What stands for a parameter that has no value: an Option is nothing then, and a struct of defaults is its defaults.
fn absent<T: DeserializeOwned>(missing: impl FnOnce() -> Error) -> Result<T> {
    T::deserialize(de::Missing).or_else(|_| T::deserialize(FromValue(Value::map::<&str>([]))).map_err(|_| missing()))
}

fn error_of<T>(key: &str, fault: &Fault, source_of: impl Fn(&str) -> Option<String>) -> Error {
    let path = fault.path();
    let name = if path.is_empty() { key.to_owned() } else { format!("{key}.{path}") };
    if fault.is_missing() {
        return Error::missing_field(&name, fault.reason());
    }
    // The innermost key on the way that has an entry of its own says where the value came from.
    let mut ways = std::iter::successors(Some(&*name), |way| way.rsplit_once('.').map(|(above, _)| above));
    let source = ways.find_map(source_of).unwrap_or_default();
    let value = fault.value().map_or_else(|| "this".to_owned(), shown);
    let wanted = fault.wanted().unwrap_or_else(|| std::any::type_name::<T>());
    Error::of_conversion(&name, conversion_text(&name, &value, &source, wanted, fault.reason()))
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
        match self.seen() {
            Seen::Own(state) => state.deserialize(name),
            #[cfg(feature = "host")]
            Seen::Hosted(state) => {
                let Some(value) = state.whole(name)? else { return absent(|| state.missing(name)) };
                T::deserialize(FromValue(value))
                    .map_err(|fault| error_of::<T>(name, &fault, |name| state.explain(name).ok()?.own_source()))
            }
        }
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
