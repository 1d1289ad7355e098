"""Who may do what in a conversation, route by route: strangers, other tenants, members of too low a role."""

from typing import Any

import pytest

from tests.support.faults.refusals import shown
from tests.support.people.people import Person, Workspace

NOWHERE = "0" * 26

ROUTES: tuple[tuple[str, str, Any], ...] = (
    ("PUT", "", {"name": "renamed"}),
    ("DELETE", "", None),
    ("GET", "/members", None),
    ("POST", "/members", {"user_ids": ["carol", "bob"]}),
    ("DELETE", "/members/bob", None),
    ("PUT", "/members/bob/role", {"role": "admin"}),
    ("PUT", "/mute", None),
    ("DELETE", "/mute", None),
    ("PUT", "/settings", {"pinned": True}),
    ("POST", "/read", None),
    ("POST", "/unread", {"message_id": "c-1"}),
    ("POST", "/clear", None),
    ("POST", "/events", {"name": "cursor.moved"}),
    ("GET", "/commands", None),
    ("POST", "/commands", {"name": "roll"}),
    ("POST", "/truncate", None),
    ("GET", "/receipts", None),
    ("POST", "/invites", {"user_ids": ["carol"]}),
    ("GET", "/invites", None),
    ("DELETE", "/invites/dave", None),
    ("POST", "/invite-links", {}),
    ("GET", "/invite-links", None),
    ("DELETE", "/invite-links/l1", None),
    ("GET", "/join-requests", None),
    ("POST", "/join-requests/dave/approve", None),
    ("DELETE", "/join-requests/dave", None),
    ("GET", "/bans", None),
    ("PUT", "/bans/bob", None),
    ("DELETE", "/bans/bob", None),
)
ADMINS_ONLY: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/truncate", None),
    ("GET", "/join-requests", None),
    ("POST", "/join-requests/dave/approve", None),
    ("DELETE", "/join-requests/carol", None),
    ("POST", "/invites", {"user_ids": ["carol"]}),
    ("GET", "/invites", None),
    ("DELETE", "/invites/carol", None),
    ("POST", "/invite-links", {}),
    ("GET", "/invite-links", None),
    ("DELETE", "/invite-links/l1", None),
    ("PUT", "", {"name": "renamed"}),
    ("POST", "/members", {"user_ids": ["carol"]}),
    ("DELETE", "/members/dave", None),
    ("GET", "/bans", None),
    ("PUT", "/bans/dave", None),
    ("DELETE", "/bans/dave", None),
)
OWNERS_ONLY: tuple[tuple[str, str, Any], ...] = (
    ("DELETE", "", None),
    ("PUT", "/members/dave/role", {"role": "admin"}),
)


@pytest.fixture
def crowd(acme: Workspace, alice: Person, bob: Person) -> str:
    """A group that alice owns, with bob and dave."""
    return alice.open_group(bob, acme.person("dave"))


@pytest.mark.parametrize(("method", "path", "body"), [("GET", "", None), *ROUTES])
def test_a_stranger_and_another_tenant_are_told_the_same_as_of_what_never_existed(
    carol: Person, mallory: Person, general: str, method: str, path: str, body: Any
) -> None:
    refusals = [
        shown(person.request(method, f"/v1/conversations/{conversation_id}{path}", body), conversation_id)
        for person in (carol, mallory)
        for conversation_id in (general, NOWHERE)
    ]
    assert refusals[0][0] == 404
    assert '"conversation_not_found"' in refusals[0][2]
    assert all(refusal == refusals[0] for refusal in refusals)


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_who_has_not_joined_a_channel_is_told_to(
    alice: Person, carol: Person, method: str, path: str, body: Any
) -> None:
    news = alice.post("/v1/conversations", {"type": "channel", "name": "news"})["id"]
    refused = carol.request(method, f"/v1/conversations/{news}{path}", body)
    assert (refused.status, refused.code) == (403, "not_a_member")


@pytest.mark.parametrize(("method", "path", "body"), [*ADMINS_ONLY, *OWNERS_ONLY])
def test_a_member_may_not(
    alice: Person, bob: Person, carol: Person, crowd: str, method: str, path: str, body: Any
) -> None:
    before = alice.get(f"/v1/conversations/{crowd}").body
    refused = bob.request(method, f"/v1/conversations/{crowd}{path}", body)
    assert (refused.status, refused.code) == (403, "insufficient_role")
    assert alice.get(f"/v1/conversations/{crowd}").body == before


@pytest.mark.parametrize(("method", "path", "body"), OWNERS_ONLY)
def test_an_admin_may_not(alice: Person, bob: Person, crowd: str, method: str, path: str, body: Any) -> None:
    alice.put(f"/v1/conversations/{crowd}/members/bob/role", {"role": "admin"})
    refused = bob.request(method, f"/v1/conversations/{crowd}{path}", body)
    assert (refused.status, refused.code) == (403, "insufficient_role")
    assert refused["required_role"] == "owner"


@pytest.mark.parametrize(("method", "path", "body"), ADMINS_ONLY)
def test_an_admin_may(alice: Person, bob: Person, carol: Person, crowd: str, method: str, path: str, body: Any) -> None:
    alice.put(f"/v1/conversations/{crowd}/members/bob/role", {"role": "admin"})
    assert bob.request(method, f"/v1/conversations/{crowd}{path}", body).status in (200, 201, 204)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [*ADMINS_ONLY, *OWNERS_ONLY],
)
def test_nobody_manages_a_direct_conversation(
    alice: Person, bob: Person, carol: Person, acme: Workspace, method: str, path: str, body: Any
) -> None:
    acme.person("dave")
    direct = alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"]
    refused = alice.request(method, f"/v1/conversations/{direct}{path}", body)
    assert (refused.status, refused.code) == (403, "insufficient_role")


ARCHIVED_REFUSES: tuple[tuple[str, str, Any], ...] = (
    ("PUT", "", {"name": "renamed"}),
    ("PUT", "", {"history": "joined"}),
    ("POST", "/members", {"user_ids": ["carol"]}),
    ("DELETE", "/members/dave", None),
    ("PUT", "/members/dave/role", {"role": "admin"}),
    ("PUT", "/bans/dave", None),
    ("PUT", "/bans/carol", None),
)


@pytest.mark.parametrize(("method", "path", "body"), ARCHIVED_REFUSES)
def test_an_archived_conversation_takes_no_change(
    alice: Person, carol: Person, crowd: str, method: str, path: str, body: Any
) -> None:
    assert alice.delete(f"/v1/conversations/{crowd}").status == 204
    before = alice.get(f"/v1/conversations/{crowd}").body
    refused = alice.request(method, f"/v1/conversations/{crowd}{path}", body)
    assert (refused.status, refused.code) == (409, "conversation_archived")
    assert alice.get(f"/v1/conversations/{crowd}").body == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "", {}),
        ("PUT", "", {"name": None}),
        ("PUT", "", {"name": ""}),
        ("PUT", "", {"history": "some"}),
        ("PUT", "", {"type": "channel"}),
        ("PUT", "", {"avatar_url": "javascript:alert(1)"}),
        ("POST", "/members", {"user_ids": []}),
        ("POST", "/members", {"user_ids": ["a#b"]}),
        ("POST", "/members", {"user_ids": [f"u{number}" for number in range(101)]}),
        ("PUT", "/members/bob/role", {"role": "king"}),
        ("PUT", "/mute", {"until": "tomorrow"}),
        ("PUT", "/mute", {"until": "2100-01-01T00:00:00"}),
        ("PUT", "/mute", {"until": "2020-01-01T00:00:00Z"}),
        ("PUT", "/settings", {}),
        ("PUT", "/settings", {"hidden": "forever"}),
        ("PUT", "/settings", {"hidden": True}),
        ("PUT", "/settings", {"pinned": None}),
        ("PUT", "/settings", {"pinned": "true"}),
        ("PUT", "/settings", {"archived_for_me": 1}),
        ("PUT", "/settings", {"labels": None}),
        ("PUT", "/settings", {"labels": "work"}),
        ("PUT", "/settings", {"labels": [""]}),
        ("PUT", "/settings", {"labels": ["a", "a "]}),
        ("PUT", "/settings", {"labels": ["a\nb"]}),
        ("PUT", "/settings", {"labels": ["x" * 41]}),
        ("PUT", "/settings", {"labels": ["\U0001f600" * 30, "\U0001f600" * 31]}),
        ("PUT", "/settings", {"labels": list("abcdef")}),
        ("PUT", "/settings", {"colour": "red"}),
        ("POST", "/read", {"message_id": 5}),
        ("POST", "/read", {"seq": 5}),
        ("POST", "/clear", {"message_id": 5}),
        ("POST", "/clear", {"message_id": "m" * 81}),
        ("POST", "/clear", {"seq": 5}),
        ("POST", "/unread", {}),
        ("POST", "/unread", {"message_id": None}),
        ("POST", "/unread", {"message_id": "m" * 81}),
        ("PUT", "/bans/bob", {"reason": "x" * 201}),
    ],
)
def test_bad_input_is_refused_with_a_pointer(alice: Person, general: str, method: str, path: str, body: Any) -> None:
    refused = alice.request(method, f"/v1/conversations/{general}{path}", body)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert refused["errors"][0].keys() == {"pointer", "code", "detail"}
