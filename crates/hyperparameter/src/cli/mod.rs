//! Parameters on a program's command line.

pub use crate::program::ParamArgs;
