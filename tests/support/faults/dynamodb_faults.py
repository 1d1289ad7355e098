"""Faults of DynamoDB, injected at the client: below everything of ours, above the network."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError, ConnectTimeoutError

from tests.support.dynamodb.client_calls import before_calls


def throttled(operation: str) -> ClientError:
    """What botocore raises when a partition is too busy for its retries."""
    response: Any = {
        "Error": {"Code": "ProvisionedThroughputExceededException", "Message": "The level of configured throughput …"},
        "ResponseMetadata": {"HTTPStatusCode": 400},
    }
    return ClientError(response, operation)


def unreachable(operation: str) -> ConnectTimeoutError:
    return ConnectTimeoutError(endpoint_url=f"https://dynamodb.test/{operation}")


@contextmanager
def faulty(fails: Callable[[int, str], Exception | None]) -> Iterator[list[str]]:
    """Ask `fails(number of the call, operation)` before every call whether to raise; gives the operations tried."""
    tried: list[str] = []

    def inject(operation: str, _: object) -> None:
        tried.append(operation)
        error = fails(len(tried), operation)
        if error is not None:
            raise error

    with before_calls(inject):
        yield tried
