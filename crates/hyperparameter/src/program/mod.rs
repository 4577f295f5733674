//! The command line of a Rust program: what clap parses, and the parameters beside it.

mod args;
mod check;
mod complete;
mod list;
mod parse;

pub use args::ParamArgs;
pub use check::check_defines;
pub(crate) use check::given;
#[cfg(feature = "complete")]
pub use complete::keys as complete_keys;
pub use list::with_parameters;
pub use parse::{parse, parse_from, try_parse, try_parse_from};
