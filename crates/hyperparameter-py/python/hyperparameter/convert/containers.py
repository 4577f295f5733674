"""Lists, tuples, sets and maps, with what is asked of their items."""
# What stands here is of any type: a checker that knows that much and no more is content.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections import abc
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hyperparameter.convert.marks import (
    Converter,
    Mismatch,
    Text,
    TextMap,
    converted,
    name_of,
    refuse,
    same,
    table,
    wanted_of,
)

_Make = Callable[[Iterable[Any]], Any]
# What is made, and what is taken as it is.
LISTS: dict[Any, tuple[_Make, tuple[type, ...]]] = {
    list: (list, (list,)),
    tuple: (tuple, (tuple,)),
    set: (set, (set,)),
    frozenset: (frozenset, (frozenset,)),
    abc.Sequence: (list, (list, tuple, abc.Sequence)),
    abc.MutableSequence: (list, (list, abc.MutableSequence)),
    abc.Iterable: (list, (abc.Iterable,)),
    abc.Collection: (list, (abc.Collection,)),
    abc.Set: (set, (abc.Set,)),
    abc.MutableSet: (set, (abc.MutableSet,)),
}
MAPS: tuple[Any, ...] = (dict, Mapping, abc.MutableMapping)
_SETS = (set, frozenset, abc.Set, abc.MutableSet)


def of_items(origin: Any, asked: bool, inner: Converter | None) -> Converter:
    """A list, a set or a tuple of any length."""
    wanted = name_of(origin)
    if asked:
        wanted = f"{wanted}[{wanted_of(inner)}{', ...' if origin is tuple else ''}]"
    make, accepts = LISTS[origin]

    def convert(value: Any) -> Any:
        if not isinstance(value, str) and isinstance(value, accepts):
            if inner is None or not isinstance(value, (list, tuple, set, frozenset)):
                return value
            new = converted((at, inner, item) for at, item in enumerate(value))
            return value if same(new, value) else _made(make, new, wanted)
        return _made(make, converted((at, inner, item) for at, item in enumerate(_parts(value, wanted))), wanted)

    return Converter(wanted, convert, schema=lambda to: to.items(inner, unique=origin in _SETS))


def _made(make: _Make, items: list[Any], wanted: str) -> Any:
    try:
        return make(items)
    except TypeError as error:  # a list in a set
        raise Mismatch(f"{error}, so no {wanted} is made of it") from None


def fixed(inner: list[Converter | None]) -> Converter:
    """A tuple with a type for each place."""
    wanted = f"tuple[{', '.join(map(wanted_of, inner)) or '()'}]"

    def convert(value: Any) -> Any:
        items = value if isinstance(value, tuple) else tuple(_parts(value, wanted))
        if len(items) != len(inner):
            raise Mismatch(f"{len(items)} items where {len(inner)} are wanted")
        new = converted((at, one, item) for at, (one, item) in enumerate(zip(inner, items, strict=True)))
        return value if isinstance(value, tuple) and same(new, items) else tuple(new)

    return Converter(wanted, convert, schema=lambda to: to.places(inner))


def _parts(value: Any, wanted: str) -> Iterable[Any]:
    if isinstance(value, Text):
        items: list[Any] = table(value, "list")
        return items
    if isinstance(value, (list, tuple, set, frozenset)):
        return value
    if isinstance(value, str) or not hasattr(type(value), "__iter__") or isinstance(value, Mapping):
        refuse(value, wanted)
    to_list = getattr(value, "tolist", None)
    if getattr(value, "ndim", 1) == 1 and to_list is not None:  # NumPy-like arrays
        listed: list[Any] = to_list()
        return listed
    return refuse(value, wanted) if hasattr(type(value), "__next__") else list(value)


def pairs(value: Any, wanted: str) -> list[tuple[Any, Any]]:
    """The members of a map, or of text that spells one."""
    if isinstance(value, Text):
        value = table(value, "map")
    if not isinstance(value, Mapping):
        refuse(value, wanted)
    return list(value.items())


def of_pairs(origin: Any, asked: bool, key: Converter | None, item: Converter | None) -> Converter:
    """A map."""
    plain = name_of(origin)
    wanted = f"{plain}[{wanted_of(key)}, {wanted_of(item)}]" if asked else plain

    def convert(value: Any) -> Any:
        if isinstance(value, origin) and key is None and item is None:
            return value
        old = pairs(value, plain)
        names = converted((name, key, Text(name) if key and isinstance(name, str) else name) for name, _ in old)
        new = converted((name, item, one) for name, one in old)
        if isinstance(value, origin) and type(value) is not TextMap:
            if same(new, (one for _, one in old)) and all(a == b for a, (b, _) in zip(names, old, strict=True)):
                return value
        return dict(zip((str(name) if isinstance(name, Text) else name for name in names), new, strict=True))

    return Converter(wanted, convert, maps=True, schema=lambda to: to.members(key, item))
