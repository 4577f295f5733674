//! What is visible here and now, to look at: every parameter, one by one or all, and where its value comes from.

use std::sync::Arc;

use crate::error::Result;
#[cfg(feature = "host")]
use crate::host::guest;
use crate::key::{intern, lookup};
use crate::report::{self, Explanation};
use crate::scope::{Entry, Read};
use crate::seen::Seen;
use crate::typed::FromParam;
use crate::value::{Value, untyped};

/// The parameters that are visible at one moment: a cheap, immutable picture. Entered as a scope, on any thread, it
/// replaces what is seen there (rule T3).
///
/// ```
/// use hyperparameter::{Params, with_params};
///
/// with_params! {
///     @set params_example.lr = 0.5;
///     @set params_example.name = "adam";
///     let params = Params::current();
///     assert_eq!(params.get::<f64>("params_example.lr")?, Some(0.5));
///     assert_eq!(params.get::<f64>("params_example.wd")?, None);
///     assert!(params.contains("params_example.name")?);
///     let names: Vec<_> = params.iter().map(|(name, _)| name).collect();
///     assert_eq!(names, ["params_example.lr", "params_example.name"]);
/// }
/// # Ok::<(), hyperparameter::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Params {
    seen: Seen,
}

impl Params {
    /// What is visible on this thread.
    ///
    /// ```
    /// let before = hyperparameter::Params::current().len();
    /// hyperparameter::set_param!(current_example.lr, 0.5);
    /// assert_eq!(hyperparameter::Params::current().len(), before + 1);
    /// ```
    ///
    /// # Panics
    /// In a library that shares the store of its process (feature `host`), where that cannot be used.
    #[must_use]
    #[track_caller]
    pub fn current() -> Self {
        Self { seen: Seen::current() }
    }

    /// The value of a parameter; `None` where it is missing, or where it does not convert in a lenient context.
    ///
    /// # Errors
    /// `InvalidKey`; `Conversion` in a strict context.
    ///
    /// ```
    /// hyperparameter::set_param!(params_get_example.lr, 0.5);
    /// let params = hyperparameter::Params::current();
    /// assert_eq!(params.get::<f64>("params_get_example.lr")?, Some(0.5));
    /// assert!(params.get::<f64>("no key").is_err());
    /// # Ok::<(), hyperparameter::error::Error>(())
    /// ```
    pub fn get<T: FromParam>(&self, name: &str) -> Result<Option<T>> {
        match &self.seen {
            Seen::Own(state) => match lookup(name)? {
                Some(key) => state.value(key),
                None if self.contains(name)? => state.value(intern(name)?),
                None => Ok(None),
            },
            #[cfg(feature = "host")]
            Seen::Hosted(state) => guest::read(state.table(), state.raw(), name),
        }
    }

    /// The value of a parameter that must have one.
    ///
    /// # Errors
    /// `MissingParameter` with near names; `Conversion`; `InvalidKey`.
    ///
    /// ```
    /// let error = hyperparameter::Params::current().require::<f64>("params_require_example.lr").unwrap_err();
    /// assert_eq!(error.kind(), hyperparameter::ErrorKind::MissingParameter);
    /// ```
    pub fn require<T: FromParam>(&self, name: &str) -> Result<T> {
        match self.get(name)? {
            Some(value) => Ok(value),
            None => match &self.seen {
                Seen::Own(state) => state.no_value(name),
                #[cfg(feature = "host")]
                Seen::Hosted(state) => guest::no_value(state.table(), state.raw(), name),
            },
        }
    }

    /// Whether a parameter has a value.
    ///
    /// # Errors
    /// `InvalidKey`.
    ///
    /// ```
    /// assert!(!hyperparameter::Params::current().contains("contains_example.lr")?);
    /// # Ok::<(), hyperparameter::error::Error>(())
    /// ```
    pub fn contains(&self, name: &str) -> Result<bool> {
        match &self.seen {
            Seen::Own(state) => Ok(!matches!(state.read_name(name)?, Read::Missing)),
            #[cfg(feature = "host")]
            Seen::Hosted(state) => state.contains(name),
        }
    }

    /// Every parameter that has a value, in the order in which names became known; text is the literal it spells.
    ///
    /// ```
    /// hyperparameter::set_param!(iter_example.lr, 0.5);
    /// let params = hyperparameter::Params::current();
    /// let found = params.iter().find(|(name, _)| *name == "iter_example.lr");
    /// assert_eq!(found.map(|(_, value)| value), Some(0.5.into()));
    /// ```
    pub fn iter(&self) -> Iter {
        Iter(match &self.seen {
            Seen::Own(state) => Items::Own(state.items().into_iter()),
            #[cfg(feature = "host")]
            Seen::Hosted(state) => Items::Hosted(state.items().into_iter()),
        })
    }

    /// Every parameter that was read, with the value in force here, else the default with which it was read: what a run
    /// really used.
    ///
    /// ```
    /// use hyperparameter::{Params, get_param};
    /// assert_eq!(get_param!(params_used_example.lr, 0.1), 0.1);
    /// let used = Params::current().used();
    /// assert!(used.contains(&("params_used_example.lr", 0.1.into())));
    /// ```
    #[must_use]
    pub fn used(&self) -> Vec<(&'static str, Value)> {
        match &self.seen {
            Seen::Own(state) => report::used(state)
                .into_iter()
                .filter_map(|used| {
                    let entry = used.entry.map(|entry| untyped(entry.value()));
                    Some((used.key.name(), entry.or_else(|| used.default.map(|item| item.value))?))
                })
                .collect(),
            #[cfg(feature = "host")]
            Seen::Hosted(state) => state.used(),
        }
    }

    /// How many parameters have a value.
    ///
    /// ```
    /// assert_eq!(hyperparameter::ParamScope::empty().with(|| hyperparameter::Params::current().len()), 0);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().len()
    }

    /// Whether none has.
    ///
    /// ```
    /// assert!(hyperparameter::ParamScope::empty().with(|| hyperparameter::Params::current().is_empty()));
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Which value a parameter has, where it came from, and what it hides.
    ///
    /// # Errors
    /// `InvalidKey`.
    ///
    /// ```
    /// hyperparameter::set_param!(params_explain_example.lr, 0.5);
    /// let explained = hyperparameter::Params::current().explain("params_explain_example.lr")?;
    /// assert_eq!(explained.value(), Some(&0.5.into()));
    /// # Ok::<(), hyperparameter::error::Error>(())
    /// ```
    pub fn explain(&self, name: &str) -> Result<Explanation> {
        match &self.seen {
            Seen::Own(state) => Explanation::of(state, name),
            #[cfg(feature = "host")]
            Seen::Hosted(state) => state.explain(name),
        }
    }

    /// Whether a value that does not convert is an error here, or a warning (rule V5).
    ///
    /// ```
    /// use hyperparameter::{ParamScope, Params};
    /// assert!(ParamScope::new().strict(true).with(|| Params::current().is_strict()));
    /// ```
    #[must_use]
    pub fn is_strict(&self) -> bool {
        match &self.seen {
            Seen::Own(state) => state.is_strict(),
            #[cfg(feature = "host")]
            Seen::Hosted(state) => state.is_strict(),
        }
    }

    pub(crate) fn of_seen(seen: Seen) -> Self {
        Self { seen }
    }

    pub(crate) fn into_seen(self) -> Seen {
        self.seen
    }

    #[cfg(feature = "serde")]
    pub(crate) fn seen(&self) -> &Seen {
        &self.seen
    }
}

impl IntoIterator for &Params {
    type Item = (&'static str, Value);
    type IntoIter = Iter;
    fn into_iter(self) -> Iter {
        self.iter()
    }
}

/// The parameters that have a value: see [`Params::iter`].
#[derive(Debug)]
pub struct Iter(Items);

#[derive(Debug)]
enum Items {
    Own(std::vec::IntoIter<(crate::Key, Arc<Entry>)>),
    #[cfg(feature = "host")]
    Hosted(std::vec::IntoIter<(&'static str, Value)>),
}

impl Iterator for Iter {
    type Item = (&'static str, Value);

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Items::Own(items) => items.next().map(|(key, entry)| (key.name(), untyped(entry.value()))),
            #[cfg(feature = "host")]
            Items::Hosted(items) => items.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Items::Own(items) => items.size_hint(),
            #[cfg(feature = "host")]
            Items::Hosted(items) => items.size_hint(),
        }
    }
}

impl ExactSizeIterator for Iter {}

/// Which value a parameter has on this thread, where it came from, and what it hides.
///
/// # Errors
/// `InvalidKey`.
///
/// ```
/// use hyperparameter::{explain, with_params};
///
/// with_params! {
///     @params ["explain_example.lr=0.1"];
///     @set explain_example.lr = 0.5;
///     let text = explain("explain_example.lr")?.to_string();
///     assert!(text.starts_with("explain_example.lr = 0.5  ("), "{text}");
///     assert!(text.contains("\n  hides \"0.1\"  ("), "{text}");
/// }
/// # Ok::<(), hyperparameter::error::Error>(())
/// ```
pub fn explain(name: &str) -> Result<Explanation> {
    #[cfg(feature = "host")]
    let _ = guest::hosted()?;
    Params::current().explain(name)
}
