"""What a function's code can reach, read from the source: the settings it can ask for, by following references.

A reference to a function or class counts as a use of all of it, so this finds too much rather than too little. What is
reached only through a value that nobody names is not found.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from infrastructure.layers import ROOT

LIBRARY = ROOT / "layers" / "parley" / "python"
Place = tuple[str, str]
"""A module, and a name at its top level."""


@dataclass(frozen=True)
class Module:
    """A module's top level, and what its names stand for that are imported anywhere in it."""

    definitions: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imports: dict[str, Place] = field(default_factory=dict)


def _file(name: str) -> Path | None:
    path = Path(*name.split("."))
    for base in (LIBRARY, ROOT):
        for file in (base / path.with_suffix(".py"), base / path / "__init__.py"):
            if file.is_file():
                return file
    return None


@cache
def _module(name: str) -> Module:
    found = Module()
    file = _file(name)
    tree = ast.parse(file.read_text() if file else "")
    for statement in tree.body:
        names = [statement.name] if isinstance(statement, ast.FunctionDef | ast.ClassDef) else []
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names = [node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]
        for each in names:
            found.definitions.setdefault(each, []).append(statement)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                found.imports[alias.asname or alias.name] = (node.module, alias.name)
    return found


def _resolve(place: Place) -> Place | None:
    """Where a name is defined, through re-exports; a module has no name of its own."""
    module, name = place
    if not module.startswith("parley"):
        return None
    if _file(f"{module}.{name}"):
        return (f"{module}.{name}", "")
    known = _module(module)
    if name in known.definitions:
        return place
    return _resolve(known.imports[name]) if name in known.imports else None


def _references(module: str, node: ast.AST) -> Iterator[Place]:
    known = _module(module)
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            if each.id in known.definitions:
                yield (module, each.id)
            elif each.id in known.imports and (target := _resolve(known.imports[each.id])) and target[1]:
                yield target
        elif isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id in known.imports:
            target = _resolve(known.imports[each.value.id])
            there = _resolve((target[0], each.attr)) if target and not target[1] else None
            if there and there[1]:
                yield there


def _settings(node: ast.AST) -> Iterator[Place]:
    """The members of settings that some code reads: `settings().region`, or through a variable."""

    def group(value: ast.AST) -> str | None:
        called = isinstance(value, ast.Call) and isinstance(value.func, ast.Name)
        name = value.func.id if called else ""  # type: ignore[attr-defined]
        return name if name.endswith("settings") else None

    kept = {
        each.targets[0].id: group(each.value)
        for each in ast.walk(node)
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
    }
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute):
            name = kept.get(each.value.id) if isinstance(each.value, ast.Name) else group(each.value)
            if name:
                yield (name, each.attr)


@cache
def settings_of(function: str, without: frozenset[Place] = frozenset()) -> frozenset[Place]:
    """The settings that a function's code can ask for, each as the name of its group and the member.

    `without` are places that it names and does not come to.
    """
    module = f"functions.{function.replace('/', '.')}"
    file = _file(module)
    assert file, function
    found: set[Place] = set()
    seen: set[Place] = set(without)
    waiting: list[tuple[str, ast.AST]] = [(module, ast.parse(file.read_text()))]
    while waiting:
        where, node = waiting.pop()
        found.update(_settings(node))
        for place in _references(where, node):
            if place not in seen:
                seen.add(place)
                waiting += [(place[0], statement) for statement in _module(place[0]).definitions[place[1]]]
    return frozenset(found)
