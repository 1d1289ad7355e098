"""Shadow bans: what is posted under one is there for its author alone."""

import json
from dataclasses import replace
from typing import Any

import pytest

from parley import clock
from parley.identity.shadow import FOR_GOOD
from tests.functional.shadow.conftest import shadow_ban
from tests.support.people.clocks import Clock
from tests.support.people.people import Person, Workspace


def texts(person: Person, conversation_id: str, **query: Any) -> list[str]:
    page = person.get(f"/v1/conversations/{conversation_id}/messages", order="asc", **query)
    assert page.status == 200, page.text
    return [each["text"] for each in page["data"]]


def unread(person: Person, conversation_id: str) -> int:
    found = person.get("/v1/unread")["conversations"]
    return next((each["unread_count"] for each in found if each["conversation_id"] == conversation_id), 0)


@pytest.mark.parametrize("ban", ["banned", "banned_everywhere"])
def test_what_a_shadow_banned_user_sends_is_there_for_them_alone(
    acme: Workspace, alice: Person, dave: Person, team: str, request: pytest.FixtureRequest, ban: str
) -> None:
    bob: Person = request.getfixturevalue(ban)
    normal = alice.send(team, "before")
    sent = bob.send(team, "hidden")
    assert sent.status == 201
    assert sent["seq"] == normal["seq"] + 1
    assert json.loads(sent.text).keys() == json.loads(normal.text).keys()
    assert texts(bob, team) == ["before", "hidden"]
    assert texts(alice, team) == texts(dave, team) == ["before"]
    own = bob.get(f"/v1/messages/{sent['id']}")
    assert (own.status, own["text"], own["version"]) == (200, "hidden", sent["version"])
    for other in (alice, dave):
        assert other.get(f"/v1/messages/{sent['id']}").code == "message_not_found"
        assert unread(other, team) == (0 if other is alice else 1)
        shown = other.get(f"/v1/conversations/{team}")
        assert shown["last_message"]["text"] == "before"
    receipts = dave.get(f"/v1/conversations/{team}/receipts")["data"]
    assert [each["read_seq"] for each in receipts if each["user_id"] == "bob"] == [normal["seq"]]
    alice.send(team, "after")
    assert texts(bob, team) == ["before", "hidden", "after"]
    assert texts(bob, team, after_seq=1) == ["hidden", "after"]
    assert texts(dave, team) == ["before", "after"]


def test_a_shadow_ban_is_told_to_moderators_alone(
    acme: Workspace, alice: Person, banned: Person, dave: Person, team: str
) -> None:
    listed = alice.get(f"/v1/conversations/{team}/bans")["data"]
    assert [(each["user_id"], each["shadow"], each["until"]) for each in listed] == [("bob", True, None)]
    assert banned.get(f"/v1/conversations/{team}/bans").code == "insufficient_role"
    for path in (f"/v1/conversations/{team}", "/v1/users/me", "/v1/conversations", f"/v1/conversations/{team}/members"):
        assert "shadow" not in banned.get(path).text
    assert dave.put(f"/v1/conversations/{team}/bans/alice", {"shadow": True}).code == "insufficient_role"
    assert alice.put(f"/v1/conversations/{team}/bans/alice", {"shadow": True}).code == "not_on_oneself"
    assert alice.delete(f"/v1/conversations/{team}/bans/bob").status == 204
    assert alice.get(f"/v1/conversations/{team}/bans")["data"] == []
    assert banned.send(team, "back").status == 201
    assert texts(dave, team) == ["back"]


def test_what_was_hidden_stays_so_when_the_ban_ends(
    alice: Person, banned: Person, dave: Person, team: str, moved_clock: Clock
) -> None:
    alice.delete(f"/v1/conversations/{team}/bans/bob")
    until = clock.to_rfc3339(clock.to_datetime(moved_clock.now + 60_000))
    assert alice.put(f"/v1/conversations/{team}/bans/bob", {"shadow": True, "until": until}).status == 200
    banned.send(team, "hidden")
    moved_clock.pass_seconds(61)
    assert alice.get(f"/v1/conversations/{team}/bans")["data"] == []
    banned.send(team, "shown")
    assert texts(dave, team) == ["shown"]
    assert texts(banned, team) == ["hidden", "shown"]


def test_leaving_and_coming_back_does_not_end_it(alice: Person, dave: Person, acme: Workspace) -> None:
    bob = acme.person("bob")
    news = str(alice.post("/v1/conversations", {"type": "channel", "name": "news", "members": ["dave"]})["id"])
    shadow_ban(alice, news)
    join = {"user_ids": ["bob"]}
    assert bob.post(f"/v1/conversations/{news}/members", join).status == 200
    assert bob.send(news, "hidden").status == 201
    assert texts(dave, news) == []
    assert bob.delete(f"/v1/conversations/{news}/members/bob").status == 204
    assert bob.post(f"/v1/conversations/{news}/members", join).status == 200
    bob.send(news, "hidden again")
    assert texts(bob, news) == ["hidden", "hidden again"]
    alice.delete(f"/v1/conversations/{news}/bans/bob")
    bob.send(news, "shown")
    assert texts(dave, news) == ["shown"]


def test_a_ban_takes_the_place_of_a_shadow_ban(alice: Person, banned: Person, team: str) -> None:
    assert alice.put(f"/v1/conversations/{team}/bans/bob", {"reason": "spam"})["shadow"] is False
    assert banned.send(team).code == "conversation_not_found"
    again = alice.put(f"/v1/conversations/{team}/bans/bob", {"shadow": True})
    assert (again["shadow"], again["reason"]) == (False, "spam")
    alice.delete(f"/v1/conversations/{team}/bans/bob")
    added = alice.post(f"/v1/conversations/{team}/members", {"user_ids": ["bob"]})
    assert added["data"] == [{"user_id": "bob", "status": "added"}]
    banned.send(team, "shown")
    assert "shown" in texts(alice, team)


def test_one_edits_and_deletes_what_only_they_are_shown(banned: Person, alice: Person, team: str) -> None:
    sent = banned.send(team, "hidden")
    edited = banned.put(f"/v1/messages/{sent['id']}", {"text": "edited"})
    assert (edited.status, edited["text"], edited["version"]) == (200, "edited", 2)
    assert texts(banned, team) == ["edited"]
    assert banned.get(f"/v1/messages/{sent['id']}/edits")["data"][0]["text"] == "hidden"
    assert alice.get(f"/v1/messages/{sent['id']}/edits").code == "message_not_found"
    assert alice.put(f"/v1/messages/{sent['id']}", {"text": "mine"}).code == "message_deleted"
    deleted = banned.delete(f"/v1/messages/{sent['id']}")
    assert (deleted.status, deleted["text"]) == (200, "")
    assert banned.get(f"/v1/messages/{sent['id']}")["deleted_at"] is not None
    assert texts(alice, team) == []


def test_what_others_see_is_not_edited_in_the_dark(alice: Person, bob: Person, dave: Person, team: str) -> None:
    earlier = bob.send(team, "harmless")["id"]
    shadow_ban(alice, team)
    assert bob.put(f"/v1/messages/{earlier}", {"text": "abuse"}).code == "edit_window_closed"
    assert bob.delete(f"/v1/messages/{earlier}").status == 200
    assert texts(dave, team) == [""]


def test_reactions_and_votes_reach_nobody(alice: Person, banned: Person, dave: Person, team: str) -> None:
    poll = {"question": "Tea?", "options": [{"text": "Yes"}, {"text": "No"}]}
    asked = alice.send(team, "", poll=poll)["id"]
    reacted = banned.post(f"/v1/messages/{asked}/reactions", {"reaction": "👍"})
    assert (reacted.status, reacted["reactions"]["👍"]) == (201, {"count": 1, "mine": True})
    voted = banned.put(f"/v1/messages/{asked}/votes", {"options": ["1"]})
    assert voted.status == 200, voted.text
    seen = dave.get(f"/v1/messages/{asked}")
    assert seen["reactions"] == {}
    assert seen["poll"]["results"]["voters"] == 0
    own = banned.send(team, "", poll=poll)["id"]
    assert banned.post(f"/v1/messages/{own}/reactions", {"reaction": "👍"}).status == 201
    assert banned.put(f"/v1/messages/{own}/votes", {"options": ["1"]}).status == 200
    assert dave.get(f"/v1/messages/{own}/reactions").code == "message_not_found"


def test_replies_and_quotes_are_there_for_their_author(alice: Person, banned: Person, dave: Person, team: str) -> None:
    root = alice.send(team, "root")["id"]
    reply = banned.send(team, "hidden reply", parent_id=root, show_in_conversation=True)
    assert reply.status == 201, reply.text
    own = banned.get(f"/v1/messages/{root}/replies")["data"]
    assert [each["text"] for each in own] == ["hidden reply"]
    assert dave.get(f"/v1/messages/{root}/replies")["data"] == []
    assert dave.get(f"/v1/messages/{root}")["reply_count"] == 0
    assert texts(banned, team) == ["root", "hidden reply"]
    assert texts(dave, team) == ["root"]
    assert banned.get(f"/v1/messages/{reply['id']}")["text"] == "hidden reply"
    quote = banned.send(team, "quoting", quoted_message_id=reply["id"])
    assert quote["quoted_message"]["text"] == "hidden reply"
    under = banned.send(team, "under", parent_id=quote["id"])
    assert under.status == 201, under.text
    assert [each["text"] for each in banned.get(f"/v1/messages/{quote['id']}/replies")["data"]] == ["under"]
    assert dave.get(f"/v1/messages/{quote['id']}/replies").code == "message_not_found"
    assert dave.send(team, "answer", parent_id=quote["id"]).code == "parent_not_found"
    alice.delete(f"/v1/conversations/{team}/bans/bob")
    assert banned.send(team, "still under", parent_id=quote["id"]).status == 201
    assert dave.get(f"/v1/messages/{quote['id']}/replies").code == "message_not_found"
    alice.send(team, "a reply", parent_id=root)
    assert dave.get(f"/v1/messages/{root}")["reply_count"] == 1
    assert banned.get(f"/v1/messages/{root}")["reply_count"] == 1


def test_a_request_that_comes_again_sends_what_it_sent(alice: Person, bob: Person, dave: Person, team: str) -> None:
    body = {"conversation_id": team, "text": "shown"}
    shown = bob.post("/v1/messages", body, key="one")
    shadow_ban(alice, team)
    again = bob.post("/v1/messages", body, key="one")
    assert (again["id"], again.headers["Idempotent-Replayed"]) == (shown["id"], "true")
    hidden = bob.post("/v1/messages", body | {"text": "hidden"}, key="two")
    assert bob.post("/v1/messages", body | {"text": "hidden"}, key="two")["id"] == hidden["id"]
    alice.delete(f"/v1/conversations/{team}/bans/bob")
    again = bob.post("/v1/messages", body | {"text": "hidden"}, key="two")
    assert (again["id"], again.headers["Idempotent-Replayed"]) == (hidden["id"], "true")
    assert texts(dave, team) == ["shown"]
    assert texts(bob, team) == ["shown", "hidden"]
    assert unread(dave, team) == 1


def test_the_back_end_sends_for_a_user_as_they_would(acme: Workspace, alice: Person, dave: Person, team: str) -> None:
    assert acme.server.put("/v1/users/bob/shadow-ban", {"reason": "spam"}).status == 200
    batch = [{"conversation_id": team, "author_id": name, "text": name} for name in ("bob", "dave")]
    sent = acme.server.post("/v1/messages/batch", {"messages": batch})
    assert [each["status"] for each in sent["data"]] == [201, 201]
    assert texts(alice, team) == ["dave"]


def test_power_over_others_rests(acme: Workspace, alice: Person, dave: Person, team: str) -> None:
    assert acme.server.put("/v1/users/alice/shadow-ban", {}).status == 200
    shadowed = replace(alice, shadowed_until=FOR_GOOD)
    for method, path, body in (
        ("PUT", f"/v1/conversations/{team}", {"name": "abuse"}),
        ("POST", f"/v1/conversations/{team}/members", {"user_ids": ["carol"]}),
        ("PUT", f"/v1/conversations/{team}/bans/dave", {}),
        ("POST", f"/v1/conversations/{team}/truncate", {}),
    ):
        assert shadowed.request(method, path, body).code == "insufficient_role", path
        assert "shadow" not in shadowed.request(method, path, body).text
    opened = shadowed.post("/v1/conversations", {"type": "group", "name": "trap", "members": ["dave"]})
    assert opened.status == 201
    direct = shadowed.post("/v1/conversations", {"type": "direct", "members": ["dave"]})
    assert direct.status == 201, direct.text
    assert [each["id"] for each in dave.get("/v1/conversations")["data"]] == [team]
    assert shadowed.post("/v1/conversations", {"type": "channel", "name": "abuse"}).code == "forbidden"
    found = dave.post("/v1/conversations", {"type": "direct", "members": ["alice"]})
    assert (found.status, found["id"]) == (200, direct["id"])


def test_those_who_judge_see_what_is_hidden(
    acme: Workspace, alice: Person, banned: Person, dave: Person, team: str
) -> None:
    ids = [banned.send(team, text)["id"] for text in ("one", "two", "three")]
    root = alice.send(team, "root")["id"]
    ids.append(banned.send(team, "reply", parent_id=root, show_in_conversation=True)["id"])
    path = f"/v1/conversations/{team}/shadowed-messages"
    first = alice.get(path, limit=2)
    second = alice.get(path, limit=3, cursor=first["next_cursor"])
    seen = [each["id"] for page in (first, second) for each in page["data"]]
    assert sorted(seen) == sorted(ids)
    assert dave.get(path).code == banned.get(path).code == "insufficient_role"
    assert [each["id"] for each in acme.server.get(path)["data"]] == seen
    of_bob = acme.server.get("/v1/users/bob/shadowed-messages", limit=3)
    rest = acme.server.get("/v1/users/bob/shadowed-messages", limit=3, cursor=of_bob["next_cursor"])
    assert [each["id"] for page in (of_bob, rest) for each in page["data"]] == ids[::-1]
    assert alice.get("/v1/users/bob/shadowed-messages").code == "server_token_required"


def test_a_back_end_bans_everywhere_and_says_how(acme: Workspace, bob: Person, moved_clock: Clock) -> None:
    path = "/v1/users/bob/shadow-ban"
    assert acme.server.get(path).code == "shadow_ban_not_found"
    assert acme.server.put("/v1/users/nobody/shadow-ban", {}).code == "user_not_found"
    past = {"until": clock.to_rfc3339(clock.to_datetime(moved_clock.now - 1))}
    assert acme.server.put(path, past).code == "validation_failed"
    first = acme.server.put(path, {"reason": "spam"})
    moved_clock.pass_seconds(5)
    again = acme.server.put(path, {"until": clock.to_rfc3339(clock.to_datetime(moved_clock.now + 60_000))})
    assert (again["created_at"], again["reason"]) == (first["created_at"], None)
    assert acme.server.get(path).text == again.text
    for method in ("GET", "PUT", "DELETE"):
        assert bob.request(method, path, {} if method == "PUT" else None).code == "server_token_required"
    moved_clock.pass_seconds(61)
    assert acme.server.get(path).code == "shadow_ban_not_found"
    assert [acme.server.delete(path).status for _ in range(2)] == [204, 204]
