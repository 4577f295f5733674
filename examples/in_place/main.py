"""Parameters read in place: no declaration, no argument passed through, a default beside each use.

python examples/in_place/main.py
python examples/in_place/main.py -D "layers=[64, 32]" layers.1=16
"""

import hyperparameter as hp
from hyperparameter import param_scope


def build(depth: int) -> list[int]:
    """The width of each layer: its own parameter, else 8."""
    return [param_scope.layers[i] | 8 for i in range(depth)]


def main() -> None:
    """Show the widths, and how an inner scope changes one layer and leaves the others."""
    print("widths", build(2))
    with param_scope(**{"layers.0": 128}):
        print("inside", build(2))
    print("after", build(2))


if __name__ == "__main__":
    hp.launch(main)
