"""What a value is made of: the key spaces and tables that went into it, and the parameters that they came by."""

import ast
import importlib
import inspect
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal

from infrastructure.access import KeySpace
from parley.tables.keys.parts import Key
from tests.infrastructure.reached.objects import Objects
from tests.infrastructure.reached.program import Class, Function, Program, Value
from tests.support.aws.aws_calls import partition_spaces

BOTTOM = "parley.tables.dynamodb"
KEYS = "parley.tables.keys"
KEY_PARAMETERS = ("at", "keys", "item", "items", "pk")
"""What the functions of the bottom call the key, or what holds it."""
BEHIND_THE_INDEX: dict[KeySpace, KeySpace] = {
    "conversation": "user",
    "directory": "user",
    "files": "media",
    "conversations": "conversation",
    "flags": "conversation",
}
"""The key space of the items that a partition of the index lists."""

Kind = Literal["space", "table", "class", "index", "parameter", "unknown"]
Atom = tuple[Kind, str]
Atoms = frozenset[Atom]
NOTHING: Atoms = frozenset()
UNKNOWN: Atom = ("unknown", "")
TABLES: Atoms = frozenset({("table", "chat"), ("table", "control"), ("table", "audit")})


@cache
def space_of(module: str, name: str) -> KeySpace | None:
    """The key space of the partitions that a function below `parley.tables.keys` makes.

    None for one that makes a sort key, or that reads a part of a key.
    """
    function = getattr(importlib.import_module(module), name)
    taken = inspect.signature(function).parameters.values()
    given = [1 if each.annotation is int else "T#x1#x1" if each.name.endswith("pk") else "x1" for each in taken]
    try:
        made = function(*given)
    except (ValueError, IndexError, AttributeError):
        return None
    found = partition_spaces(made.pk if isinstance(made, Key) else str(made))
    return found[0] if found else None


class Values(Objects):
    """What the values of a program are made of. `returned` has it for what each function gives back."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.returned: dict[Function, Atoms] = {}
        self._item_spaces: dict[Class, Atoms] = {}

    def _returns(self, function: Function) -> Atoms:
        found = NOTHING
        inner = {id(below) for each in function.inner.values() for below in ast.walk(each)}
        for node in function.nodes:
            match node:
                case ast.Return(value=value) | ast.Yield(value=value) | ast.YieldFrom(value=value):
                    found |= self.evaluate(value, function) if value and id(node) not in inner else NOTHING
        return found

    def evaluate(self, expression: ast.expr, function: Function) -> Atoms:
        """The key spaces and tables that went into a value, and the parameters that they came by."""
        return self._evaluated(expression, function, frozenset())

    def _evaluated(self, expression: ast.expr, function: Function, seen: frozenset[str]) -> Atoms:
        match expression:
            case ast.Name() | ast.Attribute() if spaces := self._of_items(expression, function):
                return spaces
            case ast.Name(id=name):
                found = frozenset({("parameter", name)}) if name in function.parameters else NOTHING
                if f"{name}" in seen:
                    return NOTHING
                if self._is_local(name, function):
                    for value, _ in function.bindings.get(name, ()):
                        found |= self._evaluated(value, function, seen | {name})
                    return found  # type: ignore[return-value]
                meant = self.program.meaning(expression, function.module)
                if isinstance(meant, Class):
                    return frozenset({("class", meant.name)})
                return self._of_module_value(meant, seen)
            case ast.Attribute(value=base, attr=name):
                if name in {"chat_table", "control_table", "audit_table"}:
                    return frozenset({("table", name.removesuffix("_table"))})
                meant = self._meant(expression, function)
                if isinstance(meant, Value):
                    return self._of_module_value(meant, seen)
                for owner in self.types(base, function):
                    method = owner.method(name)
                    if method is not None and method.is_property and not self._is_item(owner):
                        return self._bind(self.returned.get(method, NOTHING), method, function, None, base, seen)
                return self._evaluated(base, function, seen)
            case ast.Call():
                return self._answered(expression, function, seen)
            case ast.IfExp(body=one, orelse=other):
                return self._evaluated(one, function, seen) | self._evaluated(other, function, seen)
            case ast.Subscript(value=base) | ast.Starred(value=base) | ast.NamedExpr(value=base):
                return self._evaluated(base, function, seen)
            case ast.Lambda(body=body):
                return self._evaluated(body, function, seen)
            case ast.Dict():
                return self._all(_parts_of(expression), function, seen)
            case ast.BinOp(left=one, right=other):
                return self._all([one, other], function, seen)
            case ast.BoolOp(values=values) | ast.Tuple(elts=values) | ast.List(elts=values) | ast.Set(elts=values):
                return self._all(values, function, seen)
            case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element) | ast.SetComp(elt=element):
                return self._evaluated(element, function, seen)
            case ast.DictComp(key=one, value=other):
                of_key = self._evaluated(one, function, seen)
                return of_key if has_spaces(of_key) else of_key | self._evaluated(other, function, seen)
            case ast.Yield(value=value) | ast.YieldFrom(value=value) if value is not None:
                return self._evaluated(value, function, seen)
        return NOTHING

    def _all(self, expressions: Iterable[ast.expr], function: Function, seen: frozenset[str]) -> Atoms:
        found = NOTHING
        for each in expressions:
            found |= self._evaluated(each, function, seen)
        return found

    def _of_module_value(self, meant: object, seen: frozenset[str]) -> Atoms:
        if not isinstance(meant, Value) or f"{meant.module.name}.{meant.name}" in seen:
            return NOTHING
        found = NOTHING
        for value in meant.module.values[meant.name]:
            found |= self._evaluated(value, self.body(meant.module), seen | {f"{meant.module.name}.{meant.name}"})
        return found

    def _answered(self, call: ast.Call, function: Function, seen: frozenset[str]) -> Atoms:
        """What a call gives back."""
        meant = self._meant(call.func, function)
        if isinstance(call.func, ast.Name) and (functions := self._held(call.func.id, function)):
            found = NOTHING
            for each in functions:
                found |= self._bind(self.returned.get(each, NOTHING), each, function, call, None, seen)
            return found
        if isinstance(meant, Function):
            if meant.module.name.startswith(KEYS):
                if meant.name.endswith("_under"):  # a key below another
                    return self._all(call.args[:1], function, seen)
                space = space_of(meant.module.name, meant.name.split(".")[-1])
                return frozenset({("space", space)}) if space else NOTHING
            if meant.module.name == BOTTOM and meant.name.split(".")[-1] in {"get", "batch_get", "query", "every"}:
                return self._read(call, meant, function, seen)
            receiver = call.func.value if isinstance(call.func, ast.Attribute) and meant.is_bound else None
            return self._bind(self.returned.get(meant, NOTHING), meant, function, call, receiver, seen)
        if isinstance(call.func, ast.Attribute) and meant is None:
            if call.func.attr == "table":
                items = [each for each in self.types(call.func.value, function) if self._table_of(each.name)]
                classes = frozenset(("class", each.name) for each in items)
                return classes or self._evaluated(call.func.value, function, seen)  # type: ignore[return-value]
            owners = self.types(call.func.value, function)
            methods = [method for owner in owners if (method := owner.method(call.func.attr))]
            if methods and not all(self._is_item(owner) for owner in owners):
                found = NOTHING
                for method in methods:
                    answer = self.returned.get(method, NOTHING)
                    found |= self._bind(answer, method, function, call, call.func.value, seen)
                return found
        given = [*call.args, *(each.value for each in call.keywords)]
        if isinstance(meant, Class):
            made = self._all(given, function, seen) - TABLES
            stored = self._item_spaces.get(meant, NOTHING) or made
            return stored | {("class", meant.name)} if self._is_item(meant) else made
        if isinstance(call.func, ast.Attribute) and call.func.attr == "values":
            return self._values(call.func.value, function, seen)
        base = [call.func.value] if isinstance(call.func, ast.Attribute) else []
        return self._all([*base, *given], function, seen) - TABLES

    def _held(self, name: str, function: Function) -> list[Function]:
        """The functions that a local name may hold."""
        values = [value for value, _ in function.bindings.get(name, ()) if self._is_local(name, function)]
        values += [each for value in values if isinstance(value, ast.Tuple | ast.List) for each in value.elts]
        meant = [self._meant(value, function) for value in values]
        return [each for each in meant if isinstance(each, Function)]

    def _values(self, expression: ast.expr, function: Function, seen: frozenset[str]) -> Atoms:
        """What the values of a dictionary are made of, its keys left out where that can be told."""
        made = [expression]
        if isinstance(expression, ast.Name):
            made = [value for value, _ in function.bindings.get(expression.id, ())]
        if made and all(isinstance(each, ast.DictComp) for each in made):
            return self._all([each.value for each in made if isinstance(each, ast.DictComp)], function, seen)
        return self._evaluated(expression, function, seen)

    def _read(self, call: ast.Call, meant: Function, function: Function, seen: frozenset[str]) -> Atoms:
        """Items lie in the partition that was asked for; those that the index lists, where it says."""
        given = dict(zip(meant.positional, call.args, strict=False))
        given |= {each.arg: each.value for each in call.keywords if each.arg}
        key = next(given[name] for name in KEY_PARAMETERS if name in given)
        found = self._evaluated(key, function, seen)
        if "index" not in given or self._index(given["index"], function) == frozenset({("index", "")}):
            return found
        return frozenset(
            ("space", BEHIND_THE_INDEX.get(name, name)) if kind == "space" else (kind, name)  # type: ignore[call-overload]
            for kind, name in found
        )

    def _bind(
        self,
        atoms: Atoms,
        called: Function,
        function: Function,
        call: ast.Call | None,
        receiver: ast.expr | None,
        seen: frozenset[str],
    ) -> Atoms:
        """Atoms of a called function, with what the caller gives in place of its parameters."""
        found: set[Atom] = set()
        arguments: Mapping[str, list[ast.expr]] | None = None
        for atom in atoms:
            if atom[0] != "parameter":
                found.add(atom)
                continue
            arguments = arguments if arguments is not None else arguments_of(called, call, receiver)
            for value in arguments.get(atom[1], ()):
                found |= self._evaluated(value, function, seen)
        return frozenset(found)

    def _of_items(self, expression: ast.expr, function: Function) -> Atoms:
        """Where the items are stored that an expression is known to hold, for classes that have one place alone."""
        items = [each for each in self.types(expression, function) if self._is_item(each)]
        found = NOTHING
        for each in (kind for item in items for kind in self.program.kinds[item]):
            found |= self._item_spaces.get(each, NOTHING)
        return found | {("class", each.name) for each in items} if found else NOTHING

    def _constructed(self) -> dict[Class, Atoms]:
        found: dict[Class, Atoms] = dict.fromkeys((c for c in self.program.classes() if self._is_item(c)), NOTHING)
        for function in self.program.functions:
            for node in function.nodes:
                if isinstance(node, ast.Call):
                    match node.func:
                        case ast.Attribute(value=named, attr="at") | named:
                            meant = self._meant(named, function)
                    if isinstance(meant, Class) and meant in found:
                        pk = [each.value for each in node.keywords if each.arg in {"pk", "at"}]
                        made = self._all([*pk, *node.args], function, frozenset())
                        found[meant] |= frozenset(atom for atom in made if atom[0] == "space")
        return {each: spaces if len(spaces) == 1 else NOTHING for each, spaces in found.items()}

    def _index(self, expression: ast.expr, function: Function) -> Atoms:
        match expression:
            case ast.Constant(value=value):
                return frozenset({("index", str(value or ""))})
            case ast.IfExp(body=one, orelse=other):
                return self._index(one, function) | self._index(other, function)
            case ast.Name(id=name) if name in function.parameters:
                return frozenset({("parameter", name)})
        meant = self._meant(expression, function)
        if isinstance(meant, Value):
            return self._index(meant.module.values[meant.name][0], self.body(meant.module))
        return frozenset({("index", "")})


def arguments_of(called: Function, call: ast.Call | None, receiver: ast.expr | None) -> dict[str, list[ast.expr]]:
    """What a call gives for each parameter. One that is handed on is given nothing."""
    found: dict[str, list[ast.expr]] = {}
    names = list(called.positional)
    if called.is_bound and names:
        first = names.pop(0)
        if receiver is not None:
            found[first] = [receiver]
    if call is None:
        return found
    for position, value in enumerate(call.args):
        if isinstance(value, ast.Starred):
            for name in names[position:]:
                found.setdefault(name, []).append(value.value)
            break
        if position < len(names):
            found.setdefault(names[position], []).append(value)
    for keyword in call.keywords:
        if keyword.arg is not None:
            found.setdefault(keyword.arg, []).append(keyword.value)
    return found


def _parts_of(node: ast.Dict) -> list[ast.expr]:
    """What tells where a dictionary's item lies, where it is an item or names one; else all of it."""
    named = named_in(node)
    telling = [named[name] for name in ("pk", "Key", "Item", "TableName") if name in named]
    spread = [value for name, value in zip(node.keys, node.values, strict=True) if name is None]
    return telling or spread or [*(name for name in node.keys if name is not None), *node.values]


def named_in(node: ast.Dict) -> dict[object, ast.expr]:
    """The values of a dictionary by those of its keys that are constants."""
    pairs = zip(node.keys, node.values, strict=True)
    return {name.value: value for name, value in pairs if isinstance(name, ast.Constant)}


def has_spaces(atoms: Atoms) -> bool:
    return any(kind == "space" for kind, _ in atoms)
