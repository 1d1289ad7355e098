"""Stream: the file of a channel export, version 1: channels as its API shows them, with messages, members and reads.

One channel, a list of them, `{"channels": […]}`, or one a line.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from parley_client.imports.converters.chat import Chat, File, Member, Poll, Room, Said, from_text, poll_of
from parley_client.imports.converters.emoji import reaction_of
from parley_client.imports.converters.files import Files, NotAnExport

_ROLE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_SAID = frozenset({"", "regular", "reply", "system", "deleted"})
"""Types of messages that are stored: the others, errors and ephemeral ones, were for one user and a moment."""
_ROLES: dict[str, Literal["owner", "admin", "moderator"]] = {
    "owner": "owner",
    "moderator": "moderator",
    "admin": "admin",
    "channel_moderator": "moderator",
}


def read(path: Path) -> Chat:
    """What the export holds. Raises `NotAnExport`."""
    files, chat = Files(path), Chat()
    for name in files.names:
        for value in files.values(name):
            found = value["channels"] if isinstance(value, dict) and "channels" in value else [value]
            chat.rooms += [_room(chat, each) for each in found]
    return chat


def _room(chat: Chat, exported: Any) -> Room:
    if not isinstance(exported, dict) or not isinstance(exported.get("channel"), dict):
        raise NotAnExport("a channel export of Stream has channels with their messages")
    channel = exported["channel"]
    creator = channel.get("created_by") or {}
    room = Room(
        id=channel.get("cid") or f"{channel['type']}:{channel['id']}",
        kind="channel" if channel.get("type") == "livestream" else "group",
        name=channel.get("name"),
        created_by=_person(chat, creator) if creator else None,
        created_at=from_text(channel.get("created_at")),
        team=channel.get("team") or None,
    )
    for each in exported.get("members") or channel.get("members") or []:
        user_id = _person(chat, each.get("user") or {"id": each.get("user_id")})
        role = _ROLES.get(each.get("role") or "") or _ROLES.get(each.get("channel_role") or "")
        room.members[user_id] = Member(role, joined_at=from_text(each.get("created_at")))
    for each in exported.get("reads") or exported.get("read") or []:
        user_id = _person(chat, each.get("user") or {"id": each.get("user_id")})
        if user_id in room.members:
            room.members[user_id].read_at = from_text(each.get("last_read"))
    if str(channel.get("id")).startswith("!members-") and not room.name and len(room.members) == 2:  # noqa: PLR2004
        room.kind = "direct"
    for message in exported.get("messages") or []:
        if message.get("type", "") not in _SAID:
            chat.left_out["messages of the moment"] += 1
            continue
        room.messages.append(_said(chat, message))
    return room


def _person(chat: Chat, user: dict[str, Any]) -> str:
    role = user.get("role")
    is_special = isinstance(role, str) and role != "user" and _ROLE.fullmatch(role) is not None
    user_id = chat.know(
        str(user["id"]), name=user.get("name"), avatar_url=user.get("image"), role=role if is_special else None
    )
    chat.put_into(user_id, user.get("teams") or [])
    return user_id


def _said(chat: Chat, message: dict[str, Any]) -> Said:
    sent_at = from_text(message.get("created_at"))
    if sent_at is None:
        raise NotAnExport("a message of Stream's has the moment when it was created")
    deleted_at = from_text(message.get("deleted_at"))
    return Said(
        id=message["id"],
        author_id=_person(chat, message.get("user") or {"id": message.get("user_id")}),
        is_system=message.get("type") == "system",
        silent=bool(message.get("silent")),
        deleted_at=deleted_at or (sent_at if message.get("type") == "deleted" else None),
        files=list(_files(message)),
        quoted_id=message.get("quoted_message_id") or None,
        poll=_poll(chat, message.get("poll") or {}, sent_at),
        text="\n".join(filter(None, [message.get("text"), *_links(message)])),
        sent_at=sent_at,
        edited_at=from_text(message.get("message_text_updated_at")),
        parent_id=message.get("parent_id") or None,
        shown=bool(message.get("show_in_channel")),
        pinned=bool(message.get("pinned")),
        mentions=[str(each["id"] if isinstance(each, dict) else each) for each in message.get("mentioned_users") or []],
        reactions=list(_reactions(chat, message)),
    )


def _links(message: dict[str, Any]) -> Iterator[str]:
    """Previews of links that the text does not have: a line each."""
    for link in message.get("attachments") or []:
        address = link.get("og_scrape_url") or link.get("title_link")
        if address and not _address(link) and address not in (message.get("text") or ""):
            yield f"{link.get('title') or link.get('fallback') or 'link'}: {address}"


def _files(message: dict[str, Any]) -> Iterator[File]:
    for file in message.get("attachments") or []:
        address = _address(file)
        if address:
            yield File(file.get("title") or file.get("fallback") or "file", address, file.get("mime_type"))


def _address(file: dict[str, Any]) -> str | None:
    """Where a file is; the picture of a link's preview is none."""
    if file.get("og_scrape_url"):
        return None
    return file.get("asset_url") or file.get("image_url")


def _poll(chat: Chat, poll: dict[str, Any], sent_at: datetime) -> Poll | None:
    """A poll with the votes that the export tells whose they are: of an anonymous one none, of others the latest."""
    if not poll:
        return None
    options = {str(option["id"]): str(option.get("text") or "") for option in poll.get("options") or []}
    closed_at = from_text(poll.get("updated_at")) or sent_at
    found = poll_of(
        poll.get("name") or "",
        options,
        1 if poll.get("enforce_unique_vote") else poll.get("max_votes_allowed"),
        anonymous=poll.get("voting_visibility") == "anonymous",
        closed_at=closed_at if poll.get("is_closed") else None,
    )
    if found is None:
        chat.left_out["polls with nothing to choose between"] += 1
        return None
    latest = (each for votes in (poll.get("latest_votes_by_option") or {}).values() for each in votes)
    for vote in poll.get("votes") or latest:
        user = vote.get("user") or {"id": vote.get("user_id")}
        if user.get("id") and vote.get("option_id"):
            found.votes.append((_person(chat, user), str(vote["option_id"])))
    lost = sum((poll.get("vote_counts_by_option") or {}).values()) - len(found.votes)
    if lost > 0:
        chat.left_out["votes of which the export does not say whose they are"] += lost
    return found


def _reactions(chat: Chat, message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """All of them where the export has them, else those that it shows."""
    for reaction in message.get("reactions") or message.get("latest_reactions") or []:
        kind = reaction_of(reaction.get("type") or "")
        if kind is None:
            chat.left_out["reactions without a form in Parley"] += 1
            continue
        yield kind, _person(chat, reaction.get("user") or {"id": reaction.get("user_id")})
