"""``import hyperparameter`` is cheap: it brings its own few modules and nothing of the standard library.

Counted, not timed: times differ from machine to machine, the set of modules does not.
"""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    "argparse", "ast", "asyncio", "collections", "concurrent.futures", "contextlib", "copyreg", "dataclasses", "enum", "functools",
    "importlib.metadata", "importlib.resources", "inspect", "json", "logging", "multiprocessing", "pathlib", "pickle", "re",
    "subprocess", "threading", "tokenize", "traceback", "types", "typing", "warnings", "weakref",
}  # fmt: skip


def modules_after(statement: str) -> set[str]:
    """The modules of a new interpreter (no site-packages hooks of its own) after one statement."""
    code = f"{statement}\nimport sys\nprint('\\n'.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return set(ran.stdout.split())


def brought(statement: str) -> set[str]:
    return modules_after(statement) - modules_after("pass")


def test_importing_the_package_brings_nothing_heavy() -> None:
    new = brought("import hyperparameter")
    assert new & HEAVY == set()


def test_importing_the_package_brings_few_modules_besides_its_own() -> None:
    foreign = {name for name in brought("import hyperparameter") if name.partition(".")[0] != "hyperparameter"}
    assert len(foreign) <= 3, sorted(foreign)


def test_the_command_line_is_loaded_only_when_it_is_used() -> None:
    new = brought("import hyperparameter")
    assert not {name for name in new if name.startswith(("hyperparameter.cli", "hyperparameter.examples"))}
    assert "hyperparameter.cli.launch" in brought("from hyperparameter import launch")


HELLO = "import hyperparameter as hp\ndef main(lr: float = 0.1): pass\nhp.launch(main, ['--lr', '3'])"


def test_a_small_program_brings_no_parser_no_loader_and_no_inspection() -> None:
    new = brought(HELLO)
    slow = {
        "argparse",
        "ast",
        "asyncio",
        "dataclasses",
        "enum",
        "inspect",
        "json",
        "logging",
        "pathlib",
        "re",
        "tokenize",
    }
    # Before CPython 3.13 `typing` itself brings `re`, and that `enum`.
    assert new & slow - brought("import typing") == set()
    assert not {name for name in new if name.startswith(("hyperparameter.tool", "hyperparameter.loader"))}


def test_a_small_program_brings_few_modules() -> None:
    assert len(brought(HELLO)) <= 50


def test_the_loader_and_the_schemas_are_loaded_only_when_they_are_used() -> None:
    later = ("hyperparameter.convert", "hyperparameter.loader", "hyperparameter.schema")
    assert not {name for name in brought("import hyperparameter") if name.startswith(later)}
    assert "hyperparameter.loader.loading" in brought("import hyperparameter; hyperparameter.loader")


def test_loading_a_file_brings_nothing_heavy() -> None:
    new = brought("from hyperparameter import loader; loader.loads('a: 1', 'yaml')")
    assert not new & {
        "inspect",
        "asyncio",
        "dataclasses",
        "json",
        "logging",
        "ast",
        "attr",
        "pydantic",
        "hyperparameter.convert.records",
    }
    assert not {name for name in new if name.startswith(("hyperparameter.schema", "hyperparameter.cli"))}
