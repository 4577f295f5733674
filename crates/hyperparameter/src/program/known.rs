//! Which keys a command line may set, and which were probably meant.

use std::collections::BTreeSet;

use crate::__private::sites;
use crate::report::all_declared;
use crate::suggest::nearest;

/// The keys that the program and everything linked into it declare, in order.
pub(super) fn declared() -> BTreeSet<&'static str> {
    sites().map(|site| site.key).chain(all_declared().into_iter().map(crate::Key::name)).collect()
}

/// `None` if a key may be set, else the names that were probably meant (perhaps none).
///
/// A key is refused if its namespace has parameters and it is none of them, or if it is a misspelt parameter. What lies
/// under a declared key (a field, an element of its list) and what encloses some is known too.
pub(super) fn unknown<'a>(key: &str, declared: &BTreeSet<&'a str>) -> Option<Vec<&'a str>> {
    let under = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'));
    if declared.contains(key) || declared.iter().any(|name| under(key, name) || under(name, key)) {
        return None;
    }
    let near = nearest(key, declared.iter().copied(), 3);
    let namespace = |name: &'a str| name.rsplit_once('.').map_or("", |(space, _)| space);
    let own = key.rsplit_once('.').map_or("", |(space, _)| space);
    if !own.is_empty() && declared.iter().any(|name| namespace(name) == own) {
        return Some(near);
    }
    let near: Vec<&str> = near.into_iter().filter(|name| is_misspelt(key, name)).collect();
    (!near.is_empty()).then_some(near)
}

/// Whether each segment is the other's or nearly so: `trian.lr` is `train.lr`, `network.lr` is not. Without a namespace
/// the name itself is enough: `lr` is `train.lr`.
fn is_misspelt(key: &str, name: &str) -> bool {
    if !key.contains('.') {
        return true;
    }
    let pairs = || key.split('.').zip(name.split('.'));
    key.matches('.').count() == name.matches('.').count()
        && pairs().all(|(a, b)| a == b || !nearest(a, [b], 1).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_unknown_where_its_neighbours_are_known_or_it_is_misspelt() {
        let declared = BTreeSet::from(["train.lr", "train.steps", "train.opt"]);
        for known in ["train.lr", "train.opt.eps", "train", "network.lr", "other"] {
            assert_eq!(unknown(known, &declared), None, "{known}");
        }
        assert_eq!(unknown("train.lrr", &declared), Some(vec!["train.lr"]));
        assert_eq!(unknown("trian.lr", &declared), Some(vec!["train.lr"]));
        assert_eq!(unknown("lr", &declared), Some(vec!["train.lr"]));
        assert_eq!(unknown("train.zzz", &declared), Some(vec![]));
    }
}
