"""Tests of the deployed local stack over HTTP."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from infrastructure.local.stack import RunningStack
from tests.support.aws.local_stack import client, local_stack
from tests.support.clients import chromium

__all__ = ["local_stack"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium. It ends with its module: beside Playwright no `asyncio.run` works."""
    binary = chromium.binary()
    if binary is None:
        pytest.skip("this machine has no Chromium")
    arguments = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=binary, args=arguments)
        yield opened
        opened.close()


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
