"""The words of a command line, sorted: options of one function, ``-D`` definitions, arguments by position.

Nothing here knows the store: :func:`read` returns what was written and where, and :mod:`hyperparameter.cli.launch` acts on it.
"""

from __future__ import annotations

from typing import NamedTuple

from hyperparameter.cli.names import COMPLETION, DEFINE, EXPLAIN, HELP, LIST, is_option


class UsageError(Exception):
    """The command line is wrong; the text says which word, why, and what to write instead."""


class Definition(NamedTuple):
    """``key=text`` as it was written."""

    key: str
    text: str
    option: str  # the option that it followed, as written: "-D", "--define", "--enthusiasm"
    position: int  # of the word that holds the text, from 1, the program's name not counted

    @property
    def place(self) -> str:
        """Where the text came from, in words.

        >>> Definition("greet.name", "Alice", "-D", 2).place
        'command line -D (2nd argument)'
        """
        option = self.option and self.option + " "
        return f"command line {option}({ordinal(self.position)} argument)"


class Option(NamedTuple):
    """One ``--name`` of the function: a parameter if it has a key, else an argument that must be given."""

    name: str
    key: str | None
    flag: bool = False

    @property
    def spelled(self) -> str:
        """The option as help shows it: ``--batch-size``."""
        return "--" + self.name.replace("_", "-")


class Line(NamedTuple):
    """A command line that could be read."""

    definitions: list[Definition]
    positional: list[Definition]  # their key is empty: the caller knows the names
    required: dict[str, Definition]  # options without a key
    list_params: bool
    explain: list[str] | None
    help: bool
    completion: str | None = None  # the shell whose script is asked for


def ordinal(n: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st.

    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)]
    ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '112th']
    """
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def read(words: list[str], options: list[Option], takes: int | None) -> Line:
    """Sort the words. ``takes`` is how many arguments the function has by position, ``None`` for any number.

    Raises :class:`UsageError` for a word that cannot be placed, with the nearest option if there is one.

    >>> line = read(["-D", "a.b=1", "--lr", "2"], [Option("lr", "main.lr")], takes=0)
    >>> [(d.key, d.text, d.place) for d in line.definitions]
    [('a.b', '1', 'command line -D (2nd argument)'), ('main.lr', '2', 'command line --lr (4th argument)')]
    """
    known: dict[str, tuple[Option, str | None]] = {}
    for option in options:
        if option.flag:
            known.setdefault("no-" + option.name.replace("_", "-"), (option, "false"))
    for option in options:  # after the --no-… ones: a parameter's own name goes first
        known[option.name.replace("_", "-")] = (option, "true" if option.flag else None)

    definitions: list[Definition] = []
    positional: list[Definition] = []
    required: dict[str, Definition] = {}
    list_params = False
    explain: list[str] | None = None
    help = False
    completion: str | None = None

    def define(word: str, option: str, position: int) -> None:
        key, equals, text = word.partition("=")
        if not equals:
            raise UsageError(f"{option} needs KEY=VALUE, not {word!r}; write {option} {key}=VALUE")
        definitions.append(Definition(key, text, option, position))

    at = 0
    while at < len(words):
        word = words[at]
        at += 1  # now also the word's position from 1
        if word == "--":
            positional += [Definition("", text, "", n) for n, text in enumerate(words[at:], at + 1)]
            break
        if not is_option(word):
            positional.append(Definition("", word, "", at))
            continue
        name, equals, attached = word.partition("=")
        if word in HELP:
            help = True
        elif word in LIST:
            list_params = True
        elif name in EXPLAIN:
            explain = explain or []
            if equals:
                explain.append(attached)
            while not equals and at < len(words) and not is_option(words[at]):
                explain.append(words[at])
                at += 1
        elif name in COMPLETION and name[2:] not in known:
            if not equals:
                if at == len(words):
                    raise UsageError(f"{name} needs the name of a shell after it: bash, zsh or fish")
                attached = words[at]
                at += 1
            completion = attached
        elif name in DEFINE and not equals:
            if at == len(words) or is_option(words[at]):
                raise UsageError(f"{word} needs KEY=VALUE after it")
            define(words[at], word, at + 1)
            at += 1
            # The list ends at the first word without `=`, and at the next option (`--enthusiasm=3` has one, too).
            while at < len(words) and "=" in words[at] and not is_option(words[at]):
                define(words[at], word, at + 1)
                at += 1
        elif name in DEFINE:  # --define=k=v
            define(attached, name, at)
        elif word.startswith("-D"):  # -Dk=v
            define(word[2:], "-D", at)
        elif name.startswith("--") and name[2:].replace("_", "-") in known:
            option, text = known[name[2:].replace("_", "-")]
            if text == "false" and equals:
                raise UsageError(f"{name} takes no value; write {option.spelled}={attached}")
            if equals:
                text = attached
            elif text is None:
                if at == len(words) or is_option(words[at]):
                    mend = f"; for a value that begins with -, write {name}=VALUE" if at < len(words) else ""
                    raise UsageError(f"{name} needs a value after it{mend}")
                text = words[at]
                at += 1
            if option.key is None:
                required[option.name] = Definition("", text, name, at)
            else:
                definitions.append(Definition(option.key, text, name, at))
        else:
            raise UsageError(f"no option {name}{_mean(name, known)}")

    if takes is not None and len(positional) > takes:
        extra = positional[takes]
        raise UsageError(f"cannot place {extra.text!r} ({ordinal(extra.position)} argument){_place(extra.text, known)}")
    return Line(definitions, positional, required, list_params, explain, help, completion)


def _mean(name: str, known: dict[str, tuple[Option, str | None]]) -> str:
    """The nearest option, as a question."""
    from hyperparameter.cli.known import nearest

    spelled = ["--" + n for n in known] + [*DEFINE, *LIST, *EXPLAIN, *COMPLETION, *HELP]
    near = nearest(name.replace("_", "-"), spelled)
    return f"; did you mean {near[0]}?" if near else "; --help lists them"


def _place(word: str, known: dict[str, tuple[Option, str | None]]) -> str:
    """What was probably meant by a word that has no place."""
    name, equals, _ = word.partition("=")
    if not equals:
        return f"; did you mean --{word}?" if word.replace("_", "-") in known else "; --help shows what is taken"
    if name.replace("_", "-") in known:
        return f"; did you mean --{word}?"
    return f"; did you mean -D {word}?"
