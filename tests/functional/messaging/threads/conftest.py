"""A thread in the group `general`, and the change stream with the consumer that makes users follow threads."""

import importlib
from collections.abc import Sequence
from typing import Any

import pytest

from tests.support.aws.aws_calls import recording
from tests.support.aws.gateway import Context
from tests.support.aws.sockets import consumer_of
from tests.support.dynamodb.change_stream import ChangeStream, Payload, kinesis_event
from tests.support.people.people import Person


class Upkeep:
    """What was written since the last time, handed to the consumer."""

    def __init__(self) -> None:
        self._stream = ChangeStream()

    def take(self) -> list[Payload]:
        return self._stream.take()

    def hand_over(self, payloads: Sequence[Payload]) -> None:
        """One batch, within what the consumer is granted."""
        consumer: Any = importlib.import_module("functions.streams.roll_up_usage")
        with recording() as calls:
            answer = consumer.handler(kinesis_event(payloads), Context())
        assert answer == {"batchItemFailures": []}
        assert not calls.denied(consumer_of("streams/roll_up_usage").grants)

    def catch_up(self) -> None:
        """Until nothing new is written: what the consumer writes is told too."""
        while payloads := self.take():
            self.hand_over(payloads)


@pytest.fixture
def upkeep(tables: None) -> Upkeep:
    return Upkeep()


@pytest.fixture
def root(alice: Person, general: str, upkeep: Upkeep) -> str:
    """The id of a message of alice's."""
    return str(alice.send(general, "Who is in?")["id"])
