//! Clap's `Parser` as the derive of this project makes it.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use super::args::asks_for_list;

/// The program's own command line; a message and the exit status 2 where it is wrong.
pub fn parse<T: CommandFactory + FromArgMatches>() -> T {
    super::complete::answer::<T>();
    try_parse().unwrap_or_else(|error| error.exit())
}

/// The program's own command line.
///
/// # Errors
/// As clap's, also for `--help` and `--version`.
pub fn try_parse<T: CommandFactory + FromArgMatches>() -> Result<T, clap::Error> {
    try_parse_from(std::env::args_os())
}

/// These words; a message and the exit status 2 where they are wrong.
pub fn parse_from<T: CommandFactory + FromArgMatches, W: Into<OsString> + Clone>(
    words: impl IntoIterator<Item = W>,
) -> T {
    try_parse_from(words).unwrap_or_else(|error| error.exit())
}

/// These words, of which the first is the program's name.
///
/// # Errors
/// As clap's, also for `--help` and `--version`.
pub fn try_parse_from<T: CommandFactory + FromArgMatches, W: Into<OsString> + Clone>(
    words: impl IntoIterator<Item = W>,
) -> Result<T, clap::Error> {
    let words: Vec<OsString> = words.into_iter().map(Into::into).collect();
    let mut command = T::command();
    let found = match command.try_get_matches_from_mut(&words) {
        Ok(mut matches) => T::from_arg_matches_mut(&mut matches),
        // What else the program needs is not needed for a list of its parameters.
        Err(error) if is_about_missing(error.kind()) => match asks_for_list(&T::command(), &words) {
            Some(list) => Err(list),
            None => Err(error),
        },
        Err(error) => Err(error),
    };
    found.map_err(|error| error.format(&mut command))
}

fn is_about_missing(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::MissingRequiredArgument
            | ErrorKind::MissingSubcommand
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    )
}
