"""Blocks between users, and bans from conversations."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley import clock
from parley.errors import Blocked
from parley.messaging.access import meta_key
from parley.messaging.conversations import creating
from parley.messaging.conversations.schemas import CreateConversation
from parley.messaging.items import ConversationItem
from parley.messaging.members import bans, blocks, memberships
from tests.support.faults.interleaving import interleave
from tests.support.people.people import Person, Workspace, new_workspace


def open_direct(person: Person, other: Person) -> tuple[int, str]:
    answer = person.post("/v1/conversations", {"type": "direct", "members": [other.user_id]})
    return answer.status, answer["id"] if answer.status in (200, 201) else answer.code


def join(person: Person, conversation_id: str) -> int:
    return person.post(f"/v1/conversations/{conversation_id}/members", {"user_ids": [person.user_id]}).status


def test_a_blocked_user_sends_no_direct_message(alice: Person, bob: Person) -> None:
    _, direct = open_direct(alice, bob)
    assert bob.put("/v1/users/alice/block").status == 204
    refused = alice.send(direct)
    assert (refused.status, refused.code) == (403, "blocked")
    assert bob.send(direct).status == 201
    assert bob.delete("/v1/users/alice/block").status == 204
    assert alice.send(direct).status == 201


def test_no_direct_conversation_is_opened_where_one_has_blocked_the_other(alice: Person, bob: Person) -> None:
    bob.put("/v1/users/alice/block")
    assert open_direct(alice, bob) == (403, "blocked")
    assert open_direct(bob, alice) == (403, "blocked")
    bob.delete("/v1/users/alice/block")
    assert open_direct(alice, bob)[0] == 201


def test_leaving_and_coming_back_does_not_lift_a_block(alice: Person, bob: Person) -> None:
    _, direct = open_direct(alice, bob)
    bob.put("/v1/users/alice/block")
    alice.delete(f"/v1/conversations/{direct}/members/alice")
    assert open_direct(alice, bob) == (403, "blocked")
    bob.delete("/v1/users/alice/block")
    assert open_direct(alice, bob) == (200, direct)
    assert alice.send(direct).status == 201


def test_a_block_leaves_groups_alone(alice: Person, bob: Person, general: str) -> None:
    bob.put("/v1/users/alice/block")
    assert alice.send(general).status == 201


def test_a_blocked_user_puts_the_blocker_into_no_group(acme: Workspace, alice: Person, bob: Person) -> None:
    group = alice.open_group()
    carol = acme.person("carol")
    bob.put("/v1/users/alice/block")
    for kind in ("group", "channel"):
        asked = {"type": kind, "name": "trap", "members": ["carol", "bob"]}
        refused = alice.post("/v1/conversations", asked)
        assert (refused.status, refused.code, refused["user_ids"]) == (403, "blocked", ["bob"])
    added = alice.post(f"/v1/conversations/{group}/members", {"user_ids": ["bob", "carol"]})
    assert [(one["user_id"], one["status"]) for one in added["data"]] == [("bob", "blocked"), ("carol", "added")]
    assert bob.get("/v1/conversations")["data"] == []
    assert bob.get(f"/v1/conversations/{group}").code == "conversation_not_found"
    assert carol.send(group).status == 201
    bob.delete("/v1/users/alice/block")
    added = alice.post(f"/v1/conversations/{group}/members", {"user_ids": ["bob"]})
    assert added["data"] == [{"user_id": "bob", "status": "added"}]


def test_the_blocker_adds_whom_they_like_and_the_back_end_brings_anybody_together(
    acme: Workspace, alice: Person, bob: Person
) -> None:
    bob.put("/v1/users/alice/block")
    assert bob.open_group(alice)
    acting = {"X-Acting-User": "alice"}
    asked = {"type": "group", "name": "class", "members": ["bob"]}
    assert acme.server.post("/v1/conversations", asked, headers=acting).status == 201
    channel = alice.post("/v1/conversations", {"type": "channel", "name": "news"})["id"]
    assert join(bob, channel) == 200


def test_blocking_again_keeps_the_first_and_unblocking_nobody_is_fine(alice: Person, bob: Person) -> None:
    assert [alice.put("/v1/users/bob/block").status for _ in range(2)] == [204, 204]
    first = alice.get("/v1/users/me/blocks")["data"]
    assert [block["user_id"] for block in first] == ["bob"]
    alice.put("/v1/users/bob/block")
    assert alice.get("/v1/users/me/blocks")["data"] == first
    assert [alice.delete("/v1/users/bob/block").status for _ in range(2)] == [204, 204]
    assert alice.get("/v1/users/me/blocks")["data"] == []
    assert bob.get("/v1/users/me/blocks")["data"] == []


def test_blocks_are_paged(acme: Workspace, alice: Person) -> None:
    for number in range(3):
        alice.put(f"/v1/users/{acme.person(f'user-{number}').user_id}/block")
    first = alice.get("/v1/users/me/blocks", limit=2)
    rest = alice.get("/v1/users/me/blocks", limit=2, cursor=first["next_cursor"])
    assert [block["user_id"] for page in (first, rest) for block in page["data"]] == ["user-0", "user-1", "user-2"]


def test_whom_one_cannot_block(alice: Person, mallory: Person) -> None:
    for user_id, status, code in (
        ("alice", 422, "not_on_oneself"),
        ("nobody", 404, "user_not_found"),
        ("mallory", 404, "user_not_found"),
        ("*", 422, "validation_failed"),
    ):
        refused = alice.put(f"/v1/users/{user_id}/block")
        assert (refused.status, refused.code) == (status, code)


@settings(max_examples=25, deadline=None)
@given(schedule=st.lists(st.integers(0, 1), max_size=10), existed=st.sampled_from(["new", "left"]))
def test_a_block_beside_an_opening_is_never_lost(tables: None, schedule: list[int], existed: str) -> None:
    acme = new_workspace("acme")
    alice, bob = acme.person("alice"), acme.person("bob")
    if existed == "left":
        _, direct = open_direct(alice, bob)
        alice.delete(f"/v1/conversations/{direct}/members/alice")

    def opened() -> str | None:
        body = CreateConversation(type="direct", members=["bob"])
        try:
            conversation, _ = creating.do_create(alice.caller, body, idempotency_key=None)
        except Blocked:
            return None
        return conversation.id

    direct_id, _ = interleave([opened, lambda: blocks.do_block(bob.caller, "alice")], schedule)
    if direct_id is not None:
        assert alice.send(direct_id).code == "blocked"
        bob.delete("/v1/users/alice/block")
        assert alice.send(direct_id).status == 201


@pytest.fixture
def news(alice: Person, bob: Person, carol: Person) -> str:
    """A channel that alice owns and bob and carol have joined."""
    channel = str(alice.post("/v1/conversations", {"type": "channel", "name": "news"})["id"])
    assert [join(person, channel) for person in (bob, carol)] == [200, 200]
    return channel


def test_a_banned_user_is_out_and_stays_out(alice: Person, carol: Person, news: str) -> None:
    banned = alice.put(f"/v1/conversations/{news}/bans/carol", {"reason": "spam"})
    assert (banned.status, banned["user_id"], banned["banned_by"], banned["reason"]) == (200, "carol", "alice", "spam")
    assert carol.send(news).code == "not_a_member"
    assert alice.get(f"/v1/conversations/{news}")["member_count"] == 2
    refused = carol.post(f"/v1/conversations/{news}/members", {"user_ids": ["carol"]})
    assert (refused.status, refused.code) == (403, "banned")
    added = alice.post(f"/v1/conversations/{news}/members", {"user_ids": ["carol", "bob"]})
    assert [result["status"] for result in added["data"]] == ["banned", "already_member"]
    assert alice.get(f"/v1/conversations/{news}")["member_count"] == 2


def test_a_lifted_ban_lets_back_in(alice: Person, carol: Person, news: str) -> None:
    alice.put(f"/v1/conversations/{news}/bans/carol")
    assert [alice.delete(f"/v1/conversations/{news}/bans/carol").status for _ in range(2)] == [204, 204]
    assert alice.get(f"/v1/conversations/{news}/bans")["data"] == []
    assert join(carol, news) == 200
    assert carol.send(news).status == 201


def test_the_first_ban_stands(alice: Person, bob: Person, carol: Person, news: str) -> None:
    alice.put(f"/v1/conversations/{news}/members/bob/role", {"role": "admin"})
    first = alice.put(f"/v1/conversations/{news}/bans/carol", {"reason": "first"})
    assert bob.put(f"/v1/conversations/{news}/bans/carol", {"reason": "second"}).body == first.body
    assert bob.get(f"/v1/conversations/{news}/bans")["data"] == [first.body]


def test_who_never_belonged_can_be_banned(acme: Workspace, alice: Person, news: str) -> None:
    dave = acme.person("dave")
    assert alice.put(f"/v1/conversations/{news}/bans/dave").status == 200
    assert join(dave, news) == 403
    assert alice.get(f"/v1/conversations/{news}")["member_count"] == 3


def test_an_admin_bans_no_owner_and_nobody_themselves(alice: Person, bob: Person, news: str) -> None:
    alice.put(f"/v1/conversations/{news}/members/bob/role", {"role": "admin"})
    for user_id, status, code in (
        ("alice", 403, "insufficient_role"),
        ("bob", 422, "not_on_oneself"),
        ("nobody", 404, "user_not_found"),
    ):
        refused = bob.put(f"/v1/conversations/{news}/bans/{user_id}")
        assert (refused.status, refused.code) == (status, code)
    alice.put(f"/v1/conversations/{news}/members/bob/role", {"role": "owner"})
    assert bob.put(f"/v1/conversations/{news}/bans/alice").status == 200


def test_bans_are_paged(acme: Workspace, alice: Person, general: str) -> None:
    path = f"/v1/conversations/{general}/bans"
    for number in range(3):
        alice.put(f"{path}/{acme.person(f'user-{number}').user_id}")
    first = alice.get(path, limit=2)
    rest = alice.get(path, limit=2, cursor=first["next_cursor"])
    assert [ban["user_id"] for page in (first, rest) for ban in page["data"]] == ["user-0", "user-1", "user-2"]


@settings(max_examples=25, deadline=None)
@given(
    schedule=st.lists(st.integers(0, 1), max_size=10), before=st.sampled_from(["member", "stranger", "others banned"])
)
def test_nobody_slips_in_beside_their_ban(tables: None, schedule: list[int], before: str) -> None:
    acme = new_workspace("acme")
    alice, bob, carol = (acme.person(name) for name in ("alice", "bob", "carol"))
    news = str(alice.post("/v1/conversations", {"type": "channel", "name": "news"})["id"])
    if before == "member":
        join(carol, news)
    if before == "others banned":
        alice.put(f"/v1/conversations/{news}/bans/{bob.user_id}")
    channel = ConversationItem.at(meta_key(acme.tenant_id, news), consistent=True)
    assert channel is not None
    interleave(
        [
            lambda: memberships.enter(carol.caller, channel, ["carol"]),
            lambda: bans.do_ban(alice.caller, news, "carol", None),
        ],
        schedule,
    )
    assert memberships.membership_of(acme.tenant_id, "carol", news) is None
    assert alice.get(f"/v1/conversations/{news}")["member_count"] == 1
    assert join(carol, news) == 403


def test_only_the_first_to_join_after_a_ban_pays_for_it(acme: Workspace, alice: Person, news: str) -> None:
    alice.put(f"/v1/conversations/{news}/bans/carol")
    joined = [
        acme.person(name).post(f"/v1/conversations/{news}/members", {"user_ids": [name]}) for name in ("dave", "erin")
    ]
    notes = {"BatchWriteItem", "PutItem"}
    assert all(notes == set(answer.calls.operations[1:3]) for answer in joined)
    assert [answer.calls.operations[:1] + answer.calls.operations[3:] for answer in joined] == [
        ["GetItem", "TransactWriteItems", "UpdateItem", "BatchGetItem", "TransactWriteItems", "GetItem"],
        ["GetItem", "BatchGetItem", "TransactWriteItems", "GetItem"],
    ]


def test_a_ban_for_good_holds_however_long_it_takes_to_look(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(range(1, 1_000, 7))
    monkeypatch.setattr(clock, "now_ms", lambda: next(moments))
    assert memberships.ban_holds({"banned_by": {"S": "alice"}})
    assert memberships.ban_holds({"banned_until": {"N": "900"}})
    assert not memberships.ban_holds({"banned_until": {"N": "3"}})
    assert not memberships.ban_holds(None)
