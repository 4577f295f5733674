"""A program and the person who started it: its name, its messages, the end of its run."""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

_LINES = 22  # a screen of 24 lines, with the prompt and the command
_COLUMNS = 500


def name() -> str:
    """The program as it is called: ``prog.py``, ``python -m package.module``, ``python app.pyz``, ``python -c``.

    A console script, or a file that is run by its own name, is that name.
    """
    main: Any = sys.modules.get("__main__")
    spec = getattr(main, "__spec__", None)
    first = sys.argv[0] if sys.argv else ""
    if spec is not None and spec.name != "__main__":
        return "python -m " + str(spec.name).removesuffix(".__main__")
    if first in ("", "-c", "-"):
        return f"python {first}".rstrip()
    base = os.path.basename(first.rstrip(os.sep))
    if spec is not None:  # a folder or a zip file; one that can be executed is called by its own name
        return base if os.path.isfile(first) and os.access(first, os.X_OK) else f"python {base}"
    return base.removesuffix(".exe") if os.name == "nt" else base


def is_interactive() -> bool:
    """Whether there is no program at all, but an interpreter or a notebook: its words are not for us."""
    return hasattr(sys, "ps1") or "ipykernel" in sys.modules


def say(text: str, kind: str = "") -> None:
    """A message on stderr, at most a screen of it; what a terminal would act on is shown as an escape."""
    if sys.stderr is None:
        return
    lines = text.splitlines() or [""]
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], f"… and {len(lines) - _LINES + 1} more lines"]
    shown = "\n".join(_clipped(line) for line in lines)
    try:
        print(f"{name()}: {kind + ': ' if kind else ''}{shown}", file=sys.stderr)
    except (OSError, ValueError):  # nobody reads, or the stream is closed
        return


def _clipped(line: str) -> str:
    if not line.isprintable():
        line = "".join(c if c.isprintable() or c == "\t" else repr(c)[1:-1] for c in line)
    return line if len(line) <= _COLUMNS else line[:_COLUMNS] + "…"


def refuse(error: Exception | str) -> NoReturn:
    """End the program with status 2 and a message."""
    say(str(error), "error")
    raise SystemExit(2) from None


def finish(text: str) -> NoReturn:
    """Print what was asked for and end the program."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:  # a character that the encoding lacks is written as an escape
        reconfigure(errors="backslashreplace")
    print(text)
    flush()
    raise SystemExit(0)


def flush() -> None:
    """Write what stdout holds back."""
    if sys.stdout is not None:
        sys.stdout.flush()


def silence() -> None:
    """Nobody reads stdout any more: no message, and none at the interpreter's own last flush either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def stdout_is_closed() -> bool:
    """Whether a ``BrokenPipeError`` came from stdout: its reader is gone."""
    try:
        flush()
    except BrokenPipeError:
        return True
    try:
        import select

        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
        return any(event & select.POLLERR for _, event in poll.poll(0))
    except (ImportError, AttributeError, OSError, ValueError):  # no poll here, or no file behind stdout
        return False
