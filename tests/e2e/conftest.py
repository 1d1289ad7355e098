"""Tests of the deployed local stack over HTTP."""

from collections.abc import Iterator

import httpx
import pytest

from infrastructure.local.stack import RunningStack
from tests.support.aws.local_stack import client, local_stack

__all__ = ["local_stack"]


@pytest.fixture
def alice(local_stack: RunningStack) -> Iterator[httpx.Client]:
    with client(local_stack, local_stack.credentials.alice) as each:
        yield each


@pytest.fixture
def bob(local_stack: RunningStack) -> Iterator[httpx.Client]:
    with client(local_stack, local_stack.credentials.bob) as each:
        yield each


@pytest.fixture
def server(local_stack: RunningStack) -> Iterator[httpx.Client]:
    """The tenant's own back end."""
    with client(local_stack, local_stack.credentials.server) as each:
        yield each


def pytest_itemcollected(item: pytest.Item) -> None:
    if "local_stack" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.local_stack)
