"""The one decoder of the change stream: a record of Kinesis or of Kafka (MSK) becomes a `Change`, whoever consumes it.

Both carry the same JSON, DynamoDB's record for its Kinesis destination. Records may come twice and out of order, so a
consumer orders by `Change.order`, never by arrival, and applies only what is newer than what it has.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from parley.tables import attributes, keys
from parley.tables.attributes import RawItem
from parley.tables.keys import Key

Operation = Literal["insert", "modify", "remove"]
Source = Literal["kinesis", "kafka"]
Order = tuple[int, bool]

_OPERATIONS: dict[str, Operation] = {"INSERT": "insert", "MODIFY": "modify", "REMOVE": "remove"}
_MICROSECONDS, _SECONDS = 10**14, 10**11
"""Moments from 1973 to 5138 in milliseconds lie between these two."""


class UndecodableRecord(ValueError):
    """A record that no table of ours wrote: poison, to be set aside and never retried into sense."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a record stands in its source, to report it as failed: shard or `topic-partition`, sequence or offset."""

    source: Source
    partition: str
    sequence: str


@dataclass(frozen=True, slots=True)
class Change:
    """One write to `chat`. `old` and `new` are raw images, None where there was or is no item.

    `version` is that of the newest image. `occurred_at` is DynamoDB's own, in milliseconds and approximate: it is good
    for display, not for order.
    """

    pk: str
    sk: str
    entity: str
    tenant_id: str
    version: int
    op: Operation
    old: RawItem | None
    new: RawItem | None
    occurred_at: int
    position: Position

    @property
    def key(self) -> Key:
        return Key(self.pk, self.sk)

    @property
    def image(self) -> RawItem:
        """The item after the write or, where it was removed, as it was before."""
        image = self.old if self.new is None else self.new
        return image or {}

    @property
    def order(self) -> Order:
        """Compares the states of one key: greater is newer. See `order_of`."""
        return order_of(self.image, removed=self.op == "remove")

    @property
    def conversation_id(self) -> str | None:
        """The conversation that this is about; None where it is about a user, a medium or the tenant."""
        if "conversation_id" in self.image:
            return self.text("conversation_id")
        return keys.conversation_of(self.pk) if keys.is_of_conversation(self.pk) else None

    @property
    def is_import(self) -> bool:
        """Whether an import has put it here: that is news to nobody."""
        return self.op == "insert" and "imported" in self.image

    def text(self, name: str) -> str | None:
        """A string attribute of the image."""
        return attributes.text(self.image, name)

    def number(self, name: str) -> int | None:
        """A number attribute of the image."""
        return attributes.number_or_none(self.image, name) if "N" in self.image.get(name, {}) else None

    def changed(self) -> tuple[str, ...]:
        """The attributes that the write changed, sorted, without `version`; for a removal none."""
        if self.new is None:
            return ()
        old, new = self.old or {}, self.new
        names = old.keys() | new.keys()
        return tuple(sorted([name for name in names if name != "version" and old.get(name) != new.get(name)]))

    def changed_among(self, names: Iterable[str]) -> list[str]:
        """Those of these attributes that the write changed, in the order given; for a removal none."""
        if self.new is None:
            return []
        old, new = self.old or {}, self.new
        return [name for name in names if old.get(name) != new.get(name)]


def order_of(image: RawItem, *, removed: bool = False) -> Order:
    """Where a state of an item stands among all states of its key: `(version, removed)`, greater is newer.

    `version` grows with every write, and a removal comes after the version that it removed. What can be made anew
    under the same key (a member who joins again) begins at the clock's milliseconds, so it is newer than what it was.
    """
    return (attributes.number(image, "version"), removed)


def newest(changes: Iterable[Change]) -> list[Change]:
    """The newest state of each key among these changes, in the order in which the keys first appear."""
    latest: dict[Key, Change] = {}
    for change in changes:
        known = latest.get(change.key)
        if known is None or change.order > known.order:
            latest[change.key] = change
    return list(latest.values())


def records_of(event: Mapping[str, Any]) -> tuple[Source, list[dict[str, Any]]]:
    """The source and the raw records of a Lambda event, in order."""
    if isinstance(event.get("records"), dict):
        return "kafka", [record for records in event["records"].values() for record in records]
    return "kinesis", list(event.get("Records", []))


def decode(event: Mapping[str, Any]) -> Iterator[Change]:
    """Every change in a Lambda event of either source; raises `UndecodableRecord` at the first that is none."""
    source, records = records_of(event)
    return (decode_record(record, source) for record in records)


def decode_record(record: Mapping[str, Any], source: Source) -> Change:
    """One record. Raises `UndecodableRecord`, whatever is wrong with it."""
    try:
        position = position_of(record, source)
        encoded = record["kinesis"]["data"] if source == "kinesis" else record["value"]
        return _change(json.loads(base64.b64decode(encoded, validate=True)), position)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, binascii.Error) as error:
        raise UndecodableRecord(f"{type(error).__name__} in a {source} record") from error


def position_of(record: Mapping[str, Any], source: Source) -> Position:
    """Where a raw record stands."""
    if source == "kinesis":
        shard = str(record.get("eventID", "")).partition(":")[0]
        return Position(source, shard, record["kinesis"]["sequenceNumber"])
    return Position(source, f"{record['topic']}-{record['partition']}", str(record["offset"]))


def _change(payload: dict[str, Any], position: Position) -> Change:
    written = payload["dynamodb"]
    op = _OPERATIONS[payload["eventName"]]
    old = cast("RawItem | None", written.get("OldImage"))
    new = cast("RawItem | None", written.get("NewImage")) if op != "remove" else None
    image = old if new is None else new
    if image is None:
        raise UndecodableRecord("a record without an image")
    pk, sk = written["Keys"]["pk"]["S"], written["Keys"]["sk"]["S"]
    return Change(
        pk=pk,
        sk=sk,
        entity=attributes.text(image, "entity") or "",
        tenant_id=keys.tenant_of(pk),
        version=attributes.number(image, "version"),
        op=op,
        old=old,
        new=new,
        occurred_at=_milliseconds(written["ApproximateCreationDateTime"]),
        position=position,
    )


def _milliseconds(moment: float) -> int:
    """DynamoDB writes milliseconds, or microseconds where the destination asks for them; emulators write seconds."""
    if moment >= _MICROSECONDS:
        return int(moment) // 1000
    return int(moment * 1000) if moment < _SECONDS else int(moment)
