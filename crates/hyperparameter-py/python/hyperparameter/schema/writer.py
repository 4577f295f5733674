"""Writes JSON Schemas: what each kind of converter says of the values that it takes."""
# What stands here is of any type: a checker that knows that much and no more is content.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import math
import re
import sys
from collections.abc import Mapping
from typing import Any

from hyperparameter import ConfigError
from hyperparameter.convert import MISSING, Converter, converter
from hyperparameter.convert.records import Field
from hyperparameter.loader.loading import names_for

DRAFT = "https://json-schema.org/draft/2020-12/schema"
# A string with a reference in it, which may read as a value of any type; `\${` is none.
REFERENCE = r"(^|[^\\])\$\{"
# A quoted name with dots means the nested key: it is not looked up here.
DOTTED = {r"\.": True}

_DATE, _CLOCK = r"\d{4}-\d\d-\d\d", r"\d\d:\d\d(:\d\d([.,]\d+)?)?\s?([Zz]|[+-]\d\d:?\d\d)?"
_TIMES = {"date": f"^{_DATE}$", "time": f"^{_CLOCK}$", "datetime": f"^{_DATE}([Tt ]{_CLOCK})?$"}
_NUMBERS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum", "multiple_of": "multipleOf"}  # fmt: skip
_LENGTHS = {"array": "Items", "object": "Properties", "string": "Length"}

Schema = dict[str, Any]


def schema_of(cls: Any, *, partial: bool = False) -> Schema:
    """The JSON Schema of files for ``loader.load(…, schema=cls)``, as a dictionary for ``json.dump``.

    ``cls`` is any class or annotation that ``load`` takes. With ``partial`` no field is required: for files that are only a part of
    a configuration.

    Raises ``TypeError`` for a class of which nothing is known.

    >>> from typing import TypedDict
    >>> Server = TypedDict("Server", {"host": str})
    >>> schema_of(Server)["required"]
    ['host']
    """
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    found = converter(cls, names=names_for(cls, frame))
    if found is None or found.schema is None or not found.maps:
        raise TypeError(f"{cls!r} is no class that a configuration can be made into")
    writer = Writer(partial)
    return writer.root(writer.of(found))


class Writer:
    """Makes the schema of one document; classes are written once, under ``$defs``."""

    def __init__(self, partial: bool = False) -> None:
        self.partial = partial
        self.defs: dict[str, Schema] = {}
        self._names: dict[Any, str] = {}

    def root(self, schema: Schema) -> Schema:
        """A whole document: what its root is, and what only a root may have."""
        name = schema.get("$ref", "").rpartition("/")[2]
        body = {**self.defs[name]} if name else {**schema}
        body.pop("pattern", None)
        body["type"] = "object"
        own: Schema = {
            "$schema": {"type": "string", "description": "The schema of this file, for editors."},
            "include": {
                "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
                "description": "Files under this one: paths relative to it, * and ? allowed.",
            },
        }
        # A parameter of that name is what it is.
        body["properties"] = {**own, **body.get("properties", {})}
        whole = {"$schema": DRAFT, **body}
        said = repr([body, self.defs])
        used = {other: one for other, one in self.defs.items() if f"'#/$defs/{other}'" in said}
        return {**whole, "$defs": used} if used else whole

    def of(self, asked: Converter | None) -> Schema:
        """What a converter takes; anything where nothing is asked."""
        return {} if asked is None or asked.schema is None else asked.schema(self)

    # ---- the kinds of converters ------------------------------------------------------------------------------------

    def scalar(self, kind: str) -> Schema:
        return {"type": [kind, "string"], "pattern": REFERENCE}

    def null(self) -> Schema:
        return self.scalar("null")

    def any_of(self, members: list[Converter]) -> Schema:
        return any_of([self.of(member) for member in members])

    def one_of_values(self, values: tuple[Any, ...]) -> Schema:
        written: list[Any] = []
        for value in values:
            written += [value.name, value.value] if hasattr(type(value), "__members__") else [value]
        return _enum(written)

    def enum(self, cls: Any) -> Schema:
        members = list(cls.__members__.items())
        return _enum([name for name, _ in members] + [member.value for _, member in members])

    def time(self, name: str, pattern: str | None) -> Schema:
        if pattern is None:
            return {"type": ["string", "number"]}
        return {"type": "string", "pattern": f"{_TIMES[name]}|{REFERENCE}"}

    def items(self, inner: Converter | None, unique: bool) -> Schema:
        items = self.of(inner)
        schema = self.scalar("array")
        return {**schema, **({"items": items} if items else {}), **({"uniqueItems": True} if unique else {})}

    def places(self, inner: list[Converter | None]) -> Schema:
        count = len(inner)
        each: Schema = {"prefixItems": [self.of(one) for one in inner]} if inner else {}
        return {**self.scalar("array"), **each, "items": False, "minItems": count}

    def members(self, key: Converter | None, item: Converter | None) -> Schema:
        schema, names, items = self.scalar("object"), self.of(key), self.of(item)
        if "enum" in names.get("anyOf", [{}])[0]:
            schema["propertyNames"] = {"enum": [str(one) for one in names["anyOf"][0]["enum"]]}
        return {**schema, **({"additionalProperties": items} if items else {})}

    def bounded(self, base: Converter, limits: Mapping[str, Any]) -> Schema:
        schema = self.of(base)
        kinds = schema.get("type", ())
        kinds = [kinds] if isinstance(kinds, str) else [kind for kind in kinds if kind != "string"]
        bounds: Schema = {}
        for name, limit in limits.items():
            if isinstance(limit, bool) or not isinstance(limit, (int, float)) or not math.isfinite(limit):
                continue
            if name in _NUMBERS:
                bounds[_NUMBERS[name]] = limit
            for kind in kinds if name in ("min_length", "max_length") else ():
                if kind in _LENGTHS:
                    bounds[f"{name[:3]}{_LENGTHS[kind]}"] = limit
        if kinds == ["string"] and bounds:
            return any_of([{**schema, **bounds}, _references()])
        return {**schema, **bounds}

    def record(self, cls: Any, wanted: str, fields: Mapping[str, Field]) -> Schema:
        token = (cls, wanted)
        if token not in self._names:
            name = re.sub(r"\W+", "_", wanted).strip("_")
            while name in self.defs:
                name += "_"
            self._names[token] = name
            self.defs[name] = {}  # the class may name itself
            properties = {field.keys[0]: self.property(field) for field in fields.values()}
            others = {key: self.property(field) for field in fields.values() for key in field.keys[1:]}
            schema: Schema = {"title": wanted, **_described(_doc_of(cls)), **self.scalar("object")}
            schema["properties"] = {**properties, **{key: one for key, one in others.items() if key not in properties}}
            # A field of two names may come by either, and a dotted name may hide one.
            required = [field.keys[0] for field in fields.values() if field.required and len(set(field.keys)) == 1]
            if required and not self.partial:
                schema["required"] = required
            schema["patternProperties"] = DOTTED
            schema["additionalProperties"] = False
            self.defs[name].update(schema)
        return {"$ref": f"#/$defs/{self._names[token]}"}

    def property(self, field: Field) -> Schema:
        return {**self.of(field.converter), **_described(field.help), **default_of(field.default)}


def any_of(schemas: list[Schema]) -> Schema:
    """What one of these takes."""
    if not all(schemas):
        return {}
    flat: list[Schema] = []
    for schema in schemas:
        flat += schema["anyOf"] if set(schema) == {"anyOf"} else [schema]
    some = [one for at, one in enumerate(flat) if one not in flat[:at]]
    return some[0] if len(some) == 1 else {"anyOf": some}


def _references() -> Schema:
    return {"type": "string", "pattern": REFERENCE}


def _enum(values: list[Any]) -> Schema:
    plain: list[Any] = []
    for value in values:
        # 1 and True are two values in a file, and one to Python.
        known = any(value == one and type(value) is type(one) for one in plain)
        if (value is None or isinstance(value, (str, bool, int, float))) and not known:
            plain.append(str.__str__(value) if isinstance(value, str) else value)
    return any_of([{"enum": plain}, _references()])


def _doc_of(cls: Any) -> str:
    doc = vars(cls).get("__doc__") or ""
    # What `dataclass` writes by itself is the signature.
    generated = doc.startswith(f"{cls.__name__}(") or doc.startswith("Method generated by attrs")
    return "" if generated else " ".join(doc.strip().partition("\n\n")[0].split())


def _described(text: str) -> Schema:
    return {"description": text} if text else {}


def default_of(default: Any) -> Schema:
    """The default of a field, if a file could say it."""
    from hyperparameter.loader import dump, loads

    if default is MISSING:
        return {}
    try:
        written = loads(dump({"default": default}, "json"), "json")["default"]
    except (ConfigError, TypeError, ValueError):
        return {}
    written = written.as_dict() if hasattr(written, "as_dict") else written
    return {} if _has_nan(written) else {"default": written}


def _has_nan(value: Any) -> bool:
    """Whether there is a number in it that JSON itself cannot say."""
    if isinstance(value, dict):
        return any(map(_has_nan, value.values()))
    if isinstance(value, list):
        return any(map(_has_nan, value))
    return isinstance(value, float) and not math.isfinite(value)
