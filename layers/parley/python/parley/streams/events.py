"""Events of a change: those that one write causes, each with what `present` needs to show its state.

A `StreamEvent` carries no state. `present` takes it from an image: the record's own (a webhook tells what happened
then), or the item as it is now (realtime and replay never show an older state after a newer).
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from parley import clock
from parley.drafts.items import SAYS
from parley.identity import stored_settings
from parley.ids import MessageAddress
from parley.messaging.messages.annotations import VOTES_PREFIX
from parley.permissions.checking import Seat, allows
from parley.permissions.roles import Permission
from parley.streams import states
from parley.streams.changes import Change
from parley.streams.envelope import Event, EventType, event_id
from parley.tables import keys
from parley.tables.attributes import RawItem, number, number_or_none, text
from parley.tables.keys import Key

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
THREAD_FIELDS = {"unfollowed_at": "following", "read_seq": "read_seq"}
"""What of a user's place in a thread is told when it changes, by how it is stored."""
DRAFT_FIELDS = (*SAYS, "updated_at")
USER_FIELDS = ("avatar_url", "custom", "languages", "name", "role", "status_text", "teams")
RECEIPTS = frozenset({"read.updated", "delivered.updated"})
"""What a tenant that hides receipts tells nobody but the member."""
COALESCED = RECEIPTS | {"poll.updated"}
"""What is told to sockets once a batch for each of its subjects, in its last state: the others would say the same."""
RECEIPT_FIELDS = ("delivered_at", "delivered_seq", "read_at", "read_seq")
STANDS_BY: dict[str, str] = {
    "appeal.decided": "answered_at",
    "bookmark.due": "reminded_at",
    "conversation.archived": "archived_at",
    "scheduled_message.failed": "failure",
}
"""What an item has as long as such an event of it is true."""
TOLD_TO: Mapping[str, Permission] = {"join_request": "review_join_requests", "membership": "see_members"}
"""Of which entities only those members are told whose role allows this, and whoever they are of."""
MEDIA_TYPES: dict[str, EventType] = {"ready": "media.ready", "rejected": "media.rejected"}


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One event to tell. `subject` names what of the item it is about (a reaction and who reacted).

    `private` is for the user `owner` alone; `gone` tells that the item was removed, so `subject` is all there is. `key`
    is where the item stands whose state the event shows, `shown_seq` the place of a reply in its conversation.
    """

    id: str
    type: EventType
    key: Key
    tenant_id: str
    entity: str
    entity_id: str
    version: int
    occurred_at: int
    conversation_id: str | None = None
    seq: int | None = None
    actor_id: str | None = None
    owner: str | None = None
    private: bool = False
    gone: bool = False
    changed: tuple[str, ...] = ()
    subject: dict[str, Any] = field(default_factory=dict)
    shown_seq: int | None = None


def stream_events(change: Change) -> list[StreamEvent]:
    """The events of a change, none for what is internal (sequence numbers, gaps, member summaries) or imported."""
    if change.is_import:
        return []
    reader = _READERS.get(change.entity)
    return [] if reader is None else list(reader(change))


def present(stream_event: StreamEvent, image: RawItem | None) -> Event:
    """The event with the state in an image of its item; without one, as of an item that is gone."""
    return Event(
        id=stream_event.id,
        type=stream_event.type,
        tenant_id=stream_event.tenant_id,
        conversation_id=stream_event.conversation_id,
        entity_id=stream_event.entity_id,
        seq=stream_event.seq,
        version=max(stream_event.version, version_of(image)),
        created_at=clock.to_datetime(stream_event.occurred_at),
        actor_id=stream_event.actor_id,
        data=_state(stream_event, image) | stream_event.subject,
        changed=list(stream_event.changed),
    )


def present_now(stream_event: StreamEvent, current: RawItem | None) -> Event | None:
    """The event with the state that its item has now; None where that contradicts what it tells.

    Whoever is told only this never sees an older state after a newer one, in whatever order records come: the state
    is never older than the record, and what contradicts it (a deletion, a return) tells itself in a record of its own.
    """
    if stream_event.gone:
        is_gone = current is None or (stream_event.type == "user.deleted" and "erased_at" in current)
        return present(stream_event, None) if is_gone else None
    if current is None or _contradicts(stream_event, current):
        return None
    return present(stream_event, None if "void" in current else current)


def _contradicts(stream_event: StreamEvent, current: RawItem) -> bool:
    """Whether what stands at the item's key now denies what happened to it.

    What stands there may be something else than what was written: a place that has been closed or emptied for good
    (`void`) has neither the message nor the reference any more, and tells nothing but that it is gone.
    """
    event_type = stream_event.type
    if event_type == "message.deleted":
        return "void" not in current and "deleted_at" not in current
    if "void" in current or text(current, "entity") != stream_event.entity:
        return True
    if event_type in {"message.created", "message.updated"}:
        return "deleted_at" in current
    if event_type in {"reaction.added", "reaction.removed"}:
        reaction, user_id = stream_event.subject["reaction"], stream_event.subject["user_id"]
        reacted = (reaction, user_id) in states.reactors(current)
        return user_id is not None and reacted != (event_type == "reaction.added")
    if event_type in STANDS_BY:
        return STANDS_BY[event_type] not in current
    return stream_event.entity == "user" and _contradicts_user(event_type, current)


def _contradicts_user(event_type: EventType, current: RawItem) -> bool:
    if event_type in {"user.deactivated", "user.reactivated"}:
        return "erased_at" in current or ("deactivated_at" in current) != (event_type == "user.deactivated")
    return event_type == "user.updated" and "erased_at" in current


def without_receipts(stream_event: StreamEvent, event: Event) -> Event:
    """The event as a tenant that hides receipts tells it: what it says of a member is not how far they have read."""
    if stream_event.entity != "membership" or stream_event.private or stream_event.type in RECEIPTS:
        return event
    hidden = dict.fromkeys(name for name in RECEIPT_FIELDS if name in event.data)
    return event.model_copy(update={"data": event.data | hidden})


def for_webhooks(event: Event) -> Event:
    """The event as a tenant's server is told it: what a user notes for themselves is nobody else's."""
    return event.model_copy(update={"data": event.data | {"note": None}}) if event.type == "bookmark.due" else event


def version_of(image: RawItem | None) -> int:
    return number(image or {}, "version")


def _state(stream_event: StreamEvent, image: RawItem | None) -> dict[str, Any]:
    if image is None or stream_event.gone:
        return {}
    if stream_event.private and stream_event.entity == "membership":
        return states.own_membership_state(image)
    return states.STATES[stream_event.entity](image)


def events_of(change: Change) -> list[Event]:
    """The events of a change with the state that its record carries."""
    return [present(stream_event, change.image) for stream_event in stream_events(change)]


def _stream_event(
    change: Change, event_type: EventType, entity_id: str, *, part: str = "", **fields: Any
) -> StreamEvent:
    """`part` distinguishes this event from the others of the same write."""
    op = f"{change.op}/{part}" if part else change.op
    return StreamEvent(
        id=event_id(change.pk, change.sk, change.version, op),
        type=event_type,
        key=change.key,
        tenant_id=change.tenant_id,
        entity=change.entity,
        entity_id=entity_id,
        version=change.version,
        occurred_at=change.occurred_at,
        conversation_id=change.conversation_id,
        **fields,
    )


def _appears(change: Change, name: str) -> bool:
    return name in change.image and name not in (change.old or {})


def _message(change: Change) -> Iterator[StreamEvent]:
    address = states.address_of(change.image)
    entity_id, author = str(address), change.text("author_id")
    # What is gone for good does not say it any more.
    shown_seq = number_or_none((change.old or {}) | change.image, "shown_seq")
    places: dict[str, Any] = {"seq": address.seq, "shown_seq": shown_seq}
    if change.op == "insert":
        yield _stream_event(change, "message.created", entity_id, actor_id=author, **places)
    elif change.op == "remove":
        return  # its conversation has been truncated, which says so once
    elif _appears(change, "deleted_at"):
        gone = {"id": entity_id, "conversation_id": address.conversation_id, "seq": address.seq}
        yield _stream_event(
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
            yield _stream_event(change, "message.updated", entity_id, actor_id=author, changed=tuple(changed), **places)


def _changed_of_message(change: Change) -> list[str]:
    """What a message says that changed; what it keeps of its files is part of its attachments."""
    names = ("attachments" if name == "files" else name for name in change.changed())
    return [name for name in dict.fromkeys(names) if name in MESSAGE_FIELDS]


def _reference(change: Change) -> Iterator[StreamEvent]:
    """A thread reply that is shown in the conversation takes a place there; its text is told by the reply's own."""
    if change.op == "insert":
        address = states.address_of(change.image)
        yield _stream_event(change, "message.created", str(address), seq=address.seq, actor_id=change.text("author_id"))


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
            yield _stream_event(
                change,
                event_type,
                entity_id,
                part=f"{event_type}/{reaction}/{user_id}",
                seq=address.seq,
                actor_id=user_id or None,
                subject={"message_id": str(address), "reaction": reaction, "user_id": user_id or None},
            )
    if "closed" not in change.image and any(map(_is_of_votes, change.changed())):
        yield _stream_event(
            change,
            "poll.updated",
            entity_id,
            part="poll",
            seq=address.seq,
            changed=("poll_results",),
            subject={"message_id": str(address)},
        )
    if change.changed_among(("reply_count",)):
        yield _stream_event(
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
    yield _stream_event(
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
        yield _stream_event(change, "conversation.created", entity_id, actor_id=change.text("created_by"))
    elif change.op == "modify" and _appears(change, "archived_at"):
        yield _stream_event(change, "conversation.archived", entity_id)
    elif change.op == "modify":
        changed = change.changed_among(CONVERSATION_FIELDS)
        if changed:
            yield _stream_event(change, "conversation.updated", entity_id, changed=tuple(changed))
        if change.changed_among(("truncated_seq",)):
            yield _stream_event(
                change, "conversation.truncated", entity_id, part="truncated", changed=("truncated_seq",)
            )


def _details(change: Change) -> Iterator[StreamEvent]:
    changed = change.changed_among(CONVERSATION_FIELDS)
    if change.op == "modify" and changed:
        yield _stream_event(change, "conversation.updated", f"{change.conversation_id}/details", changed=tuple(changed))


def _membership(change: Change) -> Iterator[StreamEvent]:
    user_id = change.text("user_id") or ""
    entity_id = f"{change.conversation_id}/{user_id}"
    if change.op != "modify":
        left = change.op == "remove"
        yield _stream_event(
            change,
            "member.removed" if left else "member.added",
            entity_id,
            owner=user_id,
            gone=left,
            subject={"conversation_id": change.conversation_id, "user_id": user_id} if left else {},
        )
        return
    if change.changed_among(("role",)):
        yield _stream_event(change, "member.updated", entity_id, part="role", owner=user_id, changed=("role",))
    if change.changed_among(("read_seq",)):
        yield _stream_event(
            change,
            "read.updated",
            entity_id,
            part="read",
            actor_id=user_id,
            owner=user_id,
            changed=("read_seq",),
        )
    if change.changed_among(("delivered_seq",)):
        yield _stream_event(
            change,
            "delivered.updated",
            entity_id,
            part="delivered",
            actor_id=user_id,
            owner=user_id,
            changed=("delivered_seq",),
        )
    if own := change.changed_among(OWN_FIELDS):
        yield _stream_event(
            change,
            "member.updated",
            entity_id,
            part="own",
            actor_id=user_id,
            owner=user_id,
            private=True,
            changed=tuple(own),
        )


def _thread_follow(change: Change) -> Iterator[StreamEvent]:
    """Whether a user follows a thread, and how far they have read in it: for themselves alone."""
    root, owner = states.root_of(change.image), keys.user_of(change.pk)
    gone = change.op == "remove"
    changed = [told for name, told in THREAD_FIELDS.items() if change.changed_among((name,))]
    if change.op != "modify":
        changed = ["following"]
    if changed:
        yield _stream_event(
            change,
            "thread.updated",
            f"{root}/{owner}",
            actor_id=owner,
            owner=owner,
            private=True,
            gone=gone,
            changed=tuple(changed),
            subject=states.thread_state(root, owner, None) if gone else {},
        )


def _draft(change: Change) -> Iterator[StreamEvent]:
    """What a user has not sent yet, for themselves alone."""
    (conversation_id, root_seq), owner = keys.draft_of(change.sk), keys.user_of(change.pk)
    root = None if root_seq is None else MessageAddress(conversation_id, root_seq)
    gone = change.op == "remove"
    changed = () if gone else tuple(change.changed_among(DRAFT_FIELDS))
    if gone or changed:
        yield _stream_event(
            change,
            "draft.deleted" if gone else "draft.updated",
            f"{root or conversation_id}/draft/{owner}",
            actor_id=owner,
            owner=owner,
            private=True,
            gone=gone,
            changed=changed,
            subject=states.draft_place(conversation_id, root, owner) if gone else {},
        )


def _bookmark(change: Change) -> Iterator[StreamEvent]:
    """A message that a user keeps, for themselves alone; that its reminder has come due, for webhooks too."""
    message_id, owner = keys.bookmark_of(change.sk), keys.user_of(change.pk)
    gone = change.op == "remove"
    changed = change.changed_among(("note", "remind_at", "reminded_at"))
    event_type: EventType = "bookmark.updated"
    if gone:
        event_type = "bookmark.deleted"
    elif _appears(change, "reminded_at"):
        event_type = "bookmark.due"
    if gone or changed or change.op == "insert":
        yield _stream_event(
            change,
            event_type,
            f"{message_id}/bookmark/{owner}",
            actor_id=owner,
            owner=owner,
            private=True,
            gone=gone,
            changed=tuple(changed),
            subject=states.bookmark_place(message_id, owner) if gone else {},
        )


def _user_mute(change: Change) -> Iterator[StreamEvent]:
    """Whom a user has muted, for themselves alone."""
    muted_id, owner, gone = keys.muted_of(change.sk), keys.user_of(change.pk), change.op == "remove"
    changed = () if gone else tuple(change.changed_among(("muted_until", "created_at")))
    if gone or changed:
        yield _stream_event(
            change,
            "mute.deleted" if gone else "mute.updated",
            f"{muted_id}/mute/{owner}",
            actor_id=owner,
            owner=owner,
            private=True,
            gone=gone,
            changed=tuple("until" if name == "muted_until" else name for name in changed),
            subject=states.mute_place(muted_id, owner) if gone else {},
        )


def _invite(change: Change) -> Iterator[StreamEvent]:
    """To who is invited, who is no member: so it is no event of the conversation."""
    user_id, conversation_id = change.text("user_id") or "", change.text("conversation_id")
    gone = change.op == "remove"
    if not gone and change.op == "modify" and not change.changed_among(("valid_until",)):
        return
    told = _stream_event(
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
        yield _stream_event(
            change,
            "join_request.removed" if gone else "join_request.created",
            f"{change.conversation_id}/{user_id}/join-request",
            actor_id=None if gone else user_id,
            owner=user_id,
            gone=gone,
            subject={"conversation_id": change.conversation_id, "user_id": user_id} if gone else {},
        )


def _scheduled_message(change: Change) -> Iterator[StreamEvent]:
    """A message that is sent later, for its author alone; what became of its send, for webhooks too."""
    owner, gone = keys.user_of(change.pk), change.op == "remove"
    changed = change.changed_among(("message", "send_at"))
    event_type: EventType = "scheduled_message.updated"
    if gone:
        event_type = "scheduled_message.sent" if change.text("status") == "sent" else "scheduled_message.deleted"
    elif _appears(change, "failure"):
        event_type = "scheduled_message.failed"
    if gone or changed or event_type == "scheduled_message.failed":
        yield _stream_event(
            change,
            event_type,
            keys.scheduled_of(change.sk),
            actor_id=owner,
            owner=owner,
            private=True,
            gone=gone,
            changed=tuple(changed),
            subject=states.scheduled_place(change.image, owner) if gone else {},
        )


def _case(change: Change) -> Iterator[StreamEvent]:
    """What moderators are to decide, and do; to webhooks alone, so to no owner and of no conversation."""
    message_id = change.text("message_id") or ""
    happened: tuple[tuple[EventType, bool], ...] = (
        ("case.opened", bool(change.changed_among(("opened_at",)))),
        ("case.claimed", bool(change.changed_among(("claimed_by",))) and "claimed_by" in change.image),
        ("case.decided", _appears(change, "closed_at") and "decision_id" in change.image),
    )
    for event_type, is_so in happened:
        if is_so and change.op != "remove":
            told = _stream_event(change, event_type, f"{message_id}/case", part=event_type, private=True)
            yield replace(told, conversation_id=None)


def _moderation_decision(change: Change) -> Iterator[StreamEvent]:
    """What was decided about a user, and their appeal: for themselves, in the conversation or not, and for webhooks."""
    owner, decision_id = keys.user_of(change.pk), keys.decision_of(change.sk)
    happened: tuple[tuple[EventType, bool], ...] = (
        ("moderation.decided", change.op == "insert"),
        ("appeal.filed", _appears(change, "appealed_at")),
        ("appeal.decided", _appears(change, "answered_at")),
    )
    for event_type, is_so in happened:
        if is_so and change.op != "remove":
            told = _stream_event(
                change, event_type, f"{decision_id}/decision", part=event_type, owner=owner, private=True
            )
            yield replace(told, conversation_id=None)


def _user(change: Change) -> Iterator[StreamEvent]:
    user_id = change.text("user_id") or ""
    changed = tuple(change.changed_among(USER_FIELDS))
    if "erased_at" in change.image:
        if _appears(change, "erased_at"):
            yield _stream_event(change, "user.deleted", user_id, owner=user_id, gone=True, subject={"id": user_id})
        return
    if change.op == "modify" and changed:
        yield _stream_event(change, "user.updated", user_id, actor_id=user_id, owner=user_id, changed=changed)
    if change.op == "modify" and change.changed_among(("deactivated_at",)):
        turned: EventType = "user.deactivated" if "deactivated_at" in change.image else "user.reactivated"
        yield _stream_event(change, turned, user_id, owner=user_id)


def _media(change: Change) -> Iterator[StreamEvent]:
    status = change.text("status") or ""
    if "imported" in change.image:
        return
    if change.op != "remove" and status in MEDIA_TYPES and change.changed_among(("status",)):
        owner = change.text("owner_id") or change.text("user_id")
        yield _stream_event(change, MEDIA_TYPES[status], keys.media_of(change.pk), actor_id=owner, owner=owner)


def _saved_search(change: Change) -> Iterator[StreamEvent]:
    """Each message that a saved search has found, for its owner as long as they are in the message's conversation."""
    if change.op != "modify" or not change.changed_among(("matches",)):
        return
    saved_id, owner = keys.saved_search_of(change.sk), keys.user_of(change.pk)
    for message_id, conversation_id in json.loads(change.text("told") or "[]"):
        told = _stream_event(
            change,
            "search.matched",
            f"{saved_id}/{message_id}",
            part=message_id,
            owner=owner,
            private=True,
            changed=("matches",),
            subject={"message_id": message_id, "conversation_id": conversation_id},
        )
        yield replace(told, conversation_id=conversation_id)


_READERS: dict[str, Callable[[Change], Iterator[StreamEvent]]] = {
    "message": _message,
    "reference": _reference,
    "annotations": _annotations,
    "vote": _vote,
    "conversation": _conversation,
    "conversation_details": _details,
    "membership": _membership,
    "thread_follow": _thread_follow,
    "draft": _draft,
    "bookmark": _bookmark,
    "user_mute": _user_mute,
    "invite": _invite,
    "join_request": _join_request,
    "scheduled_message": _scheduled_message,
    "case": _case,
    "moderation_decision": _moderation_decision,
    "user": _user,
    "media": _media,
    "saved_search": _saved_search,
}
EVENT_ENTITIES = frozenset(_READERS)
"""The entities whose changes tell events; a consumer of events need not be woken for others."""


def may_be_told(stream_event: StreamEvent, membership: RawItem) -> bool:
    """Whether a member's role lets them be told of an event."""
    permission = TOLD_TO.get(stream_event.entity)
    if permission is None or stream_event.owner == text(membership, "user_id"):
        return True
    return seat_allows(stream_event.tenant_id, membership, permission)


def seat_allows(tenant_id: str, membership: RawItem, permission: Permission) -> bool:
    """Whether a member's role allows it, by the tenant's types as they were within the last minute."""
    return allows(Seat.read(tenant_id, stored_settings.conversation_types(tenant_id), membership), permission)


def conversation_seq(stream_event: StreamEvent) -> int | None:
    """The number in the conversation that decides who may see the event: a reply's is its root's, unless it is shown.

    None where the event is about no message.
    """
    if stream_event.entity not in {"message", "reference", "annotations", "vote"}:
        return None
    address = MessageAddress.parse(stream_event.entity_id.partition("/")[0])
    return None if address is None else stream_event.shown_seq or address.root_seq or address.seq
