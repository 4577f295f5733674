"""Threads, tasks and the frozen snapshot (rules T1, T2, S2)."""

from __future__ import annotations

import asyncio
import contextvars
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import hyperparameter as hp
from hyperparameter import param_scope as ps


def in_a_thread(function: Callable[[], Any]) -> Any:
    """What the function returns in a new thread."""
    result: list[Any] = []
    thread = threading.Thread(target=lambda: result.append(function()))
    thread.start()
    thread.join()
    return result[0]


def test_a_new_thread_sees_nothing_of_its_creators_scopes() -> None:
    with ps({"tt.x": 1}):
        assert in_a_thread(lambda: ps.tt.x | 0) == 0


def test_a_bound_function_carries_what_is_visible_into_a_thread() -> None:
    with ps({"tt.x": 1}):
        bound = ps.bind(lambda: ps.tt.x | 0)
        assert in_a_thread(bound) == 1
    assert bound() == 1
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(bound).result() == 1


def test_what_a_thread_writes_does_not_leak_back() -> None:
    def write() -> int:
        ps.tt.x = 5
        return ps.tt.x | 0

    with ps({"tt.x": 1}):
        assert in_a_thread(write) == 5
        assert in_a_thread(ps.bind(write)) == 5
        assert ps.tt.x | 0 == 1


def test_frozen_values_are_seen_by_new_and_by_running_threads_outside_scopes() -> None:
    with hp.frozen_snapshot():
        go, went = threading.Event(), threading.Event()
        seen: list[int] = []

        def run() -> None:
            seen.append(ps.tt.frozen | 0)
            went.set()
            go.wait(10)
            seen.append(ps.tt.frozen | 0)

        thread = threading.Thread(target=run)
        thread.start()
        went.wait(10)
        with ps({"tt.frozen": 1}):
            ps.frozen()
        go.set()
        thread.join()
        assert seen == [0, 1]
        assert in_a_thread(lambda: ps.tt.frozen | 0) == 1
        assert ps.tt.frozen | 0 == 1
    assert ps.tt.frozen | 0 == 0


def test_a_thread_inside_a_scope_keeps_the_snapshot_under_which_it_entered() -> None:
    def freeze() -> None:
        with ps({"tt.frozen": 2}):
            ps.frozen()

    with hp.frozen_snapshot():
        with ps():
            in_a_thread(freeze)
            assert ps.tt.frozen | 0 == 0
        assert ps.tt.frozen | 0 == 2


def test_a_snapshot_context_can_be_entered_inside_itself() -> None:
    context = hp.frozen_snapshot()
    with context:
        with ps({"tt.frozen": 1}):
            ps.frozen()
        with context:
            with ps({"tt.frozen": 2}):
                ps.frozen()
        assert ps.tt.frozen | 0 == 1
    assert ps.tt.frozen | 0 == 0


def test_of_threads_that_freeze_at_once_none_loses_a_key() -> None:
    def freeze(i: int) -> None:
        with ps({f"tt.many.k{i}": i}):
            ps.frozen()

    with hp.frozen_snapshot():
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(freeze, range(64)))
        assert [ps.tt.many[f"k{i}"] | -1 for i in range(64)] == list(range(64))


def test_a_task_sees_the_scope_in_which_it_was_created_and_keeps_its_writes() -> None:
    async def task() -> list[int]:
        seen = [ps.tt.x | 0]
        ps.tt.x = 7
        await asyncio.sleep(0)
        seen.append(ps.tt.x | 0)
        return seen

    async def main() -> tuple[list[int], int]:
        with ps({"tt.x": 1}):
            running = asyncio.create_task(task())
        ps.tt.x = 3
        await asyncio.sleep(0)
        return await running, ps.tt.x | 0

    assert asyncio.run(main()) == ([1, 7], 3)


def test_to_thread_sees_the_scope_in_which_it_is_awaited_and_an_executor_does_not() -> None:
    async def main() -> tuple[int, int, int]:
        loop = asyncio.get_running_loop()
        with ps({"tt.x": 1}):
            there = await asyncio.to_thread(lambda: ps.tt.x | 0)
            pool = await loop.run_in_executor(None, lambda: ps.tt.x | 0)
            bound = await loop.run_in_executor(None, ps.bind(lambda: ps.tt.x | 0))
        return there, pool, bound

    assert asyncio.run(main()) == (1, 0, 1)


def test_a_context_that_python_hands_on_brings_its_scopes() -> None:
    with ps({"tt.x": 1}):
        context = contextvars.copy_context()
    assert in_a_thread(lambda: context.run(lambda: ps.tt.x | 0)) == 1


def test_tasks_that_end_scopes_in_any_order_do_not_disturb_each_other() -> None:
    async def work(i: int) -> bool:
        ok = True
        for step in range(20):
            with ps({"tt.task": (i, step)}):
                await asyncio.sleep(0)
                ok &= ps.tt.task() == (i, step)
        return ok and "tt.task" not in ps

    async def main() -> list[bool]:
        return list(await asyncio.gather(*(work(i) for i in range(20))))

    assert all(asyncio.run(main()))


def test_a_cancelled_task_ends_its_scopes() -> None:
    async def work() -> None:
        with ps({"tt.x": 1}):
            await asyncio.sleep(10)

    async def main() -> int:
        task = asyncio.create_task(work())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return ps.tt.x | 0

    assert asyncio.run(main()) == 0


def test_a_variable_that_somebody_set_to_something_else_does_no_harm() -> None:
    def spoil() -> int:
        with ps():
            for variable in contextvars.copy_context():
                if variable.name == "hyperparameter":
                    variable.set(5)
        return ps.tt.spoiled | 4

    assert contextvars.copy_context().run(spoil) == 4


def test_threads_enter_one_scope_at_once() -> None:
    scope = ps({"tt.shared": 1})

    def work(i: int) -> bool:
        ok = True
        for _ in range(200):
            with scope:
                ps.tt.own = i
                ok &= (ps.tt.shared | 0, ps.tt.own | -1) == (1, i)
        return ok

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(4)))


def test_a_subinterpreter_is_refused_with_an_import_error() -> None:
    if sys.version_info < (3, 13):
        return
    code = (
        "import hyperparameter, _interpreters\n"
        "sub = _interpreters.create()\n"
        "code = 'try:\\n import hyperparameter\\nexcept ImportError:\\n print(\"refused\")\\n'\n"
        "_interpreters.exec(sub, code)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "refused" in ran.stdout, ran.stderr
