"""A training loop whose parts declare their own parameters, and a sweep over them in threads.

    python examples/train_loop/main.py
    python examples/train_loop/main.py -D train.steps=20 sgd.lr=0.2 model.width=2

Nothing is passed down: the optimiser's learning rate is declared in the optimiser, and the sweep sets it from outside.
"""

from concurrent.futures import ThreadPoolExecutor

import hyperparameter as hp
from hyperparameter import auto_param, param_scope


@auto_param("model")
class Model:
    """``y = w·x``, with ``width`` weights that all start at ``init``."""

    def __init__(self, width: int = 4, init: float = 0.0):
        self.weights = [init] * width

    def gradient(self, x: float, y: float) -> tuple[float, list[float]]:
        """The squared error at one point, and its derivative by each weight."""
        error = sum(self.weights) * x - y
        return error * error, [2 * error * x] * len(self.weights)


@auto_param("sgd")
def sgd_step(weights: list[float], gradient: list[float], lr: float = 0.05, clip: float = 10.0) -> list[float]:
    """One step downhill; ``clip`` bounds each derivative."""
    return [w - lr * max(-clip, min(clip, g)) for w, g in zip(weights, gradient, strict=True)]


@auto_param("train")
def train(steps: int = 10) -> float:
    """Fit ``y = 3x`` at x = 1 and return the last loss."""
    model = Model()
    loss = 0.0
    for _ in range(steps):
        loss, gradient = model.gradient(x=1.0, y=3.0)
        model.weights = sgd_step(model.weights, gradient)
    return loss


def sweep(rates: list[float]) -> list[float]:
    """Train once per learning rate, each in a thread of a pool.

    A pool's threads know nothing of this scope: ``bind`` carries it to them, and each run adds its own rate.
    """

    def run(lr: float) -> float:
        with param_scope({"sgd.lr": lr}):
            return train()

    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(param_scope.bind(run), rates))


def main() -> None:
    """Train with the parameters in force, then sweep over three learning rates."""
    print(f"as given: loss {train():.6f}")
    rates = [0.01, 0.05, 0.1]
    for lr, loss in zip(rates, sweep(rates), strict=True):
        print(f"lr {lr}: loss {loss:.6f}")


if __name__ == "__main__":
    hp.launch(main)
