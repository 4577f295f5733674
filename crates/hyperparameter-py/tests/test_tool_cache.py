"""What ``hp`` keeps of sources: it is never older than they are, and nothing depends on it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hyperparameter.tool import cache, files, programs, static

HEAD = "from hyperparameter import param_scope as ps\n"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "hyperparameter"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a file that is a minute old, so that it is kept."""
    folder = tmp_path / "app"
    folder.mkdir()
    minute = [60]

    def write(name: str, text: str) -> Path:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        minute[0] -= 1
        for each in (path, path.parent):
            then = path.stat().st_mtime - minute[0]
            os.utime(each, (then, then))
        return path

    return write


def keys(path: Path) -> list[str]:
    return sorted(row["key"] for row in programs.program(str(path), lambda text: None)[0])


def test_a_second_look_reads_no_source(write: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("main.py", HEAD + "ps.a | 1\n")
    assert keys(path) == ["a"]

    def fail(data: bytes) -> static.Record:
        raise AssertionError("read again")

    monkeypatch.setattr(static, "analyse", fail)
    assert keys(path) == ["a"]
    assert [row["key"] for row in files.found([str(path)], lambda text: None)] == ["a"]


def test_a_change_of_any_file_of_a_program_is_seen(write: Callable[[str, str], Path]) -> None:
    write("part.py", HEAD + "ps.b | 1\n")
    path = write("main.py", HEAD + "import part\nps.a | 1\n")
    assert keys(path) == ["a", "b"]
    write("part.py", HEAD + "ps.c | 1\n")
    assert keys(path) == ["a", "c"]
    write("main.py", HEAD + "ps.a | 1\n")
    assert keys(path) == ["a"]


@pytest.mark.parametrize("name", ["later.py", "later/__init__.py"])
def test_a_module_that_comes_to_be_there_is_seen(write: Callable[[str, str], Path], name: str) -> None:
    path = write("main.py", HEAD + "import later\nps.a | 1\n")
    assert keys(path) == ["a"]
    write(name, HEAD + "ps.new | 1\n")
    assert keys(path) == ["a", "new"]


def test_a_module_that_goes_is_seen(write: Callable[[str, str], Path]) -> None:
    part = write("part.py", HEAD + "ps.b | 1\n")
    path = write("main.py", HEAD + "import part\nps.a | 1\n")
    assert keys(path) == ["a", "b"]
    part.unlink()
    assert keys(path) == ["a"]


def test_warnings_are_kept_too(write: Callable[[str, str], Path]) -> None:
    write("part.py", HEAD + "def f(:\n")
    path = write("main.py", HEAD + "import part\n")
    said: list[str] = []
    for _ in range(2):
        programs.program(str(path), said.append)
    assert len(said) == 2 and said[0] == said[1] and "part.py:2:7" in said[0]


@pytest.mark.parametrize("data", [b"", b"\x00", b"garbage", b"\xfb\x01\x00\x00\x00"])
def test_a_damaged_file_of_the_cache_is_made_anew(
    write: Callable[[str, str], Path], own_cache: Path, data: bytes
) -> None:
    path = write("main.py", HEAD + "ps.a | 1\n")
    assert keys(path) == ["a"]
    kept = list(own_cache.iterdir())
    assert len(kept) == 2
    for one in kept:
        one.write_bytes(data)
    assert keys(path) == ["a"]
    assert all(one.read_bytes() != data for one in kept)


def test_without_a_place_for_it_everything_is_read(
    write: Callable[[str, str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a_file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a_file"))
    assert keys(write("main.py", HEAD + "ps.a | 1\n")) == ["a"]


def test_a_file_that_has_just_been_written_is_not_kept(tmp_path: Path, own_cache: Path) -> None:
    path = tmp_path / "new.py"
    path.write_text(HEAD + "ps.a | 1\n")
    now = time.time() + 5  # however long the next line takes
    os.utime(path, (now, now))
    assert keys(path) == ["a"]
    assert not own_cache.exists() or not list(own_cache.iterdir())


def test_the_cache_is_its_owners_alone(write: Callable[[str, str], Path], own_cache: Path) -> None:
    keys(write("main.py", HEAD + "ps.a | 1\n"))
    assert own_cache.stat().st_mode & 0o077 == 0


def test_what_the_tool_is_made_of_is_part_of_the_stamp() -> None:
    folder = Path(cache.__file__).parent
    parts = set(cache.MADE_BY)
    assert all((folder / name).exists() for name in parts)
    assert {f"reading/{path.name}" for path in (folder / "reading").glob("[!_]*.py")} <= parts
