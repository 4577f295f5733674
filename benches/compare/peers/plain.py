"""Plain Python: what there is without any library."""

import dataclasses
from contextvars import ContextVar

import _measure


@dataclasses.dataclass
class Layer:
    size: int = 10


@dataclasses.dataclass
class Model:
    layers: list[Layer]


@dataclasses.dataclass
class Config:
    model: Model


config = Config(Model([Layer(64)]))
size = ContextVar("size", default=10)
size.set(64)


def f(x, size=10):
    return size


names = {"config": config, "size": size, "f": f}
_measure.run(
    {
        "read: dataclass attribute": ("config.model.layers[0].size", names),
        "read: ContextVar": ("size.get()", names),
        "call: plain function": ("f(0)", names),
        "scope: ContextVar set, reset": ("size.reset(size.set(1))", names),
    },
    [(config.model.layers[0].size, 64), (size.get(), 64), (f(0), 10)],
)
