#!/usr/bin/env python3
"""This project beside its peers, each at its newest release in an environment of its own: `make bench-compare`.

    python3 benches/compare/run.py [--rounds 5] [--fresh]

Rounds are interleaved: every peer once, then every peer again, so that a busy moment of the machine meets all of them.
Writes benches/RESULTS.md, and from it the table in README.md. Standard library only; needs the package index the first
time. `--fresh` makes the environments of the peers again, at the releases that are newest then.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import readme_table

HERE = Path(__file__).resolve().parent
ENVS = HERE / ".envs"
ROOT = HERE.parent.parent


@dataclass(frozen=True)
class Peer:
    """One row of the comparison: its name, its environment, its script, what is installed, what is imported."""

    name: str
    env: str
    script: str
    requirement: str
    imports: str

    @property
    def python(self) -> str:
        return str(ENVS / self.env / "bin" / "python")

    def version(self) -> str:
        package = self.requirement.split("==")[0]
        code = f"import importlib.metadata as m; print(m.version({package!r}))"
        return subprocess.run([self.python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


OURS = Peer("this project", "ours", "ours.py", "hyperparameter", "from hyperparameter import auto_param, param_scope")
PEERS = [
    Peer("plain Python", "ours", "plain.py", "", "import dataclasses, contextvars"),
    OURS,
    Peer("hyperparameter 0.6.0 (PyPI)", "hyperparameter-0.6", "hyperparameter_06.py", "hyperparameter==0.6.0",
         "import hyperparameter"),
    Peer("Hydra", "hydra", "hydra_core.py", "hydra-core", "import hydra"),
    Peer("OmegaConf", "omegaconf", "omega_conf.py", "omegaconf", "import omegaconf"),
    Peer("gin-config", "gin", "gin_config.py", "gin-config", "import gin"),
    Peer("ml_collections", "ml_collections", "ml_collection.py", "ml-collections", "import ml_collections"),
]  # fmt: skip


def prepare(fresh: bool) -> None:
    ours = subprocess.run([str(HERE / "ours.sh")], check=True, capture_output=True, text=True).stdout.strip()
    for peer in PEERS:
        if peer.env == "ours":
            continue
        folder = ENVS / peer.env
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
        stamp = folder / ".installed"
        if not stamp.exists():
            subprocess.run([ours, "-m", "venv", "--clear", str(folder)], check=True)
            subprocess.run(
                [peer.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", peer.requirement],
                check=True,
            )
            stamp.touch()


def round_of(peer: Peer) -> dict[str, float]:
    """Nanoseconds of each operation, and of the import over a bare interpreter."""
    run = subprocess.run([peer.python, str(HERE / "peers" / peer.script)], capture_output=True, text=True, check=False)
    if run.returncode:
        sys.exit(f"{peer.name} failed:\n{run.stderr}")
    found = json.loads(run.stdout)
    found["import"] = max(0.0, min(started(peer.python, peer.imports) for _ in range(10)) - min(
        started(peer.python, "pass") for _ in range(10)))  # fmt: skip
    return found


def started(python: str, program: str) -> float:
    began = time.perf_counter_ns()
    subprocess.run([python, "-I", "-c", program], check=True)
    return time.perf_counter_ns() - began


def shown(ns: float) -> str:
    if ns < 1:
        return "< 1 ns"
    if ns < 10:
        return f"{ns:.1f} ns"
    if ns < 1e3:
        return f"{ns:.0f} ns"
    return f"{ns / 1e3:.1f} µs" if ns < 1e6 else f"{ns / 1e6:.1f} ms"


def times(factor: float) -> str:
    if factor >= 10:
        return f"{factor:,.0f} x"
    return f"{factor:.1f} x" if factor >= 0.95 else f"{factor:.2f} x"


def machine() -> str:
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


# What is one another's like, in the order of the tables: the section, what ours is measured by, and a word on it.
SECTIONS = [
    ("read", "read: param_scope, set", "One read of `model.layers.0.size`, which holds 64."),
    ("call", "call: auto_param, one value set", "One call of a function with one parameter."),
    ("scope", "scope: with a prepared scope", "Entering and leaving once."),
    ("import", "import", "A fresh process that imports, less one that does not."),
]


def report(found: dict[tuple[str, str], list[float]], rounds: int) -> str:
    versions = {peer.name: peer.version() for peer in PEERS if peer.requirement}
    python = subprocess.run([OURS.python, "-V"], capture_output=True, text=True, check=True).stdout.strip()
    lines = [
        "# This project beside its peers",
        "",
        "Written by `make bench-compare` (`python3 benches/compare/run.py`); do not edit.",
        "",
        f"- {date.today().isoformat()}, {machine()}, load {os.getloadavg()[0]:.1f} at the end",
        f"- {python}; " + ", ".join(f"{name} {version}" for name, version in versions.items() if "0.6.0" not in name)
        + ", hyperparameter 0.6.0 from PyPI",
        f"- {rounds} interleaved rounds, every peer in a process and an environment of its own. In each a statement runs up"
        " to 1,000,000 times (fewer where that takes over a second), in five parts of which the least counts; the empty"
        " loop is taken off. Minimum and maximum are those of the rounds.",
        "- Ratios say how many times as long as this project's first way it takes: below 1 the other wins.",
        "",
        readme_table.BEGIN,
        *headline(found),
        readme_table.END,
    ]  # fmt: skip
    for section, ours, word in SECTIONS:
        reference = min(found[OURS.name, ours])
        lines += [
            "",
            f"## {section}",
            "",
            word,
            "",
            "| | | minimum | median | maximum | ratio |",
            "| --- | --- | ---: | ---: | ---: | ---: |",
        ]
        rows = [(peer, what, each) for (peer, what), each in found.items() if what.split(":")[0] == section]
        for peer, what, each in sorted(rows, key=lambda row: min(row[2])):
            name = (what.split(": ", 1)[1] if ": " in what else "").replace("|", "\\|")
            lines.append(f"| {peer} | {name} | {shown(min(each))} | {shown(statistics.median(each))} | {shown(max(each))}"
                         f" | {times(min(each) / reference)} |")  # fmt: skip
    return "\n".join(lines) + "\n"


# The rows of the README: what it says, then for read, call, scope and import the operation that stands for it.
HEADLINE = [
    ("plain Python", "plain attribute, call, ContextVar",
     "read: dataclass attribute", "call: plain function", "scope: ContextVar set, reset", ""),
    ("this project", "**this project**: `param_scope`, `@auto_param`",
     "read: param_scope, set", "call: auto_param, one value set", "scope: with a prepared scope", "import"),
    ("hyperparameter 0.6.0 (PyPI)", "hyperparameter 0.6.0 from PyPI",
     "read: entered scope, set", "call: @param, one value set", "scope: with a prepared scope", "import"),
    ("gin-config", "gin-config", "read: query_parameter", "call: @configurable, one value set",
     "scope: with config_scope", "import"),
    ("ml_collections", "ml_collections: `ConfigDict`", "read: ConfigDict", "", "", "import"),
    ("Hydra", "Hydra: `DictConfig`", "read: DictConfig", "", "", "import"),
    ("OmegaConf", "OmegaConf: `DictConfig`", "read: DictConfig", "", "", "import"),
]  # fmt: skip


def headline(found: dict[tuple[str, str], list[float]]) -> list[str]:
    lines = [
        "| | read `model.layers.0.size` | decorated call | enter + leave a scope | import |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    columns = [ours for _, ours, _ in SECTIONS]
    for peer, name, *operations in HEADLINE:
        cells = []
        for ours, operation in zip(columns, operations, strict=True):
            if not operation:
                cells.append("–")
                continue
            least = min(found[peer, operation])
            factor = least / min(found[OURS.name, ours])
            cells.append(shown(least) if peer == OURS.name else f"{shown(least)} ({times(factor)})")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    get = min(found["hyperparameter 0.6.0 (PyPI)", "read: entered.get('…')"])
    lines += [
        "",
        f"Least of several interleaved rounds, and how many times as long as this project it takes. An injected argument is"
        " a local variable in every library that injects: about 1 ns. The fastest read of 0.6.0, `get('…')` on an"
        f" entered scope, takes {shown(get)}. Machine, versions, spread and the other ways: `benches/RESULTS.md`.",
    ]
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description="This project beside its peers.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--fresh", action="store_true", help="make the peers' environments again, at their newest releases"
    )
    arguments = parser.parse_args()
    prepare(arguments.fresh)
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for number in range(arguments.rounds):
        for peer in PEERS:
            print(f"round {number + 1} of {arguments.rounds}: {peer.name}", file=sys.stderr)
            for what, ns in round_of(peer).items():
                found[peer.name, what].append(ns)
    del found["plain Python", "import"]
    readme_table.RESULTS.write_text(report(found, arguments.rounds))
    readme_table.write()
    print(readme_table.RESULTS.read_text())


if __name__ == "__main__":
    main()
