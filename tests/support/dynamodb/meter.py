"""Meters what a request costs DynamoDB: read and write units from the real items, and sequential round trips.

Units come from the items before and after each call (`tests.support.dynamodb.capacity`). Round trips are counted on a
clock that ticks once a call: a call handed to the pool starts when it was handed over, and whoever waits for it goes
on when it has ended. So two calls at once count once, however long the emulator takes.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from botocore.exceptions import ClientError

from infrastructure.tables import CHAT, Index
from parley.settings import settings
from parley.tables import dynamodb
from tests.support.dynamodb import capacity
from tests.support.dynamodb.capacity import Item


@dataclass
class Cost:
    """Read units, write units (`index` of them in indexes), calls and sequential round trips."""

    reads: float = 0
    writes: float = 0
    index: float = 0
    operations: list[str] = field(default_factory=list, compare=False)
    round_trips: int = 0

    @property
    def calls(self) -> int:
        return len(self.operations)

    def __str__(self) -> str:
        return f"{self.reads:g} RRU, {self.writes:g} WRU, {self.calls} calls, {self.round_trips} round trips"


class _Ticks(threading.local):
    now = 0


class _Pool(ThreadPoolExecutor):
    """A pool that carries the clock of a request into its threads and back."""

    def __init__(self, ticks: _Ticks) -> None:
        super().__init__(max_workers=8)
        self._ticks = ticks

    def submit(self, call: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        started, ended = self._ticks.now, [0]

        def run() -> Any:
            self._ticks.now = started
            try:
                return call(*arguments, **named)
            finally:
                ended[0] = self._ticks.now

        future = super().submit(run)
        for waiting in ("result", "exception"):
            setattr(future, waiting, self._then(getattr(future, waiting), ended))
        return future

    def _then(self, wait: Callable[..., Any], ended: list[int]) -> Callable[..., Any]:
        def waited(timeout: float | None = None) -> Any:
            try:
                return wait(timeout)
            finally:
                self._ticks.now = max(self._ticks.now, ended[0])

        return waited


class _Meter:
    """Stands where botocore makes its calls; looks at items with a client of its own, which nobody records."""

    def __init__(self, call: Callable[[str, dict[str, Any]], Any], ticks: _Ticks) -> None:
        self.cost = Cost()
        self._call, self._ticks, self._lock = call, ticks, threading.Lock()
        self._own: Any = dynamodb.client.__wrapped__()

    def __call__(self, operation: str, parameters: dict[str, Any]) -> Any:
        self._ticks.now += 1
        places = list(_written(operation, parameters))
        before = [self._item(*place) for place in places]
        try:
            answer = self._call(operation, parameters)
        except ClientError:
            self._charge_writes(operation, places, before, before)
            raise
        if places:
            self._charge_writes(operation, places, before, [self._item(*place) for place in places])
        else:
            reads = self._read_units(operation, parameters, answer)
            with self._lock:
                self.cost.operations.append(operation)
                self.cost.reads += reads
        return answer

    def _charge_writes(
        self, operation: str, places: list[tuple[str, Item]], before: list[Item | None], after: list[Item | None]
    ) -> None:
        factor = 2 if operation == "TransactWriteItems" else 1
        table = index = 0
        for (name, _), old, new in zip(places, before, after, strict=True):
            table += capacity.write_units(old, new)
            index += sum(capacity.index_write_units(old, new, each) for each in _indexes(name))
        with self._lock:
            self.cost.operations.append(operation)
            self.cost.writes += factor * (table + index)
            self.cost.index += factor * index

    def _item(self, table: str, key: Item) -> Item | None:
        found: Item | None = self._own.get_item(TableName=table, Key=key).get("Item")
        return found

    def _read_units(self, operation: str, parameters: dict[str, Any], answer: dict[str, Any]) -> float:
        consistent = bool(parameters.get("ConsistentRead"))
        if operation == "GetItem":
            return capacity.read_units([capacity.item_size(answer.get("Item"))], consistent=consistent)
        if operation == "BatchGetItem":
            units = 0.0
            for table, wanted in parameters["RequestItems"].items():
                sizes = [capacity.item_size(self._item(table, key)) for key in wanted["Keys"]]
                units += capacity.read_units(sizes, consistent=bool(wanted.get("ConsistentRead")))
            return units
        assert operation == "Query", operation
        sizes = [capacity.item_size(item) for item in answer["Items"]]
        return capacity.read_units(sizes, consistent=consistent, together=True)


def _indexes(table: str) -> tuple[Index, ...]:
    return CHAT.indexes if table == settings().chat_table else ()


def _written(operation: str, parameters: dict[str, Any]) -> Iterator[tuple[str, Item]]:
    """Table and key of every item that a call may write."""
    if operation in {"PutItem", "UpdateItem", "DeleteItem"}:
        yield parameters["TableName"], _key(parameters)
    elif operation == "TransactWriteItems":
        for action in parameters["TransactItems"]:
            ((_, arguments),) = action.items()
            yield arguments["TableName"], _key(arguments)
    elif operation == "BatchWriteItem":
        for table, writes in parameters["RequestItems"].items():
            for write in writes:
                yield table, _key(write.get("PutRequest") or write["DeleteRequest"])


def _key(arguments: dict[str, Any]) -> Item:
    item = arguments.get("Item") or arguments["Key"]
    return {"pk": item["pk"], "sk": item["sk"]}


@contextmanager
def metered() -> Iterator[Cost]:
    """Meter the DynamoDB calls made inside; `round_trips` is known when the block has ended."""
    client: Any = dynamodb.client()
    ticks = _Ticks()
    meter = _Meter(client._make_api_call, ticks)
    with (
        _Pool(ticks) as pool,
        patch.object(dynamodb, "_pool", lambda: pool),
        patch.object(client, "_make_api_call", meter),
    ):
        yield meter.cost
        meter.cost.round_trips = ticks.now
