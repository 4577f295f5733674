//! Everything else that the front door of the crate does with scopes, called from Python.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll as Polled, Waker};

use hyperparameter::scope::{Pinned, Source, current};
use hyperparameter::{
    FutureExt, InParams, ParamScope, Params, auto_param, explain, frozen, get, get_param, set, with_params,
};
use pyo3::prelude::*;

use crate::raised;

type Called<'py> = PyResult<Bound<'py, PyAny>>;

// ---- blocks ----------------------------------------------------------------------------------------------------------

/// Calls the function in an empty scope with one value.
#[pyfunction]
pub fn empty_block<'py>(function: &Bound<'py, PyAny>) -> Called<'py> {
    with_params! {
        @empty;
        @set nu.inner = 1;
        function.call0()
    }
}

/// Calls the function where `nu.i` is deleted.
#[pyfunction]
pub fn call_without<'py>(function: &Bound<'py, PyAny>) -> Called<'py> {
    with_params! {
        @set nu.other = 1;
        @del nu.i;
        function.call0()
    }
}

/// Calls the function in a strict scope.
#[pyfunction]
pub fn call_strict<'py>(function: &Bound<'py, PyAny>) -> Called<'py> {
    ParamScope::new().strict(true).with(|| function.call0())
}

/// The value, or a panic that PyO3 makes an exception of.
#[pyfunction]
pub fn required() -> f64 {
    get_param!(nu.required: f64)
}

#[pyfunction]
pub fn required_or_error() -> PyResult<f64> {
    fn read() -> hyperparameter::error::Result<f64> {
        with_params! { @get value: f64 = nu.required?; Ok(value) }
    }
    read().map_err(raised)
}

/// A read that declares a default, a type and a help.
#[pyfunction]
pub fn default_of() -> f64 {
    get_param!(nu.declared, 0.25, "what Rust says of it")
}

#[pyfunction]
pub fn freeze() {
    frozen();
}

// ---- looks -----------------------------------------------------------------------------------------------------------

#[pyfunction]
pub fn items() -> Vec<(&'static str, String)> {
    Params::current().iter().map(|(name, value)| (name, format!("{value:?}"))).collect()
}

#[pyfunction]
pub fn used() -> Vec<&'static str> {
    Params::current().used().into_iter().map(|(name, _)| name).collect()
}

#[pyfunction]
pub fn explained(name: &str) -> PyResult<String> {
    explain(name).map(|said| said.to_string()).map_err(raised)
}

#[derive(Debug, serde::Deserialize)]
struct Model {
    lr: f64,
    layers: Vec<u32>,
}

#[pyfunction]
pub fn deserialized(name: &str) -> PyResult<(f64, Vec<u32>)> {
    Params::current().deserialize::<Model>(name).map(|model| (model.lr, model.layers)).map_err(raised)
}

// ---- captures --------------------------------------------------------------------------------------------------------

/// What is seen where this is made.
#[pyclass(frozen)]
pub struct Captured(Params);

#[pymethods]
impl Captured {
    #[new]
    fn new() -> Self {
        Self(Params::current())
    }

    /// An integer in it, whatever is seen here.
    fn read(&self, name: &str) -> PyResult<Option<i64>> {
        self.0.get(name).map_err(raised)
    }

    /// Reads on a thread of Rust's, inside and outside of it.
    fn read_in_a_thread(&self, py: Python<'_>, name: &str) -> (i64, i64) {
        let (scope, name) = (ParamScope::from(self.0.clone()), name.to_owned());
        let work = move || (scope.with(|| get(&name, 0)), get(&name, 0));
        py.detach(|| std::thread::spawn(work).join()).unwrap_or((-1, -1))
    }
}

/// Calls the function in what was captured.
#[pyfunction]
pub fn call_captured<'py>(captured: &Captured, function: &Bound<'py, PyAny>) -> Called<'py> {
    with_params! {
        @params captured.0.clone();
        function.call0()
    }
}

/// Calls the function in what was captured, with one value more.
#[pyfunction]
pub fn call_from_a_capture<'py>(function: &Bound<'py, PyAny>) -> Called<'py> {
    let scope = ParamScope::capture().set("nu.more", 1).map_err(raised)?;
    ParamScope::empty().with(|| scope.with(|| function.call0()))
}

// ---- calls -----------------------------------------------------------------------------------------------------------

#[auto_param("nu.call")]
fn called(function: &Bound<'_, PyAny>, #[default(1)] x: i64) -> PyResult<i64> {
    set("nu.written", x).map_err(raised)?;
    function.call0()?;
    Ok(x)
}

/// A call of a function with parameters, which writes and calls back.
#[pyfunction]
pub fn in_call(function: &Bound<'_, PyAny>) -> PyResult<i64> {
    called(function)
}

#[auto_param("nu.call")]
fn leaves_open(function: &Bound<'_, PyAny>, #[default(1)] x: i64) -> PyResult<()> {
    std::mem::forget(ParamScope::new().set("nu.open", x).and_then(|scope| scope.enter()).map_err(raised)?);
    function.call0().map(drop)
}

#[pyfunction]
pub fn call_then_leave_open(function: &Bound<'_, PyAny>) -> PyResult<()> {
    leaves_open(function)
}

// ---- futures ---------------------------------------------------------------------------------------------------------

/// Is pending every other time.
struct Pause(bool);
impl Future for Pause {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Polled<()> {
        self.0 = !self.0;
        if self.0 { Polled::Pending } else { Polled::Ready(()) }
    }
}

/// A future of Rust's with the parameters that are seen where it is made, and `nu.task`. It reads `nu.i` and what it wrote
/// itself, and calls a function of Python's between.
#[pyclass]
pub struct Poll(InParams<Pin<Box<dyn Future<Output = Vec<i64>> + Send + Sync>>>);

#[pymethods]
impl Poll {
    #[new]
    #[pyo3(signature = (function=None))]
    fn new(function: Option<Py<PyAny>>) -> Self {
        let work = async move {
            let mut seen = vec![get("nu.i", 0), get("nu.task", 0)];
            let _ = set("nu.task", 8);
            Pause(false).await;
            seen.extend([get("nu.i", 0), get("nu.task", 0)]);
            if let Some(function) = function {
                seen.extend(Python::attach(|py| function.call0(py)?.extract::<i64>(py)).ok());
            }
            seen
        };
        let work: Pin<Box<dyn Future<Output = Vec<i64>> + Send + Sync>> = Box::pin(work);
        Self(work.with_params(["nu.task=7"]))
    }

    /// Polls it here.
    fn poll(&mut self) -> Option<Vec<i64>> {
        match Pin::new(&mut self.0).poll(&mut Context::from_waker(Waker::noop())) {
            Polled::Ready(seen) => Some(seen),
            Polled::Pending => None,
        }
    }

    /// Polls it on a thread of Rust's, and says what that thread sees after.
    fn poll_in_a_thread(&mut self, py: Python<'_>) -> (Option<Vec<i64>>, i64) {
        py.detach(|| {
            std::thread::scope(|threads| threads.spawn(|| (self.poll(), get("nu.task", 0))).join().unwrap_or_default())
        })
    }
}

// ---- the process -----------------------------------------------------------------------------------------------------

/// A pinned override, until it is ended.
#[pyclass]
pub struct Pins(Option<Pinned>);

#[pymethods]
impl Pins {
    #[new]
    fn new(name: &str, value: i64) -> PyResult<Self> {
        let pin = (name.to_owned(), value.into(), Source::Argument("--pin".into(), 1));
        Pinned::new([pin]).map(|pinned| Self(Some(pinned))).map_err(raised)
    }

    fn end(&mut self) {
        self.0 = None;
    }
}

/// What cannot cross: the panic that says so is an exception.
#[pyfunction]
pub fn own_state() {
    drop(current::get());
}
