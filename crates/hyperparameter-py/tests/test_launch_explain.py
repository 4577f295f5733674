"""``-ep`` and ``-lps``: what is said of parameters, on pipes, on terminals, and for programs."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest
from launching import Program

pty = pytest.importorskip("pty")

PROGRAM = '''
import hyperparameter as hp
from typing import Annotated

@hp.auto_param("model")
def model(width: Annotated[int, "Units of each layer, and a long text about them that no terminal has room for."] = 8,
          name: str = "mlp"):
    return width

def main(lr: float = 0.1):
    """Train.

    :param lr: Learning rate.
    """
    hp.param_scope.net.depth | 3
    model()
    print(hp.param_scope.explain("main.lr"))

hp.launch(main)
'''


def test_an_explanation_shows_every_value_that_is_hidden_innermost_first(program: Program) -> None:
    program.file("a.toml", "[main]\nlr = 1\n")
    program.file("b.toml", "[main]\nlr = 2\n")
    words = ["-C", "a.toml", "b.toml", "-D", "main.lr=4", "--lr", "5", "--pin", "main.lr=6"]
    said = program("-ep", "main.lr", *words, env={"HP_MAIN__LR": "3"}).out.splitlines()
    assert said[0] == "main.lr = 6.0  (command line --pin (11th argument))"
    assert [line.split("(", 1)[1] for line in said if line.startswith("  hides")][:5] == [
        "command line --lr (9th argument))",
        "command line -D (7th argument))",
        "environment variable HP_MAIN__LR)",
        "b.toml:2:6)",
        "a.toml:2:6)",
    ]
    assert any(line.startswith("  default 0.1  (") and line.endswith("declared by __main__.main") for line in said)
    assert "  Learning rate." in said


def test_an_explanation_shows_the_reading_of_a_text(program: Program) -> None:
    said = program("-ep", "main.lr", "model.name", "-D", "main.lr=1e-3", "model.name=007").out
    assert "main.lr = 0.001  (command line -D (5th argument))\n  text '1e-3', read as 0.001 (float)\n" in said
    assert "model.name = '007'  (command line -D (6th argument))\n  text '007', read as '007' (str)\n" in said


def test_an_explanation_from_inside_says_who_read_first(program: Program) -> None:
    said = program("--lr", "2").out
    assert "main.lr = 2.0  (command line --lr (2nd argument))" in said
    assert re.search(r"first read by .*prog\.py:10 in main\(\)", said)


def test_a_value_that_a_map_replaced_is_shown(program: Program) -> None:
    program.file("a.toml", "[main]\nlr.x = 1\n")
    program.file("b.toml", "[main]\nlr = 2\n")
    said = program("-ep", "main.lr.x", "-C", "a.toml", "b.toml").out
    assert "hides 1  (a.toml:2:8), replaced when the files were merged" in said


def test_the_list_is_an_aligned_table(program: Program) -> None:
    lines = program("-lps", "-D", "model.name=x").out.splitlines()
    assert lines[0].split() == ["KEY", "VALUE", "DEFAULT", "SOURCE", "HELP"]
    at = [lines[0].index(title) for title in ("VALUE", "DEFAULT", "SOURCE", "HELP")]
    rows = {line.split()[0]: line for line in lines[1:]}
    assert sorted(rows) == ["main.lr", "model.name", "model.width", "net.depth"]
    assert rows["main.lr"][at[3] :] == "Learning rate."
    assert rows["model.name"][at[0] :].startswith("'x' ")
    assert rows["model.name"][at[1] :].startswith("'mlp' ")
    assert rows["model.name"][at[2] :].startswith("command line -D (3rd argument)")
    assert re.match(r".*prog\.py:15", rows["net.depth"][at[2] :])


def test_two_defaults_of_one_key_are_both_listed(program: Program) -> None:
    source = """
    import hyperparameter as hp
    hp.param_scope.both.k | 1
    hp.param_scope.both.k | 2
    def main(): ...
    hp.launch(main)
    """
    lines = program("-lps", source=source).out.splitlines()
    assert re.match(r"both\.k +1 +1 +.*prog\.py:3", lines[1])
    assert re.match(r" +2 +.*prog\.py:4.* another default", lines[2])


def test_the_list_for_programs_is_json(program: Program) -> None:
    rows = {row["key"]: row for row in json.loads(program("-lps", "--json", "--lr", "3").out)}
    assert rows["main.lr"]["value"] == 3.0
    assert rows["main.lr"]["default"] == 0.1
    assert rows["main.lr"]["source"] == "command line --lr (4th argument)"
    assert rows["main.lr"]["help"] == "Learning rate."
    assert rows["main.lr"]["is_set"] is True
    assert rows["model.width"]["type"] == "int"


def test_the_explanation_for_programs_is_json(program: Program) -> None:
    (row,) = json.loads(program("-ep", "main.lr", "--json", "--lr", "3", env={"HP_MAIN__LR": "2"}).out)
    assert (row["key"], row["value"], row["text"]) == ("main.lr", 3.0, "3")
    assert row["shadowed"] == [{"value": 2, "source": "environment variable HP_MAIN__LR", "kind": "scope"}]
    assert row["defaults"][0]["default"] == 0.1
    assert row["defaults"][0]["declared_by"] == "__main__.main"


def test_json_has_no_word_that_json_has_not(program: Program) -> None:
    source = "import hyperparameter as hp\ndef main(x=float('inf'), y=object()): ...\nhp.launch(main)\n"
    said = program("-lps", "--json", source=source).out
    rows = json.loads(said, parse_constant=lambda word: pytest.fail(word))
    assert rows[0]["default"] == "inf"


# ---- terminals -------------------------------------------------------------------------------------------------------


def on_a_terminal(program: Program, *words: str, columns: int = 80, env: dict[str, str] | None = None) -> str:
    """What a process writes whose stdout is a terminal of so many columns."""
    (program.folder / "prog.py").write_text(PROGRAM, encoding="utf-8")
    pid, master = pty.fork()
    if pid == 0:  # pragma: no cover - the child
        import fcntl
        import struct
        import termios

        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        os.chdir(program.folder)
        kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "TERM")}
        os.execve(
            sys.executable, [sys.executable, "prog.py", *words], {**kept, "TERM": "xterm", "LC_ALL": "C.UTF-8", **(env or {})}
        )
    said = b""
    while True:
        try:
            more = os.read(master, 4096)
        except OSError:
            break
        if not more:
            break
        said += more
    os.close(master)
    os.waitpid(pid, 0)
    return said.decode().replace("\r\n", "\n")


COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
@pytest.mark.parametrize("words", [["-lps"], ["--help"]], ids=["list", "help"])
def test_nothing_is_wider_than_the_terminal(program: Program, columns: int, words: list[str]) -> None:
    said = COLOUR.sub("", on_a_terminal(program, *words, columns=columns))
    assert "main.lr" in said
    assert max(len(line) for line in said.splitlines()) <= columns


def test_a_terminal_has_colours_unless_nobody_wants_them(program: Program) -> None:
    assert COLOUR.search(on_a_terminal(program, "-lps"))
    assert not COLOUR.search(on_a_terminal(program, "-lps", env={"NO_COLOR": "1"}))
    assert not COLOUR.search(on_a_terminal(program, "-lps", env={"TERM": "dumb"}))
    assert not COLOUR.search(program("-lps").out)


def test_what_a_terminal_would_act_on_is_shown_as_an_escape(program: Program, tmp_path: Path) -> None:
    ran = program("-lps", "-D", "model.name=\x1b[31mred")
    assert "\x1b" not in ran.out
    assert "\\x1b[31mred" in ran.out
    assert "\x1b" not in program("-D", "model.width=\x1b[31mred").err
