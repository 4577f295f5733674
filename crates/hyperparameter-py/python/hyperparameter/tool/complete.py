"""``hp complete``: what may follow on the command line of a program, from its source alone.

Shells ask this at every press of the tab key: everything here is quick to import, and the answers come from the cache.
The scripts that ask are in :mod:`hyperparameter.tool.shells`.
"""

from __future__ import annotations

import os
import sys

from hyperparameter.cli import names as common
from hyperparameter.tool import UsageError, programs
from hyperparameter.tool.line import SHELLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

_ASK = "hp complete FILE [--shell bash|zsh|fish] [-- WORD ...]"


def command(line: list[str]) -> int:
    """Print one candidate a line, for zsh and fish with its help after a tab."""
    file, shell, typed, given = _read(line)
    if shell == "bash" and "COMP_LINE" in os.environ:
        given = split(_before_cursor(os.environ["COMP_LINE"], os.environ.get("COMP_POINT", "")))[1:]
    if "/" in typed and os.path.basename(typed) == os.path.basename(file) and os.path.isfile(os.path.expanduser(typed)):
        file = os.path.expanduser(typed)  # another program of the same name
    if not os.path.isfile(file):
        raise UsageError(f"no file {file!r}; write {_ASK}")
    places, launched = programs.program(file, lambda text: None)
    found = candidates(places, launched, given)
    out = [_line(text, said, shell, given[-1] if given else "") for text, said in found if text.isprintable()]
    sys.stdout.buffer.write("".join(out).encode("utf-8", "replace"))
    return 0


def _read(line: list[str]) -> tuple[str, str, str, list[str]]:
    """The file, the shell, the command as it is typed, and the words after it."""
    file, shell, typed, at = "", "", "", 0
    while at < len(line):
        word = line[at]
        at += 1
        if word == "--":
            break
        if word in ("--shell", "--command") and at < len(line):
            shell, typed = (line[at], typed) if word == "--shell" else (shell, line[at])
            at += 1
        elif file:
            at -= 1
            break
        else:
            file = word
    if not file or (shell and shell not in SHELLS):
        raise UsageError(f"no shell {shell!r}; there are {', '.join(SHELLS)}" if file else f"write {_ASK}")
    return file, shell, typed, line[at:]


# ---- the words -------------------------------------------------------------------------------------------------------


def candidates(places: list[Json], programs: list[Json], given: list[str]) -> list[tuple[str, str]]:
    """What the last word may be, each with its help. Nothing: the shell's own answer, files, is the best.

    >>> places = [{"key": "train.lr", "default": "0.1", "type": "float", "help": "", "choices": []}]
    >>> candidates(places, [], ["-D", "tr"]), candidates(places, [], ["-ep", ""])
    ([('train.lr=', '0.1')], [('train.lr', '0.1')])
    """
    *before, word = given or [""]
    keys = _keys(places, programs)
    options = _options(programs)
    context = _context(before, options)
    if context == "--":
        return []
    if word.startswith("-") and context not in options:
        name, equals, _ = word.partition("=")
        if name.startswith(common.DEFINE[0]) and not name.startswith("--") and len(word) > 2:
            return [(common.DEFINE[0] + text, said) for text, said in _definitions(word[2:], keys)]
        if equals and name == common.DEFINE[1]:
            return [(f"{name}={text}", said) for text, said in _definitions(word[len(name) + 1 :], keys)]
        if equals and name in common.EXPLAIN:
            return _starting(f"{name}=", word, keys)
        if equals:
            return _values(f"{name}=", word, _option(name, options))
        spelled = name if "_" not in name else "--" + name[2:].replace("_", "-")
        return [(text, row["help"]) for text, row in options.items() if text.startswith(spelled)]
    if context in common.DEFINE:
        return _definitions(word, keys)
    if context in common.EXPLAIN:
        return _starting("", word, keys)
    if context in options:
        return _values("", word, options[context])
    return []


def _context(before: list[str], options: dict[str, Json]) -> str:
    """The option that the last word belongs to; empty if it stands alone."""
    context = ""
    for word in before:
        if word == "--":
            return "--"
        name, equals, _ = word.partition("=")
        if common.is_option(word) and context not in options:
            row = _option(name, options)
            takes = row is not None and row["takes"] and not equals
            context = _spelled(name) if takes else word if word in (*common.DEFINE, *common.EXPLAIN) else ""
        elif context in common.DEFINE:
            context = context if equals else ""
        elif context not in common.EXPLAIN:
            context = ""
    return context


def _spelled(name: str) -> str:
    return "--" + name[2:].replace("_", "-") if name.startswith("--") else name


def _option(name: str, options: dict[str, Json]) -> Json | None:
    return options.get(_spelled(name))


def _keys(places: list[Json], programs: list[Json]) -> dict[str, Json]:
    """Every key, once; one with help goes before one without."""
    keys: dict[str, Json] = {}
    for row in sorted(places, key=lambda row: (str(row["key"]), not row["help"], row["default"] is None)):
        if "*" not in row["key"]:
            keys.setdefault(row["key"], row)
    return keys


def _options(programs: list[Json]) -> dict[str, Json]:
    """Every option: those of the functions that are launched, then those that every program has."""
    options: dict[str, Json] = {}
    for row in (
        row for program in programs for row in program["arguments"] if row["key"] is not None or row["by_name"]
    ):
        name = row["name"].replace("_", "-")
        said = row["help"] or (f"default {row['default']}" if row["default"] else row["type"])
        flag = row["choices"] == ["true", "false"]
        options.setdefault("--" + name, {"help": said, "takes": not flag, "choices": row["choices"]})
        if flag:
            options.setdefault("--no-" + name, {"help": said, "takes": False, "choices": []})
    for names, said in common.COMMON:
        for name in reversed(names):
            choices = list(SHELLS) if name in common.COMPLETION else []
            options.setdefault(name, {"help": said, "takes": bool(choices), "choices": choices})
    return options


def _definitions(word: str, keys: dict[str, Json]) -> list[tuple[str, str]]:
    key, equals, _ = word.partition("=")
    if equals:
        return _values(f"{key}=", word, keys.get(key))
    return [(f"{text}=", said) for text, said in _starting("", word, keys)]


def _starting(lead: str, word: str, keys: dict[str, Json]) -> list[tuple[str, str]]:
    return [
        (lead + key, row["help"] or row["default"] or "") for key, row in keys.items() if (lead + key).startswith(word)
    ]


def _values(lead: str, word: str, row: Json | None) -> list[tuple[str, str]]:
    choices: list[str] = [] if row is None else row["choices"]
    return [(lead + choice, "") for choice in choices if (lead + choice).startswith(word)]


# ---- what shells want ------------------------------------------------------------------------------------------------


def _line(text: str, said: str, shell: str, word: str) -> str:
    if shell == "bash":
        # Readline replaces the part of a word behind the last of the characters that break it.
        breaks = os.environ.get("COMP_WORDBREAKS", " \t\n\"'@><=;|&(:")
        start = 1 + max((at for at, letter in enumerate(word) if letter in breaks), default=-1)
        whole = "".join(c if c.isalnum() or c in "_-./:+@%~=,{}" or ord(c) > 127 else "\\" + c for c in text[start:])
        return whole + ("" if text.endswith("=") else " ") + "\n"
    short = " ".join(said.split())
    if len(short) > 60:
        short = short[:59] + "…"
    short = "".join(c if c.isprintable() else "?" for c in short)
    return text + (f"\t{short}" if short and shell else "") + "\n"


def _before_cursor(line: str, point: str) -> str:
    """The line up to the cursor, whose place bash gives in bytes."""
    return os.fsencode(line)[: int(point)].decode("utf-8", "ignore") if point.isdecimal() else line


def split(line: str) -> list[str]:
    """The words of a line that may end inside quotes; the last one is empty after a space.

    >>> split("a 'b c' d\\\\ e "), split('a "b c'), split("a b")
    (['a', 'b c', 'd e', ''], ['a', 'b c'], ['a', 'b'])
    """
    found: list[str] = []
    word: list[str] = []
    inside = False  # a word
    quote = ""
    at = 0
    while at < len(line):
        letter = line[at]
        at += 1
        if letter == quote:
            quote = ""
        elif letter == "\\" and quote != "'" and at < len(line):
            word.append(line[at])
            at += 1
            inside = True
        elif not quote and letter in "'\"":
            quote = letter
            inside = True
        elif not quote and letter in " \t\n":
            if inside:
                found.append("".join(word))
            word, inside = [], False
        else:
            word.append(letter)
            inside = True
    return [*found, "".join(word)]
