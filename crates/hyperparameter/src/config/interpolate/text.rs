//! What a string with references reads.

use super::super::Variable;
use super::super::fault::Found;
use super::Resolver;
use super::syntax::{Part, parse};
use crate::error::quoted;
use crate::key::validate;
use crate::suggest;
use crate::value::{Ask, Value, convert};

impl Resolver<'_> {
    /// What a string with references reads.
    pub(super) fn string(&mut self, text: &str, path: &str) -> Found<Value> {
        let parts = match parse(text) {
            Ok(parts) => parts,
            Err(why) => return self.fault_by_chain(format!("{} is no reference: {why}", quoted(text))),
        };
        match parts.as_slice() {
            [] => Ok(Value::str("")),
            [Part::Text(text)] => Ok(Value::str(text.as_str())),
            [Part::Key(0, key)] if matches!(key.as_slice(), [Part::Text(word)] if word == "null") => Ok(Value::Null),
            [part] => {
                let value = self.part(part, path)?;
                self.count(&value)?;
                Ok(value)
            }
            parts => self.joined(parts, path).map(Value::str),
        }
    }

    fn joined(&mut self, parts: &[Part], path: &str) -> Found<String> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                part => {
                    let value = self.part(part, path)?;
                    let spelled = match &value {
                        Value::Null | Value::List(_) | Value::Map(_) => None,
                        Value::Text(text) => Some(text.to_arc()),
                        value => match convert(value, Ask::Str) {
                            Ok(Value::Str(text)) => Some(text),
                            _ => None,
                        },
                    };
                    let Some(spelled) = spelled else {
                        return self.fault_by_chain(format!(
                            "a {} cannot stand inside a text; let the reference stand alone",
                            value.kind_name()
                        ));
                    };
                    self.text += spelled.len();
                    if self.text > self.limits.text {
                        return self.fault(format!("references make more than {} bytes of text", self.limits.text));
                    }
                    text.push_str(&spelled);
                }
            }
        }
        Ok(text)
    }

    fn part(&mut self, part: &Part, path: &str) -> Found<Value> {
        match part {
            Part::Text(text) => Ok(Value::str(text.as_str())),
            Part::Env(name, default) => {
                let name = self.joined(name, path)?;
                match (self.environment.iter().find(|variable| variable.name == name), default) {
                    (Some(Variable { text: Some(text), .. }), _) => Ok(Value::text(text.as_str())),
                    (Some(_), _) => {
                        self.fault_by_chain(format!("the environment variable {} is no valid Unicode", quoted(&name)))
                    }
                    (None, Some(default)) => self.joined(default, path).map(Value::text),
                    (None, None) => self.fault_by_chain(format!(
                        "the environment variable {} is not set; set it, or write a default: ${{env:{name},…}}",
                        quoted(&name)
                    )),
                }
            }
            Part::Key(dots, key) => {
                let key = self.joined(key, path)?;
                let target = if *dots == 0 {
                    key.clone()
                } else {
                    match relative(path, *dots, &key) {
                        Some(target) => target,
                        None => {
                            let message =
                                format!("{} goes above the root", quoted(&format!("{}{key}", ".".repeat(*dots))));
                            return self.fault_by_chain(message);
                        }
                    }
                };
                if let Err(error) = validate(&target) {
                    return self.fault_by_chain(format!("{} is no reference: {error}", quoted(&format!("${{{key}}}"))));
                }
                match self.read(&target)? {
                    Some(value) => Ok(value),
                    None => self.missing(&target),
                }
            }
        }
    }

    fn missing<T>(&self, target: &str) -> Found<T> {
        let names = self.nodes.keys().map(String::as_str).chain(self.overrides.iter().map(|given| given.key.as_str()));
        let near = suggest::nearest(target, names, 3);
        let mut message = format!("{} names no value", quoted(target));
        if !near.is_empty() {
            let near: Vec<_> = near.into_iter().map(quoted).collect();
            message = format!("{message}; did you mean {}?", near.join(" or "));
        } else if let Some((resolver, _)) = target.split_once(':') {
            message = format!("{message}; of resolvers there is only 'env:', not {}", quoted(&format!("{resolver}:")));
        }
        self.fault_by_chain(message)
    }

    /// Counts what a reference makes, and how deep it is.
    fn count(&mut self, value: &Value) -> Found<()> {
        let mut left = self.limits.references.saturating_sub(self.made);
        let all = left;
        match measure(value, self.limits.depth, &mut left) {
            Ok(()) => {
                self.made += all - left;
                Ok(())
            }
            Err(true) => self.fault(format!("what the reference names is nested more than {} deep", self.limits.depth)),
            Err(false) => self.fault(format!("references make more than {} values", self.limits.references)),
        }
    }
}

fn measure(value: &Value, depth: usize, left: &mut usize) -> Result<(), bool> {
    *left = left.checked_sub(1).ok_or(false)?;
    match value {
        Value::List(items) => {
            let depth = depth.checked_sub(1).ok_or(true)?;
            items.iter().try_for_each(|item| measure(item, depth, left))
        }
        Value::Map(map) => {
            let depth = depth.checked_sub(1).ok_or(true)?;
            map.iter().try_for_each(|(_, item)| measure(item, depth, left))
        }
        _ => Ok(()),
    }
}

/// `dots` levels up from the value at `path`, then `key`: one dot is what stands beside it.
fn relative(path: &str, dots: usize, key: &str) -> Option<String> {
    let mut base = path;
    for level in 0..dots {
        base = match base.rsplit_once('.') {
            Some((shorter, _)) => shorter,
            None if base.is_empty() => return None,
            None if level + 1 == dots => "",
            None => return None,
        };
    }
    Some(if base.is_empty() { key.to_owned() } else { format!("{base}.{key}") })
}
