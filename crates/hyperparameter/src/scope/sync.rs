//! What the protocols between threads here are made of: `newest`, `kept`, `deep` and `sole`. The models of `tests/rust/models` compile
//! these files with loom's in their place, which tries every order in which threads can meet.

pub(super) use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering, fence};
pub(super) use std::sync::{Arc, RwLock};
