"""The layers of a program: files, environment, command line, pins, deletions; their order, and that they end."""

from __future__ import annotations

import pytest
from launching import Program, refused

import hyperparameter as hp

PROGRAM = """
import hyperparameter as hp
from threading import Thread

@hp.auto_param("model")
def model(width: int = 8, act: str = "relu"):
    return width, act

def main(scoped: bool = False):
    if scoped:
        with hp.param_scope({"model.width": 1}):
            print(*model())
            return
    print(*model())

hp.launch(main)
"""


def test_a_file_is_over_the_default_and_the_last_named_first(program: Program) -> None:
    program.file("a.toml", "[model]\nwidth = 1\nact = 'a'\n")
    program.file("b.json", '{"model": {"width": 2}}')
    assert program("-C", "a.toml", "b.json") == (0, "2 a\n", "")
    assert program("-C", "b.json", "-C", "a.toml") == (0, "1 a\n", "")


def test_the_environment_is_over_files_and_the_line_over_the_environment(program: Program) -> None:
    program.file("a.toml", "[model]\nwidth = 1\n")
    env = {"HP_MODEL__WIDTH": "2"}
    assert program("-C", "a.toml", env=env) == (0, "2 relu\n", "")
    assert program("-C", "a.toml", "-D", "model.width=3", env=env) == (0, "3 relu\n", "")


def test_a_scope_of_the_code_is_over_the_line_and_a_pin_over_the_scope(program: Program) -> None:
    assert program("--scoped", "-D", "model.width=3").out == "1 relu\n"
    assert program("--scoped", "--pin", "model.width=3").out == "3 relu\n"
    assert program("--scoped", "--pin", "model.width=3", "-D", "model.width=4").out == "3 relu\n"


@pytest.mark.parametrize("prefix", ["APP", "APP_"])
def test_the_prefix_of_the_environment_can_be_set(program: Program, prefix: str) -> None:
    env = {"HP_MODEL__WIDTH": "2", "APP_MODEL__WIDTH": "5"}
    assert program("--env-prefix", prefix, env=env) == (0, "5 relu\n", "")
    assert program("--env-prefix", "", env=env) == (0, "8 relu\n", "")
    source = PROGRAM.replace("hp.launch(main)", f"hp.launch(main, env_prefix={prefix!r})")
    assert program(source=source, env=env) == (0, "5 relu\n", "")


def test_standard_input_is_a_file_of_a_named_format(program: Program) -> None:
    assert program("-C", "yaml:-", stdin="model:\n  width: 6\n") == (0, "6 relu\n", "")
    assert "write toml:- or json:- or yaml:-" in refused(program("-C", "-"))


def test_references_see_what_the_line_sets(program: Program) -> None:
    program.file("a.yaml", "base: 4\nmodel: {width: '${base}'}\n")
    assert program("-C", "a.yaml") == (0, "4 relu\n", "")
    assert program("-C", "a.yaml", "-D", "base=5") == (0, "5 relu\n", "")
    assert program("-D", "model.width=${base}", "-C", "a.yaml").out == "4 relu\n"


# ---- deletions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["--delete", "model.width"], ["-D", "~model.width"], ["-D~model.width"]])
def test_a_deletion_takes_away_what_files_and_environment_say(program: Program, words: list[str]) -> None:
    program.file("a.toml", "[model]\nwidth = 1\nact = 'a'\n")
    assert program("-C", "a.toml", *words, env={"HP_MODEL__WIDTH": "2"}) == (0, "8 a\n", "")


def test_of_a_deletion_and_a_definition_the_last_wins(program: Program) -> None:
    program.file("a.toml", "[model]\nwidth = 1\n")
    assert program("-C", "a.toml", "-D", "model.width=3", "--delete", "model.width").out == "8 relu\n"
    assert program("-C", "a.toml", "--delete", "model.width", "-D", "model.width=3").out == "3 relu\n"
    assert program("-D", "model.width=3", "--delete", "model.width").out == "8 relu\n"


def test_deleting_what_is_not_set_is_refused_with_near_names(program: Program) -> None:
    program.file("a.toml", "[model]\nwidth = 1\n")
    said = refused(program("-C", "a.toml", "--delete", "model.widht"))
    assert "nothing to delete at 'model.widht' (command line --delete (4th argument)); did you mean model.width" in said


# ---- types -----------------------------------------------------------------------------------------------------------


def test_a_value_of_a_file_that_does_not_convert_is_refused_with_its_line_and_a_caret(program: Program) -> None:
    program.file("a.toml", "[model]\nact = 'x'\nwidth = 'wide'\n")
    said = refused(program("-C", "a.toml"))
    assert "parameter 'model.width'" in said
    assert "it was set by a.toml:3:9; give an int, such as 8" in said
    assert "3 | width = 'wide'\n  |         ^\n" in said


def test_a_variable_that_does_not_convert_is_refused(program: Program) -> None:
    said = refused(program(env={"HP_MODEL__WIDTH": "wide"}))
    assert "it was set by environment variable HP_MODEL__WIDTH" in said


def test_all_values_that_do_not_convert_are_named_at_once(program: Program) -> None:
    said = refused(program("-D", "main.scoped=perhaps", env={"HP_MODEL__WIDTH": "wide"}))
    assert "main.scoped" in said
    assert "model.width" in said


def test_what_a_code_scope_holds_is_not_checked_before_the_run(program: Program) -> None:
    source = PROGRAM.replace("hp.launch(main)", "with hp.param_scope({'model.width': 'wide'}): hp.launch(main)")
    ran = program("-D", "model.act=x", source=source)
    assert (ran.status, ran.out) == (0, "8 x\n")
    assert "ConversionWarning" in ran.err


# ---- the run ---------------------------------------------------------------------------------------------------------


def test_everything_is_put_back_when_launch_returns(program: Program) -> None:
    program.file("a.toml", "[model]\nwidth = 1\n")
    source = PROGRAM.replace(
        "hp.launch(main)",
        "for _ in range(2):\n    hp.launch(main)\nprint(*model())\nt = Thread(target=lambda: print(*model()))\nt.start()\nt.join()",
    )
    ran = program("-C", "a.toml", "--pin", "model.act=p", source=source, env={"HP_MODEL__WIDTH": "2"})
    assert ran == (0, "2 p\n2 p\n8 relu\n8 relu\n", "")


def test_everything_is_put_back_when_the_line_is_refused() -> None:
    @hp.auto_param("launch_refused")
    def main(n: int = 1) -> int:
        return n

    for words in (["--pin", "launch_refused.n=x", "-D", "launch_refused.n=3"], ["-ep", "nothing.of.this"], ["-lps"]):
        with pytest.raises(SystemExit):
            hp.launch(main, words)
    assert main() == 1
    assert hp.launch(main, []) == 1
    assert "launch_refused.n" not in hp.param_scope


def test_threads_see_files_environment_and_pins(program: Program) -> None:
    source = PROGRAM.replace(
        "    print(*model())\n\nhp",
        "    t = Thread(target=lambda: print(*model()))\n    t.start()\n    t.join()\n\nhp",
    )
    program.file("a.toml", "[model]\nwidth = 1\n")
    assert program("-C", "a.toml", "--pin", "model.act=p", source=source) == (0, "1 p\n", "")


def test_launches_may_nest() -> None:
    def inner(n: int = 1) -> tuple[int, int]:
        return n, hp.param_scope.launch_nested.k | 0

    def outer() -> tuple[int, int]:
        return hp.launch(inner, ["--n", "5"])

    assert hp.launch(outer, ["-D", "launch_nested.k=3"]) == (5, 3)
