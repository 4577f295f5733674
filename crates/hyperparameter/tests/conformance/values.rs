//! The encodings of values, and what it means that a value is the expected one.

use std::collections::HashMap;
use std::sync::Arc;

use hyperparameter::value::Value;
use hyperparameter::value::{BigInt, Host};
use serde_json::Value as Json;

use crate::{Ran, differs, skip};

/// A string as it is written or encoded.
pub(crate) fn string(json: &Json) -> Ran<String> {
    if let Some(plain) = json.as_str() {
        return Ok(plain.to_owned());
    }
    if let Some(parts) = json["$repeat"].as_array() {
        let part = |at: usize| parts[at].as_str().unwrap();
        let count = usize::try_from(parts[2].as_u64().unwrap()).unwrap();
        return Ok(format!("{}{}{}", part(0), part(1).repeat(count), part(3)));
    }
    skip(format!("no string: {json}"))
}

/// The objects that have a label in one case.
#[derive(Debug, Default)]
pub(crate) struct Objects(HashMap<String, Value>);

fn encoding(json: &Json) -> Option<(&str, &Json)> {
    let map = json.as_object()?;
    let (name, of) = map.iter().next().filter(|(name, _)| map.len() == 1 && name.starts_with('$'))?;
    Some((name, of))
}

impl Objects {
    /// The value that is meant; a label's object is made at its first mention.
    pub(crate) fn value(&mut self, json: &Json) -> Ran<Value> {
        let Some((name, of)) = encoding(json) else {
            return Ok(match json {
                Json::Null => Value::Null,
                Json::Bool(bool) => Value::Bool(*bool),
                Json::Number(number) => Value::Int(number.as_i64().unwrap()),
                Json::String(string) => Value::str(string.as_str()),
                Json::Array(items) => Value::list(items.iter().map(|it| self.value(it)).collect::<Ran<Vec<_>>>()?),
                Json::Object(map) => {
                    let pairs = map.iter().map(|(name, of)| Ok((name.clone(), self.value(of)?)));
                    Value::map(pairs.collect::<Ran<Vec<_>>>()?)
                }
            });
        };
        Ok(match name {
            "$float" => Value::Float(of.as_str().unwrap().parse().unwrap()),
            "$int" => Value::from(of.as_str().unwrap().parse::<BigInt>().unwrap()),
            "$text" => Value::text(string(of)?),
            "$repeat" => Value::str(string(json)?),
            "$pairs" => {
                let pairs = of.as_array().unwrap().iter().map(|pair| Ok((string(&pair[0])?, self.value(&pair[1])?)));
                Value::map(pairs.collect::<Ran<Vec<_>>>()?)
            }
            "$nest" => {
                let (name, depth) = (of[0].as_str().unwrap(), of[1].as_u64().unwrap());
                let innermost = self.value(&of[2])?;
                (0..depth).fold(innermost, |inner, _| Value::map([(name, inner)]))
            }
            "$host" => self.labelled(format!("host {of}"), |_| Ok(Value::Host(Host::new(of.to_string()))))?,
            "$same" => self.labelled(of[0].to_string(), |all| all.value(&of[1]))?,
            other => return skip(format!("encoding {other}")),
        })
    }

    fn labelled(&mut self, label: String, make: impl FnOnce(&mut Self) -> Ran<Value>) -> Ran<Value> {
        if let Some(made) = self.0.get(&label) {
            return Ok(made.clone());
        }
        let made = make(self)?;
        self.0.insert(label, made.clone());
        Ok(made)
    }

    /// Whether `got` is what `expected` means.
    pub(crate) fn check(&mut self, what: &str, got: &Value, expected: &Json) -> Ran {
        if self.fits(got, expected)? {
            return Ok(());
        }
        differs(format!("{what}: got {got:.300?} expected {expected:.300}"))
    }

    fn fits(&mut self, got: &Value, expected: &Json) -> Ran<bool> {
        if let Some((name @ ("$same" | "$other"), of)) = encoding(expected) {
            let Some(object) = self.0.get(&of[0].to_string()).cloned() else {
                return differs(format!("nobody made the object {}", of[0]));
            };
            return Ok(identical(got, &object) == (name == "$same") && self.fits(got, &of[1])?);
        }
        Ok(match (got, expected) {
            (Value::List(got), Json::Array(expected)) => {
                got.len() == expected.len()
                    && got.iter().zip(expected).try_fold(true, |all, (g, e)| Ran::Ok(all && self.fits(g, e)?))?
            }
            (Value::Map(got), Json::Object(all)) if encoding(expected).is_none() => {
                got.len() == all.len()
                    && all.iter().try_fold(true, |fits, (name, expected)| {
                        let Some(got) = got.get(name) else { return Ran::Ok(false) };
                        Ok(fits && self.fits(got, expected)?)
                    })?
            }
            _ => exact(got, &self.value(expected)?),
        })
    }
}

/// The same kind and content, to the sign of a zero.
pub(crate) fn exact(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| exact(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| exact(a, b)))
        }
        (a, b) => a == b,
    }
}

/// Whether both are one object.
fn identical(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::List(a), Value::List(b)) => Arc::ptr_eq(a, b),
        (Value::Map(a), Value::Map(b)) => Arc::ptr_eq(a, b),
        (Value::Host(a), Value::Host(b)) => a.same(b),
        _ => false,
    }
}
