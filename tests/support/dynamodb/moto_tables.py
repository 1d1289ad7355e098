"""moto's DynamoDB at a cost that does not grow with what the tables hold.

moto 5.2 copies a whole table for each action of a transaction, and keeps a reference to every table and item that it
ever made, copies included: a session's tests took 17 GiB. Here a transaction keeps copies of the items that it names,
which is what its roll-back needs, and nothing is kept beyond its use. And moto sorts all items of a table for each
query of it: here a query sees the items under its hash key alone.
"""

import copy
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.backends import get_backend
from moto.dynamodb import models
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.models.utilities import bytesize

MOST_BYTES = 405_000
"""Of an item, as moto has it."""
INDEX_NAME = 6
"""Where the index's name stands among the arguments of moto's `Table.query`, after the hash key."""


class _Forgetful(list[Any]):
    """Where moto notes every instance of a class, to be noted nowhere."""

    def append(self, _: Any) -> None:
        return


class _Copies:
    """Stands for the `copy` module in moto's backend: a table is copied as far as its transaction names it."""

    def __init__(self) -> None:
        self.actions: list[dict[str, Any]] = []
        self._tables: dict[str, Any] = {}

    def begin(self, transaction: list[dict[str, Any]]) -> None:
        self.actions = [action for item in transaction for action in item.values()]
        self._tables.clear()

    def deepcopy(self, value: Any, memo: Any = None) -> Any:
        if not isinstance(value, Table):
            return copy.deepcopy(value, memo)
        if value.name not in self._tables:
            self._tables[value.name] = self._backup(value)
        return self._tables[value.name]

    def _backup(self, table: Table) -> Any:
        bare: Any = object
        backup = bare.__new__(type(table))
        backup.__dict__.update(table.__dict__)
        backup.items = table.items.copy()
        for action in self.actions:
            if action.get("TableName") != table.name:
                continue
            key = action.get("Item") or action["Key"]
            pk, sk = DynamoType(key["pk"]), DynamoType(key["sk"])
            if pk not in table.items:
                continue
            if backup.items[pk] is table.items[pk]:
                backup.items[pk] = dict(table.items[pk])
            if sk in table.items[pk]:
                backup.items[pk][sk] = copy.deepcopy(table.items[pk][sk])
        return backup


def _narrowed(table: Table, hash_key: DynamoType | None, arguments: tuple[Any, ...], named: dict[str, Any]) -> Table:
    """The table as if it held only what is under the hash key that a query of it, or of an index, names."""
    index = arguments[INDEX_NAME] if len(arguments) > INDEX_NAME else named.get("index_name")
    narrowed = copy.copy(table)
    if index is None:
        kept = {hash_key: table.items[hash_key]} if hash_key in table.items else {}
    else:
        wanted = [(name, key.value) for name, key in named["hash_key_conditions"]]
        kept = {}
        for partition, items in table.items.items():
            for sort_key, item in items.items():
                if all(name in item.attrs and item.attrs[name].value == value for name, value in wanted):
                    kept.setdefault(partition, {})[sort_key] = item
    narrowed.items = defaultdict(dict, kept)
    return narrowed


def _item(self: Item, hash_key: DynamoType, range_key: DynamoType | None, attrs: dict[str, Any]) -> None:
    """Make an item whose size is summed up once: moto sums up what is there already at each attribute."""
    self.hash_key, self.range_key = hash_key, range_key
    held = {name: DynamoType(value) for name, value in attrs.items()}
    if sum(bytesize(name) + value.size() for name, value in held.items()) > MOST_BYTES:
        raise ItemSizeTooLarge
    self.attrs = LimitedSizeDict(held)


def _all_items(table: Table) -> list[Item]:
    """Sorted by what keys hold: moto asks two keys at each comparison what they are."""
    items = [(key, sort, item) for key, found in table.items.items() for sort, item in found.items()]
    items.sort(key=lambda held: (held[0].cast_value, held[1].cast_value))
    return [item for _, _, item in items]


def _held() -> dict[str, Table]:
    held: dict[str, Table] = get_backend("dynamodb")["123456789012"]["us-east-1"].tables
    return held


@contextmanager
def nothing_left() -> Iterator[None]:
    """Forget what was put inside, so that what walks a table never walks what ended tests have left there."""
    before = {name: {key: set(items) for key, items in table.items.items()} for name, table in _held().items()}
    yield
    for name, table in _held().items():
        kept = before.get(name, {})
        for key, items in list(table.items.items()):
            if key not in kept:
                del table.items[key]
                continue
            for sort_key in items.keys() - kept[key]:
                del items[sort_key]


def lighten() -> None:
    """Change moto in this process."""
    for tracked in (Item, Table):
        model: Any = tracked
        model.instances_tracked = _Forgetful()
    item: Any = Item
    item.__init__ = _item
    copies = _Copies()
    transact = DynamoDBBackend.transact_write_items

    def transact_write_items(self: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        copies.begin(transact_items)
        transact(self, transact_items)

    query = Table.query

    def query_narrowed(self: Table, hash_key: DynamoType | None, *arguments: Any, **named: Any) -> Any:
        return query(_narrowed(self, hash_key, arguments, named), hash_key, *arguments, **named)

    table: Any = Table
    table.query = query_narrowed
    table.all_items = _all_items
    backend: Any = DynamoDBBackend
    backend.transact_write_items = transact_write_items
    module: Any = models
    module.copy = copies
