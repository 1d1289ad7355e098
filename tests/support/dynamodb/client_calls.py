"""Where a test stands between Parley and DynamoDB: below all of ours, above what is sent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from parley.tables import dynamodb

Call = Callable[[str, dict[str, Any]], Any]
"""An operation by its name in the API, and its parameters."""


@contextmanager
def between(make: Callable[[Call], Call]) -> Iterator[None]:
    """Put what `make` makes of the client's own call in its place."""
    client: Any = dynamodb.client()
    with patch.object(client, "_make_api_call", make(client._make_api_call)):
        yield


@contextmanager
def before_calls(do: Callable[[str, dict[str, Any]], object]) -> Iterator[None]:
    """Do something before each call; what it raises is raised by the call."""

    def make(call: Call) -> Call:
        def done(operation: str, parameters: dict[str, Any]) -> Any:
            do(operation, parameters)
            return call(operation, parameters)

        return done

    with between(make):
        yield
