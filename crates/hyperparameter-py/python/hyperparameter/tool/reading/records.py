"""What is found, as rows of plain values: these are kept in the cache."""

from __future__ import annotations

from typing import NamedTuple

DECLARED, READ = "declared", "read"


class Found(NamedTuple):
    """One place where a parameter is declared or read."""

    key: str
    kind: str  # DECLARED or READ
    default: str | None  # its source; None if there is none
    value: str | None  # what the default is, as `repr` writes it; None if only the run knows
    type: str  # the annotation, else the kind of a literal; empty if neither says
    help: str
    line: int
    owner: str  # the qualified name of what it stands in; empty at the module's level
    choices: list[str]  # the texts that it takes, if they are few and known
    annotated: bool = False  # the type is an annotation: a value must be of it
    fields: list[str] | None = None  # of the dataclass that it is: the keys below it
    imported: str = ""  # the dotted name of a default that another module holds; dots in front as in the source


class Argument(NamedTuple):
    """One argument of a function that is a program."""

    name: str
    key: str | None  # None: it has no default, and must be given
    by_name: bool
    type: str
    help: str
    default: str | None
    choices: list[str]


class Program(NamedTuple):
    """A function or class that can be launched."""

    name: str
    help: str  # the first paragraph of its docstring
    arguments: list[Argument]


class Record(NamedTuple):
    """What one file holds."""

    found: list[Found]
    programs: list[Program]  # each function that `launch` is given
    launched: list[str]  # the dotted names of imported functions that `launch` is given
    functions: dict[str, Program]  # each decorated function of the module's level
    imports: list[str]  # of modules, or of names in them; dots in front as in the source
    warnings: list[str]  # "line:column: text"
    constants: dict[str, list[str]]  # the value and the kind of each name of the module's level that is bound once
