"""The actions of a transaction, each on one item: all of up to 100 are written, or none."""

from typing import Any

from parley.tables import dynamodb
from parley.tables.attributes import RawItem
from parley.tables.expressions import Condition, Update, free, write_arguments
from parley.tables.keys import Key

Action = dict[str, Any]
"""One of DynamoDB's `TransactItems`."""


def put(table: str, item: RawItem, *, condition: Condition | None = None, tell: bool = False) -> Action:
    """Write an item. With `tell`, a refusal holds the item that stands there (`TransactionRefused.item`)."""
    return {"Put": {"TableName": table, "Item": item, **write_arguments(condition=condition), **_telling(tell)}}


def put_if_absent(table: str, item: RawItem, *, tell: bool = False) -> Action:
    """Write an item where none is, or one that has expired."""
    return put(table, item, condition=free(), tell=tell)


def update(table: str, at: Key, change: Update, *, condition: Condition | None = None, tell: bool = False) -> Action:
    """Change an item in place; one that is absent is made, unless the condition says otherwise."""
    expressions = write_arguments(update=change, condition=condition)
    return {"Update": {"TableName": table, "Key": dynamodb.key(at), **expressions, **_telling(tell)}}


def check(table: str, at: Key, condition: Condition, *, tell: bool = False) -> Action:
    """Write nothing, on a condition. Costs as a write does."""
    expressions = write_arguments(condition=condition)
    return {"ConditionCheck": {"TableName": table, "Key": dynamodb.key(at), **expressions, **_telling(tell)}}


def delete(table: str, at: Key, *, condition: Condition | None = None, tell: bool = False) -> Action:
    """Delete an item, or nothing where none is."""
    expressions = write_arguments(condition=condition)
    return {"Delete": {"TableName": table, "Key": dynamodb.key(at), **expressions, **_telling(tell)}}


def _telling(tell: bool) -> Action:  # noqa: FBT001 - private, one meaning
    return {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"} if tell else {}
