"""The files of a program, and what is known of all of them together."""

from __future__ import annotations

import os
import sys

from hyperparameter.tool.files import installed, load, module_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hyperparameter.tool.files import Warn

    Json = dict[str, Any]

_MOST_FILES = 2_000


def program(path: str, warn: Warn) -> tuple[list[Json], list[Json]]:
    """What is known of a program: the places of its parameters, and the arguments of each function that it launches.

    Read are its file and the files of its own that it imports.

    Its own are those below its folder, or below that of the package in which it stands. A script without neighbours, which
    ``pip`` makes for an entry point, has those of the packages that it imports.
    """
    path = os.path.realpath(path)
    first = load(path, warn, imports=True)
    if first is None:
        return [], []
    top, name = _root(path)
    roots = [top]
    records = {path: first}
    names = {path: name}
    waiting = [path]
    known: dict[str, str | None] = {}
    while waiting and len(records) < _MOST_FILES:
        here = waiting.pop()
        is_package = os.path.basename(here) == "__init__.py"
        for wanted in records[here]["imports"]:
            dotted = _absolute(wanted, names[here], is_package)
            if here == path and dotted:
                _own_root(dotted.partition(".")[0], roots)
            for module in _with_parents(dotted):
                if module not in known:
                    known[module] = next(filter(None, (module_file(root, module) for root in roots)), None)
                file = known[module]
                if file is not None and file not in records:
                    record = load(file, warn, imports=True)
                    if record is not None:
                        records[file], names[file] = record, module
                        waiting.append(file)
    places = [{**row, "file": file} for file, record in records.items() for row in record["found"]]
    for here in [path, *(file for file in records if names[file] in first["imports"] or _imports(first, names[file]))]:
        is_package = os.path.basename(here) == "__init__.py"
        programs: list[Json] = list(records[here]["programs"])
        for wanted in records[here]["launched"]:
            module, _, function = _absolute(wanted, names[here], is_package).rpartition(".")
            one = records.get(known.get(module) or "", {}).get("functions", {}).get(function)
            programs += [] if one is None else [one]
        if programs:
            return places, programs
    return places, []


def _imports(record: Json, module: str) -> bool:
    """Whether a name of this module is imported: the function of an entry point."""
    return any(wanted.rpartition(".")[0] == module for wanted in record["imports"])


def _root(path: str) -> tuple[str, str]:
    """The folder from which a file's own modules are imported, and the file's name as a module."""
    top, name = os.path.split(path)
    name = name.removesuffix(".py")
    while os.path.isfile(os.path.join(top, "__init__.py")):
        top, package = os.path.split(top)
        name = package if name == "__init__" else f"{package}.{name}"
    return top, name


def _own_root(top: str, roots: list[str]) -> None:
    """The folder of an installed package that an entry point's script imports, as one more root."""
    if top in sys.stdlib_module_names or top == "hyperparameter" or any(module_file(root, top) for root in roots):
        return
    if not os.path.dirname(roots[0]) or os.path.basename(roots[0]) not in ("bin", "Scripts"):
        return
    for place in installed(top):
        root = os.path.dirname(place)
        if root not in roots:
            roots.append(root)


def _absolute(dotted: str, module: str, is_package: bool) -> str:
    """A name as it is imported, without the dots in front.

    >>> _absolute("..x.y", "a.b.c", False), _absolute(".x", "a.b", True), _absolute("x.y", "a", False)
    ('a.x.y', 'a.b.x', 'x.y')
    """
    level = len(dotted) - len(dotted.lstrip("."))
    if not level:
        return dotted
    parts = module.split(".") if is_package else module.split(".")[:-1]
    return ".".join([*parts[: len(parts) - (level - 1)], *filter(None, [dotted[level:]])])


def _with_parents(dotted: str) -> list[str]:
    parts = dotted.split(".") if dotted else []
    return [".".join(parts[: n + 1]) for n in range(len(parts))]
