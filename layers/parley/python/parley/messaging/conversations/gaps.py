"""Numbers that count for nobody: recorded when a message is deleted, silent, or its writer died before writing it."""

from collections.abc import Iterable

from parley.errors import Unavailable
from parley.messaging import activity, sequence
from parley.messaging.conversations.previews import show_newest_before
from parley.tables import keys
from parley.tables.attributes import RawItem, number, numbers
from parley.tables.dynamodb import ConditionFailed
from parley.tables.keys import Key

ATTEMPTS = 8


def record_deleted(at: Key, seq: int, *, newest: bool = False) -> RawItem | None:
    """Record that the message with this number was deleted; where it is the newest, its text goes from the preview.

    1 WRU, and one more where `newest` guesses wrong. Recording it again changes nothing, whoever else records it and
    however long ago. Returns the sequence's new item, None where the gap was known.
    """
    return _record(at, seq, blank=True, newest=newest)


def record_unused(at: Key, seq: int) -> RawItem | None:
    """Record that no message will have this number; the preview is then of the newest message before it. As above."""
    return _record(at, seq, blank=False, newest=False)


def record_silent(at: Key, seq: int) -> RawItem | None:
    """Record that the message with this number, which is there, is unread for nobody. As above.

    After the message: a reader who finds a recorded gap without one goes on, and would miss what comes late.
    """
    return _record(at, seq, blank=False, newest=False)


def _record(at: Key, seq: int, *, blank: bool, newest: bool) -> RawItem | None:
    spills: int | None = None
    for _ in range(ATTEMPTS):
        try:
            updated = sequence.add_gap(at, seq, newest=newest, spills=spills)
        except ConditionFailed as failed:
            item = failed.item
            if item is None or seq in numbers(item, "gaps"):
                return None
            newest = number(item, "last_seq") == seq
            if newest and not blank:
                show_newest_before(at, seq)
                newest = False
            if seq <= number(item, "gaps_floor"):
                if seq in sequence.overflowed_gaps(at.pk, seq - 1, seq):
                    return None
                spills = number(item, "spills")
        else:
            if keys.thread_root_of(at.pk) is None:
                activity.note_change(at, updated)
            sequence.spill(at, updated)
            return updated
    raise Unavailable("The conversation is too busy")


def settle(at: Key, conversation_id: str, seqs: Iterable[int], *, root_seq: int | None = None) -> list[int]:
    """Close numbers whose writer died: a void item takes the place, so that a late retry finds it taken, then a gap.

    Returns those that are now known to be void; a number whose message has appeared meanwhile is not among them.
    """
    settled = []
    for seq in seqs:
        if sequence.close(at, conversation_id, seq, root_seq=root_seq):
            record_unused(at, seq)
            settled.append(seq)
    return settled
