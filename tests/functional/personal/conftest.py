"""The change stream with its consumers, the function of the clock, and a thread in the group `general`."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from infrastructure.triggered.jobs import RUN_TIMERS
from parley import clock
from parley.media.items import MediaItem, media_key
from parley.settings import settings as parley_settings
from parley.tables import dynamodb
from tests.functional.messaging.threads.conftest import root, upkeep
from tests.functional.push.conftest import phones
from tests.functional.realtime.conftest import sockets, stream
from tests.support.aws.aws_calls import recording
from tests.support.aws.gateway import Context
from tests.support.people.clocks import Clock
from tests.support.people.people import Person
from tests.support.people.world import own_tables

__all__ = ["phones", "root", "sockets", "stream", "upkeep"]


class Minutes:
    """The function that runs each minute, on a clock that the test moves."""

    def __init__(self, moved: Clock) -> None:
        self.moved = moved

    def run(self) -> dict[str, int]:
        """What was done, within what the function is granted."""
        function: Any = importlib.import_module("functions.jobs.run_timers")
        with recording() as calls:
            done: dict[str, int] = function.handler({}, Context())
        denied = calls.denied(RUN_TIMERS.grants)
        assert not denied, f"not granted {denied}"
        return done

    def after(self, seconds: int) -> dict[str, int]:
        self.moved.pass_seconds(seconds)
        return self.run()


@pytest.fixture
def minutes(tables: None, moved_clock: Clock) -> Iterator[Minutes]:
    """In tables of their own: it sees the timers of all tenants."""
    with own_tables():
        yield Minutes(moved_clock)


@pytest.fixture
def room(minutes: Minutes, alice: Person, bob: Person) -> str:
    """A group of alice's and bob's, in the tables of the function of the clock."""
    return alice.open_group(bob)


@pytest.fixture
def file(minutes: Minutes, alice: Person) -> MediaItem:
    """A file of alice's that is ready."""
    place = media_key(alice.tenant_id, "m" * 26)
    item = MediaItem(pk=place.pk, sk=place.sk, tenant_id=alice.tenant_id, media_id="m" * 26, owner_id="alice")
    item.status, item.filename, item.content_type, item.size, item.reserved = "ready", "a.jpg", "image/jpeg", 1, {}
    item.created_at = item.upload_expires_at = clock.now_ms()
    dynamodb.put(parley_settings().chat_table, item.serialize())
    return item
