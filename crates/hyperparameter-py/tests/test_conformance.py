"""The vectors of `conformance/` that are Python programs, keys or hashes, run through the public package.

Scope programs, literals and conversions are not run from Python yet: the Rust runner runs those.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import hyperparameter as hp

FOLDER = Path(__file__).resolve().parents[3] / "conformance"
# Runs one case in a process of its own: the source, then either the expressions or the error that must end it.
RUN = """
import json, sys
import hyperparameter as hp
from hyperparameter import auto_param, param_scope

def plain(value):
    if isinstance(value, dict) and len(value) == 1:
        (mark, inner), = value.items()
        if mark == "$float":
            return float(inner)
        if mark == "$int":
            return int(inner)
        if mark in ("$tuple", "$set"):
            return {"$tuple": tuple, "$set": set}[mark](map(plain, inner))
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value

case = json.load(sys.stdin)
names = {"__name__": "case", "hp": hp, "ps": param_scope, "param_scope": param_scope, "auto_param": auto_param}
error = case.get("error")
try:
    exec(compile("\\n".join(case["source"]), "case.py", "exec"), names)
except Exception as raised:
    if error is None:
        raise
    mro = [cls.__name__ for cls in type(raised).__mro__]
    assert error["kind"] in ("any", *mro), f"{type(raised).__name__}: {raised}"
    for word in error.get("mentions", []):
        assert word in str(raised), f"{word!r} is not in: {raised}"
else:
    assert error is None, "no error was raised"
for expression, want in case.get("expect", []):
    got = eval(expression, names)
    assert got == plain(want), f"{expression} is {got!r}, not {plain(want)!r}"
"""


def cases(kind: str) -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*/*.json")):
        data = json.loads(path.read_text("utf-8"))
        if data["kind"] == kind:
            found += [pytest.param(case, id=f"{path.stem}::{case['name']}") for case in data["cases"]]
    assert found, f"there are no {kind} cases in {FOLDER}"
    return found


@pytest.mark.parametrize("case", cases("python"))
def test_a_program_does_what_the_contract_says(case: dict[str, Any], tmp_path: Path) -> None:
    if case.get("how") == "script":
        program = tmp_path / "case.py"
        program.write_text("\n".join(case["source"]), "utf-8")
        words, given = [str(program)], None
    else:
        words, given = ["-c", RUN], json.dumps(case)
    run = subprocess.run(
        [sys.executable, *words], input=given, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    if "prints" in case:
        assert run.stdout.splitlines() == case["prints"], run.stderr


@pytest.mark.parametrize("case", cases("hash"))
def test_a_key_has_the_hash_of_the_contract(case: dict[str, Any]) -> None:
    if isinstance(case.get("key"), str):
        assert hp.key_hash(case["key"]) == int(case["hash"])
