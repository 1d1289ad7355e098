"""From a stored item to a line of an export: what it says, without keys, counters and what is Parley's own business.

A record is a JSON object with its `type`. Which attributes it has is listed here and nowhere else, so nothing that is
stored later (a secret least of all) gets into an export by itself.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from parley import clock
from parley.ids import MessageAddress
from parley.messaging.messages.annotations import kinds_of, users_of
from parley.push.items import PushUser
from parley.streams.states import address_of as message_address
from parley.streams.states import root_of
from parley.tables import keys
from parley.tables.attributes import RawItem, number, required_text, text
from parley.tables.keys import Key

Record = dict[str, Any]

_FIELDS: dict[str, tuple[str, ...]] = {
    "tenant": ("tenant_id", "name", "created_at", "updated_at"),
    "audit_line": (
        "line_id", "action", "actor", "actor_id", "acting_for", "target", "target_id", "conversation_id", "details",
        "address", "user_agent", "request_id", "acted_at",
    ),
    "user": ("user_id", "name", "avatar_url", "custom", "languages", "created_at", "updated_at"),
    "membership": (
        "conversation_id", "user_id", "type", "role", "joined_at", "join_seq", "visible_from", "read_seq", "read_at",
        "delivered_seq", "delivered_at", "muted", "muted_until", "push_level", "push_until", "hidden",
        "hidden_seq", "archived_for_me", "pinned", "labels", "arranged_at",
    ),
    "thread_follow": ("conversation_id", "read_seq", "read_at", "followed_at", "chosen", "unfollowed_at"),
    "conversation": (
        "conversation_id", "type", "name", "avatar_url", "created_by", "created_at", "updated_at", "archived_at", "seq",
    ),
    "conversation_details": ("custom", "history"),
    "message": (
        "conversation_id", "seq", "author_id", "text", "attachments", "files", "mentions", "custom", "created_at",
        "edited_at", "pinned_at", "pinned_by", "deleted_at", "deleted_by",
    ),
    "reference": ("conversation_id", "seq", "author_id", "created_at"),
    "edit": ("edit", "text", "attachments", "mentions", "custom", "written_at"),
    "reaction": ("reaction", "user_id"),
    "flag": ("author_id", "user_id", "reason", "created_at", "resolved_at", "resolution", "note"),
    "saved_search": ("saved_id", "user_id", "name", "q", "notify", "created_at", "updated_at"),
    "ban": ("user_id", "banned_by", "reason", "created_at"),
    "media": (
        "media_id", "owner_id", "conversation_id", "status", "reason", "filename", "content_type", "size", "sha256",
        "width", "height", "duration_ms", "pages", "created_at", "ended_at",
    ),
}  # fmt: skip
_JSON = frozenset({"custom", "files", "details"})
"""Attributes that are stored as JSON."""
_RENAMED = {"type": "conversation_type"}
_TOMBSTONE = frozenset({"text", "attachments", "files", "mentions", "custom"})


def records_of(raw: RawItem) -> Iterator[Record]:
    """What an item says, as a record or none: a place that no message has says nothing."""
    made = _MAKERS.get(text(raw, "entity") or "", _nothing)(raw)
    if made is not None:
        yield made


def _plain(raw: RawItem, entity: str) -> Record:
    values = {_RENAMED.get(name, name): _value(name, raw[name]) for name in _FIELDS[entity] if name in raw}
    return {"type": entity, **values}


def _value(name: str, stored: dict[str, Any]) -> Any:
    """An attribute as JSON has it; moments as everywhere in the API."""
    value = _converted(stored)
    if name in _JSON and isinstance(value, str):
        return json.loads(value)
    if name.endswith(("_at", "_until")) and isinstance(value, int):
        return clock.to_rfc3339(clock.to_datetime(value))
    return value


def _converted(stored: dict[str, Any]) -> Any:
    ((kind, value),) = stored.items()
    if kind == "N":
        return int(value) if value.lstrip("-").isdecimal() else float(value)
    if kind == "L":
        return [_converted(each) for each in value]
    if kind == "SS":
        return sorted(value)
    return value


def _nothing(_: RawItem) -> Record | None:
    return None


def _key(raw: RawItem) -> Key:
    return Key(raw["pk"]["S"], raw["sk"]["S"])


def _named(entity: str) -> Callable[[RawItem], Record | None]:
    return lambda raw: _plain(raw, entity)


def _on_a_message(entity: str) -> Callable[[RawItem], Record | None]:
    return lambda raw: {**_plain(raw, entity), "message_id": str(keys.address_of(_key(raw)))}


def _in_a_conversation(entity: str) -> Callable[[RawItem], Record | None]:
    return lambda raw: {**_plain(raw, entity), "conversation_id": keys.conversation_of(raw["pk"]["S"])}


def _user(raw: RawItem) -> Record | None:
    return None if "erased_at" in raw else _plain(raw, "user")


def _message(raw: RawItem) -> Record | None:
    if "void" in raw:
        return None
    address = message_address(raw)
    record = {**_plain(raw, "message"), "message_id": str(address)}
    if address.root is not None:
        record["parent_id"] = str(address.root)
    if "deleted_at" in raw:
        record = {name: value for name, value in record.items() if name not in _TOMBSTONE}
    return record


def _reference(raw: RawItem) -> Record | None:
    if "void" in raw or "reference" not in raw:
        return None
    return {**_plain(raw, "reference"), "message_id": required_text(raw, "reference")}


def _annotations(raw: RawItem) -> Record | None:
    """The reactions that the item itself names the users of; those past fifty of a kind are records of their own."""
    reactions = {kind: sorted(users_of(raw, kind)) for kind in kinds_of(raw) if users_of(raw, kind)}
    if not reactions:
        return None
    return {"type": "reactions", "message_id": str(keys.address_of(_key(raw))), "reactions": reactions}


def _pins(raw: RawItem) -> Record | None:
    conversation_id = keys.conversation_of(raw["pk"]["S"])
    pins = [
        {
            "message_id": f"{conversation_id}-{name.partition(':')[2]}",
            "pinned_by": value["M"]["by"]["S"],
            "pinned_at": _value("pinned_at", value["M"]["at"]),
        }
        for name, value in raw.items()
        if name.startswith("p:")
    ]
    return {"type": "pins", "conversation_id": conversation_id, "pins": pins} if pins else None


def _thread_follow(raw: RawItem) -> Record:
    """A thread that a user follows, or will not."""
    record = {**_plain(raw, "thread_follow"), "user_id": keys.user_of(raw["pk"]["S"]), "message_id": str(root_of(raw))}
    return {**record, "following": "unfollowed_at" not in raw}


def _block(raw: RawItem) -> Record | None:
    """A block, from its note in the blocked user's partition: whoever made it may have no profile to be found by."""
    return {
        "type": "block",
        "user_id": keys.blocker_of(raw["sk"]["S"]),
        "blocked_id": required_text(raw, "blocked_id"),
        "created_at": _value("created_at", raw["created_at"]),
    }


def _own_block(raw: RawItem) -> Record | None:
    return {
        "type": "block",
        "user_id": keys.user_of(raw["pk"]["S"]),
        "blocked_id": required_text(raw, "blocked_id"),
        "created_at": _value("created_at", raw["created_at"]),
    }


def _media(raw: RawItem) -> Record | None:
    record = {**_plain(raw, "media"), "type": "file"}
    if text(raw, "status") == "ready":
        record["download"] = f"/v1/download/{raw['media_id']['S']}"
    return record


def _tenant(raw: RawItem) -> Record | None:
    return _plain(raw, "tenant")


def _push_user(raw: RawItem) -> Record | None:
    """The devices without their tokens, and what the user wants to be told of."""
    found = PushUser.read(raw)
    return {
        "type": "devices",
        "user_id": keys.user_of(raw["pk"]["S"]),
        "devices": [
            {
                "device_id": device.id,
                "platform": device.platform,
                "registered_at": clock.to_rfc3339(clock.to_datetime(device.registered_at)),
            }
            for device in sorted(found.devices.values(), key=lambda device: device.id)
        ],
    }


def _online(raw: RawItem) -> Record | None:
    record: Record = {"type": "presence", "user_id": keys.user_of(raw["pk"]["S"])}
    for name in ("invisible", "status_text", "last_active_at"):
        if name in raw:
            record[name] = _value(name, raw[name])
    return record


def _searches(raw: RawItem) -> Record | None:
    searches = [
        {"q": q, "searched_at": clock.to_rfc3339(clock.to_datetime(moment))}
        for q, moment in json.loads(required_text(raw, "searches"))
    ]
    return {"type": "recent_searches", "user_id": keys.user_of(raw["pk"]["S"]), "searches": searches}


_MAKERS: dict[str, Callable[[RawItem], Record | None]] = {
    "tenant": _tenant,
    "audit_line": _named("audit_line"),
    "user": _user,
    "membership": _named("membership"),
    "thread_follow": _thread_follow,
    "block": _own_block,
    "blocked_by": _block,
    "conversation": _named("conversation"),
    "conversation_details": _in_a_conversation("conversation_details"),
    "message": _message,
    "reference": _reference,
    "edit": _on_a_message("edit"),
    "annotations": _annotations,
    "reaction": _on_a_message("reaction"),
    "flag": _on_a_message("flag"),
    "ban": _in_a_conversation("ban"),
    "pins": _pins,
    "media": _media,
    "saved_search": _named("saved_search"),
    "push_user": _push_user,
    "online": _online,
    "recent_searches": _searches,
}


def own_records_of(raw: RawItem, user_id: str) -> Iterator[Record]:
    """What an item of a conversation says of one user alone: what they wrote, and how they reacted and reported."""
    for record in records_of(raw):
        kind = record["type"]
        if kind in {"message", "reference"} and record.get("author_id") == user_id:
            yield record
        elif kind == "reactions":
            mine = sorted(kind for kind, users in record["reactions"].items() if user_id in users)
            for reaction in mine:
                yield {
                    "type": "reaction",
                    "reaction": reaction,
                    "user_id": user_id,
                    "message_id": record["message_id"],
                }
        elif kind in {"reaction", "flag"} and record.get("user_id") == user_id:
            yield record


def edits_of(raw: RawItem, user_id: str) -> tuple[str, str] | None:
    """Where what a user's message said before lies: the partition, and what its sort keys begin with; None for none."""
    if text(raw, "author_id") != user_id or number(raw, "edit_count") == 0:
        return None
    address: MessageAddress = message_address(raw)
    return raw["pk"]["S"], keys.edits_prefix(address.seq)
