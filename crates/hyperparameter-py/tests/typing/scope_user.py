"""A program that uses `param_scope`, for the strict type checkers: never run by the suite, only checked."""

from __future__ import annotations

import asyncio
from typing import Any

from typing_extensions import assert_type

import hyperparameter as hp
from hyperparameter import param_scope


def reads() -> None:
    assert_type(param_scope.model.lr | 0.1, float)
    assert_type(param_scope.model.layers[0].size | 10, int)
    assert_type(param_scope["model.name"]("x"), str)
    assert_type(param_scope.model.any(), Any)
    assert_type(param_scope.model.any | None, Any)
    assert_type("model.lr" in param_scope, bool)
    assert_type(param_scope.keys(), list[str])
    assert_type(param_scope.as_dict(nested=True), dict[str, Any])
    assert_type(hp.key_hash("model.lr"), int)


def writes() -> None:
    with param_scope({"model.lr": 1}, "model.size=3", a=1) as scope:
        scope.model.lr = 0.5
        param_scope.model.layers[0].size = 4
        param_scope["keys"] = 1
        del param_scope.model.lr
    with hp.strict(), hp.frozen_snapshot(), param_scope.empty(), param_scope.capture():
        param_scope.frozen()


@param_scope(a=1)
def decorated(x: int) -> str:
    return str(x)


assert_type(decorated(1), str)
assert_type(param_scope.bind(decorated)(2), str)


async def tasks() -> None:
    async with param_scope(a=1):
        await asyncio.sleep(0)
