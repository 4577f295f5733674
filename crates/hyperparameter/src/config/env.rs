//! Environment variables as parameters (A.5): `HP_MODEL__LR=0.1` is the text `0.1` for `model.lr`.

use super::Variable;
use crate::error::Error;
use crate::key::validate;

/// How variables are named.
#[derive(Clone, Debug)]
pub(super) struct Naming {
    pub(super) prefix: String,
    pub(super) separator: String,
}

impl Naming {
    pub(super) fn new(prefix: &str) -> Self {
        let mut prefix = prefix.to_owned();
        // `HP` means `HP_`: else `HPC` would be the parameter `c`.
        if !prefix.is_empty() && !prefix.ends_with('_') {
            prefix.push('_');
        }
        Self { prefix, separator: "__".to_owned() }
    }
}

/// Those that name a key, with it; and what is wrong with the others.
type Parameters = (Vec<(String, Variable)>, Vec<Error>);

/// The variables that name parameters: the key, the variable and its text, in order of the variables' names; and those
/// with the prefix that name no key.
pub(super) fn parameters(
    naming: &Naming,
    environment: &[Variable],
    declared: &dyn Fn(&str) -> bool,
) -> Result<Parameters, Error> {
    let (mut found, mut strange) = (Vec::new(), Vec::new());
    if naming.prefix.is_empty() {
        return Ok((found, strange));
    }
    let mut variables: Vec<&Variable> =
        environment.iter().filter(|variable| variable.name.starts_with(&naming.prefix)).collect();
    variables.sort_by(|a, b| a.name.cmp(&b.name));
    for variable in variables {
        let rest = variable.name.strip_prefix(&naming.prefix).unwrap_or_default();
        let exact = if naming.separator.is_empty() { rest.to_owned() } else { rest.replace(&naming.separator, ".") };
        let key = if declared(&exact) { exact } else { exact.to_lowercase() };
        if let Err(error) = validate(&key) {
            strange.push(Error::config(
                Some(&key),
                format!("the environment variable {} names no parameter: {error}", variable.name),
            ));
            continue;
        }
        if variable.text.is_none() {
            let message = format!("the environment variable {} is no valid Unicode", variable.name);
            return Err(Error::config(Some(&key), message));
        }
        found.push((key, variable.clone()));
    }
    Ok((found, strange))
}
