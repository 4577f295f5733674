//! Completion of keys in a shell (feature `complete`): the program itself is asked, since only it knows its parameters.

#[cfg(feature = "complete")]
mod dynamic {
    use std::ffi::OsStr;

    use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};

    use super::super::list::by_key;

    /// The keys that begin with what is written so far, each with its `=`.
    #[must_use]
    pub fn keys(written: &OsStr) -> Vec<CompletionCandidate> {
        let Some(written) = written.to_str() else { return Vec::new() };
        if written.contains('=') {
            return Vec::new();
        }
        by_key()
            .into_iter()
            .filter(|(key, _)| key.starts_with(written))
            .map(|(key, sites)| {
                let help = sites.iter().find(|site| !site.help.is_empty()).map(|site| site.help.into());
                CompletionCandidate::new(format!("{key}=")).help(help)
            })
            .collect()
    }

    pub(in super::super) fn with_keys(arg: clap::Arg) -> clap::Arg {
        arg.add(ArgValueCompleter::new(keys)).value_hint(clap::ValueHint::Other)
    }

    /// Answers a shell that asks (`COMPLETE=bash prog`), and ends the process then.
    pub(in super::super) fn answer<T: clap::CommandFactory>() {
        clap_complete::CompleteEnv::with_factory(T::command).complete();
    }
}
#[cfg(feature = "complete")]
pub use dynamic::keys;
#[cfg(feature = "complete")]
pub(super) use dynamic::{answer, with_keys};

#[cfg(not(feature = "complete"))]
pub(super) fn with_keys(arg: clap::Arg) -> clap::Arg {
    arg
}

#[cfg(not(feature = "complete"))]
pub(super) fn answer<T: clap::CommandFactory>() {}
