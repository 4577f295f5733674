//! What is visible at one moment (rules T2, T3), in whichever store this library uses: its own, or the one of its host.

use crate::Params;
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

/// Publishes what this thread's scopes set over the newest snapshot, for threads that are in no scope (rule T2).
///
/// # Panics
/// In a library that shares the store of its process, where that cannot be used.
///
/// ```
/// use hyperparameter::{frozen, get_param, set_param};
///
/// set_param!(frozen_example.workers, 8);
/// let seen = || get_param!(frozen_example.workers, 1);
/// assert_eq!(std::thread::spawn(seen).join().unwrap(), 1);
/// frozen();
/// assert_eq!(std::thread::spawn(seen).join().unwrap(), 8);
/// ```
#[track_caller]
pub fn frozen() {
    #[cfg(feature = "host")]
    if let Some(table) = guest::usable() {
        return guest::freeze(table);
    }
    current::get().freeze();
}

/// A cheap, immutable picture of what is visible on this thread (rule T3): entered in another thread, it replaces what
/// is seen there.
///
/// ```
/// use hyperparameter::{capture, get_param, with_params};
///
/// let seen = with_params! {
///     @set capture_example.lr = 0.5;
///     let captured = capture();
///     std::thread::spawn(move || with_params! {
///         @params captured;
///         get_param!(capture_example.lr, 0.1)
///     }).join().unwrap()
/// };
/// assert_eq!(seen, 0.5);
/// ```
#[must_use]
#[track_caller]
pub fn capture() -> Captured {
    Captured(Seen::current())
}

/// What [`capture`] gave: to be entered as a scope on any thread, any number of times, or to be looked at.
///
/// ```
/// use hyperparameter::{capture, get, with_params};
///
/// let captured = with_params! { @set captured_example.lr = 0.5; capture() };
/// assert_eq!(captured.params().get::<f64>("captured_example.lr")?, Some(0.5));
/// assert_eq!(with_params! { @params &captured; get("captured_example.lr", 0.1) }, 0.5);
/// # Ok::<(), hyperparameter::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Captured(pub(crate) Seen);

impl Captured {
    /// The parameters that were visible, to look at.
    #[must_use]
    pub fn params(&self) -> Params {
        Params::of_seen(self.0.clone())
    }
}
