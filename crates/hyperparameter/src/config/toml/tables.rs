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

/// A megabyte of `[a.b.c]` makes 300,000 of these: small while there is little in them.
pub(super) struct Table {
    pub(super) kind: TableKind,
    /// In how many lists and maps it stands, the root not counted.
    depth: u32,
    pub(super) members: Vec<(Arc<str>, NameKind, Place, Item)>,
    index: Option<Box<ByName>>,
}

type ByName = HashMap<usize, usize, BuildHasherDefault<AddressHasher>>;

/// One name of a path, with its place.
pub(super) type Segment = (Arc<str>, NameKind, Place);

pub(super) enum Item {
    Node(Node),
    Table(usize, Place),
    Tables(Vec<usize>, Place),
}

impl Table {
    pub(super) fn new(kind: TableKind, depth: usize) -> Self {
        Self { kind, depth: u32::try_from(depth).unwrap_or(u32::MAX), members: Vec::new(), index: None }
    }

    pub(super) fn depth(&self) -> usize {
        self.depth as usize
    }

    pub(super) fn push(&mut self, segment: &Segment, item: Item) {
        if self.members.is_empty() {
            // Most tables on the way to another hold nothing else.
            self.members.reserve_exact(1);
        }
        let (name, kind, place) = segment;
        self.members.push((name.clone(), *kind, *place, item));
    }

    pub(super) fn find(&mut self, name: &Arc<str>) -> Option<usize> {
        if self.members.len() <= FEW {
            return self.members.iter().position(|(other, ..)| Arc::ptr_eq(other, name));
        }
        let index = self.index.get_or_insert_default();
        for (at, (name, ..)) in self.members.iter().enumerate().skip(index.len()) {
            index.insert(address(name), at);
        }
        index.get(&address(name)).copied()
    }
}

/// All tables of a document by number, in pieces of equal size: nothing is moved when there are more.
#[derive(Default)]
pub(super) struct Tables(Vec<Vec<Table>>);

impl Tables {
    const PIECE: usize = 1 << 10;

    pub(super) fn len(&self) -> usize {
        self.0.last().map_or(0, |last| (self.0.len() - 1) * Self::PIECE + last.len())
    }

    pub(super) fn get(&self, id: usize) -> Option<&Table> {
        self.0.get(id / Self::PIECE)?.get(id % Self::PIECE)
    }

    pub(super) fn get_mut(&mut self, id: usize) -> Option<&mut Table> {
        self.0.get_mut(id / Self::PIECE)?.get_mut(id % Self::PIECE)
    }

    pub(super) fn push(&mut self, table: Table) {
        match self.0.last_mut() {
            Some(last) if last.len() < Self::PIECE => last.push(table),
            // The first piece grows on its own: most documents have a few tables.
            None => self.0.push(vec![table]),
            Some(_) => {
                let mut piece = Vec::with_capacity(Self::PIECE);
                piece.push(table);
                self.0.push(piece);
            }
        }
    }

    /// Forgets the tables from this number on.
    pub(super) fn truncate(&mut self, len: usize) {
        self.0.truncate(len.div_ceil(Self::PIECE));
        if let Some(last) = self.0.last_mut().filter(|_| len % Self::PIECE > 0) {
            last.truncate(len % Self::PIECE);
        }
    }
}

/// The members of a table, its tables' too; the table is left empty.
pub(super) fn take(tables: &mut Tables, id: usize) -> Box<[Member]> {
    let Some(table) = tables.get_mut(id) else { return Box::default() };
    table.index = None;
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
