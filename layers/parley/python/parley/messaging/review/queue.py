"""The review queue of a tenant's moderators: what was reported and nobody has resolved, oldest first.

Users report, and so do the tenant's block list and its pre-send webhook, in the transaction that writes the message.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

from parley import clock, ids
from parley.audit import audit_log
from parley.errors import FlagNotFound, FlagResolved
from parley.identity.caller import Caller
from parley.ids import MessageAddress
from parley.messaging.access import meta_key
from parley.messaging.cases import MOST_REPORTERS, CaseItem
from parley.messaging.items import FlagItem, MessageItem
from parley.messaging.messages import quotes
from parley.messaging.messages.annotations import read_annotations
from parley.messaging.messages.views import message_view
from parley.messaging.review.schemas import OpenFlag, OpenFlagPage, ResolvedFlag, ResolveFlag
from parley.messaging.vocabulary import REPORTERS
from parley.settings import settings
from parley.tables import cursors, dynamodb, keys, sharded
from parley.tables.attributes import RawItem, number
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, absent, at_version, exists
from parley.tables.keys import Key
from parley.tables.transactions import Action

SEPARATOR = "~"
"""Between message and user in the id of a flag: no id of either holds it."""
_LISTING = ("flags",)
SOURCES = {reporter: source for source, reporter in REPORTERS.items()}


def do_list(caller: Caller, *, limit: int, cursor: str | None) -> OpenFlagPage:
    """The flags that nobody has resolved, with the messages as they are now. Raises `InvalidCursor`.

    Sixteen queries, 8 RRU at least, and two batched reads, three where messages quote others. The index follows writes
    within a second; a flag that was resolved meanwhile is left out, so a page may be shorter than its limit.
    """
    entries, more = sharded.read(
        lambda shard: keys.flags(caller.tenant_id, shard),
        after="0" if cursor is None else sharded.position(cursor, _LISTING, keys.flag_moment_of),
        limit=limit,
    )
    return OpenFlagPage(
        data=_shown(caller.tenant_id, [dynamodb.key_of(entry) for entry in entries]),
        next_cursor=cursors.encode(sharded.place(entries[-1]), _LISTING) if more else None,
    )


def _shown(tenant_id: str, places: list[Key]) -> list[OpenFlag]:
    raw = dynamodb.batch_get(settings().chat_table, places)
    flags = [FlagItem.from_raw_data(raw[place]) for place in places if place in raw]
    open_flags = [flag for flag in flags if flag.resolved_at is None]
    places_of = {flag.message_id: _message_key(flag) for flag in open_flags}
    metas = [meta_key(tenant_id, flag.conversation_id) for flag in open_flags]
    wanted = [*metas, *(key for at in places_of.values() for key in (at, keys.annotations_under(at)))]
    found = dynamodb.batch_get(settings().chat_table, wanted) if wanted else {}
    shown = [_view(flag, places_of[flag.message_id], found) for flag in open_flags]
    told = quotes.show_to_moderators(tenant_id, [flag.message for flag in shown if flag.message is not None])
    by_id = {message.id: message for message in told}
    return [flag.model_copy(update={"message": by_id.get(flag.message_id)}) for flag in shown]


def _message_key(flag: FlagItem) -> Key:
    return Key(flag.pk, keys.message_sk(keys.seq_of(flag.sk)))


def _view(flag: FlagItem, at: Key, found: Mapping[Key, RawItem]) -> OpenFlag:
    message, hung = MessageItem.read(found.get(at)), found.get(keys.annotations_under(at))
    meta = found.get(meta_key(keys.tenant_of(at.pk), flag.conversation_id), {})
    if message is not None and message.position <= number(meta, "truncated_seq"):
        message = None
    return OpenFlag(
        id=flag_id(flag),
        message_id=flag.message_id,
        conversation_id=flag.conversation_id,
        author_id=flag.author_id,
        reported_by=flag.user_id,
        source=cast("Any", SOURCES.get(flag.user_id, "user")),
        reason=flag.reason,
        created_at=clock.to_datetime(int(flag.created_at)),
        message=None if message is None or message.void else message_view(message, read_annotations(hung, "")),
        edited_since=message is not None and message.version != flag.message_version,
    )


def flag_id(flag: FlagItem) -> str:
    return f"{flag.message_id}{SEPARATOR}{flag.user_id}"


def do_resolve(caller: Caller, flag_id: str, body: ResolveFlag) -> ResolvedFlag:
    """Take a flag out of the queue. The message stays as it is: deleting it and banning are calls of their own.

    To resolve it again in the same way changes nothing. With its last report a message's case is closed too. Raises
    `FlagNotFound`, and `FlagResolved` where it was resolved in another way. 3 RRU, 4 WRU, and 1 for the index; 2 more
    to close the case.
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
        _close_case(at)
        return _resolved_view(flag_id, there)
    _close_case(at)
    return _resolved_view(flag_id, FlagItem.from_raw_data(updated))


def flags_of(at: Key) -> list[FlagItem]:
    """The reports of the message that one of them, or the message's case, lies beside: 102 at most."""
    found, _ = dynamodb.query(
        settings().chat_table,
        at.pk,
        begins_with=keys.flags_prefix(keys.seq_of(at.sk)),
        limit=MOST_REPORTERS + len(REPORTERS),
        consistent=True,
    )
    return [FlagItem.from_raw_data(raw) for raw in found]


def _close_case(flag: Key) -> None:
    """Take a message's case out of the queue where nothing is left of it to decide."""
    case = CaseItem.at(Key(flag.pk, keys.case_sk(keys.seq_of(flag.sk))), consistent=True)
    if case is None or case.closed_at is not None or case.decision_id is not None:
        return
    if any(each.resolved_at is None for each in flags_of(flag)):
        return
    closed = Update().set(closed_at=clock.now_ms()).remove("gpk", "gsk", "claimed_by", "claimed_until").add(version=1)
    with suppress(ConditionFailed):  # somebody has reported or decided it meanwhile
        dynamodb.update(settings().chat_table, case.key, closed, condition=at_version(int(case.version)))


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
