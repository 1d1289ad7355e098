"""What a list of conversations and the unread totals cost: by what changed and what is shown, not by what exists."""

import importlib

import pytest

from parley.messaging.access import meta_key
from parley.messaging.conversations import kept
from parley.settings import settings
from parley.tables import dynamodb
from parley.tables.expressions import Update
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
    """Of 1,000, five are pinned, ten hidden, ten archived for oneself; one in twenty has a label and a declared key."""
    acme.tenant_settings["conversation_keys"] = ["stage:text"]
    like = alice.open_group(bob)
    moved_clock.pass_seconds(40 * 24 * HOUR)
    made = scale.add_conversations(alice, like, 1_000, active=100, unread=60)
    marked = made[::20]
    for conversation_id in marked:
        arrange(alice, conversation_id, labels=["work"])
        meta, declared = meta_key(alice.tenant_id, conversation_id), Update().set(declared='{"stage": "open"}')
        dynamodb.update(settings().chat_table, meta, declared)
    pinned, hidden, put_away = made[71:76], made[51:61], made[31:40]
    for conversation_id in pinned:
        arrange(alice, conversation_id, pinned=True)
    for number, conversation_id in enumerate(hidden):
        arrange(alice, conversation_id, hidden="always" if number % 2 else "until_message")
    for conversation_id in put_away:
        arrange(alice, conversation_id, archived_for_me=True)
    moved_clock.pass_seconds(HOUR)
    cost_of(alice, "/v1/unread")
    page, totals = cost_of(alice, "/v1/conversations", limit=50), cost_of(alice, "/v1/unread")
    assert (page.reads <= 60, page.round_trips <= 3, page.writes) == (True, True, 0), page
    assert (totals.reads <= 100, totals.round_trips <= 3, totals.writes) == (True, True, 0), totals
    assert [each["id"] for each in alice.get("/v1/conversations", limit=50)["data"]][:5] == pinned
    for query in ({"label": "work"}, {"custom": '{"stage":"open"}'}):
        few = cost_of(alice, "/v1/conversations", limit=50, **query)
        assert (few.reads <= 70, few.round_trips <= 6, few.writes) == (True, True, 0), few
        found = {each["id"] for each in alice.get("/v1/conversations", limit=100, **query)["data"]}
        assert found == set(marked) - set(hidden) - set(put_away)
    by_key = cost_of(alice, "/v1/conversations", limit=50, sort="stage")
    assert (by_key.reads <= 80, by_key.round_trips <= 5, by_key.writes) == (True, True, 0), by_key


def arrange(who: Person, conversation_id: str, **body: object) -> None:
    assert who.put(f"/v1/conversations/{conversation_id}/settings", body).status == 200


def test_labels_in_any_script_cost_by_their_bytes(alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many bytes of UTF-8 may be given: a kept list that spells them in ASCII is read for three times as much."""
    monkeypatch.setattr(kept, "FEW", 0)
    costs = []
    rooms = [alice.open_group(bob) for _ in range(40)]
    for who, letters in ((alice, "é" * 18), (bob, "x" * 36)):
        for room in rooms:
            labels = [f"{letters}{number}" for number in range(5)]
            assert who.put(f"/v1/conversations/{room}/settings", {"labels": labels}).status == 200
        assert who.get("/v1/conversations").status == 200
        costs.append(cost_of(who, "/v1/conversations", label="another").reads)
    assert costs[0] == costs[1]
