"""A tenant whose messages go to a socket, a phone and a webhook, by the one consumer that delivers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from functions.streams import deliver_changes
from parley.identity import stored_settings
from parley.realtime import gateway
from parley.streams.effects import Effect
from parley.webhooks.delivery_queue import Job
from tests.support.aws.effects import Retries, using_retries
from tests.support.aws.sockets import Socket, Sockets, give_key
from tests.support.aws.sqs import QUEUE, PlayedSqs, using_queues
from tests.support.dynamodb.change_stream import Payload, kinesis_event
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.people import Person
from tests.support.people.phones import Phones, RoomyContext, using_phones
from tests.support.people.tenant_servers import create

Apply = Callable[..., Any]
NOTHING_FAILED: dict[str, Any] = {"batchItemFailures": []}


@dataclass
class Delivering:
    """Alice writes; bob has a socket, carol is away with a phone, and the tenant has a webhook for new messages."""

    alice: Person
    group: str
    socket: Socket
    sockets: Sockets
    phones: Phones
    sqs: PlayedSqs
    retries: Retries
    monkeypatch: pytest.MonkeyPatch

    def write(self, *texts: str) -> list[Payload]:
        """What the stream tells of these messages of alice's."""
        for text in texts:
            assert self.alice.send(self.group, text).status == 201
        return self.take()

    def take(self) -> list[Payload]:
        return self.phones.stream.take(self.alice.tenant_id)

    def hand_over(self, records: Sequence[Payload | bytes], **given: Any) -> dict[str, Any]:
        with in_one_thread():
            return deliver_changes.handler(given | kinesis_event(records), RoomyContext())

    def come_back(self, tries: int = 30) -> None:
        """Hand over what waits until nothing does."""
        with in_one_thread():
            for _ in range(tries):
                if not self.retries.come_back(RoomyContext()):
                    return
        raise AssertionError("something waits for ever")

    def instead(self, name: str, make: Callable[[Apply], Apply]) -> None:
        """Put another `apply` in the place of an effect's, made of its own."""

        def changed(effect: Effect) -> Effect:
            return replace(effect, apply=make(effect.apply)) if effect.name == name else effect

        changed_effects = tuple(changed(effect) for effect in deliver_changes.EFFECTS)
        self.monkeypatch.setattr(deliver_changes, "EFFECTS", changed_effects)

    # what each effect has done
    def on_socket(self) -> list[str]:
        return [event["data"]["text"] for event in self.socket.events if event["type"] == "message.created"]

    def queued(self) -> list[str]:
        """The deliveries in webhooks' queue, each once for every time that it was queued."""
        jobs = [Job.read(message.body) for message in self.sqs.queues[QUEUE]]
        return [str(job.event["data"]["text"]) for job in jobs]

    def on_phone(self) -> list[str]:
        return [str(shown.body).removeprefix("Alice: ") for shown in self.phones.take()]


@pytest.fixture
def delivering(
    tables: None, alice: Person, bob: Person, carol: Person, server: Person, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Delivering]:
    sockets = Sockets()
    monkeypatch.setattr(gateway, "client", lambda: sockets)
    monkeypatch.setattr(gateway, "BACKOFF_SECONDS", 0)
    give_key(alice.tenant_id)
    with using_queues() as sqs, using_phones() as phones, using_retries() as retries:
        create(server, "https://93.184.216.34/hook", "message.created", "message.deleted")
        phones.give(carol)
        group = alice.open_group(bob, carol)
        made = Delivering(alice, group, sockets.connect(bob), sockets, phones, sqs, retries, monkeypatch)
        made.take()
        yield made
    stored_settings.forget()


@pytest.fixture
def server(alice: Person) -> Person:
    return Person(alice.tenant_id, "", scope="server")
