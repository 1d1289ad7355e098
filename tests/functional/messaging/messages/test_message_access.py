"""Who may see and change a message, route by route: strangers, other tenants, those who left or came later."""

from typing import Any

import pytest

from tests.support.faults.refusals import shown
from tests.support.people.people import Person, Workspace

MALFORMED = ("", "x", "0" * 26, f"{'0' * 26}-0", f"{'0' * 26}-01", f"{'0' * 26}-1-2-3", "Ü" * 26 + "-1", "a#b", "*")
NOWHERE = f"{'0' * 26}-7"

READS: tuple[tuple[str, str, Any], ...] = (
    ("GET", "", None),
    ("GET", "/edits", None),
    ("GET", "/replies", None),
    ("GET", "/reactions", None),
)
WRITES: tuple[tuple[str, str, Any], ...] = (
    ("PUT", "", {"text": "edited"}),
    ("DELETE", "", None),
    ("POST", "/reactions", {"reaction": "👍"}),
    ("DELETE", "/reactions/👍", None),
    ("PUT", "/votes", {"options": ["1"]}),
    ("POST", "/poll/close", None),
    ("PUT", "/pin", None),
    ("DELETE", "/pin", None),
)
FLAG = ("POST", "/flag", {"reason": "spam"})
VOTES = ("GET", "/votes", None)
ALL = (*READS, *WRITES, FLAG, VOTES)


@pytest.mark.parametrize(("method", "path", "body"), ALL)
def test_a_stranger_another_tenant_and_a_malformed_id_are_told_the_same(
    alice: Person, carol: Person, mallory: Person, hello: str, method: str, path: str, body: Any
) -> None:
    asked = [(carol, hello), (mallory, hello), (alice, NOWHERE), (alice, f"{hello}7"), (alice, f"{hello}-1")]
    asked += [(alice, message_id) for message_id in MALFORMED if message_id]
    refusals = [
        shown(who.request(method, f"/v1/messages/{message_id}{path}", body), message_id) for who, message_id in asked
    ]
    assert refusals[0][0] == 404
    assert '"message_not_found"' in refusals[0][2]
    assert all(refusal == refusals[0] for refusal in refusals), refusals


@pytest.mark.parametrize(("method", "path", "body"), ALL)
def test_a_malformed_id_costs_no_call(alice: Person, method: str, path: str, body: Any) -> None:
    assert alice.request(method, f"/v1/messages/nothing{path}", body).calls.operations == []


@pytest.mark.parametrize(("method", "path", "body"), ALL)
def test_who_was_removed_is_refused(
    alice: Person, dave: Person, team: str, hello: str, method: str, path: str, body: Any
) -> None:
    assert alice.delete(f"/v1/conversations/{team}/members/dave").status in (200, 204)
    refused = dave.request(method, f"/v1/messages/{hello}{path}", body)
    assert (refused.status, refused.code) == (404, "message_not_found")


@pytest.mark.parametrize(("method", "path", "body"), ALL)
def test_who_has_not_joined_a_channel_is_told_to(
    alice: Person, carol: Person, news: str, method: str, path: str, body: Any
) -> None:
    message_id = alice.send(news)["id"]
    refused = carol.request(method, f"/v1/messages/{message_id}{path}", body)
    assert (refused.status, refused.code) == (403, "not_a_member")


@pytest.mark.parametrize(("method", "path", "body"), ALL)
def test_who_came_later_does_not_see_what_was_before(
    alice: Person, bob: Person, carol: Person, method: str, path: str, body: Any
) -> None:
    private = alice.open_group(bob, history="joined")
    old = alice.send(private, "before")["id"]
    reply = bob.send(private, "a reply", parent_id=old)["id"]
    assert alice.post(f"/v1/conversations/{private}/members", {"user_ids": ["carol"]}).status == 200
    new = alice.send(private, "after")["id"]
    hidden = [carol.request(method, f"/v1/messages/{message_id}{path}", body) for message_id in (old, reply)]
    assert [(answer.status, answer.code) for answer in hidden] == [(404, "message_not_found")] * 2
    assert carol.get(f"/v1/messages/{new}").status == 200


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_an_archived_conversation_is_read_only(
    alice: Person, team: str, hello: str, method: str, path: str, body: Any
) -> None:
    assert alice.delete(f"/v1/conversations/{team}").status in (200, 204)
    before = alice.get(f"/v1/messages/{hello}").body
    refused = alice.request(method, f"/v1/messages/{hello}{path}", body)
    assert (refused.status, refused.code) == (409, "conversation_archived")
    assert alice.get(f"/v1/messages/{hello}").body == before


@pytest.mark.parametrize(("method", "path", "body"), [*READS, FLAG])
def test_an_archived_conversation_is_still_read_and_reported(
    alice: Person, team: str, hello: str, method: str, path: str, body: Any
) -> None:
    alice.delete(f"/v1/conversations/{team}")
    assert alice.request(method, f"/v1/messages/{hello}{path}", body).status in (200, 201)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("PUT", "", {"text": "edited"}), ("POST", "/reactions", {"reaction": "👍"}), ("PUT", "/pin", None), FLAG],
)
def test_a_deleted_message_is_not_changed(alice: Person, hello: str, method: str, path: str, body: Any) -> None:
    tombstone = alice.delete(f"/v1/messages/{hello}").body
    refused = alice.request(method, f"/v1/messages/{hello}{path}", body)
    assert (refused.status, refused.code) == (409, "message_deleted")
    assert alice.get(f"/v1/messages/{hello}")["version"] == tombstone["version"]


@pytest.mark.parametrize(("method", "path", "body"), ALL)
def test_a_server_token_names_whom_it_acts_for_unless_it_deletes(
    acme: Workspace, hello: str, method: str, path: str, body: Any
) -> None:
    answer = acme.server.request(method, f"/v1/messages/{hello}{path}", body)
    if (method, path) == ("DELETE", ""):
        assert answer.status == 200
    else:
        assert (answer.status, answer.code) == (400, "acting_user_required")


@pytest.mark.parametrize(("method", "path", "body"), [("GET", "", None), ("PUT", "", {"text": "x"})])
def test_a_server_token_acts_for_a_user_and_for_nobody_of_another_tenant(
    acme: Workspace, globex: Workspace, hello: str, method: str, path: str, body: Any
) -> None:
    acting = {"X-Acting-User": "alice"}
    assert acme.server.request(method, f"/v1/messages/{hello}{path}", body, headers=acting).status == 200
    assert globex.server.request(method, f"/v1/messages/{hello}{path}", body, headers=acting).status == 404


@pytest.mark.parametrize(("method", "path", "body"), [call for call in ALL if call[2] is not None])
def test_bad_bodies_are_refused_and_change_nothing(
    alice: Person, hello: str, method: str, path: str, body: Any
) -> None:
    before = alice.get(f"/v1/messages/{hello}").body
    bodies: tuple[Any, ...] = ({**body, "colour": "red"}, dict.fromkeys(body, 5), [], "{", None)
    for bad in bodies:
        refused = alice.request(method, f"/v1/messages/{hello}{path}", bad)
        assert refused.status in (400, 422), refused.text
    assert alice.get(f"/v1/messages/{hello}").body == before


@pytest.mark.parametrize("path", ["/edits", "/replies", "/reactions"])
def test_bad_cursors_limits_and_parameters_are_refused(alice: Person, hello: str, path: str) -> None:
    for cursor in ("x", "!!", "eyJ9", "W10", "WzFd", "WyI-IiwtMV0", "MTIz", "bnVsbA"):
        refused = alice.get(f"/v1/messages/{hello}{path}", cursor=cursor)
        assert (refused.status, refused.code) == (400, "invalid_cursor"), cursor
    for parameters in ({"limit": 0}, {"limit": 101}, {"limit": "x"}, {"colour": "red"}):
        assert alice.get(f"/v1/messages/{hello}{path}", **parameters).status == 422
