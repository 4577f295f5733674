//! What is visible here and now, to look at: every parameter, one by one or all, and where its value comes from.

use std::sync::Arc;

use crate::error::Result;
use crate::key::{intern, lookup};
use crate::report::Explanation;
use crate::scope::{Entry, Read, State, current};
use crate::typed::FromParam;
use crate::value::{Value, untyped};

/// The parameters that are visible at one moment: a cheap, immutable picture.
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
    state: State,
}

impl Params {
    /// What is visible on this thread.
    ///
    /// ```
    /// let before = hyperparameter::Params::current().len();
    /// hyperparameter::set_param!(current_example.lr, 0.5);
    /// assert_eq!(hyperparameter::Params::current().len(), before + 1);
    /// ```
    #[must_use]
    pub fn current() -> Self {
        Self { state: current::get() }
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
        match lookup(name)? {
            Some(key) => self.state.value(key),
            None if self.contains(name)? => self.state.value(intern(name)?),
            None => Ok(None),
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
            None => self.state.no_value(name),
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
        Ok(!matches!(self.state.read_name(name)?, Read::Missing))
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
        Iter(self.state.items().into_iter())
    }

    /// How many parameters have a value.
    ///
    /// ```
    /// assert_eq!(hyperparameter::ParamScope::empty().with(|| hyperparameter::Params::current().len()), 0);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.state.items().len()
    }

    /// Whether none has.
    ///
    /// ```
    /// assert!(hyperparameter::ParamScope::empty().with(|| hyperparameter::Params::current().is_empty()));
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.state.items().is_empty()
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
        Explanation::of(&self.state, name)
    }

    /// Whether a value that does not convert is an error here, or a warning (rule V5).
    ///
    /// ```
    /// use hyperparameter::{ParamScope, Params};
    /// assert!(ParamScope::new().strict(true).with(|| Params::current().is_strict()));
    /// ```
    #[must_use]
    pub fn is_strict(&self) -> bool {
        self.state.is_strict()
    }

    /// The state behind it, which can be entered: `@params params.state();`.
    ///
    /// ```
    /// use hyperparameter::{Params, get_param, with_params};
    /// let params = with_params! { @set state_example.lr = 0.5; Params::current() };
    /// let lr = with_params! { @params params.state(); get_param!(state_example.lr, 0.1) };
    /// assert_eq!(lr, 0.5);
    /// ```
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
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
pub struct Iter(std::vec::IntoIter<(crate::Key, Arc<Entry>)>);

impl Iterator for Iter {
    type Item = (&'static str, Value);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, entry) = self.0.next()?;
        Some((key.name(), untyped(entry.value())))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
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
    Explanation::of(&current::get(), name)
}
