"""Types of conversations that a tenant declares: what roles may in them, and that none in use is ever deleted."""

from contextlib import suppress
from typing import Any

import pytest

from parley.messaging.conversations import creating
from parley.messaging.conversations.schemas import CreateConversation
from parley.permissions import declared
from parley.permissions.roles import BOUNDS, DEFAULTS
from parley.permissions.types import MOST_TYPES
from parley.settings import settings
from parley.tables import dynamodb
from tests.functional.messaging.community.test_permissions import ACTS, LADDER, POLL, Act, queues
from tests.support.faults.interference import Crash, before_call, crash_after
from tests.support.people.people import Person, Workspace
from tests.support.people.types import declare, known_types, put_tenant

__all__ = ["queues"]
TYPES = "/v1/conversation-types"
ASKED = {
    "post": "post", "post_poll": "post", "reply": "reply", "react": "react", "vote": "vote",
    "see_members": "see_members", "see_receipts": "see_members", "pin": "pin", "unpin": "pin",
    "see_edits": "see_edits", "delete_any": "delete_any", "close_polls": "close_polls", "freeze": "freeze",
    "slow_down": "slow_mode", "rename": "edit_details", "take_requests": "edit_details",
    "add_members": "add_members", "remove_members": "remove_members", "invite": "invite", "see_invites": "invite",
    "revoke_invite": "invite", "link": "invite", "see_links": "invite", "remove_link": "invite",
    "see_requests": "review_join_requests", "approve": "review_join_requests", "ban": "ban", "see_bans": "ban",
    "unban": "ban", "truncate": "truncate", "change_roles": "change_roles", "archive": "archive",
}  # fmt: skip
"""Which permission an act of the table of permissions asks."""
MAPPED = [act for act in ACTS if act.name in ASKED]


@pytest.fixture(autouse=True)
def tenant(acme: Workspace) -> None:
    put_tenant(acme)
    declared.types.forget()


def other_least(permission: str) -> str:
    """Another lowest role than the default, which a tenant may set."""
    lowest, highest = (LADDER.index(each) if each in LADDER else 3 for each in BOUNDS[permission])  # type: ignore[index]
    default = LADDER.index(DEFAULTS[permission])  # type: ignore[index]
    return LADDER[lowest if default > lowest else min(default + 1, highest)]


def open_room(alice: Person, *members: str, kind: str = "support", like: str = "group") -> str:
    opened = alice.post(
        "/v1/conversations", {"type": like, "declared_type": kind, "name": "room", "members": list(members)}
    )
    assert opened.status == 201, opened.text
    assert (opened["type"], opened["declared_type"]) == (like, kind)
    return str(opened["id"])


def promote(alice: Person, room: str, user_id: str, role: str) -> None:
    if role != "member":
        assert alice.put(f"/v1/conversations/{room}/members/{user_id}/role", {"role": role}).status == 200


def ask(act: Act, alice: Person, bob: Person, room: str) -> Any:
    hers = alice.send(room, "hers", poll=POLL)
    assert hers.status == 201, hers.text
    return act.by(bob, {"room": room, "hers": str(hers["id"])})


@pytest.mark.parametrize("act", MAPPED, ids=lambda act: act.name)
def test_every_act_goes_by_the_table_of_the_declared_type(
    acme: Workspace, alice: Person, bob: Person, carol: Person, dave: Person, act: Act
) -> None:
    """Whoever stands at the role that the tenant has set may, whoever stands below may not."""
    permission = ASKED[act.name]
    least = other_least(permission)
    declare(acme, "support", **{permission: least})
    for role in LADDER:
        room = open_room(alice, "bob", "dave")
        promote(alice, room, "bob", role)
        answer = ask(act, alice, bob, room)
        if LADDER.index(role) >= LADDER.index(least):
            assert answer.status < 300, (role, answer.text)
        else:
            assert (answer.status, answer.code) == (403, "insufficient_role"), (role, answer.text)
            assert answer.body.get("required_role", least) == least


def test_every_permission_is_asked_by_some_act() -> None:
    assert {*ASKED.values(), "upload", "bypass_restrictions"} == DEFAULTS.keys()


def test_an_upload_for_a_conversation_goes_by_its_type(acme: Workspace, alice: Person, bob: Person) -> None:
    declare(acme, "support", upload="admin")
    room = open_room(alice, "bob")
    body = {"filename": "a.txt", "content_type": "text/plain", "size": 5, "conversation_id": room}
    assert bob.post("/v1/upload", body).code == "insufficient_role"
    assert alice.post("/v1/upload", body).status == 201


def test_who_is_held_up_by_a_freeze_goes_by_the_type(acme: Workspace, alice: Person, bob: Person) -> None:
    declare(acme, "support", bypass_restrictions="admin")
    room = open_room(alice, "bob")
    promote(alice, room, "bob", "moderator")
    assert alice.put(f"/v1/conversations/{room}", {"frozen": True}).status == 200
    assert (bob.send(room).code, alice.send(room).status) == ("conversation_frozen", 201)


@pytest.mark.parametrize("like", ["group", "channel"])
def test_a_built_in_type_can_be_set_for_all_its_conversations(
    acme: Workspace, alice: Person, bob: Person, like: str
) -> None:
    room = str(alice.post("/v1/conversations", {"type": like, "name": "room", "members": ["bob"]})["id"])
    declare(acme, like, like, post="admin")
    assert bob.send(room).status == 201, "whose context is older knows nothing of it yet"
    alice, bob = known_types(alice), known_types(bob)
    assert (bob.send(room).code, alice.send(room).status) == ("insufficient_role", 201)
    other = "channel" if like == "group" else "group"
    elsewhere = str(alice.post("/v1/conversations", {"type": other, "name": "room", "members": ["bob"]})["id"])
    assert bob.send(elsewhere).status == 201
    direct = str(bob.post("/v1/conversations", {"type": "direct", "members": ["alice"]})["id"])
    assert bob.send(direct).status == 201
    assert acme.server.delete(f"{TYPES}/{like}").status == 204
    assert known_types(bob).send(room).status == 201


def test_a_change_holds_in_conversations_that_are_there(acme: Workspace, alice: Person, bob: Person) -> None:
    declare(acme, "support")
    room = open_room(alice, "bob")
    assert known_types(bob).send(room).status == 201
    declare(acme, "support", post="moderator")
    assert known_types(bob).send(room).code == "insufficient_role"
    promote(known_types(alice), room, "bob", "moderator")
    assert known_types(bob).send(room).status == 201


def test_a_process_that_knows_older_types_reads_the_newer(acme: Workspace, alice: Person, bob: Person) -> None:
    """As where another process has changed them: the version in the caller's context says so."""
    declare(acme, "support")
    room = open_room(alice, "bob")
    old = declared.types.of(acme.tenant_id, 0)
    declare(acme, "support", post="moderator")
    declared.types.keep(acme.tenant_id, old)
    assert bob.send(room).status == 201, "whose context is older too"
    assert known_types(bob).send(room).code == "insufficient_role"
    assert bob.send(room).code == "insufficient_role", "held to what is known here by now"


def test_a_refused_act_has_written_nothing(acme: Workspace, alice: Person, bob: Person) -> None:
    declare(acme, "support", post="admin", react="admin", vote="admin", reply="admin")
    room = open_room(alice, "bob")
    hers = str(alice.send(room, "hers", poll=POLL)["id"])
    before = alice.get(f"/v1/messages/{hers}").body, alice.get(f"/v1/conversations/{room}").body
    for refused in (
        bob.send(room, "his"),
        bob.send(room, "his", parent_id=hers),
        bob.post(f"/v1/messages/{hers}/reactions", {"reaction": "👍"}),
        bob.put(f"/v1/messages/{hers}/votes", {"options": ["1"]}),
    ):
        assert refused.code == "insufficient_role"
    assert before == (alice.get(f"/v1/messages/{hers}").body, alice.get(f"/v1/conversations/{room}").body)
    assert [each["id"] for each in alice.get(f"/v1/conversations/{room}/messages")["data"]] == [hers]


def test_types_are_shown_to_members_with_all_that_they_may(acme: Workspace, alice: Person) -> None:
    put = declare(acme, "support", "channel", post="moderator", pin="member")
    shown = alice.get(TYPES)["data"]
    assert [each["name"] for each in shown] == ["direct", "group", "channel", "support"]
    assert shown[3] == put == acme.server.get(f"{TYPES}/support").body
    assert shown[3]["permissions"] == {**DEFAULTS, "post": "moderator", "pin": "member"}
    assert (shown[0]["permissions"]["pin"], shown[1]["permissions"]) == ("member", dict(DEFAULTS))
    assert [each["built_in"] for each in shown] == [True, True, True, False]


def test_the_back_end_alone_declares_and_no_other_tenant_sees_it(
    acme: Workspace, globex: Workspace, alice: Person
) -> None:
    declare(acme, "support")
    for method in ("GET", "PUT", "DELETE"):
        refused = alice.request(method, f"{TYPES}/support", {"like": "group"} if method == "PUT" else None)
        assert (refused.status, refused.code) == (403, "server_token_required")
    put_tenant(globex)
    assert globex.server.get(f"{TYPES}/support").code == "conversation_type_not_found"
    mallory = globex.person("mallory")
    assert len(mallory.get(TYPES)["data"]) == 3
    refused = mallory.post("/v1/conversations", {"type": "group", "declared_type": "support", "name": "x"})
    assert (refused.status, refused["errors"][0]["code"]) == (422, "unknown_conversation_type")
    assert globex.server.delete(f"{TYPES}/support").status == 204
    assert acme.server.get(f"{TYPES}/support").status == 200


def test_how_long_messages_are_kept_is_told_to_the_back_end_alone(acme: Workspace, alice: Person) -> None:
    put = acme.server.put(f"{TYPES}/support", {"like": "group", "retention_days": 30})
    assert (put.status, put["retention_days"]) == (200, 30)
    again = acme.server.put(f"{TYPES}/support", {"like": "group", "retention_days": 31})
    assert (again["retention_days"], again["version"]) == (31, put["version"] + 1)
    told = {
        person.user_id: [each["retention_days"] for each in person.get(TYPES)["data"]]
        for person in (acme.server, alice)
    }
    assert list(told.values()) == [[None, None, None, 31], [None] * 4]
    assert acme.server.put(f"{TYPES}/support", {"like": "group"})["retention_days"] is None


@pytest.mark.parametrize(
    ("name", "body", "pointer"),
    [
        ("direct", {"like": "group"}, "/like"),
        ("group", {"like": "channel"}, "/like"),
        ("support", {"like": "direct"}, "/like"),
        ("support", {"like": "group", "permissions": {"ban": "member"}}, "/permissions/ban"),
        ("support", {"like": "group", "permissions": {"archive": "moderator"}}, "/permissions/archive"),
        ("support", {"like": "group", "permissions": {"change_roles": "member"}}, "/permissions/change_roles"),
        ("support", {"like": "group", "permissions": {"see_members": "admin"}}, "/permissions/see_members"),
        (
            "support",
            {"like": "group", "permissions": {"see_members": "moderator", "invite": "member"}},
            "/permissions/invite",
        ),
        (
            "support",
            {"like": "group", "permissions": {"see_members": "moderator", "add_members": "member"}},
            "/permissions/add_members",
        ),
        ("support", {"like": "group", "permissions": {"post": "king"}}, "/permissions/post"),
        ("support", {"like": "group", "other": 1}, "/other"),
        ("support", {"like": "group", "retention_days": -1}, "/retention_days"),
        ("support", {"like": "group", "retention_days": 3651}, "/retention_days"),
        ("support", {"like": "group", "retention_days": "30"}, "/retention_days"),
        ("group", {"like": "group", "retention_days": 30}, "/retention_days"),
        ("support", {}, "/like"),
    ],
)
def test_what_is_not_safe_is_refused_by_pointer(acme: Workspace, name: str, body: dict[str, Any], pointer: str) -> None:
    refused = acme.server.put(f"{TYPES}/{name}", body)
    assert (refused.status, refused.code) == (422, "validation_failed"), refused.text
    assert pointer in [error["pointer"] for error in refused["errors"]]
    assert acme.server.get(f"{TYPES}/support").status == 404


@pytest.mark.parametrize("name", ["Support", "9lives", "a-b", "a" * 33, "_x", "direct%20"])
def test_a_name_is_well_formed(acme: Workspace, alice: Person, name: str) -> None:
    assert acme.server.put(f"{TYPES}/{name}", {"like": "group"}).status == 422
    asked = alice.post("/v1/conversations", {"type": "group", "declared_type": name, "name": "x"})
    assert asked.status == 422


@pytest.mark.parametrize(
    "body",
    [
        {"type": "channel", "declared_type": "support", "name": "x"},
        {"type": "direct", "declared_type": "support", "members": ["bob"]},
        {"type": "group", "declared_type": "group", "name": "x"},
        {"type": "group", "declared_type": "unheard_of", "name": "x"},
        {"type": "support", "name": "x"},
    ],
)
def test_a_conversation_is_of_a_type_that_is_built_so(
    acme: Workspace, alice: Person, bob: Person, body: dict[str, Any]
) -> None:
    declare(acme, "support")
    refused = alice.post("/v1/conversations", body)
    assert (refused.status, refused.code) == (422, "validation_failed"), refused.text
    assert acme.server.get(f"{TYPES}/support")["used"] is False


def test_as_many_can_be_declared_as_is_said(acme: Workspace) -> None:
    for number in range(MOST_TYPES):
        declare(acme, f"t{number}")
    declare(acme, "group", post="moderator")
    refused = acme.server.put(f"{TYPES}/one_more", {"like": "group"})
    assert (refused.status, refused.code) == (409, "too_many_conversation_types")
    declare(acme, "t0", post="admin")
    assert acme.server.delete(f"{TYPES}/t0").status == 204
    declare(acme, "one_more")


def test_versions_refuse_who_has_read_an_older_one(acme: Workspace) -> None:
    server, path = acme.server, f"{TYPES}/support"
    put = server.put(path, {"like": "group"})
    tag = put.headers["ETag"]
    assert (
        server.put(path, {"like": "group", "permissions": {"post": "admin"}}, headers={"If-Match": tag}).status == 200
    )
    for refused in (
        server.put(path, {"like": "group"}, headers={"If-Match": tag}),
        server.delete(path, headers={"If-Match": tag}),
        server.put(f"{TYPES}/other", {"like": "group"}, headers={"If-Match": tag}),
    ):
        assert (refused.status, refused.code) == (412, "version_conflict")
    assert server.delete(path, headers={"If-Match": server.get(path).headers["ETag"]}).status == 204


def test_what_a_type_is_built_like_stays(acme: Workspace) -> None:
    declare(acme, "support")
    refused = acme.server.put(f"{TYPES}/support", {"like": "channel"})
    assert (refused.status, refused["errors"][0]["pointer"]) == (422, "/like")


def test_a_put_of_the_same_writes_nothing(acme: Workspace) -> None:
    first = declare(acme, "support", post="admin")
    version = known_types(acme.server).conversation_types
    assert declare(acme, "support", post="admin") == first
    assert known_types(acme.server).conversation_types == version


def test_a_type_in_use_is_changed_and_not_deleted(acme: Workspace, alice: Person) -> None:
    declare(acme, "support")
    room = open_room(alice)
    assert alice.delete(f"/v1/conversations/{room}").status == 204
    refused = acme.server.delete(f"{TYPES}/support")
    assert (refused.status, refused.code) == (409, "conversation_type_in_use")
    assert declare(acme, "support", post="admin")["used"] is True


@pytest.mark.parametrize("call", ["TransactWriteItems", "GetItem"])
def test_a_type_that_is_deleted_while_a_conversation_is_made_of_it(acme: Workspace, alice: Person, call: str) -> None:
    """Either the conversation is made and the type stays, or neither is there."""
    declare(acme, "support")
    deleted: list[int] = []
    with before_call(call, lambda: deleted.append(acme.server.delete(f"{TYPES}/support").status)):
        made = alice.post("/v1/conversations", {"type": "group", "declared_type": "support", "name": "x"})
    assert (deleted, made.status) == ([204], 422), made.text
    assert acme.server.get(f"{TYPES}/support").status == 404


def test_a_deletion_that_meets_the_first_conversation_is_refused(acme: Workspace, alice: Person) -> None:
    declare(acme, "support")
    with before_call("TransactWriteItems", lambda: open_room(alice)):
        refused = acme.server.delete(f"{TYPES}/support")
    assert (refused.status, refused.code) == (409, "conversation_type_in_use")
    assert acme.server.get(f"{TYPES}/support")["used"] is True


def test_a_type_that_is_declared_anew_as_another_is_not_taken_for_the_old(acme: Workspace, alice: Person) -> None:
    """This process still knows the type as it was."""
    declare(acme, "support")
    old = declared.types.of(acme.tenant_id, 0)
    assert acme.server.delete(f"{TYPES}/support").status == 204
    declare(acme, "support", "channel")
    declared.types.keep(acme.tenant_id, old)
    refused = alice.post("/v1/conversations", {"type": "group", "declared_type": "support", "name": "x"})
    assert (refused.status, refused["errors"][0]["code"]) == (422, "other_type")


@pytest.mark.parametrize("calls", range(7))
def test_a_create_that_dies_is_made_once_by_its_repetition(acme: Workspace, alice: Person, calls: int) -> None:
    declare(acme, "support")
    body = CreateConversation(type="group", declared_type="support", name="x")
    with crash_after(calls), suppress(Crash):
        creating.do_create(alice.caller, body, idempotency_key="once")
    made, _ = creating.do_create(alice.caller, body, idempotency_key="once")
    assert made.declared_type == "support"
    assert [each["id"] for each in alice.get("/v1/conversations")["data"]] == [made.id]
    assert acme.server.delete(f"{TYPES}/support").code == "conversation_type_in_use"


def test_a_message_that_is_forwarded_goes_by_the_type_of_where_it_goes(
    acme: Workspace, alice: Person, bob: Person
) -> None:
    declare(acme, "support", post="moderator")
    room, plain = open_room(alice, "bob"), alice.open_group(bob)
    hers = str(alice.send(plain, "hers")["id"])
    for person, status in ((bob, 403), (alice, 201)):
        (sent,) = person.post(f"/v1/messages/{hers}/forward", {"conversation_ids": [room]})["data"]
        assert sent["status"] == status


@pytest.mark.parametrize("calls", range(3))
def test_a_put_that_dies_has_changed_all_or_nothing(acme: Workspace, alice: Person, bob: Person, calls: int) -> None:
    declare(acme, "support")
    room = open_room(alice, "bob")
    body = {"like": "group", "permissions": {"post": "admin"}}
    with crash_after(calls):
        answer = acme.server.put(f"{TYPES}/support", body)
    is_put = acme.server.get(f"{TYPES}/support")["permissions"]["post"] == "admin"
    assert is_put or answer.status == 500
    assert (known_types(bob).send(room).status == 403) is is_put


def test_lists_find_conversations_of_a_type(acme: Workspace, alice: Person) -> None:
    declare(acme, "support")
    declare(acme, "sales")
    rooms = {kind: open_room(alice, kind=kind) for kind in ("support", "sales")}
    plain = alice.open_group()
    for kind, room in rooms.items():
        (found,) = alice.get("/v1/conversations", declared_type=kind)["data"]
        assert (found["id"], found["type"], found["declared_type"]) == (room, "group", kind)
    listed = {each["id"]: each["declared_type"] for each in alice.get("/v1/conversations", type="group")["data"]}
    assert listed == {rooms["support"]: "support", rooms["sales"]: "sales", plain: None}
    assert alice.get("/v1/conversations", declared_type="group").status == 422


def test_whoever_joins_is_held_to_the_type_too(acme: Workspace, alice: Person, bob: Person) -> None:
    declare(acme, "support", "channel", post="moderator")
    room = open_room(alice, like="channel")
    assert bob.post(f"/v1/conversations/{room}/members", {"user_ids": ["bob"]}).status == 200
    assert bob.send(room).code == "insufficient_role"


def test_nothing_is_read_for_who_declares_nothing(acme: Workspace, alice: Person, bob: Person) -> None:
    room = alice.open_group(bob)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(declared.types, "of", None)
        assert bob.send(room).status == 201


def test_types_are_read_once_for_each_version(acme: Workspace, alice: Person, bob: Person) -> None:
    declare(acme, "support", react="moderator")
    room = open_room(alice, "bob")
    bob = known_types(bob)
    assert bob.send(room).status == 201
    read = declared.types.of(acme.tenant_id, bob.conversation_types)
    assert bob.send(room).status == 201
    assert declared.types.of(acme.tenant_id, bob.conversation_types) is read


HIDDEN = {"see_members": "moderator"}


def test_who_may_not_see_the_members_learns_nothing_by_mentioning(
    acme: Workspace, alice: Person, bob: Person, carol: Person, dave: Person
) -> None:
    """Whether somebody is a member would show in what is left of the mentions."""
    declare(acme, "support", **HIDDEN)
    room = open_room(alice, "bob", "carol")
    sent = bob.send(room, "hello", mentions=["carol", "dave"])
    assert (sent.status, sent["mentions"]) == (201, [])
    assert bob.put(f"/v1/messages/{sent['id']}", {"mentions": ["carol", "dave"]})["mentions"] == []
    assert alice.send(room, "hello", mentions=["carol", "dave"])["mentions"] == ["carol"]


def test_who_may_not_see_the_members_learns_nothing_by_forwarding(
    acme: Workspace, alice: Person, bob: Person, carol: Person
) -> None:
    """Whether the author is a member there would show in whether the copy says whose it was."""
    declare(acme, "support", **HIDDEN)
    room, elsewhere = open_room(alice, "bob", "carol"), alice.open_group(bob, carol)
    hers, his = (str(each.send(elsewhere, "hello")["id"]) for each in (carol, bob))

    def author(by: Person, message: str) -> str | None:
        sent = by.post(f"/v1/messages/{message}/forward", {"conversation_ids": [room]})["data"][0]
        assert sent["status"] == 201, sent
        shown = by.get(f"/v1/messages/{sent['message']['id']}")["forwarded_from"]
        assert shown == sent["message"]["forwarded_from"]
        author_id: str | None = shown["author_id"]
        return author_id

    assert author(bob, hers) is None
    assert author(bob, his) == "bob"
    assert author(alice, hers) == "carol"


def test_stored_is_one_item_whatever_is_declared(acme: Workspace) -> None:
    declare(acme, "support")
    declare(acme, "sales")
    found, _ = dynamodb.query(settings().chat_table, f"T#{acme.tenant_id}#TYPES")
    assert [each["sk"]["S"] for each in found] == ["TYPES"]
