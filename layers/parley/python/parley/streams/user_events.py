"""What a change of a user tells: of what they are, have, and are told alone."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

from parley.drafts.items import SAYS
from parley.ids import MessageAddress
from parley.streams import states
from parley.streams.changes import Change
from parley.streams.envelope import EventType
from parley.streams.stream_event import StreamEvent, appears, event_of
from parley.tables import keys

THREAD_FIELDS = {"unfollowed_at": "following", "read_seq": "read_seq"}
"""What of a user's place in a thread is told when it changes, by how it is stored."""
DRAFT_FIELDS = (*SAYS, "updated_at")
USER_FIELDS = ("avatar_url", "custom", "languages", "name", "role", "status_text", "teams")
MEDIA_TYPES: dict[str, EventType] = {"ready": "media.ready", "rejected": "media.rejected"}


def _thread_follow(change: Change) -> Iterator[StreamEvent]:
    """Whether a user follows a thread, and how far they have read in it: for themselves alone."""
    root, owner = states.root_of(change.image), keys.user_of(change.pk)
    gone = change.op == "remove"
    changed = [told for name, told in THREAD_FIELDS.items() if change.changed_among((name,))]
    if change.op != "modify":
        changed = ["following"]
    if changed:
        yield event_of(
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
        yield event_of(
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
    elif appears(change, "reminded_at"):
        event_type = "bookmark.due"
    if gone or changed or change.op == "insert":
        yield event_of(
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
        yield event_of(
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


def _scheduled_message(change: Change) -> Iterator[StreamEvent]:
    """A message that is sent later, for its author alone; what became of its send, for webhooks too."""
    owner, gone = keys.user_of(change.pk), change.op == "remove"
    changed = change.changed_among(("message", "send_at"))
    event_type: EventType = "scheduled_message.updated"
    if gone:
        event_type = "scheduled_message.sent" if change.text("status") == "sent" else "scheduled_message.deleted"
    elif appears(change, "failure"):
        event_type = "scheduled_message.failed"
    if gone or changed or event_type == "scheduled_message.failed":
        yield event_of(
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


def _moderation_decision(change: Change) -> Iterator[StreamEvent]:
    """What was decided about a user, and their appeal: for themselves, in the conversation or not, and for webhooks."""
    owner, decision_id = keys.user_of(change.pk), keys.decision_of(change.sk)
    happened: tuple[tuple[EventType, bool], ...] = (
        ("moderation.decided", change.op == "insert"),
        ("appeal.filed", appears(change, "appealed_at")),
        ("appeal.decided", appears(change, "answered_at")),
    )
    for event_type, is_so in happened:
        if is_so and change.op != "remove":
            told = event_of(change, event_type, f"{decision_id}/decision", part=event_type, owner=owner, private=True)
            yield replace(told, conversation_id=None)


def _user(change: Change) -> Iterator[StreamEvent]:
    user_id = change.text("user_id") or ""
    changed = tuple(change.changed_among(USER_FIELDS))
    if "erased_at" in change.image:
        if appears(change, "erased_at"):
            yield event_of(change, "user.deleted", user_id, owner=user_id, gone=True, subject={"id": user_id})
        return
    if change.op == "modify" and changed:
        yield event_of(change, "user.updated", user_id, actor_id=user_id, owner=user_id, changed=changed)
    if change.op == "modify" and change.changed_among(("deactivated_at",)):
        turned: EventType = "user.deactivated" if "deactivated_at" in change.image else "user.reactivated"
        yield event_of(change, turned, user_id, owner=user_id)


def _media(change: Change) -> Iterator[StreamEvent]:
    status = change.text("status") or ""
    if "imported" in change.image:
        return
    if change.op != "remove" and status in MEDIA_TYPES and change.changed_among(("status",)):
        owner = change.text("owner_id") or change.text("user_id")
        yield event_of(change, MEDIA_TYPES[status], keys.media_of(change.pk), actor_id=owner, owner=owner)


def _saved_search(change: Change) -> Iterator[StreamEvent]:
    """Each message that a saved search has found, for its owner as long as they are in the message's conversation."""
    if change.op != "modify" or not change.changed_among(("matches",)):
        return
    saved_id, owner = keys.saved_search_of(change.sk), keys.user_of(change.pk)
    for message_id, conversation_id in json.loads(change.text("told") or "[]"):
        told = event_of(
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


READERS: dict[str, Callable[[Change], Iterator[StreamEvent]]] = {
    "thread_follow": _thread_follow,
    "draft": _draft,
    "bookmark": _bookmark,
    "user_mute": _user_mute,
    "scheduled_message": _scheduled_message,
    "moderation_decision": _moderation_decision,
    "user": _user,
    "media": _media,
    "saved_search": _saved_search,
}
