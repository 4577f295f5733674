//! Rust code that Python calls: it reads and writes parameters by the ordinary front door of the crate, and knows of no
//! Python in doing so.

use std::hint::black_box;
use std::time::Instant;

use hyperparameter::error::Error;
use hyperparameter::host::{self, HostTable, abi};
use hyperparameter::value::Host;
use hyperparameter::value::Value;
use hyperparameter::{ErrorKind, ParamScope, capture, get, key, read_key, require, set};
use pyo3::exceptions::{PyKeyError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;

mod front_door;

pub(crate) fn raised(error: Error) -> PyErr {
    match error.kind() {
        ErrorKind::MissingParameter => PyKeyError::new_err(error.to_string()),
        ErrorKind::Config => PyRuntimeError::new_err(error.to_string()),
        _ => PyValueError::new_err(error.to_string()),
    }
}

/// Runs work that panics as Rust code may: PyO3 makes an exception of it.
#[pymodule]
mod native_user {
    use super::*;

    #[pymodule_export]
    use super::front_door::{
        Captured, Pins, Poll, call_captured, call_from_a_capture, call_strict, call_then_leave_open, call_without,
        default_of, deserialized, empty_block, explained, freeze, in_call, items, own_state, required,
        required_or_error, used,
    };

    #[pyfunction]
    fn store() -> PyResult<String> {
        host::store().map(|store| format!("{store:?}")).map_err(raised)
    }

    // ---- reads -------------------------------------------------------------------------------------------------------

    #[pyfunction]
    fn read_bool(name: &str, default: bool) -> bool {
        get(name, default)
    }

    #[pyfunction]
    fn read_int(name: &str, default: i64) -> i64 {
        get(name, default)
    }

    #[pyfunction]
    fn read_u8(name: &str, default: u8) -> u8 {
        get(name, default)
    }

    #[pyfunction]
    fn read_float(name: &str, default: f64) -> f64 {
        get(name, default)
    }

    #[pyfunction]
    fn read_str(name: &str, default: String) -> String {
        get(name, default)
    }

    #[pyfunction]
    fn read_ints(name: &str) -> Vec<i64> {
        get(name, Vec::new())
    }

    #[pyfunction]
    fn read_optional(name: &str) -> Option<i64> {
        get(name, Some(-1))
    }

    #[pyfunction]
    fn shown(name: &str) -> PyResult<String> {
        require::<Value>(name).map(|value| format!("{value:?}")).map_err(raised)
    }

    #[pyfunction]
    fn require_float(name: &str) -> PyResult<f64> {
        require(name).map_err(raised)
    }

    // ---- writes and scopes -------------------------------------------------------------------------------------------

    #[pyfunction]
    fn write_int(name: &str, value: i64) -> PyResult<()> {
        set(name, value).map_err(raised)
    }

    #[pyfunction]
    fn write_ints(name: &str, value: Vec<i64>) -> PyResult<()> {
        set(name, value).map_err(raised)
    }

    /// Calls the function under a scope with one value of each kind.
    #[pyfunction]
    fn call_under_all_kinds<'py>(function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let big = num("123456789012345678901234567890");
        let scope = ParamScope::new()
            .set("kind.null", ())
            .and_then(|s| s.set("kind.bool", true))
            .and_then(|s| s.set("kind.int", 7))
            .and_then(|s| s.set("kind.big", big))
            .and_then(|s| s.set("kind.float", 0.5))
            .and_then(|s| s.set("kind.str", "007"))
            .and_then(|s| s.text("kind.text=007"))
            .and_then(|s| s.set("kind.list", vec![vec![1, 2], vec![3]]))
            .and_then(|s| s.set("kind.map", Value::map([("lr", Value::from(0.1)), ("wd", Value::Null)])))
            .map_err(raised)?;
        let _scope = scope.enter().map_err(raised)?;
        function.call0()
    }

    fn num(digits: &str) -> Value {
        match hyperparameter::value::convert(&Value::text(digits), hyperparameter::value::Ask::Int) {
            Ok(value) => value,
            Err(mismatch) => panic!("{mismatch:?}"),
        }
    }

    /// Calls the function under a scope that sets one integer.
    #[pyfunction]
    fn call_under<'py>(name: &str, value: i64, function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let scope = ParamScope::new().set(name, value).map_err(raised)?;
        let _scope = scope.enter().map_err(raised)?;
        function.call0()
    }

    /// Panics under a scope.
    #[pyfunction]
    fn panic_under(name: &str, value: i64) -> PyResult<()> {
        let scope = ParamScope::new().set(name, value).map_err(raised)?;
        let _scope = scope.enter().map_err(raised)?;
        panic!("on purpose");
    }

    // ---- threads -----------------------------------------------------------------------------------------------------

    /// Reads on a thread of Rust's, which does not hold the interpreter.
    #[pyfunction]
    fn read_in_a_thread(py: Python<'_>, name: String, default: i64) -> i64 {
        py.detach(|| std::thread::spawn(move || get(&name, default)).join().unwrap_or(-1))
    }

    /// Reads on a thread of Rust's while this one keeps the interpreter: a read that waited for it would never end.
    #[pyfunction]
    fn read_while_python_waits(name: String) -> (String, String) {
        let work = move || (get(&name, String::new()), format!("{:?}", get(&name, Value::Null)));
        std::thread::spawn(work).join().unwrap_or_default()
    }

    /// Enters scopes and writes on a thread of Rust's: what it saw inside, inside both, after the inner and after all.
    #[pyfunction]
    fn scopes_in_a_thread(py: Python<'_>, name: String) -> Vec<i64> {
        let work = move || -> hyperparameter::error::Result<Vec<i64>> {
            let mut seen = Vec::new();
            {
                let _outer = ParamScope::new().set(&name, 1)?.enter()?;
                seen.push(get(&name, 0));
                {
                    let _inner = ParamScope::new().set(&name, 2)?.enter()?;
                    set(&name, 3)?;
                    seen.push(get(&name, 0));
                }
                seen.push(get(&name, 0));
            }
            seen.push(get(&name, 0));
            Ok(seen)
        };
        py.detach(|| std::thread::spawn(work).join()).ok().and_then(Result::ok).unwrap_or_default()
    }

    /// Reads on this thread after it let go of the interpreter.
    #[pyfunction]
    fn read_detached(py: Python<'_>, name: &str, default: i64) -> i64 {
        py.detach(|| get(name, default))
    }

    /// Carries what is seen here into a thread of Rust's.
    #[pyfunction]
    fn read_captured_in_a_thread(py: Python<'_>, name: String, default: i64) -> PyResult<(i64, i64)> {
        let captured = ParamScope::from(capture());
        let work = move || (captured.with(|| get(&name, default)), get(&name, default));
        py.detach(|| std::thread::spawn(work).join()).map_err(|_| PyRuntimeError::new_err("the thread panicked"))
    }

    // ---- objects -----------------------------------------------------------------------------------------------------

    /// The very Python object that is stored.
    #[pyfunction]
    fn read_object(py: Python<'_>, name: &str) -> PyResult<Option<Py<PyAny>>> {
        let Value::Host(host) = require::<Value>(name).map_err(raised)? else { return Ok(None) };
        let pointer = host::object_pointer(&host);
        // SAFETY: a `PyObject *`, borrowed from `host`, or null.
        Ok(unsafe { Bound::from_borrowed_ptr_or_opt(py, pointer.cast()) }.map(Bound::unbind))
    }

    #[pyfunction]
    fn write_object(name: &str, object: &Bound<'_, PyAny>) -> PyResult<()> {
        // SAFETY: an object, and the thread holds the interpreter.
        let host = unsafe { host::object_of(object.as_ptr().cast()) }.map_err(raised)?;
        set(name, Value::Host(host)).map_err(raised)
    }

    #[derive(Debug)]
    struct Engine(u32);

    /// Stores an object of Rust's, and calls the function with it in place; says what is read back.
    #[pyfunction]
    fn call_with_an_engine<'py>(
        name: &str,
        function: &Bound<'py, PyAny>,
    ) -> PyResult<(Bound<'py, PyAny>, Option<u32>)> {
        let scope = ParamScope::new().set(name, Value::Host(Host::new(Engine(8)))).map_err(raised)?;
        let _scope = scope.enter().map_err(raised)?;
        let said = function.call0()?;
        let Value::Host(host) = require::<Value>(name).map_err(raised)? else { return Ok((said, None)) };
        Ok((said, host.downcast::<Engine>().map(|engine| engine.0)))
    }

    // ---- versions, times ---------------------------------------------------------------------------------------------

    /// What is said of a table with another version or size.
    #[pyfunction]
    fn check_table(abi: u32, shorter_by: u32) -> PyResult<()> {
        /// What stands at the head of every table.
        #[repr(C)]
        struct Head {
            abi: u32,
            size: u32,
            name: abi::RawStr,
        }
        let size = size_of::<HostTable>() as u32 - shorter_by;
        let head = Head { abi, size, name: abi::RawStr::new("a host of the test") };
        // SAFETY: nothing but the head is looked at where the version or the size does not fit.
        unsafe { host::check((&raw const head).cast()) }.map(drop).map_err(raised)
    }

    /// The nanoseconds of one read of an integer.
    #[pyfunction]
    fn time_read(name: &str, times: u32) -> PyResult<f64> {
        let key = key::intern(name).map_err(raised)?;
        let start = Instant::now();
        for _ in 0..times {
            let _ = black_box(read_key::<i64>(black_box(key)));
        }
        Ok(start.elapsed().as_secs_f64() * 1e9 / f64::from(times))
    }

    /// The nanoseconds of entering and leaving a scope of one value.
    #[pyfunction]
    fn time_scope(name: &str, times: u32) -> PyResult<f64> {
        let scope = ParamScope::new().set(name, 1).map_err(raised)?.prepare();
        let start = Instant::now();
        for _ in 0..times {
            drop(black_box(scope.enter_here().map_err(raised)?));
        }
        Ok(start.elapsed().as_secs_f64() * 1e9 / f64::from(times))
    }
}
