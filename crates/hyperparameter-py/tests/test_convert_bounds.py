"""Bounds in ``Annotated``: our own ``Range``, and those of other packages by what they call themselves."""

from __future__ import annotations

from typing import Annotated, Any

import annotated_types
import pydantic
import pytest

import hyperparameter as hp
from hyperparameter.convert import Mismatch, Text, converter
from hyperparameter.loader import Range


def convert(annotation: Any, value: Any) -> Any:
    found = converter(annotation)
    assert found is not None
    return found(value)


@pytest.mark.parametrize(
    ("annotation", "inside", "outside"),
    [
        (Annotated[int, Range(1, 65535)], [1, "8080", Text("65535")], [0, 65536, Text("0")]),
        (Annotated[float, Range(gt=0, lt=1)], [0.5, Text("1e-3")], [0, 1, float("nan"), Text("inf")]),
        (Annotated[float, Range(le=1)], [-5, 1], [1.5]),
        (Annotated[int, annotated_types.Ge(0), annotated_types.Lt(10)], [0, 9], [-1, 10]),
        (Annotated[int, annotated_types.Interval(gt=0, le=3)], [1, 3], [0, 4]),
        (Annotated[int, annotated_types.MultipleOf(5)], [0, 10], [3]),
        (Annotated[list[int], annotated_types.MinLen(1), annotated_types.MaxLen(2)], [[1], Text("[1, 2]")], [[], [1, 2, 3]]),
        (Annotated[str, annotated_types.Len(2, 3)], ["ab", "abc", Text("007")], ["a", "abcd"]),
        (Annotated[dict[str, int], annotated_types.MinLen(1)], [{"a": 1}], [{}]),
        (Annotated[int, annotated_types.Predicate(lambda n: n % 2 == 1)], [3], [2]),
        (Annotated[str, annotated_types.Predicate(str.islower)], ["a"], ["A"]),
        (Annotated[int, pydantic.Field(ge=1, le=5)], [1, 5], [0, 6]),
        (list[Annotated[int, Range(0)]], [[0, 1], Text("[1]")], [[-1]]),
        (Annotated[Annotated[int, Range(0)], Range(le=5)], [0, 5], [-1, 6]),
    ],
)  # fmt: skip
def test_a_bound_holds_or_refuses(annotation: Any, inside: list[Any], outside: list[Any]) -> None:
    for value in inside:
        convert(annotation, value)
    for value in outside:
        with pytest.raises(Mismatch):
            convert(annotation, value)


def test_the_value_is_converted_before_it_is_compared() -> None:
    assert convert(Annotated[int, Range(1, 10)], Text("7")) == 7


def test_null_is_in_no_range_and_outside_none() -> None:
    assert convert(Annotated[int | None, Range(1)], Text("null")) is None
    assert convert(Annotated[int, Range(1)] | None, None) is None


def test_a_refusal_names_the_bound_and_the_type_wanted() -> None:
    with pytest.raises(Mismatch, match="70000 is more than 65535") as error:
        convert(Annotated[int, Range(1, 65535)], 70000)
    assert error.value.problems[0].wanted == "int >= 1 and <= 65535"


def test_what_does_not_compare_is_refused() -> None:
    with pytest.raises(Mismatch, match="cannot be compared"):
        convert(Annotated[str, Range(1)], "a")


@pytest.mark.parametrize("mark", ["help", 5, None, int, object(), hp.param_scope.a.b])
def test_other_marks_ask_for_nothing(mark: Any) -> None:
    assert convert(Annotated[int, mark], Text("5")) == 5


def test_a_range_without_a_bound_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="bound"):
        Range()


def test_ranges_are_equal_by_their_bounds() -> None:
    assert Range(1, 2) == Range(ge=1, le=2) != Range(1, 3)
    assert hash(Range(1, 2)) == hash(Range(1, 2))
    assert repr(Range(1, lt=2)) == "Range(ge=1, lt=2)"


def test_an_argument_of_a_decorated_function_keeps_its_bounds() -> None:
    @hp.auto_param("bounded")
    def serve(port: Annotated[int, Range(1, 65535), "where it listens"] = 80) -> int:
        return port

    with hp.strict(), hp.param_scope("bounded.port=8080"):
        assert serve() == 8080
    with hp.strict(), hp.param_scope({"bounded.port": 0}), pytest.raises(hp.ConversionError, match="less than 1"):
        serve()
