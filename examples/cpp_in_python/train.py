"""A training loop in Python whose engine, in C++, reads its own parameters.

    pip install hyperparameter pybind11
    cmake -S examples/cpp_in_python -B build && cmake --build build
    PYTHONPATH=build python examples/cpp_in_python/train.py
    PYTHONPATH=build python examples/cpp_in_python/train.py -D engine.threads=4 engine.clip=1

The engine declares ``engine.threads``, ``engine.clip`` and ``engine.far`` where it reads them: ``-D`` takes them, ``-lps``
lists them beside those of Python, and the loop sets one for a while by an ordinary ``with``.
"""

import engine

import hyperparameter as hp
from hyperparameter import auto_param, param_scope

POINTS = [0.1 * at for at in range(20)]


@auto_param("train")
def update(w: float, derivative: float, lr: float = 0.05) -> float:
    """One step downhill. Called by the engine, which sets a larger ``train.lr`` far from the goal."""
    return w - lr * derivative


@auto_param("train")
def train(steps: int = 20, warm_up: int = 3) -> float:
    """Fit ``y = 3x`` and return the weight."""
    w = 0.0
    values = [3 * x for x in POINTS]
    for step in range(steps):
        # The first steps are short ones, whatever clip is in force outside.
        with param_scope({"engine.clip": 0.5} if step < warm_up else {}):
            w = engine.step(w, engine.gradient(w, POINTS, values), update)
    return w


def main() -> None:
    """Train, and say what came of it."""
    print(f"weight {train():.6f}")


if __name__ == "__main__":
    hp.launch(main)
