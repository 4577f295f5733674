//! Rule S3 for Rust: scopes that are prepared once and entered many times, and everything else that can be entered.

use std::borrow::Borrow;
use std::sync::OnceLock;

#[cfg(feature = "config")]
use crate::config::Config;
use crate::error::Result;
#[cfg(feature = "host")]
use crate::host::guest;
use crate::scope::current::{self, Guard};
use crate::scope::{Builder, Scope, Source, State};
use crate::seen::Seen;
use crate::value::{Item, Value};
use crate::{Captured, Params};

/// A scope to be entered on a thread, as often as wanted, on several threads at once (rule S3).
///
/// ```
/// # fn main() -> hyperparameter::error::Result<()> {
/// use hyperparameter::{ParamScope, get};
/// let scope = ParamScope::new().set("opt.lr", 0.5)?.text("opt.name=adam")?;
/// let guard = scope.enter()?;
/// assert_eq!(get("opt.name", String::new()), "adam");
/// drop(guard);
/// assert_eq!(get("opt.lr", 0.1), 0.1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct ParamScope {
    start: Start,
    strict: Option<bool>,
    builder: Builder,
    /// Laid out at the first entry, or elsewhere: the builder is empty then.
    ready: OnceLock<Scope>,
}

/// What is seen when the scope is entered, before what it sets.
#[derive(Clone, Debug, Default)]
pub(crate) enum Start {
    /// What is seen there.
    #[default]
    Here,
    /// Nothing (rule S6).
    Empty,
    /// What was seen elsewhere (rule T3).
    Captured(Seen),
    /// What is seen there, as the scope of a call (rule S8).
    Call,
}

impl ParamScope {
    /// A scope that sets nothing yet.
    ///
    /// ```
    /// let scope = hyperparameter::ParamScope::new().set("new_example.lr", 0.5)?;
    /// assert_eq!(scope.with(|| hyperparameter::get("new_example.lr", 0.1)), 0.5);
    /// # Ok::<(), hyperparameter::error::Error>(())
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A scope that hides everything outside it, the frozen snapshot included (rule S6).
    ///
    /// ```
    /// use hyperparameter::{ParamScope, get};
    /// let outer = ParamScope::new().set("empty_example.lr", 0.5)?;
    /// outer.with(|| {
    ///     assert_eq!(ParamScope::empty().with(|| get("empty_example.lr", 0.1)), 0.1);
    /// });
    /// # Ok::<(), hyperparameter::error::Error>(())
    /// ```
    #[must_use]
    pub fn empty() -> Self {
        Self { start: Start::Empty, ..Self::default() }
    }

    /// A scope that shows what is visible here and now, wherever it is entered (rule T3): a thread or a pool has the
    /// parameters of its creator so.
    ///
    /// ```
    /// use hyperparameter::{ParamScope, get};
    /// let outer = ParamScope::new().set("capture_scope_example.lr", 0.5)?;
    /// let captured = outer.with(ParamScope::capture);
    /// let seen = std::thread::spawn(move || captured.with(|| get("capture_scope_example.lr", 0.1)));
    /// assert_eq!(seen.join().unwrap(), 0.5);
    /// # Ok::<(), hyperparameter::error::Error>(())
    /// ```
    #[must_use]
    pub fn capture() -> Self {
        Self::starting(Start::Captured(Seen::current()))
    }

    pub(crate) fn starting(start: Start) -> Self {
        Self { start, ..Self::default() }
    }

    #[cfg(feature = "host-table")]
    pub(crate) fn of_parts(start: Start, strict: Option<bool>, builder: Builder) -> Self {
        Self { start, strict, builder, ready: OnceLock::new() }
    }

    /// A scope from `"key=value"` texts, a configuration, a dictionary, or what else can be entered.
    ///
    /// # Panics
    /// With the message of the error, on text that is no pair and on an invalid key. [`ParamScope::try_from`] returns it.
    ///
    /// ```
    /// use hyperparameter::{ParamScope, get};
    /// let define = vec!["from_example.lr=1e-3".to_owned(), "from_example.steps=1_000".to_owned()];
    /// let scope = ParamScope::from(&define);
    /// assert_eq!(scope.with(|| get("from_example.steps", 10)), 1000);
    /// ```
    #[must_use]
    #[track_caller]
    #[allow(
        clippy::should_implement_trait,
        reason = "the trait has no place for errors, nor for more than one kind of source"
    )]
    pub fn from<S: IntoScope>(from: S) -> Self {
        match from.into_owned_scope(&Source::here()) {
            Ok(scope) => scope,
            Err(error) => panic!("{error}"),
        }
    }

    /// A scope from `"key=value"` texts, a configuration, a dictionary, or what else can be entered.
    ///
    /// # Errors
    /// `InvalidKey` on text that is no pair and on an invalid key; what the source itself says.
    ///
    /// ```
    /// let error = hyperparameter::ParamScope::try_from(["train.lr"]).unwrap_err();
    /// assert!(error.to_string().contains("there is no '=' in it"));
    /// ```
    #[track_caller]
    pub fn try_from<S: IntoScope>(from: S) -> Result<Self> {
        from.into_owned_scope(&Source::here())
    }

    /// Adds a value under a key.
    ///
    /// # Errors
    /// `InvalidKey`, `HashCollision`, or `Config` for a dictionary that cannot be laid out.
    #[track_caller]
    pub fn set(mut self, name: &str, value: impl Into<Item>) -> Result<Self> {
        let _ = self.change().set(name, value, &Source::here())?;
        Ok(self)
    }

    /// Adds `key=value` text of unknown type (rule V3).
    ///
    /// # Errors
    /// `InvalidKey` where there is no `=` or the key is invalid.
    ///
    /// ```
    /// let scope = hyperparameter::ParamScope::new().text("text_example.lr=1e-3")?;
    /// assert_eq!(scope.with(|| hyperparameter::get("text_example.lr", 0.1)), 0.001);
    /// # Ok::<(), hyperparameter::error::Error>(())
    /// ```
    #[track_caller]
    pub fn text(mut self, pair: &str) -> Result<Self> {
        let _ = self.change().text(pair, &Source::here())?;
        Ok(self)
    }

    /// Makes values that do not convert an error where this scope is entered, or a warning (rule V5).
    ///
    /// ```
    /// use hyperparameter::{ErrorKind, ParamScope, require};
    /// let scope = ParamScope::new().set("strict_example.lr", "fast")?.strict(true);
    /// let error = scope.with(|| require::<f64>("strict_example.lr")).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Conversion);
    /// # Ok::<(), hyperparameter::error::Error>(())
    /// ```
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = Some(strict);
        self
    }

    fn change(&mut self) -> &mut Builder {
        // A scope that was prepared elsewhere has nothing but that.
        if let Some(ready) = self.ready.take().filter(|_| self.builder.is_empty()) {
            self.builder = ready.to_builder();
        }
        &mut self.builder
    }

    fn ready(&self) -> &Scope {
        self.ready.get_or_init(|| self.builder.clone().build())
    }

    /// The values that this scope sets, as the core's scope object.
    #[must_use]
    pub fn prepare(self) -> Scope {
        match self.ready.into_inner() {
            Some(ready) => ready,
            None => self.builder.build(),
        }
    }

    /// Enters the scope on this thread until the guard is dropped.
    ///
    /// # Errors
    /// `InvalidKey` for an index out of range of the list that is visible here.
    ///
    /// ```
    /// # fn main() -> hyperparameter::error::Result<()> {
    /// use hyperparameter::{ParamScope, get};
    /// let scope = ParamScope::new().set("enter_example.lr", 0.5)?;
    /// {
    ///     let _guard = scope.enter()?;
    ///     assert_eq!(get("enter_example.lr", 0.1), 0.5);
    /// }
    /// assert_eq!(get("enter_example.lr", 0.1), 0.1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A guard belongs to its thread:
    ///
    /// ```compile_fail,E0277
    /// let guard = hyperparameter::ParamScope::new().enter().unwrap();
    /// std::thread::spawn(move || drop(guard));
    /// ```
    pub fn enter(&self) -> Result<Guard> {
        match (&self.start, self.strict) {
            (Start::Here, None) => self.ready().enter_here(),
            _ => {
                #[cfg(feature = "host")]
                if let Some(table) = guest::hosted()? {
                    return guest::enter_as(table, &self.start, self.strict, self.ready().entries()).map(Guard::hosted);
                }
                Guard::enter(|state| self.enter_on(state))
            }
        }
    }

    /// What is seen in this scope where it is entered here.
    pub(crate) fn seen_here(&self) -> Result<Seen> {
        #[cfg(feature = "host")]
        if let Some(table) = guest::hosted()? {
            return guest::state_as(table, &self.start, self.strict, self.ready().entries()).map(Seen::Hosted);
        }
        self.enter_on(current::get()).map(Seen::Own)
    }

    /// What is seen in this scope where it is entered in `state`.
    pub(crate) fn enter_on(&self, state: State) -> Result<State> {
        let scope = self.ready();
        let state = match (&self.start, self.strict) {
            (Start::Here, None) => return scope.enter(state),
            (Start::Here, Some(strict)) => return scope.write_into(state.enter_strict(scope.id(), strict)),
            (Start::Empty, None) => state.enter_empty(scope.id()),
            (Start::Call, _) => state.enter_call(),
            #[cfg(feature = "host")]
            (Start::Captured(Seen::Hosted(_)), _) => return Err(guest::of_another_store()),
            (Start::Captured(Seen::Own(captured)), None) => state.enter_capture(scope.id(), captured),
            // Strictness is a frame of its own, and one scope has one frame: what it says is part of what is captured.
            (Start::Empty, Some(strict)) => {
                let within = State::fresh().enter_empty(0).enter_strict(0, strict);
                state.enter_capture(scope.id(), &within)
            }
            (Start::Captured(Seen::Own(captured)), Some(strict)) => {
                let within = captured.clone().enter_strict(0, strict);
                state.enter_capture(scope.id(), &within)
            }
        };
        scope.write_into(state)
    }

    /// Calls a function in this scope.
    ///
    /// # Panics
    /// With the message of the error where [`ParamScope::enter`] fails; with the function's own panic, the scope ended.
    ///
    /// ```
    /// let scope = hyperparameter::ParamScope::new().set("with_example.lr", 0.5)?;
    /// assert_eq!(scope.with(|| hyperparameter::get("with_example.lr", 0.1)), 0.5);
    /// # Ok::<(), hyperparameter::error::Error>(())
    /// ```
    #[track_caller]
    pub fn with<R>(&self, function: impl FnOnce() -> R) -> R {
        let _guard = match self.enter() {
            Ok(guard) => guard,
            Err(error) => panic!("{error}"),
        };
        function()
    }
}

/// What can be entered as a scope: `@params` in a block, `fut.with_params(…)`, and what [`ParamScope::from`] takes.
///
/// Scopes, captured states, configurations, dictionaries, and every iterator of `"key=value"` texts.
///
/// ```
/// use hyperparameter::{ParamScope, capture, get_param, with_params};
///
/// let prepared = ParamScope::new().set("into_example.lr", 0.5)?;
/// let captured = prepared.with(capture);
/// with_params! {
///     @params ["into_example.steps=10"];
///     @params &prepared;
///     @params captured;
///     assert_eq!(get_param!(into_example.lr, 0.1), 0.5);
///     assert_eq!(get_param!(into_example.steps, 1), 1, "a captured state replaces what is seen");
/// }
/// # Ok::<(), hyperparameter::error::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be entered as a scope",
    label = "neither a scope, a configuration nor an iterator of \"key=value\" texts",
    note = "`ParamScope::new().set(\"key\", value)?` makes a scope"
)]
pub trait IntoScope: Sized {
    /// A scope, or a reference to one.
    type Scope: Borrow<ParamScope>;

    /// The scope. Values of which nobody said where they came from have this source.
    ///
    /// # Errors
    /// `InvalidKey` on text that is no pair and on an invalid key; what the source itself says.
    fn into_scope(self, source: &Source) -> Result<Self::Scope>;

    /// The scope as one's own.
    ///
    /// # Errors
    /// As [`IntoScope::into_scope`].
    fn into_owned_scope(self, source: &Source) -> Result<ParamScope> {
        self.into_scope(source).map(|scope| scope.borrow().clone())
    }
}

impl IntoScope for ParamScope {
    type Scope = Self;
    fn into_scope(self, _: &Source) -> Result<Self> {
        Ok(self)
    }
    fn into_owned_scope(self, _: &Source) -> Result<Self> {
        Ok(self)
    }
}

impl<'a> IntoScope for &'a ParamScope {
    type Scope = &'a ParamScope;
    fn into_scope(self, _: &Source) -> Result<Self> {
        Ok(self)
    }
}

macro_rules! into_scope {
    ($($(#[$attribute:meta])* $from:ty => |$self:ident, $source:ident| $to:expr;)*) => {$(
        $(#[$attribute])*
        impl IntoScope for $from {
            type Scope = ParamScope;
            fn into_scope($self, $source: &Source) -> Result<ParamScope> {
                $to
            }
            fn into_owned_scope(self, source: &Source) -> Result<ParamScope> {
                IntoScope::into_scope(self, source)
            }
        }
    )*};
}
into_scope! {
    Scope => |self, _source| Ok(ParamScope { ready: self.into(), ..ParamScope::default() });
    &Scope => |self, source| self.clone().into_scope(source);
    State => |self, _source| Ok(ParamScope::starting(Start::Captured(Seen::Own(self))));
    &State => |self, source| self.clone().into_scope(source);
    Captured => |self, _source| Ok(ParamScope::starting(Start::Captured(self.0)));
    &Captured => |self, source| self.clone().into_scope(source);
    Params => |self, _source| Ok(ParamScope::starting(Start::Captured(self.into_seen())));
    /// A dictionary: each member under its own name.
    Value => |self, source| {
        let mut builder = Builder::default();
        let _ = builder.mapping(&Item::from(self), source)?;
        Ok(ParamScope { builder, ..ParamScope::default() })
    };
    #[cfg(feature = "config")]
    Config => |self, source| self.into_scope()?.into_scope(source);
    #[cfg(feature = "config")]
    &Config => |self, source| self.scope()?.into_scope(source);
    /// Pins are in force from now on, for as long as a copy of these arguments lives.
    #[cfg(feature = "clap")]
    &crate::cli::ParamArgs => |self, source| self.pinned_scope()?.into_scope(source);
}

impl<I> IntoScope for I
where
    I: IntoIterator,
    I::Item: AsRef<str>,
{
    type Scope = ParamScope;
    fn into_scope(self, source: &Source) -> Result<ParamScope> {
        let mut builder = Builder::default();
        for pair in self {
            let pair = pair.as_ref();
            // Words of the command line that the derived parser took are known by it.
            #[cfg(feature = "clap")]
            if let Some(given) = crate::program::given(pair) {
                let _ = builder.set(&given.key, Value::text(given.text), &given.source)?;
                continue;
            }
            let _ = builder.text(pair, source)?;
        }
        Ok(ParamScope { builder, ..ParamScope::default() })
    }
    fn into_owned_scope(self, source: &Source) -> Result<ParamScope> {
        self.into_scope(source)
    }
}

impl Scope {
    /// Enters the scope on this thread until the guard is dropped.
    ///
    /// # Errors
    /// `InvalidKey` for an index out of range of the list that is visible here.
    #[inline]
    pub fn enter_here(&self) -> Result<Guard> {
        #[cfg(feature = "host")]
        if let Some(table) = guest::hosted()? {
            return self.there().enter(table, self.entries()).map(Guard::hosted);
        }
        if let Some(guard) = Guard::enter_table(|state| self.enter_whole(state)) {
            return Ok(guard);
        }
        Guard::enter(|state| self.enter(state))
    }
}
