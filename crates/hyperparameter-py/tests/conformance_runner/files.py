"""Cases of kind `file`: configurations, loaded as a program loads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conformance_runner.messages import Differs, check_error
from conformance_runner.values import Values, exact, string
from hyperparameter import HyperparameterError, _native, loader, param_scope

_LINES = ("line", "column")


def run(case: dict[str, Any], folder: Path) -> None:
    """Raises where the package does not load what the case says."""
    if "value" in case:
        value = Values().given(case["value"])
        for format in ("toml", "json", "yaml"):
            dumped = loader.dump(value, format)
            try:
                _check(case, lambda dumped=dumped, format=format: _load(case, [("text", "dumped", format, dumped)]))
            except Differs as differs:
                raise Differs(f"{format}: {dumped}: {differs}") from differs
        return
    if "files" not in case:
        format = case["format"]
        text = _lines(case["text"])
        _check(case, lambda: _load(case, [("text", f"text.{format}", format, text)]))
        return
    for name, lines in case["files"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_lines(lines), "utf-8", newline="")
    inputs = [("file", str(folder / name), None) for name in case["load"]]
    _check(case, lambda: _load(case, inputs), f"{folder}/")


def _lines(lines: list[Any]) -> str:
    return "\n".join(map(string, lines))


def _load(case: dict[str, Any], inputs: list[Any]) -> _native.Config:
    declared = set(case.get("declared", ()))
    pairs = {
        option: [
            (*string(pair).split("=", 1), True, ("argument", option, at))
            for at, pair in enumerate(case.get(name, ()), 1)
            if _is_pair(string(pair))
        ]
        for name, option in (("define", "-D"), ("pin", "--pin"))
    }
    return _native.Config(
        inputs,
        prefix=case.get("prefix", ""),
        separator=case.get("separator", "__"),
        environment=case.get("env", {}),
        defines=pairs["-D"],
        pins=pairs["--pin"],
        declared=declared.__contains__,
    )


def _is_pair(pair: str) -> bool:
    param_scope(pair)  # raises where it is none
    return True


def _check(case: dict[str, Any], load: Any, folder: str = "") -> None:
    error = case.get("error")
    try:
        config = load()
    except HyperparameterError as raised:
        if error is None:
            raise Differs(f"it does not load: {raised}") from raised
        check_error(raised, {name: value for name, value in error.items() if name not in _LINES}, case["name"])
        for name in (*_LINES, "file"):
            got = getattr(raised, name, None)
            got = got.removeprefix(folder) if isinstance(got, str) else got
            if name in error and got != error[name]:
                raise Differs(f"its {name} is {got!r}, not {error[name]!r}: {raised}") from raised
        return
    if error is not None:
        raise Differs(f"it loads: {config.entries()}")
    _check_values(case, config, folder)


def _check_values(case: dict[str, Any], config: _native.Config, folder: str) -> None:
    entries = {key: (value, source) for key, value, source, _ in config.entries()}
    if entries.keys() != case["gives"].keys():
        raise Differs(f"it has the keys {list(entries)}, not {list(case['gives'])}")
    values = Values()
    with param_scope.empty(), param_scope(config):
        for key, wanted in case["gives"].items():
            got, source = entries[key]
            is_text = isinstance(wanted, dict) and "$text" in wanted
            if is_text and (param_scope[key] | "") != string(wanted["$text"]):
                raise Differs(f"the text of {key} is {param_scope[key] | ''!r}")
            want = _literals(wanted)
            if not exact(got, values.expected(want)):
                raise Differs(f"{key} is {got!r}, not {want!r}")
            # The store reads it too: a list with what was written over its elements.
            overlaid = any(other.startswith(f"{key}.") for other in entries)
            if not overlaid and not exact(param_scope[key](), got):
                raise Differs(f"the store reads {param_scope[key]()!r} for {key}, not {got!r}")
            said = case.get("sources", {}).get(key)
            if said is not None and source.replace(folder or "\0", "") != said:
                raise Differs(f"{key} comes from {source!r}, not {said!r}")
    for key, wanted in case.get("shadowed", {}).items():
        got = [value for _, value, _, _ in config.shadowed(key)]
        if not exact(got, values.expected(wanted)):
            raise Differs(f"{key} shadows {got!r}, not {wanted!r}")


def _literals(of: Any) -> Any:
    """What is expected, text as the literal that it spells: with no type asked Python shows text so."""
    if isinstance(of, dict) and set(of) == {"$text"}:
        scope = param_scope(f"literal={string(of['$text'])}")
        return _encoded(scope.literal())
    if isinstance(of, list):
        return [_literals(item) for item in of]
    if isinstance(of, dict) and not any(name.startswith("$") for name in of):
        return {name: _literals(item) for name, item in of.items()}
    return of


def _encoded(value: Any) -> Any:
    if isinstance(value, float):
        return {"$float": repr(value)}
    if isinstance(value, list):
        return [_encoded(item) for item in value]
    if isinstance(value, dict):
        return {"$pairs": [[name, _encoded(item)] for name, item in value.items()]}
    return value
