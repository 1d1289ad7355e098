"""One consumer, several effects: each fails, waits and is tried again alone, and none is lost."""

import itertools
import json
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.streams import deliver_changes
from parley.streams import effects, redrive, retries
from parley.streams.changes import Change
from tests.functional.streams.conftest import NOTHING_FAILED, Apply, Delivering
from tests.support.aws.event_source_mapping import Functions
from tests.support.dynamodb.change_stream import Payload, kafka_event
from tests.support.faults.dynamodb_faults import faulty, unreachable
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.people import Person
from tests.support.people.phones import RoomyContext

NAMES = tuple(effect.name for effect in deliver_changes.EFFECTS if effect.name != "notice_links")
"""That one wants links alone, and is tested with previews."""
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:test"
MOST_CALLS = 40


class Died(BaseException):
    """The function was killed."""


def done_by(delivering: Delivering) -> dict[str, list[str]]:
    """By effect, the messages that it was seen to tell."""
    return {
        "deliver_realtime": delivering.on_socket(),
        "deliver_webhooks": delivering.queued(),
        "send_push": delivering.on_phone(),
    }


def raising(error: type[BaseException]) -> Callable[[Apply], Apply]:
    def make(_: Apply) -> Apply:
        def apply(_changes: Sequence[Change], _seconds: float) -> None:
            raise error

        return apply

    return make


def refusing(text: str) -> Callable[[Apply], Apply]:
    """An effect that cannot bear one message, and raises for any batch with it."""

    def make(own: Apply) -> Apply:
        def apply(changes: Sequence[Change], seconds: float) -> Any:
            if any(change.text("text") == text for change in changes):
                raise MemoryError
            return own(changes, seconds)

        return apply

    return make


def test_every_effect_is_applied_to_what_one_invocation_reads(delivering: Delivering) -> None:
    assert delivering.hand_over(delivering.write("one", "two")) == NOTHING_FAILED
    assert done_by(delivering) == {key: ["one", "two"] for key in NAMES}
    assert delivering.retries.waiting() == []


@pytest.mark.parametrize("name", NAMES)
def test_an_effect_that_raises_neither_repeats_nor_holds_up_another(delivering: Delivering, name: str) -> None:
    own = deliver_changes.EFFECTS
    delivering.instead(name, raising(ConnectionError))
    assert delivering.hand_over(delivering.write("one")) == NOTHING_FAILED
    told = done_by(delivering)
    assert told == {each: [] if each == name else ["one"] for each in NAMES}
    assert set(delivering.retries.waiting()) == {name}
    delivering.monkeypatch.setattr(deliver_changes, "EFFECTS", own)
    delivering.come_back()
    assert delivering.on_socket() == ["one"]
    assert delivering.queued() == ["one"]
    assert delivering.on_phone() == (["one"] if name == "send_push" else [])
    assert delivering.retries.set_aside() == []


@pytest.mark.parametrize("name", NAMES)
def test_whichever_call_of_an_effect_fails_all_is_told_in_the_end(delivering: Delivering, name: str) -> None:
    for number in range(1, MOST_CALLS):
        text = f"{name} {number}"
        met: list[int] = []

        def make(own: Apply, number: int = number, met: list[int] = met) -> Apply:
            def apply(changes: Sequence[Change], seconds: float) -> Any:
                def fail(call: int, operation: str) -> Exception | None:
                    if call != number or met:
                        return None
                    met.append(call)
                    return unreachable(operation)

                with faulty(fail):
                    return own(changes, seconds)

            return apply

        with pytest.MonkeyPatch.context() as monkeypatch:
            delivering.monkeypatch = monkeypatch
            delivering.instead(name, make)
            assert delivering.hand_over(delivering.write(text)) == NOTHING_FAILED
            assert set(delivering.retries.waiting()) <= {name}
            delivering.come_back()
        assert set(delivering.on_socket()) >= {text}
        assert set(delivering.queued()) >= {text}
        assert delivering.on_phone().count(text) == 1
        if not met:
            break
    assert number > 1
    assert not met, "there are more calls than were tried"


@pytest.mark.parametrize("name", NAMES)
def test_wherever_the_function_dies_the_batch_comes_again_and_all_is_told(delivering: Delivering, name: str) -> None:
    """Nothing was handed over then: the event source mapping repeats all effects, and a phone still rings once."""
    for number in range(1, MOST_CALLS):
        text = f"{name} {number}"
        met: list[int] = []

        def make(own: Apply, number: int = number, met: list[int] = met) -> Apply:
            def apply(changes: Sequence[Change], seconds: float) -> Any:
                def die(call: int, _: str) -> Exception | None:
                    if call == number:
                        met.append(call)
                        raise Died
                    return None

                with faulty(die):
                    return own(changes, seconds)

            return apply

        records = delivering.write(text)
        with pytest.MonkeyPatch.context() as monkeypatch:
            delivering.monkeypatch = monkeypatch
            delivering.instead(name, make)
            if number_of_deaths(delivering, records) == 0:
                break
        assert delivering.hand_over(records) == NOTHING_FAILED
        delivering.come_back()
        assert text in delivering.on_socket()
        assert text in delivering.queued()
        assert delivering.on_phone().count(text) <= 1
    assert number > 1


def number_of_deaths(delivering: Delivering, records: Sequence[Payload]) -> int:
    try:
        delivering.hand_over(records)
    except Died:
        return 1
    return 0


@pytest.mark.parametrize("name", NAMES)
def test_what_one_effect_cannot_bear_is_set_aside_for_it_alone(delivering: Delivering, name: str) -> None:
    own = deliver_changes.EFFECTS
    texts = [f"{number}" for number in range(5)]
    delivering.instead(name, refusing("3"))
    assert delivering.hand_over(delivering.write(*texts)) == NOTHING_FAILED
    delivering.come_back()
    told = done_by(delivering)
    assert {each: sorted(told[each]) for each in NAMES} == {
        each: [text for text in texts if each != name or text != "3"] for each in NAMES
    }
    assert delivering.retries.set_aside() == [(name, 1)]
    delivering.monkeypatch.setattr(deliver_changes, "EFFECTS", own)
    assert redriven(delivering) == (1, 0)
    assert "3" in delivering.on_socket()
    assert delivering.queued().count("3") == 1
    assert delivering.on_phone() == (["3"] if name == "send_push" else [])


def redriven(delivering: Delivering) -> tuple[int, int]:
    """Redrive what lies in the bucket: how many objects were applied, how many stay."""
    s3: Any = boto3.client("s3")
    bucket = f"aside-{delivering.alice.tenant_id}"
    s3.create_bucket(Bucket=bucket)
    for key, failure in delivering.retries.objects.items():
        s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(failure).encode())

    def invoke(event: dict[str, Any]) -> dict[str, Any]:
        with in_one_thread():
            return deliver_changes.handler(event, RoomyContext())

    result = redrive.do_redrive(redrive.Clients(s3, Functions({FUNCTION: invoke}), None), bucket=bucket)
    return result.applied, result.failed


@pytest.mark.parametrize("name", NAMES)
def test_what_is_still_not_applied_stays_set_aside(delivering: Delivering, name: str) -> None:
    delivering.instead(name, refusing("bad"))
    delivering.hand_over(delivering.write("bad"))
    delivering.come_back()
    assert redriven(delivering) == (0, 1)
    assert delivering.retries.waiting() == [], "a redrive hands nothing over"


def test_tries_wait_longer_and_longer(delivering: Delivering) -> None:
    delivering.instead("send_push", raising(ConnectionError))
    delivering.hand_over([each for each in delivering.write("one") if is_message(each)])
    delays = []
    while delivering.retries.messages:
        delays += [message.delay for message in delivering.retries.messages]
        delivering.retries.come_back(RoomyContext())
    assert delays == [0, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert delivering.retries.set_aside() == [("send_push", 1)]


def is_message(record: Payload) -> bool:
    return bool(record["dynamodb"]["Keys"]["sk"]["S"].startswith("M#"))


@pytest.mark.parametrize("name", NAMES)
def test_a_slow_effect_is_not_waited_for_again(
    delivering: Delivering, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is slow once; after that what it wants goes through the queue, and the others go on."""
    own, now, invoked = deliver_changes.EFFECTS, [1000.0], []
    monkeypatch.setattr("parley.streams.effects.time.monotonic", lambda: now[0])

    def make(apply: Apply) -> Apply:
        def slow(changes: Sequence[Change], seconds: float) -> Any:
            invoked.append(name)
            now[0] += seconds + 1
            return apply(changes, seconds)

        return slow

    delivering.instead(name, make)
    delivering.hand_over(delivering.write("one"))
    delivering.hand_over(delivering.write("two"))
    assert invoked == [name]
    assert done_by(delivering) == {each: ["one"] if each == name else ["one", "two"] for each in NAMES}
    assert delivering.retries.waiting() == [name]
    delivering.monkeypatch.setattr(deliver_changes, "EFFECTS", own)
    delivering.come_back()
    now[0] += effects.REST_SECONDS
    delivering.hand_over(delivering.write("three"))
    assert delivering.on_socket() == ["one", "two", "three"]
    assert delivering.queued() == ["one", "two", "three"]
    assert delivering.retries.waiting() == []


def test_where_the_queue_takes_nothing_the_batch_comes_again(delivering: Delivering) -> None:
    own = deliver_changes.EFFECTS
    delivering.instead("deliver_webhooks", raising(ConnectionError))
    delivering.retries.is_down = True
    records = delivering.write("one")
    assert delivering.hand_over(records)["batchItemFailures"]
    delivering.monkeypatch.setattr(deliver_changes, "EFFECTS", own)
    assert delivering.hand_over(records) == NOTHING_FAILED
    assert set(delivering.on_socket()) == {"one"}
    assert delivering.queued() == ["one"]
    assert delivering.on_phone() == ["one"]


def test_a_record_that_is_no_change_is_set_aside_at_once_and_stays_so(delivering: Delivering) -> None:
    one, *rest = delivering.write("one")
    assert delivering.hand_over([one, b"poison", *rest]) == NOTHING_FAILED
    assert done_by(delivering) == {key: ["one"] for key in NAMES}
    assert delivering.retries.set_aside() == [("+".join(each.name for each in deliver_changes.EFFECTS), 1)]
    assert redriven(delivering) == (0, 1)
    delivering.retries.is_down = True
    assert len(delivering.hand_over([b"poison"])["batchItemFailures"]) == 1


def test_a_record_that_no_message_holds_is_set_aside_at_once(
    delivering: Delivering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retries, "BYTES_PER_MESSAGE", 2500)
    delivering.instead("send_push", raising(ConnectionError))
    assert delivering.hand_over(delivering.write("short", secrets.token_hex(1500))) == NOTHING_FAILED
    assert delivering.retries.set_aside() == [("send_push", 1)]
    assert delivering.retries.waiting() == ["send_push"]


def test_what_comes_by_kafka_is_tried_again_as_it_came(delivering: Delivering) -> None:
    own = deliver_changes.EFFECTS
    delivering.instead("send_push", raising(ConnectionError))
    with in_one_thread():
        assert deliver_changes.handler(kafka_event(delivering.write("one")), RoomyContext()) == NOTHING_FAILED
    delivering.monkeypatch.setattr(deliver_changes, "EFFECTS", own)
    delivering.come_back()
    assert delivering.on_phone() == ["one"]


def test_a_shown_reply_that_was_buried_before_its_record_is_poison_to_no_effect(
    delivering: Delivering, server: Person
) -> None:
    alice, group = delivering.alice, delivering.group
    root = alice.send(group, "lunch?")
    reply = alice.send(group, "yes", parent_id=root["id"], show_in_conversation=True)
    early = delivering.take()
    assert server.delete(f"/v1/messages/{reply['id']}", hard="true").status == 204
    late = delivering.take()
    for records in (early, late, late, early, [*late, *early][::-1]):
        assert delivering.hand_over(records) == NOTHING_FAILED
        assert (delivering.retries.waiting(), delivering.retries.set_aside()) == ([], [])
    for name in NAMES:
        assert delivering.hand_over(early, effects=[name]) == NOTHING_FAILED
    shown = delivering.on_socket()
    assert "lunch?" in shown
    assert "yes" not in shown
    assert delivering.on_phone() == ["lunch?"]


FATES = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(1, 12), st.booleans()), min_size=0, max_size=6)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(fates=FATES, order=st.randoms(use_true_random=False), cuts=st.lists(st.integers(0, 8), max_size=3))
def test_whatever_fails_and_in_whatever_order_every_effect_tells_everything(
    delivering: Delivering, fates: list[tuple[str, int, bool]], order: Any, cuts: list[int]
) -> None:
    """Records twice, in any order and batches; calls of effects fail at random, before or after they are made."""
    before = len(delivering.on_socket())
    texts = [f"{before}.{number}" for number in range(4)]
    records = delivering.write(*texts) * 2
    order.shuffle(records)
    pending = list(fates)

    def make(name: str) -> Callable[[Apply], Apply]:
        def wrapped(own: Apply) -> Apply:
            def apply(changes: Sequence[Change], seconds: float) -> Any:
                fate = next((each for each in pending if each[0] == name), None)
                if fate is None:
                    return own(changes, seconds)
                pending.remove(fate)
                with faulty(lambda call, operation: unreachable(operation) if call == fate[1] else None):
                    left = own(changes, seconds)
                if fate[2]:
                    raise ConnectionError
                return left

            return apply

        return wrapped

    with pytest.MonkeyPatch.context() as monkeypatch:
        delivering.monkeypatch = monkeypatch
        for name in NAMES:
            delivering.instead(name, make(name))
        edges = [0, *sorted(cuts), len(records)]
        for first, last in itertools.pairwise(edges):
            assert delivering.hand_over(records[first:last]) == NOTHING_FAILED
        delivering.come_back()
    assert set(delivering.on_socket()) >= set(texts)
    assert set(delivering.queued()) >= set(texts)
    assert sorted(delivering.on_phone()) == texts
    assert delivering.retries.set_aside() == []
