"""When something of a tenant was indexed last: answers of the engine from before it are not given again.

A mark has a name that no other has, so that it tells two changes of one moment apart. What was indexed can be found
after the engine's next refresh: an answer of that time is as fresh as the engine is, and may lack it.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from parley import clock
from parley.search.indexing.watermark import SETTLING_MS
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, item, required_number, required_text

KEPT_SECONDS = 3600
"""Longer than any answer is kept: after it a tenant without a mark is one that nothing has changed for."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The last change of a tenant, and since when searches find it; the same as of nobody where there is none."""

    name: str = ""
    settled_at: int = 0


def read(raw: RawItem | None) -> Mark:
    if raw is None:
        return Mark()
    return Mark(required_text(raw, "mark"), required_number(raw, "indexed_at") + SETTLING_MS)


def put(tenant_ids: Iterable[str]) -> None:
    """Say that something of these tenants has been indexed. 1 WRU each."""
    now = clock.now_ms()
    marks = [
        item(
            {
                **keys.search_mark(tenant_id)._asdict(),
                "entity": "search_mark",
                "mark": secrets.token_hex(8),
                "indexed_at": now,
                "expires_at": now // 1000 + KEPT_SECONDS,
            }
        )
        for tenant_id in sorted(set(tenant_ids))
    ]
    dynamodb.map_parallel(lambda mark: dynamodb.put(settings().control_table, mark), marks)
