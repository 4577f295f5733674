"""``launch`` as a person meets it: real processes, their exit status, what they print and where."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from launching import Program, interruptible, refused

import hyperparameter as hp
from hyperparameter import _native

PROGRAM = '''
import hyperparameter as hp
from hyperparameter import auto_param, param_scope
from threading import Thread


@auto_param("train")
def main(lr: float = 0.1, batch_size: int = 32, verbose: bool = False, name="run", warmup=None):
    """Train a model.

    More words that help does not show first.
    """
    print(lr, batch_size, verbose, name, warmup)


if __name__ == "__main__":
    hp.launch(main)
'''


# ---- options ---------------------------------------------------------------------------------------------------------


def test_without_words_the_defaults_are_in_force(program: Program) -> None:
    assert program() == (0, "0.1 32 False run None\n", "")


@pytest.mark.parametrize(
    "words",
    [
        ["--batch-size", "64"],
        ["--batch_size", "64"],
        ["--batch-size=64"],
        ["--batch_size=64"],
        ["-D", "train.batch_size=64"],
        ["-Dtrain.batch_size=64"],
        ["--define", "train.batch_size=64"],
        ["--define=train.batch_size=64"],
        ["-D", "train.batch_size=0x40"],
    ],
)
def test_the_ways_to_set_one_parameter_are_equal(program: Program, words: list[str]) -> None:
    assert program(*words) == (0, "0.1 64 False run None\n", "")


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (["--verbose"], "True"),
        (["--no-verbose"], "False"),
        (["--verbose", "--no-verbose"], "False"),
        (["--verbose=yes"], "True"),
        (["--verbose=off"], "False"),
        (["-D", "train.verbose=on"], "True"),
    ],
)
def test_a_bool_is_a_switch(program: Program, words: list[str], value: str) -> None:
    assert program(*words) == (0, f"0.1 32 {value} run None\n", "")


def test_a_negative_number_is_a_value_and_not_an_option(program: Program) -> None:
    assert program("--lr", "-0.5").out == "-0.5 32 False run None\n"
    assert program("--lr=-1e-3").out == "-0.001 32 False run None\n"


def test_text_keeps_its_characters_where_a_string_is_asked(program: Program) -> None:
    for text in ("007", "1.10", "null", "true", "", "a=b", "héllo ✓"):
        assert program(f"--name={text}").out == f"0.1 32 False {text} None\n"


def test_a_default_of_none_takes_the_literal(program: Program) -> None:
    assert program("--warmup", "3").out.endswith(" 3\n")
    assert program("-D", "train.warmup=[1,2]").out.endswith(" [1, 2]\n")


def test_the_last_word_on_the_line_wins(program: Program) -> None:
    assert program("--lr", "1", "-D", "train.lr=2").out.startswith("2.0 ")
    assert program("-D", "train.lr=2", "--lr", "1").out.startswith("1.0 ")
    assert program("-D", "train.lr=2", "train.lr=3").out.startswith("3.0 ")


def test_several_definitions_follow_one_option_up_to_the_next_option(program: Program) -> None:
    ran = program("-D", "train.lr=2", "train.batch_size=8", "--name=x", "-D", "train.warmup=1")
    assert ran == (0, "2.0 8 False x 1\n", "")


REQUIRED = """
import hyperparameter as hp

def copy(source, target: str, times: int, *rest, force: bool, depth: int = 1):
    print(repr(source), repr(target), times + 0, rest, force, depth)

hp.launch(copy)
"""


def test_required_arguments_go_by_position_and_keyword_only_ones_by_name(program: Program) -> None:
    ran = program("a", "--force", "-D", "copy.depth=2", "b", "3", source=REQUIRED)
    assert ran == (0, "'a' 'b' 3 () True 2\n", "")


def test_further_words_go_to_the_star_argument_and_two_dashes_end_the_options(program: Program) -> None:
    ran = program("--no-force", "a", "b", "3", "--", "--x", "k=v", source=REQUIRED)
    assert ran == (0, "'a' 'b' 3 ('--x', 'k=v') False 1\n", "")


def test_a_list_of_definitions_ends_at_the_first_word_without_an_equals_sign(program: Program) -> None:
    ran = program("--force", "-D", "copy.depth=5", "a", "b", "3", source=REQUIRED)
    assert ran == (0, "'a' 'b' 3 () True 5\n", "")


def test_missing_required_arguments_are_named(program: Program) -> None:
    said = refused(program("a", source=REQUIRED))
    assert "TARGET" in said
    assert "TIMES" in said
    assert "--force" in said


def test_a_required_argument_is_converted_by_its_annotation(program: Program) -> None:
    said = refused(program("a", "b", "many", "--force", source=REQUIRED))
    assert "'many'" in said
    assert "int" in said
    assert "3rd argument" in said


# ---- what is refused -------------------------------------------------------------------------------------------------


def test_an_unknown_option_is_refused_with_the_nearest_one(program: Program) -> None:
    assert "did you mean --batch-size?" in refused(program("--bach-size", "3"))
    assert "did you mean --verbose?" in refused(program("--verbos"))
    refused(program("-x"))


def test_a_word_that_cannot_be_placed_is_refused(program: Program) -> None:
    assert "'data.csv' (1st argument)" in refused(program("data.csv"))
    assert "did you mean -D train.lr=3?" in refused(program("train.lr=3"))
    assert "did you mean --lr=3?" in refused(program("lr=3"))


def test_an_option_without_its_value_is_refused(program: Program) -> None:
    assert "--lr needs a value" in refused(program("--lr"))
    assert "--lr needs a value" in refused(program("--lr", "--verbose"))
    assert "-D needs KEY=VALUE" in refused(program("-D"))
    assert "-D needs KEY=VALUE" in refused(program("-D", "train.lr"))
    assert "--no-verbose takes no value" in refused(program("--no-verbose=1"))


def test_an_unknown_key_in_a_known_namespace_is_refused_with_near_names(program: Program) -> None:
    said = refused(program("-D", "train.batchsize=3"))
    assert "train.batchsize" in said
    assert "did you mean train.batch_size?" in said
    assert "train.zzzzzzzz" in refused(program("-D", "train.zzzzzzzz=3"))


def test_a_key_near_a_known_one_is_refused(program: Program) -> None:
    assert "did you mean train.lr?" in refused(program("-D", "trian.lr=3"))


def test_a_key_of_a_namespace_that_nobody_declared_is_kept(program: Program) -> None:
    source = """
    import hyperparameter as hp

    def main(lr: float = 0.1):
        print(hp.param_scope.network.depth | 3)

    hp.launch(main)
    """
    assert program("-D", "network.depth=5", source=source) == (0, "5\n", "")


def test_an_invalid_key_is_refused_with_its_place(program: Program) -> None:
    said = refused(program("-D", "train..lr=1"))
    assert "train..lr" in said
    assert "command line -D (2nd argument)" in said


def test_a_value_of_the_wrong_type_is_refused_before_the_function_runs(program: Program) -> None:
    said = refused(program("-D", "train.lr=1", "train.batch_size=many"))
    assert "train.batch_size" in said
    assert "many" in said
    assert "command line -D (3rd argument)" in said
    assert "int" in said
    said = refused(program("--lr", "fast"))
    assert "command line --lr (2nd argument)" in said
    refused(program("--verbose=perhaps"))
    refused(program("--batch-size=1.5"))


def test_the_declared_keys_of_other_functions_are_checked_too(program: Program) -> None:
    source = """
    import hyperparameter as hp

    @hp.auto_param("model")
    def model(width: int = 8):
        return width

    def main():
        print(model())

    hp.launch(main)
    """
    assert program("-D", "model.width=9", source=source) == (0, "9\n", "")
    said = refused(program("-D", "model.width=wide", source=source))
    assert "model.width" in said


IN_PLACE = """
import hyperparameter as hp

def main():
    with hp.strict():
        print(hp.param_scope.network.depth | 3)
        with hp.param_scope({"network.width": "wide"}):
            print(hp.param_scope.network.width | 3)

hp.launch(main)
"""


LENIENT = IN_PLACE.replace("with hp.strict():", "if True:")


@pytest.mark.parametrize("source", [IN_PLACE, LENIENT], ids=["strict", "lenient"])
def test_a_value_of_the_line_that_is_read_in_place_is_refused_too(program: Program, source: str) -> None:
    said = refused(program("-D", "network.depth=deep", source=source))
    assert "network.depth" in said
    assert "command line -D (2nd argument)" in said


def test_a_program_is_strict_about_its_line_and_not_about_its_code(program: Program) -> None:
    ran = program(source=LENIENT)
    assert (ran.status, ran.out) == (0, "3\n3\n")
    assert "ConversionWarning" in ran.err


def test_a_launch_that_is_over_leaves_nothing_strict() -> None:
    hp.launch(_nothing, [])
    line = _native.scope_of([("launch_over.n", "many", True, ("argument", "-D", 1))])
    with line, pytest.warns(hp.ConversionWarning, match="command line -D"):
        assert (hp.param_scope.launch_over.n | 3) == 3


def _nothing() -> None:
    pass


def test_a_value_of_the_code_that_does_not_convert_is_the_programs_own_error(program: Program) -> None:
    ran = program(source=IN_PLACE)
    assert (ran.status, ran.out) == (1, "3\n")
    assert "ConversionError" in ran.err


DICTIONARY = """
import hyperparameter as hp
from enum import Enum
from pathlib import Path
from typing import Literal, Optional

class Colour(Enum):
    RED = 1

def main(opt={"lr": 0.1, "wd": 0.0}, layers=[8, 8], colour=Colour.RED, out=Path("a"),
         mode: Literal["fast", "slow"] = "fast", limit: Optional[int] = None, flag: Optional[bool] = None):
    print(opt, layers, colour.name, out.name, mode, limit, flag)

hp.launch(main)
"""


def test_containers_enums_paths_and_optional_arguments_are_options_too(program: Program) -> None:
    default = "{'lr': 0.1, 'wd': 0.0} [8, 8] RED a fast None None\n"
    assert program(source=DICTIONARY) == (0, default, "")
    ran = program("-D", "main.opt.lr=.5", "main.layers=1,2", "main.mode=slow", "--limit=3", "--flag", source=DICTIONARY)
    assert ran == (0, "{'lr': 0.5, 'wd': 0.0} [1, 2] RED a slow 3 True\n", "")
    assert program("--layers", "[4, 5]", "--limit", "null", "--out", "x/y", source=DICTIONARY).out == (
        "{'lr': 0.1, 'wd': 0.0} [4, 5] RED y fast None None\n"
    )


@pytest.mark.parametrize(
    "word", ["--mode=medium", "--limit=some", "--colour=BLUE", "--opt=3", "--flag=perhaps", "-Dmain.opt.wd=heavy"]
)
def test_a_value_that_is_none_of_what_the_annotation_allows_is_refused(program: Program, word: str) -> None:
    refused(program(word, source=DICTIONARY))


# ---- lists, explanations, help ---------------------------------------------------------------------------------------


def test_the_parameters_are_listed_with_their_defaults(program: Program) -> None:
    ran = program("-lps")
    assert (ran.status, ran.err) == (0, "")
    for key, default in [
        ("lr", "0.1"),
        ("batch_size", "32"),
        ("verbose", "False"),
        ("name", "'run'"),
        ("warmup", "None"),
    ]:
        (line,) = [line for line in ran.out.splitlines() if line.startswith(f"train.{key} ")]
        assert default in line
    assert program("--list-params") == ran


def test_a_list_shows_what_the_line_changed(program: Program) -> None:
    ran = program("-lps", "--lr", "3")
    (line,) = [line for line in ran.out.splitlines() if line.startswith("train.lr ")]
    assert "3" in line
    assert "0.1" in line
    assert "command line --lr (3rd argument)" in line


def test_a_list_does_not_need_the_required_arguments_and_does_not_run_the_function(program: Program) -> None:
    ran = program("-lps", source=REQUIRED)
    assert ran.status == 0
    assert "copy.depth" in ran.out
    assert "'a'" not in ran.out


def test_an_explanation_names_value_default_and_source(program: Program) -> None:
    ran = program("-ep", "train.lr", "train.name", "-D", "train.lr=3")
    assert (ran.status, ran.err) == (0, "")
    for said in ("train.lr", "3", "0.1", "command line -D (5th argument)", "train.name", "run"):
        assert said in ran.out
    assert "train.batch_size" not in ran.out
    assert "train.batch_size" in program("-ep").out
    assert program("--explain-param=train.name").out == program("-ep", "train.name").out


def test_explaining_an_unknown_key_is_refused_with_near_names(program: Program) -> None:
    assert "did you mean train.lr?" in refused(program("-ep", "train.lrr"))


def test_help_shows_the_options_their_types_and_defaults(program: Program) -> None:
    ran = program("--help")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("usage: prog.py ")
    for said in ("Train a model.", "--batch-size", "int", "32", "--verbose", "--no-verbose", "-D", "-lps", "-ep", "-h"):
        assert said in ran.out
    assert program("--help", "--lr", "3") == ran
    assert "SOURCE TARGET TIMES [REST ...]" in program("-h", source=REQUIRED).out


# ---- the run ---------------------------------------------------------------------------------------------------------


def test_worker_threads_see_the_command_line(program: Program) -> None:
    source = """
    from threading import Thread
    import hyperparameter as hp

    def main(lr: float = 0.1):
        thread = Thread(target=lambda: print(hp.param_scope.main.lr | 0.1))
        thread.start()
        thread.join()

    hp.launch(main)
    thread = Thread(target=lambda: print(hp.param_scope.main.lr | 0.1))
    thread.start()
    thread.join()
    print(hp.param_scope.main.lr | 0.1)
    """
    assert program("--lr", "2", source=source) == (0, "2.0\n0.1\n0.1\n", "")


def test_a_scope_inside_the_program_is_further_in_than_the_command_line(program: Program) -> None:
    source = """
    import hyperparameter as hp

    @hp.auto_param("model")
    def model(width: int = 8):
        return width

    def main():
        with hp.param_scope({"model.width": 1}):
            print(model(), model(2))
        print(model())

    with hp.param_scope({"model.width": 5}):
        hp.launch(main)
    """
    assert program("-D", "model.width=9", source=source) == (0, "1 2\n9\n", "")


def test_the_result_of_the_function_is_the_result_of_launch(program: Program) -> None:
    source = """
    import hyperparameter as hp

    def main(lr: float = 0.1):
        return lr * 2

    print(hp.launch(main, ["--lr", "2"]))
    """
    assert program(source=source) == (0, "4.0\n", "")


def test_a_coroutine_function_is_run(program: Program) -> None:
    source = """
    import asyncio
    import hyperparameter as hp

    async def main(lr: float = 0.1):
        await asyncio.sleep(0)
        print(lr)

    hp.launch(main)
    """
    assert program("--lr", "2", source=source) == (0, "2.0\n", "")


def test_an_exception_of_the_program_is_shown_in_full_with_status_1(program: Program) -> None:
    source = """
    import hyperparameter as hp

    def main(lr: float = 0.1):
        print("before")
        raise ValueError("mine")

    hp.launch(main)
    """
    ran = program(source=source)
    assert (ran.status, ran.out) == (1, "before\n")
    assert ran.err.startswith("Traceback (most recent call last):")
    assert 'raise ValueError("mine")' in ran.err
    assert ran.err.endswith("ValueError: mine\n")


def test_an_exit_of_the_program_keeps_its_status(program: Program) -> None:
    source = """
    import sys
    import hyperparameter as hp

    def main():
        sys.exit(7)

    hp.launch(main)
    """
    assert program(source=source) == (7, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupt_ends_with_130_and_no_traceback(tmp_path: Path) -> None:
    file = tmp_path / "prog.py"
    file.write_text(
        "import time\nimport hyperparameter as hp\n\n"
        "def main():\n    print('ready', flush=True)\n    time.sleep(60)\n\nhp.launch(main)\n"
    )
    with subprocess.Popen(
        [sys.executable, str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=interruptible
    ) as ran:
        assert ran.stdout is not None
        assert ran.stderr is not None
        assert ran.stdout.readline() == "ready\n"
        time.sleep(0.05)
        ran.send_signal(signal.SIGINT)
        assert ran.wait(timeout=30) == 130
        assert ran.stderr.read() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="pipes")
@pytest.mark.parametrize("words", ["", "-lps", "--help"])
def test_a_closed_pipe_is_quiet(tmp_path: Path, words: str) -> None:
    file = tmp_path / "prog.py"
    file.write_text(
        "import hyperparameter as hp\n\n"
        "def main(lr: float = 0.1):\n    for n in range(100_000):\n        print(n)\n\nhp.launch(main)\n"
    )
    # `true` reads nothing: the pipe has no reader when the program writes.
    ran = subprocess.run(
        f"(sleep 0.2; exec '{sys.executable}' '{file}' {words}) | true",
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.stderr == ""


def test_a_broken_connection_of_the_program_is_its_own_exception(program: Program) -> None:
    source = """
    import hyperparameter as hp

    def main():
        raise BrokenPipeError("a socket")

    hp.launch(main)
    """
    ran = program(source=source)
    assert ran.status == 1
    assert ran.err.endswith("BrokenPipeError: a socket\n")
