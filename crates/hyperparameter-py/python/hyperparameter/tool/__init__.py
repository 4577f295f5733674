"""The ``hp`` command: what a project's parameters are, read from its source.

    hp ls [PATH or PACKAGE] [--tree] [--format text|json|markdown]
    hp describe KEY [PATH or PACKAGE] [--format text|json]
    hp complete FILE [--shell bash|zsh|fish] [WORD ...]
    hp --version

Nothing of the project is run or imported. An error is one line on stderr, exit status 2.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

USAGE = """\
usage: hp COMMAND

  hp ls [PATH or PACKAGE]             the parameters of a project, found in its source
     --tree                           as a tree
     --format text|json|markdown
  hp describe KEY [PATH or PACKAGE]   everything about one parameter, or about those below it
     --format text|json
  hp complete FILE [WORD ...]         what may follow on the command line of FILE: shells ask this
     --shell bash|zsh|fish
  hp --version
  hp --help                           this text

PATH is a file or a folder, the working directory if it is not given. Nothing of the project is run."""

COMMANDS = ("ls", "describe", "complete")


class UsageError(Exception):
    """The command line is wrong; the text says what about it, and what to write instead."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these words (``sys.argv[1:]`` if none are given), and return its exit status.

    >>> main(["--version"])
    hyperparameter ...
    0
    """
    line = list(sys.argv[1:] if argv is None else argv)
    try:
        if line[:1] == ["complete"]:
            from hyperparameter.tool import complete

            status = complete.command(line[1:])
        else:
            status = _command(line)
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except UsageError as error:
        _say(f"error: {error}")
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Nobody reads any more: no message, and none at the interpreter's own last flush either.
        if sys.stdout is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + 13


def _command(line: list[str]) -> int:
    from hyperparameter.tool import show

    _tolerate(sys.stdout)
    _tolerate(sys.stderr)
    if line[:1] in (["--version"], ["-V"]):
        from hyperparameter import __version__

        print(f"hyperparameter {__version__}")
        return 0
    if any(word in ("-h", "--help") for word in line):
        print(USAGE)
        return 0
    if not line:
        print(USAGE, file=sys.stderr)
        return 2
    command, *rest = line
    if command == "ls":
        words, options = _sorted("ls", rest, 1, ("text", "json", "markdown"))
        return show.listed(words[0] if words else ".", options, _say)
    if command == "describe":
        words, options = _sorted("describe", rest, 2, ("text", "json"))
        if not words:
            raise UsageError("describe needs a KEY: hp describe KEY [PATH or PACKAGE]")
        return show.described(words[0], words[1] if len(words) > 1 else ".", options, _say)
    kind = "option" if command.startswith("-") else "command"
    raise UsageError(f"no {kind} {command!r}{mean(command, [*COMMANDS, '--version', '--help'])}")


def _sorted(command: str, line: list[str], takes: int, formats: tuple[str, ...]) -> tuple[list[str], str]:
    """The words by position, and the format: ``tree`` is one of them."""
    words: list[str] = []
    chosen = ""
    options = ["--format", *(["--tree"] if command == "ls" else [])]
    at = 0
    while at < len(line):
        word = line[at]
        at += 1
        name, equals, value = word.partition("=")
        if word == "--":
            words += line[at:]
            break
        if word == "--tree" and "--tree" in options:
            value = "tree"
        elif name == "--format":
            if not equals:
                if at == len(line):
                    raise UsageError(f"--format needs one of {', '.join(formats)} after it")
                value = line[at]
                at += 1
            if value not in formats:
                raise UsageError(f"no format {value!r}{mean(value, formats)}")
        elif word.startswith("-") and word != "-":
            raise UsageError(f"hp {command} has no option {name}{mean(name, options)}")
        else:
            words.append(word)
            continue
        if chosen and chosen != value:
            raise UsageError(f"two formats, {chosen} and {value}: one is wanted")
        chosen = value
    if len(words) > takes:
        raise UsageError(f"cannot place {words[takes]!r}; hp --help shows what is taken")
    return words, chosen or "text"


def mean(word: str, names: Sequence[str]) -> str:
    """The nearest name, as a question; else all of them.

    >>> mean("lss", ["ls", "describe"]), mean("xyzw", ["ls", "describe"])
    ('; did you mean ls?', '; there are ls, describe')
    """
    from hyperparameter._native import nearest

    near = nearest(word, list(names), 1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(names)}"


def _say(text: str) -> None:
    """One line on stderr; what a terminal would act on is shown as an escape."""
    from hyperparameter.tool.show import plain

    print(f"hp: {plain(text)}", file=sys.stderr)


def _tolerate(stream: object) -> None:
    """A character that the stream's encoding lacks is written as an escape."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
