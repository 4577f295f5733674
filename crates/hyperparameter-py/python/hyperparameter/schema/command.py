"""``hp schema module:function``."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

USAGE = """usage: hp schema MODULE:FUNCTION

Prints the JSON Schema (draft 2020-12) of a program's configuration files: everything that the module declares when it is
imported. MODULE is the name of a module or the path of a .py file; without :FUNCTION all that it declares is described.

  --output FILE, -o FILE   write it there
  --class                  MODULE:CLASS is a dataclass or another class with fields: describe the files that load as one
  --partial                with --class: no field is required, for files that are a part of a configuration

A file names its schema in its first line:
  TOML  #:schema ./train.schema.json
  YAML  # yaml-language-server: $schema=./train.schema.json
  JSON  {"$schema": "./train.schema.json", ...}
"""


def main(words: Sequence[str]) -> int:
    """Run ``hp schema`` with these words; the result is the exit status. Mistakes are told on standard error.

    >>> main(["no_such_module:f"])
    2
    """
    names: list[str] = []
    options: dict[str, str] = {}
    left = list(words)
    while left:
        word = left.pop(0)
        name, sign, value = word.partition("=")
        if word in ("-h", "--help"):
            print(USAGE, end="")
            return 0
        if word in ("--class", "--partial"):
            options[word] = "yes"
        elif name in ("-o", "--output"):
            if not sign and not left:
                return _wrong(f"{word} takes a file")
            options["--output"] = value if sign else left.pop(0)
        elif word.startswith("-"):
            return _wrong(f"there is no option {word}")
        else:
            names.append(word)
    if len(names) != 1:
        return _wrong("name one MODULE:FUNCTION" if not names else f"one MODULE:FUNCTION, not {len(names)}")
    return _written(names[0], options)


def _written(target: str, options: dict[str, str]) -> int:
    from hyperparameter.schema.program import imported, program_schema
    from hyperparameter.schema.writer import schema_of

    try:
        if "--class" in options:
            schema = schema_of(imported(target), partial="--partial" in options)
        else:
            schema = program_schema(target)
    except Exception as error:  # the module may raise what it likes while it is imported
        return _wrong(f"{target}: {type(error).__name__}: {error}")
    text = json.dumps(schema, indent=2, ensure_ascii=False)
    if "--output" not in options:
        print(text)
        return 0
    try:
        with open(options["--output"], "w", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError as error:
        return _wrong(str(error))
    return 0


def _wrong(text: str) -> int:
    print(f"hp schema: {text}; hp schema --help says how", file=sys.stderr)
    return 2
