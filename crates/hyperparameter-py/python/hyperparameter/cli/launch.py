"""``launch``: functions as a program. Its words are sorted in :mod:`hyperparameter.cli.words`, its layers entered in
:mod:`hyperparameter.cli.session`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar, cast, overload

import hyperparameter as hp
from hyperparameter import _native
from hyperparameter.cli import arguments as args_of
from hyperparameter.cli import names, program, words
from hyperparameter.cli.session import Session, Settings
from hyperparameter.cli.words import Line, Option, UsageError

T = TypeVar("T")


@overload
def launch(
    function: Callable[..., Coroutine[Any, Any, T]],
    argv: Sequence[str] | None = None,
    /,
    *,
    env_prefix: str = "HP_",
    allow_unused: Sequence[str] = (),
    strict: bool = False,
) -> T: ...
@overload
def launch(
    function: Callable[..., T],
    argv: Sequence[str] | None = None,
    /,
    *,
    env_prefix: str = "HP_",
    allow_unused: Sequence[str] = (),
    strict: bool = False,
) -> T: ...
@overload
def launch(
    *functions: Callable[..., Any],
    argv: Sequence[str] | None = None,
    env_prefix: str = "HP_",
    allow_unused: Sequence[str] = (),
    strict: bool = False,
) -> Any: ...
def launch(
    *functions: Any,
    argv: Sequence[str] | None = None,
    env_prefix: str = "HP_",
    allow_unused: Sequence[str] = (),
    strict: bool = False,
) -> Any:
    """Run a function with parameters from the command line, files and the environment, and return its result.

    A function, plain or decorated by ``auto_param``, or a class (a dataclass): its arguments with a default become options
    ``--name VALUE`` (a bool: ``--name`` and ``--no-name``), the ones without go by position. Of several functions the first
    word names one (``train`` for ``def train``); ``launch()`` takes every function of the calling module that ``auto_param``
    decorates, those whose name begins with ``_`` left out.

    ``-D KEY=VALUE …`` sets any parameter of the program, ``--pin`` one that no code overrides, ``-C FILE …`` reads files;
    ``-lps`` lists the parameters, ``-ep [KEY …]`` explains them, ``--save-params FILE`` writes what the run read,
    ``-h`` and ``--help`` say the rest. Variables of the environment that begin with ``env_prefix`` are parameters, too:
    ``HP_TRAIN__LR`` is ``train.lr``. ``argv`` (strings; also by position, last) stands for ``sys.argv[1:]``. All of it is
    seen by every thread while the function runs, and gone when ``launch`` returns.

    A coroutine function is run to its end; a generator is returned as it is, and keeps the parameters of its call.

    What nothing read is said on stderr at the end. ``strict`` makes that, and unknown keys in files and environment,
    an error; keys that match a pattern of ``allow_unused`` (``"plugin.*"``) are never an error.

    Raises ``SystemExit``: status 2 with a message on stderr for what is wrong with line, files or environment (a word
    without a place, an unknown parameter, a value that is not of its type), 0 after ``-h``, ``-lps`` and ``-ep``, 130 after
    Ctrl-C. What the function raises goes through.

    >>> def train(lr: float = 0.1, steps: int = 10):
    ...     print(f"lr={lr} steps={steps}")
    >>> launch(train, ["--lr", "0.5", "-D", "train.steps=20"])
    lr=0.5 steps=20
    """
    if functions and argv is None and (functions[-1] is None or isinstance(functions[-1], (list, tuple))):
        functions, argv = functions[:-1], cast("Sequence[str] | None", functions[-1])
    if not functions:
        functions = tuple(_of_module(sys._getframe(1).f_globals))  # pyright: ignore[reportPrivateUsage]
    settings = Settings(env_prefix, tuple(allow_unused), strict)
    try:
        return _launch(list(functions), list(sys.argv[1:] if argv is None else argv), settings)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        if not program.stdout_is_closed():
            raise
        program.silence()
        raise SystemExit(128 + 13) from None


def _of_module(names_of_module: dict[str, Any]) -> list[Any]:
    """The decorated functions of a module, in the order in which they stand there."""
    module = names_of_module.get("__name__")
    found = {
        id(value): value
        for name, value in names_of_module.items()
        if isinstance(value, _native.Auto) and getattr(value, "__module__", None) == module and not name.startswith("_")
    }
    if not found:
        raise TypeError("launch() found no function here that auto_param decorates: write launch(function)")
    return list(found.values())


class _Program:
    """The functions of a program, with what each takes."""

    def __init__(self, functions: list[Any]) -> None:
        targets = [fn if args_of.is_declared(fn) else hp.auto_param(fn) for fn in functions]
        self.arguments = {id(target): args_of.arguments(target) for target in targets}
        self.only = targets[0] if len(targets) == 1 else None
        self.commands: dict[str, Any] = {}
        for target in () if self.only is not None else targets:
            name = names.spelled(target.__name__)[2:]
            if name in self.commands:
                raise TypeError(f"two functions of one program are called {name!r}")
            self.commands[name] = target
        self._declared: dict[str, str] | None = None

    def read(self, line: list[str]) -> Line:
        specs = {name: args_of.spec(self.arguments[id(target)]) for name, target in self.commands.items()}
        spec = args_of.spec(self.arguments[id(self.only)]) if self.only is not None else None
        found = words.read(line, spec, specs, self.option)
        for target in [self.only] if self.only is not None else self.commands.values():
            rows = self.arguments[id(target)]
            needed = [arg.name for arg in rows if arg.kind in ("position", "option")]
            found.without_default.setdefault(_namespace(target, rows), []).extend(needed)
        return found

    def option(self, name: str, command: str | None) -> Option | None:
        """The option of a declared parameter that is no argument: below the function's own namespace, else anywhere."""
        if self._declared is None:
            known = [arg.key for rows in self.arguments.values() for arg in rows if arg.key is not None]
            self._declared = {key.replace("_", "-"): key for key in [*known, *reversed(_native.declared_names())]}
        target = self.only if command is None else self.commands[command]
        spaces = [_namespace(target, self.arguments[id(target)]) + "."] if target is not None else []
        for space in (*spaces, ""):
            key = self._declared.get((space + name).replace("_", "-"))
            if key is not None:
                for arg in (arg for rows in self.arguments.values() for arg in rows if arg.key == key):
                    return Option(name, key, arg.flag)
                defaults = hp.param_scope.explain(key).defaults
                return Option(name, key, bool(defaults) and isinstance(defaults[0].value, bool))
        return None

    def help(self, line: Line) -> str:
        target = self.only if line.command is None else self.commands[line.command]
        long = line.help == "long"
        if target is None:
            from hyperparameter.cli import helping

            found = helping.of_commands(self.commands, long)
        else:
            from hyperparameter.cli import helping

            found = helping.of_function(target, self.arguments[id(target)], line.command, long)
        if long:
            from hyperparameter.cli.known import Known

            found += helping.parameters(Known(_native.declared_names()))
        return "\n".join(found)

    def given(self, line: Line) -> tuple[Any, list[Any], dict[str, Any]]:
        """The function to be called, and the arguments that no parameter fills. Raises :class:`UsageError`."""
        if self.only is None and line.command is None:
            raise UsageError(f"no command; the commands are {', '.join(self.commands)}")
        target = self.only if line.command is None else self.commands[line.command]
        rows = self.arguments[id(target)]
        by_position = [arg for arg in rows if arg.kind == "position"]
        by_name = [arg for arg in rows if arg.kind == "option"]
        missing = [arg.name.upper() for arg in by_position[len(line.positional) :]]
        missing += [names.spelled(arg.name) for arg in by_name if arg.name not in line.required]
        if missing:
            raise UsageError(f"missing: {' '.join(missing)}; --help shows what is taken")
        if not line.positional and not by_name:
            return target, [], {}
        from hyperparameter.cli.checked import required

        rest = [arg for arg in rows if arg.kind == "rest"] * max(0, len(line.positional) - len(by_position))
        fn = args_of.function_of(target).__wrapped__
        pairs = zip(by_position + rest, line.positional, strict=True)
        return (
            target,
            [required(fn, arg.name, word) for arg, word in pairs],
            {arg.name: required(fn, arg.name, line.required[arg.name]) for arg in by_name},
        )


def _namespace(target: Any, rows: list[args_of.Argument]) -> str:
    for row in rows:
        if row.key is not None:
            return row.key.removesuffix("." + row.name)
    return str(getattr(target, "__qualname__", "")).replace("<locals>.", "")


def _launch(functions: list[Any], argv: list[str], settings: Settings) -> Any:
    made = _Program(functions)
    try:
        line = made.read(argv)
        if line.completion is not None:
            program.finish(_completion(line.completion))
        if line.help:
            program.finish(made.help(line))
        session = Session(line, settings)
        if line.list_params or line.explain is not None:
            answer(session)
        target, args, kwargs = made.given(line)
        session.open()
    except (UsageError, hp.HyperparameterError) as error:
        hint = (
            "\nin an interpreter or a notebook, give the words: launch(function, [])"
            if program.is_interactive()
            else ""
        )
        program.refuse(f"{error}{hint}")
    with session:
        try:
            result = target(*args, **kwargs)
            kind = type(result).__name__
            if kind == "coroutine":
                import asyncio

                result = asyncio.run(cast("Coroutine[Any, Any, Any]", result))
            session.unfinished = kind in ("generator", "async_generator")
        except hp.ConversionError as error:
            # A value from outside that is read in place: nobody could know its type before.
            if not is_from_outside(error):
                raise
            program.refuse(error)
        program.flush()
        return result


def answer(session: Session) -> None:
    """``-lps`` and ``-ep``: print what was asked for and end the program."""
    from hyperparameter.cli import listing

    session.open()
    with session:
        session.unfinished = True
        line, known = session.line, session.known
        texts: list[str] = []
        if line.list_params:
            texts.append(listing.listed_json(known) if line.json else listing.listed(known))
        if line.explain is not None:
            show = listing.explained_json if line.json else listing.explained
            texts.append(show(line.explain, known, session.config))
        line.save = None  # nothing was run
        program.finish("\n".join(texts))


def is_from_outside(error: hp.ConversionError) -> bool:
    """Whether the value that does not convert came from the command line, the environment or a file."""
    if error.key is None:  # raised by a program in its own words
        return False
    told = hp.param_scope.explain(error.key)
    outside = [told.source, *(each.source for each in told.shadowed)]
    return any(each.startswith(_OUTSIDE) or _is_place(each) for each in outside if each and each in str(error))


_OUTSIDE = ("command line ", "environment variable ")


def _is_place(source: str) -> bool:
    """``base.toml:12:8``: a place in code has no column."""
    path, _, column = source.rpartition(":")
    return column.isdecimal() and path.rpartition(":")[2].isdecimal()


def _completion(shell: str) -> str:
    """The script with which a shell completes this program's line."""
    from hyperparameter.tool import shells

    if shell not in shells.SHELLS:
        raise UsageError(f"no shell {shell!r} for --print-completion; there are {', '.join(shells.SHELLS)}")
    file = os.path.abspath(sys.argv[0])
    if getattr(sys.modules.get("__main__"), "__spec__", None) is not None or not os.path.isfile(file):
        mend = "make it an executable file or an entry point, and ask that"
        raise UsageError(f"{program.name()} is no command of its own that a shell could complete; {mend}")
    return shells.script(shell, file).rstrip("\n")
