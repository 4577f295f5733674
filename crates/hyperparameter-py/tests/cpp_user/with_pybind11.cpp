#include <pybind11/functional.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <hyperparameter.h>
#include <hyperparameter/python.h>

#include "bindings.h"

namespace py = pybind11;

PYBIND11_MODULE(with_pybind11, module) {
    py::register_exception_translator([](std::exception_ptr error) { hp::translate_to_python(error); });
    define(module);
    // A thread that has let go of the interpreter, as one in a long computation.
    module.def("read_detached", engine::macro_int, py::call_guard<py::gil_scoped_release>());
    // A macro beside pybind11's own names.
    module.def("read_here", [] { return GET_PARAM(cu.i, std::int64_t{0}); });
}
