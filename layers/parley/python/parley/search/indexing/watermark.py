"""How far the index is known to be complete: one item a shard, two writes a batch.

A batch notes the oldest moment that it works on before it begins, and takes the note back when it has been indexed; a
failed batch leaves its note until a retry succeeds. A shard is complete up to the newest moment indexed, or to just
before the oldest note. What was indexed can be found after the next refresh, so the newest moment counts only when it
has settled; `candidate` is on its way there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from parley import clock
from parley.settings import settings
from parley.streams.changes import Change
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, listed_numbers, number
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, absent, at_most, stored_or
from parley.tables.keys import Key

SETTLING_MS = 1_500
"""The engine refreshes every second."""
FORGOTTEN_MS = 6 * 3600 * 1000
"""A record is given up after six hours; so is the note of its batch, and a shard that a resharding has closed."""
CACHED_MS = 1_000
_NOTE = "note:"


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that is being indexed; `shard` is the shard's item as it was then."""

    at: Key
    note: str
    shard: RawItem
    newest: int


def begin(changes: Sequence[Change]) -> Batch:
    """Note the oldest moment of a batch of one shard. 1 WRU."""
    position = changes[0].position
    at = Key(keys.search_state(), keys.shard_sk(position.partition))
    oldest = min(change.occurred_at for change in changes)
    now = clock.now_ms()
    note = _NOTE + position.sequence
    shard = dynamodb.update(
        settings().control_table,
        at,
        Update()
        .set({note: [oldest, now]}, entity="search_shard", started_at=stored_or("started_at", now))
        .set(expires_at=(now + 4 * FORGOTTEN_MS) // 1000),
        returning="ALL_NEW",
    )
    return Batch(at, note, shard, max(change.occurred_at for change in changes))


def finish(batch: Batch, unapplied: Sequence[Change]) -> None:
    """Take the note back, or move it to the first change that was not applied. 1 WRU; 2 where a newer batch was faster.

    What a newer batch has noted as indexed is never taken back.
    """
    now, table = clock.now_ms(), settings().control_table
    if not unapplied:
        not_overtaken = absent("newest") | at_most("newest", batch.newest)
        try:
            dynamodb.update(table, batch.at, _progress(batch, now).remove(batch.note), condition=not_overtaken)
        except ConditionFailed:
            dynamodb.update(table, batch.at, Update().remove(batch.note))
        return
    first = min(unapplied, key=lambda change: int(change.position.sequence))
    moved = _NOTE + first.position.sequence
    if moved != batch.note:
        oldest = min(change.occurred_at for change in unapplied)
        dynamodb.update(table, batch.at, Update().set({moved: [oldest, now]}).remove(batch.note))


def _progress(batch: Batch, now: int) -> Update:
    """What has settled by now, what is on its way there, and what is indexed."""
    shard = batch.shard
    settled, candidate, candidate_at = (number(shard, name) for name in ("settled", "candidate", "candidate_at"))
    if candidate_at <= now - SETTLING_MS:
        settled = max(settled, candidate)
        candidate, candidate_at = number(shard, "newest"), number(shard, "updated_at")
    settling = Update().set(settled=settled, candidate=candidate, candidate_at=candidate_at)
    return settling.set(newest=batch.newest, updated_at=now)


def _complete_to(shard: RawItem, now: int) -> int | None:
    """The moment up to which a shard is complete; None for one that nothing has come from in six hours."""
    if max(number(shard, "updated_at"), number(shard, "started_at")) < now - FORGOTTEN_MS:
        return None
    settled = number(shard, "settled")
    for name, at in (("candidate", "candidate_at"), ("newest", "updated_at")):
        if number(shard, at) <= now - SETTLING_MS:
            settled = max(settled, number(shard, name))
    notes = [listed_numbers(shard, name) for name in shard if name.startswith(_NOTE)]
    oldest = [moment - 1 for moment, noted_at in notes if noted_at >= now - FORGOTTEN_MS]
    return min([settled, *oldest])


def complete_to() -> int | None:
    """The moment in milliseconds up to which the index is known to be complete; None where that is not known."""
    now = clock.now_ms()
    shards, _ = dynamodb.query(settings().control_table, keys.search_state(), begins_with=keys.SHARD_PREFIX)
    moments = [moment for shard in shards if (moment := _complete_to(shard, now)) is not None]
    return min(moments, default=0) or None


class _Cached:
    """The watermark for searches, at most a second old."""

    def __init__(self) -> None:
        self._moment: int | None = None
        self._until = 0

    def get(self) -> int | None:
        if clock.now_ms() >= self._until:
            self._moment, self._until = complete_to(), clock.now_ms() + CACHED_MS
        return self._moment

    def forget(self) -> None:
        self._until = 0


cached = _Cached()


def indexed_through() -> datetime | None:
    """As answers tell it."""
    moment = cached.get()
    return None if moment is None else clock.to_datetime(moment)
