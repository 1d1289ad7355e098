"""Whichever call fails or is a dying function's last: no phone rings twice, and a failure loses nothing."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from parley.push import sns
from tests.support.dynamodb.change_stream import Payload
from tests.support.dynamodb.client_calls import Call, between
from tests.support.people.people import Person, Workspace
from tests.support.people.phones import Phones


class Died(BaseException):
    """The function was killed."""


class Fault:
    """The call of a number, to DynamoDB or SNS, that is not made, or after which the function dies."""

    def __init__(self, number: int, *, dies: bool) -> None:
        self.left, self.dies = number, dies
        self.met = False

    def meet(self, **_: Any) -> None:
        self.left -= 1
        if self.left == 0:
            self.met = True
            raise Died if self.dies else EndpointConnectionError(endpoint_url="https://aws")


@contextmanager
def injected(fault: Fault) -> Iterator[None]:
    moment = "after-call" if fault.dies else "before-call"
    events = sns.client().meta.events

    def faulty(call: Call) -> Call:
        def made(operation: str, parameters: dict[str, Any]) -> Any:
            if not fault.dies:
                fault.meet()
            answer = call(operation, parameters)
            if fault.dies:
                fault.meet()
            return answer

        return made

    events.register(f"{moment}.*.*", fault.meet)
    try:
        with between(faulty):
            yield
    finally:
        events.unregister(f"{moment}.*.*", fault.meet)


class Room:
    """Two messages of alice's, and the phones that they are for."""

    def __init__(self, acme: Workspace, alice: Person, phones: Phones, name: str) -> None:
        self.phones = phones
        bob, carol = acme.person(f"bob-{name}"), acme.person(f"carol-{name}")
        group = alice.open_group(bob, carol)
        self.tokens = [phones.give(bob, "fcm", "one"), phones.give(bob, "apns", "two"), phones.give(carol)]
        self.sent = [str(alice.send(group, f"{number}")["id"]) for number in range(2)]
        self.records: list[Payload] = phones.stream.take(acme.tenant_id)
        self.got: Counter[tuple[str, str]] = Counter()

    def hand_over(self) -> bool:
        """Whether all was applied."""
        try:
            return not self.phones.hand_over(self.records)["batchItemFailures"]
        finally:
            self.got.update((each.token, each.message_id) for each in self.phones.take())

    @property
    def once(self) -> dict[tuple[str, str], int]:
        return {(token, message_id): 1 for token in self.tokens for message_id in self.sent}


def test_a_call_that_fails_delays_pushes_and_neither_loses_nor_repeats_one(
    acme: Workspace, alice: Person, phones: Phones
) -> None:
    for number in range(1, 200):
        room, fault = Room(acme, alice, phones, f"fails{number}"), Fault(number, dies=False)
        applied = False
        with injected(fault), suppress(EndpointConnectionError):
            applied = room.hand_over()
        assert not (applied and room.got != room.once), f"call {number} lost a push"
        assert room.hand_over()
        assert room.got == room.once, f"call {number}"
        if not fault.met:
            break
    assert number > 20


def test_a_function_that_dies_after_any_call_repeats_no_push(
    acme: Workspace, alice: Person, phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 200):
        room, fault = Room(acme, alice, phones, f"dies{number}"), Fault(number, dies=True)
        with injected(fault), suppress(Died):
            room.hand_over()
        assert room.hand_over()
        assert set(room.got.values()) <= {1}, f"call {number}"
        assert room.got.keys() <= room.once.keys()
        if not fault.met:
            break
    assert number > 20
