//! The call of a decorated function, and how values go in.

use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::sync::atomic::Ordering;

use hyperparameter::State;
use hyperparameter::scope::Call;
use pyo3::ffi::{self, PyObject};

use super::object::Auto;
use super::plan::Plan;
use super::{glue, run};
use crate::state;

/// The first call: what the annotations say is settled, and the defaults enter `used()`.
pub(super) unsafe extern "C" fn first(
    this: *mut PyObject,
    args: *const *mut PyObject,
    flags: usize,
    names: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: a vectorcall of Auto; the plan is there until the collector clears the object.
    unsafe {
        let auto = this.cast::<Auto>();
        let plan = (*auto).plan;
        let ready = crate::raw::cold(|py| (*plan).settle(py).map(i32::from));
        if ready < 0 {
            return null_mut();
        }
        (*auto).maps = ready != 0;
        if (*auto).maps {
            (*auto).lines = u64::MAX;
        }
        let then = if (*plan).runs { resumable } else { plain };
        (*auto).vectorcall = Some(then);
        then(this, args, flags, names)
    }
}

/// A plain function: its call is a scope (rule S5).
///
/// Of the instructions that `f(0)` takes more than the function itself, 133 are of this and of the context variable's look-up,
/// on 3.12 and 3.13; the others are CPython's own for entering a Python function from C, which no wrapper is without: 371 on
/// 3.12 (of 504) and 219 on 3.13 (of 352). `functools.partial`, which only passes on, takes 494 and 344 there.
unsafe extern "C" fn plain(
    this: *mut PyObject,
    args: *const *mut PyObject,
    flags: usize,
    names: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: a vectorcall of Auto; the caller keeps it alive during the call.
    unsafe {
        let auto = &*this.cast::<Auto>();
        let Some(saved) = state::current() else { return null_mut() };
        let moves = glue::moves();
        let call = Call::begin();
        let result = if overridden(auto, &saved) {
            filled(auto, &saved, args, flags, names)
        } else {
            (auto.target)(auto.function, args, flags, names)
        };
        drop(call);
        if glue::moves() != moves {
            after(&saved);
        }
        result
    }
}

/// What the call wrote and what it left open is gone (rule S5).
///
/// # Safety
/// The thread holds the interpreter.
#[cold]
#[inline(never)]
unsafe fn after(saved: &state::Current) {
    let raised = super::raw::Kept::take();
    // SAFETY: a slot holds the interpreter.
    unsafe {
        let done = match state::current() {
            Some(now) if now.is(saved) => true,
            Some(now) => {
                let back = saved.after_call(&now);
                if back.same(saved) {
                    state::restore(saved)
                } else {
                    crate::raw::cold(|py| state::replace(py, back).map(|()| 0)) == 0
                }
            }
            None => false,
        };
        if !done {
            ffi::PyErr_WriteUnraisable(null_mut());
        }
    }
    raised.put_back();
}

/// A generator, coroutine or async generator function: what it returns runs in the state of the call (rule S8).
unsafe extern "C" fn resumable(
    this: *mut PyObject,
    args: *const *mut PyObject,
    flags: usize,
    names: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: as `plain`.
    unsafe {
        let auto = &*this.cast::<Auto>();
        let Some(saved) = state::current() else { return null_mut() };
        let mark = Call::mark();
        let result = if overridden(auto, &saved) {
            filled(auto, &saved, args, flags, names)
        } else {
            (auto.target)(auto.function, args, flags, names)
        };
        if result.is_null() { result } else { run::wrap(result, saved, mark) }
    }
}

/// Whether one of the parameters may have a value here.
#[inline(always)]
fn overridden(auto: &Auto, state: &State) -> bool {
    // Where nothing is set that shares a bit with these keys, this is the whole of it (14 instructions less of 368).
    if !state.may_concern(auto.lines) {
        return false;
    }
    if state.may_hold(auto.bits, auto.prefixes) | auto.maps {
        return true;
    }
    match state.base_may_hold(auto.bits) {
        Some(version) => version != auto.clear.load(Ordering::Relaxed) && in_base(auto, state, version),
        None => false,
    }
}

/// Other keys share bits with these: whether the snapshot really holds one is found once for each snapshot.
#[cold]
#[inline(never)]
fn in_base(auto: &Auto, state: &State, version: u64) -> bool {
    // SAFETY: the plan is there while the function is called.
    let plan = unsafe { &*auto.plan };
    let holds = plan.params.iter().any(|param| state.base_holds(param.key));
    if !holds {
        auto.clear.store(version, Ordering::Relaxed);
    }
    holds
}

/// Arguments up to this many stand on the stack.
pub(super) const SMALL: usize = 24;

/// The arguments of one call as they are put together.
struct Arguments<'a> {
    /// One free place, the positional ones, the named ones.
    slots: &'a mut [*mut PyObject],
    /// Values that this call owns.
    owned: usize,
}

/// Fills the arguments that are not given from the store, and calls.
///
/// # Safety
/// These are the arguments of a vectorcall of `auto`, and the thread holds the interpreter.
#[inline(never)]
unsafe fn filled(
    auto: &Auto,
    state: &State,
    args: *const *mut PyObject,
    flags: usize,
    names: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the arguments of a vectorcall of Auto; all references are to live objects, and the state keeps the values
    // alive that are borrowed from it.
    unsafe {
        let plan = &*auto.plan;
        let given = ffi::PyVectorcall_NARGS(flags) as usize;
        if let (Some(required), true) = (plan.ordinary, names.is_null()) {
            if (required..=plan.positional.len()).contains(&given) {
                return fill_positional(auto, plan, state, args, given, required);
            }
        }
        let named = if names.is_null() { 0 } else { ffi::PyTuple_GET_SIZE(names) as usize };
        let positional = plan.positional.len().max(given);
        let room = 1 + positional + named + plan.params.len() + plan.params.len();
        if room <= SMALL * 2 {
            let mut small = [const { MaybeUninit::<*mut PyObject>::uninit() }; SMALL * 2];
            let slots = std::slice::from_raw_parts_mut(small.as_mut_ptr().cast::<*mut PyObject>(), room);
            fill(auto, plan, state, args, flags, names, Arguments { slots, owned: 0 })
        } else {
            let mut large = vec![null_mut(); room];
            fill(auto, plan, state, args, flags, names, Arguments { slots: &mut large, owned: 0 })
        }
    }
}

/// The ordinary call: only positional arguments, given and asked for. Values are borrowed from the state, which lives
/// longer than the call; only what was made for this call is owned by it.
///
/// # Safety
/// As for [`filled`]; no argument is named, and `given` is at least `required`.
#[inline(always)]
unsafe fn fill_positional(
    auto: &Auto,
    plan: &Plan,
    state: &State,
    args: *const *mut PyObject,
    given: usize,
    required: usize,
) -> *mut PyObject {
    // SAFETY: as `filled`; there are at most SMALL arguments, and a slot below `highest` is written before it is read.
    unsafe {
        let mut room = [const { MaybeUninit::<*mut PyObject>::uninit() }; SMALL + 1];
        let slots = room.as_mut_ptr().cast::<*mut PyObject>().add(1);
        let mut made = [const { MaybeUninit::<*mut PyObject>::uninit() }; SMALL];
        let mut count = 0;
        for at in 0..given {
            *slots.add(at) = *args.add(at);
        }
        let held = state.held();
        let mut highest = given;
        let mut result = null_mut();
        let mut failed = false;
        for (at, param) in plan.params.iter().enumerate().skip(given - required) {
            let at = required + at;
            *slots.add(at) = param.default;
            if !param.may_be_held(held) {
                continue;
            }
            let value = match param.peek(plan, state) {
                Ok(value) => value,
                Err(()) => match param.read(plan, state) {
                    Ok(value) => {
                        made[count].write(value);
                        count += usize::from(!value.is_null());
                        value
                    }
                    Err(()) => {
                        failed = true;
                        break;
                    }
                },
            };
            if !value.is_null() {
                *slots.add(at) = value;
                highest = at + 1;
            }
        }
        if !failed {
            let flags = highest | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
            result = (auto.target)(auto.function, slots, flags, null_mut());
        }
        for object in &made[..count] {
            ffi::Py_DECREF(object.assume_init());
        }
        result
    }
}

/// The place of the positional argument with this name. The names of a program are interned, and found by address.
///
/// # Safety
/// `name` is a live string.
unsafe fn place(plan: &Plan, name: *mut PyObject) -> Option<usize> {
    if let Some(at) = plan.positional.iter().position(|&own| own == name) {
        return Some(at);
    }
    if plan.params.iter().any(|param| param.by_name && param.name == name) {
        return None;
    }
    // SAFETY: names are strings.
    plan.positional.iter().position(|&own| !own.is_null() && unsafe { ffi::PyUnicode_Compare(own, name) } == 0)
}

/// The index of `name` among the names of the call.
///
/// # Safety
/// `names` is a live tuple of at least `count` strings, and `name` a live string.
unsafe fn find(names: *mut PyObject, count: usize, name: *mut PyObject) -> Option<usize> {
    // SAFETY: a tuple of `count` strings, and a string.
    unsafe {
        let at = |index: usize| ffi::PyTuple_GET_ITEM(names, index as ffi::Py_ssize_t);
        if let Some(index) = (0..count).find(|&index| at(index) == name) {
            return Some(index);
        }
        (0..count).find(|&index| ffi::PyUnicode_Compare(at(index), name) == 0)
    }
}

/// # Safety
/// As for [`filled`]; the room is for all arguments.
#[inline(always)]
#[allow(clippy::too_many_arguments, reason = "the arguments of a vectorcall and what they are laid into")]
unsafe fn fill(
    auto: &Auto,
    plan: &Plan,
    state: &State,
    args: *const *mut PyObject,
    flags: usize,
    names: *mut PyObject,
    mut room: Arguments<'_>,
) -> *mut PyObject {
    // SAFETY: as `filled`. `slots` has room for one free place, the positional arguments, the named ones, and one value
    // per parameter as a named argument and one as an owned value; every place is written before it is read.
    unsafe {
        let as_given = || (auto.target)(auto.function, args, flags, names);
        let given = ffi::PyVectorcall_NARGS(flags) as usize;
        let named = if names.is_null() { 0 } else { ffi::PyTuple_GET_SIZE(names) as usize };
        let wide = plan.positional.len().max(given);
        let base = room.slots.as_mut_ptr();
        let slots = base.add(1);
        let owned = base.add(room.slots.len() - plan.params.len());
        std::ptr::copy_nonoverlapping(args, slots, given);
        for at in given..wide {
            *slots.add(at) = null_mut();
        }
        let mut highest = given;
        let mut by_name = 0;
        let mut failed = false;
        // Named arguments that stand for positional ones take their places; the others keep their names.
        let mut moved = 0u64;
        for index in 0..named {
            let name = ffi::PyTuple_GET_ITEM(names, index as ffi::Py_ssize_t);
            let Some(at) = place(plan, name) else { continue };
            if at < given || index >= 64 {
                return as_given();
            }
            *slots.add(at) = *args.add(given + index);
            moved |= 1 << index;
        }
        let mut any_named = false;
        let held = state.held();
        let named_at = slots.add(wide + named);
        for param in &plan.params {
            let explicit = if param.by_name {
                param.position < given || (named > 0 && find(names, named, param.name).is_some())
            } else {
                !(*slots.add(param.position)).is_null()
            };
            if param.by_name {
                *named_at.add(by_name) = null_mut();
            }
            if !explicit && param.may_be_held(held) {
                let Ok(value) = param.read(plan, state) else {
                    failed = true;
                    break;
                };
                if !value.is_null() {
                    *owned.add(room.owned) = value;
                    room.owned += 1;
                    if param.by_name {
                        any_named = true;
                    } else {
                        *slots.add(param.position) = value;
                    }
                }
                if param.by_name {
                    *named_at.add(by_name) = value;
                }
            }
            if param.by_name {
                by_name += 1;
            }
        }
        let result = if failed {
            null_mut()
        } else if room.owned == 0 {
            as_given()
        } else {
            // Gaps below the last value are closed with defaults; a gap without one is Python's own TypeError.
            for at in (given..wide).rev() {
                if !(*slots.add(at)).is_null() {
                    highest = at + 1;
                    break;
                }
            }
            let mut whole = true;
            for at in given..highest {
                if (*slots.add(at)).is_null() {
                    let default = plan.defaults[at];
                    whole &= !default.is_null();
                    *slots.add(at) = default;
                }
            }
            if !whole {
                as_given()
            } else {
                let values = any_named.then_some((named_at, by_name));
                finish(auto, plan, slots, highest, (args.add(given), names, named, moved), values)
            }
        };
        for at in 0..room.owned {
            ffi::Py_DECREF(*owned.add(at));
        }
        result
    }
}

/// Puts the named arguments after the positional ones, and calls.
///
/// # Safety
/// As for [`filled`]; the slots hold the arguments of the call.
#[inline(always)]
unsafe fn finish(
    auto: &Auto,
    plan: &Plan,
    slots: *mut *mut PyObject,
    positional: usize,
    (given, names, named, moved): (*const *mut PyObject, *mut PyObject, usize, u64),
    values: Option<(*mut *mut PyObject, usize)>,
) -> *mut PyObject {
    // SAFETY: as `fill`.
    unsafe {
        let flags = positional | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
        let left = named - moved.count_ones() as usize;
        if left == 0 && values.is_none() {
            return (auto.target)(auto.function, slots, flags, null_mut());
        }
        let by_name = || plan.params.iter().filter(|param| param.by_name);
        if let (0, Some((values, count)), false) = (left, values, plan.keywords.is_null()) {
            // All keyword-only parameters go in under one tuple of names that was made once.
            let last = slots.add(positional);
            for (at, param) in by_name().enumerate().take(count) {
                let value = *values.add(at);
                *last.add(at) = if value.is_null() { param.default } else { value };
            }
            return (auto.target)(auto.function, slots, flags, plan.keywords);
        }
        let mut pairs: Vec<(*mut PyObject, *mut PyObject)> = Vec::new();
        for index in (0..named).filter(|&index| index >= 64 || moved & (1 << index) == 0) {
            pairs.push((ffi::PyTuple_GET_ITEM(names, index as ffi::Py_ssize_t), *given.add(index)));
        }
        if let Some((values, count)) = values {
            for (at, param) in by_name().enumerate().take(count) {
                if !(*values.add(at)).is_null() {
                    pairs.push((param.name, *values.add(at)));
                }
            }
        }
        let tuple = ffi::PyTuple_New(pairs.len() as ffi::Py_ssize_t);
        if tuple.is_null() {
            return null_mut();
        }
        let mut all: Vec<*mut PyObject> = vec![null_mut(); 1 + positional + pairs.len()];
        std::ptr::copy_nonoverlapping(slots, all.as_mut_ptr().add(1), positional);
        for (at, (name, value)) in pairs.into_iter().enumerate() {
            ffi::Py_INCREF(name);
            ffi::PyTuple_SET_ITEM(tuple, at as ffi::Py_ssize_t, name);
            all[1 + positional + at] = value;
        }
        let result = (auto.target)(auto.function, all.as_ptr().add(1), flags, tuple);
        ffi::Py_DECREF(tuple);
        result
    }
}
