//! What a person asks about a store: near names, declared defaults, explanations, what a run used.

mod declared;
mod explain;
mod explanation;
mod used;

#[cfg(feature = "clap")]
pub(crate) use declared::all_declared;
pub use declared::{Declared, declare, declared, forget_declared, near};
pub use explain::{explain, shown, warn};
pub use explanation::Explanation;
pub use used::{Used, used};
