"""JSON Schemas of configuration files, so that editors complete and check them.

``schema_of(Cls)`` describes the files that ``loader.load(…, schema=Cls)`` takes, ``program_schema("module:function")`` those of
a program with everything that it declares; ``hp schema module:function`` prints that one. Both are of draft 2020-12.

A file names its schema in its first lines, and the editor's language server does the rest:

- TOML (Taplo, Even Better TOML)::

      #:schema ./train.schema.json

- YAML (yaml-language-server, the YAML extension of VS Code)::

      # yaml-language-server: $schema=./train.schema.json

- any of the three formats, as a name at the root, which is no parameter: ``"$schema": "./train.schema.json"``

What a schema allows, the loader takes (but for integers written as floats beyond 2^63); it asks for a bit more order than the loader: a number is a number, not a string that
spells one. A reference (``"${model.lr}"``) may stand for any value, ``include`` at the root.

>>> from dataclasses import dataclass
>>> @dataclass
... class Server:
...     port: int = 80
>>> port = schema_of(Server)["properties"]["port"]
>>> port["type"], port["default"]  # a string with a reference in it
(['integer', 'string'], 80)
"""

from __future__ import annotations

from hyperparameter.schema.command import main
from hyperparameter.schema.program import program_schema
from hyperparameter.schema.writer import schema_of

__all__ = ["main", "program_schema", "schema_of"]
