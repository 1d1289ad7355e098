"""Tenants' servers on loopback, which the local stage allows, and the way of events to them."""

from collections.abc import Iterator

import pytest

from tests.support.aws.change_stream import ChangeStream
from tests.support.aws.sqs import using_queues
from tests.support.people.tenant_servers import Deliveries, Server, serving


@pytest.fixture
def deliveries(tables: None) -> Iterator[Deliveries]:
    with using_queues() as sqs:
        yield Deliveries(sqs, ChangeStream())


@pytest.fixture
def endpoint(local_stage: None) -> Iterator[Server]:
    with serving() as server:
        yield server
