//! What a key reads: its own value, an element of a list, what overrides set below it.

use super::super::fault::Found;
use super::super::tree::{Content, Node};
use super::Resolver;
use crate::error::quoted;
use crate::value::{Map, Shape, Value, index};

impl Resolver<'_> {
    /// What a key reads.
    pub(super) fn read(&mut self, path: &str) -> Found<Option<Value>> {
        let overrides = self.overrides;
        for (at, given) in overrides.iter().enumerate().rev() {
            if given.key == path {
                let value = self.override_value(at)?;
                return self.overlaid(path, value, at + 1).map(Some);
            }
            // A list, or text that spells one, is read into by a longer key (rule K6).
            if let Some(rest) = below(path, &given.key) {
                let whole = self.override_value(at)?;
                if matches!(whole.shape(), Shape::List | Shape::Map) {
                    return Ok(element(&whole, rest));
                }
            }
        }
        if let Some(&node) = self.nodes.get(path) {
            let value = self.node(node, path)?;
            return self.overlaid(path, value, 0).map(Some);
        }
        // Into a list, or into what a reference names.
        let mut prefix = path;
        while let Some((shorter, _)) = prefix.rsplit_once('.') {
            prefix = shorter;
            let Some(&node) = self.nodes.get(prefix) else { continue };
            let rest = below(path, prefix).unwrap_or_default();
            return match &node.content {
                Content::Map(_) => self.gathered(path),
                Content::List(items) => self.element_of(items, prefix, rest),
                Content::Value(_) => Ok(element(&self.node(node, prefix)?, rest)),
            };
        }
        self.gathered(path)
    }

    /// The items of a list are read one by one: another of them may be the one that asks.
    fn element_of(&mut self, items: &[Node], path: &str, rest: &str) -> Found<Option<Value>> {
        let (first, more) = rest.split_once('.').map_or((rest, ""), |(first, more)| (first, more));
        let Some(item) = index(first).and_then(|at| items.get(at)) else { return Ok(None) };
        let path = format!("{path}.{first}");
        if more.is_empty() {
            return self.node(item, &path).map(Some);
        }
        match &item.content {
            Content::List(items) => self.element_of(items, &path, more),
            Content::Map(members) => {
                let (name, rest) = more.split_once('.').map_or((more, ""), |(first, rest)| (first, rest));
                let Some(member) = members.iter().find(|member| &*member.name == name) else { return Ok(None) };
                let path = format!("{path}.{name}");
                match &member.node.content {
                    Content::List(items) if !rest.is_empty() => self.element_of(items, &path, rest),
                    _ => {
                        let value = self.node(&member.node, &path)?;
                        Ok(if rest.is_empty() { Some(value) } else { element(&value, rest) })
                    }
                }
            }
            Content::Value(_) => Ok(element(&self.node(item, &path)?, more)),
        }
    }

    /// A map of what overrides set below a key that has no value of its own (rule K5).
    fn gathered(&mut self, path: &str) -> Found<Option<Value>> {
        if !self.overrides.iter().any(|given| below(&given.key, path).is_some()) {
            return Ok(None);
        }
        self.overlaid(path, Value::Map(Map::new().into()), 0).map(Some)
    }

    /// `value` with what the overrides from `first` on set below it.
    fn overlaid(&mut self, path: &str, value: Value, first: usize) -> Found<Value> {
        let mut value = value;
        for at in first..self.overrides.len() {
            let Some(rest) = self.overrides.get(at).and_then(|given| below(&given.key, path)) else { continue };
            let rest: Vec<&str> = rest.split('.').collect();
            let part = self.override_value(at)?;
            value = match value.with_element(&rest, &part) {
                Ok(value) => value,
                Err(why) => return self.fault(format!("{} is set below {}, but {why}", rest.join("."), quoted(path))),
            };
        }
        Ok(value)
    }
}

/// What of `path` stands below `above`.
fn below<'p>(path: &'p str, above: &str) -> Option<&'p str> {
    path.strip_prefix(above)?.strip_prefix('.')
}

fn element(value: &Value, rest: &str) -> Option<Value> {
    rest.split('.').try_fold(value.clone(), |value, segment| value.element(segment))
}
