"""Tenants' servers on loopback, which the local stage allows, and the way of events to them."""

from collections.abc import Iterator

import pytest

from tests.support.aws.sqs import using_queues
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.people.people import Person, Workspace
from tests.support.people.tenant_servers import Deliveries, Hook, Server, create, serving


@pytest.fixture
def deliveries(tables: None) -> Iterator[Deliveries]:
    with using_queues() as sqs:
        yield Deliveries(sqs, ChangeStream())


@pytest.fixture
def endpoint(local_stage: None) -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def server(acme: Workspace) -> Person:
    return acme.server


@pytest.fixture
def hook(server: Person, alice: Person, general: str, endpoint: Server, deliveries: Deliveries) -> Hook:
    """A webhook for new messages, with nothing on its way."""
    made = create(server, endpoint.url, "message.created")
    deliveries.changes.take(server.tenant_id)
    return Hook(server, alice, general, endpoint, deliveries, made)
