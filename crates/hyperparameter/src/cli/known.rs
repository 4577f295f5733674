//! Which keys may be set: the rule of the unknown key, in one place for the command line, files and the environment.

use crate::error::{Error, quoted};
use crate::scope::Source;
use crate::suggest::nearest;

/// How many names are suggested at most.
const MOST: usize = 3;

/// A key that is refused, with the names that were probably meant.
pub type Unknown<'a> = Vec<&'a str>;

/// `None` if a key may be set, else the declared names that were probably meant, the nearest first, perhaps none.
///
/// A key is refused if its namespace has parameters and it is none of them, or if it is a misspelt parameter. What lies
/// under a declared key (a leaf of its dictionary, an element of its list) and what encloses some is known too. Any other
/// key is let through: a plugin may declare it later.
///
/// ```
/// use hyperparameter::cli::unknown;
///
/// let declared = ["train.lr", "train.steps", "train.opt"];
/// assert_eq!(unknown("train.lr", &declared), None);
/// assert_eq!(unknown("train.opt.eps", &declared), None);
/// assert_eq!(unknown("train", &declared), None);
/// assert_eq!(unknown("network.lr", &declared), None);
/// assert_eq!(unknown("train.lrr", &declared), Some(vec!["train.lr"]));
/// assert_eq!(unknown("trian.lr", &declared), Some(vec!["train.lr"]));
/// ```
#[must_use]
pub fn unknown<'a>(key: &str, declared: &[&'a str]) -> Option<Unknown<'a>> {
    let above = |short: &str, long: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('.'));
    if declared.iter().any(|name| *name == key || above(name, key) || above(key, name)) {
        return None;
    }
    let near = nearest(key, declared.iter().copied(), MOST);
    let namespace = |name: &str| name.rsplit_once('.').map(|(namespace, _)| namespace.to_owned());
    let own = namespace(key);
    if own.is_some() && declared.iter().any(|name| namespace(name) == own) {
        return Some(near);
    }
    let misspelt: Vec<_> = near.into_iter().filter(|name| is_misspelt(key, name)).collect();
    (!misspelt.is_empty()).then_some(misspelt)
}

/// Whether each segment is the other's or nearly so: `trian.lr` is `train.lr`, `network.lr` is not. Without a namespace the
/// name itself is enough: `lr` is `train.lr`.
fn is_misspelt(key: &str, name: &str) -> bool {
    if !key.contains('.') {
        return true;
    }
    let alike = |(a, b): (&str, &str)| a == b || !nearest(a, [b], 1).is_empty();
    key.split('.').count() == name.split('.').count() && key.split('.').zip(name.split('.')).all(alike)
}

/// The error for a key that [`unknown`] refuses, which says where it was set and what was probably meant.
#[must_use]
pub fn no_parameter(key: &str, source: &Source, near: &[&str]) -> Error {
    let mut text = format!("no parameter {}", quoted(key));
    if !source.is_unknown() {
        text = format!("{text} ({source})");
    }
    if near.is_empty() {
        text += "; --list-params lists the parameters";
    } else {
        let near: Vec<_> = near.iter().map(|name| quoted(name)).collect();
        text = format!("{text}; did you mean {}?", near.join(" or "));
    }
    Error::no_parameter(key, near.iter().map(|&name| name.to_owned()).collect(), text)
}
