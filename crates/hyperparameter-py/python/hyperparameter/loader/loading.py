"""``load`` and ``loads``: files, texts and mappings, laid over each other, with environment and overrides."""
# What stands here is of any type: a checker that knows that much and no more is content.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false, reportPrivateUsage=false

from __future__ import annotations

import os
import sys
import types
from collections.abc import Iterable, Mapping
from typing import IO, TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar, overload

from hyperparameter import _native
from hyperparameter.convert import Mismatch, converter
from hyperparameter.loader.configuration import Config
from hyperparameter.loader.errors import config_error

T = TypeVar("T")
One = str | os.PathLike[str] | Mapping[str, Any] | IO[str] | IO[bytes]
"""What a configuration is loaded from: a path (``-`` is standard input), a mapping, or a file that is open."""
Overrides = Iterable[str] | Mapping[str, Any]

if TYPE_CHECKING:
    _Format = Literal["toml", "json", "yaml"]


class Env(NamedTuple):
    """How environment variables name parameters: with this prefix ``HP_MODEL__LR`` is ``model.lr``.

    A missing final ``_`` of the prefix is added; ``variables`` takes the place of the process's own.

    >>> loader.load({"model": {"lr": 1}}, env=loader.Env("APP", variables={"APP_MODEL__LR": "0.5"}))
    Config({'model': {'lr': 0.5}})
    """

    prefix: str = "HP_"
    separator: str = "__"
    variables: Mapping[str, str] | None = None


@overload
def load(
    source: One | Iterable[One],
    *,
    schema: type[T],
    env: str | Env | None = None,
    overrides: Overrides = (),
    format: _Format | None = None,
    extra: Literal["forbid", "ignore"] = "forbid",
) -> T: ...
@overload
def load(
    source: One | Iterable[One],
    *,
    schema: None = None,
    env: str | Env | None = None,
    overrides: Overrides = (),
    format: _Format | None = None,
    extra: Literal["forbid", "ignore"] = "forbid",
) -> Config: ...
@overload
def load(
    source: One | Iterable[One],
    *,
    schema: Any,
    env: str | Env | None = None,
    overrides: Overrides = (),
    format: _Format | None = None,
    extra: Literal["forbid", "ignore"] = "forbid",
) -> Any: ...
def load(
    source: One | Iterable[One],
    *,
    schema: Any = None,
    env: str | Env | None = None,
    overrides: Overrides = (),
    format: _Format | None = None,
    extra: Literal["forbid", "ignore"] = "forbid",
) -> Any:
    """Load a configuration from a path, a mapping, an open file, or several of them, the later over the earlier.

    The format is what the extension says (``.toml``, ``.json``, ``.jsonc``, ``.yaml``, ``.yml``), or ``format``, which standard
    input (``"-"``) needs. Over the files go the environment variables with the prefix ``env`` (``"HP_"``, or an ``Env``), and over
    those the ``overrides``: ``"key=value"`` strings as on a command line, or a mapping of keys to values.

    Without ``schema`` the result is a ``Config``, a nested mapping. With a dataclass, ``TypedDict``, ``NamedTuple``, attrs or
    pydantic class, or any other annotation (``dict[str, int]``), it is one of those, made by the rules by which ``@auto_param``
    converts its arguments. A name that is no field is an error, or passed over with ``extra="ignore"``.

    Raises ``ConfigError``, with ``file``, ``line``, ``column`` and ``key`` of the first mistake; ``errors`` lists all that is wrong with
    the values. ``InvalidKey`` for an override without ``=`` or with a key that is none.

    >>> loader.load({"lr": 0.1}, overrides=["lr=0.5"])["lr"]
    0.5
    >>> loader.load([{"a": {"x": 1, "y": 2}}, {"a": {"y": 3}}])
    Config({'a': {'x': 1, 'y': 3}})
    """
    frame = sys._getframe(1)
    inputs, name = _inputs(source, format, frame)
    return _loaded(inputs, name, frame, schema, env, overrides, extra)


@overload
def loads(
    text: str | bytes,
    format: _Format,
    *,
    schema: type[T],
    env: str | Env | None = None,
    overrides: Overrides = (),
    extra: Literal["forbid", "ignore"] = "forbid",
) -> T: ...
@overload
def loads(
    text: str | bytes,
    format: _Format,
    *,
    schema: None = None,
    env: str | Env | None = None,
    overrides: Overrides = (),
    extra: Literal["forbid", "ignore"] = "forbid",
) -> Config: ...
@overload
def loads(
    text: str | bytes,
    format: _Format,
    *,
    schema: Any,
    env: str | Env | None = None,
    overrides: Overrides = (),
    extra: Literal["forbid", "ignore"] = "forbid",
) -> Any: ...
def loads(
    text: str | bytes,
    format: _Format,
    *,
    schema: Any = None,
    env: str | Env | None = None,
    overrides: Overrides = (),
    extra: Literal["forbid", "ignore"] = "forbid",
) -> Any:
    """Load a configuration from a text; the rest is as for ``load``. In places and errors the text is called ``text.toml``.

    >>> loader.loads("lr: 1e-3", "yaml")
    Config({'lr': 0.001})
    """
    given: Any = text
    if not isinstance(given, (str, bytes)):
        raise TypeError(f"loads() takes the text of a configuration, not a {type(given).__name__}; load() takes a file")
    name = f"text.{format}"
    return _loaded([("text", name, format, text)], name, sys._getframe(1), schema, env, overrides, extra)


def scope(
    *sources: One, format: _Format | None = None, env: str | Env | None = None, overrides: Overrides = ()
) -> _native.Scope:
    """What ``param_scope.load`` gives: the configuration as a scope."""
    frame = sys._getframe(1)
    inputs, name = _inputs(sources[0] if len(sources) == 1 else sources, format, frame)
    config: Config = _loaded(inputs, name, frame, None, env, overrides, "forbid")
    return config.__param_config__.scope()


def _inputs(source: Any, format: Any, frame: types.FrameType) -> tuple[list[tuple[Any, ...]], str]:
    """The inputs as the native module takes them, and what a person calls them."""
    single = isinstance(source, (str, os.PathLike, Mapping)) or hasattr(source, "read")
    if not single and (isinstance(source, bytes) or not isinstance(source, Iterable)):
        raise TypeError(f"load() takes paths, mappings and open files, not a {type(source).__name__}")
    several: Any = [source] if single else source
    given: list[Any] = list(several)
    inputs: list[tuple[Any, ...]] = []
    names: list[str] = []
    for one in given:
        made, name = _input(one, format, frame)
        inputs.append(made)
        names.append(name)
    return inputs, ", ".join(name for name in names if name)


def _input(one: Any, format: Any, frame: types.FrameType) -> tuple[tuple[Any, ...], str]:
    if isinstance(one, Config):
        return ("tree", one.__param_config__.tree()), ""
    if isinstance(one, Mapping):
        given: Mapping[Any, Any] = one
        return ("mapping", dict(given), _place(frame)), ""
    if hasattr(one, "read"):
        name = getattr(one, "name", None)
        name = name if isinstance(name, str) else "open file"
        extension = os.path.splitext(name)[1][1:]
        if format is None and not extension:
            raise TypeError(f"the format of {name!r} is not known: pass format=")
        return ("text", name, format or extension, one.read()), name
    if not isinstance(one, (str, os.PathLike)):
        raise TypeError(f"load() takes paths, mappings and open files, not a {type(one).__name__}")
    path: Any = os.fspath(one)
    if not isinstance(path, str):
        path = os.fsdecode(path)
    return ("file", path, format), path


def _place(frame: types.FrameType) -> tuple[Any, ...]:
    """The line of the program that loads."""
    return ("code", frame.f_code, frame.f_lineno)


def _loaded(
    inputs: list[tuple[Any, ...]],
    name: str,
    frame: types.FrameType,
    schema: Any,
    env: str | Env | None,
    overrides: Any,
    extra: str,
) -> Any:
    if extra not in ("forbid", "ignore"):
        raise ValueError(f'extra is "forbid" or "ignore", not {extra!r}')
    env = Env(env) if isinstance(env, str) else env or Env("")
    native = _native.Config(
        inputs,
        prefix=env.prefix,
        separator=env.separator,
        environment=None if env.variables is None else dict(env.variables),
        defines=_defines(overrides, _place(frame)),
    )
    if schema is None:
        return Config(native)
    found = converter(schema, names=names_for(schema, frame), extra=extra, resolved=True)
    if found is None:
        raise TypeError(f"{schema!r} says nothing of what a configuration should be")
    try:
        return found(native.marked())
    except Mismatch as mismatch:
        problems = mismatch.problems
    texts = {one[1]: one[3] for one in inputs if one[0] == "text"}
    raise config_error(problems, native, name, texts)


def names_for(schema: Any, frame: types.FrameType | None) -> Mapping[str, Any]:
    """The names that annotations in text may use: a class of a function sees those of the function.

    ``frame`` is where the schema is used; the function that made its class may be any of those that run around it.
    """
    if frame is None or isinstance(schema, type) and "<locals>" not in schema.__qualname__:
        return {}
    maker = schema.__qualname__.rpartition(".<locals>")[0].rpartition(".")[2] if isinstance(schema, type) else ""
    names = {**frame.f_globals, **frame.f_locals}
    outer: types.FrameType | None = frame
    while outer is not None and maker:
        if outer.f_code.co_name == maker:
            return {**names, **outer.f_locals}
        outer = outer.f_back
    return names


def _defines(overrides: Any, place: tuple[Any, ...]) -> list[tuple[str, Any, bool, tuple[Any, ...]]]:
    if isinstance(overrides, Mapping):
        values: Mapping[str, Any] = overrides
        return [(key, value, False, place) for key, value in values.items()]
    if isinstance(overrides, str):
        raise TypeError(f"overrides is a list of key=value strings: [{overrides!r}]")
    defines: list[tuple[str, Any, bool, tuple[Any, ...]]] = []
    for pair in overrides:
        key, sign, value = pair.partition("=")
        if not sign:
            _native.param_scope(pair)  # says what is wrong with it
        defines.append((key, value, True, place))
    return defines
