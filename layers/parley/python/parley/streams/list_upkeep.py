"""From the change stream to the kept lists of those who have many conversations: what changed in them.

A change of a conversation is noted beside the list of each member who has one, unless it is covered
(`parley.messaging.activity`): once for each hour in which somebody sends, however many do, and for each other change in
an hour without. A member without a list costs 1 RRU then, one with a list 1 WRU more. A note may be written again, late
or in any order: it says that the conversation is to be looked at, not what became of it.

An edit or a delete that died before the preview knew of it, or a silent message before its gap did, is carried
through here, since a list believes a preview
that it has found true once.
"""

from collections.abc import Iterable, Sequence

from parley.messaging import activity
from parley.messaging.conversations.gaps import record_silent
from parley.messaging.conversations.newest import checked
from parley.messaging.items import ConversationItem
from parley.messaging.members import arrivals
from parley.messaging.sequence import gaps_between
from parley.settings import settings
from parley.streams.changes import Change
from parley.streams.consumer import MALFORMED, set_aside
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, number_or_none, required_text
from parley.tables.items import COLLECTION_INDEX
from parley.tables.keys import Key

ENTITIES = frozenset({"conversation", "message"})
LISTED = frozenset({"archived_at", "gap_count", "last_at", "last_seq", "seq", "updated_at"})
"""What a kept list says of a conversation follows from these; the rest of `META` is read when it is shown."""
SAID = frozenset({"deleted_at", "text", "void"})


def wants(change: Change) -> bool:
    """Whether a change may concern a kept list; raises what reading a malformed item raises."""
    if change.op == "insert":
        return change.entity == "message" and "silent" in change.image
    if change.op != "modify":
        return False
    if change.entity == "conversation" and change.sk == keys.META_SK:
        return not LISTED.isdisjoint(change.changed()) and not _is_covered(change)
    return change.entity == "message" and not SAID.isdisjoint(change.changed())


def _is_covered(change: Change) -> bool:
    """As whoever made the change has found it; in doubt, since clocks differ, it is not."""
    before, after = (number_or_none(image or {}, "given_at") for image in (change.old, change.new))
    if before != after:
        return after is not None and activity.is_covered(before, after)
    return all(
        activity.is_covered(after, change.occurred_at + difference)
        for difference in (-activity.SKEW_MS, activity.SKEW_MS)
    )


def apply(changes: Sequence[Change]) -> list[Change]:
    """Note the changes of a batch, each conversation's last; returns those that no code of ours wrote."""
    unreadable: list[Change] = []
    conversations: dict[tuple[str, str], int] = {}
    said: list[tuple[Key, int]] = []
    silent: list[tuple[Key, int]] = []
    for change in changes:
        try:
            if not wants(change):
                continue
            conversation_id = keys.conversation_of(change.pk)
            if change.entity == "message":
                meta = Key(keys.conversation(change.tenant_id, conversation_id), keys.META_SK)
                is_reply = keys.thread_root_of(change.pk) is not None
                seq = number_or_none(change.image, "shown_seq" if is_reply else "seq")
                if seq is not None and change.op == "insert":
                    silent.append((meta, seq))
                elif seq is not None:
                    said.append((meta, seq))
            else:
                name = (change.tenant_id, conversation_id)
                conversations[name] = max(change.version, conversations.get(name, 0))
        except MALFORMED:
            unreadable.append(set_aside(change))
    _carry_through(said)
    _record_silent(silent)
    for (tenant_id, conversation_id), version in conversations.items():
        activity.note_for(tenant_id, _with_lists(tenant_id, conversation_id), conversation_id)
        activity.drop_unlisted(tenant_id, conversation_id, version)
    return unreadable


def _carry_through(said: Iterable[tuple[Key, int]]) -> None:
    """See that previews say what the messages say that changed. 0.5 RRU for a conversation, 1 where it is its newest.

    A change that comes late finds the preview of what came after it.
    """
    newest = dict(sorted(said, key=lambda each: each[1]))
    found = dynamodb.batch_get(settings().chat_table, newest) if newest else {}
    checked([ConversationItem.from_raw_data(raw) for at, raw in found.items() if _shows(raw, newest[at])])


def _record_silent(silent: Sequence[tuple[Key, int]]) -> None:
    """Record the gap of each silent message whose sender died before. 1 RRU for a conversation."""
    metas = dict(silent)
    found = dynamodb.batch_get(settings().chat_table, metas, consistent=True) if metas else {}
    for at, seq in silent:
        conversation = ConversationItem.read(found.get(at))
        if conversation is not None and seq not in gaps_between(conversation, seq - 1, seq):
            record_silent(at, seq)


def _shows(raw: RawItem, seq: int) -> bool:
    return number_or_none(raw, "last_seq") == seq


def _with_lists(tenant_id: str, conversation_id: str) -> list[str]:
    """The members who have a kept list: those that the index lists, and who came so lately that it may not yet."""
    members = dict.fromkeys([*_listed(tenant_id, conversation_id), *arrivals.recent(tenant_id, conversation_id)])
    heads = {Key(keys.user(tenant_id, user_id), keys.KEPT_LIST_SK): user_id for user_id in members}
    found = dynamodb.batch_get(settings().control_table, heads, consistent=True) if heads else {}
    return [user_id for at, user_id in heads.items() if at in found]


def _listed(tenant_id: str, conversation_id: str) -> list[str]:
    pk = keys.members(tenant_id, conversation_id)
    found = dynamodb.every(settings().chat_table, pk, begins_with=keys.MEMBER_GSK_PREFIX, index=COLLECTION_INDEX)
    return [keys.member_of(required_text(raw, "gsk")) for raw in found]
