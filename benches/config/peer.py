"""One peer loads one file, once, in a process of its own: prints the CPU seconds of it, imports and start not counted.

python3 benches/config/peer.py NAME FILE
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any


def loader(name: str, path: str) -> Callable[[], Any]:
    """What is timed; whatever comes before the file is read is done already."""
    if name == "json.loads":
        return lambda: json.loads(text(path))
    if name == "tomllib":
        import tomllib

        return lambda: tomllib.loads(text(path))
    if name == "rtoml":
        import rtoml

        return lambda: rtoml.loads(text(path))
    if name == "PyYAML, C":
        import yaml

        return lambda: yaml.load(text(path), yaml.CSafeLoader)
    if name == "OmegaConf.create":
        from omegaconf import OmegaConf

        ready = json.loads(text(path))
        return lambda: OmegaConf.create(ready)
    raise SystemExit(f"peer.py: no peer {name!r}")


def text(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


work = loader(*sys.argv[1:])
start = time.process_time()
work()
print(time.process_time() - start)
