//! Why a load fails, and where; the texts that places are of.

use std::sync::Arc;

use super::tree::Place;
use crate::error::{Error, quoted};
use crate::scope::{FilePlace, Source};

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
        for &b in self.text.as_bytes().get(self.at..at).unwrap_or_default() {
            if b == b'\n' {
                self.line += 1;
                self.column = 1;
            } else {
                // A character is counted by its first byte.
                self.column += u32::from(b & 0xc0 != 0x80);
            }
        }
        self.at = at;
        Place { file: self.file, line: self.line, column: self.column }
    }
}

/// A file of a load: its name as it was given, and its text.
#[derive(Debug)]
pub(super) struct FileText {
    pub(super) name: Arc<String>,
    pub(super) text: String,
}

/// The files of one load.
#[derive(Debug, Default)]
pub(super) struct Files(pub(super) Vec<FileText>);

impl Files {
    pub(super) fn file_place(&self, place: Place) -> Option<FilePlace> {
        let file = self.0.get(place.file as usize)?;
        Some(FilePlace { path: file.name.clone(), line: place.line, column: place.column })
    }

    pub(super) fn source(&self, place: Place) -> Source {
        self.file_place(place).map_or(Source::Unknown, Source::File)
    }

    /// The error of a fault: where, what, and the line with a caret.
    pub(super) fn error(&self, fault: Fault) -> Error {
        let mut message = fault.message;
        if let Some((words, at)) = fault.also {
            message = format!("{message}; {words} {}", self.source(at));
        }
        let Some(place) = fault.place else { return Error::config(fault.key.as_deref(), message) };
        let text = self.0.get(place.file as usize).map_or("", |file| &file.text);
        let Some(at) = self.file_place(place) else { return Error::config(fault.key.as_deref(), message) };
        let line = text.split('\n').nth(place.line.saturating_sub(1) as usize);
        Error::config_at(fault.key.as_deref(), at, &message, line)
    }
}
