#!/usr/bin/env python3
"""Cuts the table of README.md from benches/RESULTS.md.

python3 benches/compare/readme_table.py            write it
python3 benches/compare/readme_table.py --check    exit 1 where the two disagree
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
README = ROOT / "README.md"
RESULTS = ROOT / "benches" / "RESULTS.md"
BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"


def between(path: Path) -> str:
    """What stands between the marks of a file."""
    text = path.read_text(encoding="utf-8")
    _, begin, rest = text.partition(BEGIN)
    table, end, _ = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{path.name} has no {BEGIN} … {END}")
    return table


def agree() -> bool:
    """Whether the README shows what was measured."""
    return between(README).strip() == between(RESULTS).strip()


def write() -> None:
    """Puts the table of the results into the README."""
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    between(README)
    README.write_text(f"{before}{BEGIN}\n{between(RESULTS).strip()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        if not agree():
            sys.exit("the table in README.md is not that of benches/RESULTS.md: run benches/compare/readme_table.py")
    else:
        write()
