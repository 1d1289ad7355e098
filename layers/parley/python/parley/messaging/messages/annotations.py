"""Annotations of a message: its reactions, the votes in its poll and the count of its replies, in one item beside it.

`M#<seq>#R` has a string set for each reaction (`r:👍`, the users), a number for those past the set's bound (`x:👍`),
the set of `kinds`, for a poll a number of votes for each option (`v:1`), of `voters`, whether they are `anonymous`, and
`poll_closed_at`, and for a thread's root `reply_count` and `last_reply_at`. `closed` says that the message has been
deleted for good: no reaction or vote comes any more, however long ago its sender saw the message.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from parley.messaging.messages.schemas import ReactionSummary
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, flag, listed_texts, number, number_or_none, texts
from parley.tables.expressions import absent
from parley.tables.keys import Key

USERS_PREFIX = "r:"
OVERFLOW_PREFIX = "x:"
VOTES_PREFIX = "v:"
IS_TAKING = absent("closed")
"""The condition of a write that adds an annotation."""


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes in a poll by option, how many users have voted, since when nobody may, and what one user has voted for."""

    counts: dict[str, int] = field(default_factory=dict)
    voters: int = 0
    closed_at: int | None = None
    mine: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Annotations:
    """Reactions by kind, votes, and the thread under the message; moments in milliseconds."""

    reactions: dict[str, ReactionSummary] = field(default_factory=dict)
    votes: Votes = field(default_factory=Votes)
    reply_count: int = 0
    last_reply_at: int | None = None


def users_of(raw: RawItem, kind: str) -> list[str]:
    """The users whom the item itself names for a kind of reaction."""
    return texts(raw, f"{USERS_PREFIX}{kind}")


def overflow_of(raw: RawItem, kind: str) -> int:
    """How many users have an item of their own for a kind of reaction."""
    return number(raw, f"{OVERFLOW_PREFIX}{kind}")


def kinds_of(raw: RawItem) -> list[str]:
    """The kinds of reactions that somebody has given, in order."""
    prefixed = (name for name in raw if name.startswith((USERS_PREFIX, OVERFLOW_PREFIX)))
    kinds = {name[len(USERS_PREFIX) :] for name in prefixed}
    return sorted(kind for kind in kinds if users_of(raw, kind) or overflow_of(raw, kind) > 0)


@dataclass(frozen=True, slots=True)
class Own:
    """What one user has hung on a message in items of their own: kinds of reactions, and options voted for."""

    kinds: frozenset[str] = frozenset()
    votes: tuple[str, ...] = ()


NOTHING_OWN = Own()


def own_of(user_id: str, raws: Iterable[RawItem]) -> dict[Key, Own]:
    """What this user has items of their own for: no call unless a message has votes, or a reaction of more than 50.

    One call, 1 RRU for each poll that has votes.
    """
    places: dict[Key, tuple[Key, str | None]] = {}
    for raw in raws:
        at = dynamodb.key_of(raw)
        seq = keys.seq_of(at.sk)
        for kind in kinds_of(raw):
            if overflow_of(raw, kind) > 0 and user_id not in users_of(raw, kind):
                places[Key(at.pk, keys.overflow_reaction_sk(seq, kind, user_id))] = (at, kind)
        if number(raw, "voters") > 0:
            voter = keys.anonymous_voter(at.pk, seq, user_id) if flag(raw, "anonymous") else user_id
            places[Key(at.pk, keys.vote_sk(seq, voter))] = (at, None)
    if not places:
        return {}
    own: dict[Key, Own] = {}
    for place, found in dynamodb.batch_get(settings().chat_table, places, consistent=True).items():
        at, reaction = places[place]
        known = own.get(at, NOTHING_OWN)
        if reaction is None:
            own[at] = Own(known.kinds, tuple(listed_texts(found, "options")))
        else:
            own[at] = Own(known.kinds | {reaction}, known.votes)
    return own


def read_annotations(raw: RawItem | None, user_id: str, own: Own = NOTHING_OWN) -> Annotations:
    """The annotations in a raw item, as this user sees them; `own` is what `own_of` says of it."""
    if raw is None:
        return Annotations()
    reactions = {}
    for kind in kinds_of(raw):
        users = users_of(raw, kind)
        reactions[kind] = ReactionSummary(
            count=len(users) + overflow_of(raw, kind), mine=user_id in users or kind in own.kinds
        )
    return Annotations(
        reactions=reactions,
        votes=read_votes(raw, own.votes),
        reply_count=number(raw, "reply_count"),
        last_reply_at=number_or_none(raw, "last_reply_at"),
    )


def read_votes(raw: RawItem, mine: tuple[str, ...] = ()) -> Votes:
    """The votes that the annotations count, and those of one user beside them."""
    counts = {name[len(VOTES_PREFIX) :]: number(raw, name) for name in raw if name.startswith(VOTES_PREFIX)}
    return Votes(counts, number(raw, "voters"), number_or_none(raw, "poll_closed_at"), mine)
