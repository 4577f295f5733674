"""The options that every program understands, and what an option is: quick to import, for a shell waits for it."""

from __future__ import annotations

# What every program understands besides the options of its function.
DEFINE = ("-D", "--define")
LIST = ("-lps", "--list-params")
EXPLAIN = ("-ep", "--explain-param")
COMPLETION = ("--print-completion",)
HELP = ("-h", "--help")

# The same with what they do, in the order in which help shows them.
COMMON = (
    (DEFINE, "set parameters, also those of other functions"),
    (LIST, "list the parameters, with the values in force"),
    (EXPLAIN, "where the value of a parameter comes from"),
    (COMPLETION, "print the script with which a shell completes this line"),
    (HELP, "this text"),
)


def is_option(word: str) -> bool:
    """Whether a word is an option rather than a value: it begins with ``-`` and is no negative number.

    >>> [is_option(word) for word in ("--lr", "-D", "-", "-0.5", "-.5", "-inf", "x", "")]
    [True, True, False, False, False, False, False, False]
    """
    return word.startswith("-") and word != "-" and not word[1].isdigit() and word[1:2] != "." and word != "-inf"
