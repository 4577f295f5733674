#!/usr/bin/env python3
"""The Python timings, each beside its plain floor in the same run, as one table: `make bench`, or

    python benches/python/bench.py [--rounds N]

with an interpreter that has the release wheel. Needs a C compiler for the floor of `with` (`empty_context.c`).
"""

from __future__ import annotations

import argparse
import contextlib
import contextvars
import importlib.util
import platform
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import threading
from contextlib import AbstractContextManager, ExitStack
from itertools import repeat
from pathlib import Path
from time import perf_counter_ns
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import commands
from timing import Case, Timing, measure

import hyperparameter
from hyperparameter import auto_param, param_scope

HERE = Path(__file__).resolve().parent


class Plain:
    """An object with attributes, as the plain floor of a chain."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)


class Manager:
    """An empty context manager in Python."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: object) -> None:
        pass


def native_empty() -> Any:
    """An empty context manager in C, compiled here; None without a compiler."""
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    target = Path(tempfile.mkdtemp()) / f"empty_context{suffix}"
    include = sysconfig.get_path("include")
    command = ["cc", "-O2", "-shared", "-fPIC", f"-I{include}", str(HERE / "empty_context.c"), "-o", str(target)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"no native empty context manager: {error}", file=sys.stderr)
        return None
    spec = importlib.util.spec_from_file_location("empty_context", target)
    assert spec and spec.loader
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Empty()


def plain(x, a=1, b=2.0, c="three"):
    return x


@auto_param("bench.f")
def declared(x, a=1, b=2.0, c="three"):
    return x


def plain_eight(x, a=1, b=2, c=3, d=4, e=5, f=6, g=7, h=8):
    return x


@auto_param("bench.eight")
def declared_eight(x, a=1, b=2, c=3, d=4, e=5, f=6, g=7, h=8):
    return x


class Thing:
    def plain(self, a=1, b=2.0):
        return a

    @auto_param("bench.method")
    def declared(self, a=1, b=2.0):
        return a


def scopes(*each: Any) -> AbstractContextManager[Any]:
    """Inside all of these scopes, the last one innermost."""
    stack = ExitStack()
    for one in each:
        stack.enter_context(one)
    return stack


def many(count: int) -> dict[str, int]:
    return {f"bench.many.k{i}.size": i for i in range(count)}


# Row: name, its floor, what the target says of it: ("ratio", r) or ("over", ns) against the floor, or None.
Row = tuple[str, str, tuple[str, float] | None]


def cases() -> tuple[list[Case], list[Row]]:
    p = Plain(a=Plain(b=Plain(c=Plain(d=1))), model=Plain(layers=[Plain(size=10)]))
    variable = contextvars.ContextVar("variable")
    variable.set(1)
    names = {
        "p": p, "ps": param_scope, "plain": plain, "declared": declared, "plain_eight": plain_eight,
        "declared_eight": declared_eight, "thing": Thing(), "variable": variable,
        "prepared": param_scope({"bench.one": 1}), "prepared_five": param_scope(**{f"bench.k{i}": i for i in range(5)}),
        "lock": threading.Lock(), "manager": Manager(), "native": native_empty(),
    }  # fmt: skip
    all_cases: list[Case] = []
    rows: list[Row] = []

    def add(
        name: str, statement: str, floor: str = "", target: Any = None, inside: Any = None, loops: int = 2000
    ) -> None:
        all_cases.append(Case(name, statement, names, inside or contextlib.nullcontext, loops))
        rows.append((name, floor, target))

    def scope(**values: Any) -> Any:
        prepared = param_scope({key.replace("__", "."): value for key, value in values.items()})
        return lambda: prepared

    other = scope(bench__other=1)
    three = ("ratio", 3.0)
    chain = "plain p.a.b.c.d"
    add(chain, "p.a.b.c.d")
    add("plain p.a.b.c.d | 1", "p.a.b.c.d | 1")
    add("ps.a.b.c.d (a node)", "ps.a.b.c.d", chain)
    read = "ps.a.b.c.d | 1"
    add(f"{read}, unset, in a scope", read, chain, three, other)
    add(f"{read}, set", read, chain, three, scope(a__b__c__d=5))
    add(f"{read}, set 4 frames up", read, chain, three,
        lambda: scopes(param_scope({"a.b.c.d": 5}), *(param_scope({f"bench.up{i}": 1}) for i in range(4))))  # fmt: skip
    add(f"{read}, set as text", read, chain, None, lambda: param_scope("a.b.c.d=5"))
    add(f"{read}, outside any scope", read, f"{read}, unset, in a scope", ("over", 15))
    add("ps.a.b.c.d(1), unset, in a scope", "ps.a.b.c.d(1)", chain, None, other)
    add("ps['a.b.c.d'] | 1, unset, in a scope", "ps['a.b.c.d'] | 1", chain, None, other)
    add("ps.a.b.c.d | 0.5, float set", "ps.a.b.c.d | 0.5", chain, three, scope(a__b__c__d=0.25))
    add("ps.a.b.c.d | 's', string set", "ps.a.b.c.d | 's'", chain, three, scope(a__b__c__d="x"))
    add("ps.a.b.c.d | None, any set", "ps.a.b.c.d | None", chain, three, scope(a__b__c__d=p))
    indexed = "plain p.model.layers[0].size"
    add(indexed, "p.model.layers[0].size")
    layers = "ps.model.layers[0].size | 10"
    add(f"{layers}, unset, in a scope", layers, indexed, three, other)
    add(f"{layers}, set", layers, indexed, three, scope(model__layers__0__size=5))
    add(f"{layers}, outside any scope", layers, f"{layers}, unset, in a scope", ("over", 15))
    add("ContextVar.get()", "variable.get()")

    for count in (1, 1_000, 100_000, 1_000_000):
        prepared = param_scope(many(count))
        first = "flat: 1 key, set"
        for what, key in (("set", "k0"), ("unset", "absent")):
            add(f"flat: {count:,} key{'s' * (count > 1)}, {what}", f"ps.bench.many.{key}.size | 1",
                first.replace("set", what), ("flat", 0.15) if count > 1 else None, lambda prepared=prepared: prepared)  # fmt: skip
    for depth in (1, 8, 64):
        deep = [param_scope({f"bench.deep.k{i}.size": i}) for i in range(depth)]
        for what, key in (("set outermost", "k0"), ("unset", "absent")):
            add(f"flat: {depth} deep, {what}", f"ps.bench.deep.{key}.size | 1", f"flat: 1 deep, {what}",
                ("flat", 0.15) if depth > 1 else None, lambda deep=deep: scopes(*deep))  # fmt: skip

    call = "plain call f(0), 3 defaults"
    add(call, "plain(0)")
    add("auto_param f(0), nothing set, in a scope", "declared(0)", call, ("over", 35), other)
    add("auto_param f(0), outside any scope", "declared(0)", "auto_param f(0), nothing set, in a scope", ("over", 15))
    add("auto_param f(0), one set", "declared(0)", call, ("over", 50), scope(bench__f__a=5))
    add("auto_param f(0, b=3), one set", "declared(0, b=3)", call, None, scope(bench__f__a=5))
    eight = "plain call g(0), 8 defaults"
    add(eight, "plain_eight(0)")
    add("auto_param g(0), nothing set, in a scope", "declared_eight(0)", eight, ("over", 35), other)
    add("auto_param g(0), eight set", "declared_eight(0)", eight, ("over", 90),
        scope(**{f"bench__eight__{name}": i for i, name in enumerate("abcdefgh")}))  # fmt: skip
    method = "plain method o.m()"
    add(method, "thing.plain()")
    add("auto_param o.m(), nothing set, in a scope", "thing.declared()", method, ("over", 35), other)

    floor = "with a native empty manager"
    if names["native"] is not None:
        add(floor, "with native: pass")
    add("with an empty manager in Python", "with manager: pass")
    add("with threading.Lock()", "with lock: pass")
    native = floor if names["native"] is not None else "with threading.Lock()"
    four = ("ratio", 4.5)
    add("with prepared (1 key)", "with prepared: pass", native, four, loops=500)
    add("with prepared (1 key), in a scope", "with prepared: pass", native, four, other, loops=500)
    add("with prepared (5 keys)", "with prepared_five: pass", native, four, loops=500)
    add("with ps(a=1)", "with ps(a=1): pass", native, loops=500)
    add("with ps({'a.b': 1})", "with ps({'a.b': 1}): pass", native, loops=500)
    return all_cases, rows


def verdict(row: Row, timings: dict[str, Timing]) -> tuple[str, str, str]:
    """What the row costs against its floor, the target, and whether it is met."""
    name, floor, target = row
    if not floor:
        return "", "", ""
    own, other = timings[name].least, timings[floor].least
    against = f"x {own / other:.2f}, {own - other:+.1f}"
    if target is None:
        return against, "", ""
    kind, limit = target
    wanted = {"ratio": f"≤ x {limit:g}", "over": f"≤ +{limit:g}", "flat": f"± {limit:.0%}"}[kind]
    met = {
        "ratio": own <= limit * other, "over": own - other <= limit, "flat": own - other <= limit * other
    }[kind]  # fmt: skip
    return against, wanted, "met" if met else "**missed**"


def imports(runs: int = 25) -> list[str]:
    """What importing costs over an interpreter that only starts."""
    programs = {"python -I -c pass": "pass", "import hyperparameter": "import hyperparameter",
                "from hyperparameter import auto_param, param_scope": "from hyperparameter import auto_param, param_scope"}  # fmt: skip
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(runs):
        for name, program in programs.items():
            began = perf_counter_ns()
            subprocess.run([sys.executable, "-I", "-c", program], check=True)
            times[name].append((perf_counter_ns() - began) / 1e6)
    lines = [
        "| process, ms | minimum | median | minimum over bare | target | |",
        "| --- | ---: | ---: | ---: | --- | --- |",
    ]
    bare = min(times["python -I -c pass"])
    for name, each in times.items():
        over = min(each) - bare
        target = ("≤ +15", "met" if over <= 15 else "**missed**") if name == "import hyperparameter" else ("", "")
        lines.append(
            f"| {name} | {min(each):.1f} | {statistics.median(each):.1f} | {over:+.1f} | {target[0]} | {target[1]} |"
        )
    return lines


READ = """
def read(times, ps=ps, clock=clock, barrier=None):
    with ps({"bench.threads.size": 1}):
        if barrier: barrier.wait()
        began = clock()
        for _ in times: ps.bench.threads.size | 1
        return began, clock()
"""


def threads(loops: int = 1_000_000, runs: int = 5) -> list[str]:
    """One thread reads, then two at once: with the GIL they take turns, so the work of two takes twice the time at best."""
    space: dict[str, Any] = {"ps": param_scope, "clock": perf_counter_ns}
    exec(READ, space)
    read = space["read"]

    def together(count: int) -> float:
        barrier, times = threading.Barrier(count), []
        each = [
            threading.Thread(target=lambda: times.append(read(repeat(None, loops), barrier=barrier)))
            for _ in range(count)
        ]
        for thread in each:
            thread.start()
        for thread in each:
            thread.join()
        return (max(ended for _, ended in times) - min(began for began, _ in times)) / loops

    one, two = (min(together(count) for _ in range(runs)) for count in (1, 2))
    lock = getattr(sys, "_is_gil_enabled", lambda: True)()
    best = "x 2 is what the GIL leaves" if lock else "x 1 is perfect"
    return [
        f"One thread reads in {one:.1f} ns (loop included); two at once need {two:.1f} ns for one read of each:"
        f" x {two / one:.2f} ({best})."
    ]


def allocations(reads: int = 10_000) -> list[str]:
    """Blocks that the interpreter's allocator holds and hands out, over many reads."""
    import tracemalloc

    lines = []
    space = {"ps": param_scope}
    exec("def read(times):\n for _ in times: ps.bench.blocks.size | 1", space)
    exec("def unset(times):\n for _ in times: ps.bench.blocks.absent | 1", space)
    for name in ("read", "unset"):
        with param_scope({"bench.blocks.size": 5}):
            space[name](repeat(None, 10))
            times = repeat(None, reads)
            before = sys.getallocatedblocks()
            space[name](times)
            kept = sys.getallocatedblocks() - before
            times = repeat(None, reads)
            tracemalloc.start()
            space[name](times)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        lines.append(f"{reads:,} reads ({name}): {kept:+d} blocks, a peak of {peak} traced bytes.")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description="The Python timings, as one table.")
    parser.add_argument("--rounds", type=int, default=120)
    rounds = parser.parse_args().rounds
    print(f"CPython {platform.python_version()}, hyperparameter {hyperparameter.__version__}, {rounds} interleaved rounds;"
          " nanoseconds, the empty loop taken off\n")  # fmt: skip
    all_cases, rows = cases()
    timings = measure(all_cases, rounds)
    print("| statement, ns | minimum | median | against its floor | target | |")
    print("| --- | ---: | ---: | --- | --- | --- |")
    for row in rows:
        against, wanted, met = verdict(row, timings)
        timing = timings[row[0]]
        name = row[0].replace("|", "\\|")
        print(f"| {name} | {timing.least:.1f} | {timing.median:.1f} | {against} | {wanted} | {met} |")
    print()
    print("\n".join(imports()))
    print()
    print("\n".join(commands.table()))
    print()
    print("\n".join(threads()))
    print("\n".join(allocations()))


if __name__ == "__main__":
    main()
