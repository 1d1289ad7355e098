"""A change of a conversation as a whole, or of who is in it, that dies after any of its calls.

What is shown agrees with itself right after it, and once the request is repeated all is as if it had never died.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.faults.interference import crash_after
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.clocks import MovingClock
from tests.support.people.people import Person, Workspace

MOST_CALLS = 30
Deed = Callable[[Person, Person, str], Any]


def _room(group: str, path: str = "") -> str:
    return f"/v1/conversations/{group}{path}"


DEEDS: dict[str, Deed] = {
    "leave": lambda _, bob, group: bob.delete(_room(group, "/members/bob")),
    "remove": lambda alice, _, group: alice.delete(_room(group, "/members/bob")),
    "ban": lambda alice, _, group: alice.put(_room(group, "/bans/bob")),
    "unban": lambda alice, _, group: alice.delete(_room(group, "/bans/carol")),
    "add": lambda alice, _, group: alice.post(_room(group, "/members"), {"user_ids": ["dave", "erin"]}),
    "promote": lambda alice, _, group: alice.put(_room(group, "/members/bob/role"), {"role": "owner"}),
    "rename": lambda alice, _, group: alice.put(_room(group), {"name": "renamed", "history": "joined"}),
    "archive": lambda alice, _, group: alice.delete(_room(group)),
    "read": lambda _, bob, group: bob.post(_room(group, "/read"), {}),
    "mark unread": lambda _, bob, group: bob.post(_room(group, "/unread"), {"message_id": f"{group}-1"}),
    "mute": lambda _, bob, group: bob.put(_room(group, "/mute"), {}),
    "clear": lambda _, bob, group: bob.post(_room(group, "/clear"), {"message_id": f"{group}-1"}),
    "arrange": lambda _, bob, group: bob.put(_room(group, "/settings"), {"pinned": True, "labels": ["work"]}),
    "block": lambda alice, bob, _: alice.put(f"/v1/users/{bob.user_id}/block"),
    "unblock": lambda alice, bob, _: alice.delete(f"/v1/users/{bob.user_id}/block"),
}


def shown(alice: Person, bob: Person, group: str) -> list[Any]:
    """What both see of the conversation; checks that it agrees with itself."""
    details, members = alice.get(_room(group)), alice.get(_room(group, "/members"))["data"]
    assert details["member_count"] == len(members)
    assert any(one["role"] == "owner" for one in members)
    is_member = "bob" in {one["user_id"] for one in members}
    his = bob.get(_room(group))
    assert (his.status == 200) == is_member
    is_listed = group in {one["id"] for one in bob.get("/v1/conversations", limit=100)["data"]}
    assert is_listed == (is_member and details["archived_at"] is None)
    if is_member:
        [mine] = [one["role"] for one in members if one["user_id"] == "bob"]
        assert (his["membership"]["role"], his["name"]) == (mine, details["name"])
    banned = [one["user_id"] for one in alice.get(_room(group, "/bans"))["data"]]
    assert not set(banned) & {one["user_id"] for one in members}
    unread = [one["unread_count"] for one in bob.get("/v1/unread")["conversations"] if one["conversation_id"] == group]
    listed = [one["user_id"] for one in alice.get("/v1/users/me/blocks")["data"]]
    roles = [(one["user_id"], one["role"]) for one in members]
    own = (
        [his["membership"]["muted"], his["membership"]["visible_from"], *his["settings"].values()][:-1]
        if is_member
        else None
    )
    archived = details["archived_at"] is not None
    return [roles, banned, unread, listed, details["name"], details["history"], archived, own]


@pytest.mark.parametrize("deed", DEEDS)
def test_a_change_that_died_is_whole_once_it_is_repeated(acme: Workspace, deed: str) -> None:
    def prepare() -> tuple[Person, Person, str]:
        alice, bob, carol, *_ = (acme.person(name) for name in ("alice", "bob", "carol", "dave", "erin"))
        alice.delete("/v1/users/bob/block")
        group = alice.open_group(bob, carol)
        alice.put(_room(group, "/bans/carol"))
        alice.send(group, "unread")
        if deed == "unblock":
            alice.put("/v1/users/bob/block")
        if deed == "mark unread":
            bob.post(_room(group, "/read"), {})
        return alice, bob, group

    alice, bob, group = prepare()
    before = shown(alice, bob, group)
    assert DEEDS[deed](alice, bob, group).status < 300
    after = shown(alice, bob, group)
    assert before != after
    for calls in range(MOST_CALLS):
        alice, bob, group = prepare()
        with in_one_thread(handed_over_last=calls % 2 == 1), crash_after(calls) as tried:
            DEEDS[deed](alice, bob, group)
        assert shown(alice, bob, group) in (before, after)
        again = DEEDS[deed](alice, bob, group)
        assert again.status < 300 or (deed, again.status) == ("leave", 404), again.text
        assert shown(alice, bob, group) == after
        if len(tried) <= calls:
            return
    raise AssertionError("more calls than any request makes")


@pytest.mark.parametrize(("kind", "others"), [("group", 1), ("channel", 1), ("direct", 1), ("group", 99)])
def test_a_conversation_whose_creation_died_is_there_once_and_whole_when_it_is_repeated(
    acme: Workspace, alice: Person, moving_clock: MovingClock, kind: str, others: int
) -> None:
    for calls in range(MOST_CALLS):
        members = [acme.person(f"user-{calls}-{number}").user_id for number in range(others)]
        asked = {"type": kind, "members": members} | ({} if kind == "direct" else {"name": "new"})
        with in_one_thread(handed_over_last=calls % 2 == 1), crash_after(calls) as tried:
            alice.post("/v1/conversations", asked, key=f"k{calls}")
        moving_clock.pass_seconds(61)
        made = alice.post("/v1/conversations", asked, key=f"k{calls}")
        assert made.status in {200, 201}, made.text
        assert made["member_count"] == others + 1
        assert len(alice.get(_room(made["id"], "/members"), limit=100)["data"]) == others + 1
        assert len(alice.get("/v1/conversations", limit=100)["data"]) == calls + 1
        if len(tried) <= calls:
            return
    raise AssertionError("more calls than any request makes")
