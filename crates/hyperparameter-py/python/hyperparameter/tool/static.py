"""The parameters that Python source declares and reads, found by reading it: nothing of it is run.

The keys are those that the program has when it runs: an argument with a default of what ``@auto_param`` decorates
(rule P3), and a raw read, ``param_scope.a.b | 1``. What only the run knows, a computed segment, is ``*``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

from hyperparameter import InvalidKey, key_hash, param_scope
from hyperparameter.tool import docstrings

DECLARED, READ = "declared", "read"
_OURS = ("auto_param", "param_scope", "launch")
_METHODS = frozenset(name for name in dir(type(param_scope)) if not name.startswith("_"))
_SCOPES = ("empty", "capture", "load")  # methods that give a scope
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_DATACLASSES = {"dataclass", "attrs.define", "attrs.frozen", "attrs.mutable", "attr.s", "attr.define", "attr.frozen"}
_FIELDS = {"dataclasses.field", "attrs.field", "attr.ib", "attr.field"}
_DEEPEST = 100


class Found(NamedTuple):
    """One place where a parameter is declared or read."""

    key: str
    kind: str  # DECLARED or READ
    default: str | None  # its source; None if there is none
    type: str  # the annotation, else the kind of a literal; empty if neither says
    help: str
    line: int
    owner: str  # the qualified name of what it stands in; empty at the module's level
    choices: list[str]  # the texts that it takes, if they are few and known


class Argument(NamedTuple):
    """One argument of a function that is a program."""

    name: str
    key: str | None  # None: it has no default, and must be given
    by_name: bool
    type: str
    help: str
    default: str | None
    choices: list[str]


class Record(NamedTuple):
    """What one file holds."""

    found: list[Found]
    programs: list[list[Argument]]  # the arguments of each function that `launch` is given
    launched: list[str]  # the dotted names of imported functions that `launch` is given
    functions: dict[str, list[Argument]]  # those of each decorated function of the module's level
    imports: list[str]  # of modules, or of names in them; dots in front as in the source
    warnings: list[str]  # "line:column: text"


def mentions(data: bytes) -> bool:
    """Whether a source can hold a parameter at all: most files of a project cannot, and need no parser."""
    return b"hyperparameter" in data or b"param_scope" in data or b"auto_param" in data


def analyse(data: bytes) -> Record:
    """What the source holds.

    Raises ``SyntaxError`` for what is no Python, ``UnicodeError`` or ``LookupError`` where the encoding is not what it says.

    >>> record = analyse(b'''
    ... from hyperparameter import auto_param, param_scope as ps
    ... @auto_param("train")
    ... def train(lr: float = 1e-3, *, steps=10):
    ...     return ps.model["width"] | 8
    ... ''')
    >>> [(found.key, found.default, found.type, found.line) for found in record.found]
    [('train.lr', '1e-3', 'float', 3), ('train.steps', '10', 'number', 3), ('model.width', '8', 'number', 5)]
    """
    text = _decoded(data)
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the compiler thinks of the user's code is not asked here
        try:
            tree = ast.parse(text)
        except (ValueError, RecursionError, MemoryError) as error:
            if isinstance(error, UnicodeError):
                raise
            raise SyntaxError(str(error) or "too deeply nested") from None
    reader = _Reader(text)
    try:
        reader.module(tree, mentions(data))
    except RecursionError:
        raise SyntaxError("too deeply nested") from None
    return reader.record


def _decoded(data: bytes) -> str:
    """The source as text, by its mark or its ``coding`` comment (PEP 263), else UTF-8."""
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8")
    for line in data.split(b"\n", 2)[:2]:
        stripped = line.lstrip(b" \t\f")
        if not stripped.startswith(b"#"):
            if stripped.strip():
                break
            continue
        _, mark, after = stripped.partition(b"coding")
        if mark and after[:1] in (b":", b"="):
            name = after[1:].lstrip(b" \t").decode("latin-1")
            end = next(
                (at for at, c in enumerate(name) if not (c.isascii() and (c.isalnum() or c in "-_."))), len(name)
            )
            if end:
                return data.decode(name[:end])
    return data.decode("utf-8")


# ---- what a name stands for ------------------------------------------------------------------------------------------


class _Path(NamedTuple):
    """Something imported: ``hyperparameter.param_scope``."""

    name: str


class _Node(NamedTuple):
    """``param_scope`` or a scope (no segments), or a node of it."""

    segments: tuple[str, ...]


class _Auto(NamedTuple):
    """``auto_param``, or what it gives for a namespace."""

    namespace: str | None


class _Field(NamedTuple):
    """An argument as it is written."""

    name: str
    annotation: ast.expr | None
    default: ast.expr | None
    factory: bool  # the default is what a call of this gives
    by_name: bool
    line: int  # 0: that of the function
    help: str


class _Callable(NamedTuple):
    """A function, a lambda or a class, as far as its arguments go."""

    qualname: str  # with `<locals>`
    fields: list[_Field] | None  # None: they are not known
    line: int
    owner: str
    help: dict[str, str]
    namespace: str | None  # once it is decorated
    scope: _Scope


class _Scope:
    """The names of a module, a class or a function. A binding is what stands on the right of it; None: anything."""

    def __init__(self, parent: _Scope | None, kind: str, prefix: str = "", class_name: str = "") -> None:
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

    def find(self, name: str) -> tuple[list[Any], _Scope] | None:
        scope: _Scope | None = self
        while scope is not None:
            if name in scope.names and name not in scope.outer and (scope is self or scope.kind != "class"):
                return scope.names[name], scope
            scope = scope.parent
        return None


# ---- reading ---------------------------------------------------------------------------------------------------------


class _Reader:
    def __init__(self, text: str) -> None:
        self.record = Record([], [], [], {}, [], [])
        self.lines = _lines(text)
        self.depth = 0
        self.declared: set[tuple[str, str, int]] = set()
        self.callables: dict[tuple[int, int], _Callable] = {}

    def module(self, tree: ast.Module, has_words: bool) -> None:
        scope = _Scope(None, "module")
        self.collect(tree.body, scope)
        if has_words:
            self.body(tree.body, scope)

    # ---- the names of a scope, before anything in it is looked at

    def collect(self, statements: list[ast.stmt], scope: _Scope) -> None:
        for statement in statements:
            self.collect_one(statement, scope)

    def collect_one(self, node: ast.AST, scope: _Scope) -> None:
        if isinstance(node, ast.Import):
            for name in node.names:
                self.record.imports.append(name.name)
                top = name.name.partition(".")[0]
                scope.bind(name.asname or top, _Path(name.name if name.asname else top))
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for name in node.names:
                whole = module + ("" if module.endswith(".") else ".") + name.name
                self.record.imports.append(module if name.name == "*" else whole)
                if name.name == "*":
                    if module.partition(".")[0] == "hyperparameter":
                        for ours in _OURS:
                            scope.bind(ours, _Path("hyperparameter." + ours))
                else:
                    scope.bind(name.asname or name.name, _Path(whole))
        elif isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            scope.bind(node.name, node)
            for inner in (*node.decorator_list, *_outside(node)):
                self.collect_one(inner, scope)
            return
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            scope.outer.update(node.names)
            if isinstance(node, ast.Global):
                scope.globals.update(node.names)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    scope.bind(target.id, node.value)
                else:
                    self.opaque(target, scope)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
            if isinstance(node.target, ast.Name) and node.value is not None:
                scope.bind(node.target.id, node.value)
        elif isinstance(node, ast.AugAssign):
            self.opaque(node.target, scope)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self.opaque(node.target, scope)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                if isinstance(item.optional_vars, ast.Name):
                    scope.bind(item.optional_vars.id, item.context_expr)
                elif item.optional_vars is not None:
                    self.opaque(item.optional_vars, scope)
        elif isinstance(node, ast.ExceptHandler):
            if node.name:
                scope.bind(node.name, None)
        elif isinstance(node, (ast.MatchAs, ast.MatchStar)):
            if node.name:
                scope.bind(node.name, None)
        elif isinstance(node, ast.MatchMapping):
            if node.rest:
                scope.bind(node.rest, None)
        elif isinstance(node, (ast.Lambda, *_COMPREHENSIONS)):
            return
        for child in ast.iter_child_nodes(node):
            self.collect_one(child, scope)

    def opaque(self, target: ast.AST, scope: _Scope) -> None:
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                scope.bind(node.id, None)

    # ---- what an expression stands for

    def resolve(self, node: Any, scope: _Scope) -> Any:
        """A ``_Path``, ``_Node``, ``_Auto`` or ``_Callable``, a ``str`` or ``int`` constant, or None."""
        self.depth += 1
        try:
            return None if self.depth > _DEEPEST else self.resolved(node, scope)
        finally:
            self.depth -= 1

    def resolved(self, node: Any, scope: _Scope) -> Any:
        if isinstance(node, _Path):
            return _known(node)
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, (str, int)) and not isinstance(node.value, bool) else None
        if isinstance(node, ast.Name):
            bound = scope.find(node.id)
            if bound is None:
                return _Path(node.id) if node.id in _MADE else None
            bindings, home = bound
            if node.id not in home.resolved:
                home.resolved[node.id] = None  # what a name is made of may name it: `x = x.strip()`
                home.resolved[node.id] = _agreed([self.resolve(binding, home) for binding in bindings])
            return home.resolved[node.id]
        if isinstance(node, ast.Attribute):
            return self.attribute(self.resolve(node.value, scope), _mangled(node.attr, scope.class_name))
        if isinstance(node, ast.Subscript):
            base = self.resolve(node.value, scope)
            if isinstance(base, _Node):
                return self.element(base, node.slice, scope)
            return None
        if isinstance(node, ast.Call):
            return self.call(node, scope)
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef, ast.Lambda)):
            return self.callable(node, scope)
        return None

    def attribute(self, base: Any, name: str) -> Any:
        if isinstance(base, _Node):
            if name.startswith("__") and name.endswith("__"):
                return None
            if not base.segments and name in _METHODS:
                return _Path("param_scope." + name)
            return _Node((*base.segments, name))
        return _known(_Path(f"{base.name}.{name}")) if isinstance(base, _Path) else None

    def element(self, base: _Node, index: ast.expr, scope: _Scope) -> _Node | None:
        if isinstance(index, (ast.Slice, ast.Tuple)):
            return None
        if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub):
            return None
        found = self.text(index, scope)
        return _Node((*base.segments, *found.split("."))) if found else None

    def text(self, node: ast.expr, scope: _Scope) -> str:
        """A key or a segment as far as it is known, ``*`` for the rest."""
        constant = self.resolve(node, scope)
        if isinstance(constant, (str, int)):
            return str(constant)
        if isinstance(node, ast.JoinedStr):
            parts = [str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values]
            # A segment that is known in part only is not known.
            return ".".join("*" if "*" in segment else segment for segment in "".join(parts).split("."))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            whole = self.text(node.left, scope) + self.text(node.right, scope)
            return ".".join("*" if "*" in segment else segment for segment in whole.split("."))
        return "*"

    def call(self, node: ast.Call, scope: _Scope) -> Any:
        function = self.resolve(node.func, scope)
        if isinstance(function, _Node) and not function.segments:
            return function  # param_scope(...) is a scope
        if isinstance(function, _Path) and function.name in {"param_scope." + name for name in _SCOPES}:
            return _Node(())
        if not isinstance(function, _Auto) or node.keywords or len(node.args) > 1:
            return None
        if not node.args or (isinstance(node.args[0], ast.Constant) and node.args[0].value is None):
            return function
        target = self.target(node.args[0], scope)
        if isinstance(target, _Callable):
            return target._replace(namespace=function.namespace or _namespace(target.qualname))
        if function.namespace is None and not isinstance(node.args[0], (ast.Lambda, ast.Attribute)):
            return _Auto(self.text(node.args[0], scope))
        return None

    def target(self, node: ast.expr, scope: _Scope) -> _Callable | None:
        """What is decorated in a call: a function, a lambda, a class, or a partial of one."""
        found = self.resolve(node, scope)
        if isinstance(found, _Callable):
            return found
        if isinstance(node, ast.Call):
            function = self.resolve(node.func, scope)
            if isinstance(function, _Path) and function.name == "functools.partial" and node.args:
                inner = self.target(node.args[0], scope)
                if inner is not None and inner.fields is not None:
                    return self.partial(inner, node, scope)
        return None

    def partial(self, inner: _Callable, node: ast.Call, scope: _Scope) -> _Callable:
        """Its keywords are defaults; what it gives by position is no argument any more."""
        given = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        taken = len(node.args) - 1
        fields: list[_Field] = []
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

    def callable(self, node: Any, scope: _Scope) -> _Callable:
        """A function, lambda or class where it is defined, with the namespace that its decorators give it."""
        known = self.callables.get((id(node), id(scope)))
        if known is None:
            known = self.callables[id(node), id(scope)] = self.made_callable(node, scope)
        return known

    def made_callable(self, node: Any, scope: _Scope) -> _Callable:
        if isinstance(node, ast.Lambda):
            name = scope.prefix + "<lambda>"
            return _Callable(name, _fields(node.args, scope), node.lineno, name, {}, None, scope)
        prefix = "" if node.name in scope.globals else scope.prefix
        qualname = prefix + node.name
        line = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        doc = docstrings.arguments(ast.get_docstring(node, clean=False) or "")
        if isinstance(node, ast.ClassDef):
            made = self.of_class(node, scope, qualname, line, doc)
        else:
            made = _Callable(qualname, _fields(node.args, scope), line, qualname, doc, None, scope)
        for decorator in reversed(node.decorator_list):
            auto = self.resolve(decorator, scope)
            if isinstance(auto, _Auto):
                made = made._replace(namespace=auto.namespace or _namespace(qualname))
        return made

    def of_class(self, node: ast.ClassDef, scope: _Scope, qualname: str, line: int, doc: dict[str, str]) -> _Callable:
        """A class is what its ``__init__`` takes: its own, that of its fields, or that of a base."""
        inside = _Scope(scope, "class", qualname + ".", node.name)
        methods = {inner.name: inner for inner in node.body if isinstance(inner, _FUNCTIONS)}
        decorators = [self.resolve(_called(decorator), scope) for decorator in node.decorator_list]
        bases = [self.resolve(base, scope) for base in node.bases]
        names = {base.name for base in bases if isinstance(base, _Path)}
        if "__init__" in methods:
            return self.by_method(methods["__init__"], inside, qualname, doc)
        for at, decorator in enumerate(decorators):
            if isinstance(decorator, _Path) and decorator.name.removeprefix("dataclasses.") in _DATACLASSES:
                call = node.decorator_list[at]
                keywords = call.keywords if isinstance(call, ast.Call) else []
                only = any(word.arg == "kw_only" and _is_true(word.value) for word in keywords)
                attrs = decorator.name.startswith("attr")
                self.collect(node.body, inside)
                own = list(self.class_fields(node.body, inside, only, attrs))
                return _Callable(qualname, _inherited(bases, own), line, qualname, doc, None, inside)
        if names & {"typing.NamedTuple", "typing_extensions.NamedTuple"}:
            own = list(self.class_fields(node.body, inside, False, False))
            return _Callable(qualname, own, line, qualname, doc, None, inside)
        for base in bases:
            if isinstance(base, _Callable) and (base.fields is None or base.fields):
                return base._replace(qualname=qualname, help={**base.help, **doc}, namespace=None)
        if "__new__" in methods:
            return self.by_method(methods["__new__"], inside, qualname, doc)
        unknown = any(base is None or isinstance(base, _Path) for base in bases)
        return _Callable(qualname, None if unknown else [], line, qualname, doc, None, inside)

    def by_method(self, method: Any, inside: _Scope, qualname: str, doc: dict[str, str]) -> _Callable:
        line = min([method.lineno, *(decorator.lineno for decorator in method.decorator_list)])
        said = docstrings.arguments(ast.get_docstring(method, clean=False) or "")
        fields = _fields(method.args, inside)
        return _Callable(qualname, fields[1:], line, f"{qualname}.{method.name}", {**doc, **said}, None, inside)

    def class_fields(self, body: list[ast.stmt], scope: _Scope, by_name: bool, attrs: bool) -> Iterator[_Field]:
        for at, statement in enumerate(body):
            if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
                continue
            annotation, default, factory = statement.annotation, statement.value, False
            wanted = _last_name(annotation)
            if wanted == "KW_ONLY":
                by_name = True
                continue
            if wanted == "ClassVar":
                continue
            if wanted == "InitVar" and isinstance(annotation, ast.Subscript):
                annotation = annotation.slice
            only = by_name
            if isinstance(default, ast.Call):
                made = self.resolve(default.func, scope)
                if isinstance(made, _Path) and made.name in _FIELDS:
                    words = {word.arg: word.value for word in default.keywords}
                    if "init" in words and not _is_true(words["init"]):
                        continue
                    only = by_name if "kw_only" not in words else _is_true(words["kw_only"])
                    maker = words.get("default_factory") or words.get("factory")
                    default, factory = (maker, True) if maker is not None else (words.get("default"), False)
            after = body[at + 1] if at + 1 < len(body) else None
            said = after.value if isinstance(after, ast.Expr) else None
            text = said.value if isinstance(said, ast.Constant) and isinstance(said.value, str) else ""
            name = _mangled(statement.target.id, scope.class_name)
            name = name.lstrip("_") if attrs else name
            yield _Field(name, annotation, default, factory, only, statement.lineno, " ".join(text.split()))

    # ---- what is declared and read, in the order of the source

    def body(self, statements: list[ast.stmt], scope: _Scope) -> None:
        for statement in statements:
            self.visit(statement, scope)

    def visit(self, node: ast.AST, scope: _Scope) -> None:
        if isinstance(node, _FUNCTIONS):
            self.function(node, scope)
        elif isinstance(node, ast.ClassDef):
            self.class_(node, scope)
        elif isinstance(node, ast.Lambda):
            inside = _Scope(scope, "function", scope.prefix + "<lambda>.<locals>.", scope.class_name)
            self.collect_arguments(node.args, inside)
            self.children(node.args, scope)
            self.visit(node.body, inside)
        elif isinstance(node, _COMPREHENSIONS):
            inside = _Scope(scope, "function", scope.prefix, scope.class_name)
            for generator in node.generators:
                self.opaque(generator.target, inside)
            self.children(node, inside)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            if not isinstance(self.resolve(node.value, scope), _Node):
                self.visit(node.value, scope)
            elif not all(isinstance(target, ast.Name) for target in _targets(node)):
                self.visit(node.value, scope)
            for target in _targets(node):
                self.visit(target, scope)
        elif isinstance(node, ast.AugAssign):
            found = self.resolve(node.target, scope)
            if isinstance(found, _Node):
                self.read(found, None, node.target, scope)
            self.visit(node.value, scope)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            found = self.resolve(node.left, scope)
            if isinstance(found, _Node):
                self.read(found, node.right, node, scope)
                self.indices(node.left, scope)
            else:
                self.visit(node.left, scope)
            self.visit(node.right, scope)
        elif isinstance(node, ast.Call):
            self.visit_call(node, scope)
        elif isinstance(node, ast.Compare):
            self.visit_compare(node, scope)
        elif isinstance(node, (ast.Attribute, ast.Subscript, ast.Name)):
            found = self.resolve(node, scope)
            if isinstance(found, _Node):
                if isinstance(node.ctx, ast.Load):
                    self.read(found, None, node, scope)
                self.indices(node, scope)
            elif isinstance(found, _Path) and found.name.startswith("param_scope."):
                pass  # a method of the store
            else:
                self.children(node, scope)
        else:
            self.children(node, scope)

    def children(self, node: ast.AST, scope: _Scope) -> None:
        for child in ast.iter_child_nodes(node):
            self.visit(child, scope)

    def indices(self, node: ast.expr, scope: _Scope) -> None:
        """What stands in the brackets of a chain."""
        while isinstance(node, (ast.Attribute, ast.Subscript)):
            if isinstance(node, ast.Subscript):
                self.visit(node.slice, scope)
            node = node.value
        if isinstance(node, ast.Call):
            self.visit(node, scope)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: _Scope) -> None:
        for outside in (*node.decorator_list, *_outside(node)):
            self.visit(outside, scope)
        made = self.callable(node, scope)
        if made.namespace is not None:
            self.declare(made)
        inside = _Scope(scope, "function", made.qualname + ".<locals>.", scope.class_name)
        self.collect_arguments(node.args, inside)
        self.collect(node.body, inside)
        self.body(node.body, inside)

    def class_(self, node: ast.ClassDef, scope: _Scope) -> None:
        for outside in (*node.decorator_list, *_outside(node)):
            self.visit(outside, scope)
        made = self.callable(node, scope)
        if made.namespace is not None:
            self.declare(made)
        inside = _Scope(scope, "class", made.qualname + ".", node.name)
        self.collect(node.body, inside)
        self.body(node.body, inside)

    def collect_arguments(self, arguments: ast.arguments, scope: _Scope) -> None:
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            scope.bind(argument.arg, None)
        for rest in (arguments.vararg, arguments.kwarg):
            if rest is not None:
                scope.bind(rest.arg, None)

    def visit_call(self, node: ast.Call, scope: _Scope) -> None:
        function = self.resolve(node.func, scope)
        if isinstance(function, _Node) and function.segments:
            line = node.func.end_lineno if isinstance(node.func, ast.Attribute) else node.lineno
            self.read(function, node.args[0] if node.args else None, node, scope, line)
            self.indices(node.func, scope)
        elif isinstance(function, _Auto):
            made = self.call(node, scope)
            if isinstance(made, _Callable):
                self.declare(made)
            elif made is None and function.namespace is not None and node.args:
                owner = _owner(scope)
                where = self.segment(node.args[0])
                self.add(Found(f"{function.namespace}.*", DECLARED, None, "", f"of {where}", node.lineno, owner, []))
        elif isinstance(function, _Path) and function.name == "hyperparameter.launch":
            for target in node.args:
                self.launch(target, scope)
        if not isinstance(function, _Node):
            self.visit(node.func, scope)
        for argument in (*node.args, *node.keywords):
            self.visit(argument, scope)

    def launch(self, target: ast.expr, scope: _Scope) -> None:
        made = self.target(target, scope)
        if made is not None and made.fields is not None:
            if made.namespace is None:
                made = made._replace(namespace=_namespace(made.qualname))
                self.declare(made)
            self.record.programs.append(self.arguments(made))
        else:
            found = self.resolve(target, scope)
            if isinstance(found, _Path):
                self.record.launched.append(found.name)

    def visit_compare(self, node: ast.Compare, scope: _Scope) -> None:
        if len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            within = self.resolve(node.comparators[0], scope)
            if isinstance(within, _Node):
                if isinstance(node.left, ast.Constant) and isinstance(node.left.value, str) and not within.segments:
                    self.read(_Node(tuple(node.left.value.split("."))), None, node, scope)
                    return
        self.children(node, scope)

    def read(
        self, node: _Node, default: ast.expr | None, place: ast.expr, scope: _Scope, line: int | None = None
    ) -> None:
        if any(segment != "*" for segment in node.segments):
            key = ".".join(node.segments)
            self.defaults(key, READ, default, scope, "", "", line or place.lineno, _owner(scope), [])

    def declare(self, made: _Callable) -> None:
        if (made.namespace or "", made.qualname, made.line) in self.declared:
            return
        self.declared.add((made.namespace or "", made.qualname, made.line))
        if made.fields is None:
            self.add(Found(f"{made.namespace}.*", DECLARED, None, "", f"of {made.qualname}", made.line, made.owner, []))
            return
        for field in made.fields:
            if field.default is not None:
                wanted, said, choices = self.described(field, made)
                key = f"{made.namespace}.{field.name}"
                line = field.line or made.line
                if field.factory:
                    source = self.made_by(field.default)
                    self.add(Found(key, DECLARED, source, wanted, said, line, made.owner, choices))
                else:
                    self.defaults(key, DECLARED, field.default, made.scope, wanted, said, line, made.owner, choices)
        if "." not in made.qualname:
            self.record.functions[made.qualname] = self.arguments(made)

    def arguments(self, made: _Callable) -> list[Argument]:
        rows: list[Argument] = []
        for field in made.fields or []:
            wanted, said, choices = self.described(field, made)
            key = None if field.default is None else f"{made.namespace}.{field.name}"
            default = self.segment(field.default) if field.default is not None and not field.factory else None
            rows.append(Argument(field.name, key, field.by_name, wanted, said, default, choices))
        return rows

    def described(self, field: _Field, made: _Callable) -> tuple[str, str, list[str]]:
        """Type, help and choices of an argument."""
        annotation, said = field.annotation, ""
        lines = self.lines
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            text = annotation.value
            try:
                annotation = ast.parse(text.strip(), mode="eval").body
            except (SyntaxError, ValueError):
                annotation = None
            lines = _lines(text.strip())
        if isinstance(annotation, ast.Subscript) and _last_name(annotation) == "Annotated":
            parts = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
            annotation = parts[0]
            said = next((text for text in map(_help_text, parts[1:]) if text), "")
        wanted = " ".join(_segment(lines, annotation).split()) if annotation is not None else ""
        if not wanted and field.default is not None and not field.factory:
            wanted = self.kind(field.default, made.scope)
        return wanted, said or made.help.get(field.name, "") or field.help, _choices(annotation, wanted)

    def defaults(
        self,
        key: str,
        kind: str,
        default: ast.expr | None,
        scope: _Scope,
        wanted: str,
        said: str,
        line: int,
        owner: str,
        choices: list[str],
        depth: int = 0,
    ) -> None:
        """One parameter, or the leaves of the dictionary that is its default (rule K5)."""
        leaves = None if default is None or depth > _DEEPEST else self.leaves(default, scope)
        if leaves:
            for name, value in leaves.items():
                self.defaults(f"{key}.{name}", kind, value, scope, "", said, line, owner, [], depth + 1)
            return
        if default is not None and (not wanted or depth):
            wanted = self.kind(default, scope)
            choices = ["true", "false"] if wanted == "bool" else []
        source = None if default is None else self.segment(default)
        self.add(Found(key, kind, source, wanted, said, line, owner, choices))

    def leaves(self, node: ast.expr, scope: _Scope) -> dict[str, ast.expr] | None:
        """The entries of a dictionary whose keys are all known and valid."""
        found: dict[str, ast.expr] = {}
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                name = None if key is None else self.resolve(key, scope)
                if not isinstance(name, str):
                    return None
                found[name] = value
        elif isinstance(node, ast.Call) and self.resolve(node.func, scope) == _Path("dict") and not node.args:
            for word in node.keywords:
                if word.arg is None:
                    return None
                found[word.arg] = word.value
        return found if all(map(_is_key, found)) else None

    def add(self, found: Found) -> None:
        if "*" not in found.key:
            try:
                key_hash(found.key)
            except (InvalidKey, UnicodeError) as error:
                self.record.warnings.append(f"{found.line}:1: {error}")
                return
        self.record.found.append(found)

    # ---- texts of the source

    def segment(self, node: ast.expr) -> str:
        return _segment(self.lines, node)

    def made_by(self, factory: ast.expr) -> str:
        return self.segment(factory.body) if isinstance(factory, ast.Lambda) else self.segment(factory) + "()"

    def kind(self, node: ast.expr, scope: _Scope) -> str:
        """The kind of a literal, named as the run time names it; an int asks for number (rule V4)."""
        if isinstance(node, ast.Name):
            bound = scope.find(node.id)
            if bound is not None and len(bound[0]) == 1 and isinstance(bound[0][0], ast.expr):
                self.depth += 1
                try:
                    return self.kind(bound[0][0], bound[1]) if self.depth < _DEEPEST else ""
                finally:
                    self.depth -= 1
            return ""
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
        if isinstance(node, ast.Compare):
            return ""
        if isinstance(node, ast.Call):
            made = self.resolve(node.func, scope)
            return made.name.rpartition(".")[2] if isinstance(made, _Path) and made.name in _MADE else ""
        return _KINDS.get(type(node), "")


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
_MADE = ("dict", "list", "set", "tuple")


def _known(path: _Path) -> Any:
    """What is ours has a kind of its own, also by way of another module: ``from .compat import auto_param``."""
    module, _, name = path.name.rpartition(".")
    if name == "param_scope" and module:
        return _Node(())
    if name == "auto_param" and module:
        return _Auto(None)
    if name == "launch" and module.partition(".")[0] == "hyperparameter" and module != "hyperparameter.cli":
        return _Path("hyperparameter.launch")
    return path


def _agreed(made: list[Any]) -> Any:
    """What a name stands for that is bound several times: one thing, or the last of several functions."""
    ours = [one for one in made if isinstance(one, _Auto) or (isinstance(one, _Node) and not one.segments)]
    if ours:  # `except ImportError: auto_param = None` takes nothing away
        return ours[0]
    same = all(one == made[0] for one in made) or all(isinstance(one, _Callable) for one in made)
    return made[-1] if same else None


def _namespace(qualname: str) -> str:
    return qualname.replace("<locals>.", "")


def _owner(scope: _Scope) -> str:
    return scope.prefix.removesuffix(".").removesuffix(".<locals>")


def _mangled(name: str, class_name: str) -> str:
    """``__x`` inside a class is ``_Class__x``, as the compiler has it."""
    if class_name.strip("_") and name.startswith("__") and not name.endswith("__"):
        return f"_{class_name.lstrip('_')}{name}"
    return name


def _is_key(name: str) -> bool:
    try:
        key_hash(name)
    except (InvalidKey, UnicodeError):
        return False
    return True


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _called(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def _targets(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _outside(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> list[ast.expr]:
    """What is evaluated where a function or class is defined, besides its decorators and annotations."""
    if isinstance(node, ast.ClassDef):
        return [*node.bases, *(word.value for word in node.keywords)]
    return [*node.args.defaults, *(default for default in node.args.kw_defaults if default is not None)]


def _fields(arguments: ast.arguments, scope: _Scope) -> list[_Field]:
    """The arguments but ``*args`` and ``**kwargs``, in their order."""
    by_position = [*arguments.posonlyargs, *arguments.args]
    missing: list[ast.expr | None] = [None] * (len(by_position) - len(arguments.defaults))
    rows = [
        *((argument, default, False) for argument, default in zip(by_position, [*missing, *arguments.defaults], strict=True)),
        *((argument, default, True) for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)),
    ]  # fmt: skip
    return [
        _Field(_mangled(argument.arg, scope.class_name), argument.annotation, default, False, by_name, 0, "")
        for argument, default, by_name in rows
    ]


def _inherited(bases: list[Any], own: list[_Field]) -> list[_Field]:
    """The fields of a dataclass after those of its bases; one that is written again keeps its place."""
    fields: dict[str, _Field] = {}
    for base in reversed(bases):
        if isinstance(base, _Callable):
            fields.update({field.name: field for field in base.fields or []})
    for field in own:
        fields[field.name] = field
    return list(fields.values())


def _last_name(node: ast.expr | None) -> str:
    """``Annotated`` of ``typing.Annotated[int, 1]``."""
    if isinstance(node, ast.Subscript):
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _help_text(node: ast.expr) -> str:
    """The text in ``Annotated``: a string, or ``Doc("…")``."""
    if isinstance(node, ast.Call) and _last_name(node.func) in ("Doc", "Help") and node.args:
        node = node.args[0]
    return " ".join(node.value.split()) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _choices(annotation: ast.expr | None, wanted: str) -> list[str]:
    if wanted.replace(" ", "") in ("bool", "bool|None", "None|bool", "Optional[bool]"):
        return ["true", "false"]
    found: list[str] = []
    for node in ast.walk(annotation) if annotation is not None else ():
        if isinstance(node, ast.Subscript) and _last_name(node) == "Literal":
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            found += [str(part.value) for part in parts if isinstance(part, ast.Constant)]
    return found


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
