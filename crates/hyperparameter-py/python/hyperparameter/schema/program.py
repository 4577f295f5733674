"""The JSON Schema of a program's configuration: every parameter that it declares, under its key."""
# What stands here is of any type: a checker that knows that much and no more is content.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import enum
import gc
import importlib
import importlib.util
import os
import pathlib
import sys
from collections.abc import Callable, Iterable
from typing import Any

from hyperparameter import _native, auto_param
from hyperparameter.convert import converter
from hyperparameter.parameters import converters
from hyperparameter.schema.writer import DOTTED, Schema, Writer, any_of, default_of

_KINDS: dict[type, str] = {
    bool: "boolean", int: "number", float: "number", str: "string", list: "array", tuple: "array", set: "array",
    frozenset: "array", dict: "object",
}  # fmt: skip


def program_schema(target: str | Callable[..., Any], *, extra: Iterable[str] = ()) -> Schema:
    """The JSON Schema of the configuration of a program, as a dictionary for ``json.dump``.

    ``target`` is ``"module:function"``, ``"file.py:function"`` (without a function: all that the module declares), or the function
    itself. The module is imported, and what it and the modules that it imports declare by then is described: types, defaults,
    help. ``extra`` are keys that are read without being declared; they may have any value.

    A name that nothing declares is refused below a name that something does, and allowed at the root: a plugin may declare it.

    Raises ``ImportError`` or ``AttributeError`` where there is no such module or function.

    >>> @auto_param("server")
    ... def serve(port: int = 80, *, host: str = "localhost"): ...
    >>> program_schema(serve)["properties"]["server"]["properties"]["host"]
    {'type': 'string', 'default': 'localhost'}
    """
    thing = imported(target) if isinstance(target, str) else target
    if callable(thing) and not isinstance(thing, (_native.Auto, type)):
        auto_param(thing)  # as `launch` does
    elif isinstance(thing, type) and not isinstance(vars(thing).get("__init__"), _native.Auto):
        auto_param(type(thing.__name__, (thing,), {"__init__": _init(thing), "__qualname__": thing.__qualname__}))
    writer = Writer()
    root = _Names()
    for key in extra:
        root.at(key)
    for key, schema in _parameters(writer):
        root.at(key).own.append(schema)
    body = root.schema()
    body["additionalProperties"] = True
    return writer.root(body)


def _init(cls: type) -> Any:
    """The ``__init__`` of a class, to be decorated under another class: this one stays as it is."""
    import functools

    made: Any = cls
    init = made.__init__

    @functools.wraps(init)
    def inner(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)

    return inner


def imported(target: str) -> Any:
    """The module, or the function in it."""
    name, _, path = target.partition(":") if ":" in target[2:] else (target, "", "")
    if target[1:2] == ":":  # a drive
        name, _, path = target[2:].partition(":")
        name = target[:2] + name
    if name.endswith(".py"):
        spec = importlib.util.spec_from_file_location(pathlib.Path(name).stem, name)
        if spec is None or spec.loader is None or not os.path.exists(name):
            raise ImportError(f"there is no file {name!r}")
        found: Any = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = found
        sys.path.insert(0, os.path.dirname(os.path.abspath(name)))
        spec.loader.exec_module(found)
    else:
        if os.getcwd() not in sys.path:
            sys.path.insert(0, os.getcwd())
        found = importlib.import_module(name)
    for part in filter(None, path.split(".")):
        found = getattr(found, part)
    return found


def _parameters(writer: Writer) -> Iterable[tuple[str, Schema]]:
    """Each declared key with what its value may be."""
    declared = {row["key"]: row for row in _native.declared()}
    done: set[str] = set()
    for auto in [one for one in gc.get_objects() if type(one) is _native.Auto]:
        rows = auto.parameters
        found = converters(auto.__wrapped__, [(row.name, row.default) for row in rows])
        for row, asked in zip(rows, found, strict=True):
            schema = writer.of(asked) if asked is not None else _by_default(writer, row.default)
            said = declared.get(row.key, {}).get("help", "")
            done.add(row.key)
            yield row.key, {**schema, **({"description": said} if said else {}), **default_of(row.default)}
    for key, row in declared.items():
        if key not in done:  # a leaf of a dictionary that is a default, or what was read in place
            known = default_of(row["default"]) if row["has_default"] else {}
            yield key, {**_by_default(writer, row["default"]), **known}


def _by_default(writer: Writer, default: Any) -> Schema:
    """What the kind of a default asks for (rule V4)."""
    if isinstance(default, (enum.Enum, pathlib.PurePath)):
        return writer.of(converter(type(default)))
    kind = _KINDS.get(type(default))
    if kind is None:
        return {}
    return {"type": "string"} if kind == "string" else any_of([writer.scalar(kind), writer.null()])


class _Names:
    """The names below a key, and what the key's own value may be."""

    def __init__(self) -> None:
        self.own: list[Schema] = []
        self.below: dict[str, _Names] = {}

    def at(self, key: str) -> _Names:
        found = self
        for segment in key.split("."):
            found = found.below.setdefault(segment, _Names())
        return found

    def schema(self, whole: bool = False) -> Schema:
        """What may stand here; in a dictionary that is a default (``whole``) any other name may stand too."""
        own = any_of([one for at, one in enumerate(self.own) if one not in self.own[:at]]) if self.own else {}
        if not self.below:
            return own
        whole = whole or "object" in repr(own.get("type", own.get("anyOf", "")))
        schema: Schema = {
            "type": ["object", "string"],
            "pattern": r"(^|[^\\])\$\{",
            "properties": {name: inner.schema(whole) for name, inner in self.below.items()},
            "patternProperties": DOTTED,
            "additionalProperties": whole,
        }
        if whole or not own:
            return {**schema, **{name: own[name] for name in ("description", "default") if name in own}}
        return any_of([own, schema])
