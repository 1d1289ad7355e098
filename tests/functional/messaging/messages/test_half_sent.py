"""A send that is refused or fails after its number was given out, and what repeats a send that was answered before."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest

from parley.errors import MessageDeleted
from parley.messaging.access import meta_key
from parley.messaging.items import ConversationItem
from parley.messaging.messages import deleting
from parley.messaging.messages.reactions import reactions
from parley.messaging.messages.schemas import SendMessage
from parley.messaging.messages.sending import sending
from parley.settings import settings
from parley.tables import dynamodb, keys
from tests.support.aws.gateway import Answer
from tests.support.dynamodb.meter import metered
from tests.support.faults.dynamodb_faults import faulty, throttled
from tests.support.faults.interference import before_call, crash_after
from tests.support.faults.interleaving import interleave
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.clocks import Clock
from tests.support.people.files import ready_file, remove_file
from tests.support.people.listing import listed, preview_of, unread_of
from tests.support.people.people import Person, Workspace

KINDS = ("message", "quiet reply", "shown reply")


def body(team: str, kind: str, hello: str, **fields: Any) -> dict[str, Any]:
    reply = {"parent_id": hello, "show_in_conversation": kind == "shown reply"} if kind != "message" else {}
    return {"conversation_id": team, "text": "ghost", **reply, **fields}


def assert_no_ghost(alice: Person, bob: Person, team: str, hello: str) -> None:
    """Nothing tells of a message besides the hello, neither to its sender nor to others, and no number is open."""
    for who, unread in ((alice, 0), (bob, 1)):
        assert unread_of(who, team) == unread
        assert (preview_of(who, team)["text"], preview_of(who, team)["seq"]) == ("hello", 1)
        assert who.get(f"/v1/conversations/{team}")["last_message"]["text"] == "hello"
        assert [one["text"] for one in who.get(f"/v1/conversations/{team}/messages")["data"]] == ["hello"]
    assert bob.get("/v1/unread")["total"] == 1
    assert bob.get(f"/v1/messages/{hello}")["reply_count"] == 0
    meta = ConversationItem.at(meta_key(bob.tenant_id, team), consistent=True)
    assert meta is not None
    assert int(meta.seq) - int(meta.gap_count) == 1


@pytest.mark.parametrize("key", [None, "k"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_goes_between_check_and_attachment_leaves_no_ghost(
    alice: Person, bob: Person, team: str, hello: str, kind: str, key: str | None
) -> None:
    kept, gone = ready_file(alice), ready_file(alice)
    wanted = body(team, kind, hello, attachments=[kept, gone])
    with in_one_thread(), before_call("PutItem", lambda: remove_file(alice, gone)):
        refused = alice.post("/v1/messages", wanted, key=key)
    assert (refused.status, refused.code, refused["media_ids"]) == (422, "attachment_not_found", [gone])
    assert_no_ghost(alice, bob, team, hello)
    assert alice.post("/v1/messages", wanted | {"attachments": [kept]}, key="another").status == 201


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("call", range(3, 9))
def test_a_call_that_fails_once_leaves_no_ghost(
    alice: Person, bob: Person, team: str, hello: str, kind: str, call: int
) -> None:
    with faulty(lambda number, operation: throttled(operation) if number == call else None):
        answer = alice.post("/v1/messages", body(team, kind, hello), key="k")
    if answer.status == 201:
        return
    assert answer.status == 503
    if alice.get(f"/v1/conversations/{team}/messages")["data"][0]["text"] != "ghost":
        shown = preview_of(bob, team)
        assert shown["text"] == "hello"
    again = alice.post("/v1/messages", body(team, kind, hello), key="k")
    assert again.status == 201
    texts = [one["text"] for one in bob.get(f"/v1/conversations/{team}/messages")["data"]]
    assert texts == (["hello"] if kind == "quiet reply" else ["ghost", "hello"])
    assert unread_of(bob, team) == len(texts)
    assert bob.get(f"/v1/messages/{hello}")["reply_count"] == (0 if kind == "message" else 1)


def test_an_archive_between_the_two_numbers_of_a_shown_reply_leaves_none_open(
    alice: Person, bob: Person, team: str, hello: str
) -> None:
    """The thread gives its number out, the conversation refuses."""
    wanted = SendMessage.model_validate(body(team, "shown reply", hello))
    archived: list[int] = []

    def archive(_: int, operation: str) -> None:
        if operation == "UpdateItem" and not archived:
            archived.append(1)
            assert alice.delete(f"/v1/conversations/{team}").status == 204

    with faulty(archive):
        refused = bob.post("/v1/messages", wanted.model_dump(), key="k")
    assert (refused.status, refused.code) == (409, "conversation_archived")
    replies = alice.get(f"/v1/messages/{hello}/replies")
    assert (replies["data"], alice.get(f"/v1/messages/{hello}")["reply_count"]) == ([], 0)


@pytest.mark.parametrize("seconds", [1, 6, 3600])
@pytest.mark.parametrize("calls", range(3, 7))
def test_lists_show_no_text_of_a_sender_that_died(
    moved_clock: Clock, alice: Person, bob: Person, team: str, hello: str, calls: int, seconds: int
) -> None:
    with crash_after(calls):
        alice.post("/v1/messages", body(team, "message", hello), key="k")
    moved_clock.pass_seconds(seconds)
    shown = listed(bob, team)
    there = bob.get(f"/v1/messages/{team}-{shown['last_message']['seq']}")
    assert (there.status, there["text"]) == (200, shown["last_message"]["text"])
    assert bob.get(f"/v1/conversations/{team}")["last_message"]["text"] == there["text"]
    if seconds > 5:
        assert bob.get("/v1/unread")["total"] == shown["unread_count"] == (2 if there["text"] == "ghost" else 1)
        assert alice.post("/v1/messages", body(team, "message", hello), key="k").status == 201
        assert (preview_of(bob, team)["text"], unread_of(bob, team)) == ("ghost", 2)


def test_an_unread_total_alone_settles_all_that_died_in_a_row(
    moved_clock: Clock, alice: Person, bob: Person, team: str, hello: str
) -> None:
    for _ in range(3):
        with crash_after(3):
            alice.send(team, "ghost")
    moved_clock.pass_seconds(6)
    assert bob.get("/v1/unread")["total"] == 1
    assert_no_ghost(alice, bob, team, hello)


def test_a_list_is_as_cheap_as_before_once_it_has_settled_what_died(
    moved_clock: Clock, alice: Person, bob: Person, team: str, hello: str
) -> None:
    with crash_after(3):
        alice.send(team, "ghost")
    moved_clock.pass_seconds(6)
    listed(bob, team)
    with metered() as cost:
        listed(bob, team)
    assert (cost.writes, cost.round_trips) == (0, 3)


def archive(alice: Person, bob: Person, team: str) -> None:
    assert alice.delete(f"/v1/conversations/{team}").status == 204


def remove(alice: Person, bob: Person, team: str) -> None:
    assert alice.delete(f"/v1/conversations/{team}/members/bob").status == 204


def ban(alice: Person, bob: Person, team: str) -> None:
    assert alice.put(f"/v1/conversations/{team}/bans/bob", {}).status in (200, 204)


def spend(alice: Person, bob: Person, team: str) -> None:
    answers = [bob.send(team, "more").status for _ in range(8)]
    assert answers[-1] == 429


def shorten(alice: Person, bob: Person, team: str) -> None:
    bob.tenant_settings["text_limit"] = 1


def nothing(alice: Person, bob: Person, team: str) -> None:
    """The plain repetition."""


REFUSALS: dict[str, tuple[Callable[[Person, Person, str], None], int]] = {
    "nothing": (nothing, 201),
    "archive": (archive, 409),
    "remove": (remove, 404),
    "ban": (ban, 404),
    "spend": (spend, 429),
    "shorten": (shorten, 422),
}


@pytest.fixture
def few(acme: Workspace) -> Callable[[str], Person]:
    """People who may send five messages a minute."""

    def make(name: str) -> Person:
        return Workspace(acme.tenant_id, {"messages_per_minute": 5}).person(name)

    return make


@pytest.mark.parametrize("kind", [*KINDS, "with a file"])
@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_repetition_has_the_first_answer_whatever_refuses_it_by_now(
    few: Callable[[str], Person], alice: Person, kind: str, refusal: str
) -> None:
    bob = few("bob")
    team = alice.open_group(bob)
    hello = str(alice.send(team, "hello")["id"])
    happens, status = REFUSALS[refusal]
    files = {"attachments": [ready_file(bob)]} if kind == "with a file" else {}
    wanted = body(team, "message" if files else kind, hello, **files)
    first = bob.post("/v1/messages", wanted, key="k")
    assert first.status == 201, first.text
    happens(alice, bob, team)
    for _ in range(7):  # more than a minute allows
        again = bob.post("/v1/messages", wanted, key="k")
        assert (again.status, again.body) == (201, first.body)
        assert again.headers["Idempotent-Replayed"] == "true"
    assert bob.post("/v1/messages", wanted, key="other").status == status
    if refusal != "nothing":
        assert bob.post("/v1/messages", wanted | {"text": "?"}, key="k").code == "idempotency_key_reused"


def remaining(answer: Answer) -> str:
    return str(answer.headers["X-RateLimit-Remaining"])


def test_a_repetition_is_not_charged(few: Callable[[str], Person], alice: Person) -> None:
    bob = few("bob")
    team = alice.open_group(bob)
    wanted = {"conversation_id": team, "text": "once"}
    assert remaining(bob.post("/v1/messages", wanted, key="k")) == "4"
    for _ in range(10):
        again = bob.post("/v1/messages", wanted, key="k")
        assert (again.status, remaining(again)) == (201, "4")
    assert [bob.send(team).status for _ in range(5)] == [201] * 4 + [429]


def test_a_request_that_died_before_its_message_is_not_completed_past_a_refusal(
    moved_clock: Clock, alice: Person, bob: Person, team: str
) -> None:
    with crash_after(4):
        bob.post("/v1/messages", {"conversation_id": team, "text": "words"}, key="k")
    remove(alice, bob, team)
    assert bob.post("/v1/messages", {"conversation_id": team, "text": "words"}, key="k").status == 404
    moved_clock.pass_seconds(6)
    assert listed(alice, team)["last_message"] is None
    assert listed(alice, team)["unread_count"] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_repetition_after_a_hard_delete_sends_nothing_anew(
    acme: Workspace, alice: Person, bob: Person, team: str, hello: str, kind: str
) -> None:
    wanted = body(team, kind, hello)
    first = bob.post("/v1/messages", wanted, key="k")
    assert acme.server.delete(f"/v1/messages/{first['id']}", hard="true").status == 204
    for _ in range(2):
        again = bob.post("/v1/messages", wanted, key="k")
        assert (again.status, again.code) == (409, "message_deleted")
    texts = [one["text"] for one in alice.get(f"/v1/conversations/{team}/messages")["data"]]
    assert texts == ["hello"]
    assert alice.get(f"/v1/messages/{hello}/replies")["data"] == []
    assert (preview_of(alice, team)["text"], unread_of(alice, team)) == ("hello", 0)
    remove(alice, bob, team)
    assert bob.post("/v1/messages", wanted, key="k").code == "message_deleted"


@pytest.mark.parametrize("schedule", [[0] * before + [1] * 40 for before in range(8)])
def test_a_repetition_beside_a_hard_delete_sends_nothing_anew(
    acme: Workspace, alice: Person, bob: Person, team: str, schedule: list[int]
) -> None:
    wanted = SendMessage(conversation_id=team, text="words")
    sent = sending.do_send(bob.caller, wanted, idempotency_key="k").message

    def repeat() -> object:
        try:
            return sending.do_send(bob.caller, wanted, idempotency_key="k").message.id
        except MessageDeleted:
            return None

    came, _ = interleave([repeat, lambda: deleting.do_erase(acme.server.caller, sent.id, if_match=None)], schedule)
    assert came in (None, sent.id)
    assert alice.get(f"/v1/conversations/{team}/messages")["data"] == []
    assert unread_of(alice, team) == 0


@pytest.mark.parametrize("others", [0, 51])
@pytest.mark.parametrize(
    "schedule", [[0] * before for before in range(4)] + [[1] * before + [0] * 9 for before in range(1, 16, 2)], ids=len
)
def test_a_reaction_beside_a_hard_delete_is_refused_or_goes_with_the_message(
    acme: Workspace, alice: Person, bob: Person, team: str, hello: str, schedule: list[int], others: int
) -> None:
    with patch.object(reactions, "USERS_KEPT", 1 if others else 50):
        if others:
            assert alice.post(f"/v1/messages/{hello}/reactions", {"reaction": "🦄"}).status == 201

        def react() -> object:
            try:
                return reactions.do_react(bob.caller, hello, "🦄")
            except MessageDeleted:
                return None

        interleave([react, lambda: deleting.do_erase(acme.server.caller, hello, if_match=None)], schedule + [1] * 40)
    pk = keys.conversation(alice.tenant_id, team)
    left, _ = dynamodb.query(settings().chat_table, pk, between=("!", "~"), consistent=True)
    assert "🦄" not in str(left)
