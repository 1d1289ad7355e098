"""Sendbird: the JSON files of a data export (messages, channels, users), in a ZIP, a folder or one file.

They hold the resources of its Platform API: lists of them, or an object that names the list. What has a `message_id` is
a message, what else has a `channel_url` a channel, what else has a `user_id` a user.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from parley_client.imports.converters.chat import Chat, File, Member, Poll, Room, Said, from_epoch, maybe_epoch, poll_of
from parley_client.imports.converters.emoji import reaction_of
from parley_client.imports.converters.files import Files, NotAnExport

OF_TWO = 2


class _Reader:
    def __init__(self) -> None:
        self.chat = Chat()
        self.rooms: dict[str, Room] = {}

    def add(self, thing: Any) -> None:
        if not isinstance(thing, dict):
            raise NotAnExport("an export of Sendbird has objects")
        if "message_id" in thing:
            self._message(thing)
        elif "channel_url" in thing:
            self._channel(thing)
        elif "user_id" in thing:
            self._person(thing)
        else:
            lists = [value for value in thing.values() if isinstance(value, list)]
            if not lists:
                raise NotAnExport("an export of Sendbird has messages, channels and users")
            for each in (each for found in lists for each in found):
                self.add(each)

    def _room(self, channel_url: str) -> Room:
        return self.rooms.setdefault(channel_url, Room(channel_url, "group"))

    def _person(self, user: dict[str, Any]) -> str:
        return self.chat.know(str(user["user_id"]), name=user.get("nickname"), avatar_url=user.get("profile_url"))

    def _channel(self, channel: dict[str, Any]) -> None:
        room = self._room(channel["channel_url"])
        creator = channel.get("created_by") or channel.get("inviter")
        room.name = channel.get("name") or None
        room.created_by = self._person(creator) if isinstance(creator, dict) and "user_id" in creator else None
        room.created_at = maybe_epoch(channel.get("created_at"))
        read = channel.get("read_receipt") or {}
        operators = {each.get("user_id") for each in channel.get("operators") or [] if isinstance(each, dict)}
        for member in channel.get("members") or []:
            user_id = self._person(member)
            is_operator = member.get("role") == "operator" or user_id in operators
            room.members[user_id] = Member("admin" if is_operator else None, read_at=maybe_epoch(read.get(user_id)))
        if channel.get("is_public") or "participant_count" in channel:
            room.kind = "channel"
        elif channel.get("is_distinct") and len(room.members) == OF_TWO:
            room.kind = "direct"

    def _message(self, message: dict[str, Any]) -> None:
        sender = message.get("user") or message.get("sender") or {"user_id": message.get("user_id")}
        is_system = message.get("type") == "ADMM"
        if not is_system and not sender.get("user_id"):
            self.chat.left_out["messages of nobody"] += 1
            return
        edited_at = maybe_epoch(message.get("updated_at"))
        sent_at = from_epoch(float(message["created_at"]))
        parent = message.get("parent_message_id")
        self._room(message["channel_url"]).messages.append(
            Said(
                id=str(message["message_id"]),
                author_id=self._person(sender) if sender.get("user_id") else None,
                is_system=is_system,
                silent=bool(message.get("silent")),
                deleted_at=(edited_at or sent_at) if message.get("is_removed") else None,
                poll=self._poll(message.get("poll") or {}, sent_at),
                text=message.get("message") or "",
                files=list(_files(message)),
                sent_at=sent_at,
                edited_at=edited_at if edited_at and edited_at > sent_at else None,
                parent_id=str(parent) if parent else None,
                shown=bool(message.get("is_reply_to_channel")),
                mentions=[self._person(each) for each in message.get("mentioned_users") or []],
                reactions=list(self._reactions(message)),
            )
        )

    def _poll(self, poll: dict[str, Any], sent_at: datetime) -> Poll | None:
        """A poll. Its votes are counted in an export, and nobody is named."""
        if not poll:
            return None
        options = {str(option["id"]): str(option.get("text") or "") for option in poll.get("options") or []}
        found = poll_of(
            poll.get("title") or "",
            options,
            None if poll.get("allow_multiple_votes") else 1,
            closes_at=maybe_epoch(poll.get("close_at")),
            closed_at=(maybe_epoch(poll.get("updated_at")) or sent_at) if poll.get("status") == "closed" else None,
        )
        if found is None:
            self.chat.left_out["polls with nothing to choose between"] += 1
            return None
        counted = sum(int(option.get("vote_count") or 0) for option in poll.get("options") or [])
        if counted:
            self.chat.left_out["votes of which the export does not say whose they are"] += counted
        return found

    def _reactions(self, message: dict[str, Any]) -> Iterator[tuple[str, str]]:
        for reaction in message.get("reactions") or []:
            kind = reaction_of(reaction.get("key") or "")
            if kind is None:
                self.chat.left_out["reactions without a form in Parley"] += 1
                continue
            yield from ((kind, str(user_id)) for user_id in reaction.get("user_ids") or [])


def _files(message: dict[str, Any]) -> Iterator[File]:
    for file in [message.get("file"), *(message.get("files") or [])]:
        if file and file.get("url"):
            yield File(file.get("name") or "file", file["url"], file.get("type"))


def read(path: Path) -> Chat:
    """What the export holds. Raises `NotAnExport`."""
    files, reader = Files(path), _Reader()
    for name in files.names:
        for value in files.values(name):
            reader.add(value)
    reader.chat.rooms = list(reader.rooms.values())
    return reader.chat
