"""Recipients of a push: those whom a message addresses and who are away, by membership and preference at this moment.

Up to 100 members a message addresses every member; above that, those whom it mentions. A thread reply addresses those
whom it mentions, who wrote what it hangs on and, up to 100 of them, who follow the thread; one that is shown in the
conversation everybody where a message does. Whoever has turned away from a thread is told of mentions alone.
Who is in a user group that it mentions is named as well, at most a thousand of them.
An edit addresses those whom it names and the message did not before, whether they have read it or not.
Users without devices drop out first, at 1 RRU each, before anything else is read for a push: mostly that is all. Of the
others presence, membership, block and mute are read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from parley import clock
from parley.ids import MessageAddress
from parley.messaging.access import membership_key, seen_after
from parley.messaging.items import MembershipItem, MessageItem, ThreadFollowItem, UserMuteItem
from parley.messaging.members import user_mutes
from parley.messaging.members.views import is_muted
from parley.messaging.messages.thread_follows import follow_key, told_followers
from parley.push.items import DeviceEntry, PushUser, User, push_key
from parley.push.preferences import level_of
from parley.realtime.audience import SMALL, list_proposed, member_count
from parley.realtime.online import Online, online_key
from parley.settings import settings
from parley.streams import shared_reads
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, listed_texts, required_text
from parley.tables.keys import Key

Place = tuple[str, MessageAddress]
"""Tenant and address of a message."""
MOST_OF_A_CONVERSATION = 5
"""In one batch a user is pushed the newest so many messages of a conversation, those that name them first."""


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a message names, and which user groups, in its order."""

    users: frozenset[str] = frozenset()
    groups: tuple[str, ...] = ()

    @classmethod
    def of(cls, image: RawItem) -> "Named":
        return cls(frozenset(listed_texts(image, "mentions")), tuple(listed_texts(image, "mentioned_groups")))

    @property
    def somebody(self) -> bool:
        return bool(self.users or self.groups)

    def without(self, other: "Named") -> "Named":
        return Named(self.users - other.users, tuple(each for each in self.groups if each not in other.groups))

    def __or__(self, other: "Named") -> "Named":
        return Named(self.users | other.users, tuple(dict.fromkeys((*self.groups, *other.groups))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressing:
    """What of a message says whom it addresses."""

    tenant_id: str
    address: MessageAddress
    item: MessageItem
    root_author: str | None = None
    newly_named: frozenset[str] | None = None
    """Whom an edit names whom the message did not name before; None for a new message."""
    in_groups: frozenset[str] = frozenset()
    """Whom it names by user groups, members of the conversation or not; an edit those whom it did not name before."""

    @property
    def place(self) -> "Place":
        return self.tenant_id, self.address

    @property
    def room(self) -> tuple[str, str]:
        return self.tenant_id, self.address.conversation_id

    @property
    def shown_seq(self) -> int | None:
        """Its place in the conversation; None for a reply that has none."""
        if self.address.root_seq is None:
            return self.address.seq
        return None if self.item.shown_seq is None else int(self.item.shown_seq)

    @property
    def thread(self) -> tuple[str, MessageAddress]:
        return self.tenant_id, self.address.root or self.address

    def mentions(self, user_id: str) -> bool:
        return user_id in (self.item.mentions or ()) or user_id in self.in_groups

    @property
    def by_name(self) -> set[str]:
        """Whom it addresses by name."""
        named = {str(user_id) for user_id in self.item.mentions or ()}
        if self.newly_named is not None:
            return named & self.newly_named | self.in_groups
        named |= self.in_groups
        return {*named, self.root_author} if self.root_author else named


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage(Addressing):
    """A message to push: as it is now, with its conversation and its author's name."""

    conversation: RawItem
    author_name: str

    @property
    def is_direct(self) -> bool:
        return required_text(self.conversation, "type") == "direct"


@dataclass(frozen=True, slots=True)
class Push:
    """A message for one device."""

    message: NewMessage
    user: User
    device: DeviceEntry


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is in the conversations of some messages, and of all whom these address those who have devices."""

    members: dict[tuple[str, str], list[str]]
    owners: dict[User, PushUser] = field(default_factory=dict)
    followers: dict[tuple[str, MessageAddress], list[str]] = field(default_factory=dict)

    def is_for_followers(self, message: Addressing) -> bool:
        """Whether it is a reply of which not all members are told, but who follows the thread and whom it names."""
        if message.newly_named is not None:
            return False
        return message.address.root is not None and (message.shown_seq is None or not self.members[message.room])

    def addressed_by(self, message: Addressing) -> set[User]:
        """Whom a message addresses, with a device or without: of an edit those whom it names newly."""
        if message.newly_named is not None:
            return {(message.tenant_id, user_id) for user_id in message.by_name - {message.item.author_id or ""}}
        told = self.followers[message.thread] if self.is_for_followers(message) else self.members[message.room]
        known = self.members.get(message.room)
        others = message.in_groups.difference(known) if known else frozenset[str]()
        user_ids = (message.by_name - others).union(told) - {message.item.author_id or ""}
        return {(message.tenant_id, user_id) for user_id in user_ids}

    def reached_by(self, message: Addressing) -> list[User]:
        """Those who have a device."""
        return sorted(self.addressed_by(message) & self.owners.keys())


@dataclass
class _People:
    """What was read of the users whom the batch addresses."""

    audience: Audience
    online: dict[User, bool] = field(default_factory=dict)
    memberships: dict[Key, RawItem] = field(default_factory=dict)
    turned_from: set[Key] = field(default_factory=set)
    """Blocks, and mutes that hold."""
    places: dict[Key, RawItem] = field(default_factory=dict)
    """Those in threads."""


def of_member(tenant_id: str, user_id: str) -> tuple[Key]:
    """What is read of whoever a message addresses, with a device or without."""
    return (push_key(tenant_id, user_id),)


def find(messages: Sequence[Addressing]) -> Audience:
    """Who may be pushed any of these messages."""
    rooms = sorted({each.room for each in messages if each.shown_seq is not None and each.newly_named is None})
    audience = Audience(dict(zip(rooms, dynamodb.map_parallel(_members, rooms), strict=True)))
    threads = list(dict.fromkeys(message.thread for message in messages if audience.is_for_followers(message)))
    followers = dynamodb.map_parallel(lambda each: told_followers(*each), threads)
    audience.followers.update(zip(threads, followers, strict=True))
    places = {push_key(*user): user for message in messages for user in audience.addressed_by(message)}
    found = shared_reads.read(settings().control_table, places)
    users = {places[at]: PushUser.read(raw) for at, raw in found.items()}
    audience.owners.update({user: read for user, read in users.items() if read.devices and not read.paused})
    return audience


def address(messages: Sequence[NewMessage], audience: Audience) -> list[Push]:
    """Whom these messages are pushed to now, of those who were found, oldest message first."""
    pairs = [(user, message) for message in messages for user in audience.reached_by(message)]
    people = _read(pairs, audience)
    chosen = [(user, message) for user, message in pairs if _wants(user, message, people)]
    return [
        Push(message, user, device)
        for user, message in _without_floods(chosen)
        for device in audience.owners[user].devices.values()
    ]


def _members(room: tuple[str, str]) -> list[str]:
    """The members by the index and who has come lately, none where there are more than 100: 4.5 RRU as a rule."""
    return list_proposed(*room) if member_count(*room) <= SMALL else []


def _read(pairs: Sequence[tuple[User, NewMessage]], audience: Audience) -> _People:
    people = _People(audience)
    if not pairs:
        return people
    control, chat = settings().control_table, settings().chat_table
    online_places = {online_key(*user): user for user, _ in pairs}
    wanted = {_membership_key(user, message) for user, message in pairs}
    blocks = {_block_key(user, message) for user, message in pairs}
    mutes = {_mute_key(user, message) for user, message in pairs}
    places = {follow_key(*user, message.thread[1]) for user, message in pairs if audience.is_for_followers(message)}
    online, stored = dynamodb.in_parallel(
        lambda: dynamodb.batch_get(control, online_places, consistent=True),
        lambda: dynamodb.batch_get(chat, wanted | blocks | mutes | places, consistent=True),
    )
    now = clock.now_ms()
    people.online = {online_places[at]: bool(Online.read(raw).open_at(now)) for at, raw in online.items()}
    people.memberships = {at: stored[at] for at in wanted if at in stored}
    held = {at for at in mutes & stored.keys() if user_mutes.holds(UserMuteItem.from_raw_data(stored[at]))}
    people.turned_from = held | (blocks & stored.keys())
    people.places = {at: stored[at] for at in places if at in stored}
    return people


def _membership_key(user: User, message: NewMessage) -> Key:
    return membership_key(*user, message.address.conversation_id)


def _block_key(user: User, message: NewMessage) -> Key:
    """Where a block of the author by this user would be."""
    return Key(keys.user(*user), keys.block_sk(message.item.author_id or ""))


def _mute_key(user: User, message: NewMessage) -> Key:
    """Where a mute of the author by this user would be."""
    return Key(keys.user(*user), keys.user_mute_sk(message.item.author_id or ""))


def _wants(user: User, message: NewMessage, people: _People) -> bool:
    """Whether a user is away, may see the message, has not read it as it is, and wants to be told of it."""
    raw = people.memberships.get(_membership_key(user, message))
    turned_away = not people.turned_from.isdisjoint((_block_key(user, message), _mute_key(user, message)))
    if raw is None or turned_away or people.online.get(user, False):
        return False
    member = MembershipItem.from_raw_data(raw)
    is_silent = is_muted(member) or member.hidden == "always"
    if is_silent or message.item.position <= seen_after(raw, message.conversation):
        return False
    if message.newly_named is not None:
        return level_of(people.audience.owners[user], raw) in {"all", "mentions"}
    if message.shown_seq is not None and int(member.read_seq) >= message.shown_seq:
        return False
    if people.audience.is_for_followers(message) and not _is_told_of_reply(user, message, people):
        return False
    level = level_of(people.audience.owners[user], raw)
    return level == "all" or (level == "mentions" and (message.is_direct or user[1] in message.by_name))


def _is_told_of_reply(user: User, message: NewMessage, people: _People) -> bool:
    """Whether a user has not read a reply, and is mentioned there, follows the thread or wrote what it hangs on.

    Of whom the index lists, that may have been a moment ago; their place in the thread decides.
    """
    follow = ThreadFollowItem.read(people.places.get(follow_key(*user, message.thread[1])))
    if follow is None:
        return message.mentions(user[1]) or user[1] == message.root_author
    if not follow.is_followed:
        return message.mentions(user[1])
    return int(follow.read_seq) < message.address.seq


def _without_floods(chosen: Sequence[tuple[User, NewMessage]]) -> list[tuple[User, NewMessage]]:
    """At most five of a conversation for each user, in the order in which they were."""
    by_room: dict[tuple[User, str], list[NewMessage]] = {}
    for user, message in chosen:
        by_room.setdefault((user, message.address.conversation_id), []).append(message)
    kept: set[tuple[User, MessageAddress]] = set()
    for (user, _), messages in by_room.items():
        messages.sort(key=lambda each: (user[1] in each.by_name, int(each.item.created_at)), reverse=True)
        kept |= {(user, message.address) for message in messages[:MOST_OF_A_CONVERSATION]}
    return [(user, message) for user, message in chosen if (user, message.address) in kept]
