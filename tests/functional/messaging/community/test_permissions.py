"""Who may do what by their role, act by act: the table is the contract, whatever the code that decides."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

from parley.messaging.members.leaving import depart
from parley.permissions.roles import DEFAULTS, IN_DIRECT, Permission
from tests.support.clients.jobs import JobQueues, playing_jobs
from tests.support.faults.interference import before_call
from tests.support.people.people import Person, Workspace

POLL = {"question": "Lunch?", "options": [{"text": "Yes"}, {"text": "No"}]}
SHARED, LADDER = ("group", "channel"), ("member", "moderator", "admin", "owner")


@dataclass(frozen=True)
class Act:
    """A request of bob's. `{hers}` is a message of alice's, with a poll; `{room}` the conversation, with dave in it.

    `least` is the lowest role that may make it in a group or channel; in a direct conversation, whose two have no
    other role than member, `in_direct` says whether they may.
    """

    name: str
    method: str
    path: str
    body: Any = None
    least: str = "member"
    in_direct: bool = True

    def by(self, who: Person, names: dict[str, str]) -> Any:
        return who.request(self.method, self.path.format(**names), _filled(self.body, names))


def _filled(body: Any, names: dict[str, str]) -> Any:
    match body:
        case str():
            return body.format(**names)
        case dict():
            return {key: _filled(value, names) for key, value in body.items()}
        case list():
            return [_filled(value, names) for value in body]
    return body


def managed(name: str, method: str, path: str, body: Any = None, *, least: str = "admin") -> Act:
    """What nobody does in a direct conversation."""
    return Act(name, method, f"/v1/conversations/{{room}}{path}", body, least, in_direct=False)


SEND = {"conversation_id": "{room}", "text": "new"}
ACTS = (
    Act("post", "POST", "/v1/messages", SEND),
    Act("post_poll", "POST", "/v1/messages", {**SEND, "poll": POLL}),
    Act("reply", "POST", "/v1/messages", {**SEND, "parent_id": "{hers}"}),
    Act("show_reply", "POST", "/v1/messages", {**SEND, "parent_id": "{hers}", "show_in_conversation": True}),
    Act("forward", "POST", "/v1/messages/{hers}/forward", {"conversation_ids": ["{room}"]}),
    Act("react", "POST", "/v1/messages/{hers}/reactions", {"reaction": "👍"}),
    Act("vote", "PUT", "/v1/messages/{hers}/votes", {"options": ["1"]}),
    Act("see_members", "GET", "/v1/conversations/{room}/members"),
    Act("see_receipts", "GET", "/v1/conversations/{room}/receipts"),
    Act("upload", "POST", "/v1/upload", {"filename": "a.txt", "content_type": "text/plain", "size": 5}),
    Act("pin", "PUT", "/v1/messages/{hers}/pin", least="admin"),
    Act("unpin", "DELETE", "/v1/messages/{hers}/pin", least="admin"),
    Act("edit_any", "PUT", "/v1/messages/{hers}", {"text": "other"}, least="nobody", in_direct=False),
    Act("see_edits", "GET", "/v1/messages/{hers}/edits", least="moderator", in_direct=False),
    Act("delete_any", "DELETE", "/v1/messages/{hers}", least="moderator", in_direct=False),
    Act("close_polls", "POST", "/v1/messages/{hers}/poll/close", least="admin", in_direct=False),
    managed("freeze", "PUT", "", {"frozen": True}, least="moderator"),
    managed("slow_down", "PUT", "", {"slow_mode_seconds": 9}, least="moderator"),
    managed("rename", "PUT", "", {"name": "other"}),
    managed("customise", "PUT", "", {"custom": {"a": 1}}),
    managed("hide_history", "PUT", "", {"history": "joined"}),
    managed("take_requests", "PUT", "", {"join_requests": True}),
    managed("add_members", "POST", "/members", {"user_ids": ["carol"]}),
    managed("remove_members", "DELETE", "/members/dave"),
    managed("invite", "POST", "/invites", {"user_ids": ["carol"]}),
    managed("see_invites", "GET", "/invites"),
    managed("revoke_invite", "DELETE", "/invites/carol"),
    managed("link", "POST", "/invite-links", {}),
    managed("see_links", "GET", "/invite-links"),
    managed("remove_link", "DELETE", "/invite-links/l1"),
    managed("see_requests", "GET", "/join-requests"),
    managed("approve", "POST", "/join-requests/dave/approve"),
    managed("decline", "DELETE", "/join-requests/carol"),
    managed("ban", "PUT", "/bans/dave", least="moderator"),
    managed("see_bans", "GET", "/bans", least="moderator"),
    managed("unban", "DELETE", "/bans/carol", least="moderator"),
    managed("truncate", "POST", "/truncate", {}),
    managed("change_roles", "PUT", "/members/dave/role", {"role": "admin"}, least="owner"),
    managed("archive", "DELETE", "", least="owner"),
)


@pytest.fixture(autouse=True)
def queues(tables: None) -> Iterator[JobQueues]:
    """Where jobs wait, which truncating begins."""
    with playing_jobs() as queues:
        yield queues


every_act = pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
Furnish = Callable[[str, str], dict[str, str]]


@pytest.fixture
def furnish(acme: Workspace, alice: Person, bob: Person, carol: Person, dave: Person) -> Furnish:
    """A conversation of a type with a message of alice's, where bob has a role."""

    def furnished(kind: str, role: str) -> dict[str, str]:
        if kind == "direct":
            opened = alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})
        else:
            opened = alice.post("/v1/conversations", {"type": kind, "name": "room", "members": ["bob", "dave"]})
        room = str(opened["id"])
        if role != "member":
            assert alice.put(f"/v1/conversations/{room}/members/bob/role", {"role": role}).status == 200
        return {"room": room, "hers": str(alice.send(room, "hers", poll=POLL)["id"])}

    return furnished


def hold(answer: Any, *, allowed: bool) -> None:
    if allowed:
        assert answer.status < 300, answer.text
    else:
        assert (answer.status, answer.code) in {(403, "insufficient_role"), (403, "not_the_author")}, answer.text


@every_act
@pytest.mark.parametrize("role", LADDER)
@pytest.mark.parametrize("kind", SHARED)
def test_a_role_allows_what_the_table_says(bob: Person, furnish: Furnish, kind: str, role: str, act: Act) -> None:
    allowed = act.least in LADDER and LADDER.index(role) >= LADDER.index(act.least)
    hold(act.by(bob, furnish(kind, role)), allowed=allowed)


@every_act
def test_the_two_of_a_direct_conversation_are_equal(bob: Person, furnish: Furnish, act: Act) -> None:
    hold(act.by(bob, furnish("direct", "member")), allowed=act.in_direct)


@pytest.fixture
def moderated(alice: Person, bob: Person, furnish: Furnish) -> dict[str, str]:
    """A group that alice owns, where bob is a moderator and dave a member."""
    return furnish("group", "moderator")


@pytest.mark.parametrize("theirs", ["admin", "owner"])
def test_a_moderator_bans_nobody_above_themselves(
    alice: Person, bob: Person, dave: Person, moderated: dict[str, str], theirs: str
) -> None:
    room = f"/v1/conversations/{moderated['room']}"
    alice.put(f"{room}/members/dave/role", {"role": theirs})
    refused = bob.put(f"{room}/bans/dave")
    assert (refused.status, refused.code, refused["required_role"]) == (403, "insufficient_role", theirs)
    alice.put(f"{room}/members/dave/role", {"role": "moderator"})
    assert bob.put(f"{room}/bans/dave").status == 200
    assert dave.get(room).status == 404


def test_an_admin_removes_admins_and_no_owner(alice: Person, bob: Person, furnish: Furnish) -> None:
    room = f"/v1/conversations/{furnish('group', 'admin')['room']}"
    alice.put(f"{room}/members/dave/role", {"role": "owner"})
    assert bob.delete(f"{room}/members/dave")["required_role"] == "owner"
    alice.put(f"{room}/members/dave/role", {"role": "admin"})
    assert bob.delete(f"{room}/members/dave").status == 204


def test_a_moderator_is_held_up_by_no_freeze_and_no_slow_mode(bob: Person, moderated: dict[str, str]) -> None:
    room = moderated["room"]
    assert bob.put(f"/v1/conversations/{room}", {"frozen": True, "slow_mode_seconds": 60}).status == 200
    assert [bob.send(room).status for _ in range(2)] == [201, 201]


def test_one_field_that_is_not_theirs_refuses_the_whole_change(bob: Person, moderated: dict[str, str]) -> None:
    path = f"/v1/conversations/{moderated['room']}"
    refused = bob.put(path, {"frozen": True, "name": "Bob's"})
    assert (refused.status, refused.code, refused["required_role"]) == (403, "insufficient_role", "admin")
    assert bob.get(path)["frozen"] is False


def test_who_is_demoted_while_they_delete_deletes_nothing(
    alice: Person, bob: Person, moderated: dict[str, str]
) -> None:
    demoted = f"/v1/conversations/{moderated['room']}/members/bob/role"
    with before_call("TransactWriteItems", lambda: alice.put(demoted, {"role": "member"})):
        refused = bob.delete(f"/v1/messages/{moderated['hers']}")
    assert (refused.status, refused.code) == (403, "insufficient_role")
    assert alice.get(f"/v1/messages/{moderated['hers']}")["deleted_at"] is None


def test_another_tenants_moderator_finds_nothing(mallory: Person, moderated: dict[str, str]) -> None:
    assert mallory.delete(f"/v1/messages/{moderated['hers']}").status == 404
    assert mallory.put(f"/v1/conversations/{moderated['room']}/bans/dave").status == 404


def test_a_moderator_inherits_before_members(alice: Person, bob: Person, dave: Person, furnish: Furnish) -> None:
    room = furnish("group", "member")["room"]
    alice.put(f"/v1/conversations/{room}/members/dave/role", {"role": "moderator"})
    depart(alice.tenant_id, "alice", room)
    assert dave.get(f"/v1/conversations/{room}")["membership"]["role"] == "owner"


def test_the_clients_table_is_this_one() -> None:
    source = Path("clients/typescript/src/permissions.ts").read_text(encoding="utf-8")
    table = source.partition("DEFAULT_PERMISSIONS = {")[2].partition("}")[0]
    assert dict(re.findall(r"(\w+): \"(\w+)\"", table)) == DEFAULTS
    assert get_args(Permission) == tuple(DEFAULTS)
    assert {name for name, least in DEFAULTS.items() if IN_DIRECT[name] != least} == {"pin"}
