"""What consumers of the stream share: poison is reported and the rest is applied."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from parley.streams.changes import Change
from parley.streams.consumer import consume
from tests.support.aws.gateway import Context
from tests.support.dynamodb.change_stream import FIRST_SEQUENCE, kafka_event, kinesis_event
from tests.unit.test_changes import payload

ENTITIES = frozenset({"message"})
Batch = Callable[..., dict[str, Any]]


def identifiers(answer: dict[str, Any]) -> list[Any]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@pytest.mark.parametrize("batch", [kinesis_event, kafka_event])
def test_poison_is_reported_and_the_rest_is_applied(batch: Batch) -> None:
    applied: list[int] = []
    event = batch([payload(1), b"poison", payload(2)])
    answer = consume(
        event,
        Context(),
        lambda changes: applied.extend(change.version for change in changes),
        entities=ENTITIES,
        name="test",
    )
    assert applied == [1, 2]
    expected: Any = str(FIRST_SEQUENCE + 1)
    if batch is kafka_event:
        expected = {"partition": "chat.messages-0", "offset": 1}
    assert identifiers(answer) == [expected]


def test_what_could_not_be_applied_is_reported_by_its_sequence() -> None:
    def second(changes: Sequence[Change]) -> list[Change]:
        return [changes[1]]

    event = kinesis_event([payload(1), payload(2), payload(3)])
    answer = consume(event, Context(), second, entities=ENTITIES, name="test")
    assert identifiers(answer) == [str(FIRST_SEQUENCE + 1)]


def test_nothing_failed_is_an_empty_answer() -> None:
    answer = consume(kinesis_event([payload()]), Context(), lambda _: None, entities=ENTITIES, name="test")
    assert answer == {"batchItemFailures": []}


def test_a_consumer_does_not_see_what_it_ignores() -> None:
    def never(_: Sequence[Change]) -> None:
        raise AssertionError

    answer = consume(kinesis_event([payload()]), Context(), never, entities={"user"}, name="test")
    assert answer == {"batchItemFailures": []}


def test_a_batch_of_poison_alone_is_reported_not_raised() -> None:
    answer = consume(kinesis_event([b"1", b"2"]), Context(), lambda _: None, entities=ENTITIES, name="test")
    assert len(identifiers(answer)) == 2


def test_what_apply_raises_fails_the_whole_batch() -> None:
    def fail(_: Sequence[Change]) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        consume(kinesis_event([payload()]), Context(), fail, entities=ENTITIES, name="test")
