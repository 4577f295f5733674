"""The words of a command line, sorted: options of a function, definitions, files, arguments by position.

Nothing here knows the store: :func:`read` returns what was written and where, and :mod:`hyperparameter.cli.launch` acts on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from hyperparameter import _native
from hyperparameter._native import is_option
from hyperparameter.cli import names


class UsageError(Exception):
    """The command line is wrong; the text says which word, why, and what to write instead."""


class Definition(NamedTuple):
    """``key=text`` as it was written, or another word with its place."""

    key: str
    text: str
    option: str  # the option that it followed, as written: "-D", "--define", "--enthusiasm"
    position: int  # of the word that holds the text, from 1, the program's name not counted
    let: bool = False  # whether the key may be one that nobody declared

    @property
    def place(self) -> str:
        """Where the text came from, in words.

        >>> Definition("greet.name", "Alice", "-D", 2).place
        'command line -D (2nd argument)'
        """
        option = self.option and self.option + " "
        return f"command line {option}({_native.ordinal(self.position)} argument)"


class Option(NamedTuple):
    """One ``--name``: a parameter if it has a key, else an argument of the function that must be given."""

    name: str
    key: str | None
    flag: bool = False

    @property
    def spelled(self) -> str:
        """The option as help shows it: ``--batch-size``."""
        return names.spelled(self.name)


class Spec(NamedTuple):
    """What one function takes."""

    options: list[Option]
    takes: int | None  # how many arguments by position; None for any number


class Line:
    """A command line that could be read."""

    def __init__(self) -> None:
        self.definitions: list[Definition] = []
        self.pins: list[Definition] = []
        self.deletions: list[Definition] = []
        self.files: list[Definition] = []
        self.positional: list[Definition] = []  # their key is empty: the caller knows the names
        self.required: dict[str, Definition] = {}  # options without a key
        self.command: str | None = None
        self.env_prefix: str | None = None
        self.save: Definition | None = None
        self.strict: bool | None = None
        self.json = False
        self.list_params = False
        self.explain: list[str] | None = None
        self.help = ""  # "short" or "long"
        self.completion: str | None = None  # the shell whose script is asked for
        # By the namespace of each function, its arguments that are no parameters: for a message.
        self.without_default: dict[str, list[str]] = {}


def define(line: Line, word: str, option: str, position: int) -> None:
    """Add one ``KEY=VALUE`` with its operator: ``+`` lets an unknown key through, ``!`` pins, ``~KEY`` deletes.

    Raises :class:`UsageError`.

    >>> line = Line()
    >>> for word in ("a=1", "+b=2", "!c=3", "~d"):
    ...     define(line, word, "-D", 1)
    >>> [d.key for d in line.definitions], [d.key for d in line.pins], [d.key for d in line.deletions]
    (['a', 'b'], ['c'], ['d'])
    """
    kind = "pin" if option in ("-D!", *names.PIN) else "delete" if option in names.DELETE else "define"
    try:
        action, key, text, let = _native.definition(kind, option, word, position)
    except _native.InvalidKey as error:
        raise UsageError(str(error)) from None
    rows = {"set": line.definitions, "pin": line.pins, "delete": line.deletions}
    rows[action].append(Definition(key, text, option, position, let))


def read(
    words: list[str],
    spec: Spec | None,
    commands: Mapping[str, Spec] | None = None,
    declared: Callable[[str, str | None], Option | None] | None = None,
) -> Line:
    """Sort the words.

    ``spec`` is what the function takes; with ``commands`` the first word by position names one of several functions.
    ``declared(name, command)`` is asked for an option of a parameter that is none of the function's own: ``opt.lr``.

    Raises :class:`UsageError` for a word that cannot be placed, with the nearest option if there is one.

    >>> line = read(["-D", "a.b=1", "--lr", "2"], Spec([Option("lr", "main.lr")], 0))
    >>> [(d.key, d.text, d.place) for d in line.definitions]
    [('a.b', '1', 'command line -D (2nd argument)'), ('main.lr', '2', 'command line --lr (4th argument)')]
    """
    reader = _Reader(words, spec, commands or {}, declared or (lambda name, command: None))
    reader.run()
    return reader.line


class _Reader:
    def __init__(
        self,
        words: list[str],
        spec: Spec | None,
        commands: Mapping[str, Spec],
        declared: Callable[[str, str | None], Option | None],
    ) -> None:
        self.words = words
        self.commands = commands
        self.declared = declared
        self.line = Line()
        self.at = 0  # of the next word, so also the position of the present one from 1
        self.takes: int | None = None
        self.own: dict[str, tuple[Option, str | None]] = {}  # by their spelling, with the text of a switch
        self.after_list: set[int] = set()  # where a list of definitions ended
        if spec is not None:
            self.choose(spec)
        self.long = {"--hp-" + name[2:]: name for rows, _ in names.COMMON for name in rows if name.startswith("--")}

    def choose(self, spec: Spec) -> None:
        """From here on the options are those of one function."""
        self.takes = spec.takes
        for option in spec.options:
            if option.flag:
                self.own.setdefault("--no-" + option.spelled[2:], (option, "false"))
        for option in spec.options:  # after the --no-… ones: a parameter's own name goes first
            self.own[option.spelled] = (option, "true" if option.flag else None)

    def run(self) -> None:
        while self.at < len(self.words):
            word = self.words[self.at]
            self.at += 1
            if word == "--":
                for position in range(self.at, len(self.words)):
                    self.by_position(self.words[position], position + 1)
                break
            if not is_option(word):
                self.by_position(word, self.at)
                continue
            name, equals, value = word.partition("=")
            attached = value if equals else None
            found = self.own_option(name)
            if found is not None:
                self.option(found, name, attached)
            elif not self.common(self.long.get(name, name), attached, word):
                option = self.parameter(name)
                if option is None:
                    raise UsageError(f"no option {name} ({_native.ordinal(self.at)} argument){self.mean(name)}")
                self.option(option, name, attached)

    # ---- options -----------------------------------------------------------------------------------------------------

    def own_option(self, name: str) -> tuple[Option, str | None] | None:
        return self.own.get(names.spelled(name[2:])) if name.startswith("--") else None

    def parameter(self, name: str) -> tuple[Option, str | None] | None:
        """An option of a declared parameter: ``--opt.lr``, ``--no-model.bias``."""
        if not name.startswith("--"):
            return None
        option = self.declared(name[2:], self.line.command)
        if option is not None:
            return option, "true" if option.flag else None
        option = self.declared(name[5:], self.line.command) if name.startswith("--no-") else None
        return (option, "false") if option is not None and option.flag else None

    def option(self, found: tuple[Option, str | None], name: str, attached: str | None) -> None:
        option, text = found
        if text == "false" and attached is not None:
            raise UsageError(f"{name} takes no value; write {option.spelled}={attached}")
        if attached is not None:
            text = attached
        elif text is None:
            text = self.value(name, "a value")
        given = Definition(option.key or "", text, name, self.at)
        if option.key is None:
            self.line.required[option.name] = given
        else:
            self.line.definitions.append(given)

    def value(self, name: str, what: str) -> str:
        """The word after an option."""
        if self.at == len(self.words) or is_option(self.words[self.at]):
            mend = f"; for a value that begins with -, write {name}=VALUE" if self.at < len(self.words) else ""
            raise UsageError(f"{name} needs {what} after it{mend}")
        self.at += 1
        return self.words[self.at - 1]

    def common(self, name: str, attached: str | None, word: str) -> bool:
        """An option that every program understands; whether it is one."""
        line = self.line
        # A switch of this kind that is given a value is no option of ours: it is refused as unknown, with its name.
        if attached is None and name in names.HELP:
            line.help = "long" if name == names.HELP[1] else line.help or "short"
        elif attached is None and name in names.LIST:
            line.list_params = True
        elif attached is None and name in names.STRICT:
            line.strict = name == names.STRICT[0]
        elif attached is None and name in names.JSON:
            line.json = True
        elif name in names.EXPLAIN:
            line.explain = line.explain or []
            line.explain += [attached] if attached is not None else [text for text, _ in self.until_option()]
        elif name in names.COMPLETION:
            line.completion = attached if attached is not None else self.value(name, "the name of a shell")
        elif name in names.ENV_PREFIX:
            line.env_prefix = attached if attached is not None else self.value(name, "a prefix")
        elif name in names.SAVE:
            text = attached if attached is not None else self.value(name, "a file")
            line.save = Definition("", text, name, self.at)
        elif name in names.DELETE:
            text = attached if attached is not None else self.value(name, "the key of a parameter")
            define(line, text.removeprefix("~"), name, self.at)
        elif name in names.CONFIG:
            self.files(name, attached)
        elif name in (*names.DEFINE, *names.PIN, "-D!") and attached is None:
            self.definitions(name)
        elif name in (names.DEFINE[1], *names.PIN):  # --define=k=v
            define(line, attached or "", name, self.at)
        elif word.startswith("-D"):  # -Dk=v
            define(line, word[2:], "-D", self.at)
        elif word.startswith("-C"):  # -Cbase.toml
            line.files.append(Definition("", word[2:], "-C", self.at))
        else:
            return False
        return True

    # ---- lists -------------------------------------------------------------------------------------------------------

    def definitions(self, option: str) -> None:
        """``KEY=VALUE …``: ends at the first word without ``=`` and at the next option (``--x=3`` has one, too)."""
        if self.at == len(self.words) or is_option(self.words[self.at]):
            raise UsageError(f"{option} needs KEY=VALUE after it")
        first = True
        while self.at < len(self.words) and not is_option(self.words[self.at]):
            if "=" not in self.words[self.at] and not first:
                break
            self.at += 1
            define(self.line, self.words[self.at - 1], option, self.at)
            first = False
        self.after_list.add(self.at + 1)

    def files(self, option: str, attached: str | None) -> None:
        found = [(attached, self.at)] if attached is not None else self.until_option()
        if not found or not all(text for text, _ in found):
            raise UsageError(f"{option} needs a file after it")
        self.line.files += [Definition("", text, option, position) for text, position in found]

    def until_option(self) -> list[tuple[str, int]]:
        """The words up to an option, the name of a command, or the end."""
        found: list[tuple[str, int]] = []
        while self.at < len(self.words) and not is_option(self.words[self.at]):
            if self.line.command is None and names.spelled(self.words[self.at])[2:] in self.commands:
                break
            self.at += 1
            found.append((self.words[self.at - 1], self.at))
        return found

    # ---- words by position -------------------------------------------------------------------------------------------

    def by_position(self, word: str, position: int) -> None:
        if self.commands and self.line.command is None:
            spec = self.commands.get(names.spelled(word)[2:])
            if spec is None:
                raise UsageError(
                    f"no command {word!r} ({_native.ordinal(position)} argument){self.no_command(word, position)}"
                )
            self.line.command = names.spelled(word)[2:]
            self.choose(spec)
        elif self.takes is not None and len(self.line.positional) >= self.takes:
            raise UsageError(
                f"cannot place {word!r} ({_native.ordinal(position)} argument){self.place(word, position)}"
            )
        else:
            self.line.positional.append(Definition("", word, "", position))

    def no_command(self, word: str, position: int) -> str:
        from hyperparameter.cli.known import nearest

        near = nearest(word, self.commands)
        if near:
            return f"; did you mean {near[0]}?"
        asks = f"; did you mean {word}=…?" if position in self.after_list and "=" not in word else ""
        return f"{asks}; the commands are {', '.join(self.commands)}"

    def place(self, word: str, position: int) -> str:
        """What was probably meant by a word that has no place."""
        name, equals, _ = word.partition("=")
        if names.spelled(name) in self.own:
            return f"; did you mean --{word}?"
        if name.startswith("~") and not equals:
            return f"; did you mean -D '{word}'?"
        if equals:
            return f"; did you mean -D {word}?"
        return f"; did you mean {'' if position in self.after_list else '-D '}{word}=…?"

    def mean(self, name: str) -> str:
        """The nearest option, as a question."""
        from hyperparameter.cli.known import nearest

        common = [spelling for rows, _ in names.COMMON for spelling in rows]
        near = nearest(names.spelled(name[2:]) if name.startswith("--") else name, [*self.own, *common])
        return f"; did you mean {near[0]}?" if near else "; --help lists them"
