"""``schema=Cls``: a configuration as an object of a class, by its type hints alone."""
# The older spellings are tested too.
# ruff: noqa: UP006, UP007, UP035, UP045

from __future__ import annotations

import datetime as dt
import enum
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, InitVar, dataclass, field, make_dataclass
from pathlib import Path
from typing import Any, ClassVar, Dict, Generic, List, Literal, NamedTuple, Optional, TypedDict, TypeVar, Union

import attrs
import pydantic
import pytest
from typing_extensions import NotRequired, Required

import hyperparameter as hp
from hyperparameter import loader

T = TypeVar("T")
K = TypeVar("K")


class Color(enum.Enum):
    RED = 1
    BLUE = 2


@dataclass
class Opt:
    lr: float = 0.1
    name: Literal["adam", "sgd"] = "adam"
    betas: tuple[float, float] = (0.9, 0.99)


@dataclass
class Model:
    size: int
    opt: Opt = field(default_factory=Opt)
    tags: list[str] = field(default_factory=list)


@dataclass
class Tree:
    value: int
    children: list[Tree] = field(default_factory=list)
    parent: Optional[Tree] = None


def errors(text: str, schema: Any, **options: Any) -> list[str]:
    """What is told of each mistake of a YAML text."""
    with pytest.raises(hp.ConfigError) as error:
        loader.loads(text, "yaml", schema=schema, **options)
    return [f"{one.key}: {one.message}" for one in error.value.errors]


# ---- dataclasses --------------------------------------------------------------------------------------------------------


def test_a_dataclass_is_made_from_its_fields() -> None:
    assert loader.loads("size: '8080'\nopt: {lr: 1}\ntags: [a, 1.5]", "yaml", schema=Model) == Model(
        8080, Opt(1.0), ["a", "1.5"]
    )


def test_what_a_file_leaves_out_has_its_default() -> None:
    made = loader.loads("size: 1", "yaml", schema=Model)
    assert made == Model(1) and made.tags is not Model(1).tags


@pytest.mark.parametrize("source", ["env", "overrides"])
def test_text_from_outside_is_converted_as_values_of_files_are(source: str) -> None:
    if source == "env":
        options: dict[str, Any] = {"env": loader.Env(variables={"HP_SIZE": "8", "HP_OPT__BETAS": "[0, 1e-1]"})}
    else:
        options = {"overrides": ["size=8", "opt.betas=[0, 1e-1]"]}
    assert loader.load({}, schema=Model, **options) == Model(8, Opt(betas=(0.0, 0.1)))


def test_text_of_a_string_field_keeps_its_characters() -> None:
    assert loader.load({}, schema=Opt2, overrides=["version=1.10"]).version == "1.10"


@dataclass
class Opt2:
    version: str = ""


def test_a_recursive_class_is_made_as_deep_as_the_file_is() -> None:
    made = loader.loads("value: 1\nchildren:\n- value: '2'\n  children: [{value: 3}]", "yaml", schema=Tree)
    assert made == Tree(1, [Tree(2, [Tree(3)])])


def test_annotations_of_a_class_inside_a_function_are_resolved_there() -> None:
    @dataclass
    class Inner:
        port: int

    @dataclass
    class Outer:
        inner: Inner
        more: list[Inner]

    assert loader.loads("inner: {port: '1'}\nmore: [{port: '2'}]", "yaml", schema=Outer) == Outer(Inner(1), [Inner(2)])


def test_fields_of_a_base_class_are_fields() -> None:
    @dataclass
    class Base:
        x: int
        y: int = 0

    @dataclass
    class Derived(Base):
        y: int = 5
        z: list[int] = field(default_factory=list)

    assert loader.loads("x: '1'\nz: ['2']", "yaml", schema=Derived) == Derived(1, 5, [2])


def test_a_keyword_only_field_is_filled() -> None:
    @dataclass
    class Mixed:
        x: int
        _: KW_ONLY
        y: int
        z: int = 3

    assert loader.loads("x: 1\ny: '2'", "yaml", schema=Mixed) == Mixed(1, y=2)


def test_an_init_var_is_passed_and_converted() -> None:
    @dataclass
    class Scaled:
        x: int
        by: InitVar[int]
        off: InitVar[int] = 1

        def __post_init__(self, by: int, off: int) -> None:
            self.x = self.x * by + off

    assert loader.loads("x: '2'\nby: '5'", "yaml", schema=Scaled).x == 11


def test_fields_that_are_not_of_the_constructor_are_no_fields_of_a_file() -> None:
    @dataclass
    class Made:
        x: int
        kept: int = field(init=False, default=0)
        shared: ClassVar[int] = 3

    assert loader.loads("x: 1", "yaml", schema=Made) == Made(1)
    assert errors("x: 1\nkept: 2", Made) == ["kept: Made has no field 'kept'; its fields are x"]
    assert errors("x: 1\nshared: 2", Made) == ["shared: Made has no field 'shared'; its fields are x"]


def test_a_frozen_dataclass_with_slots_is_made() -> None:
    @dataclass(frozen=True, slots=True)
    class Point:
        x: int
        y: int = 0

    assert loader.loads("x: '1'", "yaml", schema=Point) == Point(1)


def test_a_default_of_none_makes_a_field_optional() -> None:
    @dataclass
    class Loose:
        x: int = None  # type: ignore[assignment]

    assert loader.loads("x: null", "yaml", schema=Loose).x is None


def test_a_class_that_was_made_at_run_time_is_one_too() -> None:
    made: Any = make_dataclass("Made", [("x", int), ("y", list[int], field(default_factory=list))])
    assert loader.loads("x: '1'\ny: ['2']", "yaml", schema=made) == made(1, [2])


def test_what_post_init_raises_is_told_with_the_key_of_the_class() -> None:
    @dataclass
    class Picky:
        low: int
        high: int

        def __post_init__(self) -> None:
            if self.low > self.high:
                raise ValueError("low is above high")

    @dataclass
    class Holder:
        picky: Picky

    assert errors("picky: {low: 2, high: 1}", Holder) == [
        "picky: {'low': 2, 'high': 1} does not convert to Picky (low is above high)"
    ]
    assert errors("{low: 2, high: 1}", Picky)[0].endswith("does not convert to Picky (low is above high)")


def test_a_parameter_of_auto_param_is_converted_by_the_same_rules() -> None:
    @hp.auto_param("both")
    def both(model: Model = Model(1), when: dt.timedelta = dt.timedelta(0)) -> Any:  # noqa: B008
        return model, when

    with hp.param_scope("both.model.opt.lr=1", "both.when=1h"):
        assert both() == (Model(1, Opt(1.0)), dt.timedelta(hours=1))


# ---- generics -----------------------------------------------------------------------------------------------------------


@dataclass
class Box(Generic[T]):
    value: T
    more: List[T] = field(default_factory=list)
    inner: Optional[Box[T]] = None


@dataclass
class Named(Box[K], Generic[K, T]):
    names: Dict[str, T] = field(default_factory=dict)


def test_a_type_parameter_stands_for_its_argument() -> None:
    box: Any = Box[int]
    assert loader.loads("value: '1'\nmore: ['2']\ninner: {value: '3'}", "yaml", schema=box) == Box(1, [2], Box(3))


def test_a_type_parameter_of_a_base_is_bound_by_the_class() -> None:
    named: Any = Named[int, Color]
    made = loader.loads("value: '1'\nmore: ['2']\nnames: {a: RED}", "yaml", schema=named)
    assert made == Named(1, [2], None, {"a": Color.RED})


def test_a_type_parameter_without_argument_asks_for_nothing() -> None:
    assert loader.loads("value: '1'", "yaml", schema=Box).value == "1"


def test_a_generic_field_is_bound_by_its_annotation() -> None:
    @dataclass
    class Holder:
        box: Box[int]
        boxes: dict[str, Box[float]]

    made = loader.loads("box: {value: '1'}\nboxes: {a: {value: 2}}", "yaml", schema=Holder)
    assert made == Holder(Box(1), {"a": Box(2.0)}) and type(made.boxes["a"].value) is float


# ---- the other classes --------------------------------------------------------------------------------------------------


class Server(TypedDict, total=False):
    port: Required[int]
    host: str


class Full(TypedDict):
    port: int
    host: NotRequired[str]
    opt: NotRequired[Opt]


class More(Full, total=False):
    extra: int


class Pair(NamedTuple):
    x: int
    y: float = 0.5
    rest: tuple[str, ...] = ()


def test_a_typed_dict_is_a_dictionary_with_its_keys() -> None:
    made = loader.loads("port: '80'\nopt: {lr: 1}", "yaml", schema=Full)
    assert made == {"port": 80, "opt": Opt(1.0)} and type(made) is dict


@pytest.mark.parametrize("schema", [Server, Full, More])
def test_a_required_key_of_a_typed_dict_is_required(schema: Any) -> None:
    assert errors("host: a", schema) == [f"port: {schema.__name__} needs a field 'port' of type int"]
    assert loader.loads("port: '1'", "yaml", schema=schema) == {"port": 1}


def test_an_unknown_key_of_a_typed_dict_is_told() -> None:
    assert errors("port: 1\nhots: a", More) == ["hots: More has no field 'hots'; did you mean 'host'?"]


def test_a_named_tuple_is_made_from_names_or_from_a_list() -> None:
    assert loader.loads("x: '1'\nrest: [1]", "yaml", schema=Pair) == Pair(1, 0.5, ("1",))
    assert loader.loads("p: ['1', 2]", "yaml", schema=Dict[str, Pair]) == {"p": Pair(1, 2.0)}
    assert errors("p: []", Dict[str, Pair]) == ["p.x: Pair needs a field 'x' of type int"]
    assert errors("p: [1, 2, [], 4]", Dict[str, Pair])[0].startswith(
        "p: [1, 2, [], 4] does not convert to Pair (4 items"
    )


@attrs.define
class Attrs:
    port: int
    _secret: str = "s"
    opt: Opt = attrs.Factory(Opt)
    upper: str = attrs.field(default="", converter=str.upper)
    even: int = attrs.field(default=0, kw_only=True)

    @even.validator
    def _check(self, attribute: Any, value: int) -> None:
        if value % 2:
            raise ValueError("even is odd")


def test_an_attrs_class_is_made_by_the_names_of_its_constructor() -> None:
    made = loader.loads("port: '1'\nsecret: 5\nopt: {lr: 1}\nupper: abc\neven: '2'", "yaml", schema=Attrs)
    assert made == Attrs(1, "5", Opt(1.0), "abc", even=2)


def test_what_an_attrs_validator_raises_is_told() -> None:
    assert "even is odd" in errors("port: 1\neven: 3", Attrs)[0]
    assert errors("prot: 1", Attrs) == [
        "prot: Attrs has no field 'prot'; did you mean 'port'?",
        "port: Attrs needs a field 'port' of type int",
    ]


class Sub(pydantic.BaseModel):
    lr: float = 0.1


class Pydantic(pydantic.BaseModel):
    port: int = pydantic.Field(ge=1, le=65535)
    sub: Sub = Sub()
    token: pydantic.SecretStr = pydantic.SecretStr("")
    when: Optional[dt.datetime] = None
    alias: str = pydantic.Field("", alias="other-name")
    opt: Opt = Opt()


class Open(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    x: int = 0


@pydantic.dataclasses.dataclass
class PydanticData:
    port: int = pydantic.Field(ge=1)


def test_a_pydantic_model_is_made_and_checked_by_pydantic() -> None:
    text = "port: '80'\nsub: {lr: '1e-3'}\ntoken: abc\nwhen: 2024-02-29 10:00\nother-name: x\nopt: {lr: 1}"
    made = loader.loads(text, "yaml", schema=Pydantic)
    assert (made.port, made.sub.lr, made.token.get_secret_value(), made.alias) == (80, 0.001, "abc", "x")
    assert made.when == dt.datetime(2024, 2, 29, 10) and made.opt == Opt(1.0)


def test_what_pydantic_says_is_told_with_key_and_place() -> None:
    with pytest.raises(hp.ConfigError) as error:
        loader.loads("port: 70000\nsub: {lr: x, wd: 1}", "yaml", schema=Pydantic)
    told = {one.key: (one.line, one.message) for one in error.value.errors}
    assert told["port"][0] == 1 and "65535" in told["port"][1]
    assert told["sub.lr"][0] == 2
    assert told["sub.wd"][1].startswith("Sub has no field 'wd'")


def test_a_pydantic_model_that_takes_other_names_does() -> None:
    assert loader.loads("x: '1'\ny: 2", "yaml", schema=Open).model_dump() == {"x": 1, "y": 2}


def test_a_pydantic_dataclass_is_checked_by_pydantic() -> None:
    assert loader.loads("port: '1'", "yaml", schema=PydanticData).port == 1
    assert "greater than or equal to 1" in errors("port: 0", PydanticData)[0]


def test_neither_attrs_nor_pydantic_is_imported() -> None:
    code = (
        "import sys, dataclasses; from hyperparameter import loader\n"
        "C = dataclasses.make_dataclass('C', [('x', int)]); print(loader.loads('x: 1', 'yaml', schema=C))\n"
        "print({'attr', 'attrs', 'pydantic'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout == "C(x=1)\nset()\n"


@pytest.mark.parametrize("kind", ["attrs", "pydantic", "tuple"])
def test_fields_that_are_not_set_come_from_the_default_of_an_argument(kind: str) -> None:
    default = {"attrs": Attrs(1, "kept"), "pydantic": Sub2(a=1, b=2), "tuple": Pair(1, 7.0)}[kind]

    def f(x: Any = default) -> Any:
        return x

    f.__annotations__["x"] = type(default)
    name = {"attrs": "port", "pydantic": "a", "tuple": "x"}[kind]
    with hp.strict(), hp.param_scope(f"laid.x.{name}=5"):
        made = hp.auto_param("laid")(f)()
    assert made == {"attrs": Attrs(5, "kept"), "pydantic": Sub2(a=5, b=2), "tuple": Pair(5, 7.0)}[kind]


class Sub2(pydantic.BaseModel):
    a: int = 0
    b: int = 0


# ---- other annotations --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "text", "made"),
    [
        (Dict[str, int], "a: '1'\nb: 2", {"a": 1, "b": 2}),
        (dict[str, Model], "m: {size: 1}", {"m": Model(1)}),
        (Mapping[str, Union[int, str]], "a: 1\nb: x", {"a": 1, "b": "x"}),
        (dict[int, Path], "1: a/b", {1: Path("a/b")}),
        (dict[Color, Sequence[int]], "RED: [1]", {Color.RED: [1]}),
        (dict[str, dt.date], "d: 2024-02-29", {"d": dt.date(2024, 2, 29)}),
        (dict[str, set[int]], "s: [1, 2, 1]", {"s": {1, 2}}),
        (Union[Pair, Model], "size: 1", Model(1)),
        (Optional[Model], "size: 1", Model(1)),
    ],
)
def test_any_annotation_is_a_schema(schema: Any, text: str, made: Any) -> None:
    assert loader.loads(text, "yaml", schema=schema) == made


@pytest.mark.parametrize("schema", [Any, object, T])
def test_an_annotation_that_says_nothing_is_a_type_error(schema: Any) -> None:
    with pytest.raises(TypeError, match="says nothing"):
        loader.loads("a: 1", "yaml", schema=schema)


# ---- unions of classes --------------------------------------------------------------------------------------------------


@dataclass
class Adam:
    kind: Literal["adam"]
    lr: float = 0.1


@dataclass
class Sgd:
    kind: Literal["sgd"]
    momentum: float = 0.9


@dataclass
class Trainer:
    opt: Union[Adam, Sgd, None] = None


def test_of_a_union_of_classes_the_one_that_fits_is_made() -> None:
    assert loader.loads("opt: {kind: sgd}", "yaml", schema=Trainer) == Trainer(Sgd("sgd"))
    assert loader.loads("opt: null", "yaml", schema=Trainer) == Trainer(None)


def test_of_a_union_of_classes_the_nearest_says_what_is_wrong() -> None:
    assert errors("opt: {kind: sgd, momentum: x}", Trainer) == [
        "opt.momentum: 'x' does not convert to float ('x' is not a number (as Sgd))"
    ]


def test_where_names_are_passed_over_the_class_that_has_them_all_is_made() -> None:
    @dataclass
    class A:
        x: int = 0

    @dataclass
    class B:
        x: int = 0
        y: int = 0

    made = loader.loads("v: {x: 1, y: 2}", "yaml", schema=Dict[str, Union[A, B]], extra="ignore")
    assert made == {"v": B(1, 2)}


# ---- unknown and missing, all together ----------------------------------------------------------------------------------


def test_unknown_names_are_passed_over_where_that_is_asked() -> None:
    text = "size: 1\nx: 2\nopt: {y: 3, lr: 2}"
    assert loader.loads(text, "yaml", schema=Model, extra="ignore") == Model(1, Opt(2.0))
    assert len(errors(text, Model)) == 2


def test_extra_is_one_of_two_words() -> None:
    wrong: Any = "allow"
    with pytest.raises(ValueError, match="forbid"):
        loader.loads("size: 1", "yaml", schema=Model, extra=wrong)


def test_all_errors_of_a_load_are_told_together() -> None:
    with pytest.raises(hp.ConfigError) as error:
        loader.loads(
            "opt:\n  lr: x\n  nam: sgd\n  betas: [1, b, 3]\ntags: {a: 1}\n",
            "yaml",
            schema=Model,
            overrides=["opt.name=adm"],
        )
    assert str(error.value).splitlines() == [
        "6 errors in the configuration:",
        "  text.yaml:2:7: 'opt.lr': 'x' does not convert to float ('x' is not a number)",
        "  text.yaml:3:3: 'opt.nam': Opt has no field 'nam'; did you mean 'name'?",
        "  text.yaml:4:10: 'opt.betas': [1, 'b', 3] does not convert to tuple[float, float] (3 items where 2 are wanted)",
        f"  {error.value.errors[3].source}: 'opt.name': 'adm' does not convert to Literal['adam', 'sgd'] "
        "('adm' is none of 'adam', 'sgd'; did you mean 'adam'?)",
        "  text.yaml:5:7: 'tags': {'a': 1} does not convert to list[str] (a dict is no list[str])",
        "  text.yaml: 'size': Model needs a field 'size' of type int",
    ]
    assert error.value.errors[3].source.startswith(__file__)


def test_an_error_has_the_key_the_place_the_value_and_the_type() -> None:
    with pytest.raises(hp.ConfigError) as error:
        loader.loads("size: 1\nopt: {lr: fast}", "yaml", schema=Model)
    (one,) = error.value.errors
    assert (one.key, one.kind, one.value, one.wanted) == ("opt.lr", "value", "fast", "float")
    assert (one.source, one.file, one.line, one.column) == ("text.yaml:2:11", "text.yaml", 2, 11)
    raised = error.value
    assert (raised.key, raised.file, raised.line, raised.column) == ("opt.lr", "text.yaml", 2, 11)


def test_an_error_shows_the_line_with_a_caret_under_the_value() -> None:
    with pytest.raises(hp.ConfigError) as error:
        loader.loads("size: 1\nopt: {lr: fast}", "yaml", schema=Model)
    assert str(error.value).splitlines()[1:] == ["  |", "2 | opt: {lr: fast}", "  |           ^"]


def test_an_unknown_field_of_a_file_is_shown_at_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("size = 1\n[opt]\nlrr = 1\n")
    with pytest.raises(hp.ConfigError) as error:
        loader.load(tmp_path / "a.toml", schema=Model)
    assert (error.value.line, error.value.column) == (3, 1)
    assert str(error.value).splitlines()[1:] == ["  |", "3 | lrr = 1", "  | ^"]


def test_an_unknown_field_of_an_override_has_the_place_of_the_override() -> None:
    with pytest.raises(hp.ConfigError) as error:
        loader.loads("size: 1", "yaml", schema=Model, overrides=["opt.lrr=1"])
    assert error.value.errors[0].source.startswith(__file__) and "|" not in str(error.value)


def test_an_unknown_field_has_its_near_names() -> None:
    with pytest.raises(hp.ConfigError) as error:
        loader.loads("size: 1\nopt: {lrr: 1}", "yaml", schema=Model)
    assert error.value.errors[0].near == ("lr",) and error.value.near == ("lr",)


def test_a_missing_field_is_told_at_the_map_that_lacks_it() -> None:
    with pytest.raises(hp.ConfigError) as error:
        loader.loads("children:\n- value: 1\n- parent: null\nvalue: 0", "yaml", schema=Tree)
    (one,) = error.value.errors
    assert (one.key, one.kind, one.wanted, one.source) == ("children.1.value", "missing", "int", "text.yaml:3:3")


def test_a_mistake_inside_text_has_the_place_of_the_text() -> None:
    with pytest.raises(hp.ConfigError) as error:
        loader.load({}, schema=Model, overrides=["size=1", "opt={lr: x}"])
    assert error.value.errors[0].key == "opt.lr" and error.value.errors[0].source.startswith(__file__)


def test_a_screen_of_errors_is_enough() -> None:
    text = "\n".join(f"k{n}: x" for n in range(300))
    with pytest.raises(hp.ConfigError) as error:
        loader.loads(text, "yaml", schema=Dict[str, int])
    assert len(str(error.value).splitlines()) <= 23 and "more" in str(error.value)


def test_the_type_of_a_long_value_is_told_with_its_beginning() -> None:
    told = errors(f"size: {'x' * 500}", Model)[0]
    assert len(told) < 300


@pytest.mark.parametrize("value", ["null", "[1]", "{a: 1}", "1.5", "x", "''"])
def test_a_value_of_another_kind_is_an_error_and_never_something_else(value: str) -> None:
    assert errors(f"size: {value}", Model)[0].startswith("size: ")


@dataclass
class Lost:
    x: int
    y: NoSuchName = None  # type: ignore[name-defined]  # noqa: F821


def test_an_annotation_that_does_not_resolve_takes_no_value() -> None:
    assert loader.loads("x: '1'", "yaml", schema=Lost) == Lost(1)
    assert errors("x: a\ny: 1", Lost)[1].startswith(
        "y: 1 does not convert to what it is annotated with (its annotation 'NoSuchName'"
    )
