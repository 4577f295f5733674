"""``auto_param``: the arguments of a function as parameters (rules P3, P4, S5, S8).

What is decorated is sorted out here, once, at decoration; the call itself is the native module's.
"""
# What stands here is of any type: a checker that knows that much and no more is content.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar, overload

from hyperparameter import _native

F = TypeVar("F", bound="Callable[..., Any] | staticmethod[..., Any] | classmethod[Any, ..., Any]")

_GENERATOR, _COROUTINE, _ITERABLE_COROUTINE, _ASYNC_GENERATOR = 0x20, 0x80, 0x100, 0x200
_SIMPLE = (bool, int, float, str, type(None))


class Parameter(NamedTuple):
    """What a decorated function declares of one argument.

    >>> @auto_param("greet")
    ... def greet(name: str = "World"): ...
    >>> greet.parameters[0].key, greet.parameters[0].default, greet.parameters[0].type
    ('greet.name', 'World', 'str')
    """

    name: str
    key: str
    default: Any
    type: str
    where: str


class _Signature(NamedTuple):
    """The arguments of a callable, as they are filled."""

    positional: list[str | None]  # None: has no name for the caller
    params: list[tuple[str, int, bool, Any]]  # name, position or -1, whether it goes in by name, default


# What is decorated keeps its type: its arguments, its result, the way in which it is bound.
@overload
def auto_param(target: str, /) -> Callable[[F], F]: ...
@overload
def auto_param(target: F, /) -> F: ...
@overload
def auto_param(target: None = None, /) -> Callable[[F], F]: ...
def auto_param(target: Any = None, /) -> Any:
    """Make the arguments of a function, method or class that have a default parameters of the store.

    Bare, the namespace is the qualified name (``outer.f``, ``Class.method``, ``C`` for a class); ``@auto_param("name")``
    names another. A value that the store has for ``namespace.argument`` is passed unless the caller gives the argument. It
    is converted to what the annotation says, else to the kind of the default. Arguments without a default, ``*args`` and
    ``**kwargs`` are never filled.

    The call is a scope: what the function writes is gone when it returns. A coroutine or generator runs as a whole in the
    scope in which it was called.

    >>> @auto_param
    ... def train(lr=0.1, steps: int = 10):
    ...     return lr, steps
    >>> train()
    (0.1, 10)
    >>> with param_scope("train.steps=20", **{"train.lr": 0.5}):
    ...     train(), train(lr=1.0)
    ((0.5, 20), (1.0, 20))

    The result is not a function for ``inspect.isfunction``, but for ``inspect.signature``, ``inspect.iscoroutinefunction``,
    ``pickle`` and the like it behaves as one. ``train.parameters`` lists what it declares. A decorated class is the same
    class; its ``__init__`` has the list.

    Raises ``TypeError`` for what has no signature or no name, ``InvalidKey`` for a name that is no key.
    """
    if target is None:
        return auto_param
    if isinstance(target, str):
        return functools.partial(_decorate, namespace=target)
    return _decorate(target, None)


def _decorate(target: Any, namespace: str | None) -> Any:
    if isinstance(target, staticmethod):
        return staticmethod(_decorate(target.__func__, namespace))
    if isinstance(target, classmethod):
        return classmethod(_decorate(target.__func__, namespace))
    if isinstance(target, type):
        return _decorate_class(target, namespace)
    if isinstance(target, _native.Auto):
        # A second decoration counts alone: one namespace, not one over the other.
        return _wrapped(target.__wrapped__, namespace or _namespace(target))
    if not callable(target):
        raise TypeError(f"auto_param decorates a function, a method or a class, not {_a(target)}")
    return _wrapped(target, namespace or _namespace(target))


def _a(thing: object) -> str:
    name = type(thing).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def _namespace(target: Any) -> str:
    named = target
    while isinstance(named, functools.partial):
        named = named.func
    name = getattr(named, "__qualname__", None)
    if not isinstance(name, str):
        raise TypeError(f'{_a(target)} has no name of its own: write auto_param("namespace")')
    if name.endswith("<lambda>"):
        raise TypeError('a lambda has no name: write auto_param("namespace")(lambda …)')
    return name.replace("<locals>.", "")


# ---- functions ----------------------------------------------------------------------------------------------------------


def _wrapped(function: Any, namespace: str, owner: str | None = None) -> Any:
    """The native object around a callable."""
    positional, params = _signature(function)
    annotations = _annotations(function)
    inner = _inner(function)
    code = getattr(inner, "__code__", None)
    described = [
        (name, position, by_name, default, _type_name(annotations.get(name, _MISSING), default))
        for name, position, by_name, default in params
    ]
    auto = _native.make_auto(
        function,
        namespace,
        owner or f"{getattr(inner, '__module__', None)}.{getattr(inner, '__qualname__', namespace)}",
        _runs(function),
        positional,
        described,
        any(name in annotations for name, *_ in params),
        code if isinstance(code, types.CodeType) else None,
    )
    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        value = getattr(function, name, _MISSING)
        if value is _MISSING or isinstance(function, functools.partial):
            value = getattr(inner, name, _MISSING)
        if value is not _MISSING:
            setattr(auto, name, value)
    auto.__dict__.update(getattr(function, "__dict__", {}) if hasattr(function, "__code__") else {})
    auto.__wrapped__ = function
    return auto


_MISSING: Any = object()


def _inner(function: Any) -> Any:
    """The function in a partial, a bound method or a callable object, and under what wraps it."""
    while True:
        if isinstance(function, functools.partial):
            function = function.func
        elif isinstance(function, types.MethodType):
            function = function.__func__
        elif hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        elif not hasattr(function, "__code__") and not isinstance(function, type):
            call = getattr(type(function), "__call__", None)  # noqa: B004 - what is called is wanted
            if not isinstance(call, types.FunctionType):
                return function
            function = call
        else:
            return function


def _runs(function: Any) -> bool:
    """Whether a call gives something that runs later: a generator, a coroutine or an async generator."""
    while isinstance(function, (functools.partial, types.MethodType)):
        function = function.func if isinstance(function, functools.partial) else function.__func__
    code = getattr(function, "__code__", None)
    if code is None:
        call = getattr(type(function), "__call__", None)  # noqa: B004 - what is called is wanted
        code = getattr(call, "__code__", None)
    flags = getattr(code, "co_flags", 0)
    # A generator that `types.coroutine` made awaitable stays itself: nothing around it could be both.
    return bool(flags & (_GENERATOR | _COROUTINE | _ASYNC_GENERATOR)) and not flags & _ITERABLE_COROUTINE


def _signature(function: Any) -> _Signature:
    """Which arguments may be filled, and how."""
    if (
        isinstance(function, types.FunctionType)
        and not hasattr(function, "__wrapped__")
        and not hasattr(function, "__signature__")
    ):
        return _of_function(function)
    import inspect

    try:
        signature = inspect.signature(function)
    except (ValueError, TypeError):
        name = getattr(function, "__qualname__", None) or repr(function)
        raise TypeError(f"{name} has no signature that says its arguments: auto_param cannot fill them") from None
    positional: list[str | None] = []
    params: list[tuple[str, int, bool, Any]] = []
    # Where one callable stands for another (a wrapper, a partial), only its names are sure to arrive.
    indirect = not isinstance(function, types.MethodType) or hasattr(function, "__wrapped__")
    for name, parameter in signature.parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        position = -1
        by_name = parameter.kind is parameter.KEYWORD_ONLY
        if not by_name:
            position = len(positional)
            unnamed = parameter.kind is parameter.POSITIONAL_ONLY
            by_name = indirect and not unnamed
            positional.append(None if unnamed or by_name else name)
        if parameter.default is not parameter.empty:
            params.append((name, position, by_name, parameter.default))
    return _Signature(positional, params)


def _of_function(function: types.FunctionType) -> _Signature:
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    defaults = function.__defaults__ or ()
    first = len(names) - len(defaults)
    positional: list[str | None] = list(names)
    positional[: code.co_posonlyargcount] = [None] * code.co_posonlyargcount
    params = [
        (name, first + at, False, default)
        for at, (name, default) in enumerate(zip(names[first:], defaults, strict=True))
    ]
    by_name = function.__kwdefaults__ or {}
    only = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    params += [(name, -1, True, by_name[name]) for name in only if name in by_name]
    return _Signature(positional, params)


# ---- classes ------------------------------------------------------------------------------------------------------------


def _decorate_class(cls: type, namespace: str | None) -> type:
    """Wrap ``__init__`` in place; of a class that has only ``__new__`` (a named tuple) that one."""
    namespace = namespace or cls.__qualname__.replace("<locals>.", "")
    owner = f"{cls.__module__}.{cls.__qualname__}"
    name = "__init__"
    made: Any = cls
    of_tuple = issubclass(cls, tuple) and "__init__" not in vars(cls) and isinstance(made.__new__, types.FunctionType)
    if of_tuple or made.__init__ is object.__init__:
        name = "__new__"
        if made.__new__ is object.__new__:
            return cls  # takes no arguments: nothing to declare
        if not isinstance(made.__new__, (types.FunctionType, _native.Auto)):
            raise TypeError(f"{cls.__qualname__} has no signature that says its arguments: auto_param cannot fill them")
    method: Any = getattr(cls, name)
    if isinstance(method, _native.Auto):
        method = method.__wrapped__
    if not isinstance(method, (types.FunctionType, types.MethodType)) and not hasattr(method, "__code__"):
        import inspect

        try:
            inspect.signature(method)
        except (ValueError, TypeError):
            raise TypeError(f"{cls.__qualname__}.{name} has no signature that says its arguments") from None
    auto = _wrapped(method, namespace, owner)
    try:
        setattr(cls, name, staticmethod(auto) if name == "__new__" else auto)
    except (AttributeError, TypeError) as error:
        raise TypeError(f"{cls.__qualname__} cannot be decorated: {error}") from None
    return cls


# ---- what the native side asks ------------------------------------------------------------------------------------------


def _annotations(function: Any) -> Mapping[str, Any]:
    """The annotations of a callable, as they are written."""
    try:
        found = getattr(_inner(function), "__annotations__", None)
    except NameError:  # deferred ones (CPython 3.14) whose names are not there yet
        import importlib

        library: Any = importlib.import_module("annotationlib")
        found = library.get_annotations(_inner(function), format=library.Format.FORWARDREF)
    return found if isinstance(found, Mapping) else {}


def _type_name(annotation: Any, default: Any) -> str:
    """A type as a person writes it: the annotation, else the kind of the default."""
    while hasattr(annotation, "__metadata__"):  # Annotated: what it says besides is no type
        annotation = annotation.__origin__
    if annotation is _MISSING:
        return "" if default is None else _kind_name(default)
    if isinstance(annotation, str):
        return annotation
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation.__qualname__
    return repr(annotation).replace("typing.", "")


def _kind_name(default: Any) -> str:
    return "number" if type(default) is int else type(default).__name__


def converters(function: Any, params: Iterable[tuple[str, Any]]) -> list[Any]:
    """For each parameter the converter that its annotation asks for, or ``None``: for the native module.

    A name that does not resolve is no annotation: then the kind of the default counts.
    Names in annotations are looked up now, at the first call: in the function's closure, its type parameters and globals.
    """
    from hyperparameter import convert

    annotations = _annotations(function)
    names = _visible(function)
    return [
        convert.converter(annotations[name], default, names) if name in annotations else None
        for name, default in params
    ]


def _visible(function: Any) -> dict[str, Any]:
    """The names that the annotations of a callable may use: of its globals, its closure and its type parameters."""
    inner = _inner(function)
    names: dict[str, Any] = dict(getattr(inner, "__globals__", {}))
    code = getattr(inner, "__code__", None)
    for name, cell in zip(getattr(code, "co_freevars", ()), getattr(inner, "__closure__", None) or (), strict=True):
        try:
            names[name] = cell.cell_contents
        except ValueError:  # not filled yet
            continue
    for parameter in getattr(inner, "__type_params__", ()):
        names[parameter.__name__] = parameter
    return names


def annotations(function: Any) -> dict[str, Any]:
    """The annotations of a callable as objects; one whose names do not resolve is left out (rule V4).

    >>> def train(lr: "float | None" = None, net: "Unknown" = None): ...
    >>> from hyperparameter.parameters import annotations
    >>> annotations(train)
    {'lr': float | None}
    """
    found = dict(_annotations(function))
    names: dict[str, Any] | None = None
    for name, annotation in list(found.items()):
        if isinstance(annotation, str):
            names = _visible(function) if names is None else names
            try:
                found[name] = eval(annotation, {"__builtins__": __builtins__}, names)
            except Exception:  # the annotation is the program's own
                del found[name]
    return found


def describe(auto: Any) -> tuple[Parameter, ...]:
    """What a decorated function declares: its ``parameters``, for programs that a type checker reads."""
    return tuple(Parameter(*row) for row in _native.declarations(auto))
