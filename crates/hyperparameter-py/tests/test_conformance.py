"""The vectors of `conformance/`, run through the public package by `conformance_runner`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from launching import Program

import hyperparameter as hp
from conformance_runner import asking, cases, files, programs
from conformance_runner.messages import check_error, recorded
from conformance_runner.values import Values, exact, string
from hyperparameter import _native

ps = hp.param_scope
CASES = list(cases.found())
_ANNOTATIONS = {"float": "float", "int": "int", "bool": "bool", "string": "str"}
KNOWN = cases.known_differences()
RAN: set[str] = set()


@pytest.fixture(autouse=True)
def _count(request: pytest.FixtureRequest) -> None:
    if "case" in request.fixturenames:
        RAN.add(request.getfixturevalue("case").name)


def of_kind(kind: str) -> Any:
    """Runs a test with each case of a kind, known differences as failures that are expected."""
    chosen = []
    for case in CASES:
        if case.kind == kind and not case.left_out:
            marks = [pytest.mark.xfail(strict=True, reason=KNOWN[case.name])] if case.name in KNOWN else []
            chosen.append(pytest.param(case, id=case.name, marks=marks))
    assert chosen, f"there are no {kind} cases in {cases.FOLDER}"
    return pytest.mark.parametrize("case", chosen)


def in_a_thread(work: Callable[[], None]) -> None:
    """Runs a test where no scope is open and nothing was written."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


@of_kind("key")
def test_a_key_is_one_or_is_refused_wherever_it_is_used(case: cases.Case) -> None:
    key = string(case.data["key"])

    def valid() -> None:
        assert isinstance(hp.key_hash(key), int)
        assert key not in ps
        assert (ps[key] | 7) == 7
        with ps({key: 1}):
            assert ps[key]() == 1
            assert ps.keys() == [key]
            ps[key] = 2
            assert key in ps
            assert (ps[key] | 7) == 2
            assert ps.explain(key).value == 2
            del ps[key]
            assert key not in ps
        with ps(f"{key}=3"):
            assert ps[key]() == 3

    def invalid() -> None:
        uses: dict[str, Callable[[], Any]] = {
            "hash": lambda: hp.key_hash(key),
            "in": lambda: key in ps,
            "read with default": lambda: ps[key] | 7,
            "read": lambda: ps[key](),
            "set": lambda: ps.__setitem__(key, 1),
            "delete": lambda: ps.__delitem__(key),
            "explain": lambda: ps.explain(key),
            "keyword": lambda: ps(**{key: 1}),
            "mapping": lambda: ps({key: 1}),
        }
        if "=" not in key:
            uses["text"] = lambda: ps(f"{key}=1")
        expected = {"kind": "InvalidKey", **{name: case.data[name] for name in ("at",) if name in case.data}}
        for name, use in uses.items():
            try:
                use()
            except Exception as error:
                check_error(error, expected, name)
            else:
                pytest.fail(f"{name}: {key[:80]!r} is taken for a key")
        assert ps.keys() == []

    in_a_thread(valid if case.data["valid"] else invalid)


@of_kind("hash")
def test_a_key_has_the_hash_of_the_contract(case: cases.Case) -> None:
    assert hp.key_hash(string(case.data["key"])) == int(case.data["hash"])


@of_kind("unknown")
def test_a_key_that_nobody_declares_is_refused_by_one_rule(case: cases.Case) -> None:
    assert _native.unknown(case.data["key"], case.data["declared"]) == case.data["gives"]


@of_kind("word")
def test_a_word_of_the_command_line_is_a_definition(case: cases.Case) -> None:
    data = case.data
    spelled = {"define": "-D", "pin": "--pin", "delete": "--delete"}[data["option"]]
    if "error" in data:
        with pytest.raises(hp.InvalidKey) as raised:
            _native.definition(data["option"], spelled, data["word"], data["position"])
        assert all(word in str(raised.value) for word in data["error"].get("mentions", []))
        return
    gives = data["gives"]
    expected = (gives["action"], gives["key"], gives["text"], gives.get("let_through", False))
    assert _native.definition(data["option"], spelled, data["word"], data["position"]) == expected


@of_kind("check")
def test_definitions_are_checked_before_the_program_runs(case: cases.Case, tmp_path: Path) -> None:
    data = case.data
    arguments = [
        f"{row['key'].removeprefix('t.')}: {_ANNOTATIONS.get(row['type'], 'Any')} = {row.get('default')}"
        for row in data["declared"]
    ]
    source = f"""
        from typing import Any
        import hyperparameter as hp
        @hp.auto_param("t")
        def t({", ".join(arguments)}): ...
        def main():
            t()
        hp.launch(main)
        """
    # What `~` takes away has to be there.
    keys = {row["key"] for row in data["declared"]}
    gone = [word[1:] for word in data["define"] if word[0] == "~" and word[1:] in keys]
    given = {f"HP_{key.upper().replace('.', '__')}": "1" for key in gone}
    ran = Program(tmp_path)(*(f"-D{word}" for word in data["define"]), source=source, env=given)
    assert ran.status == (2 if data["errors"] else 0), ran.err
    for error in data["errors"]:
        assert all(word in ran.err for word in (error["key"], *error.get("mentions", ()), *error.get("near", ())))


@of_kind("saved")
def test_the_parameters_of_a_run_are_written_in_one_form(case: cases.Case) -> None:
    names = ("key", "literal", "default", "is_default", "source", "pinned", "shown")
    rows = [tuple(row[name] for name in names) for row in case.data["rows"]]
    first, second, *lines = _native.saved_text(rows).splitlines()
    assert _native.is_saved(first)
    assert second == f"# digest xxh64:{case.data['digest']}" == f"# digest xxh64:{_native.saved_digest(rows)}"
    assert lines == case.data["lines"]


@of_kind("literal")
def test_text_read_with_no_type_is_the_literal_that_it_spells(case: cases.Case) -> None:

    def work() -> None:
        with recorded() as warned, ps(f"literal.x={string(case.data['text'])}"):
            got, want = ps.literal.x(), Values().expected(case.data["gives"])
            assert exact(got, want), f"{got!r} is not {want!r}"
            warned.check([], case.name)

    in_a_thread(work)


@of_kind("convert")
def test_a_value_converts_to_the_type_asked_for_or_does_not(case: cases.Case) -> None:
    values, asked = Values(), case.data["as"]
    given = case.data["value"]
    if isinstance(given, dict) and "$text" in given:
        scope = ps(f"convert.x={string(given['$text'])}")
    else:
        scope = ps(**{"convert.x": values.given(given)})
    default = asking.default_for(asked)

    def holds() -> None:
        want = values.expected(case.data["gives"])
        with recorded() as warned, scope:
            for mode in (hp.strict(), ps()):
                with mode:
                    got = asking.read_as("convert.x", asked, default)
                    assert got == want if case.data.get("loose") else exact(got, want), f"{got!r} is not {want!r}"
            warned.check([], case.name)

    def fails() -> None:
        with recorded() as warned, scope:
            got = asking.read_as("convert.x", asked, default)
            assert got is default or got == default and asked == "number", f"it gives {got!r}"
            warned.check([{"key": "convert.x"}], case.name)
            with hp.strict(), pytest.raises(hp.ConversionError, match=r"convert\.x"):
                asking.read_as("convert.x", asked, default)
            warned.check([], case.name)

    in_a_thread(fails if case.data.get("fails") else holds)


@of_kind("program")
def test_a_program_of_steps_does_what_the_contract_says(case: cases.Case) -> None:
    programs.run(case.data)


@of_kind("python")
def test_a_python_program_does_what_the_contract_says(case: cases.Case, tmp_path: Path) -> None:
    if case.data.get("how") == "script":
        program = tmp_path / "case.py"
        program.write_text("\n".join(case.data["source"]), "utf-8")
        words, given = [str(program)], None
    else:
        words, given = ["-m", "conformance_runner.sources"], json.dumps(case.data)
    run = subprocess.run(
        [sys.executable, *words],
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
    )
    assert run.returncode == 0, run.stderr
    if "prints" in case.data:
        assert run.stdout.splitlines() == case.data["prints"], run.stderr


@of_kind("file")
def test_a_configuration_loads_as_the_contract_says(case: cases.Case, tmp_path: Path) -> None:
    in_a_thread(lambda: files.run(case.data, tmp_path))


# So many cases have run at least, for each rule: fewer means that the runner has lost some.
FEWEST = {
    "K1": 110, "K2": 54, "K3": 82, "K4": 21, "K5": 66, "K6": 50,
    "V1": 20, "V2": 18, "V3": 139, "V4": 469, "V5": 34,
    "S1": 36, "S2": 47, "S3": 30, "S4": 36, "S5": 21, "S6": 15, "S7": 44, "S8": 21,
    "T1": 47, "T2": 36, "T3": 28, "T4": 7,
    "A1": 75, "A2": 33, "A3": 51, "A4": 32, "A5": 15, "A9": 12,
    "P1": 42, "P2": 9, "P3": 26, "P4": 7, "P5": 8,
}  # fmt: skip


def test_all_cases_have_run_but_those_for_other_languages(request: pytest.FixtureRequest) -> None:
    chosen = {
        item.callspec.id for item in request.session.items if hasattr(item, "callspec") and item.path == request.path
    }
    wanted = {case.name for case in CASES if not case.left_out}
    if not wanted <= chosen:
        pytest.skip("only some of the cases were chosen")
    assert wanted == RAN
    left_out = Counter(case.left_out for case in CASES if case.left_out)
    # A 64-bit int is what Python does not have: three cases are for languages that do.
    assert left_out == {"unless unbounded-int": 3}
    of_rule = Counter(rule for case in CASES if case.name in RAN for rule in case.data["rules"])
    assert {rule: of_rule[rule] for rule, fewest in FEWEST.items() if of_rule[rule] < fewest} == {}
    assert len(RAN) >= 1_540
    assert set(KNOWN) <= RAN, "a known difference names no case"
