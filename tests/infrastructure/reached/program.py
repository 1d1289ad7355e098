"""The source of Parley as functions, classes and names, and what a name in it means."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

MOST_REEXPORTS = 9
ADDING = {"append", "add", "extend", "update", "setdefault"}
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(eq=False)
class Module:
    name: str
    tree: ast.Module
    is_package: bool = False
    imports: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    """The modules of which it imports every name."""
    functions: dict[str, "Function"] = field(default_factory=dict)
    classes: dict[str, "Class"] = field(default_factory=dict)
    values: dict[str, list[ast.expr]] = field(default_factory=dict)


@dataclass(eq=False)
class Class:
    """A class; `bases` are those of Parley."""

    module: Module
    node: ast.ClassDef
    methods: dict[str, "Function"] = field(default_factory=dict)
    bases: list["Class"] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.module.name}.{self.node.name}"

    def ancestry(self) -> Iterator["Class"]:
        yield self
        for base in self.bases:
            yield from base.ancestry()

    def method(self, name: str) -> "Function | None":
        return next((each.methods[name] for each in self.ancestry() if name in each.methods), None)

    def annotation(self, name: str) -> ast.expr | None:
        for each in self.ancestry():
            for statement in each.node.body:
                if isinstance(statement, ast.AnnAssign) and getattr(statement.target, "id", "") == name:
                    return statement.annotation
        return None


@dataclass(eq=False)
class Function:
    """A function or method, with the lambdas and functions inside it; a module's own statements are one, too."""

    module: Module
    name: str
    node: FunctionNode | ast.Module
    owner: Class | None = None

    def __repr__(self) -> str:
        return self.name

    @cached_property
    def parameters(self) -> list[str]:
        if isinstance(self.node, ast.Module):
            return []
        given = self.node.args
        return [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]

    @cached_property
    def positional(self) -> list[str]:
        if isinstance(self.node, ast.Module):
            return []
        return [each.arg for each in (*self.node.args.posonlyargs, *self.node.args.args)]

    @cached_property
    def annotations(self) -> dict[str, ast.expr]:
        """Of its parameters, and of those of the functions inside it."""
        found: dict[str, ast.expr] = {}
        for node in ast.walk(self.node):
            if isinstance(node, FunctionNode):
                given = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
                found |= {each.arg: each.annotation for each in given if each.annotation is not None}
        return found

    @cached_property
    def decorators(self) -> set[str]:
        if isinstance(self.node, ast.Module):
            return set()
        return {ast.unparse(each).split("(")[0].split(".")[-1] for each in self.node.decorator_list}

    @property
    def is_property(self) -> bool:
        return bool(self.decorators & {"property", "cached_property"})

    @property
    def is_bound(self) -> bool:
        """Whether its first parameter is the object or the class."""
        return self.owner is not None and "staticmethod" not in self.decorators

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All below it; for a module, its statements without its functions and classes."""
        if isinstance(self.node, ast.Module):
            skipped = (*FunctionNode.__args__, ast.ClassDef)
            tops = [each for each in self.node.body if not isinstance(each, skipped)]
            return [below for top in tops for below in ast.walk(top)]
        given = [*self.node.decorator_list, *self.node.args.defaults, *(d for d in self.node.args.kw_defaults if d)]
        return [below for top in (*given, *self.node.body) for below in ast.walk(top)]

    @cached_property
    def inner(self) -> dict[str, FunctionNode]:
        return {node.name: node for node in self.nodes if isinstance(node, FunctionNode)}

    @cached_property
    def bindings(self) -> dict[str, list[tuple[ast.expr, int | None]]]:
        """What its local names are bound to: an expression, and which element of it where it is unpacked."""
        found: dict[str, list[tuple[ast.expr, int | None]]] = {}
        for node in self.nodes:
            for target, value, position in _bound(node, self.inner):
                found.setdefault(target, []).append((value, position))
        for node in self.nodes:
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attribute), args=given):
                    if attribute in ADDING and name in found:
                        found[name] += [(value, None) for value in given]
        return found


def _bound(node: ast.AST, inner: dict[str, FunctionNode]) -> Iterator[tuple[str, ast.expr, int | None]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _targets(target, node.value)
    elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value is not None:
        yield from _targets(node.target, node.value)
    elif isinstance(node, ast.For | ast.comprehension):
        yield from _loop(node.target, node.iter)
    elif isinstance(node, ast.With):
        for item in node.items:
            if item.optional_vars is not None:
                yield from _targets(item.optional_vars, item.context_expr)
    elif isinstance(node, ast.Call):
        given = [*node.args, *(each.value for each in node.keywords)]
        for one in given:
            if isinstance(one, ast.Lambda):
                others = ast.Tuple([each for each in given if each is not one], ast.Load())
                yield from ((each.arg, others, None) for each in one.args.args)
            elif isinstance(one, ast.Name) and one.id in inner:
                others = ast.Tuple([each for each in given if each is not one], ast.Load())
                yield from ((each.arg, others, None) for each in inner[one.id].args.args)
        if isinstance(node.func, ast.Name) and node.func.id in inner:
            names = [each.arg for each in inner[node.func.id].args.args]
            yield from ((name, value, None) for name, value in zip(names, node.args, strict=False))
            yield from ((each.arg, each.value, None) for each in node.keywords if each.arg)
    elif isinstance(node, ast.Match):
        for case in node.cases:
            for pattern in ast.walk(case.pattern):
                if isinstance(pattern, ast.MatchAs | ast.MatchStar) and pattern.name:
                    yield pattern.name, node.subject, None


def _targets(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr, int | None]]:
    if isinstance(target, ast.Name):
        yield target.id, value, None
    elif isinstance(target, ast.Subscript | ast.Attribute):  # `found[key] = item` binds `found`, too
        base: ast.expr = target
        while isinstance(base, ast.Subscript | ast.Attribute):
            if isinstance(base, ast.Subscript):
                if isinstance(base.slice, ast.Constant) and isinstance(base.slice.value, str):
                    return  # an attribute of an item, or of a request, is not where it lies
                yield from _targets(base.value, base.slice) if isinstance(base.value, ast.Name) else ()
            base = base.value
        if isinstance(base, ast.Name):
            yield base.id, value, None
    elif isinstance(target, ast.Starred):
        yield from _targets(target.value, value)
    elif isinstance(target, ast.Tuple | ast.List):
        given = value.elts if isinstance(value, ast.Tuple | ast.List) else []
        for position, each in enumerate(target.elts):
            if len(given) == len(target.elts):
                yield from _targets(each, given[position])
            elif isinstance(each, ast.Name):
                yield each.id, value, position
            else:
                yield from _targets(each, value)


def _loop(target: ast.expr, iterated: ast.expr) -> Iterator[tuple[str, ast.expr, int | None]]:
    """A loop's names: the elements of what is iterated, side by side for `zip` and `enumerate`."""
    called = iterated.func.id if isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name) else ""
    if isinstance(target, ast.Tuple) and isinstance(iterated, ast.Call):
        if called == "zip" and len(iterated.args) == len(target.elts):
            for each, value in zip(target.elts, iterated.args, strict=True):
                yield from _targets(each, value)
            return
        if called == "enumerate":
            yield from _targets(target.elts[1], iterated.args[0])
            return
    elements = iterated.elts if isinstance(iterated, ast.Tuple | ast.List) else []
    if elements and all(isinstance(each, ast.Tuple) for each in elements):
        for element in elements:
            yield from _targets(target, element)
        return
    yield from _targets(target, iterated)


class Program:
    """All modules of some folders, each with the package that it is."""

    def __init__(self, *folders: tuple[Path, str]) -> None:
        self.modules: dict[str, Module] = {}
        for folder, package in folders:
            for path in sorted(folder.rglob("*.py")):
                parts = [*package.split("."), *path.relative_to(folder).with_suffix("").parts]
                is_package = parts[-1] == "__init__"
                self._add(".".join(parts[:-1] if is_package else parts), ast.parse(path.read_text()), is_package)
        for module in self.modules.values():
            for each in module.classes.values():
                bases = [self.meaning(base, module) for base in each.node.bases]
                each.bases = [base for base in bases if isinstance(base, Class)]
        self.kinds: dict[Class, list[Class]] = {}
        """Each class with all that are of its kind: itself and those that derive from it."""
        for each in self.classes():
            for base in each.ancestry():
                self.kinds.setdefault(base, []).append(each)
        self.functions = [f for m in self.modules.values() for f in m.functions.values()]
        self.functions += [f for c in self.classes() for f in c.methods.values()]
        self.methods: dict[str, list[Function]] = {}
        for each in self.classes():
            for name, method in each.methods.items():
                self.methods.setdefault(name, []).append(method)

    def classes(self) -> Iterator[Class]:
        for module in self.modules.values():
            yield from module.classes.values()

    def _add(self, name: str, tree: ast.Module, is_package: bool) -> None:  # noqa: FBT001 - private
        module = self.modules[name] = Module(name, tree, is_package)
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    module.imports[alias.asname or alias.name.split(".")[0]] = (
                        alias.name if alias.asname else alias.name.split(".")[0],
                        None,
                    )
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    if alias.name == "*":
                        module.stars.append(str(node.module))
                    module.imports[alias.asname or alias.name] = (str(node.module), alias.name)
        for node in tree.body:
            if isinstance(node, FunctionNode):
                module.functions[node.name] = Function(module, f"{name}.{node.name}", node)
            elif isinstance(node, ast.ClassDef):
                made = module.classes[node.name] = Class(module, node)
                for each in node.body:
                    if isinstance(each, FunctionNode):
                        made.methods[each.name] = Function(module, f"{name}.{node.name}.{each.name}", each, made)
            for target, value, _ in _bound(node, {}):
                module.values.setdefault(target, []).append(value)

    def meaning(self, expression: ast.expr, module: Module, seen: int = 0) -> "Meaning":
        """The module, class, function or module-level name that an expression is, if it is one of ours."""
        if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
            try:
                expression = ast.parse(expression.value, mode="eval").body
            except SyntaxError:
                return None
        if isinstance(expression, ast.Name):
            return self._named(module, expression.id, seen)
        if isinstance(expression, ast.Attribute):
            base = self.meaning(expression.value, module, seen)
            if isinstance(base, Module):
                return self._named(base, expression.attr, seen)
            if isinstance(base, Class):
                return base.method(expression.attr)
        if isinstance(expression, ast.Subscript):
            return self.meaning(expression.value, module, seen)
        return None

    def _named(self, module: Module, name: str, seen: int) -> "Meaning":
        if seen > MOST_REEXPORTS:
            return None
        if name in module.functions:
            return module.functions[name]
        if name in module.classes:
            return module.classes[name]
        if name in module.values:
            return Value(module, name)
        if name in module.imports:
            source, symbol = module.imports[name]
            if symbol is None:
                return self.modules.get(source)
            if f"{source}.{symbol}" in self.modules:
                return self.modules[f"{source}.{symbol}"]
            if source in self.modules:
                return self._named(self.modules[source], symbol, seen + 1)
        starred = [self._named(self.modules[each], name, seen + 1) for each in module.stars if each in self.modules]
        found = next((each for each in starred if each is not None), None)
        return found or (self.modules.get(f"{module.name}.{name}") if module.is_package else None)

    def classes_in(
        self, annotation: ast.expr | None, module: Module, seen: frozenset["Value"] = frozenset()
    ) -> list[Class]:
        """Parley's classes that an annotation names."""
        found: list[Class] = []
        for node in [] if annotation is None else ast.walk(annotation):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
                meant = module.classes.get(node.value)  # a class that stands further down in its module
                found += [meant] if meant else []
            elif isinstance(node, ast.Name | ast.Attribute):
                named = self.meaning(node, module)
                if isinstance(named, Class):
                    found.append(named)
                elif isinstance(named, Value) and named not in seen:
                    for value in named.module.values[named.name]:
                        found += self.classes_in(value, named.module, seen | {named})
        return found


@dataclass(frozen=True)
class Value:
    """A name that a module's statements bind."""

    module: Module
    name: str


Meaning = Module | Class | Function | Value | None
BUILT_IN_METHODS = frozenset(
    name for kind in (dict, list, set, str, bytes, tuple, int, BaseException) for name in dir(kind)
)
FILES = frozenset({"read", "write", "close"})
"""Methods of files and streams, which are other people's objects."""
