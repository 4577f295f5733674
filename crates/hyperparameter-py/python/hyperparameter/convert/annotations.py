"""Reads an annotation: finds the room of ``convert`` that makes its converter, and keeps one converter for each."""
# What stands here is of any type: a checker that knows that much and no more is content.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Mapping
from typing import Any

from hyperparameter.convert import choices, containers
from hyperparameter.convert.marks import MISSING, Converter, Mismatch, name_of, refuse
from hyperparameter.convert.scalars import NULL, SCALARS

_DEEPEST = 100
_BY_NAME: dict[str, Any] = {"bool": bool, "int": int, "float": float, "str": str, "None": type(None)}
_WRAPPERS = ("Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly")

_kept: dict[Any, Converter | None] = {}


def converter(
    annotation: Any,
    default: Any = MISSING,
    names: Mapping[str, Any] | None = None,
    *,
    extra: str = "forbid",
    resolved: bool = False,
) -> Converter | None:
    """The converter for an annotation, or ``None`` where it asks for nothing.

    ``names`` are those that the text of an annotation may use; a default of ``None`` makes it optional. With
    ``extra="ignore"`` names that are no fields of a class are passed over. An annotation whose names do not resolve asks for nothing,
    or with ``resolved`` takes no value.

    >>> from hyperparameter.convert import converter
    >>> converter(list[int])((1, "2"))
    [1, 2]
    """
    simple = SCALARS.get(annotation) if isinstance(annotation, type) else None
    found = simple or Reader(names or {}, extra, resolved).read(annotation)
    return found if found is None or default is not None else optional(found)


def optional(found: Converter) -> Converter:
    """The same, or null."""
    if found.null:
        return found
    made = _kept_for(("optional", found), lambda: choices.union([found, NULL]))
    return made or found


def _kept_for(token: Any, make: Callable[[], Converter | None]) -> Converter | None:
    """One converter for each annotation: an entry keeps its result under the converter's address."""
    try:
        return _kept[token]
    except KeyError:
        return _kept.setdefault(token, make())
    except TypeError:  # not hashable
        return make()


class Reader:
    """Reads annotations with the names that are visible to one function or class."""

    def __init__(self, names: Mapping[str, Any], extra: str = "forbid", resolved: bool = False) -> None:
        self.names = names
        self.extra = extra
        self.resolved = resolved
        self.depth = 0

    def seeing(self, names: Mapping[str, Any]) -> Reader:
        """One that reads in the same way with other names."""
        return Reader(names, self.extra, self.resolved)

    def read(self, annotation: Any) -> Converter | None:
        """The converter for an annotation, or ``None`` where it asks for nothing."""
        if isinstance(annotation, str):
            annotation = self.evaluate(annotation)
        if isinstance(annotation, type) and annotation in SCALARS:
            return SCALARS[annotation]
        if annotation is None or annotation is type(None):
            return NULL
        if isinstance(annotation, _Unresolved):
            return Converter("what it is annotated with", annotation.refuse, null=True)
        self.depth += 1
        try:
            if self.depth > _DEEPEST:
                return None
            exactly = _exactly(annotation)
            if exactly is None:
                return self.make(annotation)
            return _kept_for((self.extra, self.resolved, annotation, exactly), lambda: self.make(annotation))
        finally:
            self.depth -= 1

    def evaluate(self, text: str) -> Any:
        """The object that an annotation's text names; ``Any`` where it does not resolve."""
        simple = _BY_NAME.get(text)
        if simple is not None and text not in self.names:
            return simple
        try:
            return eval(text, {"__builtins__": __builtins__}, self.names)
        except Exception as error:
            return _Unresolved(f"its annotation {text!r} does not resolve: {error}") if self.resolved else Any

    def make(self, annotation: Any) -> Converter | None:
        """A new converter."""
        import typing

        if annotation is Any or annotation is object or isinstance(annotation, typing.TypeVar):
            return None
        if isinstance(annotation, typing.ForwardRef):
            return self.forward(annotation)
        supertype = getattr(annotation, "__supertype__", None)  # NewType
        if supertype is not None:
            return self.read(supertype)
        if type(annotation).__name__ == "TypeAliasType":
            return self.read(annotation.__value__)
        if type(annotation).__name__ == "InitVar":
            return self.read(annotation.type)
        origin, args = typing.get_origin(annotation), typing.get_args(annotation)
        if type(origin).__name__ == "TypeAliasType":
            return self.read(substituted(origin.__value__, dict(zip(origin.__type_params__, args, strict=False))))
        if origin is None:
            return self.of_class(annotation, ()) if isinstance(annotation, type) else self.bare(annotation)
        if origin is typing.Union or origin is types.UnionType:
            return self.union(args)
        if origin is typing.Literal:
            return choices.literal(args)
        if getattr(annotation, "__metadata__", None) is not None:
            from hyperparameter.convert.bounds import bounded

            return bounded(self.read(args[0]), annotation.__metadata__)
        if getattr(origin, "__name__", getattr(origin, "_name", "")) in _WRAPPERS:
            return self.read(args[0])
        if origin is type:
            return Converter("type", lambda value: value if isinstance(value, type) else refuse(value, "type"))
        return self.container(origin, args) or (self.of_class(origin, args) if isinstance(origin, type) else None)

    def forward(self, annotation: Any) -> Converter | None:
        """A name in a string, with the names of the module that it is written in."""
        module = annotation.__forward_module__
        module = sys.modules.get(module) if isinstance(module, str) else module
        reader = self.seeing({**vars(module), **self.names}) if module else self
        return reader.read(annotation.__forward_arg__)

    def union(self, args: tuple[Any, ...]) -> Converter | None:
        members = [self.read(arg) for arg in args]
        some = [member for member in members if member is not None]
        if len(some) < len(members):
            return None
        if self.extra != "forbid" and sum(member.maps for member in some) > 1:
            # A class that has all the names is nearer than one that passes some over.
            exact = Reader(self.names, resolved=self.resolved)
            some = [one for one in (exact.read(arg) for arg in args) if one is not None and one.maps] + some
        return choices.union(some)

    def bare(self, annotation: Any) -> Converter | None:
        origin = getattr(annotation, "__origin__", None)  # typing.List and the like, without arguments
        return self.of_class(origin, ()) if isinstance(origin, type) else None

    def of_class(self, cls: type, args: tuple[Any, ...]) -> Converter | None:
        """A class, and what its type parameters stand for."""
        if cls in SCALARS:
            return SCALARS[cls]
        if getattr(cls, "_is_protocol", False) or cls is object:
            return None
        if is_record(cls):
            from hyperparameter.convert.records import record

            return record(cls, args, self)
        container = self.container(cls, ())
        if container is not None:
            return container
        module = sys.modules.get("enum")
        if module is not None and isinstance(cls, module.EnumMeta):
            return choices.enum(cls)
        pathlib, os = sys.modules.get("pathlib"), sys.modules.get("os")
        if pathlib is not None and issubclass(cls, pathlib.PurePath):
            return choices.path(cls)
        if os is not None and cls is os.PathLike:
            import pathlib as paths

            return choices.path(paths.Path)
        if cls.__module__ == "datetime":
            from hyperparameter.convert.times import converter_to

            found = converter_to(cls)
            if found is not None:
                return found
        if cls.__module__ == "collections.abc" and cls.__name__ == "Callable":
            return Converter("callable", lambda value: value if callable(value) else refuse(value, "callable"))
        wanted = name_of(cls)
        return Converter(wanted, lambda value: value if _is_instance(value, cls) else refuse(value, wanted))

    def container(self, origin: Any, args: tuple[Any, ...]) -> Converter | None:
        if origin is tuple and args and not (len(args) == 2 and args[1] is ...):
            return containers.fixed([] if args == ((),) else [self.read(arg) for arg in args])
        if origin in containers.MAPS:
            key, item = (self.read(args[0]), self.read(args[1])) if len(args) == 2 else (None, None)
            return containers.of_pairs(origin, bool(args), key, item)
        if origin in containers.LISTS:
            return containers.of_items(origin, bool(args), self.read(args[0]) if args else None)
        return None


class _Unresolved:
    """An annotation whose names are not there."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def refuse(self, value: Any) -> Any:
        raise Mismatch(self.reason)


def is_record(cls: type) -> bool:
    """Whether a class has named fields: a dataclass, ``TypedDict``, ``NamedTuple``, attrs or pydantic class."""
    if hasattr(cls, "__dataclass_fields__") or hasattr(cls, "__attrs_attrs__"):
        return True
    if issubclass(cls, tuple):
        return hasattr(cls, "_fields")
    if issubclass(cls, dict):
        return hasattr(cls, "__total__")
    pydantic = sys.modules.get("pydantic")
    return pydantic is not None and issubclass(cls, pydantic.BaseModel)


def laid_over(default: Any, given: dict[Any, Any]) -> dict[Any, Any]:
    """What is given over a default: each leaf of it is the default of its own key (rule K5).

    The default is a dictionary, or an object of a class with fields of which some are given; with any other default, what is
    given is all.
    """
    if isinstance(default, dict):
        old: dict[Any, Any] = default
    elif is_record(type(default)):
        from hyperparameter.convert.records import members_of

        old = members_of(default)
    else:
        return given
    new = {
        name: laid_over(old[name], one) if isinstance(one, dict) and name in old else one for name, one in given.items()
    }
    if all(name in given for name in old) and all(new[name] is one for name, one in given.items()):
        return given
    return {**old, **new}


def substituted(annotation: Any, given: Mapping[Any, Any]) -> Any:
    """An annotation with its type variables replaced by what they stand for."""
    if not given:
        return annotation
    if annotation in given:
        return given[annotation]
    free = getattr(annotation, "__parameters__", ())
    if not isinstance(free, tuple) or isinstance(annotation, type) or not any(one in given for one in free):
        return annotation
    return annotation[tuple(given.get(one, one) for one in free)]


def _exactly(annotation: Any) -> str | None:
    """What tells annotations apart that compare equal: ``Literal[1]`` and ``Literal[True]``; ``None`` for one with text in it,
    whose names depend on the place."""
    text = repr(annotation)
    return None if "ForwardRef" in text or "'" in text and "Literal" not in text else text


def _is_instance(value: Any, cls: type) -> bool:
    try:
        return isinstance(value, cls)
    except TypeError:
        return True  # a class that refuses the question is no annotation
