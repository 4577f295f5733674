//! Parameters on a program's command line.

pub use crate::program::ParamArgs;
#[cfg(feature = "complete")]
pub use crate::program::complete_keys;
