"""Every Python program of examples/ runs, and so does the quickstart."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples"


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=60, cwd=ROOT, check=False)


def lines(*words: str) -> list[str]:
    ran = run(*words)
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout.splitlines()


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in EXAMPLES.glob("*/main.py")))
def test_each_example_runs_without_arguments_and_says_how_to_run_it(folder: str) -> None:
    main = EXAMPLES / folder / "main.py"
    assert lines(str(main))
    assert f"python examples/{folder}/main.py" in main.read_text(encoding="utf-8")


def test_the_training_loop_learns_and_each_thread_of_its_sweep_has_its_own_rate() -> None:
    main = str(EXAMPLES / "train_loop" / "main.py")
    default = lines(main)
    assert [line.split(":")[0] for line in default] == ["as given", "lr 0.01", "lr 0.05", "lr 0.1"]
    losses = [float(line.split()[-1]) for line in default]
    assert losses[1] > losses[2] == losses[0]  # 0.05 is the default rate

    given = [float(line.split()[-1]) for line in lines(main, "-D", "train.steps=20", "sgd.lr=0.01")]
    assert given[0] == given[1]  # the rate from the command line, in the main thread and in the sweep's
    assert given[0] < losses[1]  # more steps


def test_asyncio_tasks_keep_their_own_parameters() -> None:
    main = str(EXAMPLES / "async_tasks" / "main.py")
    assert lines(main) == ["ann: is it on? yes, style plain", "bob: IS IT OFF? YES, style loud", "outside: plain"]
    assert lines(main, "-D", "answer.style=loud")[0] == "ann: IS IT ON? YES, style loud"


def test_a_list_from_the_command_line_is_read_and_pinned_by_element() -> None:
    main = str(EXAMPLES / "in_place" / "main.py")
    assert lines(main) == ["widths [8, 8]", "inside [128, 8]", "after [8, 8]"]
    pinned = lines(main, "-D", "layers=[64, 32]", "layers.1=16")
    assert pinned == ["widths [64, 16]", "inside [128, 16]", "after [64, 16]"]


QUICKSTART = ("-m", "hyperparameter.examples.quickstart")


def test_the_quickstart_shows_every_way_to_set_a_parameter() -> None:
    said = [line for line in lines(*QUICKSTART) if line and not line.startswith(("#", ">>>"))]
    shown = said.index("$ quickstart -D greet.name=Erin --enthusiasm=3")
    assert said[:shown] == [
        "Hello, World!",
        "Hello, Alice!",
        "Hello, Bob!!",
        "Hello, Alice!",
        "enthusiasm is 3",
        "Hello, Alice!!!",
        "Hello, Carol!!!",
        "Hello, World!",
        "Hello, Dave!",
    ]
    # What stands in the temporary folder has relative paths, and the code's own path is this machine's.
    code = str(ROOT / "crates" / "hyperparameter-py")
    where = "python/hyperparameter/examples/quickstart.py:20 in greet()"
    assert [line.replace(code, "").replace("  (/python", "  (python") for line in said[shown:]] == [
        "$ quickstart -D greet.name=Erin --enthusiasm=3",
        "Hello, Erin!!!",
        "$ quickstart -C hello.toml",
        "Hello, Frank!!",
        "$ quickstart -C hello.toml -D greet.name=Grace",
        "Hello, Grace!!",
        "$ quickstart -ep greet.name -C hello.toml -D greet.name=Grace",
        "greet.name = 'Grace'  (command line -D (6th argument))",
        "  text 'Grace', read as 'Grace' (str)",
        "  hides 'Frank'  (hello.toml:2:8)",
        f"  default 'World'  ({where}), declared by __main__.greet",
        "  type str",
        "$ quickstart -D greet.nmae=Heidi",
        "python -m hyperparameter.examples.quickstart: error: no parameter 'greet.nmae' "
        "(command line -D (2nd argument)); did you mean greet.name?",
        "(exit status 2)",
        "$ quickstart -C hello.toml --enthusiasm=1 --save-params used.toml",
        "Hello, Frank!",
        "$ cat used.toml",
        "greet.enthusiasm = 1  # command line --enthusiasm (3rd argument); default 1",
        'greet.name = "Frank"  # hello.toml:2:8; default "World"',
        "$ quickstart -C used.toml",
        "Hello, Frank!",
    ]


def test_the_quickstart_is_a_program_with_two_parameters() -> None:
    assert lines(*QUICKSTART, "--define", "greet.name=Alice", "--enthusiasm=3") == ["Hello, Alice!!!"]
    assert lines(*QUICKSTART, "-D", "greet.name=Alice", "greet.enthusiasm=2") == ["Hello, Alice!!"]


def test_the_quickstart_lists_its_parameters() -> None:
    listed = "\n".join(lines(*QUICKSTART, "-lps"))
    assert "greet.name" in listed
    assert "greet.enthusiasm" in listed


def test_the_quickstart_explains_a_parameter() -> None:
    explained = "\n".join(lines(*QUICKSTART, "-ep", "greet.name"))
    assert "greet.name" in explained
    assert "World" in explained
    explained = "\n".join(lines(*QUICKSTART, "-D", "greet.name=Alice", "-ep", "greet.name"))
    assert "Alice" in explained
    assert "command line -D (2nd argument)" in explained
