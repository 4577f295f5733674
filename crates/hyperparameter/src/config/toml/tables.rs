//! The tables of a document while it is read: what may still be added to each.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use crate::config::names::{AddressHasher, FEW, NameKind, address};
use crate::config::tree::{Content, Member, Node, Place};

/// How a table came to be, which decides what may be added to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TableKind {
    /// By its own header, or an element of an array of tables.
    Header,
    /// Only by the header of a table inside it.
    Implicit,
    /// By a dotted key.
    Dotted,
    /// In braces; nothing can be added to it once it is closed.
    Inline,
}

pub(super) struct Table {
    pub(super) kind: TableKind,
    /// In how many lists and maps it stands, the root not counted.
    pub(super) depth: usize,
    pub(super) members: Vec<(Arc<str>, NameKind, Place, Item)>,
    pub(super) index: HashMap<usize, usize, BuildHasherDefault<AddressHasher>>,
}

pub(super) enum Item {
    Node(Node),
    Table(usize, Place),
    Tables(Vec<usize>, Place),
}

impl Table {
    pub(super) fn new(kind: TableKind, depth: usize) -> Self {
        Self { kind, depth, members: Vec::new(), index: HashMap::default() }
    }

    pub(super) fn find(&mut self, name: &Arc<str>) -> Option<usize> {
        if self.members.len() <= FEW {
            return self.members.iter().position(|(other, ..)| Arc::ptr_eq(other, name));
        }
        for (at, (name, ..)) in self.members.iter().enumerate().skip(self.index.len()) {
            self.index.insert(address(name), at);
        }
        self.index.get(&address(name)).copied()
    }
}

/// The members of a table, its tables' too; the table is left empty.
pub(super) fn take(tables: &mut [Table], id: usize) -> Box<[Member]> {
    let Some(table) = tables.get_mut(id) else { return Box::default() };
    table.index = HashMap::default();
    let members = std::mem::take(&mut table.members);
    let made = members.into_iter().map(|(name, kind, place, item)| {
        let node = match item {
            Item::Node(node) => node,
            Item::Table(id, at) => Node { content: Content::Map(take(tables, id)), place: at },
            Item::Tables(ids, at) => {
                let items =
                    ids.into_iter().map(|id| Node { content: Content::Map(take(tables, id)), place: at }).collect();
                Node { content: Content::List(items), place: at }
            }
        };
        Member { name, kind, place, node }
    });
    made.collect()
}
