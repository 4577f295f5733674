"""Bounds in ``Annotated``: ``Annotated[int, Range(1, 65535)]``, and those of other packages by what they call themselves."""

from __future__ import annotations

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
    holds: Callable[[Any], bool]
    complaint: str


def _bounds() -> dict[str, tuple[Callable[[Any, Any], bool], str]]:
    # What does not compare (nan) is outside: each test says what must hold.
    return {
        "ge": (lambda value, limit: value >= limit, "is less than"),
        "gt": (lambda value, limit: value > limit, "is not more than"),
        "le": (lambda value, limit: value <= limit, "is more than"),
        "lt": (lambda value, limit: value < limit, "is not less than"),
        "multiple_of": (lambda value, limit: value % limit == 0, "is no multiple of"),
        "min_length": (lambda value, limit: len(value) >= limit, "has a length of less than"),
        "max_length": (lambda value, limit: len(value) <= limit, "has a length of more than"),
    }


_BOUNDS = _bounds()


def _of(mark: Any) -> Iterable[_Bound]:
    """The bounds that one mark of ``Annotated`` sets; any other mark sets none."""
    if isinstance(mark, (str, bytes, int, float, type, _native.Node)) or mark is None:
        return
    for name, (test, complaint) in _BOUNDS.items():
        limit = getattr(mark, name, None)
        if limit is not None and not callable(limit):
            yield _Bound(
                name, limit, lambda value, test=test, limit=limit: test(value, limit), f"{complaint} {limit!r}"
            )
    func = getattr(mark, "func", None)
    if type(mark).__name__ == "Predicate" and callable(func):
        said = getattr(func, "__name__", repr(func))
        yield _Bound("predicate", None, func, f"does not satisfy {said}")
    inner = getattr(mark, "metadata", None)  # pydantic's Field
    if isinstance(inner, (list, tuple)):
        for one in inner:
            yield from _of(one)


def bounded(converter: Converter | None, marks: tuple[Any, ...]) -> Converter | None:
    """The converter with what the marks of ``Annotated`` ask besides."""
    bounds = [bound for mark in marks for bound in _of(mark)]
    if not bounds:
        return converter
    base = converter or Converter("Any", lambda value: value)
    short = {"ge": ">= {}", "gt": "> {}", "le": "<= {}", "lt": "< {}", "multiple_of": "a multiple of {}",
             "min_length": "of length >= {}", "max_length": "of length <= {}"}  # fmt: skip
    said = [short[bound.name].format(repr(bound.limit)) for bound in bounds if bound.name in short]
    wanted = f"{base.wanted} {' and '.join(said)}" if said else base.wanted

    def convert(value: Any) -> Any:
        made = base(value)
        if made is None:
            return made
        for bound in bounds:
            try:
                holds = bound.holds(made)
            except TypeError as error:
                raise Mismatch(f"{shown(made)} cannot be compared: {error}") from None
            if not holds:
                raise Mismatch(f"{shown(made)} {bound.complaint}")
        return made

    limits = {bound.name: bound.limit for bound in bounds}
    return Converter(
        wanted, convert, null=base.null, maps=base.maps, plain=base.plain, schema=lambda to: to.bounded(base, limits)
    )
