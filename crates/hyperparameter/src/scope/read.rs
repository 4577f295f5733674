//! What a key reads as, where more than one entry has a say: dictionaries (K5), lists (K6) and pins (S1).

use std::borrow::Cow;
use std::sync::Arc;

use super::frame::{Often, unlikely};
use super::table::{Slot, Table};
use super::{Entry, Item, Peek, Source, State, pinned};
use crate::error::{Error, Result};
use crate::key::{Key, lookup, validate};
use crate::report;
use crate::value::{Ask, Mismatch, Value};

/// What is found under a key.
#[derive(Clone, Debug)]
pub enum Read<'a> {
    /// Nothing: the default counts (rule V2).
    Missing,
    /// An entry's own value.
    Entry(&'a Arc<Entry>),
    /// A value made for this read, an element of a list or a list with pinned elements, and the entry it came from.
    Made(Item, &'a Arc<Entry>),
    /// A dictionary whose leaves in force come from more than one write, and those leaves in order.
    Gathered(Vec<(Key, Arc<Entry>)>),
}

impl State {
    /// What `key` reads as here.
    ///
    /// The ordinary read is two tests more than the look-up itself: whether a pin or a list may have a say, and whether
    /// the value is a dictionary.
    #[inline]
    #[must_use]
    pub fn read(&self, key: Key) -> Read<'_> {
        if !self.0.head.is_plain(key) {
            return self.read_between(key);
        }
        match self.0.find(key) {
            Some(slot) => match (slot.plain(), &slot.entry) {
                (Some(entry), _) => Read::Entry(entry),
                (None, Some(entry)) => self.read_dictionary(key, entry, slot.mixed()),
                (None, None) => Read::Missing,
            },
            None => Read::Missing,
        }
    }

    /// [`State::read`] where it is a miss or a plain value, small enough to be a part of its caller: `Err` where it must
    /// be asked itself.
    ///
    /// # Errors
    /// Where a pin, a list or a dictionary may have a say.
    #[inline(always)]
    #[allow(clippy::result_unit_err, reason = "there is nothing to say but: ask `read`")]
    pub fn read_plain(&self, key: Key) -> std::result::Result<Option<&Arc<Entry>>, ()> {
        if !self.0.head.is_surely_plain(key) {
            unlikely();
            if !self.0.head.is_plain(key) {
                return Err(());
            }
        }
        let Some(slot) = self.0.find_inline(key) else { return Ok(None) };
        let Some(entry) = slot.plain() else {
            unlikely();
            return if slot.entry.is_none() { Ok(None) } else { Err(()) };
        };
        Ok(Some(entry))
    }

    /// The first look of a read by a reader who asks for values with this [`Value::code`].
    #[inline(always)]
    pub(crate) fn peek(&self, key: Key, code: u8) -> Peek<'_> {
        self.0.head.peek(key, code)
    }

    /// What [`State::peek`] was not sure of: the slot of a key in which neither pin nor list has a say. `Err` where one
    /// may have.
    #[inline(always)]
    pub(crate) fn look(&self, key: Key) -> std::result::Result<Option<&Slot>, ()> {
        if self.0.head.is_plain(key) { Ok(self.0.find_inline(key)) } else { Err(()) }
    }

    /// The slot of a key of which [`State::peek`] said [`Peek::Outside`]; `Err` where [`State::walk_less`] must be asked.
    #[inline(always)]
    pub(crate) fn look_outside(&self, key: Key) -> std::result::Result<Option<&Slot>, Often> {
        self.0.walk(key)
    }

    /// The slot of a key that [`State::look_outside`] did not look for.
    pub(crate) fn walk_less(&self, key: Key) -> Option<&Slot> {
        self.0.walk_less(key)
    }

    /// What a name reads as, without making a key of it: unknown names cost nothing.
    ///
    /// # Errors
    /// `InvalidKey` and `HashCollision`.
    pub fn read_name(&self, name: &str) -> Result<Read<'_>> {
        if let Some(key) = lookup(name)? {
            return Ok(self.read(key));
        }
        if self.0.head.lists == 0 && pinned::table().is_none() {
            return Ok(Read::Missing);
        }
        // Nobody set this key, but a list at a prefix of it may be read into.
        for (at, _) in name.rmatch_indices('.') {
            let Some(list) = lookup(&name[..at])? else { continue };
            return Ok(match self.read(list) {
                Read::Entry(entry) if entry.is_container() => self.element(entry, None, &name[at + 1..]),
                Read::Made(item, entry) => self.element(entry, Some(&item), &name[at + 1..]),
                _ => Read::Missing,
            });
        }
        Ok(Read::Missing)
    }

    /// The tables of the look-up, innermost first.
    fn tables(&self) -> impl Iterator<Item = &Table> {
        pinned::table().into_iter().chain(self.0.chain().map(|frame| frame.looked())).chain([&**self.0.base_table()])
    }

    fn element<'a>(&self, entry: &'a Arc<Entry>, made: Option<&Item>, path: &str) -> Read<'a> {
        let mut value = match made {
            Some(item) => Cow::Borrowed(&item.value),
            None => entry.object().map_or_else(|| Cow::Borrowed(entry.value()), |h| Cow::Owned(Value::Host(h.clone()))),
        };
        for segment in path.split('.') {
            match value.element(segment) {
                Some(inner) => value = Cow::Owned(inner),
                None => return Read::Missing,
            }
        }
        Read::Made(value.into_owned().into(), entry)
    }

    /// The innermost table that holds the key, or a list at a prefix of it; then the pinned elements laid over it.
    #[cold]
    fn read_between(&self, key: Key) -> Read<'_> {
        // The prefixes that no table has spoken of yet: the first word on each counts.
        let mut open: Vec<Key> = std::iter::successors(key.parent(), |key| key.parent()).collect();
        let mut found = Read::Missing;
        'tables: for table in self.tables() {
            let in_list = |slot: &&Slot| {
                let list = |prefix: &Key| table.get(*prefix).is_some_and(Slot::container);
                slot.is_below_list() && open.iter().any(list)
            };
            if let Some(slot) = table.get(key).filter(|slot| !in_list(slot)) {
                found = match &slot.entry {
                    Some(entry) if entry.is_dictionary() => self.read_dictionary(key, entry, true),
                    Some(entry) => Read::Entry(entry),
                    None => Read::Missing,
                };
                break;
            }
            let mut at = 0;
            while at < open.len() {
                let Some(slot) = table.get(open[at]) else {
                    at += 1;
                    continue;
                };
                let prefix = open.swap_remove(at);
                if let Some(entry) = slot.entry.as_ref().filter(|entry| entry.is_container()) {
                    found = self.element(entry, None, &key.name()[prefix.name().len() + 1..]);
                    break 'tables;
                }
            }
        }
        self.with_pins(key, found)
    }

    fn with_pins<'a>(&self, key: Key, found: Read<'a>) -> Read<'a> {
        let Some(table) = pinned::table() else { return found };
        let (mut value, entry) = match &found {
            Read::Entry(entry) if entry.is_container() => (entry.value().clone(), *entry),
            Read::Made(item, entry) => (item.value.clone(), *entry),
            _ => return found,
        };
        let mut changed = false;
        // A pinned container before its pinned elements: a key is made after its prefixes.
        let mut below: Vec<_> = table.slots().filter(|slot| slot.key.is_below(key)).collect();
        below.sort_unstable_by_key(|slot| slot.key.id());
        for slot in below {
            let Some(pin) = &slot.entry else { continue };
            let path: Vec<&str> = slot.key.name()[key.name().len() + 1..].split('.').collect();
            // A pin outside the list stays a key of its own.
            if let Ok(laid) = value.with_element(&path, pin.value()) {
                value = laid;
                changed = true;
            }
        }
        if changed { Read::Made(value.into(), entry) } else { found }
    }

    /// A dictionary: itself if all its leaves and no others are in force, else those that are (rule K5).
    fn read_dictionary<'a>(&self, key: Key, entry: &'a Arc<Entry>, mixed: bool) -> Read<'a> {
        // Its own table speaks of what is below it, unless it is empty.
        let own = usize::from(entry.leaves() > 0);
        let speak = self.tables().filter(|table| table.ancestors & key.bit() != 0).take(2).count();
        if !mixed && speak <= own {
            return Read::Entry(entry);
        }
        let leaves = self.leaves(key);
        let own = leaves.iter().all(|(_, leaf)| leaf.stamp() == entry.stamp());
        if own && leaves.len() == entry.leaves() as usize { Read::Entry(entry) } else { Read::Gathered(leaves) }
    }

    /// The entries in force below `key` that are values, not dictionaries, parents before children.
    #[must_use]
    pub fn leaves(&self, key: Key) -> Vec<(Key, Arc<Entry>)> {
        let mut leaves = Vec::new();
        key.descend(&mut |key| {
            if let Some(entry) = self.leaf(key) {
                leaves.push((key, entry.clone()));
            }
        });
        leaves
    }

    /// The entry that stands under this very key, if it is a value and no list hides it.
    pub(crate) fn leaf(&self, key: Key) -> Option<&Arc<Entry>> {
        let pin = pinned::table().and_then(|table| table.get(key));
        let entry = pin.or_else(|| self.0.find(key))?.entry.as_ref()?;
        let hidden = pin.is_none() && self.is_element(key);
        let part =
            entry.is_dictionary() && (entry.leaves() > 0 || (self.any_below(key) && !self.leaves(key).is_empty()));
        (!part && !hidden).then_some(entry)
    }

    /// Whether `key` names what is inside a list (whether or not the list has it).
    pub(super) fn is_element(&self, key: Key) -> bool {
        self.0.head.lists & key.prefixes() != 0 && {
            let mut at = key;
            let mut hidden = false;
            while let Some(prefix) = at.parent() {
                at = prefix;
                let entry = self.0.find(prefix).and_then(|slot| slot.entry.as_ref());
                hidden |= entry.is_some_and(|entry| entry.is_container());
            }
            hidden && !matches!(self.read_between(key), Read::Entry(_) | Read::Gathered(_))
        }
    }

    /// The leaves below a key that has no value of its own: what a map, a struct or a dataclass is made from (K5).
    #[must_use]
    pub fn read_map(&self, key: Key) -> Read<'_> {
        match self.read(key) {
            Read::Missing if self.any_below(key) => {
                let leaves = self.leaves(key);
                if leaves.is_empty() { Read::Missing } else { Read::Gathered(leaves) }
            }
            read => read,
        }
    }

    fn any_below(&self, key: Key) -> bool {
        self.tables().any(|table| table.ancestors & key.bit() != 0)
    }

    /// Every key that has a value here, in the order in which keys became known, with its entry.
    #[must_use]
    pub fn items(&self) -> Vec<(Key, Arc<Entry>)> {
        let mut keys: Vec<Key> = self.tables().flat_map(Table::slots).map(|slot| slot.key).collect();
        keys.sort_unstable_by_key(|key| key.id());
        keys.dedup();
        keys.into_iter().filter_map(|key| self.leaf(key).map(|entry| (key, entry.clone()))).collect()
    }

    /// The value of `key` as one of the core's types; `None` where it is missing. Text that spells null is null.
    ///
    /// # Errors
    /// The inner error says that the value does not convert: what becomes of that is rule V5, [`State::settle`].
    pub fn get(&self, key: Key, ask: Ask) -> std::result::Result<Option<Item>, Box<Failed>> {
        key.mark_read();
        let read = if ask == Ask::Map { self.read_map(key) } else { self.read(key) };
        let (result, entry) = match read {
            Read::Missing => return Ok(None),
            Read::Entry(entry) => {
                entry.mark_read(|| Source::Unknown);
                if ask == Ask::Any && !matches!(entry.value(), Value::Text(_)) {
                    return Ok(Some(entry.item().clone()));
                }
                (entry.converted(ask).into_owned(), entry.clone())
            }
            Read::Made(item, entry) => {
                entry.mark_read(|| Source::Unknown);
                (crate::value::convert(&item.value, ask).map(Item::from), entry.clone())
            }
            Read::Gathered(leaves) => {
                for (_, leaf) in &leaves {
                    leaf.mark_read(|| Source::Unknown);
                }
                let value = nested(key, &leaves, |entry| entry.value().clone());
                let Some((_, first)) = leaves.into_iter().next() else { return Ok(None) };
                (crate::value::convert(&value, ask).map(Item::from), first)
            }
        };
        result.map(Some).map_err(|mismatch| Box::new(Failed { key, entry, wanted: ask.name().to_owned(), mismatch }))
    }

    /// Rule V5: a value that does not convert gives the default and a warning, in a strict context an error.
    ///
    /// # Errors
    /// `Conversion`, in a strict context.
    pub fn settle<T>(&self, read: std::result::Result<Option<T>, Box<Failed>>) -> Result<Option<T>> {
        read.or_else(|failed| {
            if self.is_strict_about(failed.entry.source()) {
                return Err(failed.error());
            }
            report::warn(&failed);
            Ok(None)
        })
    }

    /// The error of a required parameter that is not there, with near names.
    #[must_use]
    pub fn missing(&self, name: &str) -> Error {
        match validate(name) {
            Ok(()) => Error::missing(name, report::near(self, name)),
            Err(invalid) => invalid,
        }
    }
}

/// A value that does not convert to the type asked for.
#[derive(Clone, Debug)]
pub struct Failed {
    /// The key that was read.
    pub key: Key,
    /// The entry whose value it is.
    pub entry: Arc<Entry>,
    /// The type asked for.
    pub wanted: String,
    /// Why not.
    pub mismatch: Mismatch,
}

impl Failed {
    /// As an error.
    #[must_use]
    pub fn error(&self) -> Error {
        if let Some(part) = self.mismatch.part().filter(|part| part.field && part.value.is_none()) {
            let key = format!("{}.{}", self.key.name(), part.path);
            return Error::missing_field(&key, self.mismatch.reason());
        }
        let shown = report::shown(self.entry.value());
        Error::conversion(
            self.key.name(),
            &shown,
            &self.entry.source().to_string(),
            &self.wanted,
            &self.mismatch.to_string(),
        )
    }
}

/// Maps from more segments than this stay dotted names: nothing recurses deeper.
const DEEPEST: usize = 100;

/// The leaves below `key` as one nested value. Where a key has a value and keys below it, the value stands under `""`.
pub fn nested(key: Key, leaves: &[(Key, Arc<Entry>)], value: impl Fn(&Arc<Entry>) -> Value) -> Value {
    #[derive(Default)]
    struct Open {
        names: Vec<Arc<str>>,
        parts: Vec<Vec<(Arc<str>, Value)>>,
    }
    impl Open {
        fn close(&mut self, to: usize) {
            while self.names.len() > to {
                let (Some(name), Some(pairs)) = (self.names.pop(), self.parts.pop()) else { return };
                if let Some(outer) = self.parts.last_mut() {
                    let map = Value::map(pairs);
                    // A value that stood here as a leaf moves under the empty name.
                    match outer.iter_mut().find(|(n, _)| *n == name) {
                        Some((_, leaf)) => {
                            let own = std::mem::take(leaf);
                            let Value::Map(map) = map else { return };
                            let own = std::iter::once((Arc::from(""), own));
                            *leaf = Value::map(own.chain(map.iter().map(|(n, v)| (Arc::from(n), v.clone()))));
                        }
                        None => outer.push((name, map)),
                    }
                }
            }
        }
    }
    let mut open = Open { names: Vec::new(), parts: vec![Vec::new()] };
    for (leaf, entry) in leaves {
        let path = &leaf.name()[key.name().len() + 1..];
        let segments: Vec<&str> = path.splitn(DEEPEST, '.').collect();
        let Some((last, above)) = segments.split_last() else { continue };
        let same = open.names.iter().zip(above).take_while(|(a, b)| &***a == **b).count();
        open.close(same);
        for name in &above[same..] {
            open.names.push(Arc::from(*name));
            open.parts.push(Vec::new());
        }
        if let Some(pairs) = open.parts.last_mut() {
            pairs.push((Arc::from(*last), value(entry)));
        }
    }
    open.close(0);
    Value::map(open.parts.pop().unwrap_or_default())
}
