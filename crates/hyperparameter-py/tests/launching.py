"""A program in a process of its own, for the tests of ``launch``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple


def interruptible() -> None:
    """For a new process: an interrupt ends it, also where these tests were started with interrupts ignored (a job in the
    background)."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Ran(NamedTuple):
    """How a process ended, and what it said."""

    status: int
    out: str
    err: str


class Program:
    """``program(words…, source=…)`` runs ``prog.py`` in the folder ``program.folder``."""

    def __init__(self, folder: Path, source: str = "") -> None:
        self.folder = folder
        self.source = source

    def __call__(
        self, *words: str, source: str | None = None, env: dict[str, str] | None = None, stdin: str = ""
    ) -> Ran:
        (self.folder / "prog.py").write_text(textwrap.dedent(source or self.source), encoding="utf-8")
        return self.python("prog.py", *words, env=env, stdin=stdin)

    def python(self, *words: str, env: dict[str, str] | None = None, stdin: str = "") -> Ran:
        """Any command line of Python in that folder."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith("HP_")}
        ran = subprocess.run(
            [sys.executable, *words],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
            cwd=self.folder,
            input=stdin,
            env={**outside, "PYTHONIOENCODING": "utf-8", **(env or {})},
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    def file(self, name: str, text: str) -> str:
        """Write a file beside the program."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return name


def refused(ran: Ran) -> str:
    """The message of a command line that was refused: status 2, nothing on stdout, no traceback."""
    assert ran.status == 2, ran
    assert ran.out == ""
    assert "Traceback" not in ran.err
    assert ran.err.startswith("prog.py: error: ")
    return ran.err
