"""Conversations as large as the growth tests need, written as items and not by a hundred thousand requests."""

from collections.abc import Iterable

from parley import clock, ids
from parley.messaging.access import meta_key
from parley.messaging.items import MessageItem
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, item
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


def add_conversations(who: Person, like: str, count: int, *, active: int = 0, unread: int = 0) -> list[str]:
    """Make a person a member of this many conversations like one that they are in; their ids, the last active first.

    The first `active` had something sent within the last day, spread over it, the others a month ago and before; the
    first `unread` have a message that the person has not read.
    """
    table, tenant_id = settings().chat_table, who.tenant_id
    pk = keys.user(tenant_id, who.user_id)
    meta = dynamodb.get(table, meta_key(tenant_id, like))
    mine = dynamodb.get(table, keys.Key(pk, keys.membership_sk(like)))
    assert meta is not None
    assert mine is not None
    now, day = clock.now_ms(), 24 * 3600 * 1000
    made: list[str] = []
    items: list[RawItem] = []
    for index in range(count):
        at = now - index * day // active if index < active else now - 30 * day - index * 60_000
        conversation_id = ids.timed_id(now, index)
        place = meta_key(tenant_id, conversation_id)
        said = MessageItem(
            pk=place.pk,
            sk=keys.message_sk(1),
            conversation_id=conversation_id,
            seq=1,
            author_id="somebody",
            text="x" * 100,
            created_at=at,
        )
        preview = {
            "conversation_id": conversation_id,
            "seq": 1,
            "last_seq": 1,
            "last_author_id": "somebody",
            "last_text": "x" * 100,
            "last_version": 1,
            "last_at": at,
            "given_at": at,
            "created_at": at,
            "updated_at": at,
        }
        membership = {"conversation_id": conversation_id, "read_seq": int(index >= unread), "joined_at": at}
        items += [
            meta | item({**place._asdict(), **preview}),
            mine
            | item({"pk": pk, "sk": keys.membership_sk(conversation_id), **membership})
            | item({"gpk": keys.members(tenant_id, conversation_id), "join_seq": 0}),
            said.serialize(),
        ]
        made.append(conversation_id)
    write(items)
    return made


def let_in(who: Person, beside: Person, conversation_ids: Iterable[str]) -> None:
    """Make a person a member of conversations that another is in."""
    table, gsk = settings().chat_table, keys.member_gsk(who.user_id)
    own, other = (keys.user(each.tenant_id, each.user_id) for each in (who, beside))
    places = [keys.Key(other, keys.membership_sk(each)) for each in conversation_ids]
    found = dynamodb.batch_get(table, places)
    write(raw | item({"pk": own, "gsk": gsk, "user_id": who.user_id}) for raw in found.values())
