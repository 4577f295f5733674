"""What ``hp ls`` finds in source is what the run time declares after importing it: keys, defaults, places."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hyperparameter import param_scope
from hyperparameter.tool import files, show

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parents[2] / "examples"

# Imports modules, runs what reads, and prints what is declared: each default as text, with its places.
RUN_TIME = """
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    module = importlib.import_module(name)
    getattr(module, "all_of_it", lambda: None)()
from hyperparameter import _native
rows = {}
for row in _native.declared():
    rows[row["key"]] = [[repr(default), place, bool(owner)] for default, place, owner in row["places"]]
print(json.dumps(rows))
"""


def declared(root: Path, *modules: str) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-c", RUN_TIME, str(root), *modules], capture_output=True, text=True, check=True, timeout=60
    )
    rows: dict[str, Any] = json.loads(ran.stdout)
    return rows


def evaluated(source: str) -> str:
    """What a default is, by its source."""
    return repr(eval(source, {"WIDTH": 64, "ps": param_scope}))


def found(path: Path) -> list[dict[str, Any]]:
    warnings: list[str] = []
    rows = files.found(files.sources(str(path)), warnings.append)
    assert warnings == []
    return rows


MODULES = ["tool_package.functions", "tool_package.classes", "tool_package.reads", "tool_package.inner.names.deep"]


@pytest.mark.parametrize("module", MODULES)
def test_the_keys_of_a_module_are_those_of_the_run_time(module: str) -> None:
    path = HERE / (module.replace(".", "/") + ".py")
    assert {row["key"] for row in found(path)} == set(declared(HERE, module))


@pytest.mark.parametrize("module", MODULES)
def test_the_defaults_and_places_of_a_module_are_those_of_the_run_time(module: str) -> None:
    path = HERE / (module.replace(".", "/") + ".py")
    at_run_time = declared(HERE, module)
    compared = 0
    for row in found(path):
        places = at_run_time[row["key"]]
        if any(place.startswith("<string>") for _, place, _ in places):
            continue  # the ``__init__`` that a dataclass writes stands in no file
        assert (evaluated(row["default"]), True) in [
            (default, str(path) + ":" + str(row["line"]) in place.split(" in ")[0].split())
            for default, place, _ in places
        ], (row, places)
        assert {owner for _, _, owner in places} == {row["kind"] == "declared"}
        assert row["value"] in (None, *(default for default, _, _ in places))
        compared += 1
    assert compared > 0


def test_a_package_is_all_of_its_modules() -> None:
    whole = {row["key"] for row in found(HERE / "tool_package")}
    assert whole == {row["key"] for module in MODULES for row in found(HERE / (module.replace(".", "/") + ".py"))}


@pytest.mark.parametrize("folder", sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir()))
def test_the_declarations_of_an_example_are_those_of_the_run_time(folder: str) -> None:
    path = EXAMPLES / folder / "main.py"
    at_run_time = declared(path.parent, "main")
    rows = [row for row in show.merged(found(path)) if row["kind"] == "declared"]
    assert {row["key"] for row in rows} == set(at_run_time)
    for row in rows:
        ((default, place, _),) = at_run_time[row["key"]]
        assert (evaluated(row["default"]), f"{path}:{row['line']}") == (default, place.split(" in ")[0])


def test_the_options_of_a_launched_function_are_declared_as_launch_declares_them(tmp_path: Path) -> None:
    file = tmp_path / "prog.py"
    file.write_text("import hyperparameter as hp\n\ndef main(needed, lr: float = 0.1, n=3): ...\n\nhp.launch(main)\n")
    ran = subprocess.run(
        [sys.executable, str(file), "-lps", "--json"], capture_output=True, text=True, check=True, timeout=60
    )
    assert {row["key"] for row in json.loads(ran.stdout)} == {row["key"] for row in found(file)}
