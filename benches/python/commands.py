"""What each command of ``hp`` costs over an interpreter that only starts: `benches/python/bench.py` prints the table, or

    python benches/python/commands.py [--runs N]

The project that is read is small, or has 200 files; a cache is its own, in a temporary folder.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

APP = '''
import hyperparameter as hp
from hyperparameter import param_scope as ps
{imports}

@hp.auto_param("train")
def train(lr: float = 1e-3, steps: int = 100, kind="adam", clip=None):
    """Train.

    Args:
        lr: Learning rate.
    """
    ps.model.width | 64

if __name__ == "__main__":
    hp.launch(train)
'''
PART = """
from hyperparameter import auto_param, param_scope as ps

@auto_param("part{n}")
def part(size: int = {n}, opt={{"lr": 0.1, "wd": 0.0}}, names=("a", "b")):
    ps.part{n}.extra | "x"
"""


def project(folder: Path, parts: int) -> None:
    """A program that imports so many modules of its own."""
    for n in range(parts):
        (folder / f"part{n}.py").write_text(PART.format(n=n))
    (folder / "app.py").write_text(APP.format(imports="\n".join(f"import part{n}" for n in range(parts))))
    (folder / "good.toml").write_text('[train]\nlr = 0.5\nkind = "sgd"\n[model]\nwidth = 8\n')


def cases(hp: list[str], small: Path, large: Path) -> dict[str, tuple[list[str], Path, float | None, bool]]:
    """By name: the command, where it runs, what it may cost in ms, whether it may use what it kept."""
    complete = ["complete", "app.py", "--shell", "bash", "--", "-D", "tr"]
    return {
        "python -I -c pass": ([sys.executable, "-I", "-c", "pass"], small, None, True),
        "import re, which some entry points do": ([sys.executable, "-I", "-c", "import re"], small, None, True),
        "hp --version": ([*hp, "--version"], small, 150, True),
        "hp ls, nothing kept": ([*hp, "ls"], small, 150, False),
        "hp ls": ([*hp, "ls"], small, 150, True),
        "hp ls --format json": ([*hp, "ls", "--format", "json"], small, 150, True),
        "hp describe train.lr": ([*hp, "describe", "train.lr"], small, 150, True),
        "hp check, nothing kept": ([*hp, "check", "good.toml"], small, 150, False),
        "hp check": ([*hp, "check", "good.toml"], small, 150, True),
        "hp diff": ([*hp, "diff", "good.toml"], small, 150, True),
        "hp schema app:train": ([*hp, "schema", "app:train"], small, 150, True),
        "hp complete app.py": ([*hp, *complete], small, 35, True),
        "hp complete app.py, 200 files": ([*hp, *complete], large, 35, True),
        "hp ls, 200 files": ([*hp, "ls"], large, None, True),
        "hp ls, 200 files, nothing kept": ([*hp, "ls"], large, None, False),
    }  # fmt: skip


def table(runs: int = 25) -> list[str]:
    """The rows of the table, each the least of many runs, all in turn."""
    script = Path(sys.executable).parent / "hp"
    hp = [str(script)] if script.exists() else [sys.executable, "-m", "hyperparameter"]
    with tempfile.TemporaryDirectory() as name:
        folders = [Path(name) / each for each in ("small", "large")]
        for folder, parts in zip(folders, (3, 200), strict=True):
            folder.mkdir()
            project(folder, parts)
        time.sleep(0.1)  # what has just been written is not kept
        times: dict[str, list[float]] = {}
        kept = {**os.environ, "XDG_CACHE_HOME": str(Path(name) / "cache")}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package is compiled
        for run in range(runs + 1):
            for what, (command, folder, _, keeps) in cases(hp, *folders).items():
                where = kept if keeps else {**kept, "XDG_CACHE_HOME": str(Path(name) / f"cache{run}" / what)}
                began = time.perf_counter_ns()
                ran = subprocess.run(command, cwd=folder, env=where, capture_output=True, check=False)
                if ran.stderr or ran.returncode not in (0, 1):
                    sys.exit(f"{what}: {ran.stderr.decode()}")
                if run:  # the first one fills the caches
                    times.setdefault(what, []).append((time.perf_counter_ns() - began) / 1e6)
        bare = min(times["python -I -c pass"])
        lines = [
            "| command, ms | minimum | median | minimum over bare | target | |",
            "| --- | ---: | ---: | --- | --- | --- |",
        ]
        for what, (_, _, limit, _) in cases(hp, *folders).items():
            each = times[what]
            over = min(each) - bare
            target = ("", "") if limit is None else (f"≤ +{limit:g}", "met" if over <= limit else "**missed**")
            lines.append(
                f"| {what} | {min(each):.1f} | {statistics.median(each):.1f} | {over:+.1f} | {target[0]} | {target[1]} |"
            )
    return lines


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What each command of hp costs.")
    parser.add_argument("--runs", type=int, default=25)
    print("\n".join(table(parser.parse_args().runs)))
