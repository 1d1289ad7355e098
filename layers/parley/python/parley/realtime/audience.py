"""Who receives an event: the connections that it goes to, by membership as it is at this moment.

Up to 100 members, every member who is online. Above that, those who watch the conversation and those whom the message
mentions; of the others, each who is online learns once a batch that there is something unread. Memberships are read
consistently, after the change and before anything is sent: whoever has been removed gets nothing more.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from parley import clock
from parley.messaging.access import membership_key
from parley.messaging.members import arrivals
from parley.realtime.online import Online, read_online
from parley.settings import settings
from parley.streams.events import StreamEvent, conversation_seq
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, number, required_text
from parley.tables.items import COLLECTION_INDEX

SMALL = 100
"""Up to so many members, all are told everything."""
LARGEST_BUMPED = 1_000
"""Above so many members, only watchers and the mentioned are told; the others ask `GET /v1/unread`."""


@dataclass
class OnlineUsers:
    """Who is online, read once a batch."""

    tenant_id: str
    _known: dict[str, Online] = field(default_factory=dict)

    def of(self, user_ids: Iterable[str]) -> dict[str, Online]:
        wanted = list(dict.fromkeys(user_ids))
        missing = [user_id for user_id in wanted if user_id not in self._known]
        if missing:
            self._known |= read_online(self.tenant_id, missing)
        return {user_id: self._known[user_id] for user_id in wanted}


@dataclass(frozen=True, slots=True)
class Recipient:
    """A connection that is told, and whose it is."""

    user_id: str
    connection_id: str


@dataclass(frozen=True)
class Room:
    """A conversation as delivery sees it: the members who are online now, by user, with their memberships.

    `large` conversations have in `members` only those who watch or are concerned, and in `others` whoever else the
    index lists and is online.
    """

    conversation_id: str
    members: dict[str, RawItem]
    large: bool = False
    watching: frozenset[str] = frozenset()
    """Connections that watch."""
    others: frozenset[str] = frozenset()
    """By the index alone: whoever tells them anything asks `current_members` first."""

    def recipients(
        self, stream_event: StreamEvent, users: OnlineUsers, *, mentioned: frozenset[str]
    ) -> Iterator[Recipient]:
        """The connections that an event in this conversation goes to."""
        seq = conversation_seq(stream_event)
        now = clock.now_ms()
        for user_id, online in users.of(self.members).items():
            if seq is not None and seq <= number(self.members[user_id], "visible_from"):
                continue
            for connection_id in online.open_at(now):
                if not self.large or connection_id in self.watching or user_id in mentioned:
                    yield Recipient(user_id, connection_id)


def open_room(tenant_id: str, conversation_id: str, users: OnlineUsers, *, concerned: Iterable[str]) -> Room:
    """Read who is in a conversation and online: two or three queries, and a batched read of each kind.

    The index proposes whom to look at, as do the arrivals that it may not list yet; the table decides. `concerned` are
    users to look at whatever the index says, and however large the conversation is.
    """
    listed, more = _list_members(tenant_id, conversation_id, SMALL)
    if not more:
        online = _online(users, [*listed, *arrivals.recent(tenant_id, conversation_id), *concerned])
        return Room(conversation_id, current_members(tenant_id, conversation_id, online))
    watches = list_watchers(tenant_id, conversation_id)
    online = _online(users, [*(user_id for user_id, _ in watches), *concerned])
    members = current_members(tenant_id, conversation_id, online)
    everyone, too_many = _list_members(tenant_id, conversation_id, LARGEST_BUMPED)
    newcomers = () if too_many else arrivals.recent(tenant_id, conversation_id)
    others = frozenset() if too_many else frozenset(_online(users, [*everyone, *newcomers])) - members.keys()
    watching = frozenset(connection_id for _, connection_id in watches)
    return Room(conversation_id, members, large=True, watching=watching, others=others)


def _online(users: OnlineUsers, user_ids: Iterable[str]) -> list[str]:
    now = clock.now_ms()
    return [user_id for user_id, online in users.of(user_ids).items() if online.open_at(now)]


def current_members(tenant_id: str, conversation_id: str, user_ids: Sequence[str]) -> dict[str, RawItem]:
    """Those of these users who are members at this moment, with their memberships; consistent, 1 RRU each."""
    places = {membership_key(tenant_id, user_id, conversation_id): user_id for user_id in user_ids}
    found = dynamodb.batch_get(settings().chat_table, places, consistent=True) if places else {}
    return {places[at]: raw for at, raw in found.items()}


def list_watchers(tenant_id: str, conversation_id: str) -> list[tuple[str, str]]:
    """The users and connections that watch a conversation."""
    found: list[tuple[str, str]] = []
    start: RawItem | None = None
    while True:
        items, start = dynamodb.query(
            settings().control_table, keys.watchers(tenant_id, conversation_id), consistent=True, after=start
        )
        found += [(required_text(item, "user_id"), required_text(item, "connection_id")) for item in items]
        if start is None:
            return found


def _list_members(tenant_id: str, conversation_id: str, at_most: int) -> tuple[list[str], bool]:
    """Up to `at_most` members by the index, and whether there are more. 0.5 RRU for each 4 KiB, about 20 members."""
    listed: list[str] = []
    start: RawItem | None = None
    while True:
        items, start = dynamodb.query(
            settings().chat_table,
            keys.members(tenant_id, conversation_id),
            limit=at_most + 1 - len(listed),
            index=COLLECTION_INDEX,
            after=start,
        )
        listed += [keys.member_of(required_text(item, "gsk")) for item in items]
        if len(listed) > at_most:
            return listed[:at_most], True
        if start is None:
            return listed, False
