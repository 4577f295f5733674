//! Rules K1 and K3 at run time: what is said of a name that is no key. What a key is stands in `hyperparameter-key`.

use crate::error::{Error, Result};

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
#[inline]
pub fn validate(name: &str) -> Result<()> {
    hyperparameter_key::validate(name)
        .map_err(|fault| Error::invalid_key(name, Some(fault.at), fault.reason, fault.help))
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
