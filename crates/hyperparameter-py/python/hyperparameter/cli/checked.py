"""Values of the command line, converted to what their parameters ask for before the program runs (rule V5)."""

from __future__ import annotations

import enum
import gc
import inspect
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Any

from hyperparameter import _native, convert
from hyperparameter.cli.words import Definition, UsageError
from hyperparameter.parameters import Parameter, converters

# What a default of each kind asks for; an int asks for number, and None or any other default for nothing.
ASKS: dict[type, str] = {
    bool: "bool",
    int: "number",
    float: "float",
    str: "str",
    list: "list",
    tuple: "list",
    set: "list",
    dict: "map",
}
# How a declaration names what the kind of its default asks for.
KINDS = {"", *ASKS.values(), *(kind.__name__ for kind in ASKS)}


def check(definitions: Sequence[Definition]) -> None:
    """Refuse a value that is not what some decorated function declares for its key.

    Of several values for one key the last counts. Nothing is marked as read.

    Raises :class:`UsageError`.
    """
    last = {definition.key: definition for definition in definitions}
    asked: set[str] = set()
    for auto in gc.get_objects():
        if type(auto) is not _native.Auto:
            continue
        rows: list[Parameter] = [row for row in auto.parameters if row.key in last]
        if rows:
            asked.update(row.key for row in rows)
            found = converters(auto.__wrapped__, [(row.name, row.default) for row in rows])
            for row, converter in zip(rows, found, strict=True):
                ask(last[row.key], converter or by_default(row.default), row.key, row.default)
    for declared in _native.declared():  # a leaf of a dictionary that is a default, or what was read in place
        key, default = declared["key"], declared["default"]
        if key in last and key not in asked and declared["type"] in KINDS:
            ask(last[key], by_default(default), key, default)


def required(fn: Callable[..., Any], name: str, word: Definition) -> Any:
    """The value of an argument without default: converted if it has an annotation, else the word as it stands.

    Raises :class:`UsageError`.
    """
    (converter,) = converters(fn, [(name, inspect.Parameter.empty)])
    return word.text if converter is None else ask(word, converter, name, inspect.Parameter.empty)


def by_default(default: object) -> convert.Converter | None:
    """What the kind of a default asks for where there is no annotation."""
    if isinstance(default, (enum.Enum, PurePath)):
        return convert.converter(type(default))
    kind = ASKS.get(type(default))
    if kind is None:
        return None
    return convert.Converter(kind, lambda value: _native.convert(value, kind), null=True, plain=kind == "str")


def ask(word: Definition, converter: convert.Converter | None, name: str, default: Any) -> Any:
    """The text as the type asked for; what is wrong about it names all there is to know, with the mend.

    Raises :class:`UsageError`.
    """
    if converter is None:
        return word.text
    try:
        return converter(convert.Text(word.text))
    except Exception as error:  # a class of the program may raise what it likes
        reason = f" ({error})" if str(error) else ""
        such = "" if default in (None, inspect.Parameter.empty) else f", such as {default!r}"
        article = "an" if converter.wanted[:1] in "aeiouAEIOU" else "a"
        raise UsageError(
            f"parameter {name!r}: {word.text!r} does not convert to {converter.wanted}{reason}; "
            f"it was set by {word.place}; give {article} {converter.wanted}{such}"
        ) from None
