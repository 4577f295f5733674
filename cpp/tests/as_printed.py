#!/usr/bin/env python3
"""What is printed in the documentation of C++ is true: its programs compile and run, its commands answer as shown.

    as_printed.py examples BUILD          the programs of examples/cpp, built in BUILD, print what their first comment says
    as_printed.py readme SCRATCH TARGET   cpp/README.md and the C++ of README.md; cargo builds in TARGET

In a README a block of C++ with a `main` is a program, and a text block after it is what it prints; another is a stretch
of a function. A block of CMake is the CMakeLists.txt of the program whose first line is `// hello.cpp`. A console block is
run as it stands, with a home folder of its own.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "--- the next command ---"
FLAGS = ["-std=c++17", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
# What a stretch of a function stands in.
FRAME = '#include <hyperparameter.h>\n\n#include <cassert>\n#include <thread>\n\nint main() {{\n#line {line} "{name}"\n{code}}}\n'

failures: list[str] = []


def said(what: str, before: int) -> None:
    if len(failures) == before:
        print(f"{what}: as printed")


def check(what: str, got: str, expected: str) -> None:
    if got != expected:
        failures.append(what)
        print(f"{what}: prints\n{got}and not\n{expected}", file=sys.stderr)


def run(command: list[str] | str, cwd: Path, env: dict[str, str], what: str, status: int | None = 0) -> str:
    ran = subprocess.run(
        command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, shell=isinstance(command, str),
        executable="/bin/bash" if isinstance(command, str) else None, timeout=1200, check=False,
    )  # fmt: skip
    if status is not None and ran.returncode != status:
        failures.append(what)
        print(f"{what}: status {ran.returncode}\n{ran.stdout[-4000:]}", file=sys.stderr)
    return ran.stdout


def commands(text: str) -> list[tuple[str, str]]:
    """Each command after `$ `, and the lines below it."""
    return re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE)


def examples(build: Path) -> None:
    folder = ROOT / "examples/cpp"
    env = {**os.environ, "PATH": f"{build}{os.pathsep}{os.environ['PATH']}"}
    for source in sorted(folder.glob("*.cpp")):
        comment = re.match(r"(?://.*\n)*", source.read_text(encoding="utf-8"))
        shown = "".join(
            f"{line[7:]}\n" for line in (comment[0] if comment else "").splitlines() if line.startswith("//     ")
        )
        found = commands(shown)
        if not found:
            failures.append(source.name)
            print(f"{source.name} does not say what it prints", file=sys.stderr)
        for command, expected in found:
            what, before = f"examples/cpp/{source.name}: {command}", len(failures)
            check(what, run(command, folder, env, what, None).replace(f"{folder}{os.sep}", ""), expected)
            said(what, before)


def readme(scratch: Path, target: Path) -> None:
    home = scratch / "home"
    hello = scratch / "hello"
    hello.mkdir(parents=True)
    (scratch / "hyperparameter").symlink_to(ROOT)
    real_home = Path.home()
    env = {
        **os.environ,
        "HOME": str(home),
        "CARGO_HOME": os.environ.get("CARGO_HOME", str(real_home / ".cargo")),
        "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(real_home / ".rustup")),
        "CARGO_TARGET_DIR": str(target),
    }
    for path in ("cpp/README.md", "README.md"):
        text = (ROOT / path).read_text(encoding="utf-8")
        blocks = [
            (f"{path}:{text.count(chr(10), 0, found.start()) + 2}", found[1], found[2])
            for found in BLOCK.finditer(text)
        ]
        for (where, language, code), (_, after, shown) in zip(blocks, [*blocks[1:], ("", "", "")], strict=True):
            before = len(failures)
            if language == "cpp":
                program(where, code, shown if after == "text" else "", scratch, env)
            elif language == "cmake":
                project(where, code, scratch, env)
            elif language == "console" and path.startswith("cpp/"):
                console(where, code, hello if "hello.cpp" in code else ROOT, env)
            else:
                continue
            said(where, before)


def program(where: str, code: str, expected: str, scratch: Path, env: dict[str, str]) -> None:
    if code.startswith("// hello.cpp\n"):
        (scratch / "hello/hello.cpp").write_text(code, encoding="utf-8")
    if not re.search(r"^int main\(", code, re.MULTILINE):
        name, line = where.split(":")
        code = FRAME.format(line=line, name=name, code=code)
    source = scratch / "block.cpp"
    source.write_text(code, encoding="utf-8")
    archive = next(target_of(env).glob("release/libhyperparameter_c.a"))
    native = shlex.split((archive.parent / "hyperparameter_c.native-libraries.txt").read_text(encoding="utf-8"))
    command = [
        "g++",
        *FLAGS,
        f"-I{ROOT}/cpp/include",
        str(source),
        str(archive),
        *native,
        "-pthread",
        "-o",
        str(scratch / "block"),
    ]
    run(command, scratch, env, where)
    check(
        where,
        run([str(scratch / "block")], scratch, env, where),
        expected or run([str(scratch / "block")], scratch, env, where),
    )


def target_of(env: dict[str, str]) -> Path:
    return Path(env["CARGO_TARGET_DIR"])


def project(where: str, code: str, scratch: Path, env: dict[str, str]) -> None:
    (scratch / "hello/CMakeLists.txt").write_text(code, encoding="utf-8")
    prefix = f"-DCMAKE_PREFIX_PATH={env['HOME']}/.local"
    for command in (
        ["cmake", "-S", "hello", "-B", "built", "--fresh", prefix],
        ["cmake", "--build", "built"],
        ["built/hello"],
    ):
        run(command, scratch, env, where)


def console(where: str, code: str, cwd: Path, env: dict[str, str]) -> None:
    found = commands(code)
    script = f"\necho '{MARK}'\n".join(command for command, _ in found)
    answers = run(f"set -e\n{script}", cwd, env, where).split(f"{MARK}\n")
    for (command, expected), got in zip(found, answers, strict=False):
        if expected:
            check(f"{where}: {command}", got, expected)


def options() -> None:
    """The table of options has each that there is, and no other."""
    text = (ROOT / "cpp/README.md").read_text(encoding="utf-8")
    source = (ROOT / "cpp/cmake/options.cmake").read_text(encoding="utf-8")
    there = set(re.findall(r"^(?:option|set|find_program)\(((?:HYPERPARAMETER|BUILD)_\w+)", source, re.MULTILINE))
    told = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    check("the options in cpp/README.md", f"{sorted(told)}\n", f"{sorted(there)}\n")
    manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
    version = re.findall(r'^version = "((\d+\.\d+)\.\d+)"', manifest, re.MULTILINE)[0]
    named = set(re.findall(r"find_package\(hyperparameter (\S+) |hyperparameter-dev_([\d.]+)_", text))
    check("the versions in cpp/README.md", f"{sorted(named)}\n", f"{[('', version[0]), (version[1], '')]}\n")


def main() -> int:
    match sys.argv[1:]:
        case ["examples", build]:
            examples(Path(build).resolve())
        case ["readme", scratch, target]:
            options()
            readme(Path(scratch).resolve(), Path(target).resolve())
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
