"""One function, its two parameters, and the ways to set them.

python -m hyperparameter.examples.quickstart                                              # the demo
python -m hyperparameter.examples.quickstart --define greet.name=Alice --enthusiasm=3     # the program
python -m hyperparameter.examples.quickstart -lps                                         # its parameters
python -m hyperparameter.examples.quickstart -ep greet.name                               # where a value comes from
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from hyperparameter import auto_param, frozen_snapshot, launch, param_scope


@auto_param("greet")
def greet(name: str = "World", enthusiasm: int = 1) -> None:
    """Say hello.

    Both arguments are parameters, ``greet.name`` and ``greet.enthusiasm`` (how many exclamation marks).
    """
    print(f"Hello, {name}{'!' * enthusiasm}")


def demo() -> None:
    """Show each way once, with what it prints."""
    title("A default, declared where it is used", "greet()")
    greet()

    title("A scope overrides it from outside", 'with param_scope({"greet.name": "Alice"}): greet()')
    with param_scope({"greet.name": "Alice"}):
        greet()

        title(
            "Scopes nest: the inner one wins", 'with param_scope({"greet.name": "Bob", "greet.enthusiasm": 2}): greet()'
        )
        with param_scope({"greet.name": "Bob", "greet.enthusiasm": 2}):
            greet()

        title("At its end the outer one is back", "greet()")
        greet()

        title("Read it anywhere by its name, or set it for the rest of the scope", "param_scope.greet.enthusiasm = 3")
        param_scope.greet.enthusiasm = 3
        print("enthusiasm is", param_scope.greet.enthusiasm | 1)
        greet()

        title("An explicit argument wins over all of them", 'greet("Carol")')
        greet("Carol")

    title(
        "A new thread starts from the defaults ...",
        'with param_scope({"greet.name": "Dave"}): Thread(target=greet).start()',
    )
    with param_scope({"greet.name": "Dave"}):
        in_a_thread()
        with frozen_snapshot():  # what is published below ends with this block
            title("... until the values are published for every thread", "param_scope.frozen()")
            param_scope.frozen()
            in_a_thread()

    with TemporaryDirectory() as folder:
        on_the_command_line(Path(folder))


def on_the_command_line(folder: Path) -> None:
    """The same function as a program: each line is a process of its own, started in a folder that is thrown away."""
    title("A function is a program: no code is written for it", "", prompt="")
    shell(folder, "-D greet.name=Erin --enthusiasm=3")

    title("A configuration file sets parameters, the command line goes before it", "", prompt="")
    (folder / "hello.toml").write_text('[greet]\nname = "Frank"\nenthusiasm = 2\n', encoding="utf-8")
    shell(folder, "-C hello.toml")
    shell(folder, "-C hello.toml -D greet.name=Grace")

    title("Where does a value come from, and what does it hide?", "", prompt="")
    shell(folder, "-ep greet.name -C hello.toml -D greet.name=Grace")

    title("A typing error is found before the program runs", "", prompt="")
    shell(folder, "-D greet.nmae=Heidi")

    title("What a run used is written down, and the run repeated from it", "", prompt="")
    shell(folder, "-C hello.toml --enthusiasm=1 --save-params used.toml")
    print("$ cat used.toml")
    print((folder / "used.toml").read_text(encoding="utf-8"), end="")
    shell(folder, "-C used.toml")


def shell(folder: Path, words: str) -> None:
    """Run the program with these words, and show the line, what it prints, and a status that is not 0."""
    print(f"$ quickstart {words}", flush=True)
    line = [sys.executable, "-m", "hyperparameter.examples.quickstart", *words.split()]
    ran = subprocess.run(line, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    print(ran.stdout, end="")
    if ran.returncode:
        print(f"(exit status {ran.returncode})")


def in_a_thread() -> None:
    """Call ``greet`` in a new thread and wait for it."""
    thread = Thread(target=greet)
    thread.start()
    thread.join()


def title(what: str, code: str, prompt: str = ">>>") -> None:
    """A heading, and the code that it is about."""
    print(f"\n# {what}" + (f"\n{prompt} {code}" if prompt else ""))


def main() -> None:
    """The demo without arguments; with some, the program ``greet``."""
    if sys.argv[1:]:
        launch(greet)
    else:
        demo()


if __name__ == "__main__":
    main()
