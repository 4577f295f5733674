"""Where the files of C++ are: what ``--includes``, ``--libs`` and ``--cmakedir`` print, one line for a shell."""

from __future__ import annotations

import shlex

from hyperparameter.tool import UsageError


def line(option: str) -> str:
    """The line of one option. Raises :class:`UsageError` where this installation has no such files.

    >>> line("--includes").startswith("-I")
    True
    """
    from hyperparameter import include, lib

    try:
        if option == "--cmakedir":
            return lib.get_cmake_dir()
        if option == "--includes":
            return shlex.quote(f"-I{include.get_include()}")
        # The file itself rather than -l: a wheel holds no link without a version. Found at run time where it is now.
        return f"{shlex.quote(lib.get_library())} {shlex.quote(f'-Wl,-rpath,{lib.get_lib()}')}"
    except FileNotFoundError as error:
        raise UsageError(str(error)) from None
