#!/usr/bin/env python3
"""Runs what cpp/benches built and prints its table: times beside those of other flags, and the size of a small program.

cpp/benches/table.py [BUILD]       # target/cpp-bench, where nothing is said

Everything of one run takes turns (Google Benchmark's random interleaving), and the minimum of all turns counts: whatever
else runs on the machine only ever adds to it. It is processor time, of two threads that of both by the reads of both.
Ratios are within one row. Standard library only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = ["ours", "absl", "gflags", "thread_local", "map"]
HEADS = ["**this project**", "absl::GetFlag", "gflags", "thread_local", "unordered_map"]
TURNS = 60

# What is asked of this project, in nanoseconds.
TARGETS = {
    "int": 2.5,
    "int, missing": 2.5,
    "int, outside every scope": 2.5,
    "int, missing, outside every scope": 2.5,
    "int, under 8 guards": 6.0,
    "int, two threads at once": 2.5,
    "std::string_view": 4.0,
    "guard of one pair": 80.0,
    "guard of five pairs": 200.0,
}


def measured(binary: Path) -> dict[str, dict[str, float]]:
    """Nanoseconds by row and column, in the order in which the benches are written."""
    command = [
        str(binary),
        f"--benchmark_repetitions={TURNS}",
        "--benchmark_min_time=0.005",
        "--benchmark_enable_random_interleaving=true",
        "--benchmark_format=json",
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    rows: dict[str, dict[str, float]] = {}
    for one in sorted(json.loads(run.stdout)["benchmarks"], key=lambda one: one["family_index"]):
        if one["run_type"] != "iteration":
            continue
        row, column = one["run_name"].removesuffix("/threads:2").split("/")[:2]
        time = one["cpu_time"]
        cells = rows.setdefault(row, {})
        cells[column] = min(time, cells.get(column, time))
    return rows


def sizes(build: Path) -> dict[str, dict[str, float]]:
    """Kilobytes of the smallest program."""

    def size(name: str) -> float:
        return (build / f"hello_{name}").stat().st_size / 1024

    return {
        f"hello world, {kind}, KB": {column: size(f"{column}_{kind}") for column in ("ours", "absl", "gflags")}
        for kind in ("static", "shared")
    }


def shown(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def line(name: str, cells: dict[str, float]) -> str:
    ours = cells["ours"]
    out = [name]
    for column in COLUMNS:
        value = cells.get(column)
        ratio = "" if column == "ours" or value is None else f" (x {value / ours:.2g})"
        out.append("" if value is None else f"{shown(value)}{ratio}")
    target = TARGETS.get(name)
    out.append("" if target is None else f"≤ {target:g}, met" if ours <= target else f"≤ {target:g}, **missed**")
    return "| " + " | ".join(out) + " |"


def main(arguments: list[str]) -> int:
    build = Path(arguments[0]) if arguments else ROOT / "target/cpp-bench"
    build = build / "benches"
    load = os.getloadavg()[0]
    lines = [
        "| one pass, ns (x this project) | " + " | ".join(HEADS) + " | target |",
        "| --- |" + " ---: |" * len(COLUMNS) + " --- |",
    ]
    lines += [line(name, cells) for name, cells in {**measured(build / "flags"), **sizes(build)}.items()]
    lines.append("")
    none = (build / "hello_none").stat().st_size / 1024
    lines.append(f"Load of the machine {load:.1f} at the beginning. A hello world without flags has {none:.0f} KB.")
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
