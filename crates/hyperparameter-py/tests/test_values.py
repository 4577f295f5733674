"""Values: what comes back is what was stored, and how it becomes what a default asks for (rules V1 to V5)."""

from __future__ import annotations

import enum
import threading
import warnings
from collections import OrderedDict, namedtuple
from pathlib import Path
from typing import Any

import pytest

import hyperparameter as hp
from hyperparameter import _native
from hyperparameter import param_scope as ps


class Color(enum.Enum):
    RED = 1
    BLUE = "b"


class Mode(str, enum.Enum):
    FAST = "fast"


class Thing:
    """An object that nobody else knows."""


def read(value: Any, default: Any) -> Any:
    """What a native value reads as under a default; a warning is an error here."""
    with warnings.catch_warnings(), ps({"val.x": value}):
        warnings.simplefilter("error")
        return ps.val.x | default


def read_text(text: str, default: Any) -> Any:
    """What text reads as under a default; a warning is an error here."""
    with warnings.catch_warnings(), ps(f"val.x={text}"):
        warnings.simplefilter("error")
        return ps.val.x | default


OBJECTS = [
    None, True, 0, 7, -(2**63), 2**63, 10**400, 0.0, float("inf"), "", "text", "\ud800", b"bytes", [], [1], (), (1, [2]), {1, 2}, {}, {"a b": 1},
    {1: 2}, Thing(), Thing, Color.RED, Mode.FAST, Path("x"), 1j, range(3), OrderedDict(a=1),
]  # fmt: skip


@pytest.mark.parametrize("value", OBJECTS, ids=[f"{type(o).__name__}-{i}" for i, o in enumerate(OBJECTS)])
def test_a_stored_object_is_read_back_as_the_same_object(value: object) -> None:
    with ps({"val.same": value}):
        assert ps.val.same() is value
        assert (ps.val.same | None) is value
        assert dict(ps.items()).get("val.same", value) is value
    with ps():
        ps.val.same = value
        assert ps.val.same() is value


def test_objects_inside_containers_are_the_same_objects() -> None:
    thing = Thing()
    with ps({"val.l": [thing], "val.d": {"x": thing}}):
        assert ps.val.l[0]() is thing
        assert ps.val.d.x() is thing


@pytest.mark.parametrize("value", [None, False, 0, "", 0.0])
def test_a_false_value_is_a_value(value: object) -> None:
    with ps({"val.false": value}):
        assert (ps.val.false | None) is value
        assert "val.false" in ps


@pytest.mark.parametrize(
    ("value", "default", "expected"),
    [
        (0.5, 1, 0.5), (3, 1, 3), (2.0, 1, 2), (True, 1, 1), ("3", 1, 3), ("0.5", 1, 0.5),
        (1, 0.5, 1.0), (True, 0.5, 1.0), ("1e-3", 0.5, 0.001), (2**70, 0.5, float(2**70)),
        (1, False, True), (0, True, False), ("off", True, False), ("Yes", False, True),
        (1, "x", "1"), (True, "x", "true"), (1e-5, "x", "1e-05"), (2**70, "x", str(2**70)),
        ((1, 2), [0], [1, 2]), ([1, 2], (0,), (1, 2)), ({3}, [0], [3]), ([1, 1], {0}, {1}), ([1], frozenset(), frozenset({1})),
        ("RED", Color.BLUE, Color.RED), ("b", Color.RED, Color.BLUE), (1, Color.BLUE, Color.RED), ("fast", Mode.FAST, Mode.FAST),
        ("a/b", Path("."), Path("a/b")), (None, 5, None), (None, "x", None), (None, [1], None), (None, Color.RED, None), (5, None, 5),
    ],
)  # fmt: skip
def test_a_value_becomes_what_its_default_asks_for(value: Any, default: Any, expected: Any) -> None:
    got = read(value, default)
    assert got == expected and type(got) is type(expected)


@pytest.mark.parametrize(
    ("text", "default", "expected"),
    [
        ("1.10", "x", "1.10"), ("1.10", 1.0, 1.1), ("1.10", None, 1.1), ("007", None, "007"), ("007", 1, 7), ("0x10", 1, 16),
        ("1e3", 1, 1000), ("1e-3", 1, 0.001), ("null", 5, None), ("null", "x", "null"), ("None", None, None), ("true", None, True),
        ("yes", None, "yes"), ("yes", False, True), ("", "x", ""), ("", None, ""), (" a ", "x", " a "), ("inf", 0.5, float("inf")),
        ("1,a,2.5", ["x"], [1, "a", 2.5]), ("[1, 2]", (0,), (1, 2)), ("1,2,1", {0}, {1, 2}), ("{a: 1}", {}, {"a": 1}), ("[1,[a]]", None, [1, ["a"]]),
        ("RED", Color.BLUE, Color.RED), ("1", Color.BLUE, Color.RED), ("b", Color.RED, Color.BLUE), ("null", Color.RED, None),
        ("a/b", Path("."), Path("a/b")), ("007", Path("."), Path("007")), ("=x=", "d", "=x="),
        ("123456789012345678901234567890", 1, 123456789012345678901234567890), ("123456789012345678901234567890", None, 123456789012345678901234567890),
    ],
)  # fmt: skip
def test_text_becomes_what_its_default_asks_for(text: str, default: Any, expected: Any) -> None:
    got = read_text(text, default)
    assert got == expected and type(got) is type(expected)


def test_a_value_of_a_subclass_is_handed_over_as_it_is() -> None:
    class Real(float):
        pass

    class Whole(int):
        pass

    class Word(str):
        pass

    for value, default in (
        (Real(2.5), 1.0),
        (Real(2.5), 1),
        (Whole(3), 1),
        (Word("w"), "x"),
        (Mode.FAST, "x"),
        (OrderedDict(a=1), {}),
    ):
        assert read(value, default) is value


@pytest.mark.parametrize("default", [1, 0.5, "x", True, Color.RED, Path(".")])
def test_containers_and_objects_that_meet_an_inferred_type_are_handed_over(default: object) -> None:
    for value in ([1, 2], (1,), {"a": 1}, {1}, Thing(), b"x"):
        assert read(value, default) is value


def test_a_default_that_is_a_subclass_asks_for_what_it_is() -> None:
    class Real(float):
        pass

    assert read_text("3", Real(1.5)) == 3.0


def test_a_failed_conversion_gives_the_default_and_a_warning_at_the_users_line() -> None:
    with ps("val.w=fast"), pytest.warns(hp.ConversionWarning) as caught:
        assert ps.val.w | 0.1 == 0.1
    warning = caught[0]
    text = str(warning.message)
    assert "'val.w'" in text and "fast" in text and "float" in text and "test_values.py:" in text
    assert warning.filename == __file__
    assert warning.message.key == "val.w"  # type: ignore[union-attr]


def test_a_warning_from_a_thread_is_given_too() -> None:
    with ps("val.w=fast"), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        thread = threading.Thread(target=ps.bind(lambda: ps.val.w | 0.1))
        thread.start()
        thread.join()
    assert [w.category for w in caught] == [hp.ConversionWarning]


def test_a_warning_that_is_made_an_error_is_raised() -> None:
    with ps("val.w=fast"), warnings.catch_warnings():
        warnings.simplefilter("error", hp.ConversionWarning)
        with pytest.raises(hp.ConversionWarning):
            ps.val.w | 0.1


def test_a_strict_context_makes_a_failed_conversion_an_error() -> None:
    with ps("val.w=fast"):
        with hp.strict():
            with pytest.raises(hp.ConversionError) as caught:
                ps.val.w | 0.1
            assert caught.value.key == "val.w"
            with _native.lenient(), pytest.warns(hp.ConversionWarning):
                assert ps.val.w | 0.1 == 0.1
        with pytest.warns(hp.ConversionWarning):
            assert ps.val.w | 0.1 == 0.1


def test_the_processs_default_may_be_strict() -> None:
    hp.strict(True)
    try:
        with ps("val.w=fast"), pytest.raises(hp.ConversionError):
            ps.val.w | 0.1
    finally:
        hp.strict(False)


@pytest.mark.parametrize("bad", [1, "yes", None.__class__])
def test_strict_takes_a_bool(bad: Any) -> None:
    with pytest.raises(TypeError, match="True, False"):
        hp.strict(bad)


def test_a_leaf_of_a_dictionary_default_warns_for_its_own_key() -> None:
    with ps("val.opt.lr=fast", "val.opt.wd=.5"), pytest.warns(hp.ConversionWarning, match=r"val\.opt\.lr"):
        assert ps.val.opt | {"lr": 0.1, "wd": 0.01} == {"lr": 0.1, "wd": 0.5}


def test_a_converted_object_is_the_same_at_each_read() -> None:
    with ps("val.l=1,2"):
        assert (ps.val.l | [0]) is (ps.val.l | [0])
        assert (ps.val.l | [0]) == [1, 2]


def test_an_element_that_does_not_convert_names_its_own_key() -> None:
    with ps({"val.l": ["1", "x"]}):
        assert ps.val.l[0] | 0 == 1
        with pytest.warns(hp.ConversionWarning, match=r"'val\.l\.1'"):
            assert ps.val.l[1] | 0 == 0


def test_a_named_tuple_keeps_its_class_when_an_element_is_written() -> None:
    Point = namedtuple("Point", "x y")
    with ps({"val.p": Point(1, 2)}):
        ps.val.p[0] = 5
        assert ps.val.p() == Point(5, 2) and type(ps.val.p()) is Point


def test_an_integer_too_long_is_a_string_and_no_bomb() -> None:
    with ps("val.long=" + "9" * 5_000, "val.bomb=1e999999999"):
        assert ps.val.long() == "9" * 5_000
        with pytest.warns(hp.ConversionWarning):
            assert ps.val.bomb | 1 == 1


def test_an_object_whose_repr_fails_is_stored_and_warned_of() -> None:
    class Bad(str):
        def __repr__(self) -> str:
            raise RuntimeError

    with ps({"val.bad": Bad("x")}):
        assert isinstance(ps.val.bad(), Bad)
        assert isinstance(ps.val.bad | 1, Bad)


def test_a_long_string_is_stored_and_read() -> None:
    text = "x" * 100_000_000
    with ps({"val.long": text}):
        assert ps.val.long() is text
