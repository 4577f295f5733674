"""The options that every program understands, and what an option is: quick to import, for a shell waits for it."""

from __future__ import annotations

# What every program understands besides the options of its function.
DEFINE = ("-D", "--define")
PIN = ("--pin",)
DELETE = ("--delete",)
CONFIG = ("-C", "--config")
ENV_PREFIX = ("--env-prefix",)
LIST = ("-lps", "--list-params")
EXPLAIN = ("-ep", "--explain-param")
SAVE = ("--save-params",)
STRICT = ("--strict", "--no-strict")
JSON = ("--json",)
COMPLETION = ("--print-completion",)
HELP = ("-h", "--help")

# The same with what they do, in the order in which help shows them.
COMMON: tuple[tuple[tuple[str, ...], str], ...] = (
    (DEFINE, "set parameters, also those of other functions; +KEY=VALUE lets an unknown key through"),
    (PIN, "set parameters that no code overrides; also -D! KEY=VALUE"),
    (DELETE, "take a value away, so that the default counts; also -D '~KEY'"),
    (CONFIG, "read configuration files, the last named first; FORMAT:- reads standard input"),
    (ENV_PREFIX, "the prefix of environment variables that set parameters, HP_ if not given; '' for none"),
    (LIST, "list the parameters, with the values in force"),
    (EXPLAIN, "where the value of a parameter comes from"),
    (SAVE, "write what the run read; -C with that file repeats the run"),
    (STRICT, "whether unknown and unread parameters are errors"),
    (JSON, "-lps and -ep answer in JSON"),
    (COMPLETION, "print the script with which a shell completes this line"),
    (HELP, "this text, short or with every parameter"),
)

# What they take, for those that take something.
TAKES: dict[tuple[str, ...], str] = {
    DEFINE: "KEY=VALUE ...",
    PIN: "KEY=VALUE ...",
    DELETE: "KEY",
    CONFIG: "FILE ...",
    ENV_PREFIX: "PREFIX",
    EXPLAIN: "[KEY ...]",
    SAVE: "FILE",
    COMPLETION: "SHELL",
}


def spelled(name: str) -> str:
    """A name as an option: ``batch_size`` is ``--batch-size``."""
    return "--" + name.replace("_", "-")
