"""Functions: names, namespaces, kinds of arguments, defaults of every kind."""

import functools
from collections.abc import Iterator
from typing import Annotated, Literal, Optional

import hyperparameter
import hyperparameter as hp
from hyperparameter import auto_param
from hyperparameter import auto_param as parameters

NAMESPACE = "from_a_name"
WIDTH = 64


@auto_param
def bare(first, second=1, *rest, third: float = 0.5, **more):
    """Bare.

    Args:
        second: The second of them,
            on two lines.
        third (float): The third.
    """


@parameters("functions.named")
def named(a: int = 3, /, b: Optional[int] = None, c="text", *, d: bool = False, e: Literal["x", "y"] = "x"):
    """Named.

    Parameters
    ----------
    a : int
        The a.
    b, c : anything
        Both of them.
    """


@hp.auto_param("functions.dotted")
def dotted(x: "list[int]" = [1, 2], y=(1, "2"), z=-1.5, big=60 * 60, none=None, data=b"x", width=WIDTH):
    """Dotted.

    :param x: The x.
    :param float z: The z.
    """


@hyperparameter.auto_param(NAMESPACE)
def by_constant(rate: Annotated[float, "How fast."] = 0.1, é=1):
    pass


@auto_param()
def called(opt={"lr": 0.1, "inner": {"wd": 0.0, "empty": {}}, "betas.first": 0.9}, kind={1: 2}, odd={"a b": 1}, no={}):
    pass


@auto_param(None)
async def waiting(delay: float = 0.0):
    pass


@auto_param
def generating(n=3) -> Iterator[int]:
    yield n


@functools.lru_cache(maxsize=None)
@auto_param("functions.under")
def under_another(size=1):
    return size


def outer():
    @auto_param
    def inner(depth=2):
        class Local:
            @auto_param
            def method(self, width=3):
                pass

        return Local

    return inner


outer()()


class Methods:
    @auto_param
    def plain(self, a=1):
        pass

    @staticmethod
    @auto_param
    def static(a=2):
        pass

    @auto_param
    @classmethod
    def of_class(cls, a=3):
        pass

    @auto_param("functions.private")
    def private(self, __hidden=4):
        pass


def undecorated(a=1, b=2):
    pass


def one_more(a=1, b=2):
    pass


def partly(a=1, b=2):
    pass


in_a_call = auto_param("functions.call")(undecorated)
bare_call = auto_param(one_more)
of_lambda = hp.auto_param("functions.lambda")(lambda x=1, y=2: (x, y))
of_partial = auto_param("functions.partial")(functools.partial(partly, b=20))
declare = auto_param("functions.kept")


@declare
def by_a_kept_decorator(v=1):
    pass


def shadowed(auto_param):
    @auto_param("functions.shadowed")
    def f(nothing=1):
        pass


shadowed(lambda namespace: lambda f: f)
