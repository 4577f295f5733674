"""The shared library of C++ and C, and its CMake package, which the wheel brings along.

A module written in C++ is linked with it (``c++ ... $(python -m hyperparameter --libs)``, or in CMake
``find_package(hyperparameter CONFIG)`` with ``-Dhyperparameter_DIR=$(python -m hyperparameter --cmakedir)``). In a process
where ``hyperparameter`` is imported, the module then uses the store of Python; elsewhere, one of its own.

>>> get_library().startswith(get_lib())
True
"""

from __future__ import annotations

import os
import sys

__all__ = ["get_cmake_dir", "get_lib", "get_library", "load"]

_NAMES = {"darwin": "libhyperparameter_c.1.dylib", "win32": "hyperparameter_c.dll"}


def get_lib() -> str:
    """The folder of the shared library.

    Raises ``FileNotFoundError`` where this installation was made without the files of C++, as do the others here.

    >>> import os
    >>> os.path.basename(get_lib())
    'lib'
    """
    return os.path.dirname(get_library())


def get_library() -> str:
    """The path of the shared library itself, for a linker's command line.

    >>> "hyperparameter_c" in get_library()
    True
    """
    return _existing(_NAMES.get(sys.platform, "libhyperparameter_c.so.1"))


def get_cmake_dir() -> str:
    """The folder of the CMake package: the value for ``hyperparameter_DIR``.

    >>> import os
    >>> os.path.exists(os.path.join(get_cmake_dir(), "hyperparameter-config.cmake"))
    True
    """
    return os.path.dirname(_existing(os.path.join("cmake", "hyperparameter", "hyperparameter-config.cmake")))


def load() -> None:
    """Load the shared library into this process, for a module that does not say where it is.

    A module that CMake or ``--libs`` linked knows the way. For one that was built on another machine, call this before its
    import.

    >>> load()
    """
    import ctypes

    ctypes.CDLL(get_library())


def _existing(name: str) -> str:
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    if not os.path.exists(path):
        raise FileNotFoundError(
            f"{path} is missing: this hyperparameter was installed without its files of C++; install its wheel"
        )
    return path
