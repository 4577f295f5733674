//! Host objects: any Rust value that threads can share (rule V1).

use std::any::{Any, type_name};
use std::sync::Arc;

use super::FromParam;
use crate::error::Result;
use crate::value::{Ask, Host, Mismatch, Value};

/// An object that Rust code set, handed over as it is.
///
/// ```
/// use std::sync::Arc;
/// use hyperparameter::{ParamScope, get};
///
/// struct Tokenizer { words: usize }
///
/// # fn main() -> Result<(), hyperparameter::error::Error> {
/// let _scope = ParamScope::new().set("data.tokenizer", Arc::new(Tokenizer { words: 50_000 }))?.enter()?;
/// let tokenizer = get("data.tokenizer", Arc::new(Tokenizer { words: 0 }));
/// assert_eq!(tokenizer.words, 50_000);
/// # Ok(())
/// # }
/// ```
impl<T: Any + Send + Sync> FromParam for Arc<T> {
    const ASK: Ask = Ask::Any;
    fn from_converted(value: &Value) -> Result<Self, Mismatch> {
        let Value::Host(host) = value else {
            let reason =
                format!("a {} is no {}; it is set from Rust code, as an Arc", value.kind_name(), type_name::<T>());
            return Err(Mismatch::new(reason));
        };
        host.downcast::<T>()
            .ok_or_else(|| Mismatch::new(format!("it holds a {}, not a {}", host.type_name(), type_name::<T>())))
    }
}

impl<T: Any + Send + Sync> From<Arc<T>> for Value {
    fn from(object: Arc<T>) -> Self {
        Self::Host(Host::shared(object))
    }
}

impl From<Host> for Value {
    fn from(object: Host) -> Self {
        Self::Host(object)
    }
}
