"""Docstrings are tests: what a public name promises in its examples is what it does."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterator

import pytest

import hyperparameter as hp

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL


def module_names() -> list[str]:
    """Every Python module of the package, the programs under ``examples`` and ``__main__`` too."""
    names = [hp.__name__]
    names += [found.name for found in pkgutil.walk_packages(hp.__path__, hp.__name__ + ".")]
    return [name for name in names if not name.endswith("__main__")]


def documented(name: str, thing: object, seen: set[int], home: str = "") -> Iterator[tuple[str, str, str]]:
    """The docstrings of a thing and of what stands in it, native or not, each with the module in which it is written.

    ``inspect`` alone misses native methods.
    """
    if id(thing) in seen:
        return
    seen.add(id(thing))
    home = str(getattr(thing, "__module__", None) or (thing.__name__ if inspect.ismodule(thing) else home))
    doc = getattr(thing, "__doc__", None)
    if isinstance(doc, str):
        yield name, doc, home
    if inspect.isclass(thing) or inspect.ismodule(thing):
        for inner, value in sorted(vars(thing).items()):
            if inner == "__doc__" or inspect.ismodule(value):
                continue
            ours = getattr(value, "__module__", None) or home
            if str(ours).partition(".")[0] == hp.__name__ and (not inner.startswith("_") or inner == "__init__"):
                value = getattr(value, "__func__", value)
                if callable(value) or inspect.isdatadescriptor(value):
                    yield from documented(f"{name}.{inner}", value, seen, home)


def examples() -> list[doctest.DocTest]:
    """Every docstring that has an example, as a test of its own."""
    parser, seen, found = doctest.DocTestParser(), set[int](), []
    things: list[tuple[str, object]] = [(f"hyperparameter.{name}", getattr(hp, name)) for name in hp.__all__]
    things += [(f"type({name})", type(thing)) for name, thing in things if name == "hyperparameter.param_scope"]
    things += [(name, importlib.import_module(name)) for name in module_names()]
    for start, thing in things:
        for name, doc, home in documented(start, thing, seen):
            names = dict(vars(sys.modules[home])) if home in sys.modules else {}
            test = parser.get_doctest(doc, names, name, None, None)
            if test.examples:
                found.append(test)
    return found


EXAMPLES = examples()


@pytest.mark.parametrize("test", EXAMPLES, ids=[test.name for test in EXAMPLES])
def test_the_examples_of_a_docstring_run(test: doctest.DocTest) -> None:
    # A public name is tried as its user has it, whatever the module of its own calls it.
    test.globs.update({"hp": hp, **{name: getattr(hp, name) for name in hp.__all__}})
    said: list[str] = []
    with hp.param_scope.empty(), hp.frozen_snapshot():
        doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=said.append, clear_globs=False)
    assert "".join(said) == ""


@pytest.mark.parametrize("name", hp.__all__)
def test_every_public_name_says_what_it_is(name: str) -> None:
    thing = getattr(hp, name)
    doc = thing.__doc__
    assert doc and doc != getattr(type(thing), "__doc__", None) or not callable(thing)


def test_the_main_names_have_an_example() -> None:
    shown = {test.name.split("[")[0] for test in EXAMPLES}
    for name in ("auto_param", "param_scope", "launch", "frozen_snapshot", "strict", "key_hash"):
        assert any(f".{name}" in f".{test}" for test in shown), name
