//! What a person asks about a store: near names, declared defaults, explanations, what a run used.

mod declared;
mod explain;
mod explanation;
#[cfg(feature = "config")]
mod saved;
mod unused;
mod used;
#[cfg(feature = "config")]
mod written;

pub use declared::{Declared, declarations, declare, declared, forget_declared, near};
#[cfg(feature = "host")]
pub(crate) use explain::is_news;
pub use explain::{explain, shown, warn};
pub use explanation::Explanation;
#[cfg(feature = "config")]
pub use saved::{digest, saved};
pub use unused::{Unused, unread, unused, unused_here};
pub use used::{Used, used};
#[cfg(feature = "config")]
pub use written::{Note, Written, digest_of, is_saved, note, written};
