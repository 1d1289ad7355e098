"""Closing what must not stay open: tokens that expire, are revoked, whose key goes or whose tenant is suspended.

And what was opened before its user was shadow-banned everywhere, or is no more: its client opens another, of which the
authorizer says so.

Revocations come over the change stream, seconds after they were written. What happens by itself at a known moment (a
token expires, a key retires) is noted under its minute, and a function that runs each minute closes it.
"""

from collections.abc import Iterator, Sequence

from parley import clock
from parley.realtime import presence, token_validity
from parley.realtime.connections import (
    CLOSING_KEPT_SECONDS,
    MINUTE_MS,
    Connection,
    close_and_forget,
)
from parley.realtime.items import ClosingItem, ConnectionItem
from parley.realtime.online import read_online
from parley.settings import settings
from parley.streams.changes import Change, newest
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem
from parley.tables.keys import Key
from parley.tables.shards import SHARDS, shard_of

REVOKING_ENTITIES = frozenset({"issuer", "revocation", "signing_key", "tenant"})
MINUTES_BACK = 10
"""A sweep looks this far back, so that one that failed is made up for by the next."""


def close_revoked(changes: Sequence[Change]) -> list[Change]:
    """Close the connections that these changes have taken the ground from; the changes to try again.

    Each change only says where to look: whether a connection may stay is read from the tables as they are now.
    """
    return [change for change in newest(changes) if not _close_for(change)]


def _close_for(change: Change) -> bool:
    if change.entity == "revocation":
        theirs = list(_connections_of(change.tenant_id, keys.user_of(change.pk)))
        close = _close if "shadowed_until" in change.changed() else close_unless_held
        return close(change.tenant_id, theirs)
    if change.entity == "signing_key":
        kid = keys.kid_of(change.sk)
        retires_at = change.number("expires_at_ms") if change.op != "remove" else None
        if retires_at is not None and retires_at > clock.now_ms():
            _note_retirement(change.tenant_id, kid, retires_at)
            return True
        signed = [each for each in _connections_in(change.tenant_id) if each.kid == kid]
        return close_unless_held(change.tenant_id, signed)
    if change.entity == "issuer":
        logged_in = [each for each in _connections_in(change.tenant_id) if each.kid == change.sk]
        return close_unless_held(change.tenant_id, logged_in)
    if "suspended_at" in change.image or "tokens_valid_from" in change.changed():
        return close_unless_held(change.tenant_id, list(_connections_in(change.tenant_id)))
    return True


def sweep() -> int:
    """Close what has expired in the last minutes; how many. 16 queries for each minute looked at.

    A minute is swept while it runs and for ten minutes after, so a connection outlives its token by a minute at most.
    """
    minute = clock.now_ms() // MINUTE_MS
    closings = [item for back in range(MINUTES_BACK + 1) for item in _closings(minute - back)]
    swept = 0
    for item in closings:
        connections = _connections_to_close(item)
        if close_unless_held(item.tenant_id, connections):
            still_open = item.connection_id is not None and any(
                c.token_expires_at > clock.now_ms() for c in connections
            )
            if not still_open:
                dynamodb.delete(settings().control_table, item.key)
            swept += len(connections)
    return swept


def _connections_to_close(item: ClosingItem) -> list[ConnectionItem]:
    if item.connection_id is None:
        return [each for each in _connections_in(item.tenant_id) if each.kid == item.kid]
    at = Connection(item.tenant_id, item.user_id or "", item.connection_id).key
    found = ConnectionItem.at(at, consistent=True)
    return [] if found is None else [found]


def _closings(minute: int) -> Iterator[ClosingItem]:
    for items in dynamodb.map_parallel(lambda shard: _all(keys.closing(minute, shard)), SHARDS):
        yield from (ClosingItem.from_raw_data(raw) for raw in items)


def _note_retirement(tenant_id: str, kid: str, retires_at: int) -> None:
    item = ClosingItem(
        pk=keys.closing(retires_at // MINUTE_MS, shard_of(kid)),
        sk=keys.closing_key_sk(tenant_id, kid),
        tenant_id=tenant_id,
        kid=kid,
        expires_at=retires_at // 1000 + CLOSING_KEPT_SECONDS,
    )
    dynamodb.put(settings().control_table, item.serialize())


def _connections_of(tenant_id: str, user_id: str) -> Iterator[ConnectionItem]:
    for connection_id in read_online(tenant_id, [user_id])[user_id].connections:
        found = ConnectionItem.at(Connection(tenant_id, user_id, connection_id).key, consistent=True)
        if found is not None:
            yield found


def close_all_of(tenant_id: str, user_id: str) -> bool:
    """Close a user's connections whose tokens do not hold now; false where one has been left to the next sweeps."""
    return close_unless_held(tenant_id, list(_connections_of(tenant_id, user_id)))


def _connections_in(tenant_id: str) -> Iterator[ConnectionItem]:
    for items in dynamodb.map_parallel(lambda shard: _all(keys.connections(tenant_id, shard)), SHARDS):
        yield from (ConnectionItem.from_raw_data(raw) for raw in items)


def _all(pk: str) -> list[RawItem]:
    return list(dynamodb.every(settings().control_table, pk, consistent=True))


def close_unless_held(tenant_id: str, connections: Sequence[ConnectionItem]) -> bool:
    """Close those of a tenant's connections whose tokens do not hold now; false where one could not be closed."""
    if not connections:
        return True
    found = token_validity.read_places(tenant_id, [(each.user_id, each.kid) for each in connections])
    doomed: list[ConnectionItem] = []
    for each in connections:
        token = token_validity.TokenFacts(each.kid, int(each.issued_at), int(each.token_expires_at))
        at: tuple[Key, Key, Key] = token_validity.places(tenant_id, each.user_id, each.kid)
        if not token_validity.holds(token, at, found):
            doomed.append(each)
    return _close(tenant_id, doomed)


def _close(tenant_id: str, doomed: Sequence[ConnectionItem]) -> bool:
    """Close these connections; false where one could not be. A client whose token holds comes back at once."""
    unclosed, left = close_and_forget([Connection(tenant_id, each.user_id, each.connection_id) for each in doomed])
    presence.tell_who_left(tenant_id, left)
    for connection in unclosed:
        _note_again(connection)
    return not unclosed


def _note_again(connection: Connection) -> None:
    """Let the next sweeps close what could not be closed now, whatever becomes of the change that asked for it."""
    now = clock.now_ms()
    item = ClosingItem(
        pk=keys.closing(now // MINUTE_MS, shard_of(connection.id)),
        sk=keys.closing_connection_sk(connection.tenant_id, connection.id),
        tenant_id=connection.tenant_id,
        user_id=connection.user_id,
        connection_id=connection.id,
        expires_at=now // 1000 + CLOSING_KEPT_SECONDS,
    )
    dynamodb.put(settings().control_table, item.serialize())
