"""Slack: the ZIP of an export, or its folder.

`users.json`, `channels.json`, `groups.json`, `mpims.json` and `dms.json` say who and what there is; a folder of the
channel's name, or of the direct conversation's id, has a file of messages for each day. Read states are not in it.
"""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from parley_client.imports.converters.chat import Chat, File, Member, Room, Said, from_epoch, maybe_epoch
from parley_client.imports.converters.emoji import reaction_of
from parley_client.imports.converters.files import Files, NotAnExport

_KINDS: tuple[tuple[str, Literal["direct", "group", "channel"]], ...] = (
    ("channels.json", "channel"),
    ("groups.json", "group"),
    ("mpims.json", "group"),
    ("dms.json", "direct"),
)
_SAID = frozenset({None, "thread_broadcast", "me_message", "file_share", "bot_message", "tombstone"})
"""Messages that somebody wrote, or has deleted while they had replies.

The other subtypes tell what happened: who joined, a topic that changed.
"""
_MARKED = re.compile(r"<([^<>]+)>")


def read(path: Path) -> Chat:
    """What the export holds. Raises `NotAnExport`."""
    files, chat = Files(path), Chat()
    if "users.json" not in files.names and "org_users.json" not in files.names:
        raise NotAnExport("an export of Slack has users.json")
    for user in [*(files.json("users.json") or []), *(files.json("org_users.json") or [])]:
        profile = user.get("profile") or {}
        name = profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name")
        chat.know(user["id"], name=name, avatar_url=profile.get("image_192"))
    for name, kind in _KINDS:
        for channel in files.json(name) or []:
            chat.rooms.append(_room(files, chat, channel, kind))
    return chat


def _room(files: Files, chat: Chat, channel: dict[str, Any], kind: Literal["direct", "group", "channel"]) -> Room:
    room = Room(
        id=channel["id"],
        kind=kind,
        name=channel.get("name") if kind != "direct" else None,
        created_by=channel.get("creator"),
        created_at=maybe_epoch(channel.get("created")),
        members={user_id: Member() for user_id in channel.get("members") or []},
    )
    pins = {pin.get("id") for pin in channel.get("pins") or []}
    folder = channel["id"] if kind == "direct" else channel.get("name") or channel["id"]
    for name in files.within(folder, ".json"):
        for message in files.json(name) or []:
            said = _said(chat, message, channel["id"])
            if said is not None:
                said.pinned = said.id in pins or channel["id"] in (message.get("pinned_to") or [])
                room.messages.append(said)
    return room


def _said(chat: Chat, message: dict[str, Any], channel_id: str) -> Said | None:
    author = message.get("user") or message.get("bot_id")
    if message.get("subtype") not in _SAID or not author or "ts" not in message:
        chat.left_out["notices of what happened"] += 1
        return None
    chat.know(author, name=message.get("username"))
    thread = message.get("thread_ts")
    return Said(
        id=message["ts"],
        author_id=author,
        text=_text(chat, message.get("text") or ""),
        files=list(_files(message)),
        sent_at=from_epoch(float(message["ts"])),
        deleted_at=from_epoch(float(message["ts"])) if message.get("subtype") == "tombstone" else None,
        quoted_id=_quoted(message, channel_id),
        edited_at=maybe_epoch((message.get("edited") or {}).get("ts")),
        parent_id=thread if thread != message["ts"] else None,
        shown=message.get("subtype") == "thread_broadcast",
        mentions=re.findall(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>", message.get("text") or ""),
        reactions=list(_reactions(chat, message)),
    )


def _quoted(message: dict[str, Any], channel_id: str) -> str | None:
    """A message of the same channel that is shown in this one: its address was sent."""
    shown = (each for each in message.get("attachments") or [] if each.get("is_msg_unfurl") or each.get("is_share"))
    return next((each["ts"] for each in shown if each.get("channel_id") == channel_id and each.get("ts")), None)


def _files(message: dict[str, Any]) -> Iterator[File]:
    """Its files: an export's addresses have a token by which they can be fetched as long as it is valid."""
    for file in message.get("files") or []:
        address = file.get("url_private_download") or file.get("url_private") or file.get("permalink")
        if address:
            yield File(file.get("title") or file.get("name") or "file", address, file.get("mimetype"))


def _reactions(chat: Chat, message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for reaction in message.get("reactions") or []:
        kind = reaction_of(reaction.get("name") or "")
        if kind is None:
            chat.left_out["reactions without a form in Parley"] += 1
            continue
        yield from ((kind, user_id) for user_id in reaction.get("users") or [])


def _text(chat: Chat, text: str) -> str:
    """The text as its readers saw it: names in place of ids, addresses beside their labels."""

    def shown(match: re.Match[str]) -> str:
        target, _, label = match[1].partition("|")
        if target.startswith("@"):
            person = chat.people.get(target[1:])
            return "@" + (label or (person.name if person and person.name else target[1:]))
        if target.startswith("#"):
            return "#" + (label or target[1:])
        if target.startswith("!"):
            return label or "@" + target[1:].split("^")[0]
        return f"{label} ({target})" if label and label != target else target

    return html.unescape(_MARKED.sub(shown, text))
