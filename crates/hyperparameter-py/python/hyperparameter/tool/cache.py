"""What was found in a source, kept until the source changes.

The cache is a folder of small files, one for each source: ``$XDG_CACHE_HOME/hyperparameter``, else the user's cache
folder. It can be deleted at any time; a file in it is written whole and put in place in one step. They are written by
``marshal``, as Python's own ``.pyc`` files are and with the same trust: only their owner can write them, another Python
does not read them, and reading them imports nothing (``json`` costs 8 ms more at every press of the tab key).
"""

from __future__ import annotations

import marshal
import os
import sys
import time

from hyperparameter import __version__, key_hash

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` is slow to import
    from typing import Any

    Json = dict[str, Any]
    Stamp = list[str | int]

_DAYS_KEPT = 30
_READING = ("names", "resolve", "callables", "texts", "records", "walk")
MADE_BY = [
    "static.py",
    "docstrings.py",
    "files.py",
    "programs.py",
    "cache.py",
    *(f"reading/{name}.py" for name in _READING),
]


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
_PARTS = (
    "static.py",
    "docstrings.py",
    "files.py",
    *(f"reading/{name}.py" for name in ("names", "resolve", "callables", "texts", "records", "walk")),
)


def tool() -> str:
    """What the analysis is made by: a newer one, or another Python, makes an old result worthless."""
    if not _tool_stamp:
        here = os.path.dirname(__file__)
        parts = [__version__, f"{sys.version_info[0]}.{sys.version_info[1]}"]
        for name in MADE_BY:
            try:
                status = os.stat(os.path.join(here, name))
                parts.append(f"{status.st_mtime_ns}:{status.st_size}")
            except OSError:
                parts.append("-")
        _tool_stamp.append(" ".join(parts))
    return _tool_stamp[0]


def _entry(path: str) -> str:
    base = folder()
    return os.path.join(base, f"{key_hash(_plain(path)):016x}.found") if base else ""


def _plain(path: str) -> str:
    """The path as a key: any text is hashed alike, those with characters that no key has by their numbers."""
    return "p" + path.encode("utf-8", "surrogatepass").hex()


def get(stamp: Stamp) -> Json | None:
    """What was kept of a file that is still as its stamp says."""
    try:
        with open(_entry(str(stamp[0])), "rb") as file:
            kept = marshal.loads(file.read())
        return kept["record"] if kept["stamp"] == stamp else None
    except (OSError, ValueError, EOFError, KeyError, TypeError):
        return None


def put(stamp: Stamp, record: Json) -> None:
    """Keep it, or do without: a cache that cannot be written is no error."""
    path = _entry(str(stamp[0]))
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(temporary, "xb") as file:
            file.write(marshal.dumps({"stamp": stamp, "record": record}))
        os.replace(temporary, path)
        if time.time_ns() % 64 == 0:
            _prune(os.path.dirname(path))
    except (OSError, ValueError):
        try:
            os.unlink(temporary)
        except (OSError, ValueError):
            pass


def is_settled(mtime_ns: int) -> bool:
    """Whether a change from now on would show in the time of a file: one may change twice within the clock's grain."""
    return time.time_ns() - mtime_ns > 50_000_000


def _prune(base: str) -> None:
    """Take away what is a month old: its source may be gone, and if not it is read again."""
    oldest = time.time() - _DAYS_KEPT * 86_400
    with os.scandir(base) as entries:
        for entry in entries:
            if entry.name.endswith((".found", ".tmp")) and entry.stat().st_mtime < oldest:
                os.unlink(entry.path)
