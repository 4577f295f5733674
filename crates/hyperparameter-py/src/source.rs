//! Where a value or a default stands in Python code: kept as a code object and an offset, made a line when asked for.

use std::ffi::{c_int, c_void};
use std::ptr::NonNull;
use std::sync::Arc;

use hyperparameter::Source;
use hyperparameter::value::{Host, HostVTable, Shape};
use pyo3::ffi;
use pyo3::prelude::*;

use crate::value::release_object;

/// A place in Python code.
struct Place {
    /// The code object, owned.
    code: *mut ffi::PyObject,
    /// The instruction's offset in bytes; below zero it is a line, negated.
    at: c_int,
}

// SAFETY: the code object is immutable, and its count is touched only while the interpreter is held.
unsafe impl Send for Place {}
// SAFETY: as above.
unsafe impl Sync for Place {}

impl Drop for Place {
    fn drop(&mut self) {
        // SAFETY: the place owned the code object.
        unsafe { release_object(self.code) };
    }
}

static PLACE: HostVTable = HostVTable {
    // SAFETY: called only with the pointers of `place`, which are `Arc<Place>`.
    retain: |p| unsafe { Arc::increment_strong_count(p.cast_const().cast::<Place>()) },
    // SAFETY: as above.
    release: |p| unsafe { Arc::decrement_strong_count(p.cast_const().cast::<Place>()) },
    type_name: |_| "place".to_owned(),
    repr: |p| {
        // SAFETY: as above.
        let place = unsafe { &*p.cast_const().cast::<Place>() };
        Python::attach(|py| {
            render(py, place).map_or_else(|_| String::new(), |(file, line, name)| shown(&file, line, &name))
        })
    },
    shape: |_| Shape::Scalar,
    view: |_| None,
    members: |_| None,
    element: |_, _| None,
    list_len: |_| None,
    with_element: |_, _, _| Err("a place in code cannot be written into".to_owned()),
};

fn shown(file: &str, line: i32, function: &str) -> String {
    match function {
        "<module>" | "" => format!("{file}:{line}"),
        name => format!("{file}:{line} in {name}()"),
    }
}

fn render(py: Python<'_>, place: &Place) -> PyResult<(String, i32, String)> {
    // SAFETY: the place owns the code object.
    let code = unsafe { Bound::from_borrowed_ptr(py, place.code) };
    let line = if place.at < 0 {
        -place.at
    } else {
        // SAFETY: a code object.
        unsafe { ffi::PyCode_Addr2Line(place.code.cast(), place.at) }
    };
    let name = code.getattr("co_qualname").or_else(|_| code.getattr("co_name"))?;
    Ok((code.getattr("co_filename")?.extract()?, line, name.extract()?))
}

/// The line of Python code that is running.
pub(crate) fn here(_py: Python<'_>) -> Source {
    // SAFETY: the thread holds the interpreter.
    unsafe { here_unchecked() }
}

/// The line of Python code that is running.
///
/// # Safety
/// The thread holds the interpreter.
pub(crate) unsafe fn here_unchecked() -> Source {
    // SAFETY: the thread holds the interpreter; the frame is borrowed from it and alive while its code runs.
    unsafe {
        let frame = ffi::PyEval_GetFrame();
        if frame.is_null() {
            return Source::Unknown;
        }
        let code = ffi::PyFrame_GetCode(frame).cast::<ffi::PyObject>();
        #[cfg(Py_3_11)]
        let at = ffi::PyFrame_GetLasti(frame);
        // Before 3.11 the offset has no public access, so the line is found at once.
        #[cfg(not(Py_3_11))]
        let at = -ffi::PyFrame_GetLineNumber(frame);
        place(code, at)
    }
}

/// Takes over one reference to the code object.
unsafe fn place(code: *mut ffi::PyObject, at: c_int) -> Source {
    let pointer = Arc::into_raw(Arc::new(Place { code, at })).cast_mut().cast::<c_void>();
    // SAFETY: `into_raw` gives a non-null pointer that owns one count.
    Source::Lazy(unsafe { Host::from_owned(NonNull::new_unchecked(pointer), &PLACE) })
}

/// A line of a code object.
pub(crate) fn at_line(code: &Bound<'_, PyAny>, line: c_int) -> Source {
    // SAFETY: the place takes over the new reference.
    unsafe { place(code.clone().into_ptr(), -line.max(1)) }
}

/// The first line of a function's code: where its parameters are declared. `code` is a code object.
pub(crate) fn of_code(code: &Bound<'_, PyAny>) -> Source {
    let line = code.getattr("co_firstlineno").and_then(|line| line.extract::<c_int>()).unwrap_or(1);
    at_line(code, line)
}
