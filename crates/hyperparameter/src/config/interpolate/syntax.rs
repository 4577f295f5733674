//! The syntax of references: a string as its parts.

use crate::value::Value;

/// Whether a string has a reference or an escaped one in it.
pub(in super::super) fn concerns(text: &str) -> bool {
    text.contains("${")
}

/// A part of a string.
#[derive(Debug, PartialEq)]
pub(super) enum Part {
    Text(String),
    /// How many dots stand before the path, and the path.
    Key(usize, Vec<Part>),
    Env(Vec<Part>, Option<Vec<Part>>),
}

/// How many references one text may have: each takes some hundred bytes while it is read.
const MOST: usize = 10_000;

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    references: usize,
}

pub(super) fn parse(text: &str) -> Result<Vec<Part>, String> {
    Reader { text, at: 0, depth: 0, references: 0 }.parts(&[])
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
        self.references += 1;
        if self.references > MOST {
            return Err(format!("it has more than {MOST} references"));
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

/// Whether a text is one reference and nothing else.
pub(super) fn is_alone(value: &Value) -> bool {
    let Value::Text(text) = value else { return false };
    matches!(parse(text.as_str()).as_deref(), Ok([Part::Key(..) | Part::Env(..)]))
}
