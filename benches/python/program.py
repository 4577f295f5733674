"""What a program costs before it does anything: `python benches/python/program.py`.

Interleaved starts of an interpreter that does nothing, one that imports the package, and a `launch` of one function; the
least of each, in milliseconds over the bare interpreter. Byte code is written first, as it is where a wheel is installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from time import perf_counter

ROUNDS = 40
HELLO = "import hyperparameter as hp\ndef main(lr: float = 0.1):\n    print(lr)\nhp.launch(main)\n"
TARGETS = {"import hyperparameter": 15.0, "launch, hello world": 45.0}


def main() -> None:
    """Print each least time, and its target."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as folder:
        hello = os.path.join(folder, "hello.py")
        with open(hello, "w", encoding="utf-8") as file:
            file.write(HELLO)
        lines = {
            "bare": ["-c", "pass"],
            "import hyperparameter": ["-c", "import hyperparameter"],
            "launch, hello world": [hello, "--lr", "3"],
        }
        least = dict.fromkeys(lines, float("inf"))
        for _ in range(ROUNDS):
            for name, words in lines.items():
                begin = perf_counter()
                subprocess.run([sys.executable, *words], stdout=subprocess.DEVNULL, check=True, env=env)
                least[name] = min(least[name], perf_counter() - begin)
    for name, target in TARGETS.items():
        print(f"{name:24} {(least[name] - least['bare']) * 1e3:6.1f} ms over bare Python (at most {target:.0f})")


if __name__ == "__main__":
    main()
