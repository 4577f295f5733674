//! YAML 1.2, core schema, with two deviations: an integer with a leading zero is a string (`01`), and `1_000` is a number.
//!
//! `saphyr_parser` reads the grammar; its events are taken one by one, so that depth, aliases and names that are given
//! twice are seen before anything large is built.

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};

use super::fault::{Fault, Found, duplicate, fault};
use super::json::unspelled;
use super::limits::Limits;
use super::names::{Index, Names};
use super::tree::{Content, Member, Node, Place};
use crate::error::quoted;
use crate::value::{Value, file_number};

pub(super) fn read(text: &str, file: u32, limits: &Limits, names: &mut Names) -> Found<Node> {
    // An anchored value is kept only where an alias asks for it, which takes a look ahead.
    let wanted = if text.contains('&') && text.contains('*') { wanted(text) } else { HashSet::new() };
    let mut builder = Builder {
        file,
        limits,
        names,
        wanted,
        anchors: HashMap::new(),
        made: 0,
        open: Vec::new(),
        root: None,
        documents: 0,
    };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| refused(&error, file, limits))?;
        builder.event(event, span)?;
    }
    let empty = || Node::value(Value::Null, Place { file, line: 1, column: 1 });
    Ok(builder.root.unwrap_or_else(empty))
}

fn refused(error: &ScanError, file: u32, limits: &Limits) -> Box<Fault> {
    let message = match error.info() {
        // It looks ahead, and has a limit of its own beyond ours.
        "recursion limit exceeded" => format!("lists and maps are nested more than {} deep", limits.depth),
        info => info.to_owned(),
    };
    Box::new(Fault { place: Some(place(*error.marker(), file)), key: None, message, also: None })
}

/// The anchors that some alias names.
fn wanted(text: &str) -> HashSet<usize> {
    let mut parser: Parser<'_, StrInput<'_>> = Parser::new_from_str(text);
    let mut wanted = HashSet::new();
    while let Some(Ok((event, _))) = parser.next_event() {
        if let Event::Alias(id) = event {
            wanted.insert(id);
        }
    }
    wanted
}

fn place(mark: Marker, file: u32) -> Place {
    Place { file, line: mark.line() as u32, column: mark.col() as u32 + 1 }
}

enum Open {
    List(Vec<Node>),
    Map(Vec<Member>, Index, Option<(String, Place)>),
}

struct Builder<'a> {
    file: u32,
    limits: &'a Limits,
    names: &'a mut Names,
    wanted: HashSet<usize>,
    anchors: HashMap<usize, Node>,
    /// How many values aliases have made.
    made: usize,
    open: Vec<(Open, Place, usize)>,
    root: Option<Node>,
    documents: usize,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, span: Span) -> Found<()> {
        let at = place(span.start, self.file);
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return fault(at, "a second document begins; a file holds one");
                }
                Ok(())
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::Alias(id) => {
                let Some(anchored) = self.anchors.get(&id) else {
                    return fault(at, "the alias stands inside the value that it names");
                };
                self.made += anchored.size();
                if self.made > self.limits.aliases {
                    return fault(at, format!("aliases make more than {} values", self.limits.aliases));
                }
                // What an alias stands for is looked for where it is written.
                let node = anchored.clone();
                if self.open.len() + depth(&node) > self.limits.depth + 1 {
                    return self.too_deep(at);
                }
                self.put(node, at, None)
            }
            Event::Scalar(text, style, anchor, tag) => {
                if let Some(key) = self.key_slot() {
                    if let Some(tag) = tag.as_deref() {
                        known(tag, at)?;
                    }
                    if key && style == ScalarStyle::Plain && text == "<<" {
                        return fault(
                            at,
                            "merge keys ('<<') are no part of YAML 1.2; use 'include', or name the map as ${…}",
                        );
                    }
                    self.keep(anchor, || Node::value(Value::str(&*text), at))?;
                    return self.name(text.into_owned(), at);
                }
                let value = scalar(&text, style, tag.as_deref(), at)?;
                let node = Node::value(value, at);
                self.put(node, at, Some(anchor))
            }
            Event::SequenceStart(anchor, tag) => {
                container_tag(tag.as_deref(), "seq", at)?;
                self.opens(Open::List(Vec::new()), at, anchor)
            }
            Event::MappingStart(anchor, tag) => {
                container_tag(tag.as_deref(), "map", at)?;
                self.opens(Open::Map(Vec::new(), Index::default(), None), at, anchor)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some((open, at, anchor)) = self.open.pop() else { return Ok(()) };
                let content = match open {
                    Open::List(items) => Content::List(items.into()),
                    Open::Map(members, ..) => Content::Map(members.into()),
                };
                self.put(Node { content, place: at }, at, Some(anchor))
            }
        }
    }

    fn too_deep<T>(&self, at: Place) -> Found<T> {
        fault(at, format!("lists and maps are nested more than {} deep", self.limits.depth))
    }

    fn opens(&mut self, open: Open, at: Place, anchor: usize) -> Found<()> {
        if self.key_slot().is_some() {
            return fault(at, "a list or map is no name; a name is a word or a string");
        }
        if self.open.len() > self.limits.depth {
            return self.too_deep(at);
        }
        self.open.push((open, at, anchor));
        Ok(())
    }

    /// Whether a name is expected here.
    fn key_slot(&self) -> Option<bool> {
        matches!(self.open.last(), Some((Open::Map(_, _, None), ..))).then_some(true)
    }

    fn name(&mut self, name: String, at: Place) -> Found<()> {
        if let Some((Open::Map(_, _, pending), ..)) = self.open.last_mut() {
            *pending = Some((name, at));
        }
        Ok(())
    }

    /// Keeps a value for the aliases that name it.
    fn keep(&mut self, anchor: usize, node: impl FnOnce() -> Node) -> Found<()> {
        if anchor == 0 || !self.wanted.contains(&anchor) {
            return Ok(());
        }
        let node = node();
        // A copy counts as what an alias makes: anchors inside anchors copy what is in them again and again.
        self.made += node.size();
        if self.made > self.limits.aliases {
            return fault(node.place, format!("aliases make more than {} values", self.limits.aliases));
        }
        self.anchors.insert(anchor, node);
        Ok(())
    }

    fn put(&mut self, node: Node, at: Place, anchor: Option<usize>) -> Found<()> {
        if let Some(anchor) = anchor {
            self.keep(anchor, || node.clone())?;
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some((Open::List(items), ..)) => items.push(node),
            Some((Open::Map(members, index, pending), ..)) => {
                let Some((name, place)) = pending.take() else {
                    // Only an alias gets here: a scalar is a name, and a container was refused when it began.
                    let Content::Value(Value::Str(name)) = &node.content else {
                        return fault(at, "the alias names no string, so it is no name");
                    };
                    *pending = Some((name.to_string(), at));
                    return Ok(());
                };
                let (name, kind) = self.names.get(&name);
                if let Some(first) = index.find(members, &name).and_then(|at| members.get(at)) {
                    return duplicate(&name, place, first.place);
                }
                members.push(Member { name, kind, place, node });
            }
        }
        Ok(())
    }
}

fn depth(node: &Node) -> usize {
    match &node.content {
        Content::Value(_) => 0,
        Content::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Content::Map(members) => 1 + members.iter().map(|member| depth(&member.node)).max().unwrap_or(0),
    }
}

/// The name of a tag of the core schema; any other tag is refused: nothing in a configuration is executed.
fn known(tag: &Tag, at: Place) -> Found<&str> {
    let suffix = tag.suffix.as_str();
    if tag.is_yaml_core_schema() && matches!(suffix, "str" | "int" | "float" | "bool" | "null" | "seq" | "map") {
        return Ok(suffix);
    }
    if tag.handle.is_empty() && suffix == "!" {
        return Ok("str");
    }
    let shown = if tag.is_yaml_core_schema() { format!("!!{suffix}") } else { tag.to_string() };
    fault(at, format!("the tag {} is not taken: a configuration is data; take the tag away", quoted(&shown)))
}

fn container_tag(tag: Option<&Tag>, wanted: &str, at: Place) -> Found<()> {
    match tag.map(|tag| known(tag, at)).transpose()? {
        Some(name) if name != wanted && name != "str" => {
            fault(at, format!("the value is no !!{name}; take the tag away"))
        }
        _ => Ok(()),
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>, at: Place) -> Found<Value> {
    let Some(tag) = tag else {
        return if style == ScalarStyle::Plain { plain(text, at) } else { Ok(Value::str(text)) };
    };
    let name = known(tag, at)?;
    let value = match name {
        "str" => return Ok(Value::str(text)),
        _ => plain(text, at)?,
    };
    match (name, value) {
        ("int", value @ (Value::Int(_) | Value::Big(_)))
        | ("float", value @ Value::Float(_))
        | ("bool", value @ Value::Bool(_))
        | ("null", value @ Value::Null) => Ok(value),
        ("float", Value::Int(int)) => Ok(Value::Float(int as f64)),
        (name, _) => fault(at, format!("{} is no !!{name}", quoted(text))),
    }
}

/// What a plain scalar is in the core schema.
fn plain(text: &str, at: Place) -> Found<Value> {
    let number = |word: &str| file_number(word).map_err(|why| unspelled(at, why));
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Value::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Value::Float(f64::NEG_INFINITY),
        _ => match kind(text) {
            Kind::Word => Value::str(text),
            Kind::Based | Kind::Decimal => number(text)?,
        },
    })
}

enum Kind {
    Word,
    /// `0x1f`, `0o17`.
    Based,
    /// An integer or a float, `_` between digits.
    Decimal,
}

fn kind(text: &str) -> Kind {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return Kind::Word;
    }
    if let Some(digits) = text.strip_prefix("0x") {
        let hex = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
        return if hex { Kind::Based } else { Kind::Word };
    }
    if let Some(digits) = text.strip_prefix("0o") {
        let octal = !digits.is_empty() && digits.bytes().all(|b| matches!(b, b'0'..=b'7'));
        return if octal { Kind::Based } else { Kind::Word };
    }
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (unsigned.get(..at).unwrap_or_default(), unsigned.get(at + 1..)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    // Digits with single '_' between them.
    let digits = |part: &str| {
        !part.starts_with('_')
            && !part.ends_with('_')
            && !part.contains("__")
            && part.bytes().all(|b| b.is_ascii_digit() || b == b'_')
    };
    let some = |part: &str| !part.is_empty() && digits(part);
    let number = match fraction {
        Some(fraction) => (some(whole) && digits(fraction)) || (whole.is_empty() && some(fraction)),
        None => some(whole),
    } && exponent.is_none_or(|e| some(e.strip_prefix(['+', '-']).unwrap_or(e)));
    let is_integer = fraction.is_none() && exponent.is_none();
    if !number || (is_integer && whole.len() > 1 && whole.starts_with('0')) { Kind::Word } else { Kind::Decimal }
}
