"""Which of many users have open connections: read of each user, or of all connections of the tenant, what is less.

A read of each user is 1 RRU. The registry lists a tenant's connections in sixteen partitions, about twenty for 1 RRU,
so it costs less wherever the tenant has fewer than some twenty connections for each user asked about. How many it has
is told by the first partition, since ids of connections are spread evenly. See docs/adr/0052.

Both are read consistently and hold a connection from before it opens until after it has closed: delivery must see one
whose client has already replayed, since what happens after that replay has no other way to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from parley import clock
from parley.realtime.items import ConnectionItem
from parley.realtime.online import Online, online_key
from parley.settings import settings
from parley.streams import shared_reads
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem
from parley.tables.keys import Key
from parley.tables.shards import SHARDS

FEWEST_LISTED = 2 * len(SHARDS)
"""Fewer users are always read one by one: sixteen partitions are at least 16 RRU."""
ROW_BYTES = 256
"""What a connection takes up in the registry, about, without the conversations that it watches."""
UNIT_BYTES = 4_096
"""What 1 RRU reads."""

Connections = dict[str, list[str]]
"""Ids of open connections by user."""


@dataclass
class OnlineUsers:
    """Who of a tenant's users has open connections, each read once a batch."""

    tenant_id: str
    _known: Connections = field(default_factory=dict)
    _is_whole: bool = False
    """All of the tenant's connections are known: who is not among them has none."""

    def of(self, user_ids: Iterable[str], *, beside: Iterable[Key] = ()) -> Connections:
        """The open connections of each of these users, none for most.

        Where users are read one by one, so is what stands `beside` them in `control`, in the same call: another effect
        of the batch finds it by `shared_reads.read`.
        """
        wanted = list(dict.fromkeys(user_ids))
        missing = [] if self._is_whole else [user_id for user_id in wanted if user_id not in self._known]
        if missing:
            self._read(missing, beside)
        return {user_id: self._known.get(user_id, []) for user_id in wanted}

    def _read(self, user_ids: list[str], beside: Iterable[Key]) -> None:
        listed = list_connections(self.tenant_id, units=len(user_ids)) if len(user_ids) >= FEWEST_LISTED else None
        if listed is not None:
            self._known, self._is_whole = listed, True
            return
        table, now = settings().control_table, clock.now_ms()
        places = {online_key(self.tenant_id, user_id): user_id for user_id in user_ids}
        found = shared_reads.read(table, places, beside=beside)
        self._known |= {user_id: list(Online.read(found.get(at)).open_at(now)) for at, user_id in places.items()}


def list_connections(tenant_id: str, *, units: int) -> Connections | None:
    """All open connections of a tenant, by user; None where that would cost more than about so many RRU.

    To find that out costs a sixteenth of them at most.
    """
    most_bytes = units * UNIT_BYTES // len(SHARDS)
    first, more = _page(tenant_id, SHARDS[0], None, limit=most_bytes // ROW_BYTES)
    if more is not None or sum(map(_size, first)) > most_bytes:
        return None
    rest = dynamodb.map_parallel(lambda shard: _all(tenant_id, shard), SHARDS[1:])
    now, found = clock.now_ms(), Connections()
    for raw in (row for rows in (first, *rest) for row in rows):
        connection = ConnectionItem.from_raw_data(raw)
        if connection.is_open_at(now):
            found.setdefault(connection.user_id, []).append(connection.connection_id)
    return found


def _size(raw: RawItem) -> int:
    return ROW_BYTES + sum(map(len, raw.get("watches", {}).get("SS", ())))


def _all(tenant_id: str, shard: str) -> list[RawItem]:
    rows, more = _page(tenant_id, shard, None)
    while more is not None:
        found, more = _page(tenant_id, shard, more)
        rows += found
    return rows


def _page(
    tenant_id: str, shard: str, after: RawItem | None, *, limit: int | None = None
) -> tuple[list[RawItem], RawItem | None]:
    return dynamodb.query(
        settings().control_table, keys.connections(tenant_id, shard), consistent=True, after=after, limit=limit
    )
