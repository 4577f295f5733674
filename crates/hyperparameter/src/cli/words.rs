//! The grammar of one word, and where a list of them ends.

use std::sync::Arc;

use crate::error::{Error, Result, quoted};
use crate::key::validate;
use crate::scope::Source;

/// The option that a word follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WordOption {
    /// `-D`, `--define`: `k=v`, `+k=v`, `~k`, `!k=v`.
    Define,
    /// `--pin`, `-D!`: `k=v`, `+k=v`.
    Pin,
    /// `--delete`: `k`.
    Delete,
}

/// What a word asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// The parameter has this text unless a scope of the code says otherwise.
    Set,
    /// The parameter has this text whatever the code says (rule S1).
    Pin,
    /// The parameter falls back to its default (rule S7).
    Delete,
}

/// A word of the command line, understood.
#[derive(Clone, Debug)]
pub struct Definition {
    /// What it asks for.
    pub action: Action,
    /// The key.
    pub key: String,
    /// The text after the first `=`, exactly as it was written; empty for [`Action::Delete`].
    pub text: String,
    /// Whether a `+` lets it through although nobody declares the key.
    pub let_through: bool,
    /// Which word it was.
    pub source: Source,
}

/// Reads one word. `spelled` is the option as it was written (`-D`, `--define`), `position` the word's place on the line,
/// from 1, the program's name not counted.
///
/// # Errors
/// `InvalidKey`, naming the word, its position and what to write instead.
///
/// ```
/// use hyperparameter::cli::{Action, WordOption, definition};
///
/// let pinned = definition(WordOption::Define, "-D", "!model.lr=0.1", 3)?;
/// assert_eq!((pinned.action, &*pinned.key), (Action::Pin, "model.lr"));
/// let error = definition(WordOption::Define, "-D", "model.lr", 3).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "-D needs KEY=VALUE, not 'model.lr' (3rd argument); write -D model.lr=VALUE"
/// );
/// # Ok::<(), hyperparameter::Error>(())
/// ```
pub fn definition(option: WordOption, spelled: &str, word: &str, position: u32) -> Result<Definition> {
    let source = Source::Argument(Arc::from(spelled), position);
    let nth = crate::scope::ordinal(position);
    let wrong = |key: &str, why: String| Error::usage(key, format!("{why} ({nth} argument)"));
    let mut action = match option {
        WordOption::Define => Action::Set,
        WordOption::Pin => Action::Pin,
        WordOption::Delete => Action::Delete,
    };
    let (mut rest, mut let_through) = (word, false);
    loop {
        rest = match rest.chars().next() {
            Some('+') if !let_through && action != Action::Delete => {
                let_through = true;
                &rest[1..]
            }
            Some('!') if action == Action::Set => {
                action = Action::Pin;
                &rest[1..]
            }
            Some('~') if action == Action::Set && !let_through => {
                action = Action::Delete;
                &rest[1..]
            }
            _ => break,
        };
    }
    let (key, text) = match (action, rest.split_once('=')) {
        (Action::Delete, None) => (rest, ""),
        (Action::Delete, Some((key, _))) => {
            let mend = if option == WordOption::Delete { key.to_owned() } else { format!("'~{key}'") };
            return Err(wrong(key, format!("{spelled} {} deletes a parameter and takes no value", quoted(word)))
                .with_help(&format!("write {spelled} {mend}")));
        }
        (_, Some(pair)) => pair,
        (_, None) => {
            let key = if rest.is_empty() { "KEY" } else { rest };
            return Err(wrong(rest, format!("{spelled} needs KEY=VALUE, not {}", quoted(word)))
                .with_help(&format!("write {spelled} {}{key}=VALUE", word.strip_suffix(rest).unwrap_or_default())));
        }
    };
    validate(key).map_err(|error| error.with_help(&source.to_string()))?;
    Ok(Definition { action, key: key.to_owned(), text: text.to_owned(), let_through, source })
}

/// Whether a list of words after `-D` or `--pin` goes on with this one: it ends at the first word without `=`, and at the
/// next option.
#[must_use]
pub fn goes_on(word: &str) -> bool {
    word.contains('=') && !is_option(word)
}

/// Whether a word is an option rather than a value: it begins with `-` and is no negative number.
#[must_use]
pub fn is_option(word: &str) -> bool {
    let Some(rest) = word.strip_prefix('-') else { return false };
    !rest.is_empty() && !rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') && rest != "inf"
}
