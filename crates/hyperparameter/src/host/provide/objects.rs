//! Objects of the host, as libraries hold them.

use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;

use super::super::abi::{MISSING, OK, RawData, RawObject, RawOwner, RawStr, RawValue, Say, Status, kind};
use super::super::raw::{Owner, Side};
use super::{Provider, call, give};
use crate::value::Host;

/// Objects of the host are its own here.
pub(super) struct HostSide;

impl Side for HostSide {
    fn lower(host: &Host, owner: &mut Owner) -> RawValue {
        let host = Arc::new(host.clone());
        let data = RawData { object: Arc::as_ptr(&host).cast() };
        owner.objects.push(host);
        RawValue::scalar(kind::OBJECT, data)
    }

    unsafe fn raise(object: *const RawObject) -> Host {
        // SAFETY: promised by the caller: the pointer came from `lower` or `object_of`.
        unsafe { (*object.cast::<Host>()).clone() }
    }
}

pub(super) unsafe extern "C" fn retain_object(object: *const RawObject) {
    // SAFETY: see `intern`.
    unsafe { Arc::increment_strong_count(object.cast::<Host>()) }
}

pub(super) unsafe extern "C" fn release_object(object: *const RawObject) {
    call(|| {
        // SAFETY: see `intern`.
        unsafe { Arc::decrement_strong_count(object.cast::<Host>()) };
        Ok(OK)
    });
}

pub(super) unsafe extern "C" fn object_type(object: *const RawObject, say: Say, to: *mut c_void) -> Status {
    call(|| {
        // SAFETY: see `intern`.
        unsafe { say(to, RawStr::new(&(*object.cast::<Host>()).type_name())) };
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn object_repr(object: *const RawObject, say: Say, to: *mut c_void) -> Status {
    call(|| {
        // SAFETY: see `intern`.
        unsafe { say(to, RawStr::new(&(*object.cast::<Host>()).repr())) };
        Ok(OK)
    })
}

pub(super) unsafe extern "C" fn object_view(
    object: *const RawObject,
    out: *mut RawValue,
    owner: *mut *mut RawOwner,
) -> Status {
    call(|| {
        // SAFETY: see `intern`.
        unsafe {
            let Some(value) = (*object.cast::<Host>()).view() else { return Ok(MISSING) };
            Ok(give(value, out, owner))
        }
    })
}

pub(super) unsafe extern "C" fn object_pointer<P: Provider>(object: *const RawObject) -> *mut c_void {
    // SAFETY: see `intern`.
    P::object_pointer(unsafe { &*object.cast::<Host>() })
}

pub(super) unsafe extern "C" fn object_of<P: Provider>(pointer: *mut c_void) -> *const RawObject {
    let mut object = ptr::null();
    call(|| {
        // SAFETY: see `intern`.
        if let Some(host) = unsafe { P::object_of(pointer) } {
            object = Arc::into_raw(Arc::new(host)).cast();
        }
        Ok(OK)
    });
    object
}
