"""opensearch-py for all that is not hot: indices, aliases, mappings, rebuilds, roles, the engine's health.

Importing it takes 55 ms, so it is loaded by the first client that is made: no function that searches or indexes makes
one (`lean_client`), nor do those that only read what a rebuild has come to.
"""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from parley.search.engine import engine_client
from parley.search.engine.engine_client import ADMIN_ATTEMPTS, ADMIN_SECONDS
from parley.search.engine.lean_client import NotInTime, Unreached, Unreadable, refused
from parley.search.engine.node import MOST_CONNECTIONS
from parley.settings import search_settings

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

Result = TypeVar("Result")


@cache
def client() -> "OpenSearch":
    """The process's client for questions that somebody waits for."""
    return _client(engine_client.REQUEST_SECONDS)


@cache
def patient_client() -> "OpenSearch":
    """The process's client for what may take longer than anyone waits for an answer."""
    return _client(engine_client.PATIENCE_SECONDS)


def _client(seconds: float) -> "OpenSearch":
    """A client whose requests may take so long. Retries are ours, so that they know how much time is left."""
    from opensearchpy import OpenSearch  # noqa: PLC0415 - slow to load, and most functions never need it

    from parley.search.engine.connections import EngineConnection  # noqa: PLC0415 - as above

    return OpenSearch(
        hosts=[search_settings().endpoint],
        connection_class=EngineConnection,
        timeout=seconds,
        max_retries=0,
        pool_maxsize=MOST_CONNECTIONS,
    )


def within(
    operation: Callable[[], Result], *, attempts: int = ADMIN_ATTEMPTS, seconds: float = ADMIN_SECONDS
) -> Result:
    """Run one administrative request with retries. Raises `EngineFailed`, or `Refused` for what no retry mends."""
    return engine_client.with_retries(lambda: _told(operation), attempts=attempts, seconds=seconds)


def _told(operation: Callable[[], Result]) -> Result:
    """Run it; what opensearch-py raises becomes the error that `lean_client` has for the same."""
    from opensearchpy import exceptions  # noqa: PLC0415 - as above

    try:
        return operation()
    except exceptions.ConnectionTimeout as error:
        raise NotInTime(str(error)) from error
    except exceptions.ConnectionError as error:
        raise Unreached(str(error)) from error
    except exceptions.SerializationError as error:
        raise Unreadable(str(error)) from error
    except exceptions.TransportError as error:
        raise refused(int(error.status_code), str(error.error)) from error
