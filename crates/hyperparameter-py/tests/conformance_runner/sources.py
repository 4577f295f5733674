"""Runs a case of the kind python in a process of its own: the source, then its expressions or the error that ends it."""

from __future__ import annotations

import json
import sys
from typing import Any

import hyperparameter as hp
from conformance_runner.messages import Differs, check_error, recorded
from conformance_runner.values import Values, exact


def run(case: dict[str, Any]) -> None:
    """Raises where the package does not do what the case says."""
    names = {
        "__name__": "case",
        "hp": hp,
        "ps": hp.param_scope,
        "param_scope": hp.param_scope,
        "auto_param": hp.auto_param,
    }
    values = Values()
    if "warns" in case:
        with recorded() as warned:
            _run(case, names, values)
            warned.check(case["warns"], case["name"])
    else:
        _run(case, names, values)


def _run(case: dict[str, Any], names: dict[str, Any], values: Values) -> None:
    error = case.get("error")
    try:
        exec(compile("\n".join(case["source"]), "case.py", "exec", dont_inherit=True), names)
    except Exception as raised:
        if error is None:
            raise
        check_error(raised, error, case["name"])
    else:
        if error is not None:
            raise Differs("no error was raised")
    for expression, want in case.get("expect", []):
        got = eval(expression, names)
        if not exact(got, values.expected(want)):
            raise Differs(f"{expression} is {got!r}, not {want!r}")


if __name__ == "__main__":
    run(json.load(sys.stdin))
