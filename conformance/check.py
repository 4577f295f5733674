#!/usr/bin/env python3
"""Check the conformance cases: their form, their names, and that no rule is without one.

Run `python conformance/check.py` (it needs `jsonschema` from PyPI). It prints how many cases each rule has,
and ends with status 1 and one line per fault when there is any.
"""

from __future__ import annotations

import json
import keyword
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema

HERE = Path(__file__).resolve().parent
RULES = [
    f"{group}{n}"
    for group, count in (("K", 6), ("V", 5), ("S", 8), ("T", 4), ("P", 5), ("A", 5))
    for n in range(1, count + 1)
] + ["A9", "C11", "C13", "C15"]
FEWEST = 350

# What a case needs can be seen from its words; a case that uses one of them must say so.
NEED_OF_STEP = {
    "thread": "threads",
    "threads": "threads",
    "tasks": "tasks",
    "launch": "launch",
    "generator": "generators",
    "to_thread": "executors",
    "executor": "executors",
    "used": "used",
}
NEED_OF_ENCODING = {"$tuple": "tuples", "$set": "sets", "$host": "host", "$units": "surrogates", "$int": "bigint"}


def walk(node: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object in `node`, from the outside in."""
    if isinstance(node, dict):
        yield node
        node = node.values()
    elif not isinstance(node, list):
        return
    for child in node:
        yield from walk(child)


def needs(case: dict[str, Any]) -> set[str]:
    """What a language must have to run `case`, as far as its words show it."""
    found = set()
    if {"format", "files", "value"} & set(case) and "as" not in case:
        found.add("files")
    for node in walk({k: v for k, v in case.items() if k not in ("name", "rules", "needs", "unless")}):
        found |= {need for name, need in NEED_OF_ENCODING.items() if name in node}
        if isinstance(node.get("do"), str) and node["do"] in NEED_OF_STEP:
            found.add(NEED_OF_STEP[node["do"]])
        if "parameters" in node:
            found.add("functions")
        if isinstance(node.get("on"), str):
            found.add("scope-objects")
        asked = json.dumps(node.get("as", ""))
        found |= {
            need for word, need in (("number", "numbers"), ("tuple", "tuples"), ("set", "sets")) if f'"{word}"' in asked
        }
        if any(not isinstance(name, str) for name, _ in node.get("$pairs", ())):
            found.add("any-keys")
    return found


def faults_of_case(case: dict[str, Any]) -> Iterator[str]:
    """What the schema cannot say about one case."""
    lacking = needs(case) - set(case.get("needs", ()))
    if lacking:
        yield f"needs {', '.join(sorted(lacking))}, and does not say so"
    both = set(case.get("needs", ())) & set(case.get("unless", ()))
    if both:
        yield f"both needs and excludes {', '.join(sorted(both))}"
    for node in walk(case.get("steps", [])):
        if node.get("do") == "get" and "as" in node:
            name = re.search(r"^.+\.([A-Za-z_]\w*)$", node["key"]) if isinstance(node["key"], str) else None
            if name is None or keyword.iskeyword(name[1]):
                yield f"reads {node['key']!r} with a type: the key must be a namespace and an argument's name"
            if "default" not in node:
                yield f"reads {node['key']!r} with a type and no default: Python has no such read"
        if node.get("do") == "tasks":
            for name, body in node["tasks"].items():
                turns, yields = node["order"].count(name), sum(1 for step in walk(body) if step.get("do") == "yield")
                if turns != yields + 1 and f"!{name}" not in node["order"]:
                    yield f"gives task {name} {turns} turns, and it has {yields + 1}"
        if node.get("do") in ("set", "set_many") and "$text" in json.dumps(node["value"]):
            yield 'sets text by value: text comes from a pair such as "key=value"'


def main() -> int:
    schema = json.loads((HERE / "schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    faults: list[str] = []
    names: dict[str, str] = {}
    warned: dict[str, str] = {}
    per_rule: Counter[str] = Counter()
    per_file: dict[str, int] = {}

    for path in sorted(HERE.rglob("*.json")):
        if path.name == "schema.json":
            continue
        file = path.relative_to(HERE).as_posix()
        content = json.loads(path.read_text(encoding="utf-8"))
        broken = [
            f"{file}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
            for error in (jsonschema.exceptions.best_match([e]) for e in validator.iter_errors(content))
        ]
        if broken:
            faults += broken
            continue
        per_file[file] = len(content["cases"])
        for case in content["cases"]:
            name = f"{file}::{case['name']}"
            if case["name"] in names:
                faults.append(f"{name}: {names[case['name']]} has a case of that name")
            names[case["name"]] = file
            per_rule.update(case["rules"])
            faults += [f"{name}: {fault}" for fault in faults_of_case(case)]
            # A language may warn once per key and value in the life of a process: no two cases may share one.
            for key in {w["key"] for node in walk(case) for w in node.get("warns", ())}:
                if key in warned:
                    faults.append(f"{name}: {warned[key]} warns for {key!r} too")
                warned[key] = name

    for file, count in per_file.items():
        print(f"{count:5}  {file}")
    total = sum(per_file.values())
    print("\n" + "  ".join(f"{rule} {per_rule[rule]}" for rule in RULES))
    print(f"{total} cases")
    faults += [f"rule {rule} has no case" for rule in RULES if not per_rule[rule]]
    if total < FEWEST:
        faults.append(f"{total} cases are fewer than {FEWEST}")
    for fault in faults:
        print(f"error: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
