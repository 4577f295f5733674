"""In a folder without ``__init__.py``."""

from hyperparameter import *  # noqa: F403


@auto_param("deep.down")  # noqa: F405
def f(n=1):
    pass
