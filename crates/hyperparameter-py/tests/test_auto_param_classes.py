"""`auto_param` on methods and classes."""

from __future__ import annotations

import abc
import dataclasses
import functools
import pickle
from dataclasses import InitVar, dataclass, field
from typing import NamedTuple

import pytest

from hyperparameter import auto_param, param_scope


class Plain:
    @auto_param
    def method(self, x=1):
        return self, x

    @staticmethod
    @auto_param
    def static_outside(x=1):
        return x

    @auto_param
    @staticmethod
    def static_inside(x=1):
        return x

    @classmethod
    @auto_param
    def class_outside(cls, x=1):
        return cls, x

    @auto_param
    @classmethod
    def class_inside(cls, x=1):
        return cls, x


class Sub(Plain): ...


@auto_param
class Decorated:
    """A class."""

    def __init__(self, size=1, *, name="n"):
        self.size = size
        self.name = name


class SubDecorated(Decorated): ...


class SuperDecorated(Decorated):
    def __init__(self, extra=5):
        super().__init__()
        self.extra = extra


@auto_param("point")
@dataclass
class Point:
    x: int = 1
    tags: list[str] = field(default_factory=list)


def test_methods_are_bound_and_filled() -> None:
    o = Plain()
    assert o.method() == (o, 1) and Plain.method(o) == (o, 1)
    with param_scope(**{"Plain.method.x": 2}):
        assert o.method() == (o, 2) and Plain.method(o) == (o, 2) and o.method(3) == (o, 3)
        assert Sub().method()[1] == 2
    assert o.method.parameters[0].key == "Plain.method.x"


def test_a_method_of_a_local_class_has_no_locals_in_its_name() -> None:
    class Local:
        @auto_param
        def m(self, x=1):
            return x

    key = "test_a_method_of_a_local_class_has_no_locals_in_its_name.Local.m.x"
    with param_scope(**{key: 2}):
        assert Local().m() == 2


@pytest.mark.parametrize("name", ["static_outside", "static_inside"])
def test_static_methods_in_either_order(name: str) -> None:
    for thing in (Plain, Plain(), Sub):
        assert getattr(thing, name)() == 1
        with param_scope(**{f"Plain.{name}.x": 2}):
            assert getattr(thing, name)() == 2
            assert getattr(thing, name)(3) == 3


@pytest.mark.parametrize("name", ["class_outside", "class_inside"])
def test_class_methods_in_either_order(name: str) -> None:
    for thing, cls in ((Plain, Plain), (Plain(), Plain), (Sub, Sub)):
        assert getattr(thing, name)() == (cls, 1)
        with param_scope(**{f"Plain.{name}.x": 2}):
            assert getattr(thing, name)() == (cls, 2)


def test_bound_methods_are_pickled() -> None:
    method = pickle.loads(pickle.dumps(Plain().method))
    assert method()[1] == 1


def test_abstract_methods_stay_abstract() -> None:
    class Base(abc.ABC):
        @abc.abstractmethod
        @auto_param
        def f(self, x=1): ...

        @auto_param
        @abc.abstractmethod
        def g(self, x=1): ...

    assert Base.__abstractmethods__ == {"f", "g"}


def test_partialmethods_work() -> None:
    class C:
        @auto_param("pm")
        def m(self, a, b=1):
            return a, b

        p = functools.partialmethod(m, 5)

    with param_scope(**{"pm.b": 2}):
        assert C().p() == (5, 2)


# ---- classes ------------------------------------------------------------------------------------------------------------


def test_a_class_is_named_without_init() -> None:
    assert isinstance(Decorated, type) and Decorated.__doc__ == "A class."
    assert Decorated().size == 1
    with param_scope(**{"Decorated.size": 2, "Decorated.name": "m"}):
        assert (Decorated().size, Decorated().name) == (2, "m")
        assert Decorated(5).size == 5
        assert Decorated(size=6).size == 6


def test_a_subclass_without_its_own_init_uses_the_bases_namespace() -> None:
    with param_scope(**{"Decorated.size": 2, "SubDecorated.size": 9}):
        assert SubDecorated().size == 2


def test_super_init_uses_the_bases_namespace() -> None:
    with param_scope(**{"Decorated.size": 2, "SuperDecorated.extra": 9}):
        made = SuperDecorated()
        assert (made.size, made.extra) == (2, 5)


def test_a_decorated_subclass_has_its_own_namespace() -> None:
    @auto_param("own")
    class Own(Decorated): ...

    with param_scope(**{"Decorated.size": 2}):
        assert Own().size == 1
    with param_scope(**{"own.size": 3}):
        assert Own().size == 3 and Decorated().size == 1


def test_instances_are_pickled() -> None:
    made = pickle.loads(pickle.dumps(Decorated(4)))
    assert isinstance(made, Decorated) and made.size == 4
    assert pickle.loads(pickle.dumps(Decorated)) is Decorated


def test_dataclasses() -> None:
    assert dataclasses.is_dataclass(Point) and Point() == Point(1, [])
    with param_scope("point.x=3", "point.tags=[a, b]"):
        assert Point() == Point(3, ["a", "b"])
        assert Point(x=1) == Point(1, ["a", "b"])
    first = Point()
    assert first.tags is not Point().tags
    assert dataclasses.replace(Point(2), x=5).x == 5


def test_frozen_slotted_keyword_only_dataclasses_with_init_vars() -> None:
    @auto_param("full")
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Full:
        a: int = 1
        b: InitVar[int] = 2
        c: float = field(default=0.0, init=False)
        d: dict[str, int] = field(default_factory=lambda: {"k": 1})

        def __post_init__(self, b):
            object.__setattr__(self, "c", float(b))

    assert (Full().a, Full().c, Full().d) == (1, 2.0, {"k": 1})
    with param_scope("full.a=5", "full.b=6"):
        assert (Full().a, Full().c) == (5, 6.0)
        assert Full(a=1).a == 1


def test_named_tuples() -> None:
    @auto_param("pair")
    class Pair(NamedTuple):
        a: int = 1
        b: int = 2

    assert Pair() == (1, 2)
    with param_scope("pair.b=5"):
        assert Pair() == (1, 5) and Pair(7) == (7, 5)


def test_a_class_without_arguments_is_left_alone() -> None:
    @auto_param
    class Nothing: ...

    assert isinstance(Nothing(), Nothing)


def test_a_class_whose_init_has_no_signature_says_so() -> None:
    with pytest.raises(TypeError, match="signature|decorated"):
        auto_param(int)


def test_what_init_writes_is_gone() -> None:
    @auto_param("writer")
    class Writer:
        def __init__(self, x=1):
            param_scope.cls.a = 1

    Writer()
    assert (param_scope.cls.a | 0) == 0
