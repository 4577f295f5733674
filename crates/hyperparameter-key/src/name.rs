//! Rules K1 and K3: what a key is, and what is said of one that is not.

use alloc::format;
use alloc::string::String;
use core::fmt;

/// The most bytes a key may have.
pub const MAX_LEN: usize = 65_535;

const BANNED: &str = "=\"',;()[]{}<>#$&|!?*^`\\";

/// Why a name is no key.
///
/// ```
/// let fault = hyperparameter_key::validate("model lr").unwrap_err();
/// assert_eq!((fault.at, fault.help), (5, "use '_' or '-'"));
/// assert_eq!(fault.to_string(), "white space (U+0020) is not allowed in a key; use '_' or '-'");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The byte at which the name fails.
    pub at: usize,
    /// What is wrong there.
    pub reason: String,
    /// What to write instead.
    pub help: &'static str,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.reason, self.help)
    }
}

impl core::error::Error for Fault {}

/// Checks a key against rule K1.
///
/// # Errors
/// The byte at which the name fails, the reason, and what to write instead.
///
/// ```
/// use hyperparameter_key::validate;
/// assert!(validate("model.layers.0.größe").is_ok());
/// assert!(validate("model lr").unwrap_err().reason.contains("white space"));
/// ```
#[inline]
pub fn validate(name: &str) -> Result<(), Fault> {
    // Most keys are short ASCII words: one pass over the bytes decides those, without decoding characters.
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'/' | b':' | b'@' | b'%');
    let mut start = true;
    let mut ok = !name.is_empty() && name.len() <= MAX_LEN;
    for b in name.bytes() {
        if b == b'.' && !start {
            start = true;
        } else if plain(b) {
            start = false;
        } else {
            ok = false;
            break;
        }
    }
    if ok && !start { Ok(()) } else { explain(name) }
}

#[cold]
fn explain(name: &str) -> Result<(), Fault> {
    let bad = |at: usize, reason: String, help: &'static str| Err(Fault { at, reason, help });
    if name.is_empty() {
        return bad(0, "a key has at least one segment".into(), "write a name such as 'model.lr'");
    }
    if name.len() > MAX_LEN {
        return bad(MAX_LEN, format!("a key has at most {MAX_LEN} bytes, this one has {}", name.len()), "shorten it");
    }
    let mut previous_dot = true;
    for (at, c) in name.char_indices() {
        if at == 0 && (c == '+' || c == '~') {
            return bad(0, format!("a key does not begin with '{c}', which is a command-line operator"), "drop it");
        }
        if c == '.' {
            if previous_dot {
                return bad(at, "a segment is empty".into(), "write one '.' between two names");
            }
            previous_dot = true;
            continue;
        }
        previous_dot = false;
        if c.is_whitespace() {
            return bad(at, format!("white space (U+{:04X}) is not allowed in a key", u32::from(c)), "use '_' or '-'");
        }
        if c.is_control() {
            return bad(at, format!("the control character U+{:04X} is not allowed in a key", u32::from(c)), "drop it");
        }
        if BANNED.contains(c) {
            let help = match c {
                '[' | ']' => "write an index as a segment, as in 'layers.0.size'",
                '=' => "write \"key=value\" where a pair is expected",
                _ => "use letters, digits, '_', '-', '/', ':', '@' or '%'",
            };
            return bad(at, format!("the character '{c}' is not allowed in a key"), help);
        }
    }
    if previous_dot {
        return bad(name.len() - 1, "the last segment is empty".into(), "drop the '.' at the end");
    }
    Ok(())
}
