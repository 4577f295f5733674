"""Runs cases of the kind program: each step does what `conformance/README.md` says of it, and what it gives is checked.

The interpreter is a generator that yields at a `yield` step: so the steps of a task are run by a real task, those of a
generator by a real generator, and a `yield` may stand inside `with`, `strict` or `call`.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Any, NamedTuple

import hyperparameter as hp
from conformance_runner import adapter, asking
from conformance_runner.messages import Differs, Recorder, check_error, recorded
from conformance_runner.values import Values, exact, shown, string

ps = hp.param_scope
Step = dict[str, Any]
Turns = Generator[None, None, None]
SECONDS = 60


class Raised(Exception):
    """The error of a `raise` step."""


class Opened(NamedTuple):
    """An entry of a scope that is not ended yet."""

    label: str
    scope: Any


# What is open in this thread or task, the innermost last: it follows threads and tasks just as the scopes do.
_opened: ContextVar[tuple[Opened, ...]] = ContextVar("opened", default=())


def run(case: dict[str, Any]) -> None:
    """Runs a program in a new thread, and puts the snapshot back."""
    with recorded() as warned:
        program = Program(warned, '"executor"' in json.dumps(case["steps"]))
        try:
            with hp.frozen_snapshot():
                program.threads([case["steps"]])
        finally:
            program.end()


def drive(turns: Turns) -> None:
    """Runs steps among which no `yield` may stand."""
    for _ in turns:
        raise Differs("a yield outside of a task or generator")


class Program:
    """One case: its labels, which threads and tasks share, and what each step does."""

    def __init__(self, warned: Recorder, has_pool: bool) -> None:
        self.values = Values()
        self.warned = warned
        self.prepared: dict[str, Any] = {}
        self.entered: dict[str, Any] = {}
        self.captures: dict[str, Any] = {}
        self.bound: dict[str, Callable[[], Any]] = {}
        self.generators: dict[str, Turns] = {}
        self.pool = ThreadPoolExecutor(1) if has_pool else None
        if self.pool is not None:
            self.pool.submit(int).result(SECONDS)  # its worker is there before the program begins

    def end(self) -> None:
        if self.pool is not None:
            self.pool.shutdown()

    # ---- steps ----------------------------------------------------------------------------------------------------------

    def steps(self, steps: list[Step]) -> Turns:
        for step in steps:
            yield from self.step(step)

    def step(self, step: Step) -> Turns:
        """One step, with its error and its warnings."""
        where = json.dumps(step, ensure_ascii=False)[:400]
        expected = step.get("error")
        before = visible() if expected is not None else []
        try:
            turns = getattr(self, f"do_{step['do']}")(step)
            if turns is not None:
                yield from turns
        except (Raised, Differs):
            raise
        except Exception as error:
            if expected is None:
                raise Differs(f"{where}: {type(error).__name__}: {error}") from error
            check_error(error, expected, where)
            if not exact(visible(), before):
                raise Differs(f"{where}: after the error the state is {shown(visible())}, not {before}") from error
        else:
            if expected is not None:
                raise Differs(f"{where}: there is no error")
        self.warned.check(step.get("warns", []), where)

    def same(self, step: Step, got: Any) -> None:
        if "gives" in step:
            want = self.values.expected(step["gives"])
            if not (got == want if step.get("loose") else exact(got, want)):
                raise Differs(f"{json.dumps(step, ensure_ascii=False)[:400]}: gives {shown(got)}, not {shown(want)}")

    # ---- scopes ---------------------------------------------------------------------------------------------------------

    def made(self, pairs: list[Any]) -> Any:
        """A prepared scope."""
        keys = [string(pair[0]) for pair in pairs if isinstance(pair, list)]
        if len(keys) == len(pairs) == len(set(keys)):
            return ps(**{key: self.values.given(value) for key, (_, value) in zip(keys, pairs, strict=True)})
        parts: list[Any] = []
        for pair in pairs:
            if isinstance(pair, list):
                parts.append({string(pair[0]): self.values.given(pair[1])})
            elif isinstance(pair, str) or "$repeat" in pair or "$units" in pair:
                parts.append(string(pair))
            else:
                parts.append(self.values.given(pair))
        return ps(*parts)

    def scope(self, step: Step) -> Any:
        """What `enter` and `with` enter."""
        label = step.get("scope", "")
        if "capture" in step:
            scope = self.captures[step["capture"]]
        elif "empty" in step:
            scope = ps.empty()
        elif "pairs" in step:
            scope = self.made(step["pairs"])
        elif label in self.prepared:
            return self.prepared[label]
        else:
            scope = ps()
        self.entered[label] = scope
        return scope

    def of_label(self, label: str) -> Any:
        return self.entered.get(label) or self.prepared.get(label)

    def store(self, step: Step) -> Any:
        """What a step reads and writes: the current scope, or a scope object."""
        return self.of_label(step["on"]) if "on" in step else ps

    def do_prepare(self, step: Step) -> None:
        self.entered.pop(step["scope"], None)
        self.prepared[step["scope"]] = self.made(step["pairs"])

    def do_enter(self, step: Step) -> None:
        scope = self.scope(step)
        scope.__enter__()
        _opened.set((*_opened.get(), Opened(step["scope"], scope)))

    def do_leave(self, step: Step) -> None:
        label, opened = step["scope"], _opened.get()
        at = max((at for at, one in enumerate(opened) if one.label == label), default=None)
        if at is not None:
            _opened.set(opened[:at] + opened[at + 1 :])
            opened[at].scope.__exit__(None, None, None)
        elif self.of_label(label) is not None:
            self.of_label(label).__exit__(None, None, None)  # not open here: does nothing

    def do_with(self, step: Step) -> Turns:
        scope = self.scope(step)
        mine = Opened(step.get("scope", ""), scope)
        with scope:
            _opened.set((*_opened.get(), mine))
            try:
                yield from self.steps(step["body"])
            finally:
                _opened.set(tuple(one for one in _opened.get() if one is not mine))

    def do_clear(self, _: Step) -> None:
        ps.clear()

    # ---- keys -----------------------------------------------------------------------------------------------------------

    def do_set(self, step: Step) -> None:
        self.store(step)[string(step["key"])] = self.values.given(step["value"])

    def do_set_many(self, step: Step) -> None:
        for n in range(step["count"]):
            ps[f"{step['prefix']}{n}"] = self.values.given(step["value"])

    def do_delete(self, step: Step) -> None:
        del self.store(step)[string(step["key"])]

    def do_get(self, step: Step) -> None:
        key = string(step["key"])
        if "as" in step:
            assert "on" not in step
            got = asking.read_as(key, step["as"], self.values.given(step["default"]))
        elif "default" in step:
            got = self.store(step)[key] | self.values.given(step["default"])
        else:
            got = self.store(step)[key]()
        self.same(step, got)

    def do_has(self, step: Step) -> None:
        self.same(step, string(step["key"]) in self.store(step))

    def do_keys(self, step: Step) -> None:
        got = ps.keys()
        if sorted(got) != sorted(step["gives"]):
            raise Differs(f"the keys are {shown(got)}, not {shown(step['gives'])}")

    def do_items(self, step: Step) -> None:
        got = ps.items()
        assert len(got) == len(dict(got)), f"a key stands twice among {got}"
        self.same(step, dict(got))

    def do_as_dict(self, step: Step) -> None:
        self.same(step, ps.as_dict(nested=step["nested"]))

    def do_explain(self, step: Step) -> None:
        explanation = ps.explain(string(step["key"]))
        levels = [("pinned" if explanation.pinned else "scope", explanation.value)] if explanation.is_set else []
        levels += [(placed.kind, placed.value) for placed in explanation.shadowed if placed.kind != "deleted"]
        kinds = {"pinned": "pin", "scope": "code", "frozen": "frozen"}
        got = [{"kind": kinds[kind], "value": value} for kind, value in levels]
        self.same(step, got)

    def do_used(self, step: Step) -> None:
        used = ps.used()
        for name in step.get("contains", ()):
            if name not in used:
                raise Differs(f"{name} is not among those used: {shown(sorted(used))}")
        for name in step.get("lacks", ()):
            if name in used:
                raise Differs(f"{name} is among those used")

    # ---- modes, pins, the snapshot ----------------------------------------------------------------------------------------

    def inside(self, context: AbstractContextManager[Any], step: Step) -> Turns:
        with context:
            yield from self.steps(step["body"])

    def do_strict(self, step: Step) -> Turns:
        return self.inside(hp.strict() if step["on"] else adapter.lenient(), step)

    def do_strict_default(self, step: Step) -> Turns:
        hp.strict(step["on"])
        try:
            yield from self.steps(step["body"])
        finally:
            hp.strict(False)

    def do_pinned(self, step: Step) -> Turns:
        return self.inside(adapter.pinned(step["pairs"]), step)

    def do_launch(self, step: Step) -> None:
        def program() -> None:
            drive(self.steps(step["body"]))

        adapter.launch(program, step["define"], step["pin"])

    def do_freeze(self, _: Step) -> None:
        ps.frozen()

    def do_frozen_snapshot(self, step: Step) -> Turns:
        return self.inside(hp.frozen_snapshot(), step)

    def do_capture(self, step: Step) -> None:
        self.captures[step["capture"]] = ps.capture()

    # ---- functions --------------------------------------------------------------------------------------------------------

    def do_bind(self, step: Step) -> None:
        self.bound[step["bound"]] = ps.bind(lambda: drive(self.steps(step["body"])))

    def do_run(self, step: Step) -> None:
        self.bound[step["bound"]]()

    def do_call(self, step: Step) -> Turns | None:
        if "parameters" in step:
            self.call_with_parameters(step)
            return None
        if in_task():

            @hp.auto_param
            async def call_of_a_coroutine() -> None:
                await Awaited(self.steps(step["body"]))

            coroutine: Any = call_of_a_coroutine()
            turns: Turns = coroutine.__await__()
            return turns

        @hp.auto_param
        def call() -> None:
            drive(self.steps(step["body"]))

        call()
        return None

    def call_with_parameters(self, step: Step) -> None:
        def inner(received: dict[str, Any]) -> None:
            want = self.values.expected(step["receives"])
            if not exact(received, want):
                raise Differs(f"the call receives {shown(received)}, not {shown(want)}")
            drive(self.steps(step["body"]))

        parameters = [(name, self.values.given(default)) for name, default in step["parameters"]]
        function = hp.auto_param(step["namespace"])(asking.function(parameters, inner))
        function(**self.values.given(step.get("arguments", {})))

    def do_raise(self, _: Step) -> None:
        raise Raised

    def do_try(self, step: Step) -> Turns:
        try:
            yield from self.steps(step["body"])
        except Raised:
            pass

    # ---- generators -------------------------------------------------------------------------------------------------------

    def do_generator(self, step: Step) -> None:
        def generator() -> Turns:
            yield from self.steps(step["body"])

        made: Callable[[], Turns] = generator
        if step.get("wrapped") == "auto_param":
            made = hp.auto_param(generator)
        elif step.get("wrapped") == "bind":
            made = ps.bind(generator)
        self.generators[step["generator"]] = made()

    def do_yield(self, _: Step) -> Turns:
        yield

    def do_advance(self, step: Step) -> None:
        next(self.generators[step["generator"]], None)

    def do_close(self, step: Step) -> None:
        self.generators[step["generator"]].close()

    # ---- threads, tasks, executors ----------------------------------------------------------------------------------------

    def do_thread(self, step: Step) -> None:
        self.threads([step["body"]])

    def do_threads(self, step: Step) -> None:
        self.threads(step["bodies"])

    def threads(self, bodies: list[list[Step]]) -> None:
        """Runs steps in new threads at once, and raises what one of them raised."""
        raised: list[BaseException] = []
        together = threading.Barrier(len(bodies))

        def work(body: list[Step]) -> None:
            try:
                together.wait(SECONDS)
                drive(self.steps(body))
            except BaseException as error:
                raised.append(error)

        threads = [threading.Thread(target=work, args=(body,), daemon=True) for body in bodies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SECONDS)
            assert not thread.is_alive(), "a thread does not end"
        if raised:
            raise raised[0]

    def do_to_thread(self, step: Step) -> None:
        asyncio.run(asyncio.to_thread(drive, self.steps(step["body"])))

    def do_executor(self, step: Step) -> None:
        async def main() -> None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self.pool, drive, self.steps(step["body"]))

        asyncio.run(main())

    def do_tasks(self, step: Step) -> None:
        asyncio.run(self.tasks(step["tasks"], step["order"]))

    async def tasks(self, bodies: dict[str, list[Step]], order: list[str]) -> None:
        turns = {name: Turn() for name in bodies}
        tasks = {name: asyncio.create_task(self.task(body, turns[name])) for name, body in bodies.items()}
        try:
            for word in order:
                name = word.removeprefix("!")
                if word != name:
                    tasks[name].cancel()
                    await asyncio.wait([tasks[name]])
                    assert tasks[name].cancelled(), f"task {name} was cancelled and goes on"
                    continue
                assert not tasks[name].done(), f"task {name} has ended, and has another turn"
                await turns[name].give()
                if tasks[name].done() or turns[name].over:
                    await tasks[name]
        finally:
            for task in tasks.values():
                task.cancel()
            await asyncio.wait(tasks.values())

    async def task(self, body: list[Step], turn: Turn) -> None:
        try:
            await turn.wait()
            turns = self.steps(body)
            for _ in turns:
                turn.rests.set()
                try:
                    await turn.wait()
                except asyncio.CancelledError as cancelled:
                    turns.throw(cancelled)
        finally:
            turn.over = True
            turn.rests.set()


class Turn:
    """Lets one task run to its next `yield`."""

    def __init__(self) -> None:
        self.goes, self.rests = asyncio.Event(), asyncio.Event()
        self.over = False

    async def wait(self) -> None:
        await self.goes.wait()
        self.goes.clear()

    async def give(self) -> None:
        self.rests.clear()
        self.goes.set()
        await self.rests.wait()


class Awaited:
    """Steps for a coroutine to await: their `yield` goes up to the task."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns

    def __await__(self) -> Turns:
        return self.turns


def in_task() -> bool:
    try:
        return asyncio.current_task() is not None
    except RuntimeError:
        return False


def visible() -> list[tuple[str, Any]]:
    """All that is in force."""
    return sorted(ps.items(), key=lambda item: item[0])
