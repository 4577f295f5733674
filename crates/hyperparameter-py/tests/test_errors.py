"""Errors: one name in every language, texts that name key, place, reason and mend (rules K1, K3)."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

import hyperparameter as hp
from hyperparameter import param_scope as ps

BAD_KEYS = [
    "",
    ".",
    "a.",
    ".a",
    "a..b",
    "a b",
    "a=b",
    "a\tb",
    "+a",
    "~a",
    "a[0]",
    "a\u00a0b",
    "a\x00b",
    "a'b",
    "a\\b",
    "\ud800",
    "x" * 70_000,
]


@pytest.mark.parametrize("key", BAD_KEYS, ids=[repr(key[:8]) for key in BAD_KEYS])
def test_an_invalid_key_is_refused_wherever_it_is_written(key: str) -> None:
    before = ps.as_dict()
    for use in (
        lambda: ps[key] | 1,
        lambda: ps.__setitem__(key, 1),
        lambda: ps.__delitem__(key),
        lambda: ps({key: 1}),
        lambda: ps(**{key: 1}),
        lambda: key in ps,
        lambda: hp.key_hash(key),
        lambda: ps.explain(key),
    ):
        with pytest.raises(hp.InvalidKey) as caught:
            use()
        assert isinstance(caught.value, ValueError)
        assert str(caught.value).startswith("invalid key")
    assert ps.as_dict() == before


def test_text_without_an_equals_sign_is_refused_with_a_hint() -> None:
    with pytest.raises(hp.InvalidKey, match="key=value"):
        ps("abc")


def test_text_with_an_invalid_key_is_refused() -> None:
    for text in ("a b=1", "=1", "a.=1", "\ud800=1"):
        with pytest.raises(hp.InvalidKey):
            ps(text)


def test_a_missing_parameter_is_a_key_error_with_a_plain_text_and_near_names() -> None:
    with ps({"err.learning_rate": 1}), pytest.raises(hp.MissingParameter) as caught:
        ps.err.learning_rat()
    error = caught.value
    assert isinstance(error, KeyError) and isinstance(error, hp.HyperparameterError)
    assert str(error) == "no value for parameter 'err.learning_rat'; did you mean 'err.learning_rate'?"
    assert (error.key, error.near) == ("err.learning_rat", ("err.learning_rate",))


def test_the_classes_stand_under_one_base() -> None:
    for error in (hp.InvalidKey, hp.MissingParameter, hp.ConversionError, hp.HashCollision, hp.ConfigError):
        assert issubclass(error, hp.HyperparameterError)
        assert error.__module__ == "hyperparameter"
    assert issubclass(hp.InvalidKey, ValueError) and issubclass(hp.ConversionError, ValueError)
    assert issubclass(hp.ConversionWarning, UserWarning)


def test_an_error_is_pickled_with_its_fields() -> None:
    with pytest.raises(hp.MissingParameter) as caught:
        ps.err.nothing()
    error = pickle.loads(pickle.dumps(caught.value))
    assert (type(error), str(error), error.key) == (hp.MissingParameter, str(caught.value), "err.nothing")


def test_a_scope_that_is_refused_changes_nothing() -> None:
    with ps({"err.l": [1]}):
        with pytest.raises(hp.InvalidKey):
            ps({"err.l.5": 1, "err.x": 2}).__enter__()
        assert ps.err.x | 0 == 0
        with pytest.raises(hp.InvalidKey):
            ps.err.l[5] = 1
        assert ps.err.l() == [1]


def test_nesting_beyond_a_hundred_is_refused_naming_the_path() -> None:
    deep: dict[str, object] = {"x": 1}
    for _ in range(120):
        deep = {"d": deep}
    with pytest.raises(hp.ConfigError, match=r"err\.deep\.d\.d"):
        ps({"err.deep": deep})


def test_a_hash_is_the_same_in_every_language() -> None:
    assert hp.key_hash("12345") == 13461425039964245335
    assert hp.key_hash("0123456789abcdefghijklmnopqrstuvwxyz") == 5308235351123835395


@pytest.mark.parametrize("bad", [1, None, b"a"])
def test_a_hash_is_of_a_string(bad: object) -> None:
    with pytest.raises(TypeError, match=type(bad).__name__):
        hp.key_hash(bad)  # type: ignore[arg-type]


def test_two_keys_with_one_hash_are_refused_at_the_second() -> None:
    first = "k4.twiceyua8or5d_of_the_decoder_layer_nr0df9qouiand_bias_as_well"
    second = "k4.twicefhc85izt_of_the_decoder_layer_nrFCLl9J1Dand_bias_as_well"
    assert hp.key_hash(first) == hp.key_hash(second)
    with ps({first: 1}):
        for use in (lambda: ps[second] | 0, lambda: ps.__setitem__(second, 2), lambda: ps({second: 2})):
            with pytest.raises(hp.HashCollision) as caught:
                use()
            assert first in str(caught.value) and second in str(caught.value)
        assert ps[first] | 0 == 1


def test_a_parameter_read_while_the_interpreter_ends_does_no_harm() -> None:
    code = (
        "import hyperparameter as hp, atexit\n"
        "ps = hp.param_scope\n"
        "class Late:\n"
        "    def __del__(self): print('read', ps.late | 5)\n"
        "def gen():\n"
        "    with ps({'late': 1}):\n"
        "        yield\n"
        "g = gen(); next(g)\n"
        "keep = Late()\n"
        "hp.param_scope.kept = Late()\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr and "Fatal" not in ran.stderr, ran.stderr
