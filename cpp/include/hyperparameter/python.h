/// @file
/// For modules that Python imports. Two calls make a module at home there:
///
///     #include <pybind11/pybind11.h>                                  // or nanobind, or Python.h
///     #include <hyperparameter/python.h>
///
///     PYBIND11_MODULE(engine, m) {
///         hp::use_store_of_python("engine");
///         py::register_exception_translator([](std::exception_ptr error) { hp::translate_to_python(error); });
///
///     NB_MODULE(engine, m) {
///         hp::use_store_of_python("engine");
///         nb::register_exception_translator([](const std::exception_ptr &error, void *) { hp::translate_to_python(error); });
///
/// Neither is needed for sharing the store: code that reads parameters after `import hyperparameter` does so anyhow. Where a
/// function lets go of the interpreter, `Across` carries what is seen over that:
///
///         m.def("train", &train, py::call_guard<hp::Across<py::gil_scoped_release>>());
#ifndef HYPERPARAMETER_PYTHON_H
#define HYPERPARAMETER_PYTHON_H

// First of all, as Python.h asks.
#include <Python.h>

#include <hyperparameter.h>

#include <exception>

namespace hyperparameter {
inline namespace HYPERPARAMETER_ABI_NAMESPACE {
namespace detail {

// Gives an exception an attribute; takes the value's reference. What fails here leaves the exception as it is.
inline void give(PyObject *exception, const char *name, PyObject *value) noexcept {
    if (value == nullptr || PyObject_SetAttrString(exception, name, value) != 0) {
        PyErr_Clear();
    }
    Py_XDECREF(value);
}

inline PyObject *text_of(std::string_view text) noexcept {
    return PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace");
}

// Sets the exception that the package has under this name, with what its own have: the key, and names near it.
inline void raise_in_python(const char *name, const HyperparameterError &error,
                            const ConfigError *place = nullptr) noexcept {
    PyObject *module = PyImport_ImportModule("hyperparameter");
    PyObject *type = module == nullptr ? nullptr : PyObject_GetAttrString(module, name);
    Py_XDECREF(module);
    PyObject *exception = type == nullptr ? nullptr : PyObject_CallFunction(type, "s", error.what());
    if (exception == nullptr) {
        // A store of this library's own, in a process without the package.
        PyErr_Clear();
        PyErr_SetString(PyExc_RuntimeError, error.what());
    } else {
        if (!error.key().empty()) {
            give(exception, "key", text_of(error.key()));
        }
        if (PyObject *near = PyTuple_New(static_cast<Py_ssize_t>(error.near().size()))) {
            for (std::size_t at = 0; at < error.near().size(); ++at) {
                PyTuple_SetItem(near, static_cast<Py_ssize_t>(at), text_of(error.near()[at]));
            }
            give(exception, "near", near);
        }
        if (place != nullptr && !place->file().empty()) {
            give(exception, "file", text_of(place->file()));
            give(exception, "line", PyLong_FromUnsignedLong(place->line()));
            give(exception, "column", PyLong_FromUnsignedLong(place->column()));
        }
        PyErr_SetObject(type, exception);
        Py_DECREF(exception);
    }
    Py_XDECREF(type);
}

// The value of a default that is written as a literal: a number, true, false, a string without escapes. Every other default
// is known when it is evaluated, and not before.
inline bool literal(const hp_table &store, std::string text, const std::string &type, Owned &out) {
    std::string why;
    if (text == "true" || text == "false") {
        out.value = scalar(HP_KIND_BOOL);
        out.value.data.integer = text == "true" ? 1 : 0;
        return true;
    }
    if (text.empty() || text.find('\\') != std::string::npos) {
        return false;
    }
    if (text.size() >= 2 && text.front() == '"' && text.find('"', 1) == text.size() - 1) {
        const hp_value string = string_value(std::string_view(text).substr(1, text.size() - 2));
        return store.convert(&string, ask::string, &out.value, &out.owner, append, &why) == HP_OK;
    }
    if (text.find_first_not_of("0123456789.+-eE'uUlLfF") != std::string::npos) {
        return false;
    }
    const std::size_t last = text.find_last_not_of("uUlLfF");
    text.erase(last == std::string::npos ? 0 : last + 1);
    for (std::size_t at = text.find('\''); at != std::string::npos; at = text.find('\'')) {
        text.erase(at, 1);
    }
    const std::size_t first = text.find_first_of("0123456789");
    if (first == std::string::npos ||
        (text[first] == '0' && first + 1 < text.size() && text[first + 1] >= '0' && text[first + 1] <= '9')) {
        return false;  // octal
    }
    const hp_value number = string_value(text, HP_KIND_TEXT);
    const std::uint32_t wanted = type == "double" || type == "float" ? ask::floating : ask::number;
    return store.convert(&number, wanted, &out.value, &out.owner, append, &why) == HP_OK;
}

}  // namespace detail

/// Imports the Python package, whose store is then this module's, and makes the parameters that this module's macros read
/// known there, called or not: `-D` takes them, `-lps` lists them with their defaults, misspelt names are told. `name` is that
/// of the module, for messages. To be called when the module is initialised, which holds the interpreter.
///
/// Errors: ConfigError, where the package cannot be imported, or this process uses another store already.
inline void use_store_of_python(std::string_view name) {
    PyObject *module = PyImport_ImportModule("hyperparameter");
    if (module == nullptr) {
        PyErr_Clear();
        detail::leave(ConfigError("module '" + std::string(name) +
                                      "' needs the Python package hyperparameter, which cannot be "
                                      "imported here: install it (pip install hyperparameter)",
                                  {}, {}));
    }
    Py_DECREF(module);
    if (!is_hosted()) {
        detail::leave(ConfigError("module '" + std::string(name) +
                                      "' was loaded after code of C++ had used a parameter store of "
                                      "its own: import hyperparameter first",
                                  {}, {}));
    }
    const hp_table &store = detail::table();
    for (const detail::Listed &listed : detail::listed()) {
        const Parameter &of = listed.parameter;
        detail::Owned value(store);
        hp_declared declared{};
        declared.default_value = detail::literal(store, of.default_text, of.type, value) ? &value.value : nullptr;
        declared.wanted = detail::raw(of.type);
        declared.help = detail::raw(of.help);
        declared.source = {detail::raw(of.file), of.line, 0};
        detail::checked(store, store.declare(detail::intern(store, of.key), &declared));
    }
}

/// Carries what is seen across a change of the interpreter's lock, as a local or a call guard:
///
///     hp::Across<py::gil_scoped_release> released;      // what Python code set is seen without the interpreter
///     hp::Across<py::gil_scoped_acquire> acquired;      // and what was entered without it by Python code called from here
///
/// `Change` is a class of pybind11, of nanobind or one's own, that makes the change and takes it back. Which scopes Python has
/// is known only with the interpreter: after a bare change one sees what this thread saw when it last read a parameter with
/// it, if nothing changed there since, else the frozen snapshot. What is written in between ends with this. Cost: a count and
/// one scope.
template <class Change>
class [[nodiscard]] Across {
  public:
    /// Sees what is seen here, makes the change, and enters what was seen.
    Across() : entered_(seen_.enter()) {}
    Across(const Across &) = delete;
    Across &operator=(const Across &) = delete;

  private:
    // In this order: seen before the change, entered after it and ended before it is taken back.
    Capture seen_ = capture();
    Change change_{};
    Guard entered_;
};

/// Sets the exception of Python for an error of the store: hyperparameter.MissingParameter, which is a KeyError; InvalidKey
/// and ConversionError, which are ValueErrors; HashCollision; ConfigError. Every other error is thrown on, for the next
/// translator. The calling thread holds the interpreter.
inline void translate_to_python(const std::exception_ptr &error) {
    if (error == nullptr) {
        return;
    }
    try {
        std::rethrow_exception(error);
    } catch (const MissingParameter &raised) {
        detail::raise_in_python("MissingParameter", raised);
    } catch (const InvalidKey &raised) {
        detail::raise_in_python("InvalidKey", raised);
    } catch (const ConversionError &raised) {
        detail::raise_in_python("ConversionError", raised);
    } catch (const HashCollision &raised) {
        detail::raise_in_python("HashCollision", raised);
    } catch (const ConfigError &raised) {
        detail::raise_in_python("ConfigError", raised, &raised);
    }
}

}  // namespace HYPERPARAMETER_ABI_NAMESPACE
}  // namespace hyperparameter

#endif  // HYPERPARAMETER_PYTHON_H
