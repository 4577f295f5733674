//! One file for each part of the front door. They ask `crate::stored` what the store has, and begin with it, so that the
//! store is chosen.

mod calls;
mod looks;
mod process;
mod reads;
mod scopes;
mod threads;
