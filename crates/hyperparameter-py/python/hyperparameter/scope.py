"""Functions inside a scope: what ``@param_scope(...)`` and ``param_scope.bind`` make of a function."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from hyperparameter import _native

# Flags of code objects: generators, coroutines, coroutines made of generators, async generators.
_RUNS = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ITERABLE_COROUTINE | inspect.CO_ASYNC_GENERATOR


def decorated(scope: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, each call of it inside the scope: for a generator or coroutine that is its whole run.

    >>> @param_scope({"a": 1})
    ... def read():
    ...     return param_scope.a | 0
    >>> read()
    1
    """
    flags = _flags(function)
    if flags & _RUNS:

        def inner(*args: Any, **kwargs: Any) -> Any:
            return _native.run_inside(scope, function, args, kwargs)

        wrapper = _wrapped(function, inner)
        if flags & inspect.CO_COROUTINE:
            _mark_as_coroutine_function(wrapper)
        return wrapper

    def call(*args: Any, **kwargs: Any) -> Any:
        with scope:
            return function(*args, **kwargs)

    return _wrapped(function, call)


def _wrapped(function: Callable[..., Any], wrapper: Callable[..., Any]) -> Callable[..., Any]:
    return functools.update_wrapper(wrapper, function)


def _flags(function: Any) -> int:
    """The flags of the code that a call of this callable runs."""
    while True:
        if isinstance(function, functools.partial):
            function = function.func
        elif inspect.ismethod(function):
            function = function.__func__
        else:
            break
    code = getattr(function, "__code__", None)
    if code is None and not inspect.isclass(function):
        call: Any = inspect.getattr_static(function.__class__, "__call__", None)
        code = getattr(call, "__code__", None)
    flags = getattr(code, "co_flags", 0)
    return flags if isinstance(flags, int) else 0


def _mark_as_coroutine_function(wrapper: Any) -> None:
    mark = getattr(inspect, "markcoroutinefunction", None)
    if mark is not None:
        mark(wrapper)
    else:  # before Python 3.12 only asyncio has a mark
        from asyncio import coroutines

        wrapper._is_coroutine = coroutines._is_coroutine  # type: ignore[attr-defined]
