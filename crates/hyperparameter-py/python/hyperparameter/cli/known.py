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
    names = set(declared)
    if key in names or any(key.startswith(name + ".") or name.startswith(key + ".") for name in names):
        return None
    near = nearest(key, names)
    namespace = key.rpartition(".")[0]
    if namespace and any(name.rpartition(".")[0] == namespace for name in names):
        return near
    return [name for name in near if _misspelt(key, name)] or None


def _misspelt(key: str, name: str) -> bool:
    """Whether each segment is the other's or nearly so: ``trian.lr`` is ``train.lr``, ``network.lr`` is not.

    Without a namespace the name itself is enough: ``lr`` is ``train.lr``.
    """
    if "." not in key:
        return True
    pairs = list(zip(key.split("."), name.split("."), strict=False))
    return key.count(".") == name.count(".") and all(a == b or nearest(a, [b]) for a, b in pairs)
