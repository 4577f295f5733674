//! What the code made by the macros calls. No part of the public interface: it changes as the macros do.

mod call_site;
mod derived;
mod read;
mod site;
mod text;
mod write;

pub use call_site::CallSite;
pub use derived::{content, member, members, missing_member, only_known, parsed_member, tagged, variant};
#[cfg(feature = "list")]
pub use inventory;
pub use read::{broken, item, optional, required, required_or_error};
pub use site::{Site, sites};
pub use text::Text;
pub use write::{
    Literals, Pair, call, delete, enter, enter_empty, enter_literals, enter_new, enter_pairs, prepared, write,
};
