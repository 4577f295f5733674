"""The public `hyperparameter` 0.6.0 (`scope` and `param` there)."""

from time import perf_counter_ns

import _measure

from hyperparameter import param
from hyperparameter import scope as ps


def inside():
    return ps(**{"model.layers.first.size": 64})


@param("model.layers.first")
def f(x, size=10):
    return size


@param("model.layers.first")
def loop(times, size=10):
    began = perf_counter_ns()
    for _ in times:
        size
    return perf_counter_ns() - began


# It has no index: the key is spelled with a name in the index's place.
entered = inside()
names = {"ps": ps, "f": f, "prepared": inside(), "entered": entered}
with entered:
    checks = [(ps.model.layers.first.size | 10, 64), (entered.model.layers.first.size | 10, 64), (f(0), 64)]
    checks += [(entered.get("model.layers.first.size"), 64)]
checks += [(ps.model.layers.first.size | 10, 10), (f(0), 10)]
_measure.run(
    {
        "read: entered scope, set": ("entered.model.layers.first.size | 10", names, entered),
        "read: entered scope, default": ("entered.model.layers.absent.size | 10", names, entered),
        "read: scope.…, set": ("ps.model.layers.first.size | 10", names, inside()),
        "read: entered.get('…')": ("entered.get('model.layers.first.size')", names, entered),
        "call: @param, one value set": ("f(0)", names, inside()),
        "call: @param, nothing set": ("f(0)", names),
        "scope: with a prepared scope": ("with prepared: pass", names),
        "scope: with scope(**{...})": ("with ps(**{'model.layers.first.size': 64}): pass", names),
    },
    checks,
    injected=(loop, inside()),
)
