"""Reads that ask for a type: in Python the annotated argument of a decorated function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional

import hyperparameter as hp

_TYPES: dict[str, Any] = {
    "bool": bool, "int": int, "float": float, "string": str, "list": list, "tuple": tuple, "set": set, "map": dict,
}  # fmt: skip
# A default that no case gives: an int without annotation asks for a number.
NO_NUMBER = -7_650_123_987


class NoValue:
    """A default that cannot be mistaken for a value."""

    def __repr__(self) -> str:
        return "<the default>"


def annotation(asked: Any) -> Any:
    """The annotation that asks for a type of the vectors; ``None`` for a number, which an int default asks for."""
    if isinstance(asked, str):
        return None if asked == "number" else _TYPES[asked]
    ((kind, inner),) = asked.items()
    item = annotation(inner)
    assert item is not None, f"Python cannot ask for {asked}"
    return {"optional": Optional[item], "list": list[item], "map": dict[str, item]}[kind]  # noqa: UP045


def function(parameters: list[tuple[str, Any]], inner: Callable[[dict[str, Any]], Any]) -> Callable[..., Any]:
    """A function of arguments with these names and defaults, that hands what it receives to ``inner``."""
    names = [name for name, _ in parameters]
    given = ", ".join(f"{name!r}: {name}" for name in names)
    space: dict[str, Any] = {"inner": inner, "__name__": "conformance_case"}
    exec(f"def call({', '.join(f'{name}=None' for name in names)}): return inner({{{given}}})", space)
    made: Any = space["call"]
    made.__defaults__ = tuple(default for _, default in parameters)
    return made  # type: ignore[no-any-return]


def read_as(key: str, asked: Any, default: Any) -> Any:
    """The value of a key, read as a type of the vectors."""
    namespace, _, name = key.rpartition(".")
    read: Any = function([(name, default)], lambda received: received[name])
    wanted = annotation(asked)
    if wanted is not None:
        read.__annotations__ = {name: wanted}
    return hp.auto_param(namespace)(read)()


def default_for(asked: Any) -> Any:
    """A default for a read whose default is of no account."""
    return NO_NUMBER if asked == "number" else NoValue()
