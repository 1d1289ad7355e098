"""The tables as data: CDK deploys them, and tests create the same ones on an emulator of their own.

`chat` holds what must last, `control` what need not (design decision 4), `audit` what nobody changes (ADR 61). All have
string keys `pk` and `sk`. The one index of `chat` is sparse: an item appears in it when it carries `gpk`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from infrastructure.access import Table


@dataclass(frozen=True)
class Index:
    """A global secondary index, and the attributes beyond all keys that it projects.

    What the collection reads need is projected, so that a page costs one Query. `read_seq` and `version` stay
    out: they change with every read, and each change of a projected attribute costs a second write.
    """

    name: str
    partition_key: str
    sort_key: str
    projected: tuple[str, ...]


@dataclass(frozen=True)
class TableDefinition:
    """A table; all are kept when the stack of a production stage goes, and have point-in-time recovery."""

    name: Table
    partition_key: str = "pk"
    sort_key: str = "sk"
    expiry_attribute: str | None = None
    indexes: tuple[Index, ...] = field(default=())


COLLECTION = Index(
    name="collection",
    partition_key="gpk",
    sort_key="gsk",
    projected=(
        "entity",
        "name",
        "avatar_url",
        "role",
        "joined_at",
    ),
)

CHAT = TableDefinition("chat", indexes=(COLLECTION,))
CONTROL = TableDefinition("control", expiry_attribute="expires_at")
AUDIT = TableDefinition("audit", expiry_attribute="expires_at")
TABLES: tuple[TableDefinition, ...] = (CHAT, CONTROL, AUDIT)


def create_table_request(table: TableDefinition, name: str) -> dict[str, Any]:
    """The arguments of boto3's `create_table` that make the same table on an emulator (its expiry apart)."""
    indexes = [
        {
            "IndexName": index.name,
            "KeySchema": _key_schema(index.partition_key, index.sort_key),
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.projected)},
        }
        for index in table.indexes
    ]
    request: dict[str, Any] = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _key_schema(table.partition_key, table.sort_key),
        "AttributeDefinitions": [
            {"AttributeName": attribute, "AttributeType": "S"} for attribute in _key_attributes(table)
        ],
    }
    return request | ({"GlobalSecondaryIndexes": indexes} if indexes else {})


def _key_schema(partition_key: str, sort_key: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition_key, "KeyType": "HASH"},
        {"AttributeName": sort_key, "KeyType": "RANGE"},
    ]


def _key_attributes(table: TableDefinition) -> Iterator[str]:
    yield from (table.partition_key, table.sort_key)
    for index in table.indexes:
        yield from (index.partition_key, index.sort_key)
