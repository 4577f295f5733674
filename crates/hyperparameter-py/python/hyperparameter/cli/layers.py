"""A program's own layers (rule S1): files, environment and command line, as scopes to be entered in this order."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from hyperparameter import _native
from hyperparameter.cli.words import Definition, Line, UsageError

# A scope of the native module, a context of pins, an entry as they take it: of types that only the module itself names.
Scope = Any
Entry = tuple[str, Any, bool, tuple[Any, ...]]


class Layers(NamedTuple):
    """What the program was given, ready to be entered; the outermost first."""

    replaced: list[Scope]  # what files set and later files replaced, for `explain` to show
    files: Scope | None
    env: Scope | None
    hidden: Scope | None  # what stands on the command line twice: the earlier ones, for `explain` to show
    define: Scope
    pins: Any
    config: Any  # the configuration that files and environment were read by, if they were
    strange: list[str]  # variables that name no key


def has_variables(prefix: str) -> bool:
    """Whether the environment has variables with this prefix; a missing ``_`` at its end is added."""
    if not prefix:
        return False
    whole = prefix if prefix.endswith("_") else prefix + "_"
    return any(name.startswith(whole) for name in os.environ)


def combine(line: Line, prefix: str, pinned: list[Entry]) -> Layers:
    """Read the files and the environment, resolve references, and make a scope of each layer.

    ``pinned`` are pins that do not stand on the line. Raises :class:`UsageError` and ``HyperparameterError``.
    """
    kept = [given for given in line.definitions if not _is_deleted(given, line.deletions)]
    last = {given.key: given for given in kept}
    hidden = [given for given in kept if given is not last[given.key] and not _is_element(given.key)]
    defines = [entry(given) for given in kept]
    pins = pinned + [entry(given) for given in line.pins]
    below = _native.scope_of([entry(given) for given in hidden]) if hidden else None
    refers = any("${" in given.text for given in (*kept, *line.pins))
    if not line.files and not has_variables(prefix) and not refers:
        return Layers(
            [], None, None, below, _native.scope_of(defines), _native.pinned(pins) if pins else None, None, []
        )
    inputs = [_input(given) for given in line.files]
    config: Any = _native.Config(inputs, prefix=prefix, defines=defines, pins=pins)
    return Layers(
        config.replaced(),
        config.scope("files") if line.files else None,
        config.scope("env") if has_variables(prefix) else None,
        below,
        config.scope("define"),
        config.pinned() if pins else None,
        config,
        [str(error) for error in config.strange_variables()],
    )


def entry(given: Definition) -> Entry:
    """A definition as the native module takes it."""
    return (given.key, given.text, True, ("argument", given.option, given.position))


def _is_deleted(given: Definition, deletions: list[Definition]) -> bool:
    """Whether a later word of the line takes it away again."""
    return any(
        gone.position > given.position and (given.key == gone.key or given.key.startswith(gone.key + "."))
        for gone in deletions
    )


def _is_element(key: str) -> bool:
    """Whether a key may be an element of a list: such a one is a write and not a value (rule K6)."""
    return any(segment.isdecimal() for segment in key.split("."))


_FORMATS = ("toml", "json", "yaml")


def _input(given: Definition) -> tuple[Any, ...]:
    """A file, perhaps with its format in front: ``yaml:-``, ``json:settings``."""
    format, colon, path = given.text.partition(":")
    named = bool(colon) and format in _FORMATS and not os.path.exists(given.text)
    path = path if named else given.text
    if path == "-" and not named:
        formats = " or ".join(f"{each}:-" for each in _FORMATS)
        raise UsageError(f"{given.place}: standard input has no name to tell its format; write {formats}")
    if path != "-" and not os.path.exists(path):
        raise UsageError(f"no file {path!r} ({given.place}){_near_file(path)}")
    if os.path.isdir(path):
        raise UsageError(f"{path!r} is a folder ({given.place}); name a file in it")
    return ("file", path, format if named else None)


def _near_file(path: str) -> str:
    from hyperparameter.cli.known import nearest

    folder, name = os.path.split(path)
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return f"; there is no folder {folder!r}"
    names = [each for each in names if each.rpartition(".")[2] in (*_FORMATS, "yml", "jsonc")]
    near = nearest(name, names, 1) or sorted(each for each in names if each.partition(".")[0] == name.partition(".")[0])
    return f"; did you mean {os.path.join(folder, near[0])}?" if near else ""
