"""What is said of parameters: the table of ``-lps``, the explanations of ``-ep``, and both as JSON."""
# What stands here is of any type: a checker that knows that much and no more is content.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import hyperparameter as hp
from hyperparameter import _native
from hyperparameter.cli.arguments import helps
from hyperparameter.cli.known import Known, nearest
from hyperparameter.cli.words import UsageError
from hyperparameter.tool.terminal import BOLD, CYAN, DIM, Columns, paint, plain

Row = dict[str, Any]

_COLUMNS = ("key", "value", "default", "source", "help")
_TABLE = Columns(
    colours={"key": BOLD, "value": CYAN, "source": DIM},
    widest={"value": 32, "default": 32, "type": 32},
    least={"help": 10, "source": 12, "default": 7, "value": 8},
    spare=("help", "source", "default", "type"),
)


# ---- the rows --------------------------------------------------------------------------------------------------------


def rows(known: Known) -> list[Row]:
    """Every known parameter: the declared ones, and the reads in place that stand in the source."""
    said = helps()
    found: list[Row] = []
    for declared in _native.declared():
        (default, place, _), *others = declared["places"]
        told = hp.param_scope.explain(declared["key"])
        found.append(
            {
                "key": declared["key"],
                "value": told.value,
                "is_set": told.is_set,
                "default": default,
                "has_default": declared["has_default"],
                "type": declared["type"],
                "source": told.source if told.is_set else place,
                "place": place,
                "help": declared["help"] or said.get(declared["key"], ""),
                "others": [(other, where) for other, where, _ in others if not _same(other, default)],
            }
        )
    for read in known.reads.values():
        if "*" not in read.key:
            told = hp.param_scope.explain(read.key)
            default = _Written(read.default or "")
            found.append(
                {
                    "key": read.key,
                    "value": told.value if told.is_set else default,
                    "is_set": told.is_set,
                    "default": default,
                    "has_default": read.default is not None,
                    "type": read.type,
                    "source": told.source if told.is_set else read.place,
                    "place": read.place,
                    "help": "",
                    "others": [],
                }
            )
    return sorted(found, key=lambda row: _order(row["key"]))


class _Written(str):
    """A default as it is written in source that has not run."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _same(a: Any, b: Any) -> bool:
    return a is b or repr(a) == repr(b)


def _order(key: str) -> list[tuple[int, str]]:
    """``layers.2`` before ``layers.10``."""
    return [(int(part) if part.isdecimal() else -1, part) for part in key.split(".")]


# ---- text ------------------------------------------------------------------------------------------------------------


def listed(known: Known) -> str:
    """The parameters as a table, no wider than the terminal; further lines where defaults differ (rule P4)."""
    found = rows(known)
    return "\n".join(table(found, _COLUMNS)) if found else "no parameters"


def table(found: Iterable[Row], columns: Sequence[str]) -> list[str]:
    """Aligned columns; one that is empty in every row is left out."""
    lines: list[dict[str, str]] = []
    for row in found:
        lines.append(_cells(row))
        for default, place in row["others"]:
            blank = dict.fromkeys(_COLUMNS, "")
            lines.append({**blank, "default": plain(repr(default)), "source": plain(place), "help": "another default"})
    head = {name: name.upper() for name in columns}
    return _TABLE.lines(head, lines, columns)


def _cells(row: Row) -> dict[str, str]:
    return {
        "key": plain(row["key"]),
        "value": plain(repr(row["value"])) if row["is_set"] or row["has_default"] else "-",
        "default": plain(repr(row["default"])) if row["has_default"] else "-",
        "type": plain(row["type"]),
        "source": plain(row["source"]),
        "help": plain(row["help"]),
    }


# ---- explanations ----------------------------------------------------------------------------------------------------


def explained(keys: list[str], known: Known, config: Any) -> str:
    """Each key explained, or every declared one. Raises :class:`UsageError` for a name that is none."""
    texts: list[str] = []
    for key, told, lost in _explanations(keys, known, config):
        first, *rest = str(told).split("\n")
        replaced = [f"  hides {value!r}  ({source}), replaced when the files were merged" for value, source in lost]
        name, rest_of_first = first[: len(key)], first[len(key) :]
        texts.append("\n".join([paint(name, BOLD) + rest_of_first, *_after_shadows(rest, replaced)]))
    return "\n".join(texts) or "no parameters"


def _after_shadows(lines: list[str], more: list[str]) -> list[str]:
    """The lines with further hidden values below those that are there."""
    at = max((n for n, line in enumerate(lines, 1) if line.startswith(("  hides", "  deleted"))), default=0)
    text = sum(1 for line in lines if line.startswith(("  text", "  pinned"))) if at == 0 else at
    return lines[:text] + more + lines[text:]


def _explanations(keys: list[str], known: Known, config: Any) -> Iterable[tuple[str, Any, list[tuple[Any, str]]]]:
    for key in keys or sorted(known.declared):
        told = hp.param_scope.explain(key)
        seen = {told.source, *(each.source for each in told.shadowed)}
        replaced = config.shadowed(key) if config is not None else []
        lost = [(value, source) for _, value, source, _ in replaced if source not in seen]
        if not told.is_set and not told.defaults and not lost and key not in known.reads:
            near = nearest(key, known.names())
            mend = f"; did you mean {' or '.join(near)}?" if near else "; --list-params lists the parameters"
            raise UsageError(f"no parameter {key!r}{mend}")
        yield key, told, lost


# ---- JSON ------------------------------------------------------------------------------------------------------------


def listed_json(known: Known) -> str:
    """The rows of ``-lps`` for a program that reads them."""
    return _json(
        [
            {
                **{name: row[name] for name in ("key", "is_set", "has_default", "type", "source", "place", "help")},
                "value": json_value(row["value"]),
                "default": json_value(row["default"]),
                "other_defaults": [{"default": json_value(value), "place": place} for value, place in row["others"]],
            }
            for row in rows(known)
        ]
    )


def explained_json(keys: list[str], known: Known, config: Any) -> str:
    """What ``-ep`` says, for a program that reads it."""
    found: list[Row] = []
    said = helps()
    for key, told, lost in _explanations(keys, known, config):
        shadowed = [
            {"value": json_value(each.value), "source": each.source, "kind": each.kind} for each in told.shadowed
        ]
        shadowed += [{"value": json_value(value), "source": source, "kind": "replaced"} for value, source in lost]
        found.append(
            {
                "key": key,
                "is_set": told.is_set,
                "value": json_value(told.value),
                "text": told.text,
                "source": told.source,
                "pinned": told.pinned,
                "type": told.type,
                "help": told.help or said.get(key, ""),
                "defaults": [
                    {"default": json_value(each.value), "place": each.source, "declared_by": each.owner}
                    for each in told.defaults
                ],
                "shadowed": shadowed,
            }
        )
    return _json(found)


def json_value(value: Any) -> Any:
    """A value as JSON has it; what it has not is its text: ``inf``, an object."""
    if value is None or isinstance(value, (bool, str)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if value - value == 0 else repr(float(value))
    if isinstance(value, (list, tuple)):
        return [json_value(item) for item in value]
    if isinstance(value, dict):
        return {str(name): json_value(item) for name, item in value.items()}
    return repr(value)


def _json(found: list[Row]) -> str:
    import json

    return json.dumps(found, indent=2)
