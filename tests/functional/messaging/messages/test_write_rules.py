"""What every write to a conversation obeys, verb by verb: blocks, removals, bans, archives, other tenants.

A verb that is not in the table here fails a test, so that none is forgotten.
"""

from dataclasses import dataclass
from typing import Any

import pytest

from infrastructure.routes import ROUTES
from tests.support.faults.dynamodb_faults import faulty
from tests.support.faults.interference import before_call
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.people import Person, Workspace


@dataclass(frozen=True)
class Verb:
    """A write. In its path and body `{own}` is a message of the caller's, `{other}` the other's, `{room}` the place."""

    name: str
    method: str
    path: str
    body: Any = None
    when_blocked: int = 403
    when_archived: int = 409
    gone: str = "message_not_found"
    writes: tuple[str, ...] = ("UpdateItem",)
    """The calls before which a removal stops it; none where the read right before the write decides."""
    takes_back: bool = False
    """It only takes something of the caller's own away, which a block does not keep."""

    def by(self, who: Person, names: dict[str, str]) -> Any:
        body = self.body
        if body is not None:
            body = {key: value.format(**names) if isinstance(value, str) else value for key, value in body.items()}
        return who.request(self.method, self.path.format(**names), body)


SEND = {"conversation_id": "{room}", "text": "new"}
REPLY = {**SEND, "parent_id": "{other}"}
NOT_FOUND = "conversation_not_found"
VERBS = (
    Verb("send", "POST", "/v1/messages", SEND, gone=NOT_FOUND, writes=("UpdateItem", "PutItem")),
    Verb("reply", "POST", "/v1/messages", REPLY, gone=NOT_FOUND, writes=("UpdateItem", "PutItem")),
    Verb(
        "show",
        "POST",
        "/v1/messages",
        {**REPLY, "show_in_conversation": True},
        gone=NOT_FOUND,
        writes=("UpdateItem", "PutItem"),
    ),
    Verb("edit", "PUT", "/v1/messages/{own}", {"text": "edited"}),
    Verb("delete", "DELETE", "/v1/messages/{own}", when_blocked=200, writes=(), takes_back=True),
    Verb("react", "POST", "/v1/messages/{other}/reactions", {"reaction": "👍"}),
    Verb("unreact", "DELETE", "/v1/messages/{other}/reactions/❤️", when_blocked=204, writes=(), takes_back=True),
    Verb("vote", "PUT", "/v1/messages/{other}/votes", {"options": ["1"]}, writes=("TransactWriteItems",)),
    Verb("close", "POST", "/v1/messages/{own}/poll/close", writes=("TransactWriteItems",)),
    Verb("pin", "PUT", "/v1/messages/{other}/pin", writes=("TransactWriteItems",)),
    Verb("unpin", "DELETE", "/v1/messages/{own}/pin", writes=("TransactWriteItems",)),
    Verb(
        "flag",
        "POST",
        "/v1/messages/{other}/flag",
        {"reason": "spam"},
        when_blocked=201,
        when_archived=201,
        writes=("TransactWriteItems",),
    ),
    Verb("event", "POST", "/v1/conversations/{room}/events", {"name": "cursor.moved"}, gone=NOT_FOUND, writes=()),
    Verb("read", "POST", "/v1/conversations/{room}/read", {}, when_archived=200, gone=NOT_FOUND),
    Verb(
        "unread",
        "POST",
        "/v1/conversations/{room}/unread",
        {"message_id": "{other}"},
        when_archived=200,
        gone=NOT_FOUND,
        writes=("TransactWriteItems",),
    ),
    Verb("mute", "PUT", "/v1/conversations/{room}/mute", {}, when_blocked=200, when_archived=200, gone=NOT_FOUND),
    Verb("unmute", "DELETE", "/v1/conversations/{room}/mute", when_blocked=204, when_archived=204, gone=NOT_FOUND),
    Verb(
        "clear",
        "POST",
        "/v1/conversations/{room}/clear",
        {"message_id": "{other}"},
        when_blocked=200,
        when_archived=200,
        gone=NOT_FOUND,
    ),
    Verb(
        "arrange",
        "PUT",
        "/v1/conversations/{room}/settings",
        {"pinned": True},
        when_blocked=200,
        when_archived=200,
        gone=NOT_FOUND,
        writes=("TransactWriteItems",),
    ),
)
ELSEWHERE = {
    "POST /v1/conversations/{conversation_id}/commands",
    "POST /v1/conversations/{conversation_id}/ephemeral-messages",
    "POST /v1/messages/batch",
    "POST /v1/messages/{message_id}/forward",
    "POST /v1/conversations",
    "PUT /v1/conversations/{conversation_id}",
    "DELETE /v1/conversations/{conversation_id}",
    "POST /v1/conversations/{conversation_id}/truncate",
    "POST /v1/conversations/{conversation_id}/members",
    "POST /v1/conversations/{conversation_id}/invites",
    "POST /v1/conversations/{conversation_id}/invites/accept",
    "DELETE /v1/conversations/{conversation_id}/invites/{user_id}",
    "POST /v1/conversations/{conversation_id}/invite-links",
    "POST /v1/conversations/{conversation_id}/join-requests",
    "POST /v1/conversations/{conversation_id}/join-requests/{user_id}/approve",
    "DELETE /v1/conversations/{conversation_id}/join-requests/{user_id}",
    "DELETE /v1/conversations/{conversation_id}/invite-links/{link_id}",
    "DELETE /v1/conversations/{conversation_id}/members/{user_id}",
    "PUT /v1/conversations/{conversation_id}/members/{user_id}/role",
    "PUT /v1/conversations/{conversation_id}/bans/{user_id}",
    "DELETE /v1/conversations/{conversation_id}/bans/{user_id}",
    "PUT /v1/conversations/{conversation_id}/notifications",
    "DELETE /v1/conversations/{conversation_id}/notifications",
    "PUT /v1/conversations/{conversation_id}/draft",
    "DELETE /v1/conversations/{conversation_id}/draft",
    "DELETE /v1/messages/{message_id}/link_previews",
    "POST /v1/messages/{message_id}/translations",
    "PUT /v1/messages/{message_id}/bookmark",
    "DELETE /v1/messages/{message_id}/bookmark",
}
"""Of a conversation as a whole, for its admins, or of what is one's own and nobody else sees: tested by themselves."""
RACES = [(verb, call) for verb in VERBS for call in verb.writes]


def _name(value: object) -> str:
    return value.name if isinstance(value, Verb) else str(value)


every_race = pytest.mark.parametrize(("verb", "call"), RACES, ids=_name)
every_verb = pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)


def test_every_route_that_writes_to_a_conversation_is_in_the_table() -> None:
    places = ("/v1/messages", "/v1/conversations")
    writes = {
        f"{route.method} {route.path}" for route in ROUTES if route.method != "GET" and route.path.startswith(places)
    }
    names = {"own": "{message_id}", "other": "{message_id}", "room": "{conversation_id}"}
    listed = {f"{verb.method} {verb.path.format(**names)}".replace("❤️", "{reaction}") for verb in VERBS}
    assert writes == listed | ELSEWHERE


def open_direct(one: Person, other: Person) -> str:
    return str(one.post("/v1/conversations", {"type": "direct", "members": [other.user_id]})["id"])


def furnish(alice: Person, bob: Person, room: str) -> dict[str, str]:
    """A conversation with a message of each, both with polls, bob's pinned, and a reaction of bob's to alice's."""
    poll = {"question": "Lunch?", "options": [{"text": "Yes"}, {"text": "No"}]}
    other, own = str(alice.send(room, "hers", poll=poll)["id"]), str(bob.send(room, "his", poll=poll)["id"])
    assert bob.post(f"/v1/messages/{other}/reactions", {"reaction": "❤️"}).status == 201
    assert alice.put(f"/v1/messages/{own}/pin").status == 200
    alice.send(room, "unread")
    return {"room": room, "own": own, "other": other}


@pytest.fixture
def direct(alice: Person, bob: Person) -> dict[str, str]:
    return furnish(alice, bob, open_direct(alice, bob))


@pytest.fixture
def group(alice: Person, bob: Person) -> dict[str, str]:
    """A group that alice owns, where bob is an admin."""
    room = alice.open_group(bob)
    assert alice.put(f"/v1/conversations/{room}/members/bob/role", {"role": "admin"}).status == 200
    return furnish(alice, bob, room)


def state(who: Person, names: dict[str, str]) -> list[Any]:
    """All that a member sees of a conversation, and of how far the others have read."""
    room = names["room"]
    seen = [
        who.get(f"/v1/conversations/{room}/messages")["data"],
        who.get(f"/v1/conversations/{room}/pins")["data"],
        who.get(f"/v1/messages/{names['other']}/replies")["data"],
        who.get(f"/v1/conversations/{room}/receipts")["data"],
        who.get(f"/v1/conversations/{room}")["last_message"],
        who.get("/v1/unread")["total"],
    ]
    return [[{**each, "version": 0} for each in part] if isinstance(part, list) else part for part in seen]


@every_verb
def test_what_a_blocked_user_writes_never_reaches_who_blocked_them(
    alice: Person, bob: Person, direct: dict[str, str], verb: Verb
) -> None:
    alice.put("/v1/users/bob/block")
    before = state(alice, direct)
    answer = verb.by(bob, direct)
    assert answer.status == verb.when_blocked, answer.text
    if verb.takes_back:
        seen = alice.get(f"/v1/messages/{direct['own']}"), alice.get(f"/v1/messages/{direct['other']}")
        assert seen[0]["text"] == "" or seen[1]["reactions"] == {}
        return
    assert state(alice, direct) == before
    if verb.when_blocked == 403:
        assert answer.code == "blocked"
        alice.delete("/v1/users/bob/block")
        assert verb.by(bob, direct).status < 300


@every_verb
def test_who_has_blocked_another_and_who_shares_a_group_writes_on(
    alice: Person, bob: Person, direct: dict[str, str], group: dict[str, str], verb: Verb
) -> None:
    alice.put("/v1/users/bob/block")
    assert verb.by(alice, {**direct, "own": direct["other"], "other": direct["own"]}).status < 300
    assert verb.by(bob, group).status < 300


@every_race
def test_a_block_that_comes_during_a_write_stops_it(
    alice: Person, bob: Person, direct: dict[str, str], verb: Verb, call: str
) -> None:
    before = state(alice, direct)
    with in_one_thread(), before_call(call, lambda: alice.put("/v1/users/bob/block")):
        answer = verb.by(bob, direct)
    assert answer.status == verb.when_blocked, answer.text
    assert lasting(state(alice, direct)) == lasting(before)


@every_verb
@pytest.mark.parametrize("how", ["removed", "banned"])
def test_who_is_out_writes_nothing(alice: Person, bob: Person, group: dict[str, str], verb: Verb, how: str) -> None:
    take_out(alice, group, how)
    before = state(alice, group)
    refused = verb.by(bob, group)
    assert (refused.status, refused.code) == (404, verb.gone)
    assert state(alice, group) == before


def take_out(alice: Person, names: dict[str, str], how: str) -> None:
    path = f"/v1/conversations/{names['room']}"
    out = alice.put(f"{path}/bans/bob") if how == "banned" else alice.delete(f"{path}/members/bob")
    assert out.status in {200, 204}


@every_race
@pytest.mark.parametrize("how", ["removed", "banned"])
def test_who_is_taken_out_during_a_write_has_written_nothing(
    alice: Person, bob: Person, group: dict[str, str], verb: Verb, call: str, how: str
) -> None:
    before = state(alice, group)
    with in_one_thread(), before_call(call, lambda: take_out(alice, group, how)):
        refused = verb.by(bob, group)
    assert (refused.status, refused.code) == (404, verb.gone)
    assert lasting(state(alice, group)) == lasting(before)


def lasting(seen: list[Any]) -> list[Any]:
    """Without the receipts, which whoever left has no more."""
    return seen[:3] + seen[4:]


@pytest.mark.parametrize("how", ["removed", "banned", "demoted"])
def test_an_admin_who_loses_the_role_meanwhile_deletes_nothing_of_others(
    alice: Person, bob: Person, group: dict[str, str], how: str
) -> None:
    def lose() -> None:
        if how == "demoted":
            demoted = alice.put(f"/v1/conversations/{group['room']}/members/bob/role", {"role": "member"})
            assert demoted.status == 200
        else:
            take_out(alice, group, how)

    before = state(alice, group)
    with before_call("TransactWriteItems", lose):
        refused = bob.delete(f"/v1/messages/{group['other']}")
    expected = (403, "insufficient_role") if how == "demoted" else (404, "message_not_found")
    assert (refused.status, refused.code) == expected
    assert lasting(state(alice, group)) == lasting(before)


def test_an_archive_keeps_admins_from_deleting_meanwhile(alice: Person, bob: Person, group: dict[str, str]) -> None:
    with before_call("TransactWriteItems", lambda: alice.delete(f"/v1/conversations/{group['room']}")):
        refused = bob.delete(f"/v1/messages/{group['other']}")
    assert (refused.status, refused.code) == (409, "conversation_archived")
    assert alice.get(f"/v1/messages/{group['other']}")["text"] == "hers"


@pytest.mark.parametrize("how", ["removed", "banned"])
@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb.takes_back], ids=_name)
def test_what_is_taken_back_beside_a_removal_is_gone_as_a_whole(
    alice: Person, bob: Person, group: dict[str, str], verb: Verb, how: str
) -> None:
    with in_one_thread(), before_call("UpdateItem", lambda: take_out(alice, group, how)):
        assert verb.by(bob, group).status in {200, 204}
    own, other = (alice.get(f"/v1/messages/{group[name]}") for name in ("own", "other"))
    if verb.name == "delete":
        assert (own["text"], own["deleted_at"] is not None, own["pinned_at"]) == ("", True, None)
        assert alice.get(f"/v1/conversations/{group['room']}/pins")["data"] == []
    else:
        assert other["reactions"] == {}


@every_verb
def test_an_archived_conversation_takes_no_change(
    alice: Person, bob: Person, group: dict[str, str], verb: Verb
) -> None:
    assert alice.delete(f"/v1/conversations/{group['room']}").status == 204
    answer = verb.by(bob, group)
    assert answer.status == verb.when_archived, answer.text
    if verb.when_archived == 409:
        assert answer.code == "conversation_archived"


@pytest.mark.parametrize(("verb", "call"), [race for race in RACES if race[0].when_archived == 409], ids=_name)
def test_an_archive_that_comes_during_a_write_stops_it(
    alice: Person, bob: Person, group: dict[str, str], verb: Verb, call: str
) -> None:
    before = state(alice, group)
    with in_one_thread(), before_call(call, lambda: alice.delete(f"/v1/conversations/{group['room']}")):
        answer = verb.by(bob, group)
    assert (answer.status, answer.code) == (409, "conversation_archived")
    assert lasting(state(alice, group))[:4] == lasting(before)[:4]


SENDS = [verb for verb in VERBS if verb.name in {"send", "reply", "show"}]


@pytest.mark.parametrize("how", ["removed", "banned", "archived", "blocked"])
@pytest.mark.parametrize("verb", SENDS, ids=_name)
def test_what_is_put_after_the_right_to_it_has_gone_is_refused(
    alice: Person, bob: Person, group: dict[str, str], direct: dict[str, str], verb: Verb, how: str
) -> None:
    """The read pointer has moved by then, which was the last check beside the put."""
    place = direct if how == "blocked" else group

    def happen() -> None:
        if how == "blocked":
            assert alice.put("/v1/users/bob/block").status == 204
        elif how == "archived":
            assert alice.delete(f"/v1/conversations/{group['room']}").status == 204
        else:
            take_out(alice, group, how)

    before = state(alice, place)
    with in_one_thread(handed_over_last=True), before_call("PutItem", happen):
        refused = verb.by(bob, place)
    expected = {"archived": (409, "conversation_archived"), "blocked": (403, "blocked")}
    assert (refused.status, refused.code) == expected.get(how, (404, NOT_FOUND))
    assert lasting(state(alice, place))[:4] == lasting(before)[:4]


@pytest.mark.parametrize("handed_over_last", [False, True])
@pytest.mark.parametrize("key", [None, "k"])
@pytest.mark.parametrize("verb", SENDS, ids=_name)
def test_who_writes_beside_a_ban_of_another_gets_a_new_number(
    alice: Person, bob: Person, carol: Person, verb: Verb, key: str | None, *, handed_over_last: bool
) -> None:
    group = furnish(alice, bob, alice.open_group(bob, carol))
    body = {name: value.format(**group) if isinstance(value, str) else value for name, value in verb.body.items()}
    puts = 0

    def ban(_: int, called: str) -> None:
        nonlocal puts
        puts += called == "PutItem"
        if called == "PutItem" and puts == (1 if key is None else 2):
            assert alice.put(f"/v1/conversations/{group['room']}/bans/carol").status == 200

    with in_one_thread(handed_over_last=handed_over_last), faulty(ban):
        sent = bob.post("/v1/messages", body, key=key)
    assert sent.status == 201, sent.text
    if key is not None:
        again = bob.post("/v1/messages", body, key=key)
        assert (again.status, again["id"]) == (201, sent["id"])
    assert alice.get(f"/v1/messages/{sent['id']}")["text"] == "new"
    shown = [one["text"] for one in alice.get(f"/v1/conversations/{group['room']}/messages")["data"]]
    assert shown.count("new") == (0 if verb.name == "reply" else 1)
    replies = alice.get(f"/v1/messages/{group['other']}/replies")["data"]
    assert alice.get(f"/v1/messages/{group['other']}")["reply_count"] == len(replies) == (verb.name != "send")
    assert alice.get("/v1/unread")["total"] == (0 if verb.name == "reply" else 1)


@every_verb
def test_strangers_and_other_tenants_are_told_of_nothing(
    carol: Person, mallory: Person, group: dict[str, str], globex: Workspace, verb: Verb
) -> None:
    for who in (carol, mallory):
        refused = verb.by(who, group)
        assert (refused.status, refused.code) == (404, verb.gone)
