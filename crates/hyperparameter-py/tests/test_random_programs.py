"""Random programs of scope operations against a naive model: a list of dictionaries (rules S1, S2, S4, S7, K5, V3)."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hyperparameter as hp
from hyperparameter import param_scope as ps

KEYS = ["rnd.a", "rnd.a.x", "rnd.a.y.z", "rnd.b", "rnd.c"]
DELETED = object()
keys, values = st.sampled_from(KEYS), st.integers(0, 9)
operations = st.lists(
    st.one_of(
        st.tuples(st.just("enter"), st.dictionaries(keys, values, max_size=3)),
        st.tuples(st.just("empty"), st.dictionaries(keys, values, max_size=2)),
        st.tuples(st.just("leave"), st.integers(0, 5)),
        st.tuples(st.just("set"), st.tuples(keys, values)),
        st.tuples(st.just("delete"), keys),
        st.tuples(st.just("clear"), st.none()),
        st.tuples(st.just("raise"), st.dictionaries(keys, values, max_size=2)),
    ),
    max_size=40,
)


class Layer:
    """What one entry into a scope set."""

    def __init__(self, pairs: dict[str, Any], hides: bool, scope: Any):
        self.pairs, self.hides, self.scope = dict(pairs), hides, scope


class Model:
    """The open scopes, outermost first."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []

    def get(self, key: str) -> Any:
        for layer in reversed(self.layers):
            if key in layer.pairs:
                return layer.pairs[key]
            if layer.hides:
                break
        return DELETED

    def visible(self) -> dict[str, Any]:
        return {key: self.get(key) for key in KEYS if self.get(key) is not DELETED}


def run(program: list[tuple[str, Any]]) -> None:
    """Runs a program in the store and in the model, and compares them after each step."""
    model = Model()
    with ps.empty() as base:
        model.layers.append(Layer({}, True, base))
        for operation, argument in program:
            if operation in ("enter", "empty"):
                scope = ps.empty(argument) if operation == "empty" else ps(argument)
                scope.__enter__()
                model.layers.append(Layer(argument, operation == "empty", scope))
            elif operation == "leave" and len(model.layers) > 1:
                layer = model.layers.pop(1 + argument % (len(model.layers) - 1))
                layer.scope.__exit__(None, None, None)
            elif operation == "set":
                ps[argument[0]] = argument[1]
                model.layers[-1].pairs[argument[0]] = argument[1]
            elif operation == "delete":
                gone = [key for key in model.visible() if key == argument or key.startswith(argument + ".")]
                try:
                    del ps[argument]
                    assert gone
                except hp.MissingParameter:
                    assert not gone
                model.layers[-1].pairs.update(dict.fromkeys(gone, DELETED))
            elif operation == "raise":
                try:
                    with ps(argument):
                        raise ZeroDivisionError
                except ZeroDivisionError:
                    pass
            elif operation == "clear" and not model.layers[-1].hides:
                ps.clear()
                model.layers[-1].pairs.clear()
            assert ps.as_dict() == model.visible(), operation
            assert [ps[key] | -1 for key in KEYS] == [model.visible().get(key, -1) for key in KEYS]
        for layer in model.layers[1:]:
            layer.scope.__exit__(None, None, None)
    assert "rnd.a" not in ps


@settings(max_examples=300, deadline=None)
@given(operations)
def test_a_random_program_reads_as_the_naive_model(program: list[tuple[str, Any]]) -> None:
    run(program)


@settings(max_examples=30, deadline=None)
@given(st.lists(operations, min_size=2, max_size=4))
def test_random_programs_in_threads_do_not_disturb_each_other(programs: list[list[tuple[str, Any]]]) -> None:
    failed: list[BaseException] = []

    def guarded(program: list[tuple[str, Any]]) -> None:
        try:
            run(program)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(program,)) for program in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed[0]


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_text_keeps_its_exact_characters_through_the_store(text: str) -> None:
    with ps("rnd.text=" + text):
        assert ps.rnd.text | "" == text
        assert ps.capture().rnd.text | "" == text
        ps.rnd.text()
        bool(ps.rnd.text)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=12))
def test_any_string_is_a_key_or_an_invalid_key(name: str) -> None:
    try:
        with ps({name: 1}):
            assert ps[name] | 0 == 1
            assert name in ps.keys()
    except hp.InvalidKey as error:
        assert str(error)


@pytest.mark.filterwarnings("ignore::hyperparameter.ConversionWarning")
@settings(max_examples=300, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(max_size=3), x),
    )
)
def test_any_value_is_read_back(value: Any) -> None:
    with ps({"rnd.value": value}):
        assert ps.rnd.value() is value
        for default in (1, 0.5, "x", True, None):
            ps.rnd.value | default
