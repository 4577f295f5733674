//! The protocols by which threads share the core's data, in every order in which threads can meet and with every value that
//! the memory model lets a load see: `make loom`.
//!
//! `newest`, `kept`, `deep` and `sole` are the core's own files, compiled here with loom's types in the place of the standard
//! library's. Only `Arc` is written here, after the standard library's protocol: loom's does not tell its count.

#![cfg(test)]

#[path = "../../../../crates/hyperparameter/src/scope/deep.rs"]
mod deep;
#[path = "../../../../crates/hyperparameter/src/scope/kept.rs"]
#[allow(dead_code, reason = "the core uses the rest")]
mod kept;
#[path = "../../../../crates/hyperparameter/src/scope/newest.rs"]
mod newest;
#[path = "../../../../crates/hyperparameter/src/scope/sole.rs"]
mod sole;

mod sync {
    pub(super) use loom::sync::RwLock;
    pub(super) use loom::sync::atomic::{AtomicPtr, AtomicU64, Ordering, fence};

    pub(super) use crate::counted::Arc;
}

mod counted;
mod models;
