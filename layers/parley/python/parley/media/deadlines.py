"""Deadlines of files: uploads that may expire, checks that may be stuck, files to remove from S3.

An entry says only which file, and when; what to do follows from the file's own state then. So an entry may be written
twice, or be left over: looking once too often changes nothing. Entries lie in partitions by hour and shard, which the
sweeper reads without knowing any tenant. An entry costs 1 WRU and goes when it is done.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from parley import clock
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys
from parley.tables.attributes import RawItem, required_text
from parley.tables.keys import Key

SHARDS = 4
KEPT_SECONDS = 7 * 24 * 3600
LOOK_BACK_HOURS = 26
"""An outage of the sweeper of up to a day loses nothing; older entries are left to the lifecycle rules of S3."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A file to look at."""

    key: Key
    tenant_id: str
    media_id: str


def schedule(tenant_id: str, media_id: str, moment: clock.Milliseconds) -> None:
    """Have the sweeper look at a file at `moment` or soon after. 1 WRU."""
    shard = hashlib.sha256(media_id.encode()).digest()[0] % SHARDS
    at = Key(keys.media_deadlines(_hour(moment), shard), keys.media_deadline_sk(moment, tenant_id, media_id))
    entry = {
        **at._asdict(),
        "entity": "due",
        "tenant_id": tenant_id,
        "media_id": media_id,
        "expires_at": moment // 1000 + KEPT_SECONDS,
    }
    dynamodb.put(settings().control_table, attributes.item(entry))


def passed_deadlines(limit: int) -> Iterator[Deadline]:
    """Up to `limit` entries whose moment has come, hour by hour, the oldest first."""
    now = clock.now_ms()
    found = 0
    for hours in range(LOOK_BACK_HOURS, -1, -1):
        hour = _hour(now - hours * 3_600_000)
        partitions = [keys.media_deadlines(hour, shard) for shard in range(SHARDS)]
        pages = dynamodb.map_parallel(lambda pk: _page(pk, now, limit), partitions)
        for item in sorted((item for page in pages for item in page), key=lambda item: required_text(item, "sk")):
            if found == limit:
                return
            found += 1
            yield Deadline(dynamodb.key_of(item), required_text(item, "tenant_id"), required_text(item, "media_id"))


def done(entry: Deadline) -> None:
    """Forget an entry."""
    dynamodb.delete(settings().control_table, entry.key)


def _page(pk: str, now: clock.Milliseconds, limit: int) -> list[RawItem]:
    between = ("0", f"{now:015d}$")  # `$` sorts right after `#`
    items, _ = dynamodb.query(settings().control_table, pk, between=between, limit=limit, consistent=True)
    return items


def _hour(moment: clock.Milliseconds) -> str:
    return f"{clock.to_datetime(moment):%Y%m%d%H}"
