"""A program that uses `auto_param`, for the strict type checkers: never run by the suite, only checked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TypeVar

from typing_extensions import assert_type

from hyperparameter import auto_param
from hyperparameter.parameters import describe

T = TypeVar("T")


@auto_param
def train(lr: float = 0.1, *, steps: int = 10) -> str:
    return f"{lr} {steps}"


@auto_param("named")
def named(first: int, second: str = "x") -> bool:
    return bool(first) and bool(second)


@auto_param
async def fetch(url: str, retries: int = 3) -> bytes:
    return url.encode() * retries


@auto_param
def count(n: int = 3) -> Iterator[int]:
    yield from range(n)


@auto_param
async def ticks(n: int = 3) -> AsyncIterator[int]:
    for at in range(n):
        yield at


class Model:
    @auto_param
    def forward(self, x: int, scale: float = 1.0) -> float:
        return x * scale

    @staticmethod
    @auto_param
    def outside(x: int = 1) -> int:
        return x

    @auto_param
    @staticmethod
    def inside(x: int = 1) -> int:
        return x

    @classmethod
    @auto_param
    def make(cls, x: int = 1) -> int:
        return x


@auto_param
@dataclass
class Config:
    lr: float = 0.1
    name: str = "n"


@auto_param("net")
class Net:
    def __init__(self, size: int = 1) -> None:
        self.size = size


assert_type(train(), str)
assert_type(train(0.5, steps=3), str)
assert_type(named(1), bool)
assert_type(describe(train)[0].key, str)
assert_type(train.__name__, str)
assert_type(Model().forward(1, scale=2.0), float)
assert_type(Model.forward(Model(), 1), float)
assert_type(Model.outside(), int)
assert_type(Model().inside(2), int)
assert_type(Model.make(2), int)
assert_type(Config(lr=0.5), Config)
assert_type(Config().name, str)
assert_type(Net(2).size, int)
assert_type(list(count()), "list[int]")


async def main() -> None:
    assert_type(await fetch("u"), bytes)
    async for tick in ticks():
        assert_type(tick, int)


asyncio.run(main())

train("no")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
named()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Model().forward("no")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
