"""Classes with named fields: dataclasses, ``TypedDict``, ``NamedTuple``, attrs and pydantic classes.

What a class says of its fields is found once (``fields_of``), for its converter and for its JSON Schema. attrs and pydantic
are never imported: a class of theirs brings them.
"""
# What stands here is of any type: a checker that knows that much and no more is content.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from hyperparameter import _native
from hyperparameter.convert.annotations import Reader, optional, substituted
from hyperparameter.convert.containers import pairs
from hyperparameter.convert.marks import (
    MISSING,
    Converter,
    Mismatch,
    Problem,
    below,
    name_of,
    problems_of,
    untyped,
)


class Field(NamedTuple):
    """A field of a class: what a file may call it, what it asks for, and what it is where a file says nothing."""

    keys: tuple[str, ...]
    converter: Converter | None
    required: bool
    default: Any = MISSING
    help: str = ""


class _Kind(NamedTuple):
    """What one sort of class has: its fields, how one is made from values by name, and whether it checks values itself."""

    fields: Callable[[Any, tuple[Any, ...], Reader], dict[str, Field]]
    make: Callable[[Any, dict[str, Any]], Any]
    checks: bool = False


def record(cls: Any, args: tuple[Any, ...], reader: Reader) -> Converter:
    """The converter to a class with fields."""
    kind, record = _kind_of(cls), _Record(cls, args, reader)
    wanted = record.wanted

    def convert(value: Any) -> Any:
        if kind.make is not _make_dict and isinstance(value, cls):
            return value
        return record.made(kind, value)

    return Converter(wanted, convert, maps=True, schema=lambda to: to.record(cls, wanted, record.fields(kind)))


class _Record:
    """A class, and its fields once they are needed: it may name itself."""

    def __init__(self, cls: Any, args: tuple[Any, ...], reader: Reader) -> None:
        self.cls = cls
        self.args = args
        # Only a class of a function needs the names that the function sees; they are let go with the first use.
        self.reader = reader if "<locals>" in cls.__qualname__ else reader.seeing({})
        self.extra = reader.extra
        self.wanted = name_of(cls)
        if args:
            self.wanted += f"[{', '.join(name_of(arg) for arg in args)}]"
        self._fields: dict[str, Field] | None = None

    def fields(self, kind: _Kind) -> dict[str, Field]:
        if self._fields is None:
            self._fields = kind.fields(self.cls, self.args, self.reader)
            self.reader = self.reader.seeing({})
        return self._fields

    def made(self, kind: _Kind, value: Any) -> Any:
        fields = self.fields(kind)
        if kind.make is _make_tuple and isinstance(value, (list, tuple)):
            if len(value) > len(fields):
                raise Mismatch(f"{len(value)} items where {len(fields)} are wanted")
            value = dict(zip(fields, value, strict=False))
        given, problems = self.given(kind, fields, pairs(value, self.wanted))
        if kind.checks:
            return self.checked(kind, given, problems)
        if problems:
            raise Mismatch(problems)
        made = self.built(kind, given)
        same = type(made) is type(value) is dict and made.keys() == value.keys()
        return value if same and all(made[name] is value[name] for name in made) else made

    def given(
        self, kind: _Kind, fields: dict[str, Field], members: list[tuple[Any, Any]]
    ) -> tuple[dict[str, Any], list[Problem]]:
        """What a map gives for each field, converted, and what is wrong with it."""
        by_key = {key: name for name, field in fields.items() for key in field.keys}
        given: dict[str, Any] = {}
        problems: list[Problem] = []
        for key, item in members:
            name = by_key.get(key)
            if name is None:
                if self.extra == "forbid" and not self.is_open():
                    problems.append(self.unknown(key, list(by_key)))
                elif kind.checks:
                    given[key] = untyped(item)
                continue
            asked = fields[name].converter
            try:
                given[key if kind.checks else name] = untyped(item) if asked is None else asked(item)
            except Exception as error:
                found = below(key, error)
                # A class that checks values itself has the last word on all but the names.
                if kind.checks and all(problem.kind == "value" for problem in found):
                    given[key] = untyped(item)
                else:
                    problems += found
        for field in fields.values():
            if field.required and not any(key in field.keys for key, _ in members):
                problems.append(self.missing(field.keys[0], field.converter))
        return given, problems

    def is_open(self) -> bool:
        """Whether a pydantic class says itself that it takes other names."""
        config: Any = getattr(self.cls, "model_config", None)
        return isinstance(config, dict) and config.get("extra") in ("allow", "ignore")

    def unknown(self, key: Any, known: list[str]) -> Problem:
        near = tuple(_native.nearest(str(key), known, 3))
        mend = f"; did you mean {' or '.join(map(repr, near))}?" if near else f"; its fields are {_listed(known)}"
        return Problem((str(key),), f"{self.wanted} has no field {str(key)!r}{mend}", kind="unknown", near=near)

    def missing(self, key: str, asked: Converter | None) -> Problem:
        wanted = "" if asked is None else asked.wanted
        of_type = f" of type {wanted}" if wanted else ""
        return Problem((key,), f"{self.wanted} needs a field {key!r}{of_type}", wanted=wanted, kind="missing")

    def checked(self, kind: _Kind, given: dict[str, Any], problems: list[Problem]) -> Any:
        """A class that checks its values itself: what it says counts, and what was found before is told with it."""
        wrong = {problem.path[0] for problem in problems}
        try:
            made = self.built(kind, given)
        except Mismatch as mismatch:
            problems += [one for one in mismatch.problems if not one.path or one.path[0] not in wrong]
        else:
            if not problems:
                return made
        raise Mismatch(problems)

    def built(self, kind: _Kind, given: dict[str, Any]) -> Any:
        try:
            return kind.make(self.cls, given)
        except Exception as error:
            raise Mismatch(_said(error)) from error


def _listed(names: list[str]) -> str:
    return ", ".join(names[:8]) + (", …" if len(names) > 8 else "") if names else "none"


def _said(error: Exception) -> list[Problem]:
    """What a class said when it was made: one thing, or a list of them as pydantic has it."""
    errors: Any = getattr(error, "errors", None)
    if type(error).__name__ != "ValidationError" or not callable(errors):
        return problems_of(error)
    found: Any = errors()
    return [Problem(tuple(map(str, one["loc"])), str(one["msg"]), value=one.get("input", MISSING)) for one in found]


# ---- the sorts of classes -----------------------------------------------------------------------------------------------


def _kind_of(cls: Any) -> _Kind:
    if hasattr(cls, "__dataclass_fields__"):
        return _Kind(_dataclass_fields, _make)
    if hasattr(cls, "__attrs_attrs__"):
        return _Kind(_attrs_fields, _make)
    if issubclass(cls, tuple):
        return _Kind(_tuple_fields, _make_tuple)
    if issubclass(cls, dict):
        return _Kind(_dict_fields, _make_dict)
    return _Kind(_pydantic_fields, _make_model, checks=True)


def _make(cls: Any, given: dict[str, Any]) -> Any:
    return cls(**given)


def _make_tuple(cls: Any, given: dict[str, Any]) -> Any:
    return cls(**given)


def _make_dict(cls: Any, given: dict[str, Any]) -> Any:
    return given


def _make_model(cls: Any, given: dict[str, Any]) -> Any:
    return cls.model_validate(given) if hasattr(cls, "model_validate") else cls.parse_obj(given)


def _dataclass_fields(cls: Any, args: tuple[Any, ...], reader: Reader) -> dict[str, Field]:
    annotated = _Annotated(cls, args, reader)
    absent: Any = sys.modules["dataclasses"].MISSING
    found: dict[str, Field] = {}
    for name, field in cls.__dataclass_fields__.items():
        kind = getattr(getattr(field, "_field_type", None), "name", "")
        if not field.init or kind == "_FIELD_CLASSVAR":
            continue
        required = field.default is absent and field.default_factory is absent
        default = MISSING if field.default is absent else field.default
        described = field.metadata.get("help", field.metadata.get("description", ""))
        found[name] = annotated.field((name,), name, field.type, required, default, described)
    return found


def _attrs_fields(cls: Any, args: tuple[Any, ...], reader: Reader) -> dict[str, Field]:
    annotated = _Annotated(cls, args, reader)
    nothing: Any = sys.modules["attr"].NOTHING
    found: dict[str, Field] = {}
    for one in cls.__attrs_attrs__:
        if not one.init:
            continue
        name = getattr(one, "alias", None) or one.name.lstrip("_")
        factory = type(one.default).__name__ == "Factory"
        default = MISSING if factory or one.default is nothing else one.default
        # With a converter of its own the annotation says what comes out of it, not what goes in.
        asked = Any if one.type is None or one.converter is not None else one.type
        described = one.metadata.get("help", one.metadata.get("description", ""))
        found[name] = annotated.field((name,), one.name, asked, one.default is nothing, default, described)
    return found


def _tuple_fields(cls: Any, args: tuple[Any, ...], reader: Reader) -> dict[str, Field]:
    annotated = _Annotated(cls, args, reader)
    hints = annotated.own
    defaults: dict[str, Any] = getattr(cls, "_field_defaults", {})
    return {
        name: annotated.field(
            (name,), name, hints.get(name, Any), name not in defaults, defaults.get(name, MISSING), ""
        )
        for name in cls._fields
    }


def _dict_fields(cls: Any, args: tuple[Any, ...], reader: Reader) -> dict[str, Field]:
    annotated = _Annotated(cls, args, reader)
    found: dict[str, Field] = {}
    for name, annotation in annotated.own.items():
        # Where annotations are text, only their text says whether a key is required.
        said = annotated.wrapper(annotation)
        required = name in cls.__required_keys__ if said is None else said == "Required"
        found[name] = annotated.field((name,), name, annotation, required, MISSING, "")
    return found


def _pydantic_fields(cls: Any, args: tuple[Any, ...], reader: Reader) -> dict[str, Field]:
    annotated = _Annotated(cls, args, reader)
    found: dict[str, Field] = {}
    if not hasattr(cls, "model_fields"):  # pydantic 1
        for name, one in cls.__fields__.items():
            found[name] = Field((one.alias, name), None, bool(one.required))
        return found
    for name, one in cls.model_fields.items():
        alias = one.validation_alias or one.alias
        choices: Any = getattr(alias, "choices", [alias])
        keys = [key if isinstance(key, str) else str(getattr(key, "path", [name])[0]) for key in choices if key]
        absent = one.is_required() or one.default_factory is not None
        default = MISSING if absent else one.default
        asked = one.annotation
        if one.metadata:
            from typing import Annotated

            asked = Annotated[(asked, *one.metadata)]
        field = annotated.field((*keys, name), name, asked, one.is_required(), default, one.description or "")
        found[name] = field
    return found


def members_of(value: Any) -> dict[str, Any]:
    """What an object of such a class is made from, by the names that a file has for it."""
    kind: Any = type(value)
    if hasattr(kind, "__dataclass_fields__"):
        names = [name for name, field in kind.__dataclass_fields__.items() if field.init]
        return {name: getattr(value, name) for name in names if hasattr(value, name)}
    if hasattr(kind, "__attrs_attrs__"):
        attributes = [one for one in kind.__attrs_attrs__ if one.init]
        return {getattr(one, "alias", None) or one.name.lstrip("_"): getattr(value, one.name) for one in attributes}
    if hasattr(kind, "_fields"):
        return dict(zip(kind._fields, value, strict=True))
    if isinstance(value, dict):
        members: dict[str, Any] = value
        return members
    dumped: dict[str, Any] = (
        value.model_dump(by_alias=True) if hasattr(value, "model_dump") else value.dict(by_alias=True)
    )
    return dumped


# ---- their annotations --------------------------------------------------------------------------------------------------


class _Annotated:
    """The annotations of a class and of its bases: each read with the names and the type parameters of the class it is in."""

    def __init__(self, cls: Any, args: tuple[Any, ...], reader: Reader) -> None:
        self.cls = cls
        self.reader = reader
        self.given: dict[Any, dict[Any, Any]] = {}
        self._bind(cls, args)
        self.homes: dict[str, Any] = {}
        for base in reversed(cls.__mro__):
            self.homes.update(dict.fromkeys(_own(base), base))
        self.own = _own(cls)
        self._readers: dict[Any, Reader] = {}

    def _bind(self, cls: Any, args: tuple[Any, ...]) -> None:
        """What the type parameters of a class and of its bases stand for."""
        import typing

        given = dict(zip(getattr(cls, "__parameters__", ()), args, strict=False))
        self.given.setdefault(cls, given)
        for base in vars(cls).get("__orig_bases__", cls.__bases__):
            origin = typing.get_origin(base) or base
            if isinstance(origin, type) and origin is not object:
                self._bind(origin, tuple(substituted(arg, given) for arg in typing.get_args(base)))

    def reader_of(self, home: Any) -> Reader:
        if home not in self._readers:
            module = sys.modules.get(home.__module__)
            names = dict(vars(module)) if module else {}
            # A class of a function sees what the function sees; any other what its module has.
            inner = "<locals>" in home.__qualname__
            names = {**names, **self.reader.names} if inner else {**self.reader.names, **names}
            names.update({one.__name__: one for one in getattr(home, "__type_params__", ())})
            names.setdefault(home.__name__, home)
            self._readers[home] = self.reader.seeing(names)
        return self._readers[home]

    def resolved(self, name: str, annotation: Any) -> tuple[Any, Reader]:
        home = self.homes.get(name, self.cls)
        reader = self.reader_of(home)
        if isinstance(annotation, str):
            annotation = reader.evaluate(annotation)
        return substituted(annotation, self.given.get(home, {})), reader

    def wrapper(self, annotation: Any) -> str | None:
        """``Required`` or ``NotRequired`` around the type of a key."""
        import typing

        while True:
            text = getattr(annotation, "__forward_arg__", annotation)
            if isinstance(text, str):
                annotation = self.reader_of(self.cls).evaluate(text)
            origin = typing.get_origin(annotation)
            name = getattr(origin, "__name__", getattr(origin, "_name", ""))
            if name in ("Required", "NotRequired"):
                return str(name)
            if origin is None or name not in ("Annotated", "ReadOnly"):
                return None
            annotation = typing.get_args(annotation)[0]

    def field(
        self, keys: tuple[str, ...], name: str, annotation: Any, required: bool, default: Any, described: str
    ) -> Field:
        asked, reader = self.resolved(name, annotation)
        found = reader.read(asked)
        if default is None and found is not None:
            found = optional(found)
        return Field(keys, found, required, default, described or next(_words(asked), ""))


def _words(annotation: Any) -> Iterator[str]:
    """The strings of ``Annotated``: what a person says of a field."""
    for mark in getattr(annotation, "__metadata__", ()):
        if isinstance(mark, str):
            yield mark


def _own(cls: Any) -> Mapping[str, Any]:
    """The annotations of a class itself."""
    try:
        found: Any = vars(cls).get("__annotations__") or getattr(cls, "__annotations__", {})
    except NameError:  # deferred ones (CPython 3.14) whose names are not there yet
        import importlib

        library: Any = importlib.import_module("annotationlib")
        found = library.get_annotations(cls, format=library.Format.FORWARDREF)
    return found if isinstance(found, Mapping) else {}
