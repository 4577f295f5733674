//! What is visible at one moment, in whichever store this library uses: its own, or the one of its host.

#[cfg(feature = "host")]
use crate::host::guest::{self, HostInstalled, HostState};
use crate::scope::{State, current};

/// What is visible at one moment, on one thread or task.
#[derive(Clone, Debug)]
pub(crate) enum Seen {
    /// In the store of this crate.
    Own(State),
    /// In the host's.
    #[cfg(feature = "host")]
    Hosted(HostState),
}

impl Seen {
    /// What is visible here and now.
    ///
    /// # Panics
    /// Where the store is a host's that cannot be used.
    #[track_caller]
    pub(crate) fn current() -> Self {
        #[cfg(feature = "host")]
        if let Some(table) = guest::usable() {
            return match HostState::current(table) {
                Ok(state) => Self::Hosted(state),
                Err(error) => panic!("{error}"),
            };
        }
        Self::Own(current::get())
    }

    /// Puts this in the place of what this thread sees, for as long as the result lives.
    ///
    /// # Panics
    /// Where the host fails.
    #[track_caller]
    pub(crate) fn install(self) -> Installed {
        match self {
            Self::Own(state) => Installed::Own(current::Installed::new(state)),
            #[cfg(feature = "host")]
            Self::Hosted(state) => match HostInstalled::new(&state) {
                Ok(installed) => Installed::Hosted(installed),
                Err(error) => panic!("{error}"),
            },
        }
    }
}

/// What is visible here for a while: the former comes back when this is dropped, by a panic as well.
#[derive(Debug)]
#[must_use = "the former state comes back when this is dropped"]
pub(crate) enum Installed {
    Own(current::Installed),
    #[cfg(feature = "host")]
    Hosted(HostInstalled),
}

impl Installed {
    /// Puts the former state back, and gives what the installed one has become; `None` where the host fails.
    pub(crate) fn end(self) -> Option<Seen> {
        match self {
            Self::Own(installed) => Some(Seen::Own(installed.end())),
            #[cfg(feature = "host")]
            Self::Hosted(installed) => installed.end().map(Seen::Hosted),
        }
    }
}
