"""Watching: a connection asks for the typing and presence of a conversation, and for all of a large one's events."""

from collections.abc import Iterable, Iterator

from parley import clock
from parley.errors import TooManyWatchers, TooManyWatches
from parley.identity.caller import Caller
from parley.messaging.access import access_membership
from parley.messaging.items import MembershipItem
from parley.permissions.checking import allows, seat_of
from parley.permissions.roles import Permission
from parley.realtime.audience import MAX_WATCHERS, current_members, list_watchers
from parley.realtime.connections import Connection
from parley.realtime.items import LIFETIME_MS, WatchItem
from parley.settings import settings
from parley.streams.events import seat_allows
from parley.tables import dynamodb, keys
from parley.tables.attributes import required_text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, absent, contains, exists, holds_fewer
from parley.tables.keys import Key

MAX_PER_CONNECTION = 50
PRESENCE_CONVERSATIONS = 100
"""A user's presence is told in so many of their conversations, in the order of the ids: each costs a query."""

IS_REGISTERED = exists()


def do_watch(caller: Caller, connection: Connection, conversation_id: str) -> MembershipItem:
    """Watch a conversation that the caller is a member of; again changes nothing. 50 a connection, 1,000 watchers.

    The watchers are counted after this one is written, 1 RRU for about 25: of those who come at once, none stays that
    makes them too many. Raises as `access_membership` does, `TooManyWatches` and `TooManyWatchers`.
    """
    membership = access_membership(caller, conversation_id)
    has_room = absent("watches") | contains("watches", conversation_id) | holds_fewer("watches", MAX_PER_CONNECTION)
    try:
        dynamodb.update(
            settings().control_table,
            connection.key,
            Update().add(watches={conversation_id}),
            condition=IS_REGISTERED & has_room,
        )
    except ConditionFailed:
        raise TooManyWatches(f"A connection watches at most {MAX_PER_CONNECTION} conversations") from None
    watch = WatchItem(
        pk=keys.watchers(caller.tenant_id, conversation_id),
        sk=keys.connection_sk(connection.id),
        connection_id=connection.id,
        user_id=caller.user_id,
        expires_at=(clock.now_ms() + LIFETIME_MS) // 1000,
    )
    dynamodb.put(settings().control_table, watch.serialize())
    if len(list_watchers(caller.tenant_id, conversation_id)) > MAX_WATCHERS:
        do_unwatch(caller, connection, conversation_id)
        raise TooManyWatchers(f"At most {MAX_WATCHERS:,} connections watch a conversation")
    return membership


def do_unwatch(caller: Caller, connection: Connection, conversation_id: str) -> None:
    """Stop watching; what is not watched stays so."""
    stop_watching(caller.tenant_id, conversation_id, [connection.id])
    try:
        dynamodb.update(
            settings().control_table,
            connection.key,
            Update().discard(watches={conversation_id}),
            condition=IS_REGISTERED,
        )
    except ConditionFailed:
        return


def stop_watching(tenant_id: str, conversation_id: str, connection_ids: Iterable[str]) -> None:
    """Take connections from a conversation's watchers."""
    pk = keys.watchers(tenant_id, conversation_id)
    for connection_id in connection_ids:
        dynamodb.delete(settings().control_table, Key(pk, keys.connection_sk(connection_id)))


def member_watchers(caller: Caller, conversation_id: str, *permissions: Permission) -> list[tuple[str, str]]:
    """The users and connections that watch a conversation and whose users are members whose role allows this."""
    watches = list_watchers(caller.tenant_id, conversation_id)
    members = current_members(caller.tenant_id, conversation_id, list({user_id for user_id, _ in watches}))
    seats = {user_id: seat_of(caller, membership) for user_id, membership in members.items()}
    return [watch for watch in watches if watch[0] in seats and all(allows(seats[watch[0]], p) for p in permissions)]


def watchers_of_user(tenant_id: str, user_id: str) -> Iterator[tuple[str, str]]:
    """Who watches a conversation that this user belongs to and may see its members, each connection once."""
    items, _ = dynamodb.query(
        settings().chat_table,
        keys.user(tenant_id, user_id),
        begins_with=keys.MEMBERSHIP_PREFIX,
        limit=PRESENCE_CONVERSATIONS,
    )
    conversations = [required_text(item, "conversation_id") for item in items]
    seen: set[str] = set()
    watched = dynamodb.map_parallel(lambda conversation_id: list_watchers(tenant_id, conversation_id), conversations)
    for conversation_id, watches in zip(conversations, watched, strict=True):
        fresh = [watch for watch in watches if watch[1] not in seen and watch[0] != user_id]
        members = current_members(tenant_id, conversation_id, list({watcher for watcher, _ in fresh}))
        for watcher, connection_id in fresh:
            if watcher in members and seat_allows(tenant_id, members[watcher], "see_members"):
                seen.add(connection_id)
                yield watcher, connection_id
