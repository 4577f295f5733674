"""What every peer's script runs: statements in a loop, each long enough to be seen, their nanoseconds as JSON.

Only the standard library: it runs in each peer's own environment.
"""

from __future__ import annotations

import contextlib
import gc
import json
import sys
from itertools import repeat
from time import perf_counter_ns

TEMPLATE = """
def run(_times, _clock=_clock):
    _began = _clock()
    for _ in _times:
        {statement}
    return _clock() - _began
"""
READS = 1_000_000


def run(operations, checks=(), seconds=1.0, injected=None):
    """`operations`: name -> (statement, its names) or (statement, its names, what it runs inside of).

    A statement runs 1,000,000 times, or as often as `seconds` allow, in five parts of which the least counts; the empty
    loop is taken off. `injected`: a decorated function that times a loop over its own argument, and what it is called
    inside of. `checks`: pairs that must be equal, so that nothing is timed that gives the wrong answer.
    """
    for got, wanted in checks:
        if got != wanted:
            sys.exit(f"{sys.argv[0]}: read {got!r} instead of {wanted!r}")
    gc.disable()
    empty = timed("pass", {}, contextlib.nullcontext(), seconds)
    found = {}
    if injected:
        function, inside = injected
        with inside:
            least = min(function(repeat(None, READS)) / READS for _ in range(5))
        found["read: injected argument"] = max(0.0, least - empty)
    for name, (statement, names, *inside) in operations.items():
        found[name] = max(
            0.0, timed(statement, names, inside[0] if inside else contextlib.nullcontext(), seconds) - empty
        )
    print(json.dumps(found))


def timed(statement, names, inside, seconds):
    space = dict(names, _clock=perf_counter_ns)
    exec(TEMPLATE.format(statement=statement), space)
    body = space["run"]
    with inside:
        each = body(repeat(None, 500)) / 500
        loops = max(100, min(READS, int(seconds * 1e9 / max(each, 1))) // 5)
        return min(body(repeat(None, loops)) / loops for _ in range(5))
