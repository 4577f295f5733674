"""What an error or a warning must say."""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# The types that Python calls by another name than the vectors.
_NAMES = {"string": "str", "map": "dict"}


class Differs(AssertionError):
    """The package does not do what the case says."""


def check_error(error: Exception, expected: dict[str, Any], where: str) -> None:
    """The kind, the key, the position and the words of an error."""
    kinds = [cls.__name__ for cls in type(error).__mro__]
    text = str(error)
    said = f"{where}: {type(error).__name__}: {text[:500]}"
    if expected["kind"] not in ("any", *kinds):
        raise Differs(f"{said}\nwhere a {expected['kind']} is expected") from error
    if "key" in expected and getattr(error, "key", expected["key"]) != expected["key"]:
        raise Differs(f"{said}\nits key is {getattr(error, 'key', None)!r}, not {expected['key']!r}") from error
    words = [expected["key"]] if "key" in expected else []
    for word in (*words, *expected.get("mentions", ()), *expected.get("near", ())):
        if word not in text:
            raise Differs(f"{said}\nit does not say {word!r}") from error
    for name in expected.get("near", ()):
        if name not in getattr(error, "near", ()):
            raise Differs(f"{said}\n{name!r} is not among its near names") from error
    for name in ("at", "line"):
        if name in expected and not _is_at(error, name, expected[name]):
            raise Differs(f"{said}\nit does not give {name} {expected[name]}") from error


def _is_at(error: Exception, name: str, number: int) -> bool:
    if hasattr(error, name):
        return bool(getattr(error, name) == number)
    word = "byte" if name == "at" else "line"
    return re.search(rf"\b{word} {number}\b", str(error)) is not None


class Recorder:
    """The warnings of each thread since they were last asked for. Turns the filter to "always" while it is open."""

    def __init__(self) -> None:
        self._of_thread = threading.local()

    def _show(self, message: Any, category: type[Warning], *_: Any, **__: Any) -> None:
        # Others (a ResourceWarning of the garbage collector) are not the package's.
        if issubclass(category, UserWarning):
            self._list().append(str(message))

    def _list(self) -> list[str]:
        if not hasattr(self._of_thread, "list"):
            self._of_thread.list = []
        found: list[str] = self._of_thread.list
        return found

    def check(self, expected: list[dict[str, Any]], where: str) -> None:
        """This thread's new warnings are those: in number, and in words."""
        new = self._list()
        self._of_thread.list = []
        if len(new) != len(expected):
            raise Differs(f"{where}: {len(new)} warnings where {len(expected)} are expected: {new}")
        for text, want in zip(new, expected, strict=True):
            wanted = [_NAMES.get(want["wanted"], want["wanted"])] if "wanted" in want else []
            for word in (want["key"], *wanted, *want.get("mentions", ())):
                if word not in text:
                    raise Differs(f"{where}: the warning does not say {word!r}: {text}")


_one_at_a_time = threading.RLock()


@contextmanager
def recorded() -> Iterator[Recorder]:
    """Records warnings; the filters belong to the process, so one case at a time."""
    recorder = Recorder()
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = recorder._show  # type: ignore[assignment]
        yield recorder
