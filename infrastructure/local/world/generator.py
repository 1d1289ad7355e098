"""Makes a world of a seed: users, conversations and what is said, then what is done with it.

It is plain data. `World.lines` are those of an import (docs/import-file.md), `World.acts` what an import does not take.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from infrastructure.local.world import people, phrases
from infrastructure.local.world.people import Someone
from infrastructure.local.world.phrases import Language, fill

SEED = 20261143
EMOJI = ("👍", "❤️", "😂", "🎉", "👀", "🙏", "🔥")
POLL = "What shall we eat on Friday?"
CHOICES = ("🍕 Pizza", "🍜 Noodles", "🥗 Salad")
FLAG_REASONS = ("spam", "It is rude", "This was meant for another group", None)
Kind = Literal["edit", "delete", "pin", "flag", "read", "mute", "status", "archive", "ask", "vote"]


@dataclass(frozen=True)
class Size:
    """`talks` is how many dialogues a conversation has, from and to; `shown_directs` those of each shown person."""

    users: int
    languages: tuple[str, ...]
    groups: int
    channels: int
    shown_directs: int
    other_directs: int
    talks: tuple[int, int]
    pictures: int
    shown: tuple[Someone, ...] = people.SHOWN


FULL = Size(240, phrases.CODES, 6, 1, 6, 30, (3, 9), 24)
SMALL = Size(24, phrases.CODES, 1, 0, 1, 0, (1, 2), 3)
SIZES = {
    "full": {"demo": FULL, "harbour": Size(24, ("en", "pt"), 3, 1, 0, 6, (2, 5), 4, ())},
    "small": {"demo": SMALL, "harbour": Size(4, ("pt",), 1, 0, 0, 0, (1, 1), 0, ())},
}
"""By size and tenant."""


@dataclass(frozen=True)
class Act:
    """What a user does with a message or a conversation that is there, by their ids in `lines`."""

    kind: Kind
    user_id: str
    conversation_id: str
    message_id: str = ""
    text: str | None = None

    @property
    def name(self) -> str:
        return f"{self.kind} {self.user_id} {self.message_id or self.conversation_id}"


@dataclass
class World:
    """`files` are what is to be drawn or recorded, as the messages name them."""

    people: list[Someone] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


@dataclass
class _Room:
    """A conversation in the making."""

    name: str
    language: Language
    members: list[Someone]
    title: str | None
    messages: list[dict[str, Any]] = field(default_factory=list)

    def roots(self) -> list[dict[str, Any]]:
        return [each for each in self.messages if "parent_id" not in each]


def generate(size: Size, *, seed: int = SEED) -> World:
    """The world of a size: equal arguments, equal worlds."""
    return _Generator(size, seed).world()


class _Generator:
    def __init__(self, size: Size, seed: int) -> None:
        self._size = size
        self._chance = random.Random(f"{seed} {size.users}")  # noqa: S311 - the same world from the same seed
        self._languages = [phrases.load(code) for code in size.languages]
        count = len(self._languages)
        numbered = (self._languages[number % count] for number in range(size.users - len(size.shown)))
        others = [people.someone(seed, language, number) for number, language in enumerate(numbered, 1)]
        self._world = World(people=[*size.shown, *others])
        self._pairs: set[frozenset[str]] = set()
        self._rooms: list[_Room] = []

    def world(self) -> World:
        for each in self._world.people:
            line: dict[str, Any] = {"type": "user", "user_id": each.user_id, "name": each.name}
            self._world.lines.append(
                line | ({"languages": [each.language]} if each.language in people.SEARCHED else {})
            )
        for language in self._languages:
            self._shared(language, "group", language.groups, self._size.groups)
            self._shared(language, "channel", language.channels, self._size.channels)
        self._directs()
        self._send_files()
        self._world.lines += self._by_time()
        for room in self._rooms:
            self._act(room)
        self._ask()
        self._flag()
        self._set_statuses()
        return self._world

    def _speakers(self, language: Language) -> list[Someone]:
        return [each for each in self._world.people if each.language == language.code]

    def _shared(self, language: Language, kind: str, titles: Sequence[str], count: int) -> None:
        """Groups and channels of a language: its speakers, and alice and bob, who are nearly everywhere."""
        chance = self._chance
        for title in chance.sample(titles, min(count, len(titles))):
            speakers = self._speakers(language)
            most = len(speakers) if kind == "channel" else min(9, len(speakers))
            members = chance.sample(speakers, chance.randint(min(3, most), most))
            members += [each for each in speakers if each in self._size.shown and each not in members]
            guests = [each for each in self._size.shown[:2] if each not in members and chance.random() < 0.75]  # noqa: PLR2004
            self._open(kind, title, language, [*members, *guests])

    def _directs(self) -> None:
        chance = self._chance
        for each in self._size.shown:
            mates = [other for other in self._world.people if other.language == each.language and other != each]
            for mate in chance.sample(mates, min(self._size.shown_directs, len(mates))):
                self._direct(mate, each)
        if self._size.shown:
            self._direct(self._size.shown[1], self._size.shown[0])
        for _ in range(self._size.other_directs):
            one = chance.choice(self._world.people)
            mates = [other for other in self._world.people if other.language == one.language and other != one]
            self._direct(one, chance.choice(mates))

    def _direct(self, one: Someone, other: Someone) -> None:
        pair = frozenset({one.user_id, other.user_id})
        if pair not in self._pairs:
            self._pairs.add(pair)
            self._open("direct", None, phrases.load(one.language), [one, other])

    def _open(self, kind: str, title: str | None, language: Language, members: list[Someone]) -> None:
        name = f"c{len(self._rooms) + 1:03}"
        line: dict[str, Any] = {"type": "conversation", "conversation_id": name, "conversation_type": kind}
        line |= {"created_by": members[0].user_id, "members": [each.user_id for each in members[1:]]}
        self._world.lines.append(line | ({} if title is None else {"name": title}))
        room = _Room(name, language, members, title)
        self._rooms.append(room)
        if title is not None:
            self._say(room, members[0], language.welcome)
        self._talk(room)

    def _talk(self, room: _Room) -> None:
        chance, language = self._chance, room.language
        speakers = [each for each in room.members if each.language == language.code]
        talks: list[Sequence[str]] = []
        for _ in range(chance.randint(*self._size.talks)):
            talks = talks or chance.sample(language.dialogues, len(language.dialogues))
            turns, words = talks.pop(), language.words(chance)
            takes = chance.sample(speakers, min(len(speakers), 2 if room.title is None else chance.choice((2, 2, 3))))
            for number, turn in enumerate(turns):
                said = self._say(room, takes[number % len(takes)], fill(turn, words))
                if chance.random() < 0.07:  # noqa: PLR2004
                    self._correct(room, said, turn, words)
            if room.title is not None and chance.random() < 0.5:  # noqa: PLR2004
                self._thread(room, room.messages[-len(turns)], speakers)
            if room.title is not None and chance.random() < 0.4:  # noqa: PLR2004
                self._say(room, chance.choice(speakers), fill(chance.choice(language.lines), words))

    def _say(self, room: _Room, who: Someone, text: str, **more: Any) -> dict[str, Any]:
        mentioned: list[str] = []
        if room.title is not None and "parent_id" not in more and self._chance.random() < 0.06:  # noqa: PLR2004
            other = self._chance.choice([each for each in room.members if each != who])
            text, mentioned = f"@{other.name} {text}", [other.user_id]
        name = f"{room.name}-{len(room.messages) + 1:04}"
        said = {"type": "message", "message_id": name, "conversation_id": room.name, "author_id": who.user_id}
        line: dict[str, Any] = said | {"text": text} | ({"mentions": mentioned} if mentioned else {}) | more
        room.messages.append(line)
        return line

    def _correct(self, room: _Room, said: dict[str, Any], turn: str, words: dict[str, str]) -> None:
        """Somebody meant another word."""
        text = fill(turn, words | room.language.words(self._chance))
        if text != said["text"] and not said.get("mentions"):
            self._world.acts.append(Act("edit", said["author_id"], room.name, said["message_id"], text))

    def _thread(self, room: _Room, root: dict[str, Any], speakers: list[Someone]) -> None:
        chance, words = self._chance, room.language.words(self._chance)
        replies = chance.sample(room.language.replies, chance.randint(1, 4))
        for number, reply in enumerate(replies):
            shown = {"show_in_conversation": True} if number == 0 and chance.random() < 0.2 else {}  # noqa: PLR2004
            self._say(room, chance.choice(speakers), fill(reply, words), parent_id=root["message_id"], **shown)

    def _send_files(self) -> None:
        """Pictures here and there, of which some come together; a film and a voice message of what is near alice."""
        chance, named = self._chance, [room for room in self._rooms if room.title is not None]
        for number in range(self._size.pictures):
            room = named[number % len(named)] if number < len(named) else chance.choice(named)
            who = chance.choice([each for each in room.members if each.language == room.language.code])
            several = 3 if number % 8 == 5 else 1  # noqa: PLR2004
            files = [f"media/picture-{number + 1:02}{letter}.{_suffix(number)}" for letter in "abc"[:several]]
            caption = fill(chance.choice(room.language.captions), room.language.words(chance))
            self._say(room, who, caption, attachments=files)
            if chance.random() < 0.7:  # noqa: PLR2004
                room.messages.insert(chance.randint(1, len(room.messages) - 1), room.messages.pop())
            self._world.files += files
        if self._size.shown:
            room = next(room for room in self._rooms if room.title is None and self._size.shown[0] in room.members)
            for file in ("media/sunrise.mp4", "media/voice-message.ogg"):
                self._say(room, room.members[0], "", attachments=[file])
                self._world.files.append(file)

    def _ask(self) -> None:
        """A poll, in which nearly everybody has a favourite."""
        for room in [room for room in self._rooms if room.title is not None and room.language.code == "en"][:1]:
            asked = f"{room.name}-poll"
            self._world.acts.append(Act("ask", room.members[0].user_id, room.name, asked))
            for each in self._chance.sample(room.members, len(room.members) - 1):
                option = str(self._chance.randint(1, len(CHOICES)))
                self._world.acts.append(Act("vote", each.user_id, room.name, asked, option))

    def _by_time(self) -> list[dict[str, Any]]:
        """What is said everywhere, in one order: conversations go on beside each other, and some end earlier."""
        timed: list[tuple[float, str, list[dict[str, Any]]]] = []
        for room in self._rooms:
            end = self._chance.uniform(0.5, 1)
            for number, message in enumerate(room.messages, 1):
                name = message["message_id"]
                reactions = self._reactions(room, name)
                timed.append((end * number / len(room.messages), name, [message, *reactions]))
        return [line for _, _, lines in sorted(timed, key=lambda each: each[:2]) for line in lines]

    def _reactions(self, room: _Room, message_id: str) -> list[dict[str, Any]]:
        chance = self._chance
        if chance.random() > 0.16:  # noqa: PLR2004
            return []
        common = chance.choice(EMOJI)
        return [
            _reaction(message_id, each, common if chance.random() < 0.7 else chance.choice(EMOJI))  # noqa: PLR2004
            for each in chance.sample(room.members, chance.randint(1, min(4, len(room.members))))
        ]

    def _act(self, room: _Room) -> None:
        """Deletions, a pin, how far everybody has read, what is muted."""
        chance, acts = self._chance, self._world.acts
        roots, owner = room.roots(), room.members[0].user_id
        edited = {act.message_id for act in acts}
        plain = [each for each in roots[1:-1] if "attachments" not in each and each["message_id"] not in edited]
        chosen = [each for each in plain if chance.random() < 0.012]  # noqa: PLR2004
        for message in chosen or (plain[:1] if room is self._rooms[0] else []):
            acts.append(Act("delete", message["author_id"], room.name, message["message_id"]))
        if room.title is not None:
            acts.append(Act("pin", owner, room.name, roots[0]["message_id"]))
        for each in room.members:
            is_shown = each in self._size.shown
            if is_shown or chance.random() < 0.25:  # noqa: PLR2004
                unread = chance.choice((0, 0, 0, 1, 2, 5, 9)) if is_shown else chance.randint(0, 4)
                read = roots[max(0, len(roots) - 1 - unread)]
                acts.append(Act("read", each.user_id, room.name, read["message_id"]))
            if is_shown and room.title is not None and chance.random() < 0.08:  # noqa: PLR2004
                acts.append(Act("mute", each.user_id, room.name))

    def _flag(self) -> None:
        """What the moderators have to look at; and one conversation that is over."""
        chance = self._chance
        named = [room for room in self._rooms if room.title is not None]
        gone = {act.message_id for act in self._world.acts if act.kind == "delete"}
        for number in range(min(6, len(named))):
            room = named[-1 - number]
            said = [each for each in room.roots()[1:] if each["message_id"] not in gone]
            message = chance.choice(said)
            who = chance.choice([each for each in room.members if each.user_id != message["author_id"]])
            reason = FLAG_REASONS[number % len(FLAG_REASONS)]
            self._world.acts.append(Act("flag", who.user_id, room.name, message["message_id"], reason))
        if len(named) > 1:
            self._world.acts.append(Act("archive", named[-1].members[0].user_id, named[-1].name))

    def _set_statuses(self) -> None:
        for each in self._world.people[:: max(1, len(self._world.people) // 12)]:
            text = self._chance.choice(_STATUSES[each.language])
            self._world.acts.append(Act("status", each.user_id, "", text=text))


def _reaction(message_id: str, who: Someone, reaction: str) -> dict[str, Any]:
    return {"type": "reaction", "message_id": message_id, "user_id": who.user_id, "reaction": reaction}


def _suffix(number: int) -> str:
    return "png" if number % 4 == 3 else "jpg"  # noqa: PLR2004


_STATUSES = {
    "en": ("At lunch", "Back on Monday", "Deep in a book"),
    "de": ("Beim Mittagessen", "Im Zug"),
    "fr": ("En réunion", "De retour lundi"),
    "es": ("De vacaciones", "En una reunión"),
    "pt": ("Em viagem", "A almoçar"),
    "ar": ("في اجتماع", "أعود يوم الأحد"),
    "ja": ("会議中", "外出しています"),
    "zh": ("开会中", "休假"),
}
