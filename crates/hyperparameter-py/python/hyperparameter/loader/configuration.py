"""What ``load`` gives where no class is asked for: a nested mapping that knows where its values stand."""
# What stands here is of any type: a checker that knows that much and no more is content.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from hyperparameter import _native


class Entry(NamedTuple):
    """One key of a configuration: its value, and where the value stands."""

    key: str
    value: Any
    source: str


class Config(Mapping[str, Any]):
    """A nested mapping; nothing of it ever changes.

    A map in it is a ``Config`` too, and ``param_scope(cfg)`` or ``param_scope(cfg["model"])`` is a scope in which
    ``explain`` names the file, line and column of each value. Lists are handed out as copies.

    >>> cfg = loader.loads("a: {b: 1, c: [x]}", "yaml")
    >>> cfg["a"]["b"], list(cfg["a"]), cfg == {"a": {"b": 1, "c": ["x"]}}
    (1, ['b', 'c'], True)
    >>> print(cfg)
    a.b = 1      # text.yaml:1:8
    a.c = ['x']  # text.yaml:1:14
    """

    __slots__ = ("__weakref__", "_loaded", "_path", "_values")
    _loaded: _native.Config
    _path: tuple[str, ...]
    _values: dict[str, Any]

    def __init__(self, native: _native.Config) -> None:
        # Not for programs: `load` and `loads` make configurations.
        self._loaded = native
        self._path = ()
        self._values = native.value()

    def __getitem__(self, name: str) -> Any:
        value = self._values[name]
        if not isinstance(value, dict):
            return _copied(value)
        inner = Config.__new__(Config)
        inner._loaded, inner._path, inner._values = self._loaded, (*self._path, name), value
        return inner

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, name: object) -> bool:
        return name in self._values

    @property
    def __param_config__(self) -> _native.Config:
        """What ``param_scope`` takes: the same with its sources."""
        part: _native.Config | None = self._loaded
        if self._path:
            part = self._loaded.part(".".join(self._path))
        return part or _native.Config([("mapping", self._values, None)])

    def as_dict(self) -> dict[str, Any]:
        """A copy as plain dictionaries and lists.

        >>> loader.loads("a: {b: 1}", "yaml").as_dict()
        {'a': {'b': 1}}
        """
        copy: dict[str, Any] = _copied(self._values)
        return copy

    def entries(self) -> list[Entry]:
        """Each key that has a value, in order, with where it stands.

        >>> loader.loads("a: {b: 1}", "yaml").entries()
        [Entry(key='a.b', value=1, source='text.yaml:1:8')]
        """
        return [Entry(*leaf) for leaf in self.__param_config__.leaves()]

    def source(self, *path: str | int) -> str:
        """Where the value at these names and indices stands, in words; empty where nobody said.

        Raises ``KeyError`` where there is none.

        >>> loader.loads("a: {b: [1, 2]}", "yaml").source("a", "b", 1)
        'text.yaml:1:12'
        """
        whole = [*self._path, *map(str, path)]
        found = self._loaded.source(whole)
        if found is None:
            raise KeyError(".".join(whole))
        return found[0]

    def __repr__(self) -> str:
        return f"Config({self._values!r})"

    def __str__(self) -> str:
        rows = [(entry.key, repr(entry.value), entry.source) for entry in self.entries()]
        widths = [max((len(row[at]) for row in rows), default=0) for at in (0, 1)]
        # A long value does not push every source off the screen.
        wide = min(widths[1], 40)
        lines = [
            f"{key:{widths[0]}} = {value:{wide}}  # {source}" if source else f"{key:{widths[0]}} = {value}"
            for key, value, source in rows
        ]
        return "\n".join(lines)

    def __reduce__(self) -> tuple[Any, ...]:
        return Config, (self.__param_config__,)

    def __copy__(self) -> Config:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Config:
        return self


def _copied(value: Any) -> Any:
    """What a caller may change is a copy of what is kept."""
    if type(value) is list:
        return [_copied(item) for item in value]
    if type(value) is dict:
        return {name: _copied(item) for name, item in value.items()}
    return value
