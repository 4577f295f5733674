"""What ``hp ls`` finds in source is what the run time declares after importing it: keys, defaults, places."""

from __future__ import annotations

import json
import random
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


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in EXAMPLES.glob("*/main.py")))
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


def test_a_constant_of_another_module_has_the_value_of_the_run_time(tmp_path: Path) -> None:
    package = tmp_path / "has_constants"
    (package / "inner").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "inner" / "__init__.py").write_text("")
    (package / "values.py").write_text("WIDTH = 60 * 60\nRATE = 0.5\nON = not False\nTWICE = 1\nTWICE = 2\n")
    (package / "inner" / "uses.py").write_text(
        "import has_constants.values as v\nfrom ..values import WIDTH, TWICE\nfrom .. import values\n"
        "from has_constants.values import RATE as R, ON\nfrom hyperparameter import auto_param, param_scope as ps\n"
        "@auto_param\ndef f(a=WIDTH, b: float = values.RATE, c=v.WIDTH, d=ON, e=TWICE): ...\nps.r | R\n"
    )
    at_run_time = declared(tmp_path, "has_constants.inner.uses")
    rows = {row["key"]: row for row in found(package)}
    assert set(rows) == set(at_run_time)
    assert rows["f.e"]["value"] is None  # bound twice: which one counts is known to the run only
    del rows["f.e"]
    assert {key: row["value"] for key, row in rows.items()} == {key: at_run_time[key][0][0] for key in rows}
    assert [rows[key]["type"] for key in sorted(rows)] == ["number", "float", "number", "bool", "float"]


# ---- programs that nobody thought of ---------------------------------------------------------------------------------


class Writer:
    """Writes a module that declares and reads at random, each key once, and runs all of itself when it is imported."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names = 0
        self.imports, self.auto, self.scope = self.random.choice(
            [
                ("import hyperparameter", "hyperparameter.auto_param", "hyperparameter.param_scope"),
                ("import hyperparameter as h", "h.auto_param", "h.param_scope"),
                ("from hyperparameter import auto_param, param_scope", "auto_param", "param_scope"),
                ("from hyperparameter import auto_param as a, param_scope as p", "a", "p"),
                ("from hyperparameter import *", "auto_param", "param_scope"),
            ]
        )

    def name(self, stem: str) -> str:
        self.names += 1
        return f"{stem}{self.names}"

    def default(self, depth: int = 0) -> str:
        plain = ["1", "-2", "0.5", "1e-3", "True", "None", "'text'", '"ü"', "b'x'", "(1, 2)", "[1, [2]]", "{1, 2}", "60 * 60",
                 "CONSTANT", "-CONSTANT", "1 << 20", "float('inf')", "()", "{}", "dict()", "{1: 2}", "{'a b': 1}", "10_000",
                 "(not True)", "2 ** 10", "(CONSTANT, 'x')"]  # fmt: skip
        if depth < 3 and self.random.random() < 0.15:
            inner = ", ".join(
                f"'{self.name('k')}': {self.default(depth + 1)}" for _ in range(self.random.randint(1, 3))
            )
            return "{" + inner + "}"
        return self.random.choice(plain)

    def arguments(self, method: bool) -> str:
        parts = ["self"] if method else []
        parts += [self.name("x") for _ in range(self.random.randint(0, 2))] if not method else []
        given = [f"{self.name('x')}{self.random.choice(['', ': int', ': Any'])}={self.default()}" for _ in range(3)]
        if self.random.random() < 0.3:
            given.insert(self.random.randint(1, 3), "/")
        if self.random.random() < 0.5:
            given.append(self.random.choice([f"*{self.name('rest')}", "*"]))
            given += [f"{self.name('x')}={self.default()}", self.name("x")]
        return ", ".join(parts + given)

    def decorator(self) -> str:
        return "@" + self.auto + self.random.choice(["", "()", "(None)", f"('{self.name('n')}.s')", "(SPACE)"])

    def read(self) -> str:
        node = f"{self.scope}.{self.name('r')}" + self.random.choice(["", ".b", "[0].c", ".d[1]", ".items"])
        read = self.random.choice(
            ["{} | {}", "{}({})", "({} | {})", "same({} | {})", "[{} | {} for _ in 'x']", "(lambda: {} | {})()"]
        )
        return read.format(node, self.default())

    def block(self, depth: int, of_class: bool = False) -> list[str]:
        """Some lines; inside a class no name of a function may be called, as methods need their object."""
        lines = [self.read()]
        for _ in range(self.random.randint(1, 3)):
            kind = self.random.choice(["decorated", "class", "read", "if", "called"] if depth < 4 else ["decorated"])
            if kind == "decorated":
                lines += [self.decorator(), f"def {self.name('f')}({self.arguments(of_class)}):", "    pass"]
            elif kind == "class":
                lines += [f"class {self.name('C')}:", *indented(self.block(depth + 1, True))]
            elif kind == "read":
                lines.append(self.read())
            elif kind == "if":
                head = self.random.choice(["if True:", "for _ in 'x':", "while True:"])
                lines += [head, *indented(self.block(depth + 1, of_class)), *(["    break"] if head[0] == "w" else [])]
            elif not of_class:
                name = self.name("g")
                lines += [f"def {name}():", *indented(self.block(depth + 1)), f"{name}()"]
        return lines

    def module(self) -> str:
        head = [self.imports, "from typing import Any", "CONSTANT = 7", "SPACE = 'from.a.name'"]
        return "\n".join([*head, "def same(value): return value", *(line for _ in range(4) for line in self.block(0))])


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def test_what_is_found_in_random_modules_is_what_the_run_time_has(tmp_path: Path) -> None:
    (tmp_path / "random_ones").mkdir()
    (tmp_path / "random_ones" / "__init__.py").write_text("")
    for seed in range(12):
        (tmp_path / "random_ones" / f"m{seed}.py").write_text(Writer(seed).module(), encoding="utf-8")
    count = 0
    for seed in range(12):
        path = tmp_path / "random_ones" / f"m{seed}.py"
        rows = {row["key"]: row for row in found(path)}
        at_run_time = declared(tmp_path, f"random_ones.m{seed}")
        assert set(rows) == set(at_run_time), path.read_text()
        for key, row in rows.items():
            ((default, place, is_declared),) = at_run_time[key]
            assert place.split(" in ")[0] == f"{path}:{row['line']}", (row, place)
            assert (row["value"], row["kind"]) == (default, "declared" if is_declared else "read"), row
            count += 1
    assert count > 300
