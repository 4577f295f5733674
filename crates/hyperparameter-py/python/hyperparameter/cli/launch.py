"""``launch``: a function as a program. The first, small form; its words are sorted in :mod:`hyperparameter.cli.words`."""

from __future__ import annotations

import inspect
import os
import sys
import typing
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Any, NamedTuple, NoReturn, TypeVar

import hyperparameter as hp
from hyperparameter import _native
from hyperparameter.cli import checked, known, names, words
from hyperparameter.cli.words import Definition, Option, UsageError
from hyperparameter.parameters import Parameter

T = TypeVar("T")
EMPTY = inspect.Parameter.empty


class Argument(NamedTuple):
    """One argument of the function, as the command line sees it."""

    name: str
    key: str | None  # of the parameter that it is, if it has a default
    kind: str  # "parameter" (has a default), "position", "option" (keyword-only and required), "rest" (*args)
    default: Any
    annotation: Any  # resolved, or EMPTY

    @property
    def flag(self) -> bool:
        """Whether it is a switch, ``--x`` and ``--no-x``."""
        if self.annotation is EMPTY:
            return isinstance(self.default, bool)
        return self.annotation is bool or set(typing.get_args(self.annotation)) == {bool, type(None)}

    @property
    def type_name(self) -> str:
        """Its type for a person: the annotation, else the kind of the default."""
        if self.annotation is not EMPTY:
            return inspect.formatannotation(self.annotation)
        return "" if self.default in (None, EMPTY) else type(self.default).__name__


def launch(fn: Callable[..., T], argv: Sequence[str] | None = None) -> T:
    """Run a function with parameters from the command line, and return its result.

    ``fn`` is a function, plain or decorated by ``auto_param``; its arguments with a default become options ``--name VALUE``
    (a bool: ``--name`` and ``--no-name``), the ones without go by position. ``-D KEY=VALUE …`` sets any parameter of the
    program, ``-lps`` lists them, ``-ep [KEY …]`` explains them, ``-h`` helps, ``--print-completion SHELL`` prints a script. ``argv`` (strings) stands for
    ``sys.argv[1:]``. What the line says is seen by every thread while ``fn`` runs, and gone when ``launch`` returns.

    Raises ``SystemExit``: status 2 with a message on stderr for a line that is wrong (a word without a place, an unknown
    parameter, a value that is not of its type), 0 after ``-h``, ``-lps`` and ``-ep``, 130 after Ctrl-C. What ``fn`` raises
    goes through.

    >>> def train(lr: float = 0.1, steps: int = 10):
    ...     print(f"lr={lr} steps={steps}")
    >>> launch(train, ["--lr", "0.5", "-D", "train.steps=20"])
    lr=0.5 steps=20
    """
    try:
        return _launch(fn, sys.argv[1:] if argv is None else list(argv))
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        if not _stdout_is_closed():
            raise
        # Nobody reads any more: no message, and none at the interpreter's own last flush either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(128 + 13) from None


def _launch(fn: Callable[..., T], line: list[str]) -> T:
    with ExitStack() as stack:
        try:
            target: Any = fn if _is_declared(fn) else hp.auto_param(fn)
            arguments = _arguments(target)
            read = words.read(line, _options(arguments), _takes(arguments))
            if read.help:
                _finish(_help(target, arguments))
            if read.completion is not None:
                _finish(_completion(read.completion))
            declared = [str(row["key"]) for row in _native.declared()]
            for definition in read.definitions:
                _refuse_unknown(definition, declared)
            checked.check(read.definitions)
            stack.enter_context(hp.frozen_snapshot())
            # Strict about the line's values, wherever they are read (V5).
            stack.callback(_native.strict_outside, _native.strict_outside(True))
            stack.enter_context(_scope(read.definitions))
            hp.param_scope.frozen()  # worker threads see it, too
            if read.list_params:
                _finish(_listed())
            if read.explain is not None:
                _finish(_explained(read.explain, declared))
            args, kwargs = _given(target, arguments, read)
        except (UsageError, hp.HyperparameterError) as error:
            _refuse(error)
        try:
            result = target(*args, **kwargs)
            if inspect.iscoroutine(result):
                import asyncio

                result = asyncio.run(result)
        except hp.ConversionError as error:
            # A value of the line that is read in place: nobody could know its type before.
            if hp.param_scope.explain(error.key or "").source not in {d.place for d in read.definitions}:
                raise
            _refuse(error)
        _flush()
        return typing.cast(T, result)


# ---- what the line sets ----------------------------------------------------------------------------------------------


def _scope(definitions: list[Definition]) -> AbstractContextManager[Any]:
    """The definitions as one scope, in their order: of two values for a key the later one counts."""
    entries = [(key, text, True, ("argument", option, position)) for key, text, option, position in definitions]
    return _native.scope_of(entries)


def _refuse_unknown(definition: Definition, declared: list[str]) -> None:
    try:
        hp.key_hash(definition.key)
    except hp.InvalidKey as error:
        raise UsageError(f"{error}; {definition.place}") from None
    near = known.unknown(definition.key, declared)
    if near is not None:
        raise UsageError(f"no parameter {definition.key!r} ({definition.place}){_mean(near)}")


def _mean(near: list[str]) -> str:
    return f"; did you mean {' or '.join(near)}?" if near else "; -lps lists the parameters"


def _listed() -> str:
    """One line for each parameter, with the value in force; further ones where defaults differ (rule P4)."""
    lines: list[str] = []
    for row in sorted(_native.declared(), key=lambda row: str(row["key"])):
        notes = [row["type"]] if row["type"] else []
        (default, place, _), *others = row["places"]
        if row["is_set"]:
            value = row["value"]
            notes += [f"default {default!r}"] if row["has_default"] else []
            notes += [row["source"]] if row["source"] else []
        else:
            value = default
            notes += [place] if place else []
        lines.append(f"{row['key']} = {value!r}" + (f"  ({'; '.join(notes)})" if notes else ""))
        lines += [f"    another default: {other!r}  ({place})" for other, place, _ in others if other != default]
    return "\n".join(lines) or "no parameters"


def _explained(keys: list[str], declared: list[str]) -> str:
    """Each key explained, or every declared one."""
    texts: list[str] = []
    for key in keys or sorted(declared):
        explanation = hp.param_scope.explain(key)
        if not explanation.is_set and not explanation.defaults:
            raise UsageError(f"no parameter {key!r}{_mean(known.nearest(key, declared))}")
        texts.append(str(explanation))
    return "\n".join(texts) or "no parameters"


# ---- the function's arguments ----------------------------------------------------------------------------------------


def _is_declared(fn: Any) -> bool:
    """Whether it is what ``auto_param`` made: a function, a method of one, or a class."""
    made = getattr(fn, "__init__" if isinstance(fn, type) else "__func__", fn)
    return isinstance(made, _native.Auto)


def _function(target: Any) -> Any:
    """What holds the parameters: of a class that is its ``__init__``."""
    return getattr(target, "__init__", None) if isinstance(target, type) else target


def _arguments(target: Any) -> list[Argument]:
    rows: tuple[Parameter, ...] = _function(target).parameters
    keys = {row.name: row.key for row in rows}
    try:
        hints = typing.get_type_hints(inspect.unwrap(_function(target)))
    except Exception:  # a name that does not resolve is no annotation (rule V4)
        hints = {}
    found: list[Argument] = []
    for name, parameter in inspect.signature(target).parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            continue
        if parameter.kind is parameter.VAR_POSITIONAL:
            kind = "rest"
        elif parameter.default is not EMPTY:
            kind = "parameter"
        else:
            kind = "option" if parameter.kind is parameter.KEYWORD_ONLY else "position"
        found.append(Argument(name, keys.get(name), kind, parameter.default, hints.get(name, EMPTY)))
    return found


def _options(arguments: list[Argument]) -> list[Option]:
    return [Option(arg.name, arg.key, arg.flag) for arg in arguments if arg.kind in ("parameter", "option")]


def _takes(arguments: list[Argument]) -> int | None:
    kinds = [arg.kind for arg in arguments]
    return None if "rest" in kinds else kinds.count("position")


def _given(target: Any, arguments: list[Argument], read: words.Line) -> tuple[list[Any], dict[str, Any]]:
    """The arguments that no parameter fills: those by position, and the required ones by name."""
    by_position = [arg for arg in arguments if arg.kind == "position"]
    by_name = [arg for arg in arguments if arg.kind == "option"]
    missing = [arg.name.upper() for arg in by_position[len(read.positional) :]]
    missing += ["--" + arg.name.replace("_", "-") for arg in by_name if arg.name not in read.required]
    if missing:
        raise UsageError(f"missing: {' '.join(missing)}; --help shows what is taken")
    rest = [arg for arg in arguments if arg.kind == "rest"] * max(0, len(read.positional) - len(by_position))
    fn = _function(target).__wrapped__
    args = [checked.required(fn, arg.name, word) for arg, word in zip(by_position + rest, read.positional, strict=True)]
    kwargs = {arg.name: checked.required(fn, arg.name, read.required[arg.name]) for arg in by_name}
    return args, kwargs


# ---- texts -----------------------------------------------------------------------------------------------------------


def _program() -> str:
    """The program as it is called: ``prog.py``, or ``python -m package.module``."""
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    if spec is not None:
        return "python -m " + str(spec.name).removesuffix(".__main__")
    return os.path.basename(sys.argv[0]) or "python"


def _refuse(error: Exception) -> NoReturn:
    print(f"{_program()}: error: {error}", file=sys.stderr)
    raise SystemExit(2) from None


def _finish(text: str) -> NoReturn:
    print(text)
    _flush()
    raise SystemExit(0)


def _flush() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def _stdout_is_closed() -> bool:
    """Whether a ``BrokenPipeError`` came from stdout: its reader is gone."""
    try:
        _flush()
    except BrokenPipeError:
        return True
    try:
        import select

        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
        return any(event & select.POLLERR for _, event in poll.poll(0))
    except (ImportError, AttributeError, OSError, ValueError):  # no poll here, or no file behind stdout
        return False


_TAKES = {names.DEFINE[0]: " KEY=VALUE ...", names.EXPLAIN[0]: " [KEY ...]", names.COMPLETION[0]: " SHELL"}


def _completion(shell: str) -> str:
    """The script with which a shell completes this program's line."""
    from hyperparameter.tool import shells

    if shell not in shells.SHELLS:
        raise UsageError(f"no shell {shell!r} for --print-completion; there are {', '.join(shells.SHELLS)}")
    file = os.path.abspath(sys.argv[0])
    if getattr(sys.modules.get("__main__"), "__spec__", None) is not None or not os.path.isfile(file):
        mend = "make it an executable file or an entry point, and ask that"
        raise UsageError(f"{_program()} is no command of its own that a shell could complete; {mend}")
    return shells.script(shell, file).rstrip("\n")


def _help(target: Any, arguments: list[Argument]) -> str:
    given = [arg.name.upper() for arg in arguments if arg.kind == "position"]
    given += [f"[{arg.name.upper()} ...]" for arg in arguments if arg.kind == "rest"]
    rows: list[tuple[str, str]] = []
    for arg in arguments:
        if arg.kind in ("parameter", "option"):
            spelled = arg.name.replace("_", "-")
            said = [arg.type_name] if arg.type_name else []
            said += [f"default {arg.default!r}", f"-D {arg.key}=VALUE"] if arg.kind == "parameter" else ["required"]
            rows.append((f"--{spelled}, --no-{spelled}" if arg.flag else f"--{spelled} VALUE", "; ".join(said)))
    rows += [(", ".join(spelled) + _TAKES.get(spelled[0], ""), said) for spelled, said in names.COMMON]
    width = max(len(left) for left, _ in rows)
    doc = (inspect.getdoc(inspect.unwrap(target)) or "").partition("\n\n")[0]
    return "\n".join(
        [f"usage: {' '.join([_program(), '[OPTIONS]', *given])}"]
        + (["", doc] if doc else [])
        + ["", "options:", *(f"  {left:{width}}  {right}".rstrip() for left, right in rows)]
    )
