"""Functions, lambdas and classes: what arguments they take, and the namespace that their decorators give them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hyperparameter.tool import docstrings
from hyperparameter.tool.reading.names import FUNCTIONS, Auto, Callable, Field, Path, Scope, mangled

if TYPE_CHECKING:
    from hyperparameter.tool.reading.resolve import Resolver

_DATACLASSES = {"dataclass", "attrs.define", "attrs.frozen", "attrs.mutable", "attr.s", "attr.define", "attr.frozen"}
_FIELDS = {"dataclasses.field", "attrs.field", "attr.ib", "attr.field"}
_NAMED_TUPLES = {"typing.NamedTuple", "typing_extensions.NamedTuple"}


def made(resolver: Resolver, node: Any, scope: Scope) -> Callable:
    """A function, lambda or class where it is defined."""
    if isinstance(node, ast.Lambda):
        name = scope.prefix + "<lambda>"
        return Callable(name, fields_of(node.args, scope), node.lineno, name, {}, "", None, scope)
    prefix = "" if node.name in scope.globals else scope.prefix
    qualname = prefix + node.name
    line = first_line(node)
    doc = ast.get_docstring(node, clean=False) or ""
    help = docstrings.arguments(doc)
    if isinstance(node, ast.ClassDef):
        callable = _of_class(resolver, node, scope, qualname, line, help)
    else:
        callable = Callable(qualname, fields_of(node.args, scope), line, qualname, help, "", None, scope)
    callable = callable._replace(said=_summary(doc) or callable.said)
    for decorator in reversed(node.decorator_list):
        auto = resolver.resolve(decorator, scope)
        if isinstance(auto, Auto):
            callable = callable._replace(namespace=auto.namespace or namespace(qualname))
    return callable


def _summary(doc: str) -> str:
    """The first paragraph, on one line."""
    words: list[str] = []
    for line in doc.strip().splitlines():
        if not line.strip():
            break
        words.append(line)
    return " ".join(" ".join(words).split())


def namespace(qualname: str) -> str:
    """What a bare ``@auto_param`` takes (rule P3).

    >>> namespace("outer.<locals>.f")
    'outer.f'
    """
    return qualname.replace("<locals>.", "")


def first_line(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    """The line on which the run time says that it stands: that of its first decorator."""
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def fields_of(arguments: ast.arguments, scope: Scope) -> list[Field]:
    """The arguments but ``*args`` and ``**kwargs``, in their order."""
    by_position = [*arguments.posonlyargs, *arguments.args]
    missing: list[ast.expr | None] = [None] * (len(by_position) - len(arguments.defaults))
    rows = [
        *((argument, default, False) for argument, default in zip(by_position, [*missing, *arguments.defaults], strict=True)),
        *((argument, default, True) for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)),
    ]  # fmt: skip
    return [
        Field(mangled(argument.arg, scope.class_name), argument.annotation, default, False, by_name, 0, "")
        for argument, default, by_name in rows
    ]


# ---- classes ---------------------------------------------------------------------------------------------------------


def _of_class(
    resolver: Resolver, node: ast.ClassDef, scope: Scope, qualname: str, line: int, help: dict[str, str]
) -> Callable:
    """A class is what its ``__init__`` takes: its own, that of its fields, or that of a base."""
    inside = Scope(scope, "class", qualname + ".", node.name)
    methods = {inner.name: inner for inner in node.body if isinstance(inner, FUNCTIONS)}
    bases = [resolver.resolve(base, scope) for base in node.bases]
    if "__init__" in methods:
        return _by_method(methods["__init__"], inside, qualname, help)
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        path = resolver.resolve(called, scope)
        if isinstance(path, Path) and path.name.removeprefix("dataclasses.") in _DATACLASSES:
            keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
            only = any(word.arg == "kw_only" and _is_true(word.value) for word in keywords)
            resolver.collector.collect(node.body, inside)
            own = list(_class_fields(resolver, node.body, inside, only, path.name.startswith("attr")))
            return Callable(qualname, _inherited(bases, own), line, qualname, help, "", None, inside, True)
    if any(isinstance(base, Path) and base.name in _NAMED_TUPLES for base in bases):
        own = list(_class_fields(resolver, node.body, inside, False, False))
        return Callable(qualname, own, line, qualname, help, "", None, inside)
    for base in bases:
        if isinstance(base, Callable) and (base.fields is None or base.fields):
            return base._replace(qualname=qualname, help={**base.help, **help}, namespace=None)
    if "__new__" in methods:
        return _by_method(methods["__new__"], inside, qualname, help)
    unknown = any(base is None or isinstance(base, Path) for base in bases)
    return Callable(qualname, None if unknown else [], line, qualname, help, "", None, inside)


def _by_method(method: Any, inside: Scope, qualname: str, help: dict[str, str]) -> Callable:
    doc = ast.get_docstring(method, clean=False) or ""
    both = {**help, **docstrings.arguments(doc)}
    fields = fields_of(method.args, inside)[1:]
    owner = f"{qualname}.{method.name}"
    return Callable(qualname, fields, first_line(method), owner, both, _summary(doc), None, inside)


def _class_fields(
    resolver: Resolver, body: list[ast.stmt], scope: Scope, by_name: bool, attrs: bool
) -> Iterator[Field]:
    for at, statement in enumerate(body):
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        annotation, default, factory = statement.annotation, statement.value, False
        wanted = last_name(annotation)
        if wanted == "KW_ONLY":
            by_name = True
            continue
        if wanted == "ClassVar":
            continue
        if wanted == "InitVar" and isinstance(annotation, ast.Subscript):
            annotation = annotation.slice
        only = by_name
        if isinstance(default, ast.Call):
            path = resolver.resolve(default.func, scope)
            if isinstance(path, Path) and path.name in _FIELDS:
                words = {word.arg: word.value for word in default.keywords}
                if "init" in words and not _is_true(words["init"]):
                    continue
                only = by_name if "kw_only" not in words else _is_true(words["kw_only"])
                maker = words.get("default_factory") or words.get("factory")
                default, factory = (maker, True) if maker is not None else (words.get("default"), False)
        name = mangled(statement.target.id, scope.class_name)
        name = name.lstrip("_") if attrs else name
        yield Field(name, annotation, default, factory, only, statement.lineno, _said_below(body, at))


def _said_below(body: list[ast.stmt], at: int) -> str:
    """The string that stands below a field: its help."""
    after = body[at + 1] if at + 1 < len(body) else None
    said = after.value if isinstance(after, ast.Expr) else None
    text = said.value if isinstance(said, ast.Constant) and isinstance(said.value, str) else ""
    return " ".join(text.split())


def _inherited(bases: list[Any], own: list[Field]) -> list[Field]:
    """The fields of a dataclass after those of its bases; one that is written again keeps its place."""
    fields: dict[str, Field] = {}
    for base in reversed(bases):
        if isinstance(base, Callable):
            fields.update({field.name: field for field in base.fields or []})
    for field in own:
        fields[field.name] = field
    return list(fields.values())


def last_name(node: ast.expr | None) -> str:
    """``Annotated`` of ``typing.Annotated[int, 1]``."""
    if isinstance(node, ast.Subscript):
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
