"""What a change of a conversation tells: of its messages, of what hangs on them, and of who is in it or comes in."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from parley.messaging.messages.annotations import VOTES_PREFIX
from parley.streams import states
from parley.streams.changes import Change
from parley.streams.envelope import EventType
from parley.streams.stream_event import StreamEvent, appears, event_of
from parley.tables import keys
from parley.tables.attributes import number_or_none

CONVERSATION_FIELDS = (
    "avatar_url", "custom", "frozen", "history", "join_requests", "name", "settings", "slow_mode_seconds",
    "team",
)  # fmt: skip
MESSAGE_FIELDS = frozenset(
    {
        "text",
        "attachments",
        "mentions",
        "mentioned_groups",
        "custom",
        "edited_at",
        "link_previews",
        "pinned_at",
        "pinned_by",
        "translations",
    }
)
OWN_FIELDS = (
    "archived_for_me",
    "hidden",
    "hidden_seq",
    "labels",
    "muted",
    "muted_until",
    "pinned",
    "push_level",
    "push_until",
    "visible_from",
)


def _message(change: Change) -> Iterator[StreamEvent]:
    address = states.address_of(change.image)
    entity_id, author = str(address), change.text("author_id")
    # What is gone for good does not say it any more.
    shown_seq = number_or_none((change.old or {}) | change.image, "shown_seq")
    places: dict[str, Any] = {"seq": address.seq, "shown_seq": shown_seq}
    if change.op == "insert":
        yield event_of(change, "message.created", entity_id, actor_id=author, **places)
    elif change.op == "remove":
        return  # its conversation has been truncated, which says so once
    elif appears(change, "deleted_at"):
        gone = {"id": entity_id, "conversation_id": address.conversation_id, "seq": address.seq}
        yield event_of(
            change,
            "message.deleted",
            entity_id,
            actor_id=change.text("deleted_by"),
            subject=gone,
            **places,
        )
    else:
        changed = _changed_of_message(change)
        if changed and "deleted_at" not in change.image:
            yield event_of(change, "message.updated", entity_id, actor_id=author, changed=tuple(changed), **places)


def _changed_of_message(change: Change) -> list[str]:
    """What a message says that changed; what it keeps of its files is part of its attachments."""
    names = ("attachments" if name == "files" else name for name in change.changed())
    return [name for name in dict.fromkeys(names) if name in MESSAGE_FIELDS]


def _reference(change: Change) -> Iterator[StreamEvent]:
    """A thread reply that is shown in the conversation takes a place there; its text is told by the reply's own."""
    if change.op == "insert":
        address = states.address_of(change.image)
        yield event_of(change, "message.created", str(address), seq=address.seq, actor_id=change.text("author_id"))


def _shadowed_message(change: Change) -> Iterator[StreamEvent]:
    """A message that its author alone is shown, as any other is told; and a place of it in the conversation."""
    owner = keys.shadowed_user_of(change.sk)
    read = _reference if "reference" in change.image else _message
    yield from (replace(told, owner=owner, private=True) for told in read(change))


def _annotations(change: Change) -> Iterator[StreamEvent]:
    """Each user's reaction that came or went, what votes have come to, and the reply count of a thread's root.

    Past the users that the item names, only the count is known: `user_id` is null then.
    """
    if change.op == "remove":
        return
    address = keys.address_of(change.key)
    entity_id = f"{address}/annotations"
    before, after = states.reactors(change.old), states.reactors(change.new)
    fewer, more = states.overflow_changes(change.old, change.new)
    part: tuple[tuple[EventType, set[tuple[str, str]]], ...] = (
        ("reaction.added", after - before | more),
        ("reaction.removed", before - after | fewer),
    )
    for event_type, pairs in part:
        for reaction, user_id in sorted(pairs):
            yield event_of(
                change,
                event_type,
                entity_id,
                part=f"{event_type}/{reaction}/{user_id}",
                seq=address.seq,
                actor_id=user_id or None,
                subject={"message_id": str(address), "reaction": reaction, "user_id": user_id or None},
            )
    if "closed" not in change.image and any(map(_is_of_votes, change.changed())):
        yield event_of(
            change,
            "poll.updated",
            entity_id,
            part="poll",
            seq=address.seq,
            changed=("poll_results",),
            subject={"message_id": str(address)},
        )
    if change.changed_among(("reply_count",)):
        yield event_of(
            change,
            "message.updated",
            entity_id,
            part="replies",
            seq=address.seq,
            changed=("reply_count",),
            subject={"message_id": str(address)},
        )


def _is_of_votes(name: str) -> bool:
    return name in {"voters", "poll_closed_at"} or name.startswith(VOTES_PREFIX)


def _vote(change: Change) -> Iterator[StreamEvent]:
    """What a user has voted for, to that user alone; in an anonymous poll nobody knows whose vote it is."""
    user_id = change.text("user_id")
    if change.op == "remove" or user_id is None or not change.changed_among(("options",)):
        return
    address = keys.address_of(change.key)
    yield event_of(
        change,
        "poll.voted",
        f"{address}/votes/{user_id}",
        seq=address.seq,
        actor_id=user_id,
        owner=user_id,
        private=True,
        changed=("options",),
    )


def _conversation(change: Change) -> Iterator[StreamEvent]:
    entity_id = change.conversation_id or ""
    if change.op == "insert":
        yield event_of(change, "conversation.created", entity_id, actor_id=change.text("created_by"))
    elif change.op == "modify" and appears(change, "archived_at"):
        yield event_of(change, "conversation.archived", entity_id)
    elif change.op == "modify":
        changed = change.changed_among(CONVERSATION_FIELDS)
        if changed:
            yield event_of(change, "conversation.updated", entity_id, changed=tuple(changed))
        if change.changed_among(("truncated_seq",)):
            yield event_of(change, "conversation.truncated", entity_id, part="truncated", changed=("truncated_seq",))


def _details(change: Change) -> Iterator[StreamEvent]:
    changed = change.changed_among(CONVERSATION_FIELDS)
    if change.op == "modify" and changed:
        yield event_of(change, "conversation.updated", f"{change.conversation_id}/details", changed=tuple(changed))


def _membership(change: Change) -> Iterator[StreamEvent]:
    user_id = change.text("user_id") or ""
    entity_id = f"{change.conversation_id}/{user_id}"
    if change.op != "modify":
        left = change.op == "remove"
        yield event_of(
            change,
            "member.removed" if left else "member.added",
            entity_id,
            owner=user_id,
            gone=left,
            subject={"conversation_id": change.conversation_id, "user_id": user_id} if left else {},
        )
        return
    if change.changed_among(("role",)):
        yield event_of(change, "member.updated", entity_id, part="role", owner=user_id, changed=("role",))
    if change.changed_among(("read_seq",)):
        yield event_of(
            change,
            "read.updated",
            entity_id,
            part="read",
            actor_id=user_id,
            owner=user_id,
            changed=("read_seq",),
        )
    if change.changed_among(("delivered_seq",)):
        yield event_of(
            change,
            "delivered.updated",
            entity_id,
            part="delivered",
            actor_id=user_id,
            owner=user_id,
            changed=("delivered_seq",),
        )
    if own := change.changed_among(OWN_FIELDS):
        yield event_of(
            change,
            "member.updated",
            entity_id,
            part="own",
            actor_id=user_id,
            owner=user_id,
            private=True,
            changed=tuple(own),
        )


def _invite(change: Change) -> Iterator[StreamEvent]:
    """To who is invited, who is no member: so it is no event of the conversation."""
    user_id, conversation_id = change.text("user_id") or "", change.text("conversation_id")
    gone = change.op == "remove"
    if not gone and change.op == "modify" and not change.changed_among(("valid_until",)):
        return
    told = event_of(
        change,
        "invite.removed" if gone else "invite.created",
        f"{conversation_id}/{user_id}/invite",
        actor_id=None if gone else change.text("invited_by"),
        owner=user_id,
        private=True,
        gone=gone,
        subject={"conversation_id": conversation_id, "user_id": user_id} if gone else {},
    )
    yield replace(told, conversation_id=None)


def _join_request(change: Change) -> Iterator[StreamEvent]:
    """To the conversation's admins, and to who asks."""
    user_id, gone = change.text("user_id") or "", change.op == "remove"
    if change.op != "modify":
        yield event_of(
            change,
            "join_request.removed" if gone else "join_request.created",
            f"{change.conversation_id}/{user_id}/join-request",
            actor_id=None if gone else user_id,
            owner=user_id,
            gone=gone,
            subject={"conversation_id": change.conversation_id, "user_id": user_id} if gone else {},
        )


def _case(change: Change) -> Iterator[StreamEvent]:
    """What moderators are to decide, and do; to webhooks alone, so to no owner and of no conversation."""
    message_id = change.text("message_id") or ""
    happened: tuple[tuple[EventType, bool], ...] = (
        ("case.opened", bool(change.changed_among(("opened_at",)))),
        ("case.claimed", bool(change.changed_among(("claimed_by",))) and "claimed_by" in change.image),
        ("case.decided", appears(change, "closed_at") and "decision_id" in change.image),
    )
    for event_type, is_so in happened:
        if is_so and change.op != "remove":
            told = event_of(change, event_type, f"{message_id}/case", part=event_type, private=True)
            yield replace(told, conversation_id=None)


READERS: dict[str, Callable[[Change], Iterator[StreamEvent]]] = {
    "message": _message,
    "reference": _reference,
    "shadowed_message": _shadowed_message,
    "annotations": _annotations,
    "vote": _vote,
    "conversation": _conversation,
    "conversation_details": _details,
    "membership": _membership,
    "invite": _invite,
    "join_request": _join_request,
    "case": _case,
}
