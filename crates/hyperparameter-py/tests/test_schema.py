"""``hyperparameter.schema``: what a JSON Schema says is what the loader does, by a real validator."""

from __future__ import annotations

import datetime as dt
import enum
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypedDict, TypeVar

import attrs
import pydantic
import pytest
from jsonschema import Draft202012Validator

import hyperparameter as hp
from hyperparameter import auto_param, loader
from hyperparameter.loader import Range
from hyperparameter.schema import program_schema, schema_of

T = TypeVar("T")


class Color(enum.Enum):
    RED = 1
    BLUE = "blue"


class Pair(NamedTuple):
    x: int
    y: int = 0


class Keys(TypedDict, total=False):
    a: int


@attrs.define
class Attrs:
    _x: int
    y: int = attrs.field(default=1, metadata={"help": "the y"})


class Model(pydantic.BaseModel):
    """A model of pydantic."""

    port: int = pydantic.Field(ge=1, description="where it listens")
    other: str = pydantic.Field("", alias="other-name")


@dataclass
class Opt:
    """How it is optimised.

    At length.
    """

    lr: float = 0.1
    name: Literal["adam", "sgd"] = "adam"


@dataclass
class Box(Generic[T]):
    value: T


@dataclass
class Everything:
    size: int
    ratio: float = 0.5
    on: bool = True
    text: str = ""
    color: Color = Color.RED
    path: Path = Path("a")
    day: dt.date | None = None
    when: dt.datetime | None = None
    at: dt.time | None = None
    each: dt.timedelta = dt.timedelta(0)
    port: Annotated[int, Range(1, 65535), "where it listens"] = 80
    open: Annotated[float, Range(gt=0, lt=1)] = 0.5
    short: Annotated[str, pydantic.Field(max_length=3)] = ""
    few: Annotated[list[int], pydantic.Field(min_length=1, max_length=2)] = field(default_factory=lambda: [1])
    items: list[int] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    pair: tuple[int, str] = (1, "")
    by_name: dict[str, Opt] = field(default_factory=dict)
    by_color: dict[Color, int] = field(default_factory=dict)
    either: int | list[int] = 0
    opt: Opt = field(default_factory=Opt)
    maybe: Opt | None = None
    inner: Everything | None = None
    named: Pair = Pair(1)
    keys: Keys = field(default_factory=lambda: Keys())
    attrs: Attrs | None = None
    model: Model | None = None
    box: Box[int] = field(default_factory=lambda: Box(1))
    anything: Any = None
    far: float = float("inf")


ONE = "${env:HP_TEST_SCHEMA_NO_SUCH,1}"
VALID: list[dict[str, Any]] = [
    {}, {"size": ONE}, {"ratio": 1}, {"on": False}, {"color": "RED"}, {"color": 1}, {"color": "blue"}, {"day": "2024-02-29"}, {"day": None},
    {"when": "2024-02-29T10:00Z"}, {"when": "2024-02-29"}, {"at": "10:00"}, {"each": "1h"}, {"each": 90}, {"port": 65535}, {"port": ONE},
    {"open": 0.5}, {"short": "abc"}, {"few": [1, 2]}, {"items": []}, {"items": [ONE]}, {"names": ["a", "b"]}, {"pair": [1, "a"]},
    {"by_name": {"a": {"lr": 1}}}, {"by_color": {"RED": 1}}, {"either": [1]}, {"either": 1}, {"opt": {"name": "sgd"}}, {"opt": {"lr": ONE}},
    {"maybe": None}, {"maybe": {"lr": 1}}, {"inner": {"size": 2, "inner": {"size": 3}}}, {"named": {"x": 1}}, {"keys": {"a": 1}},
    {"attrs": {"x": 1}}, {"model": {"port": 1, "other-name": "a"}}, {"box": {"value": 1}}, {"anything": {"x": [1, {}]}}, {"path": "/tmp/x"},
    {"opt.lr": 2}, {"$schema": "x.json"}, {"text": ""}, {"include": []},
]  # fmt: skip
INVALID: list[dict[str, Any]] = [
    {"size": "x"}, {"size": 1.5}, {"size": None}, {"size": [1]}, {"sizes": 2}, {"ratio": "a"}, {"on": "maybe"}, {"color": "GREEN"},
    {"day": "29.02.2024"}, {"when": "soon"}, {"at": "noon"}, {"each": [1]}, {"port": 0}, {"port": 65536}, {"open": 1}, {"open": 0},
    {"short": "abcd"}, {"few": []}, {"few": [1, 2, 3]}, {"items": ["a"]}, {"items": {"a": 1}}, {"pair": [1]}, {"pair": [1, "a", 2]},
    {"pair": ["a", "a"]}, {"by_name": {"a": {"lrr": 1}}}, {"by_color": {"GREEN": 1}}, {"either": {}}, {"opt": {"name": "adm"}},
    {"opt": {"lr": "fast"}}, {"opt": 5}, {"inner": {}}, {"keys": {"b": 1}}, {"attrs": {}}, {"attrs": {"_x": 1}}, {"model": {"port": 0}},
    {"model": {"port": 1, "otter": "a"}}, {"box": {"value": "a"}}, {"named": {}}, {"path": [1]}, {"include": 5},
]  # fmt: skip


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """A real validator; the schema itself is checked first, as it would be read from its file."""
    read = json.loads(json.dumps(schema, allow_nan=False))
    Draft202012Validator.check_schema(read)
    return Draft202012Validator(read)


@pytest.fixture(scope="module")
def everything() -> Draft202012Validator:
    return validator(schema_of(Everything))


@pytest.mark.parametrize("given", VALID, ids=repr)
def test_what_the_schema_allows_the_loader_takes(everything: Draft202012Validator, given: dict[str, Any]) -> None:
    document = {"size": 1, **given}
    everything.validate(document)
    loader.loads(json.dumps(document), "json", schema=Everything)


@pytest.mark.parametrize("given", INVALID, ids=repr)
def test_what_the_loader_refuses_the_schema_refuses(everything: Draft202012Validator, given: dict[str, Any]) -> None:
    document = {"size": 1, **given}
    with pytest.raises(hp.ConfigError):
        loader.loads(json.dumps(document), "json", schema=Everything)
    assert not everything.is_valid(document)


def test_a_required_field_is_required_unless_the_file_is_a_part() -> None:
    assert not validator(schema_of(Everything)).is_valid({})
    assert validator(schema_of(Everything, partial=True)).is_valid({"inner": {}})


def test_what_spells_a_number_is_no_number_in_a_schema(everything: Draft202012Validator) -> None:
    assert not everything.is_valid({"size": "8080"})


def test_titles_descriptions_and_defaults_are_told() -> None:
    schema = schema_of(Everything)
    assert schema["title"] == "Everything" and schema["$schema"].endswith("2020-12/schema")
    assert "description" not in schema
    assert schema["properties"]["port"]["description"] == "where it listens"
    assert schema["properties"]["port"]["default"] == 80
    assert schema["properties"]["color"]["default"] == "RED"
    assert schema["properties"]["pair"]["default"] == [1, ""]
    assert "default" not in schema["properties"]["far"]
    assert schema["$defs"]["Opt"]["description"] == "How it is optimised."
    assert schema["$defs"]["Attrs"]["properties"]["y"]["description"] == "the y"
    assert schema["$defs"]["Model"]["properties"]["port"]["description"] == "where it listens"
    assert schema["$defs"]["Model"]["description"] == "A model of pydantic."


def test_two_classes_of_one_name_are_two_definitions() -> None:
    def one() -> Any:
        @dataclass
        class Same:
            x: int = 0

        return Same

    def two() -> Any:
        @dataclass
        class Same:
            y: int = 0

        return Same

    first, second = one(), two()

    class Both(TypedDict):
        a: first  # type: ignore[valid-type]
        b: second  # type: ignore[valid-type]

    Both.__annotations__.update(a=first, b=second)
    schema = validator(schema_of(Both))
    assert schema.is_valid({"a": {"x": 1}, "b": {"y": 1}})
    assert not schema.is_valid({"a": {"y": 1}, "b": {"y": 1}})


@pytest.mark.parametrize(
    "cls", [TypedDict("D", {"x": int}), NamedTuple("N", [("x", int)]), Attrs, Model, dict[str, int]]
)
def test_every_class_that_is_loaded_has_a_schema(cls: Any) -> None:
    assert validator(schema_of(cls))


@pytest.mark.parametrize("wrong", [int, Any, list[int], object, 5])
def test_what_is_no_class_of_a_configuration_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError, match="configuration"):
        schema_of(wrong)


# ---- programs -----------------------------------------------------------------------------------------------------------


@auto_param("schema_train")
def train(
    data: str,
    lr: Annotated[float, Range(gt=0)] = 0.1,
    steps: int = 10,
    opt: Opt = Opt(),  # noqa: B008
    loose=1,
    flag=False,
    color=Color.RED,
    note=None,
    tree={"a": {"x": 1}, "b": "t"},  # noqa: B006
) -> None: ...


@pytest.fixture(scope="module")
def program() -> Draft202012Validator:
    return validator(program_schema(train))


@pytest.mark.parametrize(
    "given",
    [{}, {"lr": 1}, {"lr": ONE}, {"opt": {"lr": 1}}, {"loose": 0.5}, {"loose": None}, {"flag": True}, {"color": "BLUE"}, {"note": [1]},
     {"tree": {"a": {"x": 2}}}, {"tree": {"a": {"z": 2}, "c": 1}}, {"steps": 3}],
    ids=repr,
)  # fmt: skip
def test_a_file_for_a_program_is_valid(program: Draft202012Validator, given: dict[str, Any]) -> None:
    program.validate({"schema_train": given, "a_plugin": {"x": 1}})


@pytest.mark.parametrize(
    "given",
    [{"lr": 0}, {"lr": "x"}, {"lrr": 1}, {"data": "x"}, {"opt": {"lrr": 1}}, {"loose": "x"}, {"flag": "x"}, {"color": "GREEN"},
     {"tree": {"a": {"x": "y"}}}, {"tree": 5}, {"steps": 1.5}],
    ids=repr,
)  # fmt: skip
def test_a_mistake_in_a_file_for_a_program_is_found(program: Draft202012Validator, given: dict[str, Any]) -> None:
    assert not program.is_valid({"schema_train": given})


def test_a_function_that_is_not_decorated_is_described_as_launch_would() -> None:
    def plain_schema_program(rate: float = 0.5) -> None: ...

    schema = program_schema(plain_schema_program)
    name = "test_a_function_that_is_not_decorated_is_described_as_launch_would"
    below = schema["properties"][name]["properties"]["plain_schema_program"]["properties"]
    assert below["rate"]["default"] == 0.5


def test_keys_that_are_read_without_being_declared_may_be_named() -> None:
    schema = validator(program_schema(train, extra=["schema_train.raw", "other.raw"]))
    assert schema.is_valid({"schema_train": {"raw": "x"}, "other": {"raw": [1]}})
