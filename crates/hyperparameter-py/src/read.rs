//! Reading by a node, `node | default`: the hot way, and the ways off it.
//!
//! In a scope on CPython 3.13 this adds about 20 ns to the attribute chain, where `|` of two ints adds 12: of the code here
//! 7 ns are left, the rest is the interpreter's way to it and its context variable (`benches/README.md`).

use std::ptr::null_mut;

use hyperparameter::{Entry, Key};
use pyo3::exceptions::PyTypeError;
use pyo3::ffi::{self, PyObject};
use pyo3::prelude::*;

use crate::convert::{Kind, is_dictionary, read_default};
use crate::errors::text;
use crate::node::{Node, is_node};
use crate::raw::{cold, new_ref, type_of};
use crate::source::here_unchecked;
use crate::write::record;
use crate::{state, value};

/// `left | right`.
pub(crate) unsafe extern "C" fn or(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject {
    // SAFETY: called by the interpreter with two objects of which one is a node.
    unsafe {
        if is_node(left) {
            return read(left.cast(), right);
        }
        cold(|_| Err(PyTypeError::new_err("a node stands to the left of `|`: write node | default")))
    }
}

/// `node(default)` and `node()`.
pub(crate) unsafe extern "C" fn call(
    object: *mut PyObject,
    args: *const *mut PyObject,
    count: usize,
    names: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: called by the interpreter by the vectorcall protocol.
    unsafe {
        let count = ffi::PyVectorcall_NARGS(count);
        if !names.is_null() && ffi::PyTuple_GET_SIZE(names) != 0 || count > 1 {
            return cold(|_| {
                Err(PyTypeError::new_err("a node is called with one default or with nothing: node(default), node()"))
            });
        }
        if count == 1 {
            return read(object.cast(), *args);
        }
        cold(|py| (*object.cast::<Node>()).required(py).map(Bound::into_ptr))
    }
}

#[inline(always)]
unsafe fn read(node: *mut Node, default: *mut PyObject) -> *mut PyObject {
    // SAFETY: `node` is a node and `default` an object, both kept alive by the caller.
    unsafe {
        // One compare says that the key is known, that this default is recorded and is no node, and that the node is
        // no temporary one and reads the current scope.
        if (*node).last_default == default {
            return found(node, default);
        }
        read_first(node, default)
    }
}

#[inline(always)]
unsafe fn found(node: *mut Node, default: *mut PyObject) -> *mut PyObject {
    // SAFETY: as for `read`; the key is known.
    unsafe {
        let Some(now) = state::current() else { return null_mut() };
        match now.read_plain(Key::from_raw((*node).key)) {
            Ok(None) if !is_dictionary(default) => return new_ref(default),
            Ok(Some(entry)) => {
                if let Some(object) = handed_over(entry, default) {
                    entry.mark_read(|| here_unchecked());
                    return new_ref(object);
                }
            }
            _ => {}
        }
        drop(now);
        read_converted(node, default)
    }
}

/// The object of an entry where it is of the default's own type, or was converted to it before.
#[inline(always)]
unsafe fn handed_over(entry: &Entry, default: *mut PyObject) -> Option<*mut PyObject> {
    // SAFETY: as for `read`; a handle of our table owns a valid object.
    unsafe {
        let class = type_of(default);
        if let Some(object) = entry.object().and_then(|host| host.pointer(&value::PY)) {
            let object = object.as_ptr().cast::<PyObject>();
            // A default of `None` asks for nothing: any object is handed over (109 ns by way of the conversions). Text of
            // unknown type has no object, and a dictionary is no plain entry.
            if (type_of(object) == class && !is_dictionary(default)) || default == ffi::Py_None() {
                return Some(object);
            }
        }
        let kept = entry.kept(Kind::plain_token(class)?)?.as_ref().ok()?;
        Some(kept.object()?.pointer(&value::PY)?.as_ptr().cast())
    }
}

#[inline(never)]
unsafe fn read_converted(node: *mut Node, default: *mut PyObject) -> *mut PyObject {
    // SAFETY: as for `read`.
    unsafe {
        cold(|py| {
            let default = Bound::from_borrowed_ptr(py, default);
            let key = (*node).known(py)?;
            if let Some(key) = key {
                key.mark_read();
            }
            let name = (*node).name(py).into_any();
            let value = read_default(py, &(*node).state(py)?, key, text(&name)?, &default, 1)?;
            Ok(value.unwrap_or(default).into_ptr())
        })
    }
}

/// A read with a default that was not the last one here: it is recorded (rule P4).
#[inline(never)]
unsafe fn read_first(node: *mut Node, default: *mut PyObject) -> *mut PyObject {
    // SAFETY: as for `read`.
    unsafe {
        if is_node(default) {
            return cold(|_| {
                Err(PyTypeError::new_err(
                    "a node is no default: `a | b | 3` would combine two nodes; write a | (b | 3), or a | b() for its value",
                ))
            });
        }
        if (*node).temporary || !(*node).owner.is_null() {
            return read_converted(node, default);
        }
        if (*node).tries == 0 && !(*node).key.is_null() {
            return found(node, default);
        }
        let recorded = cold(|py| {
            let key = (*node).interned(py)?;
            key.mark_read();
            (*node).tries -= 1;
            let default = Bound::from_borrowed_ptr(py, default);
            let more = record(py, key, &default)?;
            if !more {
                (*node).tries = 0;
            }
            let old = std::mem::replace(&mut (*node).last_default, default.into_ptr());
            ffi::Py_XDECREF(old);
            Ok(0)
        });
        if recorded < 0 { null_mut() } else { found(node, default) }
    }
}
