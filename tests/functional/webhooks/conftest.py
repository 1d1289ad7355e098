"""Tenants' servers on loopback, which the local stage allows, and the way of events to them."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from parley import clock
from parley.settings import settings
from tests.support.aws.change_stream import ChangeStream
from tests.support.aws.sqs import using_queues
from tests.support.people.tenant_servers import Deliveries, Server, serving


@pytest.fixture
def deliveries(tables: None) -> Iterator[Deliveries]:
    with using_queues() as sqs:
        yield Deliveries(sqs, ChangeStream())


@pytest.fixture
def local_stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PARLEY_STAGE", "local")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def endpoint(local_stage: None) -> Iterator[Server]:
    with serving() as server:
        yield server


@dataclass
class MovingClock:
    """The real time, and what the test has added to it."""

    offset: int = 0

    def pass_seconds(self, seconds: float) -> None:
        self.offset += int(seconds * 1000)


@pytest.fixture
def moving_clock(monkeypatch: pytest.MonkeyPatch) -> MovingClock:
    moved, real = MovingClock(), clock.now_ms
    monkeypatch.setattr(clock, "now_ms", lambda: real() + moved.offset)
    return moved
