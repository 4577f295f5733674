"""The texts of ``-h`` and ``--help``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hyperparameter.cli import names, program
from hyperparameter.cli.arguments import EMPTY, Argument
from hyperparameter.tool.terminal import BOLD, paint, plain, terminal, width_of

_WIDEST = 34  # of the left column on a terminal; what is wider has its text on the next line


def of_function(target: Any, arguments: list[Argument], command: str | None, long: bool) -> list[str]:
    """What one function takes."""
    given = [arg.name.upper() for arg in arguments if arg.kind == "position"]
    given += [f"[{arg.name.upper()} ...]" for arg in arguments if arg.kind == "rest"]
    needed = [f"{names.spelled(arg.name)} VALUE" for arg in arguments if arg.kind == "option"]
    words = [program.name(), *([command] if command else []), "[OPTIONS]", *needed, *given]
    lines = [f"{_title('usage:')} {' '.join(words)}", *_doc(target, long)]
    by_position = [arg for arg in arguments if arg.kind in ("position", "rest")]
    if by_position:
        rows = [(arg.name.upper(), _said(arg)) for arg in by_position]
        lines += ["", _title("arguments:"), *columns(rows)]
    options = [arg for arg in arguments if arg.kind in ("parameter", "option")]
    own = {names.spelled(arg.name) for arg in options}
    rows = [(_spelled(arg, own), _said(arg)) for arg in options]
    if rows:
        lines += ["", _title("options:"), *columns(rows)]
    return lines + ["", _title("options of every program:"), *columns(common(own))]


def of_commands(targets: Mapping[str, Any], long: bool) -> list[str]:
    """What a program of several functions takes."""
    rows = [(name, "".join(_doc(target, False)[1:2])) for name, target in targets.items()]
    lines = [f"{_title('usage:')} {program.name()} [OPTIONS] COMMAND ..."]
    lines += ["", _title("commands:"), *columns(rows)]
    return lines + ["", _title("options of every program:"), *columns(common(set()))]


def common(own: set[str]) -> list[tuple[str, str]]:
    """The options of every program; one whose name the function has taken is ``--hp-NAME``."""
    rows: list[tuple[str, str]] = []
    for spellings, said in names.COMMON:
        shown = ["--hp-" + name[2:] if name in own else name for name in spellings]
        takes = names.TAKES.get(spellings)
        rows.append((", ".join(shown) + (f" {takes}" if takes else ""), said))
    return rows


def _spelled(argument: Argument, own: set[str]) -> str:
    name = names.spelled(argument.name)
    if argument.flag:
        off = "--no-" + name[2:]
        return name if off in own else f"{name}, {off}"
    choices = argument.choices
    return f"{name} {{{','.join(choices)}}}" if choices else f"{name} VALUE"


def _said(argument: Argument) -> str:
    """The help of an argument, its type, its default and its key."""
    notes = [argument.type] if argument.type and not argument.choices else []
    if argument.kind == "position" and argument.choices:
        notes.append(f"one of {', '.join(argument.choices)}")
    if argument.kind == "parameter":
        notes += [f"default {argument.default!r}"] if argument.default is not EMPTY else []
        notes.append(f"-D {argument.key}=VALUE")
    elif argument.kind == "option":
        notes.append("required")
    note = "; ".join(notes)
    return plain(f"{argument.help}  ({note})" if argument.help and note else argument.help or note)


def _doc(target: Any, long: bool) -> list[str]:
    """A blank line and the docstring; short, its first paragraph."""
    import inspect

    made: Any = getattr(target, "__wrapped__", target)
    doc = getattr(target, "__doc__", None) or getattr(made, "__doc__", None) or ""
    if isinstance(target, type) and doc.startswith(f"{target.__name__}("):
        return []  # the signature that a dataclass without a docstring has
    text = inspect.cleandoc(doc)
    text = text if long else text.partition("\n\n")[0]
    return ["", *text.split("\n")] if text else []


def parameters(known: Any) -> list[str]:
    """Every known parameter, for the long form."""
    from hyperparameter.cli import listing

    found = listing.rows(known)
    rows = listing.table(found, ("key", "default", "type", "help"))
    return ["", _title("parameters:"), *rows] if found else []


def columns(rows: list[tuple[str, str]]) -> list[str]:
    """Two columns, the right one wrapped to the terminal."""
    room = terminal()
    widest = max((width_of(left) for left, _ in rows), default=0)
    width = widest if room is None else min(widest, _WIDEST, room // 2)
    lines: list[str] = []
    for left, right in rows:
        parts = [right] if room is None else _wrapped(right, max(10, room - width - 4))
        pad = " " * (width - width_of(left))
        if width_of(left) > width and right:
            lines.append(f"  {left}")
            left, pad = "", " " * width
        lines.append(f"  {left}{pad}  {parts[0]}".rstrip())
        lines += [f"  {' ' * width}  {part}" for part in parts[1:]]
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    import textwrap

    return textwrap.wrap(text, width) or [""]


def _title(text: str) -> str:
    return paint(text, BOLD)
