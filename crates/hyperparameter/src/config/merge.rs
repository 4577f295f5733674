//! Several files as one tree (A.2): maps are merged deep, of all else the later wins, and what lost is kept for `explain`.

use super::names::Index;
use super::tree::{Content, Member, Node, Place, join};
use crate::value::Value;

/// A value that a later file replaced.
#[derive(Debug)]
pub(super) struct Lost {
    pub(super) key: String,
    pub(super) value: Value,
    pub(super) place: Place,
}

/// Lays `over` on top of `base`.
pub(super) fn merge(base: &mut Box<[Member]>, over: Box<[Member]>, path: &mut String, lost: &mut Vec<Lost>) {
    if base.is_empty() {
        *base = over;
        return;
    }
    let mut merged = std::mem::take(base).into_vec();
    let mut index = Index::default();
    for member in over.into_vec() {
        let Some(below) = index.find(&merged, &member.name).and_then(|at| merged.get_mut(at)) else {
            merged.push(member);
            continue;
        };
        let len = path.len();
        join(path, &member.name);
        match (&mut below.node.content, member.node.content) {
            (Content::Map(inner), Content::Map(more)) => merge(inner, more, path, lost),
            (_, content) => {
                note(&below.node, path, lost);
                below.node = Node { content, place: member.node.place };
            }
        }
        path.truncate(len);
        // The name stands where it was written last.
        below.place = member.place;
    }
    *base = merged.into();
}

/// Notes what is replaced: a map under its own key, and each of its leaves.
fn note(node: &Node, path: &mut String, lost: &mut Vec<Lost>) {
    lost.push(Lost { key: path.clone(), value: node.to_value(), place: node.place });
    if let Content::Map(members) = &node.content {
        for member in members.iter().filter(|member| !member.name.is_empty()) {
            let len = path.len();
            join(path, &member.name);
            note(&member.node, path, lost);
            path.truncate(len);
        }
    }
}
