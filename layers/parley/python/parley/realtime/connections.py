"""The registry of connections: opened, closed, and closed for cause (too many, token expired or revoked).

A connection is registered in the order index, expiry, user: whoever is delivered to can be found by what closes it.
After that the token is checked again. A revocation before the check is seen by it, one after it finds the connection
registered: none slips between.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from parley import clock
from parley.realtime import gateway, token_validity
from parley.realtime.items import LIFETIME_MS, ClosingItem, ConnectionItem
from parley.realtime.online import Online, Opened, add_connection, remove_connection
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Condition, less
from parley.tables.keys import Key
from parley.tables.shards import shard_of

MAX_PER_USER = 20
GATEWAY_LIFETIME_MS = 7_200_000
"""API Gateway closes every connection after 2 h; a token that outlives that needs no watching."""
CONNECTING_MS = 30_000
"""API Gateway waits 29 s for `$connect`, and opens the connection after it."""
MINUTE_MS = 60_000
CLOSING_KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection and whose it is."""

    tenant_id: str
    user_id: str
    id: str

    @property
    def key(self) -> Key:
        return Key(keys.connections(self.tenant_id, shard_of(self.id)), keys.connection_sk(self.id))


def do_connect(connection: Connection, token: token_validity.TokenFacts) -> Online:
    """Register a connection; the user's connections then, this one among them. The oldest past 20 are closed.

    Raises `TokenExpired`, `TokenRevoked` or `TenantSuspended` where the token has stopped to hold meanwhile.
    """
    now = clock.now_ms()
    _index(connection, token, now)
    opened = Opened(now, now, token.expires_at, token.issued_at, token.kid)
    online = add_connection(connection.tenant_id, connection.user_id, connection.id, opened)
    try:
        token_validity.check_holds(connection.tenant_id, connection.user_id, token)
    except Exception:
        forget(connection)
        raise
    return _close_oldest(connection, online, now)


def _index(connection: Connection, token: token_validity.TokenFacts, now: int) -> None:
    item = ConnectionItem(
        pk=connection.key.pk,
        sk=connection.key.sk,
        connection_id=connection.id,
        user_id=connection.user_id,
        kid=token.kid,
        issued_at=token.issued_at,
        token_expires_at=token.expires_at,
        connected_at=now,
        expires_at=(now + LIFETIME_MS) // 1000,
    )
    dynamodb.put(settings().control_table, item.serialize())
    if token.expires_at < now + GATEWAY_LIFETIME_MS:
        closing = ClosingItem(
            pk=keys.closing(token.expires_at // MINUTE_MS, shard_of(connection.id)),
            sk=keys.closing_connection_sk(connection.tenant_id, connection.id),
            tenant_id=connection.tenant_id,
            user_id=connection.user_id,
            connection_id=connection.id,
            expires_at=token.expires_at // 1000 + CLOSING_KEPT_SECONDS,
        )
        dynamodb.put(settings().control_table, closing.serialize())


def _close_oldest(connection: Connection, online: Online, now: int) -> Online:
    """Close what is past 20, oldest first, and drop from the registry what cannot be open any more."""
    opened = online.open_at(now)
    stale = [connection_id for connection_id in online.connections if connection_id not in opened]
    by_age = sorted(opened, key=lambda connection_id: (opened[connection_id].since, connection_id))
    surplus = by_age[: max(0, len(by_age) - MAX_PER_USER)]
    close_and_forget([Connection(connection.tenant_id, connection.user_id, old) for old in [*stale, *surplus]])
    kept = {connection_id: opened[connection_id] for connection_id in by_age if connection_id not in surplus}
    return Online(kept, online.invisible, online.status_text, online.last_active_at)


def forget(connection: Connection) -> Online | None:
    """Take a connection out of the registry with all that it watched; the user's others, None where it was out.

    Called when it closes, when it is found gone, and after it was closed for cause: whichever comes first counts.
    """
    _forget_watches(connection)
    return remove_connection(connection.tenant_id, connection.user_id, connection.id)


def forget_gone(connection: Connection) -> Online | None:
    """As `forget`, for a connection that API Gateway does not know, unless it is still opening.

    It is registered in `$connect`, before API Gateway has opened it, and counts as gone until then. What is told
    meanwhile its client finds in the replay that follows every opening.
    """
    before = clock.now_ms() - CONNECTING_MS
    left = remove_connection(connection.tenant_id, connection.user_id, connection.id, opened_before=before)
    _forget_watches(connection, condition=less("connected_at", before))
    return left


def forget_all(connections: Iterable[Connection], how: Callable[[Connection], Online | None]) -> dict[str, Online]:
    """Forget connections, each as `how` does; what connections remain to the users of those that went.

    Users are done beside each other, since all may go at once, and those of one user in turn: the last answer says
    what remains.
    """
    by_user: dict[str, list[Connection]] = {}
    for connection in connections:
        by_user.setdefault(connection.user_id, []).append(connection)

    def forget_users(user_id: str) -> Online | None:
        remaining = [online for online in map(how, by_user[user_id]) if online is not None]
        return remaining[-1] if remaining else None

    remaining = zip(by_user, dynamodb.map_parallel(forget_users, list(by_user)), strict=True)
    return {user_id: online for user_id, online in remaining if online is not None}


def _forget_watches(connection: Connection, *, condition: Condition | None = None) -> None:
    """Take it out of the tenant's list, which delivery reads, with all that it watched: also what a crash has left."""
    table = settings().control_table
    try:
        removed = ConnectionItem.read(dynamodb.delete(table, connection.key, condition=condition))
    except ConditionFailed:
        return
    for conversation_id in (removed.watches or ()) if removed else ():
        pk = keys.watchers(connection.tenant_id, conversation_id)
        dynamodb.delete(table, Key(pk, keys.connection_sk(connection.id)))


def close_and_forget(connections: list[Connection]) -> tuple[list[Connection], dict[str, Online]]:
    """Close connections, then forget them: those that are not closed now, which stay registered, and what connections
    remain to the users of the others. One that is still opening cannot be closed yet.
    """
    outcomes = gateway.close_all([connection.id for connection in connections])
    unclosed = [
        connection
        for connection in connections
        if outcomes[connection.id] == "failed" or (outcomes[connection.id] == "gone" and _is_connecting(connection))
    ]
    kept = set(unclosed)
    return unclosed, forget_all((each for each in connections if each not in kept), forget)


def _is_connecting(connection: Connection) -> bool:
    item = ConnectionItem.at(connection.key, consistent=True)
    return item is not None and int(item.connected_at) > clock.now_ms() - CONNECTING_MS
