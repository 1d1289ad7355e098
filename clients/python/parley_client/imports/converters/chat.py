"""What an export holds, whatever service it is of, and the lines that Parley imports of it."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

LONGEST_TEXT = 20_000
LONGEST_NAME = 100
MOST_KINDS = 20
MOST_PINS = 50
MOST_MENTIONS = 100
MOST_OPTIONS = 20
FEWEST_OPTIONS = 2
LONGEST_QUESTION = 300
LONGEST_OPTION = 100
LONGEST_FILENAME = 200
MOST_FILES = 30
MOST_TEAMS = 20
_ADDRESS = re.compile(r"https://[!-~]{1,2000}")
_TEAM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_CONTENT_TYPE = re.compile(r"[a-z]+/[A-Za-z0-9.+-]{1,100}")
SHOWN_MEMBERS = 4
OF_TWO = 2


@dataclass
class Person:
    """A user; `role` is what they are in the app, `teams` those that they are in."""

    id: str
    name: str | None = None
    avatar_url: str | None = None
    role: str | None = None
    teams: list[str] = field(default_factory=list)

    def line(self) -> dict[str, Any]:
        return _said(
            type="user",
            user_id=self.id,
            name=tidy(self.name or self.id),
            avatar_url=self.avatar_url if (self.avatar_url or "").startswith(("https://", "http://")) else None,
            role=self.role,
            teams=self.teams[:MOST_TEAMS] or None,
        )


@dataclass
class Member:
    """A member, and up to when they have read; None is everything."""

    role: Literal["owner", "admin", "moderator", "member"] | None = None
    joined_at: datetime | None = None
    read_at: datetime | None = None


@dataclass
class File:
    """A file, where it is; without an address an import can ask, the text names it."""

    name: str
    address: str | None = None
    content_type: str | None = None

    @property
    def can_be_fetched(self) -> bool:
        return _ADDRESS.fullmatch(self.address or "") is not None

    def line(self) -> dict[str, Any]:
        kind = self.content_type if _CONTENT_TYPE.fullmatch(self.content_type or "") else None
        return _said(url=self.address, name=tidy(self.name, LONGEST_FILENAME), content_type=kind)


@dataclass
class Poll:
    """A question with its options, by what they are called there; `votes` are of whom for which."""

    question: str
    options: dict[str, str]
    max_votes: int = 1
    anonymous: bool = False
    closes_at: datetime | None = None
    closed_at: datetime | None = None
    votes: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Said:
    """A message; `shown` says that a reply is shown in the conversation too. The system's may have no author."""

    id: str
    author_id: str | None
    text: str
    sent_at: datetime
    is_system: bool = False
    silent: bool = False
    deleted_at: datetime | None = None
    files: list[File] = field(default_factory=list)
    quoted_id: str | None = None
    poll: Poll | None = None
    edited_at: datetime | None = None
    parent_id: str | None = None
    shown: bool = False
    pinned: bool = False
    mentions: list[str] = field(default_factory=list)
    reactions: list[tuple[str, str]] = field(default_factory=list)
    """What and by whom."""

    @property
    def named(self) -> list[str]:
        """Whoever wrote it, reacted to it or voted in it."""
        authors = [] if self.author_id is None else [self.author_id]
        voters = [] if self.poll is None else [who for who, _ in self.poll.votes]
        return authors + [who for _, who in self.reactions] + voters

    @property
    def says_something(self) -> bool:
        return bool(self.text.strip() or self.files or self.poll or self.deleted_at)


@dataclass
class Room:
    """A conversation. One of two people without a name of its own is direct, and of no team."""

    id: str
    kind: Literal["direct", "group", "channel"]
    name: str | None = None
    created_by: str | None = None
    created_at: datetime | None = None
    team: str | None = None
    members: dict[str, Member] = field(default_factory=dict)
    messages: list[Said] = field(default_factory=list)


@dataclass
class Chat:
    """Everything, and what has no place in it, counted by why."""

    people: dict[str, Person] = field(default_factory=dict)
    rooms: list[Room] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def know(self, user_id: str, **known: str | None) -> str:
        """Note somebody with what is known of them; what was known already stays."""
        person = self.people.setdefault(user_id, Person(user_id))
        for name, value in known.items():
            if value and getattr(person, name) is None:
                setattr(person, name, value)
        return user_id

    def put_into(self, user_id: str, teams: list[str]) -> None:
        """Note that somebody is in these teams."""
        known = self.people[user_id].teams
        for team in dict.fromkeys(map(team_of, teams)):
            if team in known:
                continue
            known.append(team)
            if len(known) > MOST_TEAMS:
                self.left_out["teams of users beyond twenty"] += 1

    def lines(self) -> Iterator[dict[str, Any]]:
        """Users, then each conversation with all that is in it, in the order in which it was said."""
        rooms = [room for room in self.rooms if self._is_whole(room)]
        for room in rooms:
            for user_id in (*room.members, *(who for message in room.messages for who in message.named)):
                self.know(user_id)
        yield from (person.line() for person in self.people.values())
        for room in rooms:
            yield from self._room(room)

    def _is_whole(self, room: Room) -> bool:
        if not room.members:
            room.members = {m.author_id: Member() for m in room.messages if m.author_id is not None}
        if not room.members:
            self.left_out["conversations without members"] += 1
            return False
        if room.kind == "direct" and len(room.members) == 1:
            self.left_out["conversations with oneself"] += 1
            return False
        return True

    def _room(self, room: Room) -> Iterator[dict[str, Any]]:
        members = list(room.members)
        owners = [user_id for user_id, member in room.members.items() if member.role == "owner"]
        created_by = next(user_id for user_id in (room.created_by, *owners, *members) if user_id in room.members)
        is_direct = room.kind == "direct" and len(members) == OF_TWO
        name = None if is_direct else tidy(room.name or self._names(members))
        yield _said(
            type="conversation",
            conversation_id=room.id,
            conversation_type="direct" if is_direct else "group" if room.kind == "direct" else room.kind,
            name=name,
            created_by=created_by,
            created_at=_moment(room.created_at),
            team=None if is_direct or room.team is None else team_of(room.team),
            members=[user_id for user_id in members if user_id != created_by],
        )
        for user_id, member in room.members.items():
            facts = {
                "role": None if is_direct else member.role,
                "joined_at": _moment(member.joined_at),
                "read_at": _moment(member.read_at),
            }
            if any(facts.values()):
                yield _said(type="membership", conversation_id=room.id, user_id=user_id, **facts)
        pinned = sorted((m for m in room.messages if m.pinned and m.deleted_at is None), key=lambda m: m.sent_at)[
            -MOST_PINS:
        ]
        kept = {id(message) for message in pinned}
        told: set[str] = set()
        for message in self._in_order(room):
            yield from self._message(room, message, pinned=id(message) in kept, told=told)
            told.add(message.id)

    def _names(self, user_ids: list[str]) -> str:
        return ", ".join(self.people[user_id].name or user_id for user_id in user_ids[:SHOWN_MEMBERS])

    def _in_order(self, room: Room) -> Iterator[Said]:
        """Messages as they were sent, each reply after the message that it hangs on."""
        by_id = {message.id: message for message in room.messages if message.says_something}
        if len(by_id) < len(room.messages):
            self.left_out["messages without a text"] += len(room.messages) - len(by_id)
        waiting: dict[str, list[Said]] = {}
        told: set[str] = set()
        for message in sorted(by_id.values(), key=lambda m: m.sent_at):
            root = _root(message, by_id)
            if message.parent_id is not None and root is None:
                self.left_out["replies whose message is gone, now messages"] += 1
            message.parent_id = root
            if root is not None and root not in told:
                waiting.setdefault(root, []).append(message)
                continue
            told.add(message.id)
            yield message
            yield from waiting.pop(message.id, ())

    def _message(self, room: Room, message: Said, *, pinned: bool, told: set[str]) -> Iterator[dict[str, Any]]:
        files = [file for file in message.files if file.can_be_fetched][:MOST_FILES]
        named = [
            f"{file.name}: {file.address}" if file.address else file.name for file in message.files if file not in files
        ]
        text = "\n".join(filter(None, [message.text, *named]))
        if len(text) > LONGEST_TEXT:
            self.left_out["ends of texts beyond 20,000 characters"] += 1
        place = {
            "type": "message",
            "message_id": message.id,
            "conversation_id": room.id,
            "author_id": message.author_id,
            "message_type": "system" if message.is_system else None,
            "silent": (message.silent and message.parent_id is None) or None,
            "created_at": _moment(message.sent_at),
            "deleted_at": _moment(message.deleted_at),
            "parent_id": message.parent_id,
            "show_in_conversation": (message.shown and message.parent_id is not None) or None,
        }
        if message.deleted_at is not None:
            yield _said(**place)
            return
        votes = () if message.poll is None else self._votes(message.id, message.poll)
        yield _said(
            **place,
            text=text[:LONGEST_TEXT].replace("\0", ""),
            attachments=[file.line() for file in files] or None,
            edited_at=_moment(message.edited_at),
            quoted_id=message.quoted_id if message.quoted_id in told else None,
            mentions=list(dict.fromkeys(message.mentions))[:MOST_MENTIONS] or None,
            pinned=pinned or None,
            poll=None if message.poll is None else _poll(message.poll),
        )
        kinds: set[str] = set()
        for kind, user_id in dict.fromkeys(message.reactions):
            if kind not in kinds and len(kinds) == MOST_KINDS:
                self.left_out["reactions beyond twenty kinds"] += 1
                continue
            kinds.add(kind)
            yield {"type": "reaction", "message_id": message.id, "user_id": user_id, "reaction": kind}
        yield from votes

    def _votes(self, message_id: str, poll: Poll) -> Iterator[dict[str, Any]]:
        """A line for each voter, with as many votes as the poll takes of one."""
        numbers = {option: str(number) for number, option in enumerate(poll.options, 1)}
        chosen: dict[str, list[str]] = {}
        for user_id, option in dict.fromkeys(poll.votes):
            mine = chosen.setdefault(user_id, [])
            if option in numbers and len(mine) < poll.max_votes:
                mine.append(numbers[option])
            else:
                self.left_out["votes that a poll does not take"] += 1
        for user_id, options in chosen.items():
            if options:
                yield {"type": "vote", "message_id": message_id, "user_id": user_id, "options": options}


def poll_of(question: str, options: dict[str, str], max_votes: int | None, **facts: Any) -> Poll | None:
    """A poll as Parley takes one: texts of one line that differ; None where there is nothing to choose between."""
    texts: dict[str, str] = {}
    for option, text in options.items():
        shown = tidy(text, LONGEST_OPTION)
        if shown not in texts.values() and len(texts) < MOST_OPTIONS:
            texts[option] = shown
    if len(texts) < FEWEST_OPTIONS:
        return None
    most = len(texts) if max_votes is None else min(max(1, max_votes), len(texts))
    return Poll(tidy(question, LONGEST_QUESTION), texts, most, **facts)


def _poll(poll: Poll) -> dict[str, Any]:
    return _said(
        question=poll.question,
        options=[{"text": text} for text in poll.options.values()],
        max_votes=poll.max_votes,
        anonymous=poll.anonymous or None,
        closes_at=_moment(poll.closes_at),
        closed_at=_moment(poll.closed_at),
    )


def _root(message: Said, by_id: dict[str, Said]) -> str | None:
    """The message that a thread hangs on, of a reply to a reply too; None where there is none."""
    seen = {message.id}
    root = message.parent_id
    while root in by_id and root not in seen:
        seen.add(root)
        above = by_id[root].parent_id
        if above is None or above not in by_id:
            return root
        root = above
    return None


def _said(**facts: Any) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value is not None}


def tidy(name: str, longest: int = LONGEST_NAME) -> str:
    """A name of one line that can be printed."""
    shown = "".join(each if each.isprintable() else " " for each in name)
    return " ".join(shown.split())[:longest].strip() or "-"


def team_of(name: str) -> str:
    """A team's name as Parley has them. One that is written otherwise gets a digest, so that no two become one."""
    if _TEAM.fullmatch(name):
        return name
    shown = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:29] or "team"
    return f"{shown}-{hashlib.sha256(name.encode()).hexdigest()[:10]}"


def _moment(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_epoch(seconds: float) -> datetime:
    """A moment by its seconds, or milliseconds, since 1970."""
    in_seconds = seconds / 1000 if seconds > 10**11 else seconds
    return datetime.fromtimestamp(in_seconds, UTC)


def maybe_epoch(value: Any) -> datetime | None:
    """The same of what may be missing, zero or a text."""
    number = float(value or 0)
    return from_epoch(number) if number > 0 else None


def from_text(text: str | None) -> datetime | None:
    """A moment in RFC 3339."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
