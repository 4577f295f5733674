"""The wheel has what C++ code is built with, says where it is, and a project outside is built with nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib import resources
from pathlib import Path

import cpp_modules
import pytest

import hyperparameter.include
import hyperparameter.lib
from hyperparameter.tool import main

ROOT = cpp_modules.ROOT
EXAMPLE = ROOT / "examples" / "cpp_in_python"
PACKAGE = ROOT / "crates" / "hyperparameter-py"
OWN = [path.relative_to(ROOT / "cpp" / "include") for path in sorted((ROOT / "cpp" / "include").rglob("*.h"))]
MATURIN = ROOT / ".venv" / "bin" / "maturin"
CMAKE = shutil.which("cmake")

needs_cmake = pytest.mark.skipif(CMAKE is None, reason="there is no cmake")


def run(*words: str | Path, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **environment}
    return subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, timeout=600)


def done(*words: str | Path, cwd: Path | None = None, **environment: str) -> str:
    ran = run(*words, cwd=cwd, **environment)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


# ---- what is there ---------------------------------------------------------------------------------------------------


def test_the_headers_are_those_of_the_project() -> None:
    for path in OWN:
        packaged = resources.files("hyperparameter.include").joinpath(*path.parts)
        source = (ROOT / "cpp" / "include" / path).read_text(encoding="utf-8")
        assert packaged.read_text(encoding="utf-8") == source, f"{path} is old here: make .venv/.native"


@pytest.mark.parametrize("option", ["--includes", "--libs", "--cmakedir"])
def test_each_option_prints_one_line(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([option]) == 0
    said = capsys.readouterr()
    assert said.out.count("\n") == 1 and said.err == ""


def test_a_word_too_many_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--libs", "static"]) == 2
    assert "--libs takes no further word, and there is 'static'" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--includes", "--libs", "--cmakedir"])
def test_an_installation_without_the_files_says_so(
    option: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for module in (hyperparameter.include, hyperparameter.lib):
        monkeypatch.setattr(module, "__file__", str(tmp_path / "__init__.py"))
    assert main([option]) == 2
    said = capsys.readouterr()
    assert said.out == "" and "install its wheel" in said.err and len(said.err.splitlines()) == 1


def test_a_path_with_a_space_is_quoted_for_a_shell(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "my files"
    folder.mkdir()
    (folder / "hyperparameter.h").touch()
    monkeypatch.setattr(hyperparameter.include, "__file__", str(folder / "__init__.py"))
    assert main(["--includes"]) == 0
    assert capsys.readouterr().out == f"'-I{folder}'\n"


# ---- a project outside -----------------------------------------------------------------------------------------------

PROGRAM = """
#include <hyperparameter.h>
#include <cstdio>
int main() {
    auto guard = WITH_PARAMS(a.b, 2);
    std::printf("%d %d\\n", GET_PARAM(a.b, 1), GET_PARAM(a.c, 1));
}
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel for this Python, from what the development install has compiled."""
    out = tmp_path_factory.mktemp("wheel")
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    done(
        MATURIN, "build", "--quiet", "--profile", "dev-fast", "--interpreter", sys.executable, "--out", out,
        cwd=PACKAGE, CARGO_TARGET_DIR=str(ROOT / "target" / f"py{version}"), HYPERPARAMETER_CARGO_PROFILE="dev-fast",
        HYPERPARAMETER_CARGO_TARGET_DIR=str(ROOT / "target" / "lib"),
    )  # fmt: skip
    (made,) = out.iterdir()
    return made


@pytest.fixture(scope="session")
def fresh(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and nothing else in it."""
    folder = tmp_path_factory.mktemp("fresh") / "env"
    venv.create(folder, symlinks=True)
    # A wheel of pure files: what pip does with it here, without the time that pip takes to be installed.
    (site,) = folder.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return folder


@pytest.fixture(scope="session")
def built(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, copied out of this project and built against the fresh environment."""
    assert CMAKE is not None
    folder = tmp_path_factory.mktemp("outside")
    shutil.copytree(EXAMPLE, folder / "source")
    import pybind11

    # The module of pybind11 that the project asks is the one of these tests.
    (site,) = fresh.glob("lib/python*/site-packages")
    (site / "pybind11.pth").write_text(str(Path(pybind11.__file__).parents[1]) + "\n")
    python = fresh / "bin" / "python"
    done(
        CMAKE,
        "-S",
        folder / "source",
        "-B",
        folder / "build",
        f"-DPython_EXECUTABLE={python}",
        "-DCMAKE_BUILD_TYPE=Debug",
    )
    done(CMAKE, "--build", folder / "build")
    return folder


needs_maturin = pytest.mark.skipif(not MATURIN.exists(), reason="the wheel is built by the maturin of .venv")


@needs_maturin
def test_the_wheel_has_the_headers_the_library_and_the_cmake_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for path in OWN:
        assert f"hyperparameter/include/{path}" in names
    shared = [name for name in names if re.fullmatch(r"hyperparameter/lib/libhyperparameter_c\.(so\.1|1\.dylib)", name)]
    assert len(shared) == 1
    cmake = "hyperparameter/lib/cmake/hyperparameter/"
    assert {name.removeprefix(cmake) for name in names if name.startswith(cmake)} == {
        "hyperparameter-config.cmake",
        "hyperparameter-config-version.cmake",
        "targets.cmake",
    }
    assert len(names) == len(set(names))


@needs_maturin
def test_a_source_distribution_has_what_the_library_is_built_from(tmp_path: Path) -> None:
    done(MATURIN, "sdist", "--out", tmp_path, cwd=PACKAGE)
    (archive,) = tmp_path.iterdir()
    names = {name.partition("/")[2] for name in done("tar", "-tzf", archive).splitlines()}
    assert {"cpp/Cargo.toml", "cpp/src/lib.rs", "cpp/build.rs", "cpp/cmake/wheel-config.cmake"} <= names
    assert {f"cpp/include/{path}" for path in OWN} <= names
    # The copies of a development install are no sources.
    assert not any(
        name.startswith(("python/hyperparameter/include/hyperparameter", "python/hyperparameter/lib/cmake"))
        for name in names
    )


@cpp_modules.needs_compiler[0]
@cpp_modules.needs_compiler[1]
def test_a_program_outside_python_is_built_by_a_shell_line_and_has_a_store_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "main.cpp").write_text(PROGRAM)
    line = '"$CXX_HERE" -std=c++17 $("$PYTHON" -m hyperparameter --includes) main.cpp $("$PYTHON" -m hyperparameter --libs) -o main'
    done("sh", "-c", line, cwd=tmp_path, CXX_HERE=str(cpp_modules.COMPILER), PYTHON=sys.executable)
    assert done(tmp_path / "main") == "2 1\n"


@needs_maturin
@needs_cmake
@cpp_modules.needs_compiler[1]
class TestTheExample:
    """``examples/cpp_in_python``, outside of this project, against the wheel in an environment of its own."""

    @staticmethod
    def train(built: Path, fresh: Path, *words: str) -> subprocess.CompletedProcess[str]:
        python = fresh / "bin" / "python"
        return run(python, built / "source" / "train.py", *words, PYTHONPATH=str(built / "build"), COLUMNS="200")

    def test_it_trains_as_its_parameters_say(self, built: Path, fresh: Path) -> None:
        weights = {}
        for words in ((), ("-D", "engine.threads=4"), ("-D", "engine.clip=1"), ("-D", "train.warm_up=0")):
            ran = self.train(built, fresh, *words)
            assert (ran.returncode, ran.stderr) == (0, "")
            weights[words[-1:]] = float(ran.stdout.split()[-1])
        default = weights[()]
        assert weights[("engine.threads=4",)] == pytest.approx(default)
        assert weights[("engine.clip=1",)] < default < weights[("train.warm_up=0",)] < 3.0

    def test_its_parameters_are_listed_beside_those_of_python(self, built: Path, fresh: Path) -> None:
        rows = [line.split()[0] for line in self.train(built, fresh, "-lps").stdout.splitlines()[1:]]
        assert rows == ["engine.clip", "engine.far", "engine.threads", "train.lr", "train.steps", "train.warm_up"]

    def test_a_value_of_a_wrong_type_is_one_line_and_status_2(self, built: Path, fresh: Path) -> None:
        ran = self.train(built, fresh, "-D", "engine.threads=1.5")
        assert ran.returncode == 2 and ran.stdout == ""
        assert "'engine.threads'" in ran.stderr and len(ran.stderr.splitlines()) == 1

    def test_installed_beside_the_package_it_finds_the_library_wherever_both_are_moved(
        self, built: Path, fresh: Path, tmp_path: Path
    ) -> None:
        moved = tmp_path / "moved"
        shutil.copytree(fresh, moved, symlinks=True)
        (site,) = moved.glob("lib/python*/site-packages")
        assert CMAKE is not None
        for place in (site, site / "package"):
            done(CMAKE, "--install", built / "build", "--prefix", place)
        (site / "package" / "__init__.py").touch()
        (library,) = fresh.glob("lib/python*/site-packages/hyperparameter/lib/libhyperparameter_c*")
        aside = library.with_name("aside")
        library.rename(aside)  # so that only the copy can be found
        try:
            for name in ("engine", "package.engine"):
                program = f"from {name} import gradient; print(gradient(0.0, [1.0], [1.0]))"
                assert done(moved / "bin" / "python", "-c", program) == "-2.0\n"
        finally:
            aside.rename(library)

    @pytest.mark.parametrize(
        ("asks", "said"),
        [
            ("COMPONENTS static", "has the component shared and not static"),
            ("99.0", "not compatible|version: |considered"),
        ],
    )
    def test_what_the_package_does_not_have_is_told_when_it_is_configured(
        self, fresh: Path, tmp_path: Path, asks: str, said: str
    ) -> None:
        text = f"cmake_minimum_required(VERSION 3.20)\nproject(p CXX)\nfind_package(hyperparameter {asks.replace('COMPONENTS', 'CONFIG REQUIRED COMPONENTS') if 'COMP' in asks else asks + ' CONFIG REQUIRED'})\n"
        (tmp_path / "CMakeLists.txt").write_text(text)
        where = done(fresh / "bin" / "python", "-m", "hyperparameter", "--cmakedir").strip()
        assert CMAKE is not None
        ran = run(CMAKE, "-S", tmp_path, "-B", tmp_path / "build", f"-Dhyperparameter_DIR={where}")
        assert ran.returncode != 0
        assert re.search(said, " ".join(ran.stderr.split()))


@cpp_modules.needs_compiler[0]
@pytest.mark.skipif(shutil.which("c++") is None, reason="there is no c++")
def test_the_module_of_the_documentation_does_what_stands_there(tmp_path: Path) -> None:
    text = (ROOT / "cpp" / "docs" / "python.md").read_text(encoding="utf-8")
    first = {
        kind: re.findall(rf"^```{kind}\n(.*?)^```$", text, re.M | re.S)[0]
        for kind in ("cpp", "console", "python", "text")
    }
    (tmp_path / "engine.cpp").write_text(first["cpp"])
    # `python` is this one.
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (tmp_path / "bin" / "python").chmod(0o755)
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done("sh", "-c", first["console"].removeprefix("$ "), cwd=tmp_path, PATH=path)
    assert done(sys.executable, "-c", first["python"], cwd=tmp_path) == first["text"]
