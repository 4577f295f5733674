"""`auto_param` on coroutines, generators and async generators (rule S8)."""

from __future__ import annotations

import asyncio
import collections.abc
import contextlib
import gc
import inspect
import types
import warnings
from typing import Any

import pytest

from hyperparameter import auto_param, param_scope


def seen() -> Any:
    return param_scope.s8.k | -1


@auto_param("co")
async def co(x=1):
    before = seen()
    param_scope.s8.k = x
    await asyncio.sleep(0)
    return before, seen()


@auto_param("gen")
def gen(n=2):
    """Counts."""
    for at in range(n):
        with param_scope(**{"s8.k": at}):
            got = yield seen()
            assert seen() == at
            if got is not None:
                yield ("got", got)
    return "done"


@auto_param("agen")
async def agen(n=2, log=None):
    try:
        for at in range(n):
            with param_scope(**{"s8.k": at}):
                await asyncio.sleep(0)
                got = yield seen()
                if got is not None:
                    yield ("got", got)
    finally:
        if log is not None:
            log.append(("closed", seen()))


# ---- coroutines ---------------------------------------------------------------------------------------------------------


def test_a_coroutine_keeps_what_it_writes() -> None:
    async def main():
        result = await co()
        return result, seen()

    assert asyncio.run(main()) == ((-1, 1), -1)


def test_a_coroutine_has_the_parameters_of_its_call() -> None:
    async def main():
        with param_scope(**{"co.x": 5, "s8.k": 7}):
            coroutine = co()
        with param_scope(**{"s8.k": 8}):
            result = await coroutine
            return result, seen()

    assert asyncio.run(main()) == ((7, 5), 8)


def test_tasks_keep_their_own() -> None:
    async def main():
        async def one(number):
            with param_scope(**{"co.x": number}):
                return [await co() for _ in range(10)]

        return await asyncio.gather(*(one(number) for number in range(5)), asyncio.create_task(co(9)))

    results = asyncio.run(main())
    assert results[:5] == [[(-1, number)] * 10 for number in range(5)] and results[5] == (-1, 9)


def test_exceptions_and_cancellation_go_through() -> None:
    @auto_param("fails")
    async def fails(x=1):
        param_scope.s8.k = 1
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            return seen()

    async def main():
        task = asyncio.create_task(fails())
        await asyncio.sleep(0)
        task.cancel()
        return await task, seen()

    assert asyncio.run(main()) == (1, -1)

    @auto_param("raises")
    async def raises(x=1):
        raise KeyError("own")

    with pytest.raises(KeyError, match="own"):
        asyncio.run(raises())


def test_a_coroutine_is_one_for_everyone() -> None:
    assert inspect.iscoroutinefunction(co) and asyncio.iscoroutinefunction(co)
    coroutine = co()
    assert inspect.iscoroutine(coroutine) and asyncio.iscoroutine(coroutine) and inspect.isawaitable(coroutine)
    assert isinstance(coroutine, types.CoroutineType) and isinstance(coroutine, collections.abc.Coroutine)
    assert inspect.getcoroutinestate(coroutine) == "CORO_CREATED"
    assert coroutine.cr_code is co.__code__ and coroutine.__name__ == "co"
    coroutine.close()
    assert inspect.getcoroutinestate(coroutine) == "CORO_CLOSED"


def test_a_coroutine_that_nobody_awaits_warns_once() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        co()
        gc.collect()
    assert [str(w.message) for w in caught] == ["coroutine 'co' was never awaited"]


def test_a_coroutine_is_awaited_once() -> None:
    async def main():
        coroutine = co()
        await coroutine
        with pytest.raises(RuntimeError, match="already awaited"):
            await coroutine
        running = co()
        task = asyncio.create_task(running)
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="awaited already"):
            await running
        await task

    asyncio.run(main())


def test_dunder_await_gives_an_iterator_as_that_of_a_plain_coroutine() -> None:
    class Awaitable:
        def __await__(self) -> Any:
            return (yield from co(x=4).__await__())

    async def main() -> Any:
        return await Awaitable(), seen()

    assert asyncio.run(main()) == ((-1, 4), -1)
    coroutine: Any = co()
    with pytest.raises(TypeError):
        iter(coroutine)
    awaited = coroutine.__await__()
    assert iter(awaited) is awaited
    awaited.close()
    step = agen().__anext__()
    assert iter(step) is step
    step.close()


def test_a_return_value_may_be_a_tuple_or_an_exception() -> None:
    @auto_param("returns")
    async def returns(value=None):
        return value

    async def main(value):
        return await returns(value)

    for value in ((), (1, 2), None):
        assert asyncio.run(main(value)) == value
    error = KeyError("x")
    assert asyncio.run(main(error)) is error


def test_what_a_coroutine_needs_is_raised_at_its_call() -> None:
    @auto_param("needs")
    async def needs(a, b=1): ...

    with param_scope(**{"needs.b": 2}), pytest.raises(TypeError, match="missing 1 required"):
        needs()


# ---- generators ---------------------------------------------------------------------------------------------------------


def test_a_generator_keeps_its_scopes_to_itself() -> None:
    assert [(value, seen()) for value in gen()] == [(0, -1), (1, -1)]
    with param_scope(**{"s8.k": 9}):
        assert [(value, seen()) for value in gen()] == [(0, 9), (1, 9)]


def test_a_generator_has_the_parameters_of_its_call() -> None:
    with param_scope(**{"gen.n": 3}):
        made = gen()
    with param_scope(**{"gen.n": 1}):
        assert list(made) == [0, 1, 2]


def test_send_throw_close_and_the_return_value() -> None:
    made = gen()
    assert next(made) == 0 and made.send("hello") == ("got", "hello") and next(made) == 1
    with pytest.raises(StopIteration) as stop:
        next(made)
    assert stop.value.value == "done"
    with pytest.raises(StopIteration):
        next(made)

    made = gen()
    next(made)
    with pytest.raises(KeyError, match="thrown"):
        made.throw(KeyError("thrown"))
    made = gen()
    next(made)
    made.close()
    assert seen() == -1 and inspect.getgeneratorstate(made) == "GEN_CLOSED"

    def outer():
        return (yield from gen(1))

    delegating = outer()
    assert next(delegating) == 0
    with pytest.raises(StopIteration) as stop:
        delegating.send(None)
    assert stop.value.value == "done"


def test_a_generator_is_one_for_everyone() -> None:
    assert inspect.isgeneratorfunction(gen)
    made = gen()
    assert inspect.isgenerator(made) and isinstance(made, collections.abc.Generator) and iter(made) is made
    assert inspect.getgeneratorstate(made) == "GEN_CREATED" and made.gi_frame is not None
    next(made)
    assert inspect.getgeneratorstate(made) == "GEN_SUSPENDED"
    with pytest.raises(AttributeError):
        made.no_such


def test_a_generator_dropped_early_is_closed_in_its_own_state() -> None:
    log = []

    @auto_param("dropped")
    def dropped(x=1):
        with param_scope(**{"s8.k": 4}):
            try:
                yield 1
            finally:
                log.append(seen())

    made = dropped()
    next(made)
    del made
    gc.collect()
    assert log == [4] and seen() == -1


def test_generators_are_interleaved() -> None:
    a, b = gen(3), gen(3)
    assert [next(one) for one in (a, b, a, a, b, b)] == [0, 0, 1, 2, 1, 2]
    assert seen() == -1


def test_a_generator_writes_for_its_whole_run() -> None:
    @auto_param("whole")
    def whole(x=1):
        yield seen()
        param_scope.s8.k = 1
        yield seen()
        with param_scope(**{"s8.k": 2}):
            yield seen()
            param_scope.s8.k = 3
            yield seen()
        yield seen()

    assert list(whole()) == [-1, 1, 2, 3, 1]
    with param_scope(**{"s8.k": 7}):
        assert list(whole()) == [7, 1, 2, 3, 1] and seen() == 7


def test_contextmanagers_are_plain_functions_and_decorated_ones_keep_to_themselves() -> None:
    @contextlib.contextmanager
    @auto_param("manager")
    def manager(x=1):
        with param_scope(**{"s8.k": x}):
            yield seen()

    with param_scope(**{"manager.x": 5}), manager() as inside:
        assert inside == 5 and seen() == -1


# ---- async generators ---------------------------------------------------------------------------------------------------


def test_an_async_generator_keeps_its_scopes_to_itself() -> None:
    async def main():
        with param_scope(**{"agen.n": 3}):
            made = agen()
        return [(value, seen()) async for value in made]

    assert asyncio.run(main()) == [(0, -1), (1, -1), (2, -1)]


def test_asend_athrow_and_aclose() -> None:
    async def main():
        log: list[Any] = []
        made = agen(2, log)
        assert await made.__anext__() == 0 and await made.asend("hi") == ("got", "hi")
        with pytest.raises(KeyError):
            await made.athrow(KeyError("x"))
        made = agen(2, log)
        await made.asend(None)
        await made.aclose()
        with pytest.raises(StopAsyncIteration):
            await made.__anext__()
        return log

    assert asyncio.run(main()) == [("closed", -1)] * 2


def test_an_async_generator_is_one_for_everyone() -> None:
    assert inspect.isasyncgenfunction(agen)
    made = agen()
    assert inspect.isasyncgen(made) and isinstance(made, collections.abc.AsyncGenerator)
    assert made.ag_code is agen.__code__


def test_the_event_loop_closes_what_is_dropped() -> None:
    log: list[Any] = []

    @auto_param("late")
    async def late(x=1):
        param_scope.s8.k = 6
        try:
            yield seen()
            yield seen()
        finally:
            await asyncio.sleep(0)
            log.append(seen())

    async def dropped():
        async for _ in late():
            break
        gc.collect()
        await asyncio.sleep(0.01)
        assert log == [6] and seen() == -1

    asyncio.run(dropped())
    log.clear()

    async def left():
        made = late()
        await made.__anext__()
        return made

    made = asyncio.run(left())
    assert log == [6] and made.ag_frame is None
