"""Classes: an ``__init__`` of their own, that of a base, fields."""

from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import ClassVar, NamedTuple

from hyperparameter import auto_param


@auto_param
class Own:
    """Own.

    Args:
        width: How wide.
    """

    def __init__(self, width=4, *, depth: int = 2):
        pass


@auto_param("classes.inherits")
class Inherits(Own):
    pass


class Base:
    def __init__(self, a=1):
        pass


@auto_param
class OfBase(Base):
    pass


@auto_param
@dataclass
class Fields:
    """Fields.

    Attributes:
        lr: The rate.
    """

    needed: int
    lr: float = 0.1
    many: list = field(default_factory=list)
    made: dict = field(default_factory=lambda: {"a": 1})
    plain: int = field(default=3)
    hidden: int = field(default=4, init=False)
    shared: ClassVar[int] = 5
    once: InitVar[int] = 6
    _: KW_ONLY
    after: str = "x"


@dataclass
class FieldsBase:
    a: int = 1
    b: int = 2


@auto_param("classes.more")
@dataclass(eq=False)
class More(FieldsBase):
    b: int = 20
    c: int = 3


@auto_param("classes.tuple")
class Pair(NamedTuple):
    left: int
    right: int = 2


class Outer:
    @auto_param
    class Inner:
        def __init__(self, a=1):
            pass


@auto_param
class Nothing:
    pass
