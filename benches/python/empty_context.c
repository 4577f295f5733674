/* A context manager that does nothing, in C: what `with` itself costs. The floor of entering and leaving a scope. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *enter(PyObject *self, PyObject *Py_UNUSED(none)) {
    Py_INCREF(self);
    return self;
}

static PyObject *leave(PyObject *Py_UNUSED(self), PyObject *const *Py_UNUSED(args), Py_ssize_t Py_UNUSED(count)) {
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"__enter__", enter, METH_NOARGS, NULL},
    {"__exit__", (PyCFunction)(void (*)(void))leave, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject empty = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "empty_context.Empty",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_methods = methods,
    .tp_new = PyType_GenericNew,
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "empty_context", .m_size = -1};

PyMODINIT_FUNC PyInit_empty_context(void) {
    if (PyType_Ready(&empty) < 0) return NULL;
    PyObject *made = PyModule_Create(&module);
    if (!made) return NULL;
    Py_INCREF(&empty);
    if (PyModule_AddObject(made, "Empty", (PyObject *)&empty) < 0) {
        Py_DECREF(&empty);
        Py_DECREF(made);
        return NULL;
    }
    return made;
}
