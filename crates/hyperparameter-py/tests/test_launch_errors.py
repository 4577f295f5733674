"""Errors: what they show, with which status a program ends."""

from __future__ import annotations

import pytest
from launching import Program, refused

PROGRAM = """
import hyperparameter as hp

def main(lr: float = 0.1, name: str = "x"):
    with hp.param_scope({"code.k": "nine"}):
        print(hp.param_scope.net.depth | 3)
        if name == "strict":
            with hp.strict():
                hp.param_scope.code.k | 1
    if name == "raise":
        raise ValueError("mine")
    if name == "exit":
        raise SystemExit(7)

hp.launch(main)
"""


def test_a_file_that_cannot_be_read_shows_the_line_and_a_caret(program: Program) -> None:
    program.file("a.toml", "[main]\nlr = = 3\n")
    said = refused(program("-C", "a.toml"))
    assert said.startswith("prog.py: error: a.toml:2:6: ")
    assert "\n2 | lr = = 3\n  |      ^\n" in said


def test_a_key_that_stands_twice_shows_both_places(program: Program) -> None:
    program.file("a.yaml", "main:\n  lr: 1\n  lr: 2\n")
    said = refused(program("-C", "a.yaml"))
    assert "a.yaml:3:3" in said
    assert "2:3" in said


def test_a_reference_without_a_target_shows_its_place(program: Program) -> None:
    program.file("a.yaml", "main:\n  lr: ${main.rate}\n")
    assert "a.yaml:2:7: 'main.rate' names no value" in refused(program("-C", "a.yaml"))
    said = refused(program("-D", "main.lr=${main.rate}"))
    assert "'main.rate' names no value" in said
    assert "command line -D (2nd argument)" in said


def test_a_file_that_is_not_there_is_named_with_its_place_and_a_near_one(program: Program) -> None:
    program.file("base.toml", "")
    said = refused(program("-C", "bsae.toml"))
    assert "no file 'bsae.toml' (command line -C (2nd argument)); did you mean base.toml?" in said
    assert "is a folder" in refused(program("-C", "."))


@pytest.mark.parametrize("kind", ["line", "environment", "file"])
def test_a_value_from_outside_that_is_read_in_place_is_refused_too(program: Program, kind: str) -> None:
    program.file("a.toml", "[net]\ndepth = 'deep'\n")
    words = {"line": ["-D", "net.depth=deep"], "environment": [], "file": ["-C", "a.toml"]}[kind]
    ran = program(*words, env={"HP_NET__DEPTH": "deep"} if kind == "environment" else None)
    assert "parameter 'net.depth': \"deep\" does not convert to number" in refused(ran)


def test_a_value_of_the_code_that_does_not_convert_is_the_programs_own_error(program: Program) -> None:
    ran = program("--name", "strict")
    assert (ran.status, ran.out) == (1, "3\n")
    assert "Traceback" in ran.err


def test_an_exception_of_the_function_has_its_traceback_and_status_1(program: Program) -> None:
    ran = program("--name", "raise")
    assert (ran.status, ran.out) == (1, "3\n")
    assert ran.err.startswith("Traceback (most recent call last):\n")
    assert ran.err.endswith("ValueError: mine\n")


def test_the_status_of_the_function_is_that_of_the_program(program: Program) -> None:
    assert program("--name", "exit") == (7, "3\n", "")


def test_an_error_is_at_most_a_screen(program: Program) -> None:
    long = "x" * 100_000
    for words in (["-D", f"main.lr={long}"], ["-D", f"main.{long}=1"], [f"--{long}"], [long], ["-C", long]):
        said = refused(program(*words))
        assert len(said) < 24 * 80
        assert len(said.splitlines()) <= 24
    many = [word for n in range(60) for word in ("-D", f"main.lr{n}=1")]
    assert len(refused(program(*many)).splitlines()) <= 24


def test_bytes_that_are_no_text_are_refused(program: Program) -> None:
    assert "lone surrogate" in refused(program("-D", "main.name=\udcff"))


def test_a_message_never_breaks_on_the_encoding_of_the_terminal(program: Program) -> None:
    ran = program("-D", "main.lr=✗", env={"PYTHONIOENCODING": "ascii"})
    assert ran.status == 2
    assert "Traceback" not in ran.err
