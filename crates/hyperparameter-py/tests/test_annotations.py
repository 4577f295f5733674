"""What an annotation asks for (rule V4), through arguments of decorated functions."""
# The older spellings are tested too.
# ruff: noqa: UP006, UP007, UP045

from __future__ import annotations

import enum
import pathlib
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, NewType, Optional, Protocol, TypeVar, Union

import pytest

import hyperparameter as hp
from hyperparameter import auto_param, param_scope


class Color(enum.Enum):
    RED = 1
    BLUE = "blue"
    TWO = 2


class Level(str, enum.Enum):
    LOW = "low"
    HIGH = "high"


class Flag(enum.Flag):
    A = 1
    B = 2


@dataclass
class Opt:
    lr: float = 0.1
    steps: int = 10
    betas: tuple[float, float] = (0.9, 0.99)


@dataclass
class Net:
    name: str
    opt: Opt = field(default_factory=Opt)
    parent: Optional[Net] = None


class Anything: ...


class Shape(Protocol):
    def area(self) -> float: ...


class Index:
    def __index__(self) -> int:
        return 7


class FloatLike:
    def __float__(self) -> float:
        return 2.5


T = TypeVar("T")
UserId = NewType("UserId", int)


class Text(str):
    """Marks a value as text of a command line."""


MISSING = object()


def ask(annotation: Any, value: Any, default: Any = MISSING) -> Any:
    """What a strict function with this annotation gets for a value."""
    default = Anything() if default is MISSING else default

    def f(x=default):
        return x

    f.__annotations__["x"] = annotation
    scope = param_scope(f"ann.x={value}") if isinstance(value, Text) else param_scope(**{"ann.x": value})
    with hp.strict(), scope:
        return auto_param("ann")(f)()


GIVES = [
    # scalars: the core's table
    (int, Text("5"), 5),
    (int, Text("1e3"), 1000),
    (int, 2.0, 2),
    (int, True, 1),
    (int, Text("123456789012345678901234567890"), 123456789012345678901234567890),
    (int, Index(), 7),
    (float, 3, 3.0),
    (float, Text("inf"), float("inf")),
    (float, FloatLike(), 2.5),
    (float, Index(), 7.0),
    (bool, Text("off"), False),
    (bool, 2, True),
    (str, Text("1.10"), "1.10"),
    (str, Text("null"), "null"),
    (str, 1.5, "1.5"),
    (str, True, "true"),
    ("int", Text("5"), 5),
    (UserId, Text("5"), 5),
    (Annotated[int, "meta"], Text("5"), 5),
    # optional and unions
    (Optional[int], Text("null"), None),
    (Optional[int], None, None),
    (Optional[int], Text("5"), 5),
    (int | None, Text("None"), None),
    (Optional[str], Text("null"), None),
    (Union[int, str], Text("5"), 5),
    (Union[str, int], Text("5"), 5),
    (str | int, Text("abc"), "abc"),
    (int | float, 2.5, 2.5),
    (int | float, Text("2.5"), 2.5),
    (str | int, 5, 5),
    (int | list[int], Text("[1, 2]"), [1, 2]),
    (None, None, None),
    ("int | None", Text("3"), 3),
    # literals
    (Literal["a", "b"], Text("a"), "a"),
    (Literal[1, 2], Text("2"), 2),
    (Literal[1, "1"], Text("1"), "1"),
    (Literal[True, None], Text("true"), True),
    (Literal[True, None], Text("null"), None),
    (Literal[Color.RED, "x"], Text("RED"), Color.RED),
    (Literal["a", 3], 3, 3),
    # enums: name, then value
    (Color, Text("RED"), Color.RED),
    (Color, Text("1"), Color.RED),
    (Color, Text("blue"), Color.BLUE),
    (Color, 2, Color.TWO),
    (Color, Color.TWO, Color.TWO),
    (Level, Text("low"), Level.LOW),
    (Level, "HIGH", Level.HIGH),
    (Flag, 3, Flag.A | Flag.B),
    # containers
    (list, Text("[1, a]"), [1, "a"]),
    (list, Text("1, 2"), [1, 2]),
    (list[int], Text("[1, 2]"), [1, 2]),
    (list[str], Text("[1.10, 007, null]"), ["1.10", "007", "null"]),
    (list[float], [1, 2], [1.0, 2.0]),
    (list[int], ("1", 2.0), [1, 2]),
    (list[list[int]], Text("[[1], [2, 3]]"), [[1], [2, 3]]),
    (typing.List[int], Text("[1]"), [1]),
    (typing.List, (1, 2), [1, 2]),
    (tuple, [1, 2], (1, 2)),
    (tuple[int, ...], Text("[1, 2]"), (1, 2)),
    (tuple[int, str], Text("[1, 2]"), (1, "2")),
    (tuple[()], [], ()),
    (set[int], Text("[1, 1, 2]"), {1, 2}),
    (frozenset, [1], frozenset({1})),
    (dict, Text("{a: 1}"), {"a": 1}),
    (dict[str, float], Text("{a: 1, b: .5}"), {"a": 1.0, "b": 0.5}),
    (dict[int, str], Text("{1: 2}"), {1: "2"}),
    (Sequence[int], Text("[1]"), [1]),
    (Sequence[int], (1, 2), (1, 2)),
    (Mapping[str, int], Text("{a: 1}"), {"a": 1}),
    (list[Optional[int]], Text("[1, null]"), [1, None]),
    (list[Color], Text("[RED, 2]"), [Color.RED, Color.TWO]),
    # paths
    (pathlib.Path, Text("/tmp/x"), pathlib.Path("/tmp/x")),
    (pathlib.Path, "a/b", pathlib.Path("a/b")),
    (pathlib.PurePosixPath, Text("a"), pathlib.PurePosixPath("a")),
    # nothing asked: the kind of the default, here an object that asks for nothing
    (Any, Text("5"), 5),
    (T, "5", "5"),
    (Shape, 5, 5),
    ("NoSuchName", Text("[1]"), [1]),
    ("no such syntax", Text("7"), 7),
    (object, 5, 5),
    (type, int, int),
    (type[int], int, int),
    (Callable[..., int], len, len),
]


@pytest.mark.parametrize(("annotation", "value", "wanted"), GIVES, ids=[f"{a}-{v!r}" for a, v, _ in GIVES])
def test_a_value_as_its_annotation(annotation: Any, value: Any, wanted: Any) -> None:
    got = ask(annotation, value)
    assert got == wanted and type(got) is type(wanted)


FAILS = [
    (int, Text("2.9"), "fraction"),
    (int, 2.9, "fraction"),
    (int, Text("null"), "null"),
    (int, None, "null"),
    (int, [1], "list"),
    (int, FloatLike(), "fraction"),
    (float, Text("1e400"), "largest"),
    (float, Text("abc"), "abc"),
    (bool, Text("maybe"), "maybe"),
    (bool, "2", "2"),
    (str, [1], "list"),
    (str, None, "null"),
    (Union[int, list[int]], Text("x"), "x"),
    (Literal["a", "b"], Text("c"), "'a', 'b'"),
    (Literal[1], True, "True"),
    (Color, Text("GREEN"), "RED, BLUE, TWO"),
    (Color, 7, "RED"),
    (list[int], Text("[1, x]"), "at 1"),
    (list[int], 5, "int"),
    (list[int], "12", "str"),
    (tuple[int, str], Text("[1]"), "1 items where 2"),
    (dict[str, int], Text("{a: x}"), "at a"),
    (dict, [1], "list"),
    (pathlib.Path, 5, "int"),
    (Anything, Text("x"), "Anything"),
    (Anything, 5, "Anything"),
    (Opt, Text("{lr: x}"), "at lr"),
    (Opt, Text("{rate: 1}"), "no field 'rate'"),
    (Net, Text("{}"), "name"),
    (None, 5, "None"),
    (type, 5, "type"),
    (Callable[..., int], 5, "callable"),
]


@pytest.mark.parametrize(("annotation", "value", "reason"), FAILS, ids=[f"{a}-{v!r}" for a, v, _ in FAILS])
def test_a_value_that_is_not_its_annotation(annotation: Any, value: Any, reason: str) -> None:
    with pytest.raises(hp.ConversionError) as error:
        ask(annotation, value)
    assert "ann.x" in str(error.value) and reason in str(error.value)


def test_objects_that_satisfy_are_handed_over_as_they_are() -> None:
    class MyFloat(float): ...

    class MyList(list[int]): ...

    path, items, opt = pathlib.PurePosixPath("x"), [1, 2], Opt()
    for annotation, value in (
        (float, MyFloat(1.5)),
        (int, enum.IntEnum("E", "A")(1)),
        (str, Level.LOW),
        (list[int], MyList([1])),
        (list[int], items),
        (list, items),
        (Optional[list[int]], items),
        (tuple[int, ...], (1, 2)),
        (dict[str, int], {}),
        (pathlib.PurePath, path),
        (Opt, opt),
        (Anything, Anything()),
        (Sequence[str], ("a", "b")),
    ):
        assert ask(annotation, value) is value


# ---- dataclasses --------------------------------------------------------------------------------------------------------


def test_a_dataclass_is_gathered_from_sub_keys() -> None:
    @auto_param("gathered")
    def f(net: Net = Net("d")):  # noqa: B008
        return net

    assert f() == Net("d")
    with param_scope("gathered.net.name=n", "gathered.net.opt.lr=.5", "gathered.net.opt.betas=[.1, .2]"):
        assert f() == Net("n", Opt(0.5, 10, (0.1, 0.2)))
    with param_scope(**{"gathered.net": {"name": "m", "parent": {"name": "p"}}}):
        assert f() == Net("m", Opt(), Net("p"))


def test_fields_that_are_not_set_come_from_the_default() -> None:
    @auto_param("partly")
    def f(opt: Opt = Opt(lr=9.0, steps=3)):  # noqa: B008
        return opt

    with param_scope("partly.opt.steps=4"):
        assert f() == Opt(9.0, 4)


def test_a_dictionary_is_gathered_from_sub_keys() -> None:
    @auto_param("mapped")
    def f(opt: dict[str, float] = {"lr": 0.1}):  # noqa: B006
        return opt

    assert f() == {"lr": 0.1}
    with param_scope("mapped.opt.wd=1"):
        assert f() == {"lr": 0.1, "wd": 1.0}


# ---- names and defaults -------------------------------------------------------------------------------------------------


def test_a_default_of_none_makes_it_optional() -> None:
    assert ask(int, Text("null"), None) is None
    assert ask(int, Text("5"), None) == 5
    with pytest.raises(hp.ConversionError):
        ask(int, Text("x"), None)


def test_names_are_resolved_at_the_first_call() -> None:
    @auto_param("late")
    def f(x: Later = None):
        return x

    global Later

    class Later(enum.Enum):
        A = 1

    with param_scope("late.x=A"):
        assert f() is Later.A


def test_a_string_inside_an_annotation_is_resolved() -> None:
    assert ask(list["Color"], Text("[RED]")) == [Color.RED]
    assert ask(Optional["Color"], Text("RED")) is Color.RED


def test_names_of_the_enclosing_function_are_found() -> None:
    class Local(enum.Enum):
        A = 1

    @auto_param("enclosed")
    def f(x: Local = Local.A, y: int = 1):
        return x, y, Local

    with param_scope("enclosed.y=2.0", "enclosed.x=A"):
        assert f()[:2] == (Local.A, 2)


def test_an_int_annotation_is_strict_where_an_int_default_is_not() -> None:
    @auto_param("ints")
    def f(a=1, b: int = 1):
        return a, b

    with hp.strict(), param_scope("ints.a=2.9"):
        assert f() == (2.9, 1)
    with hp.strict(), param_scope("ints.b=2.9"), pytest.raises(hp.ConversionError, match=r"ints\.b"):
        f()


# ---- conversions are kept -----------------------------------------------------------------------------------------------


def test_a_value_is_converted_once() -> None:
    made = []

    class Counted(enum.Enum):
        A = 1

        @classmethod
        def _missing_(cls, value):
            made.append(value)
            return cls.A

    def f(x=None):
        return x

    f.__annotations__["x"] = Counted
    f = auto_param("once")(f)
    with param_scope(**{"once.x": 77}):
        assert [f() for _ in range(5)] == [Counted.A] * 5
    assert made == [77]


def test_a_list_made_from_text_is_each_callers_own() -> None:
    @auto_param("own")
    def f(x: list[int] = []):  # noqa: B006
        x.append(9)
        return x

    with param_scope("own.x=[1]"):
        assert f() == [1, 9] and f() == [1, 9]


def test_what_a_class_raises_is_the_reason() -> None:
    @dataclass
    class Picky:
        x: int = 1

        def __post_init__(self):
            if self.x > 1:
                raise RuntimeError("too large")

    with pytest.raises(hp.ConversionError, match="RuntimeError: too large"):
        ask(Picky, {"x": 2})


def test_a_warning_gives_the_default_and_names_everything() -> None:
    @auto_param("warned")
    def f(x: int = 3):
        return x

    with param_scope("warned.x=2.9"):
        with pytest.warns(
            hp.ConversionWarning, match=r"(?s)warned\.x.*2\.9.*int.*fraction.*test_annotations\.py"
        ) as caught:
            assert f() == 3
        assert caught[0].filename == __file__


def test_what_is_deep_inside_text_is_read_as_literals_where_no_annotation_names_its_type() -> None:
    @auto_param("deep")
    def f(items: list = (), table: dict[str, list] = {}, rows: list[list] = [], named: list[list[str]] = []):  # noqa: B006
        return items, table, rows, named

    with param_scope(
        "deep.items=[[1],{a: [2.5]}]", "deep.table={a: [[x]]}", "deep.rows=[[],[[1]]]", "deep.named=[[1]]"
    ):
        got = f()
        assert got == ([[1], {"a": [2.5]}], {"a": [["x"]]}, [[], [[1]]], [["1"]])
        assert [type(value) for value in (*got[0], *got[1].values(), *got[2])] == [list, dict, list, list, list]


def test_a_list_inside_text_is_called_a_list_where_it_does_not_convert() -> None:
    @auto_param("deeper")
    def f(calls: list[Callable] = ()):
        return calls

    with param_scope("deeper.calls=[[1]]"), hp.strict():
        with pytest.raises(hp.ConversionError, match=r"at 0: a list is no callable"):
            f()
