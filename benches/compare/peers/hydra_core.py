"""Hydra with the OmegaConf that it asks for: a composed `DictConfig`."""

import tempfile
from pathlib import Path

import _measure
from hydra import compose, initialize_config_dir

with tempfile.TemporaryDirectory() as folder:
    Path(folder, "config.yaml").write_text("model:\n  layers:\n    - size: 64\n")
    with initialize_config_dir(folder, version_base=None):
        cfg = compose("config")
names = {"cfg": cfg}
_measure.run({"read: DictConfig": ("cfg.model.layers[0].size", names)}, [(cfg.model.layers[0].size, 64)])
