"""Nodes: what ``param_scope.a.b`` is, and how it is read and written (rules P1, P2, P4, P5, K1, K6)."""

from __future__ import annotations

import copy
import gc
import pickle
import sys
import tracemalloc

import pytest

import hyperparameter as hp
from hyperparameter import _native
from hyperparameter import param_scope as ps


def test_a_node_is_read_with_a_default_by_bar_and_by_call() -> None:
    assert (ps.nodes.a | 3) == 3
    assert ps.nodes.a(4) == 4


def test_a_call_without_a_default_raises_missing_parameter() -> None:
    with pytest.raises(hp.MissingParameter) as caught:
        ps.nodes.required()
    assert caught.value.key == "nodes.required"
    assert "'nodes.required'" in str(caught.value)


def test_the_same_attribute_is_the_same_node() -> None:
    assert ps.nodes.same is ps.nodes.same
    assert ps.nodes[3] is ps.nodes[3]
    assert ps["nodes.other"] is not ps["nodes.other"]


def test_brackets_attributes_and_integers_name_the_same_key() -> None:
    with ps({"nodes.layers.0.size": 7}):
        assert ps.nodes.layers[0].size | 1 == 7
        assert ps["nodes.layers.0.size"] | 1 == 7
        assert ps.nodes["layers.0"].size | 1 == 7
        assert getattr(ps.nodes, "lay" + "ers")[0].size | 1 == 7


def test_a_node_with_many_children_finds_each_of_them() -> None:
    names = [f"child{i}" for i in range(300)]
    with ps({f"nodes.many.{name}": i for i, name in enumerate(names)}):
        for _ in range(2):
            assert [getattr(ps.nodes.many, sys.intern(name)) | -1 for name in names] == list(range(300))


def test_an_index_beyond_the_kept_ones_is_read_too() -> None:
    with ps({"nodes.far.5000": 1, "nodes.far.1023": 2, "nodes.far.-1": 3}):
        assert (ps.nodes.far[5000] | 0, ps.nodes.far[1023] | 0, ps.nodes.far[-1] | 0) == (1, 2, 3)


def test_whether_a_key_has_a_value_is_asked_with_in() -> None:
    with ps({"nodes.in": None}):
        assert "nodes.in" in ps
        assert "nodes.out" not in ps


@pytest.mark.parametrize("key", [1.5, None, b"a", True, slice(1, 2), ("a",)])
def test_a_key_that_is_no_name_is_a_type_error_that_says_so(key: object) -> None:
    with pytest.raises(TypeError, match=type(key).__name__):
        ps[key]


def test_a_node_as_the_default_is_a_type_error_whatever_the_left_holds() -> None:
    with ps({"nodes.left": 1}):
        for left in (ps.nodes.left, ps.nodes.missing):
            with pytest.raises(TypeError, match="node"):
                left | ps.nodes.right
            with pytest.raises(TypeError, match="node"):
                left(ps.nodes.right)
            with pytest.raises(TypeError, match="node"):
                left | ps.nodes.right | 3


def test_a_node_on_the_right_of_a_bar_is_a_type_error() -> None:
    for left in (3, {}, set(), True):
        with pytest.raises(TypeError, match="left"):
            left | ps.nodes.right


def test_a_node_is_called_with_at_most_one_default() -> None:
    with pytest.raises(TypeError):
        ps.nodes.a(1, 2)
    with pytest.raises(TypeError):
        ps.nodes.a(default=1)


def test_a_node_is_no_value_to_write() -> None:
    for write in (
        lambda: setattr(ps.nodes, "x", ps.nodes.y),
        lambda: ps({"nodes.x": ps.nodes.y}),
        lambda: ps(x=ps.nodes.y),
    ):
        with pytest.raises(TypeError, match="node"):
            write()


def test_truth_of_a_missing_parameter_is_false() -> None:
    assert not ps.nodes.nothing


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("off", False),
        ("no", False),
        ("0", False),
        ("FALSE", False),
        ("yes", True),
        ("abc", True),
        ("0.0", False),
        ("null", False),
    ],
)
def test_truth_of_text_goes_by_the_table_of_bools_else_by_its_literal(text: str, truth: bool) -> None:
    with ps(f"nodes.text={text}"):
        assert bool(ps.nodes.text) is truth


def test_arithmetic_acts_on_the_value_on_both_sides() -> None:
    with ps({"nodes.n": 7, "nodes.m": 2}):
        n, m = ps.nodes.n, ps.nodes.m
        assert (n + 1, 1 + n, n - 1, 1 - n, n * 2, 2 * n) == (8, 8, 6, -6, 14, 14)
        assert (n / 2, n // 2, n % 4, divmod(n, 2), n**2, 2**n, pow(n, 2, 5)) == (3.5, 3, 3, (3, 1), 49, 128, 4)
        assert (n << 1, n >> 1, n & 3, n ^ 1, -n, +n, ~n, abs(-n)) == (14, 3, 3, 6, -7, 7, -8, 7)
        assert n + m == 9
        assert round(n) == 7


def test_conversions_act_on_the_value() -> None:
    with ps({"nodes.f": 2.0, "nodes.i": 1}, "nodes.t=3"):
        assert int(ps.nodes.f) == 2
        assert float(ps.nodes.i) == 1.0
        assert str(ps.nodes.t) == "3"
        assert f"{ps.nodes.t:03d} {ps.nodes.f:.2f}" == "003 2.00"
        assert "abc"[ps.nodes.i] == "b"
        assert complex(ps.nodes.i) == 1


def test_comparison_acts_on_the_value() -> None:
    with ps({"nodes.n": 7}):
        assert ps.nodes.n == 7 and ps.nodes.n != 8 and ps.nodes.n < 8 and ps.nodes.n >= 7
        assert ps.nodes.n > 6


def test_containers_act_as_containers() -> None:
    with ps({"nodes.l": [1, 2, 3]}):
        assert len(ps.nodes.l) == 3
        assert list(ps.nodes.l) == [1, 2, 3]
        assert 2 in ps.nodes.l and 9 not in ps.nodes.l
        assert list(reversed(ps.nodes.l)) == [3, 2, 1]


@pytest.mark.parametrize(
    "act",
    [
        int,
        float,
        str,
        len,
        list,
        lambda n: n + 1,
        lambda n: n == 1,
        lambda n: n < 1,
        lambda n: 1 in n,
        lambda n: f"{n}",
        lambda n: [0][n],
        abs,
    ],
)
def test_an_operator_on_a_missing_parameter_raises(act: object) -> None:
    with pytest.raises(hp.MissingParameter):
        act(ps.nodes.nothing)  # type: ignore[operator]


def test_an_augmented_assignment_writes_the_new_value() -> None:
    with ps({"nodes.n": 1}):
        ps.nodes.n += 2
        assert ps.nodes.n() == 3
    assert ps.nodes.n | 0 == 0


def test_nodes_are_not_hashable() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(ps.nodes.a)


def test_special_names_are_no_parameters() -> None:
    with pytest.raises(AttributeError):
        ps.nodes.__wrapped__
    with pytest.raises(AttributeError):
        ps.__wrapped__
    with pytest.raises(AttributeError):
        ps.nodes.__custom__ = 1
    assert not hasattr(ps.nodes, "__array__")


def test_repr_shows_key_value_and_source() -> None:
    assert repr(ps.nodes.nothing) == "<param nodes.nothing: no value>"
    with ps({"nodes.shown": "x"}):
        assert repr(ps.nodes.shown).startswith("<param nodes.shown = 'x' (")
        assert "test_nodes.py:" in repr(ps.nodes.shown)


def test_names_of_methods_are_keys_below_the_front_door() -> None:
    ps_keys = ps.nodes.keys
    assert ps_keys | 5 == 5
    with ps({"keys": 1, "nodes.items": 2}):
        assert ps["keys"] | 0 == 1
        assert ps.nodes.items | 0 == 2


def test_assigning_to_the_name_of_a_method_raises_and_shows_how() -> None:
    with ps() as scope:
        for owner in (ps, scope):
            with pytest.raises(AttributeError, match=r'\["keys"\]'):
                owner.keys = 1
        ps["keys"] = 1
        assert ps["keys"]() == 1


def test_a_deleted_name_of_a_method_raises_too() -> None:
    with pytest.raises(AttributeError):
        del ps.keys


def test_attributes_and_brackets_write_and_delete() -> None:
    with ps():
        ps.nodes.w = 1
        ps["nodes.v"] = 2
        ps.nodes["u.t"] = 3
        ps.nodes.l[0] = 4
        assert (ps.nodes.w(), ps.nodes.v(), ps.nodes.u.t(), ps["nodes.l.0"]()) == (1, 2, 3, 4)
        del ps.nodes.w
        del ps["nodes.v"]
        del ps.nodes.l[0]
        assert (ps.nodes.w | 0, ps.nodes.v | 0, ps.nodes.l[0] | 0) == (0, 0, 0)


def test_names_that_are_only_read_leave_no_trace() -> None:
    before = _native.key_count()
    for i in range(1000):
        assert ps[f"nodes.unknown.{i}"] | i == i
        assert getattr(ps.nodes, f"unknown{i}") | i == i
        assert f"nodes.unknown.{i}" not in ps
        assert ps.nodes.unknown_index[2000 + i] | i == i
    assert _native.key_count() <= before + 1


def test_distinct_defaults_of_one_key_are_kept_with_their_places() -> None:
    for _ in range(3):
        ps.nodes.defaults | 1
        ps.nodes.defaults | 2
    defaults = ps.explain("nodes.defaults").defaults
    assert [d.value for d in defaults] == [1, 2]
    assert all("test_nodes.py:" in d.source for d in defaults)


def test_at_most_eight_defaults_are_kept() -> None:
    for i in range(1000):
        assert ps.nodes.changing | i == i
    assert len(ps.explain("nodes.changing").defaults) == 8


def test_a_list_written_in_a_loop_is_one_default() -> None:
    for _ in range(20):
        ps.nodes.listed | [1, 2]
    assert [d.value for d in ps.explain("nodes.listed").defaults] == [[1, 2]]


def test_what_was_read_with_a_default_is_used() -> None:
    ps.nodes.used_default | 0.5
    assert ps.used()["nodes.used_default"] == 0.5
    with ps({"nodes.used_default": 1, "nodes.never": 2}):
        assert ps.used()["nodes.used_default"] == 1
        assert "nodes.never" not in ps.used()


def test_a_computed_name_is_used_only_when_it_is_set() -> None:
    ps["nodes.computed"] | 1
    assert "nodes.computed" not in ps.used()
    with ps({"nodes.computed": 2}):
        ps["nodes.computed"] | 1
        assert ps.used()["nodes.computed"] == 2


def test_a_read_allocates_nothing() -> None:
    with ps({"nodes.alloc.set": 5.5}):

        def loop() -> None:
            for _ in range(1000):
                ps.nodes.alloc.set | 1.5
                ps.nodes.alloc.unset | 1.5
                ps.nodes.alloc.layers[0].size | 1.5

        loop()
        gc.collect()
        tracemalloc.start()
        try:
            loop()
            before = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            loop()
            after, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert after - before < 200
        assert peak - before < 2000


def test_the_front_door_and_nodes_are_pickled_by_name() -> None:
    assert pickle.loads(pickle.dumps(ps)) is ps
    assert copy.deepcopy(ps) is ps
    with ps({"nodes.p": 1}):
        assert pickle.loads(pickle.dumps(ps.nodes.p)) | 0 == 1


def test_iterating_the_front_door_gives_the_names_that_have_a_value() -> None:
    with ps.empty({"b": 1, "a.c": 2}):
        assert sorted(ps) == ["a.c", "b"]


def test_an_identifier_is_normalised_by_python_and_a_string_is_not() -> None:
    with ps():
        exec("ps.ﬁeld = 1", {"ps": ps})  # Python writes the ligature as "fi"
        assert ps["field"] | 0 == 1
        ps["ﬁeld"] = 2
        assert (ps["field"] | 0, ps["ﬁeld"] | 0) == (1, 2)
