"""What a terminal shows of a text: its width, its colours, its encoding."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

BOLD, DIM, CYAN, RED, GREEN, END = (
    "\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[31m", "\x1b[32m", "\x1b[0m"
)  # fmt: skip


def plain(text: str) -> str:
    """On one line, and without what a terminal would act on.

    >>> plain("a\\x1b[31m"), plain("{\\n    1,\\n}"), plain("é ✓")
    ('a\\\\x1b[31m', '{ 1, }', 'é ✓')
    """
    if "\n" in text:
        text = " ".join(line.strip() for line in text.splitlines())
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def width_of(text: str) -> int:
    """The columns that a text takes on a terminal.

    >>> width_of("abc"), width_of("日本"), width_of("e\\u0301")
    (3, 4, 1)
    """
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def cut(text: str, width: int) -> str:
    """At most so many columns, the last one an ellipsis if something is missing.

    >>> cut("abcdef", 4), cut("abc", 4), cut("日本語", 4)
    ('abc…', 'abc', '日…')
    """
    if width_of(text) <= width:
        return text
    kept = ""
    for letter in text:
        if width_of(kept + letter) > width - 1:
            break
        kept += letter
    return kept + glyph("…", "~") if width > 0 else ""


def glyph(letter: str, otherwise: str) -> str:
    try:
        letter.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeError, LookupError):
        return otherwise
    return letter


def terminal(stream: TextIO | None = None) -> int | None:
    """The width of the terminal that a stream, else stdout, is; None if it is none."""
    stream = stream or sys.stdout  # None where there is no console
    try:
        if stream is None or not stream.isatty():
            return None
        given = os.environ.get("COLUMNS", "")
        if given.isdecimal() and int(given) > 0:
            return int(given)
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError, AttributeError):
        return None


def coloured(stream: TextIO | None = None) -> bool:
    """Whether there is a terminal, and nobody asked for no colour (https://no-color.org)."""
    return terminal(stream) is not None and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, colour: str, stream: TextIO | None = None) -> str:
    return f"{colour}{text}{END}" if text.strip() and coloured(stream) else text


class Columns:
    """How the columns of a table give way where a terminal is narrow, and their colours."""

    def __init__(
        self, colours: dict[str, str], widest: dict[str, int], least: dict[str, int], spare: tuple[str, ...]
    ) -> None:
        self.colours = colours
        self.widest = widest  # a longer text is cut short
        self.least = least  # so much of a column is left, the first one shrinks first
        self.spare = spare  # what can be done without, the first one goes first

    def lines(self, head: dict[str, str], rows: list[dict[str, str]], names: Iterable[str]) -> list[str]:
        """The rows below their head, aligned, no wider than the terminal; a column that is empty in every row is left out.

        >>> columns = Columns({}, {}, {}, ())
        >>> columns.lines({"a": "A", "b": "B", "c": "C"}, [{"a": "1", "b": "", "c": "x"}, {"a": "100", "b": "", "c": "y"}], "abc")
        ['A    C', '1    x', '100  y']
        """
        shown = [name for name in names if any(row[name] for row in rows)]
        widths = {name: max(width_of(line[name]) for line in (head, *rows)) for name in shown}
        room = terminal()
        if room is not None:
            self._shrink(widths, room)
        bold = dict.fromkeys(shown, BOLD)
        return [_line(head, widths, room, bold)] + [_line(row, widths, room, self.colours) for row in rows]

    def _shrink(self, widths: dict[str, int], room: int) -> None:
        for name, most in self.widest.items():
            if name in widths:
                widths[name] = min(widths[name], most)

        def over() -> int:
            return sum(widths.values()) + 2 * (len(widths) - 1) - room

        for name, least in self.least.items():
            if name in widths and over() > 0:
                widths[name] = max(min(least, widths[name]), widths[name] - over())
        for name in self.spare:
            if name in widths and over() > 0:
                del widths[name]


def _line(cells: dict[str, str], widths: dict[str, int], room: int | None, colours: dict[str, str]) -> str:
    made = ""
    left = room
    for name, wide in widths.items():
        wide = wide if left is None else max(0, min(wide, left))
        text = cells[name] if room is None else cut(cells[name], wide)
        made += (paint(text, colours[name]) if colours.get(name) else text) + " " * (wide - width_of(text) + 2)
        left = None if left is None else left - wide - 2
    return made.rstrip()
