"""Mattermost: the JSON lines of a bulk export, or the ZIP that holds them.

Users are known by their usernames. A post has its replies inside it, and no id: its moment and place give it one.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parley_client.imports.converters.chat import Chat, File, Member, Room, Said, from_epoch, maybe_epoch
from parley_client.imports.converters.emoji import reaction_of
from parley_client.imports.converters.files import Files, NotAnExport


class _Reader:
    def __init__(self) -> None:
        self.chat = Chat()
        self.rooms: dict[str, Room] = {}
        self._count = 0

    def add(self, line: dict[str, Any]) -> None:
        kind = line.get("type")
        if kind == "channel":
            self._channel(line["channel"])
        elif kind == "user":
            self._user(line["user"])
        elif kind == "direct_channel":
            self._direct_channel(line["direct_channel"])
        elif kind == "post":
            post = line["post"]
            self._post(self._room(f"{post['team']}/{post['channel']}"), post)
        elif kind == "direct_post":
            post = line["direct_post"]
            self._post(self._direct(post["channel_members"]), post)

    def _room(self, room_id: str) -> Room:
        return self.rooms.setdefault(room_id, Room(room_id, "group", name=room_id))

    def _channel(self, channel: dict[str, Any]) -> None:
        room = self._room(f"{channel['team']}/{channel['name']}")
        room.kind = "channel" if channel.get("type") == "O" else "group"
        room.name = channel.get("display_name") or channel["name"]
        room.team = channel["team"]

    def _user(self, user: dict[str, Any]) -> None:
        whole = " ".join(filter(None, (user.get("first_name"), user.get("last_name"))))
        self.chat.know(user["username"], name=user.get("nickname") or whole or user["username"])
        self.chat.put_into(user["username"], [team["name"] for team in user.get("teams") or []])
        for team in user.get("teams") or []:
            for channel in team.get("channels") or []:
                room = self._room(f"{team['name']}/{channel['name']}")
                is_admin = "channel_admin" in (channel.get("roles") or "")
                read_at = maybe_epoch(channel.get("last_viewed_at"))
                room.members[user["username"]] = Member("admin" if is_admin else None, read_at=read_at)

    def _direct(self, usernames: list[str]) -> Room:
        names = sorted(set(usernames))
        room = self.rooms.setdefault("direct/" + ",".join(names), Room("direct/" + ",".join(names), "direct"))
        for name in names:
            room.members.setdefault(name, Member())
        return room

    def _direct_channel(self, channel: dict[str, Any]) -> None:
        read = {each["username"]: each.get("last_viewed_at") for each in channel.get("participants") or []}
        room = self._direct([*(channel.get("members") or []), *read])
        for username, viewed_at in read.items():
            room.members[username].read_at = maybe_epoch(viewed_at)

    def _post(self, room: Room, post: dict[str, Any]) -> None:
        if str(post.get("type") or "").startswith("system_"):
            self.chat.left_out["notices of what happened"] += 1
            return
        root = self._said(post)
        room.messages.append(root)
        for reply in post.get("replies") or []:
            said = self._said(reply)
            said.parent_id = root.id
            room.messages.append(said)

    def _said(self, post: dict[str, Any]) -> Said:
        self._count += 1
        return Said(
            id=f"{post['create_at']}-{self._count}",
            author_id=self.chat.know(post["user"]),
            text=post.get("message") or "",
            files=list(_files(post)),
            sent_at=from_epoch(post["create_at"]),
            edited_at=maybe_epoch(post.get("edit_at")),
            pinned=bool(post.get("is_pinned")),
            reactions=list(self._reactions(post)),
        )

    def _reactions(self, post: dict[str, Any]) -> Iterator[tuple[str, str]]:
        for reaction in post.get("reactions") or []:
            kind = reaction_of(reaction.get("emoji_name") or "")
            if kind is None:
                self.chat.left_out["reactions without a form in Parley"] += 1
            else:
                yield kind, reaction["user"]


def _files(post: dict[str, Any]) -> Iterator[File]:
    """Its files, which an export has beside it: they have no address."""
    for file in post.get("attachments") or []:
        if file.get("path"):
            yield File(f"file: {Path(file['path']).name}")


def read(path: Path) -> Chat:
    """What the export holds. Raises `NotAnExport`."""
    files, reader = Files(path), _Reader()
    names = [name for name in files.names if name.endswith((".jsonl", ".json"))] or files.names
    is_export = False
    for name in names:
        for line in files.values(name):
            if not isinstance(line, dict):
                raise NotAnExport(f"{name} has no objects")
            is_export = is_export or line.get("type") == "version"
            reader.add(line)
    if not is_export:
        raise NotAnExport("a bulk export of Mattermost begins with a version")
    reader.chat.rooms = list(reader.rooms.values())
    return reader.chat
