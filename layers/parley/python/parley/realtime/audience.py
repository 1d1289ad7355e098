"""Who receives an event: the connections that it goes to, by membership as it is at this moment.

Up to 100 members, every member who is online. Above that, those who watch the conversation and those whom the message
mentions; of the others, each who is online learns once a batch that there is something unread. Memberships are read
consistently, after the change and before anything is sent: whoever has been removed gets nothing more.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from parley.messaging.access import member_summary_key, membership_key
from parley.messaging.members import arrivals
from parley.realtime.online_users import OnlineUsers
from parley.settings import settings
from parley.streams import shared_reads
from parley.streams.events import conversation_seq, may_be_told
from parley.streams.stream_event import StreamEvent
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, number, required_text
from parley.tables.items import COLLECTION_INDEX
from parley.tables.keys import Key

SMALL = 100
"""Up to so many members, all are told everything."""
LARGEST_BUMPED = 1_000
"""Above so many members, only watchers and the mentioned are told; the others ask `GET /v1/unread`."""
MAX_WATCHERS = 1_000
"""So many connections may watch a conversation, which bounds what is told to watchers; `watch` refuses more."""


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
    truncated_seq: int = 0
    """Nobody is told of what is at or before this number."""

    def recipients(
        self, stream_event: StreamEvent, users: OnlineUsers, *, mentioned: frozenset[str]
    ) -> Iterator[Recipient]:
        """The connections that an event in this conversation goes to."""
        seq = conversation_seq(stream_event)
        for user_id, connections in users.of(self.members).items():
            if seq is not None and not self._sees(user_id, seq):
                continue
            if not may_be_told(stream_event, self.members[user_id]):
                continue
            for connection_id in connections:
                if not self.large or connection_id in self.watching or user_id in mentioned:
                    yield Recipient(user_id, connection_id)

    def seeing(self, position: int, recipients: Iterable[Recipient]) -> list[Recipient]:
        """Those of the recipients who see what has this position in the conversation."""
        return [each for each in recipients if self._sees(each.user_id, position)]

    def _sees(self, user_id: str, position: int) -> bool:
        return position > max(self.truncated_seq, number(self.members[user_id], "visible_from"))


def open_room(
    tenant_id: str,
    conversation_id: str,
    users: OnlineUsers,
    *,
    concerned: Iterable[str],
    authors: frozenset[str | None] = frozenset(),
) -> Room:
    """Read who is in a conversation and online: a read, one to three queries, and a batched read of each kind.

    The index proposes whom to look at, as do the arrivals that it may not list yet; the table decides. `concerned` are
    users to look at whatever the index says, and however large the conversation is. Beside who is online in a small one
    stands what other effects will look at of those whom messages of the `authors` address: it is read in passing.
    """
    count = member_count(tenant_id, conversation_id)
    listed = list_proposed(tenant_id, conversation_id) if count <= LARGEST_BUMPED else []
    if count <= SMALL:
        addressed = [user_id for user_id in listed if authors - {user_id}]
        passing = [at for user_id in addressed for at in shared_reads.of_member(tenant_id, user_id)]
        online = _online(users, [*listed, *concerned], passing)
        members = current_members(tenant_id, conversation_id, online)
        return Room(conversation_id, members, truncated_seq=_truncated_seq(tenant_id, conversation_id))
    watches = list_watchers(tenant_id, conversation_id)
    told = [*(user_id for user_id, _ in watches), *concerned]
    online = _online(users, [*told, *listed])
    looked_at = [user_id for user_id in dict.fromkeys(told) if user_id in online]
    members = current_members(tenant_id, conversation_id, looked_at)
    watching = frozenset(connection_id for _, connection_id in watches)
    return Room(
        conversation_id,
        members,
        large=True,
        watching=watching,
        others=frozenset(online).difference(looked_at),
        truncated_seq=_truncated_seq(tenant_id, conversation_id),
    )


def open_for(tenant_id: str, conversation_id: str, users: OnlineUsers, user_ids: Iterable[str]) -> Room:
    """The same of these users alone, for what is told to nobody else: 1 RRU for each, and 1 more who is online."""
    return Room(conversation_id, current_members(tenant_id, conversation_id, _online(users, user_ids)))


class _Shared:
    """What has been read of conversations under way; None where everybody reads for themselves."""

    summaries: dict[tuple[str, str], RawItem] | None = None
    proposed: dict[tuple[str, str], list[str]] | None = None


_shared = _Shared()


@contextmanager
def read_once() -> Iterator[None]:
    """Within this, how many and who may be members of a conversation is read once, for all effects of a batch.

    Who is told is decided by memberships, which are read anew each time.
    """
    _shared.summaries, _shared.proposed = {}, {}
    try:
        yield
    finally:
        _shared.summaries = _shared.proposed = None


def list_proposed(tenant_id: str, conversation_id: str) -> list[str]:
    """Who may be a member, by the index and, where somebody has joined in the last minutes, by who has come lately."""
    at, known = (tenant_id, conversation_id), _shared.proposed
    if known is not None and at in known:
        return known[at]
    listed = _list_members(tenant_id, conversation_id)
    if arrivals.may_be_recent(_summary(tenant_id, conversation_id)):
        listed += arrivals.recent(tenant_id, conversation_id)
    if known is not None:
        known[at] = listed
    return listed


def _online(users: OnlineUsers, user_ids: Iterable[str], beside: Iterable[Key] = ()) -> list[str]:
    return [user_id for user_id, connections in users.of(user_ids, beside=beside).items() if connections]


def member_count(tenant_id: str, conversation_id: str) -> int:
    """How many members a conversation has at this moment, so that nobody is listed in vain. 1 RRU."""
    return number(_summary(tenant_id, conversation_id), "member_count")


def _truncated_seq(tenant_id: str, conversation_id: str) -> int:
    return number(_summary(tenant_id, conversation_id), "truncated_seq")


def _summary(tenant_id: str, conversation_id: str) -> RawItem:
    at, known = (tenant_id, conversation_id), _shared.summaries
    if known is not None and at in known:
        return known[at]
    place = member_summary_key(tenant_id, conversation_id)
    summary = shared_reads.read(settings().chat_table, [place]).get(place, {})
    if known is not None:
        known[at] = summary
    return summary


def is_large(tenant_id: str, conversation_id: str) -> bool:
    """Whether a conversation has so many members that not all are told everything."""
    return member_count(tenant_id, conversation_id) > SMALL


def current_members(tenant_id: str, conversation_id: str, user_ids: Sequence[str]) -> dict[str, RawItem]:
    """Those of these users who are members at this moment, with their memberships; consistent, 1 RRU each."""
    places = {membership_key(tenant_id, user_id, conversation_id): user_id for user_id in user_ids}
    found = dynamodb.batch_get(settings().chat_table, places, consistent=True) if places else {}
    return {places[at]: raw for at, raw in found.items()}


def list_watchers(tenant_id: str, conversation_id: str) -> list[tuple[str, str]]:
    """The users and connections that watch a conversation, 1,000 at most; 1 RRU for each 4 KiB, about 25 of them.

    Twice as many are read: for a moment there are some that are being refused.
    """
    items, _ = dynamodb.query(
        settings().control_table, keys.watchers(tenant_id, conversation_id), consistent=True, limit=2 * MAX_WATCHERS
    )
    return [(required_text(item, "user_id"), required_text(item, "connection_id")) for item in items]


def _list_members(tenant_id: str, conversation_id: str) -> list[str]:
    """The members by the index, as many as are told anything. 0.5 RRU for each 4 KiB, about 20 members."""
    listed: list[str] = []
    start: RawItem | None = None
    while len(listed) < LARGEST_BUMPED:
        items, start = dynamodb.query(
            settings().chat_table,
            keys.members(tenant_id, conversation_id),
            limit=LARGEST_BUMPED - len(listed),
            index=COLLECTION_INDEX,
            after=start,
        )
        listed += [keys.member_of(required_text(item, "gsk")) for item in items]
        if start is None:
            break
    return listed
