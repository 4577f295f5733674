"""Which files there are to read, and what is known of them: from the cache where a file is as it was."""

from __future__ import annotations

import os
import sys

from hyperparameter.tool import cache

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing`, `collections` and `ast` are slow to import: a shell waits for what is read here
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from hyperparameter.tool.static import Program, Record

    Json = dict[str, Any]
    Stamp = list[str | int]
    Warn = Callable[[str], None]

_SKIPPED = {"__pycache__", "node_modules", "site-packages"}


class NotFound(Exception):
    """There is no such file, folder or package."""


# ---- what is asked for -----------------------------------------------------------------------------------------------


def sources(target: str) -> list[str]:
    """The Python files of a file, a folder or a package (``a.b``), in the order of their names.

    A package is looked for below the working directory (``src/`` too), then where Python finds it; it is not imported.

    Raises :class:`NotFound`.
    """
    if os.path.isfile(target):
        return [target]
    if os.path.isdir(target):
        return list(below(target))
    found: list[str] = []
    for place in _places(target):
        found += [place] if os.path.isfile(place) else below(place)
    if not found:
        kind = "file or folder" if os.sep in target or target.endswith(".py") else "file, folder or package"
        raise NotFound(f"no {kind} {target!r}")
    return found


def below(folder: str) -> Iterator[str]:
    """The Python files of a folder; what is hidden, installed or an environment is left out."""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _SKIPPED
            and not os.path.exists(os.path.join(here, name, "pyvenv.cfg"))
        )
        for name in sorted(names):
            path = os.path.normpath(os.path.join(here, name))
            if name.endswith(".py") and os.path.isfile(path):
                yield path


def _places(dotted: str) -> list[str]:
    """The files or folders of a module or package: several folders for a namespace package."""
    if not all(name.isidentifier() for name in dotted.split(".")):
        return []
    for root in ("", "src"):
        place = module_file(root, dotted, whole=True)
        if place is not None:
            return [place]
    return installed(dotted)


def installed(dotted: str) -> list[str]:
    """The same where Python's own finders find it; only the top of it is asked for, which imports nothing."""
    names = dotted.split(".")
    tops: list[str] = []
    for finder in sys.meta_path:
        find = getattr(finder, "find_spec", None)
        spec = None if find is None else find(names[0], None)
        if spec is not None:
            tops = list(spec.submodule_search_locations or ())
            if not tops and len(names) == 1 and spec.origin and os.path.isfile(spec.origin):
                return [spec.origin]
            break
    if len(names) == 1:
        return tops
    found = [module_file(top, ".".join(names[1:]), whole=True) for top in tops]
    return [place for place in found if place is not None]


def module_file(root: str, dotted: str, whole: bool = False) -> str | None:
    """The file of a module below a folder; with ``whole`` a package is its folder."""
    base = os.path.join(root, *dotted.split("."))
    if whole and os.path.isdir(base):
        return base
    init = os.path.join(base, "__init__.py")
    if os.path.isfile(init):
        return init
    return base + ".py" if os.path.isfile(base + ".py") else None


# ---- what a file holds -----------------------------------------------------------------------------------------------


def found(paths: Iterable[str], warn: Warn) -> list[Json]:
    """Every place of a parameter in these files, as dictionaries with its ``file``."""
    rows: list[Json] = []
    for path in paths:
        record = load(path, warn)
        if record is not None:
            top, name = root_of(path)
            rows += with_constants(record["found"], path, name, _below_folder(top))
    return rows


def _below_folder(folder: str) -> Callable[[str], str | None]:
    return lambda module: module_file(folder, module)


def with_constants(rows: Iterable[Json], path: str, module: str, find: Callable[[str], str | None]) -> list[Json]:
    """The places of a file; a default that is imported has the value that it has where it stands.

    ``module`` is the file's own name, ``find`` gives the file of a module.
    """
    made: list[Json] = []
    for row in rows:
        row = {**row, "file": path}
        made.append(row)
        if row["imported"]:
            is_package = os.path.basename(path) == "__init__.py"
            home, _, name = absolute(row["imported"], module, is_package).rpartition(".")
            file = find(home) if home else None
            record = load(file, lambda text: None, imports=True) if file is not None else None
            if record is not None and name in record["constants"]:
                row["value"], kind = record["constants"][name]
                if not row["type"]:
                    row["type"], row["choices"] = kind, ["true", "false"] if kind == "bool" else []
    return made


def root_of(path: str) -> tuple[str, str]:
    """The folder from which a file's own modules are imported, and the file's name as a module."""
    top, name = os.path.split(path)
    name = name.removesuffix(".py")
    while os.path.isfile(os.path.join(top, "__init__.py")):
        top, package = os.path.split(top)
        name = package if name == "__init__" else f"{package}.{name}"
    return top, name


def absolute(dotted: str, module: str, is_package: bool) -> str:
    """A name as it is imported, without the dots in front.

    >>> absolute("..x.y", "a.b.c", False), absolute(".x", "a.b", True), absolute("x.y", "a", False)
    ('a.x.y', 'a.b.x', 'x.y')
    """
    level = len(dotted) - len(dotted.lstrip("."))
    if not level:
        return dotted
    parts = module.split(".") if is_package else module.split(".")[:-1]
    return ".".join([*parts[: len(parts) - (level - 1)], *filter(None, [dotted[level:]])])


def load(path: str, warn: Warn, *, imports: bool = False) -> Json | None:
    """What is known of a file. With ``imports`` also what a file without parameters imports; else such a file is None."""
    try:
        status = os.stat(path)
        stamp: Stamp = [os.path.realpath(path), status.st_mtime_ns, status.st_size, cache.tool()]
        kept = cache.get(stamp)
        if kept is None:
            with open(path, "rb") as file:
                data = file.read()
            from hyperparameter.tool import static

            if not imports and not static.mentions(data):
                return None
            kept = _as_json(_analysed(data))
            same = os.stat(path)
            if cache.is_settled(status.st_mtime_ns) and (same.st_mtime_ns, same.st_size) == (
                status.st_mtime_ns,
                status.st_size,
            ):
                cache.put(stamp, kept)
    except OSError as error:
        warn(f"{path}: {error.strerror or error}; left out")
        return None
    if kept["error"]:
        warn(f"{path}:{kept['error']}; left out")
    for text in kept["warnings"]:
        warn(f"{path}:{text}")
    return kept


def _analysed(data: bytes, launched: str = "") -> Record | str:
    """What the analysis finds, or why there is nothing: ``line:column: reason``."""
    from hyperparameter.tool import static

    try:
        return static.launched(data, launched) if launched else static.analyse(data)
    except SyntaxError as error:
        return f"{error.lineno or 1}:{error.offset or 1}: {error.msg}"
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return f"{line}:1: not {error.encoding}, which its encoding is said to be"
    except (LookupError, UnicodeError) as error:
        return f"1:1: {error}"


def launched(path: str, name: str) -> Json:
    """What a name of a file's module declares when it is launched from elsewhere; not kept."""
    try:
        with open(path, "rb") as file:
            return _as_json(_analysed(file.read(), name))
    except OSError as error:
        return _as_json(f"1:1: {error}")


def _as_json(record: Record | str) -> Json:
    if isinstance(record, str):
        return {
            "error": record, "warnings": [], "found": [], "programs": [], "launched": [], "functions": {}, "imports": [],
            "constants": {},
        }  # fmt: skip
    return {
        "error": "",
        "warnings": record.warnings,
        "found": [row._asdict() for row in record.found],
        "programs": [_program(program) for program in record.programs],
        "launched": record.launched,
        "functions": {name: _program(program) for name, program in record.functions.items()},
        "imports": sorted(set(record.imports)),
        "constants": record.constants,
    }


def _program(program: Program) -> Json:
    return {**program._asdict(), "arguments": [row._asdict() for row in program.arguments]}
