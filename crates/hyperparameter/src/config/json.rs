//! JSON with comments, `Infinity`, `-Infinity` and `NaN`, each value with its place. Integers of any size are exact.

use std::borrow::Cow;

use super::fault::{Cursor, Fault, Found, duplicate, fault};
use super::limits::Limits;
use super::names::{Index, Names};
use super::tree::{Content, Member, Node, Place};
use crate::value::{Unspelled, Value, file_number};

pub(super) fn read(text: &str, file: u32, limits: &Limits, names: &mut Names) -> Found<Node> {
    let mut reader = Reader { text, at: 0, depth: 0, cursor: Cursor::new(text, file), limits, names };
    reader.space()?;
    let node = reader.value()?;
    reader.space()?;
    if reader.at < text.len() { reader.fault("something follows the value; a file holds one") } else { Ok(node) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    cursor: Cursor<'a>,
    limits: &'a Limits,
    names: &'a mut Names,
}

impl<'a> Reader<'a> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fault<T>(&mut self, message: &str) -> Found<T> {
        self.fault_at(self.at, message)
    }

    #[cold]
    fn fault_at<T>(&mut self, at: usize, message: &str) -> Found<T> {
        let place = self.cursor.place(at);
        fault(place, message)
    }

    /// Steps over white space and comments.
    fn space(&mut self) -> Found<()> {
        loop {
            match self.peek() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(b'/') => self.comment()?,
                _ => return Ok(()),
            }
        }
    }

    fn comment(&mut self) -> Found<()> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.starts_with("//") {
            self.at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            match rest.get(2..).and_then(|inner| inner.find("*/")) {
                Some(len) => self.at += len + 4,
                None => return self.fault("the comment is not closed; close it with */"),
            }
        } else {
            return self.fault("a comment begins with // or /*");
        }
        Ok(())
    }

    fn value(&mut self) -> Found<Node> {
        let place = self.cursor.place(self.at);
        let content = match self.peek() {
            Some(b'{') => self.map()?,
            Some(b'[') => self.list()?,
            Some(b'"') => Content::Value(Value::str(self.string()?)),
            Some(b'-' | b'0'..=b'9') => Content::Value(self.number(place)?),
            Some(b'a'..=b'z' | b'A'..=b'Z') => Content::Value(self.word(place)?),
            Some(b'\'') => return self.fault("a string stands in double quotes"),
            Some(b',' | b']' | b'}') => return self.fault("a value is missing"),
            Some(b'+' | b'.') => return self.fault("a number begins with a digit or '-'"),
            Some(_) => return self.fault("a value begins with '{', '[', '\"', a digit, '-' or a word"),
            None if self.depth == 0 => return self.fault("the text is empty; an empty configuration is written {}"),
            None => return self.fault("the text ends where a value should stand"),
        };
        Ok(Node { content, place })
    }

    fn open(&mut self) -> Found<()> {
        // The root is one level that is not counted.
        if self.depth > self.limits.depth {
            let message = format!("lists and maps are nested more than {} deep", self.limits.depth);
            return self.fault(&message);
        }
        self.depth += 1;
        self.at += 1;
        self.space()
    }

    /// Steps over the comma before the next item; false at the end.
    fn goes_on(&mut self, close: u8, expected: &str) -> Found<bool> {
        self.space()?;
        match self.peek() {
            Some(b',') => {
                let comma = self.at;
                self.at += 1;
                self.space()?;
                if self.peek() == Some(close) {
                    return self.fault_at(comma, "a comma stands before the closing bracket; take it away");
                }
                Ok(true)
            }
            Some(b) if b == close => {
                self.at += 1;
                self.depth -= 1;
                Ok(false)
            }
            None => self.fault("the text ends before a bracket is closed"),
            Some(_) => self.fault(expected),
        }
    }

    fn list(&mut self) -> Found<Content> {
        self.open()?;
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            self.depth -= 1;
            return Ok(Content::List(items.into()));
        }
        loop {
            items.push(self.value()?);
            if !self.goes_on(b']', "',' or ']' is expected")? {
                return Ok(Content::List(items.into()));
            }
        }
    }

    fn map(&mut self) -> Found<Content> {
        self.open()?;
        let mut members: Vec<Member> = Vec::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            self.depth -= 1;
            return Ok(Content::Map(members.into()));
        }
        let mut index = Index::default();
        loop {
            let place = self.cursor.place(self.at);
            if self.peek() != Some(b'"') {
                return self.fault("a name in double quotes is expected");
            }
            let name = self.string()?;
            let (name, kind) = self.names.get(&name);
            if let Some(first) = index.find(&members, &name).and_then(|at| members.get(at)) {
                return duplicate(&name, place, first.place);
            }
            self.space()?;
            if self.peek() != Some(b':') {
                return self.fault("':' is expected after the name");
            }
            self.at += 1;
            self.space()?;
            let node = self.value()?;
            members.push(Member { name, kind, place, node });
            if !self.goes_on(b'}', "',' or '}' is expected")? {
                return Ok(Content::Map(members.into()));
            }
        }
    }

    /// What the grammar of JSON takes for a number; the rest of the word is looked at too, so that `01` and `1.` are not
    /// two things.
    fn number(&mut self, place: Place) -> Found<Value> {
        let start = self.at;
        let word = self.take_word();
        let unsigned = word.strip_prefix('-').unwrap_or(word);
        if unsigned == "Infinity" {
            return Ok(Value::Float(if start < self.at && word.len() > 8 { f64::NEG_INFINITY } else { f64::INFINITY }));
        }
        let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
            Some(at) => (unsigned.get(..at).unwrap_or_default(), unsigned.get(at + 1..)),
            None => (unsigned, None),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let valid = digits(whole)
            && (whole.len() == 1 || !whole.starts_with('0'))
            && fraction.is_none_or(digits)
            && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)));
        if !valid {
            return fault(place, format!("{} is no number in JSON", crate::error::quoted(word)));
        }
        file_number(word).map_err(|why| unspelled(place, why))
    }

    fn take_word(&mut self) -> &'a str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.' | b'_');
        let len = rest.bytes().position(|b| !word(b)).unwrap_or(rest.len());
        self.at += len;
        rest.get(..len).unwrap_or_default()
    }

    fn word(&mut self, place: Place) -> Found<Value> {
        Ok(match self.take_word() {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "Infinity" => Value::Float(f64::INFINITY),
            "NaN" => Value::Float(f64::NAN),
            other => {
                let help = match other {
                    "True" | "TRUE" => "; write true",
                    "False" | "FALSE" => "; write false",
                    "None" | "nil" | "undefined" | "NULL" => "; write null",
                    _ => "; a string stands in double quotes",
                };
                return fault(place, format!("{} is no value in JSON{help}", crate::error::quoted(other)));
            }
        })
    }

    fn string(&mut self) -> Found<Cow<'a, str>> {
        let open = self.at;
        self.at += 1;
        let mut content = Cow::Borrowed("");
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let Some(len) = rest.iter().position(|&b| b == b'"' || b == b'\\' || b < 0x20) else {
                return self.fault_at(open, "the string is not closed");
            };
            let plain = self.text.get(self.at..self.at + len).unwrap_or_default();
            if content.is_empty() {
                content = Cow::Borrowed(plain);
            } else {
                content.to_mut().push_str(plain);
            }
            self.at += len;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(content);
                }
                Some(b'\\') => {
                    let c = self.escape()?;
                    content.to_mut().push(c);
                }
                Some(b'\n') => {
                    return self.fault_at(open, "the string is not closed on its line; write a break as \\n");
                }
                _ => return self.fault("a control character in a string is written as an escape (\\t, \\u0000)"),
            }
        }
    }

    fn escape(&mut self) -> Found<char> {
        let start = self.at;
        self.at += 2;
        Ok(match self.text.as_bytes().get(start + 1) {
            Some(&c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'b') => '\x08',
            Some(b'f') => '\x0c',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let half = "half of a surrogate pair is no character";
                let Some(unit) = self.hex() else { return self.fault_at(start, "\\u takes four hexadecimal digits") };
                let unit = match unit {
                    0xd800..=0xdbff => {
                        let next = self.text.as_bytes().get(self.at..self.at + 2);
                        if next != Some(b"\\u") {
                            return self.fault_at(start, half);
                        }
                        self.at += 2;
                        match self.hex() {
                            Some(low @ 0xdc00..=0xdfff) => 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00),
                            _ => return self.fault_at(start, half),
                        }
                    }
                    unit => unit,
                };
                match char::from_u32(unit) {
                    Some(c) => c,
                    None => return self.fault_at(start, half),
                }
            }
            _ => return self.fault_at(start, "there is no such escape; a back-slash is written \\\\"),
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4)?;
        self.at += 4;
        digits.iter().try_fold(0, |unit, &b| Some(unit * 16 + char::from(b).to_digit(16)?))
    }
}

pub(super) fn unspelled(place: Place, why: Unspelled) -> Box<Fault> {
    let message = match why {
        Unspelled::Large => "the number is beyond the largest float, about 1.8e308",
        Unspelled::Long => "the integer has more than 4,300 digits",
        Unspelled::NoNumber => "this is no number",
    };
    Box::new(Fault { place: Some(place), key: None, message: message.to_owned(), also: None })
}
