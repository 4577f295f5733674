"""Which files there are to read, and what is known of them: from the cache where a file is as it was.

The cache is a folder of small JSON files, one for each source: ``$XDG_CACHE_HOME/hyperparameter``, else the user's cache
folder. It can be deleted at any time; a file in it is written whole and put in place in one step.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator

from hyperparameter import __version__, key_hash

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` and `ast` are slow to import: a shell waits for what is read here
    from typing import Any

    from hyperparameter.tool.static import Program, Record

    Json = dict[str, Any]
    Stamp = list[str | int]

Warn = Callable[[str], None]
_SKIPPED = {"__pycache__", "node_modules", "site-packages"}
_MOST_FILES = 2_000  # of one program
_DAYS_KEPT = 30


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
        return list(_below(target))
    found: list[str] = []
    for place in _places(target):
        found += [place] if os.path.isfile(place) else _below(place)
    if not found:
        kind = "file or folder" if os.sep in target or target.endswith(".py") else "file, folder or package"
        raise NotFound(f"no {kind} {target!r}")
    return found


def _below(folder: str) -> Iterator[str]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _SKIPPED
            and not os.path.exists(os.path.join(here, name, "pyvenv.cfg"))
        )
        for name in sorted(names):
            if name.endswith(".py"):
                yield os.path.normpath(os.path.join(here, name))


def _places(dotted: str) -> list[str]:
    """The files or folders of a module or package: several folders for a namespace package."""
    if not all(name.isidentifier() for name in dotted.split(".")):
        return []
    for root in ("", "src"):
        place = module_file(root, dotted, whole=True)
        if place is not None:
            return [place]
    return _installed(dotted)


def _installed(dotted: str) -> list[str]:
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
            rows += [{**row, "file": path} for row in record["found"]]
    return rows


def load(path: str, warn: Warn, *, imports: bool = False) -> Json | None:
    """What is known of a file. With ``imports`` also what a file without parameters imports; else such a file is None."""
    try:
        status = os.stat(path)
        stamp: Stamp = [os.path.realpath(path), status.st_mtime_ns, status.st_size, _tool()]
        kept = _from_cache(stamp)
        if kept is None:
            with open(path, "rb") as file:
                data = file.read()
            from hyperparameter.tool import static

            if not imports and not static.mentions(data):
                return None
            kept = _as_json(_analysed(data))
            same = os.stat(path)
            # A file that may change again within the clock's grain is not kept.
            settled = time.time_ns() - status.st_mtime_ns > 50_000_000
            if settled and (same.st_mtime_ns, same.st_size) == (status.st_mtime_ns, status.st_size):
                _to_cache(stamp, kept)
    except OSError as error:
        warn(f"{path}: {error.strerror or error}; left out")
        return None
    if kept["error"]:
        warn(f"{path}:{kept['error']}; left out")
    for text in kept["warnings"]:
        warn(f"{path}:{text}")
    return kept


def _analysed(data: bytes) -> Record | str:
    """What the analysis finds, or why there is nothing: ``line:column: reason``."""
    from hyperparameter.tool import static

    try:
        return static.analyse(data)
    except SyntaxError as error:
        return f"{error.lineno or 1}:{error.offset or 1}: {error.msg}"
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return f"{line}:1: not {error.encoding}, which its encoding is said to be"
    except (LookupError, UnicodeError) as error:
        return f"1:1: {error}"


def _as_json(record: Record | str) -> Json:
    if isinstance(record, str):
        return {
            "error": record, "warnings": [], "found": [], "programs": [], "launched": [], "functions": {}, "imports": []
        }  # fmt: skip
    return {
        "error": "",
        "warnings": record.warnings,
        "found": [row._asdict() for row in record.found],
        "programs": [_program(program) for program in record.programs],
        "launched": record.launched,
        "functions": {name: _program(program) for name, program in record.functions.items()},
        "imports": sorted(set(record.imports)),
    }


def _program(program: Program) -> Json:
    return {**program._asdict(), "arguments": [row._asdict() for row in program.arguments]}


# ---- the cache -------------------------------------------------------------------------------------------------------


def folder() -> str:
    """The folder of the cache; empty if there is no place for one.

    >>> import os; os.environ["XDG_CACHE_HOME"] = "/tmp/somewhere"
    >>> folder()
    '/tmp/somewhere/hyperparameter'
    """
    given = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(given):
        return os.path.join(given, "hyperparameter")
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", "")
        return os.path.join(local, "hyperparameter", "Cache") if local else ""
    home = os.path.expanduser("~")
    if not os.path.isabs(home):
        return ""
    return os.path.join(home, "Library/Caches" if sys.platform == "darwin" else ".cache", "hyperparameter")


_tool_stamp: list[str] = []
_MADE_BY = (
    "static.py",
    "docstrings.py",
    "files.py",
    *(f"reading/{name}.py" for name in ("names", "resolve", "callables", "texts", "records", "walk")),
)


def _tool() -> str:
    """What the analysis is made by: a newer one, or another Python, makes an old result worthless."""
    if not _tool_stamp:
        here = os.path.dirname(__file__)
        parts = [__version__, f"{sys.version_info[0]}.{sys.version_info[1]}"]
        for name in _MADE_BY:
            try:
                status = os.stat(os.path.join(here, name))
                parts.append(f"{status.st_mtime_ns}:{status.st_size}")
            except OSError:
                parts.append("-")
        _tool_stamp.append(" ".join(parts))
    return _tool_stamp[0]


def _entry(path: str) -> str:
    base = folder()
    return os.path.join(base, f"{key_hash(_plain(path)):016x}.json") if base else ""


def _plain(path: str) -> str:
    """The path as a key: any text is hashed alike, those with characters that no key has by their numbers."""
    return "p" + path.encode("utf-8", "surrogatepass").hex()


def _from_cache(stamp: Stamp) -> Json | None:
    try:
        with open(_entry(str(stamp[0])), "rb") as file:
            kept = json.loads(file.read())
        return kept["record"] if kept["stamp"] == stamp else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _to_cache(stamp: Stamp, record: Json) -> None:
    """Keep it, or do without: a cache that cannot be written is no error."""
    path = _entry(str(stamp[0]))
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(temporary, "x", encoding="ascii") as file:
            file.write(json.dumps({"stamp": stamp, "record": record}))
        os.replace(temporary, path)
        if time.time_ns() % 64 == 0:
            _prune(os.path.dirname(path))
    except (OSError, ValueError):
        try:
            os.unlink(temporary)
        except (OSError, ValueError):
            pass


def _prune(base: str) -> None:
    """Take away what is a month old: its source may be gone, and if not it is read again."""
    oldest = time.time() - _DAYS_KEPT * 86_400
    with os.scandir(base) as entries:
        for entry in entries:
            if entry.stat().st_mtime < oldest:
                os.unlink(entry.path)


# ---- the files of a program ------------------------------------------------------------------------------------------


def program(path: str, warn: Warn) -> tuple[list[Json], list[Json]]:
    """What is known of a program: the places of its parameters, and the arguments of each function that it launches.

    Read are its file and the files of its own that it imports.

    Its own are those below its folder, or below that of the package in which it stands. A script without neighbours, which
    ``pip`` makes for an entry point, has those of the packages that it imports.
    """
    path = os.path.realpath(path)
    first = load(path, warn, imports=True)
    if first is None:
        return [], []
    top, name = _root(path)
    roots = [top]
    records = {path: first}
    names = {path: name}
    waiting = [path]
    known: dict[str, str | None] = {}
    while waiting and len(records) < _MOST_FILES:
        here = waiting.pop()
        is_package = os.path.basename(here) == "__init__.py"
        for wanted in records[here]["imports"]:
            dotted = _absolute(wanted, names[here], is_package)
            if here == path and dotted:
                _own_root(dotted.partition(".")[0], roots)
            for module in _with_parents(dotted):
                if module not in known:
                    known[module] = next(filter(None, (module_file(root, module) for root in roots)), None)
                file = known[module]
                if file is not None and file not in records:
                    record = load(file, warn, imports=True)
                    if record is not None:
                        records[file], names[file] = record, module
                        waiting.append(file)
    places = [{**row, "file": file} for file, record in records.items() for row in record["found"]]
    for here in [path, *(file for file in records if names[file] in first["imports"] or _imports(first, names[file]))]:
        is_package = os.path.basename(here) == "__init__.py"
        programs: list[Json] = list(records[here]["programs"])
        for wanted in records[here]["launched"]:
            module, _, function = _absolute(wanted, names[here], is_package).rpartition(".")
            one = records.get(known.get(module) or "", {}).get("functions", {}).get(function)
            programs += [] if one is None else [one]
        if programs:
            return places, programs
    return places, []


def _imports(record: Json, module: str) -> bool:
    """Whether a name of this module is imported: the function of an entry point."""
    return any(wanted.rpartition(".")[0] == module for wanted in record["imports"])


def _root(path: str) -> tuple[str, str]:
    """The folder from which a file's own modules are imported, and the file's name as a module."""
    top, name = os.path.split(path)
    name = name.removesuffix(".py")
    while os.path.isfile(os.path.join(top, "__init__.py")):
        top, package = os.path.split(top)
        name = package if name == "__init__" else f"{package}.{name}"
    return top, name


def _own_root(top: str, roots: list[str]) -> None:
    """The folder of an installed package that an entry point's script imports, as one more root."""
    if top in sys.stdlib_module_names or top == "hyperparameter" or any(module_file(root, top) for root in roots):
        return
    if not os.path.dirname(roots[0]) or os.path.basename(roots[0]) not in ("bin", "Scripts"):
        return
    for place in _installed(top):
        root = os.path.dirname(place)
        if root not in roots:
            roots.append(root)


def _absolute(dotted: str, module: str, is_package: bool) -> str:
    """A name as it is imported, without the dots in front.

    >>> _absolute("..x.y", "a.b.c", False), _absolute(".x", "a.b", True), _absolute("x.y", "a", False)
    ('a.x.y', 'a.b.x', 'x.y')
    """
    level = len(dotted) - len(dotted.lstrip("."))
    if not level:
        return dotted
    parts = module.split(".") if is_package else module.split(".")[:-1]
    return ".".join([*parts[: len(parts) - (level - 1)], *filter(None, [dotted[level:]])])


def _with_parents(dotted: str) -> list[str]:
    parts = dotted.split(".") if dotted else []
    return [".".join(parts[: n + 1]) for n in range(len(parts))]
