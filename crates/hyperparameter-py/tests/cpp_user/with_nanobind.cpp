#include <nanobind/nanobind.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <hyperparameter.h>
#include <hyperparameter/python.h>

#include "bindings.h"

namespace nb = nanobind;

NB_MODULE(with_nanobind, module) {
    nb::register_exception_translator([](const std::exception_ptr &error, void *) { hp::translate_to_python(error); });
    define<nb::gil_scoped_release, nb::gil_scoped_acquire>(module);
    module.def("read_here", [] { return GET_PARAM(cu.i, std::int64_t{0}); });
}
