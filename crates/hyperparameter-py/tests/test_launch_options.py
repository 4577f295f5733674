"""Options: from arguments, their help, the common ones, and the lists after them."""

from __future__ import annotations

import pytest
from launching import Program, refused

PROGRAM = '''
import hyperparameter as hp
from typing import Annotated, Literal

@hp.auto_param("model")
def model(width: Annotated[int, "Units of each layer."] = 8, bias: bool = True):
    return width, bias

def main(data, *more, lr: float = 0.1, mode: Literal["fast", "slow"] = "fast", opt={"lr": 0.1, "nesterov": False}):
    """Train.

    Args:
        data: The file to read.
        lr (float): Learning rate,
            per step.
    """
    print(data, more, lr, mode, opt, *model())

hp.launch(main)
'''
PLAIN = "0.1 fast {'lr': 0.1, 'nesterov': False} 8 True\n"


@pytest.mark.parametrize(
    ("words", "out"),
    [
        (["--model.width", "9"], PLAIN.replace("8 True", "9 True")),
        (["--model.width=9"], PLAIN.replace("8 True", "9 True")),
        (["--no-model.bias"], PLAIN.replace("8 True", "8 False")),
        (["--model.bias=off"], PLAIN.replace("8 True", "8 False")),
        (["--opt.lr", "3"], PLAIN.replace("{'lr': 0.1", "{'lr': 3.0")),
        (["--main.opt.lr", "3"], PLAIN.replace("{'lr': 0.1", "{'lr': 3.0")),
        (["--opt.nesterov"], PLAIN.replace("False}", "True}")),
    ],
)
def test_any_declared_key_is_an_option(program: Program, words: list[str], out: str) -> None:
    assert program("d", *words) == (0, "d () " + out, "")


def test_an_option_is_no_abbreviation(program: Program) -> None:
    assert "no option --mod (2nd argument); did you mean --mode?" in refused(program("d", "--mod", "slow"))


def test_help_comes_from_the_docstring_and_from_annotated(program: Program) -> None:
    said = program("-h").out
    assert "usage: prog.py [OPTIONS] DATA [MORE ...]" in said
    assert "DATA  The file to read." in said
    assert "Learning rate, per step.  (float; default 0.1; -D main.lr=VALUE)" in said
    assert "--mode {fast,slow}" in said
    assert "Args:" not in said


def test_the_long_help_has_the_whole_docstring_and_every_known_parameter(program: Program) -> None:
    said = program("--help").out
    assert "Args:" in said
    (line,) = [line for line in said.splitlines() if line.startswith("model.width ")]
    assert "Units of each layer." in line
    assert "int" in line


@pytest.mark.parametrize(
    "doc",
    [
        "Do.\n\n    Parameters\n    ----------\n    rate : float\n        The speed.\n    ",
        "Do.\n\n    :param rate: The speed.\n    ",
        "Do.\n\n    Args:\n        rate: The speed.\n    ",
    ],
    ids=["numpy", "rest", "google"],
)
def test_the_three_styles_of_docstrings_are_read(program: Program, doc: str) -> None:
    source = f'import hyperparameter as hp\ndef main(rate: float = 1.0):\n    """{doc}"""\nhp.launch(main)\n'
    assert "--rate VALUE  The speed.  (float; default 1.0; -D main.rate=VALUE)" in program("-h", source=source).out


# ---- a function's own names ------------------------------------------------------------------------------------------

OWN = """
import hyperparameter as hp

def main(config: str = "c", json: bool = False, strict: int = 0, define: str = "d", no_color: bool = False,
         color: bool = True):
    print(config, json, strict, define, no_color, color, hp.param_scope.other.k | 0)

hp.launch(main)
"""


def test_a_functions_own_argument_wins_over_a_common_option(program: Program) -> None:
    ran = program("--config", "x", "--json", "--strict", "3", "--define", "k", source=OWN)
    assert ran == (0, "x True 3 k False True 0\n", "")


def test_a_common_option_whose_name_is_taken_stays_under_another(program: Program) -> None:
    program.file("a.toml", "[other]\nk = 7\n")
    assert program("--hp-config", "a.toml", source=OWN).out.endswith(" 7\n")
    assert program("-C", "a.toml", source=OWN).out.endswith(" 7\n")
    assert program("--hp-define", "other.k=8", source=OWN).out.endswith(" 8\n")
    assert program("-lps", "--hp-json", source=OWN).out.startswith("[")
    said = program("-h", source=OWN).out
    assert "-C, --hp-config FILE ..." in said
    assert "--hp-strict, --no-strict" in said


def test_a_parameter_no_x_takes_the_name_of_the_switch(program: Program) -> None:
    assert program("--no-color", source=OWN).out == "c False 0 d True True 0\n"
    assert program("--color=off", source=OWN).out == "c False 0 d False False 0\n"


# ---- lists -----------------------------------------------------------------------------------------------------------


def test_a_list_of_definitions_ends_at_a_word_without_an_equals_sign(program: Program) -> None:
    ran = program("-D", "main.lr=2", "model.width=9", "d", "e=f")
    assert ran == (0, "d ('e=f',) 2.0 fast {'lr': 0.1, 'nesterov': False} 9 True\n", "")


def test_a_list_of_files_ends_at_an_option_or_two_dashes(program: Program) -> None:
    program.file("a.toml", "[model]\nwidth = 4\n")
    program.file("b.yaml", "main: {lr: 5}\n")
    assert program("-C", "a.toml", "b.yaml", "--mode", "slow", "d").out == (
        "d () 5.0 slow {'lr': 0.1, 'nesterov': False} 4 True\n"
    )
    assert program("-C", "a.toml", "--", "d").out.startswith("d () 0.1 fast")


def test_a_word_that_cannot_be_placed_asks_for_its_value(program: Program) -> None:
    source = "import hyperparameter as hp\ndef main(lr: float = 1.0, m: float = 1.0): ...\nhp.launch(main)\n"
    said = refused(program("-D", "main.lr=1", "main.m", source=source))
    assert "cannot place 'main.m' (3rd argument); did you mean main.m=…?" in said
    said = refused(program("-D", "main.m", "5", source=source))
    assert "-D needs KEY=VALUE, not 'main.m' (2nd argument); write -D main.m=VALUE" in said
    assert "did you mean -D '~main.m'?" in refused(program("~main.m", source=source))


def test_an_empty_list_is_refused(program: Program) -> None:
    assert "-C needs a file after it" in refused(program("d", "-C"))
    assert "--pin needs KEY=VALUE after it" in refused(program("d", "--pin", "--mode", "slow"))
    assert "--save-params needs a file after it" in refused(program("d", "--save-params"))


@pytest.mark.parametrize(
    "words",
    [["--pin", "model.width=9"], ["-D!", "model.width=9"], ["-D!model.width=9"], ["-D", "!model.width=9"],
     ["--pin=model.width=9"], ["-D", "main.lr=0.1", "!model.width=9"]],
)  # fmt: skip
def test_the_ways_to_pin_are_equal(program: Program, words: list[str]) -> None:
    assert program("d", *words).out == "d () " + PLAIN.replace("8 True", "9 True")


def test_a_deletion_that_sets_something_is_refused(program: Program) -> None:
    assert "deletes a parameter and takes no value" in refused(program("d", "-D", "~model.width=3"))
