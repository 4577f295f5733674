//! How two libraries of one process find each other: by symbols that are made global.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;

/// The address of a global symbol of the process, null where there is none.
#[must_use]
pub fn find(name: &CStr) -> *mut c_void {
    // SAFETY: a look-up by a name that ends with a zero byte.
    #[cfg(unix)]
    return unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    #[cfg(not(unix))]
    {
        let _ = name;
        ptr::null_mut()
    }
}

/// Makes the symbols of the library that `address` is in global, and says which library that is. The path lives as long
/// as the library. Null where this cannot be done.
#[allow(clippy::not_unsafe_ptr_arg_deref, reason = "the address is looked up, never followed")]
pub fn make_global(address: *const c_void) -> *const c_char {
    // SAFETY: `info` is written by `dladdr` where that says so; `dlopen` with `RTLD_NOLOAD` loads nothing and only changes
    // the flags of what is loaded. Its handle is kept on purpose: the library must not go while others use its symbols.
    #[cfg(unix)]
    unsafe {
        let mut info: libc::Dl_info = std::mem::zeroed();
        if libc::dladdr(address, &mut info) == 0 || info.dli_fname.is_null() {
            return ptr::null();
        }
        libc::dlopen(info.dli_fname, libc::RTLD_NOLOAD | libc::RTLD_NOW | libc::RTLD_GLOBAL);
        info.dli_fname
    }
    #[cfg(not(unix))]
    {
        let _ = address;
        ptr::null()
    }
}
