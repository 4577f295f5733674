"""The encodings of values: what is given to the package, what is expected of it, and when two are the same."""

from __future__ import annotations

import math
from typing import Any, NamedTuple


class Host:
    """An opaque object."""

    def __init__(self, label: str) -> None:
        self.label = label

    def __repr__(self) -> str:
        return f"<host {self.label}>"


class Same(NamedTuple):
    """Expected: this very object, with this content."""

    object: Any
    value: Any


class Other(NamedTuple):
    """Expected: this content, and not this object."""

    object: Any
    value: Any


class Values:
    """Decodes the values of one case; a label stands for one object."""

    def __init__(self) -> None:
        self.hosts: dict[str, Host] = {}
        self.labelled: dict[str, Any] = {}

    def given(self, of: Any) -> Any:
        """The value that is handed to the package."""
        return self._decoded(of, False)

    def expected(self, of: Any) -> Any:
        """The value that `exact` compares with what the package gave."""
        return self._decoded(of, True)

    def _decoded(self, of: Any, expected: bool) -> Any:
        if isinstance(of, list):
            return [self._decoded(item, expected) for item in of]
        if not isinstance(of, dict):
            return of
        mark, inner = next(iter(of.items())) if len(of) == 1 else ("", None)
        if not mark.startswith("$"):
            return {name: self._decoded(item, expected) for name, item in of.items()}
        if mark == "$float":
            return float(inner)
        if mark == "$int":
            return int(inner)
        if mark in ("$repeat", "$units"):
            return string(of)
        if mark == "$tuple":
            return tuple(self._decoded(item, expected) for item in inner)
        if mark == "$set":
            return {self._decoded(item, expected) for item in inner}
        if mark == "$pairs":
            return {name: self._decoded(item, expected) for name, item in inner}
        if mark == "$host":
            return self.hosts.setdefault(inner, Host(inner))
        if mark == "$nest":
            name, depth, value = inner
            made = self._decoded(value, expected)
            for _ in range(depth):
                made = {name: made}
            return made
        label, value = inner
        if mark == "$same" and not expected:
            if label not in self.labelled:
                self.labelled[label] = self._decoded(value, False)
            return self.labelled[label]
        kind = {"$same": Same, "$other": Other}[mark]
        return kind(self.labelled[label], self._decoded(value, True))


def string(of: Any) -> str:
    """A string as the vectors write it: plain, repeated, or in UTF-16 code units."""
    if isinstance(of, str):
        return of
    ((mark, inner),) = of.items()
    if mark == "$repeat":
        head, part, count, tail = inner
        return str(head + part * count + tail)
    assert mark == "$units", f"no string: {of}"
    units = b"".join(unit.to_bytes(2, "little") for unit in inner)
    return units.decode("utf-16-le", "surrogatepass")


def exact(got: Any, want: Any) -> bool:
    """Whether both are one value: of one kind, with one content; the order of a map does not count."""
    if isinstance(want, Same):
        return got is want.object and exact(got, want.value)
    if isinstance(want, Other):
        return got is not want.object and exact(got, want.value)
    if type(got) is not type(want):
        return False
    if isinstance(want, float):
        both_nan = math.isnan(got) and math.isnan(want)
        return both_nan or (got == want and math.copysign(1, got) == math.copysign(1, want))
    if isinstance(want, (list, tuple)):
        return len(got) == len(want) and all(map(exact, got, want))
    if isinstance(want, dict):
        if len(got) != len(want):
            return False
        kinds = {name: type(name) for name in got}
        return all(kinds.get(name) is type(name) and exact(got[name], item) for name, item in want.items())
    if isinstance(want, (set, frozenset)):
        return len(got) == len(want) and all(any(exact(one, other) for one in got) for other in want)
    return bool(got is want or got == want)


def shown(value: Any) -> str:
    """A value for a message, cut where it is long."""
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:300]}…"
