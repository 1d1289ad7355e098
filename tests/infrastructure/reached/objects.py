"""Of which of Parley's classes the objects are that an expression may be, or hold."""

import ast
from collections.abc import Iterator
from functools import cache

from tests.infrastructure.reached.program import BUILT_IN_METHODS, Class, Function, Module, Program, Value

ITEMS = "parley.tables.items"
LONGEST_CHAIN = 12
"""Of names that stand for each other."""


class Objects:
    """What is known of the objects of a program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._known: dict[tuple[Function, int, int | None], list[Class]] = {}
        self._items = {each for base in program.kinds if base.name == f"{ITEMS}.Item" for each in program.kinds[base]}

    @cache  # noqa: B019 - as long as the program
    def body(self, module: Module) -> Function:
        """A module's own statements as a function."""
        return Function(module, f"{module.name}.<module>", module.tree)

    def _is_local(self, name: str, function: Function) -> bool:
        if isinstance(function.node, ast.Module):
            return False
        return name in function.parameters or name in function.bindings or name in function.inner

    def _is_shadowed(self, node: ast.Name | ast.Attribute, function: Function) -> bool:
        base: ast.expr = node
        while isinstance(base, ast.Attribute):
            base = base.value
        return isinstance(base, ast.Name) and self._is_local(base.id, function)

    def types(
        self, expression: ast.expr, function: Function, position: int | None = None, depth: int = 0
    ) -> list[Class]:
        """Parley's classes that an expression may be an object of (or of which it holds objects)."""
        key = (function, id(expression), position)
        if key not in self._known:
            self._known[key] = []
            self._known[key] = list(dict.fromkeys(self._types(expression, function, position, depth)))
        return self._known[key]

    def _types(self, expression: ast.expr, function: Function, position: int | None, depth: int) -> Iterator[Class]:
        if depth > LONGEST_CHAIN:
            return
        deeper = depth + 1
        match expression:
            case ast.Name(id="self" | "cls") if function.owner is not None:
                yield function.owner
            case ast.Name(id=name):
                if name in function.annotations:
                    yield from self._annotated(function.annotations[name], function.module, position)
                for value, place in function.bindings.get(name, ()) if self._is_local(name, function) else ():
                    yield from self.types(value, function, place, deeper)
                if not self._is_local(name, function):
                    yield from self._types_of_value(expression, function, deeper)
            case ast.Call(func=called):
                meant = None if not isinstance(called, ast.Name | ast.Attribute) else self._meant(called, function)
                if isinstance(meant, Class):
                    yield meant
                elif isinstance(meant, Function):
                    yield from self._annotated(self._answer(meant), meant.module, position, self_class=meant.owner)
                elif isinstance(called, ast.Attribute):
                    owners = self.types(called.value, function, None, deeper)
                    methods = [method for owner in owners if (method := owner.method(called.attr))]
                    for method in methods:
                        answer = self._answer(method)
                        if answer is not None and "Self" in ast.unparse(answer):
                            yield from owners
                        yield from self._annotated(answer, method.module, position)
                    if not methods and called.attr in BUILT_IN_METHODS | {"from_raw_data"}:
                        yield from owners
                elif isinstance(called, ast.Name):  # `list(items)`, `replace(job, ...)`, `next(...)`
                    for each in expression.args[:1]:
                        yield from self.types(each, function, position, deeper)
            case ast.Attribute(value=base, attr=name):
                meant = self._meant(expression, function)
                if isinstance(meant, Value):
                    yield from self._types_of_value(expression, function, deeper)
                for owner in self.types(base, function, None, deeper):
                    method = owner.method(name)
                    if method is not None and method.is_property:
                        yield from self._annotated(self._answer(method), method.module, position)
                    elif (annotation := owner.annotation(name)) is not None:
                        yield from self._annotated(annotation, owner.module, position)
            case ast.Subscript(value=base) | ast.Starred(value=base) | ast.NamedExpr(value=base):
                yield from self.types(base, function, position, deeper)
            case ast.IfExp(body=one, orelse=other):
                yield from self.types(one, function, position, deeper)
                yield from self.types(other, function, position, deeper)
            case ast.BoolOp(values=values) | ast.Tuple(elts=values) | ast.List(elts=values):
                for each in values:
                    yield from self.types(each, function, position, deeper)
            case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element) | ast.SetComp(elt=element):
                yield from self.types(element, function, position, deeper)
            case ast.DictComp(value=element):
                yield from self.types(element, function, position, deeper)

    def _meant(self, node: ast.expr, function: Function) -> Module | Class | Function | Value | None:
        if isinstance(node, ast.Name | ast.Attribute) and self._is_shadowed(node, function):
            return None
        return self.program.meaning(node, function.module)

    def _types_of_value(self, expression: ast.expr, function: Function, depth: int) -> Iterator[Class]:
        meant = self.program.meaning(expression, function.module)
        if isinstance(meant, Value):
            for value in meant.module.values[meant.name]:
                yield from self.types(value, self.body(meant.module), None, depth)

    def _answer(self, function: Function) -> ast.expr | None:
        return None if isinstance(function.node, ast.Module) else function.node.returns

    def _annotated(
        self, annotation: ast.expr | None, module: Module, position: int | None, self_class: Class | None = None
    ) -> list[Class]:
        match annotation:
            case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=parts)) if position is not None:
                annotation = parts[position] if position < len(parts) else annotation
        if self_class is not None and annotation is not None and "Self" in ast.unparse(annotation):
            return [self_class]
        return self.program.classes_in(annotation, module)

    def _is_item(self, each: Class) -> bool:
        """Whether it is a stored item of a kind; the bases of all items say nothing of where one lies."""
        return each.module.name != ITEMS and each in self._items

    def _table_of(self, class_name: str) -> str | None:
        module, _, name = class_name.rpartition(".")
        names = {base.node.name for base in self.program.modules[module].classes[name].ancestry()}
        return "chat" if "ChatItem" in names else "control" if "ControlItem" in names else None
