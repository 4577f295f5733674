"""One of several: ``Union``, ``Optional``, ``Literal``, ``Enum``; and paths."""
# What stands here is of any type: a checker that knows that much and no more is content.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hyperparameter.convert.marks import Converter, Mismatch, Text, name_of, problems_of, refuse, shown
from hyperparameter.convert.scalars import NULL, SCALARS


def union(members: list[Converter]) -> Converter:
    """The first member that takes a value as it is, else the first that can be made of it."""
    wanted = " | ".join(dict.fromkeys(member.wanted for member in members))
    null = any(member.null for member in members)
    some = [member for member in members if member is not NULL]
    # Text has no type yet: of `str | int` the number is the better reading, and any text is a string.
    for_text = sorted(some, key=lambda member: member.plain)

    def convert(value: Any) -> Any:
        text = isinstance(value, Text)
        made: list[Any] = []
        failed: list[tuple[Converter, Exception]] = []
        for member in for_text if text else some:
            try:
                one = member(value)
            except ValueError as error:
                failed.append((member, error))
                continue
            if text or one is value:
                return one
            made.append(one)  # a member that takes the value as it is comes before one that converts it
        if made:
            return made[0]
        raise _nearest(value, failed)

    only = some[0].exact if len(some) == 1 else None
    maps = any(member.maps for member in some)
    return Converter(wanted, convert, null=null, exact=only, maps=maps, schema=lambda to: to.any_of(members))


def _nearest(value: Any, failed: list[tuple[Converter, Exception]]) -> Exception:
    """What is told where no member takes a value: of a map, what is wrong with it as the nearest class."""
    if len(failed) == 1:
        return failed[0][1]
    classes = [one for one in failed if one[0].maps and isinstance(value, Mapping)]
    if classes:
        member, error = min(classes, key=lambda one: len(problems_of(one[1])))
        problems = problems_of(error)
        if len(classes) > 1:
            problems = [problem._replace(reason=f"{problem.reason} (as {member.wanted})") for problem in problems]
        return Mismatch(problems)
    return Mismatch("; ".join(dict.fromkeys(str(error) for _, error in failed)))


def _equals(value: Any, wanted: Any) -> bool:
    """Whether a value is this very one, or spells it."""
    if type(value) is type(wanted):
        return bool(value == wanted)
    simple = SCALARS.get(type(wanted))
    if simple is None or not isinstance(value, (bool, int, float, str)):
        return bool(value == wanted) and not isinstance(value, bool)
    if isinstance(value, bool) or isinstance(wanted, bool) and not isinstance(value, str):
        return False
    try:
        return bool(simple(value) == wanted)
    except ValueError:
        return False


def literal(values: tuple[Any, ...]) -> Converter:
    """One of these values, or what spells one."""
    wanted = f"Literal[{', '.join(map(repr, values))}]"

    def convert(value: Any) -> Any:
        if isinstance(value, Text):
            for one in values:  # a string as it stands, before a number that it spells
                if isinstance(one, str) and one == str(value):
                    return one
        for one in values:
            if one is not None and (value is one or _equals(value, one)):
                return one
        enums = (one for one in values if hasattr(type(one), "__members__"))
        for one in enums:
            if isinstance(value, str) and value == one.name:
                return one
        raise _none_of(value, [repr(one) for one in values], [one for one in values if isinstance(one, str)])

    return Converter(wanted, convert, null=None in values, schema=lambda to: to.one_of_values(values))


def enum(cls: Any) -> Converter:
    """A member by its name, then by its value."""

    def convert(value: Any) -> Any:
        if isinstance(value, cls):
            return value
        if isinstance(value, str):
            found = cls.__members__.get(str(value).strip())
            if found is not None:
                return found
        for member in cls:
            if _equals(value, member.value):
                return member
        if not isinstance(value, Text):
            try:
                return cls(value)  # flags, and what the class itself says of other values
            except (ValueError, TypeError):
                pass
        raise _none_of(value, list(cls.__members__), list(cls.__members__))

    null = any(member.value is None for member in cls)
    return Converter(name_of(cls), convert, null=null, schema=lambda to: to.enum(cls))


def _none_of(value: Any, names: list[str], near: list[str]) -> Mismatch:
    from hyperparameter import _native

    found = _native.nearest(str(value), near, 1) if isinstance(value, str) else []
    mean = f"; did you mean {found[0]!r}?" if found else ""
    return Mismatch(f"{shown(value)} is none of {', '.join(names)}{mean}")


def path(cls: Any) -> Converter:
    """A path of this class, from text or any other path."""
    import os

    def convert(value: Any) -> Any:
        if isinstance(value, cls):
            return value
        if isinstance(value, str):
            return cls(str(value))
        if isinstance(value, os.PathLike):
            return cls(value)
        return refuse(value, name_of(cls))

    return Converter(name_of(cls), convert, schema=lambda to: {"type": "string"})
