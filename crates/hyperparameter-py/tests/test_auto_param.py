"""`auto_param` on functions: what is filled, what wins, and that the function stays a function for everyone else."""

from __future__ import annotations

import copy
import functools
import gc
import inspect
import pickle
import threading
import warnings
import weakref
from typing import Any

import pytest

import hyperparameter as hp
from hyperparameter import auto_param, param_scope


@auto_param("kinds")
def kinds(a, b=1, /, c=2.0, *, d="x", e=None, **rest):
    """All kinds of arguments."""
    return a, b, c, d, e, rest


@auto_param
def bare(x=1):
    return x


@auto_param
def pickled(x=1):
    return x


# ---- what is filled -----------------------------------------------------------------------------------------------------


def test_without_a_value_the_defaults_count() -> None:
    assert kinds(0) == (0, 1, 2.0, "x", None, {})


def test_positional_only_arguments_are_filled() -> None:
    with param_scope(**{"kinds.b": 5}):
        assert kinds(0) == (0, 5, 2.0, "x", None, {})


def test_a_gap_before_a_value_is_closed_with_the_default() -> None:
    with param_scope(**{"kinds.c": 5.5}):
        assert kinds(0) == (0, 1, 5.5, "x", None, {})


def test_keyword_only_arguments_are_filled() -> None:
    with param_scope(**{"kinds.d": "y"}):
        assert kinds(0) == (0, 1, 2.0, "y", None, {})
        assert kinds(0, e=3) == (0, 1, 2.0, "y", 3, {})
    with param_scope(**{"kinds.d": "y", "kinds.e": 4, "kinds.c": 0.5}):
        assert kinds(0, 2) == (0, 2, 0.5, "y", 4, {})
        assert kinds(0, z=1) == (0, 1, 0.5, "y", 4, {"z": 1})


def test_explicit_arguments_win() -> None:
    with param_scope(**{"kinds.b": 5, "kinds.c": 5.0, "kinds.d": "z"}):
        assert kinds(0, 1, 2.5, d="w") == (0, 1, 2.5, "w", None, {})
        assert kinds(0, c=9.0) == (0, 5, 9.0, "z", None, {})


def test_a_name_of_a_positional_only_argument_belongs_to_the_rest() -> None:
    with param_scope(**{"kinds.c": 5.0}):
        assert kinds(0, b=7) == (0, 1, 5.0, "x", None, {"b": 7})


def test_names_that_are_not_interned_are_found() -> None:
    name = "".join(["lo", "ng_na", "me"])

    @auto_param("uninterned")
    def f(long_name=1, other=2):
        return long_name, other

    with param_scope(**{"uninterned.other": 3}):
        assert f(**{name: 5}) == (5, 3)


def test_arguments_without_default_and_rests_are_never_filled() -> None:
    with param_scope(**{"kinds.a": 9, "kinds.rest": 9}):
        assert kinds(0) == (0, 1, 2.0, "x", None, {})
        with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'a'"):
            kinds()

    @auto_param("stars")
    def stars(x=1, *args, y=2):
        return x, args, y

    with param_scope(**{"stars.args": 5, "stars.y": 6, "stars.x": 7}):
        assert stars() == (7, (), 6)
        assert stars(0, 1, 2) == (0, (1, 2), 6)


def test_a_missing_argument_is_pythons_own_error() -> None:
    def plain(a, b, c=1):
        return a, b, c

    decorated = auto_param("missing")(plain)
    with param_scope(**{"missing.c": 3}):
        for call in ((), (1,)):
            with pytest.raises(TypeError) as own:
                plain(*call)
            with pytest.raises(TypeError) as ours:
                decorated(*call)
            assert str(ours.value) == str(own.value)
        with pytest.raises(TypeError, match="multiple values"):
            decorated(1, 2, a=3)
        with pytest.raises(TypeError, match="unexpected keyword"):
            decorated(1, 2, nothing=3)


def test_none_false_and_empty_are_values() -> None:
    for value in (None, False, 0, "", []):
        with param_scope(**{"kinds.e": value}):
            assert kinds(0)[4] is value


def test_many_arguments_are_filled() -> None:
    names = [f"p{at}" for at in range(70)]
    space: dict[str, Any] = {}
    exec(f"def many({', '.join(f'{name}={at}' for at, name in enumerate(names))}): return [{', '.join(names)}]", space)
    many = auto_param("many")(space["many"])
    assert many() == list(range(70))
    with param_scope(**{f"many.{name}": -1 for name in names}):
        assert many() == [-1] * 70
        assert many(0, 0, **{names[69]: 5}) == [0, 0] + [-1] * 67 + [5]


def test_a_value_keeps_its_identity() -> None:
    value = object()
    with param_scope(**{"kinds.e": value}):
        assert kinds(0)[4] is value


def test_a_value_may_come_from_the_snapshot() -> None:
    with hp.frozen_snapshot():
        with param_scope(**{"bare.x": 11}):
            param_scope.frozen()
        seen = []
        thread = threading.Thread(target=lambda: seen.append(bare()))
        thread.start()
        thread.join()
        assert seen == [11]
    assert bare() == 1


def test_a_dictionary_default_is_flattened() -> None:
    @auto_param("flat")
    def f(opt={"lr": 0.1, "inner": {"a": 1}}):  # noqa: B006
        return opt

    assert f() == {"lr": 0.1, "inner": {"a": 1}}
    with param_scope("flat.opt.lr=.5"):
        assert f() == {"lr": 0.5, "inner": {"a": 1}}
    with param_scope(**{"flat.opt.inner": {"a": 2, "b": 3}}):
        assert f() == {"lr": 0.1, "inner": {"a": 2, "b": 3}}


# ---- the name (rule P3) -------------------------------------------------------------------------------------------------


def test_the_bare_namespace_is_the_qualified_name() -> None:
    @auto_param
    def inner(x=1):
        return x

    key = "test_the_bare_namespace_is_the_qualified_name.inner.x"
    assert [p.key for p in inner.parameters] == [key]
    with param_scope(**{key: 5}):
        assert inner() == 5
    assert [p.key for p in bare.parameters] == ["bare.x"]


def test_a_lambda_needs_a_namespace() -> None:
    with pytest.raises(TypeError, match="lambda"):
        auto_param(lambda x=1: x)
    f = auto_param("lam")(lambda x=1: x)
    with param_scope(**{"lam.x": 2}):
        assert f() == 2


def test_a_namespace_that_is_no_key_is_refused() -> None:
    with pytest.raises(hp.InvalidKey, match="a b"):
        auto_param("a b")(lambda x=1: x)


def test_parameters_say_name_key_default_type_and_place() -> None:
    name, key, default, kind, where = kinds.parameters[1]
    assert (name, key, default, kind) == ("c", "kinds.c", 2.0, "float")
    assert "test_auto_param.py:" in where
    assert [p.type for p in kinds.parameters] == ["number", "float", "str", ""]


@pytest.mark.parametrize("what", [3, 1.5, [], object(), property(len)])
def test_what_is_no_callable_is_refused(what: Any) -> None:
    with pytest.raises(TypeError, match="auto_param decorates"):
        auto_param(what)


def test_a_builtin_without_signature_is_refused() -> None:
    with pytest.raises(TypeError, match="no signature"):
        auto_param("b")(min)


# ---- the function stays one ---------------------------------------------------------------------------------------------


def test_it_looks_like_the_function() -> None:
    assert kinds.__name__ == "kinds" and kinds.__qualname__ == "kinds" and kinds.__module__ == __name__
    assert kinds.__doc__ == "All kinds of arguments."
    assert str(inspect.signature(kinds)) == "(a, b=1, /, c=2.0, *, d='x', e=None, **rest)"
    assert inspect.unwrap(kinds) is kinds.__wrapped__
    assert kinds.__defaults__ == (1, 2.0) and kinds.__kwdefaults__ == {"d": "x", "e": None}
    assert callable(kinds) and not inspect.isfunction(kinds)
    assert inspect.getsource(kinds).startswith('@auto_param("kinds")')
    assert "auto_param" in repr(kinds)


def test_it_takes_attributes_and_weak_references() -> None:
    @auto_param("attrs")
    def f(x=1): ...

    f.note = 5
    assert f.note == 5
    assert weakref.ref(f)() is f


def test_attributes_of_the_function_are_kept() -> None:
    def f(x=1): ...

    f.note = 5  # type: ignore[attr-defined]
    assert auto_param("kept")(f).note == 5


def test_it_is_pickled_and_copied_by_name() -> None:
    assert pickle.loads(pickle.dumps(pickled)) is pickled
    assert copy.copy(pickled) is pickled and copy.deepcopy(pickled) is pickled


def test_functools_know_it() -> None:
    @functools.wraps(bare)
    def outer():
        return bare()

    assert outer.__name__ == "bare"
    assert functools.partial(bare, x=3)() == 3
    cached = functools.lru_cache(bare)
    assert cached(4) == 4


def test_cycles_are_collected() -> None:
    class Big: ...

    def make():
        big = Big()

        @auto_param("cycle")
        def f(x=1):
            return big, f

        f.me = f
        f()
        return weakref.ref(big)

    gone = make()
    gc.collect()
    assert gone() is None


def test_values_are_gone_with_the_scope() -> None:
    class Big: ...

    big = Big()
    gone = weakref.ref(big)
    with param_scope(**{"kinds.e": big}):
        kinds(0)
        kinds(0, z=1)
    del big
    gc.collect()
    assert gone() is None


def test_a_second_decoration_counts_alone() -> None:
    @auto_param("second")
    @auto_param("first")
    def f(x=1):
        return x

    with param_scope(**{"first.x": 2}):
        assert f() == 1
    with param_scope(**{"second.x": 3}):
        assert f() == 3


# ---- other callables ----------------------------------------------------------------------------------------------------


def test_the_keywords_of_a_partial_are_defaults() -> None:
    def f(a, b=1, *, c=2):
        return a, b, c

    part = auto_param("part")(functools.partial(f, 0, b=5))
    assert part() == (0, 5, 2)
    with param_scope(**{"part.b": 6, "part.c": 7}):
        assert part() == (0, 6, 7)
        assert part(b=1) == (0, 1, 7)
    assert {p.name: p.default for p in part.parameters} == {"b": 5, "c": 2}


def test_a_wrapped_function_is_filled_through_its_wrapper() -> None:
    def decorator(f):
        @functools.wraps(f)
        def wrapper(*args, **kwargs):
            return ("wrapped", f(*args, **kwargs))

        return wrapper

    @auto_param("through")
    @decorator
    def f(a, b=1):
        return a, b

    assert f(0) == ("wrapped", (0, 1))
    with param_scope(**{"through.b": 2}):
        assert f(0) == ("wrapped", (0, 2))
        assert f(0, 3) == ("wrapped", (0, 3))
        assert f(0, b=4) == ("wrapped", (0, 4))


def test_a_callable_object_needs_a_namespace() -> None:
    class Layer:
        def __call__(self, size=3):
            return size

    with pytest.raises(TypeError, match="namespace"):
        auto_param(Layer())
    layer = auto_param("layer")(Layer())
    assert layer() == 3
    with param_scope(**{"layer.size": 4}):
        assert layer() == 4


# ---- a call is a scope (rule S5) ----------------------------------------------------------------------------------------


def test_what_a_call_writes_is_gone_when_it_returns() -> None:
    @auto_param("writes")
    def f(x=1):
        param_scope.s5.a = 2
        return param_scope.s5.a | 0

    assert f() == 2 and (param_scope.s5.a | 0) == 0
    with param_scope(**{"s5.a": 1}):
        assert f() == 2 and (param_scope.s5.a | 0) == 1


def test_what_a_call_writes_is_gone_when_it_raises() -> None:
    @auto_param("raises")
    def f(x=1):
        param_scope.s5.a = 2
        raise KeyError("own")

    with param_scope(**{"s5.a": 1}):
        with pytest.raises(KeyError, match="own"):
            f()
        assert (param_scope.s5.a | 0) == 1


def test_a_scope_left_open_is_gone() -> None:
    @auto_param("open")
    def f(x=1):
        param_scope(**{"s5.b": 3}).__enter__()
        return param_scope.s5.b | 0

    assert f() == 3 and (param_scope.s5.b | 0) == 0


def test_a_scope_that_the_call_ended_stays_ended() -> None:
    scope = param_scope(**{"s5.c": 1})

    @auto_param("ends")
    def f(x=1):
        scope.__exit__(None, None, None)

    scope.__enter__()
    f()
    assert (param_scope.s5.c | 0) == 0


def test_calls_nest() -> None:
    @auto_param("inner")
    def inner(x=1):
        param_scope.s5.d = 2

    @auto_param("outer")
    def outer(x=1):
        param_scope.s5.d = 1
        inner()
        return param_scope.s5.d | 0

    assert outer() == 1 and (param_scope.s5.d | 0) == 0


def test_recursion_ends_with_pythons_own_error() -> None:
    @auto_param("deep")
    def f(x=1):
        return f()

    with param_scope(**{"deep.x": 2}), pytest.raises(RecursionError):
        f()
    assert (param_scope.deep.x | 0) == 0


# ---- conversion and errors ----------------------------------------------------------------------------------------------


def test_the_kind_of_the_default_asks() -> None:
    with param_scope("kinds.b=0.5", "kinds.c=3", "kinds.d=7"):
        assert kinds(0)[1:4] == (0.5, 3.0, "7")
        assert type(kinds(0)[2]) is float


def test_a_value_that_does_not_convert_gives_the_default_and_a_warning() -> None:
    with param_scope("kinds.c=abc"):
        with pytest.warns(hp.ConversionWarning, match=r"(?s)kinds\.c.*abc.*float"):
            assert kinds(0)[2] == 2.0
        assert kinds(0, c=1.0)[2] == 1.0


def test_in_a_strict_context_it_is_an_error() -> None:
    with hp.strict(), param_scope("kinds.c=abc"):
        with pytest.raises(hp.ConversionError, match=r"(?s)kinds\.c.*abc.*float"):
            kinds(0)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert kinds(0, 1, 2.5)[2] == 2.5


# ---- threads ------------------------------------------------------------------------------------------------------------


def test_threads_fill_their_own() -> None:
    wrong: list[Any] = []

    def work(number: int) -> None:
        with param_scope(**{"kinds.c": float(number), "kinds.d": str(number)}):
            for _ in range(2000):
                if kinds(0)[2:4] != (float(number), str(number)):
                    wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# ---- what is said of it (rule P4) ---------------------------------------------------------------------------------------


def used() -> set[str]:
    found = param_scope.used()
    return {str(getattr(one, "key", one)) for one in found}


def test_a_redefinition_replaces() -> None:
    def define(default, other):
        if other:

            @auto_param("redefined")
            def f(x=default, y=1): ...
        else:

            @auto_param("redefined")
            def f(x=default): ...  # type: ignore[misc]

        return f

    define(1, True)
    f = define(2, False)
    assert [(p.key, p.default) for p in f.parameters] == [("redefined.x", 2)]


def test_the_defaults_enter_used_at_the_first_call() -> None:
    @auto_param("enters")
    def f(x=1): ...

    assert "enters.x" not in used()
    f()
    assert "enters.x" in used()
