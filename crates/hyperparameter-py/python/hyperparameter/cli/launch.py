"""``launch``: a function as a program. The first, small form; its words are sorted in :mod:`hyperparameter.cli.words`."""

from __future__ import annotations

import inspect
import os
import sys
import typing
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, NoReturn, TypeVar

import hyperparameter as hp
from hyperparameter.cli import known, words
from hyperparameter.cli.words import Definition, Option, UsageError

T = TypeVar("T")
EMPTY = inspect.Parameter.empty


class Argument(NamedTuple):
    """One argument of the function, as the command line sees it."""

    name: str
    kind: str  # "parameter" (has a default), "position", "option" (keyword-only and required), "rest" (*args)
    default: Any
    annotation: Any  # resolved, or EMPTY

    @property
    def flag(self) -> bool:
        """Whether it is a switch, ``--x`` and ``--no-x``."""
        if self.annotation is EMPTY:
            return isinstance(self.default, bool)
        return self.annotation is bool or (bool in typing.get_args(self.annotation) and isinstance(self.default, bool))

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
    program, ``-lps`` lists them, ``-ep [KEY …]`` explains them, ``-h`` helps. ``argv`` (strings) stands for
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
    try:
        target: Any = fn if hasattr(fn, "parameters") else hp.auto_param(fn)
        namespace = _namespace(target)
        arguments = _arguments(target)
        read = words.read(line, _options(arguments, namespace), _takes(arguments))
        if read.help:
            _finish(_help(target, arguments, namespace))
        declared = _declared()
        for definition in read.definitions:
            _refuse_unknown(definition.key, definition.place, declared)
        scope = _scope(read.definitions)
    except (UsageError, hp.HyperparameterError) as error:
        _refuse(error)

    with hp.frozen_snapshot(), scope:
        hp.param_scope.frozen()
        try:
            _convert_all(declared, read.definitions)
            if read.list_params:
                _finish(_listed(declared))
            if read.explain is not None:
                _finish(_explained(read.explain, declared))
            args, kwargs = _given(arguments, read)
        except (UsageError, hp.HyperparameterError) as error:
            _refuse(error)
        result = target(*args, **kwargs)
        if inspect.iscoroutine(result):
            import asyncio

            result = asyncio.run(result)
        _flush()
        return typing.cast(T, result)


# ---- the function's arguments ----------------------------------------------------------------------------------------


def _arguments(fn: Callable[..., Any]) -> list[Argument]:
    signature = inspect.signature(fn)
    try:
        hints = typing.get_type_hints(inspect.unwrap(fn))
    except Exception:  # a name that does not resolve is no annotation (rule V4)
        hints = {}
    found = []
    for name, parameter in signature.parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            continue
        if parameter.kind is parameter.VAR_POSITIONAL:
            kind = "rest"
        elif parameter.default is not EMPTY:
            kind = "parameter"
        else:
            kind = "option" if parameter.kind is parameter.KEYWORD_ONLY else "position"
        found.append(Argument(name, kind, parameter.default, hints.get(name, EMPTY)))
    return found


def _options(arguments: list[Argument], namespace: str) -> list[Option]:
    return [
        Option(arg.name, f"{namespace}.{arg.name}" if arg.kind == "parameter" else None, arg.flag)
        for arg in arguments
        if arg.kind in ("parameter", "option")
    ]


def _takes(arguments: list[Argument]) -> int | None:
    kinds = [arg.kind for arg in arguments]
    return None if "rest" in kinds else kinds.count("position")


def _given(arguments: list[Argument], read: words.Line) -> tuple[list[Any], dict[str, Any]]:
    """The arguments that no parameter fills: those by position, and the required ones by name."""
    by_position = [arg for arg in arguments if arg.kind == "position"]
    missing = [arg.name.upper() for arg in by_position[len(read.positional) :]]
    missing += ["--" + arg.name.replace("_", "-") for arg in arguments if arg.kind == "option" and arg.name not in read.required]
    if missing:
        raise UsageError(f"missing: {' '.join(missing)}")
    rest = [arg for arg in arguments if arg.kind == "rest"] * max(0, len(read.positional) - len(by_position))
    args = [_converted(arg, word) for arg, word in zip(by_position + rest, read.positional, strict=True)]
    kwargs = {arg.name: _converted(arg, read.required[arg.name]) for arg in arguments if arg.name in read.required}
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


def _help(fn: Callable[..., Any], arguments: list[Argument], namespace: str) -> str:
    given = [arg.name.upper() for arg in arguments if arg.kind == "position"]
    given += [f"[{arg.name.upper()} ...]" for arg in arguments if arg.kind == "rest"]
    rows: list[tuple[str, str]] = []
    for arg in arguments:
        if arg.kind in ("parameter", "option"):
            spelled = arg.name.replace("_", "-")
            said = [arg.type_name] if arg.type_name else []
            said += [f"default {arg.default!r}", f"-D {namespace}.{arg.name}"] if arg.kind == "parameter" else ["required"]
            rows.append((f"--{spelled}, --no-{spelled}" if arg.flag else f"--{spelled} VALUE", "; ".join(said)))
    rows += [
        (f"{words.DEFINE[0]}, {words.DEFINE[1]} KEY=VALUE ...", "set parameters, also those of other functions"),
        (f"{words.LIST[0]}, {words.LIST[1]}", "list the parameters, with the values in force"),
        (f"{words.EXPLAIN[0]}, {words.EXPLAIN[1]} [KEY ...]", "where the value of a parameter comes from"),
        (f"{words.HELP[0]}, {words.HELP[1]}", "this text"),
    ]
    width = max(len(left) for left, _ in rows)
    doc = (inspect.getdoc(inspect.unwrap(fn)) or "").partition("\n\n")[0]
    return "\n".join(
        [f"usage: {' '.join([_program(), '[OPTIONS]', *given])}"]
        + (["", doc] if doc else [])
        + ["", "options:", *(f"  {left:{width}}  {right}".rstrip() for left, right in rows)]
    )
