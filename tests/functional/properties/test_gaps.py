"""More gaps than `META` keeps: they are moved, and unread counts stay what a recount finds."""

import functools
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.messaging import sequence
from parley.messaging.access import meta_key
from parley.messaging.conversations import gaps as message_gaps
from parley.messaging.items import ConversationItem, SequenceItem
from parley.settings import settings as environment
from parley.tables import dynamodb
from parley.tables.keys import Key
from tests.support.faults.interleaving import interleave
from tests.support.people.listing import unread_of
from tests.support.people.people import Person, new_workspace

LAST = 60


def sequence_of(last: int) -> Key:
    """A sequence that has given out so many numbers, and no messages."""
    at = meta_key(new_workspace("acme").tenant_id, "0" * 26)
    item = SequenceItem(pk=at.pk, sk=at.sk, seq=last)
    dynamodb.put(environment().chat_table, item.serialize() | {"entity": {"S": "conversation"}})
    return at


def check(at: Key, gaps: set[int]) -> None:
    found = SequenceItem.at(at, consistent=True)
    assert found is not None
    assert int(found.gap_count) == len(gaps)
    assert sequence.gaps_between(found, 0, LAST) == gaps
    for read_seq in range(LAST + 1):
        assert sequence.count_live_after(found, read_seq) == sum(
            seq not in gaps for seq in range(read_seq + 1, LAST + 1)
        )


@settings(max_examples=40, deadline=None)
@given(seqs=st.lists(st.integers(1, LAST), max_size=70))
def test_gaps_in_any_order_and_again_are_counted_once(tables: None, seqs: list[int]) -> None:
    with patch.object(sequence, "GAPS_KEPT", 4), patch.object(sequence, "OVERFLOW_SPAN", 7):
        at = sequence_of(LAST)
        for seq in seqs:
            message_gaps.record_deleted(at, seq)
        check(at, set(seqs))


@settings(max_examples=30, deadline=None)
@given(
    before=st.lists(st.integers(1, LAST), max_size=20),
    seqs=st.lists(st.integers(1, 12), min_size=2, max_size=6),
    schedule=st.lists(st.integers(0, 5), max_size=40),
)
def test_gaps_recorded_at_once_are_counted_once(
    tables: None, before: list[int], seqs: list[int], schedule: list[int]
) -> None:
    """Two record the same number while a third moves it away: it must not be counted again."""
    with patch.object(sequence, "GAPS_KEPT", 3), patch.object(sequence, "OVERFLOW_SPAN", 7):
        at = sequence_of(LAST)
        for seq in before:
            message_gaps.record_unused(at, seq)
        interleave([functools.partial(message_gaps.record_deleted, at, seq) for seq in seqs], schedule)
        check(at, {*before, *seqs})


def test_deleting_more_than_32_messages_keeps_unread_exact(alice: Person, bob: Person, general: str) -> None:
    ids = [str(alice.send(general, str(number))["id"]) for number in range(40)]
    for deleted, message_id in enumerate(ids[1:], start=1):
        assert alice.delete(f"/v1/messages/{message_id}").status == 200
        if deleted % 6 == 3:
            assert unread_of(bob, general) == 40 - deleted
    for message_id in ids[1:]:
        assert alice.delete(f"/v1/messages/{message_id}").status == 200
    assert unread_of(bob, general) == 1
    meta = ConversationItem.at(meta_key(alice.tenant_id, general), consistent=True)
    assert meta is not None
    assert (int(meta.gap_count), int(meta.spills)) == (39, 1)
    page = bob.get(f"/v1/conversations/{general}/messages", limit=100)
    assert sum(one["deleted_at"] is None for one in page["data"]) == 1
