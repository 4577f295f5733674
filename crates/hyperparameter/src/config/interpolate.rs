//! References (A.3): `${a.b}`, `${.x}`, `${l.0}`, `${m.${sel}}`, `${env:NAME,default}`; `\${` for a literal.
//!
//! They are resolved when the layers of a program are combined, so an override of `b` changes what `a: ${b}` reads.

use std::collections::HashMap;

use super::limits::Limits;
use super::tree::{Content, Fault, Files, Found, Member, Names, Node, Place, join};
use super::{Override, Variable};
use crate::error::quoted;
use crate::key::validate;
use crate::scope::Source;
use crate::suggest;
use crate::value::{Ask, Map, Text, Value, convert};

/// How deep references and what they name may go together: each level is a level of this program's own stack.
const DEEPEST: usize = 300;

/// Whether a string has a reference or an escaped one in it.
pub(super) fn concerns(text: &str) -> bool {
    text.contains("${")
}

/// A string's characters as they must be written so that no reference is read in them.
pub(super) fn escaped(text: &str) -> String {
    text.replace("${", "\\${")
}

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

/// A part of a string.
#[derive(Debug, PartialEq)]
enum Part {
    Text(String),
    /// How many dots stand before the path, and the path.
    Key(usize, Vec<Part>),
    Env(Vec<Part>, Option<Vec<Part>>),
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

fn parse(text: &str) -> Result<Vec<Part>, String> {
    Reader { text, at: 0, depth: 0 }.parts(&[])
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// What stands before the first of `stops`, or before the end.
    fn parts(&mut self, stops: &[char]) -> Result<Vec<Part>, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        loop {
            let rest = self.rest();
            if rest.starts_with("\\${") {
                plain.push_str("${");
                self.at += 3;
            } else if rest.starts_with("${") {
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(self.reference()?);
            } else {
                match rest.chars().next() {
                    Some(c) if !stops.contains(&c) => {
                        plain.push(c);
                        self.at += c.len_utf8();
                    }
                    None if !stops.is_empty() => return Err("the reference is not closed; close it with '}'".into()),
                    _ => break,
                }
            }
        }
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(parts)
    }

    fn reference(&mut self) -> Result<Part, String> {
        self.depth += 1;
        if self.depth > 20 {
            return Err("references are nested more than 20 deep".into());
        }
        self.at += 2;
        let part = if self.rest().starts_with("env:") {
            self.at += 4;
            let name = self.parts(&[',', '}'])?;
            if name.is_empty() {
                return Err("the name of an environment variable is missing after 'env:'".into());
            }
            let default = if self.rest().starts_with(',') {
                self.at += 1;
                Some(self.parts(&['}'])?)
            } else {
                None
            };
            Part::Env(name, default)
        } else {
            let dots = self.rest().bytes().take_while(|&b| b == b'.').count();
            self.at += dots;
            let path = self.parts(&['}'])?;
            if path.is_empty() {
                return Err("a reference names a key, as in ${model.lr}".into());
            }
            Part::Key(dots, path)
        };
        self.at += 1;
        self.depth -= 1;
        Ok(part)
    }
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
                Content::List(_) => placed(&member.node, &self.node(&member.node, path)?, names),
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

    /// What a key reads.
    fn read(&mut self, path: &str) -> Found<Option<Value>> {
        let overrides = self.overrides;
        for (at, given) in overrides.iter().enumerate().rev() {
            if given.key == path {
                let value = self.override_value(at)?;
                return self.overlaid(path, value, at + 1).map(Some);
            }
            // A list, or text that spells one, is read into by a longer key (rule K6).
            if let Some(rest) = below(path, &given.key) {
                let whole = self.override_value(at)?;
                if matches!(whole.shape(), crate::value::Shape::List | crate::value::Shape::Map) {
                    return Ok(element(&whole, rest));
                }
            }
        }
        if let Some(&node) = self.nodes.get(path) {
            let value = self.node(node, path)?;
            return self.overlaid(path, value, 0).map(Some);
        }
        // Into a list, or into what a reference names.
        let mut prefix = path;
        while let Some((shorter, _)) = prefix.rsplit_once('.') {
            prefix = shorter;
            let Some(&node) = self.nodes.get(prefix) else { continue };
            let rest = below(path, prefix).unwrap_or_default();
            return match &node.content {
                Content::Map(_) => self.gathered(path),
                Content::List(items) => self.element_of(items, prefix, rest),
                Content::Value(_) => Ok(element(&self.node(node, prefix)?, rest)),
            };
        }
        self.gathered(path)
    }

    /// The items of a list are read one by one: another of them may be the one that asks.
    fn element_of(&mut self, items: &[Node], path: &str, rest: &str) -> Found<Option<Value>> {
        let (first, more) = rest.split_once('.').map_or((rest, ""), |(first, more)| (first, more));
        let Some(item) = crate::value::index(first).and_then(|at| items.get(at)) else { return Ok(None) };
        let path = format!("{path}.{first}");
        if more.is_empty() {
            return self.node(item, &path).map(Some);
        }
        match &item.content {
            Content::List(items) => self.element_of(items, &path, more),
            Content::Map(members) => {
                let (name, rest) = more.split_once('.').map_or((more, ""), |(first, rest)| (first, rest));
                let Some(member) = members.iter().find(|member| &*member.name == name) else { return Ok(None) };
                let path = format!("{path}.{name}");
                match &member.node.content {
                    Content::List(items) if !rest.is_empty() => self.element_of(items, &path, rest),
                    _ => {
                        let value = self.node(&member.node, &path)?;
                        Ok(if rest.is_empty() { Some(value) } else { element(&value, rest) })
                    }
                }
            }
            Content::Value(_) => Ok(element(&self.node(item, &path)?, more)),
        }
    }

    /// A map of what overrides set below a key that has no value of its own (rule K5).
    fn gathered(&mut self, path: &str) -> Found<Option<Value>> {
        if !self.overrides.iter().any(|given| below(&given.key, path).is_some()) {
            return Ok(None);
        }
        self.overlaid(path, Value::Map(Map::new().into()), 0).map(Some)
    }

    /// `value` with what the overrides from `first` on set below it.
    fn overlaid(&mut self, path: &str, value: Value, first: usize) -> Found<Value> {
        let mut value = value;
        for at in first..self.overrides.len() {
            let Some(rest) = self.overrides.get(at).and_then(|given| below(&given.key, path)) else { continue };
            let rest: Vec<&str> = rest.split('.').collect();
            let part = self.override_value(at)?;
            value = match value.with_element(&rest, &part) {
                Ok(value) => value,
                Err(why) => return self.fault(format!("{} is set below {}, but {why}", rest.join("."), quoted(path))),
            };
        }
        Ok(value)
    }

    /// What a string with references reads.
    fn string(&mut self, text: &str, path: &str) -> Found<Value> {
        let parts = match parse(text) {
            Ok(parts) => parts,
            Err(why) => return self.fault_by_chain(format!("{} is no reference: {why}", quoted(text))),
        };
        match parts.as_slice() {
            [] => Ok(Value::str("")),
            [Part::Text(text)] => Ok(Value::str(text.as_str())),
            [Part::Key(0, key)] if matches!(key.as_slice(), [Part::Text(word)] if word == "null") => Ok(Value::Null),
            [part] => {
                let value = self.part(part, path)?;
                self.count(&value)?;
                Ok(value)
            }
            parts => self.joined(parts, path).map(Value::str),
        }
    }

    fn joined(&mut self, parts: &[Part], path: &str) -> Found<String> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                part => {
                    let value = self.part(part, path)?;
                    let spelled = match &value {
                        Value::Null | Value::List(_) | Value::Map(_) => None,
                        Value::Text(text) => Some(text.to_arc()),
                        value => match convert(value, Ask::Str) {
                            Ok(Value::Str(text)) => Some(text),
                            _ => None,
                        },
                    };
                    let Some(spelled) = spelled else {
                        return self.fault_by_chain(format!(
                            "a {} cannot stand inside a text; let the reference stand alone",
                            value.kind_name()
                        ));
                    };
                    self.text += spelled.len();
                    if self.text > self.limits.text {
                        return self.fault(format!("references make more than {} bytes of text", self.limits.text));
                    }
                    text.push_str(&spelled);
                }
            }
        }
        Ok(text)
    }

    fn part(&mut self, part: &Part, path: &str) -> Found<Value> {
        match part {
            Part::Text(text) => Ok(Value::str(text.as_str())),
            Part::Env(name, default) => {
                let name = self.joined(name, path)?;
                match (self.environment.iter().find(|variable| variable.name == name), default) {
                    (Some(Variable { text: Some(text), .. }), _) => Ok(Value::text(text.as_str())),
                    (Some(_), _) => {
                        self.fault_by_chain(format!("the environment variable {} is no valid Unicode", quoted(&name)))
                    }
                    (None, Some(default)) => self.joined(default, path).map(Value::text),
                    (None, None) => self.fault_by_chain(format!(
                        "the environment variable {} is not set; set it, or write a default: ${{env:{name},…}}",
                        quoted(&name)
                    )),
                }
            }
            Part::Key(dots, key) => {
                let key = self.joined(key, path)?;
                let target = if *dots == 0 {
                    key.clone()
                } else {
                    match relative(path, *dots, &key) {
                        Some(target) => target,
                        None => {
                            let message =
                                format!("{} goes above the root", quoted(&format!("{}{key}", ".".repeat(*dots))));
                            return self.fault_by_chain(message);
                        }
                    }
                };
                if let Err(error) = validate(&target) {
                    return self.fault_by_chain(format!("{} is no reference: {error}", quoted(&format!("${{{key}}}"))));
                }
                match self.read(&target)? {
                    Some(value) => Ok(value),
                    None => self.missing(&target),
                }
            }
        }
    }

    fn missing<T>(&self, target: &str) -> Found<T> {
        let names = self.nodes.keys().map(String::as_str).chain(self.overrides.iter().map(|given| given.key.as_str()));
        let near = suggest::nearest(target, names, 3);
        let mut message = format!("{} names no value", quoted(target));
        if !near.is_empty() {
            let near: Vec<_> = near.into_iter().map(quoted).collect();
            message = format!("{message}; did you mean {}?", near.join(" or "));
        } else if let Some((resolver, _)) = target.split_once(':') {
            message = format!("{message}; of resolvers there is only 'env:', not {}", quoted(&format!("{resolver}:")));
        }
        self.fault_by_chain(message)
    }

    /// Counts what a reference makes, and how deep it is.
    fn count(&mut self, value: &Value) -> Found<()> {
        let mut left = self.limits.references.saturating_sub(self.made);
        let all = left;
        match measure(value, self.limits.depth, &mut left) {
            Ok(()) => {
                self.made += all - left;
                Ok(())
            }
            Err(true) => self.fault(format!("what the reference names is nested more than {} deep", self.limits.depth)),
            Err(false) => self.fault(format!("references make more than {} values", self.limits.references)),
        }
    }
}

/// Whether a text is one reference and nothing else.
fn is_alone(value: &Value) -> bool {
    let Value::Text(text) = value else { return false };
    matches!(parse(text.as_str()).as_deref(), Ok([Part::Key(..) | Part::Env(..)]))
}

fn measure(value: &Value, depth: usize, left: &mut usize) -> Result<(), bool> {
    *left = left.checked_sub(1).ok_or(false)?;
    match value {
        Value::List(items) => {
            let depth = depth.checked_sub(1).ok_or(true)?;
            items.iter().try_for_each(|item| measure(item, depth, left))
        }
        Value::Map(map) => {
            let depth = depth.checked_sub(1).ok_or(true)?;
            map.iter().try_for_each(|(_, item)| measure(item, depth, left))
        }
        _ => Ok(()),
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

/// What of `path` stands below `above`.
fn below<'p>(path: &'p str, above: &str) -> Option<&'p str> {
    path.strip_prefix(above)?.strip_prefix('.')
}

fn element(value: &Value, rest: &str) -> Option<Value> {
    rest.split('.').try_fold(value.clone(), |value, segment| value.element(segment))
}

/// `dots` levels up from the value at `path`, then `key`: one dot is what stands beside it.
fn relative(path: &str, dots: usize, key: &str) -> Option<String> {
    let mut base = path;
    for level in 0..dots {
        base = match base.rsplit_once('.') {
            Some((shorter, _)) => shorter,
            None if base.is_empty() => return None,
            None if level + 1 == dots => "",
            None => return None,
        };
    }
    Some(if base.is_empty() { key.to_owned() } else { format!("{base}.{key}") })
}

/// What a node reads, each element of a list at its own place.
fn placed(node: &Node, value: &Value, names: &mut Names) -> Node {
    match (&node.content, value) {
        (Content::List(items), Value::List(values)) if items.len() == values.len() => {
            let items = items.iter().zip(values.iter()).map(|(item, value)| placed(item, value, names));
            Node { content: Content::List(items.collect()), place: node.place }
        }
        (Content::Map(members), Value::Map(map)) if members.len() == map.len() => {
            let members = members.iter().zip(map.iter()).map(|(member, (name, value))| {
                let node = placed(&member.node, value, names);
                names.member(name, member.place, node)
            });
            Node { content: Content::Map(members.collect()), place: node.place }
        }
        _ => from_value(value, node.place, names),
    }
}

/// A value as a part of the tree: maps are laid out like those that are written.
pub(super) fn from_value(value: &Value, place: Place, names: &mut Names) -> Node {
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
