//! What a command line sets is checked before the program goes on (rule V5).

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use clap::error::ErrorKind;

use super::known::{declared, unknown};
use crate::__private::sites;
use crate::error::{conversion_text, quoted};
use crate::key::validate_text;
use crate::report::shown;
use crate::scope::{Source, set_strict_outside};
use crate::value::{Value, wanted_text};

/// The texts that command lines of this process gave, with their places: a scope made from them knows where they came from.
static GIVEN: RwLock<Vec<(String, Source)>> = RwLock::new(Vec::new());

/// Where a `key=value` text came from, if it came from the command line.
pub(crate) fn given(pair: &str) -> Option<Source> {
    let given = GIVEN.read().unwrap_or_else(PoisonError::into_inner);
    given.iter().rev().find(|(text, _)| text == pair).map(|(_, source)| source.clone())
}

/// Checks definitions by the rules of keys, against the parameters that are declared, and by their types.
///
/// # Errors
/// In clap's style, with the exit status 2.
pub fn check_defines(pairs: &[String]) -> Result<(), clap::Error> {
    let sources = sources(pairs, &["-D", "--define"]);
    check(&sources)?;
    remember(sources);
    Ok(())
}

pub(super) fn remember(sources: Vec<(String, Source)>) {
    let mut given = GIVEN.write().unwrap_or_else(PoisonError::into_inner);
    for (pair, source) in sources {
        given.retain(|(text, _)| *text != pair);
        given.push((pair, source));
    }
    set_strict_outside(true);
}

pub(super) fn check(pairs: &[(String, Source)]) -> Result<(), clap::Error> {
    let keys = declared();
    // Of several values for one key the last counts.
    let mut last: HashMap<&str, (&str, &Source)> = HashMap::new();
    for (pair, source) in pairs {
        let (key, text) = validate_text(pair).map_err(|error| wrong(format!("{error} ({source})"), None))?;
        if let Some(near) = unknown(key, &keys) {
            let message = format!("no parameter {} ({source})", quoted(key));
            let tip = match &near[..] {
                [] => "`--help` lists the parameters".to_owned(),
                [only] => format!("a similar parameter exists: {}", quoted(only)),
                several => {
                    let names: Vec<String> = several.iter().map(|name| quoted(name)).collect();
                    format!("some similar parameters exist: {}", names.join(", "))
                }
            };
            return Err(wrong(message, Some(&tip)));
        }
        last.insert(key, (text, source));
    }
    for site in sites() {
        let (Some(check), Some((text, source))) = (site.check, last.get(site.key)) else { continue };
        let value = Value::text(*text);
        if let Err(mismatch) = check(&value) {
            let wanted = wanted_text(site.type_text, &mismatch);
            let text = conversion_text(site.key, &shown(&value), &source.to_string(), &wanted, mismatch.reason());
            let tip = format!("it is declared at {}:{}", site.file, site.line);
            return Err(wrong(text, Some(&tip)));
        }
    }
    Ok(())
}

pub(super) fn wrong(message: impl std::fmt::Display, tip: Option<&str>) -> clap::Error {
    let tip = tip.map_or_else(String::new, |tip| format!("\n\n  tip: {tip}"));
    clap::Error::raw(ErrorKind::ValueValidation, format!("{message}{tip}\n"))
}

/// The words with their places: where they are this process's own, their places among its arguments, else among each other.
pub(super) fn sources(pairs: &[String], options: &[&str]) -> Vec<(String, Source)> {
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let mut from = 0;
    let mut found = Vec::new();
    for pair in pairs {
        let holds = |(at, word): (usize, &String)| {
            let attached = options.iter().find_map(|option| {
                let rest = word.strip_prefix(option)?;
                (rest.strip_prefix('=').unwrap_or(rest) == pair).then_some(*option)
            });
            let separate = || {
                let before = words.get(at.checked_sub(1)?)?;
                (word == pair).then(|| options.iter().find(|option| before == *option).copied()).flatten()
            };
            attached.or_else(separate).map(|option| (at, option))
        };
        let Some((at, option)) = words.iter().enumerate().skip(from).find_map(holds) else { break };
        from = at + 1;
        found.push((option, at + 1));
    }
    let first = options.first().copied().unwrap_or_default();
    let own = found.len() == pairs.len();
    pairs
        .iter()
        .enumerate()
        .map(|(nth, pair)| {
            let (option, at) = if own { found[nth] } else { (first, nth + 1) };
            let source = Source::Argument(Arc::from(option), u32::try_from(at).unwrap_or(u32::MAX));
            (pair.clone(), source)
        })
        .collect()
}
