"""The ``hp`` command as a person meets it: real processes, their exit status, what they print and where."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from launching import interruptible

import hyperparameter

HP = [sys.executable, "-m", "hyperparameter"]
APP = '''\
from typing import Literal, Optional
import hyperparameter as hp
from hyperparameter import param_scope as ps
from project.parts import build

WIDTH = 64

@hp.auto_param("train")
def train(lr: float = 1e-3, steps=10, kind: Literal["a", "b"] = "a", clip: Optional[float] = None, width=WIDTH):
    """Train.

    Args:
        lr: Learning rate.
    """
    ps.model.depth | 2
    ps.layers[0].size(16)

if __name__ == "__main__":
    hp.launch(train)
'''
PARTS = """\
from dataclasses import dataclass
from hyperparameter import auto_param, param_scope

@auto_param("optimizer")
@dataclass
class Optimizer:
    name: str = "adam"
    betas: tuple[float, float] = (0.9, 0.999)

@auto_param("build")
def build(opt={"wd": 0.1, "on": True}):
    param_scope["train.steps"] | 20
"""


class Ran(NamedTuple):
    status: int
    out: str
    err: str


Hp = Callable[..., Ran]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "app.py").write_text(APP)
    (folder / "parts.py").write_text(PARTS)
    return tmp_path


def surroundings(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "TERM")}
    return {**kept, "XDG_CACHE_HOME": str(folder / ".cache"), "PYTHONIOENCODING": "utf-8", **more}


@pytest.fixture
def hp(project: Path) -> Hp:
    """``hp(words…)`` runs the command in the project's folder."""

    def run(*words: str, **more: str) -> Ran:
        ran = subprocess.run(
            [*HP, *words], cwd=project, env=surroundings(project, **more), capture_output=True, text=True,
            encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    return run


def refused(ran: Ran) -> str:
    assert (ran.status, ran.out) == (2, ""), ran
    assert "Traceback" not in ran.err
    assert ran.err.startswith("hp: error: ")
    return ran.err


def rows_of(ran: Ran) -> dict[str, dict[str, Any]]:
    assert ran.status == 0, ran
    return {row["key"]: row for row in json.loads(ran.out)}


# ---- ls --------------------------------------------------------------------------------------------------------------

KEYS = [
    "build.opt.on", "build.opt.wd", "layers.0.size", "model.depth", "optimizer.betas", "optimizer.name", "train.clip",
    "train.kind", "train.lr", "train.steps", "train.width",
]  # fmt: skip


@pytest.mark.parametrize("target", [[], ["."], ["project"], ["./project/"]])
def test_ls_shows_every_parameter_of_a_folder_or_a_package(hp: Hp, target: list[str]) -> None:
    ran = hp("ls", *target)
    assert (ran.status, ran.err) == (0, "")
    head, *lines = ran.out.splitlines()
    assert head.split() == ["KEY", "DEFAULT", "TYPE", "WHERE", "HELP"]
    assert [line.split()[0] for line in lines if line[0] != " "] == KEYS
    assert "project/app.py:8  Learning rate." in re.sub(r"  +", "  ", ran.out)


def test_ls_of_a_dotted_module_and_of_a_file(hp: Hp) -> None:
    assert "optimizer.name" in hp("ls", "project.parts").out
    assert "train.lr" not in hp("ls", "project.parts").out
    assert "optimizer.name" not in hp("ls", "project/app.py").out


def test_ls_of_an_installed_package_imports_nothing_of_it(hp: Hp, project: Path) -> None:
    site = project / "site" / "installed_here"
    site.mkdir(parents=True)
    (site / "__init__.py").write_text(
        "from hyperparameter import param_scope\nraise SystemExit('imported')\nparam_scope.a.b | 1\n"
    )
    ran = hp("ls", "installed_here", PYTHONPATH=str(project / "site"))
    assert (ran.status, ran.err) == (0, "")
    assert "a.b" in ran.out


def test_another_default_of_a_key_stands_below_it(hp: Hp) -> None:
    lines = hp("ls").out.splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("train.steps"))
    assert lines[at].split()[1] == "10"
    assert lines[at + 1].split() == ["20", "another", "project/parts.py:12"]


def test_ls_as_json_has_the_source_and_the_value_of_a_default(hp: Hp) -> None:
    rows = rows_of(hp("ls", "--format", "json"))
    assert sorted(rows) == sorted(KEYS)
    assert (rows["train.width"]["default"], rows["train.width"]["value"]) == ("WIDTH", "64")
    assert (rows["train.lr"]["default"], rows["train.lr"]["value"]) == ("1e-3", "0.001")
    assert rows["train.kind"]["choices"] == ["a", "b"]
    assert rows["train.steps"]["also"] == [
        {"default": "20", "value": "20", "kind": "read", "file": "project/parts.py", "line": 12, "in": "build"}
    ]


def test_ls_as_a_tree(hp: Hp) -> None:
    out = hp("ls", "--tree").out
    assert "train\n├─ clip = None  Optional[float]  project/app.py:8\n├─ kind" in out
    assert "└─ opt\n   ├─ on = True" in out
    assert hp("ls", "--format=tree").out == out


def test_ls_as_markdown_is_one_table(hp: Hp) -> None:
    lines = hp("ls", "--format", "markdown").out.splitlines()
    assert lines[0] == "| key | default | type | help | where |"
    assert "| `train.lr` | `1e-3` | `float` | Learning rate. | project/app.py:8 |" in lines
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 6 for line in lines)


def test_a_file_that_is_no_python_is_a_warning_and_the_rest_is_shown(hp: Hp, project: Path) -> None:
    (project / "project" / "broken.py").write_text("import hyperparameter\ndef f(:\n")
    ran = hp("ls")
    assert ran.status == 0
    assert ran.err.startswith("hp: warning: project/broken.py:2:7: ")
    assert ran.err.endswith("; left out\n")
    assert "train.lr" in ran.out


def test_a_project_without_parameters_says_so(hp: Hp, project: Path) -> None:
    (project / "empty").mkdir()
    assert hp("ls", "empty") == Ran(0, "no parameters\n", "")
    assert hp("ls", "empty", "--format", "json") == Ran(0, "[]\n", "")


def test_folders_that_are_hidden_or_installed_are_left_out(hp: Hp, project: Path) -> None:
    for name in (".hidden", "node_modules", "__pycache__", "env"):
        (project / name).mkdir()
        (project / name / "m.py").write_text("from hyperparameter import param_scope as ps\nps.no | 1\n")
    (project / "env" / "pyvenv.cfg").write_text("")
    assert "no " not in [line[:3] for line in hp("ls").out.splitlines()]


def test_what_is_no_regular_file_is_left_out(hp: Hp, project: Path) -> None:
    os.mkfifo(project / "project" / "pipe.py")  # reading it would wait for ever
    ran = hp("ls")
    assert (ran.status, ran.err) == (0, "")
    assert "train.lr" in ran.out


# ---- describe --------------------------------------------------------------------------------------------------------


def test_describe_tells_all_about_a_key(hp: Hp) -> None:
    assert hp("describe", "train.steps").out.splitlines() == [
        "train.steps",
        "  default  10",
        "  type     number",
        "  declared project/app.py:8 in train()",
        "  read     project/parts.py:12 in build(), default 20",
    ]
    assert "default  64 (WIDTH)" in hp("describe", "train.width").out
    assert "one of   a, b" in hp("describe", "train.kind").out


def test_describe_of_a_namespace_is_all_below_it(hp: Hp) -> None:
    found = json.loads(hp("describe", "optimizer", "--format", "json").out)
    assert [row["key"] for row in found] == ["optimizer.betas", "optimizer.name"]


def test_describe_of_an_unknown_key_names_the_nearest(hp: Hp) -> None:
    assert "did you mean train.steps" in refused(hp("describe", "train.stesp"))


# ---- check -----------------------------------------------------------------------------------------------------------


def test_check_of_a_good_file_is_quiet(hp: Hp, project: Path) -> None:
    (project / "good.toml").write_text(
        '[train]\nlr = 1\nsteps = 2.5\nkind = "b"\nclip = "0.5"\n[optimizer]\nbetas = ["0.8", 1]\n'
        "[build.opt]\nwd = 0\non = 0\n[[layers]]\nsize = 3\n"
    )
    assert hp("check", "good.toml", "--for", "project") == Ran(0, "good.toml: 8 keys, nothing wrong\n", "")
    assert hp("check", "good.toml", "--for", "project/app.py").status == 0


def test_check_reports_everything_that_is_wrong_together_with_its_place(hp: Hp, project: Path) -> None:
    (project / "bad.toml").write_text(
        '[train]\nlr = "fast"\nstesp = 3\nkind = "c"\nclip = [1]\n\n[train.steps]\nx = 1\n\n[other]\nthing = 1\n'
        '[optimizer]\nbetas = [1, 2, 3]\n[[layers]]\nsize = "x"\n[model]\n"depth" = "two"\n'
    )
    ran = hp("check", "bad.toml", "--for", "project")
    assert (ran.status, ran.out) == (2, "")
    lines = ran.err.splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        "bad.toml:2:6", "bad.toml:3:9", "bad.toml:4:8", "bad.toml:5:8", "bad.toml:8:5", "bad.toml:11:9",
        "bad.toml:13:9", "bad.toml:15:8", "bad.toml:17:11", "hp",
    ]  # fmt: skip
    assert "train.lr: 'fast' is not a number; give a float (declared at project/app.py:8, default 1e-3)" in lines[0]
    assert "unknown key 'train.stesp'; did you mean train.steps?" in lines[1]
    assert "'c' is none of 'a', 'b'" in lines[2]
    assert "unknown key 'train.steps.x'; train.steps is a number with nothing below it" in lines[4]
    assert "unknown key 'other.thing'; no code that was read has it" in lines[5]
    assert "3 items where 2 are wanted" in lines[6]
    assert "layers.0.size: 'x' is not a number" in lines[7]
    assert lines[-1] == "hp: 9 problems in bad.toml"


def test_check_as_json(hp: Hp, project: Path) -> None:
    (project / "bad.yaml").write_text("train:\n  lrr: 1\n")
    ran = hp("check", "bad.yaml", "--format", "json")
    assert (ran.status, ran.err) == (2, "")
    assert json.loads(ran.out) == [
        {
            "key": "train.lrr", "file": "bad.yaml", "line": 2, "column": 8, "problem": "unknown key 'train.lrr'",
            "mend": "did you mean train.lr?",
        }
    ]  # fmt: skip


def test_several_files_are_checked_together_as_a_program_reads_them(hp: Hp, project: Path) -> None:
    (project / "a.toml").write_text('train.lr = "${train.clip}"\n')
    (project / "b.json").write_text('{"train": {"clip": 0.5}}')
    assert hp("check", "a.toml", "b.json").status == 0
    assert "train.clip" in refused(hp("check", "a.toml"))


def test_check_of_a_program_knows_what_its_imports_declare(hp: Hp, project: Path) -> None:
    (project / "c.toml").write_text('optimizer.name = "sgd"\n')
    assert hp("check", "c.toml", "--for", "project/app.py").status == 0
    assert hp("check", "c.toml", "--for", "project/__init__.py").status == 2
    both = hp("check", "c.toml", "--for", "project/__init__.py", "--for", "project/parts.py")
    assert both.status == 0


def test_what_only_the_run_knows_is_not_refused(hp: Hp, project: Path) -> None:
    (project / "project" / "plug.py").write_text(
        "from hyperparameter import auto_param, param_scope as ps\nfrom elsewhere import Model, f\n"
        "def g(name):\n    ps[f'plugin.{name}.rate'] | 0.5\n"
        "auto_param('ns')(f)\n@auto_param('h')\ndef h(m: Model = Model(), n: 'Model | int' = 1): ...\n"
    )
    (project / "c.toml").write_text('plugin.x.rate = 1\nns.any.thing = 1\nh.m.depth = 3\nh.n = "x"\n')
    assert hp("check", "c.toml").status == 0
    (project / "c.toml").write_text('plugin.x.rate = "fast"\nplugin.x.other = 1\n')
    assert hp("check", "c.toml").status == 2


def test_the_fields_of_a_dataclass_are_keys_below_its_parameter(hp: Hp, project: Path) -> None:
    (project / "opts.py").write_text(
        "from dataclasses import dataclass\nfrom hyperparameter import auto_param\n"
        "@dataclass\nclass Opt:\n    lr: float = 0.1\n    wd: float = 0.0\n"
        "@auto_param('f')\ndef f(a: Opt = Opt(), b: 'Opt | None' = None): ...\n"
    )
    (project / "c.toml").write_text("f.a.lr = 1\nf.b.wd = 2\n")
    assert hp("check", "c.toml", "--for", "opts.py").status == 0
    (project / "c.toml").write_text("f.a.lrr = 1\nf.b.lr.x = 2\nf.b.other = 3\n")
    ran = hp("check", "c.toml", "--for", "opts.py")
    assert [line.partition("; ")[2] for line in ran.err.splitlines()[:-1]] == [
        "did you mean f.a.lr?",
        "beside it there are f.b.lr, f.b.wd",
    ]
    assert "below    f.a.lr, f.a.wd" in hp("describe", "f.a", "opts.py").out
    assert hp("complete", "opts.py", "--", "-D", "f.a.l").out == "f.a.lr=\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [("a = = 1", "bad.toml:1:5"), ("a = 1\na = 2", "bad.toml:2:1"), ('a = "${no.such}"', "no.such")],
)
def test_a_file_that_cannot_be_read_is_one_error_with_its_place(hp: Hp, project: Path, text: str, said: str) -> None:
    (project / "bad.toml").write_text(text)
    assert said in refused(hp("check", "bad.toml"))


def test_a_file_may_come_from_standard_input(project: Path) -> None:
    ran = subprocess.run(
        [*HP, "check", "json:-"], input='{"train": {"lr": "x"}}', cwd=project, env=surroundings(project),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "train.lr: 'x' is not a number" in ran.stderr


# ---- diff ------------------------------------------------------------------------------------------------------------


def test_diff_of_two_files(hp: Hp, project: Path) -> None:
    (project / "a.toml").write_text("[train]\nlr = 0.1\nsteps = 1\n[l]\nsame = [1, nan]\n")
    (project / "b.json").write_text('{"train": {"lr": 0.2, "clip": 1.0}, "l": {"same": [1, NaN]}}')
    assert hp("diff", "a.toml", "b.json") == Ran(
        1,
        "+ train.clip = 1.0  b.json:1:31\n~ train.lr: 0.1 -> 0.2  a.toml:2:6, b.json:1:18\n- train.steps = 1  a.toml:3:9\n",
        "",
    )
    assert hp("diff", "a.toml", "a.toml") == Ran(0, "", "")


def test_diff_as_json(hp: Hp, project: Path) -> None:
    (project / "a.toml").write_text("x.y = 1\n")
    (project / "b.toml").write_text("x.y = true\n")
    ran = hp("diff", "a.toml", "b.toml", "--format", "json")
    assert ran.status == 1
    assert json.loads(ran.out) == {
        "added": [],
        "removed": [],
        "changed": [{"key": "x.y", "old": "1", "new": "True", "places": ["a.toml:1:7", "b.toml:1:7"]}],
        "defaults": [],
        "unknown": [],
    }


def test_diff_of_a_used_file_and_the_code_is_what_changed_in_the_code(hp: Hp, project: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "project.app", "--lr", "0.5", "--save-params", "used.toml"], cwd=project, check=True,
        env=surroundings(project), timeout=60,
    )  # fmt: skip
    assert hp("diff", "used.toml") == Ran(0, "", "")
    app = project / "project" / "app.py"
    app.write_text(APP.replace("steps=10", "steps=11").replace("1e-3", "1e-2").replace("kind:", "sort:"))
    ran = hp("diff", "used.toml", "project")
    assert (ran.status, ran.err) == (1, "")
    shown = [line.partition("  ")[0] for line in ran.out.splitlines()]
    assert shown == ["- train.kind = 'a'", "~ default of train.lr: 0.001 -> 0.01", "~ default of train.steps: 10 -> 11"]


def test_diff_of_two_versions_of_code_is_their_defaults(hp: Hp, project: Path) -> None:
    old = project / "old.py"
    old.write_text(APP.replace("WIDTH = 64", "WIDTH = 32").replace("steps=10", "steps=5 + 5"))
    ran = hp("diff", "old.py", "project/app.py")
    assert (ran.status, ran.err) == (1, "")
    assert "~ default of train.width: 32 -> 64  old.py:8, project/app.py:8" in ran.out
    assert "train.steps" not in ran.out


def test_a_default_that_only_the_run_knows_is_no_difference(hp: Hp, project: Path) -> None:
    (project / "m.py").write_text(
        "from hyperparameter import param_scope as ps\nps.a | compute()\nps.b | (1, 2)\nps.c | 1.0\n"
    )
    (project / "c.toml").write_text("a = 1\nb = [1, 2]\nc = 1\n")
    ran = hp("diff", "c.toml", "m.py")
    assert (ran.status, ran.out) == (0, "")
    assert ran.err == "hp: note: 1 default known to the run only: a\n"


# ---- schema ----------------------------------------------------------------------------------------------------------


def test_schema_of_a_program_is_printed(hp: Hp) -> None:
    ran = hp("schema", "project.app:train")
    assert (ran.status, ran.err) == (0, "")
    schema = json.loads(ran.out)
    assert schema["properties"]["train"]["properties"]["lr"]["default"] == 1e-3
    assert "optimizer" in schema["properties"]


def test_schema_of_nothing_is_an_error(hp: Hp) -> None:
    ran = hp("schema", "no_such_module:f")
    assert (ran.status, ran.out) == (2, "")
    assert "no_such_module" in ran.err
    assert "Traceback" not in ran.err


# ---- the line --------------------------------------------------------------------------------------------------------


def test_the_version(hp: Hp) -> None:
    assert hp("--version") == Ran(0, f"hyperparameter {hyperparameter.__version__}\n", "")


def test_help_names_every_command_and_a_command_has_its_own(hp: Hp) -> None:
    ran = hp("--help")
    assert (ran.status, ran.err) == (0, "")
    for command in ("ls", "describe", "check", "diff", "schema", "complete"):
        assert f"hp {command} " in ran.out
        own = hp(command, "--help")
        assert (own.status, own.err) == (0, "")
        assert own.out.startswith(f"usage: hp {command} ")
    assert hp() == Ran(2, "", ran.out)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lss"], "no command 'lss'; did you mean ls?"),
        (["--versoin"], "did you mean --version?"),
        (["ls", "--formt", "json"], "hp ls has no option --formt; did you mean --format?"),
        (["ls", "--format", "jsn"], "no format 'jsn'; did you mean json?"),
        (["ls", "--format"], "--format needs text|tree|json|markdown after it"),
        (["ls", "--tree=1"], "--tree takes no value"),
        (["ls", "--tree", "--format", "json"], "two formats"),
        (["ls", "a", "b"], "cannot place 'b'"),
        (["ls", "no_such_package"], "no file, folder or package 'no_such_package'"),
        (["ls", "no/such"], "no file or folder 'no/such'"),
        (["describe"], "hp describe needs KEY"),
        (["check"], "hp check needs FILE"),
        (["check", "no.toml"], "no file 'no.toml'"),
        (["diff", "no.toml", "project"], "no file 'no.toml'"),
        (["diff", "project", "nowhere"], "'nowhere'"),
        (["complete"], "hp complete FILE"),
        (["complete", "no.py"], "no file 'no.py'"),
        (["--print-completion"], "--print-completion needs bash, zsh or fish"),
        (["--print-completion", "bsh"], "no shell 'bsh'; did you mean bash?"),
    ],
)
def test_a_wrong_line_is_an_error_with_its_mend(hp: Hp, words: list[str], said: str) -> None:
    assert said in refused(hp(*words))


# ---- terminals, pipes, signals ---------------------------------------------------------------------------------------


def on_terminal(project: Path, *words: str, columns: int = 80, **more: str) -> str:
    """What the command shows on a terminal of some width."""
    pid, master = pty.fork()
    if pid == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        os.chdir(project)
        os.execvpe(HP[0], [*HP, *words], surroundings(project, TERM="xterm", **more))
    shown = b""
    try:
        while chunk := os.read(master, 65536):
            shown += chunk
    except OSError:  # the other end is closed
        pass
    os.close(master)
    os.waitpid(pid, 0)
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [30, 60, 100])
def test_no_line_is_wider_than_the_terminal(project: Path, columns: int) -> None:
    (project / "long.py").write_text(
        "from hyperparameter import param_scope as ps\nps.a.long | 'x"
        + "y" * 200
        + "'\nps.b['日本語のパラメータ'] | '値'\n"
    )
    for words in (["ls"], ["ls", "--tree"]):
        plain = re.sub(r"\x1b\[\d*m", "", on_terminal(project, *words, columns=columns))
        wide = [line for line in plain.splitlines() if sum(2 if ord(c) > 0x2E80 else 1 for c in line) > columns]
        assert wide == []
        assert "long" in plain


def test_colour_is_for_terminals_that_want_it(hp: Hp, project: Path) -> None:
    assert "\x1b[" in on_terminal(project, "ls")
    assert "\x1b[" not in on_terminal(project, "ls", NO_COLOR="1")
    assert "\x1b[" not in hp("ls").out


def test_what_a_terminal_would_act_on_is_shown_as_an_escape(hp: Hp, project: Path) -> None:
    (project / "odd.py").write_text('from hyperparameter import param_scope as ps\nps.a | "\x1b[31m\x07"\n')
    assert "\x1b" not in hp("ls", "odd.py").out
    assert r"\x1b[31m\x07" in hp("ls", "odd.py").out


def test_a_character_that_the_encoding_lacks_is_an_escape(hp: Hp, project: Path) -> None:
    (project / "odd.py").write_text("from hyperparameter import param_scope as ps\nps.größe | 1\n", encoding="utf-8")
    ran = hp("ls", "odd.py", "--tree", PYTHONIOENCODING="ascii")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("gr\\xf6\\xdfe = 1")


def test_a_closed_pipe_is_quiet(project: Path) -> None:
    (project / "many.py").write_text(
        "from hyperparameter import param_scope as ps\n" + "".join(f"ps.key_{at} | {at}\n" for at in range(5_000))
    )
    ran = subprocess.run(
        f"{sys.executable} -m hyperparameter ls many.py | head -n 1", shell=True, cwd=project,
        env=surroundings(project), capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert ran.stderr == ""
    assert len(ran.stdout.splitlines()) == 1


def test_ctrl_c_is_130_without_a_traceback(project: Path) -> None:
    process = subprocess.Popen(
        [*HP, "check", "toml:-"], cwd=project, env=surroundings(project), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=interruptible,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(b"train.lr = 1\n")
    process.stdin.flush()
    waiting = bytearray(4)
    end = time.monotonic() + 40
    while time.monotonic() < end and (fcntl.ioctl(process.stdin, termios.FIONREAD, waiting) or any(waiting)):
        time.sleep(0.02)  # until the words are taken: then it waits for more
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=40)
    assert (process.returncode, out, err) == (130, b"", b"")


# ---- what it costs ---------------------------------------------------------------------------------------------------


def imported(*words: str, folder: Path) -> set[str]:
    code = (
        "import sys\nbefore = set(sys.modules)\nfrom hyperparameter.tool import main\n"
        f"main({list(words)!r})\nprint('\\n' + ' '.join(set(sys.modules) - before), file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=folder, env=surroundings(folder), capture_output=True, text=True,
        timeout=60, check=True,
    )  # fmt: skip
    return set(ran.stderr.splitlines()[-1].split())


HEAVY = {
    "argparse",
    "ast",
    "collections",
    "dataclasses",
    "enum",
    "functools",
    "inspect",
    "json",
    "re",
    "shutil",
    "typing",
}


def test_completion_and_a_known_project_import_nothing_heavy(project: Path) -> None:
    time.sleep(0.1)  # a file that has just been written is not kept
    words = ("complete", "project/app.py", "--", "-D", "tr")
    assert "ast" in imported(*words, folder=project)
    assert imported(*words, folder=project) & HEAVY == set()
    imported("ls", folder=project)
    assert imported("ls", folder=project) & HEAVY == set()
    assert imported("--version", folder=project) & HEAVY == set()
