"""Values from outside the code, converted to what their parameters ask for before the program runs (rule V5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hyperparameter as hp
from hyperparameter import _native
from hyperparameter.cli.arguments import EMPTY
from hyperparameter.cli.words import Definition, UsageError
from hyperparameter.parameters import converters

_SHOWN = 5  # errors of one run, each of up to four lines


def check() -> None:
    """Refuse what files, environment and command line set and does not convert to what is declared for its key.

    Nothing is marked as read, and what converts is kept for the run. Raises :class:`UsageError` that names them all.
    """
    wrong: list[tuple[str, str, str, tuple[str, int, int] | None]] = []
    asked: set[str] = set()
    import gc

    for auto in gc.get_objects():
        if type(auto) is _native.Auto:
            wrong += _native.unfit(auto)
            asked.update(row[1] for row in _native.declarations(auto))
    # A leaf of a dictionary that is a default, or what was read in place.
    wrong += _native.unfit_in_place(asked)
    if wrong:
        from hyperparameter.loader.errors import excerpt

        once = dict.fromkeys(text + _mend(key, wanted) + excerpt(place) for key, text, wanted, place in wrong)
        more = [f"… and {len(once) - _SHOWN} more values do not convert"] if len(once) > _SHOWN else []
        raise UsageError("\n".join([*list(once)[:_SHOWN], *more]))


def _mend(key: str, wanted: str) -> str:
    defaults = [each.value for each in hp.param_scope.explain(key).defaults]
    such = f", such as {defaults[0]!r}" if defaults and isinstance(defaults[0], (int, float, str, list)) else ""
    return f"; give {article(wanted)} {wanted}{such}" if len(such) < 60 else f"; give {article(wanted)} {wanted}"


def article(noun: str) -> str:
    """``an int``, ``a float``."""
    return "an" if noun[:1] in "aeiouAEIOU" else "a"


def required(fn: Callable[..., Any], name: str, word: Definition) -> Any:
    """The value of an argument without default: converted if it has an annotation, else the word as it stands.

    Raises :class:`UsageError`.
    """
    from hyperparameter import convert

    (converter,) = converters(fn, [(name, EMPTY)])
    if converter is None:
        return word.text
    try:
        return converter(convert.Text(word.text))
    except Exception as error:  # a class of the program may raise what it likes
        reason = f" ({error})" if str(error) else ""
        raise UsageError(
            f"{name}: {word.text!r} does not convert to {converter.wanted}{reason}; "
            f"it was given by {word.place}; give {article(converter.wanted)} {converter.wanted}"
        ) from None
