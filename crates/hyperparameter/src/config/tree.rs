//! A document as it was read, each value and each name with its place; and how its names become keys (rule K5).

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use crate::error::{Error, quoted};
use crate::key::validate;
use crate::scope::{FilePlace, Source};
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

fn starts_as_operator(name: &str) -> bool {
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

/// Why a load fails, and where.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) place: Option<Place>,
    pub(super) key: Option<String>,
    pub(super) message: String,
    /// Another place that has to do with it, and the words that lead to it.
    pub(super) also: Option<(&'static str, Place)>,
}

pub(super) type Found<T> = Result<T, Box<Fault>>;

pub(super) fn fault<T>(place: Place, message: impl Into<String>) -> Found<T> {
    Err(Box::new(Fault { place: Some(place), key: None, message: message.into(), also: None }))
}

pub(super) fn duplicate<T>(name: &str, second: Place, first: Place) -> Found<T> {
    Err(Box::new(Fault {
        place: Some(second),
        key: Some(name.to_owned()),
        message: format!("duplicate key {}; keep one of them", quoted(name)),
        also: Some(("the first stands at", first)),
    }))
}

/// A text that is being read: where its lines begin is found on the way.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    file: u32,
    at: usize,
    line: u32,
    column: u32,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str, file: u32) -> Self {
        Self { text, file, at: 0, line: 1, column: 1 }
    }

    /// The place of a byte. Places asked for in order cost one pass over the text in all.
    pub(super) fn place(&mut self, at: usize) -> Place {
        if at < self.at {
            *self = Self::new(self.text, self.file);
        }
        let between = self.text.as_bytes().get(self.at..at).unwrap_or_default();
        let lines = between.iter().filter(|&&b| b == b'\n').count();
        let last = if lines == 0 { 0 } else { between.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1) };
        if lines > 0 {
            self.line += lines as u32;
            self.column = 1;
        }
        let tail = between.get(last..).unwrap_or_default();
        self.column += tail.iter().filter(|&&b| b & 0xc0 != 0x80).count() as u32;
        self.at = at;
        Place { file: self.file, line: self.line, column: self.column }
    }
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

/// The root of a document, its dotted names made nested ones (rule K5).
///
/// The root's names must be keys. A map further in whose names are not all keys is one value and stays as written.
pub(super) fn settle(members: Box<[Member]>, names: &mut Names) -> Found<Box<[Member]>> {
    for member in &members {
        let name = &*member.name;
        if member.kind == NameKind::Odd || member.kind == NameKind::Own || starts_as_operator(name) {
            let error = validate(name).err().map_or_else(|| "no key".to_owned(), |error| error.to_string());
            return Err(Box::new(Fault {
                place: Some(member.place),
                key: Some(name.to_owned()),
                message: error,
                also: None,
            }));
        }
    }
    settle_names(members, names, &mut String::new())
}

fn settle_names(members: Box<[Member]>, names: &mut Names, path: &mut String) -> Found<Box<[Member]>> {
    if members.iter().any(|member| member.kind == NameKind::Odd) {
        return Ok(members);
    }
    let mut members = members;
    for member in &mut members {
        if let Content::Map(inner) = &mut member.node.content {
            let len = path.len();
            join(path, &member.name);
            let mut settled = settle_names(std::mem::take(inner), names, path)?;
            path.truncate(len);
            // A map of nothing but its own key's value is that value.
            match &mut *settled {
                [only] if only.kind == NameKind::Own => {
                    let place = only.node.place;
                    member.node = Node { content: std::mem::replace(&mut only.node.content, null()), place };
                }
                _ => *inner = settled,
            }
        }
    }
    if members.iter().all(|member| member.kind != NameKind::Path) {
        return Ok(members);
    }
    let mut settled = Vec::with_capacity(members.len());
    let mut index = Index::default();
    for member in members.into_vec() {
        put(&mut settled, &mut index, member, names, path)?;
    }
    Ok(settled.into())
}

fn null() -> Content {
    Content::Value(Value::Null)
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

/// Adds a member whose name may be a path; a clash with one that is there is an error.
fn put(into: &mut Vec<Member>, index: &mut Index, member: Member, names: &mut Names, path: &mut String) -> Found<()> {
    let member = match member.name.split_once('.') {
        Some((first, rest)) if member.kind == NameKind::Path => {
            let place = member.place;
            let (rest, kind) = names.get(rest);
            let inner = Member { name: rest, kind, place, node: member.node };
            let node_place = inner.node.place;
            names.member(first, place, Node { content: Content::Map([inner].into()), place: node_place })
        }
        _ => member,
    };
    let len = path.len();
    join(path, &member.name);
    match index.find(into, &member.name) {
        None => {
            let mut member = member;
            if let Content::Map(inner) = &mut member.node.content {
                // What is below a path may be one itself.
                if inner.iter().any(|inner| inner.kind == NameKind::Path) {
                    let mut settled = Vec::new();
                    let mut below = Index::default();
                    for inner in std::mem::take(inner).into_vec() {
                        put(&mut settled, &mut below, inner, names, path)?;
                    }
                    *inner = settled.into();
                }
            }
            into.push(member);
        }
        Some(at) => {
            let Some(first) = into.get_mut(at) else { return Ok(()) };
            match (&mut first.node.content, member.node.content) {
                (Content::Map(below), Content::Map(more)) => {
                    let mut merged = std::mem::take(below).into_vec();
                    let mut inner_index = Index::default();
                    for inner in more.into_vec() {
                        put(&mut merged, &mut inner_index, inner, names, path)?;
                    }
                    *below = merged.into();
                }
                (Content::Map(_), _) | (_, Content::Map(_)) => {
                    let message = format!(
                        "{} is given a value and keys under it; a file cannot hold both (write the value as {}.\"\")",
                        quoted(path),
                        path
                    );
                    return Err(Box::new(Fault {
                        place: Some(member.place),
                        key: Some(path.clone()),
                        message,
                        also: Some(("the first stands at", first.place)),
                    }));
                }
                _ => return duplicate(path, member.place, first.place),
            }
        }
    }
    path.truncate(len);
    Ok(())
}

/// A file of a load: its name as it was given, and its text.
#[derive(Debug)]
pub(super) struct FileText {
    pub(super) name: Arc<String>,
    pub(super) text: String,
    /// What the values came from, where that is no file.
    pub(super) source: Option<Source>,
}

/// The files of one load.
#[derive(Debug, Default)]
pub(super) struct Files(pub(super) Vec<FileText>);

impl Files {
    pub(super) fn add(&mut self, name: String, text: String) {
        self.0.push(FileText { name: Arc::new(name), text, source: None });
    }

    /// A file of which only the places are known.
    pub(super) fn add_name(&mut self, name: Arc<String>) {
        self.0.push(FileText { name, text: String::new(), source: None });
    }

    /// Something else than a file.
    pub(super) fn add_source(&mut self, source: Source) {
        self.0.push(FileText { name: Arc::default(), text: String::new(), source: Some(source) });
    }

    pub(super) fn source(&self, place: Place) -> Source {
        match self.0.get(place.file as usize) {
            Some(FileText { source: Some(source), .. }) => source.clone(),
            Some(file) => Source::File(FilePlace { path: file.name.clone(), line: place.line, column: place.column }),
            None => Source::Unknown,
        }
    }

    /// The error of a fault: where, what, and the line with a caret.
    pub(super) fn error(&self, fault: Fault) -> Error {
        let mut message = fault.message;
        if let Some((words, at)) = fault.also {
            message = format!("{message}; {words} {}", self.source(at));
        }
        let key = fault.key.as_deref();
        let Some(place) = fault.place else { return Error::config(key, message) };
        match self.source(place) {
            Source::File(at) => {
                let text = self.0.get(place.file as usize).map_or("", |file| &file.text);
                let line = text.split('\n').nth(place.line.saturating_sub(1) as usize);
                Error::config_at(key, at, &message, line.filter(|_| !text.is_empty()))
            }
            Source::Unknown => Error::config(key, message),
            source => Error::config(key, format!("{source}: {message}")),
        }
    }
}
