"""What the command line asks the store: which parameters there are, and which names are near."""

from __future__ import annotations

from collections.abc import Iterable

from hyperparameter import _native


def nearest(word: str, names: Iterable[str], most: int = 3) -> list[str]:
    """The names nearest to a word, the nearest first; none if none is near."""
    return list(_native.nearest(word, list(names), most))


def unknown(key: str, declared: Iterable[str]) -> list[str] | None:
    """``None`` if a key may be set, else the names that were probably meant (perhaps none).

    A key is refused if its namespace has parameters and it is none of them, or if it is a misspelt parameter. What lies
    under a declared key (a leaf of its dictionary, an element of its list) and what encloses some is known too.

    >>> unknown("train.lr", ["train.lr", "train.steps"])
    >>> unknown("train.opt.eps", ["train.opt"])
    >>> unknown("train", ["train.lr"])
    >>> unknown("network.lr", ["train.lr"])
    >>> unknown("train.lrr", ["train.lr", "train.steps"])
    ['train.lr']
    >>> unknown("trian.lr", ["train.lr"])
    ['train.lr']
    """
    return _native.unknown(key, list(declared))
