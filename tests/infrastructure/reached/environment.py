"""The settings that a function can ask for: those read in whatever it calls or hands on, and the tables it works on."""

import ast
from functools import cache

from tests.infrastructure.reached.flow import Flow
from tests.infrastructure.reached.program import Function

ITEMS = "parley.tables.items"
"""The items of both tables share code that asks for either: which one is meant, `Flow.uses` knows."""


def settings_of(flow: Flow, function: str, without: frozenset[str] = frozenset()) -> set[tuple[str, str]]:
    """Each as the name of its group and the member. `without` are functions that are named and never come to."""
    module = f"functions.{function.replace('/', '.')}"
    reached = [each for each in flow.reached(module, without) if each.module.name != ITEMS]
    names = {each.name for each in reached}
    used = {use.table for use in flow.uses(module) if use.origin.rpartition(":")[0] in names}
    return {each for one in reached for each in _read(one)} | {("settings", f"{table}_table") for table in used}


@cache
def _read(function: Function) -> frozenset[tuple[str, str]]:
    """What a function's own code reads: `settings().region`, or through a variable."""
    kept = {
        each.targets[0].id: _group(each.value)
        for each in function.nodes
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
    }
    read = set()
    for each in function.nodes:
        if isinstance(each, ast.Attribute):
            name = kept.get(each.value.id, "") if isinstance(each.value, ast.Name) else _group(each.value)
            read |= {(name, each.attr)} if name else set()
    return frozenset(read)


def _group(value: ast.AST) -> str:
    match value:
        case ast.Call(func=ast.Name(id=name)) if name.endswith("settings"):
            return name
    return ""
