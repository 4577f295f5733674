//! What a command line sets is checked before the program goes on (rule V5).

use std::sync::{Arc, PoisonError, RwLock};

use clap::error::ErrorKind;

use crate::__private::sites;
use crate::cli::{Action, Definition, Parameter, WordOption, check, definition, parameters};
use crate::error::Error;
use crate::scope::{Source, set_strict_outside};

/// What command lines of this process defined, by the words: a scope made from them knows where they came from.
static GIVEN: RwLock<Vec<(String, Definition)>> = RwLock::new(Vec::new());

/// What a word of the command line defines, if it is one.
pub(crate) fn given(word: &str) -> Option<Definition> {
    let given = GIVEN.read().unwrap_or_else(PoisonError::into_inner);
    given.iter().rev().find(|(text, _)| text == word).map(|(_, definition)| definition.clone())
}

/// Checks definitions by their grammar, against the parameters that are declared, and by their types.
///
/// # Errors
/// In clap's style, with the exit status 2.
pub fn check_defines(words: &[String]) -> Result<(), clap::Error> {
    let definitions = definitions(WordOption::Define, words)?;
    if let Some(other) = definitions.iter().find(|definition| definition.action != Action::Set) {
        let text = format!(
            "'{}' cannot be pinned or deleted here ({}); take `hyperparameter::cli::ParamArgs` into the arguments for that",
            other.key, other.source
        );
        return Err(wrong(text));
    }
    check_all(&definitions)?;
    remember(words.iter().cloned().zip(definitions));
    Ok(())
}

pub(super) fn remember(definitions: impl IntoIterator<Item = (String, Definition)>) {
    let mut given = GIVEN.write().unwrap_or_else(PoisonError::into_inner);
    for (word, definition) in definitions {
        given.retain(|(text, _)| *text != word);
        given.push((word, definition));
    }
    set_strict_outside(true);
}

/// The parameters of the program and of everything linked into it.
pub(super) fn known() -> Vec<Parameter> {
    let listed = sites().map(|site| {
        let parameter = Parameter::new(site.key, site.type_text).default_text(site.default_text);
        match site.check {
            Some(check) => parameter.converts(check),
            None => parameter,
        }
    });
    listed.chain(parameters()).collect()
}

pub(super) fn check_all(definitions: &[Definition]) -> Result<(), clap::Error> {
    let errors = check(definitions, &known());
    if errors.is_empty() { Ok(()) } else { Err(all_wrong(&errors)) }
}

pub(super) fn all_wrong(errors: &[Error]) -> clap::Error {
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    wrong(texts.join("\n       "))
}

pub(super) fn wrong(message: impl std::fmt::Display) -> clap::Error {
    clap::Error::raw(ErrorKind::ValueValidation, format!("{message}\n"))
}

/// The words by their grammar.
pub(super) fn definitions(option: WordOption, words: &[String]) -> Result<Vec<Definition>, clap::Error> {
    let spelled: &[&str] = match option {
        WordOption::Define => &["-D", "--define"],
        WordOption::Pin => &["--pin"],
        WordOption::Delete => &["--delete"],
    };
    let read = sources(words, spelled).into_iter().map(|(word, source)| match source {
        Source::Argument(spelled, position) => definition(option, &spelled, &word, position),
        _ => definition(option, "-D", &word, 0),
    });
    read.collect::<Result<_, _>>().map_err(wrong)
}

/// The words with their places: where they are this process's own, their places among its arguments, else among each other.
fn sources(pairs: &[String], options: &[&str]) -> Vec<(String, Source)> {
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
