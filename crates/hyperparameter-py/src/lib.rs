//! The Python wheel of hyperparameter: nodes, scopes and `auto_param` over the core.
//!
//! The way of a read is short on purpose: node slot (`node`) → state (`state`) → the core's frame and entry → object
//! (`value`). Everything else is ordinary code behind `raw::cold`. No rule lives here: a binding is a thin shell.

mod auto;
mod capture;
mod cli;
mod config;
mod convert;
mod ended;
mod errors;
mod explain;
mod host;
mod internal;
mod methods;
mod node;
mod operators;
mod prepare;
mod program;
mod raw;
mod read;
mod saved;
mod scope;
mod source;
mod state;
mod value;
mod write;

use pyo3::prelude::*;

/// Written for one interpreter with its lock: the caches of nodes rely on it.
#[pymodule(gil_used = true)]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    errors::register(module)?;
    state::register(py)?;
    node::register(py)?;
    scope::register(module)?;
    auto::register(module)?;
    module.add("nothing", internal::nothing(py)?)?;
    host::publish(module)?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<capture::FrozenSnapshot>()?;
    module.add_class::<config::Config>()?;
    module.add_class::<explain::Explanation>()?;
    module.add_class::<explain::Placed>()?;
    module.add_class::<internal::Pins>()?;
    module.add_class::<internal::KeptSnapshot>()?;
    module.add_class::<value::Foreign>()?;
    module.add_function(wrap_pyfunction!(capture::restore_capture, module)?)?;
    module.add_function(wrap_pyfunction!(capture::run_inside, module)?)?;
    module.add_function(wrap_pyfunction!(capture::frozen_snapshot, module)?)?;
    module.add_function(wrap_pyfunction!(config::dump, module)?)?;
    module.add_function(wrap_pyfunction!(explain::declared, module)?)?;
    module.add_function(wrap_pyfunction!(program::declared_names, module)?)?;
    module.add_function(wrap_pyfunction!(program::unfit, module)?)?;
    module.add_function(wrap_pyfunction!(program::unfit_in_place, module)?)?;
    module.add_function(wrap_pyfunction!(program::excerpt, module)?)?;
    module.add_function(wrap_pyfunction!(program::undeclared, module)?)?;
    module.add_function(wrap_pyfunction!(program::unread, module)?)?;
    module.add_function(wrap_pyfunction!(program::unread_pins, module)?)?;
    module.add_function(wrap_pyfunction!(cli::unknown, module)?)?;
    module.add_function(wrap_pyfunction!(cli::definition, module)?)?;
    module.add_function(wrap_pyfunction!(cli::is_option, module)?)?;
    module.add_function(wrap_pyfunction!(cli::ordinal, module)?)?;
    module.add_function(wrap_pyfunction!(saved::saved_text, module)?)?;
    module.add_function(wrap_pyfunction!(saved::saved_digest, module)?)?;
    module.add_function(wrap_pyfunction!(saved::is_saved, module)?)?;
    module.add_function(wrap_pyfunction!(saved::saved_note, module)?)?;
    module.add_function(wrap_pyfunction!(internal::nearest, module)?)?;
    module.add_function(wrap_pyfunction!(internal::key_hash, module)?)?;
    module.add_function(wrap_pyfunction!(internal::strict, module)?)?;
    module.add_function(wrap_pyfunction!(internal::lenient, module)?)?;
    module.add_function(wrap_pyfunction!(internal::scope_of, module)?)?;
    module.add_function(wrap_pyfunction!(internal::pinned, module)?)?;
    module.add_function(wrap_pyfunction!(internal::snapshot, module)?)?;
    module.add_function(wrap_pyfunction!(internal::freeze, module)?)?;
    module.add_function(wrap_pyfunction!(internal::key_count, module)?)?;
    module.add_function(wrap_pyfunction!(internal::is_strict, module)?)?;
    module.add_function(wrap_pyfunction!(internal::strict_outside, module)?)?;
    Ok(())
}
