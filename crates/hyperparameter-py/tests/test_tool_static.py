"""What the static analysis makes of source: types, help, names that only look like ours, and files that are no Python."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from hyperparameter.tool import docstrings, files, static
from hyperparameter.tool.static import Found

PACKAGE = Path(__file__).resolve().parent / "tool_package"
HEAD = "import hyperparameter as hp\nfrom hyperparameter import auto_param, param_scope as ps\n"


def found(source: str) -> list[Found]:
    return static.analyse((HEAD + textwrap.dedent(source)).encode()).found


def keys(source: str) -> list[str]:
    return [row.key for row in found(source)]


def described(name: str) -> dict[str, Found]:
    return {row.key: row for row in static.analyse((PACKAGE / name).read_bytes()).found}


# ---- types and help --------------------------------------------------------------------------------------------------


def test_a_type_is_the_annotation_else_the_kind_of_the_literal() -> None:
    rows = described("functions.py")
    assert rows["functions.named.a"].type == "int"
    assert rows["functions.named.b"].type == "Optional[int]"
    assert rows["functions.named.c"].type == "str"
    assert rows["functions.dotted.x"].type == "list[int]"
    assert rows["functions.dotted.y"].type == "tuple"
    assert rows["functions.dotted.z"].type == "float"
    assert rows["functions.dotted.big"].type == "number"
    assert rows["functions.dotted.none"].type == ""
    assert rows["functions.dotted.width"].type == "number"
    assert rows["from_a_name.rate"].type == "float"


def test_help_is_what_the_docstring_says_in_each_style_or_the_annotation() -> None:
    rows = described("functions.py")
    assert rows["bare.second"].help == "The second of them, on two lines."
    assert rows["bare.third"].help == "The third."
    assert rows["functions.named.a"].help == "The a."
    assert rows["functions.named.b"].help == rows["functions.named.c"].help == "Both of them."
    assert rows["functions.dotted.x"].help == "The x."
    assert rows["functions.dotted.z"].help == "The z."
    assert rows["from_a_name.rate"].help == "How fast."
    classes = described("classes.py")
    assert classes["Own.width"].help == "How wide."
    assert classes["Fields.lr"].help == "The rate."


def test_a_field_may_be_described_below_it() -> None:
    (row,) = found('''
        from dataclasses import dataclass
        @auto_param
        @dataclass
        class C:
            a: int = 1
            """The a."""
    ''')
    assert row.help == "The a."


def test_choices_are_those_of_a_literal_and_of_a_bool() -> None:
    rows = described("functions.py")
    assert rows["functions.named.e"].choices == ["x", "y"]
    assert rows["functions.named.d"].choices == ["true", "false"]
    assert rows["functions.named.a"].choices == []


def test_a_default_is_its_source_as_it_is_written() -> None:
    (row,) = found('def f():\n    ps.é | {1: "ü",\n        2: 1_000}\n')
    assert (row.key, row.default) == ("é", '{1: "ü",\n        2: 1_000}')
    assert described("classes.py")["Fields.many"].default == "list()"
    assert described("classes.py")["Fields.made"].default == '{"a": 1}'


@pytest.mark.parametrize(
    ("doc", "said"),
    [
        ("", {}),
        ("Only words.", {}),
        ("F.\n\nArgs:\n    a: One.\n\n    b: Two:\n        three.\n\nReturns:\n    c: no argument.\n", {"a": "One.", "b": "Two: three."}),
        ("F.\n\n    Keyword Args:\n        *rest: All.\n        d (dict[str, int]): Map.\n", {"rest": "All.", "d": "Map."}),
        ("F.\n\nParameters\n----------\na\n    One.\nb: int\n    Two.\n\nReturns\n-------\nc : int\n    No.\n", {"a": "One.", "b": "Two."}),
        (":param a: One.\n:type a: int\n:returns: No.", {"a": "One."}),
        ("Args:", {}),
        ("Parameters\n----------", {}),
        (":param:", {}),
        (":param : x", {}),
    ],
)  # fmt: skip
def test_docstrings_are_read_in_three_styles(doc: str, said: dict[str, str]) -> None:
    assert docstrings.arguments(doc) == said


# ---- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "def f(ps):\n    ps.a | 1",
        "def f():\n    ps = {}\n    ps.a | 1",
        "for ps in []:\n    pass\nauto = 1\ndef g(auto_param):\n    @auto_param\n    def f(x=1): ...",
        "[ps.a | 1 for ps in []]",
        "(lambda ps: ps.a | 1)",
        "other.param_scope.a | 1",
        "ps.keys()\nps.a = 1\nps.b.c = 2\ndel ps.d",
        "ps.__wrapped__ | 1",
        "ps[key] | 1",
        "a | 1",
    ],
)
def test_what_is_no_read_of_a_known_key_is_not_found(source: str) -> None:
    assert [key for key in keys(source) if not key.startswith("auto")] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("try:\n    from hyperparameter import param_scope as q\nexcept ImportError:\n    q = None\nq.a | 1", ["a"]),
        ("def f():\n    from hyperparameter import param_scope as q\n    return q.a.b(1)", ["a.b"]),
        ("from .compat import param_scope\nparam_scope.a | 1", ["a"]),
        ("model = ps.model\nmodel.width | 1", ["model.width"]),
        ("with hp.param_scope.empty() as s:\n    s.a | 1", ["a"]),
        ("with ps(x=1) as s: s.a | 1\nwith ps(x=2) as s: s.b | 1", ["a", "b"]),
        ("ps.layers[i].size | 1", ["layers.*.size"]),
        ('ps[f"{name}.lr"] | 1', ["*.lr"]),
        ('ps["a." + name] | 1', ["a.*"]),
        ('KEY = "a.b"\nps[KEY] | 1', ["a.b"]),
        ("if ps.debug: pass", ["debug"]),
        ("ps.count += 1", ["count"]),
        ('print("a.b" in ps)', ["a.b"]),
        ("ps.a[0] | 1", ["a.0"]),
        ("f(ps.a | (ps.b | 2))", ["a", "b"]),
        ("@auto_param(f'{name}.x')\ndef f(a=1): ...", ["*.x.a"]),
        ("auto_param('ns')(other.function)", ["ns.*"]),
        ("def main(lr=1): ...\nhp.launch(main)", ["main.lr"]),
        ("def f(lr=1): ...\ndef f2(): ...\nhp.launch(auto_param('m')(f))", ["m.lr"]),
        ("def f():\n    global g\n    @auto_param\n    def g(a=1): ...", ["g.a"]),
        ("class C:\n    class __D:\n        @auto_param\n        def f(self, __a=1): ...", ["C.__D.f._D__a"]),
    ],
)
def test_a_key_is_found_by_way_of_other_names(source: str, expected: list[str]) -> None:
    assert keys(source) == expected


def test_a_name_that_is_made_of_itself_is_read_in_good_time() -> None:
    assert keys("\n".join(["x = ''"] + ["x = x.strip().join(x)"] * 200 + ["ps.a | x"])) == ["a"]


# ---- files -----------------------------------------------------------------------------------------------------------


def test_an_invalid_key_is_a_warning_with_its_place() -> None:
    record = static.analyse((HEAD + '@auto_param("a b")\ndef f(x=1): ...\n').encode())
    assert record.found == []
    (warning,) = record.warnings
    assert warning.startswith("3:1: ") and "'a b.x'" in warning


@pytest.mark.parametrize(
    "data",
    [
        "# -*- coding: latin-1 -*-\nfrom hyperparameter import param_scope as ps\nps.é | 'ü'\n".encode("latin-1"),
        "\ufefffrom hyperparameter import param_scope as ps\n\nps.é | 'ü'\n".encode(),
        "# vim: set fileencoding=cp1252 :\r\nfrom hyperparameter import param_scope as ps\r\nps.é | 'ü'\r\n".encode("cp1252"),
    ],
)  # fmt: skip
def test_the_encoding_is_what_the_file_says(data: bytes) -> None:
    (row,) = static.analyse(data).found
    assert (row.key, row.default, row.line) == ("é", "'ü'", 3)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"import hyperparameter\ndef f(:\n", "2:7"),
        (b"import hyperparameter\nx = '\xff'\n", "2:1"),
        (b"# coding: nothing-known\nimport hyperparameter\n", "1:1"),
        (b"# coding: hex\nimport hyperparameter\n", "1:1"),
        (b"import hyperparameter\nx = 1\x00\n", ""),
        (b"import hyperparameter\nx = " + b"(" * 5_000 + b")" * 5_000, ""),
        (b"import hyperparameter\nx = " + b"-" * 50_000 + b"1", ""),
    ],
)
def test_what_is_no_python_is_one_warning(tmp_path: Path, data: bytes, place: str) -> None:
    file = tmp_path / "bad.py"
    file.write_bytes(data)
    said: list[str] = []
    assert files.found([str(file)], said.append) == []
    (warning,) = said
    assert warning.startswith(f"{file}:{place}")
    assert "\n" not in warning


def test_a_long_chain_and_deep_source_are_read(tmp_path: Path) -> None:
    chain = "ps" + ".a" * 60 + " | 1"
    assert keys(chain) == [".".join("a" * 60)]
    # Deeper than Python calls itself, and no deeper than any CPython's parser goes.
    assert isinstance(keys("x = " + " + ".join(["1"] * 1_500)), list)
