"""What the tests of native modules share, in whatever language a module is written."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hyperparameter import param_scope as ps


def load(path: Path) -> Any:
    """The module of this file."""
    spec = importlib.util.spec_from_file_location(path.name.partition(".")[0], path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def python(folder: Path, program: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a program in a process of its own, in which the modules of this folder can be imported."""
    env = {**os.environ, "PYTHONPATH": str(folder), **environment}
    command = [sys.executable, "-c", program, *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)


def seen_in_turn(key: str, read: Callable[[], int]) -> tuple[list[int], list[int]]:
    """What two tasks, in which the key is 1 and 2, read ten times each, in turn."""

    async def task(value: int, seen: list[int]) -> None:
        with ps({key: value}):
            for _ in range(10):
                # Nothing else of ours runs between the reads of the two.
                seen.append(read())
                await asyncio.sleep(0)

    async def main() -> tuple[list[int], list[int]]:
        one: list[int] = []
        two: list[int] = []
        await asyncio.gather(task(1, one), task(2, two))
        return one, two

    return asyncio.run(main())


def read_where_written(key: str, module: Any) -> list[list[int]]:
    """What two tasks, in which a module writes 1 and 2, read afterwards: the module, and Python."""

    async def task(value: int) -> list[int]:
        module.write_int(key, value)
        await asyncio.sleep(0)
        return [module.read_int(key, 0), ps[key] | 0]

    async def main() -> list[list[int]]:
        return list(await asyncio.gather(task(1), task(2)))

    return asyncio.run(main())
