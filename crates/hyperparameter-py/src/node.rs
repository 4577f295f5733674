//! Nodes: what `param_scope.a.b` gives (rules P1, P2, P5), and the hot way of a read, `node | default`.
//!
//! A node keeps its children by interned name, so an attribute chain makes no object: each step is a compare of two
//! pointers and a reference count (28–33 ns for four levels against 18–20 of a plain chain). A read takes the state from
//! the context variable and looks the node's key up in it; a value of the default's own type is handed over at once.

use std::ffi::c_int;
use std::mem::offset_of;
use std::ptr::{null, null_mut};

use hyperparameter::scope::Read;
use hyperparameter::{Key, State, key};
use pyo3::exceptions::{PyAttributeError, PyTypeError};
use pyo3::ffi::{self, PyObject, PyTypeObject};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyString};

use crate::convert::read_any;
use crate::errors::{raise, text};
use crate::raw::{Global, Slots, cold, make_immortal, new_ref_of_immortal, type_of};
use crate::read::{call, or};
use crate::write::write;
use crate::{operators, scope, value};

/// How many children are found by one compare.
const NEAR: usize = 8;
/// How many integer children a node keeps (rule P5).
const INDICES: usize = 1024;
/// After so many different defaults at one key, no more are recorded: a default that is computed afresh for each read
/// would cost a look at the table every time.
pub(crate) const TRIES: u32 = 64;

#[derive(Clone, Copy)]
struct Child {
    name: *mut PyObject,
    node: *mut PyObject,
}

const NO_CHILD: Child = Child { name: null_mut(), node: null_mut() };

/// A name that can be read, written, called and gone on from.
#[repr(C)]
pub(crate) struct Node {
    base: PyObject,
    pub(crate) vectorcall: Option<ffi::vectorcallfunc>,
    /// The key, once it is known; null before the first read.
    pub(crate) key: *const (),
    /// The last default that was recorded, owned. It is set only together with `key`, and only to what may stand as a
    /// default, so that the hot path compares one pointer and knows all three.
    pub(crate) last_default: *mut PyObject,
    near: [Child; NEAR],
    /// All children that have been asked for by an interned name; `near` borrows from it. Null while there are none.
    children: *mut PyObject,
    /// A hash table by the address of the name, for nodes of many children: borrows from `children`.
    far: Vec<Child>,
    indices: Vec<*mut PyObject>,
    pub(crate) tries: u32,
    /// A node nobody keeps: made by `ps["…"]`, a computed name, or from a scope that is not entered (rule P5).
    pub(crate) temporary: bool,
    /// The full name, owned; null at the front door.
    name: *mut PyObject,
    /// The scope that this node reads, owned; null for the current one.
    pub(crate) owner: *mut PyObject,
}

static TYPE: Global<PyTypeObject> = Global::new();

/// Whether an object is a node.
///
/// # Safety
/// `object` is valid.
#[inline(always)]
pub(crate) unsafe fn is_node(object: *mut PyObject) -> bool {
    // SAFETY: promised by the caller.
    unsafe { type_of(object) == TYPE.get() }
}

#[inline(always)]
fn near_slot(name: *mut PyObject) -> usize {
    let address = name as usize;
    ((address >> 4) ^ (address >> 7)) & (NEAR - 1)
}

fn far_slot(name: *mut PyObject, len: usize) -> usize {
    ((name as usize >> 4).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) & (len - 1)
}

impl Node {
    /// Writes every field of a node but its object head.
    ///
    /// # Safety
    /// `node` points to fresh memory of a node whose object head is initialised. Takes over `name` and `owner`.
    pub(crate) unsafe fn init(node: *mut Self, name: *mut PyObject, owner: *mut PyObject, temporary: bool) {
        // SAFETY: promised by the caller; nothing is read before it was written.
        unsafe {
            (*node).vectorcall = Some(call);
            (*node).key = null();
            (*node).last_default = null_mut();
            (*node).near = [NO_CHILD; NEAR];
            (*node).children = null_mut();
            (&raw mut (*node).far).write(Vec::new());
            (&raw mut (*node).indices).write(Vec::new());
            (*node).tries = TRIES;
            (*node).temporary = temporary;
            (*node).name = name;
            (*node).owner = owner;
        }
    }

    /// Where the interpreter finds the function that calling a node runs.
    pub(crate) const VECTORCALL: ffi::Py_ssize_t = offset_of!(Self, vectorcall) as ffi::Py_ssize_t;

    /// Another function for calls: the front door makes scopes.
    pub(crate) fn set_vectorcall(&mut self, function: ffi::vectorcallfunc) {
        self.vectorcall = Some(function);
    }

    /// The scope that this node reads, null for the current one.
    pub(crate) fn owner(&self) -> *mut PyObject {
        self.owner
    }

    unsafe fn make(name: *mut PyObject, owner: *mut PyObject, temporary: bool) -> *mut PyObject {
        // SAFETY: a plain object of this type.
        unsafe {
            let node = ffi::PyObject_New::<Self>(TYPE.get());
            if node.is_null() {
                ffi::Py_DECREF(name);
                ffi::Py_XDECREF(owner);
            } else {
                Self::init(node, name, owner, temporary);
            }
            node.cast()
        }
    }

    /// The full name.
    pub(crate) fn name<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        // SAFETY: a node that is no front door owns a string.
        unsafe { Bound::from_borrowed_ptr(py, self.name).cast_into_unchecked() }
    }

    /// The key, made now if it must be.
    pub(crate) fn interned(&mut self, py: Python<'_>) -> PyResult<Key> {
        if self.key.is_null() {
            let name = self.name(py).into_any();
            self.key = key::intern(text(&name)?).map_err(|error| raise(py, &error))?.into_raw();
        }
        // SAFETY: it came from `into_raw`.
        Ok(unsafe { Key::from_raw(self.key) })
    }

    /// The key if it is known; a temporary node makes none.
    pub(crate) fn known(&mut self, py: Python<'_>) -> PyResult<Option<Key>> {
        if self.key.is_null() && self.temporary {
            let name = self.name(py).into_any();
            if let Some(key) = key::lookup(text(&name)?).map_err(|error| raise(py, &error))? {
                self.key = key.into_raw();
            }
        } else {
            return self.interned(py).map(Some);
        }
        // SAFETY: it came from `into_raw`.
        Ok((!self.key.is_null()).then(|| unsafe { Key::from_raw(self.key) }))
    }

    /// The state that this node reads.
    pub(crate) fn state(&self, py: Python<'_>) -> PyResult<State> {
        // SAFETY: an owner is a scope.
        unsafe { scope::seen(py, self.owner) }
    }

    /// The value with no type asked; `None` where it is missing. Counts as a read.
    pub(crate) fn value<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let key = self.known(py)?;
        if let Some(key) = key {
            key.mark_read();
        }
        let name = self.name(py).into_any();
        read_any(py, &self.state(py)?, key, text(&name)?)
    }

    /// The value with no type asked, or `MissingParameter`.
    pub(crate) fn required<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.value(py)? {
            Some(value) => Ok(value),
            None => {
                let name = self.name(py).into_any();
                Err(raise(py, &self.state(py)?.missing(text(&name)?)))
            }
        }
    }

    /// The entry in force, its value and its source in words, without counting as a read.
    pub(crate) fn look<'py>(&mut self, py: Python<'py>) -> PyResult<Option<(Bound<'py, PyAny>, String)>> {
        let name = self.name(py).into_any();
        let name = text(&name)?;
        let state = self.state(py)?;
        let key = key::lookup(name).map_err(|error| raise(py, &error))?;
        let read = match key {
            Some(key) => state.read(key),
            None => state.read_name(name).map_err(|error| raise(py, &error))?,
        };
        Ok(match (read, key) {
            (Read::Entry(entry), _) => Some((crate::convert::entry_any(py, entry)?, entry.source().to_string())),
            (Read::Made(item, entry), _) => Some((value::object(py, &item)?, entry.source().to_string())),
            (Read::Gathered(leaves), Some(key)) => {
                let source = leaves.first().map_or_else(String::new, |(_, entry)| entry.source().to_string());
                Some((crate::convert::gathered(py, key, &leaves)?, source))
            }
            _ => None,
        })
    }
}

// ---- going on --------------------------------------------------------------------------------------------------------

/// `node.name`, the hot way.
pub(crate) unsafe extern "C" fn getattro(object: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    // SAFETY: called by the interpreter with a node (or the front door, which begins with one) and a string.
    unsafe {
        let node = object.cast::<Node>();
        let child = (*node).near.get_unchecked(near_slot(name));
        if child.name == name { new_ref_of_immortal(child.node) } else { further(node, name) }
    }
}

#[inline(never)]
unsafe fn further(node: *mut Node, name: *mut PyObject) -> *mut PyObject {
    // SAFETY: as for `getattro`.
    unsafe {
        let far = &(*node).far;
        if !far.is_empty() {
            let mut at = far_slot(name, far.len());
            while !far[at].name.is_null() {
                if far[at].name == name {
                    let child = far[at];
                    (*node).near[near_slot(name)] = child;
                    return new_ref_of_immortal(child.node);
                }
                at = (at + 1) & (far.len() - 1);
            }
        }
        cold(|py| child_by_name(py, node, name).map(Bound::into_ptr))
    }
}

/// A child asked for the first time, by a name that is not interned, or one of the special names of Python.
unsafe fn child_by_name<'py>(py: Python<'py>, node: *mut Node, name: *mut PyObject) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: as for `getattro`.
    unsafe {
        let attribute = Bound::from_borrowed_ptr(py, name);
        let segment = text(&attribute)?;
        if segment == "__doc__" && (*node).name.is_null() {
            return Ok(PyString::new(py, &crate::methods::FRONT_DOC.to_string_lossy()).into_any());
        }
        if is_special(segment) || ((*node).name.is_null() && is_method(py, node, &attribute)?) {
            return Bound::from_owned_ptr_or_err(py, ffi::PyObject_GenericGetAttr(node.cast(), name));
        }
        if !(*node).owner.is_null() || (*node).temporary || !is_interned(name) {
            if !(*node).children.is_null() {
                let children = Bound::from_borrowed_ptr(py, (*node).children).cast_into_unchecked::<PyDict>();
                if let Some(child) = children.get_item(&attribute)? {
                    return Ok(child);
                }
            }
            return temporary(py, node, segment);
        }
        if (*node).children.is_null() {
            let children = PyDict::new(py);
            // Making it may have run the collector, and code of others with it.
            if (*node).children.is_null() {
                (*node).children = children.into_any().into_ptr();
            }
        }
        let children = Bound::from_borrowed_ptr(py, (*node).children).cast_into_unchecked::<PyDict>();
        let child = match children.get_item(&attribute)? {
            Some(child) => child,
            None => {
                let full = joined(py, node, segment)?;
                let child =
                    Bound::from_owned_ptr_or_err(py, Node::make(full.into_any().into_ptr(), null_mut(), false))?;
                children.set_item(&attribute, &child)?;
                make_immortal(child.as_ptr());
                remember(node, Child { name, node: child.as_ptr() }, &children);
                child
            }
        };
        (*node).near[near_slot(name)] = Child { name, node: child.as_ptr() };
        Ok(child)
    }
}

/// Keeps a node of many children findable by address: `children` owns names and nodes, and gives none of them up.
unsafe fn remember(node: *mut Node, child: Child, children: &Bound<'_, PyDict>) {
    // SAFETY: as for `getattro`.
    let far = unsafe { &mut (*node).far };
    if children.len() <= NEAR / 2 {
        return;
    }
    let put = |far: &mut Vec<Child>, child: Child| {
        let mut at = far_slot(child.name, far.len());
        while !far[at].name.is_null() {
            at = (at + 1) & (far.len() - 1);
        }
        far[at] = child;
    };
    if children.len() * 2 > far.len() {
        let len = (children.len() * 4).next_power_of_two();
        *far = vec![NO_CHILD; len];
        for (name, node) in children.iter() {
            put(far, Child { name: name.as_ptr(), node: node.as_ptr() });
        }
    } else {
        put(far, child);
    }
}

unsafe fn is_method(py: Python<'_>, node: *mut Node, name: &Bound<'_, PyAny>) -> PyResult<bool> {
    // SAFETY: a valid object.
    let class = unsafe { Bound::from_borrowed_ptr(py, type_of(node.cast()).cast()) };
    class.getattr("__dict__")?.contains(name)
}

pub(crate) unsafe fn is_interned(name: *mut PyObject) -> bool {
    // SAFETY: a string.
    unsafe { (*name.cast::<ffi::PyASCIIObject>()).interned() != 0 }
}

/// `__x__`: a name that belongs to Python (rule P2).
pub(crate) fn is_special(name: &str) -> bool {
    name.len() > 4 && name.starts_with("__") && name.ends_with("__")
}

fn joined<'py>(py: Python<'py>, node: *mut Node, segment: &str) -> PyResult<Bound<'py, PyString>> {
    // SAFETY: a valid node.
    unsafe {
        if (*node).name.is_null() {
            return Ok(PyString::new(py, segment));
        }
        let name = (*node).name(py).into_any();
        Ok(PyString::new(py, &format!("{}.{segment}", text(&name)?)))
    }
}

/// A node that nobody keeps. Its name is checked now: what cannot be a key is said where it is written (rule K3).
unsafe fn temporary<'py>(py: Python<'py>, node: *mut Node, segment: &str) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: a valid node.
    unsafe {
        let name = joined(py, node, segment)?;
        named(py, &name, (*node).owner)
    }
}

/// A node of this full name, reading the given scope (null: the current one).
pub(crate) unsafe fn named<'py>(
    py: Python<'py>,
    name: &Bound<'py, PyString>,
    owner: *mut PyObject,
) -> PyResult<Bound<'py, PyAny>> {
    let known = key::lookup(text(name.as_any())?).map_err(|error| raise(py, &error))?;
    // SAFETY: the new node takes over both references; an owner is a valid scope or null.
    unsafe {
        ffi::Py_XINCREF(owner);
        let node = Bound::from_owned_ptr_or_err(py, Node::make(name.clone().into_ptr(), owner, true))?;
        (*node.as_ptr().cast::<Node>()).key = known.map_or(null(), Key::into_raw);
        Ok(node)
    }
}

/// `node[index]` and `node["a.b"]`.
pub(crate) unsafe extern "C" fn subscript(object: *mut PyObject, index: *mut PyObject) -> *mut PyObject {
    // SAFETY: called by the interpreter with a node (or the front door) and any object.
    unsafe {
        if type_of(index) == &raw mut ffi::PyLong_Type {
            let node = object.cast::<Node>();
            let at = ffi::PyLong_AsSsize_t(index);
            // `usize::MAX` is -1: a negative or huge index, or an error.
            let indices: &Vec<*mut PyObject> = &(*node).indices;
            if let Some(&child) = indices.get(at as usize) {
                if !child.is_null() {
                    return new_ref_of_immortal(child);
                }
            }
            if at == -1 {
                ffi::PyErr_Clear();
            }
        }
        cold(|py| {
            let index = Bound::from_borrowed_ptr(py, index);
            child_by_index(py, object.cast(), &index).map(Bound::into_ptr)
        })
    }
}

unsafe fn child_by_index<'py>(
    py: Python<'py>,
    node: *mut Node,
    index: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: a valid node.
    unsafe {
        let segment = segment(index)?;
        let at = if index.is_instance_of::<PyString>() { None } else { segment.parse::<usize>().ok() };
        match at.filter(|&at| at < INDICES && !(*node).temporary && (*node).owner.is_null()) {
            None => temporary(py, node, &segment),
            Some(at) => {
                let full = joined(py, node, &segment)?;
                let child =
                    Bound::from_owned_ptr_or_err(py, Node::make(full.into_any().into_ptr(), null_mut(), false))?;
                let indices = &mut (*node).indices;
                if indices.len() <= at {
                    indices.resize(at + 1, null_mut());
                }
                indices[at] = child.clone().into_ptr();
                make_immortal(indices[at]);
                Ok(child)
            }
        }
    }
}

/// What stands between brackets, as the rest of a key (rule K1): text, or an integer.
pub(crate) fn segment(index: &Bound<'_, PyAny>) -> PyResult<String> {
    if index.is_instance_of::<PyString>() {
        return text(index).map(str::to_owned);
    }
    let name = index.get_type().name()?;
    let refused = || PyTypeError::new_err(format!("a parameter is named by a string or an integer, not by a {name}"));
    if index.is_instance_of::<pyo3::types::PyBool>() {
        return Err(refused());
    }
    // SAFETY: a valid object; null is an error.
    let int = unsafe { Bound::from_owned_ptr_or_err(index.py(), ffi::PyNumber_Index(index.as_ptr())) };
    int.map_err(|_| refused())?.cast_into::<PyInt>()?.str()?.extract()
}

// ---- writing ---------------------------------------------------------------------------------------------------------

/// `node.name = value` and `del node.name`.
pub(crate) unsafe extern "C" fn setattro(object: *mut PyObject, name: *mut PyObject, value: *mut PyObject) -> c_int {
    // SAFETY: called by the interpreter with a node (or the front door), a string, and a value or null.
    unsafe {
        cold(|py| {
            let node = object.cast::<Node>();
            let attribute = Bound::from_borrowed_ptr(py, name);
            let segment = text(&attribute)?;
            if is_special(segment) {
                return Err(PyAttributeError::new_err(format!(
                    "'{segment}' is a name of Python's own and is no parameter"
                )));
            }
            if (*node).name.is_null() && is_method(py, node, &attribute)? {
                return Err(scope::shadows_method(segment));
            }
            let full = joined(py, node, segment)?;
            write(py, full.as_any(), (*node).owner, Bound::from_borrowed_ptr_or_opt(py, value).as_ref())
        })
    }
}

/// `node[key] = value` and `del node[key]`.
pub(crate) unsafe extern "C" fn ass_subscript(
    object: *mut PyObject,
    index: *mut PyObject,
    value: *mut PyObject,
) -> c_int {
    // SAFETY: called by the interpreter with a node (or the front door), any object, and a value or null.
    unsafe {
        cold(|py| {
            let node = object.cast::<Node>();
            let full = joined(py, node, &segment(&Bound::from_borrowed_ptr(py, index))?)?;
            write(py, full.as_any(), (*node).owner, Bound::from_borrowed_ptr_or_opt(py, value).as_ref())
        })
    }
}

// ---- the type --------------------------------------------------------------------------------------------------------

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the interpreter calls this once, when the last reference is gone.
    unsafe {
        let node = object.cast::<Node>();
        ffi::Py_XDECREF((*node).last_default);
        ffi::Py_XDECREF((*node).children);
        for &child in &(*node).indices {
            ffi::Py_XDECREF(child);
        }
        std::ptr::drop_in_place(&raw mut (*node).far);
        std::ptr::drop_in_place(&raw mut (*node).indices);
        ffi::Py_XDECREF((*node).name);
        ffi::Py_XDECREF((*node).owner);
        let class = type_of(object);
        ffi::PyObject_Free(object.cast());
        ffi::Py_DECREF(class.cast());
    }
}

/// Makes the type.
pub(crate) fn register(py: Python<'_>) -> PyResult<()> {
    let vectorcall = ffi::PyMemberDef {
        name: c"__vectorcalloffset__".as_ptr(),
        type_code: ffi::Py_T_PYSSIZET,
        offset: Node::VECTORCALL,
        flags: ffi::Py_READONLY,
        doc: null(),
    };
    let slots = Slots::default()
        .add(ffi::Py_tp_getattro, getattro as *const _)
        .add(ffi::Py_tp_setattro, setattro as *const _)
        .add(ffi::Py_tp_dealloc, dealloc as *const _)
        .add(ffi::Py_tp_call, ffi::PyVectorcall_Call as *const _)
        .add(ffi::Py_mp_subscript, subscript as *const _)
        .add(ffi::Py_mp_ass_subscript, ass_subscript as *const _)
        .add(ffi::Py_nb_or, or as *const _)
        .members(vec![vectorcall])
        .doc(
            c"The name of a parameter: read it with node | default, node(default) or node(), write it with an assignment.\n\n\
              >>> with param_scope(size=3):\n...     print(param_scope.size | 1, param_scope.depth | 1)\n3 1",
        );
    let slots = operators::add(slots);
    TYPE.set(slots.build(py, c"hyperparameter.Node", size_of::<Node>(), ffi::Py_TPFLAGS_HAVE_VECTORCALL)?);
    Ok(())
}

/// The type, for the module and its stubs.
pub(crate) fn class(py: Python<'_>) -> Bound<'_, PyAny> {
    // SAFETY: made at import.
    unsafe { Bound::from_borrowed_ptr(py, TYPE.get().cast()) }
}
