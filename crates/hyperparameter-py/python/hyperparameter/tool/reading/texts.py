"""What the source of a default and of an annotation says: its text, its kind, its value if it is plain, its choices."""

from __future__ import annotations

import ast
from collections.abc import Callable as Function
from typing import Any

from hyperparameter import InvalidKey, key_hash
from hyperparameter.tool.reading.callables import last_name
from hyperparameter.tool.reading.names import Callable, Field, Path, Scope
from hyperparameter.tool.reading.resolve import DEEPEST, Resolver

_KINDS: dict[type, str] = {
    ast.List: "list",
    ast.ListComp: "list",
    ast.Tuple: "tuple",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.JoinedStr: "str",
}
_LONGEST = 1_000  # characters of a constant that is kept for other modules
_MADE = ("dict", "list", "set", "tuple")
_INFINITE = {"math.inf", "numpy.inf", "torch.inf"}
_OPERATORS: dict[type, Function[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
    ast.Pow: lambda a, b: a**b,
    ast.LShift: lambda a, b: a << b,
}
_SIGNS: dict[type, Function[[Any], Any]] = {
    ast.USub: lambda a: -a,
    ast.UAdd: lambda a: +a,
    ast.Invert: lambda a: ~a,
}


class NotPlain(Exception):
    """The value is known to the run only."""


class Texts:
    """The texts of one file."""

    def __init__(self, text: str, resolver: Resolver) -> None:
        self.lines = _lines(text)
        self.resolver = resolver

    def segment(self, node: ast.expr) -> str:
        return _segment(self.lines, node)

    def made_by(self, factory: ast.expr) -> str:
        """The source of what a factory of defaults gives."""
        return self.segment(factory.body) if isinstance(factory, ast.Lambda) else self.segment(factory) + "()"

    # ---- annotations

    def described(self, field: Field, made: Callable) -> tuple[str, str, list[str]]:
        """Type, help and choices of an argument."""
        annotation, said = field.annotation, ""
        lines = self.lines
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            lines = _lines(annotation.value.strip())
            annotation = _parsed(annotation)
        if isinstance(annotation, ast.Subscript) and last_name(annotation) == "Annotated":
            parts = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
            annotation = parts[0]
            said = next((text for text in map(_help_text, parts[1:]) if text), "")
        wanted = " ".join(_segment(lines, annotation).split()) if annotation is not None else ""
        if not wanted and field.default is not None and not field.factory:
            wanted = self.kind(field.default, made.scope)
        return wanted, said or made.help.get(field.name, "") or field.help, self.choices(annotation, wanted, made.scope)

    def choices(self, annotation: ast.expr | None, wanted: str, scope: Scope) -> list[str]:
        """The texts that a type takes, if they are few and known: of a bool, a ``Literal``, an ``Enum`` of this file."""
        if wanted.replace(" ", "") in ("bool", "bool|None", "None|bool", "Optional[bool]"):
            return ["true", "false"]
        found: list[str] = []
        for node in ast.walk(annotation) if annotation is not None else ():
            if isinstance(node, ast.Subscript) and last_name(node) == "Literal":
                parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                found += [str(part.value) for part in parts if isinstance(part, ast.Constant)]
            elif isinstance(node, ast.Name):
                found += self._members(node, scope)
        return found

    def fields(self, annotation: ast.expr | None, scope: Scope) -> list[str] | None:
        """The fields of a dataclass of this file that an annotation names, alone or beside ``None``."""
        annotation = _parsed(annotation)
        if isinstance(annotation, ast.Subscript) and last_name(annotation) in ("Optional", "Annotated"):
            annotation = annotation.slice.elts[0] if isinstance(annotation.slice, ast.Tuple) else annotation.slice
        if isinstance(annotation, ast.BinOp) and isinstance(annotation.right, ast.Constant):
            annotation = annotation.left
        if not isinstance(annotation, ast.Name):
            return None
        made = self.resolver.resolve(annotation, scope)
        if not isinstance(made, Callable) or not made.is_dataclass:
            return None
        return [field.name for field in made.fields or []]

    def _members(self, node: ast.Name, scope: Scope) -> list[str]:
        """The names of an ``Enum``'s members."""
        bound = scope.find(node.id)
        made = bound[0][0] if bound is not None and len(bound[0]) == 1 else None
        if bound is None or not isinstance(made, ast.ClassDef):
            return []
        bases = [self.resolver.resolve(base, bound[1]) for base in made.bases]
        if not any(
            isinstance(base, Path) and base.name in ("enum.Enum", "enum.StrEnum", "enum.IntEnum") for base in bases
        ):
            return []
        targets = [inner.targets[0] for inner in made.body if isinstance(inner, ast.Assign)]
        return [target.id for target in targets if isinstance(target, ast.Name) and not target.id.startswith("_")]

    # ---- defaults

    def kind(self, node: ast.expr, scope: Scope) -> str:
        """The kind of a literal, named as the run time names it; an int asks for number (rule V4)."""
        if self.resolver.depth > DEEPEST:
            return ""
        self.resolver.depth += 1
        try:
            return self._kind(node, scope)
        finally:
            self.resolver.depth -= 1

    def _kind(self, node: ast.expr, scope: Scope) -> str:
        if isinstance(node, ast.Name):
            bound = _constant(node, scope)
            return self.kind(*bound) if bound is not None else ""
        if isinstance(node, ast.Constant):
            if node.value is None or node.value is ...:
                return ""
            return "number" if type(node.value) is int else type(node.value).__name__
        if isinstance(node, ast.UnaryOp):
            return "bool" if isinstance(node.op, ast.Not) else self.kind(node.operand, scope)
        if isinstance(node, ast.BinOp):
            both = {self.kind(node.left, scope), self.kind(node.right, scope)}
            if both == {"number"}:
                return "float" if isinstance(node.op, ast.Div) else "number"
            return "float" if both <= {"number", "float"} else "str" if both == {"str"} else ""
        if isinstance(node, ast.Call):
            made = self.resolver.resolve(node.func, scope)
            if isinstance(made, Path) and made.name in (*_MADE, "float", "str", "bool"):
                return made.name
            return "Path" if isinstance(made, Path) and made.name == "pathlib.Path" else ""
        if isinstance(node, ast.Attribute):
            made = self.resolver.resolve(node, scope)
            return "float" if isinstance(made, Path) and made.name in _INFINITE else ""
        return _KINDS.get(type(node), "")

    def value(self, node: ast.expr, scope: Scope) -> str | None:
        """What a default is, as the run time would show it; None if only the run knows.

        Names that are bound once to something plain are followed, and arithmetic is done: ``60 * 60`` is ``3600``.
        """
        try:
            found = repr(self._value(node, scope))
        except (NotPlain, ArithmeticError, TypeError, ValueError, RecursionError):
            return None
        return found if len(found) <= 10_000 else None

    def _value(self, node: ast.expr | None, scope: Scope) -> Any:
        if self.resolver.depth > DEEPEST or node is None:
            raise NotPlain
        self.resolver.depth += 1
        try:
            return self._valued(node, scope)
        finally:
            self.resolver.depth -= 1

    def _valued(self, node: ast.expr, scope: Scope) -> Any:
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            bound = _constant(node, scope)
            if bound is not None:
                return self._value(*bound)
        elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            items = [self._value(item, scope) for item in node.elts]
            return items if isinstance(node, ast.List) else tuple(items) if isinstance(node, ast.Tuple) else set(items)
        elif isinstance(node, ast.Dict):
            return {
                self._value(key, scope): self._value(value, scope)
                for key, value in zip(node.keys, node.values, strict=True)
            }
        elif isinstance(node, ast.UnaryOp):
            operand = self._value(node.operand, scope)
            if isinstance(node.op, ast.Not):
                return not operand
            return _number(_SIGNS[type(node.op)](_number(operand)))
        elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            a, b = _number(self._value(node.left, scope)), _number(self._value(node.right, scope))
            if isinstance(node.op, (ast.Pow, ast.LShift)) and abs(b) > 64:
                raise NotPlain
            return _number(_OPERATORS[type(node.op)](a, b))
        elif isinstance(node, (ast.Call, ast.Attribute)):
            return self._built(node, scope)
        raise NotPlain

    def _built(self, node: ast.Call | ast.Attribute, scope: Scope) -> Any:
        """``float("inf")``, ``math.inf`` and empty containers."""
        if isinstance(node, ast.Attribute):
            made = self.resolver.resolve(node, scope)
            if isinstance(made, Path) and made.name in _INFINITE:
                return float("inf")
            raise NotPlain
        made = self.resolver.resolve(node.func, scope)
        if not isinstance(made, Path) or node.keywords:
            raise NotPlain
        if made.name == "float" and len(node.args) == 1:
            given = self._value(node.args[0], scope)
            return float(given if isinstance(given, str) else _number(given))
        if made.name in ("dict", "list", "tuple") and not node.args:
            return ast.literal_eval({"dict": "{}", "list": "[]", "tuple": "()"}[made.name])
        raise NotPlain

    def constants(self, scope: Scope) -> dict[str, list[str]]:
        """The names of a module that another one may import for a default: bound once, to something short and plain."""
        found: dict[str, list[str]] = {}
        for name, bindings in scope.names.items():
            if len(bindings) == 1 and isinstance(bindings[0], ast.expr):
                value = self.value(bindings[0], scope)
                if value is not None and len(value) <= _LONGEST:
                    found[name] = [value, self.kind(bindings[0], scope)]
        return found

    def leaves(self, node: ast.expr, scope: Scope) -> tuple[dict[str, ast.expr], Scope] | None:
        """The entries of a dictionary whose keys are all known and valid, and the scope in which they are written."""
        found: dict[str, ast.expr] = {}
        if isinstance(node, ast.Name):
            bound = _constant(node, scope)
            if bound is None:
                return None
            node, scope = bound
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                name = None if key is None else self.resolver.resolve(key, scope)
                if not isinstance(name, str):
                    return None
                found[name] = value
        elif isinstance(node, ast.Call) and self.resolver.resolve(node.func, scope) == Path("dict") and not node.args:
            for word in node.keywords:
                if word.arg is None:
                    return None
                found[word.arg] = word.value
        return (found, scope) if all(map(_is_key, found)) else None


def _parsed(annotation: ast.expr | None) -> ast.expr | None:
    """An annotation that is a string as what it spells."""
    if not isinstance(annotation, ast.Constant) or not isinstance(annotation.value, str):
        return annotation
    try:
        return ast.parse(annotation.value.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _constant(node: ast.Name, scope: Scope) -> tuple[ast.expr, Scope] | None:
    """What a name is bound to, if that happens once."""
    bound = scope.find(node.id)
    if bound is None or len(bound[0]) != 1 or not isinstance(bound[0][0], ast.expr):
        return None
    return bound[0][0], bound[1]


def _number(value: Any) -> Any:
    """A number of a size that is quick to reckon with."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or (type(value) is int and abs(value) >= 2**256):
        raise NotPlain
    return value


def _is_key(name: str) -> bool:
    try:
        key_hash(name)
    except (InvalidKey, UnicodeError):
        return False
    return True


def _help_text(node: ast.expr) -> str:
    """The text in ``Annotated``: a string, or ``Doc("…")``."""
    if isinstance(node, ast.Call) and last_name(node.func) in ("Doc", "Help") and node.args:
        node = node.args[0]
    return " ".join(node.value.split()) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _lines(text: str) -> list[str]:
    """The lines as the compiler counts them: a form feed or U+2028 ends none."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _segment(lines: list[str], node: ast.expr) -> str:
    """The source of an expression; its columns count bytes of UTF-8."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    if first == last:
        line = lines[first]
        if line.isascii():
            return line[node.col_offset : node.end_col_offset]
        return line.encode()[node.col_offset : node.end_col_offset].decode()
    start = lines[first].encode()[node.col_offset :].decode()
    end = lines[last].encode()[: node.end_col_offset].decode()
    return "\n".join([start, *lines[first + 1 : last], end])
