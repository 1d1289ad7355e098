"""A user's memberships with their conversations: all of them, or those that a kept list says to look at."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from parley import clock
from parley.identity.caller import Caller
from parley.messaging import activity
from parley.messaging.access import membership_key, meta_key, seen_after
from parley.messaging.conversations import kept
from parley.messaging.conversations.kept import KeptList, Row, UnreadRow, place_of, state_of
from parley.messaging.conversations.newest import checked
from parley.messaging.items import ConversationItem, MembershipItem
from parley.messaging.members.views import is_hidden
from parley.messaging.sequence import count_unread, gaps_between, read_up_to
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import (
    RawItem,
    flag,
    listed_texts,
    number,
    number_or_none,
    required_number,
    required_text,
    text,
)
from parley.tables.keys import Key

OWN_CHECKED_MS = 24 * 3600 * 1000
"""How long a list looks whether what its reader sent came into being: a sender that died is not known to have."""
MOST_CHECKED = 200
"""Where more conversations have something unread, a list that is kept says of none how much."""


def read_up_to_of(membership: RawItem, conversation: RawItem | None = None) -> int:
    """`sequence.read_up_to` of a membership and a conversation as they are stored.

    A kept row needs no conversation: truncating one changes it, so that the row is not believed.
    """
    return max(required_number(membership, "read_seq"), seen_after(membership, conversation))


@dataclass(frozen=True, slots=True)
class Entry:
    """A membership and its conversation, as stored: only those that are shown become models."""

    membership: RawItem
    conversation: RawItem

    @property
    def conversation_id(self) -> str:
        return required_text(self.conversation, "conversation_id")

    @property
    def place(self) -> str:
        last_at = required_number(self.conversation, "last_at")
        return place_of(last_at, self.conversation_id, pinned=self.is_pinned, listed=self.is_listed)

    @property
    def changed_at(self) -> int:
        """When there was last something new: a message, another name, the user's own joining or settings."""
        return max(
            required_number(self.conversation, "last_at"),
            required_number(self.conversation, "updated_at"),
            required_number(self.membership, "joined_at"),
            number(self.membership, "arranged_at"),
        )

    @property
    def declared(self) -> dict[str, Any]:
        """What it says for the keys that the tenant has declared."""
        stored = text(self.conversation, "declared")
        return {} if stored is None else dict(json.loads(stored))

    @property
    def is_archived(self) -> bool:
        return "archived_at" in self.conversation

    @property
    def is_hidden(self) -> bool:
        return is_hidden(self.membership, self.conversation)

    @property
    def is_archived_for_me(self) -> bool:
        return flag(self.membership, "archived_for_me")

    @property
    def is_pinned(self) -> bool:
        return flag(self.membership, "pinned")

    @property
    def is_listed(self) -> bool:
        """Whether a list shows it that asks for nothing else."""
        return not (self.is_archived or self.is_hidden or self.is_archived_for_me)

    @property
    def read_up_to(self) -> int:
        return read_up_to_of(self.membership, self.conversation)

    @property
    def is_unread(self) -> bool:
        """Whether something may be unread that counts."""
        return required_number(self.conversation, "seq") > self.read_up_to and self.is_listed


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as it is shown: with a true preview, and how much is unread.

    `is_settled` says that it stays so until `META` changes: the message of the preview is there, and of no number it is
    open whether it has a message.
    """

    conversation: ConversationItem
    membership: MembershipItem
    unread_count: int
    is_settled: bool


@dataclass(frozen=True, slots=True)
class Everything:
    """All entries of a user, in no order; `kept_at` where they are many and a list is to be kept, since when."""

    entries: list[Entry]
    kept_at: int | None


def find(caller: Caller, parts: Sequence[int]) -> KeptList | Everything:
    """What is to be read for a list: the kept one with these of its parts, or else everything.

    Who is not known to have one may have few memberships: these are read at the same time, so that few conversations
    cost two round trips.
    """
    if kept.is_known(caller):
        return kept.read(caller, parts) or read_everything(caller)
    head, (items, more) = dynamodb.in_parallel(
        lambda: kept.read_head(caller), lambda: _memberships(caller, limit=kept.FEW + 1)
    )
    if more is None and len(items) <= kept.FEW:
        return Everything(_with_conversations(caller, items), None)
    return (None if head is None else kept.read(caller, parts)) or read_everything(caller)


def read_everything(caller: Caller, *, keep: bool = True) -> Everything:
    """All memberships of the caller with their conversations.

    The memberships are read consistently, so what was left or read a moment ago shows; the conversations are not.
    """
    kept_at = kept.begin(caller) if keep else None
    memberships: list[RawItem] = []
    start: RawItem | None = None
    while True:
        page, start = _memberships(caller, after=start)
        memberships += page
        if start is None:
            return Everything(_with_conversations(caller, memberships), kept_at)


def _memberships(
    caller: Caller, *, limit: int | None = None, after: RawItem | None = None
) -> tuple[list[RawItem], RawItem | None]:
    return dynamodb.query(
        settings().chat_table,
        keys.user(caller.tenant_id, caller.user_id),
        begins_with=keys.MEMBERSHIP_PREFIX,
        consistent=True,
        limit=limit,
        after=after,
    )


def _with_conversations(caller: Caller, memberships: Sequence[RawItem]) -> list[Entry]:
    places = {meta_key(caller.tenant_id, required_text(raw, "conversation_id")): raw for raw in memberships}
    found: dict[Key, RawItem] = dynamodb.batch_get(settings().chat_table, places) if places else {}
    return [Entry(raw, found[at]) for at, raw in places.items() if at in found]


def read_some(caller: Caller, conversation_ids: Collection[str]) -> list[Entry]:
    """Those of these conversations that the caller is in, in no order. 1 RRU each, neither half consistent."""
    metas = {meta_key(caller.tenant_id, each): each for each in conversation_ids}
    own = {each: membership_key(caller.tenant_id, caller.user_id, each) for each in conversation_ids}
    found = dynamodb.batch_get(settings().chat_table, [*metas, *own.values()]) if metas else {}
    return [Entry(found[own[each]], found[at]) for at, each in metas.items() if at in found and own[each] in found]


def read_metas(caller: Caller, conversation_ids: Collection[str]) -> dict[str, RawItem]:
    """The stored conversations among these. 0.5 RRU each."""
    places = {meta_key(caller.tenant_id, each): each for each in conversation_ids}
    found = dynamodb.batch_get(settings().chat_table, places) if places else {}
    return {places[at]: raw for at, raw in found.items()}


def show(caller: Caller, entries: Sequence[Entry], known: dict[str, int]) -> list[Shown]:
    """The entries as they are shown. `known` are versions of conversations whose previews have been found true.

    Of the others those are looked at that have something unread, and those where the caller wrote last, today: what a
    member has read, somebody has been shown; what the caller wrote may have been read by nobody.
    """
    pairs = [
        (ConversationItem.from_raw_data(entry.conversation), MembershipItem.from_raw_data(entry.membership))
        for entry in entries
    ]
    now = clock.now_ms()
    doubtful = [
        index
        for index, (conversation, membership) in enumerate(pairs)
        if known.get(conversation.conversation_id) != int(conversation.version)
        and (
            int(conversation.seq) > read_up_to(membership, conversation)
            or (
                conversation.last_author_id == caller.user_id and now - int(conversation.given_at or 0) < OWN_CHECKED_MS
            )
        )
    ]
    looked_at = checked([pairs[index][0] for index in doubtful])
    for index, conversation in zip(doubtful, looked_at, strict=True):
        pairs[index] = (conversation, pairs[index][1])
    counts = _unread_counts(pairs)
    was_looked_at = set(doubtful)
    return [
        Shown(
            conversation,
            membership,
            count,
            known.get(conversation.conversation_id) == int(conversation.version)
            or (index in was_looked_at and _is_settled(entries[index].conversation, conversation)),
        )
        for index, ((conversation, membership), count) in enumerate(zip(pairs, counts, strict=True))
    ]


def _is_settled(before: RawItem, after: ConversationItem) -> bool:
    """Whether looking at the preview found it true, and no number after it open."""
    last, seq = int(after.last_seq or 0), int(after.seq)
    is_as_stored = number(before, "version") == int(after.version) and number(before, "last_seq") == last
    last = max(last, int(after.truncated_seq or 0))
    return is_as_stored and len(gaps_between(after, last, seq)) == seq - last


def _unread_counts(pairs: Sequence[tuple[ConversationItem, MembershipItem]]) -> list[int]:
    """What is unread of each conversation; those whose reader is far behind cost a call each, made in parallel."""
    far_behind = [
        index
        for index, (conversation, membership) in enumerate(pairs)
        if read_up_to(membership, conversation) < int(conversation.gaps_floor)
    ]
    counts = [
        0 if index in far_behind else count_unread(conversation, membership)
        for index, (conversation, membership) in enumerate(pairs)
    ]

    def count(index: int) -> int:
        return count_unread(*pairs[index])

    for index, unread_count in zip(far_behind, dynamodb.map_parallel(count, far_behind), strict=True):
        counts[index] = unread_count
    return counts


def keep(caller: Caller, everything: Everything, shown: Sequence[Shown]) -> None:
    """Keep a list of what was read; `shown` are those entries that were looked at for an answer."""
    if everything.kept_at is None:
        return
    by_id = {each.conversation.conversation_id: each for each in shown}
    unread = [entry for entry in everything.entries if entry.is_unread]
    if len(unread) <= MOST_CHECKED:
        missing = [entry for entry in unread if entry.conversation_id not in by_id]
        by_id |= {each.conversation.conversation_id: each for each in show(caller, missing, {})}
    settled = {name: each for name, each in by_id.items() if each.is_settled}
    unread_ids = {entry.conversation_id for entry in unread}
    looked_at = {
        entry.conversation_id
        for entry in everything.entries
        if activity.is_looked_at(number_or_none(entry.conversation, "given_at"), everything.kept_at)
    }
    kept.keep(
        caller,
        everything.kept_at,
        [_row(entry, settled) for entry in everything.entries],
        [_unread_row(entry, settled) for entry in unread],
        looked_at | {name for name in unread_ids & by_id.keys() if name not in settled},
    )


def _row(entry: Entry, settled: dict[str, Shown]) -> Row:
    return Row(
        entry.conversation_id,
        required_number(entry.conversation, "last_at"),
        entry.changed_at,
        required_text(entry.conversation, "type"),
        state_of(
            archived=entry.is_archived,
            hidden=entry.is_hidden,
            archived_for_me=entry.is_archived_for_me,
            pinned=entry.is_pinned,
        ),
        number(entry.conversation, "version") if entry.conversation_id in settled else 0,
        listed_texts(entry.membership, "labels"),
        entry.declared,
        text(entry.membership, "declared_type"),
    )


def _unread_row(entry: Entry, settled: dict[str, Shown]) -> UnreadRow:
    shown = settled.get(entry.conversation_id)
    return UnreadRow(
        entry.conversation_id,
        required_number(entry.conversation, "last_at"),
        0 if shown is None else number(entry.conversation, "version"),
        entry.read_up_to,
        0 if shown is None else shown.unread_count,
    )
