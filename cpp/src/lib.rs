//! The C interface of hyperparameter.
//!
//! Everything is done through one table of functions (`hyperparameter::host::abi`, in C `hyperparameter/c.h`): that of the
//! process's host, such as Python, where there is one, else that of this library's own store. So a program and a module
//! inside Python are one and the same code, and a value that either side sets the other sees.

use std::ffi::{CStr, CString, c_char};
use std::ptr;
use std::sync::OnceLock;

use hyperparameter::host::{self, HostTable};

/// The table of the store that this library uses: the host's of this process, else its own. The first call chooses, for
/// the life of the process. Null where there is a host whose table this library cannot use: see
/// `hyperparameter_why_no_store`. Any thread; takes a few instructions after the first call.
#[unsafe(no_mangle)]
pub extern "C" fn hyperparameter_store() -> *const HostTable {
    host::store_table().map_or(ptr::null(), ptr::from_ref)
}

/// Why `hyperparameter_store` gives null, as a text that ends with a zero byte and lives as long as the process; null where
/// it gives a table.
#[unsafe(no_mangle)]
pub extern "C" fn hyperparameter_why_no_store() -> *const c_char {
    static WHY: OnceLock<CString> = OnceLock::new();
    match host::store_table() {
        Ok(_) => ptr::null(),
        Err(error) => WHY.get_or_init(|| CString::new(error.to_string()).unwrap_or_default()).as_ptr(),
    }
}

/// Uses this table, which a host keeps in a capsule, where symbols cannot be looked up. Null where that worked, else why
/// not, as above.
///
/// # Safety
/// The pointer is null or to a table of any version, which lives as long as the process.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hyperparameter_adopt(table: *const HostTable) -> *const c_char {
    static WHY: OnceLock<CString> = OnceLock::new();
    // SAFETY: promised by the caller.
    match unsafe { host::adopt(table) } {
        Ok(()) => ptr::null(),
        Err(error) => WHY.get_or_init(|| CString::new(error.to_string()).unwrap_or_default()).as_ptr(),
    }
}

/// The version of this library.
#[unsafe(no_mangle)]
pub extern "C" fn hyperparameter_version() -> *const c_char {
    const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => panic!("a version has no zero byte"),
    };
    VERSION.as_ptr()
}
