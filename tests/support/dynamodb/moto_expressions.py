"""moto's update expressions at a fraction of the time: each is parsed once, and its tree walked without asking twice.

moto 5.2 parses an expression two or three times a call, copies its tree with `copy.deepcopy`, and walks the copy ten
times; at each node it builds anew the table of what is done with which class. What it checks and does is the same here,
but for what it has already found right in the same expression with the same names.
"""

from collections.abc import Callable
from copy import deepcopy
from functools import cache, lru_cache
from typing import Any

from moto.dynamodb.parsing import ast_nodes, expressions
from moto.dynamodb.parsing.validators import (
    ActionCountValidator,
    OverlappingPathsValidator,
    UpdateExpressionValidator,
    UpdateHashRangeKeyValidator,
)

NODES: Any = ast_nodes
PARSER: Any = expressions

OF_THE_EXPRESSION = (ActionCountValidator, OverlappingPathsValidator, UpdateHashRangeKeyValidator)
"""What these find depends on nothing but the expression, its names and the table's keys."""
MOST_EXPRESSIONS = 4096


@cache
def _is(kind: Any, wanted: Any) -> bool:
    """`issubclass` of classes that never change: that of abstract classes is slow."""
    return issubclass(kind, wanted)


def _copied(node: Any, memo: dict[int, Any]) -> Any:
    copied = object.__new__(type(node))
    copied.__dict__.update(node.__dict__)
    if node.children is not None:
        copied.children = [deepcopy(child, memo) for child in node.children]
        for child in copied.children:
            if hasattr(child, "parent"):
                child.parent = copied
    return copied


def _traverse(self: Any, root: Any) -> Any:
    processors: dict[type, Callable[[Any], Any]] = self._processing_map()
    chosen: dict[type, Callable[[Any], Any] | None] = {}

    def walk(node: Any, place: int) -> Any:
        kind: Any = type(node)
        if not _is(kind, NODES.Node):
            return node
        parent = node.parent
        for index, child in enumerate(node.children or ()):
            self.pre_processing_of_child(node, index)
            walk(child, index)
        if kind not in chosen:
            chosen[kind] = next((process for each, process in processors.items() if _is(kind, each)), None)
        process = chosen[kind]
        if process is not None:
            node = process(node)
            node.parent = parent
            if parent is not None:
                parent.children[place] = node
        return node

    return walk(root, -1)


def _find_clauses(self: Any, kinds: Any) -> list[Any]:
    found = []
    for child in self.children or ():
        kind: Any = type(child)
        if kind in kinds:
            found.append(child)
        elif _is(kind, NODES.Expression) or _is(kind, NODES.UpdateExpressionFunction):
            found += child.find_clauses(kinds)
    return found


def _validate(self: Any) -> Any:
    tree = self.node_to_validate
    right = tree.found_right  # one set of all copies of a parsed expression
    asked = (*self.table.table_key_attrs, *sorted((self.expression_attribute_names or {}).items()))
    for processor in self.processors:
        if asked not in right or not isinstance(processor, OF_THE_EXPRESSION):
            tree = processor.traverse(tree)
    right.add(asked)
    return tree


def lighten() -> None:
    """Change moto in this process."""
    NODES.Node.__deepcopy__ = _copied
    NODES.Node.find_clauses = _find_clauses
    NODES.DepthFirstTraverser.traverse = _traverse
    validator: Any = UpdateExpressionValidator
    validator.validate = _validate
    parser = PARSER.UpdateExpressionParser
    make = parser.make

    @lru_cache(MOST_EXPRESSIONS)
    def made(expression: str) -> Any:
        tree = make(expression)
        tree.found_right = set()
        return tree  # which is copied before it is changed

    parser.make = made
