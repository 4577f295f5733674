"""What is wrong with a configuration, as one error."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from hyperparameter import ConfigError, _native
from hyperparameter.convert.marks import MISSING, Problem, untyped

_LONGEST = 80
_MOST = 20
_EXCERPTS = 5  # of more errors no line is shown: all of them stay on one screen


class FieldError(NamedTuple):
    """One mistake of a configuration, in ``ConfigError.errors``.

    ``kind`` is ``"value"``, ``"unknown"`` (no such field) or ``"missing"``; ``value`` is ``None`` for a missing one;
    ``wanted`` is the type expected, ``near`` are fields with a name like it. ``source`` says in words where the value (of
    what is missing, the map around it) stands; ``file``, ``line`` and ``column`` are set where that is a file.
    """

    key: str
    kind: str
    value: Any
    wanted: str
    message: str
    near: tuple[str, ...]
    source: str
    file: str | None
    line: int | None
    column: int | None

    def __str__(self) -> str:
        told = f"{self.key!r}: {self.message}" if self.key else self.message
        return f"{self.source}: {told}" if self.source else told


def config_error(
    problems: Sequence[Problem], native: _native.Config, name: str, texts: Mapping[str, str | bytes]
) -> ConfigError:
    """One error for all problems of a load; of a few, each with its line.

    ``name`` is what was loaded, for what has no place of its own; ``texts`` are what was loaded from no file, by their names.
    """
    found = [_field_error(problem, native, name) for problem in problems]
    first = found[0]
    few = found if len(found) <= _EXCERPTS else []
    shown = [excerpt((one.file, one.line, one.column), texts) for one in few]
    if len(found) == 1:
        text = str(first) + shown[0]
    else:
        shown = shown or [""] * len(found)
        lines = [f"  {one}{line}" for one, line in zip(found[:_MOST], shown, strict=False)]
        more = [f"  … and {len(found) - _MOST} more"] if len(found) > _MOST else []
        text = "\n".join([f"{len(found)} errors in the configuration:", *lines, *more])
    error = ConfigError(text)
    error.key, error.near = first.key, first.near
    error.file, error.line, error.column = first.file, first.line, first.column
    error.errors = tuple(found)
    return error


def excerpt(
    place: tuple[str | None, int | None, int | None] | None, texts: Mapping[str, str | bytes] | None = None
) -> str:
    """The line of a file with a caret under the column; nothing if there is no such line, or the file is gone."""
    path, number, column = place or (None, None, None)
    if path is None or number is None or column is None:
        return ""
    text = (texts or {}).get(path)
    try:
        if text is None:
            with open(path, "rb") as file:
                lines = itertools.islice(file, number - 1, number)
                line = next(lines, None)
        else:
            data = text.encode() if isinstance(text, str) else text
            line = next(iter(data.split(b"\n")[number - 1 : number]), None)
        return "" if line is None else _native.excerpt(line.decode().rstrip("\n"), number, column)
    except (OSError, UnicodeError):
        return ""


def _field_error(problem: Problem, native: _native.Config, name: str) -> FieldError:
    place = None
    at = list(problem.path[:-1] if problem.kind == "missing" else problem.path)
    while at and place is None:  # what stands inside text has the place of the text
        place = native.source(at, problem.kind == "unknown")  # of a name that is no field, the name
        at.pop()
    words, file, line, column = place or (name, None, None, None)
    value = None if problem.value is MISSING else untyped(problem.value)
    message = problem.reason
    if problem.kind == "value" and problem.wanted:
        shown = repr(value)
        shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
        message = f"{shown} does not convert to {problem.wanted} ({problem.reason})"
    key = ".".join(problem.path)
    return FieldError(
        key, problem.kind, value, problem.wanted, message, problem.near, words or name, file, line, column
    )
