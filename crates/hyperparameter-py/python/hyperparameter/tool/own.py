"""What may follow on the line of ``hp`` itself."""

from __future__ import annotations

from hyperparameter.tool import files
from hyperparameter.tool.line import COMMANDS, GENERAL, SHELLS

_MOST_FILES = 2_000  # a shell waits: in a folder with more, no keys are offered


def candidates(given: list[str]) -> list[tuple[str, str]]:
    """What the last word may be, each with its help. Nothing: the shell's own answer, files, is the best.

    >>> candidates(["de"]), candidates(["ls", "--format", "ma"])
    ([('describe', 'everything about one parameter, or about those below a key')], [('markdown', '')])
    """
    *before, word = given or [""]
    if not before:
        names = [(command.name, command.said) for command in COMMANDS.values()]
        names += [(words.partition(" ")[0], said) for words, said in GENERAL]
        return [(name, said) for name, said in names if name.startswith(word) and (word or name[0] != "-")]
    if before == ["--print-completion"]:
        return [(shell, "") for shell in SHELLS if shell.startswith(word)]
    command = COMMANDS.get(before[0])
    if command is None or "--" in before:
        return []
    option = command.options.get(before[-1])
    if option is not None and option.choices is not None:
        return [(choice, "") for choice in option.choices if choice.startswith(word)]
    if word.startswith("-"):
        name, equals, _ = word.partition("=")
        option = command.options.get(name)
        if equals:
            choices = (option.choices or ()) if option is not None else ()
            return [(f"{name}={choice}", "") for choice in choices if f"{name}={choice}".startswith(word)]
        return [(name, option.said) for name, option in command.options.items() if name.startswith(word)]
    if command.name == "describe" and len(before) == 1:
        return _keys(word)
    return []


def _keys(word: str) -> list[tuple[str, str]]:
    """The keys of the working directory's project."""
    paths: list[str] = []
    for path in files.below("."):
        paths.append(path)
        if len(paths) > _MOST_FILES:
            return []
    keys = {row["key"]: row["help"] or row["default"] or "" for row in files.found(paths, lambda text: None)}
    return [(key, keys[key]) for key in sorted(keys) if key.startswith(word)]
