#!/usr/bin/env python3
"""The regression gate: instructions that one pass of each hot path takes, against `limits.toml`.

    benches/instructions/check.py            exit 1 where a path costs more than its limit
    benches/instructions/check.py --update   write what was counted as the new limits
    benches/instructions/check.py --cpp BIN  the paths of cpp/benches/one_path.cpp, built as BIN, against `cpp.toml`

Each path of `benches/core/src/one_path.rs` runs twice under valgrind, with few passes and with many: the difference is
free of starting up. Counts do not depend on how busy the machine is. Standard library only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FEW, MANY = 200, 2200
LINE = re.compile(r"^(?P<name>[a-z0-9-]+) = (?P<limit>[0-9.]+)(?P<rest>.*)$")


def build() -> Path:
    command = ["cargo", "build", "--quiet", "--release", "--package", "hyperparameter-bench", "--bin", "one-path"]
    subprocess.run(command, cwd=ROOT, check=True)
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "one-path"


def count(binary: Path, path: str, passes: int) -> int:
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", str(binary), path, str(passes)]
    # What is in the environment moves the stack and may move a count.
    run = subprocess.run(command, capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, check=False)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode or not found:
        sys.exit(f"valgrind did not run '{binary} {path} {passes}':\n{run.stderr}")
    return int(found[1])


def limits(file: Path) -> tuple[float, dict[str, float]]:
    lines = [m for m in map(LINE.match, file.read_text().splitlines()) if m]
    found = {m["name"]: float(m["limit"]) for m in lines}
    return found.pop("tolerance"), found


def update(file: Path, counted: dict[str, float]) -> None:
    lines = []
    for line in file.read_text().splitlines():
        match = LINE.match(line)
        if match and match["name"] in counted:
            head = f"{match['name']} = {counted[match['name']]:.0f}"
            line = f"{head:<24}{match['rest'].strip()}".rstrip()
        lines.append(line)
    file.write_text("\n".join(lines) + "\n")


def main(arguments: list[str]) -> int:
    cpp, arguments = (
        (Path(arguments[1]), arguments[2:]) if arguments[:1] == ["--cpp"] and arguments[1:] else (None, arguments)
    )
    if arguments not in ([], ["--update"]):
        sys.exit(__doc__)
    file = HERE / ("cpp.toml" if cpp else "limits.toml")
    if not shutil.which("valgrind"):
        if os.environ.get("NO_VALGRIND"):
            print("instructions: not counted (NO_VALGRIND is set)")
            return 0
        sys.exit(
            "valgrind is missing: install it (apt-get install valgrind), or set NO_VALGRIND=1 to go without this check"
        )
    binary = cpp or build()
    paths = subprocess.run([binary, "list"], capture_output=True, text=True, check=True).stdout.split()
    counted = {path: (count(binary, path, MANY) - count(binary, path, FEW)) / (MANY - FEW) for path in paths}
    tolerance, allowed = limits(file)
    if arguments:
        update(file, counted)
    over, under = [], []
    print(f"{'path':<20}{'instructions':>14}{'limit':>8}")
    for path, cost in counted.items():
        limit = counted[path] if arguments else allowed.get(path)
        verdict = ""
        if limit is None:
            verdict, _ = f"no limit: add a line with its reason to {file.name}", over.append(path)
        elif cost > limit * (1 + tolerance):
            verdict, _ = f"over by {cost / limit - 1:.0%}", over.append(path)
        elif cost < limit * (1 - tolerance):
            verdict, _ = f"under by {1 - cost / limit:.0%}", under.append(path)
        print(f"{path:<20}{cost:>14.1f}{limit or 0:>8.0f}  {verdict}".rstrip())
    gone = sorted(set(allowed) - set(counted))
    update_command = f"benches/instructions/check.py {f'--cpp {cpp} ' if cpp else ''}--update"
    if gone:
        print(f"{file.name} has lines for paths that are gone: {', '.join(gone)}")
    if over:
        print(
            "\nA hot path became dearer. See where: valgrind --tool=callgrind --dump-instr=yes"
            f" {binary} {over[0]} 10000; callgrind_annotate.\nIf the price is meant, say why in the commit and run"
            f" {update_command}."
        )
    elif under:
        print(f"\nCheaper than the limits say: keep it so with {update_command}.")
    return 1 if over or gone else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
