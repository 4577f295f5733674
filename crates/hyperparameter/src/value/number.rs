//! Numbers as they are spelled in text, read without going by way of a float (rules V3, V4).

use num_bigint::{BigInt, BigUint};

use super::Value;

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
    pub(super) whole_only: bool,
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
    pub(super) fn has_leading_zero(&self) -> bool {
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

/// Why a number in a file has no value.
#[cfg(feature = "config")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unspelled {
    /// It is beyond the largest float.
    Large,
    /// It is an integer of more than [`Number::MOST_DIGITS`] digits.
    Long,
    /// It is no number.
    NoNumber,
}

/// A number in a file: an integer of any size, exactly, unless it has a point or an exponent. Which spellings there are
/// is up to the format.
#[cfg(feature = "config")]
pub(crate) fn file_number(word: &str) -> Result<Value, Unspelled> {
    let number = Number::read(word).ok_or(Unspelled::NoNumber)?;
    if number.whole_only {
        number.integer().map_err(|_| Unspelled::Long)
    } else {
        number.float().map(Value::Float).ok_or(Unspelled::Large)
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
}
