"""README.md says what is true: its Python blocks run and print what stands below them, its commands answer as shown."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import hyperparameter as hp

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [(README.count("\n", 0, found.start()) + 1, found[1], found[2]) for found in BLOCK.finditer(README)]


def python_blocks() -> list[tuple[int, str, str]]:
    """Line, code, and the text block that follows it."""
    found = []
    for (line, language, code), (_, after, text) in zip(BLOCKS, BLOCKS[1:] + [(0, "", "")], strict=True):
        if language == "python":
            found.append((line, code, text if after == "text" else ""))
    return found


def commands() -> list[tuple[int, str, str]]:
    """Line, command, and the lines below it up to the next one."""
    found = []
    for line, language, body in BLOCKS:
        if language == "console":
            for part in re.finditer(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", body, re.MULTILINE):
                found.append((line + 1 + body.count("\n", 0, part.start()), part[1], part[2]))
    return found


def test_the_readme_has_a_tour_and_the_two_commands_on_its_first_screen() -> None:
    first_screen = "\n".join(README.splitlines()[:24])
    assert "make quickstart" in first_screen
    assert "make test" in first_screen
    assert len(python_blocks()) >= 5


def test_the_python_blocks_run_as_one_program_and_print_what_the_readme_says() -> None:
    names: dict[str, object] = {"__name__": "readme"}
    with hp.frozen_snapshot():
        for line, code, expected in python_blocks():
            printed = io.StringIO()
            # The blank lines put the block where it stands, so that a traceback shows README's own line numbers.
            program = compile("\n" * line + code, str(ROOT / "README.md"), "exec", dont_inherit=True)
            with contextlib.redirect_stdout(printed):
                exec(program, names)
            assert printed.getvalue() == expected, f"README.md:{line}"


@pytest.mark.parametrize(
    ("line", "command", "expected"),
    [pytest.param(*found, id=f"line {found[0]}") for found in commands() if found[1].startswith(("python ", "hp "))],
)
def test_the_commands_answer_as_shown(line: int, command: str, expected: str) -> None:
    name, *words = shlex.split(command)
    words = ["-m", "hyperparameter", *words] if name == "hp" else words
    ran = subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=60, cwd=ROOT, check=False)
    said = (ran.stdout + ran.stderr).replace(f"{ROOT}{os.sep}", "")
    assert said == expected, f"README.md:{line}"


def test_the_rust_blocks_are_documentation_tests_of_a_crate_that_cargo_test_runs() -> None:
    assert any(language.startswith("rust") for _, language, _ in BLOCKS)
    program = ROOT / "tests" / "rust" / "program"
    assert '#[doc = include_str!("../../../../README.md")]' in (program / "src" / "lib.rs").read_text(encoding="utf-8")
    assert 'name = "hyperparameter-test-program"' in (program / "Cargo.toml").read_text(encoding="utf-8")
    assert "--package hyperparameter-test-program" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^\.PHONY: ([a-z0-9-]+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z][a-z0-9-]+)", README))
    assert named <= targets


def test_the_paths_that_are_named_exist() -> None:
    linked = re.findall(r"\]\(([^)#:]+)\)", README)
    in_table = re.findall(r"^\| `([^`]+)` \|", README, re.MULTILINE)
    missing = [path for path in linked + in_table if not (ROOT / path).exists()]
    assert missing == []


def test_the_cpp_blocks_are_compiled_and_run_by_the_tests_of_cpp() -> None:
    assert any(language == "cpp" for _, language, _ in BLOCKS)
    printed = (ROOT / "cpp" / "tests" / "as_printed.py").read_text(encoding="utf-8")
    assert '("cpp/README.md", "README.md")' in printed
    assert 'as_printed.py" readme' in (ROOT / "cpp" / "tests" / "outside.sh").read_text(encoding="utf-8")
