"""What a role allows is written on condition of that role: who loses it meanwhile has changed nothing."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.faults.interference import before_call
from tests.support.people.people import Person, Workspace


@dataclass(frozen=True)
class Deed:
    """What bob does by a role in alice's group, where carol is a member, dave is banned and erin a stranger."""

    name: str
    method: str
    path: str = ""
    body: Any = None
    by: str = "admin"

    def done(self, who: Person, group: str) -> Any:
        return who.request(self.method, f"/v1/conversations/{group}{self.path}", self.body)


DEEDS = (
    Deed("rename", "PUT", body={"name": "bob's"}),
    Deed("hide history", "PUT", body={"history": "joined"}),
    Deed("add", "POST", "/members", {"user_ids": ["erin"]}),
    Deed("remove", "DELETE", "/members/carol"),
    Deed("ban a member", "PUT", "/bans/carol"),
    Deed("ban a stranger", "PUT", "/bans/erin"),
    Deed("unban", "DELETE", "/bans/dave"),
    Deed("promote", "PUT", "/members/carol/role", {"role": "admin"}, by="owner"),
    Deed("hand over", "PUT", "/members/carol/role", {"role": "owner"}, by="owner"),
    Deed("depose", "PUT", "/members/alice/role", {"role": "member"}, by="owner"),
    Deed("archive", "DELETE", by="owner"),
)
every_deed = pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)


@pytest.fixture
def group(acme: Workspace, alice: Person, bob: Person, carol: Person) -> str:
    group = alice.open_group(bob, carol)
    acme.person("erin")
    assert alice.put(f"/v1/conversations/{group}/bans/{acme.person('dave').user_id}").status == 200
    return group


def give(alice: Person, group: str, role: str) -> None:
    assert alice.put(f"/v1/conversations/{group}/members/bob/role", {"role": role}).status == 200


def shown(who: Person, group: str) -> list[Any]:
    """The conversation and who is in it, apart from bob."""
    room = f"/v1/conversations/{group}"
    details = who.get(room)
    members = [(one["user_id"], one["role"]) for one in who.get(f"{room}/members")["data"] if one["user_id"] != "bob"]
    bans = [ban["user_id"] for ban in who.get(f"{room}/bans")["data"] if ban["user_id"] != "bob"]
    return [details["name"], details["history"], details["archived_at"], members, bans]


@every_deed
@pytest.mark.parametrize("how", ["demoted", "removed", "banned"])
def test_who_loses_the_role_meanwhile_has_changed_nothing(
    alice: Person, bob: Person, group: str, deed: Deed, how: str
) -> None:
    give(alice, group, deed.by)

    def lose() -> None:
        if how == "demoted":
            give(alice, group, "member")
        elif how == "removed":
            assert alice.delete(f"/v1/conversations/{group}/members/bob").status == 204
        else:
            assert alice.put(f"/v1/conversations/{group}/bans/bob").status == 200

    before = shown(alice, group)
    with before_call("TransactWriteItems", lose):
        refused = deed.done(bob, group)
    expected = (403, "insufficient_role") if how == "demoted" else (404, "conversation_not_found")
    assert (refused.status, refused.code) == expected
    assert shown(alice, group) == before


@every_deed
def test_who_gets_another_role_that_suffices_goes_on(alice: Person, bob: Person, group: str, deed: Deed) -> None:
    give(alice, group, deed.by)
    other = {"admin": "owner", "owner": "admin"}[deed.by]
    with before_call("TransactWriteItems", lambda: give(alice, group, other)):
        answer = deed.done(bob, group)
    assert answer.status == 403 if deed.by == "owner" else answer.status < 300
