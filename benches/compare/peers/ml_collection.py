"""ml_collections: a ConfigDict. A list in it holds plain dictionaries, so the layers stand in a ConfigDict too."""

import _measure
from ml_collections import ConfigDict

cfg = ConfigDict({"model": {"layers": {"0": {"size": 64}}}})
names = {"cfg": cfg}
_measure.run({"read: ConfigDict": ("cfg.model.layers['0'].size", names)}, [(cfg.model.layers["0"].size, 64)])
