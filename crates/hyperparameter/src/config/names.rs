//! The names of a document, each kept once, and how members of a map are found by them.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use super::tree::{Member, Node, Place};
use crate::key::validate;

/// What a name is as a part of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameKind {
    /// One segment.
    Segment,
    /// Several, joined by dots: the nested key is meant.
    Path,
    /// Empty: the value of the map's own key (`a."" = 1`).
    Own,
    /// No key.
    Odd,
}

impl NameKind {
    fn of(name: &str) -> Self {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        if name.is_empty() {
            return Self::Own;
        }
        if name.bytes().all(plain) {
            return Self::Segment;
        }
        // `+` and `~` may begin a segment, but not a key: that is asked at the root.
        let valid = validate(name).is_ok() || (starts_as_operator(name) && validate(&format!("k{name}")).is_ok());
        match (valid, name.contains('.')) {
            (false, _) => Self::Odd,
            (true, true) => Self::Path,
            (true, false) => Self::Segment,
        }
    }
}

pub(super) fn starts_as_operator(name: &str) -> bool {
    name.starts_with(['+', '~'])
}

/// The names of one load: each is kept once, however often it is written.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<Arc<str>>, HashMap<usize, NameKind, BuildHasherDefault<AddressHasher>>);

impl Names {
    pub(super) fn get(&mut self, name: &str) -> (Arc<str>, NameKind) {
        if let Some(known) = self.0.get(name) {
            let kind = self.1.get(&address(known)).copied();
            return (known.clone(), kind.unwrap_or(NameKind::Segment));
        }
        let kind = NameKind::of(name);
        let made: Arc<str> = Arc::from(name);
        // Nearly all names are plain segments: only the others are noted.
        if kind != NameKind::Segment {
            self.1.insert(address(&made), kind);
        }
        self.0.insert(made.clone());
        (made, kind)
    }

    pub(super) fn member(&mut self, name: &str, place: Place, node: Node) -> Member {
        let (name, kind) = self.get(name);
        Member { name, kind, place, node }
    }
}

/// By which equal names of one load know each other.
pub(super) fn address(name: &Arc<str>) -> usize {
    Arc::as_ptr(name).cast::<u8>() as usize
}

/// Finds members of a map by name: looked through while there are few, indexed when there are many.
#[derive(Debug, Default)]
pub(super) struct Index(HashMap<usize, usize, BuildHasherDefault<AddressHasher>>);

/// So many are looked through.
pub(super) const FEW: usize = 32;

/// Addresses are spread by a multiplication; nobody who writes a file chooses them.
#[derive(Debug, Default)]
pub(super) struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.write_usize(b.into());
        }
    }

    fn write_usize(&mut self, address: usize) {
        let mixed = (self.0 ^ address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

impl Index {
    /// The place of `name` in `members`, all of which this index has been asked about in order.
    pub(super) fn find(&mut self, members: &[Member], name: &Arc<str>) -> Option<usize> {
        if members.len() <= FEW {
            return members.iter().position(|member| Arc::ptr_eq(&member.name, name));
        }
        for (at, member) in members.iter().enumerate().skip(self.0.len()) {
            self.0.insert(address(&member.name), at);
        }
        self.0.get(&address(name)).copied()
    }
}
