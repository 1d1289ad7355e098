"""What it costs to keep what is one's own."""

from tests.functional.personal.conftest import Minutes
from tests.support.dynamodb.meter import metered
from tests.support.people.clocks import Clock
from tests.support.people.people import Person, new_workspace
from tests.support.people.world import own_tables


def test_a_draft_costs_what_it_holds_however_many_there_are(alice: Person, bob: Person) -> None:
    rooms = [alice.open_group(bob) for _ in range(30)]
    for room in rooms:
        alice.put(f"/v1/conversations/{room}/draft", {"text": "x" * 200})
    path = f"/v1/conversations/{rooms[0]}/draft"
    with metered() as again:
        assert alice.put(path, {"text": "y" * 200}).status == 200
    with metered() as gone:
        assert alice.delete(path).status == 204
    with metered() as first:
        assert alice.put(path, {"text": "x" * 200}).status == 200
    assert (again.reads, gone.reads) == (2, 0)
    assert first.reads <= 2 + 5
    assert max(each.writes for each in (again, gone, first)) <= 1 + 1, "one of them the limit's, once in a while"
    with metered() as listing:
        assert len(alice.get("/v1/drafts", limit=100)["data"]) == 30
    assert listing.reads <= 30 + 5
    assert (listing.writes, listing.round_trips) == (0, 2)


def test_a_bookmark_costs_the_same_however_many_there_are(alice: Person, bob: Person) -> None:
    room = alice.open_group(bob)
    messages = [str(alice.send(room, "x" * 100)["id"]) for _ in range(40)]
    for message in messages[1:]:
        alice.put(f"/v1/messages/{message}/bookmark", {"note": "y" * 20})
    path = f"/v1/messages/{messages[0]}/bookmark"
    with metered() as new:
        assert alice.put(path, {"remind_at": "2030-01-01T00:00:00Z"}).status == 200
    with metered() as again:
        assert alice.put(path, {"note": "z"}).status == 200
    with metered() as gone:
        assert alice.delete(path).status == 204
    assert (again.reads, gone.reads) == (4, 1)
    assert new.reads <= 5
    assert (new.writes, again.writes, gone.writes) <= (4 + 1 + 1, 1 + 1 + 1, 4 + 1)
    with metered() as listing:
        assert len(alice.get("/v1/bookmarks")["data"]) == 25
    assert listing.reads <= 39 / 15 + 25 + 1 + 1
    assert (listing.writes, listing.round_trips) == (0, 2)


def test_a_message_that_is_sent_later_costs_three_sends(tables: None, moved_clock: Clock) -> None:
    with own_tables():
        acme, minutes = new_workspace("acme"), Minutes(moved_clock)
        alice = acme.person("alice")
        room = alice.open_group(acme.person("bob"))
        minutes.run()
        body = {"message": {"conversation_id": room, "text": "x" * 200}, "send_at": "2026-11-23T09:02:00.000Z"}
        with metered() as kept:
            assert alice.post("/v1/scheduled-messages", body).status == 201
        assert kept.writes <= 5 + 1
        assert kept.reads <= 2
        moved_clock.pass_seconds(120)
        with metered() as sent:
            assert minutes.run() == {"sent": 1}
        assert sent.writes <= 7 + 5 + 1
        assert sent.reads <= 9 + 4 + 1
