"""The parameters that Python source declares and reads, found by reading it: nothing of it is run.

The keys are those that the program has when it runs: an argument with a default of what ``@auto_param`` decorates
(rule P3), and a raw read, ``param_scope.a.b | 1``. What only the run knows, a computed segment, is ``*``.
"""

from __future__ import annotations

import ast

from hyperparameter.tool.reading.records import DECLARED, READ, Argument, Found, Program, Record
from hyperparameter.tool.reading.walk import Walk

__all__ = ["DECLARED", "READ", "Argument", "Found", "Program", "Record", "analyse", "launched", "mentions"]


def mentions(data: bytes) -> bool:
    """Whether a source can hold a parameter at all: most files of a project cannot, and need no parser."""
    return b"hyperparameter" in data or b"param_scope" in data or b"auto_param" in data


def analyse(data: bytes) -> Record:
    """What the source holds.

    Raises ``SyntaxError`` for what is no Python, ``UnicodeError`` or ``LookupError`` where the encoding is not what it says.

    >>> record = analyse(b'''
    ... from hyperparameter import auto_param, param_scope as ps
    ... @auto_param("train")
    ... def train(lr: float = 1e-3, *, steps=10):
    ...     return ps.model["width"] | 8
    ... ''')
    >>> [(found.key, found.default, found.type, found.line) for found in record.found]
    [('train.lr', '1e-3', 'float', 3), ('train.steps', '10', 'number', 3), ('model.width', '8', 'number', 5)]
    """
    text = _decoded(data)
    tree, walk = _parsed(text), Walk(text)
    try:
        walk.module(tree, mentions(data))
    except RecursionError:
        raise SyntaxError("too deeply nested") from None
    return walk.record


def launched(data: bytes, name: str) -> Record:
    """What is declared when another module launches a function or class of this one, by its name at the module's level.

    Raises as :func:`analyse` does.

    >>> launched(b"def main(lr=0.1): ...", "main").programs[0].arguments[0].key
    'main.lr'
    """
    text = _decoded(data)
    tree, walk = _parsed(text), Walk(text)
    walk.launched(tree, name)
    return walk.record


def _parsed(text: str) -> ast.Module:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the compiler thinks of the user's code is not asked here
        try:
            return ast.parse(text)
        except (ValueError, RecursionError, MemoryError) as error:
            raise SyntaxError(str(error) or "too deeply nested") from None


def _decoded(data: bytes) -> str:
    """The source as text, by its mark or its ``coding`` comment (PEP 263), else UTF-8."""
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8")
    for line in data.split(b"\n", 2)[:2]:
        stripped = line.lstrip(b" \t\f")
        if not stripped.startswith(b"#"):
            if stripped.strip():
                break
            continue
        _, mark, after = stripped.partition(b"coding")
        if mark and after[:1] in (b":", b"="):
            name = after[1:].lstrip(b" \t").decode("latin-1")
            end = next(
                (at for at, c in enumerate(name) if not (c.isascii() and (c.isalnum() or c in "-_."))), len(name)
            )
            if end:
                return data.decode(name[:end])
    return data.decode("utf-8")
