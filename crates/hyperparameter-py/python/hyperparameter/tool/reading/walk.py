"""What a file declares and reads, in the order of its source."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from hyperparameter import InvalidKey, key_hash
from hyperparameter.tool.reading.callables import namespace
from hyperparameter.tool.reading.names import (
    COMPREHENSIONS,
    FUNCTIONS,
    Auto,
    Callable,
    Collector,
    Node,
    Path,
    Scope,
    collect_arguments,
    opaque,
    outside,
)
from hyperparameter.tool.reading.records import DECLARED, READ, Argument, Found, Program, Record
from hyperparameter.tool.reading.resolve import DEEPEST, Resolver
from hyperparameter.tool.reading.texts import Texts

# What has nothing in it.
_EMPTY = (ast.Constant, ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)


class Walk:
    """Fills a record from a module. It keeps what waits to be looked at itself: no depth of source is too deep for it."""

    def __init__(self, text: str) -> None:
        self.collector = Collector(":=" in text)
        self.record = Record([], [], [], {}, self.collector.imports, [], {})
        self.resolver = Resolver(self.collector)
        self.texts = Texts(text, self.resolver)
        self.declared: set[tuple[str, str, int]] = set()
        self.waiting: list[tuple[ast.AST, Scope]] = []
        self.launches_all = False
        self.classes: set[str] = set()

    def module(self, tree: ast.Module, has_words: bool) -> None:
        scope = Scope(None, "module")
        self.collector.collect(tree.body, scope)
        self.record.constants.update(self.texts.constants(scope))
        if not has_words:
            return
        self.push(tree.body, scope)
        while self.waiting:
            node, inside = self.waiting.pop()
            self.visit(node, inside)
        if self.launches_all:
            public = (made for name, made in self.record.functions.items() if not name.startswith("_"))
            self.record.programs.extend(made for made in public if made.name not in self.classes)

    def launched(self, tree: ast.Module, name: str) -> None:
        """Only what one name of the module declares when it is launched."""
        scope = Scope(None, "module")
        self.collector.collect(tree.body, scope)
        self.launch(ast.Name(name, ast.Load()), scope)

    def push(self, nodes: Sequence[ast.AST], scope: Scope) -> None:
        """Look at these next, in their order."""
        self.waiting.extend((node, scope) for node in reversed(nodes))

    def children(self, node: ast.AST, scope: Scope) -> None:
        self.push([inner for inner in ast.iter_child_nodes(node) if not isinstance(inner, _EMPTY)], scope)

    # ---- one node

    def visit(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            self.definition(node, scope)
        elif isinstance(node, ast.Lambda):
            inside = Scope(scope, "function", scope.prefix + "<lambda>.<locals>.", scope.class_name)
            collect_arguments(node.args, inside)
            self.push([node.body], inside)
            self.push(outside(node), scope)
        elif isinstance(node, COMPREHENSIONS):
            inside = Scope(scope, "function", scope.prefix, scope.class_name)
            for generator in node.generators:
                opaque(generator.target, inside)
            self.children(node, inside)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            self.assignment(node, node.value, scope)
        elif isinstance(node, ast.AugAssign):
            found = self.resolver.resolve(node.target, scope)
            if isinstance(found, Node):
                self.read(found, None, node.target, scope)
            self.push([node.value], scope)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            found = self.resolver.resolve(node.left, scope)
            self.push([node.right], scope)
            if isinstance(found, Node):
                self.read(found, node.right, node, scope)
                self.indices(node.left, scope)
            else:
                self.push([node.left], scope)
        elif isinstance(node, ast.Call):
            self.call(node, scope)
        elif isinstance(node, ast.Compare):
            self.compare(node, scope)
        elif isinstance(node, (ast.Attribute, ast.Subscript, ast.Name)):
            self.name(node, scope)
        else:
            self.children(node, scope)

    def definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: Scope) -> None:
        made = self.resolver.callable(node, scope)
        if isinstance(node, ast.ClassDef):
            inside = Scope(scope, "class", made.qualname + ".", node.name)
            self.classes.add(made.qualname)
        else:
            inside = Scope(scope, "function", made.qualname + ".<locals>.", scope.class_name)
            collect_arguments(node.args, inside)
        self.collector.collect(node.body, inside)
        self.push(node.body, inside)
        self.push([*node.decorator_list, *outside(node)], scope)
        if made.namespace is not None:
            self.declare(made)

    def assignment(self, node: ast.Assign | ast.AnnAssign, value: ast.expr, scope: Scope) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        self.push([*targets], scope)
        # A node that is given a name is read where the name is used.
        if not isinstance(self.resolver.resolve(value, scope), Node) or not all(
            isinstance(t, ast.Name) for t in targets
        ):
            self.push([value], scope)

    def name(self, node: ast.Attribute | ast.Subscript | ast.Name, scope: Scope) -> None:
        found = self.resolver.resolve(node, scope)
        if isinstance(found, Node):
            if isinstance(node.ctx, ast.Load):
                self.read(found, None, node, scope)
            self.indices(node, scope)
        elif not isinstance(found, Path) or not found.name.startswith("param_scope."):  # a method of the store
            self.children(node, scope)

    def indices(self, node: ast.expr, scope: Scope) -> None:
        """What stands in the brackets of a chain."""
        while isinstance(node, (ast.Attribute, ast.Subscript)):
            if isinstance(node, ast.Subscript):
                self.push([node.slice], scope)
            node = node.value
        if isinstance(node, ast.Call):
            self.push([node], scope)

    def call(self, node: ast.Call, scope: Scope) -> None:
        function = self.resolver.resolve(node.func, scope)
        self.push([*node.args, *node.keywords], scope)
        if isinstance(function, Node) and function.segments:
            line = node.func.end_lineno if isinstance(node.func, ast.Attribute) else node.lineno
            self.read(function, node.args[0] if node.args else None, node, scope, line)
            self.indices(node.func, scope)
            return
        if isinstance(function, Path) and function.name == "getattr":
            found = self.resolver.resolve(node, scope)
            if isinstance(found, Node):
                self.read(found, None, node, scope)
                self.waiting[-len(node.args) :] = []  # the store itself is not read here
                return
        if isinstance(function, Auto):
            made = self.resolver.call(node, scope)
            if isinstance(made, Callable):
                self.declare(made)
            elif made is None and function.namespace is not None and node.args:
                self.unknown(function.namespace, self.texts.segment(node.args[0]), node.lineno, scope.owner)
        elif isinstance(function, Path) and function.name == "hyperparameter.launch":
            self.launches_all = self.launches_all or not node.args
            for target in node.args:
                self.launch(target, scope)
        if not isinstance(function, Node):
            self.push([node.func], scope)

    def compare(self, node: ast.Compare, scope: Scope) -> None:
        if len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            within = self.resolver.resolve(node.comparators[0], scope)
            if isinstance(within, Node) and not within.segments:
                key = self.resolver.resolve(node.left, scope)
                if isinstance(key, str):
                    self.read(Node(tuple(key.split("."))), None, node, scope)
                    return
        self.children(node, scope)

    # ---- what is found

    def read(
        self, node: Node, default: ast.expr | None, place: ast.expr, scope: Scope, line: int | None = None
    ) -> None:
        if any(segment != "*" for segment in node.segments):
            row = Found(".".join(node.segments), READ, None, None, "", "", line or place.lineno, scope.owner, [])
            self.defaults(row, default, scope)

    def launch(self, target: ast.expr, scope: Scope) -> None:
        made = self.resolver.target(target, scope)
        if made is not None and made.fields is not None:
            if made.namespace is None:
                made = made._replace(namespace=namespace(made.qualname))
                self.declare(made)
            self.record.programs.append(self.program(made))
        else:
            found = self.resolver.resolve(target, scope)
            if isinstance(found, Path):
                self.record.launched.append(found.name)

    def declare(self, made: Callable) -> None:
        known = (made.namespace or "", made.qualname, made.line)
        if known in self.declared:
            return
        self.declared.add(known)
        if made.fields is None:
            self.unknown(made.namespace or "", made.qualname, made.line, made.owner)
            return
        for field in made.fields:
            if field.default is None:
                continue
            wanted, said, choices = self.texts.described(field, made)
            key = f"{made.namespace}.{field.name}"
            line = field.line or made.line
            annotated = field.annotation is not None and bool(wanted)
            fields = self.texts.fields(field.annotation, made.scope)
            row = Found(key, DECLARED, None, None, wanted, said, line, made.owner, choices, annotated, fields)
            if field.factory:
                self.add(row._replace(default=self.texts.made_by(field.default)))
            else:
                self.defaults(row, field.default, made.scope)
        if "." not in made.qualname:
            self.record.functions[made.qualname] = self.program(made)

    def unknown(self, namespace: str, what: str, line: int, owner: str) -> None:
        """Something is decorated that stands elsewhere: its arguments are not known here."""
        self.add(Found(f"{namespace}.*", DECLARED, None, None, "", f"of {what}", line, owner, []))

    def program(self, made: Callable) -> Program:
        rows: list[Argument] = []
        for field in made.fields or []:
            wanted, said, choices = self.texts.described(field, made)
            key = None if field.default is None else f"{made.namespace}.{field.name}"
            default = self.texts.segment(field.default) if field.default is not None and not field.factory else None
            rows.append(Argument(field.name, key, field.by_name, wanted, said, default, choices))
        return Program(made.qualname, made.said, rows)

    def defaults(self, row: Found, default: ast.expr | None, scope: Scope, depth: int = 0) -> None:
        """One parameter, or the leaves of the dictionary that is its default (rule K5)."""
        leaves = None if default is None or depth > DEEPEST else self.texts.leaves(default, scope)
        if leaves is not None and leaves[0]:
            for name, value in leaves[0].items():
                self.defaults(
                    row._replace(key=f"{row.key}.{name}", type="", choices=[], annotated=False),
                    value,
                    leaves[1],
                    depth + 1,
                )
            return
        if default is not None:
            if not row.type:
                kind = self.texts.kind(default, scope)
                row = row._replace(type=kind, choices=["true", "false"] if kind == "bool" else [])
            row = row._replace(default=self.texts.segment(default), value=self.texts.value(default, scope))
            if row.value is None and isinstance(default, (ast.Name, ast.Attribute)):
                found = self.resolver.resolve(default, scope)
                row = row._replace(imported=found.name if isinstance(found, Path) else "")
        self.add(row)

    def add(self, row: Found) -> None:
        if "*" not in row.key:
            try:
                key_hash(row.key)
            except (InvalidKey, UnicodeError) as error:
                self.record.warnings.append(f"{row.line}:1: {error}")
                return
        self.record.found.append(row)
