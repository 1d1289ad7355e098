"""The state of an item as events show it: like the API's own answers, without what differs from caller to caller."""

import json
from collections.abc import Callable
from typing import Any

from parley import clock
from parley.ids import MessageAddress
from parley.messaging.items import MessageItem
from parley.messaging.messages.annotations import OVERFLOW_PREFIX, USERS_PREFIX
from parley.messaging.messages.views import message_view
from parley.tables import keys
from parley.tables.attributes import (
    RawItem,
    flag,
    listed_texts,
    number,
    number_or_none,
    required_number,
    required_text,
    text,
    texts,
)

HUNG_FIELDS = {"reactions", "reply_count", "last_reply_at"}
"""Of a message, but stored beside it with a version of their own; events of `<message id>/annotations` tell them."""


def address_of(image: RawItem) -> MessageAddress:
    """Where a message stands."""
    return MessageAddress(
        required_text(image, "conversation_id"), required_number(image, "seq"), number_or_none(image, "root_seq")
    )


def reactors(image: RawItem | None) -> set[tuple[str, str]]:
    """Who reacted with what, as far as the item itself holds it."""
    return {
        (name.removeprefix(USERS_PREFIX), user_id)
        for name in image or {}
        if name.startswith(USERS_PREFIX)
        for user_id in texts(image or {}, name)
    }


def overflow_changes(old: RawItem | None, new: RawItem | None) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """The reactions whose count of users that the item does not name fell, and those whose count rose."""
    before, after = _overflow(old), _overflow(new)
    kinds = before.keys() | after.keys()
    fewer = {(kind, "") for kind in kinds if after.get(kind, 0) < before.get(kind, 0)}
    more = {(kind, "") for kind in kinds if after.get(kind, 0) > before.get(kind, 0)}
    return fewer, more


def _overflow(image: RawItem | None) -> dict[str, int]:
    return {
        name.removeprefix(OVERFLOW_PREFIX): required_number(image or {}, name)
        for name in image or {}
        if name.startswith(OVERFLOW_PREFIX)
    }


def message_state(image: RawItem) -> dict[str, Any]:
    """The message without its reactions and its reply count."""
    return message_view(MessageItem.from_raw_data(image)).model_dump(mode="json", exclude=HUNG_FIELDS)


def reference_state(image: RawItem) -> dict[str, Any]:
    """The place that a reply has in the conversation: the reply's id beside the place's `seq`, without its text."""
    reply = MessageAddress.parse(required_text(image, "reference"))
    return {
        "id": required_text(image, "reference"),
        "conversation_id": required_text(image, "conversation_id"),
        "seq": required_number(image, "seq"),
        "parent_id": str(reply.root) if reply else None,
        "author_id": text(image, "author_id"),
        "show_in_conversation": True,
        "created_at": _moment(image, "created_at"),
    }


def annotations_state(image: RawItem) -> dict[str, Any]:
    """All reactions with their counts and the users whom the item names, and the count of replies."""
    reactions: dict[str, dict[str, Any]] = {}
    for reaction, user_id in sorted(reactors(image)):
        kind = reactions.setdefault(reaction, {"count": 0, "users": []})
        kind["count"] += 1
        kind["users"].append(user_id)
    for reaction, unnamed in _overflow(image).items():
        if unnamed > 0:
            kind = reactions.setdefault(reaction, {"count": 0, "users": []})
            kind["count"] += unnamed
    return {
        "reactions": reactions,
        "reply_count": number(image, "reply_count"),
        "last_reply_at": _moment(image, "last_reply_at"),
    }


def conversation_state(image: RawItem) -> dict[str, Any]:
    return {
        "id": required_text(image, "conversation_id"),
        "type": text(image, "type"),
        "name": text(image, "name"),
        "avatar_url": text(image, "avatar_url"),
        "created_by": text(image, "created_by"),
        "created_at": _moment(image, "created_at"),
        "updated_at": _moment(image, "updated_at"),
        "archived_at": _moment(image, "archived_at"),
        "last_seq": number_or_none(image, "last_seq"),
    }


def details_state(image: RawItem) -> dict[str, Any]:
    return {
        "id": keys.conversation_of(required_text(image, "pk")),
        "history": text(image, "history"),
        "custom": _json(image, "custom"),
    }


def membership_state(image: RawItem) -> dict[str, Any]:
    """What other members may know of a member."""
    return {
        "conversation_id": required_text(image, "conversation_id"),
        "user_id": required_text(image, "user_id"),
        "role": text(image, "role"),
        "joined_at": _moment(image, "joined_at"),
        "read_seq": number_or_none(image, "read_seq"),
        "read_at": _moment(image, "read_at"),
        "delivered_seq": _delivered_seq(image),
        "delivered_at": _moment(image, "delivered_at"),
    }


def _delivered_seq(image: RawItem) -> int | None:
    """As `parley.messaging.members.delivery` says of the item."""
    delivered = number_or_none(image, "delivered_seq")
    return None if delivered is None else max(delivered, number(image, "read_seq"))


def own_membership_state(image: RawItem) -> dict[str, Any]:
    """What only the member knows."""
    muted = flag(image, "muted")
    return membership_state(image) | {
        "muted": muted,
        "muted_until": _moment(image, "muted_until") if muted else None,
        "push_level": text(image, "push_level"),
        "push_until": _moment(image, "push_until"),
        "hidden": text(image, "hidden"),
        "hidden_seq": number_or_none(image, "hidden_seq"),
        "archived_for_me": flag(image, "archived_for_me"),
        "pinned": flag(image, "pinned"),
        "labels": listed_texts(image, "labels"),
        "visible_from": number(image, "visible_from"),
    }


def root_of(image: RawItem) -> MessageAddress:
    """The message whose thread a user follows."""
    return MessageAddress(required_text(image, "conversation_id"), required_number(image, "root_seq"))


def thread_state(root: MessageAddress, user_id: str, image: RawItem | None) -> dict[str, Any]:
    """Whether a user follows a thread, and how far they have read; `image` is None where their place is gone."""
    following = image is not None and "unfollowed_at" not in image
    read = image if image is not None and following else {}
    return {
        "id": str(root),
        "conversation_id": root.conversation_id,
        "user_id": user_id,
        "following": following,
        "read_seq": number_or_none(read, "read_seq"),
        "read_at": _moment(read, "read_at"),
    }


def thread_follow_state(image: RawItem) -> dict[str, Any]:
    return thread_state(root_of(image), keys.user_of(required_text(image, "pk")), image)


def user_state(image: RawItem) -> dict[str, Any]:
    return {
        "id": required_text(image, "user_id"),
        "name": text(image, "name"),
        "avatar_url": text(image, "avatar_url"),
        "custom": _json(image, "custom"),
        "languages": listed_texts(image, "languages") or None,
    }


def media_state(image: RawItem) -> dict[str, Any]:
    """Enough to know what became of it; `GET /v1/media/{id}` has the rest."""
    return {
        "id": keys.media_of(required_text(image, "pk")),
        "status": text(image, "status"),
        "reason": text(image, "reason"),
    }


def saved_search_state(image: RawItem) -> dict[str, Any]:
    return {
        "id": required_text(image, "saved_id"),
        "name": required_text(image, "name"),
        "q": required_text(image, "q"),
        "matches": number(image, "matches"),
        "last_matched_at": _moment(image, "last_matched_at"),
    }


STATES: dict[str, Callable[[RawItem], dict[str, Any]]] = {
    "message": message_state,
    "reference": reference_state,
    "annotations": annotations_state,
    "conversation": conversation_state,
    "conversation_details": details_state,
    "membership": membership_state,
    "thread_follow": thread_follow_state,
    "user": user_state,
    "media": media_state,
    "saved_search": saved_search_state,
}


def _moment(image: RawItem, name: str) -> str | None:
    moment = number_or_none(image, name)
    return None if moment is None else clock.to_rfc3339(clock.to_datetime(moment))


def _json(image: RawItem, name: str) -> dict[str, Any]:
    """Custom data: a JSON string, as `JSONAttribute` stores it."""
    stored = text(image, name)
    return json.loads(stored) if stored else {}
