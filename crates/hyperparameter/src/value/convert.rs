//! How one kind of value becomes another (rules V4, V5): one table, decided by the type that is asked for.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use num_bigint::BigInt;

use super::number::{self, NotWhole, Number};
use super::text;
use super::{Map, Value};
use crate::error::quoted;

/// How deep [`untyped`] looks into lists and maps; the store refuses deeper ones.
const DEEPEST: usize = 100;

/// The type a reader asks for (rule V4).
///
/// The numbers are part of the C interface and do not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Ask {
    /// No type: text becomes the literal it spells.
    Any = 0,
    /// A truth value.
    Bool = 1,
    /// An integer of any size.
    Int = 2,
    /// An integer where that works, else a float.
    Number = 3,
    /// A 64-bit float.
    Float = 4,
    /// A string.
    Str = 5,
    /// A list, a tuple or a set.
    List = 6,
    /// A map.
    Map = 7,
}

impl Ask {
    /// The name of the type, for messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "any type",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Number => "number",
            Self::Float => "float",
            Self::Str => "string",
            Self::List => "list",
            Self::Map => "map",
        }
    }

    /// What would convert, for messages.
    const fn takes(self) -> &'static str {
        match self {
            Self::Any => "any value",
            Self::Bool => "a bool, an int or one of true/false/yes/no/on/off/1/0/t/f/y/n",
            Self::Int => "a whole number",
            Self::Number | Self::Float => "a number",
            Self::Str => "a string, a number or a bool",
            Self::List => "a list like [a, b]",
            Self::Map => "a map like {a: 1, b: 2}",
        }
    }
}

/// Why a value does not convert.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    reason: Cow<'static, str>,
    part: Option<Box<Part>>,
}

/// What a [`Mismatch`] is about, where it is a part of the value: a field, an item.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Where it stands in the value that was asked for, as the end of a key: `opt.lr`, `layers.0`.
    pub path: String,
    /// The part itself; `None` where it is missing.
    pub value: Option<Value>,
    /// The type that the part was asked for as.
    pub wanted: String,
    /// Whether it is a parameter of its own, the field of a struct.
    pub field: bool,
}

impl Mismatch {
    /// A reason, as a clause that can stand in brackets: "2.9 has a fraction".
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { reason: reason.into(), part: None }
    }

    /// A reason that is about a part.
    #[cfg(feature = "host-table")]
    pub(crate) fn of_part(reason: String, part: Part) -> Self {
        Self { reason: reason.into(), part: Some(Box::new(part)) }
    }

    /// The reason, without the key, the value's source and the type wanted.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The part of the value that does not convert, where it is not all of it.
    #[must_use]
    pub fn part(&self) -> Option<&Part> {
        self.part.as_deref()
    }

    /// The same, about all of a value: a part that is now named by its own key.
    pub(crate) fn whole(mut self) -> Self {
        self.part = None;
        self
    }

    /// The same, about the item of a list or map under this name, which was asked for as a `T`.
    #[must_use]
    pub fn at<T: crate::FromParam>(self, name: &str, value: Option<&Value>) -> Self {
        self.under(name, || Part { path: name.to_owned(), value: value.cloned(), wanted: wanted::<T>(), field: false })
    }

    /// The same, about the field of a struct under this name, which was asked for as a `T`: a parameter of its own.
    #[must_use]
    pub fn at_field<T: crate::FromParam>(self, name: &str, value: Option<&Value>) -> Self {
        self.under(name, || Part { path: name.to_owned(), value: value.cloned(), wanted: wanted::<T>(), field: true })
    }

    pub(crate) fn at_parsed(self, name: &str, value: &Value, wanted: &str) -> Self {
        let part =
            || Part { path: name.to_owned(), value: Some(value.clone()), wanted: wanted.to_owned(), field: true };
        self.under(name, part)
    }

    /// The same, about a field that is not there.
    pub(crate) fn at_missing(self, name: &str) -> Self {
        self.under(name, || Part { path: name.to_owned(), value: None, wanted: String::new(), field: true })
    }

    fn under(mut self, name: &str, part: impl FnOnce() -> Part) -> Self {
        match &mut self.part {
            Some(part) => part.path.insert_str(0, &format!("{name}.")),
            None => self.part = Some(Box::new(part())),
        }
        self
    }
}

/// The type that a declaration wants, as it is written there, or as what failed says it.
#[cfg(feature = "clap")]
pub(crate) fn wanted_text(written: &str, mismatch: &Mismatch) -> String {
    match mismatch.part() {
        Some(part) if !part.wanted.is_empty() => part.wanted.clone(),
        _ if written.is_empty() => "the type declared".to_owned(),
        _ => written.to_owned(),
    }
}

/// The name of the type that a `T` asks for: the same in every language, where it is one of the core's.
pub(crate) fn wanted<T: crate::FromParam>() -> String {
    if T::ASK == Ask::Any { std::any::type_name::<T>().to_owned() } else { T::ASK.name().to_owned() }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(part) = &self.part {
            write!(f, "{}: ", part.path)?;
        }
        f.write_str(&self.reason)
    }
}

impl Error for Mismatch {}

/// `value` as the type asked for, by the table of rule V4.
///
/// A null, and text that spells one, is null for every type (text asked as a string excepted): whether the asked type
/// can hold it is up to the caller. The items of a list or map that comes from text stay text, so that a reader who
/// knows their type converts them from their exact characters; who knows none calls [`untyped`] on the result.
///
/// ```
/// use hyperparameter::value::{Ask, Value, convert};
///
/// assert_eq!(convert(&Value::text("1e3"), Ask::Int)?, Value::Int(1000));
/// assert_eq!(convert(&Value::Float(2.9), Ask::Int).unwrap_err().reason(), "2.9 has a fraction");
/// # Ok::<(), hyperparameter::value::Mismatch>(())
/// ```
///
/// # Errors
/// [`Mismatch`], which says why the value does not convert.
pub fn convert(value: &Value, ask: Ask) -> Result<Value, Mismatch> {
    match (value, ask) {
        (Value::Null, _) => Ok(Value::Null),
        (Value::Text(text), Ask::Any) => Ok(text.literal()),
        (_, Ask::Any) => Ok(value.clone()),
        (Value::Text(text), Ask::Str) => Ok(Value::Str(text.to_arc())),
        (Value::Text(text), _) => {
            let word = text::trim(text.as_str());
            if text::is_null(word) { Ok(Value::Null) } else { from_text(value, text.as_str(), word, ask) }
        }
        (Value::Str(text), Ask::Bool | Ask::Int | Ask::Number | Ask::Float) => {
            from_text(value, text, text::trim(text), ask)
        }
        (Value::Host(host), _) => match host.view() {
            // A view that is a host object again has no plain value; following it could go round in circles.
            Some(view) if !matches!(view, Value::Host(_)) => convert(&view, ask),
            _ => Err(not_one(value, ask)),
        },
        (_, Ask::Bool) => match value {
            Value::Bool(_) => Ok(value.clone()),
            Value::Int(int) => Ok(Value::Bool(*int != 0)),
            Value::Big(_) => Ok(Value::Bool(true)),
            _ => Err(not_one(value, ask)),
        },
        (_, Ask::Int) => match value {
            Value::Int(_) | Value::Big(_) => Ok(value.clone()),
            Value::Bool(truth) => Ok(Value::Int((*truth).into())),
            Value::Float(float) => whole(*float),
            _ => Err(not_one(value, ask)),
        },
        (_, Ask::Number) => match value {
            Value::Int(_) | Value::Big(_) => Ok(value.clone()),
            Value::Bool(truth) => Ok(Value::Int((*truth).into())),
            Value::Float(float) => Ok(exact(*float).map_or(Value::Float(*float), Value::Int)),
            _ => Err(not_one(value, ask)),
        },
        (_, Ask::Float) => match value {
            Value::Float(_) => Ok(value.clone()),
            Value::Int(int) => Ok(Value::Float(*int as f64)),
            Value::Big(big) => number::big_to_float(big)
                .map(Value::Float)
                .ok_or_else(|| Mismatch::new("the integer is beyond the largest float, about 1.8e308")),
            Value::Bool(truth) => Ok(Value::Float((*truth).into())),
            _ => Err(not_one(value, ask)),
        },
        (_, Ask::Str) => match value {
            Value::Str(_) => Ok(value.clone()),
            Value::Bool(truth) => Ok(Value::str(if *truth { "true" } else { "false" })),
            Value::Int(int) => Ok(Value::str(int.to_string())),
            Value::Big(big) => decimal(big).map(Value::str),
            Value::Float(float) => Ok(Value::str(float_text(*float))),
            _ => Err(not_one(value, ask)),
        },
        (Value::List(_), Ask::List) | (Value::Map(_), Ask::Map) => Ok(value.clone()),
        (_, Ask::List | Ask::Map) => Err(not_one(value, ask)),
    }
}

/// Text, or a string, of which `word` is what is left without the space around it.
fn from_text(value: &Value, text: &str, word: &str, ask: Ask) -> Result<Value, Mismatch> {
    match ask {
        Ask::Bool => truth(word).map(Value::Bool).ok_or_else(|| {
            Mismatch::new(format!("{} is not one of true/false/yes/no/on/off/1/0/t/f/y/n", quoted(word)))
        }),
        Ask::Int | Ask::Number | Ask::Float => number(word, ask),
        Ask::List => text::list(text).map_err(|fault| Mismatch::new(fault.to_string())),
        Ask::Map => text::map(text).map_err(|fault| Mismatch::new(fault.to_string())),
        Ask::Any | Ask::Str => Ok(value.clone()),
    }
}

/// The words that are truth values for a reader that asks for one.
fn truth(word: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|w| w.eq_ignore_ascii_case(word));
    if is(&["true", "t", "yes", "y", "on", "1"]) {
        Some(true)
    } else if is(&["false", "f", "no", "n", "off", "0"]) {
        Some(false)
    } else {
        None
    }
}

fn number(word: &str, ask: Ask) -> Result<Value, Mismatch> {
    if let Some(number) = Number::read(word) {
        let integer = if ask == Ask::Float { Err(NotWhole::Fraction) } else { number.integer() };
        return match (integer, ask) {
            (Ok(integer), _) => Ok(integer),
            (Err(why), Ask::Int) => Err(match why {
                NotWhole::Fraction => Mismatch::new(format!("{} has a fraction", quoted(word))),
                NotWhole::Large => Mismatch::new(format!(
                    "{} is not below 2^63; an integer so large needs all its digits",
                    quoted(word)
                )),
                NotWhole::Long => too_long(),
            }),
            (Err(_), _) => number
                .float()
                .map(Value::Float)
                .ok_or_else(|| Mismatch::new(format!("{} is beyond the largest float, about 1.8e308", quoted(word)))),
        };
    }
    if let Some(truth) = text::truth(word) {
        return Ok(if ask == Ask::Float { Value::Float(truth.into()) } else { Value::Int(truth.into()) });
    }
    if let Some(float) = not_finite(word) {
        return if ask == Ask::Int {
            Err(Mismatch::new(format!("{} is not a whole number", quoted(word))))
        } else {
            Ok(Value::Float(float))
        };
    }
    Err(Mismatch::new(match word.as_bytes().first() {
        None => Cow::Borrowed("an empty text is not a number"),
        Some(b'"' | b'\'') => Cow::Owned(format!("{} is not a number but a quoted string", quoted(word))),
        Some(_) => Cow::Owned(format!("{} is not a number", quoted(word))),
    }))
}

/// `inf`, `nan` and their like, for a reader that asks for a float.
fn not_finite(word: &str) -> Option<f64> {
    let (negative, name) = match word.strip_prefix(['+', '-']) {
        Some(name) => (word.starts_with('-'), name),
        None => (false, word),
    };
    let size = if ["inf", ".inf", "infinity"].iter().any(|n| n.eq_ignore_ascii_case(name)) {
        f64::INFINITY
    } else if ["nan", ".nan"].iter().any(|n| n.eq_ignore_ascii_case(name)) {
        f64::NAN
    } else {
        return None;
    };
    Some(if negative { -size } else { size })
}

/// A float with no fraction below 2^63 as an integer.
fn exact(float: f64) -> Option<i64> {
    const BOUND: f64 = 9_223_372_036_854_775_808.0;
    (float.trunc() == float && float.abs() < BOUND).then_some(float as i64)
}

fn whole(float: f64) -> Result<Value, Mismatch> {
    exact(float).map(Value::Int).ok_or_else(|| {
        let shown = float_text(float);
        Mismatch::new(if !float.is_finite() {
            format!("{shown} is not a whole number")
        } else if float.trunc() == float {
            format!("{shown} is not below 2^63, and larger floats are not exact")
        } else {
            format!("{shown} has a fraction")
        })
    })
}

fn decimal(big: &BigInt) -> Result<String, Mismatch> {
    if number::is_long(big) { Err(too_long()) } else { Ok(big.to_string()) }
}

fn too_long() -> Mismatch {
    Mismatch::new("the integer has more than 4,300 digits")
}

fn not_one(value: &Value, ask: Ask) -> Mismatch {
    let kind = value.kind_name();
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
    Mismatch::new(format!("{article} {kind} is not {}", ask.takes()))
}

/// `value` with every text in it, however deep, read as the literal it spells (rule V4: "items are read as untyped
/// literals unless an annotation names their type").
///
/// What holds no text is shared and not copied.
///
/// ```
/// use hyperparameter::value::{Ask, Value, convert, untyped};
///
/// let list = convert(&Value::text("1, 007, [x]"), Ask::List)?;
/// assert_eq!(untyped(&list), Value::list([1.into(), "007".into(), Value::list(["x".into()])]));
/// # Ok::<(), hyperparameter::value::Mismatch>(())
/// ```
#[must_use]
pub fn untyped(value: &Value) -> Value {
    resolved(value, DEEPEST).unwrap_or_else(|| value.clone())
}

/// `value` with its texts read, or `None` where there is none to read.
fn resolved(value: &Value, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    match value {
        Value::Text(text) => Some(text.literal()),
        Value::List(items) => {
            let (first, new) = items.iter().enumerate().find_map(|(at, item)| Some((at, resolved(item, depth)?)))?;
            let (before, after) = (items.get(..first)?, items.get(first + 1..)?);
            let after = after.iter().map(|item| resolved(item, depth).unwrap_or_else(|| item.clone()));
            Some(Value::List(before.iter().cloned().chain([new]).chain(after).collect()))
        }
        Value::Map(map) => {
            let mut changed = false;
            let pairs = map.0.iter().map(|(name, value)| {
                let new = resolved(value, depth);
                changed |= new.is_some();
                (Arc::clone(name), new.unwrap_or_else(|| value.clone()))
            });
            let pairs = pairs.collect();
            changed.then(|| Value::Map(Arc::new(Map(pairs))))
        }
        _ => None,
    }
}

/// A float in its shortest form that reads back the same, spelled as Python's `repr` spells it.
///
/// ```
/// use hyperparameter::value::float_text;
///
/// assert_eq!(float_text(1.0), "1.0");
/// assert_eq!(float_text(0.00001), "1e-05");
/// assert_eq!(float_text(1e16), "1e+16");
/// ```
#[must_use]
pub fn float_text(float: f64) -> String {
    if float.is_nan() {
        return "nan".to_owned();
    }
    if float.is_infinite() {
        return if float > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let (digits, exponent) = shortest(float.abs());
    let sign = if float.is_sign_negative() { "-" } else { "" };
    // How many digits stand before the point.
    let whole = exponent + 1;
    if !(-4..16).contains(&exponent) {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        format!("{sign}{first}{point}{rest}e{exponent:+03}")
    } else if whole <= 0 {
        format!("{sign}0.{:0>width$}", digits, width = digits.len() + whole.unsigned_abs() as usize)
    } else if let Some((whole, fraction)) = digits.split_at_checked(whole as usize).filter(|(_, f)| !f.is_empty()) {
        format!("{sign}{whole}.{fraction}")
    } else {
        format!("{sign}{digits:0<width$}.0", width = whole as usize)
    }
}

/// The fewest digits that read back as this positive float, and the power of ten of the first one.
fn shortest(size: f64) -> (String, i32) {
    let parts = |scientific: String| {
        let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        (digits.replace('.', ""), exponent.parse().unwrap_or_default())
    };
    let (digits, exponent) = parts(format!("{size:e}"));
    // Where two such numbers are equally near, Rust takes the upper one and Python the even one. It needs 16 digits for
    // a float to lie half-way between two decimals that both read back as it. With as many digits asked for, Rust too
    // takes the even one; it is not used where it lies just outside of what reads back.
    if digits.len() >= 16 && digits.bytes().last().is_some_and(|digit| digit % 2 == 1) {
        let even = format!("{size:.*e}", digits.len() - 1);
        if even.parse() == Ok(size) {
            return parts(even);
        }
    }
    (digits, exponent)
}
