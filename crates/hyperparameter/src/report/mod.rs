//! What a person asks about a store: near names, declared defaults, explanations, what a run used.

mod declared;
mod explain;
mod used;

pub use declared::{Declared, declarations, declare, declared, forget_declared, near};
#[cfg(feature = "host")]
pub(crate) use explain::is_news;
pub use explain::{explain, shown, warn};
pub use used::{Used, used};
