"""A small harness: many statements timed side by side, the least of many short runs each, the empty loop taken off.

Runs of different statements are interleaved, so that a busy moment of the machine meets all of them; the least is what
the statement costs when nothing interferes.
"""

from __future__ import annotations

import contextlib
import gc
import statistics
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import repeat
from time import perf_counter_ns
from typing import Any

TEMPLATE = """
def run(_times, _clock=_clock):
    _began = _clock()
    for _ in _times:
        {statement}
    return _clock() - _began
"""


@dataclass
class Case:
    """A statement, the names it uses, and what it runs inside of."""

    name: str
    statement: str
    names: dict[str, Any] = field(default_factory=dict)
    inside: Callable[[], AbstractContextManager[Any]] = contextlib.nullcontext
    loops: int = 2000

    def compiled(self) -> Callable[[Iterable[None]], int]:
        space = dict(self.names, _clock=perf_counter_ns)
        exec(TEMPLATE.format(statement=self.statement), space)
        return space["run"]


@dataclass
class Timing:
    """Nanoseconds of one run of a statement."""

    least: float
    median: float


def measure(cases: Iterable[Case], rounds: int = 150) -> dict[str, Timing]:
    """The timings of the cases, in their order, the empty loop taken off."""
    cases = [Case("", "pass"), *cases]
    runs = [case.compiled() for case in cases]
    found: list[list[float]] = [[] for _ in cases]
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        for case, run in zip(cases, runs, strict=True):  # the interpreter specialises a loop while it runs
            with case.inside():
                run(repeat(None, 100))
        for _ in range(rounds):
            for case, run, times in zip(cases, runs, found, strict=True):
                with case.inside():
                    times.append(run(repeat(None, case.loops)) / case.loops)
    finally:
        if was_enabled:
            gc.enable()
    empty = found[0]
    return {
        case.name: Timing(min(times) - min(empty), statistics.median(times) - statistics.median(empty))
        for case, times in zip(cases[1:], found[1:], strict=True)
    }
