"""What a declaration asks of a value, by the text of its annotation: no name of the project is looked up or run.

The converters are those of the run time (:mod:`hyperparameter.convert`). A class of the project is not known here, and
asks for nothing.
"""

from __future__ import annotations

import ast
import pathlib
import typing
from collections import abc
from collections.abc import Callable
from typing import Any

from hyperparameter import _native, convert
from hyperparameter.tool.reading.callables import last_name

_NAMES: dict[str, Any] = {
    **{
        kind.__name__: kind
        for kind in (bool, int, float, str, bytes, list, tuple, dict, set, frozenset, complex, object)
    },
    **{
        name: getattr(typing, name)
        for name in ("Any", "List", "Tuple", "Dict", "Set", "FrozenSet", "Optional", "Union")
    },
    **{name: getattr(abc, name) for name in ("Sequence", "MutableSequence", "Iterable", "Collection", "Mapping")},
    **{name: getattr(abc, name) for name in ("MutableMapping", "MutableSet")},
    "AbstractSet": abc.Set,
    "Path": pathlib.Path,
    "PurePath": pathlib.PurePath,
    "None": None,
}
_WRAPPERS = ("Annotated", "Final", "Required", "NotRequired", "ReadOnly", "InitVar")

# What the kind of a default asks for where there is no annotation (rule V4).
_KINDS = {"bool": "bool", "number": "number", "float": "float", "str": "str", "list": "list", "tuple": "list",
          "set": "list", "dict": "map"}  # fmt: skip


def converter(wanted: str, annotated: bool, default: str | None) -> Callable[[Any], Any] | None:
    """What turns a value into the type of a parameter; None where nothing is asked. It raises ``ValueError``.

    ``default`` is the default's value as ``repr`` writes it: with ``None`` the type is optional.

    >>> converter("list[int]", True, None)(["1", 2])
    [1, 2]
    >>> converter("number", False, "3")("2.5")
    2.5
    >>> converter("Model | None", True, None)
    """
    if not annotated:
        kind = _KINDS.get(wanted)
        return None if kind is None else lambda value: _by_kind(value, kind)
    try:
        made = _built(ast.parse(wanted.strip(), mode="eval").body)
        return convert.converter(made, None if default == "None" else convert.MISSING)
    except (SyntaxError, ValueError, TypeError, RecursionError):
        return None


def _by_kind(value: Any, kind: str) -> Any:
    """A list or a map that meets a type that is only inferred is handed over as it is, and null too."""
    if type(value) in (type(None), list, dict):
        return value
    return _native.convert(value, kind)


def _built(node: ast.expr) -> Any:
    """The annotation as an object; ``Any`` for what is not known here."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            return _built(ast.parse(node.value.strip(), mode="eval").body)
        return node.value if node.value is None or node.value is ... else Any
    if isinstance(node, (ast.Name, ast.Attribute)):
        return _NAMES.get(last_name(node), Any)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return typing.Union[_built(node.left), _built(node.right)]  # noqa: UP007 - made of what is not known before
    if not isinstance(node, ast.Subscript):
        return Any
    name = last_name(node)
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if name in _WRAPPERS:
        return _built(parts[0])
    if name == "Literal":
        values = tuple(ast.literal_eval(part) for part in parts)
        return typing.Literal[values]
    origin = _NAMES.get(name)
    if origin is None or origin is Any:
        return Any
    return origin[tuple(map(_built, parts))] if len(parts) > 1 else origin[_built(parts[0])]
