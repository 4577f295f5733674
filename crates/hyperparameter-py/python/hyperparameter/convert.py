"""What an annotation asks for (rule V4): a converter for each type, made when a value first needs it.

The table of the scalars is the core's; this module knows only what Python adds to it: ``Optional``, ``Union``, ``Literal``,
``Enum``, containers with items, paths, dataclasses, and classes that a value must be an instance of.
"""
# What stands here is of any type: a checker that knows that much and no more is content.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false, reportUnknownLambdaType=false
# pyright: reportUnknownParameterType=false

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hyperparameter import _native

MISSING: Any = object()
_DEEPEST = 100


class Text(str):
    """Text of unknown type (rule V3), on its way through a converter."""

    __slots__ = ()


class TextList(list[Any]):
    """A list on its way through a converter; what is inside may be text yet."""

    __slots__ = ()


class TextMap(dict[str, Any]):
    """A map on its way through a converter, as ``TextList``."""

    __slots__ = ()


class Mismatch(ValueError):
    """Why a value is not of the type asked for, without the key and the type: ``2.9 has a fraction``."""


class Converter:
    """Turns a value into the type that an annotation names.

    ``wanted`` is the type for a person, ``exact`` a type whose instances need no look, ``maps`` says that the sub-keys of a
    key without a value of its own make one.
    """

    __slots__ = ("_convert", "exact", "maps", "null", "plain", "wanted")

    def __init__(
        self,
        wanted: str,
        convert: Callable[[Any], Any],
        *,
        null: bool = False,
        exact: type | None = None,
        maps: bool = False,
        plain: bool = False,
    ) -> None:
        self.wanted = wanted
        self._convert = convert
        self.null = null
        self.exact = exact
        self.maps = maps
        self.plain = plain  # str itself: the text "null" is a string

    def __call__(self, value: Any) -> Any:
        """The value as the type asked for; raises ``Mismatch`` or what a class of the program raises."""
        if value is None or (isinstance(value, Text) and not self.plain and _is_null(value)):
            if self.null:
                return None
            raise Mismatch(f"null is no {self.wanted}; a type that can hold it is Optional[{self.wanted}]")
        made = self._convert(value)
        return _untyped(made) if type(made) in _MARKED else made

    def __repr__(self) -> str:
        return f"<converter to {self.wanted}>"


def _is_null(text: str) -> bool:
    return text.strip(" \t\n\r\f\v") in ("null", "None")


# ---- scalars: the core's table, and NumPy-like objects by what they say of themselves ----------------------------------


def _table(value: Any, ask: str) -> Any:
    try:
        return _native.convert(value, ask)
    except ValueError as error:
        raise Mismatch(str(error)) from None


def _known(value: Any) -> Any:
    """A NumPy-like scalar as the Python number it is; what the table knows, as it is."""
    if isinstance(value, (bool, int, float, str)) or getattr(value, "ndim", 0) != 0:
        return value
    kind = type(value)
    if hasattr(kind, "__index__"):
        return value.__index__()
    if getattr(getattr(value, "dtype", None), "kind", "") == "b":
        return bool(value)
    if hasattr(kind, "__float__"):
        return value.__float__()
    return value


def _to_bool(value: Any) -> Any:
    return value if isinstance(value, bool) else _table(_known(value), "bool")


def _to_int(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return _table(_known(value), "int")


def _to_float(value: Any) -> Any:
    return value if isinstance(value, float) else _table(_known(value), "float")


def _to_str(value: Any) -> Any:
    if isinstance(value, str):
        return str(value) if isinstance(value, Text) else value
    return _table(_known(value), "str")


_MARKED = (Text, TextList, TextMap)


def _untyped(value: Any) -> Any:
    """The literal that text spells, and at every depth of a list or map that came from text (rule V4)."""
    if type(value) is TextList:
        return [_untyped(item) for item in value]
    if type(value) is TextMap:
        return {name: _untyped(item) for name, item in value.items()}
    return _native.convert(value, "any") if isinstance(value, Text) else value


_SCALARS: dict[Any, Converter] = {
    bool: Converter("bool", _to_bool, exact=bool),
    int: Converter("int", _to_int, exact=int),
    float: Converter("float", _to_float, exact=float),
    str: Converter("str", _to_str, exact=str, plain=True),
}
_NULL = Converter("None", lambda value: _refuse(value, "None"), null=True)


def _kind(value: Any) -> str:
    if isinstance(value, Text):
        return "text"
    if isinstance(value, (TextList, TextMap)):
        return "list" if isinstance(value, TextList) else "dict"
    return type(value).__name__


def _refuse(value: Any, wanted: str) -> Any:
    shown = repr(str(value)) if isinstance(value, Text) else f"a {_kind(value)}"
    raise Mismatch(f"{shown} is no {wanted}")


# ---- the annotations ----------------------------------------------------------------------------------------------------

_kept: dict[Any, Converter | None] = {}


def converter(annotation: Any, default: Any = MISSING, names: Mapping[str, Any] | None = None) -> Converter | None:
    """The converter for an annotation, or ``None`` where it asks for nothing.

    ``names`` are those that the text of an annotation may use; a default of ``None`` makes it optional.

    >>> from hyperparameter.convert import converter
    >>> converter(list[int])((1, "2"))
    [1, 2]
    """
    if isinstance(annotation, type):
        simple = _SCALARS.get(annotation)
    else:
        simple = None
    if simple is None:
        found = _Reader(names or {}).read(annotation)
    else:
        found = simple
    if found is None or default is not None or found.null:
        return found
    return _kept_for(("optional", found), lambda: _union([found, _NULL]))


def _kept_for(token: Any, make: Callable[[], Converter | None]) -> Converter | None:
    """One converter for each annotation: an entry keeps its result under the converter's address."""
    try:
        return _kept[token]
    except KeyError:
        return _kept.setdefault(token, make())
    except TypeError:  # not hashable
        return make()


class _Reader:
    """Reads annotations with the names that are visible to one function."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = names
        self.depth = 0

    def read(self, annotation: Any) -> Converter | None:
        if isinstance(annotation, str):
            annotation = self.evaluate(annotation)
        if isinstance(annotation, type) and annotation in _SCALARS:
            return _SCALARS[annotation]
        if annotation is None or annotation is type(None):
            return _NULL
        self.depth += 1
        try:
            if self.depth > _DEEPEST:
                return None
            return _kept_for(("annotation", annotation, _exactly(annotation)), lambda: self.make(annotation))
        finally:
            self.depth -= 1

    def evaluate(self, text: str) -> Any:
        """The object that an annotation's text names; ``Any`` where it does not resolve."""
        simple = _BY_NAME.get(text)
        if simple is not None and text not in self.names:
            return simple
        try:
            return eval(text, {"__builtins__": __builtins__}, self.names)
        except Exception:
            return Any

    def make(self, annotation: Any) -> Converter | None:
        import typing

        if annotation is Any or annotation is object or isinstance(annotation, typing.TypeVar):
            return None
        if isinstance(annotation, typing.ForwardRef):
            return self.read(annotation.__forward_arg__)
        supertype = getattr(annotation, "__supertype__", None)  # NewType
        if supertype is not None:
            return self.read(supertype)
        if type(annotation).__name__ == "TypeAliasType":
            return self.read(annotation.__value__)
        if type(annotation).__name__ == "InitVar":
            return self.read(annotation.type)
        origin, args = typing.get_origin(annotation), typing.get_args(annotation)
        if type(origin).__name__ == "TypeAliasType":
            return None
        if origin is None:
            return self.of_class(annotation) if isinstance(annotation, type) else self.bare(annotation)
        if origin is typing.Union or origin is types.UnionType:
            members = [self.read(arg) for arg in args]
            if any(member is None for member in members):
                return None
            return _union([member for member in members if member is not None])
        if origin is typing.Literal:
            return _literal(args)
        if type(annotation).__name__ == "_AnnotatedAlias" or getattr(origin, "__name__", getattr(origin, "_name", "")) in (
            "Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly"
        ):  # fmt: skip
            return self.read(args[0])
        if origin is type:
            return Converter("type", lambda value: value if isinstance(value, type) else _refuse(value, "type"))
        return self.container(origin, args) or (self.of_class(origin) if isinstance(origin, type) else None)

    def bare(self, annotation: Any) -> Converter | None:
        origin = getattr(annotation, "__origin__", None)  # typing.List and the like, without arguments
        return self.of_class(origin) if isinstance(origin, type) else None

    def of_class(self, cls: type) -> Converter | None:
        """A class without arguments."""
        if cls in _SCALARS:
            return _SCALARS[cls]
        if getattr(cls, "_is_protocol", False) or cls is object:
            return None
        if hasattr(cls, "__total__") and issubclass(cls, dict):  # TypedDict
            return self.container(dict, ())
        container = self.container(cls, ())
        if container is not None:
            return container
        enum = sys.modules.get("enum")
        if enum is not None and isinstance(cls, enum.EnumMeta):
            return _enum(cls)
        pathlib = sys.modules.get("pathlib")
        if pathlib is not None and issubclass(cls, pathlib.PurePath):
            return _path(cls)
        os = sys.modules.get("os")
        if os is not None and cls is os.PathLike:
            import pathlib as paths

            return _path(paths.Path)
        if hasattr(cls, "__dataclass_fields__"):
            return self.dataclass(cls)
        if cls.__module__ == "collections.abc" and cls.__name__ == "Callable":
            return Converter("callable", lambda value: value if callable(value) else _refuse(value, "callable"))
        wanted = _name(cls)
        return Converter(wanted, lambda value: value if _is_instance(value, cls) else _refuse(value, wanted))

    def container(self, origin: Any, args: tuple[Any, ...]) -> Converter | None:
        wanted = _name(origin)
        if origin is tuple and args and not (len(args) == 2 and args[1] is ...):
            return self.fixed(() if args == ((),) else args)
        if origin in _MAPS:
            key, item = (self.read(args[0]), self.read(args[1])) if len(args) == 2 else (None, None)
            if args:
                wanted = f"{wanted}[{_wanted(key)}, {_wanted(item)}]"
            return Converter(wanted, _to_dict(origin, key, item), maps=True)
        if origin not in _LISTS:
            return None
        inner = self.read(args[0]) if args else None
        if args:
            wanted = f"{wanted}[{_wanted(inner)}{', ...' if origin is tuple else ''}]"
        make, accepts = _LISTS[origin]
        return Converter(wanted, lambda value: _items(value, wanted, accepts, make, inner))

    def fixed(self, args: tuple[Any, ...]) -> Converter:
        """A tuple with a type for each place."""
        inner = [self.read(arg) for arg in args]
        wanted = f"tuple[{', '.join(map(_wanted, inner)) or '()'}]"

        def convert(value: Any) -> Any:
            items = value if isinstance(value, tuple) else tuple(_parts(value, wanted))
            if len(items) != len(inner):
                raise Mismatch(f"{len(items)} items where {len(inner)} are wanted")
            new = [_at(index, one, item) for index, (one, item) in enumerate(zip(inner, items, strict=True))]
            same = isinstance(value, tuple) and all(a is b for a, b in zip(new, items, strict=True))
            return value if same else tuple(new)

        return Converter(wanted, convert)

    def dataclass(self, cls: Any) -> Converter:
        wanted = _name(cls)
        module = sys.modules.get(cls.__module__)
        names = {**self.names, **vars(module), cls.__name__: cls} if module else {**self.names, cls.__name__: cls}
        fields: dict[str, Converter | None] = {}

        def convert(value: Any) -> Any:
            if isinstance(value, cls):
                return value
            if not fields:  # at the first value: a dataclass may name itself
                reader = _Reader(names)
                for name, field in cls.__dataclass_fields__.items():
                    kind = getattr(getattr(field, "_field_type", None), "name", "")
                    if field.init and kind != "_FIELD_CLASSVAR":
                        fields[name] = reader.read(field.type)
            given: dict[str, Any] = {}
            for name, item in _pairs(value, wanted):
                if name not in fields:
                    raise Mismatch(f"{wanted} has no field {str(name)!r}")
                given[str(name)] = _at(name, fields[name], item)
            return cls(**given)

        return Converter(wanted, convert, maps=True)


def _exactly(annotation: Any) -> Any:
    """What tells annotations apart that compare equal: ``Literal[1]`` and ``Literal[True]``; text names depend on the place."""
    text = repr(annotation)
    return object() if "ForwardRef" in text or "'" in text and "Literal" not in text else text


def _name(kind: Any) -> str:
    return str(getattr(kind, "__qualname__", kind)).rpartition("<locals>.")[2]


def _wanted(inner: Converter | None) -> str:
    return "Any" if inner is None else inner.wanted


def _is_instance(value: Any, cls: type) -> bool:
    try:
        return isinstance(value, cls)
    except TypeError:
        return True  # a class that refuses the question is no annotation


def _at(where: object, inner: Converter | None, item: Any) -> Any:
    try:
        return _untyped(item) if inner is None else inner(item)
    except ValueError as error:
        raise Mismatch(f"at {where}: {error}") from None


# ---- unions, literals, enums, paths -------------------------------------------------------------------------------------


def _union(members: list[Converter]) -> Converter:
    wanted = " | ".join(dict.fromkeys(member.wanted for member in members))
    null = any(member.null for member in members)
    some = [member for member in members if member is not _NULL]
    # Text has no type yet: of `str | int` the number is the better reading, and any text is a string.
    for_text = sorted(some, key=lambda member: member.plain)

    def convert(value: Any) -> Any:
        text = isinstance(value, Text)
        made, reasons = [], []
        for member in for_text if text else some:
            try:
                one = member(value)
            except ValueError as error:
                reasons.append(str(error))
                continue
            if text or one is value:
                return one
            made.append(one)  # a member that takes the value as it is comes before one that converts it
        if made:
            return made[0]
        raise Mismatch("; ".join(dict.fromkeys(reasons)))

    only = some[0].exact if len(some) == 1 else None
    return Converter(wanted, convert, null=null, exact=only, maps=any(m.maps for m in some), plain=False)


def _equals(value: Any, wanted: Any) -> bool:
    """Whether a value is this very one, or spells it."""
    if type(value) is type(wanted):
        return bool(value == wanted)
    simple = _SCALARS.get(type(wanted))
    if simple is None or not isinstance(value, (bool, int, float, str)):
        return bool(value == wanted) and not isinstance(value, bool)
    if isinstance(value, bool) or isinstance(wanted, bool) and not isinstance(value, str):
        return False
    try:
        return bool(simple(value) == wanted)
    except ValueError:
        return False


def _literal(values: tuple[Any, ...]) -> Converter:
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
        raise Mismatch(f"{_shown(value)} is none of {', '.join(map(repr, values))}")

    return Converter(wanted, convert, null=None in values)


def _shown(value: Any) -> str:
    return repr(str(value)) if isinstance(value, Text) else repr(value)


def _enum(cls: Any) -> Converter:
    wanted = _name(cls)

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
        raise Mismatch(f"{_shown(value)} is none of {', '.join(cls.__members__)}")

    return Converter(wanted, convert, null=any(member.value is None for member in cls))


def _path(cls: Any) -> Converter:
    import os

    def convert(value: Any) -> Any:
        if isinstance(value, cls):
            return value
        if isinstance(value, str):
            return cls(str(value))
        if isinstance(value, os.PathLike):
            return cls(value)
        return _refuse(value, _name(cls))

    return Converter(_name(cls), convert)


# ---- containers ---------------------------------------------------------------------------------------------------------


def _lists() -> dict[Any, tuple[Callable[[Iterable[Any]], Any], tuple[type, ...]]]:
    from collections import abc

    return {
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


_LISTS = _lists()
_MAPS: tuple[Any, ...] = (dict, Mapping, sys.modules["collections.abc"].MutableMapping)


def _parts(value: Any, wanted: str) -> Iterable[Any]:
    if isinstance(value, Text):
        items: list[Any] = _table(value, "list")
        return items
    if isinstance(value, (list, tuple, set, frozenset)):
        return value
    if isinstance(value, str) or not hasattr(type(value), "__iter__") or isinstance(value, Mapping):
        _refuse(value, wanted)
    to_list = getattr(value, "tolist", None)
    if getattr(value, "ndim", 1) == 1 and to_list is not None:  # NumPy-like arrays
        listed: list[Any] = to_list()
        return listed
    return _refuse(value, wanted) if hasattr(type(value), "__next__") else list(value)


def _items(
    value: Any, wanted: str, accepts: tuple[type, ...], make: Callable[..., Any], inner: Converter | None
) -> Any:
    plain = not isinstance(value, str)
    if plain and isinstance(value, accepts):
        if inner is None or not isinstance(value, (list, tuple, set, frozenset)):
            return value
        new = [_at(index, inner, item) for index, item in enumerate(value)]
        return value if all(a is b for a, b in zip(new, value, strict=True)) else make(new)
    return make([_at(index, inner, item) for index, item in enumerate(_parts(value, wanted))])


def _pairs(value: Any, wanted: str) -> Iterable[tuple[Any, Any]]:
    if isinstance(value, Text):
        value = _table(value, "map")
    if not isinstance(value, Mapping):
        _refuse(value, wanted)
    pairs: Iterable[tuple[Any, Any]] = value.items()
    return pairs


def _to_dict(origin: Any, key: Converter | None, item: Converter | None) -> Callable[[Any], Any]:
    wanted = f"{_name(origin)}"

    def convert(value: Any) -> Any:
        if isinstance(value, origin) and key is None and item is None:
            return value
        old = list(_pairs(value, wanted))
        new = {}
        same = isinstance(value, origin)
        for name, one in old:
            made = name if key is None else _at(name, key, Text(name) if isinstance(name, str) else name)
            if isinstance(made, Text):
                made = str(made)
            kept = _at(name, item, one)
            same = same and kept is one and made == name
            new[made] = kept
        return value if same else new

    return convert


def laid_over(default: Any, given: dict[Any, Any]) -> dict[Any, Any]:
    """What is given over a default: each leaf of it is the default of its own key (rule K5).

    The default is a dictionary, or a dataclass of which some fields are given; with any other default, what is given is all.
    """
    if isinstance(default, dict):
        old = default
    elif hasattr(type(default), "__dataclass_fields__"):
        fields = type(default).__dataclass_fields__.items()
        old = {name: getattr(default, name) for name, field in fields if field.init and hasattr(default, name)}
    else:
        return given
    new = {
        name: laid_over(old[name], one) if isinstance(one, dict) and name in old else one for name, one in given.items()
    }
    if all(name in given for name in old) and all(new[name] is one for name, one in given.items()):
        return given
    return {**old, **new}


_BY_NAME: dict[str, Any] = {"bool": bool, "int": int, "float": float, "str": str, "None": type(None)}
