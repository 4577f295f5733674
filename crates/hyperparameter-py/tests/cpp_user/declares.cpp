// A module without pybind11 or nanobind, which makes its parameters known to Python.
#include <hyperparameter/python.h>

namespace {

int some() { return 4; }

// Never called: what a module may read is known as soon as it is imported.
[[maybe_unused]] double reads() {
    return GET_PARAM(de.whole, 1'000) + GET_PARAM(de.wide, 7ull) + GET_PARAM(de.real, 4.0) +
           static_cast<double>(GET_PARAM(de.single, -1.5f)) + GET_PARAM(de.small, 1e-3, "a small one") +
           GET_PARAM(de.yes, true) + static_cast<double>(GET_PARAM(de.text, "adam, or so").size()) +
           static_cast<double>(GET_PARAM(de.escaped, "a\tb").size()) + GET_PARAM(de.octal, 010) +
           GET_PARAM(de.called, some()) + REQUIRE_PARAM(de.required, double) + GET_PARAM_KEY("de.with-dash", 2);
}

PyObject *total(PyObject *, PyObject *) {
    try {
        return PyFloat_FromDouble(GET_PARAM(de.rate, 0.5) * REQUIRE_PARAM(de.count, int));
    } catch (...) {
        hp::translate_to_python(std::current_exception());
        return nullptr;
    }
}

PyMethodDef methods[] = {{"total", total, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};
PyModuleDef module = {PyModuleDef_HEAD_INIT, "declares", nullptr, -1, methods, nullptr, nullptr, nullptr, nullptr};

}  // namespace

PyMODINIT_FUNC PyInit_declares() {
    try {
        hp::use_store_of_python("declares");
    } catch (const hp::ConfigError &error) {
        PyErr_SetString(PyExc_ImportError, error.what());
        return nullptr;
    }
    return PyModule_Create(&module);
}
