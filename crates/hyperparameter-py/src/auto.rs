//! `auto_param` (rules S5, S8, P3, P4): the callable that fills a function's arguments from the store.
//!
//! What a decorated thing *is* (a class, a static method, a partial) is sorted out in `parameters.py`; here is what a call
//! costs. One test of two masks decides whether anything is overridden; if nothing is, the arguments go on untouched.

mod call;
mod glue;
mod object;
mod plan;
mod raw;
mod run;

pub(crate) use glue::marked;
pub(crate) use plan::Unfit;
pub(crate) use run::wrap;

use hyperparameter::State;
use pyo3::prelude::*;

/// What does not convert of the values from outside the code for the parameters of a decorated function.
pub(crate) fn unfit(auto: &Bound<'_, PyAny>, state: &State) -> PyResult<Vec<Unfit>> {
    // SAFETY: the type is checked; the plan is there while the object is not cleared.
    unsafe {
        if pyo3::ffi::Py_TYPE(auto.as_ptr()) != object::AUTO.get() {
            return Err(pyo3::exceptions::PyTypeError::new_err("not a function decorated by auto_param"));
        }
        let plan = (*auto.as_ptr().cast::<object::Auto>()).plan.as_ref();
        plan.map_or_else(|| Ok(Vec::new()), |plan| plan.unfit(auto.py(), state))
    }
}

/// Adds what `parameters.py` and `convert.py` use to the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    // SAFETY: the module is being loaded, by a thread that holds the interpreter.
    if !unsafe { run::make_types() && object::make_type() } {
        return Err(PyErr::fetch(module.py()));
    }
    // SAFETY: the type was just made, and lives for ever.
    module.add("Auto", unsafe { Bound::from_borrowed_ptr(module.py(), object::AUTO.get().cast()) })?;
    module.add_function(wrap_pyfunction!(plan::make_auto, module)?)?;
    module.add_function(wrap_pyfunction!(plan::declarations, module)?)?;
    module.add_function(wrap_pyfunction!(glue::convert, module)?)
}
