//! Rules K1 and K3: what a key is, and what is said of one that is not.

use crate::error::{Error, Result};

/// The most bytes a key may have.
pub const MAX_LEN: usize = 65_535;

const BANNED: &str = "=\"',;()[]{}<>#$&|!?*^`\\";

/// Checks a key against rule K1.
///
/// # Errors
/// `InvalidKey`, naming the key, the byte at which it fails and the reason.
///
/// ```
/// use hyperparameter::key::validate;
/// assert!(validate("model.layers.0.größe").is_ok());
/// assert!(validate("model lr").unwrap_err().to_string().contains("white space"));
/// ```
pub fn validate(name: &str) -> Result<()> {
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
fn explain(name: &str) -> Result<()> {
    let bad = |at: usize, reason: String, help: &str| Err(Error::invalid_key(name, Some(at), reason, help));
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

/// Splits `key=value` text (rule V3): at the first `=`, nothing trimmed, the key checked.
///
/// # Errors
/// `InvalidKey` where there is no `=`, or where the key before it is invalid.
///
/// ```
/// assert_eq!(hyperparameter::key::validate_text("a.b= x=1").unwrap(), ("a.b", " x=1"));
/// ```
pub fn validate_text(pair: &str) -> Result<(&str, &str)> {
    let Some((key, value)) = pair.split_once('=') else {
        let help = "write it as key=value, for example \"model.lr=0.1\"";
        return Err(Error::invalid_key(pair, None, "there is no '=' in it", help));
    };
    validate(key)?;
    Ok((key, value))
}
