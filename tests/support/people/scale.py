"""Conversations as large as the growth tests need, written as items and not by a hundred thousand requests."""

from collections.abc import Iterable

from parley import clock
from parley.messaging.access import meta_key
from parley.messaging.items import MessageItem
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem
from parley.tables.expressions import Update
from tests.support.people.people import Person


def write(items: Iterable[RawItem]) -> None:
    """Write items 25 a call."""
    requests = [{"PutRequest": {"Item": item}} for item in items]
    for start in range(0, len(requests), 25):
        batch = {settings().chat_table: requests[start : start + 25]}
        assert not dynamodb.client().batch_write_item(RequestItems=batch)["UnprocessedItems"]


def add_members(owner: Person, conversation_id: str, count: int) -> None:
    """Give a conversation this many members more, as memberships and in its member count."""
    table = settings().chat_table
    own = keys.user(owner.tenant_id, owner.user_id)
    mine = dynamodb.get(table, keys.Key(own, keys.membership_sk(conversation_id)))
    assert mine is not None
    names = [f"member-{number}" for number in range(count)]
    write(
        mine
        | {
            "pk": {"S": keys.user(owner.tenant_id, name)},
            "gsk": {"S": keys.member_gsk(name)},
            "user_id": {"S": name},
            "role": {"S": "member"},
        }
        for name in names
    )
    summary = keys.Key(keys.conversation(owner.tenant_id, conversation_id), keys.MEMBER_SUMMARY_SK)
    dynamodb.update(table, summary, Update().add(member_count=count))


def set_history(
    owner: Person, conversation_id: str, *, messages: int, written: int = 0, gaps: int = 0, text: str = "hello"
) -> None:
    """Make a conversation stand at a sequence number; its `written` newest messages and its newest `gaps` are there."""
    meta = meta_key(owner.tenant_id, conversation_id)
    now = clock.now_ms() - 60_000
    write(
        MessageItem(
            pk=meta.pk,
            sk=keys.message_sk(seq),
            conversation_id=conversation_id,
            seq=seq,
            author_id=owner.user_id,
            text=text,
            created_at=now,
        ).serialize()
        for seq in range(messages - written + 1, messages + 1)
    )
    change = Update().set(
        seq=messages, last_seq=messages, last_author_id=owner.user_id, last_text="x" * 160, last_at=now
    )
    if gaps:
        numbers = {messages - 3 * number - 1 for number in range(gaps)}
        change.set(gaps=numbers, gap_count=gaps, gaps_floor=messages // 2)
    dynamodb.update(settings().chat_table, meta, change)
