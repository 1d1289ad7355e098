"""What hangs on a message without being part of it: reactions and the count of its replies, in one item beside it.

`M#<seq>#R` has a string set for each reaction (`r:👍`, the users), a number for those past the set's bound (`x:👍`),
the set of kinds, and for a thread's root `reply_count` and `last_reply_at`.
"""

from dataclasses import dataclass, field

from parley.messaging.schemas import ReactionSummary
from parley.tables.dynamodb import RawItem

USERS_PREFIX = "r:"
OVERFLOW_PREFIX = "x:"


@dataclass(frozen=True, slots=True)
class Annotations:
    """Reactions by kind, and the thread under the message; moments in milliseconds."""

    reactions: dict[str, ReactionSummary] = field(default_factory=dict)
    reply_count: int = 0
    last_reply_at: int | None = None


def read_annotations(raw: RawItem | None, user_id: str) -> Annotations:
    """The annotations in a raw item, as this user sees them."""
    if raw is None:
        return Annotations()
    counts: dict[str, int] = {}
    mine: set[str] = set()
    for name, value in raw.items():
        if name.startswith(USERS_PREFIX):
            kind = name.removeprefix(USERS_PREFIX)
            counts[kind] = counts.get(kind, 0) + len(value["SS"])
            if user_id in value["SS"]:
                mine.add(kind)
        elif name.startswith(OVERFLOW_PREFIX):
            kind = name.removeprefix(OVERFLOW_PREFIX)
            counts[kind] = counts.get(kind, 0) + int(value["N"])
    return Annotations(
        reactions={kind: ReactionSummary(count=n, mine=kind in mine) for kind, n in sorted(counts.items()) if n > 0},
        reply_count=int(raw["reply_count"]["N"]) if "reply_count" in raw else 0,
        last_reply_at=int(raw["last_reply_at"]["N"]) if "last_reply_at" in raw else None,
    )
