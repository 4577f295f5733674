"""The completion scripts in the shells for which they are: bash, zsh and fish, each as a person has it."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
PROGRAM = """#!{python}
from typing import Literal
import hyperparameter as hp
from hyperparameter import param_scope as ps

@hp.auto_param("train")
def train(mode: Literal["fast", "slow"], lr: float = 0.1, batch_size=32, kind: Literal["a b", "c:d", "it's"] = "a b"):
    \"\"\"Train.

    Args:
        lr: Learning rate.
    \"\"\"
    ps.model.width | 8
    ps.model["größe"] | 3

if __name__ == "__main__":
    open("was_run", "w")
    hp.launch(train)
"""


def need(shell: str) -> str:
    path = shutil.which(shell)
    if path is None:
        pytest.skip(f"no {shell} here")
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with an executable ``app.py``, and a file whose name begins as a key does."""
    (tmp_path / "app.py").write_text(PROGRAM.format(python=sys.executable), encoding="utf-8")
    (tmp_path / "app.py").chmod(0o755)
    (tmp_path / "data.csv").write_text("")
    return tmp_path


def surroundings(project: Path) -> dict[str, str]:
    return {
        **os.environ, "PATH": f"{project}:{BIN}:{os.environ['PATH']}", "XDG_CACHE_HOME": str(project / ".cache"),
        "HOME": str(project), "LC_ALL": "C.UTF-8", "TERM": "xterm", "XDG_CONFIG_HOME": str(project / ".config"),
        "XDG_DATA_HOME": str(project / ".data"),
    }  # fmt: skip


def script(project: Path, shell: str, command: str = "./app.py") -> Path:
    """What the program prints for a shell, in a file."""
    ran = subprocess.run(
        [command, "--print-completion", shell], cwd=project, env=surroundings(project), capture_output=True, text=True,
        check=True, timeout=60,
    )  # fmt: skip
    (project / "was_run").unlink(missing_ok=True)
    path = project / f"completion.{shell}"
    path.write_text(ran.stdout, encoding="utf-8")
    return path


# ---- bash ------------------------------------------------------------------------------------------------------------

# What bash does at the tab key: it finds the function of a command by its name and calls it with the line.
BASH = """
source "$1"
COMP_LINE=$2
COMP_POINT=${#COMP_LINE}
command=${COMP_LINE%% *}
spec=$(complete -p "${command##*/}") || exit 3
[[ $spec =~ -F\\ ([^ ]+) ]]
"${BASH_REMATCH[1]}" "$command" "${COMP_LINE##* }" ""
printf '%s\\n' "${COMPREPLY[@]}"
"""


def in_bash(project: Path, line: str, command: str = "./app.py") -> list[str]:
    bash = need("bash")
    ran = subprocess.run(
        [bash, "--norc", "-c", BASH, "bash", str(script(project, "bash", command)), line], cwd=project,
        env=surroundings(project), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert ran.stderr == ""
    return [reply for reply in ran.stdout.split("\n") if reply]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("./app.py --l", ["--lr ", "--list-params "]),
        ("app.py -D tr", ["train.batch_size=", "train.kind=", "train.lr="]),
        ("./app.py -D model.", ["model.größe=", "model.width="]),
        ("./app.py -Dmodel.w", ["-Dmodel.width="]),
        ("./app.py ", ["fast ", "slow "]),
        ("./app.py --kind ", ["a\\ b ", "c:d ", "it\\'s "]),
        ("./app.py --kind=a", ["a\\ b "]),  # bash replaces what is behind the `=`
        ("./app.py -D train.kind=c", ["c:d "]),
        ("./app.py -D train.kind=c:", ["d "]),  # and behind a `:`
        ("./app.py 'fa", ["fast "]),
        ("./app.py -ep train.l", ["train.lr "]),
        ("./app.py nothing", []),
    ],
)
def test_bash_is_given_the_words(project: Path, line: str, expected: list[str]) -> None:
    assert sorted(in_bash(project, line)) == sorted(expected)
    assert not (project / "was_run").exists()


class Terminal:
    """A program on a terminal of its own, to which keys are sent."""

    def __init__(self, command: list[str], project: Path) -> None:
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(project)
            os.execvpe(command[0], command, surroundings(project))
        self.shown = ""

    def send(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def wait_for(self, pattern: str, seconds: float = 40) -> str:
        """What is shown up to a pattern; the text is plain, without what moves the cursor or colours it."""
        end = time.monotonic() + seconds
        while True:
            plain = re.sub(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07|[()][A-Z0-9]|[=>])", "", self.shown)
            found = re.search(pattern, plain)
            if found:
                return plain
            if time.monotonic() > end:
                raise AssertionError(f"{pattern!r} is not shown: {plain!r}")
            if select.select([self.master], [], [], 0.2)[0]:
                self.shown += os.read(self.master, 65536).decode("utf-8", "replace")

    def close(self) -> None:
        os.close(self.master)
        os.waitpid(self.pid, 0)


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


def test_the_tab_key_completes_in_an_interactive_bash(project: Path, terminals: list[Terminal]) -> None:
    bash, path = need("bash"), script(project, "bash")
    terminal = Terminal([bash, "--norc", "--noprofile", "-i"], project)
    terminals.append(terminal)
    terminal.send(f"PS1='READY> '; source {path}\n")
    terminal.wait_for(r"\nREADY> $|\rREADY> $")
    terminal.send("echo ok; ./app.py -D train.k\t'it'\t")
    terminal.wait_for(r"train\.kind='?it")
    terminal.send("\x15./app.py -D model.w\t")
    terminal.wait_for(r"-D model\.width=")
    terminal.send("7 --batch\t")
    terminal.wait_for(r"model\.width=7 --batch-size ")
    terminal.send("\x15./app.py --kind a\t")
    terminal.wait_for(r"--kind a\\ b ")
    assert not (project / "was_run").exists()


def test_bash_offers_files_where_nothing_is_known(project: Path, terminals: list[Terminal]) -> None:
    bash, path = need("bash"), script(project, "bash")
    terminal = Terminal([bash, "--norc", "--noprofile", "-i"], project)
    terminals.append(terminal)
    terminal.send(f"PS1='READY> '; source {path}\n")
    terminal.wait_for(r"\nREADY> $|\rREADY> $")
    terminal.send("./app.py fast dat\t")
    terminal.wait_for(r"fast data\.csv")


# ---- fish ------------------------------------------------------------------------------------------------------------


def in_fish(project: Path, line: str, command: str = "./app.py") -> list[str]:
    fish = need("fish")
    path = script(project, "fish", command)
    ran = subprocess.run(
        [fish, "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", str(path), line], cwd=project, env=surroundings(project),
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert ran.stderr == ""
    return ran.stdout.splitlines()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("./app.py --l", ["--lr\tLearning rate.", "--list-params\tlist the parameters, with the values in force"]),
        ("app.py -D train.l", ["train.lr=\tLearning rate."]),
        ("./app.py -D model.", ["model.größe=\t3", "model.width=\t8"]),
        ("./app.py ", ["fast", "slow"]),
        ("./app.py --kind ", ["a b", "c:d", "it's"]),
        ("./app.py --kind=c", ["--kind=c:d"]),
        ("./app.py fast dat", ["data.csv"]),
    ],
)
def test_fish_is_given_the_words_and_their_help(project: Path, line: str, expected: list[str]) -> None:
    assert sorted(in_fish(project, line)) == sorted(expected)
    assert not (project / "was_run").exists()


# ---- zsh -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def zsh(project: Path, terminals: list[Terminal]) -> Terminal:
    program, path = need("zsh"), script(project, "zsh")
    terminal = Terminal([program, "-f", "-i"], project)
    terminals.append(terminal)
    terminal.send(
        f"PS1='READY> '; autoload -Uz compinit; compinit -u -D; source {path}; unsetopt zle_bracketed_paste; echo LOA''DED\n"
    )
    terminal.wait_for(r"LOADED[\s\S]*READY> ")
    return terminal


def test_zsh_completes_options_keys_and_values(project: Path, zsh: Terminal) -> None:
    zsh.send("./app.py --batch\t")
    zsh.wait_for(r"--batch-size ")
    zsh.send("\x15./app.py -D model.w\t7")
    zsh.wait_for(r"-D model\.width=7")
    zsh.send("\x15app.py -D model.g\t")
    zsh.wait_for(r"-D model\.größe=")
    zsh.send("\x15./app.py --kind=c\t")
    zsh.wait_for(r"--kind=c:d ")
    zsh.send("\x15./app.py --kind i\t")
    zsh.wait_for(r"--kind it\\'s ")
    assert not (project / "was_run").exists()


def test_zsh_shows_the_help_of_each_word(project: Path, zsh: Terminal) -> None:
    zsh.send("./app.py -D train.\t\t")
    zsh.wait_for(r"train\.lr= +-- Learning rate\.")


def test_zsh_offers_files_where_nothing_is_known(project: Path, zsh: Terminal) -> None:
    zsh.send("./app.py fast dat\t")
    zsh.wait_for(r"fast data\.csv")


# ---- which programs --------------------------------------------------------------------------------------------------


@pytest.fixture
def installed(project: Path) -> Path:
    """A package with an entry point, as pip installs it: a script in a folder of the path, which imports the package."""
    package = project / "site" / "trainer"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    source = PROGRAM.partition("if __name__")[0].partition("\n")[2] + "\ndef main():\n    hp.launch(train)\n"
    (package / "cli.py").write_text(source, encoding="utf-8")
    (project / "bin").mkdir()
    entry = project / "bin" / "train-it"
    entry.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(project / 'site')!r})\n"
        "from trainer.cli import main\nif __name__ == '__main__':\n    sys.exit(main())\n"
    )
    entry.chmod(0o755)
    return entry


def test_the_script_of_an_entry_point_completes_it(
    project: Path, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(project / "site"))
    assert in_bash(project, "train-it -D model.w", str(installed)) == ["model.width="]
    assert in_bash(project, "train-it --ba", str(installed)) == ["--batch-size "]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_folder_with_a_space_and_a_quote_is_no_hindrance(
    project: Path, terminals: list[Terminal], shell: str
) -> None:
    odd = project / "it's a folder"
    odd.mkdir()
    (odd / "app.py").write_bytes((project / "app.py").read_bytes())
    (odd / "app.py").chmod(0o755)
    if shell == "bash":
        assert in_bash(odd, "app.py -D model.w") == ["model.width="]
    elif shell == "fish":
        assert in_fish(odd, "app.py -D model.w") == ["model.width=\t8"]
    else:
        script(odd, "zsh")
        terminal = Terminal([need("zsh"), "-f", "-i"], odd)
        terminals.append(terminal)
        terminal.send("PS1='READY> '; autoload -Uz compinit; compinit -u -D; source ./completion.zsh; echo LOA''DED\n")
        terminal.wait_for(r"LOADED[\s\S]*READY> ")
        terminal.send("./app.py -D model.w\t7")
        terminal.wait_for(r"-D model\.width=7")


def test_zsh_loads_it_from_a_folder_of_functions(project: Path, terminals: list[Terminal]) -> None:
    functions = project / "functions"
    functions.mkdir()
    script(project, "zsh").rename(functions / "_app.py")
    terminal = Terminal([need("zsh"), "-f", "-i"], project)
    terminals.append(terminal)
    terminal.send(
        "PS1='READY> '; fpath=($PWD/functions $fpath); autoload -Uz compinit; compinit -u -D; echo LOA''DED\n"
    )
    terminal.wait_for(r"LOADED[\s\S]*READY> ")
    terminal.send("./app.py -D model.w\t7")
    terminal.wait_for(r"-D model\.width=7")


@pytest.mark.parametrize("decorated", ["", "@hp.auto_param\n"])
def test_a_function_of_another_module_is_completed_where_it_is_launched(project: Path, decorated: str) -> None:
    package = project / "parts"
    package.mkdir()
    (package / "__init__.py").write_text("from .cli import main\n")
    (package / "cli.py").write_text(f"import hyperparameter as hp\n{decorated}def main(mode, depth=1): ...\n")
    (project / "run.py").write_text("import hyperparameter as hp\nfrom parts import main\nhp.launch(main)\n")
    assert in_bash(project, "app.py run.py") == []
    complete = [str(BIN / "hp"), "complete", "run.py", "--"]
    for words, expected in ((["--dep"], "--depth\n"), (["-D", "main"], "main.depth=\n")):
        ran = subprocess.run(
            [*complete, *words],
            cwd=project,
            env=surroundings(project),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert ran.stdout == expected


def test_another_program_of_the_same_name_is_completed_by_its_own_source(project: Path) -> None:
    other = project / "other"
    other.mkdir()
    (other / "app.py").write_text("import hyperparameter as hp\ndef main(depth=1): ...\nhp.launch(main)\n")
    assert in_bash(project, "other/app.py --dep") == ["--depth "]


def test_hp_completes_itself(project: Path) -> None:
    hp = str(BIN / "hp")
    assert in_bash(project, "hp d", hp) == ["describe ", "diff "]
    assert in_bash(project, "hp ls --format ", hp) == ["text ", "tree ", "json ", "markdown "]
    assert in_bash(project, "hp describe train.l", hp) == ["train.lr "]
    assert in_fish(project, "hp desc", hp) == ["describe\teverything about one parameter, or about those below a key"]
