//! Text of unknown type, and the literal it spells (rule V3).

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::number::Number;
use super::{Map, Shape, Value};

/// How deep lists and maps may be nested in one text; deeper ones are no literal.
const DEEPEST: usize = 100;

/// Text of unknown type, as it came from a command line, an environment variable or a `"key=value"` string.
///
/// It keeps its exact characters; what they mean is decided by who reads them.
///
/// ```
/// use hyperparameter::value::{Ask, Text, Value, convert};
///
/// let version = Value::Text(Text::new("1.10"));
/// assert_eq!(convert(&version, Ask::Str)?, Value::str("1.10"));
/// assert_eq!(convert(&version, Ask::Float)?, Value::Float(1.1));
/// # Ok::<(), hyperparameter::value::Mismatch>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Text(Arc<str>);

impl Text {
    /// Text with exactly these characters.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The characters.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The characters, shared.
    #[must_use]
    #[inline]
    pub fn to_arc(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }

    /// Whether a longer key can read into this text: it can where the text is a `[…]` or `{…}` literal.
    #[must_use]
    pub fn shape(&self) -> Shape {
        match self.container() {
            Some(Value::List(_)) => Shape::List,
            Some(Value::Map(_)) => Shape::Map,
            _ => Shape::Scalar,
        }
    }

    /// The list or map that this text spells, if it spells one.
    ///
    /// Its bare words stay text with their exact characters, quoted strings become strings. The text is read at every
    /// call; a text that does not begin with a bracket costs a look at its first characters.
    #[must_use]
    pub fn container(&self) -> Option<Value> {
        container(&self.0, keep).ok()
    }

    /// The literal this text spells, else its characters as a string, which are shared and not copied.
    #[must_use]
    pub(super) fn literal(&self) -> Value {
        spelled(&self.0).unwrap_or_else(|| Value::Str(self.to_arc()))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What a text says to a reader that asks for no type (rule V3), lists and maps through and through.
///
/// `null None true True false False`, integers, floats, quoted strings, `[…]` and `{…}` are what they look like in
/// Python, JSON or YAML; everything else is a string with the exact characters, the space around them included.
///
/// ```
/// use hyperparameter::value::{Value, literal};
///
/// assert_eq!(literal("1e-3"), Value::Float(0.001));
/// assert_eq!(literal("[1, a, '2']"), Value::list([Value::Int(1), "a".into(), "2".into()]));
/// assert_eq!(literal("007"), Value::str("007"));
/// ```
#[must_use]
pub fn literal(text: &str) -> Value {
    spelled(text).unwrap_or_else(|| Value::str(text))
}

/// `text` without the ASCII space around it. The vertical tab counts, as it does in C and in Python.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\x0b' | '\x0c' | '\r')
}

/// Whether trimmed text spells null.
pub(super) fn is_null(word: &str) -> bool {
    matches!(word, "null" | "None")
}

/// The truth value that trimmed text spells for a reader that did not ask for one.
pub(super) fn truth(word: &str) -> Option<bool> {
    match word {
        "true" | "True" => Some(true),
        "false" | "False" => Some(false),
        _ => None,
    }
}

/// The literal that a text spells, if it spells one.
fn spelled(text: &str) -> Option<Value> {
    let word = trim(text);
    match word.as_bytes().first()? {
        b'0'..=b'9' | b'+' | b'-' | b'.' => number(word),
        b'n' | b'N' if is_null(word) => Some(Value::Null),
        b't' | b'T' | b'f' | b'F' => truth(word).map(Value::Bool),
        b'[' | b'{' => container(text, literal).ok(),
        b'"' | b'\'' => {
            let mut reader = Reader { text: word, at: 0, leaf: literal };
            let content = reader.quoted().ok()?;
            (reader.at == word.len()).then(|| Value::str(content))
        }
        _ => None,
    }
}

/// The number that a trimmed text spells for a reader that did not ask for one. Where a number would lose characters
/// that may have been meant (`007`, an account number of 5,000 digits), there is none.
fn number(word: &str) -> Option<Value> {
    match word {
        ".inf" | "+.inf" => return Some(Value::Float(f64::INFINITY)),
        "-.inf" => return Some(Value::Float(f64::NEG_INFINITY)),
        ".nan" => return Some(Value::Float(f64::NAN)),
        _ => {}
    }
    let number = Number::read(word)?;
    if number.has_leading_zero() {
        None
    } else if number.whole_only {
        number.integer().ok()
    } else {
        number.float().map(Value::Float)
    }
}

/// Where and why a text is not a list or a map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    at: usize,
    why: &'static str,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (byte {})", self.why, self.at)
    }
}

/// A bare word of a container as a reader wants it who does not know the type of the items.
fn keep(word: &str) -> Value {
    Value::text(word)
}

/// The list or map that the whole text spells; `leaf` says what its bare words become.
fn container(text: &str, leaf: fn(&str) -> Value) -> Result<Value, Fault> {
    let mut reader = Reader { text, at: 0, leaf };
    reader.skip_space();
    let value = match reader.peek() {
        Some(b'[') => reader.list(1)?,
        Some(b'{') => reader.map(1)?,
        _ => return Err(reader.fault("a list begins with '[' and a map with '{'")),
    };
    reader.skip_space();
    if reader.at == text.len() { Ok(value) } else { Err(reader.fault("something follows the closing bracket")) }
}

/// The items of a text that is read as a list, all bare words as text: a `[…]` literal, or items between commas.
///
/// Between commas the rules are those between brackets, so `"a,b",[1,2]` has two items; but a bare word runs to the
/// next comma whatever is in it, and may be empty.
pub(super) fn list(text: &str) -> Result<Value, Fault> {
    if let Ok(list @ Value::List(_)) = container(text, keep) {
        return Ok(list);
    }
    let mut reader = Reader { text, at: 0, leaf: keep };
    if let Some(at) = reader.parentheses() {
        return Err(Fault { at, why: "a list stands in square brackets, not in parentheses" });
    }
    let mut items = Vec::new();
    loop {
        reader.skip_space();
        match reader.peek() {
            None => break,
            Some(b'[' | b'{' | b'"' | b'\'') => {
                items.push(reader.item(1)?);
                reader.skip_space();
            }
            Some(_) => items.push(keep(reader.bare(b","))),
        }
        match reader.peek() {
            Some(b',') => reader.at += 1,
            None => break,
            Some(_) => return Err(reader.fault("a comma or the end is expected after the closing bracket or quote")),
        }
    }
    Ok(Value::List(items.into()))
}

/// The `{…}` literal that the text spells, all bare words as text.
pub(super) fn map(text: &str) -> Result<Value, Fault> {
    match container(text, keep)? {
        map @ Value::Map(_) => Ok(map),
        _ => Err(Fault { at: text.len() - text.trim_start_matches(is_space).len(), why: "a map begins with '{'" }),
    }
}

/// Reads lists, maps and quoted strings.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    leaf: fn(&str) -> Value,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn fault(&self, why: &'static str) -> Fault {
        Fault { at: self.at, why }
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(is_space).len();
    }

    /// Steps over `close` if it is the next thing.
    fn closes(&mut self, close: u8) -> bool {
        self.skip_space();
        let closes = self.peek() == Some(close);
        self.at += usize::from(closes);
        closes
    }

    /// Steps over what stands between two items, or behind the last one; whether another may follow.
    fn goes_on(&mut self, close: u8) -> Result<bool, Fault> {
        if self.closes(close) {
            return Ok(false);
        }
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            None => Err(self.fault("a bracket is not closed")),
            Some(_) => Err(self.fault("a comma or the closing bracket is expected")),
        }
    }

    fn open(&mut self, depth: usize) -> Result<(), Fault> {
        if depth > DEEPEST {
            return Err(self.fault("the nesting is deeper than 100"));
        }
        self.at += 1;
        Ok(())
    }

    fn list(&mut self, depth: usize) -> Result<Value, Fault> {
        self.open(depth)?;
        let mut items = Vec::new();
        while !self.closes(b']') {
            items.push(self.item(depth)?);
            if !self.goes_on(b']')? {
                break;
            }
        }
        Ok(Value::List(items.into()))
    }

    fn map(&mut self, depth: usize) -> Result<Value, Fault> {
        self.open(depth)?;
        let mut pairs = Vec::<(Arc<str>, Value)>::new();
        while !self.closes(b'}') {
            let name = match self.peek() {
                Some(b'"' | b'\'') => self.quoted()?.into(),
                _ => self.word(b":,[]{}")?.into(),
            };
            if !self.closes(b':') {
                return Err(self.fault("a ':' is expected after the name"));
            }
            pairs.push((name, self.item(depth)?));
            if !self.goes_on(b'}')? {
                break;
            }
        }
        Ok(Value::Map(Arc::new(pairs.into_iter().collect::<Map>())))
    }

    /// One item of a container at `depth`.
    fn item(&mut self, depth: usize) -> Result<Value, Fault> {
        self.skip_space();
        match self.peek() {
            Some(b'[') => self.list(depth + 1),
            Some(b'{') => self.map(depth + 1),
            Some(b'"' | b'\'') => self.quoted().map(Value::str),
            _ => self.word(b",[]{}").map(self.leaf),
        }
    }

    /// A bare word that must not be empty. An opening bracket is among its stops, as in YAML, so that `[a[0]` is not
    /// taken for a list of `a[0`.
    fn word(&mut self, stops: &[u8]) -> Result<&'a str, Fault> {
        match self.bare(stops) {
            "" if self.peek().is_none() => Err(self.fault("a bracket is not closed")),
            "" => Err(self.fault("a word is missing; an empty string is written \"\"")),
            word => Ok(word),
        }
    }

    /// What stands before the next of `stops`, which are ASCII, or before the end.
    fn bare(&mut self, stops: &[u8]) -> &'a str {
        let rest = self.rest();
        let len = rest.bytes().position(|b| stops.contains(&b)).unwrap_or(rest.len());
        self.at += len;
        trim(rest.get(..len).unwrap_or_default())
    }

    /// A string in quotes of either kind, with the escapes of JSON and `\'`.
    fn quoted(&mut self) -> Result<Cow<'a, str>, Fault> {
        let open = self.fault("a quote is not closed");
        let quote = self.peek().ok_or(open)?;
        self.at += 1;
        let mut content = Cow::Borrowed("");
        loop {
            let rest = self.rest();
            let len = rest.bytes().position(|b| b == quote || b == b'\\').ok_or(open)?;
            let plain = rest.get(..len).unwrap_or_default();
            // The usual string has no escape and is taken from the text as it is.
            if content.is_empty() {
                content = Cow::Borrowed(plain);
            } else {
                content.to_mut().push_str(plain);
            }
            self.at += len + 1;
            if rest.as_bytes().get(len) == Some(&quote) {
                return Ok(content);
            }
            let c = self.escape()?;
            content.to_mut().push(c);
        }
    }

    /// What stands behind a back-slash.
    fn escape(&mut self) -> Result<char, Fault> {
        let escape = self.peek();
        let fault = self.fault("there is no such escape");
        self.at += 1;
        Ok(match escape {
            Some(c @ (b'"' | b'\'' | b'\\' | b'/')) => char::from(c),
            Some(b'b') => '\x08',
            Some(b'f') => '\x0c',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let unit = self.hex().ok_or(fault)?;
                let unit = match (unit, self.rest().as_bytes()) {
                    (0xd800..=0xdbff, [b'\\', b'u', ..]) => {
                        self.at += 2;
                        let low = self.hex().filter(|low| matches!(low, 0xdc00..=0xdfff)).ok_or(fault)?;
                        0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
                    }
                    _ => unit,
                };
                // Half of a surrogate pair is no character.
                char::from_u32(unit).ok_or(fault)?
            }
            _ => return Err(fault),
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.bytes().try_fold(0, |unit, b| Some(unit * 16 + char::from(b).to_digit(16)?))
    }

    /// Where a pair of parentheses opens that closes at the end: somebody wrote a Python tuple. Its items would be read
    /// as `(1` and `2)`.
    fn parentheses(&self) -> Option<usize> {
        let word = trim(self.text);
        let inner = word.strip_prefix('(')?.strip_suffix(')')?;
        let mut open = 0_usize;
        for b in inner.bytes() {
            match b {
                b'(' => open += 1,
                b')' => open = open.checked_sub(1)?,
                _ => {}
            }
        }
        (open == 0).then(|| self.text.find('(')).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_where_and_why() {
        for (text, says) in [
            ("[1, 2", "a bracket is not closed (byte 5)"),
            ("[1,, 2]", "a word is missing; an empty string is written \"\" (byte 3)"),
            ("[1] 2", "a comma or the end is expected after the closing bracket or quote (byte 4)"),
            ("['a, 2]", "a quote is not closed (byte 1)"),
            (r#"["\q"]"#, "there is no such escape (byte 3)"),
            ("(1, 2)", "a list stands in square brackets, not in parentheses (byte 0)"),
        ] {
            assert_eq!(list(text).unwrap_err().to_string(), says, "{text}");
        }
        for (text, says) in [
            ("{a}", "a ':' is expected after the name (byte 2)"),
            ("{a: }", "a word is missing; an empty string is written \"\" (byte 4)"),
            (" [a]", "a map begins with '{' (byte 1)"),
        ] {
            assert_eq!(map(text).unwrap_err().to_string(), says, "{text}");
        }
    }

    #[test]
    fn parentheses_around_single_items_are_plain_characters() {
        let items = |text| list(text).unwrap();
        assert_eq!(items("(a),(b)"), Value::list([Value::text("(a)"), Value::text("(b)")]));
        assert_eq!(items("f(x),y"), Value::list([Value::text("f(x)"), Value::text("y")]));
    }
}
