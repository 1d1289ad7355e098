"""The sequence of a conversation or a thread: numbers given out once, and the gaps that stay in it.

A number is a gap when no live message has it. Gaps are recorded so that unread counts stay exact (`count_live_after`)
and a reader can tell a number that was never used from one whose message is still being written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from parley.messaging.items import SequenceItem
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import TransactionRefused
from parley.tables.keys import Key

GAPS_KEPT = 32
"""Gaps kept in `META`; more would push it over 1 KiB, and every send would cost 2 WRU."""
OVERFLOW_SPAN = 1_000
"""An overflow item holds the gaps of this many numbers: at most 5 KB."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """A number, and the sequence's item as it was before (empty for a thread's first reply)."""

    seq: int
    previous: RawItem

    def count(self, name: str) -> int:
        """A counter as it was before."""
        return int(self.previous[name]["N"]) if name in self.previous else 0


def allocate(
    at: Key, sets: Mapping[str, dict[str, Any]], *, now: int, condition: str | None, extra: str = ""
) -> Allocation:
    """Give out the next number and set attributes in the same write; raises `ConditionFailed`. 1 WRU.

    `extra` adds assignments that refer to the item itself, as it was before the write.
    """
    all_sets = {"given_at": {"N": str(now)}, **sets}
    assignments = ", ".join([*(f"{name} = :{name}" for name in all_sets), *([extra] if extra else [])])
    values = {f":{name}": value for name, value in all_sets.items()} | {":one": {"N": "1"}}
    previous = dynamodb.update(
        settings().chat_table,
        at,
        f"SET {assignments} ADD seq :one, version :one",
        values,
        condition=condition,
        returning="ALL_OLD",
    )
    return Allocation(int(previous["seq"]["N"]) + 1 if "seq" in previous else 1, previous)


def add_gap(at: Key, seq: int, *, newest: bool, spills: int | None) -> RawItem:
    """Add a gap that is not there, be it in `gaps` or, at or below the floor, in an overflow item.

    Those were looked into when gaps had been moved `spills` times; it holds as long as none is moved since.
    """
    values: RawItem = {":gap": {"NS": [str(seq)]}, ":one": {"N": "1"}, ":seq": {"N": str(seq)}}
    conditions = [
        "attribute_exists(pk)",
        "NOT contains(gaps, :seq)",
        "last_seq = :seq" if newest else "(attribute_not_exists(last_seq) OR last_seq <> :seq)",
    ]
    if spills is None:
        conditions.append("(attribute_not_exists(gaps_floor) OR gaps_floor < :seq)")
    else:
        conditions.append("spills = :spills")
        values[":spills"] = {"N": str(spills)}
    return dynamodb.update(
        settings().chat_table,
        at,
        ("REMOVE last_text " if newest else "") + "ADD gaps :gap, gap_count :one, version :one",
        values,
        condition=" AND ".join(conditions),
        returning="ALL_NEW",
    )


def count_of(item: RawItem, name: str) -> int:
    return int(item[name]["N"]) if name in item else 0


def spill(at: Key, item: RawItem) -> None:
    """Move the older half of too many gaps to overflow items, in one transaction. The loser of two need not repeat."""
    gaps = sorted(int(number) for number in item["gaps"]["NS"])
    if len(gaps) <= GAPS_KEPT:
        return
    oldest = gaps[: len(gaps) // 2]
    table = settings().chat_table
    moves = [
        {
            "Update": {
                "TableName": table,
                "Key": dynamodb.key((at.pk, keys.gaps_sk(span))),
                "UpdateExpression": "ADD gaps :moved, version :one SET entity = :entity",
                "ExpressionAttributeValues": {
                    ":moved": {"NS": [str(seq) for seq in moved]},
                    ":one": {"N": "1"},
                    ":entity": {"S": "gaps"},
                },
            },
        }
        for span, moved in groupby(oldest, lambda seq: seq // OVERFLOW_SPAN)
    ]
    shrink = {
        "Update": {
            "TableName": table,
            "Key": dynamodb.key(at),
            "UpdateExpression": "DELETE gaps :moved SET gaps_floor = :floor ADD spills :one, version :one",
            "ConditionExpression": "attribute_not_exists(spills) OR spills = :spills",
            "ExpressionAttributeValues": {
                ":moved": {"NS": [str(seq) for seq in oldest]},
                ":floor": {"N": str(max(count_of(item, "gaps_floor"), oldest[-1]))},
                ":spills": {"N": str(count_of(item, "spills"))},
                ":one": {"N": "1"},
            },
        },
    }
    try:
        dynamodb.transact([shrink, *moves])
    except TransactionRefused:
        return


def overflowed_gaps(pk: str, after: int, until: int) -> set[int]:
    """The overflowed gaps in `(after, until]`."""
    between = (keys.gaps_sk((after + 1) // OVERFLOW_SPAN), keys.gaps_sk(until // OVERFLOW_SPAN))
    gaps: set[int] = set()
    start: RawItem | None = None
    while True:
        items, start = dynamodb.query(settings().chat_table, pk, between=between, consistent=True, after=start)
        gaps |= {int(number) for item in items for number in item["gaps"]["NS"]}
        if start is None:
            return {seq for seq in gaps if after < seq <= until}


def gaps_between(item: SequenceItem, after: int, until: int) -> set[int]:
    """The recorded gaps in `(after, until]`; reads overflow items only for a range that reaches below the floor."""
    gaps = {int(seq) for seq in item.gaps or () if after < seq <= until}
    if after < int(item.gaps_floor):
        gaps |= overflowed_gaps(item.pk, after, min(until, int(item.gaps_floor)))
    return gaps


def count_live_after(item: SequenceItem, read_seq: int) -> int:
    """How many live messages come after `read_seq`: arithmetic, unless the reader is far behind many gaps."""
    seq = int(item.seq)
    return max(0, seq - read_seq - len(gaps_between(item, read_seq, seq))) if seq > read_seq else 0
