"""This project, from its release wheel."""

from time import perf_counter_ns

import _measure

from hyperparameter import auto_param
from hyperparameter import param_scope as ps

inside = ps({"model.layers.0.size": 64})


@auto_param("model.layers.0")
def f(x, size=10):
    return size


@auto_param("model.layers.0")
def loop(times, size=10):
    began = perf_counter_ns()
    for _ in times:
        size
    return perf_counter_ns() - began


names = {"ps": ps, "f": f, "prepared": ps({"model.layers.0.size": 64})}


with inside:
    checks = [(ps.model.layers[0].size | 10, 64), (f(0), 64)]
checks += [(ps.model.layers[0].size | 10, 10), (f(0), 10)]
_measure.run(
    {
        "read: param_scope, set": ("ps.model.layers[0].size | 10", names, inside),
        "read: param_scope, default": ("ps.model.layers[0].size | 10", names),
        "read: param_scope['…'] | 10, set": ("ps['model.layers.0.size'] | 10", names, inside),
        "call: auto_param, one value set": ("f(0)", names, inside),
        "call: auto_param, nothing set": ("f(0)", names),
        "scope: with a prepared scope": ("with prepared: pass", names),
        "scope: with param_scope({...})": ("with ps({'model.layers.0.size': 64}): pass", names),
    },
    checks,
    injected=(loop, inside),
)
