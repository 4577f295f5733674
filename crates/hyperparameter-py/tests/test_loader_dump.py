"""``loader.dump``: what is written loads back equal, in each format."""

from __future__ import annotations

import datetime as dt
import enum
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

import attrs
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hyperparameter as hp
from hyperparameter import loader, param_scope

FORMATS = ("toml", "json", "yaml")


def same(a: Any, b: Any) -> bool:
    """Equal in kind and content: 1, 1.0 and True are three, -0.0 is not 0.0, nan is nan."""
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return (math.isnan(a) and math.isnan(b)) or (a == b and math.copysign(1, a) == math.copysign(1, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[name], b[name]) for name in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b)


texts = st.text(st.characters(exclude_categories=["Cs"]))
spelled = st.sampled_from(
    ["01", "007", "1e-3", "null", "None", "true", "yes", "${a}", "\\${a}", "$", "${", "a: b", "- x", "#", "'", '"', "\n", " ", "~",
     "=", "1_000", "0x10", ".inf", "2024-01-01", "12:30:45", "\ufeff", "\x00", "\x85", "\u2028", "é😀", "[", "{", "%TAG", "---"]
)  # fmt: skip
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-(10**40), 10**40), st.floats(), texts, spelled
)
# The names of a root are keys; further in a map whose names are none is one value.
keys = st.from_regex(r"[a-zA-Zé_][a-zA-Z0-9_/:é-]{0,8}", fullmatch=True)
inner_names = st.one_of(
    keys,
    st.sampled_from(["b c", "x", "$", "1", "null", "=", "a b.c", "#"]),
    texts.filter(lambda t: "." not in t and t != ""),
)


@st.composite
def configurations(draw: Any) -> dict[str, Any]:
    """Any nested value with a root of keys, without names that mean several keys: those load as the nested ones."""
    inner = st.recursive(
        scalars,
        lambda one: st.one_of(st.lists(one, max_size=4), st.dictionaries(inner_names, one, max_size=4)),
        max_leaves=20,
    )
    made: dict[str, Any] = draw(st.dictionaries(keys, inner, max_size=5))
    return made


@pytest.mark.parametrize("format", FORMATS)
@given(value=configurations())
@settings(max_examples=100, deadline=None)
def test_any_value_loads_back_equal(format: Any, value: dict[str, Any]) -> None:
    dumped = loader.dump(value, format)
    assert same(loader.loads(dumped, format).as_dict(), value), dumped


@pytest.mark.parametrize("format", FORMATS)
@given(value=configurations())
@settings(max_examples=50, deadline=None)
def test_a_configuration_loads_back_equal(format: Any, value: dict[str, Any]) -> None:
    cfg = loader.load(value)
    assert loader.loads(loader.dump(cfg, format), format) == cfg or "nan" in repr(value)


@given(text=st.one_of(texts, spelled))
@settings(max_examples=100, deadline=None)
def test_any_text_of_an_override_reads_as_the_same_string(text: str) -> None:
    cfg = loader.load({}, overrides=["t=" + text.replace("${", "\\${")])
    with param_scope(cfg):
        assert param_scope.t | "" == text


@pytest.mark.parametrize("format", FORMATS)
@given(text=st.one_of(texts, spelled))
@settings(max_examples=100, deadline=None)
def test_any_string_of_a_file_reads_as_the_same_string(format: Any, text: str) -> None:
    with param_scope(loader.loads(loader.dump({"t": text}, format), format)):
        assert param_scope.t() == text and param_scope.t | "" == text


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "value",
    [math.inf, -math.inf, math.nan, -0.0, 5e-324, 1e308, 10**4299, -(2**63) - 1, "01", None, [], {}, "", "${x}", "\\${x}", [None],
     {"": 1}, {"a b": {"": 2}}, {"x": {"": 1, "y": 2}}],
)  # fmt: skip
def test_the_odd_ones_load_back_equal(format: Any, value: Any) -> None:
    loaded = loader.loads(loader.dump({"v": value}, format), format).as_dict()
    # A map of nothing but its own value is that value.
    assert same(loaded, {"v": 1 if value == {"": 1} else value})


# ---- objects ------------------------------------------------------------------------------------------------------------


class Color(enum.Enum):
    RED = 1


class Pair(NamedTuple):
    x: int
    y: str = ""


class Keys(TypedDict, total=False):
    a: int


@attrs.define
class Attrs:
    _x: int = 1


class Model(pydantic.BaseModel):
    x: int = pydantic.Field(1, alias="ex")


@dataclass
class Everything:
    color: Color = Color.RED
    path: Path = Path("a/b")
    when: dt.datetime = dt.datetime(2024, 2, 29, 12, 30, 0, 5, dt.timezone.utc)
    day: dt.date = dt.date(2024, 2, 29)
    at: dt.time = dt.time(1, 2)
    each: dt.timedelta = dt.timedelta(days=-1, seconds=5, microseconds=7)
    items: tuple[int, ...] = (1, 2)
    names: frozenset[str] = frozenset({"b", "a"})
    colors: dict[str, Color] = field(default_factory=lambda: {"x": Color.RED})
    pair: Pair = Pair(1)
    keys: Keys = field(default_factory=lambda: Keys(a=1))
    attrs: Attrs = field(default_factory=Attrs)
    model: Model = field(default_factory=lambda: Model(ex=2))
    inner: Everything | None = None
    big: int = 10**30
    text: str = "1.10"


@pytest.mark.parametrize("format", FORMATS)
def test_an_object_loads_back_equal_by_its_class(format: Any) -> None:
    value = Everything(inner=Everything(each=dt.timedelta(hours=30), text="null"))
    dumped = loader.dump(value, format)
    assert loader.loads(dumped, format, schema=Everything) == value, dumped


@given(
    days=st.timedeltas(),
    when=st.datetimes(timezones=st.none() | st.just(dt.timezone.utc)),
    at=st.times(),
    day=st.dates(),
)
@settings(deadline=None)
def test_any_time_loads_back_equal(days: dt.timedelta, when: dt.datetime, at: dt.time, day: dt.date) -> None:
    value = Everything(each=days, when=when, at=at, day=day)
    assert loader.loads(loader.dump(value, "toml"), "toml", schema=Everything) == value


def test_text_is_written_as_its_literal_unless_characters_would_be_lost() -> None:
    cfg = loader.load({}, overrides=["a=5", "b=1.10", "c=[1, 1.10]", "d=true", "e=True", "f=null", "g=0.1"])
    assert loader.dump(cfg, "json") == (
        '{\n  "a": 5,\n  "b": "1.10",\n  "c": [1, "1.10"],\n  "d": true,\n  "e": "True",\n  "f": null,\n  "g": 0.1\n}\n'
    )


def test_sets_are_written_in_order() -> None:
    assert loader.dump({"s": {3, 1, 2}}, "json") == loader.dump({"s": frozenset({2, 3, 1})}, "json")


def test_a_numpy_like_scalar_is_written_as_the_number_it_is() -> None:
    class Seven:
        def __index__(self) -> int:
            return 7

    assert loader.dump({"x": Seven()}, "yaml") == "x: 7\n"


@pytest.mark.parametrize("value", [{"a": object()}, {"a": {1: 2}}, {"a": [{"b": print}]}])
def test_what_has_no_text_is_a_config_error_that_names_the_key(value: dict[str, Any]) -> None:
    with pytest.raises(hp.ConfigError, match="'a"):
        loader.dump(value, "json")


def test_a_value_that_contains_itself_is_refused() -> None:
    round: dict[str, Any] = {}
    round["a"] = round
    with pytest.raises(hp.ConfigError, match="contains itself"):
        loader.dump(round, "json")


@pytest.mark.parametrize("value", [[1], 5, "a", None])
def test_the_root_is_a_mapping(value: Any) -> None:
    with pytest.raises(TypeError, match="dump"):
        loader.dump(value, "json")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="ini"):
        loader.dump({}, "ini")
