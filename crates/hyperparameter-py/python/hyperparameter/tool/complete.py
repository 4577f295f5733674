"""``hp complete``: what may follow on the command line of a program, from its source alone.

Shells ask this at every press of the tab key: everything here is quick to import, and the answers come from the cache.
The scripts that ask are in :mod:`hyperparameter.tool.shells`.
"""

from __future__ import annotations

import os
import sys

from hyperparameter import _native
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
        given = split(os.environ["COMP_LINE"])[1:]
    if "/" in typed and os.path.basename(typed) == os.path.basename(file) and os.path.isfile(os.path.expanduser(typed)):
        file = os.path.expanduser(typed)  # another program of the same name
    if file == "hp":
        from hyperparameter.tool import own

        found = own.candidates(given)
    elif not os.path.isfile(file):
        raise UsageError(f"no file {file!r}; write {_ASK}")
    else:
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

# What follows an option that every program has: definitions, keys, the name of a shell, or anything (a file, perhaps).
_FOLLOWS = {
    **dict.fromkeys((*common.DEFINE, *common.PIN), "definitions"),
    **dict.fromkeys((*common.EXPLAIN, *common.DELETE), "keys"),
    **dict.fromkeys(common.COMPLETION, "shell"),
    **dict.fromkeys((*common.CONFIG, *common.SAVE, *common.ENV_PREFIX), "any"),
}
_MANY = (*common.DEFINE, *common.PIN, *common.EXPLAIN, *common.CONFIG)  # take several words


class Line:
    """The words of a program's line before the one that is completed, placed."""

    def __init__(self, launched: list[Json], before: list[str]) -> None:
        self.launched = launched
        self.chosen = launched[0] if len(launched) == 1 else None
        self.options = _options(launched[:1] if self.chosen else [])
        self.context = ""  # the option that the last word belongs to
        self.positions = 0  # the words so far that stand by position
        for word in before:
            if word == "--":
                self.context = "--"
                return
            self._place(word)

    def follows(self) -> str:
        """What the option before takes."""
        row = self.options.get(self.context)
        return row["follows"] if row is not None else _FOLLOWS.get(self.context, "")

    def _place(self, word: str) -> None:
        if self.context and self.context not in _MANY:
            self.context = ""  # its one value
        elif _native.is_option(word):
            name, equals, _ = word.partition("=")
            short = next((short for short in _MANY if name.startswith(short) and not short.startswith("--")), "")
            self.context = spelled(name) if not equals or name in _MANY else short
            self.context = self.context if self.follows() else short
        elif not self.context or self._ends(word):
            self._position(word)

    def _ends(self, word: str) -> bool:
        """Whether a word is none of the list before it."""
        if self.follows() == "definitions":
            return "=" not in word and not word.startswith("~")
        return self.chosen is None and word in map(program_name, self.launched)

    def _position(self, word: str) -> None:
        self.context = ""
        if self.chosen is None and self.launched:
            named = {program_name(program): program for program in self.launched}
            self.chosen = named.get(word.replace("_", "-"))
            self.options = _options([self.chosen] if self.chosen else self.launched)
        else:
            self.positions += 1

    def namespace(self) -> str:
        """That of the function that runs, with its point."""
        keys: list[str] = [] if self.chosen is None else [row["key"] for row in self.chosen["arguments"] if row["key"]]
        return keys[0].rpartition(".")[0] + "." if keys else ""

    def awaited(self) -> Json | None:
        """The argument that a word by position is."""
        every: list[Json] = [] if self.chosen is None else self.chosen["arguments"]
        rows = [row for row in every if row["key"] is None and not row["by_name"]]
        return rows[self.positions] if self.positions < len(rows) else None


def candidates(places: list[Json], launched: list[Json], given: list[str]) -> list[tuple[str, str]]:
    """What the last word may be, each with its help. Nothing: the shell's own answer, files, is the best.

    >>> places = [{"key": "train.lr", "default": "0.1", "type": "float", "help": "", "choices": []}]
    >>> candidates(places, [], ["-D", "tr"]), candidates(places, [], ["-ep", ""])
    ([('train.lr=', '0.1')], [('train.lr', '0.1')])
    """
    *before, word = given or [""]
    line = Line(launched, before)
    keys = _keys(places)
    if line.context == "--":
        return []
    follows = line.follows()
    if word.startswith("-") and (not follows or line.context in _MANY):
        return _option_words(word, line, keys)
    found: list[tuple[str, str]] = []
    if follows == "definitions":
        found = _definitions(word, keys)
    elif follows == "keys":
        found = _starting("", word, keys)
    elif follows:
        found = _values("", word, line.options.get(line.context))
    if line.chosen is None and launched and (not follows or line.context in _MANY):  # a subcommand may be next
        names = [(program_name(program), program["help"]) for program in launched]
        found += [(name, said) for name, said in names if name.startswith(word.replace("_", "-"))]
    return found if follows or line.chosen is None else _values("", word, line.awaited())


def _option_words(word: str, line: Line, keys: dict[str, Json]) -> list[tuple[str, str]]:
    """A word that begins with a dash: an option, or one with its value after ``=``."""
    name, equals, value = word.partition("=")
    short = common.DEFINE[0]
    if name.startswith(short) and not name.startswith("--") and len(word) > 2:
        return [(short + text, said) for text, said in _definitions(word[2:], keys)]
    follows = _FOLLOWS.get(name, "")
    if equals and follows == "definitions":
        return [(f"{name}={text}", said) for text, said in _definitions(value, keys)]
    if equals and follows == "keys":
        return _starting(f"{name}=", word, keys)
    if equals:
        return _values(
            f"{name}=",
            word,
            line.options.get(spelled(name)) or keys.get(line.namespace() + name[2:]) or keys.get(name[2:]),
        )
    found = [(text, row["help"]) for text, row in line.options.items() if text.startswith(spelled(name))]
    if name.startswith("--") and (
        not found or "." in name
    ):  # `--opt.lr`: any key is an option, below the namespace or whole
        space = line.namespace()
        below = {key[len(space) :]: row for key, row in keys.items() if space and key.startswith(space)}
        both = {**{key: row for key, row in below.items() if "." in key}, **keys}
        found += _starting("--", name, both)
    return found


def spelled(name: str) -> str:
    """An option as it is listed: ``--batch_size`` is ``--batch-size``."""
    return "--" + name[2:].replace("_", "-") if name.startswith("--") and "." not in name else name


def program_name(program: Json) -> str:
    """A function as the word that chooses it."""
    return str(program["name"]).rpartition(".")[2].replace("_", "-")


def _keys(places: list[Json]) -> dict[str, Json]:
    """Every key, once; one with help goes before one without."""
    keys: dict[str, Json] = {}
    for row in sorted(places, key=lambda row: (str(row["key"]), not row["help"], row["default"] is None)):
        if "*" not in row["key"]:
            keys.setdefault(row["key"], row)
            for name in row.get("fields") or ():
                inner: Json = {"key": f"{row['key']}.{name}", "help": row["type"], "default": None, "choices": []}
                keys.setdefault(inner["key"], inner)
    return keys


def _options(launched: list[Json]) -> dict[str, Json]:
    """Every option: those of the functions that are launched, then those that every program has."""
    options: dict[str, Json] = {}
    rows = [row for program in launched for row in program["arguments"] if row["key"] is not None or row["by_name"]]
    taken = {row["name"] for row in rows}
    for row in rows:
        name = row["name"].replace("_", "-")
        said = row["help"] or (f"default {row['default']}" if row["default"] else row["type"])
        flag = row["choices"] == ["true", "false"]
        options.setdefault(f"--{name}", {"help": said, "follows": "" if flag else "any", "choices": row["choices"]})
        if flag and f"no_{row['name']}" not in taken:
            options.setdefault(f"--no-{name}", {"help": said, "follows": "", "choices": []})
    for names, said in common.COMMON:
        for name in reversed(names):
            follows = _FOLLOWS.get(name, "")
            choices = list(SHELLS) if follows == "shell" else []
            own = name in options  # a function's own argument wins; the common one stays under another name
            name = f"--hp-{name[2:]}" if own and name.startswith("--") else name
            options.setdefault(name, {"help": said, "follows": follows, "choices": choices})
    return options


def _definitions(word: str, keys: dict[str, Json]) -> list[tuple[str, str]]:
    if word[:1] == "~":  # takes a key away
        return [(f"~{key}", said) for key, said in _starting("", word[1:], keys)]
    lead = word[:1] if word[:1] in ("+", "!") else ""
    key, equals, _ = word[len(lead) :].partition("=")
    if equals:
        return _values(f"{lead}{key}=", word, keys.get(key))
    return [(f"{lead}{text}=", said) for text, said in _starting("", word[len(lead) :], keys)]


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
