"""The review queue: GET /v1/moderation/flags, POST /v1/moderation/flags/{id}/resolve."""

from typing import Any

import pytest

from tests.support.people.people import Person, Workspace


@pytest.fixture
def server(acme: Workspace) -> Person:
    return acme.server


def queue(server: Person) -> list[dict[str, Any]]:
    answer = server.get("/v1/moderation/flags", limit=100)
    assert answer.status == 200, answer.text
    return list(answer["data"])


def test_a_report_is_shown_with_the_message_as_it_is_now(
    server: Person, alice: Person, bob: Person, hello: str
) -> None:
    bob.post(f"/v1/messages/{hello}/flag", {"reason": "spam"})
    (flag,) = queue(server)
    assert (flag["message_id"], flag["reported_by"], flag["author_id"], flag["reason"]) == (
        hello,
        "bob",
        "alice",
        "spam",
    )
    assert (flag["message"]["id"], flag["edited_since"]) == (hello, False)
    alice.put(f"/v1/messages/{hello}", {"text": "harmless"})
    (flag,) = queue(server)
    assert (flag["message"]["text"], flag["edited_since"]) == ("harmless", True)


def test_a_report_that_is_resolved_leaves_the_queue(
    server: Person, alice: Person, bob: Person, dave: Person, team: str, hello: str
) -> None:
    reply = alice.send(team, "rude", parent_id=hello)["id"]
    bob.post(f"/v1/messages/{hello}/flag", {})
    dave.post(f"/v1/messages/{reply}/flag", {})
    for flag in queue(server):
        path = f"/v1/moderation/flags/{flag['id']}/resolve"
        resolved = server.post(path, {"resolution": "acted_on", "note": "warned"})
        assert (resolved.status, resolved["resolution"], resolved["note"]) == (200, "acted_on", "warned")
        assert server.post(path, {"resolution": "acted_on"}).body == resolved.body
        again = server.post(path, {"resolution": "dismissed"})
        assert (again.status, again.code, again["resolution"]) == (409, "flag_resolved", "acted_on")
    assert queue(server) == []
    assert bob.post(f"/v1/messages/{hello}/flag", {}).status == 200, "the report is known, and stays resolved"
    assert queue(server) == []


def test_the_queue_shows_what_a_reported_message_quotes(
    server: Person, alice: Person, bob: Person, team: str, hello: str
) -> None:
    """Whoever else may see it: moderators see all."""
    for quoted in (hello, alice.send(team, "a reply", parent_id=hello)["id"]):
        quoting = bob.send(team, "so it is", quoted_message_id=quoted)["id"]
        assert alice.post(f"/v1/messages/{quoting}/flag", {}).status == 201
    alice.put(f"/v1/messages/{hello}", {"text": "hello, all"})
    shown = [each["message"]["quoted_message"]["text"] for each in server.get("/v1/moderation/flags")["data"]]
    assert shown == ["hello, all", "a reply"]


def test_the_queue_shows_what_others_hung_on_a_reported_message(
    server: Person, alice: Person, bob: Person, team: str
) -> None:
    poll = {"question": "Lunch?", "options": [{"text": "Pizza"}, {"text": "Soup"}]}
    asked = str(bob.send(team, poll=poll)["id"])
    assert alice.put(f"/v1/messages/{asked}/votes", {"options": ["2"]}).status == 200
    alice.post(f"/v1/messages/{asked}/reactions", {"reaction": "👍"})
    alice.send(team, "rude", parent_id=asked)
    alice.post(f"/v1/messages/{asked}/flag", {})
    shown = queue(server)[0]["message"]
    assert shown["poll"]["results"]["counts"] == {"1": 0, "2": 1}
    assert (shown["reactions"], shown["reply_count"]) == ({"👍": {"count": 1, "mine": False}}, 1)


def test_the_queue_is_paged_oldest_first(server: Person, alice: Person, bob: Person, team: str) -> None:
    sent = [alice.send(team, str(number))["id"] for number in range(7)]
    for message_id in sent:
        bob.post(f"/v1/messages/{message_id}/flag", {})
    cursor, seen = None, []
    while True:
        page = server.get("/v1/moderation/flags", limit=2, **({"cursor": cursor} if cursor else {}))
        assert len(page["data"]) <= 2
        seen += page["data"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(flag["message_id"] for flag in seen) == sorted(sent)
    assert [flag["created_at"] for flag in seen] == sorted(flag["created_at"] for flag in seen)
    assert server.get("/v1/moderation/flags", cursor="bm8").code == "invalid_cursor"
    assert server.get("/v1/moderation/flags", cursor="IngjYSI").code == "invalid_cursor"


def test_the_queue_is_the_tenants_own(
    server: Person, globex: Workspace, alice: Person, bob: Person, hello: str
) -> None:
    bob.post(f"/v1/messages/{hello}/flag", {})
    (flag,) = queue(server)
    assert queue(globex.server) == []
    path = f"/v1/moderation/flags/{flag['id']}/resolve"
    foreign = globex.server.post(path, {"resolution": "dismissed"})
    absent = server.post(f"/v1/moderation/flags/{hello}~nobody/resolve", {"resolution": "dismissed"})
    assert (foreign.status, foreign.code) == (404, "flag_not_found") == (absent.status, absent.code)
    assert alice.get("/v1/moderation/flags").code == "server_token_required"
    assert alice.post(path, {"resolution": "dismissed"}).code == "server_token_required"
    assert len(queue(server)) == 1


@pytest.mark.parametrize("flag_id", ["x", "~bob", "a-1~bob", "a-1"])
def test_what_can_be_no_flag_is_not_found(server: Person, flag_id: str) -> None:
    assert server.post(f"/v1/moderation/flags/{flag_id}/resolve", {"resolution": "dismissed"}).code == "flag_not_found"


def test_a_resolution_is_one_of_two(server: Person, hello: str) -> None:
    for body in ({}, {"resolution": "shrug"}, {"resolution": "dismissed", "note": ""}):
        assert server.post(f"/v1/moderation/flags/{hello}~bob/resolve", body).code == "validation_failed"
