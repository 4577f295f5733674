//! Objects of the host, as this library holds them.

use std::ffi::c_void;
use std::ptr::{self, NonNull};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::super::abi::{HostTable, RawData, RawObject, RawValue, Say, Status, kind};
use super::super::raw::{self, Owner, Side};
use super::read::received;
use super::{CHOSEN, REFUSED, hosted};
use crate::error::{Error, Result};
use crate::value::{Host, HostVTable, Shape, Value};

/// Objects of the host are handles here.
pub(super) struct GuestSide;

impl Side for GuestSide {
    fn lower(host: &Host, owner: &mut Owner) -> RawValue {
        match host.pointer(&HOSTED) {
            Some(pointer) => {
                owner.objects.push(Arc::new(host.clone()));
                RawValue::scalar(kind::OBJECT, RawData { object: pointer.as_ptr().cast_const().cast() })
            }
            None => raw::export(host, owner),
        }
    }

    unsafe fn raise(object: *const RawObject) -> Host {
        // SAFETY: promised by the caller; the count is owned by the handle. Only a host gives objects.
        unsafe {
            (host_table().retain_object)(object);
            Host::from_owned(NonNull::new_unchecked(object.cast_mut().cast()), &HOSTED)
        }
    }
}

/// The table that the objects of the host came through.
fn host_table() -> &'static HostTable {
    let chosen = CHOSEN.load(Ordering::Acquire);
    assert!(chosen.addr() > REFUSED.addr(), "an object of a host without a host");
    // SAFETY: a checked table, which lives as long as the process.
    unsafe { &*chosen }
}

/// The object behind a handle as the host's language knows it, borrowed from the handle: in Python a `PyObject *`. Null
/// where it is no object of that language.
#[must_use]
pub fn object_pointer(host: &Host) -> *mut c_void {
    match host.pointer(&HOSTED) {
        // SAFETY: a handle of this table owns an object of the host.
        Some(object) => unsafe { (host_table().object_pointer)(object.as_ptr().cast_const().cast()) },
        None => ptr::null_mut(),
    }
}

/// A handle on an object of the host's language, to be stored: the very object is read back there.
///
/// # Errors
/// `Config`, where there is no host, or it has no such objects.
///
/// # Safety
/// The pointer is one such object; in Python a `PyObject *`, on a thread that holds the interpreter.
pub unsafe fn object_of(pointer: *mut c_void) -> Result<Host> {
    let none = || Error::config(None, "there is no host whose objects could be stored");
    let table = hosted()?.ok_or_else(none)?;
    // SAFETY: promised by the caller; the count that is given is owned by the handle.
    unsafe {
        let object = NonNull::new((table.object_of)(pointer).cast_mut()).ok_or_else(none)?;
        Ok(Host::from_owned(object.cast(), &HOSTED))
    }
}

unsafe fn said(
    object: *mut c_void,
    what: unsafe extern "C" fn(*const RawObject, Say, *mut c_void) -> Status,
) -> String {
    let mut text = String::new();
    // SAFETY: a handle of `HOSTED` owns an object of the host.
    unsafe { what(object.cast_const().cast(), raw::collect, (&raw mut text).cast()) };
    text
}

fn viewed(object: *mut c_void) -> Option<Value> {
    let table = host_table();
    // SAFETY: a handle of `HOSTED` owns an object of the host.
    received(table, |out, owner| unsafe { (table.object_view)(object.cast_const().cast(), out, owner) }).ok().flatten()
}

/// What this library does with objects of the host. They are laid out, read into and written into there, by the host's
/// own rules; here they are seen as plain values.
static HOSTED: HostVTable = HostVTable {
    // SAFETY: a handle of this table owns an object of the host; so in all the calls below.
    retain: |p| unsafe { (host_table().retain_object)(p.cast_const().cast()) },
    // SAFETY: see `retain`.
    release: |p| unsafe { (host_table().release_object)(p.cast_const().cast()) },
    // SAFETY: see `retain`.
    type_name: |p| unsafe { said(p, host_table().object_type) },
    // SAFETY: see `retain`.
    repr: |p| unsafe { said(p, host_table().object_repr) },
    shape: |_| Shape::Scalar,
    view: viewed_object,
    members: |_| None,
    element: |p, segment| viewed(p)?.element(segment),
    list_len: |p| viewed(p)?.list_len(),
    // SAFETY: see `retain`.
    with_element: |p, _, _| Err(format!("a {} cannot be written into", unsafe { said(p, host_table().object_type) })),
};

unsafe fn viewed_object(object: *mut c_void) -> Option<Value> {
    viewed(object)
}
