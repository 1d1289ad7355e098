"""Whatever the tables say of a user: what an erasure must leave nothing of."""

import json
from collections.abc import Iterator
from typing import Any

from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem
from parley.tables.keys.parts import WrongKey

ALLOWED = frozenset({keys.USER_SK, keys.REVOCATION_SK})
"""The two items of the user's partition that stay, and say nothing but the id and moments."""


def items_of(table: str, tenant_id: str) -> list[RawItem]:
    """Every item of a tenant's."""
    found: list[RawItem] = []
    start: dict[str, Any] = {}
    while True:
        page = dynamodb.client().scan(TableName=table, **start)
        found += [item for item in page["Items"] if _tenant_of(item) == tenant_id]
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def _tenant_of(item: RawItem) -> str | None:
    """None for what other tests of the process have put beside tenants' items."""
    try:
        return keys.tenant_of(item["pk"]["S"])
    except WrongKey:
        return None


def states_of(tenant_id: str) -> list[RawItem]:
    """What the tenant's items say, without versions and moments, in order: equal after the same things happened.

    In `control` what expires by itself is passed over.
    """
    said = [
        {name: value for name, value in item.items() if not _differs(name)}
        for table in (settings().chat_table, settings().control_table)
        for item in items_of(table, tenant_id)
        if "expires_at" not in item
    ]
    return sorted(said, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def _differs(name: str) -> bool:
    return "version" in name or name.endswith("_at") or name in {"tokens_valid_from", "spills", "attach_token"}


def traces_of(tenant_id: str, user_id: str, *words: str) -> list[str]:
    """Where the tenant's items name a user, or say one of these texts, but for what may stay.

    In `control` what expires within hours or days by itself is passed over: rate limits, idempotency of requests, the
    log of events, and which users have been counted as active. The audit log keeps ids, and nothing that was said.
    """
    return list(_traces(tenant_id, user_id, words))


def _traces(tenant_id: str, user_id: str, words: tuple[str, ...]) -> Iterator[str]:
    own = keys.user(tenant_id, user_id)
    for table in (settings().chat_table, settings().control_table):
        for item in items_of(table, tenant_id):
            if item["pk"]["S"] == own and item["sk"]["S"] in ALLOWED and item.keys() <= _MAY_SAY:
                continue
            if "expires_at" in item:
                continue
            text = json.dumps(item, ensure_ascii=False)
            for word in (user_id, *words):
                if word in text:
                    yield f"{word!r} in {item['pk']['S']} / {item['sk']['S']}: {text}"
    for item in items_of(settings().audit_table, tenant_id):
        text = json.dumps(item, ensure_ascii=False)
        for word in words:
            if word in text:
                yield f"{word!r} in the audit log: {text}"


_MAY_SAY = {
    "pk", "sk", "entity", "version", "user_id", "erased_at", "erased_version", "tokens_valid_from",
}  # fmt: skip
