"""``hp schema module:function``, as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

PROGRAM = """
from dataclasses import dataclass
from hyperparameter import auto_param

@auto_param("train")
def main(lr: float = 0.1): ...

@auto_param("data")
def load(path: str = "."): ...

def plain(size: int = 1): ...

@dataclass
class Config:
    port: int
"""


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    code = "import sys; from hyperparameter.schema import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=60, check=False, cwd=folder
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schema_prog.py").write_text(PROGRAM, "utf-8")
    return tmp_path


@pytest.mark.parametrize("target", ["schema_prog:main", "schema_prog", "schema_prog.py:main", "./schema_prog.py"])
def test_it_prints_the_schema_of_everything_that_the_module_declares(folder: Path, target: str) -> None:
    ran = run(folder, target)
    assert (ran.returncode, ran.stderr) == (0, "")
    schema = json.loads(ran.stdout)
    Draft202012Validator.check_schema(schema)
    assert {"train", "data"} <= set(schema["properties"])
    assert Draft202012Validator(schema).is_valid({"train": {"lr": 1}})
    assert not Draft202012Validator(schema).is_valid({"train": {"lrr": 1}})


def test_a_function_that_is_not_decorated_is_described_too(folder: Path) -> None:
    schema = json.loads(run(folder, "schema_prog:plain").stdout)
    assert schema["properties"]["plain"]["properties"]["size"]["default"] == 1


def test_a_class_is_described_by_its_fields(folder: Path) -> None:
    schema = json.loads(run(folder, "schema_prog:Config", "--class").stdout)
    assert schema["required"] == ["port"]
    assert "required" not in json.loads(run(folder, "schema_prog:Config", "--class", "--partial").stdout)


def test_it_writes_a_file(folder: Path) -> None:
    ran = run(folder, "schema_prog:main", "-o", "out.json")
    assert (ran.returncode, ran.stdout) == (0, "")
    assert "train" in json.loads((folder / "out.json").read_text("utf-8"))["properties"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "MODULE:FUNCTION"),
        (["a", "b"], "not 2"),
        (["no_such_module:f"], "no_such_module"),
        (["no_such_file.py"], "no_such_file.py"),
        (["schema_prog:nothing"], "nothing"),
        (["schema_prog:main", "--wrong"], "--wrong"),
        (["schema_prog:main", "-o"], "takes a file"),
        (["schema_prog:main", "-o", "no/such/folder.json"], "no/such/folder.json"),
        (["schema_prog:main", "--class"], "schema_prog:main"),
    ],
)
def test_a_mistake_is_told_on_stderr_with_status_2_and_no_traceback(folder: Path, words: list[str], said: str) -> None:
    ran = run(folder, *words)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr and "Traceback" not in ran.stderr


def test_help_shows_the_comments_by_which_a_file_names_its_schema(folder: Path) -> None:
    ran = run(folder, "--help")
    assert ran.returncode == 0
    assert "#:schema" in ran.stdout and "yaml-language-server: $schema=" in ran.stdout
