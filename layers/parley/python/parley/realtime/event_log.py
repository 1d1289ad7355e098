"""The event log: references to events, for the replay to a client that was away. Kept seven days in `control`.

Delivery writes it before it reads who is connected. An entry is keyed by the moment at which it is written, not by the
moment at which the change occurred, so a reader who goes on from a moment finds what a late stream tells afterwards.
An entry holds no state: replay shows the state of the item as it is then. See docs/adr on replay.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from parley import clock
from parley.settings import settings
from parley.streams.stream_event import StreamEvent
from parley.tables import dynamodb, keys
from parley.tables.attributes import RawItem, item, required_number, required_text
from parley.tables.keys import Key

KEPT_SECONDS = 7 * 24 * 3600
COMING = ("member.", "join_request.")
"""What events begin with that tell of somebody who is no member, or may be none."""
PER_ITEM = 40
"""Entries of an item: about 10 KB, ten units to write, at most."""
OVERLAP_MS = 30_000
"""How much of the past a replay reads again: longer than clocks differ (1 s) and delivery may take (20 s) together."""


@dataclass(frozen=True, slots=True)
class Line:
    """A log: a conversation's, or that of one user."""

    pk: str
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An event and where in its log it stands."""

    stream_event: StreamEvent
    sk: str


def line_of_conversation(tenant_id: str, conversation_id: str) -> Line:
    return Line(keys.conversation_log(tenant_id, conversation_id), conversation_id)


def line_of_user(tenant_id: str, user_id: str) -> Line:
    return Line(keys.user_log(tenant_id, user_id))


def lines_of(stream_event: StreamEvent) -> Iterator[Line]:
    """The logs that an event is noted in: its conversation's, and its owner's where others may not see it there.

    Who joined, left or asks to join is noted in both: whoever is no member (yet, or any more) reads only their own.
    """
    tenant_id = stream_event.tenant_id
    if stream_event.conversation_id is not None and not stream_event.private:
        yield line_of_conversation(tenant_id, stream_event.conversation_id)
    own = stream_event.private or stream_event.conversation_id is None or stream_event.type.startswith(COMING)
    if stream_event.owner and own:
        yield line_of_user(tenant_id, stream_event.owner)


def write(stream_events: Sequence[StreamEvent]) -> None:
    """Note events in their logs, each once: 1 WRU for each KiB of them, and 1 for each conversation's head."""
    by_line: dict[Line, dict[str, StreamEvent]] = {}
    for stream_event in stream_events:
        for line in lines_of(stream_event):
            by_line.setdefault(line, {})[stream_event.id] = stream_event
    moment = clock.now_ms()
    noted = [raw for line, told in by_line.items() for raw in _items(line, [*told.values()], moment)]
    dynamodb.put_all(settings().control_table, noted)


def _items(line: Line, stream_events: Sequence[StreamEvent], moment: int) -> Iterator[RawItem]:
    """The items of these events in a log and, for a conversation's, its head: when the log was last written to."""
    kept = {"pk": line.pk, "expires_at": moment // 1000 + KEPT_SECONDS}
    for first in range(0, len(stream_events), PER_ITEM):
        chunk = stream_events[first : first + PER_ITEM]
        digest = hashlib.sha256("".join(each.id for each in chunk).encode()).hexdigest()[:16]
        entries = json.dumps([_pack(each) for each in chunk], separators=(",", ":"))
        yield item({**kept, "sk": keys.log_sk(moment, digest), "entity": "log", "entries": entries})
    if line.conversation_id is not None:
        yield item({**kept, "sk": keys.LOG_HEAD_SK, "last_at": moment})


def read_heads(lines: Iterable[Line]) -> dict[Line, int]:
    """Up to which moment there may be entries in these logs, 0 for none; 0.5 RRU each at most, consistent.

    A head is written whatever stands there, so of two writers at once the one of the earlier moment may be the last.
    """
    places = {Key(line.pk, keys.LOG_HEAD_SK): line for line in lines}
    found = dynamodb.batch_get(settings().control_table, places, consistent=True) if places else {}
    return {
        line: required_number(found[at], "last_at") + OVERLAP_MS if at in found else 0 for at, line in places.items()
    }


def read(line: Line, *, after: int, until: int, limit: int, after_sk: str | None = None) -> tuple[list[Entry], bool]:
    """Up to about `limit` entries written from `after` until `until`, oldest first, and whether there are no more.

    Goes on after the item `after_sk`; an item is never split.
    """
    between = (keys.log_sk(after), keys.log_sk(until + 1))
    entries: list[Entry] = []
    start = dynamodb.key((line.pk, after_sk)) if after_sk else None
    while True:
        page, start = dynamodb.query(
            settings().control_table, line.pk, between=between, limit=limit, consistent=True, after=start
        )
        for raw in page:
            sk = required_text(raw, "sk")
            entries += [Entry(_unpack(packed), sk) for packed in json.loads(required_text(raw, "entries"))]
            if len(entries) >= limit:
                return entries, False
        if start is None:
            return entries, True


_FIELDS = (
    "id", "type", "tenant_id", "entity", "entity_id", "version", "occurred_at", "conversation_id", "seq", "actor_id",
    "owner", "private", "gone",
)  # fmt: skip


def _pack(stream_event: StreamEvent) -> list[Any]:
    values = [getattr(stream_event, name) for name in _FIELDS]
    shown = [] if stream_event.shown_seq is None else [stream_event.shown_seq]
    return [*values, list(stream_event.key), list(stream_event.changed), stream_event.subject, *shown]


def _unpack(packed: list[Any]) -> StreamEvent:
    values, (at, changed, subject, *shown) = packed[: len(_FIELDS)], packed[len(_FIELDS) :]
    fields = dict(zip(_FIELDS, values, strict=True))
    shown_seq = shown[0] if shown else None
    return StreamEvent(**fields, key=Key(*at), changed=tuple(changed), subject=subject, shown_seq=shown_seq)
