"""Configuration files as nested mappings, or as objects of your own classes.

>>> from hyperparameter import loader
>>> cfg = loader.loads('''
... [model]
... lr = 0.1
... steps = "${.warmup}"
... warmup = 10
... ''', "toml")
>>> cfg["model"]["steps"]
10
>>> with param_scope(cfg):
...     param_scope.model.lr | 0.5
0.1

With a class, type hints alone say what text and numbers become; all mistakes are told together, each with its place:

>>> from dataclasses import dataclass
>>> @dataclass
... class Server:
...     port: int
...     host: str = "localhost"
>>> loader.loads('{"port": "8080"}', "json", schema=Server)
Server(port=8080, host='localhost')
>>> loader.loads('{"port": "http", "hots": "a"}', "json", schema=Server)
Traceback (most recent call last):
...
hyperparameter.ConfigError: 2 errors in the configuration:
  text.json:1:10: 'port': 'http' does not convert to int ("http" spells no number)
  text.json:1:26: 'hots': Server has no field 'hots'; did you mean 'host'?
"""

from __future__ import annotations

from hyperparameter import ConfigError
from hyperparameter.convert.bounds import Range
from hyperparameter.loader.configuration import Config
from hyperparameter.loader.dumping import dump
from hyperparameter.loader.errors import FieldError
from hyperparameter.loader.loading import Env, load, loads

__all__ = ["Config", "ConfigError", "Env", "FieldError", "Range", "dump", "load", "loads"]
