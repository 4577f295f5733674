"""Other parsers: what they are given of ``launch``'s options, and what becomes of the words that they read.

``argparse`` stands here; click and typer have their files in :mod:`hyperparameter.integrations`.
"""
# What stands here is of any type: a checker that knows that much and no more is content.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

import hyperparameter as hp
from hyperparameter import _native
from hyperparameter.cli import names, program, words
from hyperparameter.cli.session import Session, Settings
from hyperparameter.cli.words import Line, UsageError

if TYPE_CHECKING:
    import argparse

# The options that another parser takes over, with the name of their value in a namespace. Help and completion are its own.
OPTIONS: dict[tuple[str, ...], str] = {
    names.DEFINE: "define",
    names.PIN: "hp_pin",
    names.DELETE: "hp_delete",
    names.CONFIG: "hp_config",
    names.ENV_PREFIX: "hp_env_prefix",
    names.LIST: "hp_list_params",
    names.EXPLAIN: "hp_explain_param",
    names.SAVE: "hp_save_params",
    names.STRICT: "hp_strict",
    names.JSON: "hp_json",
}
REPEATED = (names.DEFINE, names.PIN, names.DELETE, names.CONFIG, names.EXPLAIN)
SWITCHES = (names.LIST, names.JSON)
HELP = dict(names.COMMON)


class Word(str):
    """A word of the command line that knows its place on it."""

    __slots__ = ("option", "position")
    option: str
    position: int

    def __new__(cls, text: str, option: str, position: int) -> Word:
        made = super().__new__(cls, text)
        made.option, made.position = option, position
        return made


def spread(line: Sequence[str], commands: Iterable[str] = ()) -> list[str]:
    """The words with one value after each option: other parsers know no list that ends at a word without ``=``.

    >>> spread(["-D", "a=1", "b=2", "data.csv", "-C", "x.toml", "y.toml", "train"], ["train"])
    ['-D', 'a=1', '-D', 'b=2', 'data.csv', '-C', 'x.toml', '-C', 'y.toml', 'train']
    >>> spread(["-D!", "a=1", "-Db=2", "-ep", "--lr", "3"])
    ['-D', '!a=1', '-D', 'b=2', '-ep', '', '--lr', '3']
    """
    made: list[str] = []
    ends = set(commands)
    before = len(sys.argv) - 1 - len(line)  # where the line is the rest of the process's own, after a command's name
    before = before if before > 0 and sys.argv[before + 1 :] == list(line) else 0
    at = 0
    while at < len(line):
        word = line[at]
        at += 1
        if word == "--":
            return made + list(line[at - 1 :])
        if word in ("-D!", *names.DEFINE, *names.PIN):
            option, mark = ("-D", "!") if word == "-D!" else (word, "")
            first = at
            while at < len(line) and not _native.is_option(line[at]) and ("=" in line[at] or at == first):
                made += [option, Word(mark + line[at], option, before + at + 1)]
                at += 1
            if at == first:
                made.append(option)
        elif word in (*names.CONFIG, *names.EXPLAIN):
            first = at
            while at < len(line) and not _native.is_option(line[at]) and line[at] not in ends:
                made += [word, Word(line[at], word, before + at + 1)]
                at += 1
            if at == first:
                made += [word, Word("", word, before + at)] if word in names.EXPLAIN else [word]
        elif word.startswith("-D") and len(word) > 2 and "=" in word or word.startswith("-D~"):
            made += ["-D", Word(word[2:], "-D", before + at)]
        else:
            made.append(word)
    return made


def line_of(values: dict[str, Any]) -> Line:
    """What another parser has read, by the names of :data:`OPTIONS`. Raises :class:`UsageError`."""
    line = Line()
    for option, name in ((names.DEFINE, "define"), (names.PIN, "hp_pin")):
        for at, word in enumerate(values.get(name) or (), 1):
            words.define(line, word, *_place(word, option[0], at))
    for at, word in enumerate(values.get("hp_delete") or (), 1):
        words.define(line, word.removeprefix("~"), *_place(word, names.DELETE[0], at))
    for at, word in enumerate(values.get("hp_config") or (), 1):
        line.files.append(words.Definition("", str(word), *_place(word, names.CONFIG[0], at)))
    line.env_prefix = values.get("hp_env_prefix")
    line.strict = values.get("hp_strict")
    line.json = bool(values.get("hp_json"))
    line.list_params = bool(values.get("hp_list_params"))
    explain = values.get("hp_explain_param")
    line.explain = [str(key) for key in explain if key] if explain else None
    if values.get("hp_save_params"):
        save = values["hp_save_params"]
        line.save = words.Definition("", str(save), *_place(save, names.SAVE[0], 1))
    return line


def _place(word: str, option: str, at: int) -> tuple[str, int]:
    """Where a word stands; if its parser has lost that, how many of its option it is."""
    return (word.option, word.position) if isinstance(word, Word) else (option, at)


class Run:
    """The run of a program that another parser started: ``with`` enters the layers, as ``launch`` does.

    Entering ends the program (``SystemExit``): with status 2 and a message for what is wrong with line, files or
    environment, with 0 after ``-lps`` and ``-ep``.
    """

    def __init__(self, line: Line, settings: Settings) -> None:
        self._line = line
        self._settings = settings
        self._session: Session | None = None

    def __enter__(self) -> Run:
        self._session = session = Session(self._line, self._settings)
        try:
            if self._line.list_params or self._line.explain is not None:
                from hyperparameter.cli.launch import answer

                answer(session)
            session.open()
        except (UsageError, hp.HyperparameterError) as error:
            program.refuse(error)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        session = self._session
        if session is None:
            return
        if isinstance(error, hp.ConversionError):
            from hyperparameter.cli.launch import is_from_outside

            if is_from_outside(error):
                session.__exit__(kind, error, traceback)
                program.refuse(error)
        session.__exit__(kind, error, traceback)

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function that runs inside the layers."""
        import functools

        @functools.wraps(function)
        def inside(*args: Any, **kwargs: Any) -> Any:
            with self:
                return function(*args, **kwargs)

        return inside


def run_of(values: dict[str, Any], settings: Settings) -> Run:
    """The run of what another parser has read; ends the program with status 2 for a word that is wrong."""
    try:
        return Run(line_of(values), settings)
    except UsageError as error:
        program.refuse(error)


def keyword(name: str) -> str:
    """The keyword by which a function is called with a value of :data:`OPTIONS`: no argument of its own has that name."""
    return name if name.startswith("hp_") else "hp_" + name


def running(function: Callable[..., Any], settings: Settings) -> Callable[..., Any]:
    """A function that takes our options as keywords besides its own arguments, and runs inside the layers."""
    import functools

    @functools.wraps(function)
    def inside(*args: Any, **kwargs: Any) -> Any:
        values = {name: kwargs.pop(keyword(name), None) for name in OPTIONS.values()}
        with run_of(values, settings):
            return function(*args, **kwargs)

    return inside


# ---- argparse --------------------------------------------------------------------------------------------------------


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``launch``'s options to a parser of ``argparse``: ``-D``, ``--pin``, ``--delete``, ``-C``, ``-lps``, ``-ep``, ….

    An option that the parser has already stays its own; ours is then ``--hp-NAME`` alone. ``args.define`` is the list of
    ``KEY=VALUE`` words, :func:`from_args` takes them all.

    >>> import argparse
    >>> from hyperparameter import add_arguments, from_args
    >>> parser = argparse.ArgumentParser()
    >>> _ = parser.add_argument("data")
    >>> add_arguments(parser)
    >>> args = parser.parse_args(["-D", "parsers_example.lr=0.5", "parsers_example.steps=3", "data.csv"])
    >>> args.define, args.data
    (['parsers_example.lr=0.5', 'parsers_example.steps=3'], 'data.csv')
    >>> with from_args(args):
    ...     param_scope.parsers_example.lr | 0.1, param_scope.parsers_example.steps | 10
    (0.5, 3)
    """
    taken: dict[str, Any] = parser._option_string_actions  # pyright: ignore[reportPrivateUsage]
    dests = {action.dest for action in parser._actions}  # pyright: ignore[reportPrivateUsage]
    group = parser.add_argument_group("parameters")
    for option, dest in OPTIONS.items():
        dest = "hp_define" if dest in dests else dest
        for spelling, on in (
            [(option, True)] if option is not names.STRICT else [(option[:1], True), (option[1:], False)]
        ):
            long = ["--hp-" + name[2:] for name in spelling if name.startswith("--") and name in taken]
            free = [name for name in spelling if name not in taken] + long
            settings: dict[str, Any] = {"dest": dest, "help": HELP[option].replace("%", "%%") if on else None}
            if option in SWITCHES:
                settings["action"] = "store_true"
            elif option is names.STRICT:
                settings |= {"action": "store_const", "const": on, "default": None}
            else:
                settings["action"] = "append" if option in REPEATED else "store"
                settings["metavar"] = names.TAKES[option].split(" ")[0].strip("[")
            if option is names.DEFINE:
                settings["default"] = []
            group.add_argument(*free, **settings)
    parse = parser.parse_known_args

    def parse_spread(args: Any = None, namespace: Any = None) -> Any:
        given = sys.argv[1:] if args is None else list(args)
        commands = [
            name
            for action in parser._actions  # pyright: ignore[reportPrivateUsage]
            if action.nargs == "A..."  # argparse.PARSER: the names of its commands
            for name in action.choices or ()
        ]
        return parse(spread(given, commands), namespace)

    parser.parse_known_args = parse_spread  # type: ignore[method-assign]


def from_args(
    namespace: Any, *, env_prefix: str = "HP_", allow_unused: Sequence[str] = (), strict: bool = False
) -> Run:
    """What :func:`add_arguments` has read, to be entered: ``with from_args(parser.parse_args()): main()``.

    Inside, files, environment and command line are in force for every thread, as under ``launch``; at the end what
    nothing read is said, and the parameters are written where ``--save-params`` says.

    Raises ``SystemExit`` as ``launch`` does: 2 with a message for what is wrong, 0 after ``-lps`` and ``-ep``.
    """
    values = dict(vars(namespace))
    if "hp_define" in values:
        values["define"] = values["hp_define"]
    return run_of(values, Settings(env_prefix, tuple(allow_unused), strict))
