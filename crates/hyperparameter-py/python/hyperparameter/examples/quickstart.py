"""One function, its two parameters, and the ways to set them.

python -m hyperparameter.examples.quickstart                                              # the demo
python -m hyperparameter.examples.quickstart --define greet.name=Alice --enthusiasm=3     # the program
python -m hyperparameter.examples.quickstart -lps                                         # its parameters
python -m hyperparameter.examples.quickstart -ep greet.name                               # where a value comes from
"""

from __future__ import annotations

import sys
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

    title(
        "And the command line needs no code of its own",
        "--define greet.name=Erin --enthusiasm=3",
        prompt="$ quickstart",
    )
    launch(greet, ["--define", "greet.name=Erin", "--enthusiasm=3"])


def in_a_thread() -> None:
    """Call ``greet`` in a new thread and wait for it."""
    thread = Thread(target=greet)
    thread.start()
    thread.join()


def title(what: str, code: str, prompt: str = ">>>") -> None:
    """A heading, and the code that it is about."""
    print(f"\n# {what}\n{prompt} {code}")


def main() -> None:
    """The demo without arguments; with some, the program ``greet``."""
    if sys.argv[1:]:
        launch(greet)
    else:
        demo()


if __name__ == "__main__":
    main()
