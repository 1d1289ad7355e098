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
from parley.tables.attributes import RawItem
from parley.tables.dynamodb import ConditionFailed
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
        "SET #note = :note, entity = :entity, started_at = if_not_exists(started_at, :now), expires_at = :expires",
        {
            ":note": {"L": [{"N": str(oldest)}, {"N": str(now)}]},
            ":entity": {"S": "search_shard"},
            ":now": {"N": str(now)},
            ":expires": {"N": str((now + 4 * FORGOTTEN_MS) // 1000)},
        },
        names={"#note": note},
        returning="ALL_NEW",
    )
    return Batch(at, note, shard, max(change.occurred_at for change in changes))


def finish(batch: Batch, unapplied: Sequence[Change]) -> None:
    """Take the note back, or move it to the first change that was not applied. 1 WRU; 2 where a newer batch was faster.

    What a newer batch has noted as indexed is never taken back.
    """
    now = clock.now_ms()
    sets, removes, values, names = _noted(batch, unapplied, now)
    if not unapplied:
        progress, moments = _progress(batch, now)
        condition = "attribute_not_exists(newest) OR newest <= :newest"
        try:
            _write(batch, [*sets, *progress], removes, values | moments, names, condition)
        except ConditionFailed:
            pass
        else:
            return
    if sets or removes:
        _write(batch, sets, removes, values, names, None)


def _write(
    batch: Batch, sets: list[str], removes: list[str], values: RawItem, names: dict[str, str], condition: str | None
) -> None:
    parts = [f"SET {', '.join(sets)}"] if sets else []
    parts += [f"REMOVE {', '.join(removes)}"] if removes else []
    dynamodb.update(
        settings().control_table, batch.at, " ".join(parts), values or None, names=names or None, condition=condition
    )


def _noted(batch: Batch, unapplied: Sequence[Change], now: int) -> tuple[list[str], list[str], RawItem, dict[str, str]]:
    """The change of the notes, as parts of an update expression with its values and names."""
    if not unapplied:
        return [], ["#note"], {}, {"#note": batch.note}
    first = min(unapplied, key=lambda change: int(change.position.sequence))
    moved = _NOTE + first.position.sequence
    if moved == batch.note:
        return [], [], {}, {}
    oldest = min(change.occurred_at for change in unapplied)
    values: RawItem = {":moved": {"L": [{"N": str(oldest)}, {"N": str(now)}]}}
    return ["#moved = :moved"], ["#note"], values, {"#note": batch.note, "#moved": moved}


def _progress(batch: Batch, now: int) -> tuple[list[str], RawItem]:
    """What has settled by now, what is on its way there, and what is indexed."""
    shard = batch.shard
    settled, candidate, candidate_at = (_number(shard, name) for name in ("settled", "candidate", "candidate_at"))
    if candidate_at <= now - SETTLING_MS:
        settled = max(settled, candidate)
        candidate, candidate_at = _number(shard, "newest"), _number(shard, "updated_at")
    values: RawItem = {
        ":settled": {"N": str(settled)},
        ":candidate": {"N": str(candidate)},
        ":candidate_at": {"N": str(candidate_at)},
        ":newest": {"N": str(batch.newest)},
        ":now": {"N": str(now)},
    }
    sets = ["settled = :settled", "candidate = :candidate", "candidate_at = :candidate_at"]
    return [*sets, "newest = :newest", "updated_at = :now"], values


def _number(shard: RawItem, name: str) -> int:
    return int(shard[name]["N"]) if name in shard else 0


def _complete_to(shard: RawItem, now: int) -> int | None:
    """The moment up to which a shard is complete; None for one that nothing has come from in six hours."""
    if max(_number(shard, "updated_at"), _number(shard, "started_at")) < now - FORGOTTEN_MS:
        return None
    settled = _number(shard, "settled")
    for name, at in (("candidate", "candidate_at"), ("newest", "updated_at")):
        if _number(shard, at) <= now - SETTLING_MS:
            settled = max(settled, _number(shard, name))
    notes = [value["L"] for name, value in shard.items() if name.startswith(_NOTE)]
    oldest = [int(note[0]["N"]) - 1 for note in notes if int(note[1]["N"]) >= now - FORGOTTEN_MS]
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
