//! What C++ walks without a call: version 3 of the layout of frames, tables, entries and keys.
//!
//! A read goes from the thread's cell to its innermost frame, on to the next frames and the base, from there to the slot of
//! the key and to its entry. `cpp/include/hyperparameter/layout.h` says the same in C++, with these offsets; where one of
//! them moves, [`VERSION`] is 0, C++ code calls, and the test below fails.

use std::mem::{ManuallyDrop, offset_of};

use crate::scope::layout as scope;
use crate::value::Value;

/// The version of the layout; 0 where this build has another, and every read is a call.
pub const VERSION: u32 = if fits() { 3 } else { 0 };

/// Where in a value its content stands, by kind.
const fn content(value: Value) -> usize {
    let value = ManuallyDrop::new(value);
    // SAFETY: `ManuallyDrop` is its content; a reference that is used in this function only.
    let value: &Value = unsafe { &*(&raw const value).cast::<Value>() };
    let start: *const u8 = std::ptr::from_ref(value).cast();
    let at: *const u8 = match value {
        Value::Bool(v) => std::ptr::from_ref(v).cast(),
        Value::Int(v) => std::ptr::from_ref(v).cast(),
        Value::Float(v) => std::ptr::from_ref(v).cast(),
        _ => return usize::MAX,
    };
    // SAFETY: both point into the same value.
    unsafe { at.offset_from(start) as usize }
}

/// The offsets that `layout.h` has.
const fn fits() -> bool {
    cfg!(all(target_pointer_width = "64", target_endian = "little"))
        && scope::FRAME_FIT
        && crate::key::layout_fits()
        && scope::ENTRY_VALUE == 16
        && content(Value::Bool(true)) == 1
        && content(Value::Int(1)) == 8
        && content(Value::Float(1.0)) == 8
        && offset_of!(crate::value::Item, value) + size_of::<Value>() <= size_of::<crate::value::Item>()
}

/// [`crate::host::HostTable::pinned_bits`].
pub(super) const fn pinned_bits(layout: u32) -> *const u64 {
    if layout == 0 { std::ptr::null() } else { scope::pinned_bits() }
}

/// [`crate::host::HostTable::newest_version`].
pub(super) const fn newest_version(layout: u32) -> *const u64 {
    if layout == 0 { std::ptr::null() } else { scope::newest_version() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    #[cfg(all(target_pointer_width = "64", target_endian = "little"))]
    fn the_layout_is_the_one_that_c_plus_plus_walks() {
        assert_eq!(VERSION, 3, "cpp/include/hyperparameter/layout.h and `fits` must say what this build has");
        assert_eq!(size_of::<Value>(), 24);
    }

    #[test]
    #[cfg(all(target_pointer_width = "64", target_endian = "little"))]
    fn a_string_is_a_pointer_to_its_counts_and_a_length() {
        let text: Arc<str> = "layout".into();
        let (bytes, value) = (text.as_ptr(), ManuallyDrop::new(Value::Str(text)));
        // SAFETY: the content of a value of this kind, all of which is there.
        let (counts, len) = unsafe {
            let start: *const u8 = (&raw const value).cast();
            (start.add(8).cast::<*const u8>().read(), start.add(16).cast::<usize>().read())
        };
        assert_eq!((counts.wrapping_add(16), len), (bytes, 6));
        drop(ManuallyDrop::into_inner(value));
    }
}
