"""OmegaConf alone, at its newest release."""

import _measure
from omegaconf import OmegaConf

cfg = OmegaConf.create({"model": {"layers": [{"size": 64}]}})
names = {"cfg": cfg}
_measure.run({"read: DictConfig": ("cfg.model.layers[0].size", names)}, [(cfg.model.layers[0].size, 64)])
