"""The review queue of a tenant's moderators: what was reported and nobody has resolved, oldest first.

Users report, and so do the tenant's block list and its pre-send webhook, in the transaction that writes the message.
"""

from typing import Any, cast

from parley import clock, ids
from parley.audit import audit_log
from parley.errors import FlagNotFound, FlagResolved, InvalidCursor
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.messaging.items import FlagItem, MessageItem
from parley.messaging.messages.views import message_view
from parley.messaging.review.schemas import OpenFlag, OpenFlagPage, ResolvedFlag, ResolveFlag
from parley.messaging.vocabulary import REPORTERS
from parley.settings import settings
from parley.tables import cursors, dynamodb, keys
from parley.tables.attributes import RawItem, required_text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, absent, exists
from parley.tables.items import COLLECTION_INDEX
from parley.tables.keys import Key, WrongKey
from parley.tables.shards import SHARDS
from parley.tables.transactions import Action

SEPARATOR = "~"
"""Between message and user in the id of a flag: no id of either holds it."""
LAST = "~"
_LISTING = ("flags",)
SOURCES = {reporter: source for source, reporter in REPORTERS.items()}


def do_list(caller: Caller, *, limit: int, cursor: str | None) -> OpenFlagPage:
    """The flags that nobody has resolved, with the messages as they are now. Raises `InvalidCursor`.

    Sixteen queries, 8 RRU at least, and two batched reads. The index follows writes within a second; a flag that was
    resolved meanwhile is left out, so a page may be shorter than its limit.
    """
    after = "0" if cursor is None else _position(cursor)

    def read(shard: str) -> list[RawItem]:
        found, _ = dynamodb.query(
            settings().chat_table,
            keys.flags(caller.tenant_id, shard),
            index=COLLECTION_INDEX,
            between=(after, LAST),
            limit=limit + 2,
        )
        return [entry for entry in found if _place(entry) != after]

    entries = sorted((entry for found in dynamodb.map_parallel(read, SHARDS) for entry in found), key=_place)
    page = entries[:limit]
    more = len(entries) > limit
    return OpenFlagPage(
        data=_shown([dynamodb.key_of(entry) for entry in page]),
        next_cursor=cursors.encode(_place(page[-1]), _LISTING) if more else None,
    )


def _place(entry: RawItem) -> str:
    """Orders flags by time."""
    return required_text(entry, "gsk")


def _position(cursor: str) -> str:
    position = cursors.decode_text(cursor, _LISTING)
    try:
        keys.flag_moment_of(position)
    except WrongKey:
        raise InvalidCursor from None
    if not (position.isascii() and position.isprintable() and position < LAST):
        raise InvalidCursor
    return position


def _shown(places: list[Key]) -> list[OpenFlag]:
    raw = dynamodb.batch_get(settings().chat_table, places)
    flags = [FlagItem.from_raw_data(raw[place]) for place in places if place in raw]
    open_flags = [flag for flag in flags if flag.resolved_at is None]
    places_of = {flag.message_id: _message_key(flag) for flag in open_flags}
    messages = dynamodb.batch_get(settings().chat_table, places_of.values())
    return [_view(flag, MessageItem.read(messages.get(places_of[flag.message_id]))) for flag in open_flags]


def _message_key(flag: FlagItem) -> Key:
    return Key(flag.pk, keys.message_sk(keys.seq_of(flag.sk)))


def _view(flag: FlagItem, message: MessageItem | None) -> OpenFlag:
    return OpenFlag(
        id=f"{flag.message_id}{SEPARATOR}{flag.user_id}",
        message_id=flag.message_id,
        conversation_id=flag.conversation_id,
        author_id=flag.author_id,
        reported_by=flag.user_id,
        source=cast("Any", SOURCES.get(flag.user_id, "user")),
        reason=flag.reason,
        created_at=clock.to_datetime(int(flag.created_at)),
        message=None if message is None or message.void else message_view(message),
        edited_since=message is not None and message.version != flag.message_version,
    )


def do_resolve(caller: Caller, flag_id: str, body: ResolveFlag) -> ResolvedFlag:
    """Take a flag out of the queue. The message stays as it is: deleting it and banning are calls of their own.

    To resolve it again in the same way changes nothing. Raises `FlagNotFound`, and `FlagResolved` where it was resolved
    in another way. 1 RRU, 4 WRU, and 1 for the index.
    """
    at = _flag_key(caller.tenant_id, flag_id)
    change = Update().set(resolved_at=clock.now_ms(), resolution=body.resolution).remove("gpk", "gsk").add(version=1)
    if body.note is not None:
        change.set(note=body.note)
    try:
        updated = audit_log.update(
            settings().chat_table,
            at,
            change,
            lines=[_line_of_resolution(caller, flag_id, body)],
            condition=exists() & absent("resolved_at"),
        )
    except ConditionFailed as failed:
        there = FlagItem.read(failed.item)
        if there is None:
            raise FlagNotFound from None
        if there.resolution != body.resolution:
            raise FlagResolved(resolution=there.resolution) from None
        return _resolved_view(flag_id, there)
    return _resolved_view(flag_id, FlagItem.from_raw_data(updated))


def _line_of_resolution(caller: Caller, flag_id: str, body: ResolveFlag) -> Action:
    address = MessageAddress.parse(flag_id.partition(SEPARATOR)[0])
    return audit_log.line(
        caller,
        "flag.resolved",
        ("flag", flag_id),
        conversation_id=None if address is None else address.conversation_id,
        details={"resolution": body.resolution},
    )


def _flag_key(tenant_id: str, flag_id: str) -> Key:
    message_id, _, user_id = flag_id.partition(SEPARATOR)
    address = MessageAddress.parse(message_id)
    if address is None or not (ids.is_user_id(user_id) or user_id in REPORTERS.values()):
        raise FlagNotFound
    pk = keys.conversation(tenant_id, address.conversation_id)
    if address.root_seq is not None:
        pk = keys.thread_under(pk, address.root_seq)
    return Key(pk, keys.flag_sk(address.seq, user_id))


def _resolved_view(flag_id: str, item: FlagItem) -> ResolvedFlag:
    return ResolvedFlag(
        id=flag_id,
        message_id=item.message_id,
        resolution=item.resolution,
        note=item.note,
        resolved_at=clock.to_datetime(int(item.resolved_at)),
    )
