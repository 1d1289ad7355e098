"""The sequence of a conversation or a thread: numbers given out once, and the gaps that stay in it.

A number is a gap when no live message has it. Gaps are recorded so that unread counts stay exact (`count_live_after`)
and a reader can tell a number that was never used from one whose message is still being written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from parley import clock
from parley.messaging.items import ConversationItem, MembershipItem, MessageItem, SequenceItem
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys, transactions
from parley.tables.attributes import RawItem, number, numbers
from parley.tables.dynamodb import ConditionFailed, TransactionRefused
from parley.tables.expressions import Condition, Update, absent, contains, differs, equals, exists, less
from parley.tables.keys import Key

GAPS_KEPT = 32
"""Gaps kept in `META`; more would push it over 1 KiB, and every send would cost 2 WRU."""
WRITING_MS = 30_000
"""No request writes for longer: the gateway waits 29 s."""
MOST_UNWRITTEN = 32
"""More messages of one conversation are not being written at once."""
GUESSES = 8
"""So often the next number is guessed for a gap."""
OVERFLOW_SPAN = 1_000
"""An overflow item holds the gaps of this many numbers: at most 5 KB."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """A number, and the sequence's item as it was before (empty for a thread's first reply)."""

    seq: int
    previous: RawItem

    def count(self, name: str) -> int:
        """A counter as it was before."""
        return number(self.previous, name)


def allocate(at: Key, change: Update, *, now: int, condition: Condition | None, is_gap: bool = False) -> Allocation:
    """Give out the next number and make a change in the same write; raises `ConditionFailed`. 1 WRU.

    One that `is_gap` counts for nobody from the same write on, nor does anything say when it was given out; 1 RRU more,
    1 WRU for each given out meanwhile.
    """
    change.add(seq=1, version=1)
    if is_gap and (given := _allocate_gap(at, change, condition)) is not None:
        return given
    change.set(given_at=now)
    previous = dynamodb.update(settings().chat_table, at, change, condition=condition, returning="ALL_OLD")
    return Allocation(number(previous, "seq") + 1, previous)


def _allocate_gap(at: Key, change: Update, condition: Condition | None) -> Allocation | None:
    """The next number as a gap, on condition that it is the next; None where others are always first."""
    last = number(dynamodb.get(settings().chat_table, at, consistent=True) or {}, "seq")
    for _ in range(GUESSES):
        is_next = equals("seq", last) if last else absent("seq") | equals("seq", 0)
        with_gap = change & Update().add(gaps={last + 1}, gap_count=1)
        try:
            previous = dynamodb.update(
                settings().chat_table, at, with_gap, condition=is_next & condition, returning="ALL_OLD"
            )
        except ConditionFailed as failed:
            found = number(failed.item or {}, "seq")
            if found == last:
                raise
            last = found
        else:
            spill(at, previous | attributes.item({"gaps": {*numbers(previous, "gaps"), last + 1}}))
            return Allocation(last + 1, previous)
    return None


def close(at: Key, conversation_id: str, seq: int, *, root_seq: int | None = None) -> bool:
    """Take the place of a number that no message has, so that none can come late; False where one is there. 1 WRU."""
    void = MessageItem(
        pk=at.pk,
        sk=keys.message_sk(seq),
        entity="void",
        conversation_id=conversation_id,
        seq=seq,
        root_seq=root_seq,
        created_at=clock.now_ms(),
        void=True,
    )
    try:
        dynamodb.put_if_absent(settings().chat_table, void.serialize())
    except ConditionFailed as failed:
        return failed.item is None or "void" in failed.item
    return True


def close_unwritten(at: Key, conversation_id: str) -> None:
    """Close the numbers of a conversation whose messages are being written at this moment.

    For whoever has just taken a right to write away: a sender who had passed the last check finds the place taken and
    is refused; others get a new number. Of a quiet conversation 1 RRU, else up to 33.
    """
    raw = dynamodb.get(settings().chat_table, at, consistent=True) or {}
    if clock.now_ms() - number(raw, "given_at") > WRITING_MS:
        return
    seq, gaps = number(raw, "seq"), numbers(raw, "gaps")
    recent = range(max(1, seq - MOST_UNWRITTEN + 1), seq + 1)
    places = {Key(at.pk, keys.message_sk(each)): each for each in recent if each not in gaps}
    found = dynamodb.batch_get(settings().chat_table, places, consistent=True) if places else {}
    for place, each in places.items():
        if place not in found:
            close(at, conversation_id, each)


def add_gap(at: Key, seq: int, *, newest: bool, spills: int | None) -> RawItem:
    """Add a gap that is not there, be it in `gaps` or, at or below the floor, in an overflow item.

    Those were looked into when gaps had been moved `spills` times; it holds as long as none is moved since.
    """
    change = Update().add(gaps={seq}, gap_count=1, version=1)
    if newest:
        change.remove("last_text", "last_kinds")
    is_as_guessed = equals("last_seq", seq) if newest else absent("last_seq") | differs("last_seq", seq)
    is_above_floor = absent("gaps_floor") | less("gaps_floor", seq)
    is_looked_for = is_above_floor if spills is None else equals("spills", spills)
    return dynamodb.update(
        settings().chat_table,
        at,
        change,
        condition=exists() & ~contains("gaps", seq) & is_as_guessed & is_looked_for,
        returning="ALL_NEW",
    )


def spill(at: Key, item: RawItem) -> None:
    """Move the older half of too many gaps to overflow items, in one transaction. The loser of two need not repeat."""
    gaps = sorted(numbers(item, "gaps"))
    if len(gaps) <= GAPS_KEPT:
        return
    oldest, spills = gaps[: len(gaps) // 2], number(item, "spills")
    table = settings().chat_table
    moves = [
        transactions.update(
            table, Key(at.pk, keys.gaps_sk(span)), Update().set(entity="gaps").add(gaps=set(moved), version=1)
        )
        for span, moved in groupby(oldest, lambda seq: seq // OVERFLOW_SPAN)
    ]
    floor = max(number(item, "gaps_floor"), oldest[-1])
    shrink = transactions.update(
        table,
        at,
        Update().set(gaps_floor=floor).add(spills=1, version=1).discard(gaps=set(oldest)),
        condition=absent("spills") | equals("spills", spills),
    )
    try:
        dynamodb.transact([shrink, *moves])
    except TransactionRefused:
        return


def overflowed_gaps(pk: str, after: int, until: int) -> set[int]:
    """The overflowed gaps in `(after, until]`."""
    between = (keys.gaps_sk((after + 1) // OVERFLOW_SPAN), keys.gaps_sk(until // OVERFLOW_SPAN))
    found = dynamodb.every(settings().chat_table, pk, between=between, consistent=True)
    return {gap for raw in found for gap in numbers(raw, "gaps") if after < gap <= until}


def gaps_between(item: SequenceItem, after: int, until: int) -> set[int]:
    """The recorded gaps in `(after, until]`; reads overflow items only for a range that reaches below the floor."""
    gaps = {int(seq) for seq in item.gaps or () if after < seq <= until}
    if after < int(item.gaps_floor):
        gaps |= overflowed_gaps(item.pk, after, min(until, int(item.gaps_floor)))
    return gaps


def count_live_after(item: SequenceItem, read_seq: int, *, but: Iterable[float] = ()) -> int:
    """How many live messages come after `read_seq`: arithmetic, unless the reader is far behind many gaps.

    Those whose numbers are among `but` do not count.
    """
    seq = int(item.seq)
    if seq <= read_seq:
        return 0
    left_out = {int(each) for each in but if read_seq < each <= seq}
    return max(0, seq - read_seq - len(gaps_between(item, read_seq, seq) | left_out))


def count_unread(item: ConversationItem, membership: MembershipItem) -> int:
    """How many live messages of others a member has not read.

    Their own are all read once they are sent, but for those that they have marked as unread together with others'.
    """
    return count_live_after(item, read_up_to(membership, item), but=membership.own_after or ())


def read_up_to(membership: MembershipItem, conversation: ConversationItem) -> int:
    """The number after which messages may be unread: what a member has read or does not see is not."""
    return max(int(membership.read_seq), int(membership.visible_from), int(conversation.truncated_seq or 0))
