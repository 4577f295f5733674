"""Builds the two modules of ``cpp_user`` (one of pybind11, one of nanobind) as somebody with an installed hyperparameter does.

What was built is kept in ``target/cpp_user``, by what went in: a second run, and another Python, build only what differs.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hyperparameter.include import get_include

ROOT = Path(__file__).resolve().parents[3]
SOURCES = Path(__file__).parent / "cpp_user"
CACHE = ROOT / "target" / "cpp_user"
COMPILER = os.environ.get("CXX") or shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")

needs_compiler = [
    pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="symbols are looked up as POSIX does"),
    pytest.mark.skipif(
        COMPILER is None, reason="there is no C++ compiler (c++, g++, clang++, or the one that CXX names)"
    ),
]


def asked(option: str) -> list[str]:
    """What ``python -m hyperparameter`` answers, as a shell would split it."""
    command = [sys.executable, "-m", "hyperparameter", option]
    return shlex.split(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compiled(*words: str) -> None:
    assert COMPILER is not None
    ran = subprocess.run([*shlex.split(COMPILER), *words], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def contents() -> str:
    """All that is compiled, but for the packages."""
    files = [*SOURCES.iterdir(), *Path(get_include()).rglob("*.h")]
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(files))


def made(name: str, key: str, *words: str) -> Path:
    """The object or module, made by the compiler with these words unless it was made before."""
    path = CACHE / key / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Two runs may do this at once.
        begun = path.with_name(f"{name}.{os.getpid()}")
        compiled("-o", str(begun), *words)
        begun.replace(path)
    return path


def build() -> dict[str, Path]:
    """The modules by name: ``with_pybind11``, ``with_nanobind``, and ``declares``, which has neither."""
    import nanobind
    import pybind11

    # Warnings of ours are errors; those of the packages are theirs.
    flags = ["-std=c++17", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra", "-Werror", *asked("--includes")]
    # Not with their optimiser: it takes most of the time, and they are not what is tested.
    python = ["-isystem", sysconfig.get_path("include"), "-O0"]
    of_python = [sys.version, importlib.metadata.version("nanobind"), importlib.metadata.version("pybind11")]
    own = digest(contents(), str(COMPILER))
    bound = digest(contents(), str(COMPILER), *of_python)
    nano = Path(nanobind.include_dir()).parent
    libnanobind = ["-isystem", str(nano / "include"), "-isystem", str(nano / "ext/robin_map/include")]
    jobs = {
        "engine.o": (own, ["-O1", *flags, "-c", str(SOURCES / "engine.cpp")]),
        "with_pybind11.o": (
            bound,
            [*flags, *python, "-isystem", pybind11.get_include(), "-c", str(SOURCES / "with_pybind11.cpp")],
        ),
        "declares.o": (bound, [*flags, *python, "-c", str(SOURCES / "declares.cpp")]),
        "with_nanobind.o": (bound, [*flags, *python, *libnanobind, "-c", str(SOURCES / "with_nanobind.cpp")]),
        "libnanobind.o": (
            digest(str(COMPILER), *of_python),
            [
                "-std=c++17",
                "-fPIC",
                "-fvisibility=hidden",
                "-fno-strict-aliasing",
                "-DNDEBUG",
                "-DNB_COMPACT_ASSERTIONS",
            ]
            + [*python, *libnanobind, "-c", str(nano / "src/nb_combined.cpp")],
        ),
    }
    with ThreadPoolExecutor(2) as pool:
        objects = dict(
            zip(jobs, pool.map(lambda name: str(made(name, jobs[name][0], *jobs[name][1])), jobs), strict=True)
        )
    link = ["-shared", *(["-undefined", "dynamic_lookup"] if sys.platform == "darwin" else [])]
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    libs = asked("--libs")
    linked = digest(bound, *libs)
    modules = {
        "with_pybind11": ("with_pybind11.o", "engine.o"),
        "with_nanobind": ("with_nanobind.o", "libnanobind.o", "engine.o"),
        "declares": ("declares.o",),
    }
    return {
        name: made(f"{name}{suffix}", linked, *link, *(objects[part] for part in parts), *libs)
        for name, parts in modules.items()
    }
