"""The files of a program, and what is known of all of them together."""

from __future__ import annotations

import os
import sys

from hyperparameter.tool import cache
from hyperparameter.tool.files import absolute, installed, launched, load, module_file, root_of, with_constants

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hyperparameter.tool.files import Warn

    Json = dict[str, Any]
    Stamp = list[str | int]

_MOST_FILES = 2_000
_DEEPEST = 10  # packages that import a function from each other


def program(path: str, warn: Warn) -> tuple[list[Json], list[Json]]:
    """What is known of a program: the places of its parameters, and the functions that it launches.

    Read are its file and the files of its own that it imports.

    Its own are those below its folder, or below that of the package in which it stands. A script without neighbours, which
    ``pip`` makes for an entry point, has those of the packages that it imports.
    """
    path = os.path.realpath(path)
    # What is kept of each file would do, but a shell waits: 200 of them take 20 ms to open, and 2 ms to look at.
    stamp: Stamp = [f"program {path}", cache.tool(), "\n".join(sys.path)]
    kept = cache.get(stamp)
    if kept is None or any(stamped(each[0]) != each for each in kept["read"]):
        kept = _Reader(path).everything()
        if all(cache.is_settled(each[1]) for each in kept["read"] if len(each) > 1):
            cache.put(stamp, kept)
    for text in kept["warnings"]:
        warn(text)
    return kept["places"], kept["programs"]


def stamped(path: str) -> Stamp:
    """A file or folder with what changes when it changes."""
    try:
        status = os.stat(path)
    except OSError:
        return [path]
    return [path, status.st_mtime_ns, status.st_size]


class _Reader:
    """Reads a program, and remembers what it looked at: files, and folders in which there was no such module."""

    def __init__(self, path: str) -> None:
        self.path = path
        top, name = root_of(path)
        self.roots = [top]
        self.records: dict[str, Json] = {}
        self.names: dict[str, str] = {}
        self.read: dict[str, Stamp] = {}
        self.known: dict[str, str | None] = {}
        self.warnings: list[str] = []
        self.declared: list[Json] = []  # by what another module launches
        self.waiting: list[str] = []
        self.add(path, name)

    def everything(self) -> Json:
        while self.waiting and len(self.records) < _MOST_FILES:
            here = self.waiting.pop()
            is_package = os.path.basename(here) == "__init__.py"
            for wanted in self.records[here]["imports"]:
                dotted = absolute(wanted, self.names[here], is_package)
                if here == self.path and dotted:
                    _own_root(dotted.partition(".")[0], self.roots)
                for module in _with_parents(dotted):
                    file = self.file_of(module)
                    if file is not None and file not in self.records:
                        self.add(file, module)
        programs = self.programs()
        places = [
            row
            for file, record in self.records.items()
            for row in with_constants(record["found"], file, self.names[file], self.file_of)
        ]
        return {
            "places": places + self.declared,
            "programs": programs,
            "warnings": self.warnings,
            "read": list(self.read.values()),
        }

    def add(self, file: str, module: str) -> None:
        self.read[file] = stamped(file)
        record = load(file, self.warnings.append, imports=True)
        if record is not None:
            self.records[file], self.names[file] = record, module
            self.waiting.append(file)

    def file_of(self, module: str) -> str | None:
        if module not in self.known:
            self.known[module] = next(filter(None, (module_file(root, module) for root in self.roots)), None)
            if self.known[module] is None:  # if it comes to be there, one of these folders changes
                for root in self.roots:
                    folder = os.path.join(root, *module.split("."))
                    while not os.path.isdir(folder):
                        folder = os.path.dirname(folder)
                    self.read.setdefault(folder, stamped(folder))
        return self.known[module]

    def programs(self) -> list[Json]:
        """What is launched: by the file itself, else by a module that it imports."""
        first = self.records.get(self.path)
        if first is None:
            return []
        near = [file for file, name in self.names.items() if name in first["imports"] or _imports(first, name)]
        for here in [self.path, *near]:
            programs: list[Json] = list(self.records[here]["programs"])
            for wanted in self.records[here]["launched"]:
                programs += self.launched(wanted, here, 0)
            if programs:
                return programs
        return []

    def launched(self, wanted: str, here: str, depth: int) -> list[Json]:
        """A function of another module; what a package only imports is followed to where it stands."""
        is_package = os.path.basename(here) == "__init__.py"
        module, _, name = absolute(wanted, self.names[here], is_package).rpartition(".")
        file = self.file_of(module) if module else None
        if file is None or file not in self.records or depth > _DEEPEST:
            return []
        known: Json | None = self.records[file]["functions"].get(name)
        if known is not None:
            return [known]
        record = launched(file, name)
        self.declared += [{**row, "file": file} for row in record["found"]]
        inner: list[str] = record["launched"]
        return record["programs"] or [one for further in inner for one in self.launched(further, file, depth + 1)]


def _imports(record: Json, module: str) -> bool:
    """Whether a name of this module is imported: the function of an entry point."""
    return any(wanted.rpartition(".")[0] == module for wanted in record["imports"])


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


def _with_parents(dotted: str) -> list[str]:
    parts = dotted.split(".") if dotted else []
    return [".".join(parts[: n + 1]) for n in range(len(parts))]
