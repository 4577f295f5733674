"""``dump``: a configuration, or an object made of one, as text that loads back equal."""
# What stands here is of any type: a checker that knows that much and no more is content.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hyperparameter import ConfigError, _native
from hyperparameter.convert.annotations import is_record
from hyperparameter.convert.marks import Text
from hyperparameter.loader.configuration import Config

# As deep as a file may be, its root counted.
_DEEPEST = 101


def dump(value: Any, format: str) -> str:
    """Write a configuration as ``"toml"``, ``"json"`` or ``"yaml"`` text that loads back equal.

    Takes a ``Config``, a mapping, or an object of a class that ``load`` makes (a dataclass and the like). Enums are written by
    their names, paths, dates and durations as text, tuples and sets as lists: with the class as ``schema`` they load back as
    they were. Infinities, ``nan``, integers of any size, ``None`` and every string are kept in all three formats.

    Raises ``ConfigError`` for what has no text: other objects, keys that are no strings, more than 100 levels.

    >>> print(loader.dump({"lr": 1e-3, "layers": [{"size": 3}], "note": None}, "toml"), end="")
    lr = 0.001
    layers = [{ size = 3 }]
    note = '${null}'
    >>> loader.loads(loader.dump({"a": {"b": "007"}}, "yaml"), "yaml") == {"a": {"b": "007"}}
    True
    """
    value = value.__param_config__.marked() if isinstance(value, Config) else value
    plain = _plain(value)
    if not isinstance(plain, dict):
        raise TypeError(f"dump() takes a mapping or an object with fields, not a {type(value).__name__}")
    whole: dict[str, Any] = plain
    return _native.dump(whole, format)


def _plain(value: Any, depth: int = 0) -> Any:
    """The value as dictionaries, lists and scalars, where it is known how."""
    if depth > _DEEPEST:
        raise ConfigError("the value is nested more than 100 deep, or it contains itself")
    depth += 1
    kind = type(value)
    if kind in (str, int, float, bool) or value is None:
        return value
    if kind is Text:
        return _spelled(value, depth)
    if isinstance(value, Config):
        return _plain(value.__param_config__.marked(), depth)
    if is_record(kind):
        from hyperparameter.convert.records import members_of

        return {name: _plain(inner, depth) for name, inner in members_of(value).items()}
    if isinstance(value, Mapping):
        given: Mapping[Any, Any] = value
        return {name: _plain(item, depth) for name, item in given.items()}
    if isinstance(value, (list, tuple)):
        items: Iterable[Any] = value
        return [_plain(item, depth) for item in items]
    if isinstance(value, (set, frozenset)):
        some: Iterable[Any] = value
        plain = [_plain(item, depth) for item in some]
        try:
            return sorted(plain)
        except TypeError:
            return sorted(plain, key=repr)
    if hasattr(kind, "__members__"):
        return value.name if value.name in kind.__members__ else value.value
    if hasattr(kind, "__fspath__"):
        return str(value)
    if kind.__module__ == "datetime":
        return value.isoformat() if hasattr(value, "isoformat") else str(value)
    return value


def _spelled(text: Text, depth: int) -> Any:
    """Text as the literal that it spells, unless its characters would be lost by it: ``1.10`` stays a string."""
    literal = _native.convert(text, "any")
    if isinstance(literal, (list, dict)):
        return _plain(_native.convert(text, "list" if isinstance(literal, list) else "map"), depth)
    if literal is None or _native.convert(literal, "str") == str(text):
        return literal
    return str(text)
