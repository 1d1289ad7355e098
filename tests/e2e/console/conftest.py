"""The tenant's console in the machine's own Chromium, on the deployed local stack."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser

from infrastructure.local.stack import RunningStack
from tests.support.clients import chromium
from tests.support.console.screen import Screen
from tests.support.console.served import Tenant, served

OpenConsole = Callable[..., Screen]


@pytest.fixture(scope="session")
def tenant(local_stack: RunningStack) -> Iterator[Tenant]:
    """Shared by the tests of a process: each makes what it looks at."""
    if chromium.binary() is None:
        pytest.skip("this machine has no Chromium")
    with served(local_stack) as made:
        yield made


@pytest.fixture
def own_tenant(browser: Browser, local_stack: RunningStack) -> Iterator[Tenant]:
    """For what is the whole tenant's."""
    del browser
    with served(local_stack) as made:
        yield made


@pytest.fixture
def open_console(browser: Browser) -> Iterator[OpenConsole]:
    """`open_console(tenant)` opens it in a context of its own; none may have thrown when the test ends."""
    with ExitStack() as at_the_end:
        screens: list[Screen] = []

        def take(tenant: Tenant, **more: Any) -> Screen:
            screen = Screen(browser, tenant.url, **more)
            at_the_end.callback(screen.close)
            screens.append(screen)
            return screen

        yield take
        assert not [problem for screen in screens for problem in screen.problems]


@pytest.fixture
def console(open_console: OpenConsole, tenant: Tenant) -> Screen:
    return open_console(tenant)
