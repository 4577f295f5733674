//! A document as it was read, each value and each name with its place.

use std::sync::Arc;

use super::names::NameKind;
use crate::value::{Map, Value};

/// A place in one of the files of a load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: u32,
    /// The line, from 1.
    pub(super) line: u32,
    /// The column, from 1, in characters.
    pub(super) column: u32,
}

/// A value with its place.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) content: Content,
    pub(super) place: Place,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    Value(Value),
    List(Box<[Node]>),
    Map(Box<[Member]>),
}

/// One name of a map with its value.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) name: Arc<str>,
    pub(super) kind: NameKind,
    /// Where the name stands.
    pub(super) place: Place,
    pub(super) node: Node,
}

impl Node {
    pub(super) fn value(value: Value, place: Place) -> Self {
        Self { content: Content::Value(value), place }
    }

    /// The nested value, references as they are written.
    pub(super) fn to_value(&self) -> Value {
        match &self.content {
            Content::Value(value) => value.clone(),
            Content::List(items) => Value::List(items.iter().map(Self::to_value).collect()),
            Content::Map(members) => members_value(members),
        }
    }

    pub(super) fn into_value(self) -> Value {
        match self.content {
            Content::Value(value) => value,
            Content::List(items) => Value::List(items.into_vec().into_iter().map(Self::into_value).collect()),
            Content::Map(members) => {
                let members = members.into_vec().into_iter();
                map_of(members.map(|member| (member.name, member.node.into_value())).collect())
            }
        }
    }

    pub(super) fn is_map(&self) -> bool {
        matches!(self.content, Content::Map(_))
    }

    /// How many values there are in this one, itself counted.
    pub(super) fn size(&self) -> usize {
        1 + match &self.content {
            Content::Value(_) => 0,
            Content::List(items) => items.iter().map(Self::size).sum(),
            Content::Map(members) => members.iter().map(|member| member.node.size()).sum::<usize>(),
        }
    }
}

pub(super) fn members_value(members: &[Member]) -> Value {
    map_of(members.iter().map(|member| (member.name.clone(), member.node.to_value())).collect())
}

/// A map of names of which no two are equal.
pub(super) fn map_of(pairs: Vec<(Arc<str>, Value)>) -> Value {
    Value::Map(Arc::new(Map::unique(pairs)))
}

pub(super) fn join(path: &mut String, name: &str) {
    // The value of a map's own key has the map's key.
    if name.is_empty() {
        return;
    }
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}
