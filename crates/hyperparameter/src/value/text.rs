//! Text of unknown type, and the literal it spells (rule V3).

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use num_bigint::{BigInt, BigUint};

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

/// A number as it is spelled; which kind it becomes is up to the reader.
pub(super) struct Number<'a> {
    /// All of it, the sign included.
    text: &'a str,
    negative: bool,
    radix: u32,
    /// The digits before the point (after the `0x`), with their `_`.
    whole: &'a str,
    /// The digits after the point, with their `_`.
    fraction: &'a str,
    /// What follows the `e`, with its sign and its `_`.
    exponent: &'a str,
    /// Neither a point nor an exponent.
    whole_only: bool,
}

/// Why a number is no integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotWhole {
    /// It has a fraction.
    Fraction,
    /// It is spelled as a float and not below 2^63, where neighbouring floats are more than one apart.
    Large,
    /// It has more than [`Number::MOST_DIGITS`] digits.
    Long,
}

impl<'a> Number<'a> {
    /// The most decimal digits of an integer: what CPython allows, because reading and writing more takes time that
    /// grows with the square of their number.
    pub(super) const MOST_DIGITS: usize = 4_300;

    /// Every integer of so many bits has at most `MOST_DIGITS` digits; of one more, not every one.
    const SAFE_BITS: u64 = 14_284;

    /// Reads trimmed text: `12`, `-1_000`, `0xff`, `0o17`, `0b1`, `1.5`, `1.`, `.5`, `1e-3`, leading zeros included.
    #[inline]
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let bytes = text.as_bytes();
        let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
        let negative = bytes.first() == Some(&b'-');
        let radix = match bytes.get(sign..sign + 2) {
            Some(b"0x" | b"0X") => 16,
            Some(b"0o" | b"0O") => 8,
            Some(b"0b" | b"0B") => 2,
            _ => 10,
        };
        if radix != 10 {
            let whole = text.get(sign + 2..)?;
            let complete = !whole.is_empty() && digits(whole.as_bytes(), radix) == whole.len();
            return complete.then_some(Self {
                text,
                negative,
                radix,
                whole,
                fraction: "",
                exponent: "",
                whole_only: true,
            });
        }
        let mut at = sign + digits(bytes.get(sign..)?, 10);
        let whole = text.get(sign..at)?;
        let mut fraction = "";
        let mut exponent = "";
        let mut whole_only = true;
        if bytes.get(at) == Some(&b'.') {
            let start = at + 1;
            at = start + digits(bytes.get(start..)?, 10);
            fraction = text.get(start..at)?;
            whole_only = false;
        }
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        if matches!(bytes.get(at), Some(b'e' | b'E')) {
            let start = at + 1;
            let sign = usize::from(matches!(bytes.get(start), Some(b'+' | b'-')));
            let count = digits(bytes.get(start + sign..)?, 10);
            if count == 0 {
                return None;
            }
            at = start + sign + count;
            exponent = text.get(start..at)?;
            whole_only = false;
        }
        (at == bytes.len()).then_some(Self { text, negative, radix, whole, fraction, exponent, whole_only })
    }

    /// `007`, `00`, `01.5`: numbers for a reader that asks for one, names for all others.
    fn has_leading_zero(&self) -> bool {
        self.radix == 10 && self.whole.len() > 1 && self.whole.starts_with('0')
    }

    /// The number as an integer, exactly: `1e3`, and `2.0`, but not `2.9`.
    #[inline]
    pub(super) fn integer(&self) -> Result<Value, NotWhole> {
        if !self.whole_only {
            return self.integer_from_decimal();
        }
        let mut total = 0_u64;
        for digit in digit_values(self.whole) {
            let Some(next) = total.checked_mul(self.radix.into()).and_then(|t| t.checked_add(digit)) else {
                return self.big();
            };
            total = next;
        }
        self.signed(total).map_or_else(|| self.big(), |value| Ok(Value::Int(value)))
    }

    fn signed(&self, size: u64) -> Option<i64> {
        if self.negative { 0_i64.checked_sub_unsigned(size) } else { i64::try_from(size).ok() }
    }

    #[cold]
    fn big(&self) -> Result<Value, NotWhole> {
        // In the widest base, binary, the most digits are the most bits; one more is kept, so that too many show.
        let most = if self.radix == 10 { Self::MOST_DIGITS } else { Self::SAFE_BITS as usize + 1 };
        let digits: Vec<u8> =
            self.whole.bytes().filter(|&b| b != b'_').skip_while(|&b| b == b'0').take(most + 1).collect();
        if digits.len() > most {
            return Err(NotWhole::Long);
        }
        let size = BigInt::parse_bytes(&digits, self.radix).ok_or(NotWhole::Long)?;
        if is_long(&size) {
            return Err(NotWhole::Long);
        }
        Ok(Value::from(if self.negative { -size } else { size }))
    }

    /// Counts digits rather than going by way of a float, which would round 9007199254740993.0 to its neighbour, and
    /// rather than multiplying out, which `1e999999999` waits for.
    fn integer_from_decimal(&self) -> Result<Value, NotWhole> {
        let mut size = Some(0_u64);
        let mut zeros = 0_i64;
        let mut fraction_digits = 0_i64;
        let parts = [(self.whole, 0), (self.fraction, 1)];
        for (part, behind_the_point) in parts {
            for digit in digit_values(part) {
                fraction_digits += behind_the_point;
                zeros += 1;
                if digit != 0 {
                    size = size.and_then(|s| shifted(s, zeros)).and_then(|s| s.checked_add(digit));
                    zeros = 0;
                }
            }
        }
        if size == Some(0) {
            return Ok(Value::Int(0));
        }
        let scale = (self.exponent_value() - fraction_digits).saturating_add(zeros);
        if scale < 0 {
            return Err(NotWhole::Fraction);
        }
        // As for a float value: below 2^63 in size, so that -2^63 is out as well.
        let size = size.and_then(|s| shifted(s, scale)).and_then(|s| i64::try_from(s).ok()).ok_or(NotWhole::Large)?;
        Ok(Value::Int(if self.negative { -size } else { size }))
    }

    /// The exponent, cut to where no text is long enough to make up for it.
    fn exponent_value(&self) -> i64 {
        const FAR: i64 = i64::MAX / 4;
        let unsigned = self.exponent.trim_start_matches(['+', '-']);
        let size = digit_values(unsigned).fold(0_i64, |e, d| e.saturating_mul(10).saturating_add(d as i64));
        let size = size.min(FAR);
        if self.exponent.starts_with('-') { -size } else { size }
    }

    /// The number as the nearest float; `None` where it is beyond the largest one.
    #[inline]
    pub(super) fn float(&self) -> Option<f64> {
        let float = if self.radix != 10 {
            match self.integer().ok()? {
                Value::Int(value) => value as f64,
                Value::Big(value) => big_to_float(&value)?,
                _ => return None,
            }
        } else if self.text.contains('_') {
            self.text.replace('_', "").parse().ok()?
        } else {
            self.text.parse().ok()?
        };
        float.is_finite().then_some(float)
    }
}

/// The length of the longest start of `bytes` that is digits, with single `_` between them.
#[inline]
fn digits(bytes: &[u8], radix: u32) -> usize {
    let is_digit = |at: usize| bytes.get(at).is_some_and(|&b| char::from(b).is_digit(radix));
    let mut at = 0;
    while is_digit(at) {
        at += 1;
        if bytes.get(at) == Some(&b'_') && is_digit(at + 1) {
            at += 1;
        }
    }
    at
}

/// The values of checked digits of any base, `_` left out.
#[inline]
fn digit_values(digits: &str) -> impl Iterator<Item = u64> {
    digits.bytes().filter(|&b| b != b'_').map(|b| match b {
        b'0'..=b'9' => u64::from(b - b'0'),
        _ => u64::from((b | 0x20) - b'a') + 10,
    })
}

/// `size` with `places` more decimal digits, if that fits; zero never gets here with a number that is not zero.
fn shifted(size: u64, places: i64) -> Option<u64> {
    if size == 0 { Some(0) } else { size.checked_mul(10_u64.checked_pow(u32::try_from(places).ok()?)?) }
}

/// Whether an integer has more decimal digits than this crate reads or writes.
pub(super) fn is_long(value: &BigInt) -> bool {
    value.bits() > Number::SAFE_BITS && *value.magnitude() >= BigUint::from(10_u8).pow(Number::MOST_DIGITS as u32)
}

/// The nearest float; `None` beyond the largest one.
pub(super) fn big_to_float(value: &BigInt) -> Option<f64> {
    // Above 1,024 bits nothing is in range. Below, the decimal digits are few, and their parser rounds correctly.
    let float: f64 = if value.bits() > 1_024 { f64::INFINITY } else { value.to_string().parse().ok()? };
    float.is_finite().then_some(float)
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

    fn integer(text: &str) -> Result<Value, NotWhole> {
        Number::read(text).unwrap().integer()
    }

    #[test]
    fn a_decimal_is_an_integer_by_its_digits_and_not_by_way_of_a_float() {
        assert_eq!(integer("9007199254740993.0"), Ok(Value::Int(9_007_199_254_740_993)));
        assert_eq!(integer("1.00000000000000000000000000001"), Err(NotWhole::Fraction));
        assert_eq!(integer("4.50e1"), Ok(Value::Int(45)));
        assert_eq!(integer("4500e-2"), Ok(Value::Int(45)));
        assert_eq!(integer("45e-2"), Err(NotWhole::Fraction));
        assert_eq!(integer("-0.000e-999999999999999999999"), Ok(Value::Int(0)));
        assert_eq!(integer(&format!("0.{}1e1000001", "0".repeat(1_000_000))), Ok(Value::Int(1)));
        assert_eq!(integer("9223372036854775807."), Ok(Value::Int(i64::MAX)));
        assert_eq!(integer("9223372036854775808."), Err(NotWhole::Large));
        assert_eq!(integer("-9223372036854775808."), Err(NotWhole::Large));
        assert_eq!(integer("100000000000000000000.5"), Err(NotWhole::Fraction));
        assert_eq!(integer("1e999999999"), Err(NotWhole::Large));
        assert_eq!(integer("1e99999999999999999999999"), Err(NotWhole::Large));
        assert_eq!(integer("1e-99999999999999999999999"), Err(NotWhole::Fraction));
    }

    #[test]
    fn an_integer_has_up_to_4300_digits_in_every_base() {
        let most = "9".repeat(4_300);
        assert_eq!(integer(&most).unwrap().to_decimal(), most);
        assert_eq!(integer(&format!("{}{most}", "0".repeat(5_000))).unwrap().to_decimal(), most);
        assert_eq!(integer(&format!("1{}", "0".repeat(4_300))), Err(NotWhole::Long));
        let most = BigUint::from(10_u8).pow(4_300) - 1_u8;
        for (radix, prefix) in [(2, "0b"), (8, "0o"), (16, "0x")] {
            assert!(integer(&format!("-{prefix}{}", most.to_str_radix(radix))).is_ok());
            let more = (&most + 1_u8).to_str_radix(radix);
            assert_eq!(integer(&format!("{prefix}{more}")), Err(NotWhole::Long));
            assert_eq!(integer(&format!("{prefix}{}", "1".repeat(1_000_000))), Err(NotWhole::Long));
        }
    }

    impl Value {
        fn to_decimal(&self) -> String {
            match self {
                Self::Big(value) => value.to_string(),
                Self::Int(value) => value.to_string(),
                other => panic!("{other:?} is no integer"),
            }
        }
    }

    #[test]
    fn a_big_integer_is_never_one_that_fits_in_64_bits() {
        for (text, value) in [
            ("9223372036854775807", Value::Int(i64::MAX)),
            ("-9223372036854775808", Value::Int(i64::MIN)),
            ("-0x8000000000000000", Value::Int(i64::MIN)),
            ("00000000000000000000000000000007", Value::Int(7)),
        ] {
            assert_eq!(integer(text), Ok(value), "{text}");
        }
        for text in ["9223372036854775808", "-9223372036854775809", "18446744073709551616"] {
            assert!(matches!(integer(text), Ok(Value::Big(_))), "{text}");
        }
    }

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
