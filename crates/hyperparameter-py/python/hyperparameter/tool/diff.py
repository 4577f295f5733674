"""``hp diff``: what differs between config files, used-files and the defaults of code."""

from __future__ import annotations

import ast
import math

from hyperparameter.tool import declared, say
from hyperparameter.tool.annotations import converter
from hyperparameter.tool.check import is_input, load
from hyperparameter.tool.show import print_json, shown
from hyperparameter.tool.terminal import CYAN, DIM, GREEN, RED, paint, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Json = dict[str, Any]

_FORMATS = (".toml", ".json", ".yaml", ".yml")


class Side:
    """One of the two: its keys, the value of each where it is known, its text and its place.

    ``defaults`` are those of code, or those that a used-file says the code had; None of any other file.
    """

    def __init__(self, name: str) -> None:
        self.values: dict[str, Any] = {}
        self.texts: dict[str, str | None] = {}
        self.places: dict[str, str] = {}
        self.defaults: dict[str, Any] | None = None
        self.code: declared.Declared | None = None
        if name == "-" or is_input(name) or name.endswith(_FORMATS):
            self._read_file(name)
        else:
            self._read_code(name)

    def _read_file(self, name: str) -> None:
        for key, value, place, _ in load([name]).entries():
            self.values[key], self.texts[key], self.places[key] = value, repr(value), place
        from hyperparameter.cli import used

        if used.is_saved(name):
            self.defaults = {row.key: row.default for row in used.saved(name) if row.has_default}

    def _read_code(self, name: str) -> None:
        self.code = declared.of([name])
        for key, row in self.code.exact.items():
            self.texts[key], self.places[key] = row["value"] or row["default"], f"{row['file']}:{row['line']}"
            if row["value"] is not None:
                try:
                    self.values[key] = literal(row["value"])
                except (ValueError, SyntaxError):
                    continue
        self.defaults = self.values

    def converted(self, key: str, value: Any) -> Any:
        """The value of a file as this code reads it; as it stands if it does not convert."""
        row = self.code.exact[key] if self.code is not None else {}
        ask = converter(row["type"], row["annotated"], row["value"])
        try:
            return value if ask is None else ask(value)
        except ValueError:
            return value


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
    return 1 if any(found[what] for what in ("added", "removed", "changed", "defaults")) else 0


def compared(old: Side, new: Side) -> Json:
    """What differs: the keys that only one side has, those with two values, and those with two defaults.

    What code declares and a file does not set is no difference: there it has its default. Of a used-file and code the
    defaults are compared, for what the run set is none of the code's.
    """
    found: Json = {"added": _only(new, old), "removed": _only(old, new), "changed": [], "defaults": [], "unknown": []}
    for key in sorted(key for key in old.texts if key in new.texts):
        is_run = old.code is None and new.code is None
        if old.defaults is None or new.defaults is None or is_run:
            _compare(found, "changed", key, (old, old.values), (new, new.values))
        if old.defaults is not None and new.defaults is not None:
            _compare(found, "defaults", key, (old, old.defaults), (new, new.defaults))
    return found


def _compare(found: Json, what: str, key: str, a: tuple[Side, dict[str, Any]], b: tuple[Side, dict[str, Any]]) -> None:
    """Add a row if a key has two values; to ``unknown`` if code has one that only the run knows."""
    (old, olds), (new, news) = a, b
    places = [shown(old.places[key]), shown(new.places[key])]
    if key in olds and key in news:
        loose = (old.code is None) != (new.code is None)
        one = new.converted(key, olds[key]) if loose and new.code is not None else olds[key]
        two = old.converted(key, news[key]) if loose and old.code is not None else news[key]
        if plainly(one, loose) != plainly(two, loose):
            found[what].append({"key": key, "old": repr(olds[key]), "new": repr(news[key]), "places": places})
    elif old.code is not None and new.code is not None:
        if old.texts[key] != new.texts[key]:
            found[what].append({"key": key, "old": old.texts[key], "new": new.texts[key], "places": places})
    elif (old.code is not None and key not in olds) or (new.code is not None and key not in news):
        found["unknown"].append(key)


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
    for what in ("changed", "defaults"):
        for row in found[what]:
            before, after = (plain("none" if text is None else text) for text in (row["old"], row["new"]))
            name = f"default of {row['key']}" if what == "defaults" else row["key"]
            places = paint(f"  {', '.join(row['places'])}", DIM)
            lines.append((row["key"], paint(f"~ {plain(name)}: {before} -> {after}", CYAN) + places))
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])]


def _pair(row: Json) -> str:
    return plain(row["key"] if row["value"] is None else f"{row['key']} = {row['value']}")
