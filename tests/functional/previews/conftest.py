"""A tenant with previews of links, a website of its own, and the queue of previews."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from parley.identity import stored_settings
from parley.settings import settings
from parley.tables import attributes, dynamodb, keys
from tests.support.aws.aws_calls import recording
from tests.support.aws.effects import apply_alone
from tests.support.aws.sockets import consumer_of
from tests.support.clients.jobs import JobQueues, playing_jobs
from tests.support.dynamodb.change_stream import ChangeStream, Payload, kinesis_event
from tests.support.people.people import Person, Workspace
from tests.support.people.websites import Website, website

Tell = Callable[..., dict[str, Any]]


def switch(tenant_id: str, **said: Any) -> None:
    """Let a tenant's stored settings be these."""
    at = {"pk": keys.tenant(tenant_id), "sk": keys.TENANT_SK}
    stored = {**at, "entity": "tenant", "settings": json.dumps(said), "version": 1}
    dynamodb.put(settings().chat_table, attributes.item(stored))
    stored_settings.forget()


@pytest.fixture
def acme(acme: Workspace) -> Workspace:
    switch(acme.tenant_id, link_previews=True)
    return acme


@pytest.fixture
def site(local_stage: None) -> Iterator[Website]:
    with website() as served:
        yield served


@pytest.fixture
def jobs(tables: None) -> Iterator[JobQueues]:
    with playing_jobs() as queues:
        yield queues


@pytest.fixture
def tell(jobs: JobQueues) -> Tell:
    """Hands what was written since to the consumer, perhaps reordered and repeated."""
    changes = ChangeStream()

    def hand_over(change: Callable[[list[Payload]], list[Payload]] = list) -> dict[str, Any]:
        consumer = consumer_of("streams/deliver_changes")
        with recording() as calls:
            answer = apply_alone("notice_links", kinesis_event(change(changes.take())))
        assert not calls.denied(consumer.grants), calls.denied(consumer.grants)
        return dict(answer)

    return hand_over


@pytest.fixture
def previews(tell: Tell, jobs: JobQueues) -> Callable[[Person, str], list[dict[str, Any]]]:
    """Has all links looked at; the previews that a message shows then."""

    def look(who: Person, message_id: str) -> list[dict[str, Any]]:
        assert tell() == {"batchItemFailures": []}
        jobs.run_all()
        shown: list[dict[str, Any]] = who.get(f"/v1/messages/{message_id}")["link_previews"]
        return shown

    return look
