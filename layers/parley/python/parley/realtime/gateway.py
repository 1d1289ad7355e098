"""The management API of API Gateway for a connection: send it a frame, close it. A slow one holds up nobody else."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

from parley import aws
from parley.settings import realtime_settings
from parley.tables import backoff

Outcome = Literal["sent", "gone", "failed"]

CONCURRENCY = 32
CONNECT_TIMEOUT_SECONDS = 1
READ_TIMEOUT_SECONDS = 2
BACKOFF_SECONDS = 0.05
ATTEMPTS = 3
"""A frame that is not taken in three tries: the connection is closed, and its client replays what it missed."""
GONE_STATUS = 410


@cache
def client() -> Any:
    """The management API's client. It does not retry by itself, so that a try is bounded by its timeouts."""
    configuration = {
        "connect_timeout": CONNECT_TIMEOUT_SECONDS,
        "read_timeout": READ_TIMEOUT_SECONDS,
        "retries": {"total_max_attempts": 1, "mode": "standard"},
        "max_pool_connections": CONCURRENCY,
    }
    return aws.client("apigatewaymanagementapi", configuration, endpoint_url=realtime_settings().management_url)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=CONCURRENCY, thread_name_prefix="sockets")


def post_all(frames: Mapping[str, list[bytes]]) -> dict[str, Outcome]:
    """Send each connection its frames, in order; at most 32 connections at once. What became of each."""
    if not frames:
        return {}
    client()  # made here, since two threads must not make it at once
    if len(frames) == 1:  # a thread would only be waited for
        return {connection_id: _post(connection_id, queued) for connection_id, queued in frames.items()}
    outcomes = _pool().map(lambda item: _post(*item), frames.items())
    return dict(zip(frames, outcomes, strict=True))


def _post(connection_id: str, frames: list[bytes]) -> Outcome:
    for frame in frames:
        outcome = post(connection_id, frame)
        if outcome != "sent":
            return outcome
    return "sent"


def post(connection_id: str, frame: bytes) -> Outcome:
    """Send one frame, with three tries."""
    return _tried(lambda: client().post_to_connection(ConnectionId=connection_id, Data=frame))


def close_all(connection_ids: list[str]) -> dict[str, Outcome]:
    """Close connections; of each whether it was closed (`sent`), is gone, or could not be closed."""
    if not connection_ids:
        return {}
    client()
    return dict(zip(connection_ids, _pool().map(close, connection_ids), strict=True))


def close(connection_id: str) -> Outcome:
    """Close one connection, with three tries."""
    return _tried(lambda: client().delete_connection(ConnectionId=connection_id))


def _tried(call: Callable[[], object]) -> Outcome:
    """Make a call of the management API, three times at most; what became of it."""
    for attempt in range(ATTEMPTS):
        try:
            call()
        except (ClientError, BotoCoreError) as error:
            if is_gone(error):
                return "gone"
            if attempt + 1 < ATTEMPTS:
                backoff.wait(attempt, base_seconds=BACKOFF_SECONDS)
        else:
            return "sent"
    return "failed"


def is_gone(error: ClientError | BotoCoreError) -> bool:
    """Whether API Gateway says that there is no such connection any more."""
    if not isinstance(error, ClientError):
        return False
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return error.response["Error"].get("Code") == "GoneException" or status == GONE_STATUS
