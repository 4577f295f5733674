//! The two ways into the store: a state that the caller holds, and the thread's own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use hyperparameter::error::Result;
use hyperparameter::scope::current::{self, Guard};
use hyperparameter::scope::{CodeLine, Read};
use hyperparameter::value::Value;
use hyperparameter::{ParamScope, Scope, Source, State, get, key, read_key, require};

use crate::types::Known;
use crate::{Ran, differs};

/// A way into the store.
#[derive(Debug)]
pub(crate) enum Door {
    /// A state that is handed on from step to step, as a binding does it.
    Held(State),
    /// The thread's state, through what a Rust program uses.
    Front,
}

impl Door {
    /// The same way, as a new thread has it.
    pub(crate) fn anew(&self) -> Self {
        match self {
            Self::Held(_) => Self::Held(State::fresh()),
            Self::Front => Self::Front,
        }
    }

    /// What is seen now.
    pub(crate) fn state(&self) -> State {
        match self {
            Self::Held(state) => state.caught_up(),
            Self::Front => current::get(),
        }
    }

    /// A line of code, one of its own for each value: warnings are given once for each text.
    #[track_caller]
    pub(crate) fn here(&self) -> Source {
        static LINE: AtomicU32 = AtomicU32::new(1);
        match self {
            Self::Held(_) => Source::Code(Arc::new(CodeLine {
                file: "conformance".to_owned(),
                line: LINE.fetch_add(1, Ordering::Relaxed),
                function: "step".to_owned(),
            })),
            Self::Front => Source::here(),
        }
    }

    pub(crate) fn change(&mut self, change: impl FnOnce(&State) -> Result<State>) -> Result<()> {
        match self {
            Self::Held(state) => {
                *state = change(&state.caught_up())?;
                Ok(())
            }
            Self::Front => current::try_update(|state| change(&state)),
        }
    }

    /// Puts another state in the place of this one, and gives this one back.
    pub(crate) fn replace(&mut self, with: State) -> State {
        match self {
            Self::Held(state) => std::mem::replace(state, with),
            Self::Front => current::replace(with),
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: Value) -> Result<()> {
        match self {
            Self::Front => hyperparameter::set(name, value),
            Self::Held(_) => {
                let (key, here) = (key::intern(name)?, self.here());
                self.change(|state| state.set(key, value.into(), &here))
            }
        }
    }

    /// Enters a scope; the guard is to be kept until it ends.
    pub(crate) fn enter(&mut self, enter: impl FnOnce(State) -> Result<State>) -> Result<Entered> {
        match self {
            Self::Held(_) => {
                self.change(|state| enter(state.clone()))?;
                Ok(Entered { serial: self.state().serial(), guard: None })
            }
            Self::Front => {
                let guard = Guard::enter(enter)?;
                Ok(Entered { serial: current::get().serial(), guard: Some(guard) })
            }
        }
    }

    pub(crate) fn enter_prepared(&mut self, scope: &Scope) -> Result<Entered> {
        match self {
            Self::Held(_) => self.enter(|state| scope.enter(state)),
            Self::Front => {
                let guard = scope.enter_here()?;
                Ok(Entered { serial: current::get().serial(), guard: Some(guard) })
            }
        }
    }

    /// Enters a scope made from names and values here.
    pub(crate) fn enter_pairs(&mut self, pairs: Vec<(String, Value)>) -> Result<Entered> {
        match self {
            Self::Held(_) => {
                let mut builder = Scope::builder();
                for (name, value) in pairs {
                    builder.set(&name, value, &self.here())?;
                }
                self.enter_prepared(&builder.build())
            }
            Self::Front => {
                let scope = ParamScope::new();
                let scope = pairs.into_iter().try_fold(scope, |scope, (name, value)| scope.set(&name, value))?;
                let guard = scope.enter()?;
                Ok(Entered { serial: current::get().serial(), guard: Some(guard) })
            }
        }
    }

    /// Ends an entry; says whether it was open here.
    pub(crate) fn leave(&mut self, entered: Entered) -> bool {
        let before = self.state();
        match (self, entered.guard) {
            (Self::Front, Some(guard)) => {
                drop(guard);
                !current::get().same(&before)
            }
            (door, _) => {
                let (state, left) = before.leave(entered.serial);
                door.replace(state);
                left
            }
        }
    }

    pub(crate) fn has(&self, name: &str) -> Result<bool> {
        // By name here and by key there: a name that nobody set is not made a key.
        Ok(match self {
            Self::Held(state) => !matches!(state.caught_up().read(key::intern(name)?), Read::Missing),
            Self::Front => !matches!(current::get().read_name(name)?, Read::Missing),
        })
    }

    /// Reads as a `T`; with a default that is what is given for a key without a value, or one that does not convert.
    pub(crate) fn read<T: Known>(&self, name: &str, default: Option<&Value>) -> Ran<Value> {
        let missing = |state: &State| match default {
            Some(default) => Ok(default.clone()),
            None => Err(state.missing(name).into()),
        };
        match (self, default.map(T::of)) {
            (Self::Held(state), _) => {
                let state = state.caught_up();
                let first = state.value::<T>(key::intern(name)?)?.map(T::back);
                first.map_or_else(|| missing(&state), Ok)
            }
            (Self::Front, Some(Some(default))) => {
                // A strict read that does not convert panics, with the text that `require` gives as an error.
                let read = catch_unwind(AssertUnwindSafe(|| get(name, default)));
                let panic = match read {
                    Ok(value) => return Ok(value.back()),
                    Err(panic) => panic,
                };
                let said = panic.downcast_ref::<String>().cloned().unwrap_or_default();
                match require::<T>(name) {
                    Err(error) if error.to_string() == said => Err(error.into()),
                    Err(error) => differs(format!("get({name:?}) panics with {said:?} where require says {error}")),
                    Ok(_) => differs(format!("get({name:?}) panics with {said:?} and require does not fail")),
                }
            }
            (Self::Front, Some(None)) => {
                // The default is of another type than the one asked for.
                let read = read_key::<T>(key::intern(name)?)?.map(T::back);
                read.map_or_else(|| missing(&current::get()), Ok)
            }
            (Self::Front, None) => Ok(require::<T>(name)?.back()),
        }
    }

    pub(crate) fn freeze(&self) {
        match self {
            Self::Held(state) => state.caught_up().freeze(),
            Self::Front => hyperparameter::frozen(),
        }
    }

    pub(crate) fn capture(&self) -> State {
        match self {
            Self::Held(state) => state.caught_up(),
            Self::Front => hyperparameter::scope::current::get(),
        }
    }
}

/// An entry into a scope.
#[derive(Debug)]
pub(crate) struct Entered {
    pub(crate) serial: u64,
    pub(crate) guard: Option<Guard>,
}
