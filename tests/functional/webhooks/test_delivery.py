"""From a change to a tenant's server: signed, filtered, once, and tried again as the endpoint's answer asks for."""

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from parley import clock
from parley.outbound import transport
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.expressions import Update
from parley.webhooks import signing_secrets
from tests.real import servers
from tests.support.aws.sqs import QUEUE
from tests.support.faults.interference import before_call
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace
from tests.support.people.tenant_servers import (
    Deliveries,
    Hook,
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


def test_an_event_arrives_signed(hook: Hook) -> None:
    sent = hook.tell("Grüße 👋")
    (received,) = hook.endpoint.received
    assert received.event["data"]["text"] == "Grüße 👋"
    assert received.event["entity_id"] == sent["id"]
    jsonschema.validate(received.event, SCHEMA)
    assert received.is_signed_with(hook.webhook["secret"])
    assert not received.is_signed_with("whsec_b3RoZXI=")
    assert received.headers["host"] == f"127.0.0.1:{hook.endpoint.port}"
    assert received.headers["parley-webhook-id"] == hook.webhook["id"]
    assert hook.deliveries.waiting == []


def test_a_webhook_gets_the_events_that_it_asks_for(hook: Hook, bob: Person) -> None:
    with serving() as everything:
        create(hook.server, everything.url)
        sent = hook.send()
        bob.post(f"/v1/messages/{sent['id']}/reactions", {"reaction": "🎉"})
        hook.sender.delete(f"/v1/messages/{sent['id']}")
        hook.deliveries.deliver(hook.sender.tenant_id)
        assert hook.endpoint.types() == ["message.created"]
        assert {"message.created", "message.deleted", "reaction.added"} <= set(everything.types())


def test_while_a_secret_is_rotated_both_sign(hook: Hook, moving_clock: MovingClock) -> None:
    rotated = hook.server.post(f"{hook.path}/rotate-secret", {"overlap_seconds": 60})["secret"]
    hook.tell()
    assert hook.endpoint.received[0].is_signed_with(rotated)
    assert hook.endpoint.received[0].is_signed_with(hook.webhook["secret"])
    moving_clock.pass_seconds(61)
    hook.tell()
    assert hook.endpoint.received[1].is_signed_with(rotated)
    assert not hook.endpoint.received[1].is_signed_with(hook.webhook["secret"])


def test_each_secret_signs_until_the_end_of_its_own_overlap(hook: Hook, moving_clock: MovingClock) -> None:
    """A second rotation, in haste or in leisure, neither ends nor lengthens the first one's."""
    made = [hook.webhook["secret"]]
    made += [
        hook.server.post(f"{hook.path}/rotate-secret", {"overlap_seconds": overlap})["secret"]
        for overlap in (3600, 60, 0)
    ]

    def signing() -> list[bool]:
        hook.tell()
        return [hook.endpoint.received[-1].is_signed_with(each) for each in made]

    assert signing() == [True, True, False, True]
    moving_clock.pass_seconds(61)
    assert signing() == [True, False, False, True]
    moving_clock.pass_seconds(3600)
    assert signing() == [False, False, False, True]


def test_a_secret_that_overlaps_from_before_ends_were_listed_keeps_its_end(hook: Hook) -> None:
    at = signing_secrets.secret_key(hook.sender.tenant_id, hook.webhook["id"])
    dynamodb.update(
        settings().control_table, at, Update().set(previous="whsec_old", previous_until=clock.now_ms() + 60_000)
    )
    hook.server.post(f"{hook.path}/rotate-secret", {"overlap_seconds": 60})
    hook.tell()
    assert hook.endpoint.received[0].is_signed_with("whsec_old")
    assert hook.endpoint.received[0].is_signed_with(hook.webhook["secret"])


def test_at_most_five_earlier_secrets_sign_at_once(hook: Hook, moving_clock: MovingClock) -> None:
    """A sixth waits until one has ended: none is cut short for it."""
    for _ in range(5):
        assert hook.server.post(f"{hook.path}/rotate-secret", {"overlap_seconds": 60}).status == 200
    refused = hook.server.post(f"{hook.path}/rotate-secret", {"overlap_seconds": 60})
    assert (refused.status, refused.code) == (409, "too_many_secrets")
    hook.tell()
    assert hook.endpoint.received[0].is_signed_with(hook.webhook["secret"])
    moving_clock.pass_seconds(61)
    assert hook.server.post(f"{hook.path}/rotate-secret", {"overlap_seconds": 60}).status == 200


@pytest.mark.parametrize("seed", range(5))
def test_records_that_come_twice_and_in_any_order_are_delivered_once(hook: Hook, seed: int) -> None:
    sent = [hook.send(f"{number}")["id"] for number in range(5)]
    chance = random.Random(seed)  # noqa: S311 - the same orders in every run

    def twice(payloads: list[Any]) -> list[Any]:
        return chance.sample(payloads * 2, 2 * len(payloads))

    assert hook.deliveries.dispatch(hook.sender.tenant_id, twice) == {"batchItemFailures": []}
    first = hook.deliveries.sqs.queues["https://sqs/webhooks"]
    copies = {json.loads(each.body)["delivery_id"] for each in first}
    assert (len(first), len(copies)) == (10, 5)
    while hook.deliveries.waiting:  # one after the other, as the copies of a redelivery come
        held = hook.deliveries.sqs.queues["https://sqs/webhooks"][1:]
        del hook.deliveries.sqs.queues["https://sqs/webhooks"][1:]
        hook.deliveries.attempt()
        hook.deliveries.sqs.queues["https://sqs/webhooks"] += held
    assert sorted(each.event["entity_id"] for each in hook.endpoint.received) == sorted(sent)


@pytest.mark.parametrize("status", [500, 503, 408, 425, 429, 302, 307, 100 + 200])
def test_what_may_succeed_later_is_tried_again(hook: Hook, moving_clock: MovingClock, status: int) -> None:
    hook.endpoint.status = status
    hook.endpoint.answer_headers = {"Location": hook.endpoint.url.replace("hook", "elsewhere")}
    hook.tell()
    assert [each.path for each in hook.endpoint.received] == ["/hook"], "a redirect is not followed"
    entry = hook.entry()
    assert (entry["status"], entry["response_status"], entry["attempts"]) == ("pending", status, 1)
    assert hook.deliveries.attempt() == 0, "not before it is due"
    moving_clock.pass_seconds(13)
    hook.endpoint.status = 204
    hook.deliveries.attempt()
    entry = hook.entry()
    assert (entry["status"], entry["response_status"], entry["attempts"]) == ("delivered", 204, 2)
    assert hook.deliveries.waiting == []
    assert len({each.event["id"] for each in hook.endpoint.received}) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 451])
def test_what_would_be_refused_again_is_not_tried_again(hook: Hook, status: int) -> None:
    hook.endpoint.status = status
    hook.tell()
    assert hook.deliveries.waiting == []
    entry = hook.entry()
    assert (entry["status"], entry["response_status"], entry["response"]) == ("failed", status, "ok")


def test_an_endpoint_may_say_when_to_come_back(hook: Hook, moving_clock: MovingClock) -> None:
    hook.endpoint.status, hook.endpoint.answer_headers = 429, {"Retry-After": "600"}
    hook.tell()
    moving_clock.pass_seconds(590)
    assert hook.deliveries.attempt() == 0
    moving_clock.pass_seconds(11)
    assert hook.deliveries.attempt() == 1
    assert len(hook.endpoint.received) == 2


@pytest.mark.parametrize("behave", [drip, flood])
def test_an_endpoint_that_is_slow_or_never_ends_takes_bounded_time(
    hook: Hook, monkeypatch: pytest.MonkeyPatch, behave: Any
) -> None:
    monkeypatch.setattr(transport, "DELIVERY", replace(transport.DELIVERY, exchange=0.3))
    hook.endpoint.behave = behave
    hook.tell()
    entry = hook.entry()
    expected = ("pending", "timed_out") if behave is drip else ("delivered", None)
    assert (entry["status"], entry["failure"]) == expected
    assert len(entry["response"] or "") <= transport.SHOWN_CHARACTERS


def test_a_slow_endpoint_holds_up_no_other_tenant(hook: Hook, globex: Workspace) -> None:
    """In one batch: it answers only once the other tenant's server has been told."""
    mallory, mia = globex.person("mallory"), globex.person("mia")
    place = mallory.open_group(mia)
    with serving() as other:
        create(globex.server, other.url, "message.created")
        hook.deliveries.changes.take(globex.tenant_id)
        hook.endpoint.behave = lambda handler: answer_when(handler, lambda: other.received != [])
        hook.send()
        hook.deliveries.dispatch(hook.sender.tenant_id)
        mallory.send(place)
        hook.deliveries.dispatch(globex.tenant_id)
        assert hook.deliveries.attempt() == 2
        assert (len(hook.endpoint.received), len(other.received)) == (1, 1)
        assert hook.deliveries.waiting == []


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


def test_the_operator_has_what_was_given_up_tried_again(hook: Hook, moving_clock: MovingClock) -> None:
    hook.endpoint.status = 500
    hook.tell()
    while hook.deliveries.waiting:
        moving_clock.pass_seconds(900)
        hook.deliveries.attempt()
    hook.endpoint.status = 200
    moving_clock.pass_seconds(3600)
    assert hook.server.post("/v1/admin/webhooks/redrive").code == "operator_required"
    operator = Person("_operator", "", scope="operator")
    assert operator.post("/v1/admin/webhooks/redrive").body == {"redriven": 1}
    assert hook.deliveries.given_up == []
    hook.deliveries.attempt()
    entry = hook.entry()
    assert (entry["status"], entry["attempts"]) == ("delivered", 1)
    assert operator.post("/v1/admin/webhooks/redrive").body == {"redriven": 0}


def test_a_dead_endpoint_is_left_alone_and_others_are_served(
    hook: Hook, globex: Workspace, moving_clock: MovingClock
) -> None:
    mallory, mia = globex.person("mallory"), globex.person("mia")
    place = mallory.open_group(mia)
    with serving() as other:
        create(globex.server, other.url, "message.created")
        hook.deliveries.changes.take(globex.tenant_id)
        hook.endpoint.status = 500
        for number in range(6):
            hook.tell(str(number))
        assert len(hook.endpoint.received) == 5, "the circuit opened at the fifth failure"
        mallory.send(place)
        hook.deliveries.dispatch(globex.tenant_id)
        hook.deliveries.attempt()
        assert len(other.received) == 1
    statuses = [(entry["status"], entry["attempts"]) for entry in hook.log()]
    assert statuses.count(("pending", 0)) == 1, "what waits for the circuit has not been attempted"
    moving_clock.pass_seconds(60)
    hook.deliveries.attempt()
    assert len(hook.endpoint.received) == 6, "one goes ahead to see"
    hook.endpoint.status = 200
    for _ in range(5):
        moving_clock.pass_seconds(900)
        hook.deliveries.attempt()
    assert {entry["status"] for entry in hook.log()} == {"delivered"}


def test_a_failing_webhook_is_disabled_after_a_day_and_the_others_are_told(
    hook: Hook, moving_clock: MovingClock
) -> None:
    hook.endpoint.status = 404
    with serving() as watching:
        watcher = create(hook.server, watching.url, "webhook.disabled")
        hook.deliveries.changes.take(hook.server.tenant_id)
        for hour in range(26):
            hook.tell(str(hour))
            moving_clock.pass_seconds(3600)
        shown = hook.shown()
        assert (shown["enabled"], shown["disabled_by"]) == (False, "parley")
        assert shown["disabled_reason"]
        hook.deliveries.deliver(hook.sender.tenant_id)
        (notice,) = watching.received
        jsonschema.validate(notice.event, SCHEMA)
        assert (notice.event["type"], notice.event["entity_id"]) == ("webhook.disabled", hook.webhook["id"])
        assert hook.server.get(f"/v1/webhooks/{watcher['id']}")["enabled"] is True
    received = len(hook.endpoint.received)
    hook.tell()
    assert len(hook.endpoint.received) == received


def test_an_endpoint_that_is_gone_is_disabled_at_once_and_can_be_enabled_again(hook: Hook) -> None:
    path = hook.path
    hook.endpoint.status = 410
    hook.tell()
    assert hook.server.get(path)["disabled_by"] == "parley"
    entry = hook.entry()
    assert entry["status"] == "failed"
    assert hook.server.post(f"{path}/deliveries/{entry['id']}/replay").code == "webhook_disabled"
    hook.endpoint.status = 200
    hook.server.put(path, {"enabled": True})
    assert hook.server.post(f"{path}/deliveries/{entry['id']}/replay").status == 202
    hook.deliveries.attempt()
    assert [each["status"] for each in hook.log()] == ["delivered"]


@pytest.mark.parametrize("status", [400, 500])
def test_what_was_delivered_stays_so_when_a_copy_of_the_job_fails(
    hook: Hook, moving_clock: MovingClock, status: int
) -> None:
    """SQS hands a job over again while it is attempted: the first attempt fails after the second has delivered."""
    hook.send()
    hook.deliveries.dispatch(hook.sender.tenant_id)
    hook.endpoint.status = status

    def attempt_the_copy() -> None:
        hook.endpoint.status = 200
        hook.deliveries.attempt()

    with before_call("UpdateItem", attempt_the_copy):
        hook.deliveries.attempt()
    delivered = hook.entry()
    assert (delivered["status"], delivered["response_status"]) == ("delivered", 200)
    assert (delivered["next_attempt_at"], delivered["failure"]) == (None, None)
    moving_clock.pass_seconds(60)
    hook.deliveries.attempt()
    assert (len(hook.endpoint.received), hook.entry()) == (2, delivered)


def test_what_was_delivered_stays_so_when_a_copy_of_the_job_finds_the_webhook_disabled(hook: Hook) -> None:
    hook.send()
    hook.deliveries.dispatch(hook.sender.tenant_id)
    (job,) = hook.deliveries.sqs.queues[QUEUE]
    hook.deliveries.attempt()
    delivered = hook.entry()
    hook.server.put(hook.path, {"enabled": False})
    hook.deliveries.sqs.queues[QUEUE].append(job)
    hook.deliveries.attempt()
    assert delivered["status"] == "delivered"
    assert (hook.deliveries.waiting, hook.entry()) == ([], delivered)


def test_a_delivery_is_replayed_with_the_event_as_it_was(hook: Hook) -> None:
    sent = hook.tell("first words")
    hook.sender.put(f"/v1/messages/{sent['id']}", {"text": "second thoughts"})
    entry = hook.entry()
    replayed = hook.server.post(f"{hook.path}/deliveries/{entry['id']}/replay")
    assert (replayed.status, replayed["status"]) == (202, "pending")
    hook.deliveries.attempt()
    assert [each.event["data"]["text"] for each in hook.endpoint.received] == ["first words"] * 2
    assert hook.endpoint.received[0].event == hook.endpoint.received[1].event
    absent = hook.server.post(f"{hook.path}/deliveries/{'0' * 26}/replay")
    assert (absent.status, absent.code) == (404, "delivery_not_found")


def test_the_log_is_paged_newest_first(hook: Hook) -> None:
    for number in range(5):
        hook.tell(str(number))
    whole = [entry["id"] for entry in hook.log()]
    path, cursor, paged = f"{hook.path}/deliveries", None, []
    while True:
        page = hook.server.get(path, limit=2, **({"cursor": cursor} if cursor else {}))
        paged += [entry["id"] for entry in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == whole == sorted(whole, reverse=True)
    assert len(whole) == 5
    assert hook.server.get(path, cursor="bm8").code == "invalid_cursor"


def test_what_sqs_does_not_take_is_reported_for_another_try(hook: Hook) -> None:
    for number in range(3):
        hook.send(str(number))
    hook.deliveries.sqs.refuses = 1
    answer = hook.deliveries.dispatch(hook.sender.tenant_id)
    assert len(answer["batchItemFailures"]) == 1


def test_a_webhook_that_is_removed_or_disabled_gets_nothing_more(hook: Hook) -> None:
    path = hook.path
    hook.send()
    hook.deliveries.dispatch(hook.sender.tenant_id)
    hook.server.put(path, {"enabled": False})
    hook.deliveries.attempt()
    assert [entry["status"] for entry in hook.log()] == ["discarded"]
    hook.server.put(path, {"enabled": True})
    hook.send()
    hook.deliveries.dispatch(hook.sender.tenant_id)
    hook.server.delete(path)
    hook.deliveries.attempt()
    assert (hook.endpoint.received, hook.deliveries.waiting) == ([], [])


def test_a_job_that_nobody_wrote_fails_alone(hook: Hook) -> None:
    hook.deliveries.sqs.send_message(QueueUrl="https://sqs/webhooks", MessageBody="{}")
    hook.tell()
    assert len(hook.endpoint.received) == 1
    assert hook.deliveries.waiting == [{}]


@pytest.mark.skipif(servers.is_chosen("dynamodb"), reason="a change has the moment of the server's own clock there")
def test_a_delivery_is_gone_once_its_week_has_passed(hook: Hook, moving_clock: MovingClock) -> None:
    hook.tell("old")
    moving_clock.pass_seconds(3 * A_DAY)
    hook.tell("young")
    young, old = hook.log()
    moving_clock.pass_seconds(4 * A_DAY + 60)
    assert [entry["id"] for entry in hook.log()] == [young["id"]]
    replay = f"/v1/webhooks/{hook.webhook['id']}/deliveries/{{}}/replay"
    assert hook.server.post(replay.format(old["id"])).code == "delivery_not_found"
    assert hook.server.post(replay.format(young["id"])).status == 202
    moving_clock.pass_seconds(8 * A_DAY)
    page = hook.server.get(f"/v1/webhooks/{hook.webhook['id']}/deliveries", limit=1)
    assert (page["data"], page["next_cursor"]) == ([], None)


def test_a_webhook_is_told_what_a_message_quotes(hook: Hook, bob: Person, general: str) -> None:
    said = hook.tell("first thing")["id"]
    bob.send(general, "as she said", quoted_message_id=said)
    hook.deliveries.deliver(hook.sender.tenant_id)
    event = hook.endpoint.received[-1].event
    assert event["data"]["quoted_message"]["text"] == "first thing"
    jsonschema.validate(event, SCHEMA)


def test_a_webhook_is_told_what_votes_come_to_and_of_nobody(
    hook: Hook, server: Person, alice: Person, general: str
) -> None:
    create(server, f"{hook.endpoint.url}/votes", "poll.updated")
    poll = {"question": "Lunch?", "options": [{"text": "Yes"}, {"text": "No"}], "anonymous": True}
    message_id = str(alice.send(general, "", poll=poll)["id"])
    hook.deliveries.deliver(alice.tenant_id)
    hook.endpoint.received.clear()
    for option in "121":
        assert alice.put(f"/v1/messages/{message_id}/votes", {"options": [option]}).status == 200
    hook.deliveries.deliver(alice.tenant_id)
    (received,) = [each for each in hook.endpoint.received if each.event["type"] == "poll.updated"]
    assert received.event["data"]["poll_results"]["counts"] == {"1": 1, "2": 0}
    assert "alice" not in json.dumps(received.event)
