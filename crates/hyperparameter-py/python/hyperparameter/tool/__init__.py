"""The ``hp`` command: what a project's parameters are, read from its source.

    hp ls [PATH or PACKAGE] [--tree] [--format text|json|markdown]
    hp describe KEY [PATH or PACKAGE]
    hp check FILE ... [--for PATH or PACKAGE]
    hp diff A [B]
    hp schema MODULE:FUNCTION
    hp complete FILE [--shell bash|zsh|fish] [WORD ...]
    hp --print-completion SHELL
    hp --version
    hp --includes | --libs | --cmakedir

But for ``schema``, nothing of the project is run or imported. An error is a line on stderr, exit status 2.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class UsageError(Exception):
    """The command line is wrong; the text says what about it, and what to write instead."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these words (``sys.argv[1:]`` if none are given), and return its exit status.

    0: all is well; 1: ``hp diff`` found a difference; 2: an error, of the command line or of what was checked; 130: Ctrl-C.

    >>> main(["--version"])
    hyperparameter ...
    0
    """
    line = list(sys.argv[1:] if argv is None else argv)
    try:
        if line[:1] == ["complete"] and line[1:] not in (["-h"], ["--help"]):
            from hyperparameter.tool import complete

            status = complete.command(line[1:])
        else:
            _tolerate(sys.stdout)
            _tolerate(sys.stderr)
            status = _command(line)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except UsageError as error:
        say(f"error: {error}")
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Nobody reads any more: no message, and none at the interpreter's own last flush either.
        if sys.stdout is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + 13


def _command(line: list[str]) -> int:
    from hyperparameter.tool import line as lines

    if not line:
        print(lines.usage(), file=sys.stderr)
        return 2
    name, *rest = line
    if name in ("--version", "-V"):
        from hyperparameter import __version__

        print(f"hyperparameter {__version__}")
        return 0
    if name in ("-h", "--help"):
        print(lines.usage())
        return 0
    if name.partition("=")[0] == "--print-completion":
        return _print_completion([*filter(None, [name.partition("=")[2]]), *rest])
    if name in ("--includes", "--libs", "--cmakedir"):
        from hyperparameter.tool import native

        if rest:
            raise UsageError(f"{name} takes no further word, and there is {rest[0]!r}")
        print(native.line(name))
        return 0
    if name == "schema":
        from hyperparameter import schema

        return schema.main(rest)
    command = lines.COMMANDS.get(name)
    if command is None:
        kind = "option" if name.startswith("-") else "command"
        names = [*lines.COMMANDS, *(words.partition(" ")[0] for words, _ in lines.GENERAL)]
        raise UsageError(f"no {kind} {name!r}{lines.mean(name, names)}")
    if "-h" in rest or "--help" in rest:
        print(lines.usage_of(command))
        return 0
    return _run(name, *lines.read(command, rest))


def _run(name: str, words: list[str], options: dict[str, str]) -> int:
    """Run a command; only what it needs is imported."""
    form = options.get("format", "text")
    if name == "ls":
        from hyperparameter.tool import show

        if "tree" in options and form not in ("text", "tree"):
            raise UsageError(f"two formats, tree and {form}: one is wanted")
        return show.listed(words[0] if words else ".", "tree" if "tree" in options else form)
    if name == "describe":
        from hyperparameter.tool import show

        return show.described(words[0], words[1] if len(words) > 1 else ".", form)
    if name == "check":
        from hyperparameter.tool import check

        return check.command(words, options.get("for", ".").split("\n"), form)
    from hyperparameter.tool import diff

    return diff.command(words[0], words[1] if len(words) > 1 else ".", form)


def _print_completion(words: list[str]) -> int:
    from hyperparameter.tool import line as lines
    from hyperparameter.tool import shells

    if len(words) != 1 or words[0] not in lines.SHELLS:
        said = (
            f"no shell {words[0]!r}{lines.mean(words[0], lines.SHELLS)}"
            if words
            else "--print-completion needs bash, zsh or fish"
        )
        raise UsageError(said)
    print(shells.script(words[0], "hp"), end="")
    return 0


def say(text: str) -> None:
    """A message on stderr; what a terminal would act on is shown as an escape."""
    from hyperparameter.tool.terminal import plain

    first, *more = text.rstrip().split("\n")
    print("\n".join([f"hp: {plain(first)}", *map(plain, more)]), file=sys.stderr)


def warn(text: str) -> None:
    """A warning: the rest goes on."""
    say(f"warning: {text}")


def _tolerate(stream: object) -> None:
    """A character that the stream's encoding lacks is written as an escape."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
