//! Rule K5: a dictionary value is one entry that keeps the dictionary itself, and one entry per leaf.

use std::sync::Arc;

use super::Source;
use super::entry::{ALONE, Entry, EntryKind, stamp};
use crate::error::{Error, Result};
use crate::key::{Key, intern, validate};
use crate::value::{Host, Item, Members, Shape, Value};

/// Deeper dictionaries, and cyclic ones, are refused.
const DEEPEST: usize = 100;
/// More leaves than this in one value are refused: nested references can spell 2^100 of them.
const MOST_LEAVES: usize = 16_000_000;

/// The entries that writing `item` under `key` makes: the first is the value itself.
pub(super) fn flatten(key: Key, item: Item, source: &Source) -> Result<Vec<(Key, Arc<Entry>)>> {
    let item = match single(item, source) {
        Ok(entry) => return Ok(vec![(key, entry)]),
        Err(item) => item,
    };
    let mut flat = Flat { source, stamp: stamp(), out: Vec::new(), path: Vec::new() };
    flat.put(key.name(), item)?;
    flat.out.into_iter().map(|(name, entry)| Ok((intern(&name)?, entry))).collect()
}

/// The one entry that writing `item` makes if it is no dictionary, without a list for it; else the item back.
#[inline]
pub(super) fn single(item: Item, source: &Source) -> std::result::Result<Arc<Entry>, Item> {
    if is_dictionary(&item.value) { Err(item) } else { Ok(Arc::new(Entry::plain(item, source.clone(), ALONE))) }
}

/// The pairs of a mapping that is a scope's content, not a value: its names are keys (rule K3), and each member is
/// written under its own.
///
/// # Errors
/// `InvalidKey` for a name that is no key; `Config` for a cycle or too much depth.
pub(super) fn members(item: &Item) -> Result<Option<Vec<(String, Item)>>> {
    let Some(members) = raw_members(&item.value) else { return Ok(None) };
    let mut pairs = Vec::with_capacity(members.len());
    for (name, member) in members {
        let Some(name) = name else {
            return Err(Error::invalid_key("", None, "a key of the mapping is no string", "use strings as keys"));
        };
        validate(&name)?;
        pairs.push((name, member));
    }
    Ok(Some(pairs))
}

fn is_dictionary(value: &Value) -> bool {
    match value {
        Value::Map(_) => true,
        Value::Host(host) => host.shape() == Shape::Map,
        _ => false,
    }
}

fn raw_members(value: &Value) -> Option<Members> {
    match value {
        Value::Map(map) => Some(map.iter().map(|(n, v)| (Some(n.to_owned()), v.clone().into())).collect()),
        Value::Host(host) if host.shape() == Shape::Map => host.members(),
        _ => None,
    }
}

struct Flat<'a> {
    source: &'a Source,
    stamp: u64,
    out: Vec<(String, Arc<Entry>)>,
    path: Vec<Host>,
}

impl Flat<'_> {
    /// Puts the entries of `item`, the dictionary itself first and its leaves in their order. Says how many leaves.
    fn put(&mut self, name: &str, item: Item) -> Result<u32> {
        let members = match raw_members(&item.value) {
            Some(members) if members.is_empty() => {
                // A value itself, until a key is set under it.
                let empty = Entry::new(item, self.source.clone(), self.stamp, EntryKind::Dictionary(0));
                self.out.push((name.to_owned(), Arc::new(empty)));
                return Ok(1);
            }
            Some(members) => members,
            None => return Ok(self.leaf(name, item)),
        };
        if self.path.len() >= DEEPEST {
            let text = format!(
                "the dictionary at '{name}' is nested more than {DEEPEST} deep; store it as an object of a class"
            );
            return Err(Error::config(Some(name), text));
        }
        if let Value::Host(host) = &item.value {
            if self.path.iter().any(|above| above.same(host)) {
                let text = format!("the dictionary at '{name}' contains itself; break the cycle");
                return Err(Error::config(Some(name), text));
            }
            self.path.push(host.clone());
        } else {
            // A placeholder keeps the depth: a plain map cannot contain itself.
            self.path.push(Host::new(()));
        }
        let start = self.out.len();
        let mut leaves = 0;
        let mut one_value = false;
        let mut full = String::new();
        for (member, inner) in members {
            full.clear();
            full.push_str(name);
            full.push('.');
            match member {
                Some(member) => full.push_str(&member),
                None => one_value = true,
            }
            if one_value || validate(&full).is_err() {
                // Decided innermost first: members were visited for their own errors, this dictionary is one value.
                one_value = true;
                break;
            }
            leaves += self.put(&full, inner)?;
        }
        self.path.pop();
        if one_value {
            self.out.truncate(start);
            return Ok(self.leaf(name, item));
        }
        if self.out.len() > MOST_LEAVES {
            return Err(Error::config(
                Some(name),
                format!("the dictionary at '{name}' has more than {MOST_LEAVES} leaves"),
            ));
        }
        // Of two equal paths (`{"a.b": 1, "a": {"b": 2}}`) the later wins, so each is counted once.
        let mut seen = std::collections::HashMap::new();
        let mut dropped = 0;
        for at in (start..self.out.len()).rev() {
            if let Some(_later) = seen.insert(self.out[at].0.clone(), at) {
                dropped += u32::from(self.out[at].1.leaves() == 0);
                self.out[at].0.clear();
            }
        }
        if seen.len() + start < self.out.len() {
            let tail: Vec<_> = self.out.drain(start..).filter(|(name, _)| !name.is_empty()).collect();
            self.out.extend(tail);
        }
        let leaves = leaves - dropped.min(leaves);
        let kind = EntryKind::Dictionary(leaves);
        let entry = Entry::new(item, self.source.clone(), self.stamp, kind);
        // Before its leaves: what is written under it later is an overlay.
        self.out.insert(start, (name.to_owned(), Arc::new(entry)));
        Ok(leaves)
    }

    fn leaf(&mut self, name: &str, item: Item) -> u32 {
        self.out.push((name.to_owned(), Arc::new(Entry::plain(item, self.source.clone(), self.stamp))));
        1
    }
}
