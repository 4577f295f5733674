"""What a run really read, as a file that repeats it: ``param_scope.used()`` and ``--save-params``.

The form of the file and its digest are the core's (``report::written``): one line of TOML for each parameter, its source
and its default as a comment, so that ``-C`` loads it like any other file. Here is what a Python object is written as.
"""
# What stands here is of any type: a checker that knows that much and no more is content.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from hyperparameter import _native


class Row(NamedTuple):
    """One parameter that was read."""

    key: str
    literal: str | None  # its value as TOML; None for one that cannot be written
    default: str | None  # the default as TOML, if it has one that can be written
    is_default: bool
    source: str
    pinned: bool
    shown: str  # the value for a person


class Used(dict[str, Any]):
    """The parameters that were read so far, with the values in force here, defaults included.

    >>> with param_scope({"used_example.lr": 0.5}):
    ...     _ = param_scope.used_example.lr | 0.1, param_scope.used_example.steps | 10
    ...     used = param_scope.used()
    >>> used["used_example.lr"], used["used_example.steps"]
    (0.5, 10)
    >>> [line for line in str(used).splitlines() if line.startswith("used_example.steps")]
    ['used_example.steps = 10  # default, ...']
    """

    def __init__(self, values: Mapping[str, Any], scope: Any) -> None:
        super().__init__(values)
        self._rows = sorted(_rows(values, scope), key=lambda row: row.key.split("."))

    @property
    def sources(self) -> dict[str, str]:
        """Where each value came from; of a default, where that is declared."""
        return {row.key: row.source for row in self._rows}

    @property
    def digest(self) -> str:
        """Of the keys and values: two runs with equal parameters have one digest, wherever they came from."""
        return _native.saved_digest(self._rows)

    def __str__(self) -> str:
        """The text of a file that repeats the run."""
        return _native.saved_text(self._rows)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, whole or not at all. Raises ``OSError``."""
        target = os.path.realpath(path)
        if os.path.exists(target) and not os.path.isfile(target):  # a pipe or a device
            with open(target, "w", encoding="utf-8") as file:
                file.write(str(self))
            return
        beside = f"{target}.{os.getpid()}.tmp"
        try:
            with open(beside, "w", encoding="utf-8", newline="\n") as file:
                file.write(str(self))
            os.replace(beside, target)
        except BaseException:
            if os.path.exists(beside):
                os.unlink(beside)
            raise


# ---- from the store --------------------------------------------------------------------------------------------------


def _rows(values: Mapping[str, Any], scope: Any) -> Iterator[Row]:
    for key, value in values.items():
        told = scope.explain(key)
        default = told.defaults[0].value if told.defaults else None
        value = told.text if told.text is not None and _is_string(told) else told.value if told.is_set else value
        plain = _plain(value)
        if isinstance(plain, dict) and plain and _is_laid_out(plain):
            # Each leaf is a parameter of its own (rule K5).
            for name, leaf in _leaves(key, plain):
                if name not in values:
                    yield _row(name, leaf, told, _below(default, name[len(key) + 1 :]))
        else:
            yield _row(key, plain, told, default if told.defaults else _UNWRITABLE)


def _row(key: str, plain: Any, told: Any, default: Any) -> Row:
    literal, usual = _literal(plain), _literal(_plain(default))
    place = told.source if told.is_set else told.defaults[0].source if told.defaults else ""
    shown = f"a {type(told.value).__name__}" if literal is None else ""
    return Row(key, literal, usual, not told.is_set, place, told.pinned, shown)


def _is_string(told: Any) -> bool:
    """Whether text was read as a string: then its characters are what counts."""
    return any(isinstance(reading, str) for reading in told.readings)


class _Unwritable:
    pass


_UNWRITABLE = _Unwritable()


def _leaves(key: str, value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, one in value.items():
        full = f"{key}.{name}"
        if isinstance(one, dict) and one and _is_laid_out(one):
            yield from _leaves(full, one)
        else:
            yield full, one


def _below(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = _plain(value)
        value = value.get(name, _UNWRITABLE) if isinstance(value, dict) else _UNWRITABLE
    return value


def _is_laid_out(value: Any) -> bool:
    try:
        return isinstance(value, dict) and all(isinstance(name, str) and _native.key_hash(name) >= 0 for name in value)
    except _native.InvalidKey:
        return False


def _plain(value: Any) -> Any:
    """The value as a file can hold it: an enum's name, a path's text, a dataclass's fields, a tuple's items."""
    if hasattr(type(value), "__members__"):
        return value.name
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return value
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(item) for item in value), key=repr)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    fields = getattr(type(value), "__dataclass_fields__", None)
    if fields is not None:
        return {name: _plain(getattr(value, name, _UNWRITABLE)) for name, field in fields.items() if field.init}
    for number in ("__index__", "__float__"):  # NumPy-like scalars
        if getattr(value, "ndim", None) == 0 and hasattr(value, number):
            return getattr(value, number)()
    return _UNWRITABLE


def _literal(value: Any) -> str | None:
    """A value as TOML, on one line; ``None`` for what cannot be written."""
    if value is _UNWRITABLE:
        return None
    try:
        text: str = _native.dump({"x": [value]}, "toml")
    except (_native.HyperparameterError, TypeError, ValueError):
        return None
    literal = text.removeprefix("x = [").rstrip("\n").removesuffix("]")
    return None if "\n" in literal else literal


# ---- from a file -----------------------------------------------------------------------------------------------------


class Saved(NamedTuple):
    """One line of a saved file."""

    key: str
    value: Any
    default: Any  # _UNWRITABLE if the file does not say
    source: str
    pinned: bool
    place: tuple[str, int, int]

    @property
    def has_default(self) -> bool:
        """Whether the file says what the default was."""
        return self.default is not _UNWRITABLE


class Changed(NamedTuple):
    """A default in the code that is not what it was when a file was saved."""

    key: str
    before: Any
    now: Any
    value: Any  # the one that is in the file, and so in force
    where: str  # where the default is declared now
    place: tuple[str, int, int]

    def __str__(self) -> str:
        at = f"{self.place[0]}:{self.place[1]}"
        return (
            f"{at}: the default of {self.key} was {self.before!r} when this file was saved and is {self.now!r} now "
            f"({self.where}); the file's {self.value!r} is in force"
        )


def is_saved(path: str) -> bool:
    """Whether a file was written by :class:`Used`. Raises ``ConfigError`` for one of a later version of this package."""
    try:
        with open(path, encoding="utf-8") as file:
            first = file.readline()
    except (OSError, UnicodeError):
        return False
    try:
        return _native.is_saved(first)
    except _native.ConfigError as error:
        raise _native.ConfigError(f"{path}: {error}") from None


def saved(path: str) -> list[Saved]:
    """The parameters of a saved file. Raises ``ConfigError`` and ``OSError``."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    found: list[Saved] = []
    for key, value, words, _ in _native.Config([("file", path, None)]).entries():
        _, line, column = words.rsplit(":", 2)
        source, pinned, is_default, default = _native.saved_note(lines[int(line) - 1])
        before = value if is_default else _UNWRITABLE if default is None else _parsed(default)
        found.append(Saved(key, value, before, source, pinned, (path, int(line), int(column))))
    return found


def _parsed(literal: str) -> Any:
    try:
        return _native.Config([("text", "default", "toml", f"x = {literal}")]).value()["x"]
    except _native.HyperparameterError:
        return _UNWRITABLE


def changed_defaults(rows: list[Saved]) -> list[Changed]:
    """Which of the saved parameters have another default in the code that is imported now.

    >>> from hyperparameter.cli.used import changed_defaults
    >>> changed_defaults([])
    []
    """
    now = {str(row["key"]): row for row in _native.declared()}
    found: list[Changed] = []
    for row in rows:
        declared = now.get(row.key)
        if declared is None or not declared["has_default"] or row.default is _UNWRITABLE:
            continue
        usual = _plain(declared["default"])
        if usual is not _UNWRITABLE and _literal(usual) != _literal(row.default):
            where = declared["places"][0][1] or "declared in code"
            found.append(Changed(row.key, row.default, declared["default"], row.value, where, row.place))
    return found
