"""Scoped, named parameters: declare them where they are used, override them from outside, read them fast."""

from hyperparameter import include as include
from hyperparameter import lib as lib
from hyperparameter import loader as loader
from hyperparameter._native import ConfigError as ConfigError
from hyperparameter._native import ConversionError as ConversionError
from hyperparameter._native import ConversionWarning as ConversionWarning
from hyperparameter._native import HashCollision as HashCollision
from hyperparameter._native import HyperparameterError as HyperparameterError
from hyperparameter._native import InvalidKey as InvalidKey
from hyperparameter._native import MissingParameter as MissingParameter
from hyperparameter._native import __version__ as __version__
from hyperparameter._native import frozen_snapshot as frozen_snapshot
from hyperparameter._native import key_hash as key_hash
from hyperparameter._native import param_scope as param_scope
from hyperparameter._native import strict as strict
from hyperparameter.cli.launch import launch as launch
from hyperparameter.cli.parsers import add_arguments as add_arguments
from hyperparameter.cli.parsers import from_args as from_args
from hyperparameter.parameters import auto_param as auto_param

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

def __dir__() -> list[str]: ...
