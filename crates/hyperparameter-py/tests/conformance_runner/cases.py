"""Finds the cases of `conformance/`, and says which of them Python leaves out and which are known to differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).resolve().parents[4] / "conformance"
DIFFERENCES = Path(__file__).resolve().parents[1] / "conformance_known_differences.txt"
# What the package lacks as yet, and what it has where a case is for those that do not.
LACKS: set[str] = set()
HAS = {"unbounded-int"}


class Case(NamedTuple):
    """One case, its kind, and `file::name`."""

    kind: str
    name: str
    data: dict[str, Any]

    @property
    def left_out(self) -> str:
        """Why Python leaves it out; empty if it does not."""
        lacking = LACKS & set(self.data.get("needs", ()))
        having = HAS & set(self.data.get("unless", ()))
        return " ".join([*(f"needs {need}" for need in lacking), *(f"unless {need}" for need in having)])


def found() -> Iterator[Case]:
    """Every case, those left out too."""
    for path in sorted(FOLDER.glob("*/*.json")):
        data = json.loads(path.read_text("utf-8"))
        for case in data["cases"]:
            yield Case(data["kind"], f"{path.stem}::{case['name']}", case)


def known_differences() -> dict[str, str]:
    """The reasons why cases differ, by `file::name`."""
    reasons = {}
    for line in DIFFERENCES.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, reason = line.partition(" | ")
            assert reason, f"no reason is given for {name}"
            reasons[name] = reason
    return reasons
