"""What ``launch`` can be given: several functions, a module's own, a class, a coroutine; and what it gives back."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import Any

import pytest
from launching import Program, refused

import hyperparameter as hp

PROGRAM = '''
import hyperparameter as hp

@hp.auto_param
def train(lr: float = 0.1, batch_size: int = 32):
    """Train a model.

    And more.
    """
    print("train", lr, batch_size)

@hp.auto_param
def eval_all(data, fast: bool = False):
    """Look how good it is."""
    print("eval", data, fast)

@hp.auto_param
def _helper(x: int = 1): ...

from os.path import join  # no function of this module

if __name__ == "__main__":
    hp.launch(train, eval_all)
'''
WHOLE = PROGRAM.replace("hp.launch(train, eval_all)", "hp.launch()")


@pytest.mark.parametrize("source", [PROGRAM, WHOLE], ids=["named", "of the module"])
def test_the_first_word_names_one_of_several_functions(program: Program, source: str) -> None:
    assert program("train", "--lr", "2", source=source) == (0, "train 2.0 32\n", "")
    assert program("eval-all", "d.csv", "--fast", source=source) == (0, "eval d.csv True\n", "")
    assert program("eval_all", "d.csv", source=source) == (0, "eval d.csv False\n", "")


def test_common_options_may_stand_before_the_command(program: Program) -> None:
    program.file("a.toml", "[train]\nlr = 3.0\n")
    assert program("-D", "train.batch_size=8", "train") == (0, "train 0.1 8\n", "")
    assert program("-C", "a.toml", "train") == (0, "train 3.0 32\n", "")
    assert program("--train.lr", "4", "train").out == "train 4.0 32\n"


def test_a_program_of_several_functions_needs_a_command(program: Program) -> None:
    assert "no command; the commands are train, eval-all" in refused(program())


def test_an_unknown_command_is_refused_with_the_nearest_one(program: Program) -> None:
    assert "no command 'trian' (1st argument); did you mean train?" in refused(program("trian"))


def test_the_options_of_one_command_are_not_those_of_another(program: Program) -> None:
    assert "no option --fast" in refused(program("train", "--fast"))


def test_help_lists_the_commands_and_each_has_its_own(program: Program) -> None:
    said = program("-h").out
    assert "train     Train a model." in said
    assert "eval-all  Look how good it is." in said
    said = program("train", "-h").out
    assert said.startswith("usage: prog.py train [OPTIONS]\n")
    assert "--batch-size" in said


def test_a_private_function_is_no_command(program: Program) -> None:
    assert "no command '_helper'" in refused(program("_helper", source=WHOLE))


def test_a_module_with_one_decorated_function_needs_no_command(program: Program) -> None:
    source = """
    import hyperparameter as hp
    @hp.auto_param
    def only(n: int = 1):
        print(n)
    hp.launch()
    """
    assert program("--n", "3", source=source) == (0, "3\n", "")


def test_a_module_without_a_decorated_function_is_an_error_of_the_program(program: Program) -> None:
    ran = program(source="import hyperparameter as hp\nhp.launch()\n")
    assert ran.status == 1
    assert "TypeError: launch() found no function here" in ran.err


DATACLASS = '''
import hyperparameter as hp
from dataclasses import dataclass, field
from typing import Optional

@dataclass
class Adam:
    lr: float = 0.1
    amsgrad: bool = False

@dataclass
class Config:
    """What a run needs.

    Attributes:
        data: The file to read.
    """
    data: str
    steps: int = 10
    opt: Adam = field(default_factory=Adam)
    seed: Optional[int] = None

print(hp.launch(Config))
'''


def test_a_dataclass_is_a_program_that_returns_an_instance(program: Program) -> None:
    ran = program("d.csv", "--steps", "3", "--seed=7", source=DATACLASS)
    assert ran == (0, "Config(data='d.csv', steps=3, opt=Adam(lr=0.1, amsgrad=False), seed=7)\n", "")


def test_the_fields_of_a_nested_dataclass_are_options(program: Program) -> None:
    source = """
    import hyperparameter as hp
    from dataclasses import dataclass

    @dataclass
    class Adam:
        lr: float = 0.1
        amsgrad: bool = False

    def main(opt: Adam = Adam()):
        print(opt)

    hp.launch(main)
    """
    assert program("--opt.lr", "3", "--opt.amsgrad", source=source) == (0, "Adam(lr=3.0, amsgrad=True)\n", "")
    assert program("--main.opt.lr=4", "--no-opt.amsgrad", source=source).out == "Adam(lr=4.0, amsgrad=False)\n"
    said = program("-h", source=source).out
    assert "--opt.lr VALUE" in said
    assert "--opt.amsgrad, --no-opt.amsgrad" in said


def test_a_coroutine_function_is_run_to_its_end(program: Program) -> None:
    source = """
    import asyncio
    import hyperparameter as hp

    async def main(n: int = 1):
        await asyncio.sleep(0)
        return n, hp.param_scope.other.k | 0

    print(hp.launch(main))
    """
    assert program("--n", "2", "-D", "other.k=3", source=source) == (0, "(2, 3)\n", "")


def test_a_generator_is_returned_and_keeps_the_parameters_of_its_call() -> None:
    def numbers(n: int = 1) -> Any:
        for _ in range(n):
            yield hp.param_scope.launch_generator.k | 0

    made = hp.launch(numbers, ["--n", "2", "-D", "launch_generator.k=5"])
    assert list(made) == [5, 5]


def test_the_result_goes_to_the_caller() -> None:
    def answer(n: int = 42) -> int:
        return n

    assert hp.launch(answer, []) == 42
    assert hp.launch(answer, ("--n", "3")) == 3
    assert hp.launch(answer, argv=["--n", "4"]) == 4


def test_an_exception_goes_to_the_caller() -> None:
    def fails() -> None:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        hp.launch(fails, [])


def test_a_decorated_dataclass_is_launched_under_its_own_namespace() -> None:
    @hp.auto_param("launch_conf")
    @dataclass
    class Conf:
        n: int = 1

    assert hp.launch(Conf, ["-D", "launch_conf.n=3"]).n == 3


# ---- the program's name ----------------------------------------------------------------------------------------------

NAMED = "import hyperparameter as hp\ndef main(n: int = 1): print(n)\nhp.launch(main)\n"


def test_a_module_is_called_as_python_m(program: Program) -> None:
    program.file("pack/__init__.py", "")
    program.file("pack/tool.py", NAMED)
    program.file("pack/__main__.py", NAMED)
    assert program.python("-m", "pack.tool", "-h").out.startswith("usage: python -m pack.tool [OPTIONS]")
    assert program.python("-m", "pack", "-h").out.startswith("usage: python -m pack [OPTIONS]")


def test_a_zip_app_is_called_by_its_file(program: Program) -> None:
    with zipfile.ZipFile(program.folder / "app.pyz", "w") as app:
        app.writestr("__main__.py", NAMED + "hp.param_scope.zipped.k | 1\n")
    assert program.python("app.pyz", "-h").out.startswith("usage: python app.pyz [OPTIONS]")
    # Reads in place are found in it, too.
    assert program.python("app.pyz", "-D", "zipped.kk=1").err.startswith("python app.pyz: error: no parameter 'zipped.kk'")


def test_a_program_on_the_command_line_is_called_python_c(program: Program) -> None:
    assert program.python("-c", NAMED, "-h").out.startswith("usage: python -c [OPTIONS]")
    ran = program.python("-c", NAMED + "hp.param_scope.inline.k | 1", "-D", "inline.kk=1")
    assert "no parameter 'inline.kk'" in ran.err


def test_an_interpreter_is_told_to_give_the_words(program: Program) -> None:
    code = NAMED.replace("print(n)\n", "print(n)\n\n")
    ran = program.python("-i", "-", "--nn", "3", stdin=code)
    assert "give the words: launch(function, [])" in ran.err
