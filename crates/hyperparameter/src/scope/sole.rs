//! The last owner of something may change it again.

use super::sync::{Arc, Ordering, fence};

/// Whether this is the only count, so that its owner may do with the content what it likes. Only of what no weak counts
/// are made: `Arc::get_mut` also locks the weak count, which is a third of entering and leaving a scope.
#[inline(always)]
pub(super) fn is_sole<T>(shared: &Arc<T>) -> bool {
    if Arc::strong_count(shared) != 1 {
        return false;
    }
    // What others did with it before they let it go happened before this.
    fence(Ordering::Acquire);
    true
}
