//! What a decorated function declares (rules P3, P4), and how one of its parameters is read (rules V4, V5).

use std::cell::Cell;
use std::collections::HashMap;
use std::ptr::null_mut;
use std::sync::{LazyLock, Mutex, PoisonError};

use hyperparameter::key::{Key, intern};
use hyperparameter::report::{Declared, declare, forget_declared};
use hyperparameter::scope::Read;
use hyperparameter::value::Mismatch;
use hyperparameter::value::Value;
use hyperparameter::{Entry, Item, Source, State};
use pyo3::exceptions::{PyException, PyValueError};
use pyo3::ffi::{self, PyObject};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{call, glue, object};
use crate::convert::{self, Kind};
use crate::{errors, source, value};

/// One parameter of a function.
pub(super) struct Param {
    pub(super) key: Key,
    bit: u64,
    prefixes: u64,
    /// Its name, interned and owned.
    pub(super) name: *mut PyObject,
    /// Its place among the positional arguments; `usize::MAX` if it has none.
    pub(super) position: usize,
    /// Whether its value goes in under its name.
    pub(super) by_name: bool,
    /// Owned.
    pub(super) default: *mut PyObject,
    wanted: String,
    /// Objects of this very type go in without a look; null where none do.
    exact: Cell<*mut ffi::PyTypeObject>,
    /// What the annotation asks for, kept alive for ever; null where it asks for nothing.
    converter: Cell<*mut PyObject>,
    /// Under which number an entry keeps its conversion to what is asked.
    token: Cell<usize>,
    /// Whether sub-keys make a value of it (rule K5).
    maps: Cell<bool>,
}

/// All of it.
pub(super) struct Plan {
    pub(super) params: Vec<Param>,
    /// The names of the positional arguments; null for one that has no name to the caller. Borrowed from `params`, or
    /// interned for ever.
    pub(super) positional: Vec<*mut PyObject>,
    /// Their defaults; null for a required one.
    pub(super) defaults: Vec<*mut PyObject>,
    /// The names of all that go in by name, as a tuple; null where they cannot go in all at once. Owned.
    pub(super) keywords: *mut PyObject,
    /// How many positional arguments are required, if every parameter is positional and follows them in order: the
    /// ordinary function, which `call::fill_positional` fills.
    pub(super) ordinary: Option<usize>,
    /// Whether the converters of the annotations were found.
    resolved: Cell<bool>,
    /// Whether what the function returns runs in the state of the call (rule S8).
    pub(super) runs: bool,
    /// The function, borrowed from the object that owns this plan.
    function: *mut PyObject,
    /// Whether `convert.py` has a say: there is an annotation, or a default of a kind that only it knows.
    annotated: bool,
    owner: String,
    source: Source,
}

/// The number of no conversion.
const NOT_KEPT: usize = usize::MAX;

/// The keys that each owner declared: a redefined function may no longer have all of them.
static OWNERS: LazyLock<Mutex<HashMap<String, Vec<Key>>>> = LazyLock::new(Mutex::default);

/// One parameter as `parameters.py` describes it: name, position (below zero: none), whether it goes in by name, default,
/// and its type as a person would write it.
type Described<'py> = (Bound<'py, PyAny>, isize, bool, Bound<'py, PyAny>, String);

/// A row of `fn.parameters`: name, key, default, type, place.
type Declaration<'py> = (Bound<'py, PyAny>, &'static str, Bound<'py, PyAny>, String, String);

/// Makes a decorated function, and declares its parameters.
#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "called from one place, by position")]
pub(super) fn make_auto<'py>(
    function: &Bound<'py, PyAny>,
    namespace: &str,
    owner: String,
    runs: bool,
    positional: Vec<Option<Bound<'py, PyAny>>>,
    params: Vec<Described<'py>>,
    annotated: bool,
    code: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = function.py();
    let keys: Vec<Key> = params
        .iter()
        .map(|(name, ..)| {
            intern(&format!("{namespace}.{}", errors::text(name)?)).map_err(|error| errors::raise(py, &error))
        })
        .collect::<PyResult<_>>()?;
    let mut defaults = vec![null_mut(); positional.len()];
    let mut made = Vec::new();
    for (key, (name, position, by_name, default, wanted)) in keys.into_iter().zip(params) {
        let position = usize::try_from(position).unwrap_or(usize::MAX);
        let kind = Kind::of(&default);
        let token = Kind::plain_token(default.get_type_ptr()).unwrap_or(NOT_KEPT);
        let (exact, map) = (glue::exact(&kind), matches!(kind, Kind::Map));
        let default = default.into_ptr();
        if !by_name {
            if let Some(place) = defaults.get_mut(position) {
                *place = default;
            }
        }
        made.push(Param {
            key,
            bit: key.bit(),
            prefixes: key.prefixes(),
            name: interned(name),
            position,
            by_name,
            default,
            wanted,
            exact: Cell::new(exact),
            token: Cell::new(token),
            converter: Cell::new(null_mut()),
            maps: Cell::new(map),
        });
    }
    let named: Vec<&Param> = made.iter().filter(|param| param.by_name).collect();
    let keywords = if !named.is_empty() && named.iter().all(|param| param.position == usize::MAX) {
        // SAFETY: the names are owned by the parameters.
        let names = named.iter().map(|param| unsafe { Bound::from_borrowed_ptr(py, param.name) });
        pyo3::types::PyTuple::new(py, names.collect::<Vec<_>>())?.into_ptr()
    } else {
        null_mut()
    };
    let required = positional.len() - made.len().min(positional.len());
    let in_order = made.iter().enumerate().all(|(at, param)| !param.by_name && param.position == required + at);
    let plan = Plan {
        resolved: Cell::new(false),
        ordinary: (in_order && positional.len() <= call::SMALL).then_some(required),
        params: made,
        // The few names of arguments are interned strings of the program already.
        positional: positional.into_iter().map(|name| name.map_or(null_mut(), interned)).collect(),
        defaults,
        keywords,
        runs,
        function: function.as_ptr(),
        annotated,
        owner,
        source: code.map_or(Source::Unknown, |code| source::of_code(&code)),
    };
    plan.declare(py, false)?;
    // SAFETY: the interpreter is held and the function is alive; the object takes over the plan.
    unsafe { Bound::from_owned_ptr_or_err(py, object::new(function.as_ptr(), Box::new(plan), call::first)) }
}

/// What a decorated function declares: name, key, default, type and place, for `fn.parameters`.
#[pyfunction]
pub(super) fn declarations<'py>(auto: &Bound<'py, PyAny>) -> PyResult<Vec<Declaration<'py>>> {
    let py = auto.py();
    // SAFETY: the type is checked; the plan is there while the object is not cleared.
    unsafe {
        if ffi::Py_TYPE(auto.as_ptr()) != object::AUTO.get() {
            return Err(pyo3::exceptions::PyTypeError::new_err("not a function decorated by auto_param"));
        }
        let Some(plan) = (*auto.as_ptr().cast::<object::Auto>()).plan.as_ref() else { return Ok(Vec::new()) };
        let place = plan.source.to_string();
        let of = |param: &Param| {
            let (name, default) =
                (Bound::from_borrowed_ptr(py, param.name), Bound::from_borrowed_ptr(py, param.default));
            (name, param.key.name(), default, param.wanted.clone(), place.clone())
        };
        Ok(plan.params.iter().map(of).collect())
    }
}

fn interned(name: Bound<'_, PyAny>) -> *mut PyObject {
    let mut name = name.into_ptr();
    // SAFETY: an owned string; interning may exchange it for an equal one.
    unsafe { ffi::PyUnicode_InternInPlace(&mut name) };
    name
}

impl Plan {
    /// The references that this plan owns, for the collector.
    pub(super) fn owned(&self) -> Vec<*mut PyObject> {
        let of = |param: &Param| [param.name, param.default];
        self.params.iter().flat_map(of).chain([self.keywords]).chain(self.positional.iter().copied()).collect()
    }

    /// Rule P4. A dictionary's leaves are each the default of their own key (rule K5).
    fn declare(&self, py: Python<'_>, used: bool) -> PyResult<()> {
        let mut keys = Vec::new();
        let mut add = |key: Key, default: Item, wanted: String| {
            keys.push(key);
            let (owner, source) = (self.owner.clone(), self.source.clone());
            declare(key, Declared { default: Some(default), wanted, help: String::new(), owner, source, used });
        };
        for param in &self.params {
            // SAFETY: the parameter owns its default.
            let default = unsafe { Bound::from_borrowed_ptr(py, param.default) };
            let item = value::item(&default);
            if default.is_instance_of::<PyDict>() {
                let alone = State::fresh().enter_empty(0);
                let laid =
                    alone.set(param.key, item.clone(), &self.source).map_err(|error| errors::raise(py, &error))?;
                let leaves = laid.leaves(param.key);
                if !leaves.is_empty() {
                    for (key, entry) in leaves {
                        add(key, entry.item().clone(), String::new());
                    }
                    continue;
                }
            }
            add(param.key, item, param.wanted.clone());
        }
        let mut owners = OWNERS.lock().unwrap_or_else(PoisonError::into_inner);
        let before = owners.insert(self.owner.clone(), keys.clone()).unwrap_or_default();
        drop(owners);
        for key in before.into_iter().filter(|key| !keys.contains(key)) {
            forget_declared(key, &self.owner);
        }
        Ok(())
    }

    /// Before the first call: finds what the annotations ask for, and counts the defaults as used. Says whether a
    /// parameter is made from sub-keys.
    pub(super) fn settle(&self, py: Python<'_>) -> PyResult<bool> {
        self.find_converters(py)?;
        self.declare(py, true)?;
        Ok(self.params.iter().any(|param| param.maps.get()))
    }

    /// Finds what the annotations ask for, once.
    fn find_converters(&self, py: Python<'_>) -> PyResult<()> {
        if !self.annotated || self.resolved.get() {
            return Ok(());
        }
        let names = pyo3::types::PyList::empty(py);
        for param in &self.params {
            // SAFETY: the parameter owns both.
            let pair = unsafe { [param.name, param.default].map(|object| Bound::from_borrowed_ptr(py, object)) };
            names.append((&pair[0], &pair[1]))?;
        }
        // SAFETY: the object that owns this plan owns the function, and is in use.
        let function = unsafe { Bound::from_borrowed_ptr(py, self.function) };
        let found = py.import("hyperparameter.parameters")?.getattr("converters")?.call1((function, names))?;
        for (param, found) in self.params.iter().zip(found.try_iter()?) {
            let converter = found?;
            if converter.is_none() {
                continue;
            }
            let exact = converter.getattr("exact")?;
            param.exact.set(if exact.is_none() { null_mut() } else { exact.as_ptr().cast() });
            param.maps.set(converter.getattr("maps")?.extract()?);
            param.token.set(converter.as_ptr() as usize);
            param.converter.set(converter.into_ptr());
        }
        self.resolved.set(true);
        Ok(())
    }

    /// What does not convert of the values from outside the code that are in force here for this function's parameters.
    /// Nothing is marked as read; what converts is kept for the call.
    pub(super) fn unfit(&self, py: Python<'_>, state: &State) -> PyResult<Vec<Unfit>> {
        self.find_converters(py)?;
        let mut found = Vec::new();
        for param in &self.params {
            found.extend(param.unfit(py, state)?);
        }
        Ok(found)
    }
}

/// A value that is not what its parameter asks for.
pub(crate) struct Unfit {
    pub(crate) key: Key,
    pub(crate) entry: std::sync::Arc<Entry>,
    pub(crate) shown: Value,
    pub(crate) wanted: String,
    pub(crate) why: Mismatch,
}

impl Param {
    /// Whether there may be a value, by what `State::held` gave.
    #[inline(always)]
    pub(super) fn may_be_held(&self, (keys, lists): (u64, u64)) -> bool {
        (keys & self.bit) | (lists & self.prefixes) != 0 || self.maps.get()
    }

    /// The value in force where it needs no look, borrowed from the state; null where there is none. `Err` where
    /// [`Param::read`] must be asked.
    #[inline(always)]
    pub(super) fn peek(&self, plan: &Plan, state: &State) -> Result<*mut PyObject, ()> {
        if self.maps.get() {
            return Err(());
        }
        let Some(entry) = state.read_plain(self.key)? else { return Ok(null_mut()) };
        let own =
            entry.object().and_then(|host| host.pointer(&value::PY)).map(|object| object.as_ptr().cast::<PyObject>());
        let object = match own {
            // SAFETY: the entry owns the object, and the state owns the entry.
            Some(own) if unsafe { ffi::Py_TYPE(own) } == self.exact.get() => own,
            _ => self.kept(entry, own).ok_or(())?,
        };
        if entry.reader().is_none() {
            self.mark(plan, entry);
        }
        Ok(object)
    }

    /// A conversion that the entry keeps, borrowed from it. A container made from text is each caller's own, and never
    /// handed out here.
    #[inline(never)]
    fn kept(&self, entry: &Entry, own: Option<*mut PyObject>) -> Option<*mut PyObject> {
        let item = entry.kept(self.token.get())?.as_ref().ok()?;
        let object = item.object()?.pointer(&value::PY)?.as_ptr().cast::<PyObject>();
        // SAFETY: the entry owns the object.
        let shared = unsafe { glue::is_plain_container(object) } && own != Some(object);
        (!shared).then_some(object)
    }

    #[cold]
    #[inline(never)]
    fn mark(&self, plan: &Plan, entry: &Entry) {
        self.key.mark_read();
        entry.mark_read(|| plan.source.clone());
    }

    /// A new reference to the value in force; null where there is none, or none that converts.
    ///
    /// # Safety
    /// The thread holds the interpreter.
    #[inline]
    pub(super) unsafe fn read(&self, plan: &Plan, state: &State) -> Result<*mut PyObject, ()> {
        if let Ok(object) = self.peek(plan, state) {
            // SAFETY: borrowed from the state just now.
            unsafe { ffi::Py_XINCREF(object) };
            return Ok(object);
        }
        let found = crate::raw::cold(|py| Ok(self.read_slowly(py, plan, state)?.map_or(null_mut(), Bound::into_ptr)));
        // SAFETY: the thread holds the interpreter.
        if found.is_null() && unsafe { !ffi::PyErr_Occurred().is_null() } { Err(()) } else { Ok(found) }
    }

    /// What is wrong with the value in force, if it came from outside the code.
    fn unfit(&self, py: Python<'_>, state: &State) -> PyResult<Option<Unfit>> {
        // SAFETY: the parameter owns its default, and a converter is kept for ever.
        let default = unsafe { Bound::from_borrowed_ptr(py, self.default) };
        let converter = self.converter.get();
        if converter.is_null() {
            return Ok(convert::unfit(py, state, self.key, &default));
        }
        // SAFETY: as above.
        let asked = unsafe { Bound::from_borrowed_ptr(py, converter) };
        let (entry, made) = match if self.maps.get() { state.read_map(self.key) } else { state.read(self.key) } {
            Read::Missing => return Ok(None),
            Read::Entry(entry) => (entry.clone(), None),
            Read::Made(item, entry) => (entry.clone(), Some(item)),
            Read::Gathered(leaves) => {
                let value = hyperparameter::scope::nested(self.key, &leaves, |leaf| {
                    leaf.object().map_or_else(|| leaf.value().clone(), |host| Value::Host(host.clone()))
                });
                let outside = leaves.iter().position(|(_, leaf)| leaf.source().is_external());
                let Some((_, leaf)) = outside.and_then(|at| leaves.into_iter().nth(at)) else { return Ok(None) };
                (leaf, Some(value.into()))
            }
        };
        if !entry.source().is_external() {
            return Ok(None);
        }
        let Err(why) = self.converted(&asked, &default, &entry, made.as_ref())? else { return Ok(None) };
        let shown = made.map_or_else(|| entry.value().clone(), |item| item.value);
        Ok(Some(Unfit { key: self.key, entry, shown, wanted: asked.getattr("wanted")?.extract()?, why }))
    }

    /// An entry's value by this parameter's converter, kept with the entry; one that was made for this read by itself.
    fn converted(
        &self,
        asked: &Bound<'_, PyAny>,
        default: &Bound<'_, PyAny>,
        entry: &Entry,
        made: Option<&Item>,
    ) -> PyResult<Result<Item, Mismatch>> {
        let mut raised = None;
        let mut make = |item: &Item| convert_item(asked.py(), asked, self.maps.get(), default, item, &mut raised);
        let result = match made {
            Some(item) => make(item),
            None => entry.converted_by(asked.as_ptr() as usize, || make(entry.item())).into_owned(),
        };
        raised.map_or(Ok(result), Err)
    }

    fn read_slowly<'py>(&self, py: Python<'py>, plan: &Plan, state: &State) -> PyResult<Option<Bound<'py, PyAny>>> {
        // SAFETY: the parameter owns its default, and a converter is kept for ever.
        let default = unsafe { Bound::from_borrowed_ptr(py, self.default) };
        let converter = self.converter.get();
        if converter.is_null() {
            let found = convert::read_default(py, state, Some(self.key), self.key.name(), &default, 1)?;
            if found.is_some() {
                self.key.mark_read();
            }
            return Ok(found);
        }
        // SAFETY: as above.
        let asked = unsafe { Bound::from_borrowed_ptr(py, converter) };
        let read = if self.maps.get() { state.read_map(self.key) } else { state.read(self.key) };
        let (entry, made) = match read {
            Read::Missing => return Ok(None),
            Read::Entry(entry) => (entry.clone(), None),
            Read::Made(item, entry) => (entry.clone(), Some(item)),
            Read::Gathered(leaves) => {
                let value = hyperparameter::scope::nested(self.key, &leaves, |leaf| {
                    leaf.mark_read(|| plan.source.clone());
                    leaf.object().map_or_else(|| leaf.value().clone(), |host| Value::Host(host.clone()))
                });
                for (key, _) in &leaves {
                    key.mark_read();
                }
                let Some((_, first)) = leaves.into_iter().next() else { return Ok(None) };
                (first, Some(value.into()))
            }
        };
        self.key.mark_read();
        entry.mark_read(|| plan.source.clone());
        match self.converted(&asked, &default, &entry, made.as_ref())? {
            Ok(item) => glue::handed_out(value::object(py, &item)?, &entry, made.is_some()).map(Some),
            Err(mismatch) => {
                let wanted: String = asked.getattr("wanted")?.extract()?;
                let shown = made.map_or_else(|| entry.value().clone(), |item| item.value);
                convert::settle(py, state, self.key.name(), &entry, &shown, &wanted, &mismatch, 1).map(|()| None)
            }
        }
    }
}

/// What a converter makes of an item. What is no `Exception` (an interrupt) goes to `raised`.
fn convert_item(
    py: Python<'_>,
    converter: &Bound<'_, PyAny>,
    maps: bool,
    default: &Bound<'_, PyAny>,
    item: &Item,
    raised: &mut Option<PyErr>,
) -> Result<Item, Mismatch> {
    let work = || {
        let mut value = glue::marked_item(py, item)?;
        if maps && value.is_instance_of::<PyDict>() {
            value = glue::laid_over(default, &value)?;
        }
        converter.call1((value,)).map(|object| value::object_item(&object))
    };
    work().map_err(|error| {
        if !error.is_instance_of::<PyException>(py) {
            *raised = Some(error);
            return Mismatch::new("interrupted");
        }
        let text = error.value(py).to_string();
        if error.is_instance_of::<PyValueError>(py) {
            return Mismatch::new(text);
        }
        let name = error.get_type(py).name().map_or_else(|_| String::new(), |name| name.to_string());
        Mismatch::new(format!("{name}: {text}"))
    })
}
