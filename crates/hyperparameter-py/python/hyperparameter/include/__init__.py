"""The headers of C++ and C, which the wheel brings along: ``c++ $(python -m hyperparameter --includes) ...``.

They stand in this package's folder, so :mod:`importlib.resources` finds them, too:

>>> from importlib import resources
>>> (resources.files("hyperparameter.include") / "hyperparameter.h").is_file()
True
"""

from __future__ import annotations

import os

__all__ = ["get_include"]


def get_include() -> str:
    """The folder to name after ``-I``: ``#include <hyperparameter.h>`` and ``#include <hyperparameter/c.h>`` are found in it.

    Raises ``FileNotFoundError`` where this installation was made without the files of C++.

    >>> import os
    >>> sorted(name for name in os.listdir(get_include()) if name.endswith(".h"))
    ['hyperparameter.h']
    """
    folder = os.path.dirname(os.path.abspath(__file__))
    header = os.path.join(folder, "hyperparameter.h")
    if not os.path.exists(header):
        raise FileNotFoundError(
            f"{header} is missing: this hyperparameter was installed without its files of C++; install its wheel"
        )
    return folder
