//! Reading documents with what they include (A.2).

use std::sync::Arc;

use super::builder::Input;
use super::fault::{Cursor, Fault, FileText, Files, Found, fault};
use super::merge::{Lost, merge};
use super::names::Names;
use super::settle::settle;
use super::tree::{Content, Member, Node, Place};
use super::{Format, Limits, files, interpolate, json, toml, yaml};
use crate::error::{Error, Result, quoted};
use crate::key::MAX_LEN;
use crate::value::Value;

/// Refuses a key of more bytes than a key may have.
pub(super) fn longest(members: &[Member], above: usize) -> Found<()> {
    for member in members {
        let len = above + usize::from(above > 0) + member.name.len();
        if len > MAX_LEN {
            return fault(member.place, format!("the key has more than {MAX_LEN} bytes; shorten it"));
        }
        if let Content::Map(inner) = &member.node.content {
            longest(inner, len)?;
        }
    }
    Ok(())
}

pub(super) struct Loading {
    pub(super) limits: Limits,
    pub(super) files: Files,
    pub(super) names: Names,
    pub(super) lost: Vec<Lost>,
    /// The files that are being read now, each included by the one before.
    reading: Vec<(String, String)>,
}

impl Loading {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, files: Files::default(), names: Names::default(), lost: Vec::new(), reading: Vec::new() }
    }

    pub(super) fn input(&mut self, input: Input) -> Result<Box<[Member]>> {
        match input {
            Input::File(path, format) => self.file(&path, format, None),
            Input::Text(name, format, text) => self.document(name, format, text),
            Input::Bytes(name, format, bytes) => {
                let bytes =
                    bytes.map_err(|why| Error::config(None, format!("cannot read {}: {why}", quoted(&name))))?;
                let text = self.decoded(&name, bytes)?;
                self.document(name, format, text)
            }
        }
    }

    /// An error without a place of its own: where the file is included, if it is.
    fn refuse(&self, from: Option<Place>, message: String) -> Error {
        self.files.error(Fault { place: from, key: None, message, also: None })
    }

    fn file(&mut self, path: &str, format: Option<Format>, from: Option<Place>) -> Result<Box<[Member]>> {
        let identity = files::identity(path);
        if let Some(at) = self.reading.iter().position(|(known, _)| *known == identity) {
            let chain = self.reading.iter().skip(at).map(|(_, path)| path.as_str()).chain([path]);
            let chain = chain.collect::<Vec<_>>().join(" → ");
            return Err(self.refuse(from, format!("the files include each other: {chain}")));
        }
        let Some(format) = format.or_else(|| Format::of_path(path)) else {
            let message = format!("{} has no extension of a known format; name it: toml, json or yaml", quoted(path));
            return Err(self.refuse(from, message));
        };
        if self.reading.len() >= self.limits.depth {
            let message = format!("files include each other more than {} deep", self.limits.depth);
            return Err(self.refuse(from, message));
        }
        let bytes = files::read(path, self.limits.file_size)
            .map_err(|why| self.refuse(from, format!("cannot read {}: {why}", quoted(path))))?;
        let text = self.decoded(path, bytes)?;
        self.reading.push((identity, path.to_owned()));
        let members = self.document(path.to_owned(), format, text);
        self.reading.pop();
        members
    }

    fn decoded(&mut self, name: &str, bytes: Vec<u8>) -> Result<String> {
        String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes().get(..at).unwrap_or_default()).into_owned();
            let file = self.files.0.len() as u32;
            let place = Cursor::new(&text, file).place(at);
            self.files.0.push(FileText { name: Arc::new(name.to_owned()), text });
            let what = match error.as_bytes() {
                [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "UTF-16",
                _ => "no valid UTF-8",
            };
            self.refuse(Some(place), format!("the text is {what}; save it as UTF-8"))
        })
    }

    /// One document with what it includes below it.
    fn document(&mut self, name: String, format: Format, text: String) -> Result<Box<[Member]>> {
        if text.len() > self.limits.file_size {
            let message = format!("{} has more than {} bytes", quoted(&name), self.limits.file_size);
            return Err(Error::config(None, message));
        }
        if self.files.0.len() >= self.limits.files {
            return Err(Error::config(None, format!("more than {} files are loaded at once", self.limits.files)));
        }
        let file = self.files.0.len() as u32;
        self.files.0.push(FileText { name: Arc::new(name), text });
        let text = self.files.0.last().map_or("", |file| file.text.as_str());
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let read = match format {
            Format::Toml => toml::read,
            Format::Json => json::read,
            Format::Yaml => yaml::read,
        };
        let members = read(text, file, &self.limits, &mut self.names).and_then(root);
        let mut members = members.map_err(|fault| self.files.error(*fault))?;
        let included = self.take_include(&mut members)?;
        let members = settle(members, &mut self.names).map_err(|fault| self.files.error(*fault))?;
        let Some(included) = included else { return Ok(members) };
        let mut below: Box<[Member]> = Box::default();
        for (pattern, place) in included {
            for path in self.included(file, &pattern) {
                let more = self.file(&path, None, Some(place))?;
                merge(&mut below, more, &mut String::new(), &mut self.lost);
            }
        }
        merge(&mut below, members, &mut String::new(), &mut self.lost);
        Ok(below)
    }

    fn included(&self, file: u32, pattern: &str) -> Vec<String> {
        let from = self.files.0.get(file as usize).map_or("", |file| file.name.as_str());
        files::included(from, pattern)
    }

    /// The files that a document includes; the key that says so is no parameter.
    fn take_include(&self, members: &mut Box<[Member]>) -> Result<Option<Vec<(String, Place)>>> {
        let Some(at) = members.iter().position(|member| &*member.name == "include" && !member.node.is_map()) else {
            return Ok(None);
        };
        let mut rest = std::mem::take(members).into_vec();
        let member = rest.remove(at);
        *members = rest.into();
        let one = |node: &Node| match &node.content {
            Content::Value(Value::Str(path)) if !path.is_empty() && !interpolate::concerns(path) => {
                Some((path.to_string(), node.place))
            }
            _ => None,
        };
        let paths = match &member.node.content {
            Content::List(items) => items.iter().map(|item| one(item).ok_or(item.place)).collect(),
            _ => one(&member.node).ok_or(member.node.place).map(|path| vec![path]),
        };
        match paths {
            Ok(paths) => Ok(Some(paths)),
            Err(place) => Err(self.refuse(
                Some(place),
                "'include' takes a path or a list of paths, without references; a parameter of that name is written include.\"\"".to_owned(),
            )),
        }
    }
}

/// The members of a document's root.
fn root(node: Node) -> Found<Box<[Member]>> {
    match node.content {
        Content::Map(members) => Ok(members),
        Content::Value(Value::Null) => Ok(Box::default()),
        Content::List(_) => fault(node.place, "the root of a configuration is a map, not a list"),
        Content::Value(value) => {
            fault(node.place, format!("the root of a configuration is a map, not a {}", value.kind_name()))
        }
    }
}
