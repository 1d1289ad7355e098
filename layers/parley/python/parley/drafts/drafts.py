"""Drafts: what a user has not sent yet, one for each conversation and each thread, the same on all their devices.

A draft reaches nobody but its owner, so it asks for a membership that sees the place, and no more: it may be written in
an archived conversation, too, and to somebody who blocks its owner. Whoever writes last wins, unless they name the
version that they have seen. A send does not touch it: its client deletes it. See docs/adr/0071.
"""

from contextlib import suppress
from dataclasses import dataclass

from parley import clock
from parley.drafts.items import SAYS, DraftItem
from parley.drafts.schemas import Draft, PutDraft
from parley.drafts.views import draft_view
from parley.errors import (
    ConversationNotFound,
    DraftNotFound,
    ParentNotFound,
    QuotedMessageNotFound,
    Unprocessable,
    VersionConflict,
)
from parley.identity.caller import Caller
from parley.ids import MessageAddress, is_conversation_id
from parley.media import attachments
from parley.messaging.access import check_membership, check_well_formed, membership_key, meta_key, within
from parley.messaging.items import MembershipItem, MessageItem
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import Typed
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, equals, stored_or
from parley.tables.keys import Key

MOST = 100
"""So many drafts a user has; of more, those go that were written longest ago."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a draft is for: a conversation, or the thread under one of its messages."""

    conversation_id: str
    root: MessageAddress | None

    @classmethod
    def of(cls, conversation_id: str, parent_id: str | None) -> "Place":
        """Raises `ConversationNotFound`, and `ParentNotFound` for what no reply of the conversation can hang on."""
        check_well_formed(conversation_id)
        if not is_conversation_id(conversation_id):
            raise ConversationNotFound
        if parent_id is None:
            return cls(conversation_id, None)
        root = MessageAddress.parse(parent_id)
        if root is None or root.root_seq is not None or root.conversation_id != conversation_id:
            raise ParentNotFound
        return cls(conversation_id, root)

    def key(self, tenant_id: str, user_id: str) -> Key:
        root_seq = None if self.root is None else self.root.seq
        return Key(keys.user(tenant_id, user_id), keys.draft_sk(self.conversation_id, root_seq))


def do_put(
    caller: Caller, conversation_id: str, body: PutDraft, *, parent_id: str | None, if_match: int | None
) -> Draft:
    """Keep a draft in place of the one that is there. 2 RRU, 3 in a thread, and 1 WRU for each KiB.

    The first one of a place also reads how many there are: 1 RRU for each 4 KiB of them. Raises as `access_draft` does,
    `AttachmentNotFound` for files that are not the caller's, `QuotedMessageNotFound` for the id of none of this
    conversation, and `VersionConflict`.
    """
    place = Place.of(conversation_id, parent_id)
    if body.show_in_conversation and place.root is None:
        raise Unprocessable("Only a thread reply is shown in the conversation as well")
    _check_quote(conversation_id, body.quoted_message_id)
    before = access_draft(caller, place)
    attachments.check_own(caller, body.attachments)
    if if_match is not None and (before is None or int(before.version) != if_match):
        raise VersionConflict
    at, now = place.key(caller.tenant_id, caller.user_id), clock.now_ms()
    wanted = DraftItem(
        pk=at.pk,
        sk=at.sk,
        conversation_id=conversation_id,
        root_seq=None if place.root is None else place.root.seq,
        text=body.text or None,
        attachments=list(dict.fromkeys(body.attachments)) or None,
        mentions=list(dict.fromkeys(body.mentions)) or None,
        mentioned_groups=list(dict.fromkeys(body.mentioned_groups)) or None,
        show_in_conversation=body.show_in_conversation or None,
        quoted_message_id=body.quoted_message_id,
        custom=body.custom or None,
        updated_at=now,
    )
    holds = {name: Typed(value) for name, value in wanted.serialize().items() if name not in {"pk", "sk", "version"}}
    change = Update().set(holds, version=stored_or("version", now, plus=1))
    change.remove(*(name for name in SAYS if name not in holds))
    is_as_named = None if if_match is None else equals("version", if_match)
    try:
        written = dynamodb.update(settings().chat_table, at, change, condition=is_as_named, returning="ALL_NEW")
    except ConditionFailed:
        raise VersionConflict from None
    if before is None:
        _keep_most(caller.tenant_id, caller.user_id)
    return draft_view(DraftItem.from_raw_data(written))


def _check_quote(conversation_id: str, message_id: str | None) -> None:
    """Refuse the id of what no message of the conversation can quote; what it names is looked at by the send."""
    quoted = MessageAddress.parse(message_id or "")
    if message_id is not None and (quoted is None or quoted.conversation_id != conversation_id):
        raise QuotedMessageNotFound


def do_get(caller: Caller, conversation_id: str, *, parent_id: str | None) -> Draft:
    """The caller's draft of a place: 2 RRU, 3 in a thread. Raises as `access_draft` does, and `DraftNotFound`."""
    item = access_draft(caller, Place.of(conversation_id, parent_id))
    if item is None:
        raise DraftNotFound
    return draft_view(item)


def do_delete(caller: Caller, conversation_id: str, *, parent_id: str | None, if_match: int | None) -> None:
    """Let go of a draft, as whoever has sent it does. Absent is no failure, nor is a conversation that was left.

    1 WRU, and 1 RRU more with `if_match`. Raises `VersionConflict`.
    """
    with suppress(ConversationNotFound, ParentNotFound):  # no draft can be there
        at = Place.of(conversation_id, parent_id).key(caller.tenant_id, caller.user_id)
        if if_match is None:
            dynamodb.delete(settings().chat_table, at)
            return
        try:
            dynamodb.delete(settings().chat_table, at, condition=equals("version", if_match))
        except ConditionFailed as failed:
            if failed.item is not None:
                raise VersionConflict from None


def access_draft(caller: Caller, place: Place) -> DraftItem | None:
    """The draft of a place that the caller sees, None where there is none: one consistent call.

    Raises as `access_membership` does, and `ParentNotFound` for a message without a thread that the caller sees.
    """
    mine = membership_key(caller.tenant_id, caller.user_id, place.conversation_id)
    at = place.key(caller.tenant_id, caller.user_id)
    wanted = [mine, at]
    if place.root is not None:
        hangs_on = Key(keys.conversation(caller.tenant_id, place.conversation_id), keys.message_sk(place.root.seq))
        meta = meta_key(caller.tenant_id, place.conversation_id)
        wanted += [hangs_on, meta]
    found = dynamodb.batch_get(settings().chat_table, wanted, consistent=True)
    membership = check_membership(caller, place.conversation_id, MembershipItem.read(found.get(mine)))
    if place.root is not None:
        root = MessageItem.read(found.get(hangs_on))
        if root is None or root.reference is not None or (root.void and root.deleted_at is None):
            raise ParentNotFound
        if place.root.seq <= int(within(membership, found.get(meta)).visible_from):
            raise ParentNotFound
    return DraftItem.read(found.get(at))


def all_of(tenant_id: str, user_id: str, *, within: str | None = None) -> list[DraftItem]:
    """A user's drafts, or those of one conversation and its threads: 1 RRU for each 4 KiB."""
    prefix = keys.DRAFT_PREFIX if within is None else keys.drafts_prefix(within)
    pk = keys.user(tenant_id, user_id)
    found = dynamodb.every(settings().chat_table, pk, begins_with=prefix, consistent=True)
    return [DraftItem.from_raw_data(raw) for raw in found]


def forget_in(tenant_id: str, user_id: str, conversation_id: str) -> None:
    """Let go of a user's drafts of a conversation that they have left. 1 RRU, and 1 WRU each."""
    for item in all_of(tenant_id, user_id, within=conversation_id):
        _let_go(item)


def _keep_most(tenant_id: str, user_id: str) -> None:
    found = all_of(tenant_id, user_id)
    found.sort(key=lambda item: int(item.updated_at))
    for item in found[: max(0, len(found) - MOST)]:
        _let_go(item)


def _let_go(item: DraftItem) -> None:
    with suppress(ConditionFailed):  # it has been written since it was read: it stays
        dynamodb.delete(settings().chat_table, item.key, condition=equals("version", int(item.version)))
