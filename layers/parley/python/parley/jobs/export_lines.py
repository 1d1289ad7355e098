"""From a stored item to a line of an export: what it says, without keys, counters and what is Parley's own business.

A record is a JSON object with its `type`. Which attributes it has is listed here and nowhere else, so nothing that is
stored later (a secret least of all) gets into an export by itself.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from parley import clock
from parley.drafts.items import SAYS
from parley.ids import MessageAddress
from parley.jobs.store import StoredJob
from parley.messaging.items import SAID_BY_AUTHOR
from parley.messaging.messages.annotations import kinds_of, read_votes, users_of
from parley.push.items import PushUser
from parley.streams.states import address_of as message_address
from parley.streams.states import root_of
from parley.tables import keys
from parley.tables.attributes import RawItem, listed_texts, number, required_text, text
from parley.tables.keys import Key

Record = dict[str, Any]

_FIELDS: dict[str, tuple[str, ...]] = {
    "tenant": ("tenant_id", "name", "created_at", "updated_at"),
    "audit_line": (
        "line_id", "action", "actor", "actor_id", "acting_for", "target", "target_id", "conversation_id", "details",
        "address", "user_agent", "request_id", "acted_at",
    ),
    "user": (
        "user_id", "name", "avatar_url", "custom", "languages", "role", "teams", "deactivated_at", "created_at",
        "updated_at",
    ),
    "membership": (
        "conversation_id", "user_id", "type", "declared_type", "role", "joined_at", "join_seq", "visible_from",
        "read_seq", "read_at", "delivered_seq", "delivered_at", "muted", "muted_until", "push_level", "push_until",
        "hidden", "hidden_seq", "archived_for_me", "pinned", "labels", "arranged_at",
    ),
    "conversation_types": ("types",),
    "user_group": ("group_id", "handle", "name", "description", "created_at", "updated_at"),
    "hold": ("hold_id", "conversation_id", "user_id", "reason", "placed_by", "until", "created_at"),
    "user_group_member": ("group_id", "user_id", "added_at"),
    "thread_follow": ("conversation_id", "read_seq", "read_at", "followed_at", "chosen", "unfollowed_at"),
    "draft": ("conversation_id", *SAYS, "updated_at"),
    "bookmark": ("message_id", "note", "remind_at", "reminded_at", "created_at"),
    "scheduled_message": ("scheduled_id", "message", "send_at", "status", "failure", "created_at", "updated_at"),
    "conversation": (
        "conversation_id", "type", "declared_type", "name", "avatar_url", "created_by", "created_at", "updated_at",
        "archived_at", "seq", "frozen", "slow_mode_seconds", "join_requests", "team",
    ),
    "conversation_details": ("custom", "history"),
    "message": (
        "conversation_id", "seq", "author_id", "silent", "text", "location", "attachments", "files", "mentions",
        "mentioned_groups", "custom", "poll", "link_previews", "translations", "forwarded_at", "forwarded_author",
        "created_at", "edited_at", "pinned_at", "pinned_by", "deleted_at", "deleted_by",
    ),
    "reference": ("conversation_id", "seq", "author_id", "created_at"),
    "edit": ("edit", "text", "attachments", "mentions", "mentioned_groups", "custom", "written_at"),
    "reaction": ("reaction", "user_id"),
    "vote": ("user_id", "options", "voted_at"),
    "flag": ("author_id", "user_id", "reason", "created_at", "resolved_at", "resolution", "note"),
    "case": (
        "conversation_id", "message_id", "author_id", "sources", "reporters", "opened_at", "claimed_by",
        "claimed_until", "decision_id", "actions", "not_done", "reason", "note", "until", "decided_by", "decided_at",
        "closed_at",
    ),
    "moderation_decision": (
        "decision_id", "user_id", "conversation_id", "message_id", "actions", "not_done", "reason", "until", "text",
        "decided_at", "appeal", "appealed_at", "outcome", "answer", "answered_at", "restored",
    ),
    "saved_search": ("saved_id", "user_id", "name", "q", "notify", "created_at", "updated_at"),
    "invite": ("conversation_id", "user_id", "invited_by", "created_at", "valid_until"),
    "join_request": ("conversation_id", "user_id", "text", "created_at"),
    "invite_link": (
        "conversation_id", "link_id", "created_by", "created_at", "valid_until", "max_uses", "uses",
    ),
    "ban": ("user_id", "banned_by", "reason", "banned_until", "shadow", "created_at"),
    "media": (
        "media_id", "owner_id", "conversation_id", "status", "reason", "filename", "content_type", "size", "sha256",
        "width", "height", "duration_ms", "pages", "created_at", "ended_at",
    ),
}  # fmt: skip
_JSON = frozenset(
    {"custom", "failure", "files", "details", "link_previews", "location", "message", "poll", "translations", "types"}
)
"""Attributes that are stored as JSON."""
_RENAMED = {"type": "conversation_type"}
_TOMBSTONE = frozenset(SAID_BY_AUTHOR)


def records_of(raw: RawItem) -> Iterator[Record]:
    """What an item says, as a record or none: a place that no message has says nothing."""
    made = _MAKERS.get(text(raw, "entity") or "", _nothing)(raw)
    if made is not None:
        yield made
    if text(raw, "entity") == "annotations" and (results := _poll_results(raw)) is not None:
        yield results


def announcement(job: StoredJob) -> Record:
    """An announcement: what was said to whom and, for each way that it went, in how many conversations."""
    send_at = clock.optional_datetime(job.state["send_at"])
    return {
        "type": "announcement",
        "announcement_id": job.id,
        "status": job.status,
        "message": job.state["message"],
        "audience": job.state["audience"],
        "done": job.done,
        "send_at": None if send_at is None else clock.to_rfc3339(send_at),
        "created_at": clock.to_rfc3339(clock.to_datetime(job.created_at)),
    }


def _plain(raw: RawItem, entity: str) -> Record:
    values = {_RENAMED.get(name, name): _value(name, raw[name]) for name in _FIELDS[entity] if name in raw}
    return {"type": entity, **values}


def _value(name: str, stored: dict[str, Any]) -> Any:
    """An attribute as JSON has it; moments as everywhere in the API."""
    value = _converted(stored)
    if name in _JSON and isinstance(value, str):
        return json.loads(value)
    if name.endswith(("_at", "until")) and isinstance(value, int):
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


def _on_a_message(entity: str) -> Callable[[RawItem], Record]:
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
    if "type" in raw:
        record["message_type"] = required_text(raw, "type")
    if "quoted" in raw:
        record["quoted_message_id"] = f"{address.conversation_id}-{required_text(raw, 'quoted')}"
    if "deleted_at" in raw:
        record = {name: value for name, value in record.items() if name not in _TOMBSTONE}
    return record


def _shadowed_message(raw: RawItem) -> Record | None:
    """A message that one user alone is shown: `shown_to`. What a reply takes of the conversation is not told apart."""
    record = None if "reference" in raw else _message(raw)
    if record is None:
        return None
    return {**record, "type": "shadowed_message", "shown_to": keys.shadowed_user_of(raw["sk"]["S"])}


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


def _poll_results(raw: RawItem) -> Record | None:
    """What the votes in a message's poll have come to: all that is told of an anonymous one."""
    if "voters" not in raw and "poll_closed_at" not in raw:
        return None
    votes = read_votes(raw)
    record: Record = {"type": "poll_results", "message_id": str(keys.address_of(_key(raw)))}
    record |= {"counts": votes.counts, "voters": votes.voters}
    return record if votes.closed_at is None else {**record, "closed_at": _value("closed_at", raw["poll_closed_at"])}


def _vote(raw: RawItem) -> Record | None:
    """A vote that names its user: in an anonymous poll none does, and who took theirs back has none."""
    return _on_a_message("vote")(raw) if "user_id" in raw and listed_texts(raw, "options") else None


def _own_vote(raw: RawItem, user_id: str) -> Record | None:
    """A vote, as an export of one user alone has it: theirs in an anonymous poll too."""
    at = _key(raw)
    seq = keys.seq_of(at.sk)
    if not listed_texts(raw, "options"):
        return None
    if at.sk not in {keys.vote_sk(seq, user_id), keys.vote_sk(seq, keys.anonymous_voter(at.pk, seq, user_id))}:
        return None
    return {**_on_a_message("vote")(raw), "user_id": user_id}


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


def _draft(raw: RawItem) -> Record:
    """What a user has not sent yet."""
    record = {**_plain(raw, "draft"), "user_id": keys.user_of(raw["pk"]["S"])}
    return {**record, "parent_id": str(root_of(raw))} if "root_seq" in raw else record


def _bookmark(raw: RawItem) -> Record:
    return {**_plain(raw, "bookmark"), "user_id": keys.user_of(raw["pk"]["S"])}


def _scheduled_message(raw: RawItem) -> Record:
    return {**_plain(raw, "scheduled_message"), "user_id": keys.user_of(raw["pk"]["S"])}


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


def _user_mute(raw: RawItem) -> Record:
    return {
        "type": "user_mute",
        "user_id": keys.user_of(raw["pk"]["S"]),
        **{name: _value(name, raw[name]) for name in ("muted_id", "created_at", "muted_until") if name in raw},
    }


def _muted_by(raw: RawItem) -> Record:
    """A mute, from its note in the muted user's partition, as a block is."""
    return {**_user_mute(raw), "user_id": keys.muter_of(raw["sk"]["S"])}


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
    "user_group": _named("user_group"),
    "hold": _named("hold"),
    "user_group_member": _named("user_group_member"),
    "thread_follow": _thread_follow,
    "draft": _draft,
    "bookmark": _bookmark,
    "scheduled_message": _scheduled_message,
    "block": _own_block,
    "blocked_by": _block,
    "user_mute": _user_mute,
    "muted_by": _muted_by,
    "conversation_types": _named("conversation_types"),
    "conversation": _named("conversation"),
    "conversation_details": _in_a_conversation("conversation_details"),
    "message": _message,
    "reference": _reference,
    "shadowed_message": _shadowed_message,
    "edit": _on_a_message("edit"),
    "annotations": _annotations,
    "reaction": _on_a_message("reaction"),
    "vote": _vote,
    "flag": _on_a_message("flag"),
    "case": _named("case"),
    "moderation_decision": _named("moderation_decision"),
    "ban": _in_a_conversation("ban"),
    "invite": _named("invite"),
    "invite_link": _named("invite_link"),
    "join_request": _named("join_request"),
    "pins": _pins,
    "media": _media,
    "saved_search": _named("saved_search"),
    "push_user": _push_user,
    "online": _online,
    "recent_searches": _searches,
}


def own_records_of(raw: RawItem, user_id: str) -> Iterator[Record]:
    """What an item of a conversation says of one user alone: what they wrote, how they reacted, voted and reported."""
    if text(raw, "entity") == "vote":
        if (vote := _own_vote(raw, user_id)) is not None:
            yield vote
        return
    for record in records_of(raw):
        kind = record["type"]
        if kind in {"message", "reference"} and record.get("author_id") == user_id:
            yield record
        elif kind == "shadowed_message" and record["shown_to"] == user_id:
            yield {name: value for name, value in record.items() if name != "shown_to"} | {"type": "message"}
        elif kind == "reactions":
            mine = sorted(kind for kind, users in record["reactions"].items() if user_id in users)
            for reaction in mine:
                yield {
                    "type": "reaction",
                    "reaction": reaction,
                    "user_id": user_id,
                    "message_id": record["message_id"],
                }
        elif kind in {"reaction", "flag", "invite", "join_request"} and record.get("user_id") == user_id:
            yield record


def edits_of(raw: RawItem, user_id: str) -> tuple[str, str] | None:
    """Where what a user's message said before lies: the partition, and what its sort keys begin with; None for none."""
    if text(raw, "author_id") != user_id or number(raw, "edit_count") == 0:
        return None
    address: MessageAddress = message_address(raw)
    return raw["pk"]["S"], keys.edits_prefix(address.seq)
