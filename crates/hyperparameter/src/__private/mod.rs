//! What the code made by the macros calls. No part of the public interface: it changes as the macros do.

mod call_site;
mod derived;
mod read;
mod site;

pub use call_site::CallSite;
pub use derived::{content, member, members, missing_member, only_known, parsed_member, tagged, variant};
#[cfg(feature = "list")]
pub use inventory;
pub use read::{item, optional, required, required_or_error};
pub use site::{Site, sites};
