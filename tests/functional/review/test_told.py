"""What is told of cases, decisions and appeals: webhooks of all, and whom a decision concerns of their own."""

from typing import Any

from parley.streams.events import events_of
from parley.webhooks.dispatch import wants
from parley.webhooks.items import WebhookItem
from tests.functional.review.test_appeals import answer, appeal, decided
from tests.functional.review.test_cases import path
from tests.support.aws.sockets import Sockets, Stream
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.people.people import Person

EVERYTHING = WebhookItem(webhook_id="w", events=[])


def told(stream: ChangeStream) -> list[Any]:
    """What webhooks are told of moderation."""
    wanted = {"case", "moderation_decision"}
    events = [each for change in changes(stream.take()) if change.entity in wanted for each in events_of(change)]
    return [each for each in events if wants(EVERYTHING, each)]


def test_webhooks_are_told_of_all_that_happens(
    maria: Person, nora: Person, bob: Person, alice: Person, carol: Person, room: str
) -> None:
    stream = ChangeStream()
    sent = str(bob.send(room, "rude")["id"])
    alice.post(f"/v1/messages/{sent}/flag", {})
    carol.post(f"/v1/messages/{sent}/flag", {})
    (opened,) = told(stream)
    assert (opened.type, opened.conversation_id, opened.data["status"]) == ("case.opened", None, "open")
    maria.post(f"{path(sent)}/claim")
    nora.post(f"{path(sent)}/claim", {"take_over": True})
    claimed = told(stream)
    assert [each.type for each in claimed] == ["case.claimed", "case.claimed"]
    assert [each.data["claim"]["moderator_id"] for each in claimed] == ["maria", "nora"]
    decision = decided(nora, bob, sent, "warn")
    assert sorted(each.type for each in told(stream)) == ["case.decided", "moderation.decided"]
    appeal(bob, decision)
    answer(maria, decision, "overturned")
    assert [each.type for each in told(stream)] == ["appeal.filed", "appeal.decided"]
    nora.post(f"{path(sent)}/reopen")
    assert [each.type for each in told(stream)] == ["case.opened"]


def test_devices_are_told_of_ones_own_decisions_alone(
    maria: Person, bob: Person, alice: Person, room: str, sockets: Sockets, stream: Stream
) -> None:
    sent = str(bob.send(room, "rude")["id"])
    stream.deliver()
    hers, his = sockets.connect(alice), sockets.connect(bob)
    since = bob.get("/v1/events")["next_cursor"]
    alice.post(f"/v1/messages/{sent}/flag", {})
    decision = decided(maria, bob, sent, "warn")
    stream.deliver()
    (event,) = his.take()
    assert (event["type"], event["data"]["id"], event["data"]["user_id"]) == ("moderation.decided", decision, "bob")
    assert not {"note", "decided_by"} & event["data"].keys()
    appeal(bob, decision)
    answer(maria, decision, "upheld")
    stream.deliver()
    assert his.types() == ["appeal.filed", "appeal.decided"]
    assert hers.types() == []
    replayed = [each["type"] for each in bob.get("/v1/events", after=since)["data"]]
    assert {"moderation.decided", "appeal.filed", "appeal.decided"} <= set(replayed)
    assert not [each for each in replayed if each.startswith("case.")]
