#!/usr/bin/env python3
"""File to readable store: 200,000 leaves at depth 4 in each format, beside Python's loaders: `make bench-config`.

    python3 benches/config/run.py [--rounds 5] [--load PROGRAM] [--folder DIR]

Everything runs in a process of its own, in interleaved rounds, and the least of its rounds counts: CPU seconds, which a
busy machine disturbs less than seconds. OmegaConf, which takes half a minute, runs in the first round only. Standard
library only; the peers live in an environment of their own (benches/compare/.envs/config), made the first time. Ends with
status 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import files

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ENV = ROOT / "benches" / "compare" / ".envs" / "config"
PACKAGES = ["rtoml", "pyyaml", "omegaconf"]
MEMORY = 10.0


@dataclass(frozen=True)
class Peer:
    """Another loader, and how many times as long as ours it must take (None: for the record only)."""

    name: str
    format: str
    target: float | None
    rounds: int = 1 << 30


PEERS = [
    Peer("json.loads", "json", 1 / 3),
    Peer("tomllib", "toml", 5),
    Peer("rtoml", "toml", None),
    Peer("PyYAML, C", "yaml", 10),
    Peer("OmegaConf.create", "json", 50, rounds=1),
]


def prepare() -> str:
    """The Python of the peers' environment."""
    python = ENV / "bin" / "python"
    stamp = ENV / ".installed"
    if not stamp.exists() or stamp.read_text() != " ".join(PACKAGES):
        newest = subprocess.run([ROOT / "scripts" / "pythons.sh", "newest"], capture_output=True, text=True, check=True)
        subprocess.run([newest.stdout.strip(), "-m", "venv", "--clear", str(ENV)], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PACKAGES], check=True)
        stamp.write_text(" ".join(PACKAGES))
    return str(python)


def build() -> str:
    """The program that loads a file, built for release."""
    subprocess.run(
        ["cargo", "build", "--quiet", "--release", "--package", "hyperparameter-bench", "--bin", "load"],
        check=True,
        cwd=ROOT,
    )
    found = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--no-deps", "--offline"],
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    return str(Path(json.loads(found.stdout)["target_directory"]) / "release" / "load")


def ours(load: str, path: Path, *more: str) -> dict[str, float]:
    found: dict[str, float] = json.loads(subprocess.run([load, path, *more], capture_output=True, check=True).stdout)
    return found


def theirs(python: str, peer: Peer, path: Path) -> float:
    return float(subprocess.run([python, HERE / "peer.py", peer.name, path], capture_output=True, check=True).stdout)


def measure(load: str, python: str, paths: dict[str, Path], rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """The least CPU seconds of each format, and of each peer."""
    mine: dict[str, float] = {}
    best: dict[str, float] = {}
    for number in range(rounds):
        for name, path in paths.items():
            mine[name] = min(mine.get(name, 1e9), ours(load, path)["cpu_s"])
            for peer in PEERS:
                if peer.format == name and number < peer.rounds:
                    best[peer.name] = min(best.get(peer.name, 1e9), theirs(python, peer, path))
    return mine, best


def main() -> int:
    parser = argparse.ArgumentParser(description="File to readable store, beside Python's loaders.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--load", help="the built program (else it is built)")
    parser.add_argument("--folder", type=Path, help="where the files are made, and kept (else in a temporary folder)")
    arguments = parser.parse_args()
    python = prepare()
    load = arguments.load or build()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        paths = files.write(folder)
        mine, best = measure(load, python, paths, arguments.rounds)
        memory = {name: ours(load, path, "--memory") for name, path in paths.items()}
        sizes = {name: path.stat().st_size / 1e6 for name, path in paths.items()}
    missed = 0

    def verdict(met: bool) -> str:
        nonlocal missed
        missed += not met
        return "met" if met else "**missed**"

    print("| file | MB | ours, CPU s | peer | peer, CPU s | peer / ours | target | |")
    print("| --- | ---: | ---: | --- | ---: | ---: | ---: | --- |")
    for peer in PEERS:
        # OmegaConf is given a ready dictionary, and is measured against the slowest of ours.
        whole = peer.name == "OmegaConf.create"
        seconds = max(mine.values()) if whole else mine[peer.format]
        ratio = best[peer.name] / seconds
        said = ("", "") if peer.target is None else (f"≥ {peer.target:.2f}", verdict(ratio >= peer.target))
        place = ("any", "") if whole else (peer.format, f"{sizes[peer.format]:.1f}")
        print(f"| {place[0]} | {place[1]} | {seconds:.3f} | {peer.name} | {best[peer.name]:.3f} | {ratio:.2f} | {said[0]} | {said[1]} |")
    print("\n| file | MB | peak of the heap, MB | x file | target | | whole process, MB |")
    print("| --- | ---: | ---: | ---: | ---: | --- | ---: |")
    for name, found in memory.items():
        times = found["peak_mb"] / sizes[name]
        print(
            f"| {name} | {sizes[name]:.1f} | {found['peak_mb']:.1f} | {times:.1f} | ≤ {MEMORY:.0f} "
            f"| {verdict(times <= MEMORY)} | {found['resident_mb']:.0f} |"
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
