"""Which parameters there are, and which names are near (the rule about unknown keys)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any, NamedTuple

from hyperparameter import _native


def nearest(word: str, names: Iterable[str], most: int = 3) -> list[str]:
    """The names nearest to a word, the nearest first; none if none is near."""
    return list(_native.nearest(word, list(names), most))


class Unknown(NamedTuple):
    """A key that nobody declares and nothing reads, as far as that can be known."""

    near: list[str]  # the names that were probably meant
    wrong: (
        bool  # whether it is surely a mistake: its namespace is known, or a name is near; else a plugin may declare it
    )


class Known:
    """The keys that are known now; those that are read in place are looked up in the source when it is first needed."""

    def __init__(self, declared: Iterable[str], reads: dict[str, Read] | None = None) -> None:
        self.declared = set(declared)
        self._reads = reads

    @property
    def reads(self) -> dict[str, Read]:
        """What the source of the imported modules reads in place, by its key; ``*`` is a computed segment."""
        if self._reads is None:
            self._reads = {read.key: read for read in in_source() if read.key not in self.declared}
        return self._reads

    def names(self) -> list[str]:
        """Every known key, in order."""
        return sorted(self.declared | {key for key in self.reads if "*" not in key})

    def unknown(self, key: str) -> Unknown | None:
        """``None`` if a key is known, else what is to be said of it.

        What lies under a known key (a leaf of its dictionary, an element of its list) and what encloses some is known too.

        >>> known = Known(["train.lr", "train.steps", "train.opt"], {})
        >>> known.unknown("train.lr"), known.unknown("train.opt.eps"), known.unknown("train")
        (None, None, None)
        >>> known.unknown("train.lrr"), known.unknown("trian.lr")
        (Unknown(near=['train.lr'], wrong=True), Unknown(near=['train.lr'], wrong=True))
        >>> known.unknown("network.lr")
        Unknown(near=['train.lr'], wrong=False)
        """
        if _is_among(key, self.declared) or _is_among(key, self.reads):
            return None
        if any(_fits(key, pattern) for pattern in self.reads if "*" in pattern):
            return None
        names = self.names()
        meant = _native.unknown(key, names)
        return Unknown(nearest(key, names), False) if meant is None else Unknown(list(meant), True)


def _is_among(key: str, names: Iterable[str]) -> bool:
    return key in names or any(key.startswith(name + ".") or name.startswith(key + ".") for name in names)


def _fits(key: str, pattern: str) -> bool:
    """Whether a key, or what encloses or lies under it, is one that computed segments can make."""
    pairs = zip(key.split("."), pattern.split("."), strict=False)
    return all(wanted in ("*", segment) for segment, wanted in pairs)


# ---- reads in place, found in source ---------------------------------------------------------------------------------


class Read(NamedTuple):
    """A read in place, ``param_scope.a.b | 1``, that stands in the source of an imported module."""

    key: str
    default: str | None  # as it is written
    type: str
    place: str


def in_source() -> list[Read]:
    """The reads in place in the source of every module that is imported now, the standard library's left out."""
    found: list[Read] = []
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and not _is_foreign(path):
            found += [_read(row, path) for row in _found(module, path)]
    found += [_read(row, "-c") for row in _found_in(_given().encode("utf-8", "replace"))]
    return found


def _read(row: dict[str, Any], path: str) -> Read:
    default = row["default"]
    return Read(row["key"], default, row["type"], f"{path}:{row['line']}")


def _is_foreign(path: str) -> bool:
    """Whether a module is of the standard library or of this package."""
    if path.startswith((_LIBRARY, "<")) and "site-packages" not in path:
        return True
    return path.startswith(_PACKAGE) and os.sep + "examples" + os.sep not in path


_LIBRARY = os.path.dirname(os.__file__) + os.sep
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def _found(module: Any, path: str) -> list[dict[str, Any]]:
    if os.path.isfile(path):
        if not path.endswith((".py", ".pyw")) and module is not sys.modules.get("__main__"):
            return []  # an extension
        from hyperparameter.tool import files

        record = files.load(path, lambda text: None)
        return [row for row in record["found"] if row["kind"] == "read"] if record is not None else []
    spec: Any = getattr(module, "__spec__", None)
    get_source = getattr(getattr(spec, "loader", None), "get_source", None)
    if get_source is None:
        return []
    try:
        source = get_source(spec.name)  # in a zip file
    except Exception:  # a loader of the program's own
        return []
    return _found_in(source.encode("utf-8", "replace")) if isinstance(source, str) else []


def _found_in(data: bytes) -> list[dict[str, Any]]:
    from hyperparameter.tool import static

    if not static.mentions(data):
        return []
    try:
        record = static.analyse(data)
    except (SyntaxError, UnicodeError, LookupError):
        return []
    return [row._asdict() for row in record.found if row.kind == static.READ]


def _given() -> str:
    """The program of ``python -c``."""
    words = list(getattr(sys, "orig_argv", []))
    return words[words.index("-c") + 1] if sys.argv[:1] == ["-c"] and "-c" in words[:-1] else ""
