"""How long a configuration of 200,000 leaves at depth 4 takes from file to readable store, beside Python's loaders.

    python3 benches/config/run.py LOAD [DIR]

LOAD is the built `load` program (`cargo build --release -p hyperparameter-bench --bin load`). Standard library only;
PyYAML (with its C loader) and OmegaConf are measured when they can be imported. All of it in one interleaved run: the
minimum of ROUNDS for each, in CPU seconds, which a busy machine disturbs less (ours: of a whole process). The files are made in DIR, or in a temporary folder.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROUNDS = int(os.environ.get("ROUNDS", "3"))
LEAVES = 200_000


def tree() -> dict[str, Any]:
    """200,000 leaves below 22 * 22 * 22 maps; names and values as long as in the files that the targets were set for."""
    random.seed(4)
    kinds: list[Callable[[], Any]] = [
        random.random,
        lambda: random.randrange(10**12),
        lambda: "value " + "".join(random.choices("abcdefgh ", k=16)),
        lambda: [random.randrange(1000) for _ in range(4)],
        lambda: random.random() * 1e-6,
        lambda: random.choice([True, False, "a", 1.5]),
    ]
    root: dict[str, Any] = {}
    for leaf in range(LEAVES):
        a, b, c = leaf % 22, leaf // 22 % 22, leaf // 22 // 22 % 22
        group = root.setdefault(f"group{a}", {}).setdefault(f"sec{b}", {}).setdefault(f"blk{c}", {})
        group[f"parameter_value_{leaf // 22**3:02}"] = random.choice(kinds)()
    return root


def toml(node: dict[str, Any], path: str, out: list[str]) -> None:
    inner = {name: value for name, value in node.items() if isinstance(value, dict)}
    if len(inner) < len(node):
        # One dotted key a line: of the ways to write it the longest, and the one with most to look up.
        out += [f"{path}.{name} = {json.dumps(value)}" for name, value in node.items() if name not in inner]
    for name, value in inner.items():
        toml(value, f"{path}.{name}" if path else name, out)


def yaml(node: dict[str, Any], indent: str, out: list[str]) -> None:
    for name, value in node.items():
        if isinstance(value, dict):
            out.append(f"{indent}{name}:")
            yaml(value, indent + "  ", out)
        else:
            out.append(f"{indent}{name}: {json.dumps(value)}")


def ours(load: str, path: Path, *more: str) -> dict[str, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run([load, str(path), *more], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found: dict[str, float] = json.loads(run.stdout)
    found["cpu_s"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return found


def timed(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> int:
    load = sys.argv[1]
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
    made = tree()
    lines: dict[str, list[str]] = {"toml": [], "yaml": []}
    toml(made, "", lines["toml"])
    yaml(made, "", lines["yaml"])
    texts = {"json": json.dumps(made), **{name: "\n".join(all_) + "\n" for name, all_ in lines.items()}}
    for name, text in texts.items():
        (folder / f"big.{name}").write_text(text)
    peers: dict[str, tuple[str, float, Callable[[], Any]]] = {
        "json": ("json.loads", 1 / 3, lambda: json.loads((folder / "big.json").read_text())),
    }
    try:
        import tomllib

        peers["toml"] = ("tomllib", 5, lambda: tomllib.loads((folder / "big.toml").read_text()))
    except ImportError:
        pass
    try:
        import yaml as pyyaml

        loader = pyyaml.CSafeLoader
        peers["yaml"] = ("PyYAML, C", 10, lambda: pyyaml.load((folder / "big.yaml").read_text(), loader))
    except (ImportError, AttributeError):
        pass
    best: dict[str, float] = {}
    mine: dict[str, dict[str, float]] = {}
    for _ in range(ROUNDS):
        for name in texts:
            found = ours(load, folder / f"big.{name}")
            if name not in mine or found["cpu_s"] < mine[name]["cpu_s"]:
                mine[name] = found
            if name in peers:
                best[name] = min(best.get(name, 1e9), timed(peers[name][2]))
    for name in texts:
        mine[name]["peak_mb"] = ours(load, folder / f"big.{name}", "--memory")["peak_mb"]
    omega = None
    try:
        from omegaconf import OmegaConf

        omega = timed(lambda: OmegaConf.create(made))
    except ImportError:
        pass
    print("| format | file MB | wall s | CPU s | peak MB | x file | peer | peer CPU s | peer / ours | target | |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: | --- |")
    for name, text in texts.items():
        size, found = len(text) / 1e6, mine[name]
        row = f"| {name} | {size:.1f} | {found['all_s']:.3f} | {found['cpu_s']:.3f} | {found['peak_mb']:.0f} "
        row += f"| {found['peak_mb'] / size:.1f} "
        if name in best:
            peer, target, _ = peers[name]
            ratio = best[name] / found["cpu_s"]
            verdict = "met" if ratio >= target and found["peak_mb"] <= 10 * size else "**missed**"
            row += f"| {peer} | {best[name]:.3f} | {ratio:.2f} | ≥ {target:.2f} | {verdict} |"
        else:
            row += "| | | | | |"
        print(row)
    if omega is not None:
        worst = max(found["cpu_s"] for found in mine.values())
        print(
            f"\nOmegaConf.create of the ready dictionary: {omega:.2f} s, {omega / worst:.0f} times the slowest of these."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
