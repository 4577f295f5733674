"""Captures: a picture of what is visible, entered elsewhere, bound and pickled (rule T3)."""

from __future__ import annotations

import gc
import pickle
import threading
import weakref

import pytest

import hyperparameter as hp
from hyperparameter import param_scope as ps


def test_entering_a_capture_replaces_what_is_seen() -> None:
    with ps({"cap.a": 1, "cap.b": 1}):
        seen = ps.capture()
    with ps({"cap.a": 2, "cap.c": 3}):
        with seen:
            assert (ps.cap.a | 0, ps.cap.b | 0, ps.cap.c | 0) == (1, 1, 0)
            ps.cap.c = 4
            assert ps.cap.c | 0 == 4
        assert (ps.cap.a | 0, ps.cap.b | 0, ps.cap.c | 0) == (2, 0, 3)
    with seen:
        assert ps.cap.c | 0 == 0


def test_a_capture_does_not_change_with_what_is_written_later() -> None:
    with ps({"cap.a": 1}):
        seen = ps.capture()
        ps.cap.a = 2
        with seen:
            assert ps.cap.a | 0 == 1


def test_a_capture_brings_its_snapshot() -> None:
    with hp.frozen_snapshot():
        with ps({"cap.f": 1}):
            ps.frozen()
        seen = ps.capture()
    assert ps.cap.f | 0 == 0
    with seen:
        assert ps.cap.f | 0 == 1


def test_a_capture_is_read_without_being_entered() -> None:
    with ps({"cap.a": 1}):
        seen = ps.capture()
    assert seen.cap.a | 0 == 1
    assert dict(seen.items()) == {"cap.a": 1}
    with pytest.raises(TypeError, match="enter it"):
        seen.cap.a = 2


def test_a_capture_of_a_prepared_scope_holds_its_values() -> None:
    seen = ps({"cap.a": 1}).capture()
    with seen:
        assert ps.cap.a | 0 == 1


def test_a_capture_is_strict_if_its_context_was() -> None:
    with hp.strict(), ps("cap.t=x"):
        seen = ps.capture()
    for there in (seen, pickle.loads(pickle.dumps(seen))):
        with there, pytest.raises(hp.ConversionError):
            ps.cap.t | 1


def test_a_capture_is_entered_by_several_threads() -> None:
    with ps({"cap.a": 1}):
        seen = ps.capture()
    got: list[int] = []

    def run() -> None:
        with seen:
            got.append(ps.cap.a | 0)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [1] * 4


def test_a_pickled_capture_keeps_values_text_dictionaries_and_sources() -> None:
    with ps({"cap.a": [1, {"x": 2}], "cap.m": {"k": {"z": 3}}, "cap.n": None}, "cap.t=1.10"):
        seen = pickle.loads(pickle.dumps(ps.capture()))
    with ps({"cap.other": 1}), seen:
        assert ps.cap.a() == [1, {"x": 2}]
        assert ps.cap.m() == {"k": {"z": 3}}
        assert ps.cap.n() is None
        assert (ps.cap.t | "", ps.cap.t | 0.5) == ("1.10", 1.1)
        assert ps.cap.other | 0 == 0
        assert "test_capture.py" in ps.explain("cap.t").source


def test_a_value_that_cannot_be_pickled_is_a_type_error_that_names_its_key() -> None:
    with ps({"cap.fine": 1, "cap.lock": threading.Lock()}):
        seen = ps.capture()
    with pytest.raises(TypeError, match=r"cap\.lock"):
        pickle.dumps(seen)


def test_a_bound_generator_runs_in_the_capture() -> None:
    with ps({"cap.a": 1}):

        @ps.bind
        def gen():  # type: ignore[no-untyped-def]
            yield ps.cap.a | 0
            ps.cap.a = 2
            yield ps.cap.a | 0

    steps = gen()
    assert next(steps) == 1
    assert ps.cap.a | 0 == 0
    assert next(steps) == 2


def test_a_bound_method_and_a_partial_are_bound_too() -> None:
    from functools import partial

    class Reader:
        def read(self, default: int) -> int:
            return ps.cap.a | default

    with ps({"cap.a": 1}):
        method = ps.bind(Reader().read)
        part = ps.bind(partial(Reader().read, 9))
    assert (method(5), part()) == (1, 1)


class Holder:
    """Something that can be part of a cycle."""

    capture: object = None


def test_a_cycle_through_a_capture_is_collected() -> None:
    holder = Holder()
    with ps(**{"capture.gc.holder": holder}):
        with ps(**{"capture.gc.inner": 1}):
            holder.capture = ps.capture()
    gone = weakref.ref(holder)
    del holder
    gc.collect()
    assert gone() is None


def test_a_capture_that_is_entered_or_shared_keeps_its_values() -> None:
    holder = Holder()
    with ps(**{"capture.gc.kept": holder}):
        holder.capture = ps.capture()
        other = ps.capture()
    alive = weakref.ref(holder)
    capture = holder.capture
    del holder
    with capture:
        del capture
        gc.collect()
        assert ps["capture.gc.kept"]() is alive()
    gc.collect()
    with other:
        assert ps["capture.gc.kept"]() is alive()
