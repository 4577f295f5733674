//! Rule T2: what is replaced in one atomic step, and the version by which readers see that it was.

use std::sync::PoisonError;

use super::sync::{Arc, AtomicU64, Ordering, RwLock};

/// The newest of what was published; what `first` makes before that.
pub(super) struct Newest<T> {
    /// Moves with every publication; readers outside every scope compare it and nothing else.
    pub(super) version: AtomicU64,
    pub(super) value: RwLock<Option<Arc<T>>>,
    pub(super) first: fn(u64) -> T,
}

impl<T> Newest<T> {
    /// Whoever sees a version gets that of [`Newest::get`], or a newer one.
    #[inline(always)]
    pub(super) fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    pub(super) fn get(&self) -> Arc<T> {
        if let Some(newest) = &*self.value.read().unwrap_or_else(PoisonError::into_inner) {
            return newest.clone();
        }
        let mut value = self.value.write().unwrap_or_else(PoisonError::into_inner);
        value.get_or_insert_with(|| Arc::new((self.first)(self.version.load(Ordering::Relaxed)))).clone()
    }

    /// Publishes what `make` makes of the newest for the version after it, and gives what it took the place of. Of two
    /// threads that publish at once the second works on the first one's result, so that neither loses a key.
    pub(super) fn publish(&self, make: impl FnOnce(&T, u64) -> T) -> Arc<T> {
        let mut value = self.value.write().unwrap_or_else(PoisonError::into_inner);
        let version = self.version.load(Ordering::Relaxed);
        let newest = value.get_or_insert_with(|| Arc::new((self.first)(version)));
        let made = Arc::new(make(newest, version + 1));
        let old = std::mem::replace(newest, made);
        self.version.store(version + 1, Ordering::Release);
        old
    }
}
