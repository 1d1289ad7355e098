"""DynamoDB as Parley uses it: one client for both tables, conditional writes that tell what stood in the way.

PynamoDB describes and converts the items. Its own calls do not return the item that failed a condition
(`ReturnValuesOnConditionCheckFailure`), which the hot path needs, so none of them is made.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import cache
from threading import local
from typing import Any, Literal, TypedDict, TypeVar, Unpack, cast

from botocore.exceptions import BotoCoreError, ClientError

from parley import clock
from parley.errors import Unavailable
from parley.observability import dynamodb_calls
from parley.settings import settings
from parley.tables import backoff, credentials, tenant_sessions, transport
from parley.tables.attributes import RawItem
from parley.tables.expressions import Condition, Update, free, unexpired, write_arguments
from parley.tables.keys import Key

First = TypeVar("First")
Second = TypeVar("Second")

Returning = Literal["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"]
"""Which attributes an update answers with."""
BATCH_GET_LIMIT = 100
BATCH_WRITE_LIMIT = 25
BATCH_ATTEMPTS = 5
READS_OF_A_PAGE = 8
"""How often a page is read on past what has expired: 700 such items are passed over."""
TRANSACTION_ATTEMPTS = 6

_TRANSIENT_CODES = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "InternalServerError",
        "ServiceUnavailable",
        "TransactionConflictException",
        "TransactionInProgressException",
        "LimitExceededException",
    },
)


class Asked(TypedDict, total=False):
    """What a query may ask for beside its partition."""

    between: tuple[str, str] | None
    begins_with: str | None
    limit: int | None
    forward: bool
    consistent: bool
    attributes: Sequence[str] | None


class ConditionFailed(Exception):
    """A conditional write was refused; `item` is what stood there, None where nothing did."""

    def __init__(self, item: RawItem | None) -> None:
        super().__init__("the condition was not met")
        self.item = item


class TransactionRefused(Exception):
    """A condition of a transaction was not met; `reasons` has one entry an action, in order."""

    def __init__(self, reasons: list[dict[str, Any]]) -> None:
        super().__init__("a condition of the transaction was not met")
        self.reasons = reasons

    def failed(self, position: int) -> bool:
        """Whether the condition of the action at `position` is what was not met."""
        return position < len(self.reasons) and self.reasons[position].get("Code") == "ConditionalCheckFailed"

    def item(self, position: int) -> RawItem | None:
        """The item that stood in the way of that action, where it asked for it."""
        return cast("RawItem | None", self.reasons[position].get("Item"))


@cache
def client() -> Any:
    """The process's one client for calls on items: the transport, or botocore's where the environment asks for it."""
    if transport.serves():
        source = tenant_sessions.source() if settings().tenant_role else credentials.find()
        return transport.Client(settings().region, source)
    made = sdk_client()
    made.meta.events.register("before-call.dynamodb", dynamodb_calls.count)
    return made


def sdk_client() -> Any:
    """Botocore's own client, for what is no call on items: exports, and libraries that bring their own calls."""
    from parley.tables import sdk  # noqa: PLC0415 - slow to load, and most functions never need it

    return sdk.client()


_thread = local()
"""Whether this thread is one of the pool's."""


@cache
def _pool() -> ThreadPoolExecutor:
    def begin() -> None:
        _thread.is_of_pool = True

    return ThreadPoolExecutor(max_workers=8, thread_name_prefix="dynamodb", initializer=begin)


def in_parallel(first: Callable[[], First], second: Callable[[], Second]) -> tuple[First, Second]:
    """Run both at once, one round trip for two calls. Both have ended when this returns or raises.

    In a thread of the pool, what has not begun by the end of the other is run here, since of threads that wait for each
    other's none would begin; where the other has failed it is left out.
    """
    client()  # made here, since two threads must not make it at once
    pending = _pool().submit(first)
    try:
        result = second()
    except BaseException:
        if not (_is_of_pool() and pending.cancel()):
            pending.exception()
        raise
    return first() if _is_of_pool() and pending.cancel() else pending.result(), result


def _is_of_pool() -> bool:
    return getattr(_thread, "is_of_pool", False)


def map_parallel(function: Callable[[First], Second], arguments: Sequence[First]) -> list[Second]:
    """Run `function` for every argument, at most eight at once; results in order.

    Where one fails, those that have not begun are left out. All others have ended when this returns or raises. In a
    thread of the pool, those that have not begun are run here, one after the other: see `in_parallel`.
    """
    if len(arguments) <= 1:
        return [function(argument) for argument in arguments]
    client()
    running = [_pool().submit(function, argument) for argument in arguments]
    try:
        if _is_of_pool():
            return [
                function(argument) if each.cancel() else each.result()
                for each, argument in zip(running, arguments, strict=True)
            ]
        wait(running, return_when=FIRST_EXCEPTION)
    finally:
        wait([each for each in running if not each.cancel()])
    return [each.result() for each in running]


def is_transient(error: BaseException) -> bool:
    """Whether DynamoDB throttled, failed or was not reached: the same call may succeed later."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return error.response["Error"].get("Code") in _TRANSIENT_CODES or status >= 500  # noqa: PLR2004
    return isinstance(error, BotoCoreError)


def _conditional(call: Callable[..., Any], arguments: dict[str, Any]) -> RawItem:
    """Make one write. One that a transaction stood in the way of was not applied: it is tried again, with jitter."""
    for attempt in range(TRANSACTION_ATTEMPTS):
        try:
            return cast("RawItem", call(**arguments).get("Attributes", {}))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ConditionalCheckFailedException":
                raise ConditionFailed(cast("RawItem | None", error.response.get("Item"))) from None
            if code != "TransactionConflictException":
                raise
            backoff.wait(attempt)
    raise Unavailable("Another writer is busy with the same item")


def key(at: Key | tuple[str, str]) -> RawItem:
    return {"pk": {"S": at[0]}, "sk": {"S": at[1]}}


def key_of(raw: RawItem) -> Key:
    """The key of an item, or of an index's entry for it."""
    return Key(raw["pk"]["S"], raw["sk"]["S"])


def get(table: str, at: Key, *, consistent: bool = False) -> RawItem | None:
    """One item, or None. Costs 1 RRU for 4 KiB when consistent, half of it otherwise."""
    answer = client().get_item(TableName=table, Key=key(at), ConsistentRead=consistent)
    found = cast("RawItem | None", answer.get("Item"))
    return found if found is not None and _lasting([found]) else None


def batch_get(table: str, keys: Iterable[Key], *, consistent: bool = False) -> dict[Key, RawItem]:
    """Up to any number of items, 100 a call, calls in parallel; keys that hold nothing are absent from the answer.

    Raises `Unavailable` when DynamoDB leaves keys unprocessed for five attempts.
    """
    wanted = list(dict.fromkeys(keys))
    chunks = [wanted[start : start + BATCH_GET_LIMIT] for start in range(0, len(wanted), BATCH_GET_LIMIT)]
    found: dict[Key, RawItem] = {}
    for items in map_parallel(lambda chunk: _batch_get_chunk(table, chunk, consistent=consistent), chunks):
        found |= {key_of(item): item for item in items}
    return found


def _batch_get_chunk(table: str, keys: Sequence[Key], *, consistent: bool) -> list[RawItem]:
    items: list[RawItem] = []
    request = {table: {"Keys": [key(at) for at in keys], "ConsistentRead": consistent}}
    for attempt in range(BATCH_ATTEMPTS):
        answer = client().batch_get_item(RequestItems=request)
        items += _lasting(answer["Responses"].get(table, []))
        request = answer.get("UnprocessedKeys") or {}
        if not request:
            return items
        backoff.wait(attempt, base_seconds=0.05)
    raise Unavailable("DynamoDB left keys unread")


def query(
    table: str,
    pk: str,
    *,
    between: tuple[str, str] | None = None,
    begins_with: str | None = None,
    limit: int | None = None,
    forward: bool = True,
    consistent: bool = False,
    index: str | None = None,
    after: RawItem | None = None,
    attributes: Sequence[str] | None = None,
    expired: bool = False,
) -> tuple[list[RawItem], RawItem | None]:
    """One page of a partition, and the key to go on from (None at the end). `between` bounds are inclusive.

    With `index`, `pk` and the range are those of the index (`gpk`, `gsk`). `attributes` leaves the others out of the
    answer; the whole item is paid for all the same.

    What has expired and is still there is left out; who erases asks for the `expired` too. A page that is short of its
    `limit` for that reason, or since its items are over 1 MiB, is read on, at most `READS_OF_A_PAGE` times. Where even
    that does not fill it, there is a key to go on from all the same: callers go on from that, not from the last item.
    """
    hash_name, range_name = ("gpk", "gsk") if index else ("pk", "sk")
    values: RawItem = {":pk": {"S": pk}}
    condition = f"{hash_name} = :pk"
    if between is not None:
        condition += f" AND {range_name} BETWEEN :low AND :high"
        values |= {":low": {"S": between[0]}, ":high": {"S": between[1]}}
    elif begins_with is not None:
        condition += f" AND begins_with({range_name}, :prefix)"
        values[":prefix"] = {"S": begins_with}
    arguments: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": values,
        "ScanIndexForward": forward,
        "ConsistentRead": consistent,
    }
    if index is not None:
        arguments["IndexName"] = index
    if limit is not None:
        arguments["Limit"] = limit
    if after is not None:
        arguments["ExclusiveStartKey"] = after
    if attributes is not None:
        needed = (*_key_names(index), "expires_at") if limit is not None else ("expires_at",)
        arguments["ProjectionExpression"] = ", ".join(dict.fromkeys((*attributes, *needed)))
    items: list[RawItem] = []
    for _ in range(READS_OF_A_PAGE):
        answer = client().query(**arguments)
        found = answer["Items"] if expired else _lasting(answer["Items"])
        more: RawItem | None = answer.get("LastEvaluatedKey")
        if limit is not None and len(items) + len(found) > limit:
            found = found[: limit - len(items)]
            more = {name: found[-1][name] for name in _key_names(index)}
        items += found
        if limit is None or more is None or len(items) >= limit:
            break
        arguments = arguments | {"ExclusiveStartKey": more, "Limit": max(limit, BATCH_GET_LIMIT)}
    return items, more


def every(table: str, pk: str, *, index: str | None = None, **asked: Unpack[Asked]) -> Iterator[RawItem]:
    """All that `query` finds, page after page, each read once it is needed; with a `limit`, that is a page's."""
    after: RawItem | None = None
    while True:
        page, after = query(table, pk, index=index, after=after, **asked)
        yield from page
        if after is None:
            return


def _key_names(index: str | None) -> tuple[str, ...]:
    return ("pk", "sk", "gpk", "gsk") if index else ("pk", "sk")


def _lasting(items: Sequence[RawItem]) -> list[RawItem]:
    """The items without those whose time to live has passed: DynamoDB deletes them within days, they are gone now."""
    now = clock.now_ms() // 1000
    return [item for item in items if "expires_at" not in item or int(item["expires_at"]["N"]) > now]


def scan(
    table: str, *, segment: int, segments: int, after: RawItem | None = None, limit: int | None = None
) -> tuple[list[RawItem], RawItem | None]:
    """One page of a segment of the whole table, eventually consistent, and the key to go on from (None at its end)."""
    arguments: dict[str, Any] = {"TableName": table, "Segment": segment, "TotalSegments": segments}
    if after is not None:
        arguments["ExclusiveStartKey"] = after
    if limit is not None:
        arguments["Limit"] = limit
    answer = client().scan(**arguments)
    return answer["Items"], answer.get("LastEvaluatedKey")


def export_table(table_arn: str, *, bucket: str, prefix: str, token: str, key_id: str = "") -> str:
    """Ask for an export of the whole table, as it is now, to S3; its ARN. The same token gives the same export for 8 h.

    The table needs point-in-time recovery. `key_id` is the KMS key that S3 encrypts with, its own where there is none.
    """
    encryption = {"S3SseAlgorithm": "KMS", "S3SseKmsKeyId": key_id} if key_id else {"S3SseAlgorithm": "AES256"}
    answer = sdk_client().export_table_to_point_in_time(
        TableArn=table_arn,
        S3Bucket=bucket,
        S3Prefix=prefix,
        ClientToken=token,
        ExportFormat="DYNAMODB_JSON",
        **encryption,
    )
    return cast("str", answer["ExportDescription"]["ExportArn"])


def describe_export(arn: str) -> dict[str, Any]:
    """What has become of an export."""
    return cast("dict[str, Any]", sdk_client().describe_export(ExportArn=arn)["ExportDescription"])


def put(table: str, item: RawItem, *, condition: Condition | None = None) -> None:
    """Write an item; with a `condition` that is not met, raises `ConditionFailed` with the item that stands there."""
    _conditional(client().put_item, {"TableName": table, "Item": item, **_expressions(condition=condition)})


def put_if_absent(table: str, item: RawItem) -> None:
    """Write an item where none is, or one that has expired; raises `ConditionFailed` with the one that is."""
    put(table, item, condition=free())


def put_all(table: str, items: Sequence[RawItem]) -> None:
    """Write items whatever stands there, 25 a call, calls in parallel; raises `Unavailable` as `batch_get` does.

    No two of them have the same key.
    """
    chunks = [items[start : start + BATCH_WRITE_LIMIT] for start in range(0, len(items), BATCH_WRITE_LIMIT)]
    map_parallel(lambda chunk: _put_chunk(table, chunk), chunks)


def _put_chunk(table: str, items: Sequence[RawItem]) -> None:
    request = {table: [{"PutRequest": {"Item": item}} for item in items]}
    for attempt in range(BATCH_ATTEMPTS):
        request = client().batch_write_item(RequestItems=request).get("UnprocessedItems") or {}
        if not request:
            return
        backoff.wait(attempt, base_seconds=0.05)
    raise Unavailable("DynamoDB left items unwritten")


def update(
    table: str,
    at: Key,
    change: Update,
    *,
    condition: Condition | None = None,
    returning: Returning = "NONE",
) -> RawItem:
    """Update an item in place and return the attributes asked for; raises `ConditionFailed` with the item as it is."""
    arguments: dict[str, Any] = {"TableName": table, "Key": key(at), "ReturnValues": returning}
    return _conditional(client().update_item, arguments | _expressions(update=change, condition=condition))


def renew(
    table: str,
    at: Key,
    change: Update,
    *,
    condition: Condition | None = None,
    returning: Returning = "NONE",
) -> RawItem:
    """Update an item that expires, or begin it. One whose time has passed is deleted first: nothing builds on it."""
    wanted = unexpired() if condition is None else unexpired() & condition
    try:
        return update(table, at, change, condition=wanted, returning=returning)
    except ConditionFailed as refused:
        if refused.item is None or _lasting([refused.item]):
            raise
    with suppress(ConditionFailed):  # another has renewed it
        delete(table, at, condition=~unexpired())
    return update(table, at, change, condition=wanted, returning=returning)


def delete(table: str, at: Key, *, condition: Condition | None = None) -> RawItem | None:
    """Delete an item and return what stood there, None where nothing did."""
    arguments: dict[str, Any] = {"TableName": table, "Key": key(at), "ReturnValues": "ALL_OLD"}
    return _conditional(client().delete_item, arguments | _expressions(condition=condition)) or None


def _expressions(*, update: Update | None = None, condition: Condition | None = None) -> dict[str, Any]:
    """What is changed and on what condition; a refusal tells the item that stood in the way."""
    telling = {} if condition is None else {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    return write_arguments(update=update, condition=condition) | telling


def transact(actions: Sequence[Mapping[str, Any]]) -> None:
    """Write all of up to 100 actions or none.

    Raises `TransactionRefused` with each action's reason when a condition is not met; a conflict with another writer
    is tried again with jitter, then raises `Unavailable`.
    """
    for attempt in range(TRANSACTION_ATTEMPTS):
        try:
            client().transact_write_items(TransactItems=list(actions))
        except ClientError as error:
            if error.response["Error"]["Code"] != "TransactionCanceledException":
                raise
            reasons = cast("list[dict[str, Any]]", error.response.get("CancellationReasons", []))
            if any(reason.get("Code") == "ConditionalCheckFailed" for reason in reasons):
                raise TransactionRefused(reasons) from None
            backoff.wait(attempt)
        else:
            return
    raise Unavailable("Another writer is busy with the same items")
