//! What the code made by the macros calls. No part of the public interface: it changes as the macros do.

mod call_site;
mod derived;
mod in_call;
mod read;
mod replace;
mod site;
mod text;
mod write;

pub use call_site::CallSite;
pub use derived::{content, member, members, missing_member, only_known, parsed_member, tagged, variant};
pub use in_call::{InCall, call_future};
#[cfg(feature = "list")]
pub use inventory;
pub use read::{broken, item, optional, required, required_or_error};
pub use replace::replace;
pub use site::{Site, sites};
pub use text::Text;
pub use write::{
    Literals, Pair, call, delete, enter, enter_empty, enter_literals, enter_new, enter_pairs, prepared, write,
};

/// What `#[derive(Parser)]` calls.
#[cfg(feature = "clap")]
pub mod program {
    #[cfg(feature = "complete")]
    pub use clap_complete::engine::complete;

    pub use crate::program::{check_defines, parse, parse_from, try_parse, try_parse_from, with_parameters};
}
