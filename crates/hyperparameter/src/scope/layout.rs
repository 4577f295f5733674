//! What is said outside of this room of how its things are laid out: for C++, which walks them (`crate::host::layout`).

use super::{entry, frame, frozen, pinned, table};

/// Whether frames, bases and slots are laid out as C++ knows them.
pub(crate) const FRAME_FIT: bool = frame::FITS && table::FITS && entry::FITS;

/// Where in an entry its value stands.
pub(crate) const ENTRY_VALUE: usize = entry::VALUE;

/// The bits of what is pinned.
pub(crate) const fn pinned_bits() -> *const u64 {
    (&raw const pinned::BITS).cast()
}

/// The version of the newest snapshot.
pub(crate) const fn newest_version() -> *const u64 {
    (&raw const frozen::NEWEST.version).cast()
}
