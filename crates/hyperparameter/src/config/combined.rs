//! Files, environment and command line as one tree, and trees that a program has in memory.

use std::collections::HashMap;
use std::sync::Arc;

use super::fault::{Files, Found, fault};
use super::laying::{Origin, source_of};
use super::loading::root;
use super::merge::merge;
use super::names::{NameKind, Names};
use super::settle::settle;
use super::tree::{Content, Member, Node, Place, join};
use super::{Override, interpolate};
use crate::error::{Error, Result};
use crate::scope::{FilePlace, Source};
use crate::value::{Shape, Value, index, out_of_range};

/// A nested value, each part of it with its source.
#[derive(Clone, Debug)]
pub struct Tree {
    /// What it is.
    pub content: Branch,
    /// Where it stands: one for all that stands at one place.
    pub source: Arc<Source>,
}

/// What a [`Tree`] is.
#[derive(Clone, Debug)]
pub enum Branch {
    /// A value that is no list or map, or one that is not looked into.
    Value(Value),
    /// A list.
    List(Vec<Tree>),
    /// A map.
    Map(Vec<(Arc<str>, Tree)>),
}

/// The places of the trees of one load, as those of files.
#[derive(Default)]
struct Places {
    files: HashMap<Arc<String>, u32>,
    others: HashMap<*const Source, u32>,
}

impl Places {
    fn of(&mut self, source: &Arc<Source>, files: &mut Files) -> Place {
        let next = files.0.len() as u32;
        if let Source::File(FilePlace { path, line, column }) = &**source {
            let file = *self.files.entry(path.clone()).or_insert(next);
            if file == next {
                files.add_name(path.clone());
            }
            return Place { file, line: *line, column: *column };
        }
        let file = *self.others.entry(Arc::as_ptr(source)).or_insert(next);
        if file == next {
            files.add_source((**source).clone());
        }
        Place { file, line: 0, column: 0 }
    }
}

/// The members of a tree that a program gives, its names made keys as those of a file are.
pub(super) fn read(tree: &Tree, depth: usize, files: &mut Files, names: &mut Names) -> Found<Box<[Member]>> {
    let node = node(tree, depth, &mut Places::default(), files, names)?;
    settle(root(node)?, names)
}

fn node(tree: &Tree, depth: usize, places: &mut Places, files: &mut Files, names: &mut Names) -> Found<Node> {
    let place = places.of(&tree.source, files);
    let deeper = || match depth.checked_sub(1) {
        Some(depth) => Ok(depth),
        None => fault(place, "lists and maps are nested too deep"),
    };
    let content = match &tree.content {
        // Strings of a program are no references.
        Branch::Value(Value::Str(text)) if interpolate::concerns(text) => {
            Content::Value(Value::str(interpolate::escaped(text)))
        }
        Branch::Value(value) => Content::Value(value.clone()),
        Branch::List(items) => {
            let depth = deeper()?;
            Content::List(items.iter().map(|item| node(item, depth, places, files, names)).collect::<Found<_>>()?)
        }
        Branch::Map(members) => {
            let depth = deeper()?;
            let mut made = Vec::with_capacity(members.len());
            for (name, tree) in members {
                let node = node(tree, depth, places, files, names)?;
                made.push(names.member(name, node.place, node));
            }
            Content::Map(made.into())
        }
    };
    Ok(Node { content, place })
}

/// What a tree reads with the overrides laid over it, and where all of it stands.
///
/// As with files, what is set later replaces what is there, and maps are merged.
pub(super) fn overlaid(root: &[Member], origins: &mut Vec<Origin>, overrides: &[Override]) -> Result<Box<[Member]>> {
    let mut root: Box<[Member]> = root.into();
    for given in overrides {
        let place = Place { file: origins.len() as u32, line: 0, column: 0 };
        origins.push(Origin::Other(given.source.clone()));
        let segments: Vec<&str> = given.key.split('.').collect();
        put(&mut root, &segments, of_value(&given.value, place))
            .map_err(|why| Error::invalid_key(&given.key, None, why, &given.source.to_string()))?;
    }
    Ok(root)
}

/// A value as a node; maps are laid out as those that are written.
fn of_value(value: &Value, place: Place) -> Node {
    interpolate::from_value(value, place, &mut Names::default())
}

fn nested(segments: &[&str], new: Node) -> Node {
    segments.iter().rev().fold(new, |inner, &name| {
        let place = inner.place;
        Node { content: Content::Map([member(name, inner)].into()), place }
    })
}

fn member(name: &str, node: Node) -> Member {
    Member { name: name.into(), kind: NameKind::Segment, place: node.place, node }
}

fn put(members: &mut Box<[Member]>, segments: &[&str], new: Node) -> Result<(), String> {
    let Some((&first, rest)) = segments.split_first() else { return Ok(()) };
    if let Some(member) = members.iter_mut().find(|member| &*member.name == first) {
        return put_node(&mut member.node, rest, new);
    }
    let mut more = std::mem::take(members).into_vec();
    more.push(member(first, nested(rest, new)));
    *members = more.into();
    Ok(())
}

fn put_node(node: &mut Node, segments: &[&str], new: Node) -> Result<(), String> {
    let Some((&first, rest)) = segments.split_first() else {
        match (&mut node.content, new.content) {
            (Content::Map(below), Content::Map(over)) => merge(below, over, &mut String::new(), &mut Vec::new()),
            (_, content) => *node = Node { content, place: new.place },
        }
        return Ok(());
    };
    match &mut node.content {
        Content::Map(members) => put(members, segments, new),
        Content::List(items) => {
            let len = items.len();
            match index(first).and_then(|at| items.get_mut(at)) {
                Some(item) => put_node(item, rest, new),
                None => Err(out_of_range(first, len)),
            }
        }
        // A list or map in text, or an object of the program.
        Content::Value(value) if matches!(value.shape(), Shape::List | Shape::Map) => {
            *node = of_value(&value.with_element(segments, &new.to_value())?, new.place);
            Ok(())
        }
        Content::Value(_) => {
            *node = nested(segments, new);
            Ok(())
        }
    }
}

/// A node with the sources of all its parts.
pub(super) fn tree(members: &[Member], origins: &[Origin]) -> Branch {
    Branch::Map(members.iter().map(|member| (member.name.clone(), of_node(&member.node, origins))).collect())
}

fn of_node(node: &Node, origins: &[Origin]) -> Tree {
    let content = match &node.content {
        Content::Value(value) => Branch::Value(value.clone()),
        Content::List(items) => Branch::List(items.iter().map(|item| of_node(item, origins)).collect()),
        Content::Map(members) => tree(members, origins),
    };
    Tree { content, source: Arc::new(source_of(origins, node.place)) }
}

/// The node at a path of names and indices.
pub(super) fn at<'t>(members: &'t [Member], path: &[&str]) -> Option<&'t Node> {
    let (first, rest) = path.split_first()?;
    let member = members.iter().find(|member| &*member.name == *first)?;
    rest.iter().try_fold(&member.node, |node, name| match &node.content {
        Content::Map(members) => Some(&members.iter().find(|member| &*member.name == *name)?.node),
        Content::List(items) => items.get(index(name)?),
        Content::Value(_) => None,
    })
}

/// Where the name of the node at a path stands, if that is a name of the document in which its value stands.
pub(super) fn name_at(members: &[Member], path: &[&str]) -> Option<Place> {
    let (name, outer) = path.split_last()?;
    let members = match outer {
        [] => members,
        _ => match &at(members, outer)?.content {
            Content::Map(members) => members,
            _ => return None,
        },
    };
    let member = members.iter().find(|member| &*member.name == *name)?;
    (member.place.line > 0 && member.place.file == member.node.place.file).then_some(member.place)
}

/// The overrides that stand below a key, their keys shortened.
pub(super) fn below(overrides: &[Override], key: &str) -> Vec<Override> {
    let mut prefix = String::new();
    join(&mut prefix, key);
    let inner = |given: &Override| Some(given.key.strip_prefix(&prefix)?.strip_prefix('.')?.to_owned());
    overrides.iter().filter_map(|given| Some(Override { key: inner(given)?, ..given.clone() })).collect()
}
