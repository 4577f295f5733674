"""Values on their way through a converter, what is wrong with one, and the converter itself."""
# What stands here is of any type: a checker that knows that much and no more is content.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from hyperparameter import _native

MISSING: Any = object()
# So many problems of one value are told: more would only push the first off the screen.
_MOST = 100


class Text(str):
    """Text of unknown type (rule V3), on its way through a converter."""

    __slots__ = ()


class TextList(list[Any]):
    """A list on its way through a converter; what is inside may be text yet."""

    __slots__ = ()


class TextMap(dict[str, Any]):
    """A map on its way through a converter, as ``TextList``."""

    __slots__ = ()


_MARKED = (Text, TextList, TextMap)


class Problem(NamedTuple):
    """One thing that is wrong with a value: where in it, what, and the type wanted there.

    ``kind`` is ``"value"``, or ``"unknown"`` and ``"missing"`` for a field of a class.
    """

    path: tuple[str, ...]
    reason: str
    wanted: str = ""
    value: Any = MISSING
    kind: str = "value"
    near: tuple[str, ...] = ()


class Mismatch(ValueError):
    """Why a value is not of the type asked for, without the key and the type: ``2.9 has a fraction``.

    ``problems`` are all that were found.
    """

    def __init__(self, reason: str | Iterable[Problem]) -> None:
        self.problems = [Problem((), reason)] if isinstance(reason, str) else list(reason)
        super().__init__("; ".join(dict.fromkeys(map(_told, self.problems))))

    def named(self, wanted: str, value: Any) -> Mismatch:
        """The same, which says of what is wrong with the value as a whole what it is and what was wanted."""
        self.problems = [
            problem if problem.path or problem.wanted else problem._replace(wanted=wanted, value=value)
            for problem in self.problems
        ]
        return self


def _told(problem: Problem) -> str:
    return f"at {'.'.join(problem.path)}: {problem.reason}" if problem.path else problem.reason


def problems_of(error: Exception) -> list[Problem]:
    """What an error says is wrong; a class of the program may raise what it likes."""
    if isinstance(error, Mismatch):
        return error.problems
    name, said = type(error).__name__, str(error)
    return [Problem((), said if said and isinstance(error, ValueError) else f"{name}: {said}" if said else name)]


def below(where: object, error: Exception) -> list[Problem]:
    """What is wrong with a part, as a part of the whole."""
    return [problem._replace(path=(str(where), *problem.path)) for problem in problems_of(error)]


class Converter:
    """Turns a value into the type that an annotation names.

    ``wanted`` is the type for a person, ``exact`` a type whose instances need no look, ``maps`` says that the sub-keys of a
    key without a value of its own make one. ``schema`` gives the JSON Schema of the values that it takes, as
    ``hyperparameter.schema`` calls it; without one any value is taken.
    """

    __slots__ = ("_convert", "exact", "maps", "null", "plain", "schema", "wanted")

    def __init__(
        self,
        wanted: str,
        convert: Callable[[Any], Any],
        *,
        null: bool = False,
        exact: type | None = None,
        maps: bool = False,
        plain: bool = False,
        schema: Callable[[Any], dict[str, Any]] | None = None,
    ) -> None:
        self.wanted = wanted
        self._convert = convert
        self.null = null
        self.exact = exact
        self.maps = maps
        self.plain = plain  # str itself: the text "null" is a string
        self.schema = schema

    def __call__(self, value: Any) -> Any:
        """The value as the type asked for; raises ``Mismatch`` or what a class of the program raises."""
        if value is None or (isinstance(value, Text) and not self.plain and is_null(value)):
            if self.null:
                return None
            reason = f"null is no {self.wanted}; a type that can hold it is Optional[{self.wanted}]"
            raise Mismatch(reason).named(self.wanted, value)
        try:
            made = self._convert(value)
        except Mismatch as mismatch:
            mismatch.named(self.wanted, value)
            raise
        return untyped(made) if type(made) in _MARKED else made

    def __repr__(self) -> str:
        return f"<converter to {self.wanted}>"


def is_null(text: str) -> bool:
    """Whether text spells null (rule V4)."""
    return text.strip(" \t\n\r\f\v") in ("null", "None")


def table(value: Any, ask: str) -> Any:
    """A value by the core's table."""
    try:
        return _native.convert(value, ask)
    except ValueError as error:
        raise Mismatch(str(error)) from None


def untyped(value: Any) -> Any:
    """The literal that text spells, and at every depth of a list or map that came from text (rule V4)."""
    if type(value) is TextList:
        return [untyped(item) for item in value]
    if type(value) is TextMap:
        return {name: untyped(item) for name, item in value.items()}
    return _native.convert(value, "any") if isinstance(value, Text) else value


def converted(parts: Iterable[tuple[object, Converter | None, Any]]) -> list[Any]:
    """Each part of a value (where it stands, what is asked, what it is), converted. All that is wrong is told together."""
    made: list[Any] = []
    problems: list[Problem] = []
    for where, inner, item in parts:
        try:
            made.append(untyped(item) if inner is None else inner(item))
        except Exception as error:
            problems += below(where, error)
            if len(problems) >= _MOST:
                break
    if problems:
        raise Mismatch(problems)
    return made


def same(new: Iterable[Any], old: Iterable[Any]) -> bool:
    """Whether no part was changed, so that the value is handed over as it is."""
    return all(a is b for a, b in zip(new, old, strict=True))


def name_of(kind: Any) -> str:
    """A class as a person calls it."""
    return str(getattr(kind, "__qualname__", kind)).rpartition("<locals>.")[2]


def wanted_of(inner: Converter | None) -> str:
    """What is asked of a part."""
    return "Any" if inner is None else inner.wanted


def shown(value: Any) -> str:
    """A value in a message."""
    return repr(str(value)) if isinstance(value, Text) else repr(untyped(value))


def refuse(value: Any, wanted: str) -> Any:
    """The value is of another kind altogether."""
    marked: dict[Any, str] = {Text: "text", TextList: "list", TextMap: "dict"}
    kind = marked.get(type(value), type(value).__name__)
    raise Mismatch(f"{shown(value) if isinstance(value, Text) else f'a {kind}'} is no {wanted}")
