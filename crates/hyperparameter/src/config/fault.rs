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
