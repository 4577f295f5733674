"""What a module of C++ reads is known to Python's command line, and its errors are Python's.

The module ``declares`` (tests/cpp_user) is written with nothing but Python.h and ``hyperparameter/python.h``.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import cpp_modules
import native_modules
import pytest

import hyperparameter as hp
from hyperparameter import param_scope as ps

pytestmark = cpp_modules.needs_compiler

PROGRAM = """
import declares
import hyperparameter as hp
def main(x: int = 1):
    print(declares.total())
hp.launch(main)
"""


@pytest.fixture(scope="session")
def folder() -> Path:
    return cpp_modules.build()["declares"].parent


def run(folder: Path, program: str, *words: str) -> subprocess.CompletedProcess[str]:
    return native_modules.python(folder, program, *words, COLUMNS="200")


@pytest.fixture(scope="session")
def listed(folder: Path) -> dict[str, Any]:
    ran = run(folder, PROGRAM, "-lps", "--json")
    assert ran.returncode == 0, ran.stderr
    return {row["key"]: row for row in json.loads(ran.stdout)}


@pytest.mark.parametrize(
    ("key", "default"),
    [
        ("de.whole", 1000), ("de.wide", 7), ("de.real", 4.0), ("de.single", -1.5), ("de.small", 0.001),
        ("de.yes", True), ("de.text", "adam, or so"), ("de.with-dash", 2),
    ],
)  # fmt: skip
def test_a_default_that_is_a_literal_is_listed(listed: dict[str, Any], key: str, default: object) -> None:
    assert listed[key]["default"] == default
    assert type(listed[key]["default"]) is type(default)


@pytest.mark.parametrize("key", ["de.called", "de.required", "de.escaped", "de.octal"])
def test_a_parameter_whose_default_is_no_plain_literal_is_listed_without_one(listed: dict[str, Any], key: str) -> None:
    assert listed[key]["default"] is None


def test_a_parameter_is_listed_with_its_type_its_help_and_its_line(listed: dict[str, Any]) -> None:
    assert listed["de.small"]["help"] == "a small one"
    assert listed["de.small"]["type"] == "double"
    assert "cpp_user/declares.cpp:" in listed["de.small"]["source"]


def test_the_command_line_sets_what_cpp_reads(folder: Path) -> None:
    ran = run(folder, PROGRAM, "-D", "de.count=4", "de.rate=2")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "8.0\n", "")


def test_a_misspelt_parameter_of_cpp_is_told_before_the_program_runs(folder: Path) -> None:
    ran = run(folder, PROGRAM, "-D", "de.cuont=4")
    assert ran.returncode == 2 and ran.stdout == ""
    assert "did you mean de.count?" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_value_that_cpp_cannot_take_ends_the_program_with_one_line(folder: Path) -> None:
    for given in ("de.count=1.5", "de.rate=fast"):
        ran = run(folder, PROGRAM, "-D", given)
        assert ran.returncode == 2 and ran.stdout == ""
        assert given.partition("=")[0] in ran.stderr and "command line -D" in ran.stderr
        assert len(ran.stderr.splitlines()) == 1


def test_an_exception_of_the_store_has_its_key_and_the_names_near_it(folder: Path) -> None:
    ran = run(
        folder,
        """
import declares
import hyperparameter as hp
with hp.param_scope({"de.counts": 1}):
    try:
        declares.total()
    except hp.MissingParameter as error:
        print(error.key, error.near)
""",
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split(maxsplit=1)[0] == "de.count"
    assert "'de.counts'" in ran.stdout


def test_importing_the_module_imports_the_package(folder: Path) -> None:
    ran = run(folder, "import declares, sys; print('hyperparameter' in sys.modules)")
    assert ran.stdout == "True\n", ran.stderr


def test_a_module_whose_package_is_not_there_says_what_to_install(folder: Path) -> None:
    ran = run(folder, "import sys; sys.modules['hyperparameter'] = None; import declares")
    assert ran.returncode == 1
    last = ran.stderr.splitlines()[-1]
    assert last.startswith("ImportError: module 'declares' needs the Python package hyperparameter")
    assert "pip install hyperparameter" in last


def test_a_module_that_comes_after_a_store_of_cpp_s_own_says_what_to_import_first(folder: Path) -> None:
    program = "import with_pybind11; with_pybind11.macro_int(); import declares"
    ran = run(folder, program)
    assert ran.returncode == 1
    assert "import hyperparameter first" in ran.stderr.splitlines()[-1]


def test_an_error_of_a_program_s_own_without_a_key_leaves_launch_as_it_is() -> None:
    def main() -> None:
        raise hp.ConversionError("in its own words")

    with pytest.raises(hp.ConversionError, match="in its own words"):
        hp.launch(main, [])
    assert ps.de.count | 0 == 0
