//! What went wrong, and at which part of the value.

use std::fmt;

use crate::value::{Mismatch, Value};

/// An error on its way out of a value: each container adds the name of its part.
#[derive(Debug)]
pub(crate) struct Fault(Box<Inner>);

#[derive(Debug)]
struct Inner {
    /// Innermost first.
    path: Vec<String>,
    reason: String,
    value: Option<Value>,
    wanted: Option<&'static str>,
    missing: bool,
}

impl Fault {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        let inner = Inner { path: Vec::new(), reason: reason.into(), value: None, wanted: None, missing: false };
        Self(Box::new(inner))
    }

    pub(super) fn of(mismatch: &Mismatch, value: &Value, wanted: &'static str) -> Self {
        let mut fault = Self::new(mismatch.to_string());
        fault.0.value = Some(value.clone());
        fault.0.wanted = Some(wanted);
        fault
    }

    /// The same, in the part of this name.
    pub(super) fn under(mut self, name: impl Into<String>) -> Self {
        self.0.path.push(name.into());
        self
    }

    /// The same, about this value unless it is about a part of it.
    pub(super) fn about(mut self, value: &Value) -> Self {
        if self.0.value.is_none() && !self.0.missing {
            self.0.value = Some(value.clone());
        }
        self
    }

    pub(super) fn path(&self) -> String {
        self.0.path.iter().rev().map(String::as_str).collect::<Vec<_>>().join(".")
    }

    pub(super) fn reason(&self) -> &str {
        &self.0.reason
    }

    pub(super) fn value(&self) -> Option<&Value> {
        self.0.value.as_ref()
    }

    pub(super) fn wanted(&self) -> Option<&'static str> {
        self.0.wanted
    }

    pub(super) fn is_missing(&self) -> bool {
        self.0.missing
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        if !path.is_empty() {
            write!(f, "{path}: ")?;
        }
        f.write_str(&self.0.reason)
    }
}

impl std::error::Error for Fault {}

impl serde::de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        let mut fault = Self::new("it is not set, and its field has no default").under(field);
        fault.0.missing = true;
        fault
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let near = crate::suggest::nearest(field, expected.iter().copied(), 1);
        let mend = match near.first() {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("there are {}", expected.join(", ")),
        };
        Self::new(format!("there is no field '{field}'; {mend}")).under(field)
    }
}

impl serde::ser::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }
}
