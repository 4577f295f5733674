"""What a docstring says of each argument, in the three styles that people write: Google, NumPy and reST."""

from __future__ import annotations

from collections.abc import Iterator

_GOOGLE = {"args", "arguments", "parameters", "params", "keyword args", "keyword arguments", "other parameters", "attributes"}  # fmt: skip
_NUMPY = {"parameters", "other parameters", "attributes"}
_REST = {"param", "parameter", "arg", "argument", "key", "keyword", "kwarg", "ivar", "var", "cvar"}


def arguments(doc: str) -> dict[str, str]:
    """The help of each argument that a docstring describes, on one line each.

    >>> arguments('''Train.
    ...
    ...     Args:
    ...         lr (float): Learning rate,
    ...             per step.
    ...         steps: How many.
    ... ''')
    {'lr': 'Learning rate, per step.', 'steps': 'How many.'}
    >>> arguments("Train.\\n\\nParameters\\n----------\\nlr, wd : float, optional\\n    A rate.\\n")
    {'lr': 'A rate.', 'wd': 'A rate.'}
    >>> arguments("Train.\\n\\n:param float lr: Learning rate,\\n    per step.\\n:param steps: How many.")
    {'lr': 'Learning rate, per step.', 'steps': 'How many.'}
    """
    lines = _dedented(doc)
    found: dict[str, str] = {}
    for names, words in (*_rest(lines), *_numpy(lines), *_google(lines)):
        text = " ".join(" ".join(words).split())
        for name in names:
            if text:
                found.setdefault(name, text)
    return found


def _dedented(doc: str) -> list[str]:
    """The lines without their common indentation; the first line has none of its own."""
    first, *rest = doc.expandtabs().splitlines() or [""]
    margin = min((_indent(line) for line in rest if line.strip()), default=0)
    return [first.strip(), *(line[margin:].rstrip() for line in rest)]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _names(text: str) -> list[str]:
    """``lr, wd`` as names, ``*args`` without its star; nothing if it is no list of names."""
    names = [name.strip().strip("`").lstrip("*") for name in text.split(",")]
    return names if all(name.isidentifier() for name in names) else []


def _rest(lines: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """``:param lr: text`` and ``:param float lr: text``."""
    for at, line in enumerate(lines):
        head, colon, text = line.strip()[1:].partition(":")
        role, _, name = head.partition(" ")
        if line.strip().startswith(":") and colon and role in _REST and name.strip():
            more: list[str] = []
            for further in lines[at + 1 :]:
                if not further.strip() or _indent(further) <= _indent(line):
                    break
                more.append(further)
            yield _names(name.split()[-1].replace("\\*", "")), [text, *more]


def _numpy(lines: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """``Parameters`` over a line of dashes, then ``lr : float`` with its text indented."""
    at = 0
    while at + 1 < len(lines):
        title, rule = lines[at].strip().lower(), lines[at + 1].strip()
        at += 1
        if title not in _NUMPY or len(rule) < 3 or set(rule) != {"-"}:
            continue
        margin = _indent(lines[at - 1])
        at += 1
        names: list[str] = []
        words: list[str] = []
        while at < len(lines):
            line = lines[at]
            following = lines[at + 1].strip() if at + 1 < len(lines) else ""
            if line.strip() and _indent(line) <= margin:
                if _indent(line) < margin or (len(following) >= 3 and set(following) <= {"-", "="}):
                    break  # the next section
                yield names, words
                names, words = _names(line.partition(" :")[0].partition(": ")[0]), []
            else:
                words.append(line)
            at += 1
        yield names, words


def _google(lines: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """``Args:``, then ``lr (float): text`` indented, its further lines indented more."""
    inside = False
    margin, level = 0, 0
    names: list[str] = []
    words: list[str] = []
    for line in lines:
        if not line.strip():
            continue
        if inside and _indent(line) > margin:
            level = level or _indent(line)
            if _indent(line) <= level:
                yield names, words
                head, colon, text = _split(line.strip())
                names = _names(head.partition("(")[0].strip()) if colon else []
                words = [text]
            else:
                words.append(line)
            continue
        if inside:
            yield names, words
        inside = line.strip().endswith(":") and line.strip()[:-1].lower() in _GOOGLE
        margin, level, names, words = _indent(line), 0, [], []
    if inside:
        yield names, words


def _split(line: str) -> tuple[str, str, str]:
    """At the first colon outside brackets: ``lr (dict[str, int]): text``, ``x (a: b): text``."""
    depth = 0
    for at, letter in enumerate(line):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == ":" and depth <= 0:
            return line[:at], ":", line[at + 1 :]
    return line, "", ""
