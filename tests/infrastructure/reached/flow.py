"""Which items a function can reach in DynamoDB, on every path: table, action, index and key space of each call.

A function's calls are those that it makes and those of all that it calls or hands on, with what it gives them in place
of their parameters. Nothing is executed, so no branch is missed; conditions are not looked at. What a call works on is
traced back to the function of `parley.tables.keys` that made the key; where that fails, `places.py` states it.

The bottom is `parley.tables.dynamodb`: a function there that uses `client().update_item` makes an `UpdateItem` on its
parameters `table` and `at`. An action of a transaction is a dictionary with one of the keys of `TRANSACTION`, wherever
it is written.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from infrastructure.access import KeySpace
from tests.infrastructure.reached.places import WORKS_ON
from tests.infrastructure.reached.program import BUILT_IN_METHODS, FILES, Class, Function, Program, Value
from tests.infrastructure.reached.values import (
    BOTTOM,
    KEY_PARAMETERS,
    NOTHING,
    UNKNOWN,
    Atom,
    Atoms,
    Values,
    arguments_of,
    named_in,
)

HANDLERS = "functions."
TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
WITHOUT_KEYS = {"transact_write_items", "export_table_to_point_in_time", "describe_export", "scan"}
"""Operations of the client that name no key: the actions of a transaction are seen where they are made, the others
are statements of the one function that has them."""
FOREIGN: dict[str, tuple[tuple[str, str, KeySpace], ...]] = {
    "parley.search.engine.engine_client.guard": tuple(
        (action, "control", "breakers") for action in ("GetItem", "UpdateItem")
    ),
}
"""What other people's code does with the client that these functions hand to it: Powertools' circuit breaker."""


@dataclass(frozen=True)
class Access:
    """A call, its parts traced as far as its function's own parameters; `origin` is where the library makes it."""

    action: str
    tables: Atoms
    keys: Atoms
    indexes: Atoms
    origin: str = ""

    @property
    def parameters(self) -> frozenset[str]:
        return frozenset(name for kind, name in self.tables | self.keys | self.indexes if kind == "parameter")


@dataclass(frozen=True)
class Use:
    """A call as a grant knows it; without a space, it was not found out which."""

    action: str
    table: str
    index: str | None
    space: KeySpace | None
    origin: str


class Flow(Values):
    """The calls of every function of a program."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.accesses: dict[Function, frozenset[Access]] = {}
        self.stated: set[str] = set()
        """The entries of `WORKS_ON` that were needed."""
        self._calls: dict[Function, list[tuple[Function, ast.Call | None, ast.expr | None]]] = {}
        every = [*program.functions, *(self.body(module) for module in program.modules.values())]
        self._settle(every)

    def _settle(self, every: list[Function]) -> None:
        for _ in range(2):
            for _ in range(6):
                before = dict(self.returned)
                self.returned |= {function: self._returns(function) for function in every}
                if before == self.returned:
                    break
            self._item_spaces = self._constructed()
        self._calls = {function: list(self._reached(function)) for function in every}
        callers: dict[Function, set[Function]] = {}
        for function, calls in self._calls.items():
            for called, _call, _receiver in calls:
                callers.setdefault(called, set()).add(function)
        self.accesses = {function: frozenset(self._direct(function)) for function in every}
        own = dict(self.accesses)
        waiting = dict.fromkeys(every)
        while waiting:
            function, _ = waiting.popitem()
            found = set(own[function])
            for called, call, receiver in self._calls[function]:
                for access in self.accesses[called]:
                    found.add(self._substituted(access, called, function, call, receiver))
            if found != self.accesses[function]:
                self.accesses[function] = frozenset(found)
                waiting |= dict.fromkeys(callers.get(function, ()))

    @property
    def called(self) -> Mapping[Function, set[Function]]:
        """What each function calls or hands on."""
        return {function: {called for called, _, _ in calls} for function, calls in self._calls.items()}

    # What a function calls

    def _direct(self, function: Function) -> Iterator[Access]:
        """The calls at the bottom, and the actions of transactions."""
        for action, table, space in FOREIGN.get(function.name, ()):
            parts = (frozenset({("table", table)}), frozenset({("space", space)}), frozenset({("index", "")}))
            yield Access(action, *parts, function.name)  # type: ignore[arg-type]
        for node in function.nodes:
            if (operation := client_operation(node)) and function.module.name == BOTTOM:
                if operation not in WITHOUT_KEYS:
                    action = "".join(word.capitalize() for word in operation.split("_"))
                    key = next(name for name in KEY_PARAMETERS if name in function.parameters)
                    index = [("parameter", "index")] if "index" in function.parameters else [("index", "")]
                    given = (frozenset({("parameter", "table")}), frozenset({("parameter", key)}), frozenset(index))
                    yield Access(action, *given)  # type: ignore[arg-type]
            elif isinstance(node, ast.Dict):
                yield from self._transaction_action(node, function)

    def _transaction_action(self, node: ast.Dict, function: Function) -> Iterator[Access]:
        for kind, arguments in zip(node.keys, node.values, strict=True):
            if not isinstance(kind, ast.Constant) or kind.value not in TRANSACTION or len(node.keys) != 1:
                continue
            action = TRANSACTION[str(kind.value)]
            tables = keys_of = NOTHING
            for given in self._dictionaries(arguments, function):
                named = named_in(given)
                tables |= self.evaluate(named["TableName"], function) if "TableName" in named else NOTHING
                keys_of |= self._all([named[n] for n in ("Key", "Item") if n in named], function, frozenset())
            if not tables:
                tables = keys_of = self.evaluate(arguments, function)
            origin = f"{function.name}:{node.lineno}"
            yield Access(action, tables, keys_of, frozenset({("index", "")}), "" if _is_plumbing(function) else origin)

    def _dictionaries(self, expression: ast.expr, function: Function) -> Iterator[ast.Dict]:
        if isinstance(expression, ast.Dict):
            yield expression
        elif isinstance(expression, ast.BinOp):
            yield from self._dictionaries(expression.left, function)
            yield from self._dictionaries(expression.right, function)
        elif isinstance(expression, ast.Name):
            for value, _ in function.bindings.get(expression.id, ()):
                yield from self._dictionaries(value, function)

    def _reached(self, function: Function) -> Iterator[tuple[Function, ast.Call | None, ast.expr | None]]:
        """Each function that this one calls, with the call, or that it names, hands on or constructs."""
        called = {id(node.func): node for node in function.nodes if isinstance(node, ast.Call)}
        nodes: list[ast.AST] = list(function.nodes)
        if function.module.name.startswith(HANDLERS):  # Powertools calls what a parameter depends on
            nodes += [below for each in function.annotations.values() for below in ast.walk(each)]
        for node in nodes:
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                call = called.get(id(node))
                receiver = node.value if isinstance(node, ast.Attribute) else None
                for target in self.targets(node, function):
                    bound = receiver if target.is_bound else None
                    yield target, call, bound
            if isinstance(node, ast.With):  # entering and leaving
                for item in node.items:
                    for each in self.types(item.context_expr, function):
                        yield from ((m, None, None) for n in ("__enter__", "__exit__") if (m := each.method(n)))

    def targets(self, node: ast.Name | ast.Attribute, function: Function) -> Iterator[Function]:
        """The functions that a name may stand for."""
        if isinstance(node, ast.Name) and self._is_local(node.id, function):
            return
        meant = None if self._is_shadowed(node, function) else self.program.meaning(node, function.module)
        if isinstance(meant, Function):
            yield meant
        elif isinstance(meant, Class):
            yield from self._construction(meant)
        elif isinstance(meant, Value):
            yield from self._of_value(meant)
        elif isinstance(node, ast.Attribute) and meant is None:
            yield from self._methods(node, function)

    def _construction(self, made: Class) -> Iterator[Function]:
        """What runs when an object is made; of a class that a framework calls, all of it."""
        foreign = {ast.unparse(base).split("[")[0].split(".")[-1] for base in made.node.bases} - HARMLESS
        ours = {base.node.name for base in made.ancestry()}
        for each in made.ancestry():
            for name, method in each.methods.items():
                framework = bool(foreign - ours) or name.startswith("__") or method.decorators & VALIDATING
                if framework:
                    yield method

    @cache  # noqa: B019 - as long as the program
    def _value_functions(self, value: Value) -> tuple[Function, ...]:
        found: list[Function] = []
        body = self.body(value.module)
        for expression in value.module.values[value.name]:
            for node in ast.walk(expression):
                if isinstance(node, ast.Name | ast.Attribute):
                    meant = self.program.meaning(node, value.module)
                    if meant != value:
                        found += self.targets(node, body)
        return tuple(found)

    def _of_value(self, value: Value) -> Iterator[Function]:
        """What a table of functions, a dependency or another module-level value names."""
        yield from self._value_functions(value)

    def _methods(self, node: ast.Attribute, function: Function) -> Iterator[Function]:
        """A method of an object: of its class where that is known, or else of every class that has one by this name."""
        known = self.types(node.value, function)
        found = [method for each in known if (method := each.method(node.attr))]
        if known:
            below = [each for base in known for each in self.program.kinds[base]]
            found += [each.methods[node.attr] for each in below if node.attr in each.methods]
            yield from dict.fromkeys(found)
        elif node.attr not in BUILT_IN_METHODS | FILES and not self._is_foreign(node, function):
            yield from self.program.methods.get(node.attr, ())

    def _is_foreign(self, node: ast.Attribute, function: Function) -> bool:
        """Whether it belongs to a module or a class that is not ours."""
        base: ast.expr = node.value
        while isinstance(base, ast.Attribute | ast.Call | ast.Subscript):
            base = base.func if isinstance(base, ast.Call) else base.value
        if not isinstance(base, ast.Name) or self._is_local(base.id, function):
            return False
        source = function.module.imports.get(base.id)
        return source is not None and source[0].split(".")[0] not in {"parley", "functions"}

    # From a called function to its caller

    def _substituted(
        self, access: Access, called: Function, function: Function, call: ast.Call | None, receiver: ast.expr | None
    ) -> Access:
        if not access.parameters and access.origin:
            return access
        line = call.lineno if call is not None else getattr(called.node, "lineno", 0)
        origin = access.origin or ("" if _is_plumbing(function) else f"{function.name}:{line}")
        arguments = arguments_of(called, call, receiver)

        def given(atoms: Atoms) -> Atoms:
            found: set[Atom] = set()
            for kind, name in atoms:
                if kind != "parameter":
                    found.add((kind, name))
                elif name in arguments:
                    for value in arguments[name]:
                        found |= self.evaluate(value, function)
            return frozenset(found)

        indexes: set[Atom] = set()
        for kind, name in access.indexes:
            if kind != "parameter":
                indexes.add((kind, name))
            elif arguments.get(name):
                indexes |= self._index(arguments[name][0], function)
            else:
                indexes.add(("index", ""))
        return replace(
            access,
            tables=given(access.tables),
            keys=given(access.keys) or frozenset({UNKNOWN}),
            indexes=frozenset(indexes),
            origin=origin,
        )

    # The answer

    def uses(self, module: str) -> frozenset[Use]:
        """What the function in a module under `functions/` can call."""
        accesses = {access for function in self._of(module) for access in self.accesses[function]}
        return frozenset(use for access in accesses for use in self._as_uses(access))

    def reached(self, module: str, without: frozenset[str] = frozenset()) -> set[Function]:
        """What the function in a module under `functions/` can call or hand on, but for functions of these names."""
        found: set[Function] = set()
        waiting = self._of(module)
        while waiting:
            function = waiting.pop()
            if function not in found and function.name not in without:
                found.add(function)
                waiting += [called for called, _, _ in self._calls[function]]
        return found

    def _of(self, module: str) -> list[Function]:
        root = self.program.modules[module]
        methods = [method for each in root.classes.values() for method in each.methods.values()]
        return [*root.functions.values(), self.body(root), *methods]

    def _as_uses(self, access: Access) -> Iterator[Use]:
        """What an access is to a grant, by the statement in `WORKS_ON` where there is one."""
        name = access.origin.rpartition(":")[0]
        stated = WORKS_ON.get(f"{access.action} {name}", WORKS_ON.get(name))
        if stated is not None:
            self.stated.add(f"{access.action} {name}" if f"{access.action} {name}" in WORKS_ON else name)
        for _, index in access.indexes:
            for table, space in self._places(access):
                if stated is None:
                    yield Use(access.action, table, index or None, space, access.origin)
            for table, stated_space in stated or ():
                yield Use(access.action, table, index or None, stated_space, access.origin)

    def _places(self, access: Access) -> Iterator[tuple[str, KeySpace | None]]:
        tables = {name for kind, name in access.tables if kind == "table"}
        classes = {name for kind, name in access.tables if kind == "class"}
        spaces: set[KeySpace | None] = {name for kind, name in access.keys if kind == "space"}  # type: ignore[misc]
        if not tables and classes:
            for each in self._item_spaces:
                if each.name in classes and (table := self._table_of(each.name)):
                    of_class = {name for kind, name in self._item_spaces[each] if kind == "space"}
                    yield from ((table, space) for space in of_class or spaces or {None})  # type: ignore[misc]
            return
        for table in tables or {"?"}:
            yield from ((table, space) for space in spaces or {None})


def client_operation(node: ast.AST) -> str | None:
    """`update_item` of `client().update_item`."""
    match node:
        case ast.Attribute(value=ast.Call(func=ast.Name(id="client")), attr=operation) if operation != "meta":
            return operation
    return None


def _is_plumbing(function: Function) -> bool:
    return function.module.name.startswith("parley.tables.")


HARMLESS = {
    "BaseModel",
    "AttributeContainer",
    "Enum",
    "StrEnum",
    "NamedTuple",
    "Exception",
    "RuntimeError",
    "ValueError",
} | {"Protocol"}
"""Other people's classes that call no method of what derives from them, apart from those in `VALIDATING`."""
VALIDATING = {"model_validator", "field_validator", "field_serializer", "model_serializer"}
