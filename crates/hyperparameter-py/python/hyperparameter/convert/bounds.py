"""Bounds in ``Annotated``: ``Annotated[int, Range(1, 65535)]``, and those of other packages by what they call themselves."""
# What stands here is of any type: a checker that knows that much and no more is content.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from hyperparameter import _native
from hyperparameter.convert.marks import Converter, Mismatch, shown


class Range:
    """Bounds of a number (or of anything that compares), both ends included; ``gt`` and ``lt`` leave the end out.

    >>> from typing import Annotated
    >>> from hyperparameter.convert import converter
    >>> port = converter(Annotated[int, Range(1, 65535)])
    >>> port("8080")
    8080
    >>> port(70000)
    Traceback (most recent call last):
    ...
    hyperparameter.convert.marks.Mismatch: 70000 is more than 65535
    """

    __slots__ = ("ge", "gt", "le", "lt")

    def __init__(self, ge: Any = None, le: Any = None, *, gt: Any = None, lt: Any = None) -> None:
        if ge is None and le is None and gt is None and lt is None:
            raise TypeError("Range() takes at least one bound")
        self.ge, self.le, self.gt, self.lt = ge, le, gt, lt

    def __repr__(self) -> str:
        named = [f"{name}={getattr(self, name)!r}" for name in ("ge", "le", "gt", "lt")]
        return f"Range({', '.join(one for one in named if not one.endswith('=None'))})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Range) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash((self.ge, self.le, self.gt, self.lt))


class _Bound(NamedTuple):
    name: str
    limit: Any
    holds: Callable[[Any, Any], bool]
    complaint: str


# What does not compare (nan) is outside: each test says what must hold.
_BOUNDS: dict[str, tuple[Callable[[Any, Any], bool], str, str]] = {
    "ge": (operator.ge, "is less than", ">="),
    "gt": (operator.gt, "is not more than", ">"),
    "le": (operator.le, "is more than", "<="),
    "lt": (operator.lt, "is not less than", "<"),
    "multiple_of": (lambda value, limit: bool(value % limit == 0), "is no multiple of", "a multiple of"),
    "min_length": (lambda value, limit: len(value) >= limit, "has a length of less than", "of length >="),
    "max_length": (lambda value, limit: len(value) <= limit, "has a length of more than", "of length <="),
}


def _of(mark: Any) -> Iterable[_Bound]:
    """The bounds that one mark of ``Annotated`` sets; any other mark sets none."""
    if isinstance(mark, (str, bytes, int, float, type, _native.Node)) or mark is None:
        return
    for name, (test, complaint, _) in _BOUNDS.items():
        limit = getattr(mark, name, None)
        if limit is not None and not callable(limit):
            yield _Bound(name, limit, test, f"{complaint} {limit!r}")
    predicate = getattr(mark, "func", None)
    if type(mark).__name__ == "Predicate" and callable(predicate):
        yield _Bound(
            "predicate", predicate, _satisfies, f"does not satisfy {getattr(predicate, '__name__', predicate)}"
        )
    inner: Any = getattr(mark, "metadata", None)  # pydantic's Field
    if isinstance(inner, (list, tuple)):
        for one in inner:
            yield from _of(one)


def _satisfies(value: Any, predicate: Any) -> bool:
    return bool(predicate(value))


def bounded(converter: Converter | None, marks: tuple[Any, ...]) -> Converter | None:
    """The converter with what the marks of ``Annotated`` ask besides."""
    bounds = [bound for mark in marks for bound in _of(mark)]
    if not bounds:
        return converter
    base = converter or Converter("Any", lambda value: value)
    said = [f"{_BOUNDS[bound.name][2]} {bound.limit!r}" for bound in bounds if bound.name in _BOUNDS]
    wanted = f"{base.wanted} {' and '.join(said)}" if said else base.wanted

    def convert(value: Any) -> Any:
        made = base(value)
        if made is None:
            return made
        for bound in bounds:
            try:
                holds = bound.holds(made, bound.limit)
            except TypeError as error:
                raise Mismatch(f"{shown(made)} cannot be compared: {error}") from None
            if not holds:
                raise Mismatch(f"{shown(made)} {bound.complaint}")
        return made

    limits = {bound.name: bound.limit for bound in bounds if bound.name in _BOUNDS}
    return Converter(
        wanted, convert, null=base.null, maps=base.maps, plain=base.plain, schema=lambda to: to.bounded(base, limits)
    )
