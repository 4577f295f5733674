//! Lengths of time as text, for every language that has a type for them (rule V4).

use std::fmt::Write as _;

use super::{Mismatch, text};
use crate::error::quoted;

const SECOND: i128 = 1_000_000_000;
/// Longer words are refused before they are read: no text makes a bomb.
const LONGEST: usize = 256;

/// The units and their lengths in nanoseconds. A unit is looked for by its whole name, in lower case but for the sign of micro.
const UNITS: &[(&[&str], i128)] = &[
    (&["ns", "nsec", "nanosecond", "nanoseconds"], 1),
    (&["us", "µs", "μs", "usec", "microsecond", "microseconds"], 1_000),
    (&["ms", "msec", "millisecond", "milliseconds"], 1_000_000),
    (&["s", "sec", "secs", "second", "seconds"], SECOND),
    (&["m", "min", "mins", "minute", "minutes"], 60 * SECOND),
    (&["h", "hr", "hrs", "hour", "hours"], 3_600 * SECOND),
    (&["d", "day", "days"], 86_400 * SECOND),
    (&["w", "week", "weeks"], 604_800 * SECOND),
];

/// The length of time that a text spells, in nanoseconds.
///
/// - Numbers with units, with or without spaces, each unit once and the longer first: `1.5s`, `2h30m`, `1 day 6 hours`, `250ms`.
///   Units are `ns`, `us` (`µs`), `ms`, `s`, `m`, `h`, `d` and `w`, and their English names; a number may have a fraction and `_`.
/// - A number alone is in seconds: `90`, `0.25`, `1e-3`.
/// - A clock: `2:30` is two minutes and a half, `1:02:03.5` has hours.
/// - ISO 8601 without years and months, whose length is not known: `PT2H30M`, `P1DT12H`, `P2W`.
///
/// A sign stands before all of it. What is finer than a nanosecond is refused, not rounded; a number with an exponent is rounded.
///
/// ```
/// use hyperparameter::value::duration;
///
/// assert_eq!(duration("1.5s")?, 1_500_000_000);
/// assert_eq!(duration("2h30m")?, duration("PT2H30M")?);
/// assert_eq!(duration("-250 ms")?, -250_000_000);
/// assert_eq!(duration("1:30")?, duration("90")?);
/// assert!(duration("5 fortnights").unwrap_err().reason().contains("no unit of time"));
/// # Ok::<(), hyperparameter::value::Mismatch>(())
/// ```
///
/// # Errors
/// [`Mismatch`], which says what is wrong and what can be written.
pub fn duration(text: &str) -> Result<i128, Mismatch> {
    let word = text::trim(text);
    if word.len() > LONGEST {
        return Err(Mismatch::new(format!("{} is too long for a length of time", quoted(word))));
    }
    let (negative, size) = match word.strip_prefix(['-', '+']) {
        Some(size) => (word.starts_with('-'), text::trim(size)),
        None => (false, word),
    };
    if size.is_empty() {
        return Err(Mismatch::new("an empty text is no length of time; write one like 1.5s or 2h30m"));
    }
    let nanos = if let Some(parts) = size.strip_prefix(['P', 'p']) {
        iso(word, parts)
    } else if size.contains(':') {
        clock(word, size)
    } else if !size.ends_with(char::is_alphabetic) {
        seconds(word, size)
    } else {
        units(word, size)
    }?;
    Ok(if negative { -nanos } else { nanos })
}

fn too_long(word: &str) -> Mismatch {
    Mismatch::new(format!("{} is too long a time", quoted(word)))
}

/// A decimal number of units, exactly.
fn decimal(word: &str, number: &str, unit: i128) -> Result<i128, Mismatch> {
    let odd = || Mismatch::new(format!("{} is no number in {}", quoted(number), quoted(word)));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |part: &str| -> Result<String, Mismatch> {
        let inside = !part.starts_with('_') && !part.ends_with('_') && !part.contains("__");
        if inside && part.bytes().all(|b| b.is_ascii_digit() || b == b'_') {
            Ok(part.replace('_', ""))
        } else {
            Err(odd())
        }
    };
    let (whole, fraction) = (digits(whole)?, digits(fraction)?);
    if whole.is_empty() && fraction.is_empty() {
        return Err(odd());
    }
    let read = |digits: &str| if digits.is_empty() { Some(0) } else { digits.parse::<i128>().ok() };
    let mut nanos = read(&whole).and_then(|n| n.checked_mul(unit)).ok_or_else(|| too_long(word))?;
    let fraction = fraction.trim_end_matches('0');
    let finer = || Mismatch::new(format!("{} is finer than a nanosecond", quoted(word)));
    let scale = u32::try_from(fraction.len()).ok().and_then(|n| 10_i128.checked_pow(n)).ok_or_else(finer)?;
    let part = read(fraction).and_then(|n| n.checked_mul(unit)).ok_or_else(finer)?;
    if part % scale != 0 {
        return Err(finer());
    }
    nanos = nanos.checked_add(part / scale).ok_or_else(|| too_long(word))?;
    // A bound far beyond every clock keeps sums and signs safe.
    if nanos > i128::MAX / 4 { Err(too_long(word)) } else { Ok(nanos) }
}

fn seconds(word: &str, number: &str) -> Result<i128, Mismatch> {
    if !number.contains(['e', 'E']) {
        return decimal(word, number, SECOND);
    }
    let float: f64 = number
        .parse()
        .map_err(|_| Mismatch::new(format!("{} is no length of time; write one like 1.5s or 2h30m", quoted(word))))?;
    let nanos = float * 1e9;
    #[allow(clippy::cast_possible_truncation, reason = "the range was just tested")]
    if nanos.is_finite() && nanos < 1e30 { Ok(nanos.round() as i128) } else { Err(too_long(word)) }
}

fn clock(word: &str, size: &str) -> Result<i128, Mismatch> {
    let parts: Vec<&str> = size.split(':').collect();
    let (hours, minutes, seconds) = match parts[..] {
        [minutes, seconds] => ("0", minutes, seconds),
        [hours, minutes, seconds] => (hours, minutes, seconds),
        _ => return Err(Mismatch::new(format!("{} has too many ':'; a clock is H:MM:SS", quoted(word)))),
    };
    let below = |part: &str, nanos: i128, unit: i128| {
        if nanos < 60 * unit {
            Ok(nanos)
        } else {
            Err(Mismatch::new(format!("{} is not below 60 in {}", quoted(part), quoted(word))))
        }
    };
    let whole = [hours, minutes].iter().all(|part| !part.contains('.'));
    if !whole {
        return Err(Mismatch::new(format!("only the seconds of {} can have a fraction", quoted(word))));
    }
    let h = decimal(word, hours, 3_600 * SECOND)?;
    let mut m = decimal(word, minutes, 60 * SECOND)?;
    if parts.len() == 3 {
        m = below(minutes, m, 60 * SECOND)?;
    }
    let s = below(seconds, decimal(word, seconds, SECOND)?, SECOND)?;
    Ok(h + m + s)
}

fn units(word: &str, size: &str) -> Result<i128, Mismatch> {
    let mut rest = size;
    let mut last = i128::MAX;
    let mut sum = 0_i128;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_'))).unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        let after = text::trim(after);
        let end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (name, after) = after.split_at(end);
        let unit = unit(word, name)?;
        if unit >= last {
            return Err(Mismatch::new(format!("the units of {} are not in order, each once", quoted(word))));
        }
        last = unit;
        sum = sum.checked_add(decimal(word, number, unit)?).ok_or_else(|| too_long(word))?;
        rest = text::trim(after);
    }
    Ok(sum)
}

fn unit(word: &str, name: &str) -> Result<i128, Mismatch> {
    let lower = name.to_lowercase();
    let known = UNITS.iter().find(|(names, _)| names.contains(&lower.as_str()));
    // `M` might be a month, and `MS` a thousand of anything: only names that are words take capitals.
    let case = name.chars().count() > 2 || lower == name;
    known.filter(|_| case).map(|(_, unit)| *unit).ok_or_else(|| {
        let what = if name.is_empty() { "a number".to_owned() } else { quoted(name) };
        Mismatch::new(format!("{what} is no unit of time in {}; they are ns, us, ms, s, m, h, d and w", quoted(word)))
    })
}

fn iso(word: &str, parts: &str) -> Result<i128, Mismatch> {
    let wrong = || Mismatch::new(format!("{} is no ISO 8601 duration like PT2H30M or P1DT12H", quoted(word)));
    let (date, time) = match parts.split_once(['T', 't']) {
        Some((_, "")) => return Err(wrong()),
        Some((date, time)) => (date, time),
        None => (parts, ""),
    };
    let mut sum = 0_i128;
    let mut any = false;
    for (part, names) in
        [(date, &[('W', 604_800), ('D', 86_400)][..]), (time, &[('H', 3_600), ('M', 60), ('S', 1)][..])]
    {
        let mut rest = part;
        let mut names = names.iter();
        while let Some(end) = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))) {
            let (number, after) = rest.split_at(end);
            let letter = after.chars().next().map(|c| c.to_ascii_uppercase()).ok_or_else(wrong)?;
            if part == date && matches!(letter, 'Y' | 'M') {
                return Err(Mismatch::new(format!(
                    "{} counts years or months, whose length is not known; write days",
                    quoted(word)
                )));
            }
            let (_, seconds) = names.find(|(name, _)| *name == letter).ok_or_else(wrong)?;
            let number = number.replace(',', ".");
            sum = sum.checked_add(decimal(word, &number, seconds * SECOND)?).ok_or_else(|| too_long(word))?;
            rest = after.get(1..).ok_or_else(wrong)?;
            any = true;
        }
        if !rest.is_empty() {
            return Err(wrong());
        }
    }
    if any { Ok(sum) } else { Err(wrong()) }
}

/// A length of time, in nanoseconds, as [`duration`] reads it: `2h30m`, `1.5s`, `0s`.
///
/// ```
/// use hyperparameter::value::duration_text;
///
/// assert_eq!(duration_text(9_000_000_000_000), "2h30m");
/// assert_eq!(duration_text(1_500_000_000), "1.5s");
/// assert_eq!(duration_text(-250_000_000), "-250ms");
/// ```
#[must_use]
pub fn duration_text(nanos: i128) -> String {
    if nanos == 0 {
        return "0s".to_owned();
    }
    let mut out = String::new();
    if nanos < 0 {
        out.push('-');
    }
    let mut rest = nanos.unsigned_abs();
    let second = SECOND.unsigned_abs();
    for (name, seconds) in [("d", 86_400), ("h", 3_600), ("m", 60)] {
        let unit = seconds * second;
        if rest >= unit {
            let _ = write!(out, "{}{name}", rest / unit);
            rest %= unit;
        }
    }
    let small = [("s", second), ("ms", 1_000_000), ("us", 1_000), ("ns", 1)];
    if let Some((name, unit)) = small.into_iter().find(|(_, unit)| rest >= *unit) {
        let digits = unit.ilog10() as usize;
        let fraction = format!("{:0digits$}", rest % unit);
        let fraction = if digits == 0 { "" } else { fraction.trim_end_matches('0') };
        let point = if fraction.is_empty() { "" } else { "." };
        let _ = write!(out, "{}{point}{fraction}{name}", rest / unit);
    }
    out
}
