//! Entries of a scope, laid out from a tree (rule K5).

use std::sync::Arc;

use super::Override;
use super::names::NameKind;
use super::tree::{Content, Member, Node, Place, join, map_of};
use crate::error::Result;
use crate::key::{Interning, Key, intern};
use crate::scope::{self, FilePlace, Scope, Source, stamp};
use crate::value::Value;

pub(super) fn scope_of<'a>(
    root: Box<[Member]>,
    origins: &[Origin],
    overrides: impl Iterator<Item = &'a Override>,
) -> Result<Scope> {
    let builder = laid(Scope::builder(), root, origins)?;
    let files = builder.len();
    let builder = with_overrides(builder, overrides)?;
    // In files no key is set twice.
    Ok(if builder.len() == files { builder.build_unique() } else { builder.build() })
}

pub(super) fn laid(builder: scope::Builder, root: Box<[Member]>, origins: &[Origin]) -> Result<scope::Builder> {
    let mut laying = Laying { builder, keys: None, origins, path: String::new(), stamp: 0 };
    laying.files(root)?;
    Ok(laying.builder)
}

pub(super) fn with_overrides<'a>(
    mut builder: scope::Builder,
    overrides: impl Iterator<Item = &'a Override>,
) -> Result<scope::Builder> {
    for given in overrides {
        builder.set(&given.key, given.value.clone(), &given.source)?;
    }
    Ok(builder)
}

/// Makes entries of a tree (rule K5).
struct Laying<'a> {
    builder: scope::Builder,
    keys: Option<Interning>,
    origins: &'a [Origin],
    path: String,
    stamp: u64,
}

impl Laying<'_> {
    fn files(&mut self, root: Box<[Member]>) -> Result<()> {
        let count = root.iter().map(|member| keys(&member.node)).sum();
        self.builder.reserve(count);
        self.keys = Some(Interning::new(count));
        for member in root.into_vec() {
            self.stamp = stamp();
            self.path.clear();
            self.path.push_str(&member.name);
            self.lay(None, member.node)?;
        }
        self.keys = None;
        Ok(())
    }

    /// Adds the entries of one value and gives the value, and how many leaves it has.
    fn lay(&mut self, parent: Option<Key>, node: Node) -> Result<(Value, u32)> {
        let source = source_of(self.origins, node.place);
        let key = match &mut self.keys {
            Some(keys) => keys.child(parent, &self.path)?,
            None => intern(&self.path)?,
        };
        let members = match node.content {
            Content::Map(members) if is_laid_out(&members) => members,
            _ => {
                let value = node.into_value();
                self.builder.leaf(key, value.clone(), source, self.stamp);
                return Ok((value, 1));
            }
        };
        let start = self.builder.len();
        let mut leaves = 0;
        let mut own = None;
        let mut pairs = Vec::with_capacity(members.len());
        for member in members.into_vec() {
            if member.kind == NameKind::Own {
                let place = member.node.place;
                let value = member.node.into_value();
                own = Some((value.clone(), source_of(self.origins, place)));
                pairs.push((member.name, value));
                continue;
            }
            let len = self.path.len();
            join(&mut self.path, &member.name);
            let (value, below) = self.lay(Some(key), member.node)?;
            self.path.truncate(len);
            leaves += below;
            pairs.push((member.name, value));
        }
        let value = map_of(pairs);
        match own {
            // The key has a value of its own, and reads as that.
            Some((own, source)) => {
                self.builder.leaf_before(start, key, own, source, self.stamp);
                leaves += 1;
            }
            None => self.builder.dictionary_before(start, key, value.clone(), leaves, source, self.stamp),
        }
        Ok((value, leaves.max(1)))
    }
}

/// How many keys a value has, its own counted.
fn keys(node: &Node) -> usize {
    match &node.content {
        Content::Map(members) if is_laid_out(members) => {
            1 + members.iter().map(|member| keys(&member.node)).sum::<usize>()
        }
        _ => 1,
    }
}

/// What a place of a tree stands in.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    File(Arc<String>),
    Other(Source),
}

pub(super) fn source_of(origins: &[Origin], place: Place) -> Source {
    match origins.get(place.file as usize) {
        Some(Origin::File(path)) => {
            Source::File(FilePlace { path: path.clone(), line: place.line, column: place.column })
        }
        Some(Origin::Other(source)) => source.clone(),
        None => Source::Unknown,
    }
}

/// Whether a map that is no root has one key for each leaf: where its names are not all keys it is one value.
pub(super) fn is_laid_out(members: &[Member]) -> bool {
    members.iter().all(|member| matches!(member.kind, NameKind::Segment | NameKind::Own))
}
