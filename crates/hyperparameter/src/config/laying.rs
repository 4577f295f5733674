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
    paths: &[Arc<String>],
    overrides: impl Iterator<Item = &'a Override>,
) -> Result<Scope> {
    let mut laying = Laying { builder: Scope::builder(), keys: None, paths, path: String::new(), stamp: 0 };
    laying.files(root)?;
    let mut builder = laying.builder;
    let files = builder.len();
    for given in overrides {
        builder.set(&given.key, given.value.clone(), &given.source)?;
    }
    // In files no key is set twice.
    Ok(if builder.len() == files { builder.build_unique() } else { builder.build() })
}

/// Makes entries of a tree (rule K5).
struct Laying<'a> {
    builder: scope::Builder,
    keys: Option<Interning>,
    paths: &'a [Arc<String>],
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
        let source = source_of(self.paths, node.place);
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
                own = Some((value.clone(), source_of(self.paths, place)));
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

pub(super) fn source_of(paths: &[Arc<String>], place: Place) -> Source {
    match paths.get(place.file as usize) {
        Some(path) => Source::File(FilePlace { path: path.clone(), line: place.line, column: place.column }),
        None => Source::Unknown,
    }
}

/// Whether a map that is no root has one key for each leaf: where its names are not all keys it is one value.
pub(super) fn is_laid_out(members: &[Member]) -> bool {
    members.iter().all(|member| matches!(member.kind, NameKind::Segment | NameKind::Own))
}
