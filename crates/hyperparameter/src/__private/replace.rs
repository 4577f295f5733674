//! A value that is taken apart and put together where it stands.

use std::ptr;

/// Puts what `make` makes of the value in its place. A panic in `make` ends the process: there is no value to put back.
pub fn replace<T>(place: &mut T, make: impl FnOnce(T) -> T) {
    struct Abort;
    impl Drop for Abort {
        fn drop(&mut self) {
            std::process::abort();
        }
    }
    let guard = Abort;
    // SAFETY: `place` is valid, and what is read is replaced before anything else can look; a panic does not come back here.
    unsafe { ptr::write(place, make(ptr::read(place))) };
    std::mem::forget(guard);
}
