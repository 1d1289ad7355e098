"""Polls: sending one, PUT and GET /v1/messages/{id}/votes, POST /v1/messages/{id}/poll/close."""

from datetime import timedelta
from typing import Any

import pytest

from parley import clock
from parley.settings import settings
from parley.tables import dynamodb, keys
from tests.support.dynamodb.meter import metered
from tests.support.faults.interference import before_call, crash_after
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.clocks import MovingClock
from tests.support.people.listing import pages_of, preview_of
from tests.support.people.people import Person, Workspace

LUNCH = {"question": "Lunch?", "options": [{"text": "Pizza"}, {"text": "Soup"}, {"text": "Nothing"}]}


def in_seconds(seconds: int) -> str:
    return clock.to_rfc3339(clock.to_datetime(clock.now_ms()) + timedelta(seconds=seconds))


def ask(who: Person, room: str, text: str = "", **poll: Any) -> str:
    """Send a poll, and give the message's id."""
    sent = who.send(room, text, poll=LUNCH | poll)
    assert sent.status == 201, sent.text
    return str(sent["id"])


def vote(who: Person, message_id: str, *options: str) -> Any:
    return who.put(f"/v1/messages/{message_id}/votes", {"options": list(options)})


def close(who: Person, message_id: str) -> Any:
    return who.post(f"/v1/messages/{message_id}/poll/close")


def results(who: Person, message_id: str) -> tuple[list[int], int, list[str]]:
    """The counts by option, how many have voted, and the caller's own votes."""
    shown = who.get(f"/v1/messages/{message_id}")["poll"]["results"]
    return list(shown["counts"].values()), shown["voters"], shown["mine"]


def test_a_poll_is_shown_with_what_votes_come_to(alice: Person, bob: Person, general: str) -> None:
    poll = ask(alice, general)
    empty = {"counts": {"1": 0, "2": 0, "3": 0}, "voters": 0, "closed_at": None, "mine": []}
    asked = {
        "question": "Lunch?",
        "options": [{"id": "1", "text": "Pizza"}, {"id": "2", "text": "Soup"}, {"id": "3", "text": "Nothing"}],
        "max_votes": 1,
        "anonymous": False,
        "closes_at": None,
    }
    assert bob.get(f"/v1/messages/{poll}")["poll"] == {**asked, "results": empty}
    cast = vote(bob, poll, "2")
    mine = {"counts": {"1": 0, "2": 1, "3": 0}, "voters": 1, "closed_at": None, "mine": ["2"]}
    assert (cast.status, cast.body) == (200, {"message_id": poll, "results": mine})
    page = alice.get(f"/v1/conversations/{general}/messages")["data"]
    assert page[0]["poll"] == {**asked, "results": {**mine, "mine": []}}
    assert bob.get(f"/v1/conversations/{general}/messages")["data"][0]["poll"]["results"] == mine


def test_votes_are_changed_repeated_and_taken_back(alice: Person, bob: Person, general: str) -> None:
    poll = ask(alice, general)
    assert [vote(bob, poll, "1").status for _ in range(2)] == [200, 200]
    assert results(bob, poll) == ([1, 0, 0], 1, ["1"])
    vote(bob, poll, "3")
    vote(alice, poll, "3")
    assert results(bob, poll) == ([0, 0, 2], 2, ["3"])
    assert [vote(bob, poll).status for _ in range(2)] == [200, 200]
    assert results(bob, poll) == ([0, 0, 1], 1, [])
    assert results(alice, poll) == ([0, 0, 1], 1, ["3"])
    assert [one["user_id"] for one in alice.get(f"/v1/messages/{poll}/votes")["data"]] == ["alice"]


def test_a_poll_with_several_votes(alice: Person, bob: Person, general: str) -> None:
    poll = ask(alice, general, max_votes=2)
    assert vote(bob, poll, "3", "1", "3")["results"]["mine"] == ["1", "3"]
    assert results(alice, poll) == ([1, 0, 1], 1, [])
    refused = vote(bob, poll, "1", "2", "3")
    assert (refused.status, refused.code) == (422, "invalid_votes")
    vote(bob, poll, "2", "3")
    assert results(bob, poll) == ([0, 1, 1], 1, ["2", "3"])


@pytest.mark.parametrize("option", ["0", "4", "x", "01", "é"])
def test_what_is_no_option_is_refused(alice: Person, general: str, option: str) -> None:
    poll = ask(alice, general)
    refused = vote(alice, poll, option)
    assert (refused.status, refused.code) == (422, "invalid_votes")
    assert alice.get(f"/v1/messages/{poll}/votes", option=option).code == "invalid_votes"


@pytest.mark.parametrize(
    ("poll", "pointer"),
    [
        ({"question": " "}, "/poll/question"),
        ({"question": "a\nb"}, "/poll/question"),
        ({"question": "x" * 301}, "/poll/question"),
        ({"options": [{"text": "one"}]}, "/poll/options"),
        ({"options": [{"text": str(number)} for number in range(21)]}, "/poll/options"),
        ({"options": [{"text": "one"}, {"text": " one "}]}, "/poll"),
        ({"options": [{"text": "one"}, {"text": ""}]}, "/poll/options/1/text"),
        ({"options": [{"text": "one"}, {"text": "two", "id": "b"}]}, "/poll/options/1/id"),
        ({"max_votes": 0}, "/poll/max_votes"),
        ({"max_votes": 4}, "/poll"),
        ({"closes_at": "tomorrow"}, "/poll/closes_at"),
        ({"colour": "red"}, "/poll/colour"),
    ],
)
def test_a_malformed_poll_is_refused(alice: Person, general: str, poll: dict[str, Any], pointer: str) -> None:
    refused = alice.send(general, "", poll=LUNCH | poll)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert pointer in [error["pointer"] for error in refused["errors"]]


def test_twenty_options_are_taken(alice: Person, general: str) -> None:
    options = [{"text": "x" * 98 + f"{number:02}"} for number in range(20)]
    poll = ask(alice, general, options=options, question="ü" * 300, max_votes=20)
    assert vote(alice, poll, *(str(number) for number in range(1, 21)))["results"]["counts"]["20"] == 1


@pytest.mark.parametrize("seconds", [-1, 366 * 24 * 3600])
def test_a_poll_closes_in_the_future_within_a_year(alice: Person, general: str, seconds: int) -> None:
    refused = alice.send(general, "", poll=LUNCH | {"closes_at": in_seconds(seconds)})
    assert (refused.status, refused.code) == (422, "invalid_poll")


def test_a_repeated_send_is_answered_though_its_poll_has_closed(
    alice: Person, general: str, moving_clock: MovingClock
) -> None:
    body = {"conversation_id": general, "text": "", "poll": LUNCH | {"closes_at": in_seconds(60)}}
    first = alice.post("/v1/messages", body, key="k")
    moving_clock.pass_seconds(61)
    again = alice.post("/v1/messages", body, key="k")
    assert (again.status, again["id"], again["poll"]["question"]) == (201, first["id"], "Lunch?")


def test_nobody_votes_once_it_has_closed_by_itself(
    alice: Person, bob: Person, general: str, moving_clock: MovingClock
) -> None:
    poll = ask(alice, general, closes_at=in_seconds(60))
    vote(bob, poll, "1")
    moving_clock.pass_seconds(60)
    for refused in (vote(bob, poll, "2"), vote(bob, poll), vote(alice, poll, "1")):
        assert (refused.status, refused.code) == (409, "poll_closed")
    assert vote(bob, poll, "1").status == 200
    shown = alice.get(f"/v1/messages/{poll}")["poll"]
    assert shown["results"]["closed_at"] == shown["closes_at"]
    assert close(alice, poll)["results"]["closed_at"] == shown["closes_at"]
    assert results(bob, poll) == ([1, 0, 0], 1, ["1"])


def test_the_author_and_admins_close_a_poll(alice: Person, bob: Person, carol: Person, general: str) -> None:
    group = alice.open_group(bob, carol)
    poll, other = ask(bob, group), ask(bob, group)
    refused = close(carol, poll)
    assert (refused.status, refused.code) == (403, "insufficient_role")
    vote(carol, poll, "1")
    closed = close(bob, poll)
    assert (closed.status, closed["results"]["voters"], closed["results"]["closed_at"] is None) == (200, 1, False)
    again = close(alice, poll)
    assert again["results"]["closed_at"] == closed["results"]["closed_at"]
    assert close(alice, other).status == 200
    for refused in (vote(carol, poll, "2"), vote(carol, poll), vote(alice, poll, "1"), vote(bob, other, "1")):
        assert (refused.status, refused.code) == (409, "poll_closed")
    assert results(carol, poll) == ([1, 0, 0], 1, ["1"])


def test_a_vote_beside_a_closing_is_counted_or_refused(alice: Person, bob: Person, general: str) -> None:
    poll = ask(alice, general)
    with before_call("TransactWriteItems", lambda: close(alice, poll)):
        assert vote(bob, poll, "1").code == "poll_closed"
    assert results(bob, poll) == ([0, 0, 0], 0, [])


def test_a_role_that_goes_meanwhile_closes_nothing(alice: Person, bob: Person, general: str) -> None:
    group = alice.open_group(bob)
    path = f"/v1/conversations/{group}/members/bob/role"
    alice.put(path, {"role": "admin"})
    poll = ask(alice, group)
    with before_call("TransactWriteItems", lambda: alice.put(path, {"role": "member"})):
        assert close(bob, poll).status in {403, 503}
    assert alice.get(f"/v1/messages/{poll}")["poll"]["results"]["closed_at"] is None


def test_who_voted_for_what_is_listed(acme: Workspace, alice: Person) -> None:
    people = [acme.person(f"u{number}") for number in range(5)]
    poll = ask(alice, alice.open_group(*people), max_votes=2)
    for number, who in enumerate(people):
        vote(who, poll, "1", "2" if number % 2 else "3")
    path = f"/v1/messages/{poll}/votes"
    named = [[one["user_id"] for one in page["data"]] for page in pages_of(alice, path, limit=2)]
    assert named == [["u0", "u1"], ["u2", "u3"], ["u4"]]
    for option, users in (("1", "01234"), ("2", "13"), ("3", "024")):
        found = [one for page in pages_of(alice, path, limit=2, option=option) for one in page["data"]]
        assert [one["user_id"] for one in found] == [f"u{number}" for number in users]
        assert all(option in one["options"] for one in found)
    first = alice.get(path, limit=1, option="1")["next_cursor"]
    assert alice.get(path, option="2", cursor=first).code == "invalid_cursor"


def test_a_page_of_few_among_many_votes_is_short_and_goes_on(
    acme: Workspace, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parley.messaging.messages.polls import polls  # noqa: PLC0415 - to bound it lower

    monkeypatch.setattr(polls, "READ_AT_ONCE", 2)
    monkeypatch.setattr(polls, "MOST_READ", 4)
    people = [acme.person(f"u{number}") for number in range(9)]
    poll = ask(alice, alice.open_group(*people))
    for number, who in enumerate(people):
        vote(who, poll, "2" if number == 7 else "1")
    path = f"/v1/messages/{poll}/votes"
    found = [[one["user_id"] for one in page["data"]] for page in pages_of(alice, path, option="2")]
    assert found == [[], ["u7"], []]


def test_an_anonymous_poll_names_nobody(alice: Person, bob: Person, general: str) -> None:
    poll = ask(alice, general, anonymous=True)
    vote(bob, poll, "1")
    vote(bob, poll, "2")
    assert results(bob, poll) == ([0, 1, 0], 1, ["2"])
    assert results(alice, poll) == ([0, 1, 0], 1, [])
    refused = alice.get(f"/v1/messages/{poll}/votes")
    assert (refused.status, refused.code) == (403, "poll_anonymous")
    seq = int(poll.rsplit("-", 1)[1])
    items, _ = dynamodb.query(
        settings().chat_table,
        keys.conversation(alice.tenant_id, general),
        begins_with=keys.votes_prefix(seq),
        consistent=True,
    )
    assert len(items) == 1
    assert "bob" not in str(items)


def test_a_message_without_a_poll_has_no_votes(alice: Person, hello: str) -> None:
    refusals = [vote(alice, hello, "1"), vote(alice, hello), close(alice, hello)]
    refusals.append(alice.get(f"/v1/messages/{hello}/votes"))
    assert [(refused.status, refused.code) for refused in refusals] == [(404, "poll_not_found")] * 4
    assert alice.get(f"/v1/messages/{hello}")["poll"] is None


def test_a_poll_in_a_thread(alice: Person, bob: Person, general: str) -> None:
    hello = str(alice.send(general)["id"])
    sent = alice.send(general, "", parent_id=hello, show_in_conversation=True, poll=LUNCH)
    vote(bob, str(sent["id"]), "1")
    shown = bob.get(f"/v1/conversations/{general}/messages")["data"][0]
    assert (shown["id"], shown["poll"]["results"]["mine"]) == (sent["id"], ["1"])
    reply = alice.get(f"/v1/messages/{hello}/replies")["data"][0]
    assert reply["poll"]["results"]["counts"]["1"] == 1


def test_an_edit_changes_the_text_and_never_the_poll(alice: Person, bob: Person, general: str) -> None:
    poll = ask(alice, general, "Hungry?")
    vote(bob, poll, "1")
    refused = alice.put(f"/v1/messages/{poll}", {"poll": LUNCH})
    assert (refused.status, refused.code) == (422, "validation_failed")
    edited = alice.put(f"/v1/messages/{poll}", {"text": ""})
    assert (edited.status, edited["text"], edited["poll"]["question"]) == (200, "", "Lunch?")
    assert results(bob, poll) == ([1, 0, 0], 1, ["1"])
    assert preview_of(bob, general)["text"] == "Lunch?"


def test_the_preview_shows_the_text_or_the_question(alice: Person, bob: Person, general: str) -> None:
    ask(alice, general)
    assert preview_of(bob, general)["text"] == "Lunch?"
    poll = ask(alice, general, "Hungry?")
    assert preview_of(bob, general)["text"] == "Hungry?"
    assert alice.put(f"/v1/messages/{poll}", {"text": ""}).status == 200
    quoting = bob.send(general, "me", quoted_message_id=poll)["id"]
    assert alice.get(f"/v1/messages/{quoting}")["quoted_message"]["text"] == "Lunch?"


def test_a_deleted_message_shows_no_poll_and_takes_no_vote(alice: Person, bob: Person, general: str) -> None:
    poll = ask(alice, general)
    vote(bob, poll, "1")
    deleted = alice.delete(f"/v1/messages/{poll}")
    assert (deleted.status, deleted["poll"]) == (200, None)
    assert bob.get(f"/v1/messages/{poll}")["poll"] is None
    for refused in (vote(bob, poll, "2"), vote(bob, poll), close(alice, poll)):
        assert (refused.status, refused.code) == (409, "message_deleted")
    assert bob.get(f"/v1/messages/{poll}/votes").code == "poll_not_found"


def stored_under(message_id: str, who: Person) -> list[str]:
    """The sort keys of what hangs on a message."""
    items, _ = dynamodb.query(
        settings().chat_table, keys.conversation(who.tenant_id, message_id.split("-", maxsplit=1)[0]), consistent=True
    )
    seq = f"#{int(message_id.rsplit('-', 1)[1]):012d}"
    return [item["sk"]["S"] for item in items if seq in item["sk"]["S"]]


@pytest.mark.parametrize("anonymous", [False, True])
def test_an_erased_message_leaves_no_vote(
    acme: Workspace, alice: Person, bob: Person, general: str, *, anonymous: bool
) -> None:
    poll = ask(alice, general, anonymous=anonymous)
    vote(bob, poll, "1")
    close(alice, poll)
    assert acme.server.delete(f"/v1/messages/{poll}", hard="true").status == 204
    assert [sk for sk in stored_under(poll, alice) if sk.startswith("V#")] == []
    raw = dynamodb.get(
        settings().chat_table,
        keys.Key(keys.conversation(alice.tenant_id, general), keys.annotations_sk(int(poll.rsplit("-", 1)[1]))),
    )
    assert raw is not None
    assert raw.keys() <= {"pk", "sk", "entity", "version", "closed"}


def test_a_vote_beside_an_erasure_is_refused_or_gone(acme: Workspace, alice: Person, bob: Person, general: str) -> None:
    poll = ask(alice, general)
    with before_call("TransactWriteItems", lambda: acme.server.delete(f"/v1/messages/{poll}", hard="true")):
        assert vote(bob, poll, "1").code == "message_deleted"
    assert [sk for sk in stored_under(poll, alice) if sk.startswith("V#")] == []


@pytest.mark.parametrize("calls", range(8))
def test_a_crash_counts_a_vote_once_or_not_at_all(alice: Person, bob: Person, general: str, calls: int) -> None:
    poll = ask(alice, general)
    vote(bob, poll, "1")
    with in_one_thread(), crash_after(calls):
        vote(bob, poll, "2")
    counts, voters, mine = results(bob, poll)
    assert (counts, voters, mine) in [([1, 0, 0], 1, ["1"]), ([0, 1, 0], 1, ["2"])]
    assert vote(bob, poll, "2").status == 200
    assert results(bob, poll) == ([0, 1, 0], 1, ["2"])


@pytest.mark.parametrize(("first", "other"), [((), "2"), (("1",), ""), (("1", "3"), "23")])
def test_two_votes_of_one_user_at_once_are_counted_as_one_after_the_other(
    alice: Person, bob: Person, general: str, first: tuple[str, ...], other: str
) -> None:
    poll = ask(alice, general, max_votes=2)
    vote(bob, poll, *first)
    with before_call("TransactWriteItems", lambda: vote(bob, poll, *other)):
        assert vote(bob, poll, "1", "2").status == 200
    assert results(bob, poll) == ([1, 1, 0], 1, ["1", "2"])


def test_who_is_blocked_takes_votes_back_and_gives_none(alice: Person, bob: Person) -> None:
    direct = str(alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"])
    poll = ask(alice, direct)
    vote(bob, poll, "1")
    alice.put("/v1/users/bob/block")
    assert vote(bob, poll, "2").code == "blocked"
    assert results(alice, poll) == ([1, 0, 0], 1, [])
    assert vote(bob, poll).status == 200
    assert results(alice, poll) == ([0, 0, 0], 0, [])


def test_who_is_removed_during_a_change_keeps_the_vote_of_before(alice: Person, bob: Person) -> None:
    group = alice.open_group(bob)
    poll = ask(alice, group)
    vote(bob, poll, "1")
    with before_call("TransactWriteItems", lambda: alice.delete(f"/v1/conversations/{group}/members/bob")):
        assert vote(bob, poll, "2").status == 404
    assert results(alice, poll) == ([1, 0, 0], 1, [])


def test_costs(alice: Person, bob: Person, general: str) -> None:
    poll = ask(alice, general)
    with metered() as first:
        vote(bob, poll, "1")
    with metered() as changed:
        vote(bob, poll, "2")
    with metered() as repeated:
        vote(bob, poll, "2")
    costs = [(cost.reads, cost.writes) for cost in (first, changed, repeated)]
    assert costs == [(5.5, 4), (5.5, 4), (3.5, 0)]
    with metered() as listed:
        bob.get(f"/v1/messages/{poll}/votes", limit=100)
    with metered() as closed:
        close(alice, poll)
    assert (listed.reads, listed.writes) == (4, 0)
    assert (closed.reads, closed.writes) == (4.5, 6)
    plain = alice.open_group(bob)
    for number in range(50):
        alice.send(plain, str(number))
    with metered() as without:
        bob.get(f"/v1/conversations/{plain}/messages", limit=50)
    voted = alice.open_group(bob)
    for _ in range(50):
        vote(alice, ask(alice, voted), "1")
    with metered() as page:
        bob.get(f"/v1/conversations/{voted}/messages", limit=50)
    assert without.reads <= 5
    assert page.reads <= 65
    assert page.round_trips == without.round_trips + 1
