"""Members: joining, adding, removing, leaving and handing over."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.errors import InsufficientRole, LastOwner, ParleyError
from parley.messaging.members import members
from parley.messaging.members.memberships import membership_of
from tests.support.faults.interleaving import interleave
from tests.support.people.people import Person, Workspace, new_workspace


@pytest.fixture
def news(alice: Person) -> str:
    """A channel that alice owns."""
    return str(alice.post("/v1/conversations", {"type": "channel", "name": "news"})["id"])


def add(person: Person, conversation_id: str, *user_ids: str) -> dict[str, str]:
    """Add users and give the status of each."""
    answer = person.post(f"/v1/conversations/{conversation_id}/members", {"user_ids": list(user_ids)})
    assert answer.status == 200, answer.text
    return {result["user_id"]: result["status"] for result in answer["data"]}


def roles(person: Person, conversation_id: str) -> dict[str, str]:
    page = person.get(f"/v1/conversations/{conversation_id}/members", limit=100)
    return {member["user_id"]: member["role"] for member in page["data"]}


def remove(person: Person, conversation_id: str, user_id: str) -> tuple[int, str | None]:
    answer = person.delete(f"/v1/conversations/{conversation_id}/members/{user_id}")
    return answer.status, None if answer.status == 204 else answer.code


def test_adding_says_what_came_of_each(alice: Person, bob: Person, carol: Person, general: str) -> None:
    assert add(alice, general, "carol", "nobody", "bob", "carol") == {
        "carol": "added",
        "nobody": "not_found",
        "bob": "already_member",
    }
    assert add(alice, general, "carol") == {"carol": "already_member"}
    assert alice.get(f"/v1/conversations/{general}")["member_count"] == 3
    assert carol.get(f"/v1/conversations/{general}")["membership"]["role"] == "member"


def test_a_key_adds_once_and_answers_again(alice: Person, carol: Person, general: str) -> None:
    path, body = f"/v1/conversations/{general}/members", {"user_ids": ["carol"]}
    first, second = (alice.post(path, body, key="k") for _ in range(2))
    assert first.body == second.body
    assert second.headers["Idempotent-Replayed"] == "true"


def test_adding_oneself_is_joining_and_only_for_channels(alice: Person, carol: Person, general: str, news: str) -> None:
    assert add(carol, news, "carol") == {"carol": "added"}
    assert add(carol, news, "carol") == {"carol": "already_member"}
    assert add(alice, general, "alice") == {"alice": "already_member"}
    refused = carol.post(f"/v1/conversations/{general}/members", {"user_ids": ["carol"]})
    assert (refused.status, refused.code) == (404, "conversation_not_found")


def test_a_server_joins_only_users_that_exist(acme: Workspace, carol: Person, news: str) -> None:
    path = f"/v1/conversations/{news}/members"
    for user_id, status in (("carol", 200), ("nobody", 404)):
        headers = {"X-Acting-User": user_id}
        assert acme.server.post(path, {"user_ids": [user_id]}, headers=headers).status == status


def test_who_joins_has_nothing_unread_and_reads_what_came_before(alice: Person, carol: Person, news: str) -> None:
    alice.send(news, "before")
    add(carol, news, "carol")
    assert carol.get("/v1/unread")["total"] == 0
    assert len(carol.get(f"/v1/conversations/{news}/messages")["data"]) == 1
    alice.send(news, "after")
    assert carol.get("/v1/unread")["total"] == 1


def test_where_history_is_hidden_who_joins_sees_only_what_comes_after(alice: Person, carol: Person, news: str) -> None:
    alice.send(news, "before")
    assert alice.put(f"/v1/conversations/{news}", {"history": "joined"})["history"] == "joined"
    add(carol, news, "carol")
    alice.send(news, "after")
    page = carol.get(f"/v1/conversations/{news}/messages")
    assert [message["text"] for message in page["data"]] == ["after"]


def test_joining_costs_two_reads_two_notes_and_a_transaction_of_two(carol: Person, news: str) -> None:
    joined = carol.post(f"/v1/conversations/{news}/members", {"user_ids": ["carol"]})
    read, *notes, join, again = joined.calls.operations
    assert (read, sorted(notes), join, again) == (
        "GetItem",
        ["BatchWriteItem", "PutItem"],
        "TransactWriteItems",
        "GetItem",
    )
    assert len(joined.calls.calls[3][1]["TransactItems"]) == 2


def test_leaving_costs_one_read_a_note_and_a_transaction_of_two(bob: Person, general: str) -> None:
    left = bob.delete(f"/v1/conversations/{general}/members/bob")
    assert left.calls.operations == ["GetItem", "PutItem", "TransactWriteItems"]
    assert len(left.calls.calls[2][1]["TransactItems"]) == 2


def test_a_removed_member_cannot_read_or_send(alice: Person, bob: Person, general: str) -> None:
    assert remove(alice, general, "bob") == (204, None)
    assert bob.get(f"/v1/conversations/{general}/messages").status == 404
    assert bob.send(general).status == 404
    assert bob.get("/v1/conversations")["data"] == []
    assert alice.get(f"/v1/conversations/{general}")["member_count"] == 1


def test_removing_who_is_no_member_changes_nothing(alice: Person, carol: Person, general: str) -> None:
    for user_id in ("carol", "nobody", "_nobody"):
        assert remove(alice, general, user_id) == (204, None)
    assert alice.get(f"/v1/conversations/{general}")["member_count"] == 2


def test_an_admin_removes_members_and_admins_but_no_owner(alice: Person, bob: Person, carol: Person) -> None:
    general = alice.open_group(bob, carol)
    for user_id in ("bob", "carol"):
        alice.put(f"/v1/conversations/{general}/members/{user_id}/role", {"role": "admin"})
    assert remove(bob, general, "alice") == (403, "insufficient_role")
    assert remove(bob, general, "carol") == (204, None)
    assert roles(bob, general) == {"alice": "owner", "bob": "admin"}


def test_the_last_owner_hands_over_before_leaving(alice: Person, bob: Person, general: str) -> None:
    assert remove(alice, general, "alice") == (409, "last_owner")
    demoted = alice.put(f"/v1/conversations/{general}/members/alice/role", {"role": "member"})
    assert (demoted.status, demoted.code) == (409, "last_owner")
    promoted = alice.put(f"/v1/conversations/{general}/members/bob/role", {"role": "owner"})
    assert (promoted.status, promoted["user_id"], promoted["role"]) == (200, "bob", "owner")
    assert remove(alice, general, "alice") == (204, None)
    assert roles(bob, general) == {"bob": "owner"}


def test_the_last_member_may_leave_and_the_next_owns_the_channel(alice: Person, carol: Person, news: str) -> None:
    assert remove(alice, news, "alice") == (204, None)
    assert carol.get(f"/v1/conversations/{news}")["member_count"] == 0
    assert add(carol, news, "carol") == {"carol": "added"}
    assert roles(carol, news) == {"carol": "owner"}
    assert add(alice, news, "alice") == {"alice": "added"}
    assert roles(carol, news) == {"alice": "member", "carol": "owner"}


def test_an_archived_conversation_can_be_left(alice: Person, bob: Person, general: str) -> None:
    alice.delete(f"/v1/conversations/{general}")
    assert remove(bob, general, "bob") == (204, None)
    assert remove(alice, general, "alice") == (204, None)


def test_roles_change_and_the_same_role_again_changes_nothing(alice: Person, bob: Person, general: str) -> None:
    path = f"/v1/conversations/{general}/members/bob/role"
    for role in ("admin", "admin", "member", "owner"):
        answer = alice.put(path, {"role": role})
        assert (answer.status, answer["role"]) == (200, role)
        assert roles(alice, general)["bob"] == role
    missing = alice.put(f"/v1/conversations/{general}/members/nobody/role", {"role": "admin"})
    assert (missing.status, missing.code) == (404, "member_not_found")


def test_members_are_paged_forward_and_back(acme: Workspace, alice: Person) -> None:
    users = [acme.person(f"user-{number}") for number in range(6)]
    general = alice.open_group(*users)
    path = f"/v1/conversations/{general}/members"
    expected = ["alice", *(user.user_id for user in users)]
    pages = [alice.get(path, limit=3)]
    while pages[-1]["next_cursor"]:
        pages.append(alice.get(path, limit=3, cursor=pages[-1]["next_cursor"]))
    assert [[member["user_id"] for member in page["data"]] for page in pages] == [
        expected[:3],
        expected[3:6],
        expected[6:],
    ]
    assert pages[0]["prev_cursor"] is None
    back = alice.get(path, limit=3, cursor=pages[2]["prev_cursor"])
    assert back["data"] == pages[1]["data"]
    assert (back["next_cursor"], back["prev_cursor"]) == (pages[1]["next_cursor"], pages[1]["prev_cursor"])


def test_a_cursor_of_another_conversation_reaches_nothing_new(
    alice: Person, bob: Person, carol: Person, general: str
) -> None:
    other = bob.open_group(carol)
    foreign = bob.get(f"/v1/conversations/{other}/members", limit=1)["next_cursor"]
    page = alice.get(f"/v1/conversations/{general}/members", cursor=foreign)
    assert {member["user_id"] for member in page["data"]} <= {"alice", "bob"}


@pytest.mark.parametrize("cursor", ["", "x", "bnVsbA", "WyI-Il0", "WyI-Iiw1XQ", "WyI9IiwiYSJd"])
def test_a_malformed_cursor_is_refused(alice: Person, general: str, cursor: str) -> None:
    refused = alice.get(f"/v1/conversations/{general}/members", cursor=cursor)
    assert (refused.status, refused.code) == (400, "invalid_cursor")


STEPS = ("leave", "demote", "demote the other", "remove the other")


def step(person: Person, other: Person, conversation_id: str, kind: str) -> ParleyError | None:
    """One owner steps down, or makes the other; the refusal, if it is one of those that the rules have."""
    try:
        match kind:
            case "leave":
                members.do_remove(person.caller, conversation_id, person.user_id)
            case "demote":
                members.do_change_role(person.caller, conversation_id, person.user_id, "member")
            case "demote the other":
                members.do_change_role(person.caller, conversation_id, other.user_id, "member")
            case _:
                members.do_remove(person.caller, conversation_id, other.user_id)
    except ParleyError as refusal:
        return refusal
    return None


@settings(max_examples=40, deadline=None)
@given(
    schedule=st.lists(st.integers(0, 1), max_size=10),
    kinds=st.tuples(st.sampled_from(STEPS), st.sampled_from(STEPS)),
    audience=st.sampled_from([(), ("carol",)]),
)
def test_two_owners_who_step_down_at_once_leave_an_owner(
    tables: None, schedule: list[int], kinds: tuple[str, str], audience: tuple[str, ...]
) -> None:
    acme = new_workspace("acme")
    alice, bob, carol = (acme.person(name) for name in ("alice", "bob", "carol"))
    general = alice.open_group(bob, *(carol for _ in audience))
    alice.put(f"/v1/conversations/{general}/members/bob/role", {"role": "owner"})
    outcomes = interleave(
        [lambda: step(alice, bob, general, kinds[0]), lambda: step(bob, alice, general, kinds[1])],
        schedule,
    )
    left = {
        member.user_id: member.role
        for person in (alice, bob, carol)
        if (member := membership_of(acme.tenant_id, person.user_id, general)) is not None
    }
    assert not left or "owner" in left.values()
    assert all(left[user_id] == "member" for user_id in audience)
    for refusal in outcomes:
        assert refusal is None or isinstance(refusal, (LastOwner, InsufficientRole)) or refusal.status == 404
    if left:
        reader = next(person for person in (alice, bob, carol) if person.user_id in left)
        assert reader.get(f"/v1/conversations/{general}")["member_count"] == len(left)
        assert roles(reader, general) == left
