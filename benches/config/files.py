"""The three files of 200,000 leaves, and the tree that they spell: the same each time."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

LEAVES = 200_000


def tree() -> dict[str, Any]:
    """200,000 leaves below 22 * 22 * 22 maps; names and values as long as in the files that the targets were set for."""
    random.seed(4)
    kinds: list[Callable[[], Any]] = [
        random.random,
        lambda: random.randrange(10**12),
        lambda: "value " + "".join(random.choices("abcdefgh ", k=16)),
        lambda: [random.randrange(1000) for _ in range(4)],
        lambda: random.random() * 1e-6,
        lambda: random.choice([True, False, "a", 1.5]),
    ]
    root: dict[str, Any] = {}
    for leaf in range(LEAVES):
        a, b, c = leaf % 22, leaf // 22 % 22, leaf // 22 // 22 % 22
        group = root.setdefault(f"group{a}", {}).setdefault(f"sec{b}", {}).setdefault(f"blk{c}", {})
        group[f"parameter_value_{leaf // 22**3:02}"] = random.choice(kinds)()
    return root


def toml(node: dict[str, Any], path: str, out: list[str]) -> None:
    """One dotted key a line: of the ways to write it the longest, and the one with most to look up."""
    for name, value in node.items():
        if isinstance(value, dict):
            toml(value, f"{path}.{name}" if path else name, out)
        else:
            out.append(f"{path}.{name} = {json.dumps(value)}")


def yaml(node: dict[str, Any], indent: str, out: list[str]) -> None:
    """Block maps, with a list in one line."""
    for name, value in node.items():
        if isinstance(value, dict):
            out.append(f"{indent}{name}:")
            yaml(value, indent + "  ", out)
        else:
            out.append(f"{indent}{name}: {json.dumps(value)}")


def write(folder: Path) -> dict[str, Path]:
    """The files, by format; none is written again that is there already."""
    paths = {name: folder / f"big.{name}" for name in ("json", "toml", "yaml")}
    if not all(path.exists() for path in paths.values()):
        made = tree()
        paths["json"].write_text(json.dumps(made))
        for name, spell in (("toml", toml), ("yaml", yaml)):
            lines: list[str] = []
            spell(made, "", lines)
            paths[name].write_text("\n".join(lines) + "\n")
    return paths
