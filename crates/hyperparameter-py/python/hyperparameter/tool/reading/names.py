"""The names of a module, a class or a function, and what stands on the right of each."""

from __future__ import annotations

import ast
from typing import Any, NamedTuple

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
OURS = ("auto_param", "param_scope", "launch")


class Path(NamedTuple):
    """Something imported: ``hyperparameter.param_scope``."""

    name: str


class Node(NamedTuple):
    """``param_scope`` or a scope (no segments), or a node of it."""

    segments: tuple[str, ...]


class Auto(NamedTuple):
    """``auto_param``, or what it gives for a namespace."""

    namespace: str | None


class Field(NamedTuple):
    """An argument as it is written."""

    name: str
    annotation: ast.expr | None
    default: ast.expr | None
    factory: bool  # the default is what a call of this gives
    by_name: bool
    line: int  # 0: that of the function
    help: str


class Callable(NamedTuple):
    """A function, a lambda or a class, as far as its arguments go."""

    qualname: str  # with `<locals>`
    fields: list[Field] | None  # None: they are not known
    line: int
    owner: str
    help: dict[str, str]  # of each argument
    said: str  # the first paragraph of its docstring
    namespace: str | None  # once it is decorated
    scope: Scope
    is_dataclass: bool = False


class Scope:
    """The names of a module, a class or a function. A binding is what stands on the right of it; None: anything."""

    def __init__(self, parent: Scope | None, kind: str, prefix: str = "", class_name: str = "") -> None:
        self.parent = parent
        self.kind = kind  # "module", "class", "function"
        self.prefix = prefix  # of the qualified names of what stands in it
        self.class_name = class_name  # of the innermost class, for the names with two underscores
        self.names: dict[str, list[Any]] = {}
        self.outer: set[str] = set()  # `global` and `nonlocal`
        self.globals: set[str] = set()
        self.resolved: dict[str, Any] = {}

    def bind(self, name: str, to: Any) -> None:
        self.names.setdefault(name, []).append(to)

    def find(self, name: str) -> tuple[list[Any], Scope] | None:
        """The bindings of a name where it is visible from here, and the scope that has them."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names and name not in scope.outer and (scope is self or scope.kind != "class"):
                return scope.names[name], scope
            scope = scope.parent
        return None

    @property
    def owner(self) -> str:
        """The qualified name of what this is the inside of."""
        return self.prefix.removesuffix(".").removesuffix(".<locals>")


class Collector:
    """Binds the names that statements give, before anything in them is looked at, and lists what is imported."""

    def __init__(self, has_walrus: bool) -> None:
        self.imports: list[str] = []
        self.has_walrus = has_walrus  # else no expression binds a name, and none is looked into

    def collect(self, statements: list[ast.stmt], scope: Scope) -> None:
        waiting: list[ast.AST] = list(reversed(statements))
        while waiting:
            inner = _collected(waiting.pop(), scope, self.imports)
            waiting += reversed(
                inner if self.has_walrus else [node for node in inner if not isinstance(node, ast.expr)]
            )


def _collected(node: ast.AST, scope: Scope, imports: list[str]) -> list[ast.AST]:
    """Bind what one node gives; returned is what in it may give more."""
    if isinstance(node, ast.Import):
        for name in node.names:
            imports.append(name.name)
            top = name.name.partition(".")[0]
            scope.bind(name.asname or top, Path(name.name if name.asname else top))
    elif isinstance(node, ast.ImportFrom):
        _from(node, scope, imports)
    elif isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        scope.bind(node.name, node)
        return [*node.decorator_list, *outside(node)]
    elif isinstance(node, (ast.Global, ast.Nonlocal)):
        scope.outer.update(node.names)
        if isinstance(node, ast.Global):
            scope.globals.update(node.names)
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name):
                scope.bind(target.id, node.value)
            else:
                opaque(target, scope)
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
        if isinstance(node.target, ast.Name) and node.value is not None:
            scope.bind(node.target.id, node.value)
    elif isinstance(node, (ast.AugAssign, ast.For, ast.AsyncFor)):
        opaque(node.target, scope)
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        for item in node.items:
            if isinstance(item.optional_vars, ast.Name):
                scope.bind(item.optional_vars.id, item.context_expr)
            elif item.optional_vars is not None:
                opaque(item.optional_vars, scope)
    elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
        if node.name:
            scope.bind(node.name, None)
    elif isinstance(node, ast.MatchMapping):
        if node.rest:
            scope.bind(node.rest, None)
    elif isinstance(node, (ast.Lambda, *COMPREHENSIONS)):
        return []
    return list(ast.iter_child_nodes(node))


def _from(node: ast.ImportFrom, scope: Scope, imports: list[str]) -> None:
    module = "." * node.level + (node.module or "")
    for name in node.names:
        whole = module + ("" if module.endswith(".") else ".") + name.name
        imports.append(module if name.name == "*" else whole)
        if name.name != "*":
            scope.bind(name.asname or name.name, Path(whole))
        elif module.partition(".")[0] == "hyperparameter":
            for ours in OURS:
                scope.bind(ours, Path("hyperparameter." + ours))


def collect_arguments(arguments: ast.arguments, scope: Scope) -> None:
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        scope.bind(argument.arg, None)
    for rest in (arguments.vararg, arguments.kwarg):
        if rest is not None:
            scope.bind(rest.arg, None)


def opaque(target: ast.AST, scope: Scope) -> None:
    """Bind every name in a target to something that is not known."""
    for node in ast.walk(target):
        if isinstance(node, ast.Name):
            scope.bind(node.id, None)


def outside(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda) -> list[ast.expr]:
    """What is evaluated where a function or class is defined, besides its decorators and annotations."""
    if isinstance(node, ast.ClassDef):
        return [*node.bases, *(word.value for word in node.keywords)]
    return [*node.args.defaults, *(default for default in node.args.kw_defaults if default is not None)]


def mangled(name: str, class_name: str) -> str:
    """``__x`` inside a class is ``_Class__x``, as the compiler has it.

    >>> mangled("__x", "_C"), mangled("__x__", "C"), mangled("__x", "__")
    ('_C__x', '__x__', '__x')
    """
    if class_name.strip("_") and name.startswith("__") and not name.endswith("__"):
        return f"_{class_name.lstrip('_')}{name}"
    return name
