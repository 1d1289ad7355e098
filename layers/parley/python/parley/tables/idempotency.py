"""Idempotency records: what a request with a key did, kept for its repetitions.

Powertools' Idempotency would serve, but importing it loads boto3 (55 ms, 8 MiB more), it has no answer that marks a
replay, and the hot path keeps its record inside the send. See docs/adr/0014.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from parley import clock
from parley.errors import IdempotencyKeyReused, RequestInFlight
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.attributes import item, required_number, required_text, text
from parley.tables.dynamodb import ConditionFailed
from parley.tables.expressions import Update, equals, free, less
from parley.tables.keys import Key

Made = TypeVar("Made")

KEPT_SECONDS = 24 * 3600
LEASE_MS = 30_000
"""How long a request may work before a repetition takes over: as long as the gateway waits for it (29 s)."""
MOST_BYTES = 390_000
"""Of an answer that is kept: an item holds 400 KB."""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The first answer to a request: HTTP `status` and JSON `body`."""

    status: int
    body: object


def body_hash(body: object) -> str:
    """SHA-256 of what was asked, independent of key order and white space."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def begin(at: Key, asked: str) -> StoredAnswer | None:
    """Claim the key for this request; the stored answer when the request was answered before.

    Raises `IdempotencyKeyReused` where the key came with another body, `RequestInFlight` while the first works.
    """
    now = clock.now_ms()
    record = item(
        {
            **at._asdict(),
            "entity": "idempotency",
            "body_hash": asked,
            "lease_until": now + LEASE_MS,
            "expires_at": now // 1000 + KEPT_SECONDS,
        }
    )
    lapsed = equals("body_hash", asked) & less("lease_until", now)
    try:
        dynamodb.put(settings().control_table, record, condition=free() | lapsed)
    except ConditionFailed as failed:
        existing = failed.item or {}
        if text(existing, "body_hash") != asked:
            raise IdempotencyKeyReused from None
        if "answer" not in existing:
            raise RequestInFlight(retry_after=1) from None
        return StoredAnswer(required_number(existing, "status"), json.loads(required_text(existing, "answer")))
    return None


def finish(at: Key, answer: StoredAnswer) -> None:
    """Store the answer for repetitions; from now on the claim does not lapse.

    1 WRU for each KiB of it. The thing is done, so its caller shall know, recorded or not: a failure of DynamoDB is not
    raised. A repetition is then told that the request is in flight until the claim lapses, and does the thing again
    after that; domains derive what they make from the key, so even that makes nothing twice. An answer that is too
    large to be kept lets the claim lapse at once, for the same body.
    """
    body = json.dumps(answer.body, separators=(",", ":"))
    kept = Update().set(answer=body, status=answer.status).remove("lease_until")
    with suppress(ClientError, BotoCoreError):
        dynamodb.update(settings().control_table, at, kept if len(body) <= MOST_BYTES else Update().set(lease_until=0))


@contextmanager
def releasing(at: Key) -> Iterator[None]:
    """Release the claim when what is done inside fails; the failure matters more than one of the release."""
    try:
        yield
    except BaseException:
        with suppress(ClientError, BotoCoreError):  # the claim lapses by itself
            release(at)
        raise


def once(at: Key, asked: object, *, make: Callable[[], Made], again: Callable[[], Made]) -> tuple[Made, bool]:
    """Make something once for a key, and show it `again` for its repetitions; whether this is one.

    The record holds nothing of what is made: for a secret, which is kept in its own place alone.
    """
    if begin(at, body_hash(asked)) is not None:
        return again(), True
    with releasing(at):
        made = make()
        finish(at, StoredAnswer(200, {}))
    return made, False


def release(at: Key) -> None:
    """Forget a request that was refused or failed: it changed nothing, so a repetition may try again."""
    dynamodb.delete(settings().control_table, at)
