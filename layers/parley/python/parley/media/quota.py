"""Storage quotas: exact under concurrency, and no item that all of a tenant's uploads write.

A tenant's quota is split over 16 counters, each with a sixteenth of the bytes; a counter never exceeds its share, so
their sum never exceeds the quota. A file that does not fit in one counter's rest is spread over several: only when all
counters together lack room is it refused. A user has a single counter. The writes here are parts of a transaction with
the file's own item, so that a crash leaves neither bytes without a file nor a file without bytes.
"""

import random
from collections.abc import Iterable, Mapping
from typing import Any

from parley.errors import QuotaExceeded
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys, transactions
from parley.tables.expressions import Update, absent, at_most
from parley.tables.keys import Key
from parley.tables.transactions import Action

SHARDS = 16
METRIC = "media-bytes"

Reservation = dict[str, int]
"""How many bytes are counted on which of the tenant's shards."""


def user_counter(tenant_id: str, user_id: str) -> Key:
    return keys.quota(tenant_id, METRIC, "user", user_id)


def tenant_counter(tenant_id: str, shard: int | str) -> Key:
    return keys.quota(tenant_id, METRIC, "total", shard)


def share(limit: int, shard: int) -> int:
    """How much of the limit a shard may hold; the first shards take what does not divide."""
    return limit // SHARDS + (1 if shard < limit % SHARDS else 0)


def one_shard(size: int, limit: int) -> Reservation:
    """The usual reservation: all on one shard, chosen at random; empty where no shard could ever hold it."""
    shard = random.randrange(SHARDS)  # noqa: S311 - spreads load, no secret
    return {str(shard): size} if size <= share(limit, shard) else {}


def spread(tenant_id: str, size: int, limit: int) -> Reservation:
    """A reservation on the shards with most room, from a consistent look at all of them: 16 RRU.

    Raises `QuotaExceeded` when they have no room together.
    """
    rooms = sorted(
        ((share(limit, shard) - used, shard) for shard, used in enumerate(used_by_shard(tenant_id))), reverse=True
    )
    left, reservation = size, {}
    for room, shard in rooms:
        taken = min(left, room)
        if taken > 0:
            reservation[str(shard)] = taken
            left -= taken
    if left > 0:
        raise QuotaExceeded(scope="tenant")
    return reservation


def used_by_shard(tenant_id: str, *, consistent: bool = True) -> list[int]:
    """The tenant's bytes, shard by shard: 16 RRU, half of it where what was written lately may be missing."""
    counters = [tenant_counter(tenant_id, shard) for shard in range(SHARDS)]
    found = dynamodb.batch_get(settings().control_table, counters, consistent=consistent)
    return [amount(found.get(counter)) for counter in counters]


def used_by_user(tenant_id: str, user_id: str) -> int:
    return amount(dynamodb.get(settings().control_table, user_counter(tenant_id, user_id), consistent=True))


def amount(counter: Mapping[str, Any] | None) -> int:
    return attributes.number(counter or {}, "amount")


def reserve_actions(
    tenant_id: str, user_id: str, reservation: Reservation, *, limit: int, user_limit: int
) -> list[Action]:
    """The writes that count a reservation: first the user's counter, then the shards, each refused over its limit.

    Raises `QuotaExceeded` for what the user's quota could not hold even when empty.
    """
    size = sum(reservation.values())
    if size > user_limit:
        raise QuotaExceeded(scope="user")
    actions = [_add(user_counter(tenant_id, user_id), size, limit=user_limit)]
    for shard, taken in reservation.items():
        actions.append(_add(tenant_counter(tenant_id, shard), taken, limit=share(limit, int(shard))))
    return actions


def shrink(reservation: Reservation, size: int) -> tuple[Reservation, Reservation]:
    """A reservation of at most `size` bytes, and what is left over of the one that was."""
    kept, released, left = {}, {}, size
    for shard, taken in reservation.items():
        kept[shard] = min(taken, left)
        left -= kept[shard]
        released[shard] = taken - kept[shard]
    return _counted(kept), _counted(released)


def _counted(reservation: Reservation) -> Reservation:
    return {shard: taken for shard, taken in reservation.items() if taken}


def release_actions(tenant_id: str, user_id: str, reservation: Reservation) -> list[Action]:
    """The writes that take a reservation back."""
    pieces: Iterable[tuple[Key, int]] = [
        (user_counter(tenant_id, user_id), sum(reservation.values())),
        *((tenant_counter(tenant_id, shard), taken) for shard, taken in reservation.items()),
    ]
    return [_add(counter, -taken) for counter, taken in pieces if taken]


def _add(counter: Key, taken: int, *, limit: int | None = None) -> Action:
    has_room = None if limit is None else absent("amount") | at_most("amount", limit - taken)
    counted = Update().add(amount=taken).set(entity="quota")
    return transactions.update(settings().control_table, counter, counted, condition=has_room)
