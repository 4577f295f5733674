#include <pybind11/functional.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <hyperparameter.h>
#include <hyperparameter/python.h>

#include "bindings.h"

namespace py = pybind11;

PYBIND11_MODULE(with_pybind11, module) {
    py::register_exception_translator([](std::exception_ptr error) { hp::translate_to_python(error); });
    define<py::gil_scoped_release, py::gil_scoped_acquire>(module);
    // A macro beside pybind11's own names.
    module.def("read_here", [] { return GET_PARAM(cu.i, std::int64_t{0}); });
}
