"""typer: the options of ``launch`` for a command that typer reads.

    import typer
    from hyperparameter.integrations.typer import parameters

    app = typer.Typer()

    @app.command()
    @parameters
    def main(data: str):
        train(data)  # any @auto_param function below reads what -D, -C, HP_… said

    app()

The function is given none of these options; it runs inside the layers. typer reads one word after an option: write
``-D a=1 -D b=2``, or give the command our class, ``@app.command(cls=Command)``, for ``-D a=1 b=2``.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, overload

import typer
from typer.core import TyperCommand

from hyperparameter.cli import names, parsers
from hyperparameter.cli.session import Settings

F = TypeVar("F", bound=Callable[..., Any])


class Command(TyperCommand):
    """A command in which lists end where those of ``launch`` do: ``-D a=1 b=2 data.csv``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Spread the words, then read them as typer does."""
        return super().parse_args(ctx, parsers.spread(args))


@overload
def parameters(function: F, /) -> F: ...
@overload
def parameters(
    *, env_prefix: str = "HP_", allow_unused: Sequence[str] = (), strict: bool = False
) -> Callable[[F], F]: ...
def parameters(
    function: Any = None, /, *, env_prefix: str = "HP_", allow_unused: Sequence[str] = (), strict: bool = False
) -> Any:
    """Add ``launch``'s options to a command, whose function then runs with what they say.

    Stands below ``@app.command()``. The keywords are those of ``launch``.
    """
    if function is None:
        return functools.partial(parameters, env_prefix=env_prefix, allow_unused=allow_unused, strict=strict)
    made: Any = parsers.running(function, Settings(env_prefix, tuple(allow_unused), strict))

    # typer reads the options from the signature.
    own = inspect.signature(function, eval_str=True)
    rows = [row for row in own.parameters.values() if row.kind is not row.VAR_KEYWORD]
    ours = [_parameter(option, parsers.keyword(name)) for option, name in parsers.OPTIONS.items()]
    made.__signature__ = own.replace(parameters=[*rows, *ours])
    made.__annotations__ = {row.name: row.annotation for row in (*rows, *ours) if row.annotation is not row.empty}
    del made.__wrapped__  # its annotations would be read instead
    return made


def _word(word: str) -> str:
    """A word as it was spread: it knows its place."""
    return word


def _parameter(option: tuple[str, ...], name: str) -> inspect.Parameter:
    kind: Any = str | None
    default: Any = None
    spelled = option
    if option in parsers.REPEATED:
        kind, default = list[str] | None, None
    elif option is names.STRICT:
        kind, spelled = bool | None, ("/".join(option),)
    elif option in parsers.SWITCHES:
        kind, default = bool, False
    as_spread: dict[str, Any] = {} if kind in (bool, bool | None) else {"parser": _word}
    declared = typer.Option(
        default, *spelled, help=parsers.HELP[option], metavar=names.TAKES.get(option), show_default=False, **as_spread
    )
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=declared, annotation=kind)
