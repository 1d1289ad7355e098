"""From a change to a tenant's server: signed, filtered, once, and tried again as the endpoint's answer asks for."""

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from parley.outbound import transport
from tests.functional.webhooks.conftest import MovingClock
from tests.support.people import Person, Workspace
from tests.support.webhooks import (
    Deliveries,
    Server,
    answer_when,
    closed_port,
    create,
    drip,
    flood,
    log_of,
    serving,
)

SCHEMA = json.loads((Path(__file__).parents[3] / "events" / "schemas" / "event.json").read_text())
A_DAY = 24 * 3600


@pytest.fixture
def server(acme: Workspace) -> Person:
    return acme.server


@pytest.fixture
def webhook(server: Person, endpoint: Server, general: str, deliveries: Deliveries) -> dict[str, Any]:
    """A webhook for new messages at `endpoint`, with nothing on its way."""
    made = create(server, endpoint.url, "message.created")
    deliveries.changes.take(server.tenant_id)
    return made


def test_an_event_arrives_signed(
    alice: Person, general: str, webhook: dict[str, Any], endpoint: Server, deliveries: Deliveries
) -> None:
    sent = alice.send(general, "Grüße 👋")
    deliveries.deliver(alice.tenant_id)
    (received,) = endpoint.received
    assert received.event["data"]["text"] == "Grüße 👋"
    assert received.event["entity_id"] == sent["id"]
    jsonschema.validate(received.event, SCHEMA)
    assert received.is_signed_with(webhook["secret"])
    assert not received.is_signed_with("whsec_other")
    assert received.headers["host"] == f"127.0.0.1:{endpoint.port}"
    assert received.headers["parley-webhook-id"] == webhook["id"]
    assert deliveries.waiting == []


def test_a_webhook_gets_the_events_that_it_asks_for(
    server: Person,
    alice: Person,
    bob: Person,
    general: str,
    webhook: dict[str, Any],
    deliveries: Deliveries,
    endpoint: Server,
) -> None:
    with serving() as everything:
        create(server, everything.url)
        sent = alice.send(general)
        bob.post(f"/v1/messages/{sent['id']}/reactions", {"reaction": "🎉"})
        alice.delete(f"/v1/messages/{sent['id']}")
        deliveries.deliver(alice.tenant_id)
        assert endpoint.types() == ["message.created"]
        assert {"message.created", "message.deleted", "reaction.added"} <= set(everything.types())


def test_while_a_secret_is_rotated_both_sign(
    server: Person,
    alice: Person,
    general: str,
    webhook: dict[str, Any],
    endpoint: Server,
    deliveries: Deliveries,
    moving_clock: MovingClock,
) -> None:
    rotated = server.post(f"/v1/webhooks/{webhook['id']}/rotate-secret", {"overlap_seconds": 60})["secret"]
    alice.send(general)
    deliveries.deliver(alice.tenant_id)
    assert endpoint.received[0].is_signed_with(rotated)
    assert endpoint.received[0].is_signed_with(webhook["secret"])
    moving_clock.pass_seconds(61)
    alice.send(general)
    deliveries.deliver(alice.tenant_id)
    assert endpoint.received[1].is_signed_with(rotated)
    assert not endpoint.received[1].is_signed_with(webhook["secret"])


@pytest.mark.parametrize("seed", range(5))
def test_records_that_come_twice_and_in_any_order_are_delivered_once(
    alice: Person, general: str, webhook: dict[str, Any], endpoint: Server, deliveries: Deliveries, seed: int
) -> None:
    sent = [alice.send(general, f"{number}")["id"] for number in range(5)]
    chance = random.Random(seed)  # noqa: S311 - the same orders in every run

    def twice(payloads: list[Any]) -> list[Any]:
        return chance.sample(payloads * 2, 2 * len(payloads))

    assert deliveries.dispatch(alice.tenant_id, twice) == {"batchItemFailures": []}
    first = deliveries.sqs.queues["https://sqs/webhooks"]
    copies = {json.loads(each.body)["delivery_id"] for each in first}
    assert (len(first), len(copies)) == (10, 5)
    while deliveries.waiting:  # one after the other, as the copies of a redelivery come
        held = deliveries.sqs.queues["https://sqs/webhooks"][1:]
        del deliveries.sqs.queues["https://sqs/webhooks"][1:]
        deliveries.attempt()
        deliveries.sqs.queues["https://sqs/webhooks"] += held
    assert sorted(each.event["entity_id"] for each in endpoint.received) == sorted(sent)


@pytest.mark.parametrize("status", [500, 503, 408, 425, 429, 302, 307, 100 + 200])
def test_what_may_succeed_later_is_tried_again(
    server: Person,
    alice: Person,
    general: str,
    webhook: dict[str, Any],
    endpoint: Server,
    deliveries: Deliveries,
    moving_clock: MovingClock,
    status: int,
) -> None:
    endpoint.status = status
    endpoint.answer_headers = {"Location": endpoint.url.replace("hook", "elsewhere")}
    alice.send(general)
    deliveries.deliver(alice.tenant_id)
    assert [each.path for each in endpoint.received] == ["/hook"], "a redirect is not followed"
    (entry,) = log_of(server, webhook)
    assert (entry["status"], entry["response_status"], entry["attempts"]) == ("pending", status, 1)
    assert deliveries.attempt() == 0, "not before it is due"
    moving_clock.pass_seconds(13)
    endpoint.status = 204
    deliveries.attempt()
    (entry,) = log_of(server, webhook)
    assert (entry["status"], entry["response_status"], entry["attempts"]) == ("delivered", 204, 2)
    assert deliveries.waiting == []
    assert len({each.event["id"] for each in endpoint.received}) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 451])
def test_what_would_be_refused_again_is_not_tried_again(
    server: Person,
    alice: Person,
    general: str,
    webhook: dict[str, Any],
    endpoint: Server,
    deliveries: Deliveries,
    status: int,
) -> None:
    endpoint.status = status
    alice.send(general)
    deliveries.deliver(alice.tenant_id)
    assert deliveries.waiting == []
    (entry,) = log_of(server, webhook)
    assert (entry["status"], entry["response_status"], entry["response"]) == ("failed", status, "ok")


def test_an_endpoint_may_say_when_to_come_back(
    alice: Person,
    general: str,
    webhook: dict[str, Any],
    endpoint: Server,
    deliveries: Deliveries,
    moving_clock: MovingClock,
) -> None:
    endpoint.status, endpoint.answer_headers = 429, {"Retry-After": "600"}
    alice.send(general)
    deliveries.deliver(alice.tenant_id)
    moving_clock.pass_seconds(590)
    assert deliveries.attempt() == 0
    moving_clock.pass_seconds(11)
    assert deliveries.attempt() == 1
    assert len(endpoint.received) == 2


@pytest.mark.parametrize("behave", [drip, flood])
def test_an_endpoint_that_is_slow_or_never_ends_takes_bounded_time(
    server: Person,
    alice: Person,
    general: str,
    webhook: dict[str, Any],
    endpoint: Server,
    deliveries: Deliveries,
    monkeypatch: pytest.MonkeyPatch,
    behave: Any,
) -> None:
    monkeypatch.setattr(transport, "DELIVERY", replace(transport.DELIVERY, exchange=0.3))
    endpoint.behave = behave
    alice.send(general)
    deliveries.deliver(alice.tenant_id)
    (entry,) = log_of(server, webhook)
    expected = ("pending", "timed_out") if behave is drip else ("delivered", None)
    assert (entry["status"], entry["failure"]) == expected
    assert len(entry["response"] or "") <= transport.SHOWN_CHARACTERS


def test_a_slow_endpoint_holds_up_no_other_tenant(
    alice: Person,
    general: str,
    webhook: dict[str, Any],
    endpoint: Server,
    deliveries: Deliveries,
    globex: Workspace,
) -> None:
    """In one batch: it answers only once the other tenant's server has been told."""
    mallory, mia = globex.person("mallory"), globex.person("mia")
    place = mallory.open_group(mia)
    with serving() as other:
        create(globex.server, other.url, "message.created")
        deliveries.changes.take(globex.tenant_id)
        endpoint.behave = lambda handler: answer_when(handler, lambda: other.received != [])
        alice.send(general)
        deliveries.dispatch(alice.tenant_id)
        mallory.send(place)
        deliveries.dispatch(globex.tenant_id)
        assert deliveries.attempt() == 2
        assert (len(endpoint.received), len(other.received)) == (1, 1)
        assert deliveries.waiting == []


def test_an_endpoint_that_is_down_is_tried_over_most_of_a_day_and_set_aside(
    server: Person, alice: Person, general: str, deliveries: Deliveries, local_stage: None, moving_clock: MovingClock
) -> None:
    webhook = create(server, f"http://127.0.0.1:{closed_port()}/", "message.created")
    alice.send(general)
    deliveries.deliver(alice.tenant_id)
    began = moving_clock.offset
    while deliveries.waiting:
        moving_clock.pass_seconds(900)
        deliveries.attempt()
    (entry,) = log_of(server, webhook)
    assert (entry["status"], entry["attempts"], entry["failure"]) == ("failed", 12, "connection_failed")
    assert 12 * 3600 < (moving_clock.offset - began) / 1000 < A_DAY
    (aside,) = deliveries.given_up
    assert aside["attempt"] == 0


def test_the_operator_has_what_was_given_up_tried_again(
    server: Person,
    alice: Person,
    general: str,
    webhook: dict[str, Any],
    endpoint: Server,
    deliveries: Deliveries,
    moving_clock: MovingClock,
) -> None:
    endpoint.status = 500
    alice.send(general)
    deliveries.deliver(alice.tenant_id)
    while deliveries.waiting:
        moving_clock.pass_seconds(900)
        deliveries.attempt()
    endpoint.status = 200
    moving_clock.pass_seconds(3600)
    assert server.post("/v1/admin/webhooks/redrive").code == "operator_required"
    operator = Person("_operator", "", scope="operator")
    assert operator.post("/v1/admin/webhooks/redrive").body == {"redriven": 1}
    assert deliveries.given_up == []
    deliveries.attempt()
    (entry,) = log_of(server, webhook)
    assert (entry["status"], entry["attempts"]) == ("delivered", 1)
    assert operator.post("/v1/admin/webhooks/redrive").body == {"redriven": 0}


def test_a_dead_endpoint_is_left_alone_and_others_are_served(
    server: Person,
    alice: Person,
    general: str,
    webhook: dict[str, Any],
    endpoint: Server,
    deliveries: Deliveries,
    globex: Workspace,
    moving_clock: MovingClock,
) -> None:
    mallory, mia = globex.person("mallory"), globex.person("mia")
    place = mallory.open_group(mia)
    with serving() as other:
        create(globex.server, other.url, "message.created")
        deliveries.changes.take(globex.tenant_id)
        endpoint.status = 500
        for number in range(6):
            alice.send(general, str(number))
            deliveries.deliver(alice.tenant_id)
        assert len(endpoint.received) == 5, "the circuit opened at the fifth failure"
        mallory.send(place)
        deliveries.dispatch(globex.tenant_id)
        deliveries.attempt()
        assert len(other.received) == 1
    statuses = [(entry["status"], entry["attempts"]) for entry in log_of(server, webhook)]
    assert statuses.count(("pending", 0)) == 1, "what waits for the circuit has not been attempted"
    moving_clock.pass_seconds(60)
    deliveries.attempt()
    assert len(endpoint.received) == 6, "one goes ahead to see"
    endpoint.status = 200
    for _ in range(5):
        moving_clock.pass_seconds(900)
        deliveries.attempt()
    assert {entry["status"] for entry in log_of(server, webhook)} == {"delivered"}


def test_a_failing_webhook_is_disabled_after_a_day_and_the_others_are_told(
    server: Person,
    alice: Person,
    general: str,
    webhook: dict[str, Any],
    endpoint: Server,
    deliveries: Deliveries,
    moving_clock: MovingClock,
) -> None:
    endpoint.status = 404
    with serving() as watching:
        watcher = create(server, watching.url, "webhook.disabled")
        deliveries.changes.take(server.tenant_id)
        for hour in range(26):
            alice.send(general, str(hour))
            deliveries.deliver(alice.tenant_id)
            moving_clock.pass_seconds(3600)
        shown = server.get(f"/v1/webhooks/{webhook['id']}")
        assert (shown["enabled"], shown["disabled_by"]) == (False, "parley")
        assert shown["disabled_reason"]
        deliveries.deliver(alice.tenant_id)
        (notice,) = watching.received
        jsonschema.validate(notice.event, SCHEMA)
        assert (notice.event["type"], notice.event["entity_id"]) == ("webhook.disabled", webhook["id"])
        assert server.get(f"/v1/webhooks/{watcher['id']}")["enabled"] is True
    received = len(endpoint.received)
    alice.send(general)
    deliveries.deliver(alice.tenant_id)
    assert len(endpoint.received) == received


def test_an_endpoint_that_is_gone_is_disabled_at_once_and_can_be_enabled_again(
    server: Person, alice: Person, general: str, webhook: dict[str, Any], endpoint: Server, deliveries: Deliveries
) -> None:
    path = f"/v1/webhooks/{webhook['id']}"
    endpoint.status = 410
    alice.send(general)
    deliveries.deliver(alice.tenant_id)
    assert server.get(path)["disabled_by"] == "parley"
    (entry,) = log_of(server, webhook)
    assert entry["status"] == "failed"
    assert server.post(f"{path}/deliveries/{entry['id']}/replay").code == "webhook_disabled"
    endpoint.status = 200
    server.put(path, {"enabled": True})
    assert server.post(f"{path}/deliveries/{entry['id']}/replay").status == 202
    deliveries.attempt()
    assert [each["status"] for each in log_of(server, webhook)] == ["delivered"]


def test_a_delivery_is_replayed_with_the_event_as_it_was(
    server: Person, alice: Person, general: str, webhook: dict[str, Any], endpoint: Server, deliveries: Deliveries
) -> None:
    sent = alice.send(general, "first words")
    deliveries.deliver(alice.tenant_id)
    alice.put(f"/v1/messages/{sent['id']}", {"text": "second thoughts"})
    (entry,) = log_of(server, webhook)
    replayed = server.post(f"/v1/webhooks/{webhook['id']}/deliveries/{entry['id']}/replay")
    assert (replayed.status, replayed["status"]) == (202, "pending")
    deliveries.attempt()
    assert [each.event["data"]["text"] for each in endpoint.received] == ["first words"] * 2
    assert endpoint.received[0].event == endpoint.received[1].event
    absent = server.post(f"/v1/webhooks/{webhook['id']}/deliveries/{'0' * 26}/replay")
    assert (absent.status, absent.code) == (404, "delivery_not_found")


def test_the_log_is_paged_newest_first(
    server: Person, alice: Person, general: str, webhook: dict[str, Any], endpoint: Server, deliveries: Deliveries
) -> None:
    for number in range(5):
        alice.send(general, str(number))
    deliveries.deliver(alice.tenant_id)
    whole = [entry["id"] for entry in log_of(server, webhook)]
    path, cursor, paged = f"/v1/webhooks/{webhook['id']}/deliveries", None, []
    while True:
        page = server.get(path, limit=2, **({"cursor": cursor} if cursor else {}))
        paged += [entry["id"] for entry in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == whole == sorted(whole, reverse=True)
    assert len(whole) == 5
    assert server.get(path, cursor="bm8").code == "invalid_cursor"


def test_what_sqs_does_not_take_is_reported_for_another_try(
    alice: Person, general: str, webhook: dict[str, Any], endpoint: Server, deliveries: Deliveries
) -> None:
    for number in range(3):
        alice.send(general, str(number))
    deliveries.sqs.refuses = 1
    answer = deliveries.dispatch(alice.tenant_id)
    assert len(answer["batchItemFailures"]) == 1


def test_a_webhook_that_is_removed_or_disabled_gets_nothing_more(
    server: Person, alice: Person, general: str, webhook: dict[str, Any], endpoint: Server, deliveries: Deliveries
) -> None:
    path = f"/v1/webhooks/{webhook['id']}"
    alice.send(general)
    deliveries.dispatch(alice.tenant_id)
    server.put(path, {"enabled": False})
    deliveries.attempt()
    assert [entry["status"] for entry in log_of(server, webhook)] == ["discarded"]
    server.put(path, {"enabled": True})
    alice.send(general)
    deliveries.dispatch(alice.tenant_id)
    server.delete(path)
    deliveries.attempt()
    assert (endpoint.received, deliveries.waiting) == ([], [])


def test_a_job_that_nobody_wrote_fails_alone(
    alice: Person, general: str, webhook: dict[str, Any], endpoint: Server, deliveries: Deliveries
) -> None:
    deliveries.sqs.send_message(QueueUrl="https://sqs/webhooks", MessageBody="{}")
    alice.send(general)
    deliveries.deliver(alice.tenant_id)
    assert len(endpoint.received) == 1
    assert deliveries.waiting == [{}]
