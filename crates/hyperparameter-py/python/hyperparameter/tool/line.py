"""The words of the ``hp`` command: which commands there are, what each takes, and its help."""

from __future__ import annotations

from hyperparameter.tool import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

SHELLS = ("bash", "zsh", "fish")
_TARGET = "PATH or PACKAGE"


class Option:
    """An option of a command: ``choices`` None is a switch, empty takes any word; with ``many`` it may be repeated."""

    def __init__(
        self, name: str, choices: tuple[str, ...] | None, said: str, value: str = "", many: bool = False
    ) -> None:
        self.name = name
        self.choices = choices
        self.said = said
        self.value = value or "|".join(choices or ())
        self.many = many


class Command:
    """A command of ``hp``: its words by position, how many of them are needed, and its options."""

    def __init__(
        self, name: str, takes: tuple[str, ...], needed: int, said: str, *options: Option, many: bool = False
    ) -> None:
        self.name = name
        self.takes = takes
        self.needed = needed
        self.said = said
        self.options = {option.name: option for option in options}
        self.many = many  # the first of `takes` may be repeated

    @property
    def usage(self) -> str:
        words = [word if at < self.needed else f"[{word}]" for at, word in enumerate(self.takes)]
        if self.many:
            words[0] += " ..."
        return " ".join(["hp", self.name, *words])


_FORMAT = Option("--format", ("text", "json"), "for a person or a program")
COMMANDS = {
    command.name: command
    for command in (
        Command(
            "ls",
            (_TARGET,),
            0,
            "the parameters of a project: key, default, type, help, place",
            Option("--tree", None, "by the segments of their keys"),
            Option("--format", ("text", "tree", "json", "markdown"), "the table, for a program, for a document"),
        ),
        Command("describe", ("KEY", _TARGET), 1, "everything about one parameter, or about those below a key", _FORMAT),
        Command(
            "check",
            ("FILE",),
            1,
            "unknown keys and values of a wrong type in config files; exit status 2 if there are any",
            Option(
                "--for", (), "the code that reads the files, else that of the working directory", _TARGET, many=True
            ),
            _FORMAT,
            many=True,
        ),
        Command(
            "diff",
            ("A", "B"),
            1,
            "what differs between config files, used-files or code (B: the working directory's); exit status 1 if anything",
            _FORMAT,
        ),
        # Its words are read by hyperparameter.schema.
        Command(
            "schema",
            ("MODULE:FUNCTION",),
            1,
            "the JSON Schema of a program's config files, for editors; imports the module",
            Option("--output", (), "a file to write it to", "FILE"),
            Option("--class", None, "of the files that load as one class"),
            Option("--partial", None, "with --class: no field is required"),
        ),
        Command("complete", ("FILE", "WORD ..."), 1, "what may follow on the command line of FILE: shells ask this"),
    )
}
GENERAL = (
    ("--print-completion SHELL", "the script with which bash, zsh or fish completes hp itself"),
    ("--version", "the version"),
    ("--includes", "the compiler's options for code in C++ or C that reads parameters"),
    ("--libs", "the linker's"),
    ("--cmakedir", "the folder of the CMake package: cmake -Dhyperparameter_DIR=..."),
    ("--help", "this text; after a command, that command's"),
)


def usage() -> str:
    """What ``hp --help`` prints."""
    rows = [(command.usage, command.said) for command in COMMANDS.values()]
    rows += [(f"hp {words}", said) for words, said in GENERAL]
    lines = ["usage: hp COMMAND ...", ""]
    for left, said in rows:
        lines += [f"  {left}", f"      {said}"]
    lines += [
        "",
        "PATH is a file or a folder, the working directory if it is not given. But for schema, nothing of the",
    ]
    lines += ["project is run or imported."]
    return "\n".join(lines)


def usage_of(command: Command) -> str:
    """What ``hp COMMAND --help`` prints."""
    rows = [(f"{option.name} {option.value}".strip(), option.said) for option in command.options.values()]
    width = max([len(left) for left, _ in rows], default=0)
    lines = [f"usage: {command.usage}", "", command.said[:1].upper() + command.said[1:] + "."]
    lines += ["", *(f"  {left:{width}}  {said}" for left, said in rows)] if rows else []
    return "\n".join(lines)


def read(command: Command, words: list[str]) -> tuple[list[str], dict[str, str]]:
    """The words by position, and the options by name without dashes.

    A switch is ``"yes"``; the values of an option that is repeated stand on lines of their own.

    Raises :class:`UsageError`.

    >>> read(COMMANDS["ls"], ["src", "--format=json"])
    (['src'], {'format': 'json'})
    """
    found: list[str] = []
    options: dict[str, str] = {}
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        name, equals, value = word.partition("=")
        if word == "--":
            found += words[at:]
            break
        if not word.startswith("-") or word == "-":
            found.append(word)
            continue
        option = command.options.get(name)
        if option is None:
            names = [*command.options, "--help"]
            raise UsageError(f"hp {command.name} has no option {name}{mean(name, names)}")
        if option.choices is None:
            if equals:
                raise UsageError(f"{name} takes no value: write it alone")
            value = "yes"
        elif not equals:
            if at == len(words):
                raise UsageError(f"{name} needs {option.value} after it")
            value = words[at]
            at += 1
        if option.choices and value not in option.choices:
            raise UsageError(f"no {name[2:]} {value!r}{mean(value, option.choices)}")
        if option.many and name[2:] in options:
            value = f"{options[name[2:]]}\n{value}"
        elif options.get(name[2:], value) != value:
            raise UsageError(f"two values for {name}, {options[name[2:]]} and {value}: one is wanted")
        options[name[2:]] = value
    if len(found) < command.needed:
        raise UsageError(f"hp {command.name} needs {command.takes[len(found)]}: {command.usage}")
    if len(found) > len(command.takes) and not command.many:
        raise UsageError(f"cannot place {found[len(command.takes)]!r}: {command.usage}")
    return found, options


def mean(word: str, names: Sequence[str]) -> str:
    """The nearest name, as a question; else all of them.

    >>> mean("lss", ["ls", "describe"]), mean("xyzw", ["ls", "describe"])
    ('; did you mean ls?', '; there are ls, describe')
    """
    from hyperparameter._native import nearest

    near = nearest(word, list(names), 1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(names)}"
