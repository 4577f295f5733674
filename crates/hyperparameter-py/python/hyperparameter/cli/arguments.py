"""The arguments of a function, as the command line sees them.

An ordinary function is read from its code object: ``inspect`` takes 10 ms to import, and is asked only for what has none.
"""
# What stands here is of any type: a checker that knows that much and no more is content.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import functools
import types
from typing import Any, NamedTuple

from hyperparameter import _native, parameters
from hyperparameter.cli.words import Option, Spec

EMPTY: Any = parameters._MISSING  # pyright: ignore[reportPrivateUsage]  # one mark for all
_DEEPEST = 8  # of dataclasses in each other


class Argument(NamedTuple):
    """One argument of a function, or one field of a dataclass that is the value of one."""

    name: str  # with the names of the dataclasses around it: "opt.lr"
    key: str | None  # of the parameter that it is, if it has a default
    kind: str  # "parameter" (has a default), "position", "option" (keyword-only and required), "rest" (*args)
    default: Any
    annotation: Any  # resolved, or EMPTY
    type: str  # as a person writes it
    owner: Any  # the function or class whose docstring says what it is for

    @property
    def flag(self) -> bool:
        """Whether it is a switch, ``--x`` and ``--no-x``."""
        return is_flag(self.annotation, self.default)

    @property
    def help(self) -> str:
        """What it is for: the text of its ``Annotated``, else what the docstring says."""
        for text in getattr(self.annotation, "__metadata__", ()):
            if isinstance(text, str):
                return " ".join(text.split())
        return documented(self.owner).get(self.name.rpartition(".")[2], "")

    @property
    def choices(self) -> list[str]:
        """The texts that it takes, if they are few and known."""
        return choices(self.annotation, self.default)


def function_of(target: Any) -> Any:
    """What holds the parameters: of a class that is its ``__init__``."""
    made = getattr(target, "__init__", None) if isinstance(target, type) else getattr(target, "__func__", target)
    if isinstance(target, type) and not isinstance(made, _native.Auto):
        made = getattr(target, "__new__", None)  # of a named tuple
    return made


def is_declared(target: Any) -> bool:
    """Whether it is what ``auto_param`` made: a function, a method of one, or a class."""
    return isinstance(function_of(target), _native.Auto)


def arguments(target: Any) -> list[Argument]:
    """The arguments of a decorated function or class; ``**kwargs`` is none."""
    auto = function_of(target)
    keys: dict[str, Any] = {row.name: row for row in getattr(auto, "parameters", ())}
    hints = parameters.annotations(auto.__wrapped__) if isinstance(auto, _native.Auto) else {}
    found: list[Argument] = []
    for name, kind, default in _signature(target):
        row = keys.get(name)
        annotation = hints.get(name, EMPTY)
        key = row.key if row is not None and kind == "parameter" else None
        written = row.type if row is not None else "" if annotation is EMPTY else type_name(annotation, EMPTY)
        found.append(Argument(name, key, kind, default, annotation, written, target))
        if key is not None:
            found += _fields(name, key, annotation, default, 0)
    return found


def _signature(target: Any) -> list[tuple[str, str, Any]]:
    """Name, kind and default of each argument, in order."""
    auto = function_of(target)
    function = auto.__wrapped__ if auto is target and isinstance(auto, _native.Auto) else None
    plain = isinstance(function, types.FunctionType)
    if not plain or hasattr(function, "__wrapped__") or hasattr(function, "__signature__"):
        import inspect

        kinds = {inspect.Parameter.VAR_POSITIONAL: "rest", inspect.Parameter.KEYWORD_ONLY: "option"}
        rows = inspect.signature(target).parameters.items()
        return [
            (
                name,
                "parameter" if row.default is not row.empty else kinds.get(row.kind, "position"),
                EMPTY if row.default is row.empty else row.default,
            )
            for name, row in rows
            if row.kind is not row.VAR_KEYWORD
        ]
    code = function.__code__
    names, defaults, by_name = code.co_varnames, function.__defaults__ or (), function.__kwdefaults__ or {}
    count = code.co_argcount
    filled = [EMPTY] * (count - len(defaults)) + list(defaults)
    found = [
        (name, "position" if default is EMPTY else "parameter", default)
        for name, default in zip(names[:count], filled, strict=True)
    ]
    more = count + code.co_kwonlyargcount
    if code.co_flags & 0x04:  # *args
        found.append((names[more], "rest", EMPTY))
    for name in names[count:more]:
        default = by_name.get(name, EMPTY)
        found.append((name, "option" if default is EMPTY else "parameter", default))
    return found


def _fields(name: str, key: str, annotation: Any, default: Any, depth: int) -> list[Argument]:
    """The fields of a dataclass that is the value of an argument: each is a parameter below it."""
    cls = annotation if annotation is not EMPTY else type(default)
    rows: Any = getattr(cls, "__dataclass_fields__", None)
    if not isinstance(cls, type) or rows is None or depth > _DEEPEST:
        return []
    hints = _class_hints(cls)
    found: list[Argument] = []
    for field in rows.values():
        if not field.init or type(field.type).__name__ == "ClassVar":
            continue
        full, below, hint = f"{name}.{field.name}", f"{key}.{field.name}", hints.get(field.name, EMPTY)
        value = getattr(default, field.name, EMPTY) if isinstance(default, cls) else EMPTY
        kind = type_name(hint, value)
        found.append(Argument(full, below, "parameter", value, hint, kind, cls))
        found += _fields(full, below, hint, value, depth + 1)
    return found


def _class_hints(cls: type) -> dict[str, Any]:
    import typing

    try:
        return typing.get_type_hints(cls, include_extras=True)
    except Exception:  # a name that does not resolve is no annotation (rule V4)
        return {}


def type_name(annotation: Any, default: Any) -> str:
    """A type as a person writes it; of an ``Annotated`` the type in it."""
    annotation = bare(annotation)
    if annotation is EMPTY:
        return "" if default is EMPTY else parameters._type_name(EMPTY, default)  # pyright: ignore[reportPrivateUsage]
    return parameters._type_name(annotation, default)  # pyright: ignore[reportPrivateUsage]


def bare(annotation: Any) -> Any:
    """The type in an ``Annotated``."""
    while hasattr(annotation, "__metadata__"):
        annotation = annotation.__origin__
    return annotation


def is_flag(annotation: Any, default: Any) -> bool:
    """Whether a parameter is a switch.

    >>> from typing import Optional
    >>> is_flag(bool, EMPTY), is_flag(Optional[bool], None), is_flag(EMPTY, True), is_flag(int, True)
    (True, True, True, False)
    """
    annotation = bare(annotation)
    if annotation is EMPTY:
        return isinstance(default, bool)
    return annotation is bool or {bool, type(None)} == set(getattr(annotation, "__args__", ()))


def choices(annotation: Any, default: Any) -> list[str]:
    """The texts that a ``Literal`` or an ``Enum`` takes, ``None`` among them if it is optional.

    >>> from typing import Literal, Optional
    >>> choices(Literal["fast", "slow"], EMPTY), choices(Optional[Literal[1, 2]], None), choices(str, "a")
    (['fast', 'slow'], ['1', '2', 'None'], [])
    """
    annotation = bare(annotation)
    if annotation is EMPTY:
        annotation = type(default)
    members = getattr(annotation, "__members__", None)
    if isinstance(annotation, type):
        return list(members) if members is not None else []
    found = [bare(each) for each in getattr(annotation, "__args__", ())]
    if type(annotation).__name__ == "_LiteralGenericAlias":
        return [getattr(each, "name", None) or str(each) for each in found]
    rest = [each for each in found if each is not type(None)]
    if len(rest) == 1 and len(found) == 2:
        inner = choices(rest[0], EMPTY)
        return [*inner, "None"] if inner else []
    return []


@functools.lru_cache(maxsize=256)
def documented(owner: Any) -> dict[str, str]:
    """What the docstrings of a function, or of a class and its ``__init__``, say of each argument."""
    from hyperparameter.tool import docstrings

    found: dict[str, str] = {}
    for each in (function_of(owner), owner):
        doc = getattr(each, "__doc__", None)
        # A dataclass without a docstring is given its signature as one.
        if isinstance(doc, str) and not doc.startswith(f"{getattr(owner, '__name__', '')}("):
            found |= docstrings.arguments(doc)
    return found


def spec(found: list[Argument]) -> Spec:
    """What a command line may give to these arguments."""
    options = [Option(arg.name, arg.key, arg.flag) for arg in found if arg.kind in ("parameter", "option")]
    kinds = [arg.kind for arg in found]
    return Spec(options, None if "rest" in kinds else kinds.count("position"))


def helps() -> dict[str, str]:
    """What each declared key is for, by what its decorated functions say."""
    return _helps(len(_native.declared_names()))


@functools.lru_cache(maxsize=1)
def _helps(count: int) -> dict[str, str]:
    """The same, looked up again when further keys are declared."""
    import gc

    found: dict[str, str] = {}
    for auto in gc.get_objects():
        if type(auto) is _native.Auto:
            for argument in arguments(_owner(auto)):
                if argument.key is not None and argument.help:
                    found.setdefault(argument.key, argument.help)
    return found


def help_of(key: str) -> str:
    """What a declared key is for; empty if nobody says."""
    return helps().get(key, "")


def _owner(auto: Any) -> Any:
    """The class whose ``__init__`` this is, if it is one: its docstring may say more."""
    if getattr(auto, "__name__", "") not in ("__init__", "__new__"):
        return auto
    import sys

    found: Any = sys.modules.get(getattr(auto, "__module__", ""))
    for name in auto.__qualname__.split(".")[:-1]:
        found = getattr(found, name, None)
    return found if isinstance(found, type) and function_of(found) is auto else auto
