"""The sequence of a conversation or a thread: numbers given out once, and the gaps that stay in it.

A number is a gap when no live message has it. Gaps are recorded so that unread counts stay exact (`unread_after`) and
a reader can tell a number that was never used from one whose message is still being written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from parley import clock
from parley.errors import Unavailable
from parley.messaging.items import MessageItem, SequenceItem
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.dynamodb import ConditionFailed, RawItem, TransactionRefused
from parley.tables.keys import Key

GAPS_KEPT = 32
"""Gaps kept in `META`; more would push it over 1 KiB, and every send would cost 2 WRU."""
OVERFLOW_SPAN = 1_000
"""An overflow item holds the gaps of this many numbers: at most 5 KB."""
GAP_ATTEMPTS = 8
SETTLING_MS = 5_000
"""A number whose message has not appeared by then was given out by a writer that died."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """A number, and the sequence's item as it was before (empty for a thread's first reply)."""

    seq: int
    previous: RawItem

    def count(self, name: str) -> int:
        """A counter as it was before."""
        return int(self.previous[name]["N"]) if name in self.previous else 0


def allocate(at: Key, sets: Mapping[str, dict[str, Any]], *, condition: str | None, also: str = "") -> Allocation:
    """Give out the next number and set attributes in the same write; raises `ConditionFailed`. 1 WRU.

    `also` adds assignments that refer to the item itself, as it was before the write.
    """
    assignments = ", ".join([*(f"{name} = :{name}" for name in sets), *([also] if also else [])])
    values = {f":{name}": value for name, value in sets.items()} | {":one": {"N": "1"}}
    previous = dynamodb.update(
        settings().chat_table,
        at,
        f"SET {assignments} ADD seq :one, version :one",
        values,
        condition=condition,
        returning="ALL_OLD",
    )
    return Allocation(int(previous["seq"]["N"]) + 1 if "seq" in previous else 1, previous)


@dataclass(frozen=True, slots=True)
class PreviewChange:
    """What becomes of a conversation's preview when the message that it shows goes: `SET` and `REMOVE` on `META`."""

    sets: RawItem
    removes: tuple[str, ...] = ()


BLANK_PREVIEW = PreviewChange({}, removes=("last_text",))
"""The newest message was deleted: its text goes from the preview, its place stays."""


def preview_before(previous: RawItem) -> PreviewChange:
    """Back to the preview that a conversation had in `previous`."""
    shown = ("last_seq", "last_author_id", "last_text", "last_at")
    return PreviewChange(
        {name: previous[name] for name in shown if name in previous},
        tuple(name for name in shown if name not in previous),
    )


def record_gap(at: Key, seq: int, preview: PreviewChange | None = None) -> RawItem | None:
    """Record that `seq` counts for nobody; recording it again changes nothing. Returns the new item, if it changed.

    `preview` is applied in the same write if the conversation still shows the message `seq`. A gap that was moved to
    an overflow item is not seen by this: look with `gaps_between` first where a retry may be old.
    """
    updated = _add_gap(at, seq, preview)
    if updated is None:
        return None
    gaps = sorted(int(number) for number in updated["gaps"]["NS"])
    if len(gaps) > GAPS_KEPT:
        _spill(at, gaps[: len(gaps) // 2], floor=int(updated.get("gaps_floor", {"N": "0"})["N"]))
    return updated


def _add_gap(at: Key, seq: int, preview: PreviewChange | None) -> RawItem | None:
    unrecorded = "attribute_exists(pk) AND NOT contains(gaps, :seq)"
    values: RawItem = {":gap": {"NS": [str(seq)]}, ":one": {"N": "1"}, ":seq": {"N": str(seq)}}
    add = "ADD gaps :gap, gap_count :one, version :one"
    forms = [(add, values, unrecorded)]
    if preview is not None:
        sets = ", ".join(f"{name} = :{name}" for name in preview.sets)
        change = (f"SET {sets} " if sets else "") + (f"REMOVE {', '.join(preview.removes)} " if preview.removes else "")
        forms = [
            (add, values, f"{unrecorded} AND (attribute_not_exists(last_seq) OR last_seq <> :seq)"),
            (
                change + add,
                values | {f":{name}": value for name, value in preview.sets.items()},
                f"{unrecorded} AND last_seq = :seq",
            ),
        ]
    for _ in range(GAP_ATTEMPTS):
        for expression, form_values, condition in forms:
            try:
                return dynamodb.update(
                    settings().chat_table, at, expression, form_values, condition=condition, returning="ALL_NEW"
                )
            except ConditionFailed as failed:
                if failed.item is None or str(seq) in failed.item.get("gaps", {}).get("NS", []):
                    return None
    raise Unavailable("The conversation is too busy")


def _spill(at: Key, oldest: list[int], *, floor: int) -> None:
    """Move the oldest gaps to overflow items in one transaction; whoever loses to another spill need not repeat."""
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
            "UpdateExpression": "DELETE gaps :moved SET gaps_floor = :new_floor ADD version :one",
            "ConditionExpression": "attribute_not_exists(gaps_floor) OR gaps_floor = :floor",
            "ExpressionAttributeValues": {
                ":moved": {"NS": [str(seq) for seq in oldest]},
                ":floor": {"N": str(floor)},
                ":new_floor": {"N": str(max(floor, oldest[-1]))},
                ":one": {"N": "1"},
            },
        },
    }
    try:
        dynamodb.transact([shrink, *moves])
    except TransactionRefused:
        return


def _overflow(pk: str, after: int, until: int) -> set[int]:
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
        gaps |= _overflow(item.pk, after, min(until, int(item.gaps_floor)))
    return gaps


def unread_after(item: SequenceItem, read_seq: int) -> int:
    """How many live messages come after `read_seq`: arithmetic, unless the reader is far behind many gaps."""
    seq = int(item.seq)
    return max(0, seq - read_seq - len(gaps_between(item, read_seq, seq))) if seq > read_seq else 0


def settle(at: Key, conversation_id: str, seqs: Iterable[int], *, root_seq: int | None = None) -> list[int]:
    """Close numbers whose writer died: a void item takes the place, so that a late retry finds it taken, then a gap.

    Returns those that are now known to be void; a number whose message has appeared meanwhile is not among them.
    """
    settled = []
    for seq in seqs:
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
            if failed.item is None or "void" not in failed.item:
                continue
        record_gap(at, seq)
        settled.append(seq)
    return settled
