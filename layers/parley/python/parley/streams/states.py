"""The state of an item as events show it: like the API's own answers, without what differs from caller to caller."""

import json
from collections.abc import Callable
from typing import Any

from parley import clock
from parley.bookmarks.items import BookmarkItem
from parley.bookmarks.views import state_view
from parley.drafts.items import DraftItem
from parley.drafts.views import draft_view
from parley.ids import MessageAddress
from parley.messaging.cases import CaseItem
from parley.messaging.items import MessageItem
from parley.messaging.messages.annotations import OVERFLOW_PREFIX, USERS_PREFIX, read_votes
from parley.messaging.messages.views import content_view
from parley.review import views
from parley.review.items import DecisionItem
from parley.scheduling.items import ScheduledItem
from parley.scheduling.views import scheduled_view
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
from parley.tables.dynamodb import key_of


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
    return content_view(MessageItem.from_raw_data(image)).model_dump(mode="json")


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


def shadowed_state(image: RawItem) -> dict[str, Any]:
    """What only its author is shown, as others' messages are."""
    return reference_state(image) if "reference" in image else message_state(image)


def annotations_state(image: RawItem) -> dict[str, Any]:
    """All reactions with their counts and the users whom the item names, votes, and the count of replies."""
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
        "poll_results": _poll_results(image),
    }


def vote_state(image: RawItem) -> dict[str, Any]:
    return {
        "message_id": str(keys.address_of(key_of(image))),
        "user_id": required_text(image, "user_id"),
        "options": listed_texts(image, "options"),
    }


def _poll_results(image: RawItem) -> dict[str, Any] | None:
    """What votes have come to; None where nobody has voted yet. The poll itself is the message's."""
    if "voters" not in image and "poll_closed_at" not in image:
        return None
    votes = read_votes(image)
    return {"counts": votes.counts, "voters": votes.voters, "closed_at": _moment(image, "poll_closed_at")}


def conversation_state(image: RawItem) -> dict[str, Any]:
    return {
        "id": required_text(image, "conversation_id"),
        "type": text(image, "type"),
        "declared_type": text(image, "declared_type"),
        "name": text(image, "name"),
        "avatar_url": text(image, "avatar_url"),
        "created_by": text(image, "created_by"),
        "created_at": _moment(image, "created_at"),
        "updated_at": _moment(image, "updated_at"),
        "archived_at": _moment(image, "archived_at"),
        "frozen": flag(image, "frozen"),
        "slow_mode_seconds": number(image, "slow_mode_seconds"),
        "join_requests": flag(image, "join_requests"),
        "team": text(image, "team"),
        "last_seq": number_or_none(image, "last_seq"),
        "truncated_seq": number(image, "truncated_seq"),
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


def draft_place(conversation_id: str, root: MessageAddress | None, user_id: str) -> dict[str, Any]:
    """Whose draft it is, and where for."""
    parent_id = None if root is None else str(root)
    return {"conversation_id": conversation_id, "parent_id": parent_id, "user_id": user_id}


def draft_state(image: RawItem) -> dict[str, Any]:
    draft = draft_view(DraftItem.from_raw_data(image)).model_dump(mode="json")
    return {**draft, "user_id": keys.user_of(required_text(image, "pk"))}


def bookmark_place(message_id: str, user_id: str) -> dict[str, Any]:
    """Whose bookmark it is, and of what."""
    address = MessageAddress.parse(message_id)
    conversation_id = None if address is None else address.conversation_id
    return {"message_id": message_id, "conversation_id": conversation_id, "user_id": user_id}


def bookmark_state(image: RawItem) -> dict[str, Any]:
    bookmark = state_view(BookmarkItem.from_raw_data(image)).model_dump(mode="json")
    return {**bookmark, "user_id": keys.user_of(required_text(image, "pk"))}


def mute_place(muted_id: str, user_id: str) -> dict[str, Any]:
    """Whose mute it is, and of whom."""
    return {"muted_id": muted_id, "user_id": user_id}


def mute_state(image: RawItem) -> dict[str, Any]:
    return {
        **mute_place(required_text(image, "muted_id"), keys.user_of(required_text(image, "pk"))),
        "until": _moment(image, "muted_until"),
        "created_at": _moment(image, "created_at"),
    }


def invite_state(image: RawItem) -> dict[str, Any]:
    return {
        "conversation_id": required_text(image, "conversation_id"),
        "user_id": required_text(image, "user_id"),
        "invited_by": text(image, "invited_by"),
        "created_at": _moment(image, "created_at"),
        "expires_at": _moment(image, "valid_until"),
    }


def join_request_state(image: RawItem) -> dict[str, Any]:
    return {
        "conversation_id": required_text(image, "conversation_id"),
        "user_id": required_text(image, "user_id"),
        "text": text(image, "text"),
        "created_at": _moment(image, "created_at"),
    }


def scheduled_place(image: RawItem, user_id: str) -> dict[str, Any]:
    """What is left of a message that was sent, or taken back: where for, and as which message it was sent."""
    return {
        "id": required_text(image, "scheduled_id"),
        "conversation_id": _json(image, "message").get("conversation_id"),
        "message_id": text(image, "message_id"),
        "user_id": user_id,
    }


def scheduled_state(image: RawItem) -> dict[str, Any]:
    scheduled = scheduled_view(ScheduledItem.from_raw_data(image)).model_dump(mode="json")
    return {**scheduled, "user_id": keys.user_of(required_text(image, "pk"))}


def case_state(image: RawItem) -> dict[str, Any]:
    return views.case_state(CaseItem.from_raw_data(image)).model_dump(mode="json")


def decision_state(image: RawItem) -> dict[str, Any]:
    decision = views.own_view(DecisionItem.from_raw_data(image)).model_dump(mode="json")
    return {**decision, "user_id": required_text(image, "user_id")}


def user_state(image: RawItem) -> dict[str, Any]:
    return {
        "id": required_text(image, "user_id"),
        "name": text(image, "name"),
        "avatar_url": text(image, "avatar_url"),
        "custom": _json(image, "custom"),
        "languages": listed_texts(image, "languages") or None,
        "role": text(image, "role"),
        "teams": listed_texts(image, "teams") or None,
        "deactivated_at": _moment(image, "deactivated_at"),
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
    "shadowed_message": shadowed_state,
    "annotations": annotations_state,
    "vote": vote_state,
    "conversation": conversation_state,
    "conversation_details": details_state,
    "membership": membership_state,
    "thread_follow": thread_follow_state,
    "draft": draft_state,
    "bookmark": bookmark_state,
    "user_mute": mute_state,
    "invite": invite_state,
    "join_request": join_request_state,
    "scheduled_message": scheduled_state,
    "case": case_state,
    "moderation_decision": decision_state,
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
