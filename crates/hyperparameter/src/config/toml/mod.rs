//! TOML. `toml_parser` reads the grammar and gives events with places; what tables are is decided here, so that a name
//! that is given twice is refused with both places, integers keep all their digits and memory is bounded.

mod tables;

use std::borrow::Cow;

use toml_parser::decoder::{Encoding, ScalarKind};
use toml_parser::lexer::TokenKind;
use toml_parser::parser::{EventReceiver, ValidateWhitespace, parse_document};
use toml_parser::{ErrorSink, ParseError, Raw, Source, Span};

use super::fault::{Cursor, Fault, Found, duplicate, fault};
use super::json::unspelled;
use super::limits::Limits;
use super::names::Names;
use super::tree::{Content, Node, Place};
use crate::value::{Value, file_number};
use tables::{Item, Segment, Table, TableKind, Tables, take};

/// The tokens of a larger expression are given exactly the room that they need: a list takes as much again.
const LARGE: usize = 1 << 16;

pub(super) fn read(text: &str, file: u32, limits: &Limits, names: &mut Names) -> Found<Node> {
    let source = Source::new(text);
    let mut builder = Builder {
        text,
        cursor: Cursor::new(text, file),
        limits,
        names,
        tables: Tables::default(),
        current: 0,
        path: Vec::new(),
        open: Vec::new(),
        header: None,
        fault: None,
    };
    builder.tables.push(Table::new(TableKind::Header, 0));
    // One expression at a time: the tokens of a whole file would need more room than what they say.
    let mut tokens = Vec::new();
    let mut depth = 0_usize;
    let mut lexer = source.lex();
    loop {
        let token = lexer.next();
        if let Some(token) = token {
            push(&mut tokens, token);
            match token.kind() {
                TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => depth += 1,
                TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        let ends = token.is_none_or(|token| token.kind() == TokenKind::Newline && depth == 0);
        // What is nested too deep is refused before the rest of it is looked at; a header has two brackets more.
        let too_deep = depth > limits.depth + 2;
        if ends || too_deep {
            if tokens.len() > LARGE {
                tokens.shrink_to_fit();
            }
            let mut first: Option<ParseError> = None;
            parse_document(&tokens, &mut ValidateWhitespace::new(&mut builder, source), &mut first);
            // What this crate says of a place is more to the point than what the parser says of a later one.
            if let Some(fault) = builder.fault.take() {
                return Err(fault);
            }
            if let Some(error) = first {
                return Err(builder.refused(&error));
            }
            tokens.clear();
        }
        if token.is_none() {
            break;
        }
    }
    drop(tokens);
    let members = take(&mut builder.tables, 0);
    Ok(Node { content: Content::Map(members), place: Place { file, line: 1, column: 1 } })
}

/// Adds to what grows by halves: doubled, the old and the new of a large file would not be held in bounded memory together.
fn push<T>(items: &mut Vec<T>, item: T) {
    if items.len() == items.capacity() {
        items.reserve_exact((items.len() / 2).max(64));
    }
    items.push(item);
}

/// A list or table in brackets that is not closed yet.
enum Open {
    List(Vec<Node>, Place, usize),
    /// The table, and the path by which the value that is being read is named.
    Table(usize, Place, Vec<Segment>),
}

struct Builder<'a> {
    text: &'a str,
    cursor: Cursor<'a>,
    limits: &'a Limits,
    names: &'a mut Names,
    tables: Tables,
    /// The table under whose header we are.
    current: usize,
    path: Vec<Segment>,
    open: Vec<Open>,
    /// Inside a header: whether it is one of an array of tables.
    header: Option<bool>,
    fault: Option<Box<Fault>>,
}

impl<'a> Builder<'a> {
    fn raw(&self, span: Span, encoding: Option<Encoding>) -> Raw<'a> {
        Raw::new_unchecked(self.text.get(span.start()..span.end()).unwrap_or_default(), encoding, span)
    }

    /// What the parser refuses, in its words.
    fn refused(&mut self, error: &ParseError) -> Box<Fault> {
        let at = error.unexpected().or_else(|| error.context()).map_or(0, |span| span.start());
        let mut message = error.description().to_owned();
        if let Some(expected) = error.expected().filter(|all| !all.is_empty()) {
            let words: Vec<_> = expected
                .iter()
                .map(|word| match word {
                    toml_parser::Expected::Literal("\n") => "the end of the line".to_owned(),
                    toml_parser::Expected::Literal(literal) => format!("'{literal}'"),
                    toml_parser::Expected::Description(words) => (*words).to_owned(),
                    other => format!("{other:?}"),
                })
                .collect();
            message = format!("{message}; expected {}", words.join(" or "));
        }
        Box::new(Fault { place: Some(self.cursor.place(at)), key: None, message, also: None })
    }

    fn keep(&mut self, outcome: Found<()>) {
        if let Err(fault) = outcome {
            self.fault.get_or_insert(fault);
        }
    }

    /// Where `path` leads from `table`, its last name left out; tables on the way are made.
    fn descend(&mut self, mut table: usize, path: &[Segment], dotted: bool) -> Found<usize> {
        let made = if dotted { TableKind::Dotted } else { TableKind::Implicit };
        for segment in path {
            let (name, _, place) = segment;
            let next = self.tables.len();
            let Some(here) = self.tables.get_mut(table) else { break };
            let Some(at) = here.find(name) else {
                let depth = here.depth() + 1;
                if depth > self.limits.depth {
                    return self.too_deep(*place);
                }
                here.push(segment, Item::Table(next, *place));
                self.tables.push(Table::new(made, depth));
                table = next;
                continue;
            };
            let Some((_, _, first, item)) = here.members.get(at) else { break };
            let first = *first;
            table = match item {
                Item::Table(id, _) => *id,
                // A header goes on in the last table of the array; a dotted key cannot.
                Item::Tables(ids, _) if !dotted => ids.last().copied().unwrap_or_default(),
                Item::Tables(..) => return duplicate(name, *place, first),
                Item::Node(node) => {
                    let (message, words) = if node.is_map() {
                        ("the table in braces cannot be added to; write the name inside the braces", "it stands at")
                    } else {
                        ("this name has a value, so it cannot be a table", "the value stands at")
                    };
                    return Err(Box::new(Fault {
                        place: Some(*place),
                        key: Some(name.to_string()),
                        message: format!("{}: {message}", crate::error::quoted(name)),
                        also: Some((words, first)),
                    }));
                }
            };
            if let Some(here) = self.tables.get_mut(table) {
                if dotted && here.kind == TableKind::Header {
                    return duplicate(name, *place, first);
                }
                if dotted {
                    here.kind = TableKind::Dotted;
                }
            }
        }
        Ok(table)
    }

    fn start_table(&mut self, of_array: bool) -> Found<()> {
        let path = std::mem::take(&mut self.path);
        let Some((segment, above)) = path.split_last() else { return Ok(()) };
        let (name, _, place) = segment;
        let place = *place;
        let parent = self.descend(0, above, false)?;
        let new = self.tables.len();
        let Some(table) = self.tables.get_mut(parent) else { return Ok(()) };
        let depth = table.depth() + if of_array { 2 } else { 1 };
        if depth > self.limits.depth {
            return self.too_deep(place);
        }
        match table.find(name).and_then(|at| table.members.get_mut(at)) {
            None => {
                let item = if of_array { Item::Tables(vec![new], place) } else { Item::Table(new, place) };
                table.push(segment, item);
            }
            Some((.., Item::Tables(ids, _))) if of_array => ids.push(new),
            Some((_, _, first, Item::Table(id, _))) if !of_array => {
                let (id, first) = (*id, *first);
                match self.tables.get_mut(id) {
                    Some(table) if table.kind == TableKind::Implicit => table.kind = TableKind::Header,
                    _ => return duplicate(&dotted_name(&path), place, first),
                }
                self.current = id;
                return Ok(());
            }
            Some((_, _, first, _)) => return duplicate(&dotted_name(&path), place, *first),
        }
        self.tables.push(Table::new(TableKind::Header, depth));
        self.current = new;
        Ok(())
    }

    /// Puts a finished value where it belongs.
    fn put(&mut self, node: Node) -> Found<()> {
        let (table, path) = match self.open.last_mut() {
            Some(Open::List(items, ..)) => {
                items.push(node);
                return Ok(());
            }
            Some(Open::Table(id, _, path)) => (*id, std::mem::take(path)),
            None => (self.current, std::mem::take(&mut self.path)),
        };
        let Some((segment, above)) = path.split_last() else { return Ok(()) };
        let (name, _, place) = segment;
        let table = self.descend(table, above, true)?;
        let Some(table) = self.tables.get_mut(table) else { return Ok(()) };
        if let Some((_, _, first, _)) = table.find(name).and_then(|at| table.members.get(at)) {
            return duplicate(&dotted_name(&path), *place, *first);
        }
        table.push(segment, Item::Node(node));
        Ok(())
    }

    fn scalar_value(&mut self, span: Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) -> Found<Node> {
        let place = self.cursor.place(span.start());
        let mut decoded = Cow::Borrowed("");
        let kind = self.raw(span, encoding).decode_scalar(&mut decoded, error);
        let value = match kind {
            ScalarKind::String => Value::str(decoded),
            ScalarKind::Boolean(truth) => Value::Bool(truth),
            // A date is a string: there is no such kind of value.
            ScalarKind::DateTime => Value::str(self.text.get(span.start()..span.end()).unwrap_or_default()),
            ScalarKind::Float => match &*decoded {
                "inf" | "+inf" => Value::Float(f64::INFINITY),
                "-inf" => Value::Float(f64::NEG_INFINITY),
                "nan" | "+nan" | "-nan" => Value::Float(f64::NAN),
                word => file_number(word).map_err(|why| unspelled(place, why))?,
            },
            ScalarKind::Integer(radix) => {
                let (sign, digits) = match decoded.strip_prefix(['+', '-']) {
                    Some(digits) => (if decoded.starts_with('-') { "-" } else { "" }, digits),
                    None => ("", &*decoded),
                };
                let prefix = match radix.value() {
                    16 => "0x",
                    8 => "0o",
                    2 => "0b",
                    _ => "",
                };
                if sign.is_empty() && prefix.is_empty() {
                    file_number(digits).map_err(|why| unspelled(place, why))?
                } else {
                    file_number(&format!("{sign}{prefix}{digits}")).map_err(|why| unspelled(place, why))?
                }
            }
        };
        Ok(Node::value(value, place))
    }

    /// The place and the depth of a list or table in brackets that opens here.
    fn opens(&mut self, span: Span) -> Option<(Place, usize)> {
        let place = self.cursor.place(span.start());
        let above = |id: usize| self.tables.get(id).map_or(0, Table::depth);
        let depth = match self.open.last() {
            None => above(self.current) + self.path.len(),
            Some(Open::Table(id, _, path)) => above(*id) + path.len(),
            Some(Open::List(_, _, depth)) => depth + 1,
        };
        if depth > self.limits.depth {
            let outcome = self.too_deep(place);
            self.keep(outcome);
            return None;
        }
        Some((place, depth))
    }

    fn too_deep<T>(&self, place: Place) -> Found<T> {
        fault(place, format!("lists and maps are nested more than {} deep", self.limits.depth))
    }

    fn stopped(&self) -> bool {
        self.fault.is_some()
    }
}

fn dotted_name(path: &[Segment]) -> String {
    path.iter().map(|(name, ..)| &**name).collect::<Vec<_>>().join(".")
}

impl EventReceiver for Builder<'_> {
    fn std_table_open(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.path.clear();
        self.header = Some(false);
    }

    fn array_table_open(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.path.clear();
        self.header = Some(true);
    }

    fn std_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        if self.header.take().is_some() && !self.stopped() {
            let outcome = self.start_table(false);
            self.keep(outcome);
        }
    }

    fn array_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        if self.header.take().is_some() && !self.stopped() {
            let outcome = self.start_table(true);
            self.keep(outcome);
        }
    }

    fn newline(&mut self, _: Span, _: &mut dyn ErrorSink) {
        if self.open.is_empty() {
            self.path.clear();
        }
    }

    fn simple_key(&mut self, span: Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        if self.stopped() {
            return;
        }
        let place = self.cursor.place(span.start());
        let mut decoded = Cow::Borrowed("");
        self.raw(span, encoding).decode_key(&mut decoded, error);
        let (name, kind) = self.names.get(&decoded);
        match self.open.last_mut() {
            Some(Open::Table(_, _, path)) => path.push((name, kind, place)),
            Some(Open::List(..)) => {}
            None => self.path.push((name, kind, place)),
        }
    }

    fn scalar(&mut self, span: Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        if self.stopped() {
            return;
        }
        let outcome = self.scalar_value(span, encoding, error).and_then(|node| self.put(node));
        self.keep(outcome);
    }

    fn array_open(&mut self, span: Span, _: &mut dyn ErrorSink) -> bool {
        let Some((place, depth)) = self.opens(span) else { return false };
        self.open.push(Open::List(Vec::new(), place, depth));
        true
    }

    fn array_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        if self.stopped() {
            return;
        }
        if let Some(Open::List(items, place, _)) = self.open.pop() {
            let outcome = self.put(Node { content: Content::List(items.into()), place });
            self.keep(outcome);
        }
    }

    fn inline_table_open(&mut self, span: Span, _: &mut dyn ErrorSink) -> bool {
        let Some((place, depth)) = self.opens(span) else { return false };
        self.open.push(Open::Table(self.tables.len(), place, Vec::new()));
        self.tables.push(Table::new(TableKind::Inline, depth));
        true
    }

    fn inline_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        if self.stopped() {
            return;
        }
        if let Some(Open::Table(id, place, _)) = self.open.pop() {
            // All tables made since it was opened are inside it.
            let members = take(&mut self.tables, id);
            self.tables.truncate(id);
            let outcome = self.put(Node { content: Content::Map(members), place });
            self.keep(outcome);
        }
    }
}
