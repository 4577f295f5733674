"""bool, int, float and str: the core's table, and NumPy-like objects by what they say of themselves."""
# What stands here is of any type: a checker that knows that much and no more is content.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from typing import Any

from hyperparameter.convert.marks import Converter, Text, refuse, table


def _known(value: Any) -> Any:
    """A NumPy-like scalar as the Python number it is; what the table knows, as it is."""
    if isinstance(value, (bool, int, float, str)) or getattr(value, "ndim", 0) != 0:
        return value
    kind: Any = type(value)
    if hasattr(kind, "__index__"):
        return value.__index__()
    if getattr(getattr(value, "dtype", None), "kind", "") == "b":
        return bool(value)
    if hasattr(kind, "__float__"):
        return value.__float__()
    return value


def _to_bool(value: Any) -> Any:
    return value if isinstance(value, bool) else table(_known(value), "bool")


def _to_int(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return table(_known(value), "int")


def _to_float(value: Any) -> Any:
    return value if isinstance(value, float) else table(_known(value), "float")


def _to_str(value: Any) -> Any:
    if isinstance(value, str):
        return str(value) if isinstance(value, Text) else value
    return table(_known(value), "str")


SCALARS: dict[Any, Converter] = {
    bool: Converter("bool", _to_bool, exact=bool, schema=lambda to: to.scalar("boolean")),
    int: Converter("int", _to_int, exact=int, schema=lambda to: to.scalar("integer")),
    float: Converter("float", _to_float, exact=float, schema=lambda to: to.scalar("number")),
    str: Converter("str", _to_str, exact=str, plain=True, schema=lambda to: {"type": "string"}),
}
NULL = Converter("None", lambda value: refuse(value, "None"), null=True, schema=lambda to: to.null())
