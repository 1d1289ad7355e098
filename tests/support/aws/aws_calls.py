"""Every DynamoDB call that a handler makes, seen at the client: recorded for tests, held against the route's grants."""

import fnmatch
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from infrastructure.access import KEY_PATTERNS, Grant, KeySpace
from infrastructure.tables import COLLECTION
from parley.settings import settings
from tests.support.dynamodb.client_calls import before_calls


@functools.lru_cache
def partition_spaces(partition: str) -> tuple[KeySpace, ...]:
    """The key spaces that a partition lies in."""
    return tuple(
        space
        for space, pattern in KEY_PATTERNS.items()
        if fnmatch.fnmatchcase(partition, pattern.like)
        and not (pattern.not_like and fnmatch.fnmatchcase(partition, pattern.not_like))
    )


@dataclass(frozen=True)
class Access:
    """One use of one partition: the IAM action that it needs, the logical table, the partition key, the index."""

    action: str
    table: str
    partition: str
    index: str | None = None

    def allowed_by(self, grant: Grant) -> bool:
        if grant.table != self.table or self.action not in grant.actions or grant.index != self.index:
            return False
        return bool(set(partition_spaces(self.partition)) & set(grant.spaces))


@dataclass
class Recording:
    """The calls of one request, in order: botocore operation names with their parameters."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _ in self.calls]

    def accesses(self) -> Iterator[Access]:
        for operation, parameters in self.calls:
            yield from _accesses(operation, parameters)

    def denied(self, grants: tuple[Grant, ...]) -> list[Access]:
        """What was done that no grant allows."""
        return [access for access in self.accesses() if not any(access.allowed_by(grant) for grant in grants)]

    def out_of_range(self) -> list[dict[str, Any]]:
        """The calls that DynamoDB refuses and moto takes: a query whose bounds cross or that starts outside of them, an
        attribute of a key that is empty or too long, a number that is too long, two actions on one item.
        """
        return [
            parameters
            for name, parameters in self.calls
            if (name == "Query" and not _is_in_range(parameters))
            or not all(map(_fits, _named_values(parameters)))
            or _repeats(parameters)
        ]


def _is_in_range(query: dict[str, Any]) -> bool:
    values = {name: value["S"].encode() for name, value in query["ExpressionAttributeValues"].items() if "S" in value}
    low, high, prefix = values.get(":low", b""), values.get(":high", b"\xff"), values.get(":prefix", b"")
    start = query.get("ExclusiveStartKey")
    if low > high or start is None:
        return bool(low <= high)
    hash_name, range_name = ("gpk", "gsk") if "IndexName" in query else ("pk", "sk")
    place = start[range_name]["S"].encode()
    complete = all(0 < len(value["S"].encode()) <= _MOST_BYTES for value in start.values())
    in_partition = start[hash_name]["S"].encode() == values[":pk"]
    return bool(complete and in_partition and low <= place <= high and place.startswith(prefix))


_MOST_BYTES = 1024
"""Of a sort key."""
_MOST_BYTES_OF_KEYS = {"pk": 2048, "sk": _MOST_BYTES, "gpk": 2048, "gsk": _MOST_BYTES}
_MOST_DIGITS, _MOST_MAGNITUDE = 38, 125


def _named_values(part: object, name: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every attribute value in the parameters of a call: the attribute's name, or the placeholder's, type and value."""
    if isinstance(part, list):
        for each in part:
            yield from _named_values(each, name)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in {"S", "N", "SS", "NS"}:
                yield name, key, value
            else:
                yield from _named_values(value, name if key in {"M", "L"} else key)


def _fits(value: tuple[str, str, Any]) -> bool:
    """Whether DynamoDB takes a value: keys are bounded, texts are UTF-8, numbers have 38 digits, sets have members."""
    name, kind, held = value
    texts = [held] if isinstance(held, str) else held
    try:
        longest = max((len(text.encode()) for text in texts), default=0)
    except UnicodeEncodeError:
        return False
    if kind in {"SS", "NS"} and not texts:
        return False
    if kind in {"N", "NS"}:
        return all(_is_number(text) for text in texts)
    bound = _MOST_BYTES_OF_KEYS.get(name.removeprefix(":"))
    return bound is None or 0 < longest <= bound


def _is_number(text: str) -> bool:
    number = Decimal(text).normalize()
    return len(number.as_tuple().digits) <= _MOST_DIGITS and abs(number.adjusted()) <= _MOST_MAGNITUDE


def _repeats(parameters: dict[str, Any]) -> bool:
    """Whether a transaction works on an item twice, or a batched read asks for one twice."""
    actions = [next(iter(action.values())) for action in parameters.get("TransactItems", [])]
    places = [(each["TableName"], _place(each.get("Key") or each["Item"])) for each in actions]
    for table, wanted in parameters.get("RequestItems", {}).items():
        if isinstance(wanted, dict):
            places += [(table, _place(at)) for at in wanted["Keys"]]
    return len(places) != len(set(places))


def _place(at: dict[str, Any]) -> tuple[str, str]:
    return at["pk"]["S"], at["sk"]["S"]


_TRANSACTION_ACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


def _accesses(operation: str, parameters: dict[str, Any]) -> Iterator[Access]:
    if operation == "BatchGetItem":
        for table, wanted in parameters["RequestItems"].items():
            for at in wanted["Keys"]:
                yield Access(operation, _logical(table), at["pk"]["S"])
    elif operation == "BatchWriteItem":
        yield from _batch_writes(parameters)
    elif operation == "TransactWriteItems":
        for action in parameters["TransactItems"]:
            for kind, arguments in action.items():
                item = arguments.get("Item") or arguments["Key"]
                yield Access(_TRANSACTION_ACTIONS[kind], _logical(arguments["TableName"]), item["pk"]["S"])
    elif operation == "Query":
        partition = parameters["ExpressionAttributeValues"][":pk"]["S"]
        index = parameters.get("IndexName")
        assert index in (None, COLLECTION.name)
        yield Access(operation, _logical(parameters["TableName"]), partition, index)
    else:
        item = parameters.get("Item") or parameters["Key"]
        yield Access(operation, _logical(parameters["TableName"]), item["pk"]["S"])


def _batch_writes(parameters: dict[str, Any]) -> Iterator[Access]:
    for table, writes in parameters["RequestItems"].items():
        for write in writes:
            item = write["PutRequest"]["Item"] if "PutRequest" in write else write["DeleteRequest"]["Key"]
            yield Access("BatchWriteItem", _logical(table), item["pk"]["S"])


def _logical(table: str) -> str:
    named = settings()
    return {named.chat_table: "chat", named.control_table: "control", named.audit_table: "audit"}[table]


_requests: list[Recording] = []
"""The requests under way: one that comes in the middle of another is the last."""


@contextmanager
def recording_request() -> Iterator[Recording]:
    """Record the DynamoDB calls of one request, without those of requests that come in the middle of it."""
    with recording(_requests) as seen:
        _requests.append(seen)
        try:
            yield seen
        finally:
            _requests.remove(seen)


@contextmanager
def recording(requests: list[Recording] | None = None) -> Iterator[Recording]:
    """Record the DynamoDB calls made inside; with `requests`, those made while this is the last of them."""
    seen = Recording()

    def record(operation: str, parameters: dict[str, Any]) -> None:
        if not requests or requests[-1] is seen:
            seen.calls.append((operation, parameters))

    with before_calls(record):
        yield seen
