"""Scoped, named parameters: declare them where they are used, override them from outside, read them fast.

>>> @auto_param("train")
... def train(steps: int = 10, lr: float = 0.1):
...     return steps, lr
>>> train()
(10, 0.1)
>>> with param_scope({"train.lr": 0.5}):
...     train()
(10, 0.5)
"""

from hyperparameter._native import (
    ConfigError,
    ConversionError,
    ConversionWarning,
    HashCollision,
    HyperparameterError,
    InvalidKey,
    MissingParameter,
    __version__,
    frozen_snapshot,
    key_hash,
    param_scope,
    strict,
)

__all__ = [
    "ConfigError",
    "ConversionError",
    "ConversionWarning",
    "HashCollision",
    "HyperparameterError",
    "InvalidKey",
    "MissingParameter",
    "__version__",
    "add_arguments",
    "auto_param",
    "from_args",
    "frozen_snapshot",
    "key_hash",
    "launch",
    "loader",
    "param_scope",
    "strict",
]

# What brings modules of the standard library along is imported when it is first used: `import hyperparameter` stays cheap.
_LATER = {
    "add_arguments": "hyperparameter.cli.parsers",
    "auto_param": "hyperparameter.parameters",
    "from_args": "hyperparameter.cli.parsers",
    "launch": "hyperparameter.cli.launch",
}


def __getattr__(name: str) -> object:
    if name in ("include", "lib", "loader"):
        return __import__(f"hyperparameter.{name}", fromlist=[name])
    module = _LATER.get(name)
    if module is None:
        raise AttributeError(f"module 'hyperparameter' has no attribute {name!r}")
    found = getattr(__import__(module, fromlist=[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
