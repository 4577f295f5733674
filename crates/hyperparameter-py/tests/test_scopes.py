"""Scopes: prepared, entered, left (rules S1 to S8, K5, K6), as Python sees them."""

from __future__ import annotations

import asyncio
import gc
import inspect
import threading
import weakref
from collections.abc import AsyncIterator, Iterator
from types import MappingProxyType
from typing import Any

import pytest

import hyperparameter as hp
from hyperparameter import _native
from hyperparameter import param_scope as ps


def test_a_scope_is_made_of_mappings_text_and_keywords() -> None:
    with ps({"sc.a": 1}, "sc.b=2", MappingProxyType({"sc.c": 3}), **{"sc.d": 4}):
        assert (ps.sc.a | 0, ps.sc.b | 0, ps.sc.c | 0, ps.sc.d | 0) == (1, 2, 3, 4)
    assert ps.sc.a | 0 == 0


def test_the_later_of_two_equal_keys_wins() -> None:
    with ps({"sc.a": 1}, "sc.a=2", **{"sc.a": 3}):
        assert ps.sc.a | 0 == 3


@pytest.mark.parametrize("bad", [3, None, b"a=1", [("a", 1)], ps.sc.node, len, {1: 2}, {None: 1}])
def test_what_is_no_mapping_and_no_text_is_a_type_error_that_names_it(bad: object) -> None:
    with pytest.raises(TypeError, match="param_scope|named by a string"):
        ps(bad)


def test_a_bare_decorator_is_refused_with_a_hint() -> None:
    with pytest.raises(TypeError, match="auto_param"):
        ps(lambda: 0)


def test_a_prepared_scope_touches_nothing_and_reads_its_own_values() -> None:
    scope = ps({"sc.own": 1})
    assert ps.sc.own | 0 == 0
    with ps({"sc.other": 2, "sc.own": 5}):
        assert (scope.sc.own | 0, scope.sc.other | 0, scope["sc.own"]()) == (1, 2, 1)
        assert "sc.own" in scope
        assert ps.sc.own | 0 == 5


def test_writing_to_a_scope_before_it_is_entered_is_a_type_error() -> None:
    scope = ps({"sc.own": 1})
    for write in (
        lambda: setattr(scope, "x", 1),
        lambda: scope.__setitem__("x", 1),
        lambda: setattr(scope.sc, "own", 2),
        lambda: delattr(scope.sc, "own"),
        lambda: scope.clear(),
    ):
        with pytest.raises(TypeError, match="enter it"):
            write()
    assert scope.sc.own | 0 == 1


def test_an_entered_scope_reads_and_writes_the_current_scope() -> None:
    with ps({"sc.x": 1}) as scope:
        scope.sc.x = 2
        assert ps.sc.x | 0 == 2
        with ps({"sc.x": 3}):
            assert scope.sc.x | 0 == 3
            scope.sc.y = 4
        assert ps.sc.y | 0 == 0
    assert scope.sc.x | 0 == 1


def test_a_scope_can_be_entered_again_and_inside_itself() -> None:
    scope = ps({"sc.x": 1})
    with scope:
        ps.sc.x = 2
        with scope:
            assert ps.sc.x | 0 == 1
        assert ps.sc.x | 0 == 2
    with scope:
        assert ps.sc.x | 0 == 1


def test_exceptions_pass_and_end_the_scope() -> None:
    with pytest.raises(ZeroDivisionError), ps({"sc.x": 1}):
        ps.sc.y = 2
        raise ZeroDivisionError
    assert (ps.sc.x | 0, ps.sc.y | 0) == (0, 0)


def test_scopes_ended_out_of_order_keep_the_values_of_the_others() -> None:
    a, b = ps({"sc.a": 1}), ps({"sc.b": 2})
    a.__enter__()
    b.__enter__()
    a.__exit__(None, None, None)
    assert (ps.sc.a | 0, ps.sc.b | 0) == (0, 2)
    b.__exit__(None, None, None)
    assert ps.sc.b | 0 == 0


def test_ending_a_scope_twice_does_nothing() -> None:
    a = ps({"sc.a": 1})
    with ps({"sc.b": 2}):
        with a:
            pass
        a.__exit__(None, None, None)
        assert ps.sc.b | 0 == 2


def test_an_exit_ends_the_innermost_entry() -> None:
    a = ps({"sc.a": 1})
    with a:
        ps.sc.w = 1
        a.__enter__()
        ps.sc.w = 2
        a.__exit__(None, None, None)
        assert ps.sc.w | 0 == 1


def test_an_empty_scope_hides_everything_and_may_hold_values() -> None:
    with ps({"sc.a": 1}):
        with ps.empty({"sc.b": 2}, "sc.c=3") as scope:
            assert (ps.sc.a | 0, ps.sc.b | 0, scope.sc.c | 0) == (0, 2, 3)
            with scope:
                assert ps.keys() == ["sc.b", "sc.c"]
            assert ps.sc.b | 0 == 2
        assert (ps.sc.a | 0, ps.sc.b | 0) == (1, 0)


def test_an_empty_scope_is_ended_out_of_order() -> None:
    empty, inner = ps.empty({"sc.e": 1}), ps({"sc.i": 2})
    with ps({"sc.a": 1}):
        empty.__enter__()
        inner.__enter__()
        empty.__exit__(None, None, None)
        assert (ps.sc.a | 0, ps.sc.e | 0, ps.sc.i | 0) == (1, 0, 2)
        inner.__exit__(None, None, None)


def test_writes_outside_every_scope_stay_until_they_are_cleared() -> None:
    ps.sc.base = 1
    try:
        with ps({"sc.base": 2}):
            pass
        assert ps.sc.base | 0 == 1
    finally:
        ps.clear()
    assert ps.sc.base | 0 == 0


def test_clear_takes_away_what_the_current_scope_set_and_no_more() -> None:
    with ps({"sc.a": 1, "sc.b": 1}):
        with ps({"sc.a": 2}):
            ps.sc.c = 3
            ps.clear()
            assert (ps.sc.a | 0, ps.sc.b | 0, ps.sc.c | 0) == (1, 1, 0)


def test_a_deleted_key_is_back_when_the_scope_ends() -> None:
    with ps({"sc.d": {"x": 1, "y": 2}}):
        with ps():
            del ps.sc.d
            assert (ps.sc.d.x | 0, "sc.d" in ps) == (0, False)
        assert ps.sc.d.x | 0 == 1


def test_deleting_what_is_not_visible_names_what_is_near() -> None:
    with ps({"sc.deletable": 1}):
        with pytest.raises(hp.MissingParameter, match=r"sc\.deletable"):
            del ps.sc.deletabel
        with pytest.raises(hp.MissingParameter) as caught:
            del ps["sc.deletabel"]
    assert "sc.deletable" in caught.value.near


def test_an_element_of_a_list_cannot_be_deleted() -> None:
    with ps({"sc.l": [1, 2]}), pytest.raises(hp.InvalidKey, match="deleted"):
        del ps.sc.l[0]


def test_a_dictionary_is_the_very_object_until_something_under_it_changes() -> None:
    d = {"a": 1, "b": {"c": 2}}
    with ps({"sc.d": d}):
        assert ps.sc.d() is d
        assert ps.sc.d.b.c | 0 == 2
        with ps({"sc.d.b.c": 3}):
            assert ps.sc.d() == {"a": 1, "b": {"c": 3}}
            assert d == {"a": 1, "b": {"c": 2}}
        assert ps.sc.d() is d


def test_a_cyclic_dictionary_is_refused_and_nothing_changes() -> None:
    d: dict[str, Any] = {"x": 1}
    d["self"] = d
    with ps():
        with pytest.raises(hp.ConfigError, match="contains itself"):
            ps.sc.cyclic = d
        assert "sc.cyclic" not in ps
        assert "sc.cyclic.x" not in ps


def test_containers_on_the_path_of_a_written_element_are_copied() -> None:
    inner = {"size": 1}
    layers = [inner, (1, 2)]
    with ps({"sc.layers": layers}):
        with ps({"sc.layers.0.size": 5}, "sc.layers.1.0=7"):
            assert ps.sc.layers[0].size | 0 == 5
            assert ps.sc.layers() == [{"size": 5}, [7, 2]] or ps.sc.layers() == [{"size": 5}, (7, 2)]
        assert ps.sc.layers() is layers and layers == [{"size": 1}, (1, 2)] and layers[0] is inner


def test_an_index_out_of_range_gives_the_length_when_it_is_written() -> None:
    with ps({"sc.l": [1, 2]}):
        with pytest.raises(hp.InvalidKey, match="2 elements"):
            ps.sc.l[2] = 3
        assert ps.sc.l[2] | 9 == 9


def test_text_that_spells_a_list_is_read_into() -> None:
    with ps("sc.s=[1, 1.10, {a: x}]"):
        assert (ps.sc.s[0] | 0, ps.sc.s[1] | "", ps.sc.s[2].a | "", ps.sc.s()) == (1, "1.10", "x", [1, 1.1, {"a": "x"}])


def test_a_dictionary_default_is_read_leaf_by_leaf() -> None:
    with ps("sc.opt.lr=.5"):
        assert ps.sc.opt | {"lr": 0.1, "wd": 0.01} == {"lr": 0.5, "wd": 0.01}
    default = {"lr": 0.1}
    assert (ps.sc.opt | default) is default


def test_keys_items_and_as_dict_give_values() -> None:
    with ps.empty({"a": 1, "m": {"x": [1], "y": {"z": None}}}, "t=1.5"):
        assert sorted(ps.keys()) == ["a", "m.x", "m.y.z", "t"]
        assert dict(ps.items()) == {"a": 1, "m.x": [1], "m.y.z": None, "t": 1.5}
        assert ps.as_dict() == {"a": 1, "m.x": [1], "m.y.z": None, "t": 1.5}
        assert ps.as_dict(nested=True) == {"a": 1, "m": {"x": [1], "y": {"z": None}}, "t": 1.5}
        with ps({"a.b": 2}):
            assert ps.as_dict(True)["a"] == {"": 1, "b": 2}


@pytest.mark.parametrize("method", ["keys", "items", "used", "clear", "capture", "frozen"])
def test_methods_without_arguments_refuse_them(method: str) -> None:
    with pytest.raises(TypeError, match=method):
        getattr(ps, method)(1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: ps.as_dict(1, 2),
        lambda: ps.as_dict(deep=True),
        lambda: ps.bind(3),
        lambda: ps.explain(3),
        lambda: ps.explain(),
    ],
)
def test_a_method_called_wrongly_is_a_type_error(call: Any) -> None:
    with pytest.raises(TypeError):
        call()


def test_explain_says_value_source_shadowed_values_and_defaults() -> None:
    ps.sc.explained | 0.1
    with ps({"sc.explained": 1.0}):
        with ps({"sc.explained": 2.0}):
            ps.sc.explained | 0.1
            said = ps.explain("sc.explained")
    assert (said.key, said.is_set, said.value, said.type) == ("sc.explained", True, 2.0, "float")
    assert [level.value for level in said.shadowed] == [1.0]
    assert "test_scopes.py" in said.source and "test_explain_says" in said.reader
    text = str(said)
    assert "sc.explained = 2.0" in text and "hides 1.0" in text and "default 0.1" in text


def test_explain_takes_a_node_and_an_unknown_key() -> None:
    said = ps.explain(ps.sc.unknown_to_all)
    assert (said.is_set, said.value, said.defaults) == (False, None, ())
    assert "no value" in str(said)


def test_pinned_values_go_before_every_scope_and_explain_says_so() -> None:
    with _native.pinned([("sc.pin", "5", True, ("argument", "--pin", 2))]):
        with ps({"sc.pin": 1}), ps.empty():
            assert ps.sc.pin | 0 == 5
            ps.sc.pin = 7
            assert ps.sc.pin | 0 == 5
            said = ps.explain("sc.pin")
            assert said.pinned and said.source == "command line --pin (2nd argument)"
    assert ps.sc.pin | 0 == 0


def test_a_scope_decorates_a_function() -> None:
    @ps({"sc.dec": 1})
    def read(x: int, *, y: int = 2) -> tuple[int, int, int]:
        "Doc."
        ps.sc.dec2 = 3
        return ps.sc.dec | 0, x, y

    assert read(1) == (1, 1, 2)
    assert (read.__name__, read.__doc__, list(inspect.signature(read).parameters)) == ("read", "Doc.", ["x", "y"])
    assert (ps.sc.dec | 0, ps.sc.dec2 | 0) == (0, 0)


def test_a_decorated_function_calls_itself() -> None:
    @ps({"sc.depth": 0})
    def down(n: int) -> int:
        ps.sc.depth += n
        return ps.sc.depth() if n == 0 else down(n - 1) + ps.sc.depth()

    assert down(3) == 0 + 1 + 2 + 3


def test_a_decorated_generator_keeps_its_scopes_to_itself() -> None:
    @ps({"sc.gen": 1})
    def gen() -> Iterator[int]:
        yield ps.sc.gen | 0
        ps.sc.gen = 2
        yield ps.sc.gen | 0
        with ps({"sc.gen": 3}):
            yield ps.sc.gen | 0

    steps = gen()
    seen = []
    for value in steps:
        seen.append((value, ps.sc.gen | 0))
    assert seen == [(1, 0), (2, 0), (3, 0)]


def test_a_decorated_generator_takes_sent_values_and_exceptions() -> None:
    @ps({"sc.gen": 1})
    def gen() -> Any:
        got = yield 0
        try:
            yield got
        except KeyError:
            yield ps.sc.gen | 0
        return "end"

    steps = gen()
    assert (next(steps), steps.send(5), steps.throw(KeyError("x"))) == (0, 5, 1)
    with pytest.raises(StopIteration) as stop:
        next(steps)
    assert stop.value.value == "end"


def test_a_generator_with_an_open_scope_is_seen_by_its_caller() -> None:
    def gen() -> Iterator[int]:
        with ps({"sc.open": 1}):
            yield ps.sc.open | 0

    steps = gen()
    next(steps)
    assert ps.sc.open | 0 == 1
    steps.close()
    assert ps.sc.open | 0 == 0


def test_a_decorated_coroutine_runs_in_the_scope_from_its_call_to_its_end() -> None:
    @ps({"sc.co": 1})
    async def co() -> tuple[int, int]:
        first = ps.sc.co | 0
        await asyncio.sleep(0)
        ps.sc.co = 2
        await asyncio.sleep(0)
        return first, ps.sc.co | 0

    async def main() -> list[Any]:
        return list(await asyncio.gather(co(), co())) + [ps.sc.co | 0]

    assert asyncio.iscoroutinefunction(co)
    assert asyncio.run(main()) == [(1, 2), (1, 2), 0]


def test_a_decorated_async_generator_runs_in_the_scope() -> None:
    @ps({"sc.ag": 1})
    async def agen() -> AsyncIterator[int]:
        yield ps.sc.ag | 0
        await asyncio.sleep(0)
        ps.sc.ag = 2
        yield ps.sc.ag | 0

    async def main() -> list[tuple[int, int]]:
        return [(value, ps.sc.ag | 0) async for value in agen()]

    assert asyncio.run(main()) == [(1, 0), (2, 0)]


def test_a_scope_is_entered_with_async_with() -> None:
    async def main() -> tuple[int, int]:
        async with ps({"sc.aw": 1}) as scope:
            await asyncio.sleep(0)
            inside = scope.sc.aw | 0
        return inside, ps.sc.aw | 0

    assert asyncio.run(main()) == (1, 0)


def test_ten_thousand_scopes_are_entered_and_left_in_any_order() -> None:
    scopes = [ps({f"sc.deep.k{i % 50}": i}) for i in range(10_000)]
    for scope in scopes:
        scope.__enter__()
    assert ps.sc.deep.k49 | -1 == 9_999
    for scope in reversed(scopes):
        scope.__exit__(None, None, None)
    assert ps.sc.deep.k49 | -1 == -1


def test_what_a_scope_held_is_gone_when_it_ends() -> None:
    class Thing:
        pass

    thing = Thing()
    alive = weakref.ref(thing)
    with ps({"sc.thing": thing}):
        del thing
        assert alive() is not None
    assert alive() is None


def test_a_cycle_through_a_scope_is_collected() -> None:
    class Thing:
        scope: object

    thing = Thing()
    thing.scope = ps({"sc.cycle": thing})
    alive = weakref.ref(thing)
    del thing
    gc.collect()
    assert alive() is None


def test_a_cycle_through_an_entered_scope_lives_until_it_is_left() -> None:
    class Thing:
        scope: object

    thing = Thing()
    scope = thing.scope = ps({"sc.cycle": thing})
    alive = weakref.ref(thing)
    with scope:
        del thing, scope
        gc.collect()
        assert ps.sc.cycle() is alive()
        assert alive().scope["sc.cycle"]() is alive()  # type: ignore[union-attr]
    gc.collect()
    assert alive() is None


def test_a_destructor_may_read_parameters_while_its_scope_ends() -> None:
    seen: list[int] = []

    class Thing:
        def __del__(self) -> None:
            seen.append(ps.sc.other | 0)

    with ps({"sc.other": 1}):
        with ps({"sc.thing": Thing()}):
            pass
    assert seen == [1]


def test_clearing_the_base_scope_again_and_again_grows_nothing() -> None:
    for i in range(10_000):
        ps.sc.base = i
        ps.clear()
    assert ps.sc.base | 0 == 0


def left_open(scope: Any) -> Iterator[None]:
    with scope:
        yield


def elsewhere(work: Any) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@pytest.mark.parametrize("make", [lambda: ps({"far.x": 1}), lambda: ps.empty({"far.x": 1}), lambda: ps.empty()])
def test_what_was_closed_from_another_thread_goes_when_the_outer_scope_ends(make: Any) -> None:
    with ps({"far.y": 2, "far.out": 1}):
        outer = ps({"far.y": 3}).__enter__()
        generator = left_open(make())
        next(generator)
        before = dict(ps.items())
        elsewhere(generator.close)
        assert dict(ps.items()) == before
        outer.__exit__(None, None, None)
        assert dict(ps.items()) == {"far.out": 1, "far.y": 2}


def test_only_what_lies_directly_inside_the_ended_scope_goes_with_it() -> None:
    outer = ps({"far.o": 1}).__enter__()
    inner = ps({"far.i": 2}).__enter__()
    generator = left_open(ps({"far.x": 3}))
    next(generator)
    elsewhere(generator.close)
    outer.__exit__(None, None, None)
    assert dict(ps.items()) == {"far.i": 2, "far.x": 3}
    inner.__exit__(None, None, None)
    assert ps.items() == []


def test_a_scope_ended_twice_keeps_its_values_when_it_is_entered_again() -> None:
    scope = ps({"far.x": 1})
    with scope:
        pass
    scope.__exit__(None, None, None)
    outer = ps({"far.o": 1}).__enter__()
    with scope:
        outer.__exit__(None, None, None)
        assert ps.items() == [("far.x", 1)]
