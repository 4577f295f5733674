"""What the vectors need and the public package does not offer: another backend of the package brings its own of these."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import hyperparameter as hp
from hyperparameter import _native


def pinned(pairs: list[str]) -> AbstractContextManager[Any]:
    """Pinned overrides (rule S1) from ``key=text``, as ``--pin`` makes them."""
    entries = []
    for position, pair in enumerate(pairs, 1):
        key, _, text = pair.partition("=")
        entries.append((key, text, True, ("argument", "--pin", position)))
    return _native.pinned(entries)


def lenient() -> AbstractContextManager[Any]:
    """The contrary of ``hp.strict()``, for a stretch of code inside a strict one (rule V5)."""
    return _native.lenient()


def launch(function: Callable[[], Any], define: list[str], pin: list[str]) -> None:
    """A program with this command line. ``launch`` has no ``--pin`` in its first form: the pins are laid around it."""
    with pinned(pin):
        hp.launch(function, ["-D", *define] if define else [])
