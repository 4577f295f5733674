//! Reads that ask by the kind of their default (rule V4), and dictionary defaults, whose leaves are the defaults of
//! their own keys (rule K5). For bindings of languages that have no static type to ask with.

use super::{Failed, Read, State, nested};
use crate::error::Result;
use crate::key::{Key, intern, lookup};
use crate::value::{Ask, Map, Value, convert, untyped};

impl Ask {
    /// What a default of this kind asks for: an int asks for a number, null and host objects for nothing.
    #[must_use]
    pub fn by_default(default: &Value) -> Self {
        match default {
            Value::Bool(_) => Self::Bool,
            Value::Int(_) | Value::Big(_) => Self::Number,
            Value::Float(_) => Self::Float,
            Value::Str(_) | Value::Text(_) => Self::Str,
            Value::List(_) => Self::List,
            Value::Map(_) => Self::Map,
            Value::Null | Value::Host(_) => Self::Any,
        }
    }
}

impl State {
    /// The value of a parameter, asked for by the kind of its default; the default where it is missing.
    ///
    /// # Errors
    /// `InvalidKey`; `Conversion` in a strict context.
    ///
    /// ```
    /// # fn main() -> hyperparameter::error::Result<()> {
    /// use hyperparameter::value::Value;
    /// use hyperparameter::{Scope, Source, State};
    /// let mut scope = Scope::builder();
    /// scope.text("opt.lr=.5", &Source::here())?;
    /// let state = scope.build().enter(State::fresh())?;
    /// let default = Value::map([("lr", Value::from(0.1)), ("wd", Value::from(0.01))]);
    /// let read = state.read_or("opt", &default)?;
    /// assert_eq!(read, Value::map([("lr", Value::from(0.5)), ("wd", Value::from(0.01))]));
    /// # Ok(())
    /// # }
    /// ```
    pub fn read_or(&self, name: &str, default: &Value) -> Result<Value> {
        if let Value::Map(map) = default {
            return self.map_or(name, map);
        }
        if matches!(self.read_name(name)?, Read::Missing) {
            return Ok(default.clone());
        }
        let ask = Ask::by_default(default);
        let found = self.settle(self.get(intern(name)?, ask))?;
        Ok(found
            .map_or_else(|| default.clone(), |item| if ask == Ask::List { untyped(&item.value) } else { item.value }))
    }

    fn map_or(&self, name: &str, default: &std::sync::Arc<Map>) -> Result<Value> {
        let whole = || Value::Map(default.clone());
        let Some(key) = lookup(name)? else { return Ok(whole()) };
        key.mark_read();
        let found = match self.read_map(key) {
            Read::Missing => return Ok(whole()),
            Read::Gathered(leaves) => nested(key, &leaves, |entry| entry.value().clone()),
            Read::Entry(_) | Read::Made(..) => match self.settle(self.get(key, Ask::Map))? {
                Some(item) => item.value,
                None => return Ok(whole()),
            },
        };
        match found {
            Value::Map(found) => self.lay_over(key, default, &found),
            // A type that is only inferred from a default lets null through.
            other => Ok(other),
        }
    }

    fn lay_over(&self, key: Key, default: &Map, found: &Map) -> Result<Value> {
        let mut laid = Vec::with_capacity(default.len().max(found.len()));
        for (name, own) in default.iter() {
            let full = || format!("{}.{name}", key.name());
            let value = match (own, found.get(name)) {
                (own, None) => own.clone(),
                (Value::Map(own), Some(Value::Map(found))) => self.lay_over(intern(&full())?, own, found)?,
                (own, Some(found)) => self.leaf_or(&full(), own, found)?,
            };
            laid.push((name, value));
        }
        laid.extend(found.iter().filter(|(name, _)| default.get(name).is_none()).map(|(n, v)| (n, untyped(v))));
        Ok(Value::map(laid))
    }

    /// A leaf that was found, as the kind of its default (rules V4, V5).
    fn leaf_or(&self, name: &str, default: &Value, found: &Value) -> Result<Value> {
        let ask = Ask::by_default(default);
        let mismatch = match convert(found, ask) {
            Ok(value) => return Ok(if ask == Ask::List { untyped(&value) } else { value }),
            Err(mismatch) => mismatch,
        };
        let entry = lookup(name)?.and_then(|key| Some((key, self.leaf(key)?.clone())));
        let Some((key, entry)) = entry else { return Ok(default.clone()) };
        let failed = Failed { key, entry, wanted: ask.name().to_owned(), mismatch };
        self.settle::<Value>(Err(Box::new(failed))).map(|_| default.clone())
    }
}
