"""What an expression stands for: the store, a node of it, ``auto_param``, a function, or a constant text."""

from __future__ import annotations

import ast
from typing import Any

from hyperparameter import param_scope
from hyperparameter.tool.reading import callables
from hyperparameter.tool.reading.names import FUNCTIONS, Auto, Callable, Collector, Field, Node, Path, Scope, mangled

METHODS = frozenset(name for name in dir(type(param_scope)) if not name.startswith("_"))
BUILTINS = ("dict", "list", "set", "tuple", "float", "int", "str", "bool", "getattr")
DEEPEST = 100  # a chain of names or attributes that is longer is not followed
_SCOPES = {"param_scope." + name for name in ("empty", "capture", "load")}  # methods that give a scope


class Resolver:
    """Follows the names of one file. Nothing is followed without end: `DEEPEST` bounds what one question costs."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self.depth = 0
        self.callables: dict[tuple[int, int], Callable] = {}

    def resolve(self, node: Any, scope: Scope) -> Any:
        """A ``Path``, ``Node``, ``Auto`` or ``Callable``, a ``str`` or ``int`` constant, or None."""
        if self.depth > DEEPEST:
            return None
        self.depth += 1
        try:
            return self._resolved(node, scope)
        finally:
            self.depth -= 1

    def _resolved(self, node: Any, scope: Scope) -> Any:
        if isinstance(node, Path):
            return known(node)
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, (str, int)) and not isinstance(node.value, bool) else None
        if isinstance(node, ast.Name):
            bound = scope.find(node.id)
            if bound is None:
                return Path(node.id) if node.id in BUILTINS else None
            bindings, home = bound
            if node.id not in home.resolved:
                home.resolved[node.id] = None  # what a name is made of may name it: `x = x.strip()`
                home.resolved[node.id] = _agreed([self.resolve(binding, home) for binding in bindings])
            return home.resolved[node.id]
        if isinstance(node, ast.Attribute):
            return _attribute(self.resolve(node.value, scope), mangled(node.attr, scope.class_name))
        if isinstance(node, ast.Subscript):
            base = self.resolve(node.value, scope)
            return self._element(base, node.slice, scope) if isinstance(base, Node) else None
        if isinstance(node, ast.Call):
            return self.call(node, scope)
        if isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            return self.callable(node, scope)
        return None

    def _element(self, base: Node, index: ast.expr, scope: Scope) -> Node | None:
        if isinstance(index, (ast.Slice, ast.Tuple)):
            return None
        if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub):
            return None
        found = self.text(index, scope)
        return Node((*base.segments, *found.split("."))) if found else None

    def text(self, node: ast.expr, scope: Scope) -> str:
        """A key or a segment as far as it is known, ``*`` for the rest."""
        constant = self.resolve(node, scope)
        if isinstance(constant, (str, int)):
            return str(constant)
        if isinstance(node, ast.JoinedStr):
            whole = "".join(self._part(part, scope) for part in node.values)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and self.depth < DEEPEST:
            self.depth += 1
            whole = self.text(node.left, scope) + self.text(node.right, scope)
            self.depth -= 1
        else:
            return "*"
        # A segment that is known in part only is not known.
        return ".".join("*" if "*" in segment else segment for segment in whole.split("."))

    def _part(self, part: ast.expr, scope: Scope) -> str:
        if isinstance(part, ast.Constant):
            return str(part.value)
        if isinstance(part, ast.FormattedValue) and part.conversion == -1 and part.format_spec is None:
            return self.text(part.value, scope)
        return "*"

    def call(self, node: ast.Call, scope: Scope) -> Any:
        function = self.resolve(node.func, scope)
        if isinstance(function, Node) and not function.segments:
            return function  # param_scope(...) is a scope
        if isinstance(function, Path) and function.name in _SCOPES:
            return Node(())
        if isinstance(function, Path) and function.name == "getattr" and len(node.args) == 2 and not node.keywords:
            base, name = self.resolve(node.args[0], scope), self.resolve(node.args[1], scope)
            return _attribute(base, name) if isinstance(base, Node) and isinstance(name, str) else None
        if not isinstance(function, Auto) or node.keywords or len(node.args) > 1:
            return None
        if not node.args or (isinstance(node.args[0], ast.Constant) and node.args[0].value is None):
            return function
        target = self.target(node.args[0], scope)
        if isinstance(target, Callable):
            return target._replace(namespace=function.namespace or callables.namespace(target.qualname))
        if function.namespace is None and not isinstance(node.args[0], (ast.Lambda, ast.Attribute)):
            return Auto(self.text(node.args[0], scope))
        return None

    def target(self, node: ast.expr, scope: Scope) -> Callable | None:
        """What is decorated in a call: a function, a lambda, a class, or a partial of one."""
        found = self.resolve(node, scope)
        if isinstance(found, Callable):
            return found
        if isinstance(node, ast.Call):
            function = self.resolve(node.func, scope)
            if isinstance(function, Path) and function.name == "functools.partial" and node.args:
                inner = self.target(node.args[0], scope)
                if inner is not None and inner.fields is not None:
                    return _partial(inner, node, scope)
        return None

    def callable(self, node: Any, scope: Scope) -> Callable:
        """A function, lambda or class where it is defined, with the namespace that its decorators give it."""
        found = self.callables.get((id(node), id(scope)))
        if found is None:
            found = self.callables[id(node), id(scope)] = callables.made(self, node, scope)
        return found


def _attribute(base: Any, name: str) -> Any:
    if isinstance(base, Node):
        if name.startswith("__") and name.endswith("__"):
            return None
        if not base.segments and name in METHODS:
            return Path("param_scope." + name)
        return Node((*base.segments, *name.split(".")))
    return known(Path(f"{base.name}.{name}")) if isinstance(base, Path) else None


def _partial(inner: Callable, node: ast.Call, scope: Scope) -> Callable:
    """Its keywords are defaults; what it gives by position is no argument any more."""
    given = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    taken = len(node.args) - 1
    fields: list[Field] = []
    by_name = False
    for field in inner.fields or []:
        if taken and not field.by_name:
            taken -= 1
            continue
        if field.name in given:
            by_name = True
            field = field._replace(default=given[field.name], factory=False)
        fields.append(field._replace(by_name=field.by_name or by_name))
    return inner._replace(fields=fields, scope=scope)


def known(path: Path) -> Any:
    """What is ours has a kind of its own, also by way of another module: ``from .compat import auto_param``."""
    module, _, name = path.name.rpartition(".")
    if name == "param_scope" and module:
        return Node(())
    if name == "auto_param" and module:
        return Auto(None)
    if name == "launch" and module.partition(".")[0] == "hyperparameter" and module != "hyperparameter.cli":
        return Path("hyperparameter.launch")
    return path


def _agreed(made: list[Any]) -> Any:
    """What a name stands for that is bound several times: one thing, or the last of several functions."""
    ours = [one for one in made if isinstance(one, Auto) or (isinstance(one, Node) and not one.segments)]
    if ours:  # `except ImportError: auto_param = None` takes nothing away
        return ours[0]
    same = all(one == made[0] for one in made) or all(isinstance(one, Callable) for one in made)
    return made[-1] if same else None
