"""What a list of conversations and the unread totals cost: by what changed and what is shown, not by what exists."""

import importlib

import pytest

from tests.support.aws.gateway import Context
from tests.support.dynamodb.change_stream import ChangeStream, kinesis_event
from tests.support.dynamodb.meter import Cost, metered
from tests.support.people import scale
from tests.support.people.clocks import Clock
from tests.support.people.people import Person, Workspace

HOUR = 3600


def consume(stream: ChangeStream, tenant_id: str) -> Cost:
    """Hand what `chat` wrote to the consumer, through its handler."""
    handler = importlib.import_module("functions.streams.roll_up_usage").handler
    with metered() as cost:
        assert handler(kinesis_event(stream.take(tenant_id)), Context()) == {"batchItemFailures": []}
    return cost


def cost_of(who: Person, path: str, **query: object) -> Cost:
    with metered() as cost:
        assert who.get(path, **query).status == 200
    return cost


@pytest.mark.parametrize("count", [500, 5_000])
def test_a_page_of_50_and_the_totals_follow_what_was_active(
    acme: Workspace, alice: Person, bob: Person, moved_clock: Clock, count: int
) -> None:
    """100 were active within the day, 60 have something unread, ten of which were sent to since the list was kept."""
    like = alice.open_group(bob)
    moved_clock.pass_seconds(40 * 24 * HOUR)
    made = scale.add_conversations(alice, like, count, active=100, unread=60)
    everything = cost_of(alice, "/v1/unread")
    assert everything.reads >= count / 2
    sent_to = made[50:60]
    scale.let_in(bob, alice, sent_to)
    moved_clock.pass_seconds(HOUR)
    stream = ChangeStream()
    for conversation_id in sent_to:
        assert bob.send(conversation_id, "x" * 100).status == 201
    for _ in range(2):
        page = cost_of(alice, "/v1/conversations", limit=50)
        assert page.reads <= 60, page
        assert page.round_trips <= 3
        totals = cost_of(alice, "/v1/unread")
        assert totals.reads <= 100, totals
        assert totals.round_trips <= 3
        assert (page.writes, totals.writes) == (0, 0)
        consume(stream, alice.tenant_id)
        moved_clock.pass_seconds(60)
    listed = alice.get("/v1/conversations", limit=50)
    assert [each["id"] for each in listed["data"]][:10] == sent_to[::-1] or len(listed["data"]) == 50
    assert alice.get("/v1/unread")["total"] == 60 + 10


def test_pins_labels_and_what_is_out_of_the_list_cost_a_page_no_more(
    acme: Workspace, alice: Person, bob: Person, moved_clock: Clock
) -> None:
    """Of 5,000 five are pinned, ten hidden, ten archived for oneself, and fifty have a label, one in a hundred."""
    like = alice.open_group(bob)
    moved_clock.pass_seconds(40 * 24 * HOUR)
    made = scale.add_conversations(alice, like, 5_000, active=100, unread=60)
    labelled = made[::100]
    for conversation_id in labelled:
        arrange(alice, conversation_id, labels=["work"])
    for number in range(5):
        arrange(alice, made[70 + number], pinned=True)
        for hidden in ("until_message", "always"):
            arrange(alice, made[60 + number - 10 * (hidden == "always")], hidden=hidden)
    for number in range(10):
        arrange(alice, made[30 + number], archived_for_me=True)
    moved_clock.pass_seconds(HOUR)
    cost_of(alice, "/v1/unread")
    page, totals = cost_of(alice, "/v1/conversations", limit=50), cost_of(alice, "/v1/unread")
    assert (page.reads <= 60, page.round_trips <= 3, page.writes) == (True, True, 0), page
    assert (totals.reads <= 100, totals.round_trips <= 3, totals.writes) == (True, True, 0), totals
    listed = [each["id"] for each in alice.get("/v1/conversations", limit=50)["data"]]
    assert set(listed[:5]) == set(made[70:75])
    rare = cost_of(alice, "/v1/conversations", limit=50, label="work")
    assert {each["id"] for each in alice.get("/v1/conversations", limit=100, label="work")["data"]} == set(
        labelled
    ) - set(made[30:40] + made[50:55] + made[60:65])
    assert (rare.reads <= 110, rare.round_trips <= 5) == (True, True), rare


def arrange(who: Person, conversation_id: str, **body: object) -> None:
    assert who.put(f"/v1/conversations/{conversation_id}/settings", body).status == 200
