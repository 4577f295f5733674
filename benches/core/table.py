"""The table of the core's timings from what criterion measured: minimum of all samples, median, and the target.

    python3 benches/core/table.py [TARGET_DIR]

Standard library only. Criterion keeps every sample in TARGET_DIR/criterion/NAME/new/sample.json; the minimum is of
time per iteration over the samples, which a busy machine disturbs least.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path

# What the issue asks for, in nanoseconds, by the beginning of a bench's name.
TARGETS = [
    ("read hit/under 8 scopes", 8),
    ("read miss/under 8 scopes", 8),
    ("state hit/under 8 scopes", 8),
    ("read hit/under 64 scopes", None),
    ("read miss/under 64 scopes", None),
    ("state hit/under 64 scopes", None),
    ("read hit/", 2),
    ("read miss/", 2),
    ("state hit/", 2),
    ("enter+leave/prepared, 1 key", 60),
    ("enter+leave/prepared, 100000 keys", 1000),
    ("new thread's first read/", 100),
]


def measured(target: Path) -> dict[str, tuple[float, float]]:
    """Minimum and median nanoseconds of each bench, in the order in which they ran."""
    found = []
    for sample in (target / "criterion").glob("**/new/sample.json"):
        data = json.loads(sample.read_text())
        name = json.loads((sample.parent / "benchmark.json").read_text())["full_id"]
        each = [time / count for time, count in zip(data["times"], data["iters"], strict=True)]
        found.append((sample.stat().st_mtime, name, min(each), statistics.median(each)))
    return {name: (low, median) for _, name, low, median in sorted(found)}


def target_of(name: str) -> float | None:
    return next((ns for start, ns in TARGETS if name.startswith(start)), None)


def shown(ns: float) -> str:
    return f"{ns:.2f}" if ns < 10 else f"{ns:,.1f}" if ns < 1000 else f"{ns:,.0f}"


def table(found: dict[str, tuple[float, float]]) -> str:
    floor = found.get("floor/thread_local Cell", (0.0, 0.0))[0]
    lines = ["| core, ns | minimum | median | x floor | target | |", "| --- | ---: | ---: | ---: | ---: | --- |"]
    for name, (low, median) in found.items():
        target = target_of(name)
        ratio = f"{low / floor:.1f}" if floor else ""
        verdict = "" if target is None else "met" if low <= target else "**missed**"
        wanted = "" if target is None else f"≤ {target:,}"
        lines.append(f"| {name} | {shown(low)} | {shown(median)} | {ratio} | {wanted} | {verdict} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(measured(Path(sys.argv[1] if len(sys.argv) > 1 else "target"))))
