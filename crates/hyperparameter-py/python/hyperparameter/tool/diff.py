"""``hp diff``: what differs between config files, used-files and the defaults of code."""

from __future__ import annotations

import ast
import math

from hyperparameter.tool import declared, say
from hyperparameter.tool.annotations import converter
from hyperparameter.tool.check import load
from hyperparameter.tool.show import print_json, shown
from hyperparameter.tool.terminal import CYAN, DIM, GREEN, RED, paint, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

_FORMATS = (".toml", ".json", ".yaml", ".yml")


class Side:
    """One of the two: its keys, the value of each where it is known, its text and its place."""

    def __init__(self, name: str) -> None:
        self.values: dict[str, Any] = {}
        self.texts: dict[str, str | None] = {}
        self.places: dict[str, str] = {}
        self.code: declared.Declared | None = None
        if name == "-" or name.endswith(_FORMATS):
            for key, value, place, _ in load([name]).entries():
                self.values[key], self.texts[key], self.places[key] = value, repr(value), place
            return
        self.code = declared.of([name])
        for key, row in self.code.exact.items():
            self.texts[key], self.places[key] = row["value"] or row["default"], f"{row['file']}:{row['line']}"
            if row["value"] is not None:
                try:
                    self.values[key] = literal(row["value"])
                except (ValueError, SyntaxError):
                    continue

    def differs(self, key: str, other: Side) -> bool | None:
        """Whether the two give a key different values; None if that cannot be told."""
        if key not in self.values or key not in other.values:
            if self.code is None or other.code is None:
                return None  # a default that only the run knows
            return self.texts[key] != other.texts[key]
        if (self.code is None) == (other.code is None):
            return bool(plainly(self.values[key]) != plainly(other.values[key]))
        code, file = (self, other) if self.code is not None else (other, self)
        row = code.code.exact[key] if code.code is not None else {}
        value = file.values[key]
        ask = converter(row["type"], row["annotated"], row["value"])
        try:
            value = value if ask is None else ask(value)
        except ValueError:
            return True
        return bool(plainly(value, loose=True) != plainly(code.values[key], loose=True))


def literal(text: str) -> Any:
    """The value that ``repr`` wrote, ``inf`` and ``nan`` in it too. Raises ``ValueError``.

    >>> literal("{'a': (1, -inf)}")
    {'a': (1, -inf)}
    """
    tree = ast.parse(text, mode="eval").body
    return ast.literal_eval(_Infinite().visit(tree))


class _Infinite(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(float(node.id)) if node.id in ("inf", "nan") else node


def plainly(value: Any, loose: bool = False) -> Any:
    """A value so that equal ones compare equal: a tuple as the list that a file has, nan as itself.

    ``loose`` makes an int and a float of one size equal.

    >>> plainly((1, True)) == plainly([1, True]), plainly([1]) == plainly([True]), plainly(1.0, True) == plainly(1, True)
    (True, False, True)
    """
    if isinstance(value, (list, tuple)):
        items: list[Any] = [*value]
        return [plainly(item, loose) for item in items]
    if isinstance(value, (set, frozenset)):
        unordered: set[Any] = {*value}
        return sorted((plainly(item, loose) for item in unordered), key=repr)
    if isinstance(value, dict):
        pairs: dict[Any, Any] = {**value}
        return {repr(name): plainly(item, loose) for name, item in pairs.items()}
    if loose and isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    return (type(value).__name__, repr(value))


def command(a: str, b: str, form: str) -> int:
    """Print what differs; 1 if anything does, else 0."""
    old, new = Side(a), Side(b)
    found = compared(old, new)
    if form == "json":
        print_json(found)
    else:
        for line in _lines(found, old, new):
            print(line)
        if found["unknown"]:
            count = len(found["unknown"])
            say(f"note: {count} default{'s' * (count > 1)} known to the run only: {', '.join(found['unknown'])}")
    return 1 if found["added"] or found["removed"] or found["changed"] else 0


def compared(old: Side, new: Side) -> Json:
    """The keys that only one side has, those with two values, and those of which nothing can be said.

    What code declares and a file does not set is no difference: there it has its default.
    """
    differ = {key: old.differs(key, new) for key in old.texts if key in new.texts}
    return {
        "added": _only(new, old),
        "removed": _only(old, new),
        "changed": [
            {
                "key": key,
                "old": old.texts[key],
                "new": new.texts[key],
                "places": [shown(old.places[key]), shown(new.places[key])],
            }
            for key in sorted(differ)
            if differ[key]
        ],
        "unknown": sorted(key for key, differs in differ.items() if differs is None),
    }


def _only(side: Side, other: Side) -> list[Json]:
    """What one side has and the other has not."""
    if side.code is not None and other.code is None:
        return []
    keys = [key for key in side.texts if key not in other.texts]
    if side.code is None and other.code is not None:
        keys = [key for key in keys if not other.code.covers(key, side.values[key])]
    return [{"key": key, "value": side.texts[key], "place": shown(side.places[key])} for key in sorted(keys)]


def _lines(found: Json, old: Side, new: Side) -> list[str]:
    lines: list[tuple[str, str]] = []
    for row in found["removed"]:
        stale = old.code is None and new.code is not None
        place = f"{row['place']}, and no code that was read has it" if stale else row["place"]
        lines.append((row["key"], paint(f"- {_pair(row)}", RED) + paint(f"  {place}", DIM)))
    for row in found["added"]:
        lines.append((row["key"], paint(f"+ {_pair(row)}", GREEN) + paint(f"  {row['place']}", DIM)))
    for row in found["changed"]:
        before, after = (plain("-" if text is None else text) for text in (row["old"], row["new"]))
        places = paint(f"  {', '.join(row['places'])}", DIM)
        lines.append((row["key"], paint(f"~ {plain(row['key'])}: {before} -> {after}", CYAN) + places))
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])]


def _pair(row: Json) -> str:
    return plain(row["key"] if row["value"] is None else f"{row['key']} = {row['value']}")
