"""What becomes of devices, their tokens and SNS's endpoints as messages are pushed to them."""

from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from parley.push import devices, sns
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.expressions import Update
from parley.tables.keys import Key
from tests.functional.push.test_delivery import set_tenant, texts
from tests.support.dynamodb.change_stream import kafka_event, kinesis_event
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace
from tests.support.people.phones import Phones, endpoint_of, new_messages


def test_records_that_come_again_ring_no_phone_again(alice: Person, bob: Person, general: str, phones: Phones) -> None:
    phones.give(bob, "fcm", "one")
    alice.send(general, "once")
    records = phones.stream.take(alice.tenant_id)
    phones.hand_over([*records, *records])
    phones.give(bob, "fcm", "two")
    phones.hand_over(records)
    assert len(phones.take()) == 2, "the first phone once; the second, which is new, once"
    phones.invoke(kafka_event(new_messages(records)))
    assert phones.take() == []


def test_a_token_that_changes_hands_rings_once_for_a_message(
    acme: Workspace, alice: Person, bob: Person, carol: Person, phones: Phones
) -> None:
    group = alice.open_group(bob, carol)
    token = phones.give(bob)
    alice.send(group)
    records = phones.stream.take(acme.tenant_id)
    phones.hand_over(records)
    phones.register(carol, token)
    phones.hand_over(records)
    assert len(phones.take()) == 1


def test_a_refused_token_takes_its_device_away(alice: Person, bob: Person, general: str, phones: Phones) -> None:
    token = phones.give(bob)
    alice.send(general)
    phones.push(alice.tenant_id)
    endpoint_of(token).attributes["Enabled"] = False
    alice.send(general)
    assert phones.push(alice.tenant_id) == []
    assert bob.get("/v1/users/me/devices").body == {"data": []}
    assert endpoint_of(token) is None


def test_a_token_that_the_app_has_registered_since_is_enabled_again_once(
    alice: Person, bob: Person, general: str, phones: Phones, moving_clock: MovingClock
) -> None:
    token = phones.give(bob)
    alice.send(general)
    phones.push(alice.tenant_id)
    for expected in (1, 0):
        endpoint_of(token).attributes["Enabled"] = False
        moving_clock.pass_seconds(1)
        if expected:
            phones.register(bob, token)
        alice.send(general)
        assert len(phones.push(alice.tenant_id)) == expected
    assert bob.get("/v1/users/me/devices").body == {"data": []}


def test_a_device_with_another_token_keeps_its_endpoint(
    alice: Person, bob: Person, general: str, phones: Phones
) -> None:
    phones.give(bob)
    alice.send(general)
    (first,) = phones.push(alice.tenant_id)
    arn = endpoint_of(first.token).arn
    endpoint_of(first.token).attributes["Enabled"] = False
    fresh = phones.give(bob)
    alice.send(general)
    (second,) = phones.push(alice.tenant_id)
    assert (second.token, endpoint_of(fresh).arn) == (fresh, arn)


def test_an_endpoint_that_sns_has_lost_is_made_again(alice: Person, bob: Person, general: str, phones: Phones) -> None:
    token = phones.give(bob)
    alice.send(general)
    phones.push(alice.tenant_id)
    sns.delete_endpoint(endpoint_of(token).arn)
    alice.send(general)
    assert len(phones.push(alice.tenant_id)) == 1
    alice.send(general)
    assert len(phones.push(alice.tenant_id)) == 1


def test_an_endpoint_that_exists_with_other_attributes_is_taken_over(
    alice: Person, bob: Person, general: str, phones: Phones
) -> None:
    """Made by a crashed push or an earlier owner, and disabled since."""
    token = phones.give(bob)
    alice.send(general)
    phones.push(alice.tenant_id)
    endpoint_of(token).attributes["Enabled"] = False
    entry = devices.load(bob.tenant_id, "bob").devices["phone"]
    dynamodb.update(
        settings().control_table,
        Key(keys.user(bob.tenant_id, "bob"), keys.PUSH_SK),
        Update().remove((entry.attribute, "endpoint")),
    )
    alice.send(general)
    assert len(phones.push(alice.tenant_id)) == 1


def test_a_tenants_own_application_stands_before_the_stages(
    alice: Person, bob: Person, general: str, phones: Phones, moving_clock: MovingClock
) -> None:
    made = sns.client().create_platform_application(
        Name="parley-test-acme", Platform="GCM", Attributes={"PlatformCredential": "acme's"}
    )
    set_tenant(alice.tenant_id, push={"fcm": made["PlatformApplicationArn"]})
    moving_clock.pass_seconds(61)
    token = phones.give(bob)
    alice.send(general)
    assert len(phones.push(alice.tenant_id)) == 1
    assert endpoint_of(token).application.name == "parley-test-acme"


def test_an_application_that_is_gone_fails_no_record(
    alice: Person, bob: Person, general: str, phones: Phones, moving_clock: MovingClock
) -> None:
    set_tenant(alice.tenant_id, push={"fcm": "arn:aws:sns:us-east-1:123456789012:app/GCM/parley-test-gone"})
    moving_clock.pass_seconds(61)
    phones.give(bob)
    alice.send(general)
    assert phones.hand_over(phones.stream.take(alice.tenant_id)) == {"batchItemFailures": []}
    assert len(bob.get("/v1/users/me/devices")["data"]) == 1


class Failing:
    """SNS that fails the next publish in some way."""

    def __init__(self, error: Exception) -> None:
        self.error: Exception | None = error
        self.real = sns.client()

    def publish(self, **arguments: Any) -> Any:
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        return self.real.publish(**arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


@pytest.mark.parametrize(
    ("error", "tried_again"),
    [
        (ConnectTimeoutError(endpoint_url="https://sns"), True),
        (ReadTimeoutError(endpoint_url="https://sns"), False),
    ],
)
def test_only_what_sns_surely_did_not_take_is_tried_again(
    alice: Person,
    bob: Person,
    general: str,
    phones: Phones,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    tried_again: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    phones.give(bob)
    alice.send(general, "hello")
    records = phones.stream.take(alice.tenant_id)
    failing = Failing(error)
    monkeypatch.setattr(sns, "client", lambda: failing)
    assert len(phones.hand_over(records)["batchItemFailures"]) == int(tried_again)
    assert phones.hand_over(records) == {"batchItemFailures": []}
    assert len(phones.take()) == int(tried_again)


def test_poison_fails_alone(alice: Person, bob: Person, general: str, phones: Phones) -> None:
    phones.give(bob)
    alice.send(general, "good")
    (good,) = new_messages(phones.stream.take(alice.tenant_id))
    assert isinstance(good, dict)
    image = {name: value for name, value in good["dynamodb"]["NewImage"].items() if name != "created_at"}
    bad = good | {"dynamodb": good["dynamodb"] | {"NewImage": image}}
    answer = phones.invoke(kinesis_event([b"no record of ours", bad, good]))
    assert len(answer["batchItemFailures"]) == 2
    assert texts(phones.take()) == ["Alice: good"]
