"""The layers of a program while it runs (rule S1): entered, published for every thread, watched, and put back."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Any, NamedTuple

import hyperparameter as hp
from hyperparameter import _native
from hyperparameter.cli import layers, program
from hyperparameter.cli.known import Known, Unknown, nearest
from hyperparameter.cli.words import Definition, Line, UsageError

_MANY = 1000  # keys of a file that nobody declares: the others are not looked at
_SHOWN = 8  # of one kind of message


class Settings(NamedTuple):
    """What the program itself says of its command line."""

    env_prefix: str = "HP_"
    allow_unused: tuple[str, ...] = ()  # patterns of keys that may be unknown and unread: "plugin.*"
    strict: bool = False


class Session:
    """One run. :meth:`open` enters the layers, the context's end reports, saves and puts everything back."""

    def __init__(self, line: Line, settings: Settings) -> None:
        self.line = line
        self.settings = settings
        self.strict = settings.strict if line.strict is None else line.strict
        self.known = Known(_native.declared_names())
        self.config: Any = None
        self.unfinished = False  # what the program gave back runs on: nothing can be said of what it read
        self._layers: layers.Layers | None = None
        self._let: dict[str, Unknown] = {}  # unknown keys that were let through
        self._stack = ExitStack()

    # ---- the beginning -----------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Enter the layers. Raises :class:`UsageError` and ``HyperparameterError``, with everything put back."""
        try:
            self._open()
        except BaseException:
            self._stack.close()
            raise

    def _open(self) -> None:
        line, stack = self.line, self._stack
        for given in (*line.definitions, *line.pins, *line.deletions):
            try:
                hp.key_hash(given.key)
            except hp.InvalidKey as error:
                raise UsageError(f"{error}; {given.place}") from None
        if line.save is not None:
            _refuse_unwritable(line.save)
        prefix = self.settings.env_prefix if line.env_prefix is None else line.env_prefix
        saved = self._saved()
        self._layers = made = layers.combine(line, prefix, saved)
        self.config = made.config
        self._refuse_unknown(made)
        stack.enter_context(hp.frozen_snapshot())
        # Strict about values from outside, wherever they are read (V5).
        stack.callback(_native.strict_outside, _native.strict_outside(True))
        if self.strict:
            stack.enter_context(hp.strict())
        if made.pins is not None:
            stack.enter_context(made.pins)
        for scope in (*made.replaced, made.files, made.env):
            if scope is not None:
                stack.enter_context(scope)
        if line.deletions:
            stack.enter_context(hp.param_scope())
            self._delete()
        for scope in (made.hidden, made.define):
            if scope is not None:
                stack.enter_context(scope)
        if line.definitions or made.config is not None or made.pins is not None:
            from hyperparameter.cli.checked import check

            check()
        hp.param_scope.frozen()  # worker threads see it, too

    def _delete(self) -> None:
        for gone in self.line.deletions:
            try:
                del hp.param_scope[gone.key]
            except hp.MissingParameter:
                if any(_is_below(given.key, gone.key) for given in self.line.definitions):
                    continue  # what an earlier word of the line set
                near = nearest(gone.key, hp.param_scope.keys())
                mend = (
                    f"; did you mean {' or '.join(near)}?" if near else "; neither a file nor the environment sets it"
                )
                raise UsageError(f"nothing to delete at {gone.key!r} ({gone.place}){mend}") from None
            except hp.InvalidKey as error:
                raise UsageError(f"{error}; {gone.place}") from None

    def _saved(self) -> list[layers.Entry]:
        """The pins of files that a former run wrote; what has changed since is said."""
        found: list[layers.Entry] = []
        given = {definition.key for definition in (*self.line.definitions, *self.line.pins)}
        for file in self.line.files:
            if file.text.endswith((".toml", ".TOML")):
                from hyperparameter.cli import used

                if used.is_saved(file.text):
                    rows = used.saved(file.text)
                    found += [(row.key, row.value, False, ("file", *row.place)) for row in rows if row.pinned]
                    for change in used.changed_defaults([row for row in rows if row.key not in given])[:_SHOWN]:
                        program.say(str(change), "warning")
        return [entry for entry in found if entry[0] not in given]

    # ---- unknown keys ------------------------------------------------------------------------------------------------

    def _refuse_unknown(self, made: layers.Layers) -> None:
        errors: list[str] = []
        for given in (*self.line.definitions, *self.line.pins):
            unknown = None if given.let or self._is_allowed(given.key) else self.known.unknown(given.key)
            if unknown is not None and unknown.wrong:
                errors.append(f"no parameter {given.key!r} ({given.place}){self._mean(given, unknown.near)}")
            elif unknown is not None:
                self._let[given.key] = unknown
        warnings = list(made.strange)
        for scope in (made.env, made.files):
            for key, source in _native.undeclared(scope, _MANY) if scope is not None else ():
                unknown = None if self._is_allowed(key) else self.known.unknown(key)
                if unknown is not None and unknown.wrong:
                    warnings.append(f"no parameter {key!r} ({source}){_or(unknown.near)}")
                elif unknown is not None:
                    self._let[key] = unknown
        if errors or (self.strict and warnings):
            raise UsageError("\n".join([*errors, *warnings] if self.strict else errors))
        for text in _few(warnings, "unknown keys"):
            program.say(text, "warning")

    def _mean(self, given: Definition, near: list[str]) -> str:
        owner, _, name = given.key.rpartition(".")
        for argument in self.line.without_default.get(owner, ()):
            if argument == name:
                return f"; {name} has no default, so it is no parameter: give it as an argument"
        return _or(near)

    def _is_allowed(self, key: str) -> bool:
        if not self.settings.allow_unused:
            return False
        from fnmatch import fnmatchcase

        return any(fnmatchcase(key, pattern) for pattern in self.settings.allow_unused)

    # ---- the end -----------------------------------------------------------------------------------------------------

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        well = kind is None or (isinstance(error, SystemExit) and error.code in (None, 0))
        unread: list[str] = []
        failed = ""
        try:
            if well and not self.unfinished:
                unread = self._unread()
            if self.line.save is not None:
                failed = self._save(self.line.save)
        finally:
            self._stack.close()
        for text in _few(unread, "unread parameters"):
            program.say(text, "error" if self.strict else "warning")
        if failed:
            program.say(failed, "error")
        if well and (failed or (unread and self.strict)):
            program.flush()
            raise SystemExit(2) from None

    def _save(self, where: Definition) -> str:
        try:
            hp.param_scope.used().save(where.text)
        except OSError as error:
            return f"cannot write {where.text!r} ({where.place}): {error.strerror or error}"
        return ""

    def _unread(self) -> list[str]:
        """What was set from outside and read by nothing: of the line every key, of files and environment the unknown."""
        made = self._layers
        if made is None:
            return []
        let = {given.key for given in (*self.line.definitions, *self.line.pins) if given.let}
        found: dict[str, str] = {}
        rows = _native.unread_pins() if made.pins is not None else []
        rows += _native.unread(made.define)
        line = {given.key for given in (*self.line.definitions, *self.line.pins)}
        for scope in (made.env, made.files):
            if scope is not None and self._let:
                rows += [row for row in _native.unread(scope) if row[0] in self._let and row[0] not in line]
        for key, shown, source in rows:
            if key in found or key in let or self._is_allowed(key) or self._is_referred_to(key):
                continue
            near = self._let[key].near if key in self._let else []
            found[key] = f"nothing read {key} = {shown} ({source})" + (_or(near) if near else "")
        return list(found.values())

    def _is_referred_to(self, key: str) -> bool:
        """Whether a ``${…}`` of a file or of the line names the key: then it was read when the files were."""
        return any(key == name or key.endswith("." + name) for name in self._references())

    def _references(self) -> set[str]:
        if self._names is None:
            texts = [given.text for given in (*self.line.definitions, *self.line.pins)]
            for path in {file.text for file in self.line.files}:
                try:
                    with open(path, encoding="utf-8", errors="replace") as file:
                        texts.append(file.read())
                except OSError:
                    continue
            found = (part.partition("}")[0] for text in texts for part in text.split("${")[1:])
            self._names = {name.strip().lstrip(".") for name in found} - {""}
        return self._names

    _names: set[str] | None = None


def _refuse_unwritable(where: Definition) -> None:
    """What cannot be written is said before the run and not after it."""
    import os

    target = os.path.realpath(where.text)
    folder = os.path.dirname(target)
    if not os.path.isdir(folder):
        raise UsageError(f"cannot write {where.text!r} ({where.place}): there is no folder {folder!r}")
    if os.path.isdir(target):
        raise UsageError(f"cannot write {where.text!r} ({where.place}): it is a folder; give a file in it")
    if not os.access(target if os.path.exists(target) else folder, os.W_OK):
        raise UsageError(f"cannot write {where.text!r} ({where.place}): it is not yours to write")


def _or(near: list[str]) -> str:
    return f"; did you mean {' or '.join(near)}?" if near else "; --list-params lists the parameters"


def _is_below(key: str, outer: str) -> bool:
    return key == outer or key.startswith(outer + ".")


def _few(texts: list[str], what: str) -> list[str]:
    if len(texts) <= _SHOWN:
        return texts
    return [*texts[: _SHOWN - 1], f"… and {len(texts) - _SHOWN + 1} more {what}"]
