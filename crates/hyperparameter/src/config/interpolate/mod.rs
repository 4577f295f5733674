//! References (A.3): `${a.b}`, `${.x}`, `${l.0}`, `${m.${sel}}`, `${env:NAME,default}`; `\${` for a literal.
//!
//! They are resolved when the layers of a program are combined, so an override of `b` changes what `a: ${b}` reads.

mod read;
mod syntax;
mod text;

use std::collections::HashMap;

use super::fault::{Fault, Files, Found};
use super::limits::{DEEPEST, Limits};
use super::names::Names;
use super::tree::{Content, Member, Node, Place, join};
use super::{Override, Variable};
use crate::scope::Source;
use crate::value::{Text, Value};
pub(super) use syntax::concerns;
use syntax::is_alone;

pub(super) fn any(members: &[Member]) -> bool {
    fn of(node: &Node) -> bool {
        match &node.content {
            Content::Value(Value::Str(text)) => concerns(text),
            Content::Value(_) => false,
            Content::List(items) => items.iter().any(of),
            Content::Map(members) => any(members),
        }
    }
    members.iter().any(|member| of(&member.node))
}

/// Who asks for a value.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Origin {
    File(Place),
    Override(usize),
}

/// What is resolved now, outermost first.
struct Link {
    path: String,
    origin: Origin,
}

pub(super) struct Resolver<'a> {
    files: &'a Files,
    limits: &'a Limits,
    overrides: &'a [Override],
    environment: &'a [Variable],
    /// Every value of the files that a path of names leads to.
    nodes: HashMap<String, &'a Node>,
    /// What is known already, of strings with references.
    known: HashMap<String, Value>,
    known_overrides: HashMap<usize, Value>,
    chain: Vec<Link>,
    depth: usize,
    made: usize,
    text: usize,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(
        root: &'a [Member],
        files: &'a Files,
        overrides: &'a [Override],
        environment: &'a [Variable],
        limits: &'a Limits,
    ) -> Self {
        let mut nodes = HashMap::new();
        collect(root, &mut String::new(), &mut nodes);
        Self {
            files,
            limits,
            overrides,
            environment,
            nodes,
            known: HashMap::new(),
            known_overrides: HashMap::new(),
            chain: Vec::new(),
            depth: 0,
            made: 0,
            text: 0,
        }
    }

    /// The tree with every reference replaced by what it reads, lists as values.
    pub(super) fn tree(&mut self, members: &[Member], path: &mut String, names: &mut Names) -> Found<Box<[Member]>> {
        let mut made = Vec::with_capacity(members.len());
        for member in members {
            let len = path.len();
            join(path, &member.name);
            let place = member.node.place;
            let node = match &member.node.content {
                Content::Map(inner) => Node { content: Content::Map(self.tree(inner, path, names)?), place },
                // What is overridden is no longer asked: a reference that leads nowhere may be mended that way.
                _ if self.exact(path).is_some() => member.node.clone(),
                Content::Value(Value::Str(text)) if concerns(text) => {
                    from_value(&self.node(&member.node, path)?, place, names)
                }
                Content::Value(_) => member.node.clone(),
                Content::List(_) => Node::value(self.node(&member.node, path)?, place),
            };
            path.truncate(len);
            made.push(Member { name: member.name.clone(), kind: member.kind, place: member.place, node });
        }
        Ok(made.into())
    }

    /// What an override reads.
    pub(super) fn override_value(&mut self, at: usize) -> Found<Value> {
        let Some(given) = self.overrides.get(at) else { return Ok(Value::Null) };
        let Value::Text(text) = &given.value else { return Ok(given.value.clone()) };
        if !given.interpolates || !concerns(text.as_str()) {
            return Ok(given.value.clone());
        }
        if let Some(known) = self.known_overrides.get(&at) {
            return Ok(known.clone());
        }
        let value = self.linked(&given.key, Origin::Override(at), |it| {
            let value = it.string(text.as_str(), &given.key)?;
            // What an override spells is text, unless it is another value as it stands.
            Ok(match value {
                Value::Str(text) if !is_alone(&given.value) => Value::Text(Text::new(text)),
                value => value,
            })
        })?;
        self.known_overrides.insert(at, value.clone());
        Ok(value)
    }

    fn linked(&mut self, path: &str, origin: Origin, read: impl FnOnce(&mut Self) -> Found<Value>) -> Found<Value> {
        let again = self.chain.iter().position(|link| link.path == path && link.origin == origin);
        self.chain.push(Link { path: path.to_owned(), origin });
        if again.is_some() {
            return self.fault(format!("the references go round in a circle: {}", self.chain_text(again)));
        }
        if self.chain.len() > self.limits.chain || self.depth >= DEEPEST {
            return self.fault(format!("a chain of more than {} references", self.limits.chain));
        }
        self.depth += 1;
        let value = read(self)?;
        self.depth -= 1;
        self.chain.pop();
        Ok(value)
    }

    /// The chain in words: each key with its place.
    fn chain_text(&self, from: Option<usize>) -> String {
        const SHOWN: usize = 12;
        let links = self.chain.get(from.unwrap_or(0)..).unwrap_or_default();
        let shown: Vec<String> =
            links.iter().take(SHOWN).map(|link| format!("{} ({})", link.path, self.source(link.origin))).collect();
        let more = if links.len() > SHOWN { " → …" } else { "" };
        format!("{}{more}", shown.join(" → "))
    }

    fn source(&self, origin: Origin) -> Source {
        match origin {
            Origin::File(place) => self.files.source(place),
            Origin::Override(at) => self.overrides.get(at).map_or(Source::Unknown, |given| given.source.clone()),
        }
    }

    /// A fault of the reference that is being resolved.
    fn fault<T>(&self, message: String) -> Found<T> {
        let Some(link) = self.chain.last() else {
            return Err(Box::new(Fault { place: None, key: None, message, also: None }));
        };
        let (place, message) = match link.origin {
            Origin::File(place) => (Some(place), message),
            Origin::Override(_) => (None, format!("{}: {message}", self.source(link.origin))),
        };
        Err(Box::new(Fault { place, key: Some(link.path.clone()), message, also: None }))
    }

    /// A fault of a reference that was reached by way of others: the way is told too.
    fn fault_by_chain<T>(&self, mut message: String) -> Found<T> {
        if self.chain.len() > 1 {
            message = format!("{message}; it is read by {}", self.chain_text(None));
        }
        self.fault(message)
    }

    /// The value of a node of the files, references in it read.
    fn node(&mut self, node: &Node, path: &str) -> Found<Value> {
        match &node.content {
            Content::Value(Value::Str(text)) if concerns(text) => {
                if let Some(known) = self.known.get(path) {
                    return Ok(known.clone());
                }
                let value = self.linked(path, Origin::File(node.place), |it| it.string(text, path))?;
                self.known.insert(path.to_owned(), value.clone());
                Ok(value)
            }
            Content::Value(value) => Ok(value.clone()),
            Content::List(items) => {
                self.deeper()?;
                let mut made = Vec::with_capacity(items.len());
                for (at, item) in items.iter().enumerate() {
                    made.push(self.child(item, &format!("{path}.{at}"))?);
                }
                self.depth -= 1;
                Ok(Value::List(made.into()))
            }
            Content::Map(members) => {
                self.deeper()?;
                let mut made = Vec::with_capacity(members.len());
                for member in members {
                    let mut below = path.to_owned();
                    join(&mut below, &member.name);
                    made.push((member.name.clone(), self.child(&member.node, &below)?));
                }
                self.depth -= 1;
                Ok(Value::map(made))
            }
        }
    }

    fn deeper(&mut self) -> Found<()> {
        if self.depth >= DEEPEST {
            return self.fault(format!("references and what they name go deeper than {DEEPEST}"));
        }
        self.depth += 1;
        Ok(())
    }

    /// A part of a value that is read as a whole. What is overridden is put in by whoever reads the whole.
    fn child(&mut self, node: &Node, path: &str) -> Found<Value> {
        match &node.content {
            Content::Value(Value::Str(text)) if concerns(text) && self.exact(path).is_some() => Ok(Value::Null),
            _ => self.node(node, path),
        }
    }

    /// The override of exactly this key that is in force.
    fn exact(&self, path: &str) -> Option<usize> {
        self.overrides.iter().rposition(|given| given.key == path)
    }
}

fn collect<'a>(members: &'a [Member], path: &mut String, nodes: &mut HashMap<String, &'a Node>) {
    for member in members {
        let len = path.len();
        join(path, &member.name);
        if let Content::Map(inner) = &member.node.content {
            // The value of a map's own key is what the map's key reads.
            if !inner.iter().any(|inner| inner.name.is_empty()) {
                nodes.insert(path.clone(), &member.node);
            }
            collect(inner, path, nodes);
        } else {
            nodes.insert(path.clone(), &member.node);
        }
        path.truncate(len);
    }
}

/// A value as a part of the tree: maps are laid out like those that are written.
fn from_value(value: &Value, place: Place, names: &mut Names) -> Node {
    match value {
        Value::Map(map) => {
            let members = map.iter().map(|(name, value)| (name.to_owned(), from_value(value, place, names)));
            let members: Vec<_> = members.collect();
            let members = members.into_iter().map(|(name, node)| names.member(&name, place, node)).collect();
            Node { content: Content::Map(members), place }
        }
        value => Node::value(value.clone(), place),
    }
}
