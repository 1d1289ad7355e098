"""Annotations of a message: its reactions and the count of its replies, in one item beside it.

`M#<seq>#R` has a string set for each reaction (`r:👍`, the users), a number for those past the set's bound (`x:👍`),
the set of `kinds`, and for a thread's root `reply_count` and `last_reply_at`. `closed` says that the message has been
deleted for good: no reaction comes any more, however long ago its sender saw the message.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from parley.messaging.messages.schemas import ReactionSummary
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, number, number_or_none, texts
from parley.tables.expressions import absent
from parley.tables.keys import Key

USERS_PREFIX = "r:"
OVERFLOW_PREFIX = "x:"
IS_TAKING = absent("closed")
"""The condition of a write that adds an annotation."""


@dataclass(frozen=True, slots=True)
class Annotations:
    """Reactions by kind, and the thread under the message; moments in milliseconds."""

    reactions: dict[str, ReactionSummary] = field(default_factory=dict)
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


def overflowed_by(user_id: str, raws: Iterable[RawItem]) -> dict[Key, frozenset[str]]:
    """Which kinds of reactions this user has items of their own for: no call unless a message has more than 50."""
    places: dict[Key, tuple[Key, str]] = {}
    for raw in raws:
        at = dynamodb.key_of(raw)
        seq = keys.seq_of(at.sk)
        for kind in kinds_of(raw):
            if overflow_of(raw, kind) > 0 and user_id not in users_of(raw, kind):
                places[Key(at.pk, keys.overflow_reaction_sk(seq, kind, user_id))] = (at, kind)
    if not places:
        return {}
    own: dict[Key, frozenset[str]] = {}
    for place in dynamodb.batch_get(settings().chat_table, places, consistent=True):
        at, kind = places[place]
        own[at] = own.get(at, frozenset()) | {kind}
    return own


def read_annotations(raw: RawItem | None, user_id: str, own: frozenset[str] = frozenset()) -> Annotations:
    """The annotations in a raw item, as this user sees them; `own` are the kinds of `overflowed_by`."""
    if raw is None:
        return Annotations()
    reactions = {}
    for kind in kinds_of(raw):
        users = users_of(raw, kind)
        reactions[kind] = ReactionSummary(
            count=len(users) + overflow_of(raw, kind), mine=user_id in users or kind in own
        )
    return Annotations(
        reactions=reactions,
        reply_count=number(raw, "reply_count"),
        last_reply_at=number_or_none(raw, "last_reply_at"),
    )
