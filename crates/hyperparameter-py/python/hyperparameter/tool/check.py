"""``hp check``: what is wrong about config files, all of it at once, before a program runs with them."""

from __future__ import annotations

import os
import sys

from hyperparameter import ConfigError
from hyperparameter._native import Config
from hyperparameter.tool import UsageError, declared, say
from hyperparameter.tool.annotations import converter
from hyperparameter.tool.show import print_json, shown
from hyperparameter.tool.terminal import BOLD, RED, paint, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hyperparameter.tool.declared import Declared

    Row = dict[str, Any]


def command(paths: list[str], targets: list[str], form: str) -> int:
    """Print each problem of the files, which are read together as a program reads them; 2 if there are any, else 0."""
    known = declared.of(targets)
    config = load(paths)
    found = problems(config, known)
    count = len(found)
    if form == "json":
        print_json(found)
    elif found:
        for row in found:
            print(_line(row), file=sys.stderr)
        say(f"{count} problem{'s' * (count > 1)} in {', '.join(paths)}")
    else:
        count = len(config.entries())
        print(f"{', '.join(map(plain, paths))}: {count} key{'s' * (count != 1)}, nothing wrong")
    return 2 if found else 0


def load(paths: list[str]) -> Config:
    """The files together; ``toml:-`` is standard input. Raises :class:`UsageError` with the whole message of the loader."""
    inputs: list[tuple[str, str, str | None]] = []
    for path in paths:
        if is_input(path):
            inputs.append(("file", "-", path[:-2]))
        elif path == "-":
            raise UsageError("standard input has no name that says its format: write toml:-, json:- or yaml:-")
        elif not os.path.exists(path):
            raise UsageError(f"no file {path!r}")
        else:
            inputs.append(("file", path, None))
    try:
        return Config(inputs)
    except ConfigError as error:
        raise UsageError(str(error)) from None


def is_input(name: str) -> bool:
    """Whether it is standard input in some format."""
    return name in ("toml:-", "json:-", "yaml:-")


def problems(config: Config, known: Declared) -> list[Row]:
    """Each value that nothing declares or that does not convert, in the order of the files."""
    found: list[Row] = []
    for key, value, _, _ in config.entries():
        row = known.row(key)
        if row is not None:
            found += _converted(config, key, key, value, row)
        elif known.covers(key, value):
            for inner, item, row in known.inside(key, value):
                found += _converted(config, inner, key, item, row)
        else:
            found.append(_unknown(config, key, known))
    return sorted(found, key=lambda row: (row["file"], row["line"] or 0, row["column"] or 0))


def _converted(config: Config, key: str, entry: str, value: Any, row: Row) -> list[Row]:
    """What is wrong about the value of a parameter: nothing, or one row. ``entry`` is the key that holds it."""
    ask = converter(row["type"], row["annotated"], row["value"])
    if ask is None:
        return []
    try:
        ask(value)
    except ValueError as error:
        article = "an" if row["type"][:1] in "aeiouAEIOU" else "a"
        return [_problem(config, key, entry, f"{key}: {error}", f"give {article} {row['type']} ({_place(row)})")]
    return []


def _unknown(config: Config, key: str, known: Declared) -> Row:
    outer = known.outer(key)
    near = known.near(key)
    if outer is not None and not outer["fields"]:
        said, mend = (
            f"unknown key {key!r}",
            f"{outer['key']} is a {outer['type']} with nothing below it ({_place(outer)})",
        )
    elif key in known.below:
        said = f"{key!r} is no parameter, others stand below it"
        mend = f"there are {', '.join(row['key'] for row in known.below[key][:3])}"
    elif near:
        said, mend = f"unknown key {key!r}", f"did you mean {' or '.join(near)}?"
    else:
        beside = known.beside(key)
        said = f"unknown key {key!r}"
        mend = f"beside it there are {', '.join(beside[:5])}" if beside else "no code that was read has it"
    return _problem(config, key, key, said, mend)


def _place(row: Row) -> str:
    default = f", default {row['default']}" if row["default"] is not None else ""
    return f"{row['kind']} at {row['file']}:{row['line']}{default}"


def _problem(config: Config, key: str, entry: str, said: str, mend: str) -> Row:
    at = config.source(key.split(".")) or config.source(entry.split("."))
    words, file, line, column = at or ("", None, None, None)
    return {"key": key, "file": file or words, "line": line, "column": column, "problem": said, "mend": mend}


def _line(row: Row) -> str:
    where = ":".join(str(part) for part in (shown(row["file"]), row["line"], row["column"]) if part is not None)
    said = f"{paint(plain(where), BOLD, sys.stderr)}: {paint(plain(row['problem']), RED, sys.stderr)}"
    return f"{said}; {plain(row['mend'])}"
