// For modules that Python imports: errors of the store leave them as the exceptions that Python code knows
// (hyperparameter.MissingParameter, which is a KeyError; hyperparameter.InvalidKey and ConversionError, which are ValueErrors;
// hyperparameter.ConfigError), rather than as a RuntimeError. Needs Python.h, which pybind11 and nanobind bring along.
//
//     PYBIND11_MODULE(engine, m) {
//         py::register_exception_translator([](std::exception_ptr error) { hp::translate_to_python(error); });
//
//     NB_MODULE(engine, m) {
//         nb::register_exception_translator([](const std::exception_ptr &error, void *) { hp::translate_to_python(error); });
#ifndef HYPERPARAMETER_PYTHON_H
#define HYPERPARAMETER_PYTHON_H

// First of all, as Python.h asks.
#include <Python.h>

#include <hyperparameter/error.h>

#include <exception>

namespace hyperparameter {
inline namespace HYPERPARAMETER_ABI_NAMESPACE {
namespace detail {

inline void raise_in_python(const char *name, const char *text) noexcept {
    PyObject *module = PyImport_ImportModule("hyperparameter");
    PyObject *type = module == nullptr ? nullptr : PyObject_GetAttrString(module, name);
    Py_XDECREF(module);
    if (type == nullptr) {
        // A store of this library's own, in a process without the package.
        PyErr_Clear();
    }
    PyErr_SetString(type == nullptr ? PyExc_RuntimeError : type, text);
    Py_XDECREF(type);
}

}  // namespace detail

// Sets the exception of Python for an error of the store; every other error is thrown on, for the next translator. The
// calling thread holds the interpreter.
inline void translate_to_python(const std::exception_ptr &error) {
    if (error == nullptr) {
        return;
    }
    try {
        std::rethrow_exception(error);
    } catch (const MissingParameter &raised) {
        detail::raise_in_python("MissingParameter", raised.what());
    } catch (const InvalidKey &raised) {
        detail::raise_in_python("InvalidKey", raised.what());
    } catch (const ConversionError &raised) {
        detail::raise_in_python("ConversionError", raised.what());
    } catch (const HashCollision &raised) {
        detail::raise_in_python("HashCollision", raised.what());
    } catch (const ConfigError &raised) {
        detail::raise_in_python("ConfigError", raised.what());
    }
}

}  // namespace HYPERPARAMETER_ABI_NAMESPACE
}  // namespace hyperparameter

#endif  // HYPERPARAMETER_PYTHON_H
