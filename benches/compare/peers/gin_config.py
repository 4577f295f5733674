"""gin: values are injected as arguments of configurables."""

from contextlib import nullcontext
from time import perf_counter_ns

import _measure
import gin


@gin.configurable
def f(x, size=10):
    return size


@gin.configurable
def unset(x, size=10):
    return size


@gin.configurable
def loop(times, size=10):
    began = perf_counter_ns()
    for _ in times:
        size
    return perf_counter_ns() - began


gin.parse_config("f.size = 64\nloop.size = 64")
names = {"gin": gin, "f": f, "unset": unset}
_measure.run(
    {
        "read: query_parameter": ("gin.query_parameter('f.size')", names),
        "call: @configurable, one value set": ("f(0)", names),
        "call: @configurable, nothing set": ("unset(0)", names),
        "scope: with config_scope": ("with gin.config_scope('s'): pass", names),
    },
    [(gin.query_parameter("f.size"), 64), (f(0), 64), (unset(0), 10)],
    injected=(loop, nullcontext()),
)
