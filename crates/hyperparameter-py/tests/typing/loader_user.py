"""What a type checker sees of the loader: the class that is asked for is the class that comes back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from typing_extensions import assert_type

from hyperparameter import ConfigError, loader, param_scope
from hyperparameter.schema import main, program_schema, schema_of


@dataclass
class Server:
    port: int


class Keys(TypedDict):
    port: int


assert_type(loader.load("a.toml"), loader.Config)
assert_type(loader.load(["a.toml", Path("b.yaml"), {"a": 1}], env="HP_", overrides=["a=1"]), loader.Config)
assert_type(loader.load("a.toml", schema=Server), Server)
assert_type(loader.load({"port": 1}, schema=Keys, extra="ignore"), Keys)
assert_type(loader.loads("port: 1", "yaml", schema=Server, overrides={"port": 2}), Server)
assert_type(loader.loads("port: 1", "yaml"), loader.Config)
assert_type(loader.load("a.toml", env=loader.Env("APP_", variables={})).as_dict(), dict[str, Any])
assert_type(loader.dump(Server(1), "toml"), str)
assert_type(schema_of(Server), dict[str, Any])
assert_type(program_schema("module:function"), dict[str, Any])
assert_type(main(["module:function"]), int)

with param_scope.load("a.toml", format="toml", overrides=["a=1"]) as scope:
    scope.keys()
with param_scope(loader.load("a.toml")):
    pass
try:
    loader.load("a.toml", schema=Server)
except ConfigError as error:
    assert_type(error.file, str | None)
    for one in error.errors:
        assert_type(one, loader.FieldError)
        assert_type(one.line, int | None)
