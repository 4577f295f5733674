"""``--save-params`` and ``param_scope.used()``: what a run read, written so that it can be repeated."""

from __future__ import annotations

import re

import pytest
from launching import Program, refused

import hyperparameter as hp

PROGRAM = """
import hyperparameter as hp
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

class Colour(Enum):
    RED = 1
    BLUE = 2

@dataclass
class Opt:
    lr: float = 0.1
    betas: tuple[float, float] = (0.9, 0.99)

@hp.auto_param("model")
def model(width: int = 8, act="relu"):
    return width, act

@hp.auto_param("never")
def never(called: int = 1): ...

def main(name: str = "x", c: Colour = Colour.RED, p: Path = Path("a"), o: Opt = Opt(), n=None, inf=float("inf"),
         odd='a "b" # c  # d\\n ${x}', big=10**30, fn=len, fail: bool = False):
    with hp.param_scope({"model.act": "scoped"}):
        print(name, c.name, p.name, o, n, inf, odd == 'a "b" # c  # d\\n ${x}', big, fn.__name__, *model())
    print(hp.param_scope.layers[1].size | 1, hp.param_scope.t | None, hp.param_scope.a | 1, hp.param_scope.a.b | 2)
    if fail:
        raise LookupError("mine")

if __name__ == "__main__":
    hp.launch(main)
"""
WORDS = [
    "-D", "main.name=007", "main.c=BLUE", "main.o.lr=3", "main.n=1e-3", "layers=[{size: 3}, {size: 4}]", "t=0x10", "a=5",
    "--pin", "model.act=pinned", "--p", "x/y",
]  # fmt: skip


def lines(program: Program, name: str = "used.toml") -> dict[str, str]:
    """The lines of a saved file by their keys."""
    text = (program.folder / name).read_text(encoding="utf-8")
    return {line.split(" = ")[0]: line for line in text.splitlines() if not line.startswith("#")}


def digest(program: Program, name: str) -> str:
    found = re.search("^# digest xxh64:([0-9a-f]{16})$", (program.folder / name).read_text(encoding="utf-8"), re.M)
    assert found
    return found[1]


def test_a_run_is_repeated_from_what_it_read(program: Program) -> None:
    first = program(*WORDS, "--save-params", "used.toml")
    assert first.status == 0
    assert first.err == ""
    again = program("-C", "used.toml", "--save-params", "again.toml")
    assert again == first
    assert digest(program, "again.toml") == digest(program, "used.toml")


def test_defaults_are_written_and_what_was_not_read_is_not(program: Program) -> None:
    program("--save-params", "used.toml")
    written = lines(program)
    assert re.match(r"model\.width = 8  # default, .*prog\.py:16 in model\(\)$", written["model.width"])
    assert "never.called" not in written


def test_each_line_has_its_source_and_the_default(program: Program) -> None:
    program("-D", "main.o.lr=3", "model.width=9", "--save-params", "used.toml", env={"HP_MAIN__NAME": "e"})
    written = lines(program)
    assert written["model.width"] == "model.width = 9  # command line -D (3rd argument); default 8"
    assert written["main.name"] == 'main.name = "e"  # environment variable HP_MAIN__NAME; default "x"'


def test_what_cannot_be_written_is_a_comment(program: Program) -> None:
    program("--save-params", "used.toml")
    text = (program.folder / "used.toml").read_text(encoding="utf-8")
    assert re.search(r"^# main\.fn cannot be written: a builtin_function_or_method \(", text, re.M)


def test_the_digest_depends_on_values_and_not_on_where_they_came_from(program: Program) -> None:
    program("-D", "model.width=9", "--save-params", "a.toml")
    program("--save-params", "b.toml", env={"HP_MODEL__WIDTH": "9"})
    program("-D", "model.width=10", "--save-params", "c.toml")
    assert digest(program, "a.toml") == digest(program, "b.toml") != digest(program, "c.toml")


def test_a_pin_is_a_pin_again_unless_the_line_says_otherwise(program: Program) -> None:
    program(*WORDS, "--save-params", "used.toml")
    assert "pinned" in program("-C", "used.toml").out
    assert " 8 other\n" in program("-C", "used.toml", "--pin", "model.act=other").out
    assert " 8 scoped\n" in program("-C", "used.toml", "-D", "model.act=other").out


def test_the_file_is_written_when_the_run_fails(program: Program) -> None:
    ran = program("--fail", "--save-params", "used.toml")
    assert ran.status == 1
    assert "LookupError: mine" in ran.err
    assert lines(program)["main.fail"].startswith("main.fail = true")


def test_a_changed_default_is_reported_when_the_file_is_loaded(program: Program) -> None:
    program("--save-params", "used.toml")
    source = PROGRAM.replace("width: int = 8", "width: int = 16")
    ran = program("-C", "used.toml", source=source)
    assert ran.status == 0
    assert re.search(
        r"prog\.py: warning: used\.toml:\d+: the default of model\.width was 8 when this file was saved and is 16 now "
        r"\(.*prog\.py:16 in model\(\)\); the file's 8 is in force",
        ran.err,
    )
    assert " 8 " in ran.out
    assert program("-C", "used.toml", "-D", "model.width=3", source=source).err == ""


def test_a_changed_default_is_reported_for_an_overridden_value_too(program: Program) -> None:
    program("-D", "model.width=9", "--save-params", "used.toml")
    ran = program("-C", "used.toml", source=PROGRAM.replace("width: int = 8", "width: int = 16"))
    assert "was 8 when this file was saved and is 16 now" in ran.err
    assert "the file's 9 is in force" in ran.err


@pytest.mark.parametrize("where", ["no/such/used.toml", "."])
def test_a_file_that_cannot_be_written_is_refused_before_the_run(program: Program, where: str) -> None:
    assert f"cannot write {where!r} (command line --save-params (2nd argument))" in refused(
        program("--save-params", where)
    )


def test_a_list_does_not_write_the_file(program: Program) -> None:
    assert program("-lps", "--save-params", "used.toml").status == 0
    assert not (program.folder / "used.toml").exists()


def test_used_gives_values_sources_and_a_text() -> None:
    with hp.param_scope("launch_used.lr=0.50"):
        assert (hp.param_scope.launch_used.lr | 0.1, hp.param_scope.launch_used.steps | 10) == (0.5, 10)
        used = hp.param_scope.used()
    assert (used["launch_used.lr"], used["launch_used.steps"]) == (0.5, 10)
    assert re.search(r"test_launch_repeat\.py:\d+", used.sources["launch_used.lr"])
    assert len(used.digest) == 16
    assert "\nlaunch_used.lr = 0.5  # " in str(used)
    assert "\nlaunch_used.steps = 10  # default, " in str(used)


def test_a_file_of_an_older_format_is_repeated(program: Program) -> None:
    old = '# parameters that a run used, format 1\n# digest sha256:00\nmodel.act = "old"  # pinned by code; default "gelu"\n'
    (program.folder / "old.toml").write_text(old)
    ran = program("-C", "old.toml")
    assert ran.status == 0 and "old" in ran.out.split()
    assert "the default of model.act was 'gelu' when this file was saved and is 'relu' now" in ran.err


def test_a_file_of_a_later_format_is_refused_with_the_mend(program: Program) -> None:
    (program.folder / "new.toml").write_text("# parameters that a run used, format 9\nmodel.width = 3\n")
    said = refused(program("-C", "new.toml"))
    assert "new.toml: parameters were saved here in format 9" in said
    assert "use the version that wrote the file" in said
