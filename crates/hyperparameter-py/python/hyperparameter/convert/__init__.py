"""What an annotation asks for (rule V4): a converter for each type, made when a value first needs it.

The table of the scalars is the core's; this package knows only what Python adds to it. One converter serves the arguments
of ``@auto_param``, the command line, the fields of a ``loader.load(…, schema=Cls)``, and says what a JSON Schema says of it.

``marks``: values on their way, what is wrong with one, the converter itself. ``scalars``, ``choices`` (unions, literals,
enums, paths), ``containers``, ``times``, ``bounds``, ``records`` (dataclasses and the like): one room for each kind of type.
``annotations`` reads an annotation and finds its room.
"""

from __future__ import annotations

from hyperparameter.convert.annotations import converter, laid_over
from hyperparameter.convert.marks import MISSING, Converter, Mismatch, Problem, Text, TextList, TextMap

__all__ = [
    "MISSING",
    "Converter",
    "Mismatch",
    "Problem",
    "Text",
    "TextList",
    "TextMap",
    "converter",
    "laid_over",
]
