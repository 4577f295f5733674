"""``loader.load`` and ``loads``: what a configuration is loaded from, and the nested mapping that it is."""

from __future__ import annotations

import copy
import io
import pickle
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hyperparameter as hp
from hyperparameter import loader, param_scope

TEXTS = {
    "toml": "[model]\nlr = 0.1\nlayers = [64, 32]\n[model.opt]\nname = 'adam'\n",
    "json": '{"model": {"lr": 0.1, "layers": [64, 32], "opt": {"name": "adam"}}}',
    "yaml": "model:\n  lr: 0.1\n  layers: [64, 32]\n  opt: {name: adam}\n",
}
VALUES = {"model": {"lr": 0.1, "layers": [64, 32], "opt": {"name": "adam"}}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "train.toml"
    path.write_text(TEXTS["toml"], "utf-8")
    return path


# ---- what it is loaded from ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", TEXTS)
def test_a_text_of_each_format_is_a_nested_mapping(format: Any) -> None:
    assert loader.loads(TEXTS[format], format) == VALUES


@pytest.mark.parametrize(
    ("format", "extension"), [("toml", "toml"), ("json", "jsonc"), ("yaml", "yml"), ("json", "JSON")]
)
def test_the_extension_of_a_file_says_its_format(tmp_path: Path, format: str, extension: str) -> None:
    path = tmp_path / f"a.{extension}"
    path.write_text(TEXTS[format], "utf-8")
    assert loader.load(path) == VALUES


def test_a_path_is_a_string_or_a_path(file: Path) -> None:
    assert loader.load(str(file)) == loader.load(file) == VALUES


def test_a_format_that_is_named_goes_before_the_extension(tmp_path: Path) -> None:
    path = tmp_path / "a.conf"
    path.write_text("a: 1", "utf-8")
    assert loader.load(path, format="yaml") == {"a": 1}


def test_a_file_of_no_known_format_is_refused_with_the_formats(tmp_path: Path) -> None:
    path = tmp_path / "a.conf"
    path.write_text("a: 1", "utf-8")
    with pytest.raises(hp.ConfigError, match="toml, json or yaml"):
        loader.load(path)


def test_a_format_that_does_not_exist_is_refused() -> None:
    wrong: Any = "ini"
    with pytest.raises(ValueError, match="'ini' is no format|\"ini\" is no format"):
        loader.loads("a=1", wrong)


def test_bytes_are_a_text_too() -> None:
    assert loader.loads("a = 'é'".encode(), "toml") == {"a": "é"}


def test_bytes_that_are_no_utf_8_are_a_config_error_with_the_place() -> None:
    with pytest.raises(hp.ConfigError) as error:
        loader.loads(b"a = 1\nb = '\xff'", "toml")
    assert (error.value.line, error.value.column) == (2, 6)


def test_an_open_file_is_read_and_named_in_places(file: Path) -> None:
    with file.open() as text, file.open("rb") as raw:
        for opened in (text, raw):
            cfg = loader.load(opened)
            assert cfg == VALUES
            assert cfg.source("model", "lr") == f"{file}:2:6"


def test_an_open_file_without_a_name_needs_a_format() -> None:
    with pytest.raises(TypeError, match="format="):
        loader.load(io.StringIO("a: 1"))
    assert loader.load(io.StringIO("a: 1"), format="yaml") == {"a": 1}


def test_a_dash_is_standard_input() -> None:
    code = "from hyperparameter import loader; c = loader.load('-', format='yaml'); print(c, c.source('a'))"
    ran = subprocess.run(
        [sys.executable, "-c", code], input="a: 1", capture_output=True, text=True, timeout=60, check=True
    )
    assert ran.stdout == "a = 1  # -:1:4 -:1:4\n"


def test_a_mapping_is_a_configuration() -> None:
    given = {"a": {"b": 1}, "c.d": (1, 2), "e": [{"f": None}]}
    assert loader.load(given) == {"a": {"b": 1}, "c": {"d": (1, 2)}, "e": [{"f": None}]}


def test_objects_in_a_mapping_are_themselves() -> None:
    marker = object()
    assert loader.load({"a": marker})["a"] is marker


def test_strings_of_a_mapping_are_no_references() -> None:
    assert loader.load({"a": "${b}", "b": 1, "c": "\\${b}"}) == {"a": "${b}", "b": 1, "c": "\\${b}"}


def test_a_mapping_that_contains_itself_is_refused_with_the_path() -> None:
    round: dict[str, Any] = {}
    round["a"] = {"b": round}
    with pytest.raises(hp.ConfigError, match="contains itself"):
        loader.load(round)


def test_a_mapping_with_a_name_that_is_no_key_is_refused() -> None:
    with pytest.raises(hp.ConfigError, match="'a b'"):
        loader.load({"a b": 1})


def test_of_several_the_later_wins_and_maps_are_merged(file: Path) -> None:
    cfg = loader.load([file, {"model": {"lr": 1.0, "opt": {"beta": 0.9}}}])
    assert cfg["model"]["lr"] == 1.0
    assert cfg["model"]["opt"] == {"name": "adam", "beta": 0.9}


def test_a_configuration_is_an_input_of_another(file: Path) -> None:
    cfg = loader.load([loader.load(file), {"x": "a.b"}])
    assert cfg["model"] == VALUES["model"]
    assert cfg.source("model", "lr") == f"{file}:2:6"


@pytest.mark.parametrize("wrong", [5, None, [5], b"a.toml"])
def test_what_is_no_source_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError, match="load"):
        loader.load(wrong)


def test_a_file_that_does_not_exist_is_a_config_error() -> None:
    with pytest.raises(hp.ConfigError, match=r"no-such\.toml"):
        loader.load("no-such.toml")


def test_a_syntax_error_has_file_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{\n  "a": 1,\n  "b": x\n}', "utf-8")
    with pytest.raises(hp.ConfigError) as error:
        loader.load(path)
    assert (error.value.file, error.value.line, error.value.column) == (str(path), 3, 8)
    assert str(error.value).startswith(f"{path}:3:8: ")
    assert error.value.errors == ()


@pytest.mark.parametrize("format", TEXTS)
@given(raw=st.one_of(st.binary(max_size=200), st.text("{}[]:,-#&*!|>'\"=.\n ${}ab1", max_size=60).map(str.encode)))
@settings(max_examples=150, deadline=None)
def test_any_bytes_load_or_are_a_config_error(format: Any, raw: bytes) -> None:
    try:
        loader.loads(raw, format)
    except hp.ConfigError as error:
        assert str(error)


# ---- environment and overrides ------------------------------------------------------------------------------------------


def test_no_variable_counts_unless_a_prefix_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HP_A", "2")
    assert loader.load({"a": 1}) == {"a": 1}
    assert loader.load({"a": 1}, env="HP_") == {"a": 2}
    assert loader.load({"a": 1}, env="HP") == {"a": 2}
    assert loader.load({"a": 1}, env="") == {"a": 1}


def test_an_env_has_a_separator_and_variables_of_its_own() -> None:
    env = loader.Env("APP", separator="-", variables={"APP_MODEL-LR": "1e-3", "HP_X": "1"})
    cfg = loader.load({}, env=env)
    assert cfg == {"model": {"lr": 0.001}}
    assert cfg.source("model", "lr") == "environment variable APP_MODEL-LR"


def test_overrides_go_over_the_environment_and_that_over_files(file: Path) -> None:
    env = loader.Env(variables={"HP_MODEL__LR": "1", "HP_MODEL__OPT__NAME": "sgd"})
    cfg = loader.load(file, env=env, overrides=["model.lr=2"])
    assert cfg["model"]["lr"] == 2
    assert cfg["model"]["opt"]["name"] == "sgd"


def test_an_override_in_a_string_is_text_and_in_a_mapping_a_value() -> None:
    assert loader.load({}, overrides=["a=1e-3", "b=[1, x]"]) == {"a": 0.001, "b": [1, "x"]}
    assert loader.load({}, overrides={"a": "1e-3", "b.c": None}) == {"a": "1e-3", "b": {"c": None}}


def test_an_override_of_an_element_changes_the_list(file: Path) -> None:
    assert loader.load(file, overrides=["model.layers.1=7"])["model"]["layers"] == [64, 7]


def test_an_override_of_an_element_that_is_not_there_is_an_invalid_key(file: Path) -> None:
    with pytest.raises(hp.InvalidKey, match="2 elements"):
        loader.load(file, overrides=["model.layers.2=7"])


def test_an_override_of_a_map_replaces_it_as_a_later_file_does(file: Path) -> None:
    assert loader.load(file, overrides=["model=resnet"]) == {"model": "resnet"}
    assert loader.load(file, overrides=["model.lr.warm=1"])["model"]["lr"] == {"warm": 1}


def test_a_map_in_an_override_is_merged(file: Path) -> None:
    assert loader.load(file, overrides={"model.opt": {"beta": 1}})["model"]["opt"] == {"name": "adam", "beta": 1}


def test_a_reference_reads_what_an_override_sets() -> None:
    assert loader.loads("a: ${b}\nb: 1", "yaml", overrides=["b=2"])["a"] == 2


@pytest.mark.parametrize("wrong", [["a"], ["a b=1"], {"a b": 1}])
def test_an_override_that_is_none_is_an_invalid_key(wrong: Any) -> None:
    with pytest.raises(hp.InvalidKey):
        loader.load({}, overrides=wrong)


def test_one_string_is_no_list_of_overrides() -> None:
    with pytest.raises(TypeError, match=r"\['a=1'\]"):
        loader.load({}, overrides="a=1")


# ---- the mapping --------------------------------------------------------------------------------------------------------


def test_a_configuration_is_a_mapping_however_deep() -> None:
    cfg = loader.loads(TEXTS["yaml"], "yaml")
    assert isinstance(cfg, Mapping) and isinstance(cfg["model"], Mapping)
    assert list(cfg["model"]) == ["lr", "layers", "opt"]
    assert len(cfg["model"]) == 3 and "lr" in cfg["model"] and "x" not in cfg["model"]
    assert cfg["model"].get("x", 7) == 7
    with pytest.raises(KeyError):
        cfg["model"]["x"]


def test_what_is_handed_out_changes_nothing() -> None:
    cfg = loader.loads(TEXTS["json"], "json")
    cfg["model"]["layers"].append(1)
    cfg.as_dict()["model"]["opt"]["name"] = "sgd"
    assert cfg == VALUES
    with pytest.raises(TypeError):
        cfg["x"] = 1  # type: ignore[index]


def test_as_dict_is_plain_dictionaries() -> None:
    made = loader.loads(TEXTS["json"], "json").as_dict()
    assert type(made) is dict and type(made["model"]["opt"]) is dict and made == VALUES


def test_the_repr_is_the_nested_value() -> None:
    assert repr(loader.loads("a: {b: 1}", "yaml")) == "Config({'a': {'b': 1}})"


def test_it_prints_a_line_for_each_key_with_its_source() -> None:
    cfg = loader.loads("a: {long: 1}\nb: [x]", "yaml")
    assert str(cfg).splitlines() == ["a.long = 1      # text.yaml:1:11", "b      = ['x']  # text.yaml:2:4"]
    assert str(loader.load({})) == ""


def test_entries_are_leaves_with_their_sources() -> None:
    cfg = loader.loads("a: {b: 1}\nc: {}", "yaml", overrides=["a.d=2"])
    rows = [(entry.key, entry.value, entry.source) for entry in cfg.entries()]
    assert rows[0] == ("a.b", 1, "text.yaml:1:8")
    assert rows[1][:2] == ("a.d", 2) and rows[1][2].startswith(__file__)
    assert rows[2] == ("c", {}, "text.yaml:2:4")
    assert [entry.key for entry in cfg["a"].entries()] == ["b", "d"]


def test_the_source_of_an_element_is_its_own_place() -> None:
    cfg = loader.loads("a:\n- x: 1\n- x: ${b}\nb: 2\n", "yaml")
    assert cfg.source("a", 0, "x") == "text.yaml:2:6"
    assert cfg.source("a", 1, "x") == "text.yaml:3:6"
    with pytest.raises(KeyError):
        cfg.source("a", 2)


def test_a_value_of_a_mapping_comes_from_the_line_that_loads_it() -> None:
    assert loader.load({"a": 1}).source("a").startswith(f"{__file__}:")


def test_it_is_pickled_with_its_sources() -> None:
    cfg = loader.loads("a: {b: [1, {c: 2}], d: '${x}'}\nx: \\${y}", "yaml", overrides=["t=1.10"])
    again = pickle.loads(pickle.dumps(cfg))
    assert again == cfg and again["x"] == "${y}"
    assert again.source("a", "b", 1, "c") == cfg.source("a", "b", 1, "c")
    with param_scope(again):
        assert param_scope.t | "" == "1.10"
    part = pickle.loads(pickle.dumps(cfg["a"]))
    assert part == cfg["a"] and part.source("b", 0) == "text.yaml:1:9"


def test_a_copy_of_what_never_changes_is_itself() -> None:
    cfg = loader.loads("a: 1", "yaml")
    assert copy.copy(cfg) is cfg and copy.deepcopy({"c": cfg})["c"] is cfg


# ---- scopes -------------------------------------------------------------------------------------------------------------


def test_a_configuration_is_a_scope_whose_values_know_their_places(file: Path) -> None:
    with param_scope(loader.load(file)):
        assert param_scope.model.lr | 1.0 == 0.1
        assert param_scope.model.layers[1] | 0 == 32
        assert param_scope.explain("model.lr").source == f"{file}:2:6"
        assert param_scope.explain("model.opt.name").source == f"{file}:5:8"


def test_a_part_of_a_configuration_is_a_scope(file: Path) -> None:
    with param_scope(loader.load(file, overrides=["model.lr=1"])["model"]):
        assert param_scope.keys() == ["lr", "layers", "opt.name"] or set(param_scope.keys()) == {
            "lr",
            "layers",
            "opt.name",
        }
        assert param_scope.lr | 0.0 == 1.0
        assert param_scope.explain("opt.name").source == f"{file}:5:8"


def test_more_may_be_set_beside_a_configuration(file: Path) -> None:
    with param_scope({"model.lr": 1}, loader.load(file), "model.opt.name=sgd", x=1):
        assert param_scope.model.lr | 0.0 == 0.1
        assert param_scope.model.opt.name | "" == "sgd"
        assert param_scope.x | 0 == 1


def test_param_scope_loads_files_as_a_scope(file: Path) -> None:
    with param_scope.load(file, {"b": 1}, overrides=["model.lr=7"]):
        assert param_scope.model.lr | 0 == 7
        assert param_scope.b | 0 == 1
        assert param_scope.explain("model.layers").source == f"{file}:3:10"
        assert param_scope.explain("model.lr").source.startswith(f"{__file__}:")
    assert "model.lr" not in param_scope


def test_param_scope_load_takes_no_schema(file: Path) -> None:
    with pytest.raises(TypeError, match="schema"):
        param_scope.load(file, schema=dict)  # type: ignore[call-arg]


def test_a_text_keeps_its_characters_in_a_scope() -> None:
    cfg = loader.load({}, overrides=["version=1.10", "id=007"])
    with param_scope(cfg):
        assert (param_scope.version | "", param_scope.id | "", param_scope.id | 0) == ("1.10", "007", 7)
