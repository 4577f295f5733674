"""The parameters of a program or a package, and which keys of a config file belong to them."""

from __future__ import annotations

import os

from hyperparameter._native import nearest
from hyperparameter.tool import UsageError, files, programs, warn
from hyperparameter.tool.show import fits, merged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Row = dict[str, Any]

SCALARS = ("bool", "int", "float", "str", "number", "bytes", "Path")


class Declared:
    """What code declares and reads, one row for each key."""

    def __init__(self, rows: list[Row]) -> None:
        self.exact = {row["key"]: row for row in rows if "*" not in row["key"]}
        self.patterns = [row for row in rows if "*" in row["key"]]
        self.below: dict[str, list[Row]] = {}  # by each key that encloses some
        for row in rows:
            segments = row["key"].split(".")
            for at in range(1, len(segments)):
                self.below.setdefault(".".join(segments[:at]), []).append(row)

    def row(self, key: str) -> Row | None:
        """The parameter of this key, its name computed perhaps."""
        if key in self.exact:
            return self.exact[key]
        return next((row for row in self.patterns if matches(key, row["key"])), None)

    def inside(self, key: str, value: Any) -> list[tuple[str, Any, Row]]:
        """The parameters that are read out of a list or a map: the key of each, its value and its row."""
        return [
            (".".join([key, *path]), item, row)
            for row in self.below.get(key, [])
            for path, item in _walked(value, row["key"].split(".")[key.count(".") + 1 :])
        ]

    def outer(self, key: str) -> Row | None:
        """The parameter to which a key below it belongs: its dictionary, its class, its list."""
        segments = key.split(".")
        outer = (self.exact.get(".".join(segments[:at])) for at in range(len(segments) - 1, 0, -1))
        return next((row for row in outer if row is not None), None)

    def covers(self, key: str, value: Any) -> bool:
        """Whether something reads this key, or what is in its value, or what encloses it."""
        if self.row(key) is not None or (key in self.below and isinstance(value, (dict, list))):
            return True
        outer = self.outer(key)
        if outer is None or outer["type"] in SCALARS:
            return False
        return outer["fields"] is None or key[len(outer["key"]) + 1 :].partition(".")[0] in outer["fields"]

    def near(self, key: str) -> list[str]:
        """The keys that were probably meant: those of the same namespace before others."""
        beside = self.beside(key)
        return nearest(key, beside, 3) or ([] if beside else nearest(key, list(self.exact), 3))

    def beside(self, key: str) -> list[str]:
        """What the namespace of a key has, or the dataclass to which it belongs."""
        outer = self.outer(key)
        if outer is not None and outer["fields"]:
            return [f"{outer['key']}.{name}" for name in outer["fields"]]
        return [row["key"] for row in self.below.get(key.rpartition(".")[0], [])]


def of(targets: Iterable[str]) -> Declared:
    """What programs or packages declare and read.

    A file is a program: what its own imports declare belongs to it. Raises :class:`UsageError`.
    """
    places: list[Row] = []
    for target in targets:
        if os.path.isfile(target):
            places += programs.program(target, warn)[0]
            continue
        try:
            places += files.found(files.sources(target), warn)
        except files.NotFound as error:
            raise UsageError(str(error)) from None
    return Declared(merged(places))


def matches(key: str, pattern: str) -> bool:
    """Whether a key may be what a computed name makes; the last segment of a pattern may stand for several.

    >>> matches("layers.3.size", "layers.*.size"), matches("plug.a.b", "plug.*"), matches("plug", "plug.*")
    (True, True, False)
    """
    if pattern.endswith(".*"):
        length = pattern.count(".") + 1
        segments = key.split(".")
        return len(segments) >= length and fits(".".join(segments[:length]), pattern)
    return fits(key, pattern)


def _walked(value: Any, path: list[str]) -> list[tuple[list[str], Any]]:
    """The values at a path of names and indices in a list or a map; ``*`` is each of them."""
    if not path:
        return [([], value)]
    items: dict[str, Any] = {}
    if isinstance(value, dict):
        items = {**value}
    elif isinstance(value, list):
        listed: list[Any] = [*value]
        items = {str(at): item for at, item in enumerate(listed)}
    names = items if path[0] == "*" else [path[0]] if path[0] in items else []
    return [([name, *rest], item) for name in names for rest, item in _walked(items[name], path[1:])]
