"""What is found, shown: as a table, a tree, JSON, Markdown, or all about one key."""

from __future__ import annotations

import os

from hyperparameter._native import nearest
from hyperparameter.tool import UsageError, files, warn
from hyperparameter.tool.terminal import BOLD, CYAN, DIM, Columns, cut, glyph, paint, plain, terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Row = dict[str, Any]


def listed(target: str, format: str) -> int:
    """Print the parameters of a target, and return the exit status."""
    rows = merged(found(target))
    if format == "json":
        print_json(rows)
    elif format == "markdown":
        print(markdown(rows))
    elif not rows:
        print("no parameters")
    elif format == "tree":
        print("\n".join(tree(rows)))
    else:
        print("\n".join(table(rows)))
    return 0


def described(key: str, target: str, format: str) -> int:
    """Print what is known of a key, or of the keys below it, and return the exit status."""
    rows = merged(found(target))
    wanted = [row for row in rows if row["key"] == key]
    wanted = wanted or [row for row in rows if row["key"].startswith(key + ".")]
    wanted = wanted or [row for row in rows if "*" in row["key"] and fits(key, row["key"])]
    if not wanted:
        near = nearest(key, [row["key"] for row in rows if "*" not in row["key"]], 3)
        mend = f"; did you mean {' or '.join(near)}?" if near else "; hp ls lists the parameters"
        raise UsageError(f"no parameter {key!r} in {target}{mend}")
    if format == "json":
        print_json(wanted)
    else:
        print("\n\n".join("\n".join(_all_about(row)) for row in wanted))
    return 0


def found(target: str) -> list[Row]:
    try:
        return files.found(files.sources(target), warn)
    except files.NotFound as error:
        raise UsageError(str(error)) from None


def fits(key: str, pattern: str) -> bool:
    """Whether a key is one that a computed segment can make.

    >>> fits("layers.3", "layers.*"), fits("layers", "layers.*"), fits("a.b.c", "*.b.c")
    (True, False, True)
    """
    segments, wanted = key.split("."), pattern.split(".")
    return len(segments) == len(wanted) and all(b in ("*", a) for a, b in zip(segments, wanted, strict=True))


def merged(rows: Iterable[Row]) -> list[Row]:
    """One row for each key, in their order: a declaration goes before raw reads, the others are its ``also`` (rule P4).

    >>> row = {"kind": "read", "default": "1", "value": "1", "type": "number", "help": "", "file": "a.py", "line": 1, "owner": "f"}
    >>> both = merged([{**row, "key": "a.b"}, {**row, "key": "a.b", "kind": "declared", "line": 7, "choices": []}])
    >>> both[0]["kind"], both[0]["line"], both[0]["also"][0]["line"]
    ('declared', 7, 1)
    """
    by_key: dict[str, list[Row]] = {}
    for row in rows:
        by_key.setdefault(row["key"], []).append(row)
    made: list[Row] = []
    for key in sorted(by_key, key=_order):
        first, *others = sorted(by_key[key], key=lambda row: (row["kind"] != "declared", row["default"] is None))
        types = [first["type"], *(row["type"] for row in others)]
        made.append(
            {
                "key": key,
                "default": first["default"],
                "value": first["value"],
                "type": _first(types),
                "help": _first([first["help"], *(row["help"] for row in others)]),
                "choices": first.get("choices", []),
                "annotated": first.get("annotated", False),
                "fields": first.get("fields"),
                **_place(first),
                "also": [{"default": row["default"], "value": row["value"], **_place(row)} for row in others],
            }
        )
    return made


def _first(texts: list[str]) -> str:
    return next((text for text in texts if text), "")


def _differs(other: Row, row: Row) -> bool:
    """Whether it has another default: one written in another way is the same."""
    if other["default"] is None or other["default"] == row["default"]:
        return False
    return other["value"] is None or other["value"] != row["value"]


def _order(key: str) -> list[tuple[int, str]]:
    """``layers.2`` before ``layers.10``."""
    return [(int(part) if part.isdecimal() else -1, part) for part in key.split(".")]


def _place(row: Row) -> Row:
    return {"kind": row["kind"], "file": shown(row["file"]), "line": row["line"], "in": row["owner"]}


def shown(path: str) -> str:
    """Relative to the working directory if it is below it."""
    whole, here = os.path.abspath(path), os.getcwd()
    return whole[len(here.rstrip(os.sep)) + 1 :] if whole.startswith(here.rstrip(os.sep) + os.sep) else whole


def print_json(rows: object) -> None:
    import json

    print(json.dumps(rows, indent=2))


# ---- text ------------------------------------------------------------------------------------------------------------

_HEAD = {"key": "KEY", "default": "DEFAULT", "type": "TYPE", "place": "WHERE", "help": "HELP"}
_TABLE = Columns(
    colours={"key": BOLD, "default": CYAN, "place": DIM},
    widest={"default": 40, "type": 40},
    least={"help": 12, "default": 8, "type": 6},
    spare=("help", "type", "place"),
)


def _cells(row: Row) -> dict[str, str]:
    return {
        "key": plain(row["key"]),
        "default": _default(row),
        "type": plain(row["type"]),
        "place": plain(f"{row['file']}:{row['line']}"),
        "help": plain(row["help"]),
    }


def _default(row: Row) -> str:
    """As it is written; what a name stands for, if that is known."""
    written: str | None = row["default"]
    value: str | None = row["value"]
    if written is None:
        return "-"
    return plain(value if value is not None and written.replace(".", "").isidentifier() else written)


def _whole_default(row: Row) -> str:
    """``64 (WIDTH)``, ``3600 (60 * 60)``, and what says the same in two ways once."""
    written, value = row["default"], row["value"]
    shown = paint(_default(row), CYAN)
    if value is None or "".join(written.split()).replace("'", '"') == "".join(value.split()).replace("'", '"'):
        return shown
    return f"{paint(plain(value), CYAN)} ({plain(written)})"


def table(rows: list[Row]) -> list[str]:
    """The rows as aligned columns, none wider than the terminal; further defaults of a key below it."""
    lines: list[dict[str, str]] = []
    for row in rows:
        lines.append(_cells(row))
        for other in row["also"]:
            if _differs(other, row) or other["kind"] == "declared":
                lines.append({**_cells({**row, **other, "key": "", "help": "", "type": ""}), "type": "another"})
    return _TABLE.lines(_HEAD, lines, _HEAD)


def tree(rows: list[Row]) -> list[str]:
    """The rows by the segments of their keys."""
    top: dict[str, Any] = {}
    for row in rows:
        level = top
        for segment in row["key"].split("."):
            level = level.setdefault(segment, {})
        level[""] = row  # no segment is empty
    room = terminal()
    glyphs = ("├─ ", "└─ ", "│  ") if glyph("├─└│", "") else ("|- ", "`- ", "|  ")
    return list(_branches(top, "", glyphs, room, True))


def _branches(
    level: dict[str, Any], lead: str, glyphs: tuple[str, str, str], room: int | None, top: bool
) -> Iterable[str]:
    names = [name for name in level if name]
    for name in names:
        last = name == names[-1]
        mark = "" if top else glyphs[1] if last else glyphs[0]
        row = level[name].get("")
        text = lead + mark + plain(name)
        if row is not None:
            cells = _cells(row)
            text += f" = {cells['default']}" if row["default"] is not None else ""
            text += f"  {cells['type']}" if cells["type"] else ""
            text += f"  {cells['place']}"
            text += f"  {cells['help']}" if cells["help"] else ""
        yield text if room is None else cut(text, room)
        yield from _branches(level[name], "" if top else lead + ("   " if last else glyphs[2]), glyphs, room, False)


def markdown(rows: list[Row]) -> str:
    """The rows as a table for a document.

    >>> row = {"key": "a.b", "default": "1 | 2", "value": None, "type": "", "help": "", "file": "a.py", "line": 3, "also": []}
    >>> print(markdown([row]).splitlines()[-1])
    | `a.b` | `1 \\| 2` |  |  | a.py:3 |
    """
    lines = ["| key | default | type | help | where |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        cells = _cells(row)
        default = "" if row["default"] is None else _code(cells["default"])
        kind = _code(cells["type"]) if cells["type"] else ""
        words = cells["help"].replace("\\", "\\\\").replace("<", "&lt;").replace("|", "\\|")
        place = cells["place"].replace("|", "\\|")
        lines.append(f"| {_code(cells['key'])} | {default} | {kind} | {words} | {place} |")
    return "\n".join(lines)


def _code(text: str) -> str:
    """As code in a cell: a bar is escaped even there, and back-ticks ask for a longer fence."""
    longest = max((len(run) for run in "".join(c if c == "`" else " " for c in text).split()), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return fence + pad + text.replace("|", "\\|") + pad + fence


def _all_about(row: Row) -> list[str]:
    lines = [paint(plain(row["key"]), BOLD)]
    if row["help"]:
        lines.append(f"  {plain(row['help'])}")
    if row["default"] is not None:
        lines.append(f"  default  {_whole_default(row)}")
    if row["type"]:
        lines.append(f"  type     {plain(row['type'])}")
    if row["choices"]:
        lines.append(f"  one of   {plain(', '.join(row['choices']))}")
    if row["fields"]:
        below = ", ".join(f"{row['key']}.{name}" for name in row["fields"])
        lines.append(f"  below    {plain(below)}")
    for place in (row, *row["also"]):
        within = f" in {place['in']}()" if place["in"] else ""
        other = f", default {_default(place)}" if _differs(place, row) else ""
        lines.append(plain(f"  {place['kind']:8} {place['file']}:{place['line']}{within}{other}"))
    return lines
