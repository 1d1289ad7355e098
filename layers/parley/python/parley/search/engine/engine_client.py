"""OpenSearch as Parley reaches it: one client, retries within the time left, a breaker that all functions share.

A search that fails at once is tried again with jitter, then counts as a failure of the circuit; one that took too long
is not tried again, and all requests of an answer together end within `answer_time`. Five failures in a row in one
process open the circuit for all functions, and searches answer 503 at once until a probe succeeds. The indexer does not
ask the breaker: it has nothing better to do than to wait, and its own failures are retried by the event source mapping.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar, cast

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.circuit_breaker import (
    CircuitBreakerConfig,
    CircuitBreakerOpenError,
    CircuitTransition,
    circuit_breaker,
)
from tenacity import (
    RetryError,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from parley.errors import SearchUnavailable
from parley.observability import logger, metrics
from parley.search.engine import answer_time
from parley.search.engine.circuit_store import CircuitStore
from parley.search.engine.lean_client import Engine, NotInTime, NotThere, Refused, Unreached, Unreadable
from parley.settings import search_settings

Result = TypeVar("Result")

CIRCUIT = "opensearch"
FAILURES_TO_OPEN = 5
RECOVERY_SECONDS = 10
PROBES_TO_CLOSE = 2
STATE_CACHED_SECONDS = 2

REQUEST_SECONDS = 1.5
"""What one request may take. The engine is asked to stop a search after a second on its own."""
PATIENCE_SECONDS = 30.0
SEARCH_SECONDS = 0.5
"""Within which a search that failed may be tried again, and more hits be fetched for a page."""
SEARCH_ATTEMPTS = 3
ADMIN_SECONDS, ADMIN_ATTEMPTS = 20.0, 6
MISSING = 404
TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500


class EngineFailed(Exception):
    """The engine was not reached, took too long, was too busy or failed: the same request may succeed later."""


class EngineBusy(Exception):
    """The engine took a request and not all of what was in it: the rest may succeed later."""


class EngineSlow(EngineBusy):
    """The engine stopped a search whose time was up: the same will hardly be faster at once."""


class IndexMissing(Exception):
    """There is no such index or alias: it has not been made yet, or was lost."""


@cache
def client() -> Engine:
    """The process's client for searches. Retries are ours, so that they know how much time is left."""
    return Engine(search_settings().endpoint, REQUEST_SECONDS)


@cache
def patient_client() -> Engine:
    """The process's client for the indexer's writes, which may take longer than anyone waits for a search."""
    return Engine(search_settings().endpoint, PATIENCE_SECONDS)


def may_pass(status: int) -> bool:
    """Whether an answer of this status says that the engine is too busy, or failed inside."""
    return status == TOO_MANY_REQUESTS or status >= SERVER_ERROR


def is_transient(error: BaseException) -> bool:
    """Whether the same request may succeed later: not reached, too busy, or failed inside."""
    if isinstance(error, Refused):
        return may_pass(error.status)
    return isinstance(error, (Unreached, Unreadable, EngineBusy))


def is_instant(error: BaseException) -> bool:
    """Whether a failure is transient and came before the request's time was up."""
    return is_transient(error) and not isinstance(error, (NotInTime, EngineSlow))


def with_retries(
    operation: Callable[[], Result],
    *,
    attempts: int,
    seconds: float,
    retried: Callable[[BaseException], bool] = is_transient,
) -> Result:
    """Run an operation until it succeeds, at most `attempts` times within `seconds`, waiting with jitter in between.

    Raises `EngineFailed` from the last transient failure, which may be one that is not `retried`; whatever else is
    raised passes at once.
    """
    retrying = Retrying(
        stop=stop_after_attempt(attempts) | stop_before_delay(seconds),
        wait=wait_random_exponential(multiplier=0.1, max=5),
        retry=retry_if_exception(retried),
        sleep=time.sleep,
    )
    try:
        return retrying(operation)
    except RetryError as gave_up:
        cause = gave_up.last_attempt.exception()
        raise EngineFailed(type(cause).__name__) from cause
    except Exception as error:
        if is_transient(error):
            raise EngineFailed(type(error).__name__) from error
        raise


def check_complete(answer: dict[str, Any]) -> None:
    """Refuse a partial answer: a shard that failed, or time that was up, would silently hide hits."""
    status = int(answer.get("status", 200))
    if "error" in answer and status == MISSING:
        raise IndexMissing
    if answer.get("timed_out"):
        raise EngineSlow
    if "error" in answer or answer.get("_shards", {}).get("failed", 0):
        raise EngineBusy


@cache
def circuit_store() -> CircuitStore:
    """Where the circuit's state is shared: `control`."""
    return CircuitStore(cached_seconds=STATE_CACHED_SECONDS, recovery_seconds=RECOVERY_SECONDS)


def _tell(transition: CircuitTransition) -> None:
    opened = transition.to_state.value == "OPEN"
    logger().warning("circuit", extra={"circuit": CIRCUIT, "state": transition.to_state.value})
    emitted = metrics()
    emitted.add_dimension("circuit", CIRCUIT)
    emitted.add_metric("CircuitOpen", MetricUnit.Count, int(opened))
    emitted.flush_metrics()


@cache
def guard() -> Callable[[Callable[[], Any]], Any]:
    config = CircuitBreakerConfig(
        failure_threshold=FAILURES_TO_OPEN,
        recovery_timeout=RECOVERY_SECONDS,
        success_threshold=PROBES_TO_CLOSE,
        local_cache_max_age=STATE_CACHED_SECONDS,
        handled_exceptions=EngineFailed,
    )
    guarded: Callable[[Callable[[], Any]], Any] = circuit_breaker(
        CIRCUIT, cast("Any", circuit_store()), on_transition=_tell, config=config
    )(lambda operation: with_retries(operation, attempts=SEARCH_ATTEMPTS, seconds=SEARCH_SECONDS, retried=is_instant))
    return guarded


def ask(operation: Callable[[Engine], Result]) -> Result:
    """Run one search under the breaker. Raises `SearchUnavailable`, at once while the circuit is open.

    So it does where the answer has no time left: that is no failure of this request.
    """
    if answer_time.left() < answer_time.LEAST_SECONDS:
        raise SearchUnavailable(retry_after=RECOVERY_SECONDS)
    try:
        return cast("Result", guard()(lambda: operation(client())))
    except CircuitBreakerOpenError as opened:
        since = opened.circuit.opened_at if opened.circuit and opened.circuit.opened_at else int(time.time())
        raise SearchUnavailable(retry_after=max(1, since + RECOVERY_SECONDS - int(time.time()))) from None
    except (EngineFailed, IndexMissing, NotThere):
        raise SearchUnavailable(retry_after=RECOVERY_SECONDS) from None


@contextmanager
def asked_for() -> Iterator[None]:
    """What a request does to the engine beside a search. Raises `SearchUnavailable` where the engine fails."""
    try:
        yield
    except EngineFailed:
        raise SearchUnavailable(retry_after=RECOVERY_SECONDS) from None


def circuit_state() -> str:
    """The circuit's state as this process sees it: `CLOSED`, `OPEN` or `HALF_OPEN`."""
    return str(circuit_store().get_state(CIRCUIT).state.value)
