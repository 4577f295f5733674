"""click: the options of ``launch`` for a command that click reads.

    import click
    from hyperparameter import auto_param
    from hyperparameter.integrations.click import parameters

    @click.command()
    @click.argument("data")
    @parameters
    def main(data):
        train(data)  # any @auto_param function below reads what -D, -C, HP_… said

The function is given none of these options; it runs inside the layers.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, overload

import click

from hyperparameter.cli import names, parsers
from hyperparameter.cli.session import Settings

F = TypeVar("F", bound=Callable[..., Any])


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

    Stands below ``@click.command()``. The keywords are those of ``launch``.
    """
    if function is None:
        return functools.partial(parameters, env_prefix=env_prefix, allow_unused=allow_unused, strict=strict)
    made: Any = parsers.running(function, Settings(env_prefix, tuple(allow_unused), strict))

    for option, name in reversed(parsers.OPTIONS.items()):
        made = _option(option, parsers.keyword(name))(made)
    return made


def _option(option: tuple[str, ...], name: str) -> Callable[[F], F]:
    # `hp_explain_param` and the spellings, as click takes them.
    settings: dict[str, Any] = {"help": parsers.HELP[option], "cls": _Option, "default": None}
    spelled: tuple[str, ...] = option
    if option is names.STRICT:
        spelled = ("/".join(option),)
    elif option in parsers.SWITCHES:
        settings |= {"is_flag": True, "default": False}
    else:
        settings |= {"multiple": option in parsers.REPEATED, "metavar": names.TAKES[option], "type": _Words()}
        settings.pop("default")
    return click.option(*spelled, name, **settings)


class _Words(click.ParamType):  # type: ignore[type-arg]  # pyright: ignore[reportMissingTypeArgument]  # not generic in every version
    """A word as it was spread: it knows its place."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value


class _Option(click.Option):
    """One of ours: the command's words are spread before click reads them, so that lists end where they should."""

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        super().add_to_parser(parser, ctx)
        if getattr(parser, "spreads", False):
            return
        parser.spreads = True
        parse = parser.parse_args
        commands = list(getattr(ctx.command, "commands", ()))

        def parse_spread(args: list[str]) -> Any:
            return parse(parsers.spread(args, commands))

        parser.parse_args = parse_spread
