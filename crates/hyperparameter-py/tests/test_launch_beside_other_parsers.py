"""The options of ``launch`` in programs that argparse, click or typer read."""

from __future__ import annotations

import re

import pytest
from launching import Program, refused

COMMON = """
import hyperparameter as hp
@hp.auto_param("train")
def train(lr: float = 0.1, steps: int = 10):
    return lr, steps
"""
ARGPARSE = (
    COMMON
    + """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("data")
parser.add_argument("--name", default="n")
hp.add_arguments(parser)
args = parser.parse_args()
with hp.from_args(args):
    print(args.data, args.name, *train())
"""
)
CLICK = (
    COMMON
    + """
import click
from hyperparameter.integrations.click import parameters
@click.command()
@click.argument("data")
@click.option("--name", default="n")
@parameters
def main(data, name):
    print(data, name, *train())
main()
"""
)
TYPER = (
    COMMON
    + """
import typer
from hyperparameter.integrations.typer import Command, parameters
app = typer.Typer(pretty_exceptions_enable=False)
@app.command(cls=Command)
@parameters
def main(data: str, name: str = "n"):
    print(data, name, *train())
app()
"""
)
ALL = pytest.mark.parametrize("source", [ARGPARSE, CLICK, TYPER], ids=["argparse", "click", "typer"])


@ALL
def test_their_own_options_and_ours_stand_side_by_side(program: Program, source: str) -> None:
    ran = program("--name", "x", "-D", "train.lr=3", "train.steps=4", "d.csv", source=source)
    assert ran == (0, "d.csv x 3.0 4\n", "")
    assert program("d.csv", source=source) == (0, "d.csv n 0.1 10\n", "")


@ALL
def test_files_environment_pins_and_deletions_work_there(program: Program, source: str) -> None:
    program.file("a.toml", "[train]\nlr = 5\n")
    assert program("d", "-C", "a.toml", source=source).out == "d n 5.0 10\n"
    assert program("d", "-C", "a.toml", "--delete", "train.lr", source=source).out == "d n 0.1 10\n"
    assert program("-D", "~train.lr", "-C", "a.toml", "--", "d", source=source).out == "d n 0.1 10\n"
    assert program("d", source=source, env={"HP_TRAIN__STEPS": "3"}).out == "d n 0.1 3\n"
    assert program("-D!", "train.lr=7", "d", "--pin", "train.steps=1", source=source).out == "d n 7.0 1\n"


@ALL
def test_errors_are_those_of_launch_with_their_places(program: Program, source: str) -> None:
    said = refused(program("d", "-D", "train.lrr=3", source=source))
    assert "no parameter 'train.lrr' (command line -D (3rd argument)); did you mean train.lr?" in said
    assert "does not convert to float" in refused(program("d", "-D", "train.lr=x", source=source))


@ALL
def test_lists_and_explanations_end_the_program(program: Program, source: str) -> None:
    assert re.search(r"^train\.lr +3\.0 +0\.1 ", program("d", "-lps", "-D", "train.lr=3", source=source).out, re.M)
    said = program("-ep", "train.lr", "-D", "train.lr=3", "d", source=source).out
    assert said.startswith("train.lr = 3.0  (command line -D (4th argument))\n")
    assert "train.steps = 10" in program("d", "-ep", source=source).out


@ALL
def test_the_end_of_the_run_is_that_of_launch(program: Program, source: str) -> None:
    ran = program("d", "-D", "late.key=3", source=source)
    assert (ran.status, ran.out) == (0, "d n 0.1 10\n")
    assert 'warning: nothing read late.key = "3"' in ran.err
    assert program("d", "--strict", "-D", "late.key=3", source=source).status == 2
    assert program("d", "-D", "train.lr=3", "--save-params", "used.toml", source=source).status == 0
    assert program("d", "-C", "used.toml", source=source).out == "d n 3.0 10\n"


def test_an_option_that_argparse_has_already_stays_its_own(program: Program) -> None:
    source = ARGPARSE.replace('"--name", default="n"', '"-D", "--config", dest="name", default="n"')
    program.file("a.toml", "[train]\nlr = 5\n")
    assert program("-D", "mine", "d", source=source).out == "d mine 0.1 10\n"
    assert program("--config", "mine", "--define", "train.lr=3", "d", source=source).out == "d mine 3.0 10\n"
    assert program("--hp-config", "a.toml", "--", "d", source=source).out == "d n 5.0 10\n"


def test_a_list_of_files_ends_at_a_command_of_argparse(program: Program) -> None:
    source = (
        COMMON
        + """
import argparse
parser = argparse.ArgumentParser()
hp.add_arguments(parser)
commands = parser.add_subparsers(dest="command", required=True)
commands.add_parser("run").add_argument("data")
args = parser.parse_args()
with hp.from_args(args):
    print(args.command, args.data, *train())
"""
    )
    program.file("a.toml", "[train]\nlr = 5\n")
    assert program("-C", "a.toml", "run", "d", source=source) == (0, "run d 5.0 10\n", "")
    assert program("-D", "train.lr=2", "run", "d", source=source) == (0, "run d 2.0 10\n", "")


def test_the_words_after_define_are_a_scope(program: Program) -> None:
    source = ARGPARSE.replace("with hp.from_args(args)", "with hp.param_scope(*args.define)")
    assert program("-D", "train.lr=3", "train.steps=4", "d", source=source).out == "d n 3.0 4\n"


def test_typer_without_our_class_takes_one_word_after_an_option(program: Program) -> None:
    source = TYPER.replace("@app.command(cls=Command)", "@app.command()")
    ran = program("-D", "train.lr=3", "-D", "train.steps=4", "d", source=source)
    assert ran == (0, "d n 3.0 4\n", "")


@pytest.mark.parametrize("name", ["argparse", "click", "typer", "inspect", "dataclasses"])
def test_no_other_parser_is_imported_unless_it_is_used(program: Program, name: str) -> None:
    source = COMMON + "import sys\nhp.launch(train, ['--lr', '3'])\nprint(sorted(sys.modules))\n"
    assert f"'{name}'" not in program(source=source).out
